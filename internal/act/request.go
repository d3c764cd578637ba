package act

import (
	"encoding/json"
	"errors"
	"slices"

	"jiyao/internal/approval"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// RequestLeave asks for the leave that an act needs. First the forbids of that act are run, leave apart:
// nobody is sent to ask for what no leave can cure.
type RequestLeave struct {
	Act    string          `json:"act" req:"true" in:"act"`
	With   json.RawMessage `json:"with" secret:"true"`
	Reason string          `json:"reason" secret:"true"`
}

// asked is what the act asked for would need.
type asked struct {
	refusal *refuse.Refusal
	needed  []*regulation.Approval
	fields  map[string]any
	item    term.DocumentID
	persons []regulation.Person // who would come to know or hold
}

// leaveFacts: an approval is asked for by act and name, and is a try of whoever would come to know by it.
type leaveFacts struct {
	AskedAct string              `fact:"asked_act"`
	Persons  []regulation.Person `fact:",each"`
}

func (s asked) facts(name string, env Env) leaveFacts {
	if len(s.persons) == 0 {
		return leaveFacts{name, []regulation.Person{env.Person(env.Actor.Person)}}
	}
	return leaveFacts{name, s.persons}
}

func init() {
	// Not through Define: the act runs another one inside, without doing it.
	catalogue["approval.request"] = &definition{
		name: "approval.request", command: typeOf[RequestLeave](), facts: typeOf[leaveFacts](),
		run: func(r *running, cmd any) error {
			c, ok := cmd.(RequestLeave)
			if !ok {
				return wrongCommand("approval.request", c, cmd)
			}
			return perform(r, requestLeave(r), c)
		},
		wrong: func(r *running, cmd any, bad *refuse.Invalid) error {
			c, ok := cmd.(RequestLeave)
			if !ok {
				return wrongCommand("approval.request", c, cmd)
			}
			return allWrong(r, requestLeave(r), c, bad)
		},
	}
}

// LeaveStep is the step of a remedy that asks for leave; every other step is done by the post itself.
const LeaveStep = "approval.request"

func requestLeave(r *running) Act[RequestLeave, asked, leaveFacts] {
	return Act[RequestLeave, asked, leaveFacts]{
		Load:  func(_ *Tx, cmd RequestLeave) (asked, error) { return r.askFor(cmd) },
		Facts: func(s asked, cmd RequestLeave, env Env) leaveFacts { return s.facts(cmd.Act, env) },
		Decide: func(s asked, cmd RequestLeave, env Env) (Changes, error) {
			if s.refusal != nil {
				return Changes{}, s.refusal
			}
			if len(s.needed) == 0 {
				return Changes{}, refuse.Field("act", "no_leave_needed")
			}
			c := Changes{Document: s.item, Values: map[string]string{}}
			for _, a := range s.needed {
				bound, err := approval.Bind(a.Names, s.fields)
				if err != nil {
					return c, err
				}
				l := approval.Leave{
					ID: term.LeaveID(env.ID()), Approval: a.FullName(), Act: cmd.Act, Bound: bound, Document: s.item, Applicant: env.Actor.Person,
					Reason: store.Plain(cmd.Reason), AskedAt: env.At, State: approval.Asked,
				}
				l.Posts = a.ApproversFor(barred(env, a, beneficiaries(l)))
				if len(l.Posts) == 0 {
					return c, refuse.Field("act", "nobody_may_allow")
				}
				c.Rows = append(c.Rows, approval.Leaves.Insert(l))
				c.Subject = string(l.ID)
				c.Values["leave."+a.FullName()] = string(l.ID)
				for _, post := range l.Posts {
					c.Then = append(c.Then, Follow{Act: "notice.post", Command: postNotice{Kind: "leave_asked", Post: post, Clause: a.Clause, Subject: string(l.ID), Document: s.item}})
				}
			}
			return c, nil
		},
	}
}

// askFor runs the act asked for as far as the law's answer, with every leave taken as given.
func (r *running) askFor(cmd RequestLeave) (asked, error) {
	def, ok := lookup(cmd.Act)
	if !ok || cmd.Act == r.def.name {
		return asked{}, refuse.Field("act", "not_in_list")
	}
	value, err := decodeJSON(def.command, cmd.With)
	var unread *refuse.Invalid
	if errors.As(err, &unread) && unread.Fields[0].Field == Whole {
		return asked{}, refuse.Field("with", unread.Fields[0].Code)
	}
	if err != nil {
		return asked{}, err
	}
	fields, bad := fieldsOf(value, false)
	if bad != nil {
		return asked{}, bad
	}
	env := r.env
	env.Fields, env.Signatures = fields, nil
	probe := &leaveProbe{}
	child := &running{desk: r.desk, def: def, tx: r.tx, env: env, fields: fields, dry: true, probe: probe, request: Request{Act: cmd.Act, By: env.Actor, At: env.At}}
	err = def.run(child, value)
	var refusal *refuse.Refusal
	switch {
	case errors.As(err, &refusal):
		return asked{refusal: refusal, fields: fields, item: child.document, persons: child.whom}, nil
	case err != nil && !probe.reached:
		return asked{}, err
	}
	return asked{needed: probe.needed, fields: fields, item: child.document, persons: child.whom}, nil
}

// leaveProbe collects what an act would need, instead of looking for it.
type leaveProbe struct {
	needed  []*regulation.Approval
	reached bool // the law has answered
}

// DecideLeave grants or denies a leave.
type DecideLeave struct {
	Leave  term.LeaveID `json:"leave" req:"true"`
	Reason string       `json:"reason" secret:"true"`
}

type deciding struct{ leave approval.Leave }

type decideFacts struct {
	relations []string
}

// ActorRelations: one of the posts that may give this leave, never the applicant nor who benefits.
func (f decideFacts) ActorRelations() []string { return f.relations }

func decideLeave(name string, to approval.State) {
	Define(name, Act[DecideLeave, deciding, decideFacts]{
		Load: func(tx *Tx, cmd DecideLeave) (deciding, error) {
			l, err := approval.Leaves.Get(tx.Tx, cmd.Leave)
			if err != nil {
				return deciding{}, err
			}
			mine := append(tx.Env.People.Posts(tx.Env.Actor.Person), actingPosts(tx.Env)...)
			if l.Applicant != tx.Env.Actor.Person && !slices.ContainsFunc(l.Posts, func(p string) bool { return slices.Contains(mine, p) }) {
				return deciding{}, refuse.ErrNotFound // who is not asked does not know of it
			}
			return deciding{l}, nil
		},
		Leans: func(s deciding, _ DecideLeave) []Event {
			return []Event{{"asked", s.leave.AskedAt}, {"allowed", s.leave.DecidedAt}}
		},
		Facts: func(s deciding, _ DecideLeave, env Env) decideFacts {
			switch {
			case s.leave.Applicant == env.Actor.Person:
				return decideFacts{[]string{"applicant"}}
			case slices.Contains(beneficiaries(s.leave), env.Actor.Person):
				return decideFacts{}
			}
			return decideFacts{[]string{"approver"}}
		},
		Decide: func(s deciding, _ DecideLeave, env Env) (Changes, error) {
			from := approval.Asked
			if to == approval.Withdrawn && s.leave.State == approval.Granted {
				from = approval.Granted
			}
			if s.leave.State != from {
				return Changes{}, &refuse.Conflict{Table: "leave", Key: string(s.leave.ID), By: s.leave.GrantedBy}
			}
			next := s.leave
			next.State, next.DecidedAt, next.GrantedBy = to, env.At, env.Actor.Person
			c := Changes{Subject: string(next.ID), Document: next.Document, Rows: []store.Change{approval.Leaves.Update(s.leave, next)}}
			if kind := answered(next); kind != "" && next.Applicant != env.Actor.Person {
				c.Then = append(c.Then, Follow{Act: "notice.post", Command: postNotice{Kind: kind, Person: next.Applicant, Clause: clauseOf(env, next.Approval), Subject: string(next.ID)}})
			}
			return c, nil
		},
	})
}

// beneficiaries are the persons whom the act asked for names: who would come to know or hold by it.
func beneficiaries(l approval.Leave) []term.PersonID {
	var bound struct {
		To       term.PersonID   `json:"to"`
		Person   term.PersonID   `json:"person"`
		Persons  []term.PersonID `json:"persons"`
		Carriers []term.PersonID `json:"carriers"`
	}
	if json.Unmarshal([]byte(l.Bound), &bound) != nil {
		return nil // bound to no person
	}
	out := append([]term.PersonID{bound.To, bound.Person}, bound.Persons...)
	return slices.DeleteFunc(append(out, bound.Carriers...), func(p term.PersonID) bool { return p == "" })
}

// barred are the posts that cannot give a leave: those of the applicant, and those that only beneficiaries hold.
func barred(env Env, a *regulation.Approval, benefit []term.PersonID) []string {
	out := slices.Clone(env.People.Posts(env.Actor.Person))
	for _, post := range a.Approvers() {
		holders := env.People.Holders(post)
		if len(holders) > 0 && !slices.ContainsFunc(holders, func(p term.PersonID) bool { return !slices.Contains(benefit, p) }) {
			out = append(out, post)
		}
	}
	return out
}

func actingPosts(env Env) []string {
	posts, _ := env.People.Acting(env.Actor.Person)
	return posts
}

func init() {
	decideLeave("approval.grant", approval.Granted)
	decideLeave("approval.deny", approval.Denied)
	decideLeave("approval.withdraw", approval.Withdrawn)
}

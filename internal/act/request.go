package act

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"jiyao/internal/approval"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// RequestLeave asks for the leave that an act needs. First the act itself is run with every leave taken as given, up to its
// rows, which go nowhere: nobody is sent to ask for what no leave can cure, be it a clause that forbids it or an argument
// that is wrong. See hopeless for what may still be missing.
type RequestLeave struct {
	Act    string          `json:"act" req:"true" in:"act"`
	With   json.RawMessage `json:"with" secret:"true"`
	Reason string          `json:"reason" secret:"true"`

	// Of a superior's leave in writing, where nobody in the office may give it.
	LeaveNo   string `json:"leave_no" secret:"true"`
	LeaveDate string `json:"leave_date"`
}

// maxAsked bounds what a leave keeps of the arguments it was asked with, in bytes.
const maxAsked = 48 << 10

// asked is what the act asked for would need.
type asked struct {
	refusal *refuse.Refusal
	needed  []*regulation.Approval
	wrong   *refuse.Invalid // as in leaveProbe
	def     *definition
	with    string // every argument, as JSON
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
			return s.request(cmd, env)
		},
	}
}

// request gives a leave to be decided for each approval that the act needs.
func (s asked) request(cmd RequestLeave, env Env) (Changes, error) {
	c := Changes{Document: s.item, Values: map[string]string{}}
	if len(s.with) > maxAsked {
		return c, refuse.Field("with", "too_long")
	}
	if bad := s.hopeless(); bad != nil {
		return c, bad
	}
	request, own := term.LeaveID(""), false
	for _, a := range s.needed {
		bound, err := bind(env, s.def, a.Names, s.fields)
		if err != nil {
			return c, err
		}
		l := approval.Leave{
			ID: term.LeaveID(env.ID()), Approval: a.FullName(), Act: cmd.Act, Bound: bound, Document: s.item, Applicant: env.Actor.Person,
			Reason: store.Plain(cmd.Reason), With: store.Plain(s.with), Quorum: a.Grants(), AskedAt: env.At, State: approval.Asked,
		}
		if request == "" {
			request = l.ID
		}
		l.Request = string(request)
		l.Posts = a.ApproversFor(barred(env, a, beneficiaries(l)))
		if len(l.Posts) == 0 {
			if a.OwnDecision { // it is his to decide, by the act itself; the others are asked
				own = true
				continue
			}
			if !a.BySuperior() {
				return c, refuse.Field("act", "nobody_may_allow")
			}
			if l, err = inWriting(l, cmd, env); err != nil {
				return c, err
			}
		}
		c.Rows = append(c.Rows, approval.Leaves.Insert(l))
		c.Subject = string(l.ID)
		c.Values["leave."+a.FullName()] = string(l.ID)
		for _, post := range l.Posts {
			c.Then = append(c.Then, Follow{Act: "notice.post", Command: postNotice{Kind: "leave_asked", Post: post, Clause: a.Clause, Subject: string(l.ID), Document: s.item}})
		}
	}
	if len(c.Rows) == 0 && own {
		return c, refuse.Field("act", "yours_to_decide")
	}
	return c, nil
}

// hopeless answers a request that no leave would help: nobody is asked to decide on it. What it gives is held to what the act
// itself says of it, but for what is only so for now; what it leaves out may be filled in when the act is done, unless the
// leave is bound or held to it: such a leave would serve nothing, and who decides would not know on what.
func (s asked) hopeless() error {
	if s.wrong == nil {
		return nil
	}
	var bad refuse.Invalid
	for _, f := range s.wrong.Fields {
		name, _, _ := strings.Cut(f.Field, ".")
		given := !emptyValue(s.fields[name])
		bound := saidInFull(name) || slices.ContainsFunc(s.needed, func(a *regulation.Approval) bool { return slices.Contains(a.Names, name) })
		if given && !f.ForNow && f.Code != "required" || !given && bound {
			bad.Fields = append(bad.Fields, f)
		}
	}
	if wrong := refuse.Join(&bad); wrong != nil {
		return wrong
	}
	return nil
}

// inWriting is a leave that a superior has given on paper: granted at once, by its number and date.
func inWriting(l approval.Leave, cmd RequestLeave, env Env) (approval.Leave, error) {
	var missing refuse.Invalid
	for _, f := range [][2]string{{"leave_no", cmd.LeaveNo}, {"leave_date", cmd.LeaveDate}} {
		if strings.TrimSpace(f[1]) == "" {
			missing.Fields = append(missing.Fields, refuse.FieldError{Field: f[0], Code: "required"})
		}
	}
	if bad := refuse.Join(&missing); bad != nil {
		return l, bad
	}
	date, err := calendar.ParseDate(cmd.LeaveDate)
	switch {
	case err != nil:
		return l, refuse.Field("leave_date", "bad_date")
	case date.After(env.Today()):
		return l, refuse.Field("leave_date", "in_the_future")
	}
	l.LeaveNo, l.LeaveDate = cmd.LeaveNo, cmd.LeaveDate
	l.State, l.DecidedAt, l.RecordedAt, l.ExpiresAt = approval.Granted, env.At, env.Now, expires(env)
	return l, nil
}

// askFor runs the act asked for with every leave taken as given, as far as its decision.
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
	with, err := json.Marshal(value)
	if err != nil {
		return asked{}, fmt.Errorf("spell the arguments asked with: %w", err)
	}
	env := r.env
	env.Fields, env.Signatures = fields, nil
	probe := &leaveProbe{}
	child := &running{desk: r.desk, def: def, tx: r.tx, env: env, fields: fields, dry: true, probe: probe, request: Request{Act: cmd.Act, By: env.Actor, At: env.At}}
	err = def.run(child, value)
	var refusal *refuse.Refusal
	switch {
	case errors.As(err, &refusal):
		return asked{def: def, refusal: refusal, fields: fields, item: child.document, persons: child.whom}, nil
	case err != nil:
		return asked{}, err
	}
	return asked{def: def, with: string(with), needed: probe.needed, wrong: probe.wrong, fields: fields, item: child.document, persons: child.whom}, nil
}

// leaveProbe collects what an act would need, instead of looking for it.
type leaveProbe struct {
	needed []*regulation.Approval
	wrong  *refuse.Invalid // what the law wants filled in and is not, and what the act itself would answer at the fields
}

// foresee notes what is wrong at the fields of an act that is only asked about: what the law wants there, and what the act
// itself would answer. Decide is pure and its rows go nowhere; it draws ids of its own, so that the request has the next.
func foresee[C, S, F any](r *running, a Act[C, S, F], state S, cmd C, wants *refuse.Refusal) error {
	if wants != nil {
		r.probe.wrong = &refuse.Invalid{Fields: wants.Fields()}
	}
	env := r.env
	env.ids = nil
	_, err := a.Decide(state, cmd, env)
	var taken *refuse.Conflict // it may be free by then
	var late *refuse.Refusal
	if err != nil && refuse.AtFields(err) == nil && !errors.As(err, &taken) && !errors.As(err, &late) {
		return err
	}
	r.probe.wrong = refuse.Join(r.probe.wrong, refuse.AtFields(err), refuse.AtFields(r.lacking(cmd)))
	return nil
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

package act

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiyao/internal/approval"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// DecideLeave grants, denies or withdraws a leave, and with it what else of the same request is the actor's to decide.
type DecideLeave struct {
	Leave  term.LeaveID `json:"leave" req:"true"`
	Reason string       `json:"reason" secret:"true"`
}

type deciding struct {
	leave    approval.Leave
	siblings []approval.Leave
}

type decideFacts struct {
	relations []string
}

// ActorRelations: one of the posts that may give this leave, never the applicant nor who benefits.
func (f decideFacts) ActorRelations() []string { return f.relations }

// called tells how somebody is asked for a leave: by a post that he holds, and by one that he acts for.
func called(env Env, l approval.Leave) (held, lent bool) {
	has := func(posts []string) bool {
		return slices.ContainsFunc(l.Posts, func(p string) bool { return slices.Contains(posts, p) })
	}
	return has(env.People.Posts(env.Actor.Person)), has(actingPosts(env))
}

func decideLeave(name string, to approval.State) {
	Define(name, Act[DecideLeave, deciding, decideFacts]{
		Check: func(cmd DecideLeave) error {
			if to == approval.Denied && strings.TrimSpace(cmd.Reason) == "" { // who asked learns why
				return refuse.Field("reason", "required")
			}
			return nil
		},
		Load: func(tx *Tx, cmd DecideLeave) (deciding, error) {
			l, err := approval.Leaves.Get(tx.Tx, cmd.Leave)
			if err != nil {
				return deciding{}, err
			}
			held, lent := called(tx.Env, l)
			if l.Applicant != tx.Env.Actor.Person && !held && !lent {
				return deciding{}, refuse.ErrNotFound // who is not asked does not know of it
			}
			siblings, err := approval.Siblings(tx.Tx, l)
			return deciding{l, siblings}, err
		},
		Leans: func(s deciding, _ DecideLeave) []Event {
			return []Event{{"asked", s.leave.AskedAt}, {"allowed", s.leave.DecidedAt}}
		},
		Facts:  func(s deciding, _ DecideLeave, env Env) decideFacts { return s.facts(env) },
		Decide: func(s deciding, cmd DecideLeave, env Env) (Changes, error) { return s.decide(cmd, to, env) },
	})
}

func (s deciding) facts(env Env) decideFacts {
	switch {
	case s.leave.Applicant == env.Actor.Person:
		return decideFacts{[]string{"applicant"}}
	case slices.Contains(beneficiaries(s.leave), env.Actor.Person):
		return decideFacts{}
	}
	return decideFacts{[]string{"approver"}}
}

// decide gives the leave as it was decided, and what else of the same request with it.
func (s deciding) decide(cmd DecideLeave, to approval.State, env Env) (Changes, error) {
	if refusal := lentOnly(s.leave, to, env); refusal != nil {
		return Changes{}, refusal
	}
	if !decidable(s.leave, to, env) {
		return Changes{}, stood(s.leave, env)
	}
	c := Changes{Subject: string(s.leave.ID), Document: s.leave.Document}
	for i, l := range append([]approval.Leave{s.leave}, s.siblings...) {
		if i > 0 && !also(s.leave, l, to, env) {
			continue
		}
		next := decided(l, to, cmd.Reason, env)
		c.Rows = append(c.Rows, approval.Leaves.Update(l, next))
		if kind := answered(next); kind != "" && next.Applicant != env.Actor.Person {
			c.Then = append(c.Then, Follow{Act: "notice.post", Command: postNotice{Kind: kind, Person: next.Applicant, Clause: env.Law.ClauseOfLeave(next.Approval), Subject: string(next.ID)}})
		}
	}
	return c, nil
}

// Decides reports whether a person is among those who may grant or deny a leave, as it stands: he holds one of the posts, or
// acts for it where the approval lets a delegate decide, and it is neither his own nor to his benefit.
func Decides(law *regulation.Law, people Directory, person term.PersonID, l approval.Leave) bool {
	has := func(posts []string) bool {
		return slices.ContainsFunc(l.Posts, func(p string) bool { return slices.Contains(posts, p) })
	}
	if l.Applicant == person || slices.Contains(beneficiaries(l), person) {
		return false
	}
	if has(people.Posts(person)) {
		return true
	}
	acting, _ := people.Acting(person)
	a, inForce := law.Approval(l.Approval)
	return has(acting) && (!inForce || a.ByDelegate())
}

// lentOnly refuses a delegate of the post, where the approval does not say that he may decide in its place.
func lentOnly(l approval.Leave, to approval.State, env Env) error {
	a, inForce := env.Law.Approval(l.Approval)
	held, lent := called(env, l)
	if to == approval.Withdrawn || held || !lent || !inForce || a.ByDelegate() {
		return nil
	}
	return &refuse.Refusal{Subject: string(l.ID), Violations: []refuse.Violation{{
		Clause: a.Clause, Rule: a.Carrier(), Remedy: refuse.Remedy{Kind: refuse.ByPost, Post: l.Posts[0], Step: LeaveStep},
	}}}
}

// stood says who answered a leave before, how and when.
func stood(l approval.Leave, env Env) error {
	c := &refuse.Conflict{Table: "leave", Key: string(l.ID), By: l.GrantedBy, How: string(l.State), At: l.DecidedAt}
	if l.State == approval.Asked { // he counts once
		c.By, c.How, c.At = env.Actor.Person, "given", time.Time{}
	}
	return c
}

// decidable reports whether a leave stands so that the actor can decide it: nobody counts twice.
func decidable(l approval.Leave, to approval.State, env Env) bool {
	if to == approval.Withdrawn && l.State == approval.Granted {
		return true
	}
	return l.State == approval.Asked && (to != approval.Granted || !slices.Contains(l.Grantors, env.Actor.Person))
}

// also reports whether a decision on one leave is one on another of the same request: it is the actor's to decide as well.
func also(first, l approval.Leave, to approval.State, env Env) bool {
	me := env.Actor.Person
	switch {
	case !decidable(l, to, env):
		return false
	case first.Applicant == me: // he takes all of it back
		return to == approval.Withdrawn
	case to == approval.Withdrawn:
		return l.State == approval.Granted && l.GrantedBy == me
	}
	held, lent := called(env, l)
	return (held || lent) && lentOnly(l, to, env) == nil && !slices.Contains(beneficiaries(l), me)
}

func decided(l approval.Leave, to approval.State, reason string, env Env) approval.Leave {
	if reason != "" {
		l.Answer = store.Plain(reason)
	}
	if to == approval.Granted {
		until := time.Time{}
		if l.Approval != "" {
			until = expires(env)
		}
		return approval.Grant(l, env.Actor.Person, env.At, env.Now, until)
	}
	l.State, l.DecidedAt, l.GrantedBy = to, env.At, env.Actor.Person
	return l
}

// expires is when a leave that is granted now ends unless it was used: 24:00 of its last day; zero: never.
func expires(env Env) time.Time {
	v, ok := env.Law.Param("leave_days")
	if !ok {
		return time.Time{}
	}
	days, err := v.Int()
	if err != nil {
		return time.Time{}
	}
	return calendar.DateOf(env.At).Add(int(days)).End()
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

// Expire ends a granted leave that nobody used in time.
type Expire struct {
	Leave term.LeaveID `json:"leave"`
}

var _ = Define("approval.expire", Act[Expire, approval.Leave, noFacts]{
	Load:   func(tx *Tx, cmd Expire) (approval.Leave, error) { return approval.Leaves.Get(tx.Tx, cmd.Leave) },
	Facts:  func(approval.Leave, Expire, Env) noFacts { return noFacts{} },
	Decide: expire,
})

func expire(l approval.Leave, _ Expire, env Env) (Changes, error) {
	if l.State != approval.Granted || l.ExpiresAt.IsZero() || !env.Now.After(l.ExpiresAt) {
		return Changes{}, &refuse.Conflict{Table: "leave", Key: string(l.ID)}
	}
	next := l
	next.State = approval.Expired
	return Changes{
		Subject: string(l.ID), Document: l.Document, Rows: []store.Change{approval.Leaves.Update(l, next)},
		Then: []Follow{{Act: "notice.post", Command: postNotice{Kind: LeaveExpired, Person: l.Applicant, Clause: env.Law.ClauseOfLeave(l.Approval), Subject: string(l.ID)}}},
	}, nil
}

// expireLeaves ends the leaves whose time is over. One that another node ended first is passed over.
func (d *Desk) expireLeaves(ctx context.Context) error {
	for {
		var over []approval.Leave
		err := d.DB.Read(ctx, func(tx *store.Tx) (err error) {
			over, err = approval.Over(tx, d.Clock.Now(), tickPiece)
			return err
		})
		if err != nil {
			return fmt.Errorf("find leaves that are over: %w", err)
		}
		for _, l := range over {
			_, err := d.Do(ctx, Request{Act: "approval.expire", Command: Expire{Leave: l.ID}, By: System()})
			var stale *refuse.Conflict
			if err != nil && !errors.As(err, &stale) {
				return fmt.Errorf("end leave %s: %w", l.ID, err)
			}
		}
		if len(over) < tickPiece {
			return nil
		}
	}
}

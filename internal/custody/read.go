package custody

import (
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// ReadHere is reading or consulting on the spot: a line, no change of holder.
type ReadHere struct {
	Copy       term.CopyID   `json:"copy" req:"true"`
	To         term.PersonID `json:"to"` // who reads; empty: the actor
	Department term.UnitID   `json:"department"`
	Place      term.PlaceID  `json:"place"`
	From       *time.Time    `json:"from"`
	Until      *time.Time    `json:"until"`
	CopyNo     string        `json:"copy_no"`
}

func readHere(name string) {
	act.Define(name, act.Act[ReadHere, placing, copyFacts]{
		Load: func(tx *act.Tx, cmd ReadHere) (placing, error) {
			return loadPlacing(tx, cmd.Copy, cmd.Place)
		},
		Knows: func(s placing, _ ReadHere, env act.Env) []act.Matter { return s.matters(env) },
		Leans: func(s placing, cmd ReadHere) []act.Event { return s.eventsFor(cmd.To) },
		Facts: func(s placing, cmd ReadHere, env act.Env) copyFacts {
			f := s.held.facts(env, cmd.To)
			f.PlaceKind, f.PlaceWithin, f.PlaceInOffice, f.ReceiverKind = s.place.Kind, s.place.Within, s.place.InOffice, receiverKind(env, reader(cmd, env))
			return f
		},
		Decide: func(s placing, cmd ReadHere, env act.Env) (act.Changes, error) {
			from, until, err := sitting(s.held, cmd, env)
			if err != nil {
				return act.Changes{}, err
			}
			if cmd.CopyNo != "" && !s.copy.Bears(cmd.CopyNo) {
				return act.Changes{}, refuse.Field("copy_no", "differs")
			}
			line := HandOver{
				ID: term.HandOverID(env.ID()), Copy: s.copy.ID, Document: s.copy.Document, Class: s.copy.Class, Kind: "consult", Department: cmd.Department,
				Giver: env.Actor.Person, Receiver: reader(cmd, env), OutAt: from, BackAt: until, TakenBy: env.Actor.Person, Place: cmd.Place, Whole: true,
			}
			return act.Changes{Subject: string(s.copy.ID), Document: s.copy.Document, Rows: []store.Change{HandOvers.Insert(line)}}, nil
		},
	})
}

// reader is who reads: whom the act names, else the actor.
func reader(cmd ReadHere, env act.Env) term.PersonID {
	if cmd.To == "" {
		return env.Actor.Person
	}
	return cmd.To
}

// sitting is from when until when somebody reads. It may be written down before he is done: the end may lie ahead, on the
// same day.
func sitting(s held, cmd ReadHere, env act.Env) (from, until time.Time, err error) {
	from, err = env.When("from", cmd.From, s.events()...)
	if err != nil {
		return from, from, err
	}
	until = from
	if cmd.Until == nil {
		return from, until, nil
	}
	until = cmd.Until.In(calendar.Zone).Truncate(time.Millisecond)
	switch {
	case until.Before(from):
		return from, until, refuse.Field("until", "before_from")
	case calendar.DateOf(until) != calendar.DateOf(from):
		return from, until, refuse.Field("until", "other_day")
	}
	return from, until, nil
}

func init() {
	readHere("custody.consult")
	readHere("custody.read")
}

// BackAt gives the line by which a copy came back at a moment, with the copy as it should have come; false when there is
// none, and alike where the viewer may not know of it.
func BackAt(tx *store.Tx, v act.Viewer, id term.CopyID, at time.Time) (Copy, HandOver, bool, error) {
	cond, args := v.Visible("class", "document", 3)
	line, ok, err := HandOvers.One(tx, "WHERE copy = $1 AND back_at = $2 AND "+cond, append([]any{string(id), at.UnixMilli()}, args...)...)
	if err != nil || !ok {
		return Copy{}, line, false, err
	}
	c, err := Copies.Get(tx, id)
	return c, line, err == nil, err
}

package custody

import (
	"fmt"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// HandOut gives a copy to a reader: giver and receiver both sign. An envelope may be named instead of a copy;
// then nothing is registered yet, and the law says what is missing.
type HandOut struct {
	Copy     term.CopyID     `json:"copy"`
	Envelope term.EnvelopeID `json:"envelope"`
	To       term.PersonID   `json:"to" req:"true"`
	CopyNo   string          `json:"copy_no"` // as read from the piece; must be this copy's
	Place    term.PlaceID    `json:"place"`   // where he gets it; empty: his office where he is a leader, else his desk
	ReturnBy *time.Time      `json:"return_by"`
	Purpose  string          `json:"purpose" in:"purpose"`
	Measures []string        `json:"measures" in:"measures"`
	Rev      int64           `json:"rev"` // revision the page was made on; 0: not checked
}

var _ = act.Define("custody.hand_out", act.Act[HandOut, held, copyFacts]{
	Live: true,
	Load: loadHandOut,
	Knows: func(s held, _ HandOut, env act.Env) []act.Matter {
		if s.piece != nil {
			return nil
		}
		return s.matters(env)
	},
	Leans: func(s held, cmd HandOut) []act.Event {
		return append(s.eventsFor(cmd.To), act.Event{What: "opened", At: s.queue.AddedAt})
	},
	Facts: func(s held, cmd HandOut, env act.Env) copyFacts {
		f := s.facts(env, cmd.To)
		f.OnStop, f.Purpose, f.DueSet = s.queue.Stop != "", cmd.Purpose, cmd.ReturnBy != nil
		f.Destination, f.ReceiverKind, f.signs = "premises", receiverKind(env, cmd.To), between(env.Actor.Person, cmd.To)
		f.PlaceKind, f.PlaceWithin = s.office.Kind, s.office.Within
		f.until(env, cmd.ReturnBy)
		return f
	},
	Decide: decideHandOut,
})

func loadHandOut(tx *act.Tx, cmd HandOut) (held, error) {
	if cmd.Copy == "" && cmd.Envelope != "" {
		steps, document, err := links.Piece(tx.Tx, cmd.Envelope)
		if err != nil {
			return held{}, err
		}
		h := held{piece: steps}
		if document == "" {
			h.piece = append(h.piece, "label") // what is not registered has no copy to number: registering is what is missing
		} else {
			h.item, err = links.Item(tx.Tx, tx.Env.People, document)
		}
		return h, err
	}
	h, err := load(tx, cmd.Copy)
	if err != nil {
		return h, err
	}
	if h.queue, err = links.Queue(tx.Tx, h.copy.Document, cmd.To); err != nil {
		return h, fmt.Errorf("find the turn: %w", err)
	}
	h.office, err = arrives(tx, cmd.Place, cmd.To)
	return h, err
}

// arrives is where somebody gets what he is handed: the named place, else his office where he is a leader.
func arrives(tx *act.Tx, named term.PlaceID, to term.PersonID) (Place, error) {
	if named != "" {
		return locate(tx.Tx, named)
	}
	return officeOf(tx.Tx, to)
}

func decideHandOut(s held, cmd HandOut, env act.Env) (act.Changes, error) {
	if s.piece != nil {
		return act.Changes{}, refuse.Field("copy", "required")
	}
	if err := s.free(cmd.Rev); err != nil {
		return act.Changes{}, err
	}
	if err := receiver(cmd.To, cmd.CopyNo, s.copy, env); err != nil {
		return act.Changes{}, err
	}
	if s.queue.Before != "" {
		return act.Changes{}, &refuse.Invalid{Fields: []refuse.FieldError{{Field: "to", Code: "not_in_turn", ForNow: true, Args: map[string]string{"name": env.People.Name(s.queue.Before)}}}}
	}
	line := HandOver{
		ID: term.HandOverID(env.ID()), Copy: s.copy.ID, Document: s.copy.Document, Class: s.copy.Class, Kind: "hand_out",
		Circulation: s.queue.Circulation, Stop: s.queue.Stop, Giver: env.Actor.Person, Receiver: cmd.To, OutAt: env.At, Purpose: cmd.Purpose,
		GiverSigned: env.Signer("giver"), ReceiverSigned: env.Signer("receiver"), KeptIn: s.office.ID, Measures: distinct(cmd.Measures),
	}
	if cmd.ReturnBy != nil {
		line.ReturnBy = cmd.ReturnBy.In(calendar.Zone)
		if !line.ReturnBy.After(env.At) {
			return act.Changes{}, refuse.Field("return_by", "in_the_past")
		}
	}
	next := s.copy
	next.State, next.Place, next.Holder, next.HandOver, next.Since, next.Device = Held, "", cmd.To, line.ID, env.At, ""
	c := act.Changes{
		Subject: string(s.copy.ID), Document: s.copy.Document, Rows: []store.Change{HandOvers.Insert(line), Copies.Update(s.copy, next)},
		Targets: slices.Concat([]act.Target{owed(s.copy, cmd.To, line.ReturnBy)}, s.reached(env, cmd.To), delivered(s.copy, line, s.office)),
		Values:  map[string]string{"hand_over": string(line.ID)}, After: s.standing(next, line, Place{}, env),
	}
	if s.queue.Stop != "" {
		c.Targets = append(c.Targets, act.Target{Kind: "stop", ID: string(s.queue.Stop), Person: cmd.To, OpenOnly: true})
		c.Then = append(c.Then, act.Follow{Act: "circulation.served", Command: Served{Stop: s.queue.Stop, Copy: s.copy.ID, At: env.At}})
	}
	return c, nil
}

// free answers a copy that is not to be had: who gave it to whom, or that the page was stale.
func (h held) free(rev int64) error {
	c := h.copy
	if rev != 0 && rev != c.Rev || c.State == Held || c.State == Carried || c.State == Transit || c.State == Away {
		return &refuse.Conflict{Table: "copy", Key: string(c.ID), By: h.line.Giver, With: c.Holder}
	}
	if c.State == Ended || c.State == Missing {
		return &refuse.Conflict{Table: "copy", Key: string(c.ID)}
	}
	if c.State == Supplied {
		return refuse.Field("copy", "given_already")
	}
	return nil
}

func receiver(to term.PersonID, copyNo string, c Copy, env act.Env) error {
	switch {
	case to == "":
		return refuse.Field("to", "required")
	case env.People.Name(to) == "":
		return refuse.Field("to", "unknown_person")
	case to == env.Actor.Person:
		return refuse.ForNow("to", "same_person")
	case copyNo != "" && !c.Bears(copyNo):
		return refuse.Field("copy_no", "differs")
	}
	return otherSigner(env, between(env.Actor.Person, to))
}

// reached is what a delivery closes: the reader's own duty, and that of each unit he receives for.
func (h held) reached(env act.Env, to term.PersonID) []act.Target {
	d := h.copy.Document
	out := []act.Target{
		{Kind: "reader", ID: readerKey(d, to), Person: to, CloseOnly: true}, {Kind: "turn", ID: readerKey(d, to), Person: to, CloseOnly: true},
		{Kind: "item", ID: string(d), Person: to, CloseOnly: true},
	}
	for _, u := range links.Receives(env.People, to) {
		out = append(out, act.Target{Kind: "reader", ID: unitKey(d, u), Person: to, CloseOnly: true})
	}
	return out
}

// Served tells circulation that a stop has its copy; TakenBack that it has come back.
type Served struct {
	Stop term.StopID `json:"id"`
	Copy term.CopyID `json:"copy"`
	At   time.Time   `json:"at"`
}

// PassOn asks to pass a copy from reader to reader (横传). It exists so that it can be refused.
type PassOn struct {
	Copy   term.CopyID   `json:"copy" req:"true"`
	To     term.PersonID `json:"to" req:"true"`
	CopyNo string        `json:"copy_no"`
}

var _ = act.Define("custody.pass_on", act.Act[PassOn, held, copyFacts]{
	Load:  func(tx *act.Tx, cmd PassOn) (held, error) { return load(tx, cmd.Copy) },
	Knows: func(s held, _ PassOn, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s held, cmd PassOn) []act.Event { return s.eventsFor(cmd.To) },
	Facts: func(s held, cmd PassOn, env act.Env) copyFacts {
		f := s.facts(env, cmd.To)
		f.signs = between(env.Actor.Person, cmd.To)
		return f
	},
	Decide: decidePassOn,
})

func decidePassOn(s held, cmd PassOn, env act.Env) (act.Changes, error) {
	if s.copy.State != Held || s.copy.Holder != env.Actor.Person {
		return act.Changes{}, &refuse.Conflict{Table: "copy", Key: string(s.copy.ID), With: s.copy.Holder}
	}
	if err := receiver(cmd.To, cmd.CopyNo, s.copy, env); err != nil {
		return act.Changes{}, err
	}
	closed := s.line
	closed.BackAt, closed.TakenBy, closed.ReturnSigned, closed.TakenSigned = env.At, cmd.To, env.Signer("giver"), env.Signer("receiver")
	line := HandOver{
		ID: term.HandOverID(env.ID()), Copy: s.copy.ID, Document: s.copy.Document, Class: s.copy.Class, Kind: "pass_on",
		Giver: env.Actor.Person, Receiver: cmd.To, OutAt: env.At, ReturnBy: s.line.ReturnBy,
		GiverSigned: env.Signer("giver"), ReceiverSigned: env.Signer("receiver"),
	}
	next := s.copy
	next.Holder, next.HandOver, next.Since = cmd.To, line.ID, env.At
	return act.Changes{
		Subject: string(s.copy.ID), Document: s.copy.Document,
		Rows: []store.Change{HandOvers.Update(s.line, closed), HandOvers.Insert(line), Copies.Update(s.copy, next)}, Targets: s.reached(env, cmd.To),
		After: s.standing(next, line, Place{}, env), Passes: []act.Passing{{Document: s.copy.Document, Copy: s.copy.ID, From: s.copy.Holder, To: cmd.To}},
	}, nil
}

// SetCustodian names who answers for a carrier.
type SetCustodian struct {
	Copy term.CopyID   `json:"copy" req:"true"`
	To   term.PersonID `json:"to" req:"true"`
}

var _ = act.Define("custody.set_custodian", act.Act[SetCustodian, held, copyFacts]{
	Load:   func(tx *act.Tx, cmd SetCustodian) (held, error) { return load(tx, cmd.Copy) },
	Knows:  func(s held, _ SetCustodian, env act.Env) []act.Matter { return s.matters(env) },
	Leans:  func(s held, _ SetCustodian) []act.Event { return s.moved()[:1] },
	Facts:  func(s held, cmd SetCustodian, env act.Env) copyFacts { return s.facts(env, cmd.To) },
	Decide: decideCustodian,
})

func decideCustodian(s held, cmd SetCustodian, env act.Env) (act.Changes, error) {
	if s.copy.State == Ended {
		return act.Changes{}, &refuse.Conflict{Table: "copy", Key: string(s.copy.ID)}
	}
	if cmd.To == "" || env.People.Name(cmd.To) == "" {
		return act.Changes{}, refuse.Field("to", "unknown_person")
	}
	next := s.copy
	next.Custodian = cmd.To
	return act.Changes{Subject: string(s.copy.ID), Document: s.copy.Document, Rows: []store.Change{Copies.Update(s.copy, next)}}, nil
}

package custody

import (
	"fmt"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// SendCompilation sends a compilation, inside or outside the house: one piece to each recipient, a person or a unit.
type SendCompilation struct {
	Document   term.DocumentID `json:"document" req:"true"`
	Recipients []string        `json:"recipients" req:"true"` // ids of persons and units
	Channel    string          `json:"channel" in:"channel"`
	EnvelopeNo string          `json:"envelope_no"`
	Seal       string          `json:"seal"`
	SentAt     *time.Time      `json:"sent_at"` // nil: now
	Carriers   []string        `json:"carriers"`
	NetworkNo  string          `json:"network_no"`
}

type compilation struct {
	item act.Item
	is   bool   // it was compiled here
	free []Copy // that can be sent, in order; what a finding holds back comes last
	held int    // how many of these are held back
}

func loadCompilation(tx *act.Tx, cmd SendCompilation) (compilation, error) {
	i, err := links.Item(tx.Tx, tx.Env.People, cmd.Document)
	if err != nil {
		return compilation{}, err
	}
	free, err := Copies.Select(tx.Tx, "WHERE document = $1 AND state IN ('received', 'in_place') ORDER BY seq LIMIT 1000", string(cmd.Document))
	if err != nil {
		return compilation{}, fmt.Errorf("read the copies: %w", err)
	}
	lines, err := Reproductions.Count(tx.Tx, "WHERE document = $1 AND kind = 'compile'", string(cmd.Document))
	if err != nil {
		return compilation{}, fmt.Errorf("look whether a document was compiled: %w", err)
	}
	free, back, err := lastHeld(tx.Tx, free, len(cmd.Recipients))
	return compilation{i, lines > 0, free, back}, err
}

// lastHeld puts the copies that findings hold back behind the others, as far as is needed to find so many that are not.
func lastHeld(tx *store.Tx, free []Copy, need int) (list []Copy, back int, err error) {
	var held []Copy
	for i, c := range free {
		if len(list) >= need {
			list = append(list, free[i:]...)
			break
		}
		is, err := links.HeldBack(tx, c.ID)
		if err != nil {
			return nil, 0, fmt.Errorf("look what holds a copy back: %w", err)
		}
		if is {
			held = append(held, c)
		} else {
			list = append(list, c)
		}
	}
	return append(list, held...), len(held), nil
}

// events are what sending some of the pieces leans on.
func (s compilation) events(sent int) []act.Event {
	out := s.item.Events()
	for _, c := range s.free[:min(sent, len(s.free))] {
		out = append(out, act.Event{What: "labelled", At: c.LabelledAt}, act.Event{What: "moved", At: c.Since})
	}
	return out
}

// recipient is one of them as the law may know him. A unit may know what its scope names, or what all its members may know.
func (s compilation) recipient(id string, env act.Env) (p regulation.Person, known bool) {
	if person := term.PersonID(id); env.People.Name(person) != "" {
		return s.item.Person(env, person), true
	}
	unit := term.UnitID(id)
	members := env.People.Members(unit)
	p.InScope = slices.Contains(s.item.Units, unit) ||
		len(members) > 0 && !slices.ContainsFunc(members, func(m term.PersonID) bool { return !slices.Contains(s.item.Scope, m) })
	return p, len(members) > 0 || slices.Contains(s.item.Units, unit)
}

var _ = act.Define("custody.send_compilation", act.Act[SendCompilation, compilation, copyFacts]{
	Live: true,
	Load: loadCompilation,
	Knows: func(s compilation, _ SendCompilation, env act.Env) []act.Matter {
		return []act.Matter{s.item.Matter(env.Actor.Person)}
	},
	Leans: func(s compilation, cmd SendCompilation) []act.Event { return s.events(len(cmd.Recipients)) },
	Facts: func(s compilation, cmd SendCompilation, env act.Env) copyFacts {
		f := copyFacts{Item: s.item.Item, Channel: cmd.Channel, CarrierCount: len(cmd.Carriers), relations: s.item.Relations(env.Actor.Person)}
		f.Registered = slices.Contains(f.StepsDone, "register")
		f.HeldBack = s.held > 0 && len(cmd.Recipients) <= len(s.free) && len(cmd.Recipients) > len(s.free)-s.held
		for _, id := range cmd.Recipients {
			p, _ := s.recipient(id, env)
			f.Persons = append(f.Persons, p)
			f.ReceiverKind = farther(f.ReceiverKind, recipientKind(env, id))
		}
		if len(f.Persons) == 0 {
			f.Persons = []regulation.Person{s.item.Person(env, env.Actor.Person)}
		}
		return f
	},
	Decide: decideSendCompilation,
})

func decideSendCompilation(s compilation, cmd SendCompilation, env act.Env) (act.Changes, error) {
	switch {
	case !s.is: // what else leaves the house has an act of its own, with its own rules
		return act.Changes{}, refuse.Field("document", "no_compilation")
	case len(cmd.Recipients) == 0:
		return act.Changes{}, refuse.Field("recipients", "required")
	case len(s.free) < len(cmd.Recipients):
		return act.Changes{}, refuse.ForNow("recipients", "too_few_copies")
	}
	envelopes := names(cmd.EnvelopeNo)
	switch {
	case len(envelopes) > 0 && len(envelopes) != len(cmd.Recipients):
		return act.Changes{}, refuse.Field("envelope_no", "one_each")
	case len(distinct(envelopes)) != len(envelopes):
		return act.Changes{}, refuse.Field("envelope_no", "other_recipient")
	}
	at, err := env.When("sent_at", cmd.SentAt, s.events(len(cmd.Recipients))...)
	if err != nil {
		return act.Changes{}, err
	}
	c := act.Changes{Subject: string(cmd.Document), Document: cmd.Document, Values: map[string]string{}}
	var stand []standing
	for i, id := range cmd.Recipients {
		if _, known := s.recipient(id, env); !known {
			return act.Changes{}, refuse.Field("recipients", "unknown_person")
		}
		if slices.Contains(cmd.Recipients[:i], id) {
			return act.Changes{}, refuse.Field("recipients", "twice")
		}
		piece := s.free[i]
		line := HandOver{
			ID: term.HandOverID(env.ID()), Copy: piece.ID, Document: piece.Document, Class: piece.Class, Kind: "send",
			Giver: env.Actor.Person, OutAt: at, Purpose: "send", GiverSigned: env.Signer("actor"),
		}
		if person := term.PersonID(id); env.People.Name(person) != "" {
			line.Receiver = person
		}
		out := Sending{
			ID: line.ID, Copy: piece.ID, Document: piece.Document, Channel: cmd.Channel, Recipient: store.Plain(id),
			Seal: cmd.Seal, NetworkNo: cmd.NetworkNo, Carriers: cmd.Carriers, SentAt: at, SentBy: env.Actor.Person,
		}
		if len(envelopes) > 0 {
			out.EnvelopeNo = envelopes[i]
		}
		next := piece
		next.State, next.Place, next.Holder, next.HandOver, next.Since, next.Device = Transit, "", "", line.ID, at, ""
		t := target(piece)
		t.OpenOnly = true
		c.Rows = append(c.Rows, HandOvers.Insert(line), Sendings.Insert(out), Copies.Update(piece, next))
		c.Targets, c.Values["copy."+id] = append(c.Targets, t), string(piece.ID)
		stand = append(stand, held{item: s.item}.standing(next, line, Place{}, env))
	}
	c.After = standings(stand)
	return c, nil
}

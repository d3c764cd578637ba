package custody

import (
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Send gives a copy to a channel that leads out of the house: from then on it is in transit until the receipt with its
// date is on record or the copy has come back.
type Send struct {
	Copy        term.CopyID   `json:"copy" req:"true"`
	To          term.PersonID `json:"to"` // empty: a unit alone
	Channel     string        `json:"channel" req:"true" in:"channel"`
	Destination string        `json:"destination" in:"destination"`
	Recipient   string        `json:"recipient" secret:"true"`
	EnvelopeNo  string        `json:"envelope_no"`
	Seal        string        `json:"seal"`
	SentAt      *time.Time    `json:"sent_at"` // nil: now
	Carriers    []string      `json:"carriers"`
	NetworkNo   string        `json:"network_no"`
	Measures    []string      `json:"measures" in:"measures"`
}

var _ = act.Define("custody.send", act.Act[Send, held, copyFacts]{
	Signs: []string{"giver"},
	Load: func(tx *act.Tx, cmd Send) (held, error) {
		h, err := load(tx, cmd.Copy)
		if err == nil {
			h.address, err = loadAddress(tx, h.copy.Document, cmd.EnvelopeNo)
		}
		return h, err
	},
	Knows: func(s held, _ Send, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s held, _ Send) []act.Event { return s.events() },
	Facts: func(s held, cmd Send, env act.Env) copyFacts {
		f := s.sending(env, cmd)
		f.signs = map[string]term.PersonID{"giver": env.Actor.Person}
		return f
	},
	Decide: func(s held, cmd Send, env act.Env) (act.Changes, error) { return s.sent(cmd, env) },
})

// sending are the facts of a copy that leaves the house.
func (h held) sending(env act.Env, cmd Send) copyFacts {
	f := h.facts(env, cmd.To)
	f.Channel, f.Destination, f.CarrierCount = cmd.Channel, cmd.Destination, len(cmd.Carriers)
	f.ReceiverKind, f.ReceiverNamed, f.Addressed = receiverKind(env, cmd.To), cmd.To != "", h.address.isFor(cmd.Recipient)
	return f
}

// sent gives the rows of one copy that leaves the house.
func (h held) sent(cmd Send, env act.Env) (act.Changes, error) {
	if err := h.free(0); err != nil {
		return act.Changes{}, err
	}
	if cmd.To != "" && env.People.Name(cmd.To) == "" {
		return act.Changes{}, refuse.Field("to", "unknown_person")
	}
	if err := h.address.wrong(cmd, env); err != nil {
		return act.Changes{}, err
	}
	at, err := env.When("sent_at", cmd.SentAt, h.events()...)
	if err != nil {
		return act.Changes{}, err
	}
	line := HandOver{
		ID: term.HandOverID(env.ID()), Copy: h.copy.ID, Document: h.copy.Document, Class: h.copy.Class, Kind: "send",
		Giver: env.Actor.Person, Receiver: cmd.To, OutAt: at, Purpose: "send",
		GiverSigned: env.Signer("actor"), Measures: distinct(cmd.Measures),
	}
	if line.GiverSigned == "" {
		line.GiverSigned = env.Signer("giver")
	}
	out := Sending{
		ID: line.ID, Copy: h.copy.ID, Document: h.copy.Document, Channel: cmd.Channel, Recipient: store.Plain(cmd.Recipient),
		EnvelopeNo: strings.TrimSpace(cmd.EnvelopeNo), Seal: cmd.Seal, NetworkNo: cmd.NetworkNo, Carriers: cmd.Carriers, SentAt: at, SentBy: env.Actor.Person,
	}
	next := h.copy
	next.State, next.Place, next.Holder, next.HandOver, next.Since, next.Device = Transit, "", "", line.ID, at, ""
	t := target(h.copy)
	t.OpenOnly = true
	return act.Changes{
		Subject: string(h.copy.ID), Document: h.copy.Document, Targets: []act.Target{t},
		Rows: []store.Change{HandOvers.Insert(line), Sendings.Insert(out), Copies.Update(h.copy, next)}, After: h.standing(next, line, Place{}, env),
	}, nil
}

// Acknowledge records the receipt (回单) of a copy that was sent: it has arrived, and who has it has signed.
type Acknowledge struct {
	Copy       term.CopyID `json:"copy" req:"true"`
	ReceivedAt *time.Time  `json:"received_at" req:"true"` // as the receipt says
	ReceiptNo  string      `json:"receipt_no"`
}

// underway is a copy that was sent, with what is on record of it; nil of one that an earlier version sent.
type underway struct {
	held
	sending *Sending
}

func loadUnderway(tx *act.Tx, cmd Acknowledge) (underway, error) {
	h, err := load(tx, cmd.Copy)
	if err != nil || h.copy.HandOver == "" {
		return underway{held: h}, err
	}
	sent, ok, err := Sendings.One(tx.Tx, "WHERE id = $1", string(h.copy.HandOver))
	if err != nil || !ok {
		return underway{held: h}, err
	}
	return underway{h, &sent}, nil
}

var _ = act.Define("custody.acknowledge", act.Act[Acknowledge, underway, copyFacts]{
	Load:   loadUnderway,
	Knows:  func(s underway, _ Acknowledge, env act.Env) []act.Matter { return s.matters(env) },
	Leans:  func(s underway, _ Acknowledge) []act.Event { return s.moved() },
	Facts:  func(s underway, _ Acknowledge, env act.Env) copyFacts { return s.facts(env, "") },
	Decide: func(s underway, cmd Acknowledge, env act.Env) (act.Changes, error) { return s.arrived(cmd, env) },
})

// arrived gives the rows of one copy whose receipt has come.
func (s underway) arrived(cmd Acknowledge, env act.Env) (act.Changes, error) {
	switch {
	case s.copy.State != Transit:
		return act.Changes{}, &refuse.Conflict{Table: "copy", Key: string(s.copy.ID), With: s.copy.Holder}
	case cmd.ReceivedAt == nil:
		return act.Changes{}, refuse.Field("received_at", "required")
	case cmd.ReceivedAt.After(env.At):
		return act.Changes{}, refuse.Field("received_at", "in_the_future")
	case cmd.ReceivedAt.Before(s.line.OutAt.Truncate(time.Minute)): // receipts say minutes
		return act.Changes{}, refuse.Field("received_at", "before_sent")
	}
	line := s.line
	line.ReceiptAt, line.ReceiptNo = cmd.ReceivedAt.In(calendar.Zone), cmd.ReceiptNo
	next := s.copy
	next.State, next.Since = Away, line.ReceiptAt
	t := target(s.copy)
	t.CloseOnly = true
	c := act.Changes{
		Subject: string(s.copy.ID), Document: s.copy.Document, Rows: []store.Change{HandOvers.Update(s.line, line), Copies.Update(s.copy, next)},
		Targets: []act.Target{t}, After: s.standing(next, line, Place{}, env),
	}
	if s.sending != nil {
		known := *s.sending
		known.AcknowledgedAt, known.AcknowledgedBy = env.At, env.Actor.Person
		c.Rows = append(c.Rows, Sendings.Update(*s.sending, known))
	}
	return c, nil
}

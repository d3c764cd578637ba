package custody

import (
	"fmt"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// maxSent bounds the copies of one despatch and of one receipt.
const maxSent = 500

// Despatch is 发出: copies of a document of the office's own go to one recipient by a channel that leads out of the house.
type Despatch struct {
	Document    term.DocumentID `json:"document" req:"true"`
	Copies      []term.CopyID   `json:"copies" req:"true"`
	To          term.PersonID   `json:"to"`
	Channel     string          `json:"channel" req:"true" in:"channel"`
	Destination string          `json:"destination" in:"destination"`
	Recipient   string          `json:"recipient" secret:"true"`
	EnvelopeNo  string          `json:"envelope_no"`
	Seal        string          `json:"seal"`
	SentAt      *time.Time      `json:"sent_at"` // nil: now
	Carriers    []string        `json:"carriers"`
	NetworkNo   string          `json:"network_no"`
	Measures    []string        `json:"measures" in:"measures"`
}

// bundle are copies of one document.
type bundle struct {
	copies []underway
}

func loadBundle(tx *act.Tx, document term.DocumentID, ids []term.CopyID) (bundle, error) {
	var b bundle
	for _, id := range ids[:min(len(ids), maxSent)] {
		u, err := loadUnderway(tx, Acknowledge{Copy: id})
		if err != nil {
			return b, err
		}
		if u.copy.Document != document {
			return b, refuse.ErrNotFound
		}
		b.copies = append(b.copies, u)
	}
	if len(b.copies) == 0 {
		i, err := links.Item(tx.Tx, tx.Env.People, document)
		if err != nil {
			return b, err
		}
		b.copies = []underway{{held: held{item: i}}}
	}
	return b, nil
}

func (b bundle) first() held { return b.copies[0].held }

// wrong answers a list of copies that is none: empty, too long, or with one copy twice.
func wrong(ids []term.CopyID) error {
	seen := map[term.CopyID]bool{}
	for _, id := range ids {
		if seen[id] {
			return refuse.Field("copies", "twice")
		}
		seen[id] = true
	}
	if len(ids) > maxSent {
		return refuse.Field("copies", "too_many")
	}
	return nil
}

var _ = act.Define("document.despatch", act.Act[Despatch, bundle, copyFacts]{
	Live:  true,
	Signs: []string{"giver"},
	Check: func(cmd Despatch) error { return wrong(cmd.Copies) },
	Load: func(tx *act.Tx, cmd Despatch) (bundle, error) {
		b, err := loadBundle(tx, cmd.Document, cmd.Copies)
		if err != nil {
			return b, err
		}
		out, err := loadAddress(tx, cmd.Document, cmd.EnvelopeNo)
		for i := range b.copies {
			b.copies[i].address = out
		}
		return b, err
	},
	Knows: func(s bundle, _ Despatch, env act.Env) []act.Matter { return s.first().matters(env) },
	Leans: func(s bundle, _ Despatch) (out []act.Event) {
		for _, c := range s.copies {
			out = append(out, c.events()...)
		}
		return out
	},
	Facts: func(s bundle, cmd Despatch, env act.Env) copyFacts {
		f := s.first().sending(env, cmd.each(""))
		for _, c := range s.copies {
			f.CopyNoSet, f.HeldBack = f.CopyNoSet && c.copy.CopyNo != "", f.HeldBack || c.heldBack
		}
		f.signs = map[string]term.PersonID{"giver": env.Actor.Person}
		return f
	},
	Decide: decideDespatch,
})

func decideDespatch(s bundle, cmd Despatch, env act.Env) (act.Changes, error) {
	switch {
	case s.first().item.Origin == "received":
		return act.Changes{}, refuse.Field("document", "not_own")
	case s.first().copy.ID == "":
		return act.Changes{}, refuse.Field("copies", "required")
	}
	return s.each(func(c underway) (act.Changes, error) {
		return c.sent(cmd.each(c.copy.ID), env)
	})
}

// each is the sending of one copy of it.
func (cmd Despatch) each(id term.CopyID) Send {
	return Send{
		Copy: id, To: cmd.To, Channel: cmd.Channel, Destination: cmd.Destination, Recipient: cmd.Recipient, EnvelopeNo: cmd.EnvelopeNo, Seal: cmd.Seal, SentAt: cmd.SentAt,
		Carriers: cmd.Carriers, NetworkNo: cmd.NetworkNo, Measures: cmd.Measures,
	}
}

// each does the same to all copies: with what follows for each, and how each stands then.
func (b bundle) each(do func(underway) (act.Changes, error)) (act.Changes, error) {
	d := b.first().copy.Document
	out := act.Changes{Subject: string(d), Document: d}
	var stand []standing
	for _, c := range b.copies {
		one, err := do(c)
		if err != nil {
			return out, err
		}
		out.Rows, out.Targets = append(out.Rows, one.Rows...), append(out.Targets, one.Targets...)
		if as, ok := one.After.(standing); ok {
			stand = append(stand, as)
		}
	}
	out.After = standings(stand)
	return out, nil
}

// AcknowledgeSent records one receipt (回单) for copies of a document that went out together.
type AcknowledgeSent struct {
	Document   term.DocumentID `json:"document" req:"true"`
	Copies     []term.CopyID   `json:"copies" req:"true"`
	ReceivedAt *time.Time      `json:"received_at" req:"true"` // as the receipt says
	ReceiptNo  string          `json:"receipt_no"`
}

var _ = act.Define("document.acknowledge", act.Act[AcknowledgeSent, bundle, copyFacts]{
	Check:  func(cmd AcknowledgeSent) error { return wrong(cmd.Copies) },
	Load:   func(tx *act.Tx, cmd AcknowledgeSent) (bundle, error) { return loadBundle(tx, cmd.Document, cmd.Copies) },
	Knows:  func(s bundle, _ AcknowledgeSent, env act.Env) []act.Matter { return s.first().matters(env) },
	Leans:  func(s bundle, _ AcknowledgeSent) []act.Event { return s.first().moved() },
	Facts:  func(s bundle, _ AcknowledgeSent, env act.Env) copyFacts { return s.first().facts(env, "") },
	Decide: decideAcknowledgeSent,
})

func decideAcknowledgeSent(s bundle, cmd AcknowledgeSent, env act.Env) (act.Changes, error) {
	if s.first().copy.ID == "" {
		return act.Changes{}, refuse.Field("copies", "required")
	}
	return s.each(func(c underway) (act.Changes, error) {
		return c.arrived(Acknowledge{Copy: c.copy.ID, ReceivedAt: cmd.ReceivedAt, ReceiptNo: cmd.ReceiptNo}, env)
	})
}

// OnFile gives the copies of a document of the office's own that stay on file (存档份数): of those that were printed and never
// went out the last ones, since no mark on a copy says so. Of a document from outside none does.
func OnFile(tx *store.Tx, document term.DocumentID) (map[term.CopyID]bool, error) {
	list, err := Copies.Select(tx, "WHERE document = $1 AND state NOT IN ('transit', 'away', 'supplied', 'missing', 'ended') AND "+
		"seq <= (SELECT printed FROM outgoing WHERE id = $1) ORDER BY seq DESC LIMIT COALESCE((SELECT kept FROM outgoing WHERE id = $1), 0)", string(document))
	if err != nil {
		return nil, fmt.Errorf("find which copies stay on file: %w", err)
	}
	out := map[term.CopyID]bool{}
	for _, c := range list {
		out[c.ID] = true
	}
	return out, nil
}

package document

import (
	"strconv"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Accept takes envelopes from a courier, one line each; they are signed for now when the act is signed, else
// later one by one.
type Accept struct {
	Envelopes        []EnvelopeLine `json:"envelopes" req:"true"`
	Channel          string         `json:"channel" in:"channel_in"`
	Courier          string         `json:"courier" secret:"true"`
	CourierSignature string         `json:"courier_signature" in:"courier_sign"` // how the courier signed
}

// EnvelopeLine is one envelope as handed over.
type EnvelopeLine struct {
	No         string       `json:"envelope_no"`
	Issuer     string       `json:"issuer" secret:"true"`
	Level      term.Level   `json:"level"`   // as on the cover, may be empty
	Urgency    term.Urgency `json:"urgency"` // empty is 一般
	Listed     int          `json:"listed"`  // copies by the cover list
	Counted    *int         `json:"counted"` // nil: not counted yet
	SealIntact *bool        `json:"seal_intact"`
	Again      bool         `json:"again"` // the same sender's number was taken in before, and this is another one
}

// acceptFacts: what the law may look at when envelopes come in.
type acceptFacts struct {
	StepsDone   []string `fact:"steps_done,own"` // of an envelope: whoever takes envelopes in sees them all
	CountsEqual bool     `fact:"counts_equal"`
	SignedNow   bool     `fact:"signed_now"`
}

// maxEnvelopes bounds one courier's list.
const maxEnvelopes = 200

var _ = act.Define("document.accept", act.Act[Accept, map[int]met, acceptFacts]{
	Check: func(cmd Accept) error { return checkAccept(cmd) },
	Load:  func(tx *act.Tx, cmd Accept) (map[int]met, error) { return metBefore(tx, cmd.Envelopes) },
	Facts: func(_ map[int]met, cmd Accept, env act.Env) acceptFacts {
		f := acceptFacts{CountsEqual: true, SignedNow: env.Signer("actor") != ""}
		counted := true
		for _, e := range cmd.Envelopes {
			counted = counted && e.Counted != nil
			f.CountsEqual = f.CountsEqual && e.Counted != nil && *e.Counted == e.Listed
		}
		if counted {
			f.StepsDone = append(f.StepsDone, "count")
		}
		return f
	},
	Decide: func(before map[int]met, cmd Accept, env act.Env) (act.Changes, error) {
		if err := twice(before); err != nil {
			return act.Changes{}, err
		}
		c := act.Changes{Values: map[string]string{}}
		for i, line := range cmd.Envelopes {
			e := newEnvelope(line, cmd, env)
			e.Line = i + 1
			c.Rows = append(c.Rows, Envelopes.Insert(e))
			c.Targets = append(c.Targets, act.Target{Kind: "piece", ID: string(e.ID)})
			c.Values["envelope."+line.No] = string(e.ID)
			c.Subject = string(e.ID)
		}
		return c, nil
	},
})

func checkAccept(cmd Accept) error {
	var bad refuse.Invalid
	add := func(field, code string) { bad.Fields = append(bad.Fields, refuse.FieldError{Field: field, Code: code}) }
	if len(cmd.Envelopes) == 0 {
		add("envelopes", "required")
	}
	if len(cmd.Envelopes) > maxEnvelopes {
		add("envelopes", "too_many")
	}
	seen := map[string]bool{}
	for i, e := range cmd.Envelopes {
		if no := strings.TrimSpace(e.No); no != "" && seen[no] {
			add(onLine(i, "envelope_no"), "twice")
		} else {
			seen[no] = true
		}
		if e.Listed < 0 || e.Listed > maxCopies {
			add(onLine(i, "listed"), "out_of_range")
		}
		if e.Counted != nil && (*e.Counted < 0 || *e.Counted > maxCopies) {
			add(onLine(i, "counted"), "out_of_range")
		}
	}
	if len(bad.Fields) > 0 {
		return &bad
	}
	return nil
}

// onLine is the path of a field of one envelope, counted from 0.
func onLine(i int, field string) string { return "envelopes." + strconv.Itoa(i) + "." + field }

// maxCopies bounds the copies of one document.
const maxCopies = 999

func newEnvelope(line EnvelopeLine, cmd Accept, env act.Env) Envelope {
	urgency, _ := term.ParseUrgency(string(line.Urgency)) // checked before
	e := Envelope{
		ID: term.EnvelopeID(env.ID()), No: strings.TrimSpace(line.No), Issuer: store.Plain(line.Issuer), Channel: cmd.Channel,
		Courier: store.Plain(cmd.Courier), CourierSign: cmd.CourierSignature, Level: line.Level, Urgency: urgency,
		Listed: line.Listed, Counted: NotCounted, SealIntact: line.SealIntact != nil && *line.SealIntact, ReceivedAt: env.At,
	}
	if line.Counted != nil {
		e.Counted, e.CountedAt, e.CountedBy = *line.Counted, env.At, env.Actor.Person
	}
	if by := env.Signer("actor"); by != "" {
		e.SignedAt, e.SignedBy = env.At, by
	}
	return e
}

// SignFor is 签收 of an envelope that was taken in unsigned, after its copies were counted.
type SignFor struct {
	Envelope term.EnvelopeID `json:"envelope" req:"true"`
	Counted  *int            `json:"counted"` // nil keeps the count on record
}

var _ = act.Define("document.sign_for", act.Act[SignFor, Envelope, acceptFacts]{
	Load:   func(tx *act.Tx, cmd SignFor) (Envelope, error) { return Envelopes.Get(tx.Tx, cmd.Envelope) },
	Within: true,
	Leans:  func(s Envelope, _ SignFor) []act.Event { return s.Events() },
	Facts: func(e Envelope, cmd SignFor, env act.Env) acceptFacts {
		if cmd.Counted != nil {
			e.Counted = *cmd.Counted
		}
		return acceptFacts{StepsDone: e.steps(), CountsEqual: e.Counted == e.Listed, SignedNow: true}
	},
	Decide: func(e Envelope, cmd SignFor, env act.Env) (act.Changes, error) {
		if !e.SignedAt.IsZero() {
			return act.Changes{}, &refuse.Conflict{Table: "envelope", Key: string(e.ID), By: e.SignedBy}
		}
		next := e
		if cmd.Counted != nil {
			next.Counted, next.CountedAt, next.CountedBy = *cmd.Counted, env.At, env.Actor.Person
		}
		if next.Counted == NotCounted {
			return act.Changes{}, refuse.Field("counted", "required")
		}
		next.SignedAt, next.SignedBy = env.At, env.Actor.Person
		return act.Changes{Subject: string(e.ID), Rows: []store.Change{Envelopes.Update(e, next)}, Targets: []act.Target{{Kind: "piece", ID: string(e.ID)}}}, nil
	},
})

// Events are what an act on the envelope leans on.
func (e Envelope) Events() []act.Event {
	return []act.Event{{What: "received", At: e.ReceivedAt}, {What: "counted", At: e.CountedAt}, {What: "signed", At: e.SignedAt}}
}

// steps are those of steps_done that an envelope can show.
func (e Envelope) steps() []string {
	out := []string{"accept"}
	if e.Counted != NotCounted {
		out = append(out, "count")
	}
	if !e.SignedAt.IsZero() {
		out = append(out, "sign")
	}
	if e.Discrepancy != "" {
		out = append(out, "discrepancy")
	}
	if e.Document != "" {
		out = append(out, "register")
	}
	return out
}

// Discrepancy is the note to the sender when the count differs from the cover list.
type Discrepancy struct {
	Envelope term.EnvelopeID `json:"envelope" req:"true"`
	Listed   *int            `json:"listed"`
	Counted  *int            `json:"counted"`
	What     string          `json:"what" secret:"true" max:"400"`
	SentTo   string          `json:"sent_to" secret:"true"`
}

var _ = act.Define("document.discrepancy", act.Act[Discrepancy, Envelope, acceptFacts]{
	Load: func(tx *act.Tx, cmd Discrepancy) (Envelope, error) { return Envelopes.Get(tx.Tx, cmd.Envelope) },
	Inherit: func(e Envelope, _ Discrepancy) map[string]string {
		out := map[string]string{"listed": strconv.Itoa(e.Listed)}
		if e.Counted != NotCounted {
			out["counted"] = strconv.Itoa(e.Counted)
		}
		return out
	},
	Within: true,
	Leans:  func(s Envelope, _ Discrepancy) []act.Event { return s.Events() },
	Facts: func(e Envelope, _ Discrepancy, _ act.Env) acceptFacts {
		return acceptFacts{StepsDone: e.steps(), CountsEqual: e.Counted == e.Listed}
	},
	Decide: func(e Envelope, cmd Discrepancy, env act.Env) (act.Changes, error) {
		if cmd.Counted != nil && *cmd.Counted != e.Counted { // the note is about the count there was, in every office
			return act.Changes{}, refuse.Field("counted", "not_as_counted")
		}
		next := e
		next.Discrepancy = env.ID()
		n := Note{
			ID: next.Discrepancy, Kind: "discrepancy", Envelope: e.ID, Listed: number(cmd.Listed), Counted: number(cmd.Counted),
			Reason: store.Plain(cmd.What), SentTo: store.Plain(cmd.SentTo), By: env.Actor.Person, At: env.At,
		}
		return act.Changes{Subject: string(e.ID), Rows: []store.Change{Envelopes.Update(e, next), Notes.Insert(n)}}, nil
	},
})

func number(n *int) int {
	if n == nil {
		return NotCounted
	}
	return *n
}

// Piece reads an envelope's steps for the nouns that are asked to hand out what is not registered yet.
func Piece(tx *store.Tx, id term.EnvelopeID) (steps []string, document term.DocumentID, err error) {
	e, err := Envelopes.Get(tx, id)
	return e.steps(), e.Document, err
}

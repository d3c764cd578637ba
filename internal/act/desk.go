package act

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/ledger"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Office is what the desk asks of the office it serves; app plugs it in. Every method runs inside the
// writer's transaction or on a reader's snapshot and must not write.
type Office interface {
	Directory(tx *store.Tx, at time.Time) (Directory, error)
	Law(tx *store.Tx, at time.Time) (*regulation.Law, error)
	Calendar(tx *store.Tx) (calendar.Book, error)
	Zone(tx *store.Tx) (term.Zone, error)
}

// Recorder writes evidence; the ledger implements it.
type Recorder interface {
	Append(tx *store.Tx, e *ledger.Entry) (uint64, error)
}

// Desk does acts. All fields are set once, before the first act.
type Desk struct {
	DB      *store.DB
	Ledger  Recorder
	Office  Office
	Clock   calendar.Clock
	Secrets Secrets
	IDs     io.Reader     // nil: crypto/rand
	LateBy  time.Duration // an act claimed to have occurred earlier than this needs a reason; 0 is 5 minutes
	OnDone  func(act string, document term.DocumentID)
	Since   time.Time             // when the office began to keep its books: dates before it open nothing
	Stopped func(act string) bool // acts that stop while old entries fail verification; nil: none

	openNext time.Time // when duties may next open by themselves; the timer alone touches it
}

// Request is one try.
type Request struct {
	Act        string
	Command    any // the act's command struct by value, or JSON as json.RawMessage
	By         Actor
	At         time.Time // when it happened; zero: now
	Late       string    // reason of a late entry (补登)
	Signatures []Signature
	Key        string // idempotency key; empty: none
}

// Receipt is the answer "done".
type Receipt struct {
	Reference term.Reference    `json:"reference"`
	Act       string            `json:"act"`
	Subject   string            `json:"subject,omitempty"`
	Values    map[string]string `json:"values,omitempty"`
	At        time.Time         `json:"at"`
	// Replayed says that the same request was done before and nothing was done now.
	Replayed bool `json:"replayed,omitempty"`
}

// maxLateEntry bounds how far back a late entry may claim to have happened.
const maxLateEntry = 366 * 24 * time.Hour

// maxKey bounds an idempotency key.
const maxKey = 100

// Do tries an act. The error is a *refuse.Refusal, *refuse.Invalid, *refuse.Conflict, or wraps one of the
// kinds of package refuse; anything else is internal.
func (d *Desk) Do(ctx context.Context, q Request) (Receipt, error) {
	def, ok := lookup(q.Act)
	if !ok {
		return Receipt{}, fmt.Errorf("act %q: %w", q.Act, refuse.ErrNotFound)
	}
	if !q.By.System && q.By.Account == "" {
		return Receipt{}, refuse.ErrUnauthenticated
	}
	if d.Stopped != nil && d.Stopped(q.Act) {
		return Receipt{}, fmt.Errorf("act %s: old entries fail verification: %w", q.Act, refuse.ErrUnavailable)
	}
	cmd, fields, err := decode(def, q.Command, q.By.System)
	if err != nil {
		return Receipt{}, d.Unfit(ctx, q, nil)
	}
	if len(q.Key) > maxKey {
		return Receipt{}, refuse.Field("idempotency_key", "too_long")
	}
	var r *running
	warm := func(tx *store.Tx) bool {
		return (&running{desk: d, def: def, request: q, fields: fields, tx: tx, dry: true, rehearsal: true}).rehearse(cmd)
	}
	err = d.DB.WriteWarm(ctx, q.Act, warm, func(tx *store.Tx) error {
		r = &running{desk: d, def: def, request: q, fields: fields, tx: tx}
		return r.do(cmd)
	})
	if err != nil {
		return Receipt{}, err
	}
	if r.answer != nil {
		return Receipt{}, r.answer
	}
	if d.OnDone != nil && !r.receipt.Replayed {
		for _, done := range r.done {
			d.OnDone(done.act, done.document)
		}
	}
	return r.receipt, nil
}

// May asks whether an act would be allowed, without doing or recording anything: for buttons that say why
// they are disabled. It answers as Do would, law and knowledge alike.
func (d *Desk) May(ctx context.Context, q Request) error { return d.may(ctx, q, false, nil) }

// Foresee is May, and tells what speaks against an act that would be done.
func (d *Desk) Foresee(ctx context.Context, q Request) (warnings []refuse.FieldError, err error) {
	err = d.may(ctx, q, false, &warnings)
	return warnings, err
}

// MayWhenAsked is May for somebody who would have been asked to do it, and knows of the item by that.
func (d *Desk) MayWhenAsked(ctx context.Context, q Request) error { return d.may(ctx, q, true, nil) }

func (d *Desk) may(ctx context.Context, q Request, called bool, foreseen *[]refuse.FieldError) error {
	def, ok := lookup(q.Act)
	if !ok {
		return refuse.ErrNotFound
	}
	cmd, fields, err := decode(def, q.Command, q.By.System)
	if err != nil {
		return err
	}
	err = d.DB.Read(ctx, func(tx *store.Tx) error {
		r := &running{desk: d, def: def, request: q, fields: fields, tx: tx, dry: true, called: called, foreseen: foreseen}
		if err := r.do(cmd); err != nil {
			return err
		}
		return r.answer
	})
	return err
}

// decode brings a command to its type. JSON is read strictly: unknown names and wrong types are answered at
// the field. Of a command that can be read and does not fit, the arguments come beside the answer.
func decode(def *definition, command any, system bool) (any, map[string]any, error) {
	value, err := typed(def, command)
	if err != nil {
		return nil, nil, err
	}
	fields, bad := fieldsOf(value, system)
	if bad != nil {
		return value, fields, bad
	}
	return value, fields, nil
}

var errNoCommand = errors.New("a command is expected")

func typed(def *definition, command any) (any, error) {
	raw, ok := command.(json.RawMessage)
	if !ok {
		if command == nil {
			return nil, errNoCommand
		}
		return command, nil
	}
	return decodeJSON(def.command, raw)
}

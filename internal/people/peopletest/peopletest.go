// Package peopletest sets a model office up for tests: a database, a desk, a clock that stands, and the entries that
// were written. Signatures go without saying where a test names none.
package peopletest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/ledger"
	"jiyao/internal/people"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
	"jiyao/regulations"

	_ "jiyao/internal/procedure" // the acts that follow from those of people
)

// Monday is 2026-03-02 09:00, the clock of the scenes.
var Monday = time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone)

// World is one office on one database.
type World struct {
	T       *testing.T
	DB      *store.DB
	Desk    *act.Desk
	Office  *people.Office
	Clock   *calendar.Set
	Setup   people.Setup
	Entries []*ledger.Entry // in order of writing, of what did not commit too
}

// Append implements act.Recorder.
func (w *World) Append(_ *store.Tx, e *ledger.Entry) (uint64, error) {
	w.Entries = append(w.Entries, e)
	return uint64(len(w.Entries)), nil
}

// Sealer turns bytes over; it only has to be the same way back.
type Sealer struct{}

// SealColumn implements store.Sealer.
func (Sealer) SealColumn(_ *store.Tx, _, _, _, _ string, plain []byte) ([]byte, error) {
	return turned(plain), nil
}

// OpenColumn implements store.Sealer.
func (Sealer) OpenColumn(_ *store.Tx, _, _, _, _ string, stored []byte) ([]byte, error) {
	return turned(stored), nil
}

func turned(b []byte) []byte {
	out := make([]byte, len(b))
	for i := range b {
		out[i] = b[i] ^ 0x5a
	}
	return out
}

// Setup reads a model office: county, demo …
func Setup(t testing.TB, name string) people.Setup {
	t.Helper()
	file := name + "/office.yaml"
	b, err := fs.ReadFile(regulations.FS, file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := people.ParseOffice(file, b)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Each runs fn on both engines with the named model office, founded on Monday.
func Each(t *testing.T, name string, fn func(w *World)) {
	t.Helper()
	clock := calendar.NewSet(Monday)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := &World{T: t, DB: db, Office: &people.Office{}, Clock: calendar.NewSet(clock.Now()), Setup: Setup(t, name)}
		w.Desk = &act.Desk{DB: db, Ledger: w, Office: w.Office, Clock: w.Clock}
		w.Must(act.Request{Act: "people.found", Command: w.Setup.Found, By: act.System()})
		fn(w)
	}, storetest.Opened(func(o *store.Options) { o.Sealer, o.Clock = Sealer{}, clock }))
}

// Answer spells an error for tables: clauses of a refusal, field=code, or a kind.
func Answer(err error) string {
	var refusal *refuse.Refusal
	var invalid *refuse.Invalid
	var conflict *refuse.Conflict
	switch {
	case err == nil:
		return "done"
	case errors.As(err, &refusal):
		return fmt.Sprint(refusal.Clauses())
	case errors.As(err, &invalid):
		return invalid.Fields[0].Field + "=" + invalid.Fields[0].Code
	case errors.As(err, &conflict):
		return "conflict"
	case errors.Is(err, refuse.ErrNotFound):
		return "not found"
	}
	return err.Error()
}

// By is a person signed in.
func By(id term.PersonID) act.Actor {
	return act.Actor{Account: term.AccountID("account-" + id), Person: id, Session: "s", Terminal: "t"}
}

// Try does an act of a person, signed by himself and by whoever else is named as role, person, role, person …
func (w *World) Try(by term.PersonID, name string, cmd any, others ...string) (act.Receipt, error) {
	w.T.Helper()
	q := act.Request{Act: name, Command: cmd, By: By(by), Signatures: []act.Signature{{Role: "actor", Person: by, Strength: "pin"}}}
	for i := 0; i+1 < len(others); i += 2 {
		q.Signatures = append(q.Signatures, act.Signature{Role: others[i], Person: term.PersonID(others[i+1]), Strength: "pin"})
	}
	return w.Desk.Do(context.Background(), q)
}

// Do is Try that must succeed.
func (w *World) Do(by term.PersonID, name string, cmd any, others ...string) act.Receipt {
	w.T.Helper()
	r, err := w.Try(by, name, cmd, others...)
	if err != nil {
		w.T.Fatalf("%s by %s: %v", name, by, err)
	}
	return r
}

// Must does a request that must succeed.
func (w *World) Must(q act.Request) act.Receipt {
	w.T.Helper()
	r, err := w.Desk.Do(context.Background(), q)
	if err != nil {
		w.T.Fatalf("%s: %v", q.Act, err)
	}
	return r
}

// Read runs fn on a reader's snapshot.
func (w *World) Read(fn func(tx *store.Tx) error) {
	w.T.Helper()
	if err := w.DB.Read(context.Background(), fn); err != nil {
		w.T.Fatal(err)
	}
}

// People is the directory at the clock's moment.
func (w *World) People() *people.Directory {
	w.T.Helper()
	var d *people.Directory
	w.Read(func(tx *store.Tx) (err error) {
		d, err = w.Office.People(tx, w.Clock.Now())
		return err
	})
	return d
}

// Last is the newest entry.
func (w *World) Last() *ledger.Entry { return w.Entries[len(w.Entries)-1] }

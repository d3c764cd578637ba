package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/app"
	"jiyao/internal/calendar"
	"jiyao/internal/document"
	"jiyao/internal/identity"
	"jiyao/internal/keyring"
	"jiyao/internal/ledger"
	"jiyao/internal/people"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// monday is when everything happens: a working day on which all commitments of the model office stand.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone)

// model is an office that was founded and filled once. Variants run on copies of its database.
type model struct {
	folder string
	dsn    string // empty: the file in the folder
	suite  *keyring.Suite
	signer *keyring.Signer
	shelf  shelf
	login  app.Credential
	batch  float64 // acts in one commit of the last audited run
}

// found makes the model office of one suite and fills it. dsn is an empty PostgreSQL database, or empty.
func (b *bench) found(ctx context.Context, suite *keyring.Suite, dsn string, p plan) (*model, error) {
	folder, err := os.MkdirTemp(b.folder, suite.Name()+"-")
	if err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	m := &model{folder: folder, dsn: dsn, suite: suite}
	if _, err := app.Create(folder, suite, app.Protection{KeyFile: true}); err != nil {
		return nil, err
	}
	if m.signer, err = keyring.LoadSigner(filepath.Join(folder, "keys", "checkpoint.json")); err != nil {
		return nil, fmt.Errorf("load the checkpoint key: %w", err)
	}
	a, err := app.Open(ctx, app.Options{Data: folder, DSN: dsn, Clock: calendar.NewSet(monday), Quiet: true, Cost: identity.Cost{Time: 1, MemoryKiB: 8 << 10, Threads: 1}})
	if err != nil {
		return nil, err
	}
	err = m.fill(ctx, a, p)
	if err = errors.Join(err, a.Close()); err != nil {
		return nil, fmt.Errorf("fill the model office: %w", err)
	}
	return m, nil
}

func (m *model) fill(ctx context.Context, a *app.App, p plan) error {
	setup, err := app.DemoOffice("county")
	if err != nil {
		return err
	}
	if err := a.Unseal(app.Key{}); err != nil {
		return err
	}
	logins, err := a.Found(ctx, setup, true)
	if err != nil {
		return err
	}
	for _, l := range logins {
		if l.Login == "officer" {
			m.login = l
		}
	}
	f := filler{app: a, plan: p}
	for _, l := range setup.Logins {
		if l.Admin == "" && l.Person != "officer" && l.Person != "stranger" && l.Person != "outsider" {
			f.readers = append(f.readers, l.Person)
		}
	}
	if err := f.run(ctx); err != nil {
		return err
	}
	m.shelf = f.shelf
	m.shelf.readers = f.readers
	return nil
}

// opened is one copy of a model office, open.
type opened struct {
	db   *store.DB
	log  *ledger.Log // nil: without evidence
	desk *act.Desk
	ring *keyring.Ring

	commits atomic.Int64
}

// variant says what an office is opened with.
type variant struct {
	dsn     string
	audited bool
	sink    act.Recorder // where it is not; nil: one that forgets
	trace   func(string, []any)
}

// open opens a copy of the model. An office that is not audited has a sink for a recorder and no ledger at all.
func (m *model) open(ctx context.Context, v variant) (*opened, error) {
	ring, err := keyring.Load(filepath.Join(m.folder, "keys", "master.json"))
	if err != nil {
		return nil, fmt.Errorf("load the master key: %w", err)
	}
	if err := ring.UnsealKeyFile(filepath.Join(m.folder, "keys", "demo.json")); err != nil {
		return nil, fmt.Errorf("unseal: %w", err)
	}
	o := &opened{ring: ring}
	o.db, err = store.Open(ctx, store.Options{DSN: v.dsn, Hash: m.suite.NewHash, Sealer: document.Secrets{Ring: ring}, Trace: v.trace, Fault: o.step})
	if err != nil {
		return nil, err
	}
	clock := calendar.NewSet(monday)
	recorder := v.sink
	if recorder == nil {
		recorder = sink{}
	}
	if v.audited {
		o.log, err = ledger.Open(o.db, ledger.Options{Hash: m.suite.NewHash, Signer: m.signer, Origin: m.signer.Name(), Now: clock.Now})
		if err != nil {
			return nil, errors.Join(err, o.db.Close())
		}
		recorder = o.log
	}
	o.desk = &act.Desk{DB: o.db, Ledger: recorder, Office: &people.Office{}, Clock: clock, Secrets: document.Secrets{Ring: ring}}
	return o, nil
}

// step counts the commits; nothing fails.
func (o *opened) step(name string) error {
	if name == "commit" {
		o.commits.Add(1)
	}
	return nil
}

func (o *opened) close() error {
	var err error
	if o.log != nil {
		err = o.log.Close()
	}
	return errors.Join(err, o.db.Close())
}

// sink takes entries and forgets them.
type sink struct{}

// Append implements act.Recorder.
func (sink) Append(*store.Tx, *ledger.Entry) (uint64, error) { return 1, nil }

// copy makes a database like the model's, which nobody has open.
func (m *model) copy() (dsn string, drop func() error, err error) {
	from := filepath.Join(m.folder, "jiyao.db")
	to, err := os.MkdirTemp(m.folder, "run-")
	if err != nil {
		return "", nil, fmt.Errorf("make a folder: %w", err)
	}
	file := filepath.Join(to, "jiyao.db")
	for _, suffix := range []string{"", "-wal"} { // the log of what was written last, if it was not folded in
		err := copyFile(from+suffix, file+suffix)
		if err != nil && (suffix == "" || !errors.Is(err, os.ErrNotExist)) {
			return "", nil, fmt.Errorf("copy the model office: %w", err)
		}
	}
	return "sqlite:" + file, func() error { return os.RemoveAll(to) }, nil
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // it was only read
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Sync()
}

// officer is who hands out and takes back.
func officer() act.Actor {
	return act.Actor{Account: "account-officer", Person: "officer", Session: "bench", Terminal: "counter"}
}

// signed are the two signatures of a hand-over, as identity gives them once it has checked them.
func signed(giver, receiver term.PersonID) []act.Signature {
	one := func(role string, p term.PersonID) act.Signature {
		return act.Signature{Role: role, Person: p, Strength: "pin", Terminal: "counter", At: monday}
	}
	return []act.Signature{one("giver", giver), one("receiver", receiver)}
}

package identityacts

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/identity"
	"jiyao/internal/ledger"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
	"jiyao/regulations"
)

var (
	ctx    = context.Background()
	monday = time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone)
	cheap  = identity.Cost{Time: 1, MemoryKiB: 1 << 10, Threads: 1}
)

// tape keeps entries.
type tape struct{ entries []*ledger.Entry }

func (r *tape) Append(_ *store.Tx, e *ledger.Entry) (uint64, error) {
	r.entries = append(r.entries, e)
	return uint64(len(r.entries)), nil
}

// office is a directory of three persons, and base alone.
type office struct {
	act.Directory
	law *regulation.Law
}

var posts = map[term.PersonID][]string{"head": {"base/unit_head"}, "officer": {"base/officer"}, "fresh": nil}

func (o office) Posts(id term.PersonID) []string             { return posts[id] }
func (o office) Acting(term.PersonID) (posts, acts []string) { return nil, nil }
func (o office) Holders(post string) (out []term.PersonID) {
	for id, held := range posts {
		if slices.Contains(held, post) {
			out = append(out, id)
		}
	}
	return out
}
func (o office) InOffice(term.PersonID) bool { return false }
func (o office) Facts(id term.PersonID) (regulation.Person, bool) {
	_, ok := posts[id]
	return regulation.Person{ID: id, CommitmentSigned: ok}, ok
}

type rooms struct{ office }

func (r rooms) Directory(*store.Tx, time.Time) (act.Directory, error) { return r.office, nil }
func (r rooms) Law(*store.Tx, time.Time) (*regulation.Law, error)     { return r.law, nil }
func (r rooms) Calendar(*store.Tx) (calendar.Book, error)             { return calendar.Book{}, nil }
func (r rooms) Zone(*store.Tx) (term.Zone, error)                     { return term.ZoneOffice, nil }

func lawWith(t *testing.T, rules string) *regulation.Law {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"base/pack.yaml", "base/clauses.yaml", "base/functions.yaml"} {
		b, err := fs.ReadFile(regulations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: b}
	}
	if rules != "" {
		files["base/rules.cedar"] = &fstest.MapFile{Data: []byte(rules)}
	}
	base, err := regulation.Load(files, "base")
	if err != nil {
		t.Fatal(err)
	}
	all, err := act.Vocabulary()
	if err != nil {
		t.Fatal(err)
	}
	mine := regulation.Vocabulary{}
	for name, words := range all {
		if strings.HasPrefix(name, "identity.") {
			mine[name] = words
		}
	}
	law, err := regulation.New(base, nil, mine)
	if err != nil {
		t.Fatal(err)
	}
	return law
}

// pins stands for the keyring, sealer for its values.
type pins struct{}

func (pins) HashPIN(a term.AccountID, pin string) ([]byte, error) {
	return []byte(string(a) + ":" + pin), nil
}

// unspent stands for the ledger, which gets an entry for each code that was used.
func unspent(*store.Tx, term.AccountID, term.TerminalID, []store.Written) error { return nil }

func (pins) CheckPIN(a term.AccountID, pin string, stored []byte) error {
	if string(stored) != string(a)+":"+pin {
		return errors.New("wrong PIN")
	}
	return nil
}

type sealer struct{}

func (sealer) SealColumn(_ *store.Tx, _, _, _, _ string, plain []byte) ([]byte, error) {
	return append([]byte("sealed:"), plain...), nil
}

func (sealer) OpenColumn(_ *store.Tx, _, _, _, _ string, stored []byte) ([]byte, error) {
	return stored[len("sealed:"):], nil
}

type world struct {
	t     *testing.T
	db    *store.DB
	clock *calendar.Set
	desk  *act.Desk
	tape  *tape
	gate  *identity.Gate
	who   map[string]*person
}

// person is an account with its secrets, signed in.
type person struct {
	account  identity.Account
	plain    identity.Plain
	session  identity.Session
	terminal term.TerminalID
	lines    int
}

func (p *person) code() string {
	p.lines++
	return p.plain.Codes[p.lines-1]
}

func (p *person) actor() act.Actor { return act.Actor(p.session.Actor) }

func each(t *testing.T, rules string, fn func(w *world)) {
	t.Helper()
	law := lawWith(t, rules)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := &world{t: t, db: db, clock: calendar.NewSet(monday), tape: &tape{}, who: map[string]*person{}}
		w.desk = &act.Desk{DB: db, Ledger: w.tape, Office: rooms{office{law: law}}, Clock: w.clock}
		var err error
		w.gate, err = identity.New(identity.Options{DB: db, Clock: w.clock, Record: Recorder{w.desk}, Pins: pins{}, Mark: bytes.Clone, Spend: unspent, Cost: cheap})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []identity.Spec{
			{Login: "sys", Roles: []string{identity.SysAdmin}}, {Login: "sec", Roles: []string{identity.SecAdmin}},
			{Login: "head", Person: "head"}, {Login: "officer", Person: "officer"}, {Login: "spare"},
		} {
			w.found(s)
		}
		fn(w)
	}, storetest.Opened(func(o *store.Options) { o.Sealer = sealer{} }))
}

// made keeps the accounts of set-up from test to test: their printed codes take a while.
var made = map[string]struct {
	issued identity.Issued
	plain  identity.Plain
}{}

// found puts an account as set-up does, and signs it in on a terminal of its own.
func (w *world) found(s identity.Spec) {
	w.t.Helper()
	m, ok := made[s.Login]
	if !ok {
		var err error
		if m.issued, m.plain, err = w.gate.Issue(ctx, s); err != nil {
			w.t.Fatal(err)
		}
		made[s.Login] = m
	}
	issued, plain := m.issued, m.plain
	err := w.db.Write(ctx, "set-up", func(tx *store.Tx) error {
		_, err := store.Put(tx, issued.Changes())
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	_, at, err := identity.NewTerminal(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	p := &person{account: issued.Account, plain: plain, terminal: at}
	w.who[s.Login] = p
	if p.session, err = w.in(p, plain.Password); err != nil {
		w.t.Fatalf("%s signs in: %v", s.Login, err)
	}
}

func (w *world) in(p *person, password string) (identity.Session, error) {
	s, _, err := w.gate.SignIn(ctx, identity.SignIn{Login: p.account.Login, Password: password, Code: p.code(), Terminal: p.terminal})
	return s, err
}

// do tries an act; signers are "role:login".
func (w *world) do(by, name string, cmd any, signers ...string) error {
	w.t.Helper()
	q := act.Request{Act: name, Command: cmd, By: w.who[by].actor()}
	for _, s := range signers {
		role, login, _ := strings.Cut(s, ":")
		q.Signatures = append(q.Signatures, act.Signature{Role: role, Person: w.who[login].account.Signer(), Strength: "pin", At: monday})
	}
	_, err := w.desk.Do(ctx, q)
	return err
}

// prepared reads a command as it comes over the wire.
func (w *world) prepared(by, name, raw string) Ready {
	w.t.Helper()
	r, err := Prepare(ctx, w.gate, "某单位", w.who[by].session.Actor, name, json.RawMessage(raw))
	if err != nil {
		w.t.Fatalf("prepare %s: %v", name, err)
	}
	return r
}

func (w *world) last() *ledger.Entry { return w.tape.entries[len(w.tape.entries)-1] }

func (w *world) done(what string, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%s: %v", what, err)
	}
	if got := w.last().Outcome; got != ledger.Done {
		w.t.Fatalf("%s: recorded as %v", what, got)
	}
}

func (w *world) refused(what string, err error, clauses ...term.Clause) {
	w.t.Helper()
	var r *refuse.Refusal
	if !errors.As(err, &r) || !slices.Equal(r.Clauses(), clauses) {
		w.t.Fatalf("%s: %v, want a refusal by %v", what, err, clauses)
	}
}

func (w *world) invalid(what string, err error, field, code string) {
	w.t.Helper()
	var i *refuse.Invalid
	if !errors.As(err, &i) || i.Fields[0].Field != field || i.Fields[0].Code != code {
		w.t.Fatalf("%s: %v, want %s=%s", what, err, field, code)
	}
}

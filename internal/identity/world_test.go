package identity

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
)

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone)

// cheap keeps the tests from hashing for minutes; the shape of the work is the same.
var cheap = Cost{Time: 1, MemoryKiB: minMemory, Threads: 1}

// pins stands for the keyring.
type pins struct{ sealed bool }

func (p *pins) HashPIN(account term.AccountID, pin string) ([]byte, error) {
	if p.sealed {
		return nil, fmt.Errorf("sealed: %w", refuse.ErrUnavailable)
	}
	if len(pin) < 6 {
		return nil, errors.New("no PIN")
	}
	h := hmac.New(sha256.New, []byte("key"))
	h.Write([]byte(string(account) + "\x00" + pin))
	return h.Sum(nil), nil
}

func (p *pins) CheckPIN(account term.AccountID, pin string, stored []byte) error {
	mac, err := p.HashPIN(account, pin)
	if err == nil && !hmac.Equal(mac, stored) {
		err = errors.New("wrong PIN")
	}
	return err
}

// marked stands for the keyed hash of the data folder.
func marked(b []byte) []byte {
	h := hmac.New(sha256.New, []byte("not in the database"))
	h.Write(b)
	return h.Sum(nil)
}

// sealer seals by turning bytes over, or not at all.
type sealer struct{ closed bool }

func (s *sealer) SealColumn(_ *store.Tx, _, _, _, _ string, plain []byte) ([]byte, error) {
	return flip(plain), nil
}

func (s *sealer) OpenColumn(_ *store.Tx, _, _, _, _ string, stored []byte) ([]byte, error) {
	if s.closed {
		return nil, fmt.Errorf("sealed: %w", refuse.ErrUnavailable)
	}
	return flip(stored), nil
}

func flip(b []byte) []byte {
	out := make([]byte, len(b))
	for i := range b {
		out[i] = b[i] ^ 0x5a
	}
	return out
}

// book records tries as identityacts does, without law and ledger.
type book struct {
	db    *store.DB
	clock calendar.Clock
	mu    sync.Mutex
	tries []Tried
	fail  error
	spent []store.Written
}

func (b *book) spend(_ *store.Tx, _ term.AccountID, _ term.TerminalID, rows []store.Written) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent = append(b.spent, rows...)
	return nil
}

func (b *book) Tried(ctx context.Context, t Tried) error {
	b.mu.Lock()
	b.tries = append(b.tries, t)
	fail := b.fail
	b.mu.Unlock()
	if fail != nil {
		return fail
	}
	return b.db.Write(ctx, "tried", func(tx *store.Tx) error {
		var rows []store.Change
		if t.Opened != nil {
			rows = append(rows, Sessions.Insert(*t.Opened))
		}
		if t.Account != "" {
			old, ok, err := SignIns.One(tx, "WHERE account = $1", string(t.Account))
			if err != nil {
				return err
			}
			next := old
			next.Account = t.Account
			if t.Result == Done {
				next.At, next.Terminal, next.Failures = b.clock.Now(), t.Terminal, 0
			} else {
				next.Failures, next.FailedAt, next.FailedTerminal = next.Failures+1, b.clock.Now(), t.Terminal
			}
			if ok {
				rows = append(rows, SignIns.Update(old, next))
			} else {
				rows = append(rows, SignIns.Insert(next))
			}
		}
		_, err := store.Put(tx, rows)
		return err
	})
}

func (b *book) last() Tried {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.tries[len(b.tries)-1]
}

// The two accounts of every test are made once: forty printed codes take a while.
var made = sync.OnceValues(func() ([2]Issued, [2]Plain) {
	var issued [2]Issued
	var plain [2]Plain
	for i, s := range []Spec{{Login: "Officer.1", Person: "officer", Issuer: "某区 办公室&"}, {Login: "sys", Roles: []string{SysAdmin}, Issuer: "x"}} {
		var err error
		if issued[i], plain[i], err = (Issuer{Pins: &pins{}, Cost: cheap}).Issue(s, monday); err != nil {
			panic(err)
		}
	}
	return issued, plain
})

type world struct {
	t      *testing.T
	said   bytes.Buffer // what the log says
	db     *store.DB
	clock  *calendar.Set
	gate   *Gate
	book   *book
	pins   *pins
	sealer *sealer
	a, b   Account
	plain  [2]Plain
	desk   term.TerminalID // a terminal on which the officer has signed in
	n      int
}

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	s := &sealer{}
	storetest.Each(t, func(t *testing.T, db *store.DB) { s.closed = false; fn(newWorld(t, db, s)) }, storetest.Opened(func(o *store.Options) { o.Sealer = s }))
}

func newWorld(t *testing.T, db *store.DB, s *sealer) *world {
	issued, plain := made()
	w := &world{t: t, db: db, clock: calendar.NewSet(monday), pins: &pins{}, sealer: s, plain: plain}
	w.book = &book{db: db, clock: w.clock}
	var err error
	if w.gate, err = New(Options{DB: db, Clock: w.clock, Record: w.book, Pins: w.pins, Mark: marked, Spend: w.book.spend, Log: w.log(), Cost: cheap}); err != nil {
		t.Fatal(err)
	}
	w.write(func(tx *store.Tx) error {
		_, err := store.Put(tx, append(issued[0].Changes(), issued[1].Changes()...))
		return err
	})
	w.a, w.b = issued[0].Account, issued[1].Account
	w.desk = w.terminal()
	return w
}

func (w *world) log() *slog.Logger { return slog.New(slog.NewTextHandler(&w.said, nil)) }

func (w *world) write(fn func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(context.Background(), "test", fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) terminal() term.TerminalID {
	w.t.Helper()
	_, id, err := NewTerminal(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// code is the officer's token now.
func (w *world) code() string {
	w.t.Helper()
	c, err := totp.GenerateCode(w.plain[0].Secret, w.clock.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// printed is the officer's next line of the printed list.
func (w *world) printed() string {
	w.n++
	return w.plain[0].Codes[w.n-1]
}

func (w *world) signIn(login, password, code string, at term.TerminalID) (Session, LastSignIn, error) {
	return w.gate.SignIn(context.Background(), SignIn{Login: login, Password: password, Code: code, Terminal: at})
}

// in signs the officer in with the next printed code.
func (w *world) in(at term.TerminalID) Session {
	w.t.Helper()
	s, _, err := w.signIn("officer.1", w.plain[0].Password, w.printed(), at)
	if err != nil {
		w.t.Fatalf("sign in: %v", err)
	}
	return s
}

func (w *world) is(what string, err, want error) {
	w.t.Helper()
	if !errors.Is(err, want) {
		w.t.Fatalf("%s: %v, want %v", what, err, want)
	}
}

func (w *world) advance(d time.Duration) {
	w.t.Helper()
	if err := w.clock.Advance(d); err != nil {
		w.t.Fatal(err)
	}
}

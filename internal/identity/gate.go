package identity

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Options says what a gate stands on. DB, Clock, Record, Pins, Mark and Spend are expected.
type Options struct {
	DB     store.Doer
	Clock  calendar.Clock
	Record Recorder
	Pins   Pins
	// Mark is a keyed hash under a key that is not in the database, the same on every node and at hand while sealed.
	Mark func(text []byte) []byte
	// Spend writes the entry for a code that was used, in the transaction that uses it up.
	Spend  func(tx *store.Tx, account term.AccountID, terminal term.TerminalID, rows []store.Written) error
	Random io.Reader     // nil: crypto/rand
	Cost   Cost          // of new passwords and of the work for unknown names; zero: DefaultCost
	Idle   time.Duration // a session ends after so long without a look; zero: 15 minutes
	Life   time.Duration // and in any case after so long; zero: 8 hours
	Log    *slog.Logger  // hears of stored hashes that cannot be read; nil: slog.Default()
}

// Gate signs people in and checks their signatures. It is safe for concurrent use.
type Gate struct {
	opt   Options
	slots *slots
	// What a name that does not exist is checked against.
	nobody Credential
	secret string
}

// New makes a gate.
func New(opt Options) (*Gate, error) {
	if opt.DB == nil || opt.Clock == nil || opt.Record == nil || opt.Pins == nil || opt.Mark == nil || opt.Spend == nil {
		return nil, errors.New("a gate needs DB, Clock, Record, Pins, Mark and Spend")
	}
	if opt.Cost == (Cost{}) {
		opt.Cost = DefaultCost
	}
	if !opt.Cost.valid() {
		return nil, errors.New("cost of a password out of bounds")
	}
	if opt.Idle <= 0 {
		opt.Idle = 15 * time.Minute
	}
	if opt.Life <= 0 {
		opt.Life = 8 * time.Hour
	}
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	g := &Gate{opt: opt, slots: newSlots()}
	h, err := dummyHash(opt.Random, opt.Cost)
	if err != nil {
		return nil, err
	}
	secret, err := random(opt.Random, tokenBytes)
	if err != nil {
		return nil, err
	}
	list := printedList{salt: secret[:hashSalt]}
	for range listLen {
		list.sums = append(list.sums, make([]byte, printedSum))
	}
	g.nobody = Credential{Password: h.String(), TokenKind: TOTP, TokenID: "-", CodesID: "-", Codes: list.String()}
	g.secret = base32.StdEncoding.EncodeToString(secret)
	return g, nil
}

func (g *Gate) now() time.Time { return g.opt.Clock.Now() }

func (g *Gate) issuer() Issuer {
	return Issuer{Random: g.opt.Random, Pins: g.opt.Pins, Cost: g.opt.Cost}
}

// Issue makes a new account's rows and secrets in a place of the hashing queue. Nothing is written: the rows go
// into identity.account_create. Errors as Issuer.Issue, and refuse.ErrTooMany when the queue is full.
func (g *Gate) Issue(ctx context.Context, spec Spec) (Issued, Plain, error) {
	done, err := g.slots.take(ctx)
	if err != nil {
		return Issued{}, Plain{}, err
	}
	defer done()
	return g.issuer().Issue(spec, g.now())
}

// Fresh makes a new set of secrets for an account, for identity.reset. issuer is the office's name.
func (g *Gate) Fresh(ctx context.Context, account term.AccountID, issuer string) (Credential, Plain, error) {
	var a Account
	err := g.opt.DB.Read(ctx, func(tx *store.Tx) (err error) {
		a, err = Accounts.Get(tx, account)
		return err
	})
	if err != nil {
		return Credential{}, Plain{}, err
	}
	done, err := g.slots.take(ctx)
	if err != nil {
		return Credential{}, Plain{}, err
	}
	defer done()
	return g.issuer().Secrets(a.ID, a.Login, issuer, "", g.now())
}

// try is one look at somebody's secrets.
type try struct {
	purpose  string
	how      string // ByPassword, ByCode or ByPIN
	secret   string
	code     string
	terminal term.TerminalID
	by       Actor
	find     finder
}

// finder names the account: the rest of a SELECT with one argument, and how the throttle knows the name.
type finder struct {
	tail    string
	arg     string
	subject string
}

func byLogin(typed string) finder {
	login, err := NormalizeLogin(typed)
	if err != nil {
		// No account has this name. The throttle still knows it, and the same queries run for nobody.
		return finder{"WHERE login = $1", "", subjectHash("login", typed)}
	}
	return finder{"WHERE login = $1", login, subjectHash("login", login)}
}

func byID(id term.AccountID) finder {
	return finder{"WHERE id = $1", plainID(string(id)), subjectHash("id", string(id))}
}

func byPerson(id term.PersonID) finder {
	return finder{"WHERE person = $1 AND person <> ''", plainID(string(id)), subjectHash("person", string(id))}
}

// plainID keeps out what no store could look for.
func plainID(s string) string {
	if len(s) > maxLogin {
		return ""
	}
	for _, r := range s {
		if r < ' ' || r == '\ufffd' {
			return ""
		}
	}
	return s
}

// file is what the database says about a try, real or nobody's.
type file struct {
	account  Account // zero for nobody
	cred     Credential
	secret   string // of the token
	tokenErr error  // why the token could not be opened
	next     int64  // counter of a counter token
	lanes    []lane
	last     SignInRow
	slow     time.Time // throttled until then; zero: not
}

// look reads everything about a try on one snapshot, with the same queries whether the account exists or not.
func (g *Gate) look(ctx context.Context, t try) (file, error) {
	var f file
	err := g.opt.DB.Read(ctx, func(tx *store.Tx) error {
		account, found, err := Accounts.One(tx, t.find.tail, t.find.arg)
		if err != nil {
			return fmt.Errorf("find the account: %w", err)
		}
		cred, has, err := Credentials.One(tx, "WHERE account = $1", string(account.ID))
		if err != nil {
			return fmt.Errorf("find the credential: %w", err)
		}
		f = file{cred: g.nobody, secret: g.secret}
		subject := t.find.subject
		if found {
			f.account, subject = account, subjectHash("login", account.Login)
		}
		if found && has {
			f.cred = cred
			f.secret, f.tokenErr = openToken(tx, cred)
		}
		if f.next, err = nextCounter(tx, account.ID, f.cred.TokenID); err != nil {
			return err
		}
		if f.last, _, err = SignIns.One(tx, "WHERE account = $1", string(account.ID)); err != nil {
			return fmt.Errorf("find the last sign-in: %w", err)
		}
		_, known, err := Terminals.One(tx, "WHERE id = $1", string(t.terminal))
		if err != nil {
			return fmt.Errorf("find the terminal: %w", err)
		}
		f.lanes = lanes(t.purpose, subject, t.terminal, known, t.by.Account)
		counts, err := loadLanes(tx, f.lanes)
		f.slow = throttled(counts, g.now())
		return err
	})
	return f, err
}

func openToken(tx *store.Tx, c Credential) (string, error) {
	if err := Credentials.Reveal(tx, &c, "token"); err != nil {
		return "", fmt.Errorf("open the token's secret: %w", err)
	}
	return c.Token.Text()
}

func nextCounter(tx *store.Tx, account term.AccountID, series string) (int64, error) {
	row, ok, err := used.One(tx, "WHERE account = $1 AND series = $2 ORDER BY n DESC LIMIT 1", string(account), series)
	if err != nil {
		return 0, fmt.Errorf("find the last code: %w", err)
	}
	if !ok {
		return 0, nil
	}
	return row.N + 1, nil
}

// outcome is what a try came to.
type outcome struct {
	file
	result   string
	failures int
}

// judge looks, proves and settles one try. It answers refuse.ErrTooMany without having looked at any secret, and
// refuse.ErrUnavailable where a sealed keyring keeps it from telling. Nothing is recorded yet.
func (g *Gate) judge(ctx context.Context, t try) (outcome, error) {
	f, err := g.look(ctx, t)
	if err != nil {
		return outcome{}, fmt.Errorf("look at a try: %w", err)
	}
	if !f.slow.IsZero() {
		return outcome{}, &refuse.Throttled{Until: f.slow}
	}
	v, err := g.prove(ctx, t, f)
	if err != nil {
		return outcome{}, err
	}
	return g.settle(ctx, t, f, v)
}

// settle spends the code and counts the try. What others did since the look is seen here, in the writer.
func (g *Gate) settle(ctx context.Context, t try, f file, v verdict) (outcome, error) {
	out := outcome{file: f}
	err := g.opt.DB.Write(ctx, "identity.settle", func(tx *store.Tx) error {
		now := g.now()
		counts, err := loadLanes(tx, f.lanes)
		if err != nil {
			return err
		}
		if until := throttled(counts, now); !until.IsZero() {
			return &refuse.Throttled{Until: until}
		}
		var spent []store.Written
		out.result, spent, err = judgeIn(tx, t, f, v, now)
		if err != nil {
			return err
		}
		if out.failures, err = count(tx, counts, out.result == Done, now); err != nil {
			return err
		}
		if out.result == Done && t.purpose == ForSignIn {
			if err := touchTerminal(tx, t.terminal, now); err != nil {
				return err
			}
		}
		if len(spent) == 0 {
			return nil
		}
		return g.opt.Spend(tx, out.account.ID, t.terminal, spent)
	})
	if err != nil {
		return outcome{}, fmt.Errorf("settle a try: %w", err)
	}
	return out, nil
}

// judgeIn gives the result and spends the code that helped to prove it. Account, lock and code are read anew.
func judgeIn(tx *store.Tx, t try, f file, v verdict, now time.Time) (string, []store.Written, error) {
	account, found, err := Accounts.One(tx, "WHERE id = $1", string(f.account.ID))
	if err != nil {
		return "", nil, fmt.Errorf("find the account: %w", err)
	}
	cred, _, err := Credentials.One(tx, "WHERE account = $1", string(f.account.ID))
	if err != nil {
		return "", nil, fmt.Errorf("find the credential: %w", err)
	}
	locked, err := OpenLocks(tx, f.account.ID, t.terminal)
	if err != nil {
		return "", nil, err
	}
	switch {
	case !found || !v.ok || cred.Rev != f.cred.Rev: // reset meanwhile: what was proven is no longer so
		return Wrong, nil, nil
	case !account.Active:
		return Off, nil, nil
	case len(locked) > 0:
		return Locked, nil, nil
	}
	if v.use == nil {
		return Done, nil, nil
	}
	spent, err := spend(tx, account.ID, *v.use, now)
	if err != nil || len(spent) == 0 {
		return Wrong, nil, err
	}
	return Done, spent, nil
}

// spend uses a code up; nothing when it, or one after it in its series, was used before.
func spend(tx *store.Tx, account term.AccountID, u use, now time.Time) ([]store.Written, error) {
	tail := "WHERE account = $1 AND series = $2 AND n = $3"
	if u.strict {
		tail = "WHERE account = $1 AND series = $2 AND n >= $3"
	}
	before, err := used.Count(tx, tail, string(account), u.series, u.n)
	if err != nil {
		return nil, fmt.Errorf("look for a used code: %w", err)
	}
	if before > 0 {
		return nil, nil
	}
	id := fmt.Sprintf("%s:%s:%d", account, u.series, u.n)
	written, err := store.Put(tx, []store.Change{used.Insert(Used{ID: id, Account: account, Series: u.series, N: u.n, At: now})})
	if err != nil {
		return nil, fmt.Errorf("spend a code: %w", err)
	}
	return written, nil
}

package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// SignIn is what was typed, and where.
type SignIn struct {
	Login    string
	Password string
	Code     string // of a token or printed list
	Terminal term.TerminalID
	Bearer   bool // a program: the token goes into a header and is not tied to a cookie
}

// Session is an open session. Token is in clear here and nowhere else.
type Session struct {
	Token      string
	Actor      Actor
	Login      string
	MustChange bool
	Expires    time.Time // the latest; idling ends it sooner
}

// LastSignIn is shown after signing in. At is zero at the first.
type LastSignIn struct {
	At             time.Time
	Terminal       term.TerminalID
	Failures       int // tries that failed since, on any terminal, signatures included
	FailedAt       time.Time
	FailedTerminal term.TerminalID
}

// Principal is who holds a session now.
type Principal struct {
	Actor      Actor
	Login      string
	MustChange bool
	Since      time.Time
	Expires    time.Time // absolute
	IdleEnds   time.Time // unless somebody looks before
	Bearer     bool
}

// seenEvery is how often a look is written down; idling is measured from there.
const seenEvery = 30 * time.Second

// SignIn opens a session. Whatever is wrong (name, password, code, a lock, an account switched off) answers
// refuse.ErrUnauthenticated; refuse.ErrTooMany when throttled or the queue is full; refuse.ErrUnavailable when it
// could not be recorded or a token cannot be checked while the keyring is sealed. Every try that was looked at is
// recorded, and the session commits together with its entry.
func (g *Gate) SignIn(ctx context.Context, s SignIn) (Session, LastSignIn, error) {
	if err := checkTerminal(s.Terminal); err != nil {
		return Session{}, LastSignIn{}, err
	}
	t := try{purpose: ForSignIn, how: ByPassword, secret: s.Password, code: s.Code, terminal: s.Terminal, find: byLogin(s.Login)}
	out, err := g.judge(ctx, t)
	if err != nil {
		return Session{}, LastSignIn{}, err
	}
	tried := Tried{Account: out.account.ID, Terminal: s.Terminal, Purpose: ForSignIn, Result: out.result, Failures: out.failures}
	if out.result != Done {
		if err := g.opt.Record.Tried(ctx, tried); err != nil {
			return Session{}, LastSignIn{}, fmt.Errorf("record a failed sign-in: %w", err)
		}
		return Session{}, LastSignIn{}, refuse.ErrUnauthenticated
	}
	token, row, err := g.newSession(out.account, s)
	if err != nil {
		return Session{}, LastSignIn{}, err
	}
	tried.Opened = &row
	tried.By = actorOf(out.account, row)
	if err := g.opt.Record.Tried(ctx, tried); err != nil {
		return Session{}, LastSignIn{}, fmt.Errorf("record a sign-in: %w", err)
	}
	last := LastSignIn{At: out.last.At, Terminal: out.last.Terminal, Failures: out.last.Failures, FailedAt: out.last.FailedAt, FailedTerminal: out.last.FailedTerminal}
	return Session{Token: token, Actor: tried.By, Login: out.account.Login, MustChange: out.account.MustChange, Expires: row.ExpiresAt}, last, nil
}

func (g *Gate) newSession(a Account, s SignIn) (string, SessionRow, error) {
	token, err := newToken(g.opt.Random)
	if err != nil {
		return "", SessionRow{}, err
	}
	hash, err := tokenHash(token)
	if err != nil {
		return "", SessionRow{}, err
	}
	id, err := term.NewID(g.opt.Random)
	if err != nil {
		return "", SessionRow{}, err
	}
	now := g.now()
	row := SessionRow{Token: hash, ID: term.SessionID(id), Account: a.ID, Terminal: s.Terminal, Bearer: s.Bearer,
		CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(g.opt.Life)}
	row.Mark, err = g.sessionMark(row)
	return token, row, err
}

func actorOf(a Account, s SessionRow) Actor {
	return Actor{Account: a.ID, Person: a.Person, Session: s.ID, Terminal: s.Terminal, Admin: a.Roles}
}

// Session answers who holds a token, and counts as a look. terminal is the one of the request's cookie; empty for
// a bearer token, which is good without. Unknown, forged, expired, idle, revoked, from another terminal, of an
// account switched off, or a row that this program did not write: all are refuse.ErrUnauthenticated.
func (g *Gate) Session(ctx context.Context, token string, terminal term.TerminalID) (Principal, error) {
	p, row, err := g.peek(ctx, token, terminal)
	if err != nil || g.now().Sub(row.SeenAt) < seenEvery {
		return p, err
	}
	err = g.opt.DB.Write(ctx, "identity.seen", func(tx *store.Tx) error {
		row, err := Sessions.Get(tx, row.Token)
		if err != nil {
			return err
		}
		now := g.now()
		if !g.live(row, now) || !g.ourSession(row) {
			return refuse.ErrUnauthenticated
		}
		next := row
		next.SeenAt = now
		if next.Mark, err = g.sessionMark(next); err != nil {
			return err
		}
		p.IdleEnds = now.Add(g.opt.Idle)
		return Sessions.PutNow(tx, Sessions.Update(row, next))
	})
	if errors.Is(err, refuse.ErrNotFound) || errors.Is(err, refuse.ErrUnauthenticated) {
		return Principal{}, refuse.ErrUnauthenticated
	}
	if err != nil {
		return Principal{}, fmt.Errorf("note that a session was used: %w", err)
	}
	return p, nil
}

// Peek answers as Session does without counting as a look: for boards that refresh by themselves.
func (g *Gate) Peek(ctx context.Context, token string, terminal term.TerminalID) (Principal, error) {
	p, _, err := g.peek(ctx, token, terminal)
	return p, err
}

func (g *Gate) peek(ctx context.Context, token string, terminal term.TerminalID) (Principal, SessionRow, error) {
	hash, err := tokenHash(token)
	if err != nil {
		return Principal{}, SessionRow{}, err
	}
	var row SessionRow
	var a Account
	err = g.opt.DB.Read(ctx, func(tx *store.Tx) (err error) {
		if row, err = Sessions.Get(tx, hash); err != nil {
			return err
		}
		a, err = Accounts.Get(tx, row.Account)
		return err
	})
	if errors.Is(err, refuse.ErrNotFound) {
		return Principal{}, SessionRow{}, refuse.ErrUnauthenticated
	}
	if err != nil {
		return Principal{}, SessionRow{}, fmt.Errorf("find a session: %w", err)
	}
	if !g.live(row, g.now()) || !a.Active || row.Bearer != (terminal == "") || !row.Bearer && row.Terminal != terminal || !g.ourSession(row) {
		return Principal{}, SessionRow{}, refuse.ErrUnauthenticated
	}
	return Principal{Actor: actorOf(a, row), Login: a.Login, MustChange: a.MustChange, Since: row.CreatedAt,
		Expires: row.ExpiresAt, IdleEnds: row.SeenAt.Add(g.opt.Idle), Bearer: row.Bearer}, row, nil
}

func (g *Gate) live(s SessionRow, now time.Time) bool {
	return s.RevokedAt.IsZero() && now.Before(s.ExpiresAt) && now.Sub(s.SeenAt) < g.opt.Idle
}

// SignOut ends the session of a token. An unknown or ended one is no error: it is over either way.
func (g *Gate) SignOut(ctx context.Context, token string) error {
	hash, err := tokenHash(token)
	if err != nil {
		return nil //nolint:nilerr // no session can have such a token
	}
	err = g.opt.DB.Write(ctx, "identity.sign_out", func(tx *store.Tx) error {
		row, ok, err := Sessions.One(tx, "WHERE token = $1", hash)
		if err != nil || !ok || !row.RevokedAt.IsZero() {
			return err
		}
		next := row
		next.RevokedAt, next.Mark = g.now(), nil
		return Sessions.PutNow(tx, Sessions.Update(row, next))
	})
	if err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	return nil
}

// Revoke ends every session of an account at once and says how many there were.
func (g *Gate) Revoke(ctx context.Context, account term.AccountID) (int, error) {
	n := 0
	err := g.opt.DB.Write(ctx, "identity.revoke", func(tx *store.Tx) error {
		changes, err := Revocations(tx, account, "", g.now())
		if err != nil {
			return err
		}
		n = len(changes)
		_, err = store.Put(tx, changes)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("revoke sessions: %w", err)
	}
	return n, nil
}

// Revocations are the changes that end the sessions of an account, but for the one to be kept. Acts that change
// secrets put them with their own rows.
func Revocations(tx *store.Tx, account term.AccountID, keep term.SessionID, now time.Time) ([]store.Change, error) {
	rows, err := Sessions.Select(tx, "WHERE account = $1 AND revoked_at IS NULL AND id <> $2 ORDER BY token LIMIT 1000", string(account), string(keep))
	if err != nil {
		return nil, fmt.Errorf("find the sessions of an account: %w", err)
	}
	var out []store.Change
	for _, row := range rows {
		next := row
		next.RevokedAt, next.Mark = now, nil
		out = append(out, Sessions.Update(row, next))
	}
	return out, nil
}

// Sweep forgets sessions, tickets and throttle rows that no longer decide anything. Used codes stay for good.
func (g *Gate) Sweep(ctx context.Context) error {
	now := g.now()
	day := now.Add(-24 * time.Hour)
	for _, q := range []struct {
		text string
		at   time.Time
	}{
		{"DELETE FROM session WHERE expires_at < $1", day},
		{"DELETE FROM ticket WHERE expires_at < $1", now},
		{"DELETE FROM throttle WHERE last_at < $1", day},
	} {
		err := g.opt.DB.Write(ctx, "identity.sweep", func(tx *store.Tx) error {
			_, err := tx.Exec(q.text, q.at)
			return err
		})
		if err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
	}
	return nil
}

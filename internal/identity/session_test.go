package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

func TestASessionEnds(t *testing.T) {
	ctx := context.Background()
	each(t, func(w *world) {
		alive := func(s Session, at term.TerminalID) error {
			p, err := w.gate.Session(ctx, s.Token, at)
			if err == nil && (p.Actor.Account != w.a.ID || p.Actor.Session != s.Actor.Session || p.Actor.Person != "officer") {
				w.t.Fatalf("principal %+v", p)
			}
			return err
		}
		s := w.in(w.desk)
		w.is("at once", alive(s, w.desk), nil)
		w.advance(14*time.Minute + 59*time.Second)
		w.is("looked at in time", alive(s, w.desk), nil)
		w.advance(14*time.Minute + 59*time.Second)
		if _, err := w.gate.Peek(ctx, s.Token, w.desk); err != nil {
			w.t.Fatalf("a board looks: %v", err)
		}
		w.advance(time.Second)
		w.is("idle 15 minutes, the board's look not counted", alive(s, w.desk), refuse.ErrUnauthenticated)

		s = w.in(w.desk)
		for range 31 { // 7 h 45 min
			w.advance(15*time.Minute - time.Second)
			w.is("busy", alive(s, w.desk), nil)
		}
		w.advance(15*time.Minute - time.Second)
		w.is("busy until the eighth hour", alive(s, w.desk), nil)
		w.advance(32 * time.Second)
		w.is("after 8 hours", alive(s, w.desk), refuse.ErrUnauthenticated)

		s = w.in(w.desk)
		other := w.in(w.terminal())
		if err := w.gate.SignOut(ctx, s.Token); err != nil {
			w.t.Fatal(err)
		}
		w.is("signed out", alive(s, w.desk), refuse.ErrUnauthenticated)
		w.is("signing out again", w.gate.SignOut(ctx, s.Token), nil)
		w.is("the other one", alive(other, other.Actor.Terminal), nil)
		if n, err := w.gate.Revoke(ctx, w.a.ID); err != nil || n != 1+2 { // with the two that only ran out
			w.t.Fatalf("revoked %d: %v", n, err)
		}
		w.is("revoked", alive(other, other.Actor.Terminal), refuse.ErrUnauthenticated)
	})
}

func TestATokenIsBoundToItsTerminal(t *testing.T) {
	ctx := context.Background()
	each(t, func(w *world) {
		cookie := w.in(w.desk)
		program, _, err := w.gate.SignIn(ctx, SignIn{Login: "officer.1", Password: w.plain[0].Password, Code: w.printed(), Terminal: w.terminal(), Bearer: true})
		if err != nil {
			w.t.Fatal(err)
		}
		forged, err := newToken(nil)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, c := range []struct {
			name, token string
			at          term.TerminalID
			want        error
		}{
			{"its own terminal", cookie.Token, w.desk, nil},
			{"another terminal", cookie.Token, w.terminal(), refuse.ErrUnauthenticated},
			{"as a bearer", cookie.Token, "", refuse.ErrUnauthenticated},
			{"a bearer's", program.Token, "", nil},
			{"a bearer's as a cookie", program.Token, program.Actor.Terminal, refuse.ErrUnauthenticated},
			{"forged", forged, w.desk, refuse.ErrUnauthenticated},
			{"one character off", "A" + cookie.Token[1:], w.desk, refuse.ErrUnauthenticated},
			{"empty", "", w.desk, refuse.ErrUnauthenticated},
			{"NUL", cookie.Token[:42] + "\x00", w.desk, refuse.ErrUnauthenticated},
			{"long", strings.Repeat("A", 1<<20), w.desk, refuse.ErrUnauthenticated},
			{"with a line end", cookie.Token + "\n", w.desk, refuse.ErrUnauthenticated},
		} {
			if c.name == "one character off" && cookie.Token[0] == 'A' {
				c.token = "B" + cookie.Token[1:]
			}
			_, err := w.gate.Session(ctx, c.token, c.at)
			w.is(c.name, err, c.want)
		}
		w.write(func(tx *store.Tx) error {
			rows, err := Sessions.Select(tx, "ORDER BY token LIMIT 10")
			for _, r := range rows {
				if strings.Contains(r.Token, cookie.Token) || r.Token == program.Token {
					w.t.Error("a token stands in the database")
				}
			}
			return err
		})
	})
}

func TestWithoutEvidenceNobodyComesIn(t *testing.T) {
	each(t, func(w *world) {
		w.book.fail = fmt.Errorf("disk full: %w", refuse.ErrUnavailable)
		s, _, err := w.signIn("officer.1", w.plain[0].Password, w.printed(), w.desk)
		w.is("sign in", err, refuse.ErrUnavailable)
		if s.Token != "" {
			w.t.Error("a token was given")
		}
		_, _, err = w.signIn("officer.1", "wrong", "", w.desk)
		w.is("a failure that cannot be recorded", err, refuse.ErrUnavailable)
		w.write(func(tx *store.Tx) error {
			n, err := Sessions.Count(tx, "")
			if n != 0 {
				w.t.Errorf("%d sessions", n)
			}
			return err
		})
	})
}

func TestKeyHoldersComeInWhileTheKeyringIsSealed(t *testing.T) {
	each(t, func(w *world) {
		token := w.code()
		w.sealer.closed, w.pins.sealed = true, true
		_, _, err := w.signIn("officer.1", "wrong", token, w.terminal())
		w.is("a stranger hears nothing", err, refuse.ErrUnauthenticated)
		_, _, err = w.signIn("officer.1", w.plain[0].Password, token, w.terminal())
		w.is("who has the password hears why", err, refuse.ErrUnavailable)
		s := w.in(w.desk)
		_, err = w.gate.Sign(context.Background(), SignRequest{Role: "actor", How: ByPIN, Secret: w.plain[0].PIN, Terminal: w.desk, Digest: make([]byte, digestLen), By: s.Actor})
		w.is("a PIN", err, refuse.ErrUnavailable)
	})
}

func TestSweepForgetsWhatIsOver(t *testing.T) {
	each(t, func(w *world) {
		s := w.in(w.desk)
		code := w.plain[0].Codes[w.n-1]
		_, _, err := w.signIn("x", "y", "", w.terminal())
		w.is("guess", err, refuse.ErrUnauthenticated)
		w.advance(40 * time.Hour)
		w.in(w.desk)
		if err := w.gate.Sweep(context.Background()); err != nil {
			w.t.Fatal(err)
		}
		w.write(func(tx *store.Tx) error {
			sessions, err1 := Sessions.Count(tx, "")
			rows, err2 := throttles.Count(tx, "")
			if sessions != 1 || rows != 0 {
				w.t.Errorf("%d sessions and %d lanes left", sessions, rows)
			}
			return errors.Join(err1, err2)
		})
		_, err = w.gate.Session(context.Background(), s.Token, w.desk)
		w.is("swept", err, refuse.ErrUnauthenticated)
		_, _, err = w.signIn("officer.1", w.plain[0].Password, code, w.desk)
		w.is("a used line stays used", err, refuse.ErrUnauthenticated)
	})
}

func TestTerminals(t *testing.T) {
	cookie, id, err := NewTerminal(nil)
	if err != nil || !term.ValidID(string(id)) {
		t.Fatalf("terminal %q: %v", id, err)
	}
	if again, err := TerminalOf(cookie); again != id || err != nil {
		t.Errorf("%q, then %q: %v", id, again, err)
	}
	for _, bad := range []string{"", "x", cookie + "A", cookie[1:], string(id), "\x00" + cookie[1:], cookie + "\n"} {
		if _, err := TerminalOf(bad); !errors.Is(err, refuse.ErrUnauthenticated) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	_, _, err = (&Gate{}).SignIn(context.Background(), SignIn{})
	var invalid *refuse.Invalid
	if !errors.As(err, &invalid) {
		t.Errorf("no terminal: %v", err)
	}
}

func TestDigest(t *testing.T) {
	type lend struct {
		Copy string    `json:"copy"`
		To   string    `json:"to"`
		Due  time.Time `json:"due"`
		N    int       `json:"n"`
		Note string    `json:"note"`
	}
	digest := func(act string, cmd any) string {
		t.Helper()
		d, err := Digest(act, cmd)
		if err != nil || len(d) != digestLen {
			t.Fatalf("%d bytes: %v", len(d), err)
		}
		return string(d)
	}
	base := digest("custody.lend", lend{Copy: "1", To: "clerk"})
	for name, same := range map[string]any{
		"JSON":             json.RawMessage(`{"to":"clerk","copy":"1"}`),
		"zero values":      json.RawMessage(`{"to":"clerk","copy":"1","n":0,"note":"","due":"0001-01-01T00:00:00Z","x":null,"y":[],"z":{"a":""}}`),
		"spaces, escaping": json.RawMessage(` { "copy" : "\u0031", "to":"clerk" } `),
	} {
		if digest("custody.lend", same) != base {
			t.Errorf("%s: another digest", name)
		}
	}
	for name, other := range map[string]string{
		"another act":     digest("custody.return", lend{Copy: "1", To: "clerk"}),
		"another copy":    digest("custody.lend", lend{Copy: "2", To: "clerk"}),
		"a number more":   digest("custody.lend", lend{Copy: "1", To: "clerk", N: 1}),
		"places in lists": digest("custody.lend", json.RawMessage(`{"to":"clerk","copy":["","1"]}`)),
	} {
		if other == base {
			t.Errorf("%s: the same digest", name)
		}
	}
	if digest("a.b", json.RawMessage(`{"l":["","1"]}`)) == digest("a.b", json.RawMessage(`{"l":["1",""]}`)) {
		t.Error("places in a list do not count")
	}
	for _, bad := range []string{"", "{", `{"a":1} {"b":2}`, `{"a":"` + strings.Repeat("x", maxDigested) + `"}`} {
		if _, err := Digest("a.b", json.RawMessage(bad)); err == nil {
			t.Errorf("%.20q has a digest", bad)
		}
	}
}

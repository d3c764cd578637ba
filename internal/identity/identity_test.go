package identity

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
)

func TestSigningInShowsTheLastTime(t *testing.T) {
	each(t, func(w *world) {
		s, last, err := w.signIn(" ＯＦＦＩＣＥＲ.１ ", w.plain[0].Password, w.code(), w.desk)
		if err != nil {
			w.t.Fatal(err)
		}
		if !last.At.IsZero() || last.Failures != 0 {
			w.t.Errorf("the first sign-in shows %+v", last)
		}
		if s.Actor.Account != w.a.ID || s.Actor.Person != "officer" || s.Actor.Terminal != w.desk || !s.MustChange || s.Actor.Session == "" {
			w.t.Errorf("session %+v", s.Actor)
		}
		w.advance(time.Hour)
		other := w.terminal()
		for range 2 {
			_, _, err = w.signIn("officer.1", "wrong", w.code(), other)
			w.is("wrong password", err, refuse.ErrUnauthenticated)
		}
		w.advance(time.Hour)
		_, last, err = w.signIn("officer.1", w.plain[0].Password, w.code(), w.desk)
		if err != nil {
			w.t.Fatal(err)
		}
		if !last.At.Equal(monday) || last.Terminal != w.desk || last.Failures != 2 || last.FailedTerminal != other || !last.FailedAt.Equal(monday.Add(time.Hour)) {
			w.t.Errorf("last sign-in %+v", last)
		}
	})
}

// counting counts what a try asks of the database.
type counting struct {
	store.Doer
	reads, writes int
}

func (c *counting) Read(ctx context.Context, fn func(*store.Tx) error) error {
	c.reads++
	return c.Doer.Read(ctx, fn)
}

func (c *counting) Write(ctx context.Context, name string, fn func(*store.Tx) error) error {
	c.writes++
	return c.Doer.Write(ctx, name, fn)
}

func TestWhateverIsWrongAnswersAlike(t *testing.T) {
	each(t, func(w *world) {
		w.in(w.desk)
		counts := &counting{Doer: w.db}
		w.gate.opt.DB = counts
		right := w.plain[0].Password
		for _, c := range []struct{ name, login, password, code, result string }{
			{"unknown name", "nobody", right, w.code(), Wrong},
			{"wrong password", "officer.1", "no", w.code(), Wrong},
			{"no password", "officer.1", "", w.code(), Wrong},
			{"long password", "officer.1", strings.Repeat("x", 100000), w.code(), Wrong},
			{"password not UTF-8", "officer.1", "\xff\xfe", w.code(), Wrong},
			{"wrong code", "officer.1", right, "000000", Wrong},
			{"no code", "officer.1", right, "", Wrong},
			{"wrong printed code", "officer.1", right, "AAAA-AAAA", Wrong},
			{"name with NUL", "officer.1\x00", right, w.code(), Wrong},
			{"name of 500 characters", strings.Repeat("名", 500), right, w.code(), Wrong},
			{"name not UTF-8", "\xff", right, w.code(), Wrong},
			{"no name", "", right, w.code(), Wrong},
			{"another's code", "sys", w.plain[1].Password, w.plain[0].Codes[19], Wrong},
		} {
			counts.reads, counts.writes = 0, 0
			s, last, err := w.signIn(c.login, c.password, c.code, w.terminal())
			if err == nil || err.Error() != refuse.ErrUnauthenticated.Error() {
				w.t.Errorf("%s: %v, want exactly %v", c.name, err, refuse.ErrUnauthenticated)
			}
			if s.Token != "" || s.Actor.Account != "" || last != (LastSignIn{}) {
				w.t.Errorf("%s: something came with the answer", c.name)
			}
			if counts.reads != 1 || counts.writes != 1 {
				w.t.Errorf("%s: %d reads and %d writes, want one of each", c.name, counts.reads, counts.writes)
			}
			if got := w.book.last(); got.Result != c.result || got.Opened != nil || got.Purpose != ForSignIn {
				w.t.Errorf("%s: recorded %+v", c.name, got)
			}
		}
	})
}

// The work for nobody is the work for somebody: same cost of hash, same list, same token.
func TestNobodyCostsWhatSomebodyCosts(t *testing.T) {
	issued, _ := made()
	g, err := New(Options{DB: &counting{}, Clock: calendar.NewSet(monday), Record: &book{}, Pins: &pins{}, Mark: marked, Spend: (&book{}).spend, Cost: cheap})
	if err != nil {
		t.Fatal(err)
	}
	real, err1 := parseHash(issued[0].Credential.Password)
	dummy, err2 := parseHash(g.nobody.Password)
	list, err3 := parseList(g.nobody.Codes)
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	if real.cost != dummy.cost || len(list.sums) != listLen || g.nobody.TokenKind != issued[0].Credential.TokenKind {
		t.Errorf("nobody: %+v with %d codes and token %s", dummy.cost, len(list.sums), g.nobody.TokenKind)
	}
	if DefaultCost != (Cost{Time: 3, MemoryKiB: 64 << 10, Threads: 2}) {
		t.Errorf("passwords cost %+v", DefaultCost)
	}
}

func TestACodeIsGoodOnce(t *testing.T) {
	each(t, func(w *world) {
		right, first := w.plain[0].Password, w.code()
		enter := func(code string) error {
			_, _, err := w.signIn("officer.1", right, code, w.terminal())
			return err
		}
		w.is("token", enter(first), nil)
		w.is("token again", enter(first), refuse.ErrUnauthenticated)
		w.advance(step * time.Second)
		w.is("earlier step, still inside the window", enter(first), refuse.ErrUnauthenticated)
		w.is("next step", enter(w.code()), nil)
		w.advance(3 * step * time.Second)
		ahead, err := totp.GenerateCode(w.plain[0].Secret, w.clock.Now().Add(step*time.Second))
		if err != nil {
			w.t.Fatal(err)
		}
		w.is("a fast token", enter(ahead), nil)
		w.is("the step before the one used", enter(w.code()), refuse.ErrUnauthenticated)
		far, err := totp.GenerateCode(w.plain[0].Secret, w.clock.Now().Add(3*step*time.Second))
		if err != nil {
			w.t.Fatal(err)
		}
		w.is("two steps too far", enter(far), refuse.ErrUnauthenticated)

		line := w.plain[0].Codes[7]
		w.is("printed, typed small with spaces", enter(" "+strings.ToLower(strings.ReplaceAll(line, "-", " "))), nil)
		w.is("printed again", enter(line), refuse.ErrUnauthenticated)
		w.is("an earlier line is still good", enter(w.plain[0].Codes[2]), nil)
	})
}

func TestOneCodeTwiceAtOnceOpensOneSession(t *testing.T) {
	each(t, func(w *world) {
		code := w.code()
		var wg sync.WaitGroup
		results := make([]error, 8)
		for i := range results {
			at := w.terminal()
			wg.Go(func() { _, _, results[i] = w.signIn("officer.1", w.plain[0].Password, code, at) })
		}
		wg.Wait()
		in := 0
		for _, err := range results {
			if err == nil {
				in++
			} else if !errors.Is(err, refuse.ErrUnauthenticated) {
				w.t.Errorf("unexpected answer %v", err)
			}
		}
		if in != 1 {
			w.t.Errorf("%d sessions from one code", in)
		}
	})
}

func TestACounterToken(t *testing.T) {
	each(t, func(w *world) {
		secret := w.plain[0].Secret
		at := func(n uint64) string { return hotpCode(w.t, secret, n) }
		w.write(func(tx *store.Tx) error {
			c, err := Credentials.Get(tx, w.a.ID)
			if err != nil {
				return err
			}
			next := c
			next.TokenKind, next.TokenID = HOTP, "counter"
			_, err = store.Put(tx, []store.Change{Credentials.Update(c, next)})
			return err
		})
		enter := func(code string) error {
			_, _, err := w.signIn("officer.1", w.plain[0].Password, code, w.terminal())
			return err
		}
		w.is("too far ahead", enter(at(ahead)), refuse.ErrUnauthenticated)
		w.is("some presses lost", enter(at(4)), nil)
		w.is("again", enter(at(4)), refuse.ErrUnauthenticated)
		w.is("an earlier one", enter(at(3)), refuse.ErrUnauthenticated)
		w.is("the next", enter(at(5)), nil)
	})
}

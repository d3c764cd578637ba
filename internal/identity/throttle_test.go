package identity

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
)

func hotpCode(t *testing.T, secret string, n uint64) string {
	t.Helper()
	c, err := hotp.GenerateCodeCustom(secret, n, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNobodyLocksAnAccountOutFromElsewhere(t *testing.T) {
	each(t, func(w *world) {
		w.in(w.desk)
		attic := w.terminal()
		right := w.plain[0].Password
		for i := range 5 {
			_, _, err := w.signIn("officer.1", "guess", "", attic)
			w.is("guess", err, refuse.ErrUnauthenticated)
			if got := w.book.last().Failures; got != i+1 {
				w.t.Errorf("failure %d counted as %d", i+1, got)
			}
		}
		before := len(w.book.tries)
		_, _, err := w.signIn("officer.1", right, w.printed(), attic)
		w.is("the right password on the throttled terminal", err, refuse.ErrTooMany)
		if len(w.book.tries) != before {
			w.t.Error("a throttled try was looked at")
		}
		w.in(w.desk)       // his own terminal
		w.in(w.terminal()) // and a fresh one
		w.advance(29 * time.Second)
		_, _, err = w.signIn("officer.1", right, w.printed(), attic)
		w.is("a second too early", err, refuse.ErrTooMany)
		w.advance(time.Second)
		w.in(attic)
		_, _, err = w.signIn("officer.1", "guess", "", attic)
		w.is("after a success it counts anew", err, refuse.ErrUnauthenticated)
		if got := w.book.last().Failures; got != 1 {
			w.t.Errorf("counted as %d", got)
		}
	})
}

func TestUnknownNamesAreThrottledLikeKnownOnes(t *testing.T) {
	each(t, func(w *world) {
		at := w.terminal()
		for range 5 {
			_, _, err := w.signIn("nobody\x00", "guess", "", at)
			w.is("guess", err, refuse.ErrUnauthenticated)
		}
		_, _, err := w.signIn("nobody\x00", "guess", "", at)
		w.is("throttled", err, refuse.ErrTooMany)
	})
}

func TestFreshTerminalsShareOneLane(t *testing.T) {
	each(t, func(w *world) {
		w.in(w.desk)
		slowed := 0
		for range 60 {
			_, _, err := w.signIn("officer.1", "guess", "", w.terminal()) // drops its cookie each time
			if errors.Is(err, refuse.ErrTooMany) {
				slowed++
			}
		}
		if slowed != 60-51 {
			w.t.Errorf("%d of 60 tries slowed down, want all after the 51st", slowed)
		}
		w.in(w.desk) // where he has signed in before, nothing has changed
	})
}

func TestATerminalThatTriesManyNamesIsSlowed(t *testing.T) {
	each(t, func(w *world) {
		w.in(w.desk)
		for i := range 21 {
			_, _, err := w.signIn("name"+string(rune('a'+i)), "guess", "", w.desk)
			w.is("guess", err, refuse.ErrUnauthenticated)
		}
		_, _, err := w.signIn("another", "guess", "", w.desk)
		w.is("the terminal", err, refuse.ErrTooMany)
		w.in(w.terminal())
	})
}

func TestWaitsDoubleToTheirLimit(t *testing.T) {
	l := lanes(ForSignIn, subjectHash("login", "x"), "T", true, "")[0]
	for n, want := range map[int]time.Duration{0: 0, 4: 0, 5: 30 * time.Second, 6: time.Minute, 7: 2 * time.Minute, 11: 30 * time.Minute, 12: 30 * time.Minute, 5000: 30 * time.Minute} {
		if got := l.wait(n); got != want {
			t.Errorf("after %d failures: %v, want %v", n, got, want)
		}
	}
	row := Throttle{Failures: 9, LastAt: monday}
	if got := l.fail(row, monday.Add(25*time.Hour)).Failures; got != 1 {
		t.Errorf("after a quiet day: %d", got)
	}
}

// Tries that were looked at together are settled one after the other: what the first ones did counts for the last.
func TestWhatHappensBetweenLookAndSettle(t *testing.T) {
	each(t, func(w *world) {
		at := w.terminal()
		looked := func() (try, file) {
			t := try{purpose: ForSignIn, how: ByPassword, terminal: at, find: byLogin("officer.1")}
			f, err := w.gate.look(context.Background(), t)
			if err != nil {
				w.t.Fatal(err)
			}
			return t, f
		}
		right := verdict{ok: true, use: &use{series: "x", n: 1}}
		q, f := looked()
		w.write(func(tx *store.Tx) error { // the secrets were reset meanwhile
			c, err := Credentials.Get(tx, w.a.ID)
			if err != nil {
				return err
			}
			next := c
			next.PasswordAt = next.PasswordAt.Add(time.Hour)
			_, err = store.Put(tx, []store.Change{Credentials.Update(c, next)})
			return err
		})
		if out, err := w.gate.settle(context.Background(), q, f, right); err != nil || out.result != Wrong {
			w.t.Errorf("proven against what no longer holds: %s %v", out.result, err)
		}
		q, f = looked()
		for range 4 { // with the one before, five
			if _, err := w.gate.settle(context.Background(), q, f, verdict{}); err != nil {
				w.t.Fatal(err)
			}
		}
		_, err := w.gate.settle(context.Background(), q, f, right)
		w.is("the right one, after five guesses in parallel", err, refuse.ErrTooMany)
	})
}

func TestALockHoldsOnItsTerminalOnly(t *testing.T) {
	each(t, func(w *world) {
		w.in(w.desk)
		w.write(func(tx *store.Tx) error {
			_, err := store.Put(tx, []store.Change{Locks.Insert(Lock{ID: "L", Account: w.a.ID, Terminal: w.desk, Since: monday})})
			return err
		})
		_, _, err := w.signIn("officer.1", w.plain[0].Password, w.printed(), w.desk)
		w.is("locked", err, refuse.ErrUnauthenticated)
		if got := w.book.last().Result; got != Locked {
			w.t.Errorf("recorded as %s", got)
		}
		w.in(w.terminal())
	})
}

func TestAnAccountThatIsOff(t *testing.T) {
	each(t, func(w *world) {
		s := w.in(w.desk)
		w.write(func(tx *store.Tx) error {
			a, err := Accounts.Get(tx, w.a.ID)
			if err != nil {
				return err
			}
			next := a
			next.Active = false
			_, err = store.Put(tx, []store.Change{Accounts.Update(a, next)})
			return err
		})
		_, _, err := w.signIn("officer.1", w.plain[0].Password, w.printed(), w.desk)
		w.is("switched off", err, refuse.ErrUnauthenticated)
		if got := w.book.last().Result; got != Off {
			w.t.Errorf("recorded as %s", got)
		}
		_, err = w.gate.Session(context.Background(), s.Token, w.desk)
		w.is("its session", err, refuse.ErrUnauthenticated)
	})
}

func TestClearingTheThrottle(t *testing.T) {
	each(t, func(w *world) {
		attic := w.terminal()
		for range 6 {
			_, _, err := w.signIn("officer.1", "guess", "", attic)
			if !errors.Is(err, refuse.ErrUnauthenticated) && !errors.Is(err, refuse.ErrTooMany) {
				w.t.Fatal(err)
			}
		}
		w.write(func(tx *store.Tx) error {
			rows, err := ClearThrottle(tx, w.a, attic)
			if err != nil {
				return err
			}
			if len(rows) != 1 {
				w.t.Errorf("%d rows to clear", len(rows))
			}
			_, err = store.Put(tx, rows)
			return err
		})
		w.in(attic)
	})
}

func TestTheQueueForHashingIsShort(t *testing.T) {
	s := newSlots()
	ctx, cancel := context.WithCancel(context.Background())
	var give []func()
	for range working {
		f, err := s.take(ctx)
		if err != nil {
			t.Fatal(err)
		}
		give = append(give, f)
	}
	waiting := make(chan error, maxWaiting)
	for range maxWaiting {
		go func() { _, err := s.take(ctx); waiting <- err }()
	}
	for len(s.queue) < working+maxWaiting {
		time.Sleep(time.Millisecond)
	}
	if _, err := s.take(ctx); !errors.Is(err, refuse.ErrTooMany) {
		t.Errorf("one more: %v", err)
	}
	cancel()
	for range maxWaiting {
		if err := <-waiting; !errors.Is(err, context.Canceled) {
			t.Errorf("who waited: %v", err)
		}
	}
	for _, f := range give {
		f()
	}
	if f, err := s.take(context.Background()); err != nil {
		t.Errorf("afterwards: %v", err)
	} else {
		f()
	}
	if len(s.queue) != 0 || len(s.run) != 0 {
		t.Errorf("%d and %d places lost", len(s.queue), len(s.run))
	}
}

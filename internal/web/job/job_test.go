package job

import (
	"context"
	"errors"
	"runtime/debug"
	"sync"
	"testing"
	"time"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// clock is the test's own time.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *clock) pass(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.now = c.now.Add(d) }

func begun(t *testing.T, j *Jobs, owner, id string, work func(context.Context, *Job) (any, error)) *Job {
	t.Helper()
	one, err := j.Begin(t.Context(), term.PersonID(owner), "print", "", id, work)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Drop(one); one.Wait(context.Background(), time.Minute) })
	return one
}

func TestWorkIsItsOwnersAlone(t *testing.T) {
	c := &clock{now: time.Unix(1, 0)}
	j := &Jobs{Now: c.Now}
	one := begun(t, j, "a", "1", func(_ context.Context, j *Job) (any, error) { j.At("read", 5, 10); return 42, nil })
	one.Wait(t.Context(), time.Minute)
	if v, err := one.Value(); v != 42 || err != nil || !one.State().Over || one.State().Percent() != 100 {
		t.Errorf("%v %v %+v", v, err, one.State())
	}
	for _, who := range [][2]string{{"b", "print"}, {"", "print"}, {"a", "import"}} {
		if _, ok := j.Of(term.PersonID(who[0]), who[1], "1"); ok {
			t.Errorf("%v finds it", who)
		}
	}
	if got, ok := j.Of("a", "print", "1"); !ok || got != one {
		t.Error("its owner does not find it")
	}
	c.pass(kept + time.Second)
	if _, ok := j.Of("a", "print", "1"); ok {
		t.Error("it is kept for ever")
	}
}

func TestOneOfAKindAndABound(t *testing.T) {
	c := &clock{now: time.Unix(1, 0)}
	j := &Jobs{Now: c.Now}
	hold := func(ctx context.Context, _ *Job) (any, error) { <-ctx.Done(); return nil, ctx.Err() }
	first := begun(t, j, "a", "1", hold)
	second := begun(t, j, "a", "2", hold)
	first.Wait(t.Context(), time.Minute)
	if _, err := first.Value(); !errors.Is(err, refuse.ErrUnavailable) || !first.State().Over {
		t.Errorf("the first goes on beside the second: %v", err)
	}
	if second.State().Over {
		t.Error("the second was stopped")
	}
	for i := range most - 1 {
		begun(t, j, string(rune('b'+i)), string(rune('b'+i)), hold)
	}
	if _, err := j.Begin(t.Context(), "z", "print", "", "z", hold); !errors.Is(err, refuse.ErrUnavailable) {
		t.Errorf("one more than are kept: %v", err)
	}
	if running := len(j.slots); running > atOnce {
		t.Errorf("%d run at once", running)
	}
	j.Drop(second)
	second.Wait(t.Context(), time.Minute)
	if !second.State().Over {
		t.Error("what was dropped runs on")
	}
}

func TestTheEndOfTheProgramEndsIt(t *testing.T) {
	ending, end := context.WithCancel(t.Context())
	var work sync.WaitGroup
	j := &Jobs{Now: time.Now, Run: func(f func(context.Context)) { work.Go(func() { f(ending) }) }}
	one := begun(t, j, "a", "1", func(ctx context.Context, _ *Job) (any, error) { <-ctx.Done(); return nil, ctx.Err() })
	if _, err := one.Value(); !errors.Is(err, refuse.ErrUnavailable) {
		t.Errorf("before its end: %v", err)
	}
	end()
	work.Wait()
	if !one.State().Over || one.State().Percent() != 100 || (State{Done: 1, From: 2}).Percent() != 50 || (State{Done: 2, From: 2}).Percent() != 99 || (State{}).Percent() != 0 {
		t.Errorf("%+v", one.State())
	}
}

func TestMemoryIsKeptCloseWhileItRuns(t *testing.T) {
	before := debug.SetGCPercent(400)
	defer debug.SetGCPercent(before)
	first, second := Lean(), Lean()
	first()
	first()
	if now := debug.SetGCPercent(lean); now != lean {
		t.Errorf("%d while one runs on", now)
	}
	second()
	if now := debug.SetGCPercent(400); now != 400 {
		t.Errorf("%d after all ended", now)
	}
}

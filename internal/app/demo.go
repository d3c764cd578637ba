package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync/atomic"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/identity"
	"jiyao/internal/keyring"
	"jiyao/internal/people"
	"jiyao/regulations"
)

// storyClock stands where it is put while a story is told, and goes with another clock from then on.
type storyClock struct {
	*calendar.Set
	then calendar.Clock
	live atomic.Bool
}

// Now is the instant of the story, or the other clock's.
func (c *storyClock) Now() time.Time {
	if c.live.Load() {
		return c.then.Now()
	}
	return c.Set.Now()
}

// demoCost is the work of the demo's passwords: thirty accounts at the product's own cost would take half a minute,
// and their passwords are printed on the screen.
var demoCost = identity.Cost{Time: 1, MemoryKiB: 16 << 10, Threads: 1}

// DemoPacks are the packs with a model office of their own.
var DemoPacks = []string{"bureau", "district", "county", "school", "company"}

// DemoOffice reads the office of the demo: that of one pack alone, or the one that adopts several.
func DemoOffice(pack string) (people.Setup, error) {
	if pack == "" {
		pack = "demo"
	}
	name := pack + "/office.yaml"
	b, err := fs.ReadFile(regulations.FS, name)
	if err != nil {
		return people.Setup{}, fmt.Errorf("find the model office of %s: %w", pack, err)
	}
	return people.ParseOffice(name, b)
}

// Demo makes a model office in a new folder, fills it through ordinary acts with invented business of the last days,
// and gives it opened, with its accounts. The story ends at the present of Options.Clock, by which time goes on. A
// folder that holds an office already is opened as it is, without accounts: their secrets were given out when it was
// made.
func Demo(ctx context.Context, o Options, pack string) (*App, []Account, error) {
	if _, err := (folder{o.Data}).read(); err == nil {
		a, err := Open(ctx, o)
		if err != nil {
			return nil, nil, err
		}
		if err := a.Unseal(Key{}); err != nil {
			return nil, nil, errors.Join(err, a.Close())
		}
		return a, nil, nil
	}
	setup, err := DemoOffice(pack)
	if err != nil {
		return nil, nil, err
	}
	if _, err := Create(o.Data, keyring.GM, Protection{KeyFile: true}); err != nil {
		return nil, nil, err
	}
	then := o.Clock
	if then == nil {
		then = calendar.System()
	}
	now := then.Now()
	clock := &storyClock{Set: calendar.NewSet(opening(now)), then: then}
	told := o
	told.Clock, told.Cost, told.Quiet = clock, demoCost, true
	a, err := Open(ctx, told)
	if err != nil {
		return nil, nil, err
	}
	accounts, err := a.tell(ctx, setup, clock, now)
	if err != nil {
		return nil, nil, errors.Join(err, a.Close())
	}
	clock.live.Store(true)
	a.since = now // the days of the story were told, not served
	if !o.Quiet {
		background, cancel := context.WithCancel(context.WithoutCancel(ctx))
		stop := a.stop
		a.stop = func() { cancel(); stop() }
		a.start(background)
	}
	return a, accounts, nil
}

// storyDays is how many working days before today the story begins.
const storyDays = 6

// opening is 08:30 of the working day on which the story begins.
func opening(now time.Time) time.Time {
	book := calendar.Builtin()
	day := calendar.DateOf(now)
	for left := storyDays; left > 0; {
		day = day.Add(-1)
		if working(book, day) {
			left--
		}
	}
	return day.Start().Add(8*time.Hour + 30*time.Minute)
}

// working reports whether the office is open on a day; where no notice of the year is known, Monday to Friday.
func working(book calendar.Book, day calendar.Date) bool {
	yes, err := book.IsWorkday(day)
	if err != nil {
		w := day.Start().Weekday()
		return w != time.Saturday && w != time.Sunday
	}
	return yes
}

// tell founds the office and tells its story up to now.
func (a *App) tell(ctx context.Context, setup people.Setup, clock *storyClock, now time.Time) ([]Account, error) {
	if err := a.Unseal(Key{}); err != nil {
		return nil, err
	}
	made, err := a.Found(ctx, setup, true)
	if err != nil {
		return nil, err
	}
	s := &story{app: a, ctx: ctx, clock: clock, end: now}
	if err := s.run(); err != nil {
		return nil, fmt.Errorf("fill the model office: %w", err)
	}
	a.missed = s.Missed
	if err := clock.To(now); err != nil && !errors.Is(err, calendar.ErrBackwards) {
		return nil, err
	}
	if _, err := a.Desk.Tick(ctx); err != nil {
		return nil, err
	}
	return List(setup, made), nil
}

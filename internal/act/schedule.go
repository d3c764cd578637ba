package act

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/obligation"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// OpenDated opens a duty that begins by itself, on a date of the year or on each day, one for each person who owes it or for
// each thing of a kind.
type OpenDated struct {
	Name string    `json:"name"` // pack/name of the duty
	At   time.Time `json:"at"`   // 00:00 of the date, or the hour of the day
}

// staffed is a directory that can list the office's own people.
type staffed interface{ Staff() []term.PersonID }

var _ = Define("obligation.open", Act[OpenDated, opensNow, noFacts]{
	Load:  loadOpens,
	Facts: func(opensNow, OpenDated, Env) noFacts { return noFacts{} },
	Decide: func(s opensNow, cmd OpenDated, env Env) (Changes, error) {
		def, ok := env.Law.Duty(cmd.Name)
		if !ok || s.done {
			return Changes{}, &refuse.Conflict{Table: "obligation", Key: cmd.Name}
		}
		rows, err := s.begin(def, cmd, env)
		c := Changes{Subject: cmd.Name, Rows: rows}
		for _, e := range def.OnOpen {
			c.effects = append(c.effects, bound{effect: e, clause: def.Clause, post: def.Post})
		}
		return c, err
	},
})

// owers are the persons who owe a duty that opens by itself: the holders of its posts, else everybody here.
func owers(def *regulation.Duty, people Directory) ([]term.PersonID, error) {
	if len(def.Who) == 0 {
		all, ok := people.(staffed)
		if !ok {
			return nil, fmt.Errorf("duty %s: nobody can list the staff", def.Name)
		}
		return all.Staff(), nil
	}
	var out []term.PersonID
	for _, post := range def.Who {
		for _, p := range people.Holders(post) {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out, nil
}

func openedAlready(tx *store.Tx, name string, at time.Time) (bool, error) {
	n, err := obligation.Duties.Count(tx, "WHERE name = $1 AND opened_at = $2", name, at.UnixMilli())
	if err != nil {
		return false, fmt.Errorf("look for duties of that date: %w", err)
	}
	return n > 0, nil
}

// openDated opens every duty whose date of this year or hour of a day has come and that the office did not miss before
// it existed. It looks again when the next of these instants comes, and at midnight in any case.
func (d *Desk) openDated(ctx context.Context) error {
	now := d.Clock.Now().In(calendar.Zone)
	if now.Before(d.openNext) {
		return nil
	}
	s := schedule{now: now, since: d.Since, next: calendar.DateOf(now).Add(1).Start()}
	err := d.DB.Read(ctx, func(tx *store.Tx) error {
		var err error
		if s.law, err = d.Office.Law(tx, now); err != nil {
			return fmt.Errorf("find the law in force: %w", err)
		}
		if s.book, err = d.Office.Calendar(tx); err != nil {
			return fmt.Errorf("find the calendar: %w", err)
		}
		return s.find(tx)
	})
	if err != nil {
		return err
	}
	again := false
	for _, cmd := range s.due {
		_, err := d.Do(ctx, Request{Act: "obligation.open", Command: cmd, By: System(), At: cmd.At})
		var stale *refuse.Conflict
		if err != nil && !errors.As(err, &stale) { // another node was first
			return fmt.Errorf("open duty %s: %w", cmd.Name, err)
		}
		again = again || err == nil && s.pieces[cmd.Name]
	}
	if again {
		return d.openDated(ctx) // a source had more than one act opens, or nearly
	}
	d.openNext = s.next
	return nil
}

// schedule is one look at the duties that open by themselves.
type schedule struct {
	now, since time.Time
	law        *regulation.Law
	book       calendar.Book
	due        []OpenDated     // what has come and is not open yet, in order of time
	pieces     map[string]bool // duties that a source has more for than one act opens, maybe
	next       time.Time       // the nearest instant to come
}

func (s *schedule) find(tx *store.Tx) error {
	for _, def := range s.law.SelfOpening() {
		instants, err := s.instants(tx, def)
		if err != nil {
			return fmt.Errorf("duty %s: %w", def.Name, err)
		}
		for _, at := range instants {
			switch {
			case at.Before(s.since):
			case at.After(s.now):
				if at.Before(s.next) {
					s.next = at
				}
			default:
				ripe, err := s.ripe(tx, def, at)
				if err != nil {
					return err
				}
				if ripe {
					s.due = append(s.due, OpenDated{Name: def.Name, At: at})
				}
			}
		}
	}
	slices.SortStableFunc(s.due, func(a, b OpenDated) int { return a.At.Compare(b.At) })
	return nil
}

// ripe reports whether a duty is still to be opened for an instant that has come.
func (s *schedule) ripe(tx *store.Tx, def *regulation.Duty, at time.Time) (bool, error) {
	if def.Of == "" {
		done, err := openedAlready(tx, def.Name, at)
		return !done, err
	}
	some, err := openSource(tx, def, at, 1)
	if len(some) > 0 {
		if s.pieces == nil {
			s.pieces = map[string]bool{}
		}
		s.pieces[def.Name] = true
	}
	return len(some) > 0, err
}

// instants are the times at which a duty opens by itself: its dates of this year, and its hour of today and of the
// days since it last opened.
func (s *schedule) instants(tx *store.Tx, def *regulation.Duty) ([]time.Time, error) {
	var out []time.Time
	year := calendar.Date{Year: s.now.Year(), Month: time.January, Day: 1}
	for _, date := range def.Dates {
		deadline, err := date.At(calendar.Trigger{Occurred: year.Start()})
		if err != nil {
			return nil, err
		}
		out = append(out, deadline.Day().Start())
	}
	if def.Periodic {
		if w, ok := def.Due.Window(s.now); ok {
			out = append(out, w.First.Start())
		}
	}
	if def.Daily == "" {
		return out, nil
	}
	hour, err := s.hour(def.Daily)
	if err != nil {
		return nil, err
	}
	day, err := s.firstDay(tx, def.Name)
	if err != nil {
		return nil, err
	}
	for ; !day.After(calendar.DateOf(s.now)); day = day.Add(1) {
		if !def.Daily.Working() || works(s.book, day) {
			out = append(out, hour.On(day))
		}
	}
	return out, nil
}

// maxMissed is how many days back duties of each day are opened that nobody opened then, as after a long standstill.
const maxMissed = 31

// firstDay is the first day on which a duty of each day may still have to open.
func (s *schedule) firstDay(tx *store.Tx, name string) (calendar.Date, error) {
	today := calendar.DateOf(s.now)
	last, ok, err := obligation.Duties.One(tx, "WHERE name = $1 ORDER BY opened_at DESC LIMIT 1", name)
	if err != nil {
		return today, fmt.Errorf("look for the day that opened last: %w", err)
	}
	if !ok {
		return today, nil
	}
	first := calendar.DateOf(last.OpenedAt)
	if earliest := today.Add(-maxMissed); first.Before(earliest) {
		return earliest, nil
	}
	return first, nil
}

// works reports whether a day is one of work. Of a year without a calendar only the weekends are known to be off.
func works(book calendar.Book, day calendar.Date) bool {
	ok, err := book.IsWorkday(day)
	if err != nil {
		w := day.Start().Weekday()
		return w != time.Saturday && w != time.Sunday
	}
	return ok
}

func (s *schedule) hour(daily regulation.Daily) (calendar.TimeOfDay, error) {
	name := "shift_start"
	if daily.AtClosing() {
		name = "closing_time"
	}
	v, ok := s.law.Param(name)
	if !ok {
		return calendar.TimeOfDay{}, fmt.Errorf("parameter %s: an hour is expected", name)
	}
	return calendar.ParseTimeOfDay(v.Text)
}

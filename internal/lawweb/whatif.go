package lawweb

import (
	"errors"
	"fmt"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/obligation"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
)

// whatIf is one stricter value of a parameter: of how many duties of this year that were done in time it would have
// made how many late. Nothing is changed, and nobody is told.
type whatIf struct {
	regulation.Tighter
	Late, Of int
}

const (
	// tighterBy is how many units stricter a parameter is tried.
	tighterBy = 2
	// replayed bounds what one page counts anew: the latest of a duty in the year.
	replayed = 5000
)

// whatIfs counts the duties of a clause anew, those of this year done in time. Only those are counted whose last day
// the rule in force gives: another day came from the record of the matter, and this parameter does not move it.
func (p *pages) whatIfs(tx *store.Tx, v counter.Viewer, pack *regulation.Pack, id term.Clause) ([]whatIf, error) {
	tighter, err := v.Law.Tighter(pack, id, tighterBy)
	if err != nil || len(tighter) == 0 {
		return nil, err
	}
	book, err := p.Office.Calendar(tx)
	if err != nil {
		return nil, err
	}
	done := map[string][]obligation.Duty{}
	var out []whatIf
	for _, t := range tighter {
		if _, read := done[t.Duty]; !read {
			if done[t.Duty], err = inTime(tx, v.Now, t.Duty); err != nil {
				return nil, err
			}
		}
		if w := replay(t, done[t.Duty], book); w.Of > 0 {
			out = append(out, w)
		}
	}
	return out, nil
}

// inTime lists the duties of a name that were opened this year and done in time.
func inTime(tx *store.Tx, now time.Time, name string) ([]obligation.Duty, error) {
	from, to := yearOf(now)
	list, err := obligation.Duties.Select(tx, fmt.Sprintf("WHERE name = $1 AND state = 'closed' AND due_at IS NOT NULL AND closed_at <= due_at AND opened_at >= $2 AND opened_at < $3 ORDER BY due_at DESC, id LIMIT %d", replayed),
		name, from.UnixMilli(), to.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("read the duties of a year: %w", err)
	}
	return list, nil
}

func replay(t regulation.Tighter, done []obligation.Duty, book calendar.Book) whatIf {
	w := whatIf{Tighter: t}
	for _, d := range done {
		trigger := calendar.Trigger{Occurred: d.OpenedAt, Book: book, Records: recorded(d, t)}
		now, err := t.Rule.At(trigger)
		if err != nil || !now.At.Equal(d.DueAt) {
			continue
		}
		then, err := t.Instead.At(trigger)
		if err != nil {
			continue
		}
		w.Of++
		if d.ClosedAt.After(then.At) {
			w.Late++
		}
	}
	return w
}

// recorded finds the day that a rule counts from, where it counts natural days from one in the record: the last day
// says it. From working days nothing can be told.
func recorded(d obligation.Duty, t regulation.Tighter) map[string]calendar.Recorded {
	fields := t.Rule.Fields()
	var missing *calendar.MissingRecord
	_, err := t.Rule.At(calendar.Trigger{Occurred: d.OpenedAt})
	if len(fields) != 1 || t.Rule.Working() || !errors.As(err, &missing) {
		return nil
	}
	day := calendar.DateOf(d.DueAt.Add(-time.Minute)).Add(-int(t.Now))
	return map[string]calendar.Recorded{fields[0]: {At: day.Start(), DateOnly: true}}
}

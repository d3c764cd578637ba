package act

import (
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// Event is something on record that an act leans on, such as the last move of a copy.
type Event struct {
	What string // received registered slip opined scoped joined labelled moved opened handed back …
	At   time.Time
}

// inOrder answers an act that is claimed to have happened before what it leans on: at the time, with the latest of what
// stands in the way. Times are typed to the minute. Who claims no time acts now, after everything.
func (r *running) inOrder(leans []Event) error { return follows("occurred_at", r.env.At, leans) }

func follows(field string, at time.Time, leans []Event) error {
	var latest Event
	for _, e := range leans {
		if at.Before(e.At.Truncate(time.Minute)) && e.At.After(latest.At) {
			latest = e
		}
	}
	if latest.What == "" {
		return nil
	}
	return &refuse.Invalid{Fields: []refuse.FieldError{{
		Field: field, Code: "before_" + latest.What, Args: map[string]string{"time": latest.At.Format("2006-01-02 15:04")},
	}}}
}

// When gives the time of the act as a field of its command tells it, nil being that of the act: within the minutes in which
// nothing counts as late, and after what it leans on. What lies further back is entered late, so that law, order and
// duties are those of its day.
func (e Env) When(field string, told *time.Time, leans ...Event) (time.Time, error) {
	if told == nil {
		return e.At, nil
	}
	at := told.In(calendar.Zone).Truncate(time.Millisecond)
	switch {
	case at.After(e.At.Add(time.Minute)):
		return e.At, refuse.ForNow(field, "in_the_future")
	case at.Before(e.At.Add(-e.lateBy)):
		return e.At, refuse.Field(field, "enter_late")
	}
	return at, follows(field, at, leans)
}

// claimed reports whether somebody says when the act happened, so that its order must be looked at.
func (r *running) claimed() bool { return !r.request.At.IsZero() && !r.env.Actor.System }

// Events are what an act on the item leans on.
func (i Item) Events() []Event {
	return []Event{{"registered", i.RegisteredAt}, {"opined", i.OpinedAt}, {"scoped", i.ScopedAt}}
}

// Joined is since when somebody is in the scope, as an event.
func (i Item) Joined(p term.PersonID) Event { return Event{"joined", i.Later[p]} }

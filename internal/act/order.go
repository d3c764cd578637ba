package act

import (
	"time"

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
func (r *running) inOrder(leans []Event) error {
	var latest Event
	for _, e := range leans {
		if r.env.At.Before(e.At.Truncate(time.Minute)) && e.At.After(latest.At) {
			latest = e
		}
	}
	if latest.What == "" {
		return nil
	}
	return &refuse.Invalid{Fields: []refuse.FieldError{{
		Field: "occurred_at", Code: "before_" + latest.What, Args: map[string]string{"time": latest.At.Format("2006-01-02 15:04")},
	}}}
}

// claimed reports whether somebody says when the act happened, so that its order must be looked at.
func (r *running) claimed() bool { return !r.request.At.IsZero() && !r.env.Actor.System }

// Events are what an act on the item leans on.
func (i Item) Events() []Event {
	return []Event{{"registered", i.RegisteredAt}, {"opined", i.OpinedAt}, {"scoped", i.ScopedAt}}
}

// Joined is since when somebody is in the scope, as an event.
func (i Item) Joined(p term.PersonID) Event { return Event{"joined", i.Later[p]} }

package calendar

import "time"

// Deadline is the last instant in time. The zero value is no deadline.
type Deadline struct {
	At time.Time `json:"at"` // in Zone; 24:00 of a day is 00:00 of the next
	// EndOfDay says that At is the 24:00 of the day before, and is shown so.
	EndOfDay bool `json:"end_of_day"`
}

// EndOf is the 24:00 of a day.
func EndOf(d Date) Deadline { return Deadline{At: d.End(), EndOfDay: true} }

// Exactly is a deadline on the clock.
func Exactly(t time.Time) Deadline { return Deadline{At: t.In(Zone)} }

// IsZero reports whether there is no deadline.
func (d Deadline) IsZero() bool { return d.At.IsZero() }

// InTime reports whether what occurred at t is in time: at the deadline or before. Nothing is in time for
// the zero Deadline; ask IsZero first.
func (d Deadline) InTime(t time.Time) bool { return !d.IsZero() && !t.After(d.At) }

// LateFrom is the first instant at which the system acts on lateness: 00:01 after the end of a day, one second
// after any other deadline.
func (d Deadline) LateFrom() time.Time {
	if d.EndOfDay {
		return d.At.Add(time.Minute)
	}
	return d.At.Add(time.Second)
}

// Day is the day on which the deadline falls; for an end of day the day that ends.
func (d Deadline) Day() Date {
	if d.EndOfDay {
		return DateOf(d.At).Add(-1)
	}
	return DateOf(d.At)
}

// String shows the deadline as 2026-03-02 24:00 or 2026-03-02 17:30:00; for logs and proofs.
func (d Deadline) String() string {
	switch {
	case d.IsZero():
		return "none"
	case d.EndOfDay:
		return d.Day().String() + " 24:00"
	default:
		return d.At.In(Zone).Format(time.DateTime)
	}
}

package calendar

import (
	"errors"
	"fmt"
	"time"
)

type afterKind int

const (
	afterFirstLate afterKind = iota // nothing written
	afterClock                      // 30 min, 24 h
	afterLate                       // 30 min late
	afterDays                       // 7 days, 1 working days, end of day
)

// After says how long after due the next post of a chain is told, or an effect of lateness runs. The zero
// value is the first late instant.
type After struct {
	kind    afterKind
	span    time.Duration
	days    int
	working bool
}

// ParseAfter reads the step of a chain. Each reading, with its instant:
//
//	(empty)           the first late instant: Deadline.LateFrom
//	30 min · 24 h     so long after due, at that very instant: due 17:30 → 18:00:00. Where due is 24:00 and whole
//	                  days are added, the step ends a day and runs at 00:01 of the next
//	30 min late       when it has been late for so long, counted from the first late instant: due 09:15:00 →
//	                  09:45:01; due 24:00 with "24 h late" → 00:01 a day later
//	7 days            when the n-th natural day after the day of due has ended, at 00:01: due 03-31 24:00 →
//	                  04-08 00:01
//	1 working days    the same in working days: due 03-05 17:00 → 03-07 00:01
//	end of day        when the day of due has ended: due 03-12 09:00 → 03-13 00:01; the same as 0 days. Also
//	                  written "end of that day"
//
// A step is never before the first late instant. "after due" may follow. The error is a *SyntaxError.
func ParseAfter(s string) (After, error) {
	r, err := newReader("after", s)
	if err != nil {
		return After{}, err
	}
	if r.done() {
		return After{}, nil
	}
	a, err := r.after()
	if err != nil {
		return After{}, err
	}
	if a.kind != afterLate {
		r.take("after", "due")
	}
	if !r.done() {
		return After{}, r.expected("nothing more where " + shown(r.peek()) + " stands")
	}
	return a, nil
}

func (r *reader) after() (After, error) {
	if r.take("end", "of", "day") || r.take("end", "of", "that", "day") {
		return After{kind: afterDays}, nil
	}
	const forms = "n min, n h, n min late, n h late, n days, n working days, end of day, or nothing"
	if _, ok := digits(r.peek()); !ok {
		return After{}, r.expected(forms)
	}
	start := r.pos
	r.pos++
	working := r.take("working")
	if r.unit("days") {
		end := r.pos
		r.pos = start
		limit := maxDays
		if working {
			limit = maxWorking
		}
		n, err := r.number(0, limit, "days")
		r.pos = end
		return After{kind: afterDays, days: n, working: working}, err
	}
	r.pos = start
	span, err := r.clock()
	if err != nil {
		return After{}, r.expected(forms)
	}
	if r.take("late") {
		return After{kind: afterLate, span: span}, nil
	}
	return After{kind: afterClock, span: span}, nil
}

// From is the instant of the step for a duty due at d. Working days come from b; the error is *MissingYear, or
// that there is no deadline.
func (a After) From(d Deadline, b Book) (time.Time, error) {
	if d.IsZero() {
		return time.Time{}, errors.New("count a step after due: there is no deadline")
	}
	at := d.LateFrom()
	switch a.kind {
	case afterFirstLate:
	case afterLate:
		at = at.Add(a.span)
	case afterClock:
		step := Deadline{At: d.At.Add(a.span), EndOfDay: d.EndOfDay && a.span%(24*time.Hour) == 0}
		at = step.At
		if step.EndOfDay {
			at = step.LateFrom()
		}
	case afterDays:
		last := d.Day().Add(a.days)
		if a.working {
			var err error
			if last, err = b.AddWorkdays(d.Day(), a.days); err != nil {
				return time.Time{}, fmt.Errorf("count a step of working days: %w", err)
			}
		}
		at = EndOf(last).LateFrom()
	}
	if at.Before(d.LateFrom()) {
		at = d.LateFrom()
	}
	return at.In(Zone), nil
}

// String writes the step as ParseAfter reads it; empty for the first late instant.
func (a After) String() string {
	switch a.kind {
	case afterClock:
		return writeClock(a.span)
	case afterLate:
		return writeClock(a.span) + " late"
	case afterDays:
		switch {
		case a.working:
			return fmt.Sprintf("%d working days", a.days)
		case a.days == 0:
			return "end of day"
		default:
			return fmt.Sprintf("%d days", a.days)
		}
	case afterFirstLate:
	}
	return ""
}

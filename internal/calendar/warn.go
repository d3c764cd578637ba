package calendar

import (
	"fmt"
	"strings"
	"time"
)

// maxWarns bounds the warnings of one duty.
const maxWarns = 16

type warnKind int

const (
	warnFraction   warnKind = iota + 1 // 50 %, 2/3
	warnDaysBefore                     // 7 days before
	warnBefore                         // 15 min before, 2 h before
	warnAfterOpen                      // 10 min
	warnClosing                        // closing time
)

// Warn is one warning before a deadline. The zero value is none.
type Warn struct {
	kind     warnKind
	num, den int
	days     int
	span     time.Duration
}

// ParseWarn reads the warnings of a duty, in the order written:
//
//	50 %, 80 %           of the time from opening to due; 100 % is the due itself
//	50/80/100 %          the same, as a list
//	2/3                  a fraction of that time
//	30/7/1 days before   of a due at 24:00: 00:00 of the day so many days earlier; of a time: that time of day
//	15 min before        (or h) before due
//	10 min               (or h) after opening
//	closing time         of the day
//
// Several stand between commas, without repetition. The error is a *SyntaxError.
func ParseWarn(s string) ([]Warn, error) {
	r, err := newReader("warn", s)
	if err != nil {
		return nil, err
	}
	var out []Warn
	for {
		more, err := r.warn()
		if err != nil {
			return nil, err
		}
		for _, w := range more {
			for _, old := range out {
				if old == w {
					return nil, r.expected("each warning once")
				}
			}
			out = append(out, w)
		}
		if len(out) > maxWarns {
			return nil, r.expected(fmt.Sprintf("at most %d warnings", maxWarns))
		}
		if r.done() {
			return out, nil
		}
		if !r.take(",") {
			return nil, r.expected("a comma before " + shown(r.peek()))
		}
	}
}

// warn reads one form, which may be a list of figures with a common unit.
func (r *reader) warn() ([]Warn, error) {
	if r.take("closing", "time") {
		return []Warn{{kind: warnClosing}}, nil
	}
	figures, ok := figureList(r.peek())
	if !ok {
		return nil, r.expected("50 %, 2/3, 30/7/1 days before, 15 min before, 10 min or closing time")
	}
	start := r.pos
	r.pos++
	switch {
	case r.take("%"):
		return r.figures(figures, 1, 100, func(n int) Warn { return reduced(n, 100) })
	case r.unit("days"):
		if !r.take("before") {
			return nil, r.expected("before after days")
		}
		return r.figures(figures, 0, maxDays, func(n int) Warn { return Warn{kind: warnDaysBefore, days: n} })
	case len(figures) == 2 && (r.done() || r.peek() == ","):
		if figures[0] < 1 || figures[0] > figures[1] || figures[1] > 100 {
			return nil, r.expected("a fraction above 0 and up to 1, like 2/3")
		}
		return []Warn{reduced(figures[0], figures[1])}, nil
	}
	r.pos = start
	span, err := r.clock()
	if err != nil {
		return nil, err
	}
	if r.take("before") {
		return []Warn{{kind: warnBefore, span: span}}, nil
	}
	return []Warn{{kind: warnAfterOpen, span: span}}, nil
}

func (r *reader) figures(list []int, low, high int, warn func(int) Warn) ([]Warn, error) {
	var out []Warn
	for _, n := range list {
		if n < low || n > high {
			return nil, r.expected(fmt.Sprintf("figures from %d to %d", low, high))
		}
		out = append(out, warn(n))
	}
	return out, nil
}

// figureList reads "30/7/1".
func figureList(s string) ([]int, bool) {
	parts := strings.Split(s, "/")
	if len(parts) > maxWarns {
		return nil, false
	}
	var out []int
	for _, p := range parts {
		n, ok := digits(p)
		if !ok || len(p) > 1 && p[0] == '0' {
			return nil, false
		}
		out = append(out, n)
	}
	return out, true
}

// reduced makes equal fractions equal, so that 50 % beside 1/2 is seen as a repetition.
func reduced(num, den int) Warn {
	for a, b := num, den; ; a, b = b, a%b {
		if b == 0 {
			return Warn{kind: warnFraction, num: num / a, den: den / a}
		}
	}
}

// At is the instant of the warning for a duty opened at opened and due at d, closing being the day's closing
// time. It is the zero time where there is nothing to warn at: no deadline for a form that counts from it, no
// closing time, or the zero Warn. It may lie before opened (30 days before, on a duty of a week): what is
// past at the opening is the caller's to send at once or leave out.
func (w Warn) At(opened time.Time, d Deadline, closing *time.Time) time.Time {
	switch w.kind {
	case warnAfterOpen:
		return opened.Add(w.span).In(Zone)
	case warnClosing:
		if closing == nil {
			return time.Time{}
		}
		return closing.In(Zone)
	case warnFraction, warnDaysBefore, warnBefore:
		if d.IsZero() {
			return time.Time{}
		}
		return w.beforeDue(opened, d)
	default:
		return time.Time{}
	}
}

func (w Warn) beforeDue(opened time.Time, d Deadline) time.Time {
	switch {
	case w.kind == warnBefore:
		return d.At.Add(-w.span).In(Zone)
	case w.kind == warnDaysBefore && d.EndOfDay:
		return d.Day().Add(-w.days).Start()
	case w.kind == warnDaysBefore:
		return d.At.In(Zone).AddDate(0, 0, -w.days)
	case !d.At.After(opened):
		return opened.In(Zone) // overdue when it opens: no time to take a part of
	}
	whole, num, den := d.At.Sub(opened), time.Duration(w.num), time.Duration(w.den)
	part := whole/den*num + whole%den*num/den // in this order, since a century times 100 does not fit
	return opened.Add(part).Truncate(time.Millisecond).In(Zone)
}

// String writes the warning as ParseWarn reads it.
func (w Warn) String() string {
	switch w.kind {
	case warnFraction:
		if 100%w.den == 0 {
			return fmt.Sprintf("%d %%", w.num*(100/w.den))
		}
		return fmt.Sprintf("%d/%d", w.num, w.den)
	case warnDaysBefore:
		return fmt.Sprintf("%d days before", w.days)
	case warnBefore:
		return writeClock(w.span) + " before"
	case warnAfterOpen:
		return writeClock(w.span)
	case warnClosing:
		return anchorClosing
	}
	return "none"
}

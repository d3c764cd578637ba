package calendar

import "time"

// maxEvery bounds "every n" of a period.
const maxEvery = 60

// Period is a stretch of the calendar that comes again and again. The zero value is none.
type Period string

// The periods, shortest first. A week begins on Monday; quarters and half-years with the year.
const (
	Week     Period = "week"
	Month    Period = "month"
	Quarter  Period = "quarter"
	HalfYear Period = "half-year"
	EachYear Period = "year"
)

// ParsePeriod reads the five words exactly.
func ParsePeriod(s string) (Period, bool) {
	switch p := Period(s); p {
	case Week, Month, Quarter, HalfYear, EachYear:
		return p, true
	}
	return "", false
}

// months is the length of a period counted in months; 0 for the week.
func (p Period) months() int {
	switch p {
	case Month:
		return 1
	case Quarter:
		return 3
	case HalfYear:
		return 6
	case EachYear:
		return 12
	case Week:
	}
	return 0
}

// Window is one period: it opens at 00:00 of First and is due at 24:00 of Last.
type Window struct{ First, Last Date }

// Of is the period in which d lies. The zero Window is the answer of no period.
func (p Period) Of(d Date) Window {
	if p == Week {
		monday := d.Add(-(int(d.Weekday()) + 6) % 7)
		return Window{monday, monday.Add(6)}
	}
	n := p.months()
	if n == 0 {
		return Window{}
	}
	first := Date{d.Year, d.Month - time.Month((int(d.Month)-1)%n), 1}
	return Window{first, first.AddMonths(n).Add(-1)}
}

// index numbers the periods without gaps. Weeks count from Monday 2000-01-03, the others from January 2000, so
// that every second month is January, March, …
func (p Period) index(d Date) int {
	if p == Week {
		epoch := Date{2000, time.January, 3}.Start()
		return floorDiv(int(p.Of(d).First.Start().Sub(epoch)/(24*time.Hour)), 7)
	}
	return floorDiv((d.Year-2000)*12+int(d.Month)-1, p.months())
}

func floorDiv(a, b int) int {
	if a < 0 {
		return -((-a + b - 1) / b)
	}
	return a / b
}

// Name tells one period from all others: quarter/2026-04-01.
func (p Period) Name(d Date) string { return string(p) + "/" + p.Of(d).First.String() }

// Periods are all of them.
func Periods() []Period { return []Period{Week, Month, Quarter, HalfYear, EachYear} }

// Period is the one that a rule "within each …" names; false for other rules.
func (d Due) Period() (Period, bool) { return d.period, d.kind == dueWithin }

// Window is the period of a rule "within each …" in which t lies, or the year of a "next-year" rule up to its
// date. It is false for other rules, for a period that "every n" leaves out, and after a "next-year" date.
// The duty opens at 00:00 of First.
func (d Due) Window(t time.Time) (Window, bool) {
	day := DateOf(t)
	switch d.kind {
	case dueWithin:
		if ((d.period.index(day)%d.n)+d.n)%d.n != 0 {
			return Window{}, false
		}
		return d.period.Of(day), true
	case dueNextYear:
		w := Window{Date{day.Year, time.January, 1}, Date{day.Year, d.month, min(d.day, daysIn(day.Year, d.month))}}
		return w, !day.After(w.Last)
	default:
		return Window{}, false
	}
}

// NextOpening is the first instant after t at which a rule "within each …" or "next-year …" opens its duty
// by itself; false for other rules.
func (d Due) NextOpening(t time.Time) (time.Time, bool) {
	day := DateOf(t)
	switch d.kind {
	case dueWithin:
		w := d.period.Of(day)
		for range d.n {
			w = d.period.Of(w.Last.Add(1))
			if opens, ok := d.Window(w.First.Start()); ok {
				return opens.First.Start(), true
			}
		}
		return time.Time{}, false
	case dueNextYear:
		return Date{day.Year + 1, time.January, 1}.Start(), true
	default:
		return time.Time{}, false
	}
}

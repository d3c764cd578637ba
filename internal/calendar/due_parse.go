package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	maxElse       = 4 // alternatives in one rule
	maxDueHoliday = 20

	anchorStart   = "shift start"
	anchorEnd     = "shift end"
	anchorClosing = "closing time"
)

// dueForms is the whole language, for the error of a rule that begins like none of them.
const dueForms = "one of: + n min, + n h, + n × 24 h, + n months, + n years, end of day [+ n [natural|working]], " +
	"record FIELD [+ n min|h|days|natural days|working days], 31 January, next-year 31 March, " +
	"within each week|month|quarter|half-year|year [, every n], last working day before HOLIDAY[, HOLIDAY], " +
	"shift start|shift end|closing time [+ n min|h], A, else B, none"

// ParseDue reads a due rule, its parameters already replaced:
//
//   - 15 min · + 24 h · + 3 × 24 h                 from the trigger on the clock; no day off moves it
//     end of day + 3 · end of day + 1 working        24:00 of that day; "+ 0" may be left out; "+ 0 working" is
//     the day itself, or the next working day where it is none;
//     "natural" may be written where a parameter chooses the kind
//   - 2 months · + 1 years                         24:00 of the same date, else of the last day of that month
//     record return_by                               the recorded time, or 24:00 of the recorded date
//     record found_at + 24 h                         from there on the clock
//     record got_at + 5 days                         24:00 of the n-th day after that day; natural or working days
//     31 January · next-year 31 March                24:00 of that date in the year of opening
//     within each month · within each month, every 2 24:00 of the last day of the period
//     last working day before 春节                   its 24:00; several names: Trigger.Holiday says which
//     shift start + 30 min · shift end · closing time  of that shift or day
//     record return_by, else 31 March                the second where the first is not recorded
//     none                                           no deadline
//
// 29 February means the last of February. The error is a *SyntaxError.
func ParseDue(s string) (Due, error) {
	if strings.Count(s, "else") >= maxElse {
		return Due{}, &SyntaxError{Kind: "due", Text: shown(s), Expected: fmt.Sprintf("at most %d alternatives", maxElse)}
	}
	r, err := newReader("due", s)
	if err != nil {
		return Due{}, err
	}
	return r.due()
}

func (r *reader) due() (Due, error) {
	d, err := r.dueForm()
	if err != nil {
		return Due{}, err
	}
	if r.take(",", "else") {
		if !slices.Contains([]dueKind{dueRecord, dueRecDay, dueShift}, d.kind) {
			return Due{}, r.expected("else only after a record, a shift or closing time, which alone can be missing")
		}
		other, err := r.due()
		if err != nil {
			return Due{}, err
		}
		d.other = &other
	}
	if !r.done() {
		return Due{}, r.expected("nothing more, or \", else …\", where " + shown(r.peek()) + " stands")
	}
	return d, nil
}

func (r *reader) dueForm() (Due, error) {
	switch {
	case r.take("none"):
		return Due{}, nil
	case r.take("+"):
		return r.dueFromTrigger()
	case r.take("end", "of", "day"):
		return r.dueDay()
	case r.take("record"):
		return r.dueRecord()
	case r.take("next-year"):
		return r.dueDate(dueNextYear)
	case r.take("within", "each"):
		return r.dueWithin()
	case r.take("last", "working", "day", "before"):
		return r.dueHoliday()
	case r.take("shift", "start"):
		return r.dueShift(anchorStart)
	case r.take("shift", "end"):
		return r.dueShift(anchorEnd)
	case r.take("closing", "time"):
		return r.dueShift(anchorClosing)
	}
	if _, ok := digits(r.peek()); ok {
		return r.dueDate(dueDate)
	}
	return Due{}, r.expected(dueForms)
}

// dueFromTrigger reads what follows "+": a length of time on the clock, or months or years.
func (r *reader) dueFromTrigger() (Due, error) {
	start := r.pos
	r.pos++
	months, years := r.unit("months"), r.unit("years")
	r.pos = start
	limit := maxMonths
	if years {
		limit = maxYears
	}
	if months || years {
		n, err := r.number(1, limit, "months or years")
		r.pos++
		return Due{kind: dueMonths, n: n, years: years}, err
	}
	span, err := r.clock()
	if err != nil {
		return Due{}, r.expected("+ n min, + n h, + n × 24 h, + n months or + n years, ten years of hours at most")
	}
	return Due{kind: dueClock, span: span}, nil
}

func (r *reader) dueDay() (Due, error) {
	d := Due{kind: dueDay}
	if !r.take("+") {
		return d, nil
	}
	n, err := r.number(0, maxDays, "days")
	if err != nil {
		return Due{}, err
	}
	d.n = n
	switch {
	case r.take("working"):
		d.working = true
	case r.take("natural"):
		d.natural = true
	}
	return d, r.checkWorking(d)
}

func (r *reader) checkWorking(d Due) error {
	if d.working && d.n > maxWorking {
		return r.expected(fmt.Sprintf("at most %d working days", maxWorking))
	}
	return nil
}

func (r *reader) dueRecord() (Due, error) {
	field := r.next()
	if !isField(field) {
		return Due{}, r.expected("record and a field of lower-case letters, digits, _ and .")
	}
	d := Due{kind: dueRecord, field: field}
	if !r.take("+") {
		return d, nil
	}
	start := r.pos
	n, err := r.number(0, maxDays, "days")
	if err == nil {
		d.working, d.natural = r.take("working"), r.take("natural")
		if r.unit("days") && !(d.working && d.natural) {
			d.kind, d.n = dueRecDay, n
			return d, r.checkWorking(d)
		}
	}
	r.pos = start
	span, err := r.clock()
	if err != nil {
		return Due{}, r.expected("record FIELD + n min, h, × 24 h, days, natural days or working days")
	}
	return Due{kind: dueRecord, field: field, span: span}, nil
}

func isField(s string) bool {
	if s == "" || len(s) > 64 || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return !strings.ContainsFunc(s, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '.'
	})
}

func (r *reader) dueDate(kind dueKind) (Due, error) {
	day, err := r.number(1, 31, "the day of a month")
	if err != nil {
		return Due{}, err
	}
	name := r.next()
	for m := time.January; m <= time.December; m++ {
		if m.String() == name && day <= daysIn(2024, m) { // a leap year
			return Due{kind: kind, month: m, day: day}, nil
		}
	}
	return Due{}, r.expected("a day that the month has and its English name, like 31 January")
}

func (r *reader) dueWithin() (Due, error) {
	p, ok := ParsePeriod(r.next())
	if !ok {
		return Due{}, r.expected("within each week, month, quarter, half-year or year")
	}
	d := Due{kind: dueWithin, period: p, n: 1}
	if r.take(",", "every") || r.take("every") {
		n, err := r.number(1, maxEvery, "periods")
		if err != nil {
			return Due{}, err
		}
		d.n = n
	}
	return d, nil
}

func (r *reader) dueHoliday() (Due, error) {
	d := Due{kind: dueHoliday}
	for {
		name := r.next()
		odd := name == "" || name == "else" || strings.ContainsAny(name, ",+%×") || len(name) > maxName
		if odd || d.before(name) || len(d.names) == maxDueHoliday {
			return Due{}, r.expected(fmt.Sprintf("the names of 1 to %d different holidays, between commas", maxDueHoliday))
		}
		d.names = append(d.names, name)
		if !r.take(",") {
			return d, nil
		}
	}
}

func (r *reader) dueShift(anchor string) (Due, error) {
	d := Due{kind: dueShift, anchor: anchor}
	if !r.take("+") {
		return d, nil
	}
	span, err := r.clock()
	d.span = span
	return d, err
}

// String writes the rule in its one canonical form, which ParseDue reads back to an equal rule.
func (d Due) String() string {
	s := d.form()
	if d.other != nil {
		s += ", else " + d.other.String()
	}
	return s
}

func (d Due) form() string {
	plus := ""
	if d.span > 0 {
		plus = " + " + writeClock(d.span)
	}
	kind := ""
	if d.working {
		kind = " working"
	} else if d.natural {
		kind = " natural"
	}
	switch d.kind {
	case dueNone:
		return "none"
	case dueClock:
		return "+ " + writeClock(d.span)
	case dueDay:
		return fmt.Sprintf("end of day + %d%s", d.n, kind)
	case dueMonths:
		if d.years {
			return fmt.Sprintf("+ %d years", d.n)
		}
		return fmt.Sprintf("+ %d months", d.n)
	case dueRecord:
		return "record " + d.field + plus
	case dueRecDay:
		return fmt.Sprintf("record %s + %d%s days", d.field, d.n, kind)
	case dueDate:
		return fmt.Sprintf("%d %s", d.day, d.month)
	case dueNextYear:
		return fmt.Sprintf("next-year %d %s", d.day, d.month)
	case dueWithin:
		if d.n > 1 {
			return fmt.Sprintf("within each %s, every %d", d.period, d.n)
		}
		return fmt.Sprintf("within each %s", d.period)
	case dueHoliday:
		return "last working day before " + strings.Join(d.names, ", ")
	case dueShift:
		return d.anchor + plus
	}
	return "unknown"
}

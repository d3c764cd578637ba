package calendar

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Trigger is what a due rule counts from.
type Trigger struct {
	// Occurred is when the opening act occurred (occurred_at), or when the duty opened by itself.
	Occurred time.Time
	// Records are the recorded times and dates that "record FIELD" may name; absent where not filled.
	Records map[string]Recorded
	// ClosingTime of the day, start and end of the shift; nil where there is none.
	ClosingTime, ShiftStart, ShiftEnd *time.Time
	// Holiday is the one of "before 元旦, 春节, …" that is meant; may be empty where the rule names only one.
	Holiday string
	// Book answers for working days and holidays.
	Book Book
}

// Recorded is a time or a date in the record. Of a date only the day of At counts, in Zone.
type Recorded struct {
	At       time.Time
	DateOnly bool
}

func (r Recorded) deadline() Deadline {
	if r.DateOnly {
		return EndOf(DateOf(r.At))
	}
	return Exactly(r.At)
}

// ErrNoDue is the answer of the rule "none", and of "…, else none" where that is reached.
var ErrNoDue = errors.New("the rule sets no deadline")

// MissingRecord is the answer of a rule that counts from something that is not recorded.
type MissingRecord struct {
	What string // the field, or "shift start", "shift end", "closing time"
}

func (e *MissingRecord) Error() string {
	return fmt.Sprintf("no deadline while %s is not recorded", e.What)
}

// dueKind is the form of a due rule.
type dueKind int

const (
	dueNone     dueKind = iota
	dueClock            // + n min, + n h
	dueDay              // end of day + n [working]
	dueMonths           // + n months, + n years
	dueRecord           // record FIELD, + n min or h
	dueRecDay           // record FIELD + n [working] days
	dueDate             // 31 January
	dueNextYear         // next-year 31 March
	dueWithin           // within each month[, every n]
	dueHoliday          // last working day before …
	dueShift            // shift start, shift end, closing time, + n min or h
)

// Due is a parsed due rule. The zero value is "none".
type Due struct {
	kind    dueKind
	span    time.Duration // clock, record, shift
	n       int           // days, working days, months; every n periods
	years   bool          // n was written in years
	working bool
	natural bool // "natural" was written
	field   string
	month   time.Month
	day     int
	period  Period
	names   []string // holidays
	anchor  string   // shift start, shift end, closing time
	other   *Due     // after "else"
}

// At is the deadline of the duty that t opens.
//
// Days are natural days in Zone, the day of the trigger not counted; only "working" skips days off. A fixed date
// is that of the year of opening and so may lie before the opening; what is recorded, a shift or closing time
// may too. All other rules give a deadline at or after the trigger. Errors: ErrNoDue, *MissingRecord, *MissingYear, *UnknownHoliday, or
// that the trigger has no time.
func (d Due) At(t Trigger) (Deadline, error) {
	if t.Occurred.IsZero() {
		return Deadline{}, errors.New("count a deadline: the trigger has no time")
	}
	at, err := d.at(t)
	var missing *MissingRecord
	if d.other != nil && errors.As(err, &missing) {
		return d.other.At(t)
	}
	return at, err
}

func (d Due) at(t Trigger) (Deadline, error) {
	day := DateOf(t.Occurred)
	switch d.kind {
	case dueNone:
		return Deadline{}, ErrNoDue
	case dueClock:
		return Exactly(t.Occurred.Add(d.span)), nil
	case dueDay:
		return d.dayAfter(day, t.Book)
	case dueMonths:
		return EndOf(day.AddMonths(d.monthCount())), nil
	case dueRecord, dueRecDay:
		return d.fromRecord(t)
	case dueDate, dueNextYear:
		return EndOf(Date{day.Year, d.month, min(d.day, daysIn(day.Year, d.month))}), nil
	case dueWithin:
		w, ok := d.Window(t.Occurred)
		if !ok {
			return Deadline{}, fmt.Errorf("count a deadline: %s is in no period of the rule %q", day, d)
		}
		return EndOf(w.Last), nil
	case dueHoliday:
		return d.beforeHoliday(t, day)
	case dueShift:
		from, err := d.anchored(t)
		if err != nil {
			return Deadline{}, err
		}
		return Exactly(from.Add(d.span)), nil
	}
	return Deadline{}, fmt.Errorf("count a deadline: unknown form %d", d.kind)
}

// dayAfter is 24:00 of the n-th day after day.
func (d Due) dayAfter(day Date, b Book) (Deadline, error) {
	if !d.working {
		return EndOf(day.Add(d.n)), nil
	}
	last, err := b.AddWorkdays(day, d.n)
	if err != nil {
		return Deadline{}, err
	}
	return EndOf(last), nil
}

// fromRecord counts from a recorded time, or from the 24:00 of a recorded date. Where a date plus hours meets
// a 24:00 again, it is an end of day like the date itself.
func (d Due) fromRecord(t Trigger) (Deadline, error) {
	rec, ok := t.Records[d.field]
	if !ok || rec.At.IsZero() {
		return Deadline{}, &MissingRecord{What: d.field}
	}
	if d.kind == dueRecDay {
		return d.dayAfter(DateOf(rec.At), t.Book)
	}
	from := rec.deadline()
	return Deadline{At: from.At.Add(d.span), EndOfDay: from.EndOfDay && d.span%(24*time.Hour) == 0}, nil
}

// beforeHoliday takes the next such holiday whose last working day before it has not ended yet, so that a duty
// opened on the weekend before a holiday belongs to the following year's.
func (d Due) beforeHoliday(t Trigger, day Date) (Deadline, error) {
	name := t.Holiday
	if name == "" && len(d.names) == 1 {
		name = d.names[0]
	}
	if name == "" || !d.before(name) {
		return Deadline{}, fmt.Errorf("count a deadline: holiday %s is none of the rule %q", shown(name), d)
	}
	from := day
	for {
		first, err := t.Book.NextHoliday(name, from)
		if err != nil {
			return Deadline{}, err
		}
		last, err := t.Book.seek(first.Add(-1), -1)
		if err != nil {
			return Deadline{}, err
		}
		if !last.Before(day) {
			return EndOf(last), nil
		}
		from = first
	}
}

func (d Due) before(name string) bool {
	return slices.Contains(d.names, name)
}

func (d Due) anchored(t Trigger) (time.Time, error) {
	var from *time.Time
	switch d.anchor {
	case anchorStart:
		from = t.ShiftStart
	case anchorEnd:
		from = t.ShiftEnd
	case anchorClosing:
		from = t.ClosingTime
	}
	if from == nil || from.IsZero() {
		return time.Time{}, &MissingRecord{What: d.anchor}
	}
	return *from, nil
}

func (d Due) monthCount() int {
	if d.years {
		return d.n * 12
	}
	return d.n
}

// None reports whether the rule is "none": the duty stands until done and never becomes late.
func (d Due) None() bool { return d.kind == dueNone }

// Working reports whether the rule, or what follows its "else", asks the Book and so needs the year's notice.
func (d Due) Working() bool {
	return d.working || d.kind == dueHoliday || d.other != nil && d.other.Working()
}

// Fields lists the recorded fields that the rule may read, in order.
func (d Due) Fields() []string {
	var out []string
	for r := &d; r != nil; r = r.other {
		if r.field != "" {
			out = append(out, r.field)
		}
	}
	return out
}

// Holidays lists the holidays before which the duty is due, as written; nil for other forms.
func (d Due) Holidays() []string { return slices.Clone(d.names) }

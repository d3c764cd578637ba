package calendar

import (
	"errors"
	"fmt"
	"time"
)

// ErrSpelling is wrapped by the errors of ParseDate and ParseTimeOfDay.
var ErrSpelling = errors.New("not a valid spelling")

// Date is a natural day in Zone. It is comparable; the zero value is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// NewDate makes the date, or fails with ErrSpelling where the calendar has no such day or the year is not 1–9999.
func NewDate(year int, month time.Month, day int) (Date, error) {
	d := Date{year, month, day}
	if !d.Valid() {
		return Date{}, fmt.Errorf("date %d-%d-%d: %w, expected a day of the calendar", year, int(month), day, ErrSpelling)
	}
	return d, nil
}

// ParseDate reads "2026-03-02" and nothing else.
func ParseDate(s string) (Date, error) {
	bad := func() (Date, error) {
		return Date{}, fmt.Errorf("date %s: %w, expected year-month-day like 2026-03-02", shown(s), ErrSpelling)
	}
	if len(s) != len("2026-03-02") || s[4] != '-' || s[7] != '-' {
		return bad()
	}
	y, okY := digits(s[:4])
	m, okM := digits(s[5:7])
	day, okD := digits(s[8:])
	d := Date{y, time.Month(m), day}
	if !okY || !okM || !okD || !d.Valid() {
		return bad()
	}
	return d, nil
}

// DateOf is the natural day in Zone on which t lies; 00:00 belongs to the day it begins.
func DateOf(t time.Time) Date {
	y, m, d := t.In(Zone).Date()
	return Date{y, m, d}
}

// Valid reports whether the calendar has this day, in the years 1 to 9999.
func (d Date) Valid() bool {
	return d.Year >= 1 && d.Year <= 9999 && d.Month >= 1 && d.Month <= 12 && d.Day >= 1 &&
		d.Day <= daysIn(d.Year, d.Month)
}

// IsZero reports whether d is no date at all.
func (d Date) IsZero() bool { return d == Date{} }

// String spells the date as 2026-03-02.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// MarshalText is String; the zero date is the empty text.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText is ParseDate; the empty text is the zero date.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Start is the day's 00:00.
func (d Date) Start() time.Time { return d.At(0, 0) }

// End is the day's 24:00, which is 00:00 of the next day.
func (d Date) End() time.Time { return d.Add(1).Start() }

// At is hh:mm:00 of the day in Zone; At(24, 0) is End.
func (d Date) At(hh, mm int) time.Time {
	return time.Date(d.Year, d.Month, d.Day, hh, mm, 0, 0, Zone)
}

// Add is the date n natural days later; earlier where n is negative.
func (d Date) Add(n int) Date { return DateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, Zone)) }

// AddMonths is the same day n months later, or the last day of that month where it is shorter.
func (d Date) AddMonths(n int) Date {
	first := time.Date(d.Year, d.Month+time.Month(n), 1, 0, 0, 0, 0, Zone)
	day := min(d.Day, daysIn(first.Year(), first.Month()))
	return Date{first.Year(), first.Month(), day}
}

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.Start().Weekday() }

// Compare is negative, zero or positive as d is before, equal to or after other.
func (d Date) Compare(other Date) int {
	if d.Year != other.Year {
		return d.Year - other.Year
	}
	if d.Month != other.Month {
		return int(d.Month) - int(other.Month)
	}
	return d.Day - other.Day
}

// Before reports whether d is an earlier day than other.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// After reports whether d is a later day than other.
func (d Date) After(other Date) bool { return d.Compare(other) > 0 }

// weekend reports whether the day is a Saturday or Sunday, whatever a notice makes of it.
func (d Date) weekend() bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, Zone).Day()
}

// TimeOfDay is a time on the office's wall clock, such as its closing time. 24:00 is the end of the day.
type TimeOfDay struct{ Hour, Minute int }

// ParseTimeOfDay reads "17:30": two digits each, 00:00 to 24:00.
func ParseTimeOfDay(s string) (TimeOfDay, error) {
	bad := func() (TimeOfDay, error) {
		return TimeOfDay{}, fmt.Errorf("time of day %s: %w, expected hh:mm like 17:30", shown(s), ErrSpelling)
	}
	if len(s) != len("17:30") || s[2] != ':' {
		return bad()
	}
	h, okH := digits(s[:2])
	m, okM := digits(s[3:])
	if !okH || !okM || m > 59 || h > 24 || h == 24 && m != 0 {
		return bad()
	}
	return TimeOfDay{h, m}, nil
}

// On is this time on the given day.
func (t TimeOfDay) On(d Date) time.Time { return d.At(t.Hour, t.Minute) }

// Add is some minutes later, within the day.
func (t TimeOfDay) Add(minutes int) TimeOfDay {
	n := min(max(t.Hour*60+t.Minute+minutes, 0), 24*60)
	return TimeOfDay{n / 60, n % 60}
}

// String spells the time as 17:30.
func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", t.Hour, t.Minute) }

// MarshalText is String.
func (t TimeOfDay) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText is ParseTimeOfDay.
func (t *TimeOfDay) UnmarshalText(b []byte) error {
	parsed, err := ParseTimeOfDay(string(b))
	if err != nil {
		return err
	}
	*t = parsed
	return nil
}

package calendar

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Book is the set of years whose notices are known. It is immutable: With makes another one. The zero value
// knows no year.
type Book struct {
	years map[int]Year
	off   map[Date]string   // day off → the holiday's name
	work  map[Date]struct{} // weekend days that are worked
}

// MissingYear is the answer to a question about working days in a year whose notice is not known.
type MissingYear struct{ Year int }

func (e *MissingYear) Error() string {
	return fmt.Sprintf("the notice of days off for %d is missing", e.Year)
}

// UnknownHoliday is the answer where a year's notice is known and has no such holiday.
type UnknownHoliday struct {
	Year int
	Name string
}

func (e *UnknownHoliday) Error() string {
	return fmt.Sprintf("the notice of days off for %d has no holiday called %s", e.Year, shown(e.Name))
}

//go:embed data/*.yaml
var notices embed.FS

// Builtin is the book that comes with the program: 2024 to 2026. Its files are checked by the tests, so a bad
// one is a broken build and panics.
func Builtin() Book { return builtin() }

var builtin = sync.OnceValue(func() Book {
	entries, err := notices.ReadDir("data")
	if err != nil {
		panic(fmt.Errorf("list the built-in years: %w", err))
	}
	var book Book
	for _, e := range entries {
		b, err := notices.ReadFile("data/" + e.Name())
		if err != nil {
			panic(fmt.Errorf("read a built-in year: %w", err))
		}
		y, err := ParseYear(e.Name(), b)
		if err != nil {
			panic(fmt.Errorf("parse a built-in year: %w", err))
		}
		book = book.With(y)
	}
	return book
})

// With is the book with y added, or put in the place of the same year. The zero Year adds nothing.
func (b Book) With(y Year) Book {
	years := maps.Clone(b.years)
	if years == nil {
		years = map[int]Year{}
	}
	if y.number != 0 {
		years[y.number] = y
	}
	out := Book{years: years, off: map[Date]string{}, work: map[Date]struct{}{}}
	// Ascending, so that a notice which reaches back into December has the last word on those days.
	for _, n := range slices.Sorted(maps.Keys(years)) {
		for _, h := range years[n].holidays {
			for _, d := range h.Off {
				delete(out.work, d)
				out.off[d] = h.Name
			}
		}
		for _, d := range years[n].work {
			delete(out.off, d)
			out.work[d] = struct{}{}
		}
	}
	return out
}

// Has reports whether the year's notice is known.
func (b Book) Has(year int) bool {
	_, ok := b.years[year]
	return ok
}

// Years lists the known years, ascending.
func (b Book) Years() []Year {
	var out []Year
	for _, n := range slices.Sorted(maps.Keys(b.years)) {
		out = append(out, b.years[n])
	}
	return out
}

// IsWorkday reports whether d is a working day: a weekday that is not off, or a weekend day that is worked.
// The error is *MissingYear.
func (b Book) IsWorkday(d Date) (bool, error) {
	if !b.Has(d.Year) {
		return false, &MissingYear{Year: d.Year}
	}
	if _, off := b.off[d]; off {
		return false, nil
	}
	if _, worked := b.work[d]; worked {
		return true, nil
	}
	return !d.weekend(), nil
}

// NextWorkday is the first working day after d, d itself not counted. The error is *MissingYear.
func (b Book) NextWorkday(d Date) (Date, error) { return b.seek(d.Add(1), 1) }

// AddWorkdays is the n-th working day after d, d itself not counted. For n = 0 it is d where d is a working day,
// else the next one. n is 0 to 2500; the error is *MissingYear, or tells that n is out of bounds.
func (b Book) AddWorkdays(d Date, n int) (Date, error) {
	if n < 0 || n > maxWorking {
		return Date{}, fmt.Errorf("add %d working days: expected 0 to %d", n, maxWorking)
	}
	if n == 0 {
		return b.seek(d, 1)
	}
	for range n {
		next, err := b.NextWorkday(d)
		if err != nil {
			return Date{}, err
		}
		d = next
	}
	return d, nil
}

// seek walks from d by step days to a working day. It ends: in at most some weeks it meets one, or a year
// without a notice.
func (b Book) seek(d Date, step int) (Date, error) {
	for {
		ok, err := b.IsWorkday(d)
		if err != nil {
			return Date{}, err
		}
		if ok {
			return d, nil
		}
		d = d.Add(step)
	}
}

// HolidayName is the name of the holiday to which the day off d belongs; empty for any other day, weekends
// included, and where the notice is not known.
func (b Book) HolidayName(d Date) string { return b.off[d] }

// FirstOff is the first day off of a holiday (by any of its names) in the year's notice. The error is
// *MissingYear or *UnknownHoliday.
func (b Book) FirstOff(year int, name string) (Date, error) {
	y, ok := b.years[year]
	if !ok {
		return Date{}, &MissingYear{Year: year}
	}
	for _, h := range y.holidays {
		if h.Called(name) {
			return h.Off[0], nil
		}
	}
	return Date{}, &UnknownHoliday{Year: year, Name: name}
}

// LastWorkdayBefore is the last working day before the first day off of a holiday; it may lie in the year
// before. The error is *MissingYear or *UnknownHoliday.
func (b Book) LastWorkdayBefore(year int, name string) (Date, error) {
	first, err := b.FirstOff(year, name)
	if err != nil {
		return Date{}, err
	}
	return b.seek(first.Add(-1), -1)
}

// NextHoliday is the first day off of the next such holiday that begins after d. The error is *MissingYear or
// *UnknownHoliday.
func (b Book) NextHoliday(name string, d Date) (Date, error) {
	for year := d.Year; ; year++ {
		first, err := b.FirstOff(year, name)
		if err != nil || first.After(d) {
			return first, err
		}
	}
}

package calendar

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"jiyao/internal/refuse"
)

// Year is one year's notice of days off and moved working days (节假日安排). It is made by ParseYear, which
// checks it, and cannot be changed afterwards; the zero value is no year.
type Year struct {
	number   int
	source   string
	holidays []Holiday
	work     []Date
	notes    []string
}

// Holiday is a named holiday with its days off, ascending. Also holds other names of the same holiday
// (劳动节, 五一).
type Holiday struct {
	Name string
	Also []string
	Off  []Date
}

// Called reports whether name is one of the holiday's names.
func (h Holiday) Called(name string) bool { return h.Name == name || slices.Contains(h.Also, name) }

// Number is the year, such as 2026; 0 for the zero Year.
func (y Year) Number() int { return y.number }

// Source says where the notice was taken from.
func (y Year) Source() string { return y.source }

// Holidays lists the holidays in the order of the notice, as a copy.
func (y Year) Holidays() []Holiday {
	out := make([]Holiday, len(y.holidays))
	for i, h := range y.holidays {
		out[i] = Holiday{Name: h.Name, Also: slices.Clone(h.Also), Off: slices.Clone(h.Off)}
	}
	return out
}

// Work lists the weekend days that are worked, ascending, as a copy.
func (y Year) Work() []Date { return slices.Clone(y.work) }

// Notes lists remarks for the reader, such as where sources disagree, as a copy.
func (y Year) Notes() []string { return slices.Clone(y.notes) }

// DataError is a yearly notice that cannot be taken, with the place and what is wrong there.
type DataError struct {
	File string
	Line int    // 1 is the first; 0 where the file as a whole is meant
	Code string // locale makes the sentence: field.notice_<code>
	Args map[string]string
}

func (e *DataError) Error() string {
	return fmt.Sprintf("%s:%d: %s %v", e.File, e.Line, e.Code, e.Args)
}

// At is the answer at the field in which the notice was typed.
func (e *DataError) At(field string) *refuse.Invalid {
	args := maps.Clone(e.Args)
	args["line"] = strconv.Itoa(max(e.Line, 1))
	return &refuse.Invalid{Fields: []refuse.FieldError{{Field: field, Code: "notice_" + e.Code, Args: args}}}
}

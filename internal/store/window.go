package store

import (
	"strconv"
	"strings"
	"time"
)

// Window is a part of a list that is ordered by a time and, where two are alike, by an id. The zero value is the
// whole list, the oldest row first.
type Window struct {
	From, To time.Time // To is excluded; zero is open
	Newest   bool      // the newest row first
	After    Place     // goes on after this row of the order; the zero value begins
	Limit    int       // at most so many rows; 0 is the caller's bound
}

// Place is where a row stands in the order of a Window.
type Place struct {
	At time.Time
	ID string
}

// Zero reports whether it is the beginning of the list.
func (p Place) Zero() bool { return p.At.IsZero() && p.ID == "" }

// The columns under which a line of a register says where it stands, beside those of its source.
const (
	LineID = "line"
	LineAt = "line_at" // milliseconds since 1970
)

// Stand notes in a line of a register where it stands.
func Stand(line map[string]string, at time.Time, id string) map[string]string {
	line[LineID], line[LineAt] = id, strconv.FormatInt(at.UnixMilli(), 10)
	return line
}

// Tail writes the end of a SELECT: the conditions, of which each holds, the window over the columns at and id, the
// order, and a limit that is never above most. Conditions number their own arguments from $1 on; nothing of the
// window but numbers and ids goes into the statement, as arguments.
func (w Window) Tail(at, id string, conditions []string, args []any, most int) (string, []any) {
	bind := func(a any) string {
		args = append(args, a)
		return "$" + strconv.Itoa(len(args))
	}
	where := append([]string{"1 = 1"}, conditions...)
	if !w.From.IsZero() {
		where = append(where, at+" >= "+bind(w.From.UnixMilli()))
	}
	if !w.To.IsZero() {
		where = append(where, at+" < "+bind(w.To.UnixMilli()))
	}
	beyond, turn := " > ", ""
	if w.Newest {
		beyond, turn = " < ", " DESC"
	}
	if !w.After.Zero() {
		// The first half alone lets an index begin at the right place.
		limit := bind(w.After.At.UnixMilli())
		where = append(where, at+strings.TrimSuffix(beyond, " ")+"= "+limit, "("+at+beyond+limit+" OR "+id+beyond+bind(w.After.ID)+")")
	}
	n := w.Limit
	if n <= 0 || n > most {
		n = most
	}
	return "WHERE " + strings.Join(where, " AND ") + " ORDER BY " + at + turn + ", " + id + turn + " LIMIT " + strconv.Itoa(n), args
}

package circulation

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Row is one circulation with its readers in order.
type Row struct {
	Circulation
	Stops []Stop
}

// Waits are the readers not yet served, in order.
func (r Row) Waits() []Stop { return r.in(Waiting) }

// Out are the readers who have a copy now, read or not.
func (r Row) Out() []Stop { return append(r.in(Out), r.in(Read)...) }

func (r Row) in(s State) []Stop {
	var out []Stop
	for _, x := range r.Stops {
		if x.State == s {
			out = append(out, x)
		}
	}
	return out
}

// MaxBoard is the most circulations one page shows.
const MaxBoard = 50

// After is where a page begins: the last row of the page before. The zero value is the newest.
type After struct {
	At time.Time
	ID term.CirculationID
}

// Board lists circulations of a state, newest first, at most limit, as far as the viewer may know of them.
func Board(tx *store.Tx, v act.Viewer, state State, after After, limit int) ([]Row, error) {
	limit = min(max(limit, 1), MaxBoard)
	args := []any{string(state)}
	tail := "WHERE state = $1"
	if !after.At.IsZero() {
		tail += " AND (opened_at < $2 OR opened_at = $2 AND id < $3)"
		args = append(args, after.At.UnixMilli(), string(after.ID))
	}
	cond, more := v.Visible("class", "document", len(args)+1)
	args = append(args, more...)
	list, err := Circulations.Select(tx, tail+" AND "+cond+" ORDER BY opened_at DESC, id DESC LIMIT "+strconv.Itoa(limit), args...)
	if err != nil {
		return nil, fmt.Errorf("list circulations: %w", err)
	}
	return withStops(tx, list)
}

// One gives one circulation; refuse.ErrNotFound when there is none or the viewer may not know of it.
func One(tx *store.Tx, v act.Viewer, id term.CirculationID) (Row, error) {
	cond, args := v.Visible("class", "document", 2)
	list, err := Circulations.Select(tx, "WHERE id = $1 AND "+cond+" LIMIT 1", append([]any{string(id)}, args...)...)
	if err != nil {
		return Row{}, fmt.Errorf("read a circulation: %w", err)
	}
	if len(list) == 0 {
		return Row{}, errAbsent
	}
	rows, err := withStops(tx, list)
	if err != nil {
		return Row{}, err
	}
	return rows[0], nil
}

// OfDocument gives the open circulation of a document, if the viewer may know of it.
func OfDocument(tx *store.Tx, v act.Viewer, id term.DocumentID) (Row, bool, error) {
	cond, args := v.Visible("class", "document", 2)
	list, err := Circulations.Select(tx, "WHERE document = $1 AND state = 'open' AND "+cond+" LIMIT 1", append([]any{string(id)}, args...)...)
	if err != nil || len(list) == 0 {
		return Row{}, false, err
	}
	rows, err := withStops(tx, list)
	if err != nil {
		return Row{}, false, err
	}
	return rows[0], true, nil
}

func withStops(tx *store.Tx, list []Circulation) ([]Row, error) {
	if len(list) == 0 {
		return nil, nil
	}
	out := make([]Row, len(list))
	at := map[term.CirculationID]int{}
	marks, args := make([]string, len(list)), make([]any, len(list))
	for i, c := range list {
		out[i].Circulation, at[c.ID] = c, i
		marks[i], args[i] = "$"+strconv.Itoa(i+1), string(c.ID)
	}
	stops, err := Stops.Select(tx, "WHERE circulation IN ("+strings.Join(marks, ", ")+") ORDER BY circulation, seq", args...)
	if err != nil {
		return nil, fmt.Errorf("read the readers of circulations: %w", err)
	}
	for _, s := range stops {
		i := at[s.Circulation]
		out[i].Stops = append(out[i].Stops, s)
	}
	return out, nil
}

// Mine lists the turns a reader has now: copies he holds in a circulation, oldest first.
func Mine(tx *store.Tx, reader term.PersonID, limit int) ([]Stop, error) {
	if reader == "" {
		return nil, nil
	}
	stops, err := Stops.Select(tx, "WHERE reader = $1 AND state IN ('out', 'read') ORDER BY out_at, id LIMIT "+strconv.Itoa(min(max(limit, 1), 200)), string(reader))
	if err != nil {
		return nil, fmt.Errorf("list the turns of a reader: %w", err)
	}
	return stops, nil
}

// Holding lists the copies that are out in circulations the viewer may know of, longest first.
func Holding(tx *store.Tx, v act.Viewer, limit int) ([]Stop, error) {
	cond, args := v.Visible("class", "document", 1)
	stops, err := Stops.Select(tx, "WHERE state IN ('out', 'read') AND "+cond+" ORDER BY out_at, id LIMIT "+strconv.Itoa(min(max(limit, 1), 500)), args...)
	if err != nil {
		return nil, fmt.Errorf("list who holds what: %w", err)
	}
	return stops, nil
}

// Knows reports whether the viewer may know of a document.
func Knows(tx *store.Tx, v act.Viewer, id term.DocumentID) (bool, error) {
	cond, args := v.Visible("class", "id", 2)
	var n int
	err := tx.QueryRow("SELECT count(*) FROM document WHERE id = $1 AND "+cond, append([]any{string(id)}, args...)...).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("ask whether a document may be known: %w", err)
	}
	return n > 0, nil
}

// Reasons opens why readers of a circulation do not sign, for who may know of it.
func Reasons(tx *store.Tx, r Row) (map[term.StopID]string, error) {
	var out map[term.StopID]string
	for _, s := range r.in(Declined) {
		if err := Stops.Reveal(tx, &s); err != nil {
			return nil, fmt.Errorf("open the reason of a reader: %w", err)
		}
		text, err := s.DeclinedReason.Text()
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = map[term.StopID]string{}
		}
		out[s.ID] = text
	}
	return out, nil
}

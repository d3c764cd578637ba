package store

import (
	"errors"
	"fmt"
	"reflect"

	"jiyao/internal/refuse"
)

// Change is one row to be inserted or updated, made by Table.Insert and Table.Update and written by Put.
type Change struct {
	s   *schema
	old reflect.Value // invalid for an insert
	row reflect.Value
}

// Table is the name of the table that the change is for.
func (c Change) Table() string { return c.s.name }

// Key is the row's key.
func (c Change) Key() string { return c.s.keyOf(c.row) }

// Inserts reports whether the row is new.
func (c Change) Inserts() bool { return !c.old.IsValid() }

// Row is what the row will say, as the table's struct.
func (c Change) Row() any { return c.row.Interface() }

// Old is what the row said when it was loaded, or nil for a new row.
func (c Change) Old() any {
	if c.Inserts() {
		return nil
	}
	return c.old.Interface()
}

var (
	// ErrNotLoaded: an update was made of a row that did not come from the database, or was altered in place
	// after it came, so that nobody knows what the row said.
	ErrNotLoaded = errors.New("the old row is not as it was loaded")
	// ErrTwoWays: two changes of one put set the same column to different values.
	ErrTwoWays = errors.New("two changes disagree about a column")
)

// work is what one put does to one row, after all changes to that row were joined.
type work struct {
	s      *schema
	key    string
	group  string
	insert bool
	rev    int64 // as loaded; 0 for an insert
	base   *loaded
	before []any // cells as loaded; nil for an insert
	cells  []any // cells to be
}

// A cell is a column's value while changes are compared: a Sealed for sealed columns, else as stored.
func (s *schema) cells(row reflect.Value) ([]any, error) {
	out := make([]any, len(s.columns))
	for i := range s.columns {
		c, v := &s.columns[i], s.field(row, i)
		if c.kind == SealedText {
			sealed, _ := v.Interface().(Sealed)
			if _, err := c.text(sealed.text); err != nil {
				return nil, err
			}
			out[i] = sealed
			continue
		}
		var err error
		if out[i], err = c.encode(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// loadedCells are the cells of a row as the database had them.
func (s *schema) loadedCells(l *loaded) []any {
	out := make([]any, len(s.columns))
	for i := range s.columns {
		out[i] = l.values[i]
		if s.columns[i].kind == SealedText {
			stored, _ := l.values[i].([]byte)
			out[i] = Sealed{stored: string(stored)}
		}
	}
	return out
}

func sameCell(a, b any) bool {
	if x, ok := a.(Sealed); ok {
		y, ok := b.(Sealed)
		return ok && x.equal(y)
	}
	return same(a, b)
}

// start makes the work of the first change to a row.
func start(c Change) (*work, error) {
	w := &work{s: c.s, key: c.Key(), group: c.s.groupOf(c.row), insert: c.Inserts()}
	if w.key == "" {
		return nil, invalid(c.s.columns[c.s.key].name, "required")
	}
	var err error
	if w.insert {
		w.cells, err = c.s.cells(c.row)
		return w, err
	}
	m := c.s.metaOf(c.old)
	if m.loaded == nil || m.Rev < 1 {
		return nil, ErrNotLoaded
	}
	w.rev, w.base, w.group = m.Rev, m.loaded, c.s.groupOf(c.old)
	w.before = c.s.loadedCells(m.loaded)
	w.cells = append([]any{}, w.before...)
	return w, w.join(c)
}

// join applies an update to a row's work: chained when it starts from what the put has made of the row so far,
// merged when it starts from the same loaded row and touches other columns.
func (w *work) join(c Change) error {
	if c.Inserts() {
		return &refuse.Conflict{Table: w.s.name, Key: w.key} // the put has this row already
	}
	if c.s.keyOf(c.old) != w.key {
		return fmt.Errorf("the key of a row changed: %w", ErrNotLoaded)
	}
	if w.s.metaOf(c.old).Rev != w.rev {
		return &refuse.Conflict{Table: w.s.name, Key: w.key}
	}
	old, err := w.s.cells(c.old)
	if err != nil {
		return err
	}
	next, err := w.s.cells(c.row)
	if err != nil {
		return err
	}
	for i, now := range w.cells {
		column := w.s.columns[i].name
		known := sameCell(old[i], now) || w.before != nil && sameCell(old[i], w.before[i])
		switch {
		case !known:
			return fmt.Errorf("column %s: %w", column, ErrNotLoaded)
		case sameCell(old[i], next[i]):
		case sameCell(old[i], now):
			w.cells[i] = next[i]
		case !sameCell(now, next[i]):
			return fmt.Errorf("column %s: %w", column, ErrTwoWays)
		}
	}
	if g := w.s.groupOf(c.row); g != w.group && w.s.sealed {
		return fmt.Errorf("the group of a row with sealed columns changed: %w", ErrNotLoaded)
	}
	return nil
}

// changed lists the columns to write: all of a new row but the key, else those that differ from the database.
func (w *work) changed() []int {
	var out []int
	for i := range w.cells {
		if i == w.s.key {
			continue
		}
		if w.insert || !sameCell(w.before[i], w.cells[i]) {
			out = append(out, i)
		}
	}
	return out
}

package store

import (
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"jiyao/internal/refuse"
)

// Table reads rows of type R and makes changes to them. It holds no data and no connection.
type Table[R any] struct{ s *schema }

// Define describes a recorded table: every column of every put is digested and what it said before is kept in
// history. R is a struct that embeds Meta, with tags `col:"name[,key][,group][,sealed][,null]"` on all other
// fields (`col:"-"` leaves one out). It panics on a struct that cannot be a table.
func Define[R any](name string) *Table[R] { return table[R](name, true, "") }

// Unrecorded describes a table that leaves no evidence, and says why that is right. Its rows carry a revision
// and no salt.
func Unrecorded[R any](name, reason string) *Table[R] { return table[R](name, false, reason) }

func table[R any](name string, recorded bool, reason string) *Table[R] {
	s := describe(name, reflect.TypeFor[R]())
	s.recorded, s.reason = recorded, reason
	s.finish()
	register(s)
	return &Table[R]{s: s}
}

// Name is the table's name.
func (t *Table[R]) Name() string { return t.s.name }

// Get reads the row with this key, which is of any string type. No such row is refuse.ErrNotFound.
func (t *Table[R]) Get(tx *Tx, key any) (R, error) {
	var zero R
	k, err := keyText(key)
	if err != nil {
		return zero, fmt.Errorf("get a %s: %w", t.s.name, err)
	}
	row, ok, err := t.one(tx, t.s.keyTail, k)
	if err != nil {
		return zero, err
	}
	if !ok {
		return zero, fmt.Errorf("get a %s: %w", t.s.name, refuse.ErrNotFound)
	}
	return row, nil
}

// Select reads the rows that the rest of a SELECT names, such as "WHERE document = $1 ORDER BY no LIMIT 50".
// The whole result is held in memory: the caller writes the LIMIT. Nothing is opened.
func (t *Table[R]) Select(tx *Tx, tail string, args ...any) ([]R, error) {
	if tx.remembering() {
		return t.asked(tx, tail, args, -1)
	}
	rows, err := tx.Query(t.s.selectText+tail, args...)
	if err != nil {
		return nil, fmt.Errorf("select from %s: %w", t.s.name, err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	var out []R
	for rows.Next() {
		var row R
		if err := t.s.scan(rows, reflect.ValueOf(&row).Elem()); err != nil {
			return nil, fmt.Errorf("read a %s: %w", t.s.name, err)
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("select from %s: %w", t.s.name, translate(err))
	}
	return out, nil
}

// One reads the first row of a Select, and false where there is none.
func (t *Table[R]) One(tx *Tx, tail string, args ...any) (R, bool, error) {
	return t.one(tx, tail, args...)
}

// asked is a Select through the memory; limit is how many rows are wanted, all where it is negative.
func (t *Table[R]) asked(tx *Tx, tail string, args []any, limit int) ([]R, error) {
	plain, err := arguments(args)
	if err != nil {
		return nil, fmt.Errorf("select from %s: %w", t.s.name, err)
	}
	found, err := tx.ask(t.s.question(tail, plain))
	if err != nil {
		return nil, fmt.Errorf("select from %s: %w", t.s.name, err)
	}
	if limit >= 0 {
		found = found[:min(limit, len(found))]
	}
	if len(found) == 0 {
		return nil, nil
	}
	out := make([]R, len(found))
	for i, r := range found {
		if err := t.s.fill(r, reflect.ValueOf(&out[i]).Elem()); err != nil {
			return nil, fmt.Errorf("read a %s: %w", t.s.name, err)
		}
	}
	return out, nil
}

func (t *Table[R]) one(tx *Tx, tail string, args ...any) (row R, found bool, err error) {
	if tx.remembering() {
		list, err := t.asked(tx, tail, args, 1)
		if err != nil || len(list) == 0 {
			return row, false, err
		}
		return list[0], true, nil
	}
	rows, err := tx.Query(t.s.selectText+tail, args...)
	if err != nil {
		return row, false, fmt.Errorf("select from %s: %w", t.s.name, err)
	}
	defer func() {
		if err = errors.Join(err, rows.Close(), rows.Err()); err != nil {
			var zero R
			row, found, err = zero, false, fmt.Errorf("read a %s: %w", t.s.name, translate(err))
		}
	}()
	if found = rows.Next(); found {
		err = t.s.scan(rows, reflect.ValueOf(&row).Elem())
	}
	return row, found, err
}

// Count counts the rows that a tail without ORDER BY and LIMIT names.
func (t *Table[R]) Count(tx *Tx, tail string, args ...any) (int, error) {
	var n int
	if err := tx.QueryRow("SELECT count(*) FROM "+t.s.name+" "+tail, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count %s: %w", t.s.name, translate(err))
	}
	return n, nil
}

// scan reads the current row of a SELECT of s.list.
func (s *schema) scan(rows *sql.Rows, row reflect.Value) error {
	r, err := s.load(rows)
	if err != nil {
		return err
	}
	return s.fill(r, row)
}

// load takes the row as the database has it.
func (s *schema) load(rows *sql.Rows) (*loadedRow, error) {
	n := len(s.columns)
	r := &loadedRow{l: &loaded{values: make([]any, n)}}
	dest := make([]any, 0, n+2)
	for i := range r.l.values {
		dest = append(dest, &r.l.values[i])
	}
	dest = append(dest, &r.rev)
	if s.recorded {
		dest = append(dest, &r.l.salt)
	}
	if err := rows.Scan(dest...); err != nil {
		return nil, translate(err)
	}
	return r, nil
}

// Insert is the change that adds a row. It reads and writes nothing.
func (t *Table[R]) Insert(row R) Change {
	return Change{s: t.s, row: reflect.ValueOf(&row).Elem()}
}

// Update is the change that makes the loaded row old say what next says: the columns that differ, at old's
// revision plus one. It reads and writes nothing. The key cannot change.
func (t *Table[R]) Update(old, next R) Change {
	return Change{s: t.s, old: reflect.ValueOf(&old).Elem(), row: reflect.ValueOf(&next).Elem()}
}

// PutNow writes one change of an unrecorded table, for plain scripts that owe no evidence.
func (t *Table[R]) PutNow(tx *Tx, c Change) error {
	if t.s.recorded || c.s != t.s {
		return fmt.Errorf("put into %s: it is recorded or the change is another table's", t.s.name)
	}
	_, err := Put(tx, []Change{c})
	return err
}

// Reveal opens the named sealed columns of a loaded row, all of them where none is named; afterwards their Text
// answers. The row's key and group are what they were sealed under, so a value that was moved between rows
// does not open. Revealing is no record of itself: that is the act's.
func (t *Table[R]) Reveal(tx *Tx, row *R, columns ...string) error {
	v := reflect.ValueOf(row).Elem()
	for _, name := range columns {
		if i := t.s.column(name); i < 0 || t.s.columns[i].kind != SealedText {
			return fmt.Errorf("reveal %s.%s: not a sealed column", t.s.name, name)
		}
	}
	for i := range t.s.columns {
		c := &t.s.columns[i]
		if c.kind != SealedText || len(columns) > 0 && !slices.Contains(columns, c.name) {
			continue
		}
		field, _ := t.s.field(v, i).Addr().Interface().(*Sealed)
		if field.open || field.gone || field.Empty() {
			continue
		}
		if tx.db.sealer == nil {
			return fmt.Errorf("reveal %s.%s: %w", t.s.name, c.name, errNoSealer)
		}
		plain, err := tx.db.sealer.OpenColumn(tx, t.s.groupOf(v), t.s.name, c.name, t.s.keyOf(v), []byte(field.stored))
		if errors.Is(err, ErrShredded) {
			field.gone = true
			continue
		}
		if err != nil {
			return fmt.Errorf("reveal %s.%s: %w", t.s.name, c.name, err)
		}
		field.text, field.open = string(plain), true
	}
	return nil
}

package store

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Frozen is a recorded table as a data migration knew it when it was written: names, and no type of the program, which
// goes on changing. Its rows are written as Put writes them: revision, salt, history and digests, and only the columns that
// differ.
type Frozen struct {
	Table   string
	Key     string   // its key column
	Columns []string // those that the migration reads or writes, without key, rev and salt
}

// FrozenRow is one row of it, as stored.
type FrozenRow struct {
	Key    string
	Rev    int64
	Values map[string]any // by column: nil, int64, string or []byte
	salt   []byte
}

var errFrozen = errors.New("a frozen table has plain names, and its values are of its columns")

func (f Frozen) check() error {
	for _, name := range append([]string{f.Table, f.Key}, f.Columns...) {
		if !word.MatchString(name) || taken[name] {
			return fmt.Errorf("table %s: %w", f.Table, errFrozen)
		}
	}
	return nil
}

// Page reads the rows whose keys come after one, limit at most, by key.
func (f Frozen) Page(tx *Tx, after string, limit int) (out []FrozenRow, err error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	names := append([]string{f.Key, "rev", "salt"}, f.Columns...)
	rows, err := tx.Query("SELECT "+strings.Join(names, ", ")+" FROM "+f.Table+" WHERE "+f.Key+" > $1 ORDER BY "+f.Key+" LIMIT $2", after, limit)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.Table, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		row := FrozenRow{Values: make(map[string]any, len(f.Columns))}
		values := make([]any, len(f.Columns))
		dest := []any{&row.Key, &row.Rev, &row.salt}
		for i := range values {
			dest = append(dest, &values[i])
		}
		if err := rows.Scan(dest...); err != nil {
			return nil, fmt.Errorf("read %s: %w", f.Table, translate(err))
		}
		for i, c := range f.Columns {
			row.Values[c] = plain(values[i])
		}
		out = append(out, row)
	}
	return out, translate(rows.Err())
}

// Update sets columns of a row that Page gave; false where all of them say so already. On PostgreSQL a conflict may come
// with the next statement.
func (f Frozen) Update(tx *Tx, row FrozenRow, set map[string]any) (Written, bool, error) {
	if err := errors.Join(f.check(), f.covers(set)); err != nil {
		return Written{}, false, err
	}
	var text strings.Builder
	var args []any
	before := map[string]any{}
	out := Written{Table: f.Table, Key: row.Key, Rev: row.Rev + 1}
	for _, c := range f.Columns {
		value, ok := set[c]
		if !ok || same(value, row.Values[c]) {
			continue
		}
		args = append(args, value)
		text.WriteString(c + " = $" + strconv.Itoa(len(args)) + ", ")
		before[c] = row.Values[c]
		out.Columns = append(out.Columns, ColumnDigest{c, tx.db.digest.sum(row.salt, f.Table, row.Key, c, out.Rev, value)})
	}
	n := len(args)
	if n == 0 {
		return Written{}, false, nil
	}
	q := "UPDATE " + f.Table + " SET " + text.String() + "rev = $" + strconv.Itoa(n+1) + " WHERE " + f.Key + " = $" + strconv.Itoa(n+2) + " AND rev = $" + strconv.Itoa(n+3)
	if err := keepHistory(tx, f.Table, row.Key, row.Rev, before); err != nil {
		return Written{}, false, err
	}
	return out, true, f.queue(tx, row.Key, statement{q, append(args, out.Rev, row.Key, row.Rev), f.Table, row.Key})
}

// Insert adds a row. Columns that the table has beyond Columns get what their migration says, and are not recorded.
func (f Frozen) Insert(tx *Tx, key string, values map[string]any) (Written, error) {
	if err := errors.Join(f.check(), f.covers(values)); err != nil {
		return Written{}, err
	}
	if len(values) != len(f.Columns) {
		return Written{}, fmt.Errorf("table %s: %d values: %w", f.Table, len(values), errFrozen)
	}
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		return Written{}, fmt.Errorf("draw a salt: %w", err)
	}
	args := []any{key, int64(1), salt}
	marks := []string{"$1", "$2", "$3"}
	out := Written{Table: f.Table, Key: key, Rev: 1}
	for _, c := range f.Columns {
		args = append(args, values[c])
		marks = append(marks, "$"+strconv.Itoa(len(args)))
		out.Columns = append(out.Columns, ColumnDigest{c, tx.db.digest.sum(salt, f.Table, key, c, 1, values[c])})
	}
	names := append([]string{f.Key, "rev", "salt"}, f.Columns...)
	q := "INSERT INTO " + f.Table + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")"
	return out, f.queue(tx, key, statement{q, args, f.Table, key})
}

// covers holds values to the columns and to what can be stored.
func (f Frozen) covers(values map[string]any) error {
	for c, v := range values {
		plain, err := argument(v)
		if err != nil || !slices.Contains(f.Columns, c) || v != nil && fmt.Sprintf("%T", plain) != fmt.Sprintf("%T", v) {
			return fmt.Errorf("table %s, column %s: %w", f.Table, c, errors.Join(errFrozen, err))
		}
	}
	return nil
}

func (f Frozen) queue(tx *Tx, key string, list ...statement) error {
	if !tx.write {
		return fmt.Errorf("write %s: %w", f.Table, ErrReadOnly)
	}
	if key == "" {
		return invalid(f.Key, "required")
	}
	for _, st := range list {
		tx.forget(st.text)
	}
	err := tx.enqueue(list...)
	if err != nil {
		tx.failed = err
	}
	return err
}

package store

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ScanRows streams every row of a recorded table in no order, for verification: the key, the revision, the salt and
// the stored values (nil, int64, string, []byte, or what somebody else put there) in the order of
// TableInfo.Columns. A key, revision or salt of a wrong storage class comes as a text of it, -1 and nil. cols
// is used again for the next row; fn must not query on tx. An error of fn ends the scan and is returned.
func ScanRows(tx *Tx, table string, fn func(key string, rev int64, salt []byte, cols []any) error) (err error) {
	s := registered(table)
	if s == nil || !s.recorded {
		return fmt.Errorf("scan %s: not a recorded table", table)
	}
	return s.scanRows(tx, fn, "")
}

// keysAtOnce is how many rows ScanRowsOf asks for in one query.
const keysAtOnce = 200

// ScanRowsOf is ScanRows for the rows with these keys; a key without a row is left out.
func ScanRowsOf(tx *Tx, table string, keys []string, fn func(key string, rev int64, salt []byte, cols []any) error) error {
	s := registered(table)
	if s == nil || !s.recorded {
		return fmt.Errorf("scan %s: not a recorded table", table)
	}
	for some := range slices.Chunk(keys, keysAtOnce) {
		marks, args := make([]string, len(some)), make([]any, len(some))
		for i, key := range some {
			marks[i], args[i] = "$"+strconv.Itoa(i+1), key
		}
		if err := s.scanRows(tx, fn, " WHERE "+s.columns[s.key].name+" IN ("+strings.Join(marks, ", ")+")", args...); err != nil {
			return err
		}
	}
	return nil
}

func (s *schema) scanRows(tx *Tx, fn func(key string, rev int64, salt []byte, cols []any) error, tail string, args ...any) (err error) {
	rows, err := tx.Query("SELECT "+s.list+" FROM "+s.name+tail, args...)
	if err != nil {
		return fmt.Errorf("scan %s: %w", s.name, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	n := len(s.columns)
	values, dest := make([]any, n+2), make([]any, n+2)
	cols := make([]any, 0, n)
	for i := range dest {
		dest[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return fmt.Errorf("scan %s: %w", s.name, translate(err))
		}
		key, ok := values[s.key].(string)
		if !ok {
			key = fmt.Sprint(values[s.key])
		}
		rev, ok := values[n].(int64)
		if !ok {
			rev = -1
		}
		salt, _ := values[n+1].([]byte)
		cols = append(append(cols[:0], values[:s.key]...), values[s.key+1:n]...)
		if err := fn(key, rev, salt, cols); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("scan %s: %w", s.name, translate(err))
	}
	return nil
}

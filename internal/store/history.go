package store

import (
	"errors"
	"fmt"
	"time"

	"github.com/fxamacker/cbor/v2"

	"jiyao/internal/calendar"
)

// HistoryRow is what an update replaced: the changed columns as they were stored at revision Rev and before.
// Revision Rev+1 is the one that replaced them.
type HistoryRow struct {
	Table   string
	Key     string
	Rev     int64
	Columns map[string]any // by column: nil, int64, string or []byte (ciphertext for sealed columns)
	At      time.Time      // when they were replaced, Asia/Shanghai
	Damaged bool           // the line is not what Put writes; Columns is nil
}

// ErrDamaged: a line of history is not what was written.
var ErrDamaged = errors.New("a line of history is damaged")

var histories = &Gather{Table: "history", Columns: []string{"tbl", "key", "rev", "cols", "at"}}

var (
	cborEnc = must(cbor.CoreDetEncOptions().EncMode())
	cborDec = must(cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden,
		MaxNestedLevels: 4, MaxMapPairs: 256, MaxArrayElements: 16, IntDec: cbor.IntDecConvertSignedOrFail,
	}.DecMode())
)

func must[T any](v T, err error) T {
	if err != nil {
		panic("store: " + err.Error())
	}
	return v
}

func keepHistory(tx *Tx, table, key string, rev int64, before map[string]any) error {
	for column, v := range before {
		before[column] = plain(v)
	}
	b, err := cborEnc.Marshal(before)
	if err != nil {
		return fmt.Errorf("encode history: %w", err)
	}
	_, err = tx.Gather(histories, table, key, rev, b, tx.Now().UnixMilli())
	return err
}

// HistoryOf lists what the updates of one row replaced, oldest first; an undamaged row of revision n has n-1
// lines. A damaged line is ErrDamaged.
func HistoryOf(tx *Tx, table, key string) ([]HistoryRow, error) {
	var out []HistoryRow
	err := scanHistory(tx, func(h HistoryRow) error {
		if h.Damaged {
			return fmt.Errorf("history of a %s, revision %d: %w", table, h.Rev, ErrDamaged)
		}
		out = append(out, h)
		return nil
	}, "WHERE tbl = $1 AND key = $2 ORDER BY rev", table, key)
	return out, err
}

// ScanHistoryOf streams what the updates of the rows from key first to key last of one table replaced, row by row, the newest
// of each first. fn must not query on tx; its error ends the scan and is returned. A damaged line is ErrDamaged.
func ScanHistoryOf(tx *Tx, table, first, last string, fn func(HistoryRow) error) error {
	return scanHistory(tx, func(h HistoryRow) error {
		if h.Damaged {
			return fmt.Errorf("history of a %s, revision %d: %w", table, h.Rev, ErrDamaged)
		}
		return fn(h)
	}, "WHERE tbl = $1 AND key >= $2 AND key <= $3 ORDER BY key, rev DESC", table, first, last)
}

// ScanHistoryFrom streams what the updates of one row replaced, from revision from on, oldest first. A damaged line is
// handed over as such.
func ScanHistoryFrom(tx *Tx, table, key string, from int64, fn func(HistoryRow) error) error {
	return scanHistory(tx, fn, "WHERE tbl = $1 AND key = $2 AND rev >= $3 ORDER BY rev", table, key, from)
}

// ScanHistory streams all of history in no order: sorted, SQLite would look up each line by itself. fn must not query
// on tx. An error of fn ends the scan and is returned.
func ScanHistory(tx *Tx, fn func(HistoryRow) error) error {
	return scanHistory(tx, fn, "")
}

func scanHistory(tx *Tx, fn func(HistoryRow) error, tail string, args ...any) (err error) {
	rows, err := tx.Query("SELECT tbl, key, rev, cols, at FROM history "+tail, args...)
	if err != nil {
		return fmt.Errorf("read history: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var v [5]any
		if err := rows.Scan(&v[0], &v[1], &v[2], &v[3], &v[4]); err != nil {
			return fmt.Errorf("read history: %w", translate(err))
		}
		if err := fn(historyRow(v)); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read history: %w", translate(err))
	}
	return nil
}

// historyRow takes whatever is stored: what does not fit marks the line as damaged and stops nobody.
func historyRow(v [5]any) HistoryRow {
	var h HistoryRow
	var ok [5]bool
	var cols []byte
	var at int64
	h.Table, ok[0] = v[0].(string)
	h.Key, ok[1] = v[1].(string)
	h.Rev, ok[2] = v[2].(int64)
	cols, ok[3] = v[3].([]byte)
	at, ok[4] = v[4].(int64)
	h.At = time.UnixMilli(at).In(calendar.Zone)
	h.Damaged = ok != [5]bool{true, true, true, true, true} || cborDec.Unmarshal(cols, &h.Columns) != nil
	for _, c := range h.Columns {
		switch c.(type) {
		case nil, int64, string, []byte:
		default:
			h.Damaged = true
		}
	}
	if h.Damaged {
		h.Columns = nil
	}
	return h
}

// Reveal opens an old value of a sealed column; group is the row's. It is empty where the column was.
func (h HistoryRow) Reveal(tx *Tx, group, column string) (string, error) {
	stored, ok := h.Columns[column].([]byte)
	if !ok || len(stored) == 0 {
		return "", nil
	}
	if tx.db.sealer == nil {
		return "", fmt.Errorf("reveal history of %s.%s: %w", h.Table, column, errNoSealer)
	}
	plain, err := tx.db.sealer.OpenColumn(tx, group, h.Table, column, h.Key, stored)
	if err != nil {
		return "", fmt.Errorf("reveal history of %s.%s: %w", h.Table, column, err)
	}
	return string(plain), nil
}

package ledger

import (
	"context"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"sync/atomic"

	"jiyao/internal/store"
)

// compareTables holds every live row against the replay: first the tables as such, then row by row. One goroutine
// reads, the workers compute digests.
func (v *verification) compareTables(ctx context.Context, tx *store.Tx) error {
	differences, err := store.CheckSchema(tx)
	if err != nil {
		return fmt.Errorf("compare the tables: %w", err)
	}
	unreadable := map[string]bool{}
	for _, d := range differences {
		if v.opts.Partial && d.Got == "a table that nobody defines" {
			continue
		}
		if d.Got == "nothing" { // the table or one of its columns: a query would fail, and on PostgreSQL end the snapshot
			unreadable[d.Table] = d.Column != ""
		}
		v.found.add(Finding{Kind: TableDifference, Table: d.Table, Column: d.Column, Want: d.Want, Got: d.Got})
	}
	tables := store.Tables()
	recorded := map[string]bool{}
	for _, info := range tables {
		recorded[info.Name] = info.Recorded
	}
	for _, t := range v.rows.tables {
		is, known := recorded[t.name]
		if len(t.revs) > 0 && !known {
			v.found.add(Finding{Kind: TableMissing, Table: t.name})
		} else if len(t.revs) > 0 && !is {
			v.found.add(Finding{Kind: TableUnrecorded, Table: t.name})
		}
	}
	done := uint64(0)
	for _, info := range tables {
		if !info.Recorded {
			continue
		}
		if err := v.compareOrLeave(ctx, tx, info, unreadable); err != nil {
			return err
		}
		done++
		v.progress("rows", done, uint64(len(tables)))
	}
	return nil
}

// compareOrLeave leaves out a table that cannot be read as the program knows it. Of one that is gone every row is
// removed; of one that lacks a column the rows cannot be judged, and the difference found is all that is said.
func (v *verification) compareOrLeave(ctx context.Context, tx *store.Tx, info store.TableInfo, unreadable map[string]bool) error {
	lacksColumn, left := unreadable[info.Name]
	if !left {
		return v.compareTable(ctx, info, func(fn rowFunc) error { return store.ScanRows(tx, info.Name, fn) })
	}
	if number, known := v.rows.schema.byName[info.Name]; known && lacksColumn {
		v.rows.tables[number].left = true
	}
	return nil
}

// liveTable is the replayed table together with the columns as the program has them.
type liveTable struct {
	*rowTable
	info    store.TableInfo
	numbers []int // of the schema, by place in info.Columns; -1 for one that no schema entry names
}

func (v *verification) liveTable(info store.TableInfo) *liveTable {
	t := &liveTable{info: info, numbers: make([]int, len(info.Columns)), rowTable: &rowTable{name: info.Name}}
	number, known := v.rows.schema.byName[info.Name]
	if known {
		t.rowTable = v.rows.tables[number]
	}
	for i, c := range info.Columns {
		t.numbers[i] = -1
		if known {
			if n, ok := v.rows.schema.columns[number][c.Name]; ok {
				t.numbers[i] = int(n)
			}
		}
	}
	return t
}

// liveRow is one row on its way to a worker.
type liveRow struct {
	row  uint32
	key  string
	salt []byte
	cols []any
}

// rowFunc hears each live row of a scan.
type rowFunc = func(key string, rev int64, salt []byte, cols []any) error

// compareTable holds the rows of a scan against the replay.
func (v *verification) compareTable(ctx context.Context, info store.TableInfo, scan func(rowFunc) error) error {
	t := v.liveTable(info)
	if more := len(t.revs) - len(t.salts); len(t.past) > 0 && more > 0 {
		t.salts = append(t.salts, make([][16]byte, more)...)
	}
	var values atomic.Int64
	workers := crewOf(v, func(h hash.Hash, r liveRow) { values.Add(int64(v.compareRow(h, t, r))) })
	err := scan(func(key string, rev int64, salt []byte, cols []any) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		v.report.Rows++
		if row, ok := v.meet(t, key, rev, salt); ok {
			workers.take(liveRow{row, key, salt, slices.Clone(cols)})
		}
		return nil
	})
	workers.finish()
	v.report.Values += int(values.Load())
	if err != nil {
		return fmt.Errorf("read the table %s: %w", info.Name, err)
	}
	return nil
}

// meet finds the replayed row of a live one and compares the revision; false where no entry speaks of it.
func (v *verification) meet(t *liveTable, key string, rev int64, salt []byte) (uint32, bool) {
	row, ok := t.index[v.rows.hash(key)]
	if !ok || t.seen[row] {
		v.found.add(Finding{Kind: RowAdded, Table: t.name, Key: key, Rev: rev})
		return 0, false
	}
	t.seen[row] = true
	if want := int64(t.revs[row]); rev != want {
		kind := RowRevision
		if rev > 0 && rev < want {
			kind = RowRolledBack
		}
		v.found.add(Finding{Kind: kind, Table: t.name, Key: key, Rev: rev,
			Want: strconv.FormatInt(want, 10), Got: strconv.FormatInt(rev, 10)})
	}
	if t.salts != nil && len(salt) == len(t.salts[row]) {
		copy(t.salts[row][:], salt)
	}
	return row, true
}

// compareRow computes the digest of every column under the revision that wrote it, and says how many it compared.
func (v *verification) compareRow(h hash.Hash, t *liveTable, r liveRow) int {
	cells := t.cells(r.row)
	n := 0
	for i, value := range r.cols {
		var want cell
		if t.numbers[i] >= 0 {
			want = cells[t.numbers[i]]
		}
		column := t.info.Columns[i]
		if want.rev == 0 {
			if !v.asAdded(t.name, column.Name, value) {
				v.found.add(Finding{Kind: ValueUnrecorded, Table: t.name, Key: r.key, Column: column.Name})
			}
			continue
		}
		n++
		if store.Digest(h, r.salt, t.name, r.key, column.Name, int64(want.rev), value) == want.digest {
			continue
		}
		if class, got := storageClass(column.Kind), classOf(value); got != class && got != "null" {
			v.found.add(Finding{Kind: ValueType, Table: t.name, Key: r.key, Column: column.Name, Want: class, Got: got})
			continue
		}
		v.found.add(Finding{Kind: ValueChanged, Table: t.name, Key: r.key, Column: column.Name})
	}
	return n
}

// asAdded reports whether a value that no entry recorded is the one that its column was added with.
func (v *verification) asAdded(table, column string, value any) bool {
	want := v.added[table][column]
	return classOf(want) == classOf(value) && (want == nil || want == value)
}

func storageClass(k store.Kind) string {
	switch k {
	case store.Text, store.List, store.Map:
		return "text"
	case store.Bool, store.Int, store.Time:
		return "integer"
	case store.Bytes, store.SealedText:
		return "blob"
	}
	return string(k)
}

func classOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case string:
		return "text"
	case int64:
		return "integer"
	case []byte:
		return "blob"
	}
	return "other"
}

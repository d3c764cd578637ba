package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"jiyao/internal/store"
	"jiyao/internal/store/pgtest"
	"jiyao/internal/store/storetest"
)

// stuffed puts rows of every shape into every table: empty, long, NUL bytes, NULL where it may be.
func stuffed(t *testing.T, db *store.DB) {
	t.Helper()
	err := db.Write(context.Background(), "stuff", func(tx *store.Tx) error {
		live, err := store.Live(tx)
		if err != nil {
			return err
		}
		for _, table := range slices.Sorted(maps.Keys(live)) {
			if _, err := tx.Exec("DELETE FROM " + table); err != nil {
				return err
			}
			columns := slices.Sorted(maps.Keys(live[table]))
			marks := make([]string, len(columns))
			for i := range marks {
				marks[i] = "$" + strconv.Itoa(i+1)
			}
			for n := range 5 {
				args := make([]any, len(columns))
				for i, c := range columns {
					args[i] = value(live[table][c], table, n)
				}
				if _, err := tx.Exec("INSERT INTO "+table+" ("+strings.Join(columns, ", ")+") VALUES ("+strings.Join(marks, ", ")+")", args...); err != nil {
					return fmt.Errorf("%s: %w", table, err)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func value(class, table string, n int) any {
	required := strings.Contains(class, "NOT NULL")
	if n == 1 && !required {
		return nil
	}
	switch kind, _, _ := strings.Cut(class, " "); kind {
	case "INTEGER":
		return int64(n) << (15 * n)
	case "TEXT":
		return strings.Repeat("密件 "+table+"\t'\\", n*n*100) + strconv.Itoa(n)
	default:
		return []byte(strings.Repeat("\x00\xff\\x", n*n*100))
	}
}

// dump is every row of every table, spelled with the class of each value.
func dump(t *testing.T, db *store.DB) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	read(t, db, func(tx *store.Tx) error {
		live, err := store.Live(tx)
		if err != nil {
			return err
		}
		for table := range live {
			columns := slices.Sorted(maps.Keys(live[table]))
			rows, err := tx.Query("SELECT " + strings.Join(columns, ", ") + " FROM " + table)
			if err != nil {
				return err
			}
			defer rows.Close()
			values, dest := make([]any, len(columns)), make([]any, len(columns))
			for i := range dest {
				dest[i] = &values[i]
			}
			for rows.Next() {
				if err := rows.Scan(dest...); err != nil {
					return err
				}
				for i, v := range values {
					if b, ok := v.([]byte); ok { // the driver of SQLite reads an empty BLOB as a nil slice
						values[i] = string(b) + " of bytes"
					}
				}
				out[table] = append(out[table], fmt.Sprintf("%#v", values))
			}
			if err := errors.Join(rows.Err(), rows.Close()); err != nil {
				return err
			}
			slices.Sort(out[table])
		}
		return nil
	})
	return out
}

func pairs(t *testing.T, fn func(t *testing.T, from, to func(options ...storetest.Option) *store.DB)) {
	t.Helper()
	engines := map[string]func(t *testing.T) string{
		store.SQLite:     func(t *testing.T) string { return storetest.SQLite(t) },
		store.PostgreSQL: func(t *testing.T) string { return pgtest.DSN(t) },
	}
	for a, dsnA := range engines {
		for b, dsnB := range engines {
			t.Run(a+" to "+b, func(t *testing.T) {
				fn(t, func(o ...storetest.Option) *store.DB { return storetest.Open(t, dsnA(t), o...) },
					func(o ...storetest.Option) *store.DB { return storetest.Open(t, dsnB(t), o...) })
			})
		}
	}
}

func TestACopyHasEveryRowOfEveryTableByteForByte(t *testing.T) {
	pairs(t, func(t *testing.T, open, openTo func(...storetest.Option) *store.DB) {
		from, to := open(), openTo()
		stuffed(t, from)
		left, err := from.CopyInto(context.Background(), to)
		if err != nil || len(left) > 0 {
			t.Fatalf("%v, left behind %v", err, left)
		}
		want, got := dump(t, from), dump(t, to)
		if len(want) < 40 {
			t.Fatalf("only %d tables", len(want))
		}
		for table, rows := range want {
			if len(rows) != 5 || !slices.Equal(rows, got[table]) {
				t.Errorf("table %s: %d rows became %d, or other ones", table, len(rows), len(got[table]))
			}
		}
		if _, err := from.CopyInto(context.Background(), to); !errors.Is(err, store.ErrNotEmpty) {
			t.Errorf("into a full database: %v", err)
		}
	})
}

func TestACopyThatDoesNotCommitLeavesNothing(t *testing.T) {
	broken := false
	power := func(o *store.Options) {
		o.Fault = func(step string) error {
			if broken && step == "commit" {
				return errors.New("the power failed")
			}
			return nil
		}
	}
	storetest.Each(t, func(t *testing.T, to *store.DB) {
		from := storetest.Open(t, storetest.SQLite(t))
		stuffed(t, from)
		broken = true
		before := dump(t, to)
		if _, err := from.CopyInto(context.Background(), to); err == nil {
			t.Fatal("it committed")
		}
		if !maps.EqualFunc(before, dump(t, to), slices.Equal[[]string]) {
			t.Error("something stayed")
		}
		broken = false
		if _, err := from.CopyInto(context.Background(), to); err != nil {
			t.Errorf("again: %v", err)
		}
	}, storetest.Opened(power))
}

func TestACopyKnowsItsTables(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		if _, err := db.CopyInto(context.Background(), storetest.Open(t, storetest.SQLite(t))); !errors.Is(err, store.ErrTables) {
			t.Errorf("another version: %v", err)
		}
		to := storetest.Open(t, storetest.SQLite(t), storetest.With(tables))
		write := func(statement string) {
			err := db.Write(context.Background(), "tamper", func(tx *store.Tx) error { _, err := tx.Exec(statement); return err })
			if err != nil {
				t.Fatal(err)
			}
		}
		write("CREATE TABLE strange (a TEXT)")
		left, err := db.CopyInto(context.Background(), to)
		if err != nil || len(left) == 0 || left[0].Table != "strange" {
			t.Errorf("a table that nobody defines: %v %v", left, err)
		}
		write("ALTER TABLE test_draft ADD COLUMN strange TEXT")
		other := storetest.Open(t, storetest.SQLite(t), storetest.With(tables))
		if _, err := db.CopyInto(context.Background(), other); !errors.Is(err, store.ErrTables) {
			t.Errorf("a column that nobody defines: %v", err)
		}
	})
}

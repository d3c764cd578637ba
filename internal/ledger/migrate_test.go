package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"jiyao/internal/ledger/leaf"
	"jiyao/internal/store"
	"jiyao/internal/store/pgtest"
	"jiyao/internal/store/storetest"
)

// kept is a table of this version. In the version before it had a name and no more.
type kept struct {
	store.Meta
	ID    string `col:"id,key"`
	Name  string `col:"name"`
	Extra string `col:"extra"`
	Count int    `col:"count"`
	Note  string `col:"note,null"`
	Body  []byte `col:"body,null"`
}

var keptRows = store.Define[kept]("ledgertest_kept")

const (
	before9001 = "-- +goose Up\n" + paperTables + `
CREATE TABLE ledgertest_kept (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, rev INTEGER NOT NULL, salt BLOB NOT NULL);
`
	after9002 = `-- +goose Up
-- Columns come; rows of before were never recorded with them.
ALTER TABLE ledgertest_kept ADD COLUMN extra TEXT NOT NULL DEFAULT 'it''s; new';
ALTER TABLE ledgertest_kept ADD COLUMN count INTEGER NOT NULL DEFAULT -7;
ALTER TABLE ledgertest_kept ADD COLUMN note TEXT;
ALTER TABLE ledgertest_kept ADD COLUMN body BLOB;
`
)

var (
	keptBefore = store.Frozen{Table: "ledgertest_kept", Key: "id", Columns: []string{"name"}}
	keptAfter  = store.Frozen{Table: "ledgertest_kept", Key: "id", Columns: []string{"name", "extra", "count"}}
)

const manyKept = 2*Piece + 500

// openedAs opens a database with the tables of one version.
func openedAs(t *testing.T, dsn string, files map[string]string) *store.DB {
	t.Helper()
	folder := fstest.MapFS{}
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: []byte(text), Mode: fs.FileMode(0o400)}
	}
	db, err := store.Open(t.Context(), store.Options{DSN: dsn, Migrations: folder})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // again, where the test closed it
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// earlier fills a database as the version before did.
func earlier(t *testing.T, dsn string) {
	t.Helper()
	db := openedAs(t, dsn, map[string]string{"9001_test.sql": before9001})
	l := openLog(t, db)
	for from := 0; from < manyKept; from += 500 {
		err := db.Write(t.Context(), "fill", func(tx *store.Tx) error {
			var rows []store.Written
			for i := from; i < from+500; i++ {
				w, err := keptBefore.Insert(tx, fmt.Sprintf("k%05d", i), map[string]any{"name": fmt.Sprint("name ", i)})
				if err != nil {
					return err
				}
				rows = append(rows, w)
			}
			_, err := l.Append(tx, &Entry{Act: "kept.fill", Outcome: Done, Rows: rows})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// rename is the data migration; broken makes its second piece fail.
func rename(broken *bool) Migration {
	return Migration{Name: "9002_kept", Step: func(tx *store.Tx, after string, limit int) ([]store.Written, string, bool, error) {
		if *broken && after != "" {
			return nil, "", false, errors.New("the power failed")
		}
		page, err := keptAfter.Page(tx, after, limit)
		if err != nil || len(page) == 0 {
			return nil, after, true, err
		}
		var rows []store.Written
		for _, row := range page {
			name, _ := row.Values["name"].(string)
			set := map[string]any{"name": strings.ToUpper(name), "count": int64(len(name))}
			if row.Key == "k00003" {
				set["extra"] = "other"
			}
			w, changed, err := keptAfter.Update(tx, row, set)
			if err != nil {
				return nil, "", false, err
			}
			if changed {
				rows = append(rows, w)
			}
		}
		return rows, page[len(page)-1].Key, false, nil
	}}
}

func TestRowsOfAnEarlierVersionMigrateAndVerify(t *testing.T) {
	for engine, dsn := range map[string]func() string{
		store.SQLite: func() string { return storetest.SQLite(t) }, store.PostgreSQL: func() string { return pgtest.DSN(t) },
	} {
		t.Run(engine, func(t *testing.T) {
			at := dsn()
			earlier(t, at)
			files := map[string]string{"9001_test.sql": before9001, "9002_test.sql": after9002}
			somebody := openedAs(t, at, files) // who has no ledger
			whole(t, somebody)
			tamperWithNewColumns(t, somebody)
			db := openedAs(t, at, files)
			broken := true
			l := openLog(t, db, func(o *Options) { o.Migrations = []Migration{rename(&broken)} })
			if _, err := l.Migrate(t.Context()); err == nil {
				t.Fatal("it went on after a failure")
			}
			if r := whole(t, db); r.History != Piece {
				t.Fatalf("after the first piece: %d lines of history", r.History)
			}
			broken = false
			if applied, err := l.Migrate(t.Context()); err != nil || !slices.Equal(applied, []string{"9002_kept"}) {
				t.Fatalf("%v %v", applied, err)
			}
			r := whole(t, db)
			if r.History != manyKept || entriesOf(t, db, MigrateAct) != 3 {
				t.Errorf("%d lines of history, %d entries", r.History, entriesOf(t, db, MigrateAct))
			}
			if applied, err := l.Migrate(t.Context()); err != nil || len(applied) > 0 || whole(t, db).Size != r.Size {
				t.Errorf("a second time: %v %v", applied, err)
			}
			tamperWithMigrated(t, db)
			mustAct(t, db, l, func(tx *store.Tx) ([]store.Change, error) {
				old, err := keptRows.Get(tx, "k00001")
				next := old
				next.Extra, next.Note, next.Body = "changed", "a note", []byte("x")
				return []store.Change{keptRows.Update(old, next), keptRows.Insert(kept{ID: "new"})}, err
			})
			whole(t, db)
		})
	}
}

// spoilt runs a statement, wants the finding and nothing else, and mends it with another.
func spoilt(t *testing.T, db *store.DB, want Finding, mend string, args []any, statement string, values ...any) {
	t.Helper()
	run := func(q string, args []any) {
		err := db.Write(context.Background(), "tamper", func(tx *store.Tx) error {
			n, err := tx.Exec(q, args...)
			if err == nil && n != 1 {
				err = fmt.Errorf("%d rows", n)
			}
			return err
		})
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	run(statement, values)
	if r := verify(t, db, marked); r.Whole || !found(r, want) || r.Total != 1 {
		t.Errorf("%s: found %v, want %v", statement, r.Findings, want)
	}
	run(mend, args)
	whole(t, db)
}

func tamperWithNewColumns(t *testing.T, db *store.DB) {
	t.Helper()
	const table = "ledgertest_kept"
	for column, values := range map[string][2]any{
		"extra": {"other", "it's; new"}, "count": {int64(7), int64(-7)}, "note": {"", nil}, "body": {[]byte{}, nil},
	} {
		set := "UPDATE ledgertest_kept SET " + column + " = $1 WHERE id = 'k00042'"
		spoilt(t, db, Finding{Kind: ValueUnrecorded, Table: table, Key: "k00042", Column: column}, set, values[1:], set, values[0])
	}
}

func tamperWithMigrated(t *testing.T, db *store.DB) {
	t.Helper()
	const table = "ledgertest_kept"
	set := "UPDATE ledgertest_kept SET count = $1 WHERE id = 'k00042'"
	spoilt(t, db, Finding{Kind: ValueChanged, Table: table, Key: "k00042", Column: "count"}, set, []any{len("name 42")}, set, 1)
	set = "UPDATE ledgertest_kept SET extra = $1 WHERE id = 'k00042'"
	spoilt(t, db, Finding{Kind: ValueUnrecorded, Table: table, Key: "k00042", Column: "extra"}, set, []any{"it's; new"}, set, "other")
	line := func(extra string) []byte {
		b, err := leaf.Marshal(map[string]any{"name": "name 3", "count": -7, "extra": extra})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	set = "UPDATE history SET cols = $1 WHERE tbl = 'ledgertest_kept' AND key = 'k00003'"
	spoilt(t, db, Finding{Kind: HistoryChanged, Table: table, Key: "k00003", Column: "extra", Rev: 1}, set, []any{line("it's; new")}, set, line("old"))
}

func entriesOf(t *testing.T, db *store.DB, name string) (n int) {
	t.Helper()
	read(t, db, func(tx *store.Tx) error {
		return tx.QueryRow("SELECT COUNT(*) FROM ledger_entry WHERE act = $1", name).Scan(&n)
	})
	return n
}

func TestANewLedgerNeedsNoMigration(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		broken := false
		l := openLog(t, db, func(o *Options) { o.Migrations = []Migration{rename(&broken)} })
		if applied, err := l.Migrate(t.Context()); err != nil || len(applied) > 0 || l.Status().Size > 0 {
			t.Fatalf("before the first entry: %v %v", applied, err)
		}
		mustAct(t, db, l, func(*store.Tx) ([]store.Change, error) {
			return []store.Change{keptRows.Insert(kept{ID: "a", Name: "lower"})}, nil
		})
		if applied, err := l.Migrate(t.Context()); err != nil || len(applied) > 0 {
			t.Fatalf("after it: %v %v", applied, err)
		}
		read(t, db, func(tx *store.Tx) error {
			row, err := keptRows.Get(tx, "a")
			if row.Name != "lower" {
				t.Errorf("a row of this version was migrated: %+v", row)
			}
			return err
		})
	})
}

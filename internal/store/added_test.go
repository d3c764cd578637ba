package store_test

import (
	"context"
	"testing"
	"testing/fstest"

	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
)

func TestAddedColumnsSayWhatRowsOfBeforeHold(t *testing.T) {
	read := func(up string) (map[string]map[string]any, error) {
		db, err := store.Open(t.Context(), store.Options{DSN: storetest.SQLite(t), Migrations: fstest.MapFS{
			"9001_test.sql": {Data: []byte("-- +goose Up\n" + up + "\n-- +goose Down\nALTER TABLE t DROP COLUMN a;\n")}}})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		return db.AddedColumns()
	}
	got, err := read(`-- ALTER TABLE t RENAME TO u; is only a remark
CREATE TABLE t (id TEXT NOT NULL PRIMARY KEY);
ALTER TABLE t ADD COLUMN a TEXT NOT NULL DEFAULT 'it''s; -- so';
ALTER TABLE t ADD COLUMN b INTEGER NOT NULL DEFAULT -12;
ALTER TABLE t ADD COLUMN c INTEGER;
ALTER TABLE t ADD COLUMN d BLOB;`)
	if err != nil {
		t.Fatal(err)
	}
	for column, want := range map[string]any{"a": "it's; -- so", "b": int64(-12), "c": nil, "d": nil} {
		if value, there := got["t"][column]; !there || value != want {
			t.Errorf("%s: %v (%T), want %v", column, value, value, want)
		}
	}
	for _, up := range []string{
		"ALTER TABLE t RENAME TO u;", "ALTER TABLE t DROP COLUMN a;", "alter table t add column a text;",
		"ALTER TABLE t ADD COLUMN a TEXT DEFAULT (1 + 1);", "ALTER TABLE t ADD COLUMN a BLOB DEFAULT '';",
		"ALTER TABLE t ADD COLUMN a INTEGER DEFAULT 99999999999999999999;", "ALTER TABLE t ADD a TEXT;",
	} {
		if _, err := read(up); err == nil {
			t.Errorf("%s passes", up)
		}
	}
}

func TestFrozenRowsAreHeldToTheirColumns(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		for name, f := range map[string]store.Frozen{
			"a name": {Table: "test_thing; DROP TABLE meta", Key: "id"}, "its own column": {Table: "test_thing", Key: "id", Columns: []string{"rev"}},
		} {
			err := db.Write(context.Background(), name, func(tx *store.Tx) error { _, err := f.Page(tx, "", 10); return err })
			if err == nil {
				t.Errorf("%s passes", name)
			}
		}
		f := store.Frozen{Table: "test_thing", Key: "id", Columns: []string{"name"}}
		for name, values := range map[string]map[string]any{
			"no value": {}, "another column": {"other": "x"}, "another type": {"name": 1}, "a bad text": {"name": "\xff"},
		} {
			err := db.Write(context.Background(), name, func(tx *store.Tx) error { _, err := f.Insert(tx, "a", values); return err })
			if err == nil {
				t.Errorf("%s passes", name)
			}
		}
	})
}

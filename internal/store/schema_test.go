package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
)

func TestStatementsAreHeldToTheRules(t *testing.T) {
	for q, good := range map[string]bool{
		"SELECT 1": true,
		"SELECT a FROM t WHERE b = $1 AND c = $2 OR d = $1":               true,
		"SELECT '$9 ? ;' , \"$8\" FROM t -- $7 ;\n WHERE a = $1 /* $5 */": true,
		"SELECT a FROM t WHERE b = $2 AND c = $1":                         false,
		"SELECT a FROM t WHERE b = $2":                                    false,
		"SELECT a FROM t WHERE b = $1 AND c = $3":                         false,
		"SELECT a FROM t WHERE b = $0":                                    false,
		"SELECT a FROM t WHERE b = $":                                     false,
		"SELECT a FROM t WHERE b = $x":                                    false,
		"SELECT a FROM t WHERE b = $99999999999999999999":                 false,
		"SELECT a FROM t WHERE b = ?":                                     false,
		"SELECT 1; SELECT 2":                                              false,
		"SELECT 'open":                                                    false,
		"SELECT 1 /* open":                                                false,
		" commit":                                                         false,
		"ROLLBACK TO act":                                                 false,
		"SAVEPOINT x":                                                     false,
		"PRAGMA journal_mode = off":                                       false,
		"SET synchronous_commit = off":                                    false,
	} {
		if err := store.CheckQuery(q); (err == nil) != good || err != nil && !errors.Is(err, store.ErrQuery) {
			t.Errorf("%s: %v", q, err)
		}
	}
}

func FuzzCheckQuery(f *testing.F) {
	f.Add("SELECT a FROM t WHERE b = $1 -- '\n AND c = '$2'")
	f.Fuzz(func(t *testing.T, q string) {
		if store.CheckQuery(q) == nil {
			for _, engine := range []string{store.SQLite, store.PostgreSQL} {
				if _, err := store.Native(engine, q); err != nil && !strings.Contains(err.Error(), "neutral") {
					t.Errorf("%q passes as a query and not as a script: %v", q, err)
				}
			}
		}
	})
}

func TestAWrongStatementFailsAlikeOnBothEngines(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		err := db.Write(context.Background(), "out of order", func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE test_draft SET text = $2 WHERE id = $1", "a", "b")
			return err
		})
		if !errors.Is(err, store.ErrQuery) {
			t.Errorf("write: %v", err)
		}
		read(t, db, func(tx *store.Tx) error {
			var n int
			if err := tx.QueryRow("SELECT count(*) FROM test_draft WHERE id = $2", "a").Scan(&n); !errors.Is(err, store.ErrQuery) {
				t.Errorf("QueryRow: %v", err)
			}
			if _, err := tx.Exec("DELETE FROM test_draft"); !errors.Is(err, store.ErrReadOnly) {
				t.Errorf("a reader wrote: %v", err)
			}
			if _, err := store.Put(tx, nil); !errors.Is(err, store.ErrReadOnly) {
				t.Errorf("a reader put: %v", err)
			}
			rows, err := tx.Query("SELECT 1 UNION ALL SELECT 2")
			if err != nil {
				return err
			}
			defer rows.Close()
			if !rows.Next() {
				t.Errorf("no row: %v", rows.Err())
			}
			if err := queried(tx, "SELECT 3"); !errors.Is(err, store.ErrOpenRows) {
				t.Errorf("a query inside a query: %v", err)
			}
			if queried(tx, "SELECT count(*) FROM test_thing WHERE n = $1", 1.5) == nil {
				t.Error("a float was taken")
			}
			return rows.Err()
		})
		// A reader that writes by a query is stopped by the engine.
		err = db.Read(context.Background(), func(tx *store.Tx) error {
			rows, err := tx.Query("INSERT INTO test_draft (id, text, rev) VALUES ('z', '', 1) RETURNING id")
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				t.Error("a reader inserted")
			}
			return rows.Err()
		})
		if err == nil || draftIDs(t, db) != "" {
			t.Errorf("a reader wrote: %v, %q", err, draftIDs(t, db))
		}
	})
}

func TestReadersSeeOneMoment(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		read(t, db, func(tx *store.Tx) error {
			before, err := drafts.Count(tx, "")
			if err != nil {
				return err
			}
			if err := db.Write(context.Background(), "meanwhile", insertDraft("a")); err != nil {
				return err
			}
			after, err := drafts.Count(tx, "")
			if before != 0 || after != 0 {
				t.Errorf("%d, then %d", before, after)
			}
			return err
		})
		if draftIDs(t, db) != "a" {
			t.Error("a later reader does not see it")
		}
		// A cancelled reader leaves no broken connection behind.
		for range 8 {
			ctx, cancel := context.WithCancel(context.Background())
			err := db.Read(ctx, func(tx *store.Tx) error {
				cancel()
				_, err := drafts.Count(tx, "")
				return err
			})
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("cancelled: %v", err)
			}
		}
		if draftIDs(t, db) != "a" {
			t.Error("readers are broken")
		}
	})
}

func check(t *testing.T, db *store.DB) []string {
	t.Helper()
	var out []string
	read(t, db, func(tx *store.Tx) error {
		list, err := store.CheckSchema(tx)
		for _, d := range list {
			// The migrations of other packages make tables that this test does not link.
			if d.Want == "nothing" && d.Column == "" && !strings.HasPrefix(d.Table, "test_") {
				continue
			}
			out = append(out, d.String())
		}
		return err
	})
	return out
}

func TestCheckSchemaFindsEveryDifference(t *testing.T) {
	alter := map[string][]string{
		"ALTER TABLE test_draft ADD COLUMN extra TEXT":       {"test_draft.extra: want nothing, got "},
		"ALTER TABLE test_draft DROP COLUMN text":            {"test_draft.text: want TEXT NOT NULL, got nothing"},
		"ALTER TABLE test_draft RENAME COLUMN rev TO ver":    {"test_draft.rev: want INTEGER NOT NULL, got nothing", "test_draft.ver: want nothing, got INTEGER NOT NULL"},
		"ALTER TABLE test_draft RENAME TO test_other":        {"test_draft: want a table, got nothing", "test_other: want nothing, got a table that nobody defines"},
		"CREATE VIEW test_view AS SELECT id FROM test_draft": {"test_view: want nothing, got a "},
		"DROP TABLE history":                                 {"history: want a table, got nothing"},
	}
	for change, want := range alter {
		t.Run(change, func(t *testing.T) {
			each(t, func(t *testing.T, db *store.DB) {
				if got := check(t, db); len(got) != 0 {
					t.Fatalf("before: %q", got)
				}
				err := db.Write(context.Background(), "alter", func(tx *store.Tx) error { _, err := tx.Exec(change); return err })
				if err != nil {
					t.Fatal(err)
				}
				got := check(t, db)
				if !slices.EqualFunc(got, want, strings.HasPrefix) {
					t.Errorf("got %q, want %q", got, want)
				}
			})
		})
	}
}

func TestCheckSchemaFindsTypes(t *testing.T) {
	other := strings.NewReplacer("n INTEGER NOT NULL", "n TEXT NOT NULL", "name TEXT NOT NULL", "name TEXT",
		"note TEXT,", "note TEXT NOT NULL,", "salt BLOB", "salt TEXT", "id TEXT NOT NULL PRIMARY KEY,\n\tdocument", "id TEXT NOT NULL,\n\tdocument",
		"at INTEGER", "at INTEGER NOT NULL", " REFERENCES test_thing (id) DEFERRABLE INITIALLY DEFERRED", "").Replace(tables)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		want := []string{
			"test_child.parent: want TEXT, got TEXT NOT NULL",
			"test_thing.id: want TEXT NOT NULL PRIMARY KEY, got TEXT NOT NULL",
			"test_thing.n: want INTEGER NOT NULL, got TEXT NOT NULL",
			"test_thing.name: want TEXT NOT NULL, got TEXT",
			"test_thing.note: want TEXT, got TEXT NOT NULL",
			"test_thing.salt: want BLOB NOT NULL, got TEXT NOT NULL",
		}[1:] // a raw table's NOT NULL is its own; a time may be required
		if got := check(t, db); !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}, storetest.With(other))
}

func TestNeutralSQL(t *testing.T) {
	const script = `-- +goose Up
-- A TEXT; in a comment
CREATE TABLE a (id TEXT NOT NULL PRIMARY KEY, n INTEGER DEFAULT 0 CHECK (id <> 'TEXT;'), b BLOB);
CREATE INDEX a_n ON a (n);
ALTER TABLE a ADD COLUMN c TEXT;
INSERT INTO a (id, n) VALUES ('INTEGER', 1);
`
	lite, err := store.Native(store.SQLite, script)
	if err != nil || lite != strings.Replace(script, "b BLOB)", "b BLOB) STRICT", 1) {
		t.Errorf("sqlite: %v\n%s", err, lite)
	}
	pg, err := store.Native(store.PostgreSQL, script)
	want := strings.NewReplacer("id TEXT", `id TEXT COLLATE "C"`, "n INTEGER", "n BIGINT", "b BLOB", "b BYTEA",
		"c TEXT", `c TEXT COLLATE "C"`).Replace(script)
	if err != nil || pg != want {
		t.Errorf("postgres: %v\n%s", err, pg)
	}
	for _, bad := range []string{"CREATE TABLE a (id TEXT) WITHOUT ROWID", "CREATE TABLE a (r REAL)", "CREATE TABLE a (t 'x"} {
		if _, err := store.Native(store.SQLite, bad); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

func TestMigrateGoesOnWhereItStopped(t *testing.T) {
	for engine, dsn := range storetest.DSNs(t) {
		t.Run(engine, func(t *testing.T) {
			ctx := context.Background()
			files := fstest.MapFS{"9001_a.sql": {Data: []byte("-- +goose Up\nCREATE TABLE test_a (id TEXT);\n")},
				"9002_b.sql": {Data: []byte("-- +goose Up\nCREATE TABLE test_b (id TEXT);\nCREATE TABLE test_a (id TEXT);\n")}}
			open := func() *store.DB {
				db, err := store.Open(ctx, store.Options{DSN: dsn, Migrations: files})
				if err != nil {
					t.Fatal(err)
				}
				return db
			}
			db := open()
			if _, err := db.Migrate(ctx); err == nil {
				t.Error("a broken migration was taken")
			}
			files["9002_b.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE test_b (id TEXT);\n")}
			applied, err := db.Migrate(ctx)
			if err != nil || !slices.Equal(applied, []string{"9002_b.sql"}) {
				t.Errorf("second time: %q, %v", applied, err)
			}
			if applied, err = db.Migrate(ctx); err != nil || len(applied) != 0 {
				t.Errorf("third time: %q, %v", applied, err)
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTablesListsWhatIsRecordedAndWhatIsNot(t *testing.T) {
	info := table(t, "test_thing")
	if !info.Recorded || info.Key != "id" || len(info.Columns) != 12 || info.Columns[9].Kind != store.SealedText {
		t.Errorf("%+v", info)
	}
	for _, info := range store.Tables() {
		if info.Recorded == (info.Reason != "") {
			t.Errorf("%s: recorded %v, reason %q", info.Name, info.Recorded, info.Reason)
		}
	}
	if table(t, "history").Recorded || table(t, "test_draft").Reason == "" {
		t.Error("history or test_draft")
	}
}

func TestStructsThatCannotBeTablesPanic(t *testing.T) {
	type plain struct {
		ID string `col:"id,key"`
		A  string `col:"a"`
	}
	type keyless struct {
		store.Meta
		A string `col:"a"`
		B string `col:"b"`
	}
	type untagged struct {
		store.Meta
		ID string `col:"id,key"`
		A  string
	}
	type odd struct {
		store.Meta
		ID string  `col:"id,key"`
		A  float64 `col:"a"`
	}
	type twice struct {
		store.Meta
		ID string `col:"id,key"`
		A  string `col:"id"`
	}
	type own struct {
		store.Meta
		ID string `col:"id,key"`
		A  int64  `col:"rev"`
	}
	type open struct {
		store.Meta
		ID string       `col:"id,key"`
		A  store.Sealed `col:"a"`
	}
	type option struct {
		store.Meta
		ID string `col:"id,key"`
		A  string `col:"a,nul"`
	}
	for name, define := range map[string]func(){
		"no meta": func() { store.Define[plain]("test_bad") }, "no key": func() { store.Define[keyless]("test_bad") },
		"no tag": func() { store.Define[untagged]("test_bad") }, "odd type": func() { store.Define[odd]("test_bad") },
		"a column twice": func() { store.Define[twice]("test_bad") }, "our column": func() { store.Define[own]("test_bad") },
		"sealed untold": func() { store.Define[open]("test_bad") }, "odd option": func() { store.Define[option]("test_bad") },
		"a table twice": func() { store.Define[draft]("test_draft") }, "bad name": func() { store.Define[draft]("test; drop") },
		"no reason": func() { store.Unrecorded[draft]("test_bad", "") }, "raw twice": func() { store.Raw("history", "x") },
		"raw type": func() { store.Raw("test_bad", "x", "a REAL") },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it was taken")
				}
			}()
			define()
		})
	}
}

// queried runs a query and says why it was not answered.
func queried(tx *store.Tx, q string, args ...any) error {
	rows, err := tx.Query(q, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	return rows.Err()
}

// Package storetest runs a test once on each engine, on a fresh migrated database.
//
//	storetest.Each(t, func(t *testing.T, db *store.DB) { … }, storetest.With(`CREATE TABLE …`))
//
// Both engines always run: a test that passes on one of them only is a failed test.
package storetest

import (
	"context"
	"io/fs"
	"path/filepath"
	"testing"
	"testing/fstest"

	"jiyao/internal/store"
	"jiyao/internal/store/pgtest"
)

// Option changes how the database is opened.
type Option func(*store.Options)

// With adds tables in neutral SQL, as the last migration.
func With(sql string) Option {
	return func(o *store.Options) {
		o.Migrations = fstest.MapFS{"9001_test.sql": {Data: []byte("-- +goose Up\n" + sql + "\n"), Mode: fs.FileMode(0o400)}}
	}
}

// Opened changes any other option.
func Opened(change func(*store.Options)) Option { return change }

// DSNs gives an empty database on each engine, by engine name.
func DSNs(t testing.TB) map[string]string {
	t.Helper()
	return map[string]string{store.SQLite: SQLite(t), store.PostgreSQL: pgtest.DSN(t)}
}

// SQLite is the DSN of an empty file that goes with the test.
func SQLite(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "jiyao.db")
}

// Each runs fn as a subtest on each engine. The database is closed afterwards; fn may close it earlier.
func Each(t *testing.T, fn func(t *testing.T, db *store.DB), options ...Option) {
	t.Helper()
	t.Run(store.SQLite, func(t *testing.T) { fn(t, Open(t, SQLite(t), options...)) })
	t.Run(store.PostgreSQL, func(t *testing.T) { fn(t, Open(t, pgtest.DSN(t), options...)) })
}

// Open opens and migrates a database and closes it after the test.
func Open(t testing.TB, dsn string, options ...Option) *store.DB {
	t.Helper()
	o := store.Options{DSN: dsn}
	for _, change := range options {
		change(&o)
	}
	ctx := context.Background()
	db, err := store.Open(ctx, o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if _, err := db.Migrate(ctx); err != nil {
		t.Fatalf("migrate: %v", err)
	}
	return db
}

package ledger

import (
	"database/sql"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
)

// dsns remembers where each test database is, so that a test can change it from outside.
var dsns sync.Map

// each runs fn on both engines with the test tables.
func each(t *testing.T, fn func(t *testing.T, db *store.DB), options ...storetest.Option) {
	t.Helper()
	options = append(options, storetest.With(testTables))
	for name, dsn := range storetest.DSNs(t) {
		t.Run(name, func(t *testing.T) {
			db := storetest.Open(t, dsn, options...)
			dsns.Store(db, dsn)
			fn(t, db)
		})
	}
}

// rawOf opens the database beside the store, as somebody who holds the file or the server's password would.
func rawOf(t testing.TB, db *store.DB) *sql.DB {
	t.Helper()
	dsn, ok := dsns.Load(db)
	if !ok {
		t.Fatal("not a database of this test")
	}
	driver, source := "pgx", dsn.(string)
	if path, lite := strings.CutPrefix(source, "sqlite:"); lite {
		driver, source = "sqlite", "file:"+path+"?_pragma=busy_timeout(10000)"
	}
	raw, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { raw.Close() })
	return raw
}

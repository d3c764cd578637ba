package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// engine is one database seen through two pools. The writer's pool has one connection at most.
type engine struct {
	name    string
	writer  *sql.DB
	readers *sql.DB
	extra   func() (*sql.DB, error) // a further writing pool, for migrations
	begin   string                  // begins a writing transaction
	read    string                  // begins a reading transaction on one snapshot
}

// ErrDSN is wrapped where a data source name is not understood.
var ErrDSN = errors.New("want sqlite:PATH or postgres://…")

func openEngine(ctx context.Context, dsn string, readers int) (engine, error) {
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		return openSQLite(ctx, path, readers)
	}
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return openPostgres(ctx, dsn, readers)
	}
	return engine{}, ErrDSN // the DSN may hold a password, so it is not repeated
}

// Both kinds of connection. The pragma temp_store keeps sorted values out of temporary files.
var sqliteSettings = []string{
	"busy_timeout(10000)", "foreign_keys(on)", "secure_delete(on)", "cell_size_check(on)", "trusted_schema(off)",
	"temp_store(memory)",
}

func sqliteDSN(path, mode string, pragmas ...string) string {
	q := url.Values{"mode": {mode}, "_txlock": {"immediate"}, "_dqs": {"0"}, "_defensive": {"1"}}
	q["_pragma"] = append(append([]string{}, sqliteSettings...), pragmas...)
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

func openSQLite(ctx context.Context, path string, readers int) (engine, error) {
	if path == "" || strings.HasPrefix(path, ":") {
		return engine{}, fmt.Errorf("sqlite needs a file: %w", ErrDSN)
	}
	path = filepath.Clean(path)
	// Created here so that nobody else may ever read it, whatever the umask says.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return engine{}, fmt.Errorf("create the file: %w", err)
	}
	if err := f.Close(); err != nil {
		return engine{}, fmt.Errorf("create the file: %w", err)
	}
	write := sqliteDSN(path, "rw", "journal_mode(wal)", "synchronous(full)", "wal_autocheckpoint(4000)", "cache_size(-16000)")
	read := sqliteDSN(path, "ro", "query_only(on)", "cache_size(-16000)")
	e := engine{name: SQLite, begin: "BEGIN IMMEDIATE", read: "BEGIN"}
	e.extra = func() (*sql.DB, error) { return openPool("sqlite", write, 1) }
	if e.writer, err = e.extra(); err != nil {
		return engine{}, err
	}
	if err := checkSQLite(ctx, e.writer); err != nil {
		return engine{}, errors.Join(err, e.writer.Close())
	}
	if e.readers, err = openPool("sqlite", read, readers); err != nil {
		return engine{}, errors.Join(err, e.writer.Close())
	}
	return e, nil
}

func openPool(driver, dsn string, n int) (*sql.DB, error) {
	pool, err := sql.Open(driver, dsn)
	if err != nil {
		return nil, err
	}
	bound(pool, n)
	return pool, nil
}

func bound(pool *sql.DB, n int) {
	pool.SetMaxOpenConns(n)
	pool.SetMaxIdleConns(n)
}

// checkSQLite reads back the settings on which durability stands: some file systems quietly refuse WAL.
func checkSQLite(ctx context.Context, pool *sql.DB) error {
	for _, want := range []struct{ pragma, value string }{
		{"journal_mode", "wal"}, {"synchronous", "2"}, {"foreign_keys", "1"}, {"secure_delete", "1"}, {"trusted_schema", "0"},
	} {
		var got string
		if err := pool.QueryRowContext(ctx, "PRAGMA "+want.pragma).Scan(&got); err != nil {
			return fmt.Errorf("read setting %s: %w", want.pragma, err)
		}
		if got != want.value {
			return fmt.Errorf("setting %s is %q and must be %q", want.pragma, got, want.value)
		}
	}
	return nil
}

func openPostgres(ctx context.Context, dsn string, readers int) (engine, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return engine{}, ErrDSN // pgx repeats parts of the DSN in its error
	}
	set := cfg.RuntimeParams
	set["application_name"] = "jiyao"
	set["timezone"] = "UTC"
	set["synchronous_commit"] = "on"
	set["default_transaction_isolation"] = "read committed"
	set["standard_conforming_strings"] = "on"
	e := engine{name: PostgreSQL, begin: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
		read: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
	pool := func(n int) *sql.DB {
		p := stdlib.OpenDB(*cfg.Copy())
		bound(p, n)
		return p
	}
	e.extra = func() (*sql.DB, error) { return pool(2), nil } // the second holds goose's lock
	e.writer, e.readers = pool(1), pool(readers)
	var encoding string
	if err := e.writer.QueryRowContext(ctx, "SHOW server_encoding").Scan(&encoding); err != nil {
		return engine{}, errors.Join(fmt.Errorf("connect: %w", err), e.writer.Close(), e.readers.Close())
	}
	if encoding != "UTF8" {
		return engine{}, errors.Join(fmt.Errorf("the database's encoding is %s and must be UTF8", encoding),
			e.writer.Close(), e.readers.Close())
	}
	return e, nil
}

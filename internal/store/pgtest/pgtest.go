// Package pgtest gives tests a PostgreSQL database of their own.
//
// Every call of DSN makes a fresh, empty database and drops it when the test ends. The cluster behind it is the
// one that JIYAO_TEST_POSTGRES names, which is how one `make test` shares a single cluster (see withpostgres),
// or else one that this package starts by itself, once for the test process, from the installed packages.
//
// What must always hold:
//   - No test ever touches a database that it did not make.
//   - A started cluster listens on loopback only, lies in a temporary folder and is gone, folder and all, when
//     the process that started it is gone, however it went: a guard holds the other end of a pipe.
//   - Without PostgreSQL the tests fail and say what to install. They are never skipped: an engine that is not
//     tested is an engine that does not work.
//
// The cluster runs with fsync off, so nothing here measures or proves durability; StartDurable is for the benches.
package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
)

// Env names the variable that holds the URL of a running cluster, such as
// postgres://postgres@127.0.0.1:40001/postgres?sslmode=disable. Its user must be allowed to create databases.
const Env = "JIYAO_TEST_POSTGRES"

// limit bounds each step on the cluster; a machine with every core busy may be slow.
const limit = 60 * time.Second

// shared is the cluster of this test process.
var shared struct {
	cluster *Cluster
	once    sync.Once
	admin   *sql.DB  // connected to the maintenance database
	base    *url.URL // its URL; DSN swaps the database name
	err     error
}

// DSN creates an empty database (UTF8, locale C) and returns its URL, for the driver "pgx". The database is
// dropped with all its connections when t ends. It fails t if there is no PostgreSQL.
func DSN(t testing.TB) string {
	t.Helper()
	shared.once.Do(connect)
	if shared.err != nil {
		t.Fatalf("pgtest: %v", shared.err)
	}
	name := "jiyao_" + random()
	if err := run("CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"); err != nil {
		t.Fatalf("pgtest: create a database: %v", err)
	}
	t.Cleanup(func() {
		if err := run("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("pgtest: drop the test's database: %v", err)
		}
	})
	u := *shared.base
	u.Path = "/" + name
	return u.String()
}

// connect fills shared.
func connect() {
	raw := os.Getenv(Env)
	if raw == "" {
		c, err := Start()
		if err != nil {
			shared.err = err
			return
		}
		shared.cluster = c // kept reachable: collected, it would close the pipe that keeps its guard from stopping it
		raw = c.URL
	}
	shared.base, shared.admin, shared.err = open(raw)
}

// open connects to the maintenance database at raw and waits until it answers.
func open(raw string) (*url.URL, *sql.DB, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "postgres" || u.Host == "" {
		return nil, nil, fmt.Errorf("%s must be a URL like postgres://user@host:port/postgres", Env)
	}
	db, err := sql.Open("pgx", raw)
	if err != nil {
		return nil, nil, fmt.Errorf("open the cluster: %w", err)
	}
	db.SetMaxOpenConns(2)
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close() // the ping's error is the one to tell
		return nil, nil, fmt.Errorf("reach the cluster that %s names: %w", Env, err)
	}
	return u, db, nil
}

func run(statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	_, err := shared.admin.ExecContext(ctx, statement)
	return err
}

// random returns 16 hexadecimal digits: databases of several processes share one cluster.
func random() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails: it ends the program instead
	return hex.EncodeToString(b)
}

package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"

	"jiyao/internal/keyring"
	"jiyao/internal/store/pgtest"
)

// server is a PostgreSQL of its own on this machine that keeps what it commits: the one that tests share does not.
type server struct {
	cluster *pgtest.Cluster
	admin   *sql.DB
}

func startServer() (*server, error) {
	c, err := pgtest.StartDurable()
	if err != nil {
		return nil, err
	}
	admin, err := sql.Open("pgx", c.URL)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("reach PostgreSQL: %w", err), c.Stop())
	}
	return &server{c, admin}, nil
}

func (s *server) stop() error { return errors.Join(s.admin.Close(), s.cluster.Stop()) }

// make creates a database like another one, which nobody has open; from "" an empty one.
func (s *server) make(ctx context.Context, from string) (dsn, name string, err error) {
	if from == "" {
		from = "template0"
	}
	name = "bench_" + strings.ToLower(rand.Text())
	if _, err := s.admin.ExecContext(ctx, "CREATE DATABASE "+name+" TEMPLATE "+from+" ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"); err != nil {
		return "", "", fmt.Errorf("create a database: %w", err)
	}
	u, err := url.Parse(s.cluster.URL)
	if err != nil {
		return "", "", fmt.Errorf("read the URL of PostgreSQL: %w", err)
	}
	u.Path = "/" + name
	return u.String(), name, nil
}

func (s *server) drop(ctx context.Context, name string) error {
	if _, err := s.admin.ExecContext(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
		return fmt.Errorf("drop a database: %w", err)
	}
	return nil
}

// postgres measures the same audited hand-overs on both engines.
func postgres(ctx context.Context, b *bench) (err error) {
	s, err := startServer()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	for _, suite := range []*keyring.Suite{keyring.GM, keyring.Intl} {
		if err := b.engines(ctx, s, suite); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) engines(ctx context.Context, s *server, suite *keyring.Suite) error {
	p := plan{documents: 3000, copies: 3, everInScope: 3}
	embedded, err := b.found(ctx, suite, "", p)
	if err != nil {
		return err
	}
	dsn, template, err := s.make(ctx, "")
	if err != nil {
		return err
	}
	served, err := b.found(ctx, suite, dsn, p)
	if err != nil {
		return err
	}
	here, there := embedded.shelf.orders(crowd, crowdActs), served.shelf.orders(crowd, crowdActs)
	dsn, name, err := s.make(ctx, template)
	if err != nil {
		return err
	}
	onServer, err1 := served.lane(ctx, dsn, true, there, func() error { return s.drop(ctx, name) })
	inFile, err2 := embedded.acts(ctx, true, here)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	rates, err := race(crowdStretches, inFile, onServer)
	if err != nil {
		return err
	}
	b.atLeast("postgres_of_embedded_"+suite.Name(), share(rates[1], rates[0]), 0.40)
	b.note("%s, 64 callers, a second: %.0f on PostgreSQL (fsync and synchronous_commit on), %.0f embedded", suite.Name(), median(rates[1]), median(rates[0]))
	return s.drop(ctx, template)
}

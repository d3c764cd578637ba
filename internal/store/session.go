package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/stdlib"
)

// maxStatements bounds the prepared statements that one connection keeps; beyond it all are dropped and
// prepared anew, which costs a little and can happen only if texts are made from data.
const maxStatements = 1024

// session is one connection with its prepared statements. One goroutine at a time uses it.
type session struct {
	pool  *sql.DB
	lite  bool      // SQLite: transaction control is worth preparing
	conn  *sql.Conn // nil until the first use and after discard
	stmts map[string]*sql.Stmt
	later map[string]bool // texts that go past database/sql and were checked
	// gather and recall are the writer's, else nil.
	gather *gathering
	recall *recall
}

func newSession(pool *sql.DB, engine string) *session {
	return &session{pool: pool, lite: engine == SQLite}
}

// newWriting makes the session of the writer.
func newWriting(pool *sql.DB, engine string) *session {
	s := newSession(pool, engine)
	s.gather, s.recall = &gathering{}, &recall{}
	s.recall.clear()
	return s
}

// open connects when there is no connection.
func (s *session) open(ctx context.Context) error {
	if s.conn != nil {
		return nil
	}
	conn, err := s.pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	s.conn, s.stmts, s.later = conn, map[string]*sql.Stmt{}, map[string]bool{}
	return nil
}

// begin opens the connection and a transaction. An idle connection may have died unnoticed, so a failure on
// one that was open already is tried once more on a new one.
func (s *session) begin(ctx context.Context, text string) error {
	fresh := s.conn == nil
	err := s.open(ctx)
	if err == nil {
		err = s.run(ctx, text)
	}
	if err == nil {
		return nil
	}
	s.discard()
	if fresh || ctx.Err() != nil {
		return err
	}
	if err = s.open(ctx); err == nil {
		err = s.run(ctx, text)
	}
	if err != nil {
		s.discard()
	}
	return err
}

// run executes transaction control. PostgreSQL takes it as plain text, several commands in one round trip.
func (s *session) run(ctx context.Context, text string) error {
	if !s.lite {
		if _, err := s.conn.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
		return nil
	}
	st, ok := s.stmts[text]
	if !ok {
		var err error
		if st, err = s.conn.PrepareContext(ctx, text); err != nil {
			return fmt.Errorf("prepare %s: %w", text, err)
		}
		s.stmts[text] = st
	}
	if _, err := st.ExecContext(ctx); err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	return nil
}

// prepare returns the statement for a text, checked and prepared on first use.
func (s *session) prepare(ctx context.Context, q string) (*sql.Stmt, error) {
	if st, ok := s.stmts[q]; ok {
		return st, nil
	}
	if err := checkQuery(q); err != nil {
		return nil, err
	}
	if len(s.stmts) >= maxStatements {
		var errs []error
		for _, st := range s.stmts {
			errs = append(errs, st.Close())
		}
		clear(s.stmts)
		if err := errors.Join(errs...); err != nil {
			return nil, fmt.Errorf("drop statements: %w", err)
		}
	}
	st, err := s.conn.PrepareContext(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	s.stmts[q] = st
	return st, nil
}

// standing fails when a statement failed since the savepoint and PostgreSQL will keep nothing of what followed.
func (s *session) standing() error {
	return s.conn.Raw(func(c any) error {
		pg, ok := c.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the connection is a %T", c)
		}
		if status := pg.Conn().PgConn().TxStatus(); status != 'T' {
			return fmt.Errorf("a failed statement was passed over, status %c", status)
		}
		return nil
	})
}

// discard closes the connection for good, so that the pool cannot hand it out again with a transaction open.
func (s *session) discard() {
	if s.conn == nil {
		return
	}
	for _, st := range s.stmts { // SQLite keeps a connection half alive while it has statements
		_ = st.Close() // the connection goes whatever a statement says
	}
	// ErrBadConn is how database/sql is told to drop a connection; both errors say no more than that it did.
	_ = s.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = s.conn.Close()
	s.conn, s.stmts, s.later = nil, nil, nil
	if s.recall != nil {
		s.recall.clear()
	}
}

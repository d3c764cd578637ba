package store

import (
	"context"
	"errors"
	"fmt"

	"jiyao/internal/refuse"
)

// Read runs fn on a snapshot: everything fn sees was true at one moment between two batches. ctx bounds the
// wait for a connection and every query of fn. An error of fn is returned, a driver's error by its kind.
func (db *DB) Read(ctx context.Context, fn func(tx *Tx) error) (err error) {
	select {
	case <-db.closing:
		return fmt.Errorf("read: the database is closing: %w", refuse.ErrUnavailable)
	default:
	}
	var s *session
	select {
	case s = <-db.readers:
	case <-ctx.Done():
		return fmt.Errorf("read: wait for a connection: %w", ctx.Err())
	case <-db.closing:
		return fmt.Errorf("read: the database is closing: %w", refuse.ErrUnavailable)
	}
	defer func() { db.readers <- s }()
	if err := s.begin(ctx, db.engine.read); err != nil {
		return fmt.Errorf("read: %w", translate(err))
	}
	tx := &Tx{db: db, sess: s, ctx: ctx}
	done := false
	defer func() {
		end := tx.end()
		// A connection whose function panicked, or that does not roll back, is not used again.
		if !done || s.run(context.WithoutCancel(ctx), "ROLLBACK") != nil {
			s.discard()
		}
		if err == nil {
			err = end
		}
	}()
	err = translate(fn(tx))
	done = true
	if errors.Is(err, refuse.ErrUnavailable) && ctx.Err() != nil {
		// The driver dropped the connection because the caller gave up; nothing is wrong with the database.
		err = fmt.Errorf("read: %w", ctx.Err())
	}
	return err
}

var _ Doer = (*DB)(nil)

// errNoSealer: a sealed column was met and nothing was installed to seal it with.
var errNoSealer = errors.New("no sealer is installed")

package store

import (
	"context"
	"fmt"
	"sync/atomic"

	"jiyao/internal/refuse"
)

// request is one caller's act on its way through a batch.
type request struct {
	name string
	fn   func(*Tx) error
	warm func(*Tx) bool // reads what fn will read and says whether that was all; may be nil
	done chan error     // receives the answer once
	err  error          // of the act itself; owned by the writer
	// claimed is set once: by the writer when the act gets its place, or by a caller who gives up before.
	claimed atomic.Bool
}

// claim reports whether the one who asks is the first to ask.
func (r *request) claim() bool { return r.claimed.CompareAndSwap(false, true) }

// Write runs fn in a savepoint of the next batch and returns after that batch has committed or failed. name is
// the act's, for the log. ctx bounds only the wait for a place. An error of fn undoes what fn did and is
// returned; when the batch cannot commit the error wraps refuse.ErrUnavailable and nothing has happened (or,
// if the connection broke during COMMIT, nobody knows: a caller repeats with the same idempotency key).
// fn must not call Write, start goroutines that use tx, or wait for anything.
func (db *DB) Write(ctx context.Context, name string, fn func(tx *Tx) error) error {
	return db.WriteWarm(ctx, name, nil, fn)
}

// WriteWarm is Write with a function that reads what fn will read, does nothing else, and says whether it came to its
// end. Where reading costs round trips it may be called before, several times, with those of others in between, and each
// time its queries may fail: the answers for all then come in one round trip.
func (db *DB) WriteWarm(ctx context.Context, name string, warm func(tx *Tx) bool, fn func(tx *Tx) error) error {
	db.started.Store(true)
	db.pending.Add(1)
	defer db.pending.Add(-1)
	r := &request{name: name, fn: fn, warm: warm, done: make(chan error, 1)}
	select {
	case <-db.closing:
		return fmt.Errorf("write %s: the database is closing: %w", name, refuse.ErrUnavailable)
	default:
	}
	cause := ctx.Err()
	if cause != nil {
		return fmt.Errorf("write %s: %w", name, cause)
	}
	select {
	case db.queue <- r:
		select {
		case err := <-r.done:
			return err
		case <-ctx.Done():
			cause = ctx.Err()
		case <-db.finished:
			cause = refuse.ErrUnavailable
		}
		if !r.claim() {
			return <-r.done // it has its place: what happened to it is the only true answer
		}
	case <-ctx.Done():
		cause = ctx.Err()
	case <-db.finished:
		cause = refuse.ErrUnavailable
	}
	return fmt.Errorf("write %s: wait for the writer: %w", name, cause)
}

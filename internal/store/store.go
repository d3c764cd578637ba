// Package store keeps the tables of jiyao on SQLite or PostgreSQL: recorded rows with their revisions and
// digests, the history of what they said before, and the one writer through which every change goes.
//
// # What always holds
//
// One writer at a time. DB.Write hands a function to one goroutine with one connection. Functions that wait
// together commit together; each runs inside a SAVEPOINT of its own, so an error or a panic undoes that
// function and nothing else. No answer is given before COMMIT has succeeded, and after a failed COMMIT
// everybody in the batch hears "unavailable". The caller's context bounds only the wait for a place: a
// statement cancelled in the middle would make SQLite roll the whole batch back and let the next statement
// commit by itself.
//
// If we die at any moment before COMMIT returns, nobody was told anything and the database rolls the
// batch back when it is opened next; after COMMIT, all of it is there. There is no state in between to repair.
//
// Rows are written through Put alone. An update carries the revision it was decided on and fails with
// *refuse.Conflict when the row has another one. It writes and digests only the columns that differ from the
// bytes that were loaded: digesting the others again would launder a column changed behind our back. What
// a changed column said before goes to the table history in the same put.
//
// Lines of evidence (history, entries) are gathered in memory and inserted many to a statement before the batch is
// sealed; those of an act that is undone are dropped with it. On PostgreSQL, where a question is a round trip, what the
// acts of a batch will read is read for all of them together (rehearse), a savepoint travels with the act's writes, and
// the writer remembers recorded rows for as long as the Batch says that nobody else changed any (Tx.Sole).
//
// Every table is recorded unless it is registered with Unrecorded or Raw, each with a reason.
//
// # Two engines, one text
//
// SQL is written once. Placeholders are $1, $2 … numbered in the order of their first use, which is checked
// whenever a statement is prepared, because some drivers bind by order of appearance and answer wrongly
// without an error. A statement holds one command, never transaction control. While a *sql.Rows is open no
// second query runs on the same Tx: SQLite would allow it and PostgreSQL would not, so both refuse.
// Arguments are strings, integers, bool (0 or 1), time.Time (unix milliseconds, zero is NULL), bytes and nil.
//
// Migrations lie in migrations/NNNN_name.sql with goose annotations, in neutral SQL: INTEGER, TEXT and BLOB
// only, upper case. CREATE TABLE gets " STRICT" on SQLite; on PostgreSQL INTEGER becomes BIGINT, BLOB becomes
// BYTEA and TEXT becomes TEXT COLLATE "C" inside CREATE TABLE and ALTER TABLE, and nowhere else. No WITHOUT
// ROWID, no AUTOINCREMENT, no CAST inside a table definition. Recorded tables have one text key, and
// rev INTEGER NOT NULL, salt BLOB NOT NULL; unrecorded ones have rev only. A migration never changes
// once it has been released. A released table changes by ALTER TABLE … ADD COLUMN alone, in the form that AddedColumns reads.
//
// # Attacks
//
// Whoever changes the file by other means is found by verification, which reads ScanRows and ScanHistory and
// recomputes Digest. Text that is not UTF-8 or holds NUL is refused as invalid before it reaches an engine.
// Schema tricks (triggers, views, shadow types) are reported by CheckSchema. Driver errors are judged by code,
// never by text, and no value of a row is put in a log.
package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"log/slog"
	"sync"
	"sync/atomic"

	"jiyao/internal/calendar"
)

// SQLite and PostgreSQL are the values of DB.Engine.
const (
	SQLite     = "sqlite"
	PostgreSQL = "postgres"
)

// Options says how a database is opened.
type Options struct {
	DSN      string           // "sqlite:PATH" or "postgres://…"
	Readers  int              // connections for reading; 4 when zero
	Batch    Batch            // may be nil, or set later by SetBatch
	Hash     func() hash.Hash // for the digests of columns; SHA-256 when nil
	Sealer   Sealer           // may be nil, or set later by SetSealer
	MaxBatch int              // acts in one commit at most; 256 when zero

	// Clock dates the rows of history; the system's when nil.
	Clock calendar.Clock
	// Log hears of acts that panicked or held the writer too long; slog.Default() when nil.
	Log *slog.Logger
	// Migrations are more migration files in neutral SQL, after the product's own. Tests bring tables so.
	Migrations fs.FS
	// Fault runs before ("begin", "savepoint", "release", "rollback", "seal", "commit") and after ("committed")
	// a step of the writer; an error makes the step fail. It exists for the fault tables of tests.
	Fault func(step string) error
	// Trace hears the statements of the writer's functions with their stored arguments before they run, each by itself:
	// on SQLite all, on PostgreSQL some. It exists for the benches, which repeat the statements of an act.
	Trace func(text string, args []any)
}

// DB is an open database. All methods may be called from several goroutines.
type DB struct {
	opt     Options
	engine  engine
	started atomic.Bool // whether Write has been called: batch and sealer are fixed from then on
	batch   Batch
	sealer  Sealer
	digest  *digester // owned by the writer goroutine

	queue    chan *request
	pending  atomic.Int64 // callers inside Write
	closing  chan struct{}
	finished chan struct{} // closed when the writer has ended
	closer   sync.Once

	readers chan *session // an empty slot is a session without connection
}

// Open opens the database and applies the engine's settings. It does not migrate. A database that cannot be
// reached, or that refuses a setting on which durability stands, is an error.
func Open(ctx context.Context, opt Options) (*DB, error) {
	if opt.Readers <= 0 {
		opt.Readers = 4
	}
	if opt.MaxBatch <= 0 {
		opt.MaxBatch = 256
	}
	if opt.Hash == nil {
		opt.Hash = sha256.New
	}
	if opt.Clock == nil {
		opt.Clock = calendar.System()
	}
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	eng, err := openEngine(ctx, opt.DSN, opt.Readers)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	db := &DB{
		opt: opt, engine: eng, batch: opt.Batch, sealer: opt.Sealer, digest: newDigester(opt.Hash()),
		queue: make(chan *request, 4*opt.MaxBatch), closing: make(chan struct{}), finished: make(chan struct{}),
		readers: make(chan *session, opt.Readers),
	}
	for range opt.Readers {
		db.readers <- newSession(eng.readers, eng.name)
	}
	go (&writer{db: db, sess: newWriting(eng.writer, eng.name)}).loop()
	return db, nil
}

// Engine is SQLite or PostgreSQL.
func (db *DB) Engine() string { return db.engine.name }

// NewHash makes a hash of the kind that column digests use.
func (db *DB) NewHash() hash.Hash { return db.opt.Hash() }

// SetBatch installs what is told about every batch. It panics after the first Write, because a batch without
// its ledger would be a write without evidence.
func (db *DB) SetBatch(b Batch) {
	if db.started.Load() {
		panic("store: SetBatch after the first Write")
	}
	db.batch = b
}

// SetSealer installs what seals columns. It panics after the first Write.
func (db *DB) SetSealer(s Sealer) {
	if db.started.Load() {
		panic("store: SetSealer after the first Write")
	}
	db.sealer = s
}

// Close lets the running batch finish, refuses later writes with refuse.ErrUnavailable, waits for readers to
// return and closes every connection. Calling it again does nothing.
func (db *DB) Close() error {
	var err error
	db.closer.Do(func() {
		close(db.closing)
		<-db.finished
		for range cap(db.readers) {
			(<-db.readers).discard()
		}
		// Readers first: on SQLite the last connection to go folds the WAL into the file, and only a writer can.
		// The writer's own has ended with its goroutine, so one more does it.
		err = db.engine.readers.Close()
		if db.Engine() == SQLite {
			_, fold := db.engine.writer.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
			err = errors.Join(err, fold)
		}
		err = errors.Join(err, db.engine.writer.Close())
	})
	if err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}

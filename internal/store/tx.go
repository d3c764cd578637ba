package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"time"

	"jiyao/internal/refuse"
)

// Tx is a place in a transaction: an act's savepoint inside a batch, or a reader's snapshot. It is used by one
// goroutine and ends with the function it was given to.
type Tx struct {
	db    *DB
	sess  *session
	ctx   context.Context //nolint:containedctx // it lives as long as one function call
	write bool
	done  bool
	open  *sql.Rows // the last result handed out, perhaps still being read
	// failed is the error of a put or of Later: part of the work may stand, so the act cannot.
	failed error
	queue  []statement // to be executed before the next statement, or when the function returns
	lead   []statement // makes the savepoint of this act, before anything else; PostgreSQL only
	// wishing marks a rehearsal: what is not known is noted in wishes, and nothing is asked.
	wishing bool
	wishes  []question
}

var (
	// ErrOpenRows: a query was made while an earlier one was still being read. Read it to the end first.
	ErrOpenRows = errors.New("an earlier query is still being read")
	// ErrReadOnly: a change was tried outside DB.Write.
	ErrReadOnly = errors.New("not in the writer")
	// ErrEnded: the function that owned this Tx has returned.
	ErrEnded = errors.New("the transaction has ended")
)

// Writable reports whether this Tx belongs to the writer.
func (tx *Tx) Writable() bool { return tx.write }

// Context bounds a reader's queries. In the writer it is never cancelled.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Engine is SQLite or PostgreSQL.
func (tx *Tx) Engine() string { return tx.db.engine.name }

// Now is the time of the store's clock, in Asia/Shanghai.
func (tx *Tx) Now() time.Time { return tx.db.opt.Clock.Now() }

// Query runs a statement that returns rows. Close them, or read to the end, before the next statement.
func (tx *Tx) Query(q string, args ...any) (*sql.Rows, error) {
	tx.forget(q)
	st, args, err := tx.ready(q, args) //nolint:sqlclosecheck // the session keeps it for the next time
	if err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	rows, err := st.QueryContext(tx.ctx, args...)
	if err != nil {
		return nil, fmt.Errorf("query: %w", translate(err))
	}
	tx.open = rows
	return rows, nil
}

// QueryRow runs a statement for its first row; errors wait for Scan, whose sql.ErrNoRows says there was none.
func (tx *Tx) QueryRow(q string, args ...any) *sql.Row {
	tx.forget(q)
	st, args, err := tx.ready(q, args) //nolint:sqlclosecheck // the session keeps it for the next time
	if err != nil {
		return failedRow(err)
	}
	return st.QueryRowContext(tx.ctx, args...)
}

// failedRow is a Row whose Scan fails with err. Only database/sql can put an error into a Row, so a pool that
// cannot connect makes it.
func failedRow(err error) *sql.Row {
	pool := sql.OpenDB(noConnector{err})
	row := pool.QueryRowContext(context.Background(), "") // a caller who is gone gets err all the same
	_ = pool.Close()                                      // it never had a connection
	return row
}

type noConnector struct{ err error }

func (c noConnector) Connect(context.Context) (driver.Conn, error) { return nil, c.err }
func (c noConnector) Driver() driver.Driver                        { return nil }

// Exec runs a statement that returns no rows and says how many it changed.
func (tx *Tx) Exec(q string, args ...any) (int64, error) {
	tx.forget(q)
	return tx.exec(q, args)
}

// exec is Exec of a statement whose effect the writer's memory knows.
func (tx *Tx) exec(q string, args []any) (int64, error) {
	if !tx.write {
		return 0, fmt.Errorf("execute: %w", ErrReadOnly)
	}
	st, args, err := tx.ready(q, args) //nolint:sqlclosecheck // the session keeps it for the next time
	if err != nil {
		return 0, fmt.Errorf("execute: %w", err)
	}
	res, err := st.ExecContext(tx.ctx, args...)
	if err != nil {
		return 0, fmt.Errorf("execute: %w", translate(err))
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, fmt.Errorf("execute: count the rows: %w", err)
	}
	return n, nil
}

// ready checks that a statement may run now and prepares it and its arguments.
func (tx *Tx) ready(q string, args []any) (*sql.Stmt, []any, error) {
	if err := tx.usable(); err != nil {
		return nil, nil, err
	}
	if err := tx.flush(); err != nil {
		return nil, nil, err
	}
	if tx.wishing {
		return nil, nil, errWish
	}
	if err := tx.settleGathered(q); err != nil {
		return nil, nil, err
	}
	st, err := tx.sess.prepare(tx.ctx, q)
	if err != nil {
		return nil, nil, translate(err)
	}
	plain, err := arguments(args)
	if err == nil && tx.write && tx.db.opt.Trace != nil {
		tx.db.opt.Trace(q, plain)
	}
	return st, plain, err
}

func arguments(args []any) ([]any, error) {
	if len(args) == 0 {
		return nil, nil
	}
	plain := make([]any, len(args))
	for i, a := range args {
		var err error
		if plain[i], err = argument(a); err != nil {
			return nil, fmt.Errorf("argument %d: %w", i+1, err)
		}
	}
	return plain, nil
}

// usable reports why no statement may run now.
func (tx *Tx) usable() error {
	if tx.done {
		return ErrEnded
	}
	if tx.open != nil {
		if _, err := tx.open.Columns(); err == nil { // fails exactly when the rows are closed
			return ErrOpenRows
		}
		tx.open = nil
	}
	return nil
}

// end closes what the function left open.
func (tx *Tx) end() error {
	tx.done = true
	if tx.open == nil {
		return nil
	}
	if err := tx.open.Close(); err != nil {
		return fmt.Errorf("close rows: %w", translate(err))
	}
	return nil
}

// argument brings a value to one of the four storage classes that both engines know.
func argument(a any) (any, error) {
	switch v := a.(type) {
	case nil:
		return nil, nil
	case string:
		return v, checkText(v)
	case int64:
		return v, nil
	case []byte:
		return v, nil
	case int:
		return int64(v), nil
	case bool:
		return truth(v), nil
	case time.Time:
		return instant(v), nil
	}
	v := reflect.ValueOf(a)
	switch v.Kind() {
	case reflect.String:
		return v.String(), checkText(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int(), nil
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return int64(v.Uint()), nil
	case reflect.Bool:
		return truth(v.Bool()), nil
	default:
		return nil, fmt.Errorf("a %T cannot be stored", a)
	}
}

// keyText is the text of a key of any string type.
func keyText(key any) (string, error) {
	if s, ok := key.(string); ok {
		return s, nil
	}
	if v := reflect.ValueOf(key); v.Kind() == reflect.String {
		return v.String(), nil
	}
	return "", fmt.Errorf("a key of type %T: want a kind of string", key)
}

// invalid is the answer for a value that cannot be stored, by column.
func invalid(column, code string) error { return refuse.Field(column, code) }

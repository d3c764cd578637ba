package store

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// maxQueue bounds the statements that wait for one round trip.
const maxQueue = 512

// Later executes a statement of which nobody needs the outcome but whether it failed: at once on SQLite, and
// on PostgreSQL together with others in one round trip, before the next statement or when the act ends. If it
// fails then, the act fails with its error.
func (tx *Tx) Later(q string, args ...any) error {
	st, err := tx.checked(q, args)
	if err != nil {
		return fmt.Errorf("execute: %w", err)
	}
	return tx.enqueue(st)
}

// checked makes a statement for a round trip with others.
func (tx *Tx) checked(q string, args []any) (statement, error) {
	if !tx.write {
		return statement{}, ErrReadOnly
	}
	if tx.done {
		return statement{}, ErrEnded
	}
	if !tx.sess.later[q] {
		if err := checkQuery(q); err != nil {
			return statement{}, err
		}
		if len(tx.sess.later) < maxStatements {
			tx.sess.later[q] = true
		}
	}
	plain, err := arguments(args)
	return statement{text: q, args: plain}, err
}

// enqueue takes statements to be executed in this order.
func (tx *Tx) enqueue(list ...statement) error {
	if !tx.sess.lite {
		tx.queue = append(tx.queue, list...)
		if len(tx.queue) < maxQueue {
			return nil
		}
		return tx.flush()
	}
	for _, st := range list {
		n, err := tx.Exec(st.text, st.args...)
		if err := st.settle(n, err); err != nil {
			tx.failed = err
			return err
		}
	}
	return nil
}

// Row runs a statement that gives one row and puts it into dest; no row is sql.ErrNoRows. On PostgreSQL what waits
// travels with it in one round trip, where a QueryRow takes two.
func (tx *Tx) Row(q string, args []any, dest ...any) error {
	if tx.sess.lite || len(tx.queue) == 0 {
		return tx.QueryRow(q, args...).Scan(dest...)
	}
	last, err := tx.checked(q, args)
	if err != nil {
		return fmt.Errorf("query: %w", err)
	}
	return tx.together(&last, dest)
}

// flush sends what waits. Statements after a failing one may have been executed; the act is undone anyway.
func (tx *Tx) flush() error {
	if tx.failed != nil || len(tx.queue) == 0 {
		return tx.failed
	}
	return tx.together(nil, nil)
}

// together sends what waits, and last, if there is one, for its one row.
func (tx *Tx) together(last *statement, dest []any) error {
	if tx.failed != nil {
		return tx.failed
	}
	list := tx.queue
	tx.queue = nil
	err := tx.usable()
	if err == nil {
		err = tx.sess.conn.Raw(func(c any) error {
			pg, ok := c.(*stdlib.Conn)
			if !ok {
				return fmt.Errorf("send statements: the connection is a %T", c)
			}
			return tx.send(pg.Conn(), list, last, dest)
		})
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		tx.failed = err
	}
	return err
}

func (tx *Tx) send(conn *pgx.Conn, list []statement, last *statement, dest []any) error {
	var batch pgx.Batch
	for _, st := range list {
		batch.Queue(st.text, st.args...)
	}
	if last != nil {
		batch.Queue(last.text, last.args...)
	}
	results := conn.SendBatch(tx.ctx, &batch)
	for _, st := range list {
		tag, err := results.Exec()
		if err := st.settle(tag.RowsAffected(), err); err != nil {
			_ = results.Close() // says the same again, or nothing
			return err
		}
	}
	if last != nil {
		if err := results.QueryRow().Scan(dest...); err != nil { // pgx's "no rows" is the standard library's too
			_ = results.Close()
			return translate(err)
		}
	}
	if err := results.Close(); err != nil {
		return fmt.Errorf("send statements: %w", translate(err))
	}
	return nil
}

package store

import (
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
	if err := tx.known(q); err != nil {
		return statement{}, err
	}
	tx.forget(q)
	plain, err := arguments(args)
	return statement{text: q, args: plain}, err
}

// known holds a text that database/sql does not prepare to the rules, once.
func (tx *Tx) known(q string) error {
	if tx.sess.later[q] {
		return nil
	}
	if err := checkQuery(q); err != nil {
		return err
	}
	if len(tx.sess.later) < maxStatements {
		tx.sess.later[q] = true
	}
	return nil
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
		n, err := tx.exec(st.text, st.args)
		if err := st.settle(n, err); err != nil {
			tx.failed = err
			return err
		}
	}
	return nil
}

// flush sends what waits. Statements after a failing one may have been executed; the act is undone anyway.
func (tx *Tx) flush() error {
	if tx.failed != nil || len(tx.queue) == 0 && len(tx.lead) == 0 {
		return tx.failed
	}
	return tx.together(nil, nil)
}

// together sends in one round trip the act's savepoint if it has none yet, what waits, and what more is queued, whose
// results are read by read.
func (tx *Tx) together(more func(*pgx.Batch), read func(pgx.BatchResults) error) error {
	if tx.failed != nil {
		return tx.failed
	}
	list := append(tx.lead, tx.queue...)
	tx.lead, tx.queue = nil, nil
	err := tx.usable()
	if err == nil {
		err = tx.sess.conn.Raw(func(c any) error {
			pg, ok := c.(*stdlib.Conn)
			if !ok {
				return fmt.Errorf("send statements: the connection is a %T", c)
			}
			return tx.send(pg.Conn(), list, more, read)
		})
	}
	if err != nil {
		tx.failed = err
	}
	return err
}

func (tx *Tx) send(conn *pgx.Conn, list []statement, more func(*pgx.Batch), read func(pgx.BatchResults) error) error {
	var batch pgx.Batch
	for _, st := range list {
		batch.Queue(st.text, st.args...)
	}
	if more != nil {
		more(&batch)
	}
	results := conn.SendBatch(tx.ctx, &batch)
	for _, st := range list {
		tag, err := results.Exec()
		if err := st.settle(tag.RowsAffected(), err); err != nil {
			_ = results.Close() // says the same again, or nothing
			return err
		}
	}
	if read != nil {
		if err := read(results); err != nil {
			_ = results.Close() // as above
			return err
		}
	}
	if err := results.Close(); err != nil {
		return fmt.Errorf("send statements: %w", translate(err))
	}
	return nil
}

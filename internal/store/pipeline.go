package store

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// each executes statements in order and stops at the first that fails or does not change exactly one row.
// On PostgreSQL they travel together; there those after the failing one may have been executed too, which is
// one reason why a failed put always undoes its act.
func (tx *Tx) each(list []statement) error {
	if tx.sess.lite || len(list) == 1 {
		for _, st := range list {
			n, err := tx.Exec(st.text, st.args...)
			if err := st.settle(n, err); err != nil {
				return err
			}
		}
		return nil
	}
	if err := tx.usable(); err != nil {
		return err
	}
	return tx.sess.conn.Raw(func(c any) error {
		pg, ok := c.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("send a put: the connection is a %T", c)
		}
		var batch pgx.Batch
		for _, st := range list {
			batch.Queue(st.text, st.args...)
		}
		results := pg.Conn().SendBatch(tx.ctx, &batch)
		for _, st := range list {
			tag, err := results.Exec()
			if err := st.settle(tag.RowsAffected(), err); err != nil {
				return errors.Join(err, ignore(results.Close()))
			}
		}
		if err := results.Close(); err != nil {
			return fmt.Errorf("send a put: %w", translate(err))
		}
		return nil
	})
}

// ignore drops an error that only repeats the one before it.
func ignore(error) error { return nil }

package ledger

import (
	"bytes"
	"context"
	"crypto/hmac"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"jiyao/internal/ledger/leaf"
	"jiyao/internal/store"
)

// headText is what the mark of a head covers.
func headText(size uint64, root []byte) []byte {
	return append([]byte("jiyao/head/1 "+strconv.FormatUint(size, 10)+" "), root...)
}

// owned fails with ErrBroken unless a head that is not in memory is this office's: it bears the mark of the checkpoint key,
// or its checkpoint is signed by it, as by a program of before there were marks, which leaves a mark that was there as it was.
// Without this, whoever alters the last entries of an office that stands still would have them signed when it goes on.
func (l *Log) owned(tx *store.Tx, row headRow) error {
	if row.size == 0 || row.mark != nil && hmac.Equal(row.mark, l.opts.Signer.Mark(headText(row.size, row.root))) {
		return nil
	}
	var text string
	err := tx.QueryRow("SELECT note FROM ledger_checkpoint WHERE size = $1", int64(row.size)).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%w: the head bears neither this office's mark nor a checkpoint", ErrBroken)
	}
	if err != nil {
		return fmt.Errorf("read the head's checkpoint: %w", err)
	}
	c, err := leaf.ParseCheckpoint([]byte(text), l.opts.Signer.Verifier())
	if err != nil || c.Size != row.size || !bytes.Equal(c.Root, row.root) {
		return fmt.Errorf("%w: the head bears neither this office's mark nor its signature", ErrBroken)
	}
	return nil
}

// Resume takes the head into memory at start, before the first act, and has it signed where the program died before it could.
// ErrBroken when that head is not this office's; nothing is signed then.
func (l *Log) Resume(ctx context.Context) error {
	err := l.db.Read(ctx, func(tx *store.Tx) error {
		row, err := readHead(tx, false)
		if err != nil || row.size == 0 {
			return err
		}
		var newest sql.NullInt64
		if err := tx.QueryRow("SELECT MAX(size) FROM ledger_checkpoint").Scan(&newest); err != nil {
			return fmt.Errorf("read the newest checkpoint: %w", err)
		}
		head, err := l.resumed(tx, row, state{})
		if err != nil {
			return err
		}
		l.mu.Lock()
		l.head = head
		l.mu.Unlock()
		if uint64(newest.Int64) != head.size || l.opts.CheckpointDir != "" { // the folder may be new, or behind the table
			l.keeper.told(head.size)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("take the ledger up again: %w", err)
	}
	return nil
}

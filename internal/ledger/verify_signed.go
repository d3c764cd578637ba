package ledger

import (
	"bytes"
	"context"
	"crypto/hmac"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"jiyao/internal/store"
)

// longTail is how long a program can have been without signing: the keeper signs ten times a second, and may wait for a slow
// disk. A longer one lost its checkpoints in another way.
const longTail = time.Minute

func (l *logFold) loadTail(tx *store.Tx) error {
	var first int64
	err := tx.QueryRow("SELECT recorded_at FROM ledger_entry WHERE seq = $1", int64(l.newest)+1).Scan(&first)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read the entry after the newest checkpoint: %w", err)
	}
	l.tail = time.Duration(l.head.recordedAt-first) * time.Millisecond
	return nil
}

// signedSince compares a checkpoint that was kept, since the first reading, for the entries read then.
func (l *logFold) signedSince(size uint64) error {
	text, ok := l.notes[size]
	if !ok || size == 0 || l.good >= size || l.broken {
		return nil
	}
	valid := map[uint64][]byte{}
	l.v.checkNote(valid, size, text)
	return l.compareMark(size, mark{size: size}, valid)
}

// compareSigned asks what speaks for the head: its checkpoint, the one held outside, or for a short while its mark.
func (l *logFold) compareSigned(root []byte) {
	v, size := l.v, l.head.size
	if size == 0 {
		return
	}
	marked := v.opts.Mark != nil && l.head.mark != nil
	owned := marked && hmac.Equal(l.head.mark, v.opts.Mark(headText(l.size, root)))
	_, noted := l.notes[size] // one that does not hold is a finding already
	held := noted && l.good == size || v.against != nil && v.against.Size == size && bytes.Equal(v.against.Root, root)
	stale := Finding{Kind: HeadAltered, Table: "ledger_head", Column: "mark"}
	switch {
	case !marked || owned:
	case held:
		v.notices.add(stale) // it says no more than the signature; an earlier program leaves it as it was
	default:
		v.found.add(stale)
	}
	switch {
	case noted, held:
	case owned && l.newest < size && l.tail <= longTail:
		v.notices.add(Finding{Kind: Unsigned, Table: "ledger_head", From: l.newest + 1, Seq: size})
	default:
		l.open = true
	}
}

// look is how often a later signature is looked for.
const look = 50 * time.Millisecond

// awaitSignature looks whether a head that nothing spoke for has been signed since: an office at work signs a moment after
// each commit, and by then the next acts have moved its head on. A checkpoint of more entries speaks for the head if the
// entries since then lead from the one to the other.
func (v *verification) awaitSignature(ctx context.Context) error {
	if !v.log.open {
		return nil
	}
	for waited := time.Duration(0); ; waited += look {
		var signed bool
		err := v.db.Read(ctx, func(tx *store.Tx) (err error) {
			signed, err = v.log.signedLater(tx)
			return err
		})
		if err != nil || signed {
			return err
		}
		if waited >= v.opts.Wait {
			v.found.add(Finding{Kind: CheckpointMissing, Table: "ledger_checkpoint", Seq: v.log.head.size})
			return nil
		}
		select {
		case <-time.After(look):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (l *logFold) signedLater(tx *store.Tx) (bool, error) {
	var newest int64
	var text string
	err := tx.QueryRow("SELECT size, note FROM ledger_checkpoint WHERE size >= $1 ORDER BY size DESC LIMIT 1", int64(l.size)).Scan(&newest, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read the newest checkpoint: %w", err)
	}
	size := uint64(newest)
	if l.size != l.head.size || size <= l.newest {
		return false, nil // what stood there before was compared
	}
	var last sql.NullInt64
	if err := tx.QueryRow("SELECT MAX(seq) FROM ledger_entry").Scan(&last); err != nil {
		return false, fmt.Errorf("read the numbers: %w", err)
	}
	if last.Int64 < newest {
		return false, nil
	}
	l.notes[size], l.newest = text, size
	for from := l.size; ; {
		to := min(from/chunkSize*chunkSize+chunkSize, size)
		part, err := l.v.logChunk(tx, from, to)
		if err != nil {
			return false, err
		}
		for _, m := range part.log.marks {
			if err := l.compareMark(from, m, part.log.valid); err != nil {
				return false, err
			}
		}
		if err := l.tree.AppendRange(part.log.tree, nil); err != nil {
			return false, fmt.Errorf("join the chunks: %w", err)
		}
		if from = to; from == size {
			break
		}
	}
	l.size, l.v.report.Checkpoints = size, l.checked
	return l.good == size, nil
}

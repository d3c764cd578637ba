package ledger

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/store"
)

// retry is how long it rests after the table could not be written.
const retry = 5 * time.Second

// pause is how long the keeper rests after each signature, so that an office at full speed signs ten heads a second and
// not one for each batch.
const pause = 100 * time.Millisecond

// keeper signs the head once its batch has committed, and keeps the checkpoint: in ledger_checkpoint, and in a folder outside
// the data folder, where the file "checkpoint" holds the newest and "checkpoint-2026-10-09" the last of each day. It works
// beside the writer, so that neither signature nor a slow share holds an act; under load it skips to the newest head. It is
// best effort: a failure is logged and shown, and the next head tries anew, the table also without one. Until a head is signed
// its mark speaks for it.
type keeper struct {
	log     *Log
	dir     string        // "" for no folder
	wake    chan struct{} // something is to be kept
	hurry   chan struct{} // somebody waits: no pause
	closing chan struct{}
	ended   chan struct{}

	mu       sync.Mutex
	due      uint64        // size of the newest head told; guarded by mu
	tried    uint64        // up to which head everything was tried; likewise
	again    chan struct{} // closed after each try; likewise
	closed   bool          // likewise
	tableErr error         // of the last try; likewise
	fileErr  error         // likewise
}

func openKeeper(l *Log, dir string) (*keeper, error) {
	if dir != "" {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return nil, fmt.Errorf("make the checkpoint folder: %w", err)
		}
	}
	k := &keeper{log: l, dir: dir, wake: make(chan struct{}, 1), hurry: make(chan struct{}, 1),
		closing: make(chan struct{}), ended: make(chan struct{}), again: make(chan struct{})}
	go k.run()
	return k, nil
}

// told hears of a committed head.
func (k *keeper) told(size uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.due = max(k.due, size)
	if !k.closed {
		nudge(k.wake)
	}
}

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (k *keeper) run() {
	defer close(k.ended)
	for range k.wake {
		after := pause
		if k.keep() {
			after = retry
			k.told(0)
		}
		rest := time.NewTimer(after)
		select {
		case <-rest.C:
		case <-k.hurry:
		case <-k.closing:
		}
		rest.Stop()
	}
}

// keep signs the newest head, puts its checkpoint everywhere and says whether it should be tried again.
func (k *keeper) keep() (retry bool) {
	head, err := k.log.signed()
	var table, file error
	if err == nil && head.size > 0 {
		table, file = k.log.keep(head), k.write(head)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	table = errors.Join(err, table)
	if fresh(k.tableErr, table) {
		slog.Error("keep the checkpoint", "error", table)
	}
	if fresh(k.fileErr, file) {
		slog.Error("write the checkpoint file", "error", file)
	}
	k.tableErr, k.fileErr = table, file
	k.tried = max(k.tried, head.size)
	close(k.again)
	k.again = make(chan struct{})
	return table != nil && !errors.Is(table, ErrBroken)
}

// fresh reports a failure that is another than the one before: each is logged once, however often it comes.
func fresh(before, now error) bool {
	return now != nil && (before == nil || before.Error() != now.Error())
}

// settle waits until what is due has been tried.
func (k *keeper) settle(ctx context.Context) error {
	k.mu.Lock()
	due := k.due
	for k.tried < due && !k.closed {
		again := k.again
		k.mu.Unlock()
		nudge(k.hurry)
		select {
		case <-again:
		case <-ctx.Done():
			return ctx.Err()
		}
		k.mu.Lock()
	}
	defer k.mu.Unlock()
	return errors.Join(k.tableErr, k.fileErr)
}

func (k *keeper) folderError() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.fileErr
}

func (k *keeper) close() error {
	k.mu.Lock()
	if !k.closed {
		k.closed = true
		close(k.closing)
		close(k.wake)
	}
	k.mu.Unlock()
	<-k.ended
	k.mu.Lock()
	defer k.mu.Unlock()
	return errors.Join(k.tableErr, k.fileErr)
}

// keep puts a signed head into its table, in a batch of its own or with whatever acts come along. Of one block the last
// stays: another node may have been further.
func (l *Log) keep(s state) error {
	if l.db == nil {
		return nil
	}
	first := int64((s.size - 1) / blockSize * blockSize)
	err := l.db.Write(context.Background(), "ledger.checkpoint", func(tx *store.Tx) error {
		_, err := tx.Exec("DELETE FROM ledger_checkpoint WHERE size > $1 AND size < $2", first, int64(s.size))
		if err != nil {
			return err
		}
		_, err = tx.Exec("INSERT INTO ledger_checkpoint (size, note, recorded_at) SELECT $1, $2, $3 "+
			"WHERE NOT EXISTS (SELECT 1 FROM ledger_checkpoint WHERE size >= $4 AND size <= $5)",
			int64(s.size), string(s.note), s.recordedAt, int64(s.size), first+blockSize)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the checkpoint: %w", err)
	}
	return nil
}

func (k *keeper) write(s state) error {
	if k.dir == "" {
		return nil
	}
	day := time.UnixMilli(s.recordedAt).In(calendar.Zone).Format("2006-01-02")
	return errors.Join(k.file("checkpoint", s.note), k.file("checkpoint-"+day, s.note))
}

// file replaces a file in one step: if we die before the rename, the older file is whole.
func (k *keeper) file(name string, text []byte) error {
	f, err := os.CreateTemp(k.dir, ".checkpoint-*")
	if err != nil {
		return fmt.Errorf("write the checkpoint file: %w", err)
	}
	defer os.Remove(f.Name()) //nolint:errcheck // gone after the rename; else best effort
	_, err = f.Write(text)
	if err = errors.Join(err, f.Chmod(0o640), f.Close()); err != nil {
		return fmt.Errorf("write the checkpoint file: %w", err)
	}
	if err := os.Rename(f.Name(), filepath.Join(k.dir, name)); err != nil {
		return fmt.Errorf("write the checkpoint file: %w", err)
	}
	return nil
}

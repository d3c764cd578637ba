package ledger

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"jiyao/internal/calendar"
)

// sink writes the newest checkpoint to a folder outside the data folder: the file "checkpoint" and one file for
// each day, "checkpoint-2026-10-09". It works beside the writer, so that a slow share never holds an act; under
// load it skips to the newest. It is best effort: a failure is logged and shown, and the next checkpoint tries anew.
type sink struct {
	dir  string
	wake chan struct{}
	done chan struct{}

	mu      sync.Mutex
	note    []byte // the newest not yet written; guarded by mu
	at      int64
	closed  bool
	lastErr error
}

func openSink(dir string) (*sink, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("make the checkpoint folder: %w", err)
	}
	s := &sink{dir: dir, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go s.run()
	return s, nil
}

func (s *sink) put(note []byte, at int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.note, s.at = note, at
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *sink) run() {
	defer close(s.done)
	for range s.wake {
		s.mu.Lock()
		text, at := s.note, s.at
		s.note = nil
		s.mu.Unlock()
		if text == nil {
			continue
		}
		day := time.UnixMilli(at).In(calendar.Zone).Format("2006-01-02")
		err := errors.Join(s.write("checkpoint", text), s.write("checkpoint-"+day, text))
		s.mu.Lock()
		if err != nil && (s.lastErr == nil || s.lastErr.Error() != err.Error()) {
			slog.Error("write the checkpoint file", "error", err)
		}
		s.lastErr = err
		s.mu.Unlock()
	}
}

// write replaces a file in one step: if we die before the rename, the older file is whole.
func (s *sink) write(name string, text []byte) error {
	f, err := os.CreateTemp(s.dir, ".checkpoint-*")
	if err != nil {
		return fmt.Errorf("write the checkpoint file: %w", err)
	}
	defer os.Remove(f.Name()) //nolint:errcheck // gone after the rename; else best effort
	_, err = f.Write(text)
	if err = errors.Join(err, f.Chmod(0o640), f.Close()); err != nil {
		return fmt.Errorf("write the checkpoint file: %w", err)
	}
	if err := os.Rename(f.Name(), filepath.Join(s.dir, name)); err != nil {
		return fmt.Errorf("write the checkpoint file: %w", err)
	}
	return nil
}

func (s *sink) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lastErr
}

func (s *sink) close() error {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.wake)
	}
	s.mu.Unlock()
	<-s.done
	return s.failed()
}

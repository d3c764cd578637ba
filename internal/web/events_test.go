package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jiyao/internal/refuse"
)

// wire is a reader's end of a stream.
type wire struct {
	mu   sync.Mutex
	head http.Header
	text strings.Builder
	code int
}

func (w *wire) Header() http.Header { return w.head }
func (w *wire) WriteHeader(c int)   { w.code = c }
func (w *wire) Flush()              {}
func (w *wire) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(b)
}

func (w *wire) got() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

func alive(context.Context) error { return nil }

var boards = []string{"telegrams", "circulation"}

func listen(ctx context.Context, e *Events, session, query string, check func(context.Context) error) (*wire, chan error) {
	w := &wire{head: http.Header{}}
	done := make(chan error, 1)
	r := httptest.NewRequest(http.MethodGet, "/events?"+query, nil).WithContext(ctx)
	go func() { done <- e.Serve(w, r, session, boards, nil, check) }()
	return w, done
}

func TestAReaderIsWokenOnlyByWhatHeMayKnow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := NewEvents()
		broken := errors.New("cannot find out")
		sees := func(_ context.Context, matters []string) (bool, error) {
			if slices.Contains(matters, "unknown") {
				return false, broken
			}
			return slices.Contains(matters, "his"), nil
		}
		w, done := &wire{head: http.Header{}}, make(chan error, 1)
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		r := httptest.NewRequest(http.MethodGet, "/events?topic=circulation", nil).WithContext(ctx)
		go func() { done <- e.Serve(w, r, "s", boards, sees, alive) }()
		synctest.Wait()
		for _, matter := range []string{"hidden", "", "his"} {
			e.Publish("circulation", matter)
			synctest.Wait()
		}
		if got := w.got(); got != ": open\n\ndata: circulation\n\n" {
			t.Errorf("got %q", got)
		}
		for i := range 10 * maxMatters { // bounded, whatever happens between two looks
			e.Publish("circulation", fmt.Sprint("hidden", i))
		}
		synctest.Wait()
		e.Publish("circulation", "unknown")
		if err := <-done; err != nil { // not being able to find out ends the stream
			t.Error(err)
		}
		if got := w.got(); strings.Count(got, "data:") != 1 {
			t.Errorf("got %q", got)
		}
	})
}

func TestStreamsCarryTheirTopics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := NewEvents()
		ctx, leave := context.WithCancel(t.Context())
		both, bothDone := listen(ctx, e, "s", "topic=telegrams&topic=circulation", alive)
		one, oneDone := listen(ctx, e, "s", "topic=circulation", alive)
		synctest.Wait()
		e.Publish("telegrams", "")
		e.Publish("other", "")
		synctest.Wait()
		if got := both.got(); got != ": open\n\ndata: telegrams\n\n" {
			t.Errorf("both got %q", got)
		}
		if got := one.got(); got != ": open\n\n" {
			t.Errorf("one got %q", got)
		}
		time.Sleep(heartbeat + time.Second)
		synctest.Wait()
		if got := one.got(); got != ": open\n\n: beat\n\n" {
			t.Errorf("after a heartbeat: %q", got)
		}
		leave()
		for _, d := range []chan error{bothDone, oneDone} {
			if err := <-d; err != nil {
				t.Error(err)
			}
		}
		if len(e.streams) != 0 || len(e.of) != 0 {
			t.Errorf("left behind: %d streams, %v", len(e.streams), e.of)
		}
	})
}

// TestASlowReaderCostsNothing publishes a thousand times to a stream that nobody reads from.
func TestASlowReaderCostsNothing(t *testing.T) {
	e := NewEvents()
	s, err := e.join("s", boards)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 1000 {
		e.Publish(boards[i%2], "")
	}
	if len(s.pending) != 2 || len(s.wake) != 1 {
		t.Errorf("%d marks, %d wakes", len(s.pending), len(s.wake))
	}
	if got := e.take(s); len(got) != 2 || got[0].topic != boards[0] || got[1].topic != boards[1] || len(e.take(s)) != 0 {
		t.Errorf("took %v", got)
	}
}

func TestStreamsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := NewEvents()
		asked := 0
		_, ended := listen(t.Context(), e, "signed out", "topic=telegrams", func(context.Context) error {
			if asked++; asked == 2 {
				return refuse.ErrUnauthenticated
			}
			return nil
		})
		begin := time.Now()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if d := time.Since(begin); d != 2*heartbeat {
			t.Errorf("a dead session was streamed to for %s", d)
		}
		_, old := listen(t.Context(), e, "old", "topic=telegrams", alive)
		if err := <-old; err != nil {
			t.Error(err)
		}
		if d := time.Since(begin) - 2*heartbeat; d != streamLife {
			t.Errorf("a stream lived %s", d)
		}
		if len(e.streams) != 0 {
			t.Error("streams left behind")
		}
	})
}

func TestStreamsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := NewEvents()
		ctx, leave := context.WithCancel(t.Context())
		first, gone := listen(ctx, e, "s", "topic=telegrams", alive)
		synctest.Wait()
		var done []chan error
		for range maxPerSession {
			_, d := listen(ctx, e, "s", "topic=telegrams", alive)
			done = append(done, d)
			synctest.Wait()
		}
		if err := <-gone; err != nil || !strings.HasSuffix(first.got(), "event: crowded\ndata: crowded\n\n") {
			t.Errorf("the oldest of a session with one too many was told %q, %v", first.got(), err)
		}
		_, other := listen(ctx, e, "other", "topic=telegrams", alive)
		done = append(done, other)
		synctest.Wait()
		if len(e.streams) != maxPerSession+1 || len(e.of["s"]) != maxPerSession {
			t.Errorf("%d streams, %d of the session: another session must have its own", len(e.streams), len(e.of["s"]))
		}
		for i := len(e.streams); i < maxStreams; i++ {
			_, d := listen(ctx, e, fmt.Sprint(i), "topic=telegrams", alive)
			done = append(done, d)
		}
		synctest.Wait()
		if _, d := listen(ctx, e, "late", "topic=telegrams", alive); !errors.Is(<-d, refuse.ErrTooMany) {
			t.Error("a stream beyond the bound of all was opened")
		}
		leave()
		for _, d := range done {
			if err := <-d; err != nil {
				t.Error(err)
			}
		}
		if len(e.streams) != 0 || len(e.of) != 0 {
			t.Error("streams left behind")
		}
	})
}

func TestTopicsAreFixedWords(t *testing.T) {
	e := NewEvents()
	for query, want := range map[string]string{
		"": "invalid", "topic=": "not found", "topic=ledger": "not found", "topic=telegrams&topic=ledger": "not found",
		"topic=telegrams%0adata": "not found", "topic=%00": "invalid", strings.Repeat("topic=a&", 500): "invalid",
	} {
		w, done := listen(t.Context(), e, "s", query, alive)
		err := <-done
		var inv *refuse.Invalid
		got := fmt.Sprint(err)
		switch {
		case errors.As(err, &inv):
			got = "invalid"
		case errors.Is(err, refuse.ErrNotFound):
			got = "not found"
		}
		if got != want || w.code != 0 {
			t.Errorf("%.40q: %s, want %s; status %d", query, got, want, w.code)
		}
	}
}

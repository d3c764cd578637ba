package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"jiyao/internal/refuse"
)

// The bounds of the event streams.
const (
	maxTopics       = 16
	heartbeat       = 20 * time.Second
	streamLife      = 15 * time.Minute // then the browser connects again and its session is looked at anew
	maxPerSession   = 4
	maxStreams      = 2000
	writeAllowance  = 10 * time.Second
	maxTopicName    = 40
	maxMatters      = 64 // of one mark; what comes beyond them before it is sent wakes nobody by itself
	topicCharacters = "abcdefghijklmnopqrstuvwxyz0123456789_."
)

// Events tells open pages that a topic has changed. A topic is a fixed word (telegrams, circulation), never an id or
// a title. That something happened is knowledge too: a mark is sent only to a reader who may know of one of the
// matters it is about.
//
// Publish never waits: each stream keeps one mark for each topic it listens to, with a bounded list of matters, so
// that a slow reader costs a bounded amount and misses nothing but repetitions.
type Events struct {
	mu      sync.Mutex
	streams map[*stream]bool     // under mu
	of      map[string][]*stream // of each session, the oldest first; under mu
}

type stream struct {
	session string
	topics  []string
	wake    chan struct{}       // capacity 1
	crowded chan struct{}       // closed when a newer stream of its session has taken its place
	pending map[string][]string // the matters of each marked topic, under Events.mu
}

// Sees reports whether a reader may know of one of these matters; nil is a reader who may know of all. What is about
// no matter in particular has the empty one.
type Sees func(ctx context.Context, matters []string) (bool, error)

// NewEvents makes a hub without streams.
func NewEvents() *Events {
	return &Events{streams: map[*stream]bool{}, of: map[string][]*stream{}}
}

// Publish marks a topic as changed for everyone who listens to it and may know of the matter. Call it after the commit.
func (e *Events) Publish(topic, matter string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for s := range e.streams {
		if !slices.Contains(s.topics, topic) {
			continue
		}
		if list := s.pending[topic]; len(list) < maxMatters && !slices.Contains(list, matter) {
			s.pending[topic] = append(list, matter)
		}
		select {
		case s.wake <- struct{}{}:
		default: // already woken
		}
	}
}

// Serve answers GET /events?topic=a&topic=b until the reader leaves, the stream has lived its quarter of an
// hour, or check fails. session counts the streams of one session: beyond 4 the oldest is told "crowded" and ends, since
// it may be of a page that was left a moment ago; beyond 2000 of all it is refuse.ErrTooMany. allowed are the topics this reader may listen to, others are refuse.ErrNotFound; sees filters what he is told; check is asked
// at every heartbeat whether the session still stands.
func (e *Events) Serve(w http.ResponseWriter, r *http.Request, session string, allowed []string, sees Sees, check func(context.Context) error) error {
	topics, err := topicsOf(r, allowed)
	if err != nil {
		return err
	}
	s, err := e.join(session, topics)
	if err != nil {
		return err
	}
	defer e.leave(s)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no")
	ctx, cancel := context.WithTimeout(r.Context(), streamLife)
	defer cancel()
	w.WriteHeader(http.StatusOK)
	// From here on the answer has begun: a failure only ends the stream, and the browser connects again.
	_ = e.pump(ctx, s, sees, check, sender(w))
	return nil
}

func topicsOf(r *http.Request, allowed []string) ([]string, error) {
	q, err := Query(r)
	if err != nil {
		return nil, err
	}
	topics := slices.Compact(slices.Sorted(slices.Values(q["topic"])))
	if len(topics) == 0 || len(topics) > maxTopics {
		return nil, refuse.Field("topic", "bad_format")
	}
	for _, t := range topics {
		if !slices.Contains(allowed, t) || !validTopic(t) {
			return nil, refuse.ErrNotFound
		}
	}
	return topics, nil
}

func validTopic(t string) bool {
	if t == "" || len(t) > maxTopicName {
		return false
	}
	for i := range len(t) {
		if !slices.Contains([]byte(topicCharacters), t[i]) {
			return false
		}
	}
	return true
}

func (e *Events) join(session string, topics []string) (*stream, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if mine := e.of[session]; len(mine) >= maxPerSession {
		close(mine[0].crowded)
		e.drop(mine[0])
	}
	if len(e.streams) >= maxStreams {
		return nil, fmt.Errorf("open an event stream: %w", refuse.ErrTooMany)
	}
	s := &stream{session: session, topics: topics, wake: make(chan struct{}, 1), crowded: make(chan struct{}), pending: map[string][]string{}}
	e.streams[s] = true
	e.of[session] = append(e.of[session], s)
	return s, nil
}

func (e *Events) leave(s *stream) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.drop(s)
}

// drop forgets a stream, under mu; one that is forgotten already changes nothing.
func (e *Events) drop(s *stream) {
	delete(e.streams, s)
	e.of[s.session] = slices.DeleteFunc(e.of[s.session], func(o *stream) bool { return o == s })
	if len(e.of[s.session]) == 0 {
		delete(e.of, s.session)
	}
}

// mark is one topic that has changed, with what it was about.
type mark struct {
	topic   string
	matters []string
}

// take empties the marks of a stream, in a fixed order.
func (e *Events) take(s *stream) []mark {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := make([]mark, 0, len(s.pending))
	for _, t := range s.topics {
		if list := s.pending[t]; len(list) > 0 {
			out = append(out, mark{t, list})
			delete(s.pending, t)
		}
	}
	return out
}

// sender writes one piece of the stream and flushes it. A reader who does not take it in time is dropped: the
// timer puts the connection's deadline into the past, which needs no clock.
func sender(w http.ResponseWriter) func(string) error {
	rc := http.NewResponseController(w)
	_ = rc.SetWriteDeadline(time.Time{}) // the server's limit is for pages; not every writer has one
	return func(text string) error {
		stuck := time.AfterFunc(writeAllowance, func() { _ = rc.SetWriteDeadline(time.Unix(1, 0)) })
		defer stuck.Stop()
		if _, err := w.Write([]byte(text)); err != nil {
			return fmt.Errorf("write the event: %w", err)
		}
		if err := rc.Flush(); err != nil {
			return fmt.Errorf("flush the event: %w", err)
		}
		return nil
	}
}

func (e *Events) pump(ctx context.Context, s *stream, sees Sees, check func(context.Context) error, send func(string) error) error {
	if err := send(": open\n\n"); err != nil {
		return err
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.crowded:
			return send("event: crowded\ndata: crowded\n\n")
		case <-s.wake:
			for _, m := range e.take(s) {
				if err := tell(ctx, m, sees, send); err != nil {
					return err
				}
			}
		case <-beat.C:
			if err := check(ctx); err != nil {
				return fmt.Errorf("check the session: %w", err)
			}
			if err := send(": beat\n\n"); err != nil {
				return err
			}
		}
	}
}

// tell sends a mark to a reader who may know of what it is about. Not being able to find out ends the stream.
func tell(ctx context.Context, m mark, sees Sees, send func(string) error) error {
	if sees != nil {
		if may, err := sees(ctx, m.matters); err != nil || !may {
			return err
		}
	}
	return send("data: " + m.topic + "\n\n")
}

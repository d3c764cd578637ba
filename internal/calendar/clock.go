package calendar

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// Clock tells the present instant, in Zone and to the millisecond.
type Clock interface {
	Now() time.Time
}

// System is the machine's clock.
func System() Clock { return systemClock{} }

type systemClock struct{}

// Truncating also drops the monotonic reading, which would not survive being stored.
func (systemClock) Now() time.Time { return time.Now().Truncate(time.Millisecond).In(Zone) }

// ErrBackwards is wrapped by the error of a Set that was asked to go back.
var ErrBackwards = errors.New("a clock only goes forward")

// Set is a clock that stands until it is moved, for proofs, the demo and tests. Several goroutines may use it.
type Set struct {
	mu  sync.Mutex
	now time.Time // under mu
}

// NewSet makes a clock that stands at t, cut to the millisecond.
func NewSet(t time.Time) *Set { return &Set{now: t.Truncate(time.Millisecond).In(Zone)} }

// Now is the instant at which the clock stands.
func (s *Set) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// Advance moves the clock on by d, or fails with ErrBackwards where d is negative.
func (s *Set) Advance(d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.move(s.now.Add(d))
}

// To moves the clock on to t, or fails with ErrBackwards where t has passed. Moving to the present is allowed.
func (s *Set) To(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.move(t)
}

func (s *Set) move(t time.Time) error {
	t = t.Truncate(time.Millisecond).In(Zone)
	if t.Before(s.now) {
		return fmt.Errorf("move the clock from %s to %s: %w",
			s.now.Format(time.DateTime), t.Format(time.DateTime), ErrBackwards)
	}
	s.now = t
	return nil
}

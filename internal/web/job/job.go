// Package job runs what takes longer than somebody waits for a page: in the background, for one person, and says how far it
// has come. What it made is kept in memory only, until its time is over or newer work needs the room.
//
// It decides nothing and records nothing: whether something may be done is asked by the work itself, of the desk.
package job

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// Bounds. One piece of work of a kind is kept for a person; a new one takes its place.
const (
	atOnce = 2  // pieces of work that run at the same time; others wait
	most   = 16 // pieces that are kept for everybody; beyond it nobody begins another
	kept   = 30 * time.Minute
	longer = time.Hour // work that takes longer is given up
)

// Jobs is what runs and what is kept. Run and Now are set once: Run lets work run until the program ends; nil is a goroutine
// of its own.
type Jobs struct {
	Run func(func(context.Context))
	Now func() time.Time

	mu    sync.Mutex
	all   map[string]*Job
	slots chan struct{}
}

// Job is one piece of work.
type Job struct {
	ID    string
	Kind  string
	About string // what it is about, as its kind names it
	Owner term.PersonID
	begun time.Time

	mu         sync.Mutex
	step       string
	done, from int
	value      any
	err        error
	ended      time.Time
	over       chan struct{}
	stop       context.CancelFunc
}

// State is how far work has come.
type State struct {
	Step       string // what is being done, as the work names it; empty: it waits for its turn
	Done, From int    // From 0: nobody knows how much there is
	Over       bool
	Err        error
}

// Percent is the share that is done.
func (s State) Percent() int {
	switch {
	case s.Over:
		return 100
	case s.From <= 0:
		return 0
	}
	return min(99, 100*s.Done/s.From)
}

// Begin starts work for its owner, with the values of the request that asked for it. What it gives is kept; its error too.
func (j *Jobs) Begin(asked context.Context, owner term.PersonID, kind, about, id string, work func(context.Context, *Job) (any, error)) (*Job, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(asked), longer)
	one := &Job{ID: id, Kind: kind, About: about, Owner: owner, begun: j.Now(), over: make(chan struct{}), stop: cancel}
	if err := j.keep(one); err != nil {
		cancel()
		return nil, err
	}
	run := j.Run
	if run == nil {
		run = func(f func(context.Context)) { go f(context.Background()) }
	}
	run(func(ending context.Context) {
		defer cancel()
		defer context.AfterFunc(ending, cancel)()
		value, err := j.inTurn(ctx, func() (any, error) { return work(ctx, one) })
		one.end(value, err, j.Now())
	})
	return one, nil
}

// inTurn waits for a slot.
func (j *Jobs) inTurn(ctx context.Context, work func() (any, error)) (any, error) {
	select {
	case j.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-j.slots }()
	defer Lean()()
	return work()
}

// keep enters a job, in place of the owner's last of its kind, once what has had its time is gone.
func (j *Jobs) keep(one *Job) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.all == nil {
		j.all, j.slots = map[string]*Job{}, make(chan struct{}, atOnce)
	}
	now := j.Now()
	for id, other := range j.all {
		if other.past(now) || other.Owner == one.Owner && other.Kind == one.Kind {
			other.stop()
			delete(j.all, id)
		}
	}
	if len(j.all) >= most {
		return refuse.ErrUnavailable
	}
	j.all[one.ID] = one
	return nil
}

// Of finds a job of its owner; to anybody else it is absent.
func (j *Jobs) Of(owner term.PersonID, kind, id string) (*Job, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	one := j.all[id]
	if one == nil || owner == "" || one.Owner != owner || one.Kind != kind {
		return nil, false
	}
	if one.past(j.Now()) {
		delete(j.all, id)
		return nil, false
	}
	return one, true
}

// Under gives the jobs of an owner whose kind begins with a prefix, the last begun first.
func (j *Jobs) Under(owner term.PersonID, prefix string) []*Job {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []*Job
	now := j.Now()
	for _, one := range j.all {
		if owner != "" && one.Owner == owner && strings.HasPrefix(one.Kind, prefix) && !one.past(now) {
			out = append(out, one)
		}
	}
	slices.SortFunc(out, func(a, b *Job) int { return cmp.Or(b.begun.Compare(a.begun), cmp.Compare(a.ID, b.ID)) })
	return out
}

// Drop forgets a job and stops it where it runs.
func (j *Jobs) Drop(one *Job) {
	one.stop()
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.all, one.ID)
}

// At says how far the work has come.
func (j *Job) At(step string, done, from int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.step, j.done, j.from = step, done, from
}

// State gives how far it has come.
func (j *Job) State() State {
	j.mu.Lock()
	defer j.mu.Unlock()
	return State{Step: j.step, Done: j.done, From: j.from, Over: !j.ended.IsZero(), Err: j.err}
}

// Wait waits until the work is over, at most so long.
func (j *Job) Wait(ctx context.Context, long time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, long)
	defer cancel()
	select {
	case <-j.over:
	case <-ctx.Done():
	}
}

// Value is what the work gave; an error of its own, or refuse.ErrUnavailable while it is not over.
func (j *Job) Value() (any, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ended.IsZero() {
		return nil, refuse.ErrUnavailable
	}
	return j.value, j.err
}

func (j *Job) end(value any, err error, now time.Time) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		err = errors.Join(refuse.ErrUnavailable, err)
	}
	j.value, j.err, j.ended = value, err, now
	close(j.over)
}

func (j *Job) past(now time.Time) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return !j.ended.IsZero() && now.Sub(j.ended) > kept
}

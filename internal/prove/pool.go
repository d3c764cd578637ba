package prove

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// job is one proof or one mutant. It answers whether it held; an error ends the run.
type job struct {
	name string
	do   func(ctx context.Context) (held bool, err error)
}

// work runs jobs, a few at once, and stops at the first error.
func (r *run) work(ctx context.Context, jobs []job) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r.finished, r.total = 0, len(jobs)
	queue := make(chan job)
	var group sync.WaitGroup
	for range min(r.o.Parallel, len(jobs)) {
		group.Go(func() {
			for j := range queue {
				held, err := j.do(ctx)
				if err != nil {
					cancel(fmt.Errorf("prove %s: %w", j.name, err))
					continue
				}
				r.progress(j.name, held)
			}
		})
	}
	for _, j := range jobs {
		select {
		case queue <- j:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(queue)
	group.Wait()
	return context.Cause(ctx)
}

func (r *run) progress(name string, held bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.finished++
	if r.o.Progress != nil {
		r.o.Progress(Progress{Done: r.finished, Total: r.total, Name: name, Held: held})
	}
}

func (r *run) wanted(id term.Clause) bool {
	return len(r.o.Clauses) == 0 || slices.Contains(r.o.Clauses, id)
}

// proofs runs every proof under the law as it is.
func (r *run) proofs(ctx context.Context) error {
	var jobs []job
	for _, b := range r.books {
		for _, p := range b.proofs {
			if !r.wanted(p.Clause) {
				continue
			}
			jobs = append(jobs, job{p.id, func(ctx context.Context) (bool, error) {
				err := r.prove(ctx, b, p)
				var step *failed
				if err != nil && !errors.As(err, &step) {
					return false, err
				}
				r.mu.Lock()
				defer r.mu.Unlock()
				r.results[p] = err
				return err == nil, nil
			}})
		}
	}
	return r.work(ctx, jobs)
}

// mutations runs every mutant of a clause that has proofs against those of them that hold and speak of its letter.
func (r *run) mutations(ctx context.Context) error {
	if !r.o.Mutate {
		return nil
	}
	var jobs []job
	for _, b := range r.books {
		for _, m := range b.mutants {
			if !r.wanted(m.Clause) {
				continue
			}
			var against []*proof
			for _, p := range b.proofs {
				if held, ran := r.results[p]; ran && held == nil && p.Clause == m.Clause && p.shows(m.Letter) {
					against = append(against, p)
				}
			}
			if len(against) == 0 {
				r.mutants[m] = &survived{"no proof that holds"}
				continue
			}
			jobs = append(jobs, job{m.Name, func(ctx context.Context) (bool, error) {
				err := r.kill(ctx, b, m, against)
				var alive *survived
				if err != nil && !errors.As(err, &alive) {
					return false, err
				}
				r.mu.Lock()
				defer r.mu.Unlock()
				r.mutants[m] = err
				return err == nil, nil
			}})
		}
	}
	return r.work(ctx, jobs)
}

// kill runs proofs under a mutant until one fails. The error is a *survived where none does.
func (r *run) kill(ctx context.Context, b *bench, m *mutant, against []*proof) error {
	common, err := b.Book.law(&m.Mutant, nil, r.vocabulary)
	if err != nil {
		return &survived{"makes no law: " + err.Error()}
	}
	for _, p := range against {
		law := common
		if len(p.Set) > 0 {
			if law, err = b.Book.law(&m.Mutant, p.Set, r.vocabulary); err != nil {
				return &survived{"makes no law: " + err.Error()}
			}
		}
		err := r.replay(ctx, b, p, law)
		var step *failed
		switch {
		case err == nil:
		case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
			return err
		case errors.Is(err, refuse.ErrUnavailable): // what could not be asked or recorded shows nothing about the clause
			return &survived{"could not be tried: " + err.Error()}
		case errors.As(err, &step):
			return nil
		default:
			return err
		}
	}
	return &survived{"every proof holds without it"}
}

package ledger

import (
	"context"
	"sync"

	"jiyao/internal/store"
)

// chunkSize is how many entries one worker reads at a time. A power of two, so that a chunk is one subtree.
const chunkSize = 4096

// partBytes is about how much of a chunk is decoded before it is handed over: an entry may have a megabyte.
const partBytes = 4 << 20

// chunk is what a worker made of the entries from+1 to to.
type chunk struct {
	from, to uint64
	log      *logChunk
	rows     *rowChunk
}

// use takes what was made of a chunk, or of the next part of it.
type use = func(*chunk) error

// parallel reads the entries 1 to size in chunks on several readers and hands the results over in order. Entries
// never change, so the chunks need no common snapshot. At most three parts of a chunk for each worker are in memory.
func (v *verification) parallel(ctx context.Context, part string, size uint64,
	read func(ctx context.Context, from, to uint64, take use) error, take use) error {
	if size == 0 {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	n := (size + chunkSize - 1) / chunkSize
	type answer struct {
		c   *chunk
		err error
	}
	type task struct {
		from, to uint64
		out      chan answer
	}
	workers := int(min(uint64(v.opts.Workers), n))
	tasks := make(chan task)
	order := make(chan chan answer, 2*workers)
	var group sync.WaitGroup
	defer group.Wait()
	group.Go(func() {
		defer close(order)
		defer close(tasks)
		for i := range n {
			t := task{i * chunkSize, min((i+1)*chunkSize, size), make(chan answer, 1)}
			select {
			case order <- t.out:
			case <-ctx.Done():
				return
			}
			select {
			case tasks <- t:
			case <-ctx.Done():
				t.out <- answer{err: context.Cause(ctx)}
				close(t.out)
				return
			}
		}
	})
	for range workers {
		group.Go(func() {
			for t := range tasks {
				give := func(a answer) error {
					select {
					case t.out <- a:
						return nil
					case <-ctx.Done():
						return context.Cause(ctx)
					}
				}
				if err := read(ctx, t.from, t.to, func(c *chunk) error { return give(answer{c: c}) }); err != nil {
					_ = give(answer{err: err}) // nobody waits for it once the work was given up
				}
				close(t.out)
			}
		})
	}
	for out := range order {
		for a := range out {
			if a.err == nil {
				a.err = take(a.c)
			}
			if a.err != nil {
				cancel(a.err)
				return a.err
			}
			v.progress(part, a.c.to, size)
		}
	}
	return context.Cause(ctx)
}

func (v *verification) readLog(ctx context.Context, from, to uint64, take use) error {
	var c *chunk
	err := v.db.Read(ctx, func(tx *store.Tx) (err error) {
		c, err = v.logChunk(tx, from, to)
		return err
	})
	if err != nil {
		return err
	}
	return take(c)
}

func (v *verification) readRows(ctx context.Context, from, to uint64, take use) error {
	return v.db.Read(ctx, func(tx *store.Tx) error { return v.rowChunk(tx, from, to, take) })
}

package ledger

import (
	"context"
	"sync"

	"jiyao/internal/store"
)

// chunkSize is how many entries one worker reads at a time. A power of two, so that a chunk is one subtree.
const chunkSize = 4096

// chunk is what a worker made of the entries from+1 to to.
type chunk struct {
	from, to uint64
	log      *logChunk
	rows     *rowChunk
}

// parallel reads the entries 1 to size in chunks on several readers and hands the results over in order. Entries
// never change, so the chunks need no common snapshot. At most two chunks for each worker are in memory.
func (v *verification) parallel(ctx context.Context, part string, size uint64,
	read func(ctx context.Context, from, to uint64) (*chunk, error), use func(*chunk) error) error {
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
				return
			}
		}
	})
	for range workers {
		group.Go(func() {
			for t := range tasks {
				c, err := read(ctx, t.from, t.to)
				t.out <- answer{c, err}
			}
		})
	}
	for out := range order {
		a := <-out
		if a.err == nil {
			a.err = use(a.c)
		}
		if a.err != nil {
			cancel(a.err)
			return a.err
		}
		v.progress(part, a.c.to, size)
	}
	return context.Cause(ctx)
}

func (v *verification) readLog(ctx context.Context, from, to uint64) (c *chunk, err error) {
	err = v.db.Read(ctx, func(tx *store.Tx) error {
		c, err = v.logChunk(tx, from, to)
		return err
	})
	return c, err
}

func (v *verification) readRows(ctx context.Context, from, to uint64) (c *chunk, err error) {
	err = v.db.Read(ctx, func(tx *store.Tx) error {
		c, err = v.rowChunk(tx, from, to)
		return err
	})
	return c, err
}

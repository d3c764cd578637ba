package ledger

import (
	"hash"
	"sync"
)

// crew are the workers that compute digests while one goroutine reads the rows: the snapshot has one reader.
type crew[T any] struct {
	batch []T
	work  chan []T
	group sync.WaitGroup
}

const crewBatch = 256

// crewOf starts the workers; do is called by several at once, each with a hash of its own.
func crewOf[T any](v *verification, do func(hash.Hash, T)) *crew[T] {
	c := &crew[T]{work: make(chan []T, 2*v.opts.Workers)}
	for range v.opts.Workers {
		c.group.Go(func() {
			h := v.opts.Hash()
			for batch := range c.work {
				for _, item := range batch {
					do(h, item)
				}
			}
		})
	}
	return c
}

func (c *crew[T]) take(item T) {
	if c.batch = append(c.batch, item); len(c.batch) == crewBatch {
		c.work <- c.batch
		c.batch = make([]T, 0, crewBatch)
	}
}

// finish waits until everything taken is done.
func (c *crew[T]) finish() {
	c.work <- c.batch
	close(c.work)
	c.group.Wait()
}

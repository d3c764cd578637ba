package keyring

import (
	"bytes"
	"sync"

	"jiyao/internal/term"
)

const (
	cachedKeys    = 2048 // in each of two generations
	forgottenKept = 4096 // the latest shredded documents; older ones have no reader under way
)

// docCache keeps the document keys used last, in two generations: when the young one is full, the old one
// is zeroed and the young one grows old. A key that is used moves to the young one. Its own mutex makes it
// safe under the ring's read lock.
type docCache struct {
	limit int // of one generation

	mu         sync.Mutex
	young, old map[term.DocumentID]*cachedKey
	forgotten  map[term.DocumentID]bool
	shredded   []term.DocumentID // forgotten, in a circle
	next       int               // the place in shredded that is written next
}

type cachedKey struct {
	wrapped []byte
	key     DocKey
}

func newDocCache(limit int) *docCache {
	return &docCache{
		limit:     limit,
		young:     map[term.DocumentID]*cachedKey{},
		old:       map[term.DocumentID]*cachedKey{},
		forgotten: map[term.DocumentID]bool{},
	}
}

// get answers only for the very wrapped form that was opened before, and never after forget.
func (c *docCache) get(doc term.DocumentID, wrapped []byte) (DocKey, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, known := c.young[doc]
	if !known {
		if k, known = c.old[doc]; known {
			delete(c.old, doc)
			c.add(doc, k)
		}
	}
	if !known || !bytes.Equal(k.wrapped, wrapped) {
		return DocKey{}, false
	}
	return k.key, true
}

// put keeps an opened key, unless its document was forgotten, before or in the meantime: ErrForgotten.
func (c *docCache) put(doc term.DocumentID, wrapped []byte, key DocKey) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.forgotten[doc] {
		return ErrForgotten
	}
	c.drop(doc)
	c.add(doc, &cachedKey{wrapped: bytes.Clone(wrapped), key: key})
	return nil
}

// add puts a key that is in neither generation into the young one; the caller holds mu.
func (c *docCache) add(doc term.DocumentID, k *cachedKey) {
	if len(c.young) >= c.limit {
		zeroAll(c.old)
		c.old, c.young = c.young, c.old
	}
	c.young[doc] = k
}

// drop zeroes and removes; the caller holds mu.
func (c *docCache) drop(doc term.DocumentID) {
	for _, m := range []map[term.DocumentID]*cachedKey{c.young, c.old} {
		if k, known := m[doc]; known {
			k.key.Zero()
			delete(m, doc)
		}
	}
}

func zeroAll(m map[term.DocumentID]*cachedKey) {
	for _, k := range m {
		k.key.Zero()
	}
	clear(m)
}

func (c *docCache) forget(doc term.DocumentID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(doc)
	if c.forgotten[doc] {
		return
	}
	c.forgotten[doc] = true
	if len(c.shredded) < forgottenKept {
		c.shredded = append(c.shredded, doc)
		return
	}
	delete(c.forgotten, c.shredded[c.next])
	c.shredded[c.next] = doc
	c.next = (c.next + 1) % forgottenKept
}

func (c *docCache) isForgotten(doc term.DocumentID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.forgotten[doc]
}

// clear zeroes every key; what was forgotten stays so.
func (c *docCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	zeroAll(c.young)
	zeroAll(c.old)
}

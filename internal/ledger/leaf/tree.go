package leaf

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"sync"

	"github.com/emmansun/gmsm/sm3"
	"github.com/transparency-dev/merkle/compact"
)

// Names of the two suites in proof files.
const (
	SuiteSHA256 = "sha256"
	SuiteSM3    = "sm3"
)

// SuiteHash gives the hash of a suite's name; false for any other name.
func SuiteHash(name string) (func() hash.Hash, bool) {
	switch name {
	case SuiteSHA256:
		return sha256.New, true
	case SuiteSM3:
		return sm3.New, true
	}
	return nil, false
}

// SuiteOf names the suite of a hash by what it makes of nothing.
func SuiteOf(h func() hash.Hash) (string, error) {
	sum := h().Sum(nil)
	for _, name := range []string{SuiteSHA256, SuiteSM3} {
		known, _ := SuiteHash(name)
		if bytes.Equal(known().Sum(nil), sum) {
			return name, nil
		}
	}
	return "", errors.New("the hash belongs to no known suite")
}

// Hasher is the tree hash of RFC 6962 over any hash. Safe for concurrent use.
type Hasher struct {
	size int
	pool sync.Pool
}

type hashState struct {
	h   hash.Hash
	buf []byte
}

func NewHasher(h func() hash.Hash) *Hasher {
	t := &Hasher{size: h().Size()}
	t.pool.New = func() any { return &hashState{h: h(), buf: make([]byte, 0, 1+2*t.size)} }
	return t
}

// Size is the length of a hash in bytes.
func (t *Hasher) Size() int { return t.size }

// EmptyRoot is the root of a tree without leaves.
func (t *Hasher) EmptyRoot() []byte {
	s := t.pool.Get().(*hashState)
	defer t.pool.Put(s)
	s.h.Reset()
	return s.h.Sum(nil)
}

// HashLeaf hashes the bytes of an entry.
func (t *Hasher) HashLeaf(leaf []byte) []byte {
	s := t.pool.Get().(*hashState)
	s.h.Reset()
	s.buf = append(s.buf[:0], 0)
	s.h.Write(s.buf)
	s.h.Write(leaf)
	out := s.h.Sum(make([]byte, 0, t.size))
	t.pool.Put(s)
	return out
}

// HashChildren hashes two nodes into their parent.
func (t *Hasher) HashChildren(left, right []byte) []byte {
	s := t.pool.Get().(*hashState)
	s.h.Reset()
	s.buf = append(append(append(s.buf[:0], 1), left...), right...)
	s.h.Write(s.buf)
	out := s.h.Sum(make([]byte, 0, t.size))
	t.pool.Put(s)
	return out
}

// Factory makes compact ranges of this hash. Ranges join only if one factory made both.
func (t *Hasher) Factory() *compact.RangeFactory {
	return &compact.RangeFactory{Hash: t.HashChildren}
}

// Root is the root of a range that starts at 0.
func (t *Hasher) Root(r *compact.Range) ([]byte, error) {
	if r.End() == 0 {
		return t.EmptyRoot(), nil
	}
	root, err := r.GetRootHash(nil)
	if err != nil {
		return nil, fmt.Errorf("compute the root: %w", err)
	}
	return root, nil
}

// Joined stores the hashes of a compact range back to back.
func Joined(hashes [][]byte) []byte { return bytes.Join(hashes, nil) }

// Split undoes Joined for hashes of size bytes.
func Split(b []byte, size int) ([][]byte, error) {
	if len(b)%size != 0 || len(b) > 64*size {
		return nil, fmt.Errorf("%d bytes are no range of hashes", len(b))
	}
	var out [][]byte
	for i := 0; i < len(b); i += size {
		out = append(out, bytes.Clone(b[i:i+size]))
	}
	return out, nil
}

// Cloned copies a range: appending changes a range in place, and the committed one must never change.
func Cloned(f *compact.RangeFactory, r *compact.Range) (*compact.Range, error) {
	hashes := append(make([][]byte, 0, len(r.Hashes())+2), r.Hashes()...)
	c, err := f.NewRange(r.Begin(), r.End(), hashes)
	if err != nil {
		return nil, fmt.Errorf("copy the range: %w", err)
	}
	return c, nil
}

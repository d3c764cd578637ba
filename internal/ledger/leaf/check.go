package leaf

import (
	"fmt"
	"unicode/utf8"
)

// Bounds of one entry. A bulk act goes in pieces of at most 500 rows, so they are never met in ordinary work.
const (
	maxText    = 4096 // bytes of one text
	maxList    = 256  // posts, clauses, regulations, columns of one row
	maxSigners = 32
	maxRows    = 4096
	maxBlob    = 512 << 10 // bytes of facts or of arguments
	maxProof   = 16 << 10  // bytes of the proof of one signature
	maxSum     = 64
)

// Outcomes of an entry.
const (
	Done     = "done"
	Refused  = "refused"
	NotFound = "not_found"
	Invalid  = "invalid"
	System   = "system"
)

// check holds an entry to the bounds, on writing and on reading alike, so that nothing can be written that
// cannot be read again.
func (e *Entry) check() error {
	if e.Version != Version || e.Seq == 0 || e.Act == "" {
		return fmt.Errorf("%w: version %d, seq %d, act %q", ErrEntry, e.Version, e.Seq, e.Act)
	}
	switch e.Outcome {
	case Done, Refused, NotFound, Invalid, System:
	default:
		return fmt.Errorf("%w: outcome %q", ErrEntry, e.Outcome)
	}
	switch {
	case len(e.Posts) > maxList, len(e.Clauses) > maxList, len(e.Regulations) > maxList,
		len(e.Signatures) > maxSigners, len(e.Rows) > maxRows:
		return fmt.Errorf("%w: a list is too long", ErrEntry)
	case len(e.Facts) > maxBlob, len(e.Args) > maxBlob:
		return fmt.Errorf("%w: facts or arguments are too large", ErrEntry)
	}
	ok := texts(e.Act, e.Actor, e.Terminal, e.Subject, e.Reference, e.Late) && texts(e.Posts...) && texts(e.Clauses...)
	for i := range e.Signatures {
		s := &e.Signatures[i]
		ok = ok && len(s.Proof) <= maxProof && texts(s.Role, s.Person, s.Strength, s.Terminal)
	}
	for i := range e.Regulations {
		d := &e.Regulations[i]
		ok = ok && len(d.Sum) <= maxSum && texts(d.Pack, d.Version)
	}
	if !ok {
		return fmt.Errorf("%w: a text is too long or not UTF-8", ErrEntry)
	}
	for i := range e.Rows {
		if err := e.Rows[i].check(); err != nil {
			return fmt.Errorf("%w: row %d: %w", ErrEntry, i, err)
		}
	}
	return nil
}

func (r *Row) check() error {
	switch {
	case r.Rev < 1:
		return fmt.Errorf("revision %d", r.Rev)
	case len(r.Columns) > maxList, len(r.Digests) != DigestSize*len(r.Columns):
		return fmt.Errorf("%d columns and %d bytes of digests", len(r.Columns), len(r.Digests))
	case !texts(r.Key):
		return fmt.Errorf("a key of %d bytes", len(r.Key))
	}
	for i := 1; i < len(r.Columns); i++ {
		if r.Columns[i-1] >= r.Columns[i] {
			return fmt.Errorf("columns out of order: %w", ErrEncoding)
		}
	}
	return nil
}

func texts(list ...string) bool {
	for _, s := range list {
		if len(s) > maxText || !utf8.ValidString(s) {
			return false
		}
	}
	return true
}

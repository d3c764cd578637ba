package ledger

import (
	"testing"

	"jiyao/internal/store"
)

// entryByEntry hands over each entry by itself.
func entryByEntry(o *VerifyOptions) { o.part = 1 }

// TestEntriesAreHandedOverInParts: a chunk of long entries is never in memory as a whole.
func TestEntriesAreHandedOverInParts(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		fill(t, db, openLog(t, db))
		for bytes, want := range map[int]int{1: filled + 1, 1 << 30: 1} {
			v, err := newVerification(db, VerifyOptions{Verifier: testVerifier, Partial: true, part: bytes})
			if err != nil {
				t.Fatal(err)
			}
			parts, entries, at := 0, 0, uint64(0)
			err = v.readRows(t.Context(), 0, filled, func(c *chunk) error {
				if c.from != at {
					t.Errorf("a part from %d after %d", c.from, at)
				}
				parts, entries, at = parts+1, entries+len(c.rows.entries), c.to
				return nil
			})
			if err != nil || parts != want || entries != filled || at != filled {
				t.Errorf("parts of %d bytes: %d parts of %d entries to %d, %v", bytes, parts, entries, at, err)
			}
		}
	})
}

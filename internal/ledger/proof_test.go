package ledger

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
)

// TestAnySequenceIsTheTreeFromScratch appends in random batches with failing acts; the root is that of a tree built at
// once, and proofs hold.
func TestAnySequenceIsTheTreeFromScratch(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		boom := errors.New("boom")
		rapid.Check(t, func(r *rapid.T) {
			var acts []func(*store.Tx) error
			for range rapid.IntRange(1, 40).Draw(r, "acts") {
				fails, size := rapid.Bool().Draw(r, "fails"), rapid.IntRange(0, 50).Draw(r, "size")
				acts = append(acts, func(tx *store.Tx) error {
					if _, err := l.Append(tx, &Entry{Act: "a.b", Outcome: Done, Facts: make([]byte, size)}); err != nil {
						return err
					}
					if fails {
						return boom
					}
					return nil
				})
			}
			together(t, db, acts...)
			err := db.Read(context.Background(), func(tx *store.Tx) error {
				head, err := l.Head(tx)
				if err != nil || head.Size == 0 {
					return err
				}
				tree := l.tree.Factory().NewEmptyRange(0)
				rows, err := tx.Query("SELECT bytes FROM ledger_entry ORDER BY seq")
				if err != nil {
					return err
				}
				defer rows.Close()
				for rows.Next() {
					var b []byte
					if err := errors.Join(rows.Scan(&b), tree.Append(l.tree.HashLeaf(b), nil)); err != nil {
						return err
					}
				}
				if err := rows.Err(); err != nil {
					return err
				}
				if root, err := l.tree.Root(tree); err != nil || !bytes.Equal(root, head.Root) || tree.End() != head.Size {
					return fmt.Errorf("the tree of %d entries is another: %w", head.Size, err)
				}
				seq := rapid.Uint64Range(1, head.Size).Draw(r, "seq")
				if _, err := l.ProofFile(tx, seq, testVerifier); err != nil {
					return err
				}
				older := rapid.Uint64Range(0, head.Size).Draw(r, "older")
				_, err = l.Consistency(tx, older, head.Size)
				return err
			})
			if err != nil {
				r.Fatal(err)
			}
		})
		whole(t, db)
	})
}

func TestProofsOfALongLedger(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		var early string
		for round := range 12 {
			err := db.Write(context.Background(), "many", func(tx *store.Tx) error {
				for i := range 100 {
					if _, err := l.Append(tx, &Entry{Act: "a.b", Outcome: Done, Args: binary.BigEndian.AppendUint32(nil, uint32(i))}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if round == 4 {
				early = l.Status().Checkpoint
			}
		}
		whole(t, db)
		read(t, db, func(tx *store.Tx) error {
			for _, seq := range []uint64{1, 2, 255, 256, 257, 512, 513, 1000, 1024, 1025, 1200, 1201} {
				b, err := l.ProofFile(tx, seq, testVerifier)
				if err != nil {
					return fmt.Errorf("prove %d: %w", seq, err)
				}
				if p, err := VerifyProofFile(b, testVerifier); err != nil || p.Entry.Seq != seq {
					t.Errorf("%d: %+v, %v", seq, p, err)
				}
				if _, err := VerifyProofFile(bytes.Replace(b, []byte(`"index": `), []byte(`"index": 1`), 1), testVerifier); err == nil {
					t.Errorf("%d: a tampered proof holds", seq)
				}
			}
			for _, seq := range []uint64{0, 1202} {
				if _, err := l.ProofFile(tx, seq, testVerifier); !errors.Is(err, refuse.ErrNotFound) {
					t.Errorf("prove %d: %v", seq, err)
				}
			}
			b, err := l.GrowthFile(tx, early, testVerifier)
			if err != nil {
				return err
			}
			p, err := VerifyProofFile(b, testVerifier)
			if err != nil || p.Older.Size != 501 || p.Checkpoint.Size != 1201 {
				t.Errorf("growth: %+v, %v", p, err)
			}
			if _, err := l.GrowthFile(tx, strings.Replace(early, "501", "502", 1), testVerifier); err == nil {
				t.Error("growth from a forged checkpoint")
			}
			return nil
		})
	})
}

package document

import (
	"fmt"
	"strings"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// bearing is what the pieces of a document bear that its cover does not say: the numbers that they had in the books from before
// the program, and the 复印件编号 of those that were made of others.
type bearing struct {
	old  string // the last
	made []string
}

func (b bearing) all() string { return strings.TrimSpace(b.old + " " + strings.Join(b.made, " ")) }

// rev is the revision of what a document is found by: its own and, since none of its own goes with a copy that is made, how many
// were made.
func (b bearing) rev(d Document) int64 {
	return d.Rev<<madeBits | int64(min(len(b.made), 1<<madeBits-1))
}

const madeBits = 16

// bearings are those of at most changedPiece documents; of one whose pieces bear nothing of the kind there is none.
func bearings(tx *store.Tx, docs []Document) (map[term.DocumentID]bearing, error) {
	out := map[term.DocumentID]bearing{}
	if len(docs) == 0 {
		return out, nil
	}
	ids := make([]term.DocumentID, len(docs))
	for i, d := range docs {
		ids[i] = d.ID
	}
	in, args := placeholders(ids)
	rows, err := tx.Query("SELECT document, coalesce(old_no, ''), coalesce(duplicate_no, '') FROM copy WHERE (old_no IS NOT NULL OR duplicate_no IS NOT NULL) AND document IN ("+
		in+") ORDER BY document, seq", args...)
	if err != nil {
		return nil, fmt.Errorf("read the numbers of pieces: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	for rows.Next() {
		var of, old, made string
		if err := rows.Scan(&of, &old, &made); err != nil {
			return nil, fmt.Errorf("read a number of a piece: %w", err)
		}
		b := out[term.DocumentID(of)]
		if old != "" {
			b.old = old
		}
		if made != "" {
			b.made = append(b.made, made)
		}
		out[term.DocumentID(of)] = b
	}
	return out, rows.Err()
}

// copied are the documents of which copies were made, by the lines of 复制登记.
func copied(tx *store.Tx, lines []string) (out []term.DocumentID, err error) {
	for len(lines) > 0 {
		n := min(len(lines), changedPiece)
		in, args := placeholders(lines[:n])
		rows, err := tx.Query("SELECT DISTINCT document FROM reproduction WHERE kind = 'duplicate' AND id IN ("+in+") ORDER BY document", args...)
		if err != nil {
			return nil, fmt.Errorf("read what was copied: %w", err)
		}
		err = func() error {
			defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
			for rows.Next() {
				var id term.DocumentID
				if err := rows.Scan(&id); err != nil {
					return err
				}
				out = append(out, id)
			}
			return rows.Err()
		}()
		if err != nil {
			return nil, fmt.Errorf("read what was copied: %w", err)
		}
		lines = lines[n:]
	}
	return out, nil
}

// BearsOldNumber reports which of some covers stood under a number in the books of before the program.
func BearsOldNumber(tx *store.Tx, covers []Cover, no string) (map[term.DocumentID]bool, error) {
	docs := make([]Document, len(covers))
	for i, c := range covers {
		docs[i] = c.Document
	}
	numbers, err := bearings(tx, docs)
	out := map[term.DocumentID]bool{}
	for id, b := range numbers {
		out[id] = b.old != "" && Fold(b.old) == Fold(no)
	}
	return out, err
}

package document

import (
	"fmt"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// summed adds to the lines of documents what was proposed and instructed (拟办、批示摘要), in as many reads as there are pieces
// of documents; what a masked register leaves closed stays so.
func (f Filter) summed(tx *store.Tx, docs []Document, lines []map[string]string) error {
	words, shut := map[term.DocumentID][2]string{}, map[term.DocumentID]bool{}
	for _, d := range docs {
		shut[d.ID] = f.Masked && d.Level == term.Juemi
	}
	add := func(id term.DocumentID, i int, s store.Sealed) error {
		t, err := text(s)
		if err != nil || t == "" {
			return err
		}
		w := words[id]
		if w[i] != "" {
			t = w[i] + "；" + t
		}
		w[i] = t
		words[id] = w
		return nil
	}
	err := inPieces(documentsOf(docs, func(d Document) term.DocumentID { return d.ID }), func(marks string, args []any) error {
		opinions, err := Opinions.Select(tx, "WHERE in_force = 1 AND document IN ("+marks+")", args...)
		if err != nil {
			return err
		}
		for _, o := range opinions {
			if shut[o.Document] || o.Text.Empty() {
				continue
			}
			if err := Opinions.Reveal(tx, &o, "text"); err != nil {
				return err
			}
			if err := add(o.Document, 0, o.Text); err != nil {
				return err
			}
		}
		instructions, err := Instructions.Select(tx, "WHERE document IN ("+marks+") ORDER BY instructed_at, id", args...)
		if err != nil {
			return err
		}
		for _, x := range instructions {
			if shut[x.Document] || x.Text.Empty() {
				continue
			}
			if err := Instructions.Reveal(tx, &x, "text"); err != nil {
				return err
			}
			if err := add(x.Document, 1, x.Text); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("sum up what was said to documents: %w", err)
	}
	for i, d := range docs {
		lines[i]["opinion"], lines[i]["instruction"] = words[d.ID][0], words[d.ID][1]
	}
	return nil
}

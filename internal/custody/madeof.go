package custody

import (
	"fmt"
	"strconv"

	"jiyao/internal/act"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// MadeAmong gives how the pieces of a document that were made of others came to be, by piece, with what is sealed left closed. The
// document must have been held against the viewer's sight.
func MadeAmong(tx *store.Tx, document term.DocumentID) (map[term.CopyID]Reproduction, error) {
	list, err := Reproductions.Select(tx, "WHERE document = $1 ORDER BY made_at, id LIMIT "+strconv.Itoa(MaxLines), string(document))
	if err != nil {
		return nil, fmt.Errorf("read how pieces were made: %w", err)
	}
	out := map[term.CopyID]Reproduction{}
	for _, r := range list {
		out[r.Copy] = r
	}
	return out, nil
}

// MadeFrom gives what was made of the pieces of a document, as far as the viewer may know of what was made, oldest first; a
// compilation stands with the first of its sources.
func MadeFrom(tx *store.Tx, v act.Viewer, document term.DocumentID) ([]Reproduction, error) {
	cond, args := v.Visible("d.class", "d.id", 2)
	list, err := Reproductions.Select(tx, "WHERE source_copy IN (SELECT id FROM copy WHERE document = $1) AND EXISTS (SELECT 1 FROM document d WHERE d.id = reproduction.document AND "+
		cond+") ORDER BY made_at, id LIMIT "+strconv.Itoa(MaxLines), append([]any{string(document)}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read what was made of pieces: %w", err)
	}
	return list, nil
}

// LabelsOf gives the labels of pieces by id, as far as the viewer may know of their items; hidden ones and ids that are no pieces
// are left out alike.
func LabelsOf[ID ~string](tx *store.Tx, v act.Viewer, ids []ID) (map[ID]term.LabelCode, error) {
	pieces := make([]term.CopyID, len(ids))
	for i, id := range ids {
		pieces[i] = term.CopyID(id)
	}
	out := map[ID]term.LabelCode{}
	err := known(tx, v, pieces, func(c Copy) { out[ID(c.ID)] = c.Label })
	return out, err
}

package procedure

import (
	"fmt"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/disposal"
	"jiyao/internal/document"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// pieces is what disposal knows of copies and documents.
type pieces struct{ document.Items }

// Piece implements disposal.Links.
func (p pieces) Piece(tx *store.Tx, people act.Directory, id term.CopyID) (disposal.Piece, error) {
	c, err := custody.Copies.Get(tx, id)
	if err != nil {
		return disposal.Piece{}, err
	}
	i, err := p.Item(tx, people, c.Document)
	if err != nil {
		return disposal.Piece{}, fmt.Errorf("read the item of a copy: %w", err)
	}
	return disposal.Piece{Copy: c.ID, Item: i, Medium: c.Medium}, nil
}

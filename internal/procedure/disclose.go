package procedure

import (
	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/meeting"
	"jiyao/internal/term"
)

// givable answers for the copies that are given to somebody outside; it implements meeting.Links.
type givable struct{}

// Piece implements meeting.Links.
func (givable) Piece(tx *act.Tx, id term.CopyID) (meeting.Piece, error) {
	c, err := custody.Copies.Get(tx.Tx, id)
	if err != nil {
		return meeting.Piece{}, err
	}
	i, err := document.Items{}.Item(tx.Tx, tx.Env.People, c.Document)
	return meeting.Piece{Copy: id, Number: c.Called(), Live: c.State != custody.Ended && c.State != custody.Missing, Item: i}, err
}

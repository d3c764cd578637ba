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
	p := meeting.Piece{
		Copy: id, Number: c.Called(), Live: c.State == custody.InPlace || c.State == custody.Received, Outside: c.State == custody.Supplied,
		Lost: c.State == custody.Missing, Since: c.Since, Item: i,
	}
	if c.State == custody.Held {
		p.Holder = c.Holder
	}
	return p, err
}

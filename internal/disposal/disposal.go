// Package disposal keeps how the life of a piece ends: return to the issuer (清退), hand-over (移交), archive (归档) and
// destruction (销毁), each by a list with one line a piece.
//
// It knows pieces only as Piece and documents only as act.Item.
package disposal

import (
	"jiyao/internal/act"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Piece is one copy as a list may know it.
type Piece struct {
	Copy   term.CopyID
	Item   act.Item
	Medium string
}

// Links is what disposal asks of other nouns; app plugs it in once, before the first act.
type Links interface {
	// Piece reads a copy with its item; refuse.ErrNotFound when there is none.
	Piece(tx *store.Tx, people act.Directory, id term.CopyID) (Piece, error)
}

var links Links

// Plug tells the package who answers for copies and documents.
func Plug(l Links) { links = l }

// pieceFacts are the facts of acts on one piece.
type pieceFacts struct {
	regulation.Item
	Medium    string `fact:"medium"`
	relations []string
}

// ActorRelations says how the actor stands to the item.
func (f pieceFacts) ActorRelations() []string { return f.relations }

func (p Piece) facts(env act.Env) pieceFacts {
	return pieceFacts{Item: p.Item.Item, Medium: p.Medium, relations: p.Item.Relations(env.Actor.Person)}
}

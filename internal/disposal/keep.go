package disposal

import (
	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// KeepPrivately asks to keep a piece that is due for archive, return or destruction (私自留存). It exists so that it can be
// refused.
type KeepPrivately struct {
	Copy   term.CopyID `json:"copy" req:"true"`
	Reason string      `json:"reason" secret:"true" max:"300"`
}

var _ = act.Define("disposal.keep_privately", act.Act[KeepPrivately, Piece, pieceFacts]{
	Load: func(tx *act.Tx, cmd KeepPrivately) (Piece, error) { return links.Piece(tx.Tx, tx.Env.People, cmd.Copy) },
	Knows: func(s Piece, _ KeepPrivately, env act.Env) []act.Matter {
		return []act.Matter{s.Item.Matter(env.Actor.Person)}
	},
	Leans: func(s Piece, _ KeepPrivately) []act.Event { return s.Item.Events() },
	Facts: func(s Piece, _ KeepPrivately, env act.Env) pieceFacts { return s.facts(env) },
	Decide: func(Piece, KeepPrivately, act.Env) (act.Changes, error) {
		return act.Changes{}, refuse.Field("copy", "never_kept")
	},
})

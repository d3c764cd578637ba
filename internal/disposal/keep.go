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

// kept answers at a field why a piece may not be destroyed whatever a list says: the work on it is not done, or it is to go
// another way. nil: it may. Of what the office made itself (drafts, copies, prints), of what was kept before the program and of
// a line that was struck no work is left.
func (p Piece) kept(field string) error {
	code := ""
	switch {
	case p.Item.Origin != fromOutside || p.Item.Void:
	case p.CompletedAt.IsZero():
		code = "not_finished"
	case p.Way == "return":
		code = "to_return"
	case p.Way == "archive" && p.Stays == 0:
		code = "to_archive"
	}
	if code == "" {
		return nil
	}
	return &refuse.Invalid{Fields: []refuse.FieldError{{Field: field, Code: code, Args: map[string]string{"label": p.CopyNo}}}}
}

// fromOutside is the origin of what came in.
const fromOutside = "received"

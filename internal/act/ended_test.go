package act

import (
	"testing"

	"jiyao/internal/obligation"
	"jiyao/internal/term"
)

// What is owed for the sake of a piece ends with it, what is owed for the sake of an item with its last copy; a case, a finding,
// a search and the answer to an instruction go on.
func TestWhatEndsWithAPieceAndWithAnItem(t *testing.T) {
	piece, item, struck := Ending{Document: "d", Copies: []term.CopyID{"c"}}, Ending{Document: "d"}, Ending{Document: "d", Struck: true}
	for _, c := range []struct {
		kind, subject string
		piece, item   bool
	}{
		{"copy", "c", true, true},
		{"loan", "c", true, true},
		{"in_leader_office", "c", true, true},
		{"copy", "other", false, true},
		{"item", "d", false, true},
		{"reader", "d/ann", false, true},
		{"turn", "d/ann", false, true},
		{"stop", "s", false, true},
		{"handling", "d", false, true},
		{"instruction", "i", false, false},
		{"case", "x", false, false},
		{"finding", "f", false, false},
		{"lost", "c", false, false},
	} {
		d := obligation.Duty{SubjectKind: c.kind, Subject: c.subject}
		if piece.ends(d) != c.piece || item.ends(d) != c.item || !struck.ends(d) {
			t.Errorf("%s %s: with the piece %v, with the item %v, with the line %v", c.kind, c.subject, piece.ends(d), item.ends(d), struck.ends(d))
		}
	}
}

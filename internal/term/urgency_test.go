package term_test

import (
	"testing"

	"jiyao/internal/term"
)

func TestTheMoreUrgentComesFirst(t *testing.T) {
	order := []term.Urgency{term.ExtraUrgent, term.Urgent, term.Ordinary}
	for i, a := range order {
		for j, b := range order {
			if got := a.Compare(b); (got > 0) != (i < j) || (got < 0) != (i > j) {
				t.Errorf("%s and %s: %d", a, b, got)
			}
		}
	}
	if term.Urgency("").Compare(term.Ordinary) != 0 {
		t.Error("nothing on the cover is not 一般")
	}
}

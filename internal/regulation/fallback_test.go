package regulation

import (
	"testing"

	"jiyao/internal/term"
)

// A fallback duty gives way as far as another regulation's goes, and no farther.
func TestAFallbackDutyGivesWayNoFartherThanAnothersGoes(t *testing.T) {
	base := &Pack{Header: Header{Name: "base"}}
	own := Obligation{Name: "back", Owner: "person:holder", ForEach: "copy", Fallback: true, Opens: []Opening{{On: "copy.take", When: "due_set"}}}
	for name, c := range map[string]struct {
		theirs  Obligation
		regime  term.Regime
		adopted bool
		want    string // when it is left; "never"
	}{
		"none of the kind": {Obligation{Owner: "officer", ForEach: "copy", Opens: []Opening{{On: "copy.take"}}}, "", true, "due_set"},
		"another act":      {Obligation{Owner: own.Owner, ForEach: "copy", Opens: []Opening{{On: "copy.lend"}}}, "", true, "due_set"},
		"not adopted":      {Obligation{Owner: own.Owner, ForEach: "copy", Opens: []Opening{{On: "copy.take"}}}, "", false, "due_set"},
		"always":           {Obligation{Owner: own.Owner, ForEach: "copy", Opens: []Opening{{On: "copy.take"}}}, "", true, "never"},
		"when it is owed":  {Obligation{Owner: own.Owner, ForEach: "copy", Opens: []Opening{{On: "copy.take", When: "due_set"}}}, "", true, "never"},
		"of secrets alone": {Obligation{Owner: own.Owner, ForEach: "copy", Opens: []Opening{{On: "copy.take", When: "classified"}}}, "", true, "(due_set) && !(classified)"},
		"of one regime":    {Obligation{Owner: own.Owner, ForEach: "copy", Opens: []Opening{{On: "copy.take"}}}, term.RegimeCompany, true, `(due_set) && !(regime == "company")`},
	} {
		c.theirs.Clause = "X-1"
		other := &Pack{Header: Header{Name: "other", Regime: c.regime}, Obligations: []Obligation{c.theirs}, clauseByID: map[term.Clause]*Clause{"X-1": {}}}
		l := &Law{packs: []*Pack{base, other}, adopted: map[term.Clause]bool{"X-1": c.adopted}, vocabulary: Vocabulary{"copy.take": {Facts: map[string]string{"regime": "string"}}}}
		got := "never"
		if left := l.left(base, &own); len(left.Opens) > 0 {
			got = left.Opens[0].When
		}
		if got != c.want {
			t.Errorf("%s: left %s, want %s", name, got, c.want)
		}
	}
	if own.Opens[0].When != "due_set" {
		t.Error("the pack itself was changed")
	}
}

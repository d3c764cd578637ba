package document

import (
	"strings"

	"golang.org/x/text/width"

	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// companyMark begins the mark of a company's own secret (公司秘密), which never bears the star of the state's.
const companyMark = "公司"

// plain is a typed mark without spaces and in one width.
func plain(mark string) string {
	return strings.Join(strings.Fields(width.Narrow.String(mark)), "")
}

// regimeOf says whose secret a line is: what its mark says, else what the office keeps. A mark of secrets that the office
// does not keep is answered at its field.
func regimeOf(cmd Register, law *regulation.Law) (term.Regime, error) {
	kept := map[term.Regime]bool{}
	for _, r := range law.Regimes() {
		kept[r] = true
	}
	mark := plain(cmd.MarkText)
	starred, company := strings.Contains(mark, "★"), strings.HasPrefix(mark, companyMark)
	switch {
	case starred && (company || !kept[term.RegimeState]):
		return "", refuse.Field("mark_text", "no_state_mark")
	case company && cmd.level().Classified() && !kept[term.RegimeCompany]:
		return "", refuse.Field("mark_text", "no_company_mark")
	case company && kept[term.RegimeCompany] && !cmd.level().Classified():
		return "", refuse.Field("level", "not_as_marked")
	case company && kept[term.RegimeCompany]:
		return term.RegimeCompany, nil
	case starred:
		return term.RegimeState, nil
	}
	return law.Regimes()[0], nil
}

// registeredUnder is the regime under which the law is asked about a line that is being registered; the state's where its
// mark is answered at its field.
func registeredUnder(cmd Register, law *regulation.Law) term.Regime {
	r, err := regimeOf(cmd, law)
	if err != nil {
		return term.RegimeState
	}
	return heldUnder(law, r)
}

// HeldAs is the regime under which the law is asked about an item. A company's own secret is guarded like the state's
// where no regulation said who may know of it when it was registered or its scope changed: without that it would lie open
// to everybody.
func (d Document) HeldAs() term.Regime {
	if d.Regime == term.RegimeCompany && regulation.Class(d.Class).Regime() != d.Regime {
		return term.RegimeState
	}
	return d.Regime
}

// heldUnder is the regime under which a law in force guards an item of a regime.
func heldUnder(law *regulation.Law, r term.Regime) term.Regime {
	if r == term.RegimeCompany && !law.Guards(r) {
		return term.RegimeState
	}
	return r
}

// class is what visibility may look at of an item, under the law in force.
func class(d Document, law *regulation.Law) int {
	i := facts(d)
	i.Regime = heldUnder(law, d.Regime)
	return int(regulation.NewClass(i))
}

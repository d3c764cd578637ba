package regulation

import (
	"slices"
	"strings"

	"jiyao/internal/term"
)

// Binding lists the clauses that speak of an act by its name, in order: those of the regulations that the office adopted, or
// where none of them does, those of the law of the land.
func (l *Law) Binding(act string) []term.Clause {
	set := l.byAction[act]
	if set == nil {
		return nil
	}
	var own, base []term.Clause
	for _, r := range set.rules {
		switch {
		case r.all || r.clause == "":
		case strings.HasPrefix(r.name, "base/"):
			base = append(base, r.clause)
		default:
			own = append(own, r.clause)
		}
	}
	if len(own) == 0 {
		own = base
	}
	slices.Sort(own)
	return slices.Compact(own)
}

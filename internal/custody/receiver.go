package custody

import (
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/term"
)

// receiverKind tells staff, people of a branch of the house, and outsiders: those of another office, strangers, and who is
// unknown.
func receiverKind(env act.Env, to term.PersonID) string {
	p, ok := env.People.(interface {
		Affiliation(term.PersonID) string
	})
	if ok {
		if kind := p.Affiliation(to); kind == staff || kind == branch {
			return kind
		}
	}
	return outsider
}

// staff is who belongs to the house, branch who belongs to a unit of it elsewhere.
const (
	staff    = "staff"
	branch   = "branch"
	outsider = "outsider"
)

// farther is the farther from the house of two kinds; nothing is nearer than all.
func farther(a, b string) string {
	order := []string{"", staff, branch, outsider}
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}

// recipientKind is that of a person, or the farthest of the members of a unit; of a unit without members, an outsider's.
func recipientKind(env act.Env, id string) (kind string) {
	if env.People.Name(term.PersonID(id)) == "" {
		for _, m := range env.People.Members(term.UnitID(id)) {
			kind = farther(kind, receiverKind(env, m))
		}
		return farther(kind, map[bool]string{true: outsider}[kind == ""])
	}
	return receiverKind(env, term.PersonID(id))
}

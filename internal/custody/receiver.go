package custody

import (
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
	return "outsider"
}

// staff is who belongs to the house, branch who belongs to a unit of it elsewhere.
const (
	staff  = "staff"
	branch = "branch"
)

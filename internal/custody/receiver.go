package custody

import (
	"jiyao/internal/act"
	"jiyao/internal/term"
)

// receiverKind tells staff of the house from outsiders: people of another unit, strangers, and who is unknown.
func receiverKind(env act.Env, to term.PersonID) string {
	p, ok := env.People.(interface {
		Affiliation(term.PersonID) string
	})
	if ok && p.Affiliation(to) == staff {
		return staff
	}
	return "outsider"
}

// staff is who belongs to the house.
const staff = "staff"

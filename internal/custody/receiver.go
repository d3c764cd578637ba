package custody

import (
	"jiyao/internal/act"
	"jiyao/internal/term"
)

// receiverKind is how far somebody belongs here: staff of the house, of another unit of the same system, a stranger.
// Who is unknown is a stranger.
func receiverKind(env act.Env, to term.PersonID) string {
	p, ok := env.People.(interface {
		Affiliation(term.PersonID) string
	})
	if ok {
		if kind := p.Affiliation(to); kind != "" {
			return kind
		}
	}
	return "stranger"
}

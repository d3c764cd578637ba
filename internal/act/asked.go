package act

import (
	"fmt"
	"slices"

	"jiyao/internal/approval"
)

// asked is the way in which somebody stands to an item because a request on it waits for a post of his: for the act that
// he is asked for, while it waits, and for nothing else. Lists and pages open nothing by it.
func (r *running) asked(m Matter) ([]string, error) {
	if r.called {
		return []string{"asked"}, nil
	}
	waiting, err := approval.Waiting(r.tx, m.Document, r.def.name)
	if err != nil {
		return nil, fmt.Errorf("find what is asked on an item: %w", err)
	}
	mine := r.posts()
	for _, l := range waiting {
		if l.Applicant != r.env.Actor.Person && slices.ContainsFunc(l.Posts, func(p string) bool { return slices.Contains(mine, p) }) {
			return []string{"asked"}, nil
		}
	}
	return nil, nil
}

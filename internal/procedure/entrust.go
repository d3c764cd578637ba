package procedure

import (
	"errors"
	"fmt"
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// listedItems answers for the items that a delegation or designation lists; it implements people.Documents.
type listedItems struct{}

// Known lists the items that are not there for the actor; who is no person knows of none.
func (i listedItems) Known(tx *act.Tx, ids []term.DocumentID) ([]string, error) {
	acting, _ := tx.Env.People.Acting(tx.Env.Actor.Person)
	sight, err := tx.Env.Law.Sight(slices.Concat(tx.Env.People.Posts(tx.Env.Actor.Person), acting), tx.Env.Person(tx.Env.Actor.Person).Left)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
	}
	asked := make([]string, len(ids))
	for n, id := range ids {
		asked[n] = string(id)
	}
	seen, err := i.Seen(tx.Tx, act.Viewer{Person: tx.Env.Actor.Person, Sight: sight}, asked)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(asked, func(id string) bool { return slices.Contains(seen, id) }), nil
}

// Seen leaves of a list what a viewer may know of.
func (listedItems) Seen(tx *store.Tx, v act.Viewer, ids []string) ([]string, error) {
	var out []string
	for _, id := range ids {
		_, err := document.Find(tx, v, term.DocumentID(id))
		if errors.Is(err, refuse.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, nil
}

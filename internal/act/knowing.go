package act

import (
	"fmt"
	"time"

	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Knowing is one line of the register of who has come to know an item (知悉人员登记): each time anew, and it stays when
// the person leaves the scope.
type Knowing struct {
	ID       string          `col:"id,key"`
	Document term.DocumentID `col:"document"`
	Person   term.PersonID   `col:"person"`
	At       time.Time       `col:"at"`
	Way      string          `col:"way"` // the act
	By       term.PersonID   `col:"known_by"`
	store.Meta
}

// Knowings is the table.
var Knowings = store.Define[Knowing]("knowing")

// knowings gives the lines that an adopted pack's register keeps of an act: one for each person the act names, else for
// who did it.
func (r *running) knowings(changes Changes, known *regulation.Known, facts any) ([]store.Change, error) {
	if changes.Document == "" || r.env.Actor.System {
		return nil, nil
	}
	kept, err := r.env.Law.Keeps(r.def.name, known)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
	}
	if !kept {
		return nil, nil
	}
	line := Knowing{Document: changes.Document, Person: r.env.Actor.Person, At: r.env.At, Way: r.def.name, By: r.env.Actor.Person}
	persons := regulation.PersonsOf(facts)
	if len(persons) == 0 {
		persons = []regulation.Person{{ID: r.env.Actor.Person}}
	}
	var out []store.Change
	for _, p := range persons {
		l := line
		l.ID, l.Person = r.env.ID(), p.ID
		out = append(out, Knowings.Insert(l))
	}
	return out, nil
}

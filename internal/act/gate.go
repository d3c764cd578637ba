package act

import (
	"fmt"

	"jiyao/internal/checklist"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// sheets notes which lines of the sheets that the act waits for are still open, and keeps the sheets it would use up.
func (r *running) sheets(c *regulation.Common) error {
	if r.env.Actor.System {
		return nil
	}
	for _, gate := range r.env.Law.Gates(r.def.name) {
		var by term.PersonID
		if gate.Own {
			by = r.env.Actor.Person
		}
		s, ok, err := checklist.Unserved(r.tx, gate.Name, subjectOf(r.fields), by)
		if err != nil {
			return fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
		}
		c.SheetsOpen = append(c.SheetsOpen, checklist.OpenLines(gate, gate.Picked(r.fields), s)...)
		if ok {
			r.waited = append(r.waited, s)
		}
	}
	return nil
}

// serve notes that the act has been done on the sheets it waited for.
func (r *running) serve() []store.Change {
	var out []store.Change
	for _, s := range r.waited {
		next := s
		next.ServedAt = r.env.At
		out = append(out, checklist.Sheets.Update(s, next))
	}
	return out
}

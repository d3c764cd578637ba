package act

import (
	"fmt"
	"reflect"
	"slices"

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
		for _, subject := range gated(r.fields) {
			s, ok, err := checklist.Unserved(r.tx, gate.Name, subject, by)
			if err != nil {
				return fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
			}
			for _, line := range checklist.OpenLines(gate, gate.Picked(r.fields), s) {
				if !slices.Contains(c.SheetsOpen, line) {
					c.SheetsOpen = append(c.SheetsOpen, line)
				}
			}
			if ok {
				r.waited = append(r.waited, s)
			}
		}
	}
	return nil
}

// gated are the things that a sheet must have been signed for: each copy where an act names several, else what it names first.
func gated(fields map[string]any) []string {
	var out []string
	if list := reflect.ValueOf(fields["copies"]); list.Kind() == reflect.Slice && list.Type().Elem().Kind() == reflect.String {
		for i := range list.Len() {
			out = append(out, list.Index(i).String())
		}
	}
	if len(out) == 0 {
		out = []string{subjectOf(fields)}
	}
	return out
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

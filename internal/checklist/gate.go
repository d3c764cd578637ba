package checklist

import (
	"fmt"

	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Unserved is the sheet of a name on one thing that was signed last and has served no act yet; by one person, or by anybody
// where person is empty.
func Unserved(tx *store.Tx, name, subject string, person term.PersonID) (s Sheet, ok bool, err error) {
	if subject == "" {
		return Sheet{}, false, nil
	}
	where, args := "WHERE subject = $1 AND name = $2 AND served_at IS NULL AND subject <> ''", []any{subject, name}
	if person != "" {
		where, args = where+" AND person = $3", append(args, string(person))
	}
	s, ok, err = Sheets.One(tx, where+" ORDER BY signed_at DESC, id DESC LIMIT 1", args...)
	if err != nil {
		return Sheet{}, false, fmt.Errorf("find the sheet of an act: %w", err)
	}
	return s, ok, nil
}

// OpenLines are the lines of those that an act waits for which a sheet does not answer with yes.
func OpenLines(c *regulation.Checklist, lines []regulation.ChecklistLine, s Sheet) []string {
	var out []string
	for _, l := range lines {
		if a := s.Lines[l.Name]; a == "" || a == "no" {
			out = append(out, c.Open(l))
		}
	}
	return out
}

// Chosen narrows the facts of a sheet to the lines that the arguments of what signs it choose.
func (f Facts) Chosen(law *regulation.Law, fields map[string]any) Facts {
	asked := map[string]bool{}
	for _, c := range law.Sheets(f.Sheet) {
		for _, l := range c.Picked(fields) {
			asked[l.Name] = true
		}
	}
	var open []string
	for _, name := range f.LinesOpen {
		if asked[name] {
			open = append(open, name)
		}
	}
	f.LinesOpen = open
	return f
}

package inspection

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Viewer is who looks at findings: who inspects sees all, anybody else those he owns, reported or is named in.
type Viewer struct {
	Person term.PersonID
	Posts  []string // pack/post
	Keeper bool
	All    bool
}

// keeping are the acts by which one deals with findings that are not one's own: base's table says who does.
var keeping = []string{"inspection.acknowledge", "inspection.order", "inspection.recheck", "inspection.close"}

// ViewerOf works out what a person is to findings.
func ViewerOf(law *regulation.Law, person term.PersonID, people act.Directory) Viewer {
	v := Viewer{Person: person}
	if person == "" {
		return v
	}
	v.Posts = people.Posts(person)
	for _, line := range law.Packs()[0].Functions { // base's, whether the act exists yet or not
		if slices.Contains(keeping, line.Act) {
			v.Keeper = v.Keeper || slices.ContainsFunc(line.Posts, func(p string) bool { return slices.Contains(v.Posts, "base/"+p) })
		}
	}
	return v
}

// filter gives the condition over the table finding with its arguments, numbered from 1.
func (v Viewer) filter() (string, []any) {
	switch {
	case v.All || v.Keeper:
		return "TRUE", nil
	case v.Person == "":
		return "FALSE", nil
	}
	args := []any{string(v.Person)}
	posts := []string{}
	for i, p := range v.Posts {
		posts = append(posts, fmt.Sprintf("$%d", i+2))
		args = append(args, p)
	}
	where := "owner = $1 OR found_by = $1"
	if len(posts) > 0 {
		where += " OR owner_post IN (" + strings.Join(posts, ", ") + ")"
	}
	return "(" + where + ")", args
}

// Get gives a finding as far as the viewer may know of it; false alike for hidden and absent.
func (v Viewer) Get(tx *store.Tx, id term.FindingID) (Finding, bool, error) {
	where, args := v.filter()
	row, ok, err := Findings.One(tx, fmt.Sprintf("WHERE %s AND id = $%d", where, len(args)+1), append(args, string(id))...)
	if err != nil {
		return Finding{}, false, fmt.Errorf("read a finding: %w", err)
	}
	return row, ok, nil
}

// List gives findings of one state (any when empty), the newest first, after the one with this time and id.
func (v Viewer) List(tx *store.Tx, state State, after time.Time, afterID term.FindingID, limit int) ([]Finding, error) {
	where, args := v.filter()
	tail := "WHERE " + where
	if state != "" {
		args = append(args, string(state))
		tail += fmt.Sprintf(" AND state = $%d", len(args))
	}
	if !after.IsZero() {
		n := len(args)
		tail += fmt.Sprintf(" AND (found_at < $%d OR found_at = $%d AND id < $%d)", n+1, n+1, n+2)
		args = append(args, after.UnixMilli(), string(afterID))
	}
	tail += fmt.Sprintf(" ORDER BY found_at DESC, id DESC LIMIT $%d", len(args)+1)
	rows, err := Findings.Select(tx, tail, append(args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("list findings: %w", err)
	}
	return rows, nil
}

// Count counts the findings of one state (any when empty) that the viewer may know of.
func (v Viewer) Count(tx *store.Tx, state State) (int, error) {
	where, args := v.filter()
	tail := "WHERE " + where
	if state != "" {
		args = append(args, string(state))
		tail += fmt.Sprintf(" AND state = $%d", len(args))
	}
	n, err := Findings.Count(tx, tail, args...)
	if err != nil {
		return 0, fmt.Errorf("count findings: %w", err)
	}
	return n, nil
}

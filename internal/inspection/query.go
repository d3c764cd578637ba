package inspection

import (
	"fmt"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// maxKnown bounds one statement.
const maxKnown = 500

// Viewer is who looks at findings: who inspects sees all, anybody else those he owns or reported.
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
	if person == "" {
		return Viewer{}
	}
	posts := people.Posts(person)
	return Viewer{Person: person, Posts: posts, Keeper: law.Does(posts, keeping...)}
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

// Known says which of these findings the viewer may know of; at most 500 are looked at.
func (v Viewer) Known(tx *store.Tx, ids []term.FindingID) (map[term.FindingID]bool, error) {
	out := map[term.FindingID]bool{}
	if len(ids) == 0 {
		return out, nil
	}
	where, args := v.filter()
	marks := []string{}
	for _, id := range ids[:min(len(ids), maxKnown)] {
		args = append(args, string(id))
		marks = append(marks, fmt.Sprintf("$%d", len(args)))
	}
	rows, err := Findings.Select(tx, "WHERE "+where+" AND id IN ("+strings.Join(marks, ", ")+")", args...)
	if err != nil {
		return nil, fmt.Errorf("look which findings are known: %w", err)
	}
	for _, f := range rows {
		out[f.ID] = true
	}
	return out, nil
}

// Filter narrows and orders a list of findings.
type Filter struct {
	State   State          // any when empty
	ByOwner bool           // by whose they are to mend; else the newest first
	After   term.FindingID // begins behind this one
}

// Page gives findings as a filter asks. A list that is to begin behind what the viewer may not know is not found.
func (v Viewer) Page(tx *store.Tx, f Filter, limit int) ([]Finding, error) {
	where, args := v.filter()
	tail := "WHERE " + where
	mark := func(a any) string {
		args = append(args, a)
		return fmt.Sprintf("$%d", len(args))
	}
	if f.State != "" {
		tail += " AND state = " + mark(string(f.State))
	}
	order := "found_at DESC, id DESC"
	if f.ByOwner {
		order = "owner, owner_post, " + order
	}
	if f.After != "" {
		last, ok, err := v.Get(tx, f.After)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, refuse.ErrNotFound
		}
		if f.ByOwner {
			owner, post := mark(string(last.Owner)), mark(last.OwnerPost)
			at, id := mark(last.FoundAt.UnixMilli()), mark(string(last.ID))
			tail += fmt.Sprintf(" AND (owner > %[1]s OR owner = %[1]s AND (owner_post > %[2]s OR owner_post = %[2]s AND (found_at < %[3]s OR found_at = %[3]s AND id < %[4]s)))", owner, post, at, id)
		} else {
			at, id := mark(last.FoundAt.UnixMilli()), mark(string(last.ID))
			tail += fmt.Sprintf(" AND (found_at < %[1]s OR found_at = %[1]s AND id < %[2]s)", at, id)
		}
	}
	rows, err := Findings.Select(tx, tail+" ORDER BY "+order+" LIMIT "+mark(limit), args...)
	if err != nil {
		return nil, fmt.Errorf("list findings: %w", err)
	}
	return rows, nil
}

// MaxCount is the most that a count says: what a page costs does not grow with the register.
const MaxCount = 100

// Waiting counts the findings that are not closed, as far as the viewer may know of them, and those of them whose
// last day has come. Neither goes beyond MaxCount.
func (v Viewer) Waiting(tx *store.Tx, today calendar.Date) (open, due int, err error) {
	where, args := v.filter()
	args = append(args, today.String())
	// The viewer's arguments stand first in the statement, as they do in the list.
	query := fmt.Sprintf("WITH f AS (SELECT fix_by FROM finding WHERE %s AND state IN ('open', 'measured', 'rechecked') LIMIT %d) "+
		"SELECT COUNT(*), COALESCE(SUM(CASE WHEN fix_by <> '' AND fix_by <= $%d THEN 1 ELSE 0 END), 0) FROM f", where, MaxCount, len(args))
	if err := tx.QueryRow(query, args...).Scan(&open, &due); err != nil {
		return 0, 0, fmt.Errorf("count what waits of findings: %w", err)
	}
	return open, due, nil
}

// Owns reports whether somebody is the owner of a finding, himself or by a post.
func Owns(f Finding, person term.PersonID, people act.Directory) bool { return owns(f, person, people) }

// Reveal opens what was found and what was done about it.
func Reveal(tx *store.Tx, f *Finding) error { return Findings.Reveal(tx, f) }

// holding selects the findings that hold a copy back: until somebody else than the owner found them mended.
const holding = "WHERE subject = $1 AND " + Holds + " ORDER BY id LIMIT 1"

// Holds is the condition, over finding, for one that holds its subject back.
const Holds = "finding.state IN ('open', 'measured') AND finding.holds = 1"

// AskHolding is the read of HeldBack, for Tx.Ahead.
func AskHolding(copy term.CopyID) store.Ask { return Findings.Ask(holding, string(copy)) }

// HeldBack reports whether a finding about a copy is to be settled before it goes to anybody.
func HeldBack(tx *store.Tx, copy term.CopyID) (bool, error) {
	rows, err := Findings.Select(tx, holding, string(copy))
	if err != nil {
		return false, fmt.Errorf("look what holds a copy back: %w", err)
	}
	return len(rows) > 0, nil
}

package incident

import (
	"fmt"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// maxKnown bounds one statement.
const maxKnown = 500

// Viewer is who looks at cases. Its filter is the one rule by which a case is there or is not.
type Viewer struct {
	Person term.PersonID
	Posts  []string // pack/post
	Keeper bool     // keeps the register of cases
	All    bool     // the system, and the audit of the whole
}

// keeping are the acts by which one keeps cases: base's table says which posts do.
var keeping = []string{"incident.annotate", "incident.measure", "incident.inquire", "incident.decide", "incident.close"}

// ViewerOf works out what a person is to cases. Nobody without a person is anything to them.
func ViewerOf(law *regulation.Law, person term.PersonID, people act.Directory) Viewer {
	if person == "" {
		return Viewer{}
	}
	posts := people.Posts(person)
	return Viewer{Person: person, Posts: posts, Keeper: law.Does(posts, keeping...)}
}

// filter gives the condition over the table incident, numbered from 1, with its arguments: not concerned, and
// keeper, reporter or told.
func (v Viewer) filter() (string, []any) {
	if v.All {
		return "TRUE", nil
	}
	if v.Person == "" {
		return "FALSE", nil
	}
	args := []any{string(v.Person)}
	who := []string{"$1"}
	concerned := fmt.Sprintf("NOT EXISTS (SELECT 1 FROM incident_party s WHERE s.case_id = incident.id AND s.role = '%s' AND s.who = $1)", Subject)
	if v.Keeper {
		return concerned, args
	}
	for i, p := range v.Posts {
		who = append(who, fmt.Sprintf("$%d", i+2))
		args = append(args, p)
	}
	return fmt.Sprintf("%s AND (incident.opened_by = $1 OR EXISTS (SELECT 1 FROM incident_party t WHERE t.case_id = incident.id AND t.role = '%s' AND t.who IN (%s)))",
		concerned, Told, strings.Join(who, ", ")), args
}

// Get gives a case as far as the viewer may know of it; false alike for hidden and absent.
func (v Viewer) Get(tx *store.Tx, id term.CaseID) (Case, bool, error) {
	where, args := v.filter()
	tail := fmt.Sprintf("WHERE %s AND id = $%d", where, len(args)+1)
	row, ok, err := Cases.One(tx, tail, append(args, string(id))...)
	if err != nil {
		return Case{}, false, fmt.Errorf("read a case: %w", err)
	}
	return row, ok, nil
}

// List gives the cases that the viewer may know of, the newest first. It begins after the case with this time and
// id; a zero time begins at the newest.
func (v Viewer) List(tx *store.Tx, after time.Time, afterID term.CaseID, limit int) ([]Case, error) {
	where, args := v.filter()
	tail := "WHERE " + where
	if !after.IsZero() {
		n := len(args)
		tail += fmt.Sprintf(" AND (opened_at < $%d OR opened_at = $%d AND id < $%d)", n+1, n+1, n+2)
		args = append(args, after.UnixMilli(), string(afterID))
	}
	tail += fmt.Sprintf(" ORDER BY opened_at DESC, id DESC LIMIT $%d", len(args)+1)
	rows, err := Cases.Select(tx, tail, append(args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	return rows, nil
}

// Notes lists what was added to a case that the viewer may know of, the oldest first.
func (v Viewer) Notes(tx *store.Tx, id term.CaseID) ([]Annotation, error) {
	if _, ok, err := v.Get(tx, id); err != nil || !ok {
		return nil, err
	}
	rows, err := Annotations.Select(tx, "WHERE case_id = $1 ORDER BY annotated_at, id", string(id))
	if err != nil {
		return nil, fmt.Errorf("list the notes of a case: %w", err)
	}
	return rows, nil
}

// Known says which of these cases the viewer may know of; at most 500 are looked at.
func (v Viewer) Known(tx *store.Tx, ids []term.CaseID) (map[term.CaseID]bool, error) {
	out := map[term.CaseID]bool{}
	if len(ids) == 0 {
		return out, nil
	}
	where, args := v.filter()
	marks := []string{}
	for _, id := range ids[:min(len(ids), maxKnown)] {
		args = append(args, string(id))
		marks = append(marks, fmt.Sprintf("$%d", len(args)))
	}
	rows, err := Cases.Select(tx, "WHERE "+where+" AND id IN ("+strings.Join(marks, ", ")+")", args...)
	if err != nil {
		return nil, fmt.Errorf("look which cases are known: %w", err)
	}
	for _, c := range rows {
		out[c.ID] = true
	}
	return out, nil
}

// MaxCount is the most that a count says: what a page costs does not grow with the register.
const MaxCount = 100

// Waiting counts the open cases that the viewer may know of, and those of them that nobody has taken up: to which no
// line was added. Neither goes beyond MaxCount.
func (v Viewer) Waiting(tx *store.Tx) (open, fresh int, err error) {
	where, args := v.filter()
	query := "SELECT COUNT(*), COALESCE(SUM(CASE WHEN NOT EXISTS (SELECT 1 FROM incident_note n WHERE n.case_id = c.id) THEN 1 ELSE 0 END), 0) FROM (SELECT id FROM incident WHERE " +
		where + fmt.Sprintf(" AND state = 'open' ORDER BY opened_at DESC LIMIT %d) c", MaxCount)
	if err := tx.QueryRow(query, args...).Scan(&open, &fresh); err != nil {
		return 0, 0, fmt.Errorf("count what waits of cases: %w", err)
	}
	return open, fresh, nil
}

// PartiesOf lists who is told of a case that the viewer may know of: persons and posts.
func (v Viewer) PartiesOf(tx *store.Tx, id term.CaseID) ([]Party, error) {
	if _, ok, err := v.Get(tx, id); err != nil || !ok {
		return nil, err
	}
	rows, err := Parties.Select(tx, "WHERE case_id = $1 AND role = $2 ORDER BY id", string(id), Told)
	if err != nil {
		return nil, fmt.Errorf("list who is told of a case: %w", err)
	}
	return rows, nil
}

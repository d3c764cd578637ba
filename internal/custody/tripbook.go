package custody

import (
	"fmt"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/obligation"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// trips are the lines of 外出携带登记, in order of leaving.
func trips(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
	var where []string
	var args []any
	if f.Document != "" {
		where, args = append(where, "document = $1"), append(args, string(f.Document))
	}
	cond, more := act.Viewer{Person: person, Sight: sight}.Visible("class", "document", len(args)+1)
	tail, args := f.Tail("out_at", "id", append(where, cond), append(args, more...), maxRegister)
	list, err := Trips.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read 外出携带登记: %w", err)
	}
	out := make([]map[string]string, len(list))
	for i, t := range list {
		c, err := Copies.Get(tx, t.Copy)
		if err != nil {
			return nil, fmt.Errorf("read the copy of a trip: %w", err)
		}
		if err := Trips.Reveal(tx, &t); err != nil {
			return nil, fmt.Errorf("open a route: %w", err)
		}
		route, err := t.Route.Text()
		if err != nil {
			return nil, fmt.Errorf("read a route: %w", err)
		}
		line := tripTexts(t, c)
		line["route"] = route
		out[i] = store.Stand(line, t.OutAt, t.ID)
	}
	return out, nil
}

func tripTexts(t Trip, c Copy) map[string]string {
	return map[string]string{
		"document": string(t.Document), "copy": string(t.Copy), "copy_no": c.Called(), "label": string(c.Label), "carriers": strings.Join(t.Carriers, "、"),
		"purpose": t.Purpose, "destination": t.Destination, "measures": strings.Join(t.Measures, "、"), "approver": strings.Join(t.Approvers, "、"),
		"approved_at": minute(t.ApprovedAt), "out_at": minute(t.OutAt), "return_by": minute(t.ReturnBy), "back_at": minute(t.BackAt),
		"received_by": string(t.TakenBy), "cabinet": string(t.Place), "witnesses": strings.Join(t.Witnesses, "、"),
		"return_check": CheckOf(t.BackAt, t.Checked, !t.Short),
	}
}

// pastDue lists by holder what is with somebody though a duty to give it back is late: a copy once, since when it is late.
func pastDue(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
	var args []any
	where := []string{"state = 'open'", "subject_kind = 'copy'", "late_at IS NOT NULL", "owner_person <> ''"}
	if f.Document != "" {
		where, args = append(where, "document = $1"), append(args, string(f.Document))
	}
	visible, more := act.Viewer{Person: person, Sight: sight}.Visible("c.class", "c.document", len(args)+1)
	where = append(where, "EXISTS (SELECT 1 FROM copy c WHERE c.id = obligation.subject AND c.holder = obligation.owner_person AND c.state IN ('held', 'carried') AND "+visible+")")
	tail, args := f.Tail("late_at", "id", where, append(args, more...), maxRegister)
	duties, err := obligation.Duties.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("list what is held past its date: %w", err)
	}
	seen := map[string]bool{}
	var out []map[string]string
	for _, d := range duties {
		if key := d.Subject + "/" + string(d.OwnerPerson); seen[key] {
			continue
		} else {
			seen[key] = true
		}
		c, err := Copies.Get(tx, term.CopyID(d.Subject))
		if err != nil {
			return nil, fmt.Errorf("read a copy held past its date: %w", err)
		}
		out = append(out, store.Stand(map[string]string{
			"holder": string(d.OwnerPerson), "document": string(d.Document), "copy": d.Subject, "copy_no": c.Called(), "label": string(c.Label),
			"since": minute(c.Since), "due": minute(d.DueAt),
		}, d.LateAt, string(d.ID)))
	}
	return out, nil
}

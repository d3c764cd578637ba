package custodyweb

import (
	"encoding/json"
	"fmt"
	"time"

	"jiyao/internal/approval"
	"jiyao/internal/calendar"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// granted is what an unused leave was given for: the form starts with it, since the leave serves nothing else.
type granted struct {
	Copy term.CopyID   `json:"copy"`
	To   term.PersonID `json:"to"`
	Due  time.Time     `json:"due"`

	asked typed.Form // everything it was asked with
}

// form is the loan as it was asked for.
func (g granted) form(closing string) typed.Form {
	f := typed.Form{"to": {string(g.To)}, "due": {closing}, "purpose": {"read"}}
	if !g.Due.IsZero() {
		f["due"] = []string{minute(g.Due)}
	}
	for _, name := range []string{"purpose", "destination", "department", "place", "measures", "approver"} {
		if given := g.asked[name]; len(given) > 0 {
			f[name] = given
		}
	}
	return f
}

// lendLeave is the viewer's oldest unused leave to lend one copy; the zero value when he has none.
func lendLeave(tx *store.Tx, v counter.Viewer, id term.CopyID) (granted, error) {
	leaves, err := approval.Unused(tx, v.Actor.Person, "custody.lend")
	if err != nil {
		return granted{}, fmt.Errorf("look for a leave: %w", err)
	}
	for _, l := range leaves {
		g, err := boundTo(l)
		if err != nil {
			return granted{}, err
		}
		if g.Copy == id {
			_, g.asked, err = counter.Granted(tx, v, l.ID, l.Act)
			return g, err
		}
	}
	return granted{}, nil
}

// tripLeave is the form of a trip with one copy as the viewer's oldest unused leave to carry it out allows it; nil when he
// has none.
func tripLeave(tx *store.Tx, v counter.Viewer, id term.CopyID) (typed.Form, error) {
	f, err := counter.GrantedFor(tx, v, "custody.carry_out", "copy", string(id))
	if err != nil || f == nil {
		return nil, err
	}
	if at, err := time.Parse(time.RFC3339, f.Get("return_by")); err == nil {
		f["return_by"] = []string{minute(at.In(calendar.Zone))}
	}
	return f, nil
}

// In is what was typed into a form of the page; a trip that is not typed yet begins with what the leave for it says.
func (d carrier) In(which string) typed.Form {
	if f := d.Tried.In(which); f != nil || which != "carry-out" {
		return f
	}
	return d.trip
}

// boundTo is what a leave was asked for.
func boundTo(l approval.Leave) (g granted, err error) {
	if err := json.Unmarshal([]byte(l.Bound), &g); err != nil {
		return granted{}, fmt.Errorf("read what a leave is bound to: %w", err)
	}
	return g, nil
}

// to and due are what the form of a loan starts with.
func (d carrier) lendTo() string {
	if d.leave.To != "" {
		return string(d.leave.To)
	}
	return firstReader(d)
}

// lendStart is what a field of the loan begins with: as typed, as the leave says, else start.
func (d carrier) lendStart(name, start string) string {
	if f := d.In("lend"); f != nil {
		return f.Or(name, start)
	}
	return d.leave.asked.Or(name, start)
}

func (d carrier) lendDue() string {
	if !d.leave.Due.IsZero() {
		return minute(d.leave.Due)
	}
	return d.closing
}

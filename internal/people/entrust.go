package people

import (
	"errors"
	"fmt"
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// giving is what a delegation of deeds or a designation looks at: the last number of the year, and the items named.
type giving struct {
	stamp
	last    int
	unknown []string // items that are not there
}

// Documents asks whether documents are there and the viewer may know of them; app plugs it in once. people knows no document.
type Documents interface {
	Known(tx *act.Tx, ids []term.DocumentID) (unknown []string, err error)
	// Seen leaves of a list what a viewer may know of.
	Seen(tx *store.Tx, v act.Viewer, ids []string) ([]string, error)
}

var documents Documents

// PlugDocuments tells the package who answers for documents.
func PlugDocuments(d Documents) { documents = d }

// loadGiving reads the last number of a table of this year.
func loadGiving[R interface{ number() (year, no int) }](tx *act.Tx, t *store.Table[R], items []term.DocumentID) (s giving, err error) {
	if s.stamp, err = loadStamp(tx.Tx); err != nil {
		return s, err
	}
	last, ok, err := t.One(tx.Tx, "WHERE year = $1 ORDER BY no DESC LIMIT 1", tx.Env.Today().Year)
	if err != nil {
		return s, fmt.Errorf("find the last number: %w", err)
	}
	if ok {
		_, s.last = last.number()
	}
	if len(items) > 0 {
		if documents == nil {
			return s, errors.New("nobody has plugged in the documents")
		}
		s.unknown, err = documents.Known(tx, items)
	}
	return s, err
}

func (d Delegation) number() (year, no int)  { return d.Year, d.No }
func (d Designation) number() (year, no int) { return d.Year, d.No }

// Number is the designation's: 2026-3.
func (d Designation) Number() string { return numbered(d.Year, d.No) }

// listed answers items that are not there, and a list beside "all".
func (s giving) listed(items []term.DocumentID, all string) error {
	switch {
	case len(items) == 0 && all == "":
		return refuse.Field("items", "required")
	case len(items) > 0 && all != "":
		return refuse.Field("items", "either_or")
	case len(s.unknown) > 0:
		return refuse.Field("items", "unknown")
	}
	return nil
}

// spanFault is what is wrong with days in themselves; that they are given is the law's to ask.
func spanFault(from, to string) error {
	switch {
	case dayFault(from, false) != "":
		return refuse.Field("from", dayFault(from, false))
	case dayFault(to, false) != "":
		return refuse.Field("to", dayFault(to, false))
	}
	return nil
}

// span answers days that are not given, lie in the past, or go on for too long. ends: a last day is expected.
func span(from, to string, ends bool, env act.Env) error {
	today := env.Today()
	switch {
	case from == "":
		return refuse.Field("from", "required")
	case to == "" && ends:
		return refuse.Field("to", "required")
	case from < today.String():
		return refuse.Field("from", "in_the_past")
	case to == "":
		return nil
	case to < from:
		return refuse.Field("to", "before_from")
	case to > today.Add(maxDays).String():
		return refuse.Field("to", "too_long")
	}
	return nil
}

func idsOf[T ~string](ids []T) []string {
	var out []string
	for _, id := range ids {
		out = append(out, string(id))
	}
	return out
}

// designate notes what is designated on a day.
func (d *Directory) designate(day string) {
	for _, g := range d.roll.designated {
		if g.Revoked.IsZero() && day >= g.FirstDay && (g.LastDay == "" || day <= g.LastDay) {
			d.designated = append(d.designated, g)
		}
	}
}

// Entrusted is what is entrusted to somebody today for some items, by delegation or designation.
func (d *Directory) Entrusted(id term.PersonID, items []term.DocumentID) act.Entrust {
	e := act.Entrust{Deeds: map[string]string{}}
	for _, g := range d.deeds[id] {
		for _, deed := range g.Deeds {
			if _, has := e.Deeds[deed]; !has && covered(g.Items, items) {
				e.Deeds[deed] = g.Number()
			}
		}
	}
	p, known := d.persons[id]
	if !known || p.gone {
		return e
	}
	for _, g := range d.designated {
		if !covered(g.Items, items) {
			continue
		}
		if g.Person == id {
			for _, a := range g.Acts {
				e.Acts = add(e.Acts, a)
			}
		}
		if g.Unit != "" && g.Unit == p.Unit {
			for _, s := range g.Stages {
				e.Stages = add(e.Stages, s)
			}
		}
	}
	return e
}

// covered reports whether a list of items, none being all, holds all that an act is about.
func covered(listed []string, items []term.DocumentID) bool {
	if len(listed) == 0 {
		return true
	}
	return len(items) > 0 && !slices.ContainsFunc(items, func(d term.DocumentID) bool { return !slices.Contains(listed, string(d)) })
}

// decideRevoke ends what is named, unless it has ended.
func decideRevoke(s revokeState, cmd Revoke, env act.Env) (act.Changes, error) {
	if cmd.Designation != "" {
		if !s.designated.Revoked.IsZero() {
			return act.Changes{}, &refuse.Conflict{Table: "designation", Key: s.designated.ID}
		}
		next := s.designated
		next.Revoked = env.At
		return act.Changes{
			Subject: next.ID, Targets: []act.Target{{Kind: "designation", ID: next.ID, Person: next.Person}},
			Rows: []store.Change{Designated.Update(s.designated, next), s.change(env)},
		}, nil
	}
	if !s.row.Revoked.IsZero() {
		return act.Changes{}, &refuse.Conflict{Table: "delegation", Key: string(s.row.ID)}
	}
	next := s.row
	next.Revoked = env.At
	return act.Changes{
		Subject: string(s.row.ID), Targets: []act.Target{{Kind: "delegation", ID: string(s.row.ID), Person: s.row.To}},
		Rows: []store.Change{Delegations.Update(s.row, next), s.change(env)},
	}, nil
}

// deputises reports whether somebody can stand in for a post of the office: its own people, those of a branch too, and none of
// the three administrators. A directory that knows of no affiliation names nobody of another house.
func deputises(people act.Directory, id term.PersonID) bool {
	d, ok := people.(interface{ Affiliation(term.PersonID) string })
	return act.Business(people, id) && (!ok || slices.Contains([]string{ownStaff, ofBranch}, d.Affiliation(id)))
}

package people

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// roll is every row of this room at one version, as they are whatever the moment. It never changes.
type roll struct {
	version     string
	units       []Unit // in order of id
	posts       []Post
	persons     []Person
	holdings    []Holding
	commitments []Commitment
	delegations []Delegation
	designated  []Designation
	adoptions   []Adoption // in order of in_force_from, then of adoption
	years       []CalendarYear
	settings    map[string]string
}

// readVersion gives the version of the tables; empty before the set-up.
func readVersion(tx *store.Tx) (string, error) {
	row, ok, err := Settings.One(tx, "WHERE id = $1", settingVersion)
	if err != nil {
		return "", fmt.Errorf("read the version of the people tables: %w", err)
	}
	if !ok {
		return "", nil
	}
	return row.Value, nil
}

// readRoll reads all rows. It is meant for offices of some thousand persons.
func readRoll(tx *store.Tx) (*roll, error) {
	r := &roll{settings: map[string]string{}}
	var settings []Setting
	const all = "ORDER BY id"
	err := errors.Join(
		into(&r.units, tx, Units, all), into(&r.posts, tx, Posts, all), into(&r.persons, tx, Persons, all),
		into(&r.holdings, tx, Holdings, all), into(&r.commitments, tx, Commitments, all),
		into(&r.delegations, tx, Delegations, all), into(&r.designated, tx, Designated, all), into(&r.adoptions, tx, Adoptions, all),
		into(&r.years, tx, Years, all), into(&settings, tx, Settings, all))
	if err != nil {
		return nil, fmt.Errorf("read who is who: %w", err)
	}
	for _, s := range settings {
		r.settings[s.ID] = s.Value
	}
	r.version = r.settings[settingVersion]
	r.sort()
	return r, nil
}

func into[R any](to *[]R, tx *store.Tx, t *store.Table[R], tail string) (err error) {
	*to, err = t.Select(tx, tail)
	return err
}

// sort brings the lists into one order, whatever collation the database has.
func (r *roll) sort() {
	slices.SortFunc(r.units, func(a, b Unit) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(r.posts, func(a, b Post) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(r.persons, func(a, b Person) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortStableFunc(r.adoptions, func(a, b Adoption) int {
		return cmp.Or(strings.Compare(a.InForceFrom, b.InForceFrom), a.At.Compare(b.At), strings.Compare(a.ID, b.ID))
	})
}

// inForce gives the adoptions that bind on a day (YYYY-MM-DD), one a pack, in the order of the shelf. The newest
// of a pack says all that is adopted of it.
func (r *roll) inForce(day string) []Adoption {
	newest := map[string]Adoption{}
	for _, a := range r.adoptions {
		if a.InForceFrom <= day {
			newest[a.Pack] = a
		}
	}
	out := make([]Adoption, 0, len(newest))
	for _, name := range packNames {
		if a, ok := newest[name]; ok {
			out = append(out, a)
		}
	}
	return out
}

// own gives the office's own parameters by name.
func (r *roll) own() map[string]string {
	out := map[string]string{}
	for id, v := range r.settings {
		if name, ok := strings.CutPrefix(id, parameterPrefix); ok {
			out[name] = v
		}
	}
	return out
}

// unit gives one by its id.
func (r *roll) unit(id term.UnitID) (Unit, bool) {
	i, ok := slices.BinarySearchFunc(r.units, id, func(u Unit, id term.UnitID) int { return cmp.Compare(u.ID, id) })
	if !ok {
		return Unit{}, false
	}
	return r.units[i], true
}

package custody

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// What the pages of places read: a place, what stands in it, and what lies there as far as the viewer may know of it.

// MaxLying is the most that is counted in one place: a figure of a list costs the same however full a place is.
const MaxLying = 1000

// Lying lists what lies in a place and the viewer may know of, by label, behind a label that is named.
func Lying(tx *store.Tx, v act.Viewer, place term.PlaceID, after term.LabelCode, limit int) ([]Copy, error) {
	cond, args := v.Visible("class", "document", 3)
	args = append([]any{string(place), string(after)}, args...)
	list, err := Copies.Select(tx, "WHERE state = 'in_place' AND place = $1 AND label > $2 AND "+cond+" ORDER BY label LIMIT "+strconv.Itoa(limit), args...)
	if err != nil {
		return nil, fmt.Errorf("list what lies in a place: %w", err)
	}
	return list, nil
}

// LyingIn counts what lies in a place and the viewer may know of, up to MaxLying.
func LyingIn(tx *store.Tx, v act.Viewer, place term.PlaceID) (n int, err error) {
	cond, args := v.Visible("copy.class", "copy.document", 2)
	row := tx.QueryRow("SELECT COUNT(*) FROM (SELECT 1 FROM copy WHERE copy.state = 'in_place' AND copy.place = $1 AND "+cond+" LIMIT "+strconv.Itoa(MaxLying)+") lying", append([]any{string(place)}, args...)...)
	if err := row.Scan(&n); err != nil {
		return 0, fmt.Errorf("count what lies in a place: %w", err)
	}
	return n, nil
}

// PlaceBy finds a place by what is printed on it: its code, or its name; ok is false where there is none.
func PlaceBy(tx *store.Tx, code string) (Place, bool, error) {
	code = strings.TrimSpace(code)
	list, err := Places.Select(tx, "WHERE id = $1 OR id = $2 OR name = $1 ORDER BY id LIMIT 2", code, strings.ToUpper(code))
	if err != nil || len(list) != 1 {
		return Place{}, false, err
	}
	return list[0], true, nil
}

// Above lists a place and all it stands in, from the inside out.
func Above(tx *store.Tx, p Place) ([]Place, error) { return above(tx, p) }

// Box reports whether the place has nothing of its own: it is as good as what it stands in.
func (p Place) Box() bool { return p.Kind == box }

// Lacks lists which of the attributes that are asked for are not recorded for the place, or are none.
func (p Place) Lacks(asked []string) []string {
	watched := p.Alarm
	if watched == "" || watched == none {
		watched = p.Watch
	}
	have := map[string]string{
		"cabinet_class": p.CabinetClass, "lock": p.Lock, "room": p.Room, "keeper": string(p.Keeper), "watched": watched, "last_checked_on": p.LastCheckedOn,
	}
	var out []string
	for _, a := range asked {
		if v := have[a]; v == "" || v == none {
			out = append(out, a)
		}
	}
	return out
}

// Nested orders places as they stand in each other, each behind what it stands in, with how deep it stands.
func Nested(list []Place) (out []Place, depth []int) {
	var walk func(inside term.PlaceID, deep int)
	walk = func(inside term.PlaceID, deep int) {
		for _, p := range list {
			if p.Inside == inside && !slices.ContainsFunc(out, func(o Place) bool { return o.ID == p.ID }) {
				out, depth = append(out, p), append(depth, deep)
				walk(p.ID, deep+1)
			}
		}
	}
	walk("", 0)
	return out, depth
}

// CopyByLabel finds a copy by its label; ok is false where there is none that the viewer may know of.
func CopyByLabel(tx *store.Tx, v act.Viewer, label term.LabelCode) (Copy, bool, error) {
	cond, args := v.Visible("class", "document", 2)
	return Copies.One(tx, "WHERE label = $1 AND "+cond, append([]any{string(label)}, args...)...)
}

// CabinetsOf lists the locked cabinets that somebody may keep things in.
func CabinetsOf(tx *store.Tx, people act.Directory, who term.PersonID) ([]Place, error) {
	list, err := Places.Select(tx, "WHERE place_kind IN ('"+strings.Join(cabinets, "', '")+"') ORDER BY id LIMIT "+strconv.Itoa(MaxPlaces))
	if err != nil {
		return nil, fmt.Errorf("list the cabinets: %w", err)
	}
	var out []Place
	for _, p := range list {
		his, err := p.usable(tx, people, who)
		if err != nil {
			return nil, err
		}
		if his && p.Locked() {
			out = append(out, p)
		}
	}
	return out, nil
}

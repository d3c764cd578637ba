package custody

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Move moves a copy to another place, or a box or a whole cabinet with all that is in it.
type Move struct {
	Copy        term.CopyID  `json:"copy"`
	Box         term.PlaceID `json:"box"` // instead of a copy: a place that stands in another
	Place       term.PlaceID `json:"place" req:"true"`
	Reason      string       `json:"reason" secret:"true" max:"200"`
	ReturnBy    *time.Time   `json:"return_by"` // when a copy leaves the place again, Asia/Shanghai
	Destination string       `json:"destination" in:"destination"`
}

// moving is a copy or a box on its way to a place.
type moving struct {
	placing
	box       Place
	to        Place
	deep      int // how many places stand in the box one in another, itself counted
	under     int // and how many it would stand in
	ring      bool
	dedicated bool      // the room it would be in is dedicated
	inside    []placing // one of each kind of item in the box, in the place as the law would look at it then
	kept      []placing // and of what somebody keeps there
	led       []Copy    // all of both, where the box goes into or out of a leader's office
}

// Bounds of what moves at once.
const (
	maxBoxes = 500 // places in a box
	maxFiled = 500 // items that are held one by one against the class of a place
)

var _ = act.Define("custody.move", act.Act[Move, moving, copyFacts]{
	Check: func(cmd Move) error {
		if (cmd.Copy == "") == (cmd.Box == "") {
			return refuse.Field("copy", "required")
		}
		return nil
	},
	Load: loadMove,
	Knows: func(s moving, _ Move, env act.Env) []act.Matter {
		if s.box.ID == "" {
			return s.matters(env)
		}
		var out []act.Matter
		for _, p := range s.all() {
			m := p.item.Matter(env.Actor.Person)
			m.Others = true
			out = append(out, m)
		}
		return out
	},
	Leans: func(s moving, _ Move) []act.Event {
		if s.box.ID == "" {
			return s.moved()
		}
		return nil
	},
	Facts:  factsOfMove,
	Decide: decideMove,
})

func loadMove(tx *act.Tx, cmd Move) (m moving, err error) {
	if cmd.Box == "" {
		m.placing, err = loadPlacing(tx, cmd.Copy, cmd.Place)
		return m, err
	}
	if m.box, err = Places.Get(tx.Tx, cmd.Box); err != nil {
		return m, err
	}
	if m.to, err = Places.Get(tx.Tx, cmd.Place); err != nil {
		return m, err
	}
	chain, err := above(tx.Tx, m.to)
	if errors.Is(err, errNested) {
		m.under = maxInside + 1
		return m, nil
	}
	if err != nil {
		return m, err
	}
	m.under, m.ring = len(chain), slices.ContainsFunc(chain, func(p Place) bool { return p.ID == m.box.ID })
	if m.dedicated, err = dedicatedRoom(tx.Tx, m.to.Room, m.box.ID); err != nil {
		return m, err
	}
	if m.place, err = seen(tx.Tx, append([]Place{m.stood()}, chain...), Place{}); err != nil {
		return m, err
	}
	ids, deep, err := within(tx.Tx, cmd.Box)
	if err != nil {
		return m, err
	}
	m.deep = deep
	if m.inside, err = contents(tx, ids, m.place); err != nil {
		return m, err
	}
	if m.kept, err = keptIn(tx, ids, m.place); err != nil {
		return m, err
	}
	m.led, err = led(tx.Tx, ids, m)
	return m, err
}

// all are one of each kind of item in the box: what lies there and what somebody keeps there.
func (m moving) all() []placing { return slices.Concat(m.inside, m.kept) }

// led lists every copy in the box where it stands in a leader's office now or then: each is owed back by itself.
func led(tx *store.Tx, ids []string, m moving) ([]Copy, error) {
	now, err := locate(tx, m.box.ID)
	if err != nil || !now.atLeader() && !m.place.atLeader() {
		return nil, err
	}
	in, args := list(ids, 1)
	rows, err := Copies.Select(tx, "WHERE state = 'in_place' AND place IN ("+in+") OR state = 'held' AND hand_over IN (SELECT id FROM hand_over WHERE back_at IS NULL AND kept_in IN ("+in+")) ORDER BY id LIMIT "+
		strconv.Itoa(maxFiled+1), args...)
	if err != nil {
		return nil, fmt.Errorf("list what is in a place: %w", err)
	}
	if len(rows) > maxFiled {
		return nil, refuse.Field("box", "too_many")
	}
	return rows, nil
}

// stood is the box as it stands afterwards.
func (m moving) stood() Place {
	next := m.box
	next.Inside = m.to.ID
	if next.Kind != box {
		next = next.in(m.to.Room, m.dedicated)
		next.InOffice = m.to.InOffice
	}
	return next
}

// within lists a place and all places in it, and how deep they stand in each other.
func within(tx *store.Tx, id term.PlaceID) (ids []string, deep int, err error) {
	ids, next := []string{string(id)}, []string{string(id)}
	for deep = 1; len(next) > 0; deep++ {
		marks, args := list(next, 1)
		rows, err := Places.Select(tx, "WHERE inside IN ("+marks+") ORDER BY id LIMIT "+strconv.Itoa(maxBoxes+1), args...)
		if err != nil {
			return nil, 0, fmt.Errorf("find what stands in a place: %w", err)
		}
		next = nil
		for _, p := range rows {
			if !slices.Contains(ids, string(p.ID)) {
				ids, next = append(ids, string(p.ID)), append(next, string(p.ID))
			}
		}
		if len(ids) > maxBoxes {
			return nil, 0, refuse.Field("box", "too_many")
		}
		if len(next) == 0 {
			return ids, deep, nil
		}
	}
	return ids, deep, nil
}

// list spells values as placeholders from $first on.
func list(values []string, first int) (string, []any) {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return marks(len(values), first), args
}

// marks are n placeholders from $first on.
func marks(n, first int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = "$" + strconv.Itoa(first+i)
	}
	return strings.Join(out, ", ")
}

// contents gives one copy of each kind of item that lies in some places, for the law to be asked: copies of one level, medium
// and class of visibility are alike to it. Where the place is for one issuer or year, each item is asked for.
func contents(tx *act.Tx, ids []string, to Place) ([]placing, error) {
	in, args := list(ids, 1)
	return sample(tx, "place IN ("+in+") AND state = 'in_place'", args, to)
}

// keptIn gives, as contents does, what is kept in some places by whom it is with.
func keptIn(tx *act.Tx, ids []string, to Place) ([]placing, error) {
	in, args := list(ids, 1)
	return sample(tx, "state = 'held' AND hand_over IN (SELECT id FROM hand_over WHERE back_at IS NULL AND kept_in IN ("+in+"))", args, to)
}

// sample gives one copy of each kind of those of a condition.
func sample(tx *act.Tx, where string, args []any, to Place) ([]placing, error) {
	by := "level, class, medium"
	if to.ClassIssuer != "" || to.ClassYear != 0 {
		by = "document"
	}
	var found []term.CopyID
	rows, err := tx.Query("SELECT min(id) FROM copy WHERE "+where+" GROUP BY "+by+" ORDER BY 1 LIMIT "+strconv.Itoa(maxFiled+1), args...)
	if err != nil {
		return nil, fmt.Errorf("look into a place: %w", err)
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var id term.CopyID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("look into a place: %w", err)
		}
		found = append(found, id)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("look into a place: %w", err)
	}
	if len(found) > maxFiled {
		return nil, refuse.Field("box", "too_many")
	}
	out := make([]placing, len(found))
	for i, id := range found {
		h, err := load(tx, id)
		if err != nil {
			return nil, err
		}
		out[i] = placing{held: h, place: to, filed: filed{level: h.copy.Level}}
		if err := out[i].file(tx.Tx); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func factsOfMove(s moving, cmd Move, env act.Env) copyFacts {
	if s.box.ID == "" {
		f := s.facts(env)
		f.Destination = whereto(cmd.Destination, s.place)
		f.until(env, cmd.ReturnBy)
		return f
	}
	var all []copyFacts
	for _, p := range s.all() {
		f := p.facts(env)
		f.Destination = whereto(cmd.Destination, s.place)
		f.until(env, cmd.ReturnBy)
		all = append(all, f)
	}
	if len(all) == 0 { // an empty box holds nothing that the law minds
		f := copyFacts{Item: regulation.NewItem(term.Open, term.RegimeState), Persons: []regulation.Person{env.Person(env.Actor.Person)}}
		f.at(s.place, env)
		f.ClassMatches, f.PlaceWithin = true, nil
		return f
	}
	first := all[0]
	first.others = all[1:]
	return first
}

func decideMove(s moving, cmd Move, env act.Env) (act.Changes, error) {
	if s.box.ID == "" {
		return put(s.placing, Put{Copy: cmd.Copy, Place: cmd.Place, Reason: cmd.Reason, ReturnBy: cmd.ReturnBy}, env)
	}
	switch {
	case s.ring:
		return act.Changes{}, refuse.Field("place", "inside_itself")
	case !mayStand(s.box.Kind, s.to.Kind):
		return act.Changes{}, refuse.Field("place", "cannot_stand_there")
	case s.under+s.deep > maxInside+1:
		return act.Changes{}, refuse.Field("place", "too_deep")
	}
	by, err := later(cmd.ReturnBy, env)
	if err != nil {
		return act.Changes{}, err
	}
	fits := true
	var stand []standing
	for _, p := range s.all() {
		fits = fits && p.place.takes(p.filed)
	}
	for _, p := range s.inside {
		stand = append(stand, p.standing(p.copy, HandOver{}, s.place, env))
	}
	c := act.Changes{Subject: string(s.box.ID), Rows: []store.Change{Places.Update(s.box, s.stood()), Placements.Insert(Placement{
		ID: env.ID(), Box: s.box.ID, Place: cmd.Place, Class: s.place.class(), Fits: fits, Reason: store.Plain(strings.TrimSpace(cmd.Reason)), At: env.At, By: env.Actor.Person,
	})}}
	c.After = standings(stand)
	for _, l := range s.led {
		t := leaves(l)
		if s.place.atLeader() {
			t = leaderTarget(l, l.Holder, by)
		}
		t.Document = l.Document
		c.Targets = append(c.Targets, t)
	}
	return c, nil
}

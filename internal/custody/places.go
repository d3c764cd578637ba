package custody

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// box is the kind of place that has nothing of its own.
const box = "box"

// maxInside bounds how deep places stand in each other.
const maxInside = 4

// none is an answer: there is no such protection.
const none = "none"

// CreatePlace registers a 存放处.
type CreatePlace struct {
	ID            term.PlaceID  `json:"id"` // empty: a new one
	Name          string        `json:"name" req:"true"`
	Kind          string        `json:"place_kind" in:"place_kind"`
	CabinetClass  string        `json:"cabinet_class"`
	Lock          string        `json:"lock"`
	Room          string        `json:"room"`
	Keeper        term.PersonID `json:"keeper"`
	InOffice      bool          `json:"in_office"`
	Class         []string      `json:"class" in:"place_class"` // by what it is for one class of items: level, issuer, year
	ClassLevel    string        `json:"class_level" in:"level"`
	ClassIssuer   string        `json:"class_issuer"`
	ClassYear     int           `json:"class_year"`
	Inside        term.PlaceID  `json:"inside"`
	Alarm         string        `json:"alarm"`
	Watch         string        `json:"watch"`
	LastCheckedOn string        `json:"last_checked_on"` // YYYY-MM-DD
	// Dedicated is of the office file alone, which dedicates as it registers.
	Officer          term.PersonID `json:"officer"`
	RoomDedicated    string        `json:"room_dedicated" in:"yes_no"`
	CabinetDedicated string        `json:"cabinet_dedicated" in:"yes_no"`
}

type placeFacts struct {
	PlaceKind string `fact:"place_kind"`
}

// housing is a place that is to be made or changed, with what it stands in.
type housing struct {
	outer Place
	twice bool // its name is another's
	full  bool // there are as many places as there can be
}

// host loads what a place is to stand in; the chain above it is bounded.
func host(tx *act.Tx, id term.PlaceID) (Place, error) {
	if id == "" {
		return Place{}, nil
	}
	p, err := Places.Get(tx.Tx, id)
	if err != nil {
		return p, err
	}
	chain, err := above(tx.Tx, p)
	if err == nil && len(chain) > maxInside {
		err = refuse.Field("inside", "too_deep")
	}
	return p, err
}

// errNested says that places stand in each other too deep, or in a ring.
var errNested = errors.New("places stand in each other too deep")

// above lists a place and all it stands in, from the inside out.
func above(tx *store.Tx, p Place) ([]Place, error) {
	out := []Place{p}
	for p.Inside != "" {
		next, err := Places.Get(tx, p.Inside)
		if err != nil {
			return nil, fmt.Errorf("find what a place stands in: %w", err)
		}
		if len(out) > maxInside {
			return nil, errNested
		}
		out, p = append(out, next), next
	}
	return out, nil
}

// locate gives a place as the law looks at it: a box is as good as what it stands in. Class and name stay its own.
func locate(tx *store.Tx, id term.PlaceID) (Place, error) { return located(tx, id, Place{}) }

// located is locate as if one place were registered otherwise already; the zero place changes nothing.
func located(tx *store.Tx, id term.PlaceID, changed Place) (Place, error) {
	p, err := Places.Get(tx, id)
	if err != nil {
		return p, err
	}
	chain, err := above(tx, p)
	if err != nil {
		return p, err
	}
	for i := range chain {
		if chain[i].ID == changed.ID {
			chain[i] = changed
		}
	}
	return seen(tx, chain, changed)
}

// seen gives the innermost place of a chain as the law looks at it, with where it is; changed as for located.
func seen(tx *store.Tx, chain []Place, changed Place) (Place, error) {
	p := asLawSees(chain)
	var numbers []any
	p.Within = nil
	for _, c := range chain {
		if p.Within = append(p.Within, c.Kind); c.Kind != box && c.Room != "" && c.Room != none {
			numbers = append(numbers, c.Room)
		}
	}
	if len(numbers) > 0 {
		rows, err := Places.Select(tx, "WHERE room IN ("+marks(len(numbers), 1)+") AND place_kind IN ("+aRoom+") ORDER BY id LIMIT "+strconv.Itoa(maxRooms), numbers...)
		if err != nil {
			return p, fmt.Errorf("find the room of a place: %w", err)
		}
		if slices.Contains(rooms, changed.Kind) && slices.Contains(numbers, any(changed.Room)) {
			p.Within = append(p.Within, changed.Kind)
		}
		for _, r := range rows {
			if r.ID != changed.ID {
				p.Within = append(p.Within, r.Kind)
			}
		}
	}
	p.Within = distinct(p.Within)
	return p, nil
}

// maxRooms bounds how many rooms bear one number.
const maxRooms = 20

// asLawSees gives the innermost place of a chain with the attributes of the first that is no box.
func asLawSees(chain []Place) Place {
	p := chain[0]
	i := slices.IndexFunc(chain, func(p Place) bool { return p.Kind != box })
	if i <= 0 {
		return p
	}
	seen := chain[i]
	seen.ID, seen.Name, seen.Inside, seen.Meta = p.ID, p.Name, p.Inside, p.Meta
	if p.classed() {
		seen.ClassLevel, seen.ClassIssuer, seen.ClassYear = p.ClassLevel, p.ClassIssuer, p.ClassYear
	}
	return seen
}

// MaxPlaces is how many places, boxes among them, an office has at most: lists that are chosen from hold them all.
const MaxPlaces = 20_000

var _ = act.Define("custody.create_place", act.Act[CreatePlace, housing, placeFacts]{
	Load: func(tx *act.Tx, cmd CreatePlace) (h housing, err error) {
		if h.outer, err = host(tx, cmd.Inside); err != nil {
			return h, err
		}
		n, err := Places.Count(tx.Tx, "WHERE name = $1", strings.TrimSpace(cmd.Name))
		if h.twice = n > 0; err != nil {
			return h, err
		}
		n, err = Places.Count(tx.Tx, "")
		h.full = n >= MaxPlaces
		return h, err
	},
	Facts:  func(_ housing, cmd CreatePlace, _ act.Env) placeFacts { return placeFacts{cmd.Kind} },
	Decide: createPlace,
})

func createPlace(s housing, cmd CreatePlace, env act.Env) (act.Changes, error) {
	name := strings.TrimSpace(cmd.Name)
	switch {
	case name == "":
		return act.Changes{}, refuse.Field("name", "required")
	case s.twice:
		return act.Changes{}, refuse.Field("name", "twice")
	case s.full:
		return act.Changes{}, refuse.Field("name", "no_more_places")
	case cmd.Kind == box && cmd.Inside == "":
		return act.Changes{}, refuse.Field("inside", "required")
	case cmd.Inside != "" && !mayStand(cmd.Kind, s.outer.Kind):
		return act.Changes{}, refuse.Field("inside", "cannot_stand_there")
	}
	if cmd.ID == "" {
		cmd.ID = term.PlaceID(env.ID())
	}
	p := Place{
		ID: cmd.ID, Name: name, Kind: cmd.Kind, CabinetClass: cmd.CabinetClass, Lock: cmd.Lock, Room: cmd.Room, Keeper: cmd.Keeper, InOffice: cmd.InOffice,
		ClassLevel: cmd.ClassLevel, ClassIssuer: strings.TrimSpace(cmd.ClassIssuer), ClassYear: cmd.ClassYear, Inside: cmd.Inside, Alarm: cmd.Alarm, Watch: cmd.Watch,
		LastCheckedOn: cmd.LastCheckedOn, Officer: cmd.Officer, RoomDedicated: cmd.RoomDedicated, CabinetDedicated: cmd.CabinetDedicated,
	}
	if p.Officer != "" {
		p.DedicatedAt = env.At
	}
	if err := sound(p, env); err != nil {
		return act.Changes{}, err
	}
	for _, by := range cmd.Class {
		if by == "level" && p.ClassLevel == "" || by == "issuer" && p.ClassIssuer == "" || by == "year" && p.ClassYear == 0 {
			return act.Changes{}, refuse.Field("class_"+by, "required")
		}
	}
	return act.Changes{Subject: string(p.ID), Rows: []store.Change{Places.Insert(p)}, Values: map[string]string{"place": string(p.ID)}}, nil
}

// maxPlaceText is the most characters of one attribute of a place.
const maxPlaceText = 60

// sound answers what names nobody, no day and no year, or is too long.
func sound(p Place, env act.Env) error {
	bad := &refuse.Invalid{}
	fault := func(field, code string) { bad.Fields = append(bad.Fields, refuse.FieldError{Field: field, Code: code}) }
	for _, a := range [][2]string{
		{"name", p.Name}, {"cabinet_class", p.CabinetClass}, {"lock", p.Lock}, {"room", p.Room}, {"class_issuer", p.ClassIssuer}, {"alarm", p.Alarm}, {"watch", p.Watch},
	} {
		if len([]rune(a[1])) > maxPlaceText {
			fault(a[0], "too_long")
		}
	}
	for _, who := range []struct {
		field string
		id    term.PersonID
	}{{"keeper", p.Keeper}, {"officer", p.Officer}} {
		if who.id != "" && !env.Actor.System && env.People.Name(who.id) == "" {
			fault(who.field, "unknown_person")
		}
	}
	if p.ClassYear != 0 && (p.ClassYear < 1949 || p.ClassYear > env.At.Year()+1) {
		fault("class_year", "out_of_range")
	}
	if day, err := calendar.ParseDate(p.LastCheckedOn); p.LastCheckedOn != "" {
		if err != nil {
			fault("last_checked_on", "bad_date")
		} else if day.After(env.Today()) {
			fault("last_checked_on", "in_the_future")
		}
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

// ProtectPlace records what protects a place; an attribute that is not given stays as it was.
type ProtectPlace struct {
	Place         term.PlaceID  `json:"place" req:"true"`
	Kind          string        `json:"place_kind" in:"place_kind"`
	CabinetClass  string        `json:"cabinet_class"`
	Lock          string        `json:"lock"`
	Room          string        `json:"room"`
	Keeper        term.PersonID `json:"keeper"`
	ClassLevel    string        `json:"class_level" in:"level"`
	ClassIssuer   string        `json:"class_issuer"`
	ClassYear     int           `json:"class_year"`
	Alarm         string        `json:"alarm"`
	Watch         string        `json:"watch"`
	LastCheckedOn string        `json:"last_checked_on"` // YYYY-MM-DD
}

var _ = act.Define("custody.protect_place", act.Act[ProtectPlace, protecting, placeFacts]{
	Load: loadProtecting,
	Facts: func(s protecting, cmd ProtectPlace, _ act.Env) placeFacts {
		if cmd.Kind == "" {
			return placeFacts{s.place.Kind}
		}
		return placeFacts{cmd.Kind}
	},
	Brings: func(s protecting, _ ProtectPlace, env act.Env) []act.Brought { return brought(s.housed, env) },
	Decide: func(s protecting, _ ProtectPlace, env act.Env) (act.Changes, error) {
		if err := sound(s.next, env); err != nil {
			return act.Changes{}, err
		}
		if err := s.moves(); err != nil {
			return act.Changes{}, err
		}
		return act.Changes{Subject: string(s.place.ID), Rows: []store.Change{Places.Update(s.place, s.next)}}, nil
	},
})

// DedicatePlace says what of a place is dedicated: the officer, the room, the cabinet (专人、专室、专柜).
type DedicatePlace struct {
	Place   term.PlaceID  `json:"place" req:"true"`
	Officer term.PersonID `json:"officer"`
	Room    string        `json:"room" in:"yes_no"`
	Cabinet string        `json:"cabinet" in:"yes_no"`
}

var _ = act.Define("custody.dedicate_place", act.Act[DedicatePlace, protecting, placeFacts]{
	Load: func(tx *act.Tx, cmd DedicatePlace) (s protecting, err error) {
		if s.place, err = Places.Get(tx.Tx, cmd.Place); err != nil {
			return s, err
		}
		s.next = s.place
		s.next.Officer, s.next.RoomDedicated, s.next.CabinetDedicated, s.next.DedicatedAt = cmd.Officer, cmd.Room, cmd.Cabinet, tx.Env.At
		s.housed, err = inhabitants(tx, s.place, s.next)
		return s, err
	},
	Facts:  func(s protecting, _ DedicatePlace, _ act.Env) placeFacts { return placeFacts{s.place.Kind} },
	Brings: func(s protecting, _ DedicatePlace, env act.Env) []act.Brought { return brought(s.housed, env) },
	Decide: func(s protecting, _ DedicatePlace, env act.Env) (act.Changes, error) {
		if err := sound(s.next, env); err != nil {
			return act.Changes{}, err
		}
		return act.Changes{Subject: string(s.place.ID), Rows: []store.Change{Places.Update(s.place, s.next)}}, nil
	},
})

// dedicated lists what of a place is dedicated and still holds: the officer counts only while he keeps the register.
func (p Place) dedicated(people act.Directory) []string {
	var out []string
	if p.Officer != "" && slices.Contains(people.Posts(p.Officer), officerPost) {
		out = append(out, "officer")
	}
	if p.RoomDedicated == "yes" {
		out = append(out, "room")
	}
	if p.CabinetDedicated == "yes" {
		out = append(out, "cabinet")
	}
	return out
}

// officerPost is the post of who keeps copies.
const officerPost = "base/officer"

// Cabinet reports whether the place is a cabinet, safe or store, and not a room, shelf or desk.
func (p Place) Cabinet() bool { return slices.Contains(cabinets, p.Kind) }

// Locked reports whether a lock is recorded for the place.
func (p Place) Locked() bool { return p.Lock != "" && p.Lock != none }

// classed reports whether the place is for one class of items.
func (p Place) classed() bool { return p.ClassLevel != "" || p.ClassIssuer != "" || p.ClassYear != 0 }

// filed is how an item is filed: what the class of a place is held against.
type filed struct {
	level  term.Level
	issuer string
	year   int // of receipt
}

// takes reports whether an item is of the place's class; a place without a class takes any.
func (p Place) takes(f filed) bool {
	return (p.ClassLevel == "" || p.ClassLevel == string(f.level)) && (p.ClassIssuer == "" || p.ClassIssuer == f.issuer) &&
		(p.ClassYear == 0 || p.ClassYear == f.year)
}

// class spells the class of a place: 机密 某省局 2026.
func (p Place) class() string {
	var out []string
	for _, s := range []string{p.ClassLevel, p.ClassIssuer} {
		if s != "" {
			out = append(out, s)
		}
	}
	if p.ClassYear != 0 {
		out = append(out, fmt.Sprint(p.ClassYear))
	}
	return strings.Join(out, " ")
}

// protected: every attribute that the packs in force ask for is recorded for the place, and none is "none".
func protected(p Place, env act.Env) bool {
	asked, ok := env.Law.Param("protection")
	if !ok {
		return false
	}
	return len(p.Lacks(asked.List)) == 0
}

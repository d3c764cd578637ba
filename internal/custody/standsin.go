package custody

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// rooms are the kinds of place that one walks into: what bears the number of one is in it.
var rooms = []string{"room", "leader_office", "confidential_room", "machine_room", "reception_room", "meeting_venue"}

// aRoom are these as SQL lists them.
var aRoom = "'" + strings.Join(rooms, "', '") + "'"

// mayStand reports whether a place of one kind stands in one of another: a box in anything, all that one does not walk into in
// what one walks into, a room in nothing.
func mayStand(kind, in string) bool {
	return kind == box || !slices.Contains(rooms, kind) && slices.Contains(rooms, in)
}

// MayStand reports whether a place can stand in another, for lists that are chosen from.
func (p Place) MayStand(in Place) bool { return mayStand(p.Kind, in.Kind) }

// dedicatedRoom reports whether the room of a number is dedicated: whether it, or anything but the given place in it, is
// registered so.
func dedicatedRoom(tx *store.Tx, room string, but term.PlaceID) (bool, error) {
	if room == "" || room == none {
		return false, nil
	}
	n, err := Places.Count(tx, "WHERE room = $1 AND dedicated_room = 'yes' AND id <> $2", room, string(but))
	if err != nil {
		return false, fmt.Errorf("find whether a room is dedicated: %w", err)
	}
	return n > 0, nil
}

// in gives a place as it is in a room: the room it was dedicated with stays behind.
func (p Place) in(room string, dedicated bool) Place {
	if p.Room != room && p.RoomDedicated == "yes" && !dedicated {
		p.RoomDedicated = "no"
	}
	p.Room = room
	return p
}

// protecting is a place whose attributes change, with what it stands in.
type protecting struct {
	place     Place
	next      Place // as it would be
	outer     Place
	dedicated bool // the room it would be in is dedicated
	housed    []housed
}

// housed is one of each kind of item that lies in a place, or is kept there, as the place is to the law now and would be.
type housed struct {
	placing
	now Place
}

// inhabitants lists what lies in a place, in what stands in it, and, of a room, in what bears its number, as the law looks at it
// now and would look at it with the place changed.
func inhabitants(tx *act.Tx, now, next Place) (out []housed, err error) {
	ids, _, err := within(tx.Tx, now.ID)
	if err != nil {
		return nil, err
	}
	numbered := slices.DeleteFunc([]string{numberOf(now), numberOf(next)}, func(n string) bool { return n == "" })
	if len(numbered) > 0 {
		in, args := list(numbered, 1)
		rows, err := Places.Select(tx.Tx, "WHERE room IN ("+in+") ORDER BY id LIMIT "+strconv.Itoa(maxBoxes+1), args...)
		if err != nil {
			return nil, fmt.Errorf("find what is in a room: %w", err)
		}
		for _, p := range rows {
			more, _, err := within(tx.Tx, p.ID)
			if err != nil {
				return nil, err
			}
			ids = append(ids, more...)
		}
	}
	if ids = distinct(ids); len(ids) > maxBoxes {
		return nil, refuse.Field("place", "too_many")
	}
	for _, id := range ids {
		was, err := locate(tx.Tx, term.PlaceID(id))
		if err != nil {
			return nil, err
		}
		would, err := located(tx.Tx, term.PlaceID(id), next)
		if err != nil {
			return nil, err
		}
		if would.same(was) {
			continue
		}
		for _, find := range []func(*act.Tx, []string, Place) ([]placing, error){contents, keptIn} {
			found, err := find(tx, []string{id}, would)
			if err != nil {
				return nil, err
			}
			for _, p := range found {
				out = append(out, housed{p, was})
			}
		}
	}
	return out, nil
}

// numberOf is the number of a room; empty of what is none.
func numberOf(p Place) string {
	if !slices.Contains(rooms, p.Kind) || p.Room == none {
		return ""
	}
	return p.Room
}

// same reports whether the law sees no difference between two states of a place.
func (p Place) same(q Place) bool {
	p.Meta, q.Meta = store.Meta{}, store.Meta{}
	return reflect.DeepEqual(p, q)
}

// brought is each of these as if it were put there now.
func brought(all []housed, env act.Env) (out []act.Brought) {
	for _, h := range all {
		then, now := h.placing, h.placing
		now.place = h.now
		out = append(out, act.Brought{Act: "custody.place", First: "custody.move", Then: then.lying(env), Now: now.lying(env)})
	}
	return out
}

// lying are the facts of an item that is put where it lies.
func (p placing) lying(env act.Env) copyFacts {
	f := p.facts(env)
	f.Destination = whereto("", p.place)
	f.until(env, nil)
	return f
}

func loadProtecting(tx *act.Tx, cmd ProtectPlace) (s protecting, err error) {
	if s.place, err = Places.Get(tx.Tx, cmd.Place); err != nil {
		return s, err
	}
	if s.outer, err = host(tx, s.place.Inside); err != nil {
		return s, err
	}
	if cmd.Room != "" && cmd.Room != s.place.Room {
		if s.dedicated, err = dedicatedRoom(tx.Tx, cmd.Room, cmd.Place); err != nil {
			return s, err
		}
	}
	s.next = cmd.onto(s.place, s.dedicated)
	s.housed, err = inhabitants(tx, s.place, s.next)
	return s, err
}

// onto gives the place with what was given of it.
func (cmd ProtectPlace) onto(next Place, dedicated bool) Place {
	for _, a := range []struct {
		to    *string
		given string
	}{
		{&next.Kind, cmd.Kind}, {&next.CabinetClass, cmd.CabinetClass}, {&next.Lock, cmd.Lock}, {(*string)(&next.Keeper), string(cmd.Keeper)},
		{&next.ClassLevel, cmd.ClassLevel}, {&next.ClassIssuer, strings.TrimSpace(cmd.ClassIssuer)}, {&next.Alarm, cmd.Alarm}, {&next.Watch, cmd.Watch},
		{&next.LastCheckedOn, cmd.LastCheckedOn},
	} {
		if a.given != "" {
			*a.to = a.given
		}
	}
	if cmd.ClassYear != 0 {
		next.ClassYear = cmd.ClassYear
	}
	if cmd.Room != "" {
		next = next.in(cmd.Room, dedicated)
	}
	return next
}

// moves answers a change of attributes that would carry the place to another room, or have it stand where it cannot: to move it
// is an act of its own.
func (s protecting) moves() error {
	switch next, old := s.next, s.place.Room; {
	case !slices.Contains(rooms, next.Kind) && next.Kind != box && old != "" && old != none && next.Room != old:
		return refuse.Field("room", "move_it")
	case s.place.Inside != "" && next.Kind != s.place.Kind && !mayStand(next.Kind, s.outer.Kind):
		return refuse.Field("place_kind", "cannot_stand_there")
	}
	return nil
}

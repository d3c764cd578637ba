package custody

import (
	"fmt"
	"slices"
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
	outer     Place
	dedicated bool // the room it would be in is dedicated
}

func loadProtecting(tx *act.Tx, cmd ProtectPlace) (s protecting, err error) {
	if s.place, err = Places.Get(tx.Tx, cmd.Place); err != nil {
		return s, err
	}
	if s.outer, err = host(tx, s.place.Inside); err != nil || cmd.Room == "" || cmd.Room == s.place.Room {
		return s, err
	}
	s.dedicated, err = dedicatedRoom(tx.Tx, cmd.Room, cmd.Place)
	return s, err
}

// moves answers a change of attributes that would carry the place to another room, or have it stand where it cannot: to move it
// is an act of its own, of which the law is asked for all that lies in it. Whether anything does is not asked here: it may be
// hidden from the actor.
func (s protecting) moves(next Place) error {
	switch old := s.place.Room; {
	case !slices.Contains(rooms, next.Kind) && next.Kind != box && old != "" && old != none && next.Room != old:
		return refuse.Field("room", "move_it")
	case s.place.Inside != "" && next.Kind != s.place.Kind && !mayStand(next.Kind, s.outer.Kind):
		return refuse.Field("place_kind", "cannot_stand_there")
	}
	return nil
}

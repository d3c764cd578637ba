package procedure

import (
	"jiyao/internal/custody"
	"jiyao/internal/people"
)

// PlaceOf is a place of the office file as the act that makes it takes it.
func PlaceOf(p people.Place) custody.CreatePlace {
	return custody.CreatePlace{
		ID: p.ID, Name: p.Name, Kind: p.Kind, CabinetClass: p.CabinetClass, Lock: p.Lock, Room: p.Room, Keeper: p.Keeper, InOffice: p.InOffice,
		ClassLevel: string(p.ClassLevel), ClassIssuer: p.ClassIssuer, ClassYear: p.ClassYear, Inside: p.Inside, Alarm: p.Alarm, Watch: p.Watch,
		LastCheckedOn: p.CheckedOn, Officer: p.Officer, RoomDedicated: p.OwnRoom, CabinetDedicated: p.OwnCabinet,
	}
}

package custody

import (
	"maps"
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// cabinets are the kinds of place that a copy is locked into, of those that the office file may name.
var cabinets = []string{"cabinet", "secure_cabinet", "safe", "secure_store", "encrypted_store"}

// Cabinet reports whether the place is a cabinet, safe or store, and not a room, shelf or desk.
func (p Place) Cabinet() bool { return slices.Contains(cabinets, p.Kind) }

// Locked reports whether a lock is recorded for the place.
func (p Place) Locked() bool { return p.Lock != "" && p.Lock != "none" }

// at notes what the law may look at of the place that an act puts a copy into; of no place, nothing is so.
func (f *copyFacts) at(p Place, env act.Env) {
	f.PlaceKind, f.PlaceCabinet, f.PlaceLocked = p.Kind, p.Cabinet(), p.Locked()
	f.PlaceProtected, f.PlaceInOffice = protected(p, env), p.InOffice
}

// standing is how a copy stands after an act, read from its row, the row of its place and its open line: what the
// watches of the packs look at.
type standing struct {
	regulation.Item
	Live         bool   `fact:"live"` // its life has not ended
	PlaceKind    string `fact:"place_kind"`
	PlaceCabinet bool   `fact:"place_cabinet"`
	PlaceLocked  bool   `fact:"place_locked"`
	HolderSigned bool   `fact:"holder_signed"` // who has it has signed for it; of a copy outside: its receipt is on record
	SenderSigned bool   `fact:"sender_signed"` // on its way, and who sent it has signed
}

func (h held) standing(c Copy, line HandOver, p Place) standing {
	s := standing{Item: h.item.Item, Live: c.State != Ended}
	switch c.State {
	case InPlace:
		s.PlaceKind, s.PlaceCabinet, s.PlaceLocked = p.Kind, p.Cabinet(), p.Locked()
	case Held:
		s.HolderSigned = c.Holder != "" && line.ReceiverSigned == c.Holder
	case Carried:
		s.HolderSigned = c.Holder != "" && h.trip.CarrierSigned == c.Holder
	case Transit:
		s.SenderSigned = line.Giver != "" && line.GiverSigned == line.Giver
	case Away:
		s.HolderSigned = !line.ReceiptAt.IsZero()
	case Received, Missing, Ended:
	}
	return s
}

// between are the two who sign a change of hands.
func between(giver, receiver term.PersonID) map[string]term.PersonID {
	return map[string]term.PersonID{"giver": giver, "receiver": receiver}
}

// otherSigner answers a signature in the role of one person that another has given.
func otherSigner(env act.Env, whose map[string]term.PersonID) error {
	for _, role := range slices.Sorted(maps.Keys(whose)) {
		if by := env.Signer(role); by != "" && by != whose[role] {
			return refuse.Field("signed", "other_person")
		}
	}
	return nil
}

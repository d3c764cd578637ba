package custody

import (
	"maps"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// cabinets are the kinds of place that a copy is locked into, of those that the office file may name.
var cabinets = []string{"cabinet", "secure_cabinet", "safe", "secure_store", "encrypted_store"}

// at notes what the law may look at of the place that an act puts a copy into; of no place, nothing is so.
func (f *copyFacts) at(p Place, env act.Env) {
	f.PlaceKind, f.PlaceCabinet, f.PlaceLocked = p.Kind, p.Cabinet(), p.Locked()
	f.PlaceProtected, f.PlaceInOffice, f.PlaceDedicated = protected(p, env), p.InOffice, p.dedicated(env.People)
	f.PlaceWithin = p.Within
}

// said notes a place that is no registered one: of it nothing is known but its kind.
func (f *copyFacts) said(kind string) {
	f.PlaceKind, f.PlaceWithin = kind, []string{kind}
}

// until notes how the hour stands to the end of the day, and whether what goes out then comes back before the night.
func (f *copyFacts) until(env act.Env, back *time.Time) {
	hour := func(parameter string) time.Time {
		at, _ := env.Hour(parameter)
		return at
	}
	closing, cutoff, morning := hour("closing_time"), hour("night_cutoff"), hour("night_end")
	f.AfterClosing = !closing.IsZero() && env.At.After(closing)
	f.InNight = !cutoff.IsZero() && env.At.After(cutoff) || env.At.Before(morning)
	f.DueBeforeNight = back != nil && calendar.DateOf(back.In(calendar.Zone)) == env.Today() && (cutoff.IsZero() || !back.After(cutoff))
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

	AtRest         bool     `fact:"at_rest"` // in a place, with nobody
	PlaceDedicated []string `fact:"place_dedicated"`
	Located        bool     `fact:"located"`   // it is known where it is
	CaseOpen       bool     `fact:"case_open"` // a case of its loss stands open
	others         []standing
}

// Others are how the rest of what moved stands.
func (s standing) Others() []any { return variants(s.others) }

// standings are how several copies stand after one act; nil of none.
func standings(list []standing) any {
	if len(list) == 0 {
		return nil
	}
	first := list[0]
	first.others = list[1:]
	return first
}

func variants[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

func (h held) standing(c Copy, line HandOver, p Place, env act.Env) standing {
	s := standing{Item: h.item.Item, Live: c.State != Ended, Located: c.State != Missing, CaseOpen: h.lossOpen}
	switch c.State {
	case InPlace:
		s.PlaceKind, s.PlaceCabinet, s.PlaceLocked = p.Kind, p.Cabinet(), p.Locked()
		s.AtRest, s.PlaceDedicated = true, p.dedicated(env.People)
	case Held:
		s.HolderSigned = c.Holder != "" && line.ReceiverSigned == c.Holder
	case Carried:
		s.HolderSigned = c.Holder != "" && h.trip.CarrierSigned == c.Holder
	case Transit:
		s.SenderSigned = line.Giver != "" && line.GiverSigned == line.Giver
	case Away:
		s.HolderSigned = !line.ReceiptAt.IsZero()
	case Supplied: // who has it is nobody's signatory here; who gave it is
		s.SenderSigned = line.Giver != "" && line.GiverSigned == line.Giver
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

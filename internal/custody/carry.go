package custody

import (
	"slices"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// CarryOut takes a copy away from the premises (外出携带): out of its place, or by whom it is with. The first carrier
// answers for it.
type CarryOut struct {
	Copy        term.CopyID     `json:"copy" req:"true"`
	Carriers    []term.PersonID `json:"carriers"` // 1 to 20
	Purpose     string          `json:"purpose" in:"purpose"`
	Destination string          `json:"destination" in:"destination"`
	Route       string          `json:"route" secret:"true"` // which way, and to where
	Measures    []string        `json:"measures" in:"measures"`
	ReturnBy    *time.Time      `json:"return_by"` // Asia/Shanghai, to the minute
	CopyNo      string          `json:"copy_no"`
}

// maxCarriers is the most persons who carry one copy.
const maxCarriers = 20

type carryFacts struct {
	copyFacts
	MeasureCount int  `fact:"measure_count"`
	TripOverdue  bool `fact:"trip_overdue"`
	HolderSigned bool `fact:"holder_signed"` // the first carrier: by the act itself where he does it
}

// going is a copy with whether one of its carriers has not brought another back in time.
type going struct {
	held
	away bool
}

func loadCarry(tx *act.Tx, cmd CarryOut) (s going, err error) {
	if s.held, err = load(tx, cmd.Copy); err != nil {
		return s, err
	}
	for _, p := range distinct(cmd.Carriers) {
		late, err := away(tx.Tx, p, tx.Env.At)
		if err != nil {
			return s, err
		}
		s.away = s.away || late
	}
	return s, nil
}

var _ = act.Define("custody.carry_out", act.Act[CarryOut, going, carryFacts]{
	Live:  true,
	Signs: []string{"receiver"},
	Check: func(cmd CarryOut) error {
		if len(cmd.Carriers) > maxCarriers {
			return refuse.Field("carriers", "too_many")
		}
		return nil
	},
	Load:  loadCarry,
	Knows: func(s going, _ CarryOut, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s going, cmd CarryOut) []act.Event {
		out := s.events()
		for _, p := range cmd.Carriers {
			out = append(out, s.item.Joined(p))
		}
		return out
	},
	Facts:  factsOfCarry,
	Decide: func(s going, cmd CarryOut, env act.Env) (act.Changes, error) { return decideCarry(s.held, cmd, env) },
})

func factsOfCarry(s going, cmd CarryOut, env act.Env) carryFacts {
	f := carryFacts{copyFacts: s.facts(env, ""), MeasureCount: len(distinct(cmd.Measures)), TripOverdue: s.away}
	f.Purpose, f.Destination, f.CarrierCount = cmd.Purpose, cmd.Destination, len(distinct(cmd.Carriers))
	f.ReceiverKind, f.DueSet = staff, cmd.ReturnBy != nil
	if len(cmd.Carriers) == 0 { // that nobody was named is answered alone
		f.HolderSigned = true
		return f
	}
	f.Persons = nil
	for _, p := range distinct(cmd.Carriers) {
		f.Persons = append(f.Persons, s.item.Person(env, p))
		if kind := receiverKind(env, p); kind != staff {
			f.ReceiverKind = kind
		}
	}
	first := cmd.Carriers[0]
	f.signs = map[string]term.PersonID{"receiver": first}
	f.HolderSigned = first == env.Actor.Person || env.Signer("receiver") == first
	return f
}

// distinct gives each of several once, in order.
func distinct[T comparable](list []T) []T {
	var out []T
	for _, v := range list {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

func decideCarry(s held, cmd CarryOut, env act.Env) (act.Changes, error) {
	if err := carriers(s, cmd, env); err != nil {
		return act.Changes{}, err
	}
	by, at, err := agreed("", env)
	if err != nil {
		return act.Changes{}, err
	}
	trip := Trip{
		ID: env.ID(), Copy: s.copy.ID, Document: s.copy.Document, Class: s.copy.Class, Purpose: cmd.Purpose, Destination: cmd.Destination,
		Route: store.Plain(strings.TrimSpace(cmd.Route)), Measures: distinct(cmd.Measures), Approvers: by, ApprovedAt: at,
		OutAt: env.At, OutBy: env.Actor.Person, CarrierSigned: env.Signer("receiver"), PagesBack: -1, AttachmentsBack: -1,
	}
	for _, p := range distinct(cmd.Carriers) {
		trip.Carriers = append(trip.Carriers, string(p))
	}
	first := cmd.Carriers[0]
	if trip.CarrierSigned == "" && first == env.Actor.Person {
		trip.CarrierSigned = env.Signer("actor")
	}
	if cmd.ReturnBy != nil {
		trip.ReturnBy = cmd.ReturnBy.In(calendar.Zone)
	}
	next := s.copy
	next.State, next.Place, next.Holder, next.Since, next.Device = Carried, "", first, env.At, ""
	out := s
	out.trip = trip
	return act.Changes{
		Subject: string(s.copy.ID), Document: s.copy.Document, Rows: []store.Change{Trips.Insert(trip), Copies.Update(s.copy, next)},
		Targets: []act.Target{owed(s.copy, first, trip.ReturnBy)}, Values: map[string]string{"trip": trip.ID}, After: out.standing(next, s.line, Place{}, env),
	}, nil
}

// carriers answers a copy that is not to be had, and carriers who cannot be.
func carriers(s held, cmd CarryOut, env act.Env) error {
	withOne := s.copy.State == Held
	if !withOne {
		if err := s.free(0); err != nil {
			return err
		}
	}
	switch {
	case len(cmd.Carriers) == 0:
		return refuse.Field("carriers", "required")
	case withOne && cmd.Carriers[0] != s.copy.Holder: // it would change hands unseen
		return refuse.ForNow("carriers", "not_holder")
	case cmd.CopyNo != "" && !s.copy.Bears(cmd.CopyNo):
		return refuse.Field("copy_no", "differs")
	case cmd.Destination == "":
		return refuse.Field("destination", "required")
	case cmd.ReturnBy != nil && !cmd.ReturnBy.After(env.At):
		return refuse.Field("return_by", "in_the_past")
	}
	for _, p := range cmd.Carriers {
		if env.People.Name(p) == "" {
			return refuse.Field("carriers", "unknown_person")
		}
	}
	return otherSigner(env, map[string]term.PersonID{"receiver": cmd.Carriers[0]})
}

// BringBack ends a trip: the carrier gives the copy to the officer, who locks it away; or shows it to him, where it is
// lent and the borrower keeps it.
type BringBack struct {
	Copy        term.CopyID  `json:"copy" req:"true"`
	Cabinet     term.PlaceID `json:"cabinet"` // empty: its borrower keeps it
	CopyNo      string       `json:"copy_no"`
	PagesBack   *int         `json:"pages_back"`
	Attachments *int         `json:"attachments_back"`
	Checked     bool         `json:"checked"`
	WhyUnsigned string       `json:"why_unsigned"`
}

// differs reports whether a count says that what came back is not what went out. What was not counted says nothing.
func (s comingBack) differs(cmd BringBack) bool {
	return cmd.PagesBack != nil && *cmd.PagesBack != s.copy.Pages || cmd.Attachments != nil && *cmd.Attachments != s.copy.Attachments
}

type comingBack struct {
	held
	place Place
}

var _ = act.Define("custody.bring_back", act.Act[BringBack, comingBack, copyFacts]{
	Signs: []string{act.FirstWitness, act.SecondWitness},
	Load: func(tx *act.Tx, cmd BringBack) (comingBack, error) {
		h, err := load(tx, cmd.Copy)
		c := comingBack{held: h}
		if err == nil && cmd.Cabinet != "" {
			c.place, err = locate(tx.Tx, cmd.Cabinet)
		}
		return c, err
	},
	Knows: func(s comingBack, _ BringBack, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s comingBack, _ BringBack) []act.Event { return s.moved() },
	Facts: func(s comingBack, cmd BringBack, env act.Env) copyFacts {
		f := s.facts(env, s.copy.Holder)
		f.at(s.place, env)
		f.until(env, nil)
		f.BackDiffers = s.differs(cmd)
		f.CheckedAll, f.signs, f.Witnesses = cmd.Checked && !f.BackDiffers, between(s.copy.Holder, env.Actor.Person), len(s.witnesses(cmd, env))
		return f
	},
	Decide: decideBringBack,
})

// witnesses are those who attest that the carrier does not sign, once it is said why.
func (s comingBack) witnesses(cmd BringBack, env act.Env) []string {
	if strings.TrimSpace(cmd.WhyUnsigned) == "" {
		return nil
	}
	return env.Witnesses(s.copy.Holder)
}

func decideBringBack(s comingBack, cmd BringBack, env act.Env) (act.Changes, error) {
	lent := s.copy.HandOver != ""
	switch {
	case s.copy.State != Carried || s.trip.ID == "":
		return act.Changes{}, &refuse.Conflict{Table: "copy", Key: string(s.copy.ID), With: s.copy.Holder}
	case !lent && cmd.Cabinet == "":
		return act.Changes{}, refuse.Field("cabinet", "required")
	case lent && cmd.Cabinet != "": // that ends the loan, and has its own check
		return act.Changes{}, refuse.Field("cabinet", "on_loan")
	case cmd.CopyNo != "" && !s.copy.Bears(cmd.CopyNo):
		return act.Changes{}, refuse.Field("copy_no", "differs")
	}
	if err := otherSigner(env, between(s.copy.Holder, env.Actor.Person)); err != nil {
		return act.Changes{}, err
	}
	trip := s.trip
	trip.BackAt, trip.TakenBy, trip.Place, trip.Checked = env.At, env.Actor.Person, cmd.Cabinet, cmd.Checked
	trip.PagesBack, trip.AttachmentsBack, trip.Short = given(cmd.PagesBack), given(cmd.Attachments), s.differs(cmd)
	trip.ReturnSigned, trip.TakenSigned = env.Signer("giver"), env.Signer("receiver")
	if by := s.witnesses(cmd, env); len(by) > 0 && trip.ReturnSigned == "" {
		trip.Unsigned, trip.Witnesses = store.Plain(strings.TrimSpace(cmd.WhyUnsigned)), by
	}
	next := s.copy
	next.State, next.Place, next.Holder, next.Since, next.Device = InPlace, cmd.Cabinet, "", env.At, ""
	if lent {
		next.State, next.Holder = Held, s.copy.Holder
	}
	t := target(s.copy)
	t.CloseOnly, t.Person = true, s.copy.Holder
	c := act.Changes{
		Subject: string(s.copy.ID), Document: s.copy.Document, Rows: []store.Change{Trips.Update(s.trip, trip), Copies.Update(s.copy, next)},
		Targets: []act.Target{t}, Values: map[string]string{"holder": string(s.copy.Holder)}, After: s.standing(next, s.line, s.place, env),
	}
	if trip.Short {
		c.Values["differs"] = "yes"
	}
	return c, nil
}

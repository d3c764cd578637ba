package people

import (
	"errors"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// items gives the items that somebody takes on a trip; app plugs it in once, before the first act.
var items act.Items

// Plug tells the package who answers for documents.
func Plug(i act.Items) { items = i }

// TravelReport is a person's own report of a trip (出行报告) before it begins, with what he would take along.
type TravelReport struct {
	Destination string            `json:"destination" in:"destination"`
	Country     string            `json:"country" max:"60"`
	From        string            `json:"from"` // YYYY-MM-DD
	To          string            `json:"to"`   // YYYY-MM-DD, inclusive
	Purpose     string            `json:"purpose" secret:"true"`
	Items       []term.DocumentID `json:"items"` // at most 50
}

// maxItems is the most items of one trip.
const maxItems = 50

// travelling is what somebody would take along.
type travelling struct {
	leavingBehind
	items []act.Item
}

type travelFacts struct {
	behindFacts
	Destination  string              `fact:"destination"`
	CarriesLevel term.Level          `fact:"carries_level"` // the highest of the items; empty: none
	Persons      []regulation.Person `fact:",each"`
}

var _ = act.Define("people.travel_report", act.Act[TravelReport, travelling, travelFacts]{
	Check: checkTravel,
	Load:  loadTravel,
	Knows: func(s travelling, _ TravelReport, env act.Env) []act.Matter {
		var out []act.Matter
		for _, i := range s.items {
			out = append(out, i.Matter(env.Actor.Person))
		}
		return out
	},
	Facts: func(s travelling, cmd TravelReport, env act.Env) travelFacts {
		f := travelFacts{behindFacts: behindFacts{s.unlocked}, Destination: cmd.Destination, Persons: []regulation.Person{env.Person(env.Actor.Person)}}
		for _, i := range s.items {
			if f.CarriesLevel == "" || i.Level.AtLeast(f.CarriesLevel) {
				f.CarriesLevel = i.Level
			}
		}
		return f
	},
	Decide: decideTravel,
})

func checkTravel(cmd TravelReport) error {
	if len(cmd.Items) > maxItems {
		return refuse.Field("items", "too_many")
	}
	return nil
}

func loadTravel(tx *act.Tx, cmd TravelReport) (travelling, error) {
	var s travelling
	var err error
	if s.unlocked, err = unlocked(tx); err != nil {
		return s, err
	}
	for _, id := range cmd.Items {
		if items == nil {
			return s, errors.New("nobody has plugged in the documents")
		}
		i, err := items.Item(tx.Tx, tx.Env.People, id)
		if err != nil {
			return s, err
		}
		s.items = append(s.items, i)
	}
	return s, nil
}

func decideTravel(_ travelling, cmd TravelReport, env act.Env) (act.Changes, error) {
	bad := &refuse.Invalid{}
	if cmd.Destination == "" {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "destination", Code: "required"})
	}
	bad.Fields = append(bad.Fields, spanFaults(cmd.From, cmd.To)...)
	if err := refuse.Join(bad); err != nil {
		return act.Changes{}, err
	}
	j := Journey{
		ID: env.ID(), Person: env.Actor.Person, Destination: cmd.Destination, Country: strings.TrimSpace(cmd.Country), FirstDay: cmd.From, LastDay: cmd.To,
		Purpose: store.Plain(strings.TrimSpace(cmd.Purpose)), ReportedAt: env.At,
	}
	for _, id := range cmd.Items {
		j.Items = append(j.Items, string(id))
	}
	return act.Changes{Subject: j.ID, Rows: []store.Change{Journeys.Insert(j)}, Values: map[string]string{"journey": j.ID}}, nil
}

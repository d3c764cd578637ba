package people

import (
	"errors"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
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
type travelling struct{ items []act.Item }

type travelFacts struct {
	Destination  string              `fact:"destination"`
	CarriesLevel term.Level          `fact:"carries_level"` // the highest of the items; empty: none
	Persons      []regulation.Person `fact:",each"`
}

// ActorRelations: everybody reports his own trips.
func (travelFacts) ActorRelations() []string { return []string{"own"} }

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
		f := travelFacts{Destination: cmd.Destination, Persons: []regulation.Person{env.Person(env.Actor.Person)}}
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
	fault := func(field, code string) { bad.Fields = append(bad.Fields, refuse.FieldError{Field: field, Code: code}) }
	if cmd.Destination == "" {
		fault("destination", "required")
	}
	for _, day := range []struct{ field, value string }{{"from", cmd.From}, {"to", cmd.To}} {
		if _, err := calendar.ParseDate(day.value); err != nil {
			fault(day.field, "bad_format")
		}
	}
	if len(bad.Fields) == 0 && cmd.To < cmd.From {
		fault("to", "before_from")
	}
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

package custody

import (
	"jiyao/internal/act"
	"jiyao/internal/checklist"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// ReportFound says that a piece was found lying where it should not be, or that a missing one turned up.
type ReportFound struct {
	Copy      term.CopyID  `json:"copy" req:"true"`
	Where     string       `json:"place_kind" in:"found_in"`
	Place     term.PlaceID `json:"place"`                  // where that is a registered place
	State     string       `json:"state" in:"found_state"` // opened, not_opened
	FoundBy   string       `json:"found_by"`
	FoundWith string       `json:"found_with"`
}

// found is a reported copy with the place it was found in, where that is a registered one.
type found struct {
	held
	place Place
}

var _ = act.Define("custody.report_found", act.Act[ReportFound, found, copyFacts]{
	Load: func(tx *act.Tx, cmd ReportFound) (found, error) {
		h, err := load(tx, cmd.Copy)
		if err != nil {
			return found{}, err
		}
		f := found{held: h}
		if cmd.Place != "" {
			f.place, err = Places.Get(tx.Tx, cmd.Place)
		}
		return f, err
	},
	Leans: func(s found, _ ReportFound) []act.Event { return s.moved()[:1] },
	Facts: func(s found, cmd ReportFound, env act.Env) copyFacts {
		f := s.facts(env, "")
		f.at(s.place, env)
		if s.place.ID == "" {
			f.PlaceKind = cmd.Where
		}
		return f
	},
	Decide: func(s found, cmd ReportFound, _ act.Env) (act.Changes, error) {
		if cmd.Where == "" && cmd.Place == "" {
			return act.Changes{}, refuse.Field("place_kind", "required")
		}
		t := target(s.copy)
		t.CloseOnly, t.Person = true, s.copy.Holder
		return act.Changes{
			Subject: string(s.copy.ID), Document: s.copy.Document, Targets: []act.Target{t, {Kind: "lost", ID: string(s.copy.ID), CloseOnly: true}},
			After: s.asFound(cmd), Values: map[string]string{"holder": string(s.copy.Holder)},
		}, nil
	},
})

// asFound is how the copy stood where it was found, whatever its row says. A word for a place is no lock: only a
// registered place has one.
func (s found) asFound(cmd ReportFound) standing {
	c := s.copy
	if c.Holder != "" && cmd.FoundWith == string(c.Holder) || c.State == Ended {
		return s.standing(c, s.line, Place{})
	}
	c.State = InPlace
	out := s.standing(c, HandOver{}, s.place)
	if s.place.ID == "" {
		out.PlaceKind = cmd.Where
	}
	return out
}

// DayEnd is the sheet that is signed at the end of a day, by whom the packs ask for it.
const DayEnd = "day_end"

// SignOff is the end of a day: the person signs the lines of the sheet day_end.
type SignOff struct {
	Lines map[string]string `json:"lines"` // line → answer: yes, no, or what the line asks
}

type signingOff struct {
	holds []Copy
}

type signOffFacts struct {
	HoldsUnlocked      int `fact:"holds_unlocked"`
	ClassifiedUnlocked int `fact:"classified_unlocked"`
	DeskItems          int `fact:"desk_items"`
	checklist.Facts
}

// ActorRelations: everybody signs off for himself.
func (signOffFacts) ActorRelations() []string { return []string{"own"} }

var _ = act.Define("custody.sign_off", act.Act[SignOff, signingOff, signOffFacts]{
	Load: func(tx *act.Tx, _ SignOff) (signingOff, error) {
		rows, err := Copies.Select(tx.Tx, "WHERE holder = $1 AND state = 'held' ORDER BY id LIMIT 1000", string(tx.Env.Actor.Person))
		return signingOff{rows}, err
	},
	Facts: func(s signingOff, cmd SignOff, env act.Env) signOffFacts {
		f := signOffFacts{HoldsUnlocked: len(s.holds), DeskItems: len(s.holds)}
		for _, c := range s.holds {
			if c.Level.Classified() {
				f.ClassifiedUnlocked++
			}
		}
		f.Facts = checklist.FactsOf(env.Law, DayEnd, env.People.Posts(env.Actor.Person), cmd.Lines)
		return f
	},
	Decide: func(_ signingOff, cmd SignOff, env act.Env) (act.Changes, error) {
		if unknown := checklist.Unknown(env.Law, DayEnd, cmd.Lines); len(unknown) > 0 {
			return act.Changes{}, refuse.Field("lines", "unknown_line")
		}
		sheet := checklist.Sheet{ID: env.ID(), Name: DayEnd, Person: env.Actor.Person, Day: env.Today().String(), Lines: cmd.Lines, SignedAt: env.At}
		return act.Changes{
			Subject: sheet.ID, Rows: []store.Change{checklist.Sheets.Insert(sheet)},
			Targets: []act.Target{{Kind: "person", ID: string(env.Actor.Person), Person: env.Actor.Person, CloseOnly: true}},
			No:      checklist.NoLines(env.Law, DayEnd, cmd.Lines),
		}, nil
	},
})

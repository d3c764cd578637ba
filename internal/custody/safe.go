package custody

import (
	"time"

	"jiyao/internal/act"
	"jiyao/internal/checklist"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Send gives a copy to a channel that leads out of the house: from then on it is in transit until the receipt
// date on record, or it is acknowledged.
type Send struct {
	Copy       term.CopyID   `json:"copy"`
	To         term.PersonID `json:"to"`
	Channel    string        `json:"channel"`
	Recipient  string        `json:"recipient" secret:"true"`
	EnvelopeNo string        `json:"envelope_no"`
	Seal       string        `json:"seal"`
	SentAt     *time.Time    `json:"sent_at"`
	Carriers   []string      `json:"carriers"`
	NetworkNo  string        `json:"network_no"`
}

var _ = act.Define("custody.send", act.Act[Send, held, copyFacts]{
	Load:  func(tx *act.Tx, cmd Send) (held, error) { return load(tx, cmd.Copy) },
	Knows: func(s held, _ Send, env act.Env) []act.Matter { return s.matters(env) },
	Facts: func(s held, cmd Send, env act.Env) copyFacts {
		f := s.facts(env, cmd.To)
		f.Channel, f.CarrierCount = cmd.Channel, len(cmd.Carriers)
		return f
	},
	Decide: func(s held, cmd Send, env act.Env) (act.Changes, error) {
		if err := free(s.copy, 0); err != nil {
			return act.Changes{}, err
		}
		line := HandOver{
			ID: term.HandOverID(env.ID()), Copy: s.copy.ID, Document: s.copy.Document, Class: s.copy.Class, Kind: "send",
			Giver: env.Actor.Person, Receiver: cmd.To, OutAt: env.At, Purpose: "send",
		}
		next := s.copy
		next.State, next.Place, next.Holder, next.HandOver, next.Since = Transit, "", "", line.ID, env.At
		t := target(s.copy)
		t.OpenOnly = true
		return act.Changes{
			Subject: string(s.copy.ID), Document: s.copy.Document, Rows: []store.Change{HandOvers.Insert(line), Copies.Update(s.copy, next)}, Targets: []act.Target{t},
		}, nil
	},
})

// ReportFound says that a piece was found lying where it should not be, or that a missing one turned up.
type ReportFound struct {
	Copy      term.CopyID `json:"copy"`
	Where     string      `json:"place_kind"`
	State     string      `json:"state"` // opened, not_opened
	FoundBy   string      `json:"found_by"`
	FoundWith string      `json:"found_with"`
}

// safety is what the watch over locked cabinets looks at after an act.
type safety struct {
	CopySafe bool `fact:"copy_safe"` // in a locked cabinet, with a holder who signed, or in live transit
}

var _ = act.Define("custody.report_found", act.Act[ReportFound, held, copyFacts]{
	Load: func(tx *act.Tx, cmd ReportFound) (held, error) { return load(tx, cmd.Copy) },
	Facts: func(s held, cmd ReportFound, env act.Env) copyFacts {
		f := s.facts(env, "")
		f.PlaceKind = cmd.Where
		return f
	},
	Decide: func(s held, cmd ReportFound, env act.Env) (act.Changes, error) {
		if cmd.Where == "" {
			return act.Changes{}, refuse.Field("place_kind", "required")
		}
		t := target(s.copy)
		t.CloseOnly, t.Person = true, s.copy.Holder
		return act.Changes{
			Subject: string(s.copy.ID), Document: s.copy.Document, Targets: []act.Target{t},
			After:  safety{CopySafe: cmd.Where != "desk" && cmd.Where != "shelf"},
			Values: map[string]string{"holder": string(s.copy.Holder)},
		}, nil
	},
})

// dayEnd is the sheet that everybody signs at the end of a day.
const dayEnd = "day_end"

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
		f.Facts = checklist.FactsOf(env.Law, dayEnd, cmd.Lines)
		return f
	},
	Decide: func(_ signingOff, cmd SignOff, env act.Env) (act.Changes, error) {
		if unknown := checklist.Unknown(env.Law, dayEnd, cmd.Lines); len(unknown) > 0 {
			return act.Changes{}, refuse.Field("lines", "unknown_line")
		}
		sheet := checklist.Sheet{ID: env.ID(), Name: dayEnd, Person: env.Actor.Person, Day: env.Today().String(), Lines: cmd.Lines, SignedAt: env.At}
		return act.Changes{
			Subject: sheet.ID, Rows: []store.Change{checklist.Sheets.Insert(sheet)},
			Targets: []act.Target{{Kind: "person", ID: string(env.Actor.Person), Person: env.Actor.Person, CloseOnly: true}},
			No:      checklist.NoLines(env.Law, dayEnd, cmd.Lines),
		}, nil
	},
})

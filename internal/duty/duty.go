// Package duty keeps the work of a shift. So far it signs the housekeeping sheet of the room; rosters, checking in and
// handing over come with their own clauses.
//
// A signed sheet is never changed: who signs again on the same day adds one.
package duty

import (
	"jiyao/internal/act"
	"jiyao/internal/checklist"
	"jiyao/internal/store"
)

// Housekeeping is the sheet that whoever is on duty signs for the room.
const Housekeeping = "housekeeping"

// Clean signs the sheet of the room's housekeeping.
type Clean struct {
	Lines map[string]string `json:"lines"` // line → answer: yes, no, or what the line asks
}

type cleanFacts struct{ checklist.Facts }

var _ = act.Define("duty.clean", act.Act[Clean, struct{}, cleanFacts]{
	Load: func(*act.Tx, Clean) (struct{}, error) { return struct{}{}, nil },
	Facts: func(_ struct{}, cmd Clean, env act.Env) cleanFacts {
		return cleanFacts{checklist.FactsOf(env.Law, Housekeeping, env.People.Posts(env.Actor.Person), cmd.Lines)}
	},
	Decide: func(_ struct{}, cmd Clean, env act.Env) (act.Changes, error) {
		if err := checklist.Check(env.Law, Housekeeping, cmd.Lines); err != nil {
			return act.Changes{}, err
		}
		s := checklist.Sheet{ID: env.ID(), Name: Housekeeping, Person: env.Actor.Person, Day: env.Today().String(), Lines: cmd.Lines, SignedAt: env.At}
		return act.Changes{
			Subject: s.ID, Rows: []store.Change{checklist.Sheets.Insert(s)}, No: checklist.NoLines(env.Law, Housekeeping, cmd.Lines),
			Targets: []act.Target{{Kind: "person", ID: string(env.Actor.Person), Person: env.Actor.Person, CloseOnly: true}},
		}, nil
	},
})

package incident

import (
	"fmt"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Open reports a case, by anybody; or a clause opens it, through the system.
type Open struct {
	Kind         string          `json:"kind" req:"true"`
	SubKind      string          `json:"sub_kind"`
	DiscoveredAt time.Time       `json:"discovered_at"` // zero: now
	What         string          `json:"what" secret:"true" max:"1000"`
	PlaceType    string          `json:"place_type" in:"place_type"`
	Persons      []term.PersonID `json:"persons"` // concerned
	Items        []string        `json:"items"`
	Document     term.DocumentID `json:"document"`
	Subject      string          `json:"subject"`
	KnownBy      []string        `json:"known_by" secret:"true"`
	Source       string          `json:"source"`
	Clause       term.Clause     `json:"clause"`
	Notify       []string        `json:"notify"` // posts (pack/post) beside those of the law; the system's alone
}

// openFacts are what the packs may look at of a report.
type openFacts struct {
	Kind      string `fact:"kind"`
	SubKind   string `fact:"sub_kind"`
	PlaceType string `fact:"place_type"`
	Leak      bool   `fact:"leak"` // an adopted pack counts the kind as a leak

	// Of the items that the report names, the highest.
	Level      term.Level  `fact:"level"`
	Regime     term.Regime `fact:"regime"`
	Classified bool        `fact:"classified"`
}

var _ = act.Define("incident.open", act.Act[Open, reported, openFacts]{
	Check: checkOpen,
	Load:  loadReported,
	Facts: func(s reported, cmd Open, env act.Env) openFacts {
		f := openFacts{
			Kind: cmd.Kind, SubKind: cmd.SubKind, PlaceType: cmd.PlaceType, Level: s.level, Regime: s.under(env.Law), Classified: s.level.Classified(),
		}
		for _, v := range env.Law.ListValues("incident.open.kind", cmd.Kind) {
			f.Leak = f.Leak || v.Leak == "yes"
		}
		return f
	},
	Decide: func(s reported, cmd Open, env act.Env) (act.Changes, error) { return open(s, cmd, env) },
})

// Annotate adds a line, and clauses, to a case.
type Annotate struct {
	Case    term.CaseID   `json:"case" req:"true"`
	Text    string        `json:"text" secret:"true" max:"1000"`
	Clauses []term.Clause `json:"clauses"`
}

// Delete asks that a case be deleted.
type Delete struct {
	Case   term.CaseID `json:"case" req:"true"`
	Reason string      `json:"reason" secret:"true"`
}

// Merge asks that a case be merged into another.
type Merge struct {
	Case   term.CaseID `json:"case" req:"true"`
	Into   term.CaseID `json:"into" req:"true"`
	Reason string      `json:"reason" secret:"true"`
}

type caseState struct{ row Case }

type caseFacts struct {
	Kind string `fact:"kind"`
}

func (s caseState) facts() caseFacts { return caseFacts{Kind: s.row.Kind} }

// loadCase gives a case to who may know of it; for anybody else there is none.
func loadCase(tx *act.Tx, id term.CaseID) (caseState, error) {
	env := tx.Env
	viewer := ViewerOf(env.Law, env.Actor.Person, env.People)
	viewer.All = env.Actor.System
	row, ok, err := viewer.Get(tx.Tx, id)
	if err != nil {
		return caseState{}, err
	}
	if !ok {
		return caseState{}, fmt.Errorf("case: %w", refuse.ErrNotFound)
	}
	return caseState{row}, nil
}

var _ = act.Define("incident.annotate", act.Act[Annotate, caseState, caseFacts]{
	Load:   func(tx *act.Tx, cmd Annotate) (caseState, error) { return loadCase(tx, cmd.Case) },
	Leans:  func(s caseState, _ Annotate) []act.Event { return []act.Event{{What: "reported", At: s.row.OpenedAt}} },
	Facts:  func(s caseState, _ Annotate, _ act.Env) caseFacts { return s.facts() },
	Decide: annotate,
})

var _ = act.Define("incident.delete", act.Act[Delete, caseState, caseFacts]{
	Load:   func(tx *act.Tx, cmd Delete) (caseState, error) { return loadCase(tx, cmd.Case) },
	Facts:  func(s caseState, _ Delete, _ act.Env) caseFacts { return s.facts() },
	Decide: func(caseState, Delete, act.Env) (act.Changes, error) { return act.Changes{}, never() },
})

var _ = act.Define("incident.merge", act.Act[Merge, caseState, caseFacts]{
	Check: func(cmd Merge) error {
		if cmd.Into == "" {
			return refuse.Field("into", "required")
		}
		return nil
	},
	Load: func(tx *act.Tx, cmd Merge) (caseState, error) {
		if _, err := loadCase(tx, cmd.Into); err != nil {
			return caseState{}, err
		}
		return loadCase(tx, cmd.Case)
	},
	Facts:  func(s caseState, _ Merge, _ act.Env) caseFacts { return s.facts() },
	Decide: func(caseState, Merge, act.Env) (act.Changes, error) { return act.Changes{}, never() },
})

// Reveal opens what a case says. Doing so is no record of itself: the page that shows it asks an act.
func Reveal(tx *store.Tx, c *Case) error { return Cases.Reveal(tx, c) }

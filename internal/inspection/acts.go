package inspection

import (
	"fmt"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// Find reports a finding, by anybody; or a clause does, through the system.
type Find struct {
	What           string          `json:"what" req:"true" secret:"true" max:"400"` // a stable word, or in one's own words
	SubKind        string          `json:"sub_kind"`
	Place          string          `json:"place"`
	FoundAt        time.Time       `json:"found_at"` // zero: now
	Owner          term.PersonID   `json:"owner"`
	OwnerPost      string          `json:"owner_post"` // pack/post
	FixBy          string          `json:"fix_by"`     // YYYY-MM-DD; empty: as the parameter says
	Clause         term.Clause     `json:"clause"`
	ClauseBreached term.Clause     `json:"clause_breached"`
	Persons        []term.PersonID `json:"persons"`
	Document       term.DocumentID `json:"document"`
	Subject        string          `json:"subject"`
	Notify         []string        `json:"notify"` // posts; the system's alone
	Holds          bool            `json:"holds"`  // the copy it is about goes to nobody meanwhile; the system's alone
}

// Measure says what the owner did about it.
type Measure struct {
	Finding term.FindingID `json:"finding" req:"true"`
	Measure string         `json:"measure" req:"true" secret:"true" max:"400"`
}

// Recheck looks again.
type Recheck struct {
	Finding term.FindingID `json:"finding" req:"true"`
	Result  string         `json:"result" in:"recheck"` // fixed, not_fixed
}

// Close ends a finding.
type Close struct {
	Finding term.FindingID `json:"finding" req:"true"`
	Note    string         `json:"note" secret:"true"`
}

type findFacts struct {
	Kind    string `fact:"kind"` // the stable word; found where it was described
	SubKind string `fact:"sub_kind"`
}

type findingFacts struct {
	Kind      string   `fact:"kind"`
	SubKind   string   `fact:"sub_kind"`
	StepsDone []string `fact:"steps_done"` // measure, recheck
	relations []string `fact:"-"`
}

// ActorRelations says whether the actor is the owner.
func (f findingFacts) ActorRelations() []string { return f.relations }

type findingState struct {
	row  Finding
	zero time.Time
}

func (s findingState) facts(env act.Env) findingFacts {
	f := findingFacts{Kind: s.row.What, SubKind: s.row.SubKind}
	if !s.row.MeasureAt.IsZero() {
		f.StepsDone = append(f.StepsDone, "measure")
	}
	if s.row.Recheck == fixed {
		f.StepsDone = append(f.StepsDone, "recheck")
	}
	if owns(s.row, env.Actor.Person, env.People) {
		f.relations = []string{"owner"}
	}
	return f
}

// events are what an act on a finding leans on.
func (s findingState) events() []act.Event {
	return []act.Event{{What: "found", At: s.row.FoundAt}, {What: "measured", At: s.row.MeasureAt}, {What: "rechecked", At: s.row.RecheckAt}}
}

// loadFinding gives a finding to who may know of it; for anybody else there is none.
func loadFinding(tx *act.Tx, id term.FindingID) (findingState, error) {
	env := tx.Env
	viewer := ViewerOf(env.Law, env.Actor.Person, env.People)
	viewer.All = env.Actor.System
	row, ok, err := viewer.Get(tx.Tx, id)
	if err != nil {
		return findingState{}, err
	}
	if !ok {
		return findingState{}, fmt.Errorf("finding: %w", refuse.ErrNotFound)
	}
	return findingState{row: row}, nil
}

var _ = act.Define("inspection.find", act.Act[Find, struct{}, findFacts]{
	Check: checkFind,
	Load:  func(*act.Tx, Find) (struct{}, error) { return struct{}{}, nil },
	Facts: func(_ struct{}, cmd Find, _ act.Env) findFacts {
		f := findFacts{Kind: cmd.What, SubKind: cmd.SubKind}
		if !wordPattern.MatchString(cmd.What) {
			f.Kind = described
		}
		return f
	},
	Decide: func(_ struct{}, cmd Find, env act.Env) (act.Changes, error) { return find(cmd, env) },
})

var _ = act.Define("inspection.measure", act.Act[Measure, findingState, findingFacts]{
	Load:   func(tx *act.Tx, cmd Measure) (findingState, error) { return loadFinding(tx, cmd.Finding) },
	Leans:  func(s findingState, _ Measure) []act.Event { return s.events() },
	Facts:  func(s findingState, _ Measure, env act.Env) findingFacts { return s.facts(env) },
	Decide: measure,
})

var _ = act.Define("inspection.recheck", act.Act[Recheck, findingState, findingFacts]{
	Load:   func(tx *act.Tx, cmd Recheck) (findingState, error) { return loadFinding(tx, cmd.Finding) },
	Leans:  func(s findingState, _ Recheck) []act.Event { return s.events() },
	Facts:  func(s findingState, _ Recheck, env act.Env) findingFacts { return s.facts(env) },
	Decide: recheck,
})

var _ = act.Define("inspection.close", act.Act[Close, findingState, findingFacts]{
	Load:   func(tx *act.Tx, cmd Close) (findingState, error) { return loadFinding(tx, cmd.Finding) },
	Leans:  func(s findingState, _ Close) []act.Event { return s.events() },
	Facts:  func(s findingState, _ Close, env act.Env) findingFacts { return s.facts(env) },
	Decide: func(s findingState, _ Close, env act.Env) (act.Changes, error) { return closing(s, env) },
})

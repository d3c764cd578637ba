package people

import (
	"jiyao/internal/act"
	"jiyao/internal/checklist"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Staff lists the office's own people who have not left, in the order of Persons.
func (d *Directory) Staff() []term.PersonID {
	var out []term.PersonID
	for _, p := range d.Persons() {
		if p.Affiliation == ownStaff && p.LeftAt.IsZero() {
			out = append(out, p.ID)
		}
	}
	return out
}

// SelfCheck signs a person's own yearly sheet (自查、年度声明).
type SelfCheck struct {
	Sheet string            `json:"sheet"`
	Lines map[string]string `json:"lines"` // line → yes or no
}

var _ = act.Define("people.self_check", act.Act[SelfCheck, struct{}, selfCheckFacts]{
	Load: func(*act.Tx, SelfCheck) (struct{}, error) { return struct{}{}, nil },
	Facts: func(_ struct{}, cmd SelfCheck, env act.Env) selfCheckFacts {
		return selfCheckFacts{checklist.FactsOf(env.Law, cmd.Sheet, env.People.Posts(env.Actor.Person), cmd.Lines)}
	},
	Decide: func(_ struct{}, cmd SelfCheck, env act.Env) (act.Changes, error) {
		if len(env.Law.Sheets(cmd.Sheet)) == 0 {
			return act.Changes{}, refuse.Field("sheet", "not_in_list")
		}
		if err := checklist.Check(env.Law, cmd.Sheet, cmd.Lines); err != nil {
			return act.Changes{}, err
		}
		s := checklist.Sheet{ID: env.ID(), Name: cmd.Sheet, Person: env.Actor.Person, Day: env.Today().String(), Lines: cmd.Lines, SignedAt: env.At}
		return act.Changes{
			Subject: s.ID, Rows: []store.Change{checklist.Sheets.Insert(s)}, No: checklist.NoLines(env.Law, cmd.Sheet, cmd.Lines),
			Targets: []act.Target{{Kind: "staff", ID: string(env.Actor.Person), Person: env.Actor.Person, CloseOnly: true}},
		}, nil
	},
})

type selfCheckFacts struct{ checklist.Facts }

// ActorRelations: everybody signs his own.
func (selfCheckFacts) ActorRelations() []string { return []string{"own"} }

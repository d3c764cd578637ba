package people

import (
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// Designate names persons for acts of custody (收发 传递 外出携带), or a unit for stages of a secret object, for all items or
// listed ones. Only a unit may be named without a last day.
type Designate struct {
	Persons  []term.PersonID   `json:"persons"`
	Acts     []string          `json:"acts" in:"designated_act"`
	Unit     term.UnitID       `json:"unit"`
	Stages   []string          `json:"stages" in:"stage"`
	Items    []term.DocumentID `json:"items"`
	AllItems string            `json:"all_items" in:"yes"`
	From     string            `json:"from"` // YYYY-MM-DD
	To       string            `json:"to"`   // inclusive
}

type designateFacts struct {
	Kind string `fact:"kind"` // persons or unit
}

// kind is that of the command that made it.
func (d Designation) kind() string { return Designate{Unit: d.Unit, Stages: d.Stages}.kind() }

// kind says whether persons or a unit are named.
func (cmd Designate) kind() string {
	if cmd.Unit != "" || len(cmd.Stages) > 0 {
		return "unit"
	}
	return "persons"
}

type designating struct {
	giving
	unit bool
}

var _ = act.Define("custody.designate", act.Act[Designate, designating, designateFacts]{
	Check: func(cmd Designate) error {
		if cmd.kind() == "unit" && len(cmd.Persons)+len(cmd.Acts) > 0 {
			return refuse.Field("unit", "either_or")
		}
		return spanFault(cmd.From, cmd.To)
	},
	Load: func(tx *act.Tx, cmd Designate) (s designating, err error) {
		if s.giving, err = loadGiving(tx, Designated, cmd.Items); err != nil {
			return s, err
		}
		s.unit, err = unitKnown(tx, cmd.Unit)
		return s, err
	},
	Facts:  func(_ designating, cmd Designate, _ act.Env) designateFacts { return designateFacts{cmd.kind()} },
	Decide: decideDesignate,
})

func decideDesignate(s designating, cmd Designate, env act.Env) (act.Changes, error) {
	if err := s.listed(cmd.Items, cmd.AllItems); err != nil {
		return act.Changes{}, err
	}
	if err := span(cmd.From, cmd.To, cmd.kind() == "persons", env); err != nil {
		return act.Changes{}, err
	}
	row := Designation{
		Year: env.Today().Year, Acts: cmd.Acts, Unit: cmd.Unit, Stages: cmd.Stages, Items: idsOf(cmd.Items), FirstDay: cmd.From, LastDay: cmd.To,
		By: env.Actor.Person, Signed: env.Signer("actor"), GivenAt: env.At,
	}
	c := act.Changes{Values: map[string]string{}}
	one := func(person term.PersonID) {
		row.ID, row.No, row.Person = env.ID(), s.last+1+len(c.Rows), person
		c.Subject, c.Values["number"] = row.ID, row.Number()
		c.Rows = append(c.Rows, Designated.Insert(row))
	}
	if cmd.kind() == "unit" {
		switch {
		case cmd.Unit == "" || !s.unit:
			return c, refuse.Field("unit", "unknown")
		case len(cmd.Stages) == 0:
			return c, refuse.Field("stages", "required")
		}
		one("")
	} else {
		switch {
		case len(cmd.Persons) == 0:
			return c, refuse.Field("persons", "required")
		case len(cmd.Acts) == 0:
			return c, refuse.Field("acts", "required")
		}
		for i, id := range cmd.Persons {
			if err := knownPerson(env, "persons", id); err != nil {
				return c, err
			}
			if slices.Contains(cmd.Persons[:i], id) {
				return c, refuse.Field("persons", "another")
			}
			one(id)
		}
	}
	c.Rows = append(c.Rows, s.change(env))
	return c, nil
}

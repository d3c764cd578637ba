package people

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// stamp is the row that every act of this room draws anew, so that caches know.
type stamp struct {
	row   Setting
	known bool
}

func loadStamp(tx *store.Tx) (stamp, error) {
	row, ok, err := Settings.One(tx, "WHERE id = $1", settingVersion)
	if err != nil {
		return stamp{}, fmt.Errorf("read the version of the people tables: %w", err)
	}
	return stamp{row, ok}, nil
}

func (s stamp) change(env act.Env) store.Change {
	next := Setting{ID: settingVersion, Value: env.ID()}
	if !s.known {
		return Settings.Insert(next)
	}
	old := s.row
	s.row.Value = next.Value
	return Settings.Update(old, s.row)
}

// postFacts are asked of what changes who holds what.
type postFacts struct {
	Post         string   `fact:"post"` // the pack posts it stands for, with a blank between two
	HoldersAfter int      `fact:"holders_after"`
	ReplacesSet  bool     `fact:"replaces_set"`
	GivenActs    []string `fact:"given_acts"`
	Holdings     int      `fact:"holdings"` // of whose post ends
	hands
	Persons []regulation.Person `fact:",each"`
}

// personFacts are asked of an act upon one person.
type personFacts struct {
	Persons   []regulation.Person `fact:",each"`
	relations []string            `fact:"-"`
}

// ActorRelations says whether the actor acts for himself.
func (f personFacts) ActorRelations() []string { return f.relations }

func aboutPerson(env act.Env, id term.PersonID) personFacts {
	f := personFacts{Persons: []regulation.Person{env.Person(id)}}
	if id != "" && id == env.Actor.Person {
		f.relations = []string{"own"}
	}
	return f
}

// UnitCreate makes a unit. An empty ID is drawn.
type UnitCreate struct {
	ID    term.UnitID `json:"id"`
	Name  string      `json:"name" req:"true"`
	Kind  string      `json:"kind" in:"unit_kind"`
	Slots []string    `json:"slots"` // pack units it stands for
}

type noFacts struct{}

// fresh is the state of acts that make a row: the stamp, and whether the asked id is taken.
type fresh struct {
	stamp
	taken bool
}

// loadFresh looks whether an id is taken; the id may be empty.
func loadFresh[R any](tx *act.Tx, t *store.Table[R], id string) (fresh, error) {
	s, err := loadStamp(tx.Tx)
	if err != nil || id == "" {
		return fresh{stamp: s}, err
	}
	_, err = t.Get(tx.Tx, id)
	if errors.Is(err, refuse.ErrNotFound) {
		return fresh{stamp: s}, nil
	}
	return fresh{s, true}, err
}

// idOr checks an id that somebody chose, or draws one.
func (s fresh) idOr(env act.Env, id string) (string, error) {
	switch {
	case id == "":
		return env.ID(), nil
	case s.taken:
		return "", refuse.Field("id", "taken")
	case !idPattern.MatchString(id):
		return "", refuse.Field("id", "bad_format")
	}
	return id, nil
}

func checkName(name string) error {
	if code := nameFault(name, maxName); code != "" {
		return refuse.Field("name", code)
	}
	return nil
}

var _ = act.Define("people.unit_create", act.Act[UnitCreate, fresh, noFacts]{
	Check: func(cmd UnitCreate) error {
		if !slices.Contains(unitKinds, cmd.Kind) {
			return refuse.Field("kind", "not_in_list")
		}
		for _, s := range cmd.Slots {
			if !packUnit(s) {
				return refuse.Field("slots", "unknown")
			}
		}
		return checkName(cmd.Name)
	},
	Load:  func(tx *act.Tx, cmd UnitCreate) (fresh, error) { return loadFresh(tx, Units, string(cmd.ID)) },
	Facts: func(fresh, UnitCreate, act.Env) noFacts { return noFacts{} },
	Decide: func(s fresh, cmd UnitCreate, env act.Env) (act.Changes, error) {
		if err := signedByPosts(env, "people.unit_create", nil); err != nil {
			return act.Changes{}, err
		}
		id, err := s.idOr(env, string(cmd.ID))
		if err != nil {
			return act.Changes{}, err
		}
		row := Unit{ID: term.UnitID(id), Name: cmd.Name, Kind: cmd.Kind, Slots: cmd.Slots}
		return act.Changes{Subject: id, Targets: []act.Target{{Kind: "unit", ID: id}}, Rows: []store.Change{Units.Insert(row), s.change(env)}}, nil
	},
})

// PostCreate makes one of the office's own posts. An empty ID is drawn.
type PostCreate struct {
	ID     term.PostID `json:"id"`
	Name   string      `json:"name" req:"true"`
	Stands []string    `json:"stands"` // county/officer, base/officer …
	Unit   term.UnitID `json:"unit"`
}

type postState struct {
	fresh
	unit bool // the named unit exists, or none is named
}

var _ = act.Define("people.post_create", act.Act[PostCreate, postState, hands]{
	Check: func(cmd PostCreate) error {
		for _, s := range cmd.Stands {
			if _, ok := packPost(s); !ok {
				return refuse.Field("stands", "unknown")
			}
		}
		return checkName(cmd.Name)
	},
	Load: func(tx *act.Tx, cmd PostCreate) (s postState, err error) {
		if s.fresh, err = loadFresh(tx, Posts, string(cmd.ID)); err != nil {
			return s, err
		}
		s.unit, err = unitKnown(tx, cmd.Unit)
		return s, err
	},
	Facts: func(_ postState, cmd PostCreate, _ act.Env) hands { return handsOf(cmd.Stands) },
	Decide: func(s postState, cmd PostCreate, env act.Env) (act.Changes, error) {
		if err := signedByPosts(env, "people.post_create", nil); err != nil {
			return act.Changes{}, err
		}
		id, err := s.idOr(env, string(cmd.ID))
		switch {
		case err != nil:
			return act.Changes{}, err
		case !s.unit:
			return act.Changes{}, refuse.Field("unit", "unknown")
		}
		row := Post{ID: term.PostID(id), Name: cmd.Name, Stands: cmd.Stands, Unit: cmd.Unit}
		return act.Changes{Subject: id, Targets: []act.Target{{Kind: "post", ID: id}}, Rows: []store.Change{Posts.Insert(row), s.change(env)}}, nil
	},
})

// unitKnown reports whether a unit exists; naming none is fine.
func unitKnown(tx *act.Tx, id term.UnitID) (bool, error) {
	if id == "" {
		return true, nil
	}
	_, err := Units.Get(tx.Tx, id)
	if errors.Is(err, refuse.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// PersonRegister enters a person. Grades are given by people.grade alone. An empty ID is drawn.
type PersonRegister struct {
	ID          term.PersonID `json:"id"`
	Name        string        `json:"name" req:"true"`
	Unit        term.UnitID   `json:"unit"`
	Affiliation string        `json:"affiliation" in:"affiliation"` // staff when empty
}

var _ = act.Define("people.person_register", act.Act[PersonRegister, postState, noFacts]{
	Check: func(cmd PersonRegister) error {
		return checkName(cmd.Name)
	},
	Load: func(tx *act.Tx, cmd PersonRegister) (s postState, err error) {
		if s.fresh, err = loadFresh(tx, Persons, string(cmd.ID)); err != nil {
			return s, err
		}
		s.unit, err = unitKnown(tx, cmd.Unit)
		return s, err
	},
	Facts: func(postState, PersonRegister, act.Env) noFacts { return noFacts{} },
	Decide: func(s postState, cmd PersonRegister, env act.Env) (act.Changes, error) {
		id, err := s.idOr(env, string(cmd.ID))
		switch {
		case err != nil:
			return act.Changes{}, err
		case !s.unit:
			return act.Changes{}, refuse.Field("unit", "unknown")
		}
		row := FoundPerson{ID: term.PersonID(id), Name: cmd.Name, Unit: cmd.Unit, Affiliation: cmd.Affiliation}.person()
		return act.Changes{Subject: id, Targets: []act.Target{onPerson(row.ID)}, Rows: []store.Change{Persons.Insert(row), s.change(env)}}, nil
	},
})

func onPerson(id term.PersonID) act.Target {
	return act.Target{Kind: "person", ID: string(id), Person: id}
}

// Grade sets the grade of a cleared person (核心 重要 一般) with what it leans on.
type Grade struct {
	Person       term.PersonID `json:"person" req:"true"`
	Grade        string        `json:"grade" in:"grade"` // empty takes it away
	Post         term.PostID   `json:"post"`
	ReviewedOn   string        `json:"reviewed_on"`
	ReviewResult string        `json:"review_result"`
	TrainedOn    string        `json:"trained_on"`
	Recheck      bool          `json:"recheck"`
}

type personState struct {
	stamp
	person Person
}

func loadPerson(tx *act.Tx, id term.PersonID) (s personState, err error) {
	if s.stamp, err = loadStamp(tx.Tx); err != nil {
		return s, err
	}
	s.person, err = Persons.Get(tx.Tx, id)
	return s, err
}

var _ = act.Define("people.grade", act.Act[Grade, personState, personFacts]{
	Check: func(cmd Grade) error {
		switch {
		case dayFault(cmd.ReviewedOn, false) != "":
			return refuse.Field("reviewed_on", "bad_format")
		case dayFault(cmd.TrainedOn, false) != "":
			return refuse.Field("trained_on", "bad_format")
		}
		return nil
	},
	Load: func(tx *act.Tx, cmd Grade) (personState, error) { return loadPerson(tx, cmd.Person) },
	Facts: func(_ personState, cmd Grade, env act.Env) personFacts {
		f := aboutPerson(env, cmd.Person)
		f.Persons[0].Grade = cmd.Grade
		return f
	},
	Decide: func(s personState, cmd Grade, env act.Env) (act.Changes, error) {
		if err := knownPerson(env, "person", cmd.Person); err != nil {
			return act.Changes{}, err
		}
		today := env.Today().String()
		switch {
		case cmd.ReviewedOn > today:
			return act.Changes{}, refuse.Field("reviewed_on", "in_the_future")
		case cmd.TrainedOn > today:
			return act.Changes{}, refuse.Field("trained_on", "in_the_future")
		}
		next := s.person
		next.Grade = cmd.Grade
		if cmd.Grade != "" {
			next.LeftPostAt = time.Time{}
		}
		if cmd.ReviewedOn != "" {
			next.ReviewedOn = cmd.ReviewedOn
		}
		if cmd.TrainedOn != "" {
			next.TrainedOn = cmd.TrainedOn
		}
		return act.Changes{Subject: string(cmd.Person), Targets: []act.Target{onPerson(cmd.Person)}, Rows: []store.Change{Persons.Update(s.person, next), s.change(env)}}, nil
	},
})

// endOf is the instant at which something ends: the given one, or now.
func endOf(given time.Time, env act.Env) time.Time {
	if given.IsZero() {
		return env.At
	}
	return given
}

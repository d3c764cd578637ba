package people

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
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
	Post         string              `fact:"post"` // the pack posts it stands for, with a blank between two
	HoldersAfter int                 `fact:"holders_after"`
	ReplacesSet  bool                `fact:"replaces_set"`
	GivenActs    []string            `fact:"given_acts"`
	Persons      []regulation.Person `fact:",each"`
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
	Name  string      `json:"name"`
	Kind  string      `json:"kind"`
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
	Name   string      `json:"name"`
	Stands []string    `json:"stands"` // county/officer, base/officer …
	Unit   term.UnitID `json:"unit"`
}

type postState struct {
	fresh
	unit bool // the named unit exists, or none is named
}

var _ = act.Define("people.post_create", act.Act[PostCreate, postState, noFacts]{
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
	Facts: func(postState, PostCreate, act.Env) noFacts { return noFacts{} },
	Decide: func(s postState, cmd PostCreate, env act.Env) (act.Changes, error) {
		if err := errors.Join(signedByPosts(env, "people.post_create", nil), separated(env, "people.post_create", cmd.Stands)); err != nil {
			return act.Changes{}, first(err)
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

// first gives the first error of a join, so that one refusal or field answer comes out whole.
func first(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // our own join, one level
		return joined.Unwrap()[0]
	}
	return err
}

// PersonRegister enters a person. Grades are given by people.grade alone. An empty ID is drawn.
type PersonRegister struct {
	ID          term.PersonID `json:"id"`
	Name        string        `json:"name"`
	Unit        term.UnitID   `json:"unit"`
	Affiliation string        `json:"affiliation"` // staff when empty
}

var _ = act.Define("people.person_register", act.Act[PersonRegister, postState, noFacts]{
	Check: func(cmd PersonRegister) error {
		if cmd.Affiliation != "" && !slices.Contains(affiliations, cmd.Affiliation) {
			return refuse.Field("affiliation", "not_in_list")
		}
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
	Person       term.PersonID `json:"person"`
	Grade        string        `json:"grade"` // empty takes it away
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
		case cmd.Grade != "" && !slices.Contains(grades, cmd.Grade):
			return refuse.Field("grade", "not_in_list")
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
		next := s.person
		next.Grade = cmd.Grade
		if cmd.ReviewedOn != "" {
			next.ReviewedOn = cmd.ReviewedOn
		}
		if cmd.TrainedOn != "" {
			next.TrainedOn = cmd.TrainedOn
		}
		return act.Changes{Subject: string(cmd.Person), Targets: []act.Target{onPerson(cmd.Person)}, Rows: []store.Change{Persons.Update(s.person, next), s.change(env)}}, nil
	},
})

// Commit signs the actor's own 保密承诺书.
type Commit struct {
	Person   term.PersonID `json:"person"` // the actor; empty means him too
	Version  string        `json:"version"`
	SignedOn string        `json:"signed_on"` // empty: today
	ValidTo  string        `json:"valid_to"`  // inclusive; empty: as the parameter says
}

var _ = act.Define("people.commit", act.Act[Commit, stamp, personFacts]{
	Load:  func(tx *act.Tx, _ Commit) (stamp, error) { return loadStamp(tx.Tx) },
	Facts: func(_ stamp, cmd Commit, env act.Env) personFacts { return aboutPerson(env, orActor(cmd.Person, env)) },
	Decide: func(s stamp, cmd Commit, env act.Env) (act.Changes, error) {
		person := orActor(cmd.Person, env)
		if err := knownPerson(env, "person", person); err != nil {
			return act.Changes{}, err
		}
		row, err := promise(cmd, env)
		if err != nil {
			return act.Changes{}, err
		}
		row.ID, row.Person = term.CommitmentID(env.ID()), person
		return act.Changes{Subject: string(person), Targets: []act.Target{onPerson(person)}, Rows: []store.Change{Commitments.Insert(row), s.change(env)}}, nil
	},
})

func orActor(id term.PersonID, env act.Env) term.PersonID {
	if id == "" {
		return env.Actor.Person
	}
	return id
}

// promise works out a commitment's dates: signed today at the latest, valid no longer than the law lets it be.
func promise(cmd Commit, env act.Env) (Commitment, error) {
	signed := env.Today()
	if cmd.SignedOn != "" {
		given, err := calendar.ParseDate(cmd.SignedOn)
		switch {
		case err != nil:
			return Commitment{}, refuse.Field("signed_on", "bad_format")
		case given.After(signed):
			return Commitment{}, refuse.Field("signed_on", "in_the_future")
		}
		signed = given
	}
	longest, err := promisedTo(env.Law, signed)
	if err != nil {
		return Commitment{}, fmt.Errorf("work out how long a commitment is valid: %w: %w", err, refuse.ErrUnavailable)
	}
	row := Commitment{Version: strings.TrimSpace(cmd.Version), SignedOn: signed.String(), ValidTo: cmd.ValidTo}
	switch {
	case row.Version != "" && nameFault(row.Version, maxName) != "":
		return row, refuse.Field("version", "bad_format")
	case dayFault(cmd.ValidTo, false) != "":
		return row, refuse.Field("valid_to", "bad_format")
	case cmd.ValidTo == "":
		row.ValidTo = longest
	case cmd.ValidTo < row.SignedOn:
		return row, refuse.Field("valid_to", "before_signed_on")
	case longest != "" && cmd.ValidTo > longest:
		return row, refuse.Field("valid_to", "too_long")
	}
	return row, nil
}

// ReadRegulation notes 已阅知 of the version in force.
type ReadRegulation struct {
	Pack    string        `json:"pack"`
	Version string        `json:"version"` // empty: the one in force
	Person  term.PersonID `json:"person"`  // the actor; empty means him too
}

type readState struct {
	inForce Adoption
	read    []Reading // this person's, of the pack
}

var _ = act.Define("people.read_regulation", act.Act[ReadRegulation, readState, personFacts]{
	Load: func(tx *act.Tx, cmd ReadRegulation) (s readState, err error) {
		rows, err := Adoptions.Select(tx.Tx, "WHERE pack = $1 ORDER BY id", cmd.Pack)
		if err != nil {
			return s, err
		}
		r := roll{adoptions: rows}
		r.sort()
		for _, a := range r.inForce(tx.Env.Today().String()) {
			s.inForce = a
		}
		if s.inForce.Pack == "" {
			return s, refuse.ErrNotFound
		}
		s.read, err = Readings.Select(tx.Tx, "WHERE person = $1 ORDER BY id", string(orActor(cmd.Person, tx.Env)))
		return s, err
	},
	Facts: func(_ readState, cmd ReadRegulation, env act.Env) personFacts {
		return aboutPerson(env, orActor(cmd.Person, env))
	},
	Decide: func(s readState, cmd ReadRegulation, env act.Env) (act.Changes, error) {
		person := orActor(cmd.Person, env)
		row := Reading{Person: person, Pack: s.inForce.Pack, Version: s.inForce.Version, At: env.At}
		row.ID = string(row.Person) + "/" + row.Pack + "/" + row.Version
		switch {
		case person == "":
			return act.Changes{}, refuse.Field("person", "required")
		case cmd.Version != "" && cmd.Version != row.Version:
			return act.Changes{}, refuse.Field("version", "not_in_force")
		case slices.ContainsFunc(s.read, func(r Reading) bool { return r.ID == row.ID }):
			return act.Changes{}, refuse.Field("pack", "already_read")
		}
		return act.Changes{Subject: string(person), Targets: []act.Target{onPerson(person)}, Rows: []store.Change{Readings.Insert(row)}}, nil
	},
})

// endOf is the instant at which something ends: the given one, or now.
func endOf(given time.Time, env act.Env) time.Time {
	if given.IsZero() {
		return env.At
	}
	return given
}

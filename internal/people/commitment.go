package people

import (
	"fmt"
	"slices"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

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
	Pack    string        `json:"pack" req:"true"`
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

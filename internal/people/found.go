package people

import (
	"fmt"

	"jiyao/internal/act"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Found sets the whole office up, once, in one act of the system. ParseOffice makes it from a file.
type Found struct {
	Name       string         `json:"name"`
	Room       string         `json:"room"`
	Regime     term.Regime    `json:"regime"`
	Zone       Zoning         `json:"zone"`
	Adopt      []FoundPack    `json:"adopt"`
	Parameters []FoundSetting `json:"parameters"`
	Units      []FoundUnit    `json:"units"`
	Posts      []FoundPost    `json:"posts"`
	Persons    []FoundPerson  `json:"persons"`
}

// FoundPack is one regulation, whole when Parts is empty.
type FoundPack struct {
	Pack        string   `json:"pack" yaml:"pack"`
	Parts       []string `json:"parts" yaml:"parts"`
	Version     string   `json:"version" yaml:"version"`
	Basis       string   `json:"basis" yaml:"basis"`
	Digest      string   `json:"text_digest" yaml:"text_digest"`
	InForceFrom string   `json:"in_force_from" yaml:"in_force_from"`
	Units       []string `json:"responsible_units" yaml:"responsible_units"`
	line        int
}

// FoundSetting is one parameter of the office's own.
type FoundSetting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	line  int
}

// FoundUnit is one unit.
type FoundUnit struct {
	ID    term.UnitID `json:"id" yaml:"id"`
	Name  string      `json:"name" yaml:"name"`
	Kind  string      `json:"kind" yaml:"kind"`
	Slots []string    `json:"slots" yaml:"slots"`
	line  int
}

// FoundPost is one of the office's own posts.
type FoundPost struct {
	ID     term.PostID `json:"id" yaml:"id"`
	Name   string      `json:"name" yaml:"name"`
	Unit   term.UnitID `json:"unit" yaml:"unit"`
	Stands []string    `json:"stands" yaml:"stands"`
	line   int
}

// FoundPerson is one person with the posts he holds from the beginning.
type FoundPerson struct {
	ID          term.PersonID   `json:"id" yaml:"id"`
	Name        string          `json:"name" yaml:"name"`
	Unit        term.UnitID     `json:"unit" yaml:"unit"`
	Affiliation string          `json:"affiliation" yaml:"affiliation"` // empty: staff
	Grade       string          `json:"grade" yaml:"grade"`
	Posts       []term.PostID   `json:"posts" yaml:"posts"`
	Commitment  FoundCommitment `json:"commitment" yaml:"commitment"`
	Admin       string          `json:"admin" yaml:"admin"` // of the three; such a person holds no business post
	Login       string          `json:"login" yaml:"login"` // empty: no account
	line        int
}

// FoundCommitment is a 承诺书 signed before the set-up; an empty SignedOn is none.
type FoundCommitment struct {
	Version  string `json:"version" yaml:"version"`
	SignedOn string `json:"signed_on" yaml:"signed_on"`
	ValidTo  string `json:"valid_to" yaml:"valid_to"`
}

type foundFacts struct{}

var _ = act.Define("people.found", act.Act[Found, stamp, foundFacts]{
	Load: func(tx *act.Tx, _ Found) (stamp, error) { return loadStamp(tx.Tx) },
	Check: func(cmd Found) error {
		if bad := cmd.check(); bad != nil {
			return bad.invalid()
		}
		return nil
	},
	Facts: func(stamp, Found, act.Env) foundFacts { return foundFacts{} },
	Decide: func(s stamp, cmd Found, env act.Env) (act.Changes, error) {
		if s.known {
			return act.Changes{}, errFounded
		}
		rows := cmd.rows(env.ID, env)
		return act.Changes{Subject: "office", Rows: append(rows, s.change(env)), Targets: cmd.targets()}, nil
	},
})

// targets are what duties hang on from the first day: each adopted pack and each person.
func (f Found) targets() []act.Target {
	var out []act.Target
	for _, a := range f.Adopt {
		out = append(out, act.Target{Kind: "regulation", ID: a.Pack})
	}
	for _, p := range f.Persons {
		out = append(out, act.Target{Kind: "person", ID: string(p.ID), Person: p.ID})
	}
	return out
}

// rows gives every row of the new office. Holdings have no beginning: they stood before the set-up.
func (f Found) rows(id func() string, env act.Env) []store.Change {
	var out []store.Change
	for _, s := range f.settings() {
		out = append(out, Settings.Insert(s))
	}
	for _, u := range f.Units {
		out = append(out, Units.Insert(Unit{ID: u.ID, Name: u.Name, Kind: u.Kind, Slots: u.Slots}))
	}
	for _, p := range f.Posts {
		out = append(out, Posts.Insert(Post{ID: p.ID, Name: p.Name, Unit: p.Unit, Stands: p.Stands}))
	}
	for _, p := range f.Persons {
		out = append(out, Persons.Insert(p.person()))
		for _, post := range p.Posts {
			out = append(out, Holdings.Insert(Holding{ID: id(), Post: post, Person: p.ID}))
		}
		if c := p.Commitment; c.SignedOn != "" {
			out = append(out, Commitments.Insert(Commitment{ID: term.CommitmentID(id()), Person: p.ID, Version: c.Version, SignedOn: c.SignedOn, ValidTo: c.ValidTo}))
		}
	}
	for _, a := range f.Adopt {
		row := a.adoption()
		row.ID, row.At = id(), env.At
		out = append(out, Adoptions.Insert(row))
	}
	return out
}

func (p FoundPerson) person() Person {
	if p.Affiliation == "" {
		p.Affiliation = ownStaff
	}
	return Person{ID: p.ID, Name: p.Name, Unit: p.Unit, Affiliation: p.Affiliation, Grade: p.Grade}
}

func (a FoundPack) adoption() Adoption {
	return Adoption{Pack: a.Pack, Parts: a.Parts, Version: a.Version, Basis: a.Basis, Digest: a.Digest, InForceFrom: a.InForceFrom, Units: a.Units}
}

func (f Found) settings() []Setting {
	z := f.Zone
	out := []Setting{
		{ID: settingName, Value: f.Name}, {ID: settingRoom, Value: f.Room}, {ID: settingRegime, Value: string(f.Regime)},
		{ID: settingZone, Value: string(z.Zone)}, {ID: settingApproval, Value: z.ApprovalNo}, {ID: settingLevel, Value: string(z.ApprovedLevel)},
		{ID: settingTested, Value: z.TestedOn}, {ID: settingExpires, Value: z.ExpiresOn}, {ID: settingCipher, Value: z.CipherClass},
	}
	for _, p := range f.Parameters {
		out = append(out, Setting{ID: parameterPrefix + p.Name, Value: p.Value})
	}
	return out
}

// roll is the office as it would be, in memory, so that it can be checked before anything is founded.
func (f Found) roll() *roll {
	r := &roll{settings: map[string]string{}}
	for _, s := range f.settings() {
		r.settings[s.ID] = s.Value
	}
	for _, u := range f.Units {
		r.units = append(r.units, Unit{ID: u.ID, Name: u.Name, Kind: u.Kind, Slots: u.Slots})
	}
	for _, p := range f.Posts {
		r.posts = append(r.posts, Post{ID: p.ID, Name: p.Name, Unit: p.Unit, Stands: p.Stands})
	}
	for _, p := range f.Persons {
		r.persons = append(r.persons, p.person())
		for i, post := range p.Posts {
			r.holdings = append(r.holdings, Holding{ID: fmt.Sprint(p.ID, i), Post: post, Person: p.ID})
		}
		if c := p.Commitment; c.SignedOn != "" {
			r.commitments = append(r.commitments, Commitment{Person: p.ID, Version: c.Version, SignedOn: c.SignedOn, ValidTo: c.ValidTo})
		}
	}
	for _, a := range f.Adopt {
		r.adoptions = append(r.adoptions, a.adoption())
	}
	r.sort()
	return r
}

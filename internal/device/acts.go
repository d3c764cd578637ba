package device

import (
	"fmt"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Register enters a device.
type Register struct {
	ID        term.DeviceID `json:"id"` // empty: a new one
	Name      string        `json:"name" req:"true"`
	Kind      string        `json:"kind" req:"true" in:"device_kind"`
	Class     string        `json:"class" in:"device_class"`
	Place     term.PlaceID  `json:"place"`
	Custodian term.PersonID `json:"custodian" req:"true"`
}

// AssignCustodian gives a device to another custodian.
type AssignCustodian struct {
	Device    term.DeviceID `json:"device" req:"true"`
	Custodian term.PersonID `json:"custodian" req:"true"`
}

type facts struct {
	DeviceKind  string `fact:"device_kind"`
	DeviceClass string `fact:"device_class"`
	relations   []string
}

// ActorRelations says whether the actor is the custodian.
func (f facts) ActorRelations() []string { return f.relations }

var _ = act.Define("device.register", act.Act[Register, coming, facts]{
	Load: func(tx *act.Tx, cmd Register) (c coming, err error) {
		named, err := Devices.Count(tx.Tx, "WHERE name = $1 AND COALESCE(state, '') <> $2", strings.TrimSpace(cmd.Name), string(Scrapped))
		if c.twice = named > 0; err != nil {
			return c, fmt.Errorf("look for a device of the name: %w", err)
		}
		if c.stands = true; cmd.Place != "" {
			c.stands, err = carriers.Place(tx.Tx, cmd.Place)
		}
		return c, err
	},
	Facts: func(_ coming, cmd Register, _ act.Env) facts {
		return facts{DeviceKind: cmd.Kind, DeviceClass: cmd.class()}
	},
	Decide: decideRegister,
})

// coming is a device about to be put down.
type coming struct {
	stands bool // there is the place that is named for it
	twice  bool // another that is not scrapped has its name: leaves and registers tell machines by their names
}

// decideRegister puts a device down.
func decideRegister(s coming, cmd Register, env act.Env) (act.Changes, error) {
	name := strings.TrimSpace(cmd.Name)
	switch {
	case name == "":
		return act.Changes{}, refuse.Field("name", "required")
	case !known(env, cmd.Custodian):
		return act.Changes{}, refuse.Field("custodian", "unknown_person")
	case s.twice:
		return act.Changes{}, refuse.Field("name", "same_name")
	case !s.stands:
		return act.Changes{}, refuse.Field("place", "unknown_place")
	}
	if cmd.ID == "" {
		cmd.ID = term.DeviceID(env.ID())
	}
	d := Device{
		ID: cmd.ID, Name: name, Kind: cmd.Kind, Class: cmd.class(), Place: cmd.Place, Custodian: cmd.Custodian, Since: env.At,
		RegisteredAt: env.At, RegisteredBy: env.Actor.Person,
	}
	return act.Changes{Subject: string(d.ID), Rows: []store.Change{Devices.Insert(d)}, Values: map[string]string{"device": string(d.ID)}}, nil
}

// class is what is said; ordinary where nothing is.
func (c Register) class() string {
	if c.Class == "" {
		return "ordinary"
	}
	return c.Class
}

var _ = act.Define("device.assign_custodian", act.Act[AssignCustodian, Device, facts]{
	Load: func(tx *act.Tx, cmd AssignCustodian) (Device, error) { return Devices.Get(tx.Tx, cmd.Device) },
	Leans: func(s Device, _ AssignCustodian) []act.Event {
		return []act.Event{{What: "registered", At: s.RegisteredAt}}
	},
	Facts: func(s Device, _ AssignCustodian, env act.Env) facts {
		return facts{DeviceKind: s.Kind, DeviceClass: s.Class, relations: s.Relations(env.Actor.Person)}
	},
	Decide: decideAssign,
})

func decideAssign(s Device, cmd AssignCustodian, env act.Env) (act.Changes, error) {
	switch {
	case s.State == Scrapped:
		return act.Changes{}, &refuse.Conflict{Table: "device", Key: string(s.ID)}
	case !known(env, cmd.Custodian):
		return act.Changes{}, refuse.Field("custodian", "unknown_person")
	case cmd.Custodian == s.Custodian:
		return act.Changes{}, refuse.Field("custodian", "same_person")
	}
	next := s
	next.Custodian, next.Since = cmd.Custodian, env.At
	return act.Changes{Subject: string(s.ID), Rows: []store.Change{Devices.Update(s, next)}}, nil
}

package device

import (
	"fmt"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Repair gives a device away to be repaired, or takes it back.
type Repair struct {
	Device   term.DeviceID `json:"device" req:"true"`
	Repairer string        `json:"repairer" max:"100"` // who repairs it
	Fault    string        `json:"fault" max:"200"`
	Back     string        `json:"back" in:"yes"` // it has come back
}

// Scrap ends a device.
type Scrap struct {
	Device term.DeviceID `json:"device" req:"true"`
	Reason string        `json:"reason" max:"200" req:"true"`
}

// going is a device about to go away, with how many carriers are built into it.
type going struct {
	device Device
	inside int
}

type goingFacts struct {
	facts
	MediaInside int `fact:"media_inside"`
}

func loadGoing(tx *act.Tx, id term.DeviceID) (s going, err error) {
	if s.device, err = Devices.Get(tx.Tx, id); err != nil {
		return s, err
	}
	if carriers == nil {
		return s, fmt.Errorf("look into a device: %w", refuse.ErrUnavailable)
	}
	s.inside, err = carriers.Inside(tx.Tx, id)
	return s, err
}

func (s going) facts(env act.Env) goingFacts {
	return goingFacts{facts{DeviceKind: s.device.Kind, DeviceClass: s.device.Class, relations: s.device.Relations(env.Actor.Person)}, s.inside}
}

func (s going) events() []act.Event {
	return []act.Event{{What: "registered", At: s.device.RegisteredAt}, {What: "moved", At: s.device.StateAt}}
}

// becomes is the device in another state.
func (s going) becomes(state State, note string, env act.Env) act.Changes {
	next := s.device
	next.State, next.StateAt, next.StateNote = state, env.At, note
	return act.Changes{Subject: string(s.device.ID), Rows: []store.Change{Devices.Update(s.device, next)}}
}

var _ = act.Define("device.repair", act.Act[Repair, going, goingFacts]{
	Load:   func(tx *act.Tx, cmd Repair) (going, error) { return loadGoing(tx, cmd.Device) },
	Leans:  func(s going, _ Repair) []act.Event { return s.events() },
	Facts:  factsOfRepair,
	Decide: decideRepair,
})

func factsOfRepair(s going, cmd Repair, env act.Env) goingFacts {
	f := s.facts(env)
	if cmd.Back != "" {
		f.MediaInside = 0 // it comes: nothing goes away with it
	}
	return f
}

func decideRepair(s going, cmd Repair, env act.Env) (act.Changes, error) {
	repairer, fault := strings.TrimSpace(cmd.Repairer), strings.TrimSpace(cmd.Fault)
	switch {
	case s.device.State == Scrapped, (s.device.State == InRepair) != (cmd.Back != ""):
		return act.Changes{}, &refuse.Conflict{Table: "device", Key: string(s.device.ID)}
	case cmd.Back != "":
		return s.becomes("", "", env), nil
	case repairer == "":
		return act.Changes{}, refuse.Field("repairer", "required")
	case fault == "":
		return act.Changes{}, refuse.Field("fault", "required")
	}
	return s.becomes(InRepair, repairer+"："+fault, env), nil
}

var _ = act.Define("device.scrap", act.Act[Scrap, going, goingFacts]{
	Load:   func(tx *act.Tx, cmd Scrap) (going, error) { return loadGoing(tx, cmd.Device) },
	Leans:  func(s going, _ Scrap) []act.Event { return s.events() },
	Facts:  func(s going, _ Scrap, env act.Env) goingFacts { return s.facts(env) },
	Decide: decideScrap,
})

func decideScrap(s going, cmd Scrap, env act.Env) (act.Changes, error) {
	reason := strings.TrimSpace(cmd.Reason)
	switch {
	case s.device.State == Scrapped:
		return act.Changes{}, &refuse.Conflict{Table: "device", Key: string(s.device.ID)}
	case reason == "":
		return act.Changes{}, refuse.Field("reason", "required")
	}
	return s.becomes(Scrapped, reason, env), nil
}

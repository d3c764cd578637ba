package custody

import (
	"fmt"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"time"
)

// placing is a copy with the place it is to be put in, as the law looks at it.
type placing struct {
	held
	place  Place
	filed  filed
	stands term.PlaceID // where the device stands that it is built into
	inUse  bool         // and whether that is in use
	his    bool         // the actor may keep in it what he holds
}

func loadPlacing(tx *act.Tx, id term.CopyID, place term.PlaceID) (placing, error) {
	h, err := load(tx, id)
	if err != nil {
		return placing{}, err
	}
	p := placing{held: h, filed: filed{level: h.copy.Level}}
	if place == "" {
		return p, nil
	}
	if p.place, err = locate(tx.Tx, place); err != nil {
		return p, err
	}
	err = p.file(tx.Tx)
	return p, err
}

// file looks up by what the item is filed, where the place is for one issuer or year.
func (p *placing) file(tx *store.Tx) (err error) {
	if p.place.ClassIssuer == "" && p.place.ClassYear == 0 {
		return nil
	}
	p.filed.issuer, p.filed.year, err = links.Filed(tx, p.copy.Document)
	if err != nil {
		return fmt.Errorf("find how an item is filed: %w", err)
	}
	return nil
}

func (p placing) facts(env act.Env) copyFacts {
	f := p.held.facts(env, "")
	f.at(p.place, env)
	f.ClassMatches = p.place.takes(p.filed)
	if p.place.ID == "" { // which place it is was not said: that alone is answered
		f.PlaceProtected, f.PlaceInOffice, f.ClassMatches, f.PlaceDedicated = true, true, true, []string{"officer", "room", "cabinet"}
	}
	return f
}

// Put puts a copy in a place: what the office has, or what its holder keeps, who thereby stays its holder.
type Put struct {
	Copy        term.CopyID  `json:"copy" req:"true"`
	Place       term.PlaceID `json:"place" req:"true"`
	Reason      string       `json:"reason" secret:"true" max:"200"`
	ReturnBy    *time.Time   `json:"return_by"` // when it leaves the place again, Asia/Shanghai
	Destination string       `json:"destination" in:"destination"`

	// Device is the device at that place that it is built into; empty: none. To put it anywhere else is to take it out.
	Device term.DeviceID `json:"device"`
}

var _ = act.Define("custody.place", act.Act[Put, placing, copyFacts]{
	Load: func(tx *act.Tx, cmd Put) (p placing, err error) {
		if p, err = loadPlacing(tx, cmd.Copy, cmd.Place); err != nil {
			return p, err
		}
		if cmd.Device != "" {
			if p.stands, p.inUse, err = links.DevicePlace(tx.Tx, cmd.Device); err != nil {
				return p, err
			}
		}
		if p.copy.State == Held {
			p.his, err = p.place.usable(tx.Tx, tx.Env.People, tx.Env.Actor.Person)
		}
		return p, err
	},
	Knows: func(s placing, _ Put, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s placing, _ Put) []act.Event { return s.moved() },
	Facts: func(s placing, cmd Put, env act.Env) copyFacts {
		f := s.facts(env)
		f.Destination = whereto(cmd.Destination, s.place)
		f.until(env, cmd.ReturnBy)
		return f
	},
	Decide: put,
})

// whereto is what a copy goes to by being put in a place: outside, where the place is no 办公场所, whatever is said of it.
func whereto(said string, p Place) string {
	if p.ID != "" && !p.InOffice {
		return "outside"
	}
	return premises(said)
}

func put(s placing, cmd Put, env act.Env) (act.Changes, error) {
	if cmd.Place == "" {
		return act.Changes{}, refuse.Field("place", "required")
	}
	if cmd.Device != "" && !s.inUse {
		return act.Changes{}, refuse.Field("device", "not_in_use")
	}
	if cmd.Device != "" && s.stands != cmd.Place {
		return act.Changes{}, refuse.Field("device", "stands_elsewhere")
	}
	by, err := later(cmd.ReturnBy, env)
	if err != nil {
		return act.Changes{}, err
	}
	c := act.Changes{Subject: string(s.copy.ID), Document: s.copy.Document}
	t := target(s.copy)
	if cmd.ReturnBy != nil {
		t.Records = map[string]calendar.Recorded{"return_by": act.Recorded(by)}
	}
	switch {
	case s.copy.State == Received || s.copy.State == InPlace:
		next := s.copy
		next.State, next.Place, next.Device, next.Since, next.FoundIn = InPlace, cmd.Place, cmd.Device, env.At, ""
		c.Rows, c.After = []store.Change{Copies.Update(s.copy, next)}, s.standing(next, HandOver{}, s.place, env)
	case s.copy.State == Held && s.copy.Holder == env.Actor.Person && !s.his: // into another's it goes by being given back
		return act.Changes{}, refuse.Field("place", "not_yours")
	case s.copy.State == Held && s.copy.Holder == env.Actor.Person:
		line := s.line
		line.KeptIn = cmd.Place
		t.Person = s.copy.Holder
		c.Rows, c.After = []store.Change{HandOvers.Update(s.line, line)}, s.standing(s.copy, line, s.place, env)
		if next := s.copy; next.Device != cmd.Device {
			next.Device = cmd.Device
			c.Rows = append(c.Rows, Copies.Update(s.copy, next))
		}
	default:
		return act.Changes{}, &refuse.Conflict{Table: "copy", Key: string(s.copy.ID), With: s.copy.Holder}
	}
	c.Targets = []act.Target{t}
	if s.place.atLeader() {
		c.Targets = append(c.Targets, leaderTarget(s.copy, s.copy.Holder, by))
	} else {
		c.Targets = append(c.Targets, leaves(s.copy))
	}
	c.Rows = append(c.Rows, Placements.Insert(Placement{
		ID: env.ID(), Copy: s.copy.ID, Document: s.copy.Document, Place: cmd.Place, Class: s.place.class(), Fits: s.place.takes(s.filed),
		Reason: store.Plain(strings.TrimSpace(cmd.Reason)), At: env.At, By: env.Actor.Person,
	}))
	return c, nil
}

// later answers a time to come that has passed.
func later(t *time.Time, env act.Env) (time.Time, error) {
	if t == nil {
		return time.Time{}, nil
	}
	if !t.After(env.At) {
		return time.Time{}, refuse.Field("return_by", "in_the_past")
	}
	return t.In(calendar.Zone), nil
}

// LeaveOpen asks to leave a copy on a desk or shelf. It exists so that it can be refused.
type LeaveOpen struct {
	Copy  term.CopyID  `json:"copy" req:"true"`
	Where string       `json:"place_kind" in:"place_kind"`
	Place term.PlaceID `json:"place"` // where that is a registered one
}

var _ = act.Define("custody.leave_open", act.Act[LeaveOpen, placing, copyFacts]{
	Load:  func(tx *act.Tx, cmd LeaveOpen) (placing, error) { return loadPlacing(tx, cmd.Copy, cmd.Place) },
	Knows: func(s placing, _ LeaveOpen, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s placing, _ LeaveOpen) []act.Event { return s.moved() },
	Facts: func(s placing, cmd LeaveOpen, env act.Env) copyFacts {
		f := s.facts(env)
		if s.place.ID == "" {
			f.said(cmd.Where)
		}
		return f
	},
	Decide: func(placing, LeaveOpen, act.Env) (act.Changes, error) {
		return act.Changes{}, refuse.Field("place_kind", "never_open")
	},
})

package custody

import (
	"fmt"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Birth is what new copies take over from the line that registers them.
type Birth struct {
	Document           term.DocumentID
	Series             term.Series
	Year, No           int
	Class              int
	Level              term.Level
	Medium, SerialNo   string
	Pages, Attachments int
	Numbers            []string // 份号, one a copy; may be empty
	Own                bool     // unprinted: our own numbers
	Count              int
	At                 time.Time
}

// Born gives the copies of a new line, numbered from 1, each with its label code.
func Born(b Birth, env act.Env) ([]Copy, error) {
	out := make([]Copy, 0, b.Count)
	for n := 1; n <= b.Count; n++ {
		c := Copy{
			ID: term.CopyID(env.ID()), Document: b.Document, Seq: n, Label: term.MakeLabelCode(b.Series, b.Year, b.No, n), Level: b.Level, Class: b.Class,
			Medium: b.Medium, SerialNo: b.SerialNo, Pages: b.Pages, Attachments: b.Attachments, State: Received, Since: b.At,
		}
		switch {
		case n <= len(b.Numbers):
			no, err := term.ParseCopyNo(b.Numbers[n-1])
			if err != nil {
				return nil, refuse.Field("copy_nos", "bad_format")
			}
			c.CopyNo = no
		case b.Own:
			c.CopyNo = term.CopyNo(fmt.Sprintf("%06d", n))
		}
		out = append(out, c)
	}
	return out, nil
}

// LabelCopy is 编号: the label with its code is on the carrier.
type LabelCopy struct {
	Copy term.CopyID `json:"copy" req:"true"`
}

type placing struct {
	held
	place Place
}

func loadPlacing(tx *act.Tx, id term.CopyID, place term.PlaceID) (placing, error) {
	h, err := load(tx, id)
	if err != nil {
		return placing{}, err
	}
	p := placing{held: h}
	if place != "" {
		if p.place, err = Places.Get(tx.Tx, place); err != nil {
			return p, err
		}
	}
	return p, nil
}

func (p placing) facts(env act.Env) copyFacts {
	f := p.held.facts(env, "")
	f.at(p.place, env)
	f.ClassMatches = p.place.ClassLevel == "" || p.place.ClassLevel == string(p.copy.Level)
	return f
}

// protected: every attribute that the packs in force ask for is recorded for the place, and none is "none".
func protected(p Place, env act.Env) bool {
	asked, ok := env.Law.Param("protection")
	if !ok {
		return false
	}
	have := map[string]string{"cabinet_class": p.CabinetClass, "lock": p.Lock, "room": p.Room}
	for _, a := range asked.List {
		if v := have[a]; v == "" || v == "none" {
			return false
		}
	}
	return true
}

var _ = act.Define("custody.label", act.Act[LabelCopy, placing, copyFacts]{
	Live:  true,
	Load:  func(tx *act.Tx, cmd LabelCopy) (placing, error) { return loadPlacing(tx, cmd.Copy, "") },
	Knows: func(s placing, _ LabelCopy, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s placing, _ LabelCopy) []act.Event { return s.moved()[:1] },
	Facts: func(s placing, _ LabelCopy, env act.Env) copyFacts { return s.facts(env) },
	Decide: func(s placing, _ LabelCopy, env act.Env) (act.Changes, error) {
		if !s.copy.LabelledAt.IsZero() || s.copy.State == Ended {
			return act.Changes{}, &refuse.Conflict{Table: "copy", Key: string(s.copy.ID)}
		}
		next := s.copy
		next.LabelledAt, next.LabelledBy = env.At, env.Actor.Person
		return act.Changes{
			Subject: string(s.copy.ID), Document: s.copy.Document, Rows: []store.Change{Copies.Update(s.copy, next)},
			Targets: []act.Target{target(s.copy)}, Values: map[string]string{"label": string(s.copy.Label)},
		}, nil
	},
})

// Put puts a copy in a place; Move moves it from one place to another.
type Put struct {
	Copy        term.CopyID  `json:"copy" req:"true"`
	Place       term.PlaceID `json:"place" req:"true"`
	Reason      string       `json:"reason"`
	Destination string       `json:"destination" in:"destination"`
}

func put(name string) {
	act.Define(name, act.Act[Put, placing, copyFacts]{
		Load:  func(tx *act.Tx, cmd Put) (placing, error) { return loadPlacing(tx, cmd.Copy, cmd.Place) },
		Knows: func(s placing, _ Put, env act.Env) []act.Matter { return s.matters(env) },
		Leans: func(s placing, _ Put) []act.Event { return s.moved() },
		Facts: func(s placing, cmd Put, env act.Env) copyFacts {
			f := s.facts(env)
			f.Destination = premises(cmd.Destination)
			if s.place.ID != "" && !s.place.InOffice {
				f.Destination = "outside" // whatever is said of it
			}
			return f
		},
		Decide: func(s placing, cmd Put, env act.Env) (act.Changes, error) {
			if cmd.Place == "" {
				return act.Changes{}, refuse.Field("place", "required")
			}
			if s.copy.State != Received && s.copy.State != InPlace {
				return act.Changes{}, &refuse.Conflict{Table: "copy", Key: string(s.copy.ID), With: s.copy.Holder}
			}
			next := s.copy
			next.State, next.Place, next.Since = InPlace, cmd.Place, env.At
			return act.Changes{
				Subject: string(s.copy.ID), Document: s.copy.Document, Rows: []store.Change{Copies.Update(s.copy, next)}, Targets: []act.Target{target(s.copy)},
				After: s.standing(next, HandOver{}, s.place),
			}, nil
		},
	})
}

func init() {
	put("custody.place")
	put("custody.move")
}

// LeaveOpen asks to leave a copy on a desk or shelf. It exists so that it can be refused.
type LeaveOpen struct {
	Copy  term.CopyID `json:"copy" req:"true"`
	Where string      `json:"place_kind" in:"place_kind"`
}

var _ = act.Define("custody.leave_open", act.Act[LeaveOpen, held, copyFacts]{
	Load:  func(tx *act.Tx, cmd LeaveOpen) (held, error) { return load(tx, cmd.Copy) },
	Knows: func(s held, _ LeaveOpen, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s held, _ LeaveOpen) []act.Event { return s.moved() },
	Facts: func(s held, cmd LeaveOpen, env act.Env) copyFacts {
		f := s.facts(env, "")
		f.PlaceKind = cmd.Where
		return f
	},
	Decide: func(held, LeaveOpen, act.Env) (act.Changes, error) {
		return act.Changes{}, refuse.Field("place_kind", "never_open")
	},
})

// CreatePlace registers a 存放处.
type CreatePlace struct {
	ID           term.PlaceID  `json:"id"` // empty: a new one
	Name         string        `json:"name" req:"true"`
	Kind         string        `json:"place_kind" in:"place_kind"`
	CabinetClass string        `json:"cabinet_class"`
	Lock         string        `json:"lock"`
	Room         string        `json:"room"`
	Keeper       term.PersonID `json:"keeper"`
	InOffice     bool          `json:"in_office"`
	ClassLevel   string        `json:"class_level" in:"level"`
	ClassIssuer  string        `json:"class_issuer"`
	ClassYear    int           `json:"class_year"`
}

type placeFacts struct {
	PlaceKind string `fact:"place_kind"`
}

var _ = act.Define("custody.create_place", act.Act[CreatePlace, struct{}, placeFacts]{
	Load:  func(*act.Tx, CreatePlace) (struct{}, error) { return struct{}{}, nil },
	Facts: func(_ struct{}, cmd CreatePlace, _ act.Env) placeFacts { return placeFacts{cmd.Kind} },
	Decide: func(_ struct{}, cmd CreatePlace, env act.Env) (act.Changes, error) {
		if cmd.Name == "" {
			return act.Changes{}, refuse.Field("name", "required")
		}
		if cmd.ID == "" {
			cmd.ID = term.PlaceID(env.ID())
		}
		p := Place{
			ID: cmd.ID, Name: cmd.Name, Kind: cmd.Kind, CabinetClass: cmd.CabinetClass, Lock: cmd.Lock, Room: cmd.Room, Keeper: cmd.Keeper,
			InOffice: cmd.InOffice, ClassLevel: cmd.ClassLevel, ClassIssuer: cmd.ClassIssuer, ClassYear: cmd.ClassYear,
		}
		return act.Changes{Subject: string(p.ID), Rows: []store.Change{Places.Insert(p)}, Values: map[string]string{"place": string(p.ID)}}, nil
	},
})

// Reclass follows a change of a document's scope: copies and lines keep what visibility looks at.
type Reclass struct {
	Document term.DocumentID `json:"document"`
	Class    int             `json:"class"`
}

type systemFacts struct{}

type lines struct {
	copies []Copy
	lines  []HandOver
}

var _ = act.Define("custody.reclass", act.Act[Reclass, lines, systemFacts]{
	Load: func(tx *act.Tx, cmd Reclass) (lines, error) {
		var l lines
		var err error
		if l.copies, err = Copies.Select(tx.Tx, "WHERE document = $1 ORDER BY seq", string(cmd.Document)); err != nil {
			return l, err
		}
		l.lines, err = HandOvers.Select(tx.Tx, "WHERE document = $1 ORDER BY id", string(cmd.Document))
		return l, err
	},
	Facts: func(lines, Reclass, act.Env) systemFacts { return systemFacts{} },
	Decide: func(s lines, cmd Reclass, _ act.Env) (act.Changes, error) {
		c := act.Changes{Subject: string(cmd.Document), Document: cmd.Document}
		for _, row := range s.copies {
			next := row
			next.Class = cmd.Class
			c.Rows = append(c.Rows, Copies.Update(row, next))
		}
		for _, row := range s.lines {
			next := row
			next.Class = cmd.Class
			c.Rows = append(c.Rows, HandOvers.Update(row, next))
		}
		return c, nil
	},
})

// End follows a voided line: its copies end with it.
type End struct {
	Document term.DocumentID `json:"document"`
}

var _ = act.Define("custody.end", act.Act[End, lines, systemFacts]{
	Load: func(tx *act.Tx, cmd End) (lines, error) {
		var l lines
		var err error
		l.copies, err = Copies.Select(tx.Tx, "WHERE document = $1 ORDER BY seq", string(cmd.Document))
		return l, err
	},
	Facts: func(lines, End, act.Env) systemFacts { return systemFacts{} },
	Decide: func(s lines, cmd End, env act.Env) (act.Changes, error) {
		c := act.Changes{Subject: string(cmd.Document), Document: cmd.Document}
		for _, row := range s.copies {
			next := row
			next.State, next.Place, next.Since, next.Ending = Ended, "", env.At, Voided
			c.Rows = append(c.Rows, Copies.Update(row, next))
		}
		return c, nil
	},
})

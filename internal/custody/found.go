package custody

import (
	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// ReportFound says that a piece was found lying where it should not be, or that a missing one turned up.
type ReportFound struct {
	Copy      term.CopyID  `json:"copy" req:"true"`
	Where     string       `json:"place_kind" in:"found_in"`
	Place     term.PlaceID `json:"place"`                  // where that is a registered place
	State     string       `json:"state" in:"found_state"` // opened, not_opened
	FoundBy   string       `json:"found_by"`
	FoundWith string       `json:"found_with"`
}

// found is a reported copy with the place it was found in, where that is a registered one.
type found struct {
	held
	place Place
}

var _ = act.Define("custody.report_found", act.Act[ReportFound, found, copyFacts]{
	Load: func(tx *act.Tx, cmd ReportFound) (found, error) {
		h, err := load(tx, cmd.Copy)
		if err != nil {
			return found{}, err
		}
		f := found{held: h}
		if cmd.Place != "" {
			f.place, err = locate(tx.Tx, cmd.Place)
		}
		return f, err
	},
	Knows: func(s found, _ ReportFound, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s found, _ ReportFound) []act.Event { return s.moved()[:1] },
	Facts: func(s found, cmd ReportFound, env act.Env) copyFacts {
		f := s.facts(env, "")
		f.at(s.place, env)
		if s.place.ID == "" {
			f.said(cmd.Where)
		}
		return f
	},
	Decide: decideFound,
})

func decideFound(s found, cmd ReportFound, env act.Env) (act.Changes, error) {
	if cmd.Where == "" && cmd.Place == "" {
		return act.Changes{}, refuse.Field("place_kind", "required")
	}
	t := target(s.copy)
	t.CloseOnly, t.Person = true, s.copy.Holder
	return act.Changes{
		Subject: string(s.copy.ID), Document: s.copy.Document, Targets: []act.Target{t, {Kind: "lost", ID: string(s.copy.ID), CloseOnly: true}},
		Rows: s.located(cmd, env), After: s.asFound(cmd, env), Values: map[string]string{"holder": string(s.copy.Holder)},
	}, nil
}

// located says where a copy is that was found. A missing one has its life again: with who had it, or under way, as its open
// line or trip says, for it is still to be given back; else it lies where it was found. So does one that by its row lies
// somewhere else. What somebody has stays his; where it lay about, he does not keep it in his cabinet.
func (s found) located(cmd ReportFound, env act.Env) []store.Change {
	next := s.copy
	next.Since = env.At
	switch {
	case s.copy.State == Held && s.line.KeptIn != cmd.Place && s.line.ID != "" && cmd.FoundWith != string(s.copy.Holder):
		line := s.line
		line.KeptIn = cmd.Place
		return []store.Change{HandOvers.Update(s.line, line)}
	case s.copy.State == InPlace && s.copy.Place == cmd.Place:
		return nil
	case s.copy.State == InPlace, s.copy.State == Received && !s.copy.LabelledAt.IsZero():
		s.lay(&next, cmd)
		return []store.Change{Copies.Update(s.copy, next)}
	case s.copy.State != Missing:
		return nil
	case s.trip.ID != "":
		next.State, next.Place = Carried, ""
	case s.line.Kind == "send" && !s.line.ReceiptAt.IsZero():
		next.State = Away
	case s.line.Kind == "send":
		next.State = Transit
	case s.line.Kind == kindSupply:
		next.State = Supplied
	case s.copy.HandOver != "":
		next.State = Held
	default:
		s.lay(&next, cmd)
	}
	return []store.Change{Copies.Update(s.copy, next)}
}

// lay puts a copy where it was found: at rest in a registered cabinet; anywhere else it is to be put away anew.
func (s found) lay(next *Copy, cmd ReportFound) {
	next.State, next.Place, next.Device, next.FoundIn = InPlace, cmd.Place, "", ""
	if !s.place.Cabinet() {
		if next.State, next.FoundIn = Received, s.place.Kind; next.FoundIn == "" {
			next.FoundIn = cmd.Where
		}
	}
}

// asFound is how the copy stood where it was found, whatever its row says. A word for a place is no lock: only a
// registered place has one.
func (s found) asFound(cmd ReportFound, env act.Env) standing {
	c := s.copy
	if c.Holder != "" && cmd.FoundWith == string(c.Holder) || c.State == Ended {
		return s.standing(c, s.line, Place{}, env)
	}
	c.State = InPlace
	out := s.standing(c, HandOver{}, s.place, env)
	if s.place.ID == "" {
		out.PlaceKind = cmd.Where
	}
	return out
}

// ReportMissing says that nobody knows where a piece is: by anybody who looked for it, or by the system for what a count
// or a return did not bring to light. Who had it last, and where it lay, stay on its row.
type ReportMissing struct {
	Copy term.CopyID `json:"copy" req:"true"`
	Note string      `json:"note" secret:"true" max:"400"`
}

var _ = act.Define("custody.report_missing", act.Act[ReportMissing, held, copyFacts]{
	Load: func(tx *act.Tx, cmd ReportMissing) (held, error) {
		h, err := load(tx, cmd.Copy)
		if err != nil {
			return h, err
		}
		h.lossOpen, err = links.LossOpen(tx.Tx, cmd.Copy, h.copy.Since)
		return h, err
	},
	Knows:  func(s held, _ ReportMissing, env act.Env) []act.Matter { return s.matters(env) },
	Leans:  func(s held, _ ReportMissing) []act.Event { return s.moved() },
	Facts:  func(s held, _ ReportMissing, env act.Env) copyFacts { return s.facts(env, "") },
	Decide: decideMissing,
})

func decideMissing(s held, _ ReportMissing, env act.Env) (act.Changes, error) {
	if s.copy.State == Missing || s.copy.State == Ended {
		return act.Changes{}, &refuse.Conflict{Table: "copy", Key: string(s.copy.ID)}
	}
	next := s.copy
	next.State, next.Since = Missing, env.At
	return act.Changes{
		Subject: string(s.copy.ID), Document: s.copy.Document, Rows: []store.Change{Copies.Update(s.copy, next)},
		Targets: []act.Target{target(s.copy), lost(s.copy, env)}, After: s.standing(next, s.line, Place{}, env),
		Values: map[string]string{"holder": string(s.copy.Holder)},
	}, nil
}

// lost is a missing copy as the search for it hangs on it: one search, however often it is reported.
func lost(c Copy, env act.Env) act.Target {
	return act.Target{Kind: "lost", ID: string(c.ID), OpenOnly: true, Once: true, Records: map[string]calendar.Recorded{"discovered_at": act.Recorded(env.At)}}
}

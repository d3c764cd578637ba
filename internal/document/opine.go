package document

import (
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// MakeSlip creates the 收文处理签 of a document. Its fields come from the register line; any that are given
// must say the same.
type MakeSlip struct {
	Document    term.DocumentID `json:"document" req:"true"`
	No          string          `json:"no"`
	ReceivedAt  string          `json:"received_at"`
	Issuer      string          `json:"issuer" secret:"true"`
	DocNo       string          `json:"doc_no" secret:"true"`
	Title       string          `json:"title" secret:"true"`
	CodeName    string          `json:"code_name" secret:"true"`
	Level       term.Level      `json:"level"`
	CopyNos     string          `json:"copy_nos"`
	Urgency     string          `json:"urgency"`
	Attachments string          `json:"attachments"`
}

type slipState struct {
	loaded
	line map[string]string // the register line in plain text
}

var _ = act.Define("document.slip", act.Act[MakeSlip, slipState, itemFacts]{
	Live: true,
	Load: func(tx *act.Tx, cmd MakeSlip) (slipState, error) {
		l, err := load(tx, cmd.Document)
		if err != nil {
			return slipState{}, err
		}
		line, err := Line(tx.Tx, l.doc)
		return slipState{l, line}, err
	},
	Knows:   func(s slipState, _ MakeSlip, env act.Env) []act.Matter { return s.matters(env) },
	Leans:   func(s slipState, _ MakeSlip) []act.Event { return s.registered() },
	Facts:   func(s slipState, _ MakeSlip, env act.Env) itemFacts { return s.facts(env) },
	Inherit: func(s slipState, _ MakeSlip) map[string]string { return s.line },
	Decide: func(s slipState, _ MakeSlip, env act.Env) (act.Changes, error) {
		if slices.Contains(s.doc.Steps, "slip") {
			return act.Changes{}, &refuse.Conflict{Table: "slip", Key: string(s.doc.ID)}
		}
		next := s.doc
		next.Steps = step(next.Steps, "slip")
		slip := Slip{ID: term.SlipID(env.ID()), Document: s.doc.ID, MadeAt: env.At, MadeBy: env.Actor.Person}
		return act.Changes{
			Subject: string(s.doc.ID), Document: s.doc.ID, Rows: []store.Change{Slips.Insert(slip), Documents.Update(s.doc, next)},
			Targets: []act.Target{item(s.doc)}, Values: map[string]string{"slip": string(slip.ID)},
		}, nil
	},
})

// Opine writes a handling opinion: who reads, which units handle, by when. It replaces an earlier one.
type Opine struct {
	Document    term.DocumentID `json:"document" req:"true"`
	Text        string          `json:"text" secret:"true" max:"300"`
	Readers     []term.PersonID `json:"readers"` // in the order of circulation
	Units       []term.UnitID   `json:"units"`
	NeedsAction bool            `json:"needs_action"`
	Handler     term.PersonID   `json:"handler"`
	HandleBy    string          `json:"handle_by"` // date
	ReadBy      *time.Time      `json:"read_by"`   // nil: no date given
}

type opineState struct {
	loaded
	before Opinion
	had    bool
	units  map[term.UnitID][]term.PersonID
}

// opineFacts are asked once for each reader named, of the actor where it names none: an opinion lets nobody
// know yet, but what it opens depends on whom it names.
type opineFacts struct {
	regulation.Item
	NoReader       bool                `fact:"no_reader"` // it names nobody to read
	HandlerOutside bool                `fact:"handler_outside"`
	Persons        []regulation.Person `fact:",each"`
	relations      []string
}

// ActorRelations says how the actor stands to the item.
func (f opineFacts) ActorRelations() []string { return f.relations }

var _ = act.Define("document.opine", act.Act[Opine, opineState, opineFacts]{
	Live: true,
	Check: func(cmd Opine) error {
		if cmd.HandleBy != "" {
			if _, err := calendar.ParseDate(cmd.HandleBy); err != nil {
				return refuse.Field("handle_by", "bad_date")
			}
		}
		if d := slices.Clone(cmd.Readers); len(d) > 0 {
			slices.Sort(d)
			if len(slices.Compact(d)) != len(cmd.Readers) {
				return refuse.Field("readers", "twice")
			}
		}
		return nil
	},
	Load: func(tx *act.Tx, cmd Opine) (opineState, error) {
		l, err := load(tx, cmd.Document)
		if err != nil {
			return opineState{}, err
		}
		s := opineState{loaded: l, units: map[term.UnitID][]term.PersonID{}}
		for _, u := range cmd.Units {
			s.units[u] = tx.Env.People.Members(u)
		}
		s.before, s.had, err = opinionInForce(tx.Tx, cmd.Document)
		return s, err
	},
	Knows: func(s opineState, _ Opine, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s opineState, _ Opine) []act.Event { return s.item.Events()[:2] },
	Facts: func(s opineState, cmd Opine, env act.Env) opineFacts {
		f := s.facts(env)
		f.NeedsAction = cmd.NeedsAction || s.doc.NeedsAction // an item marked 办件 at registration is one
		out := opineFacts{
			Item: f.Item, NoReader: len(cmd.Readers) == 0 && len(cmd.Units) == 0, HandlerOutside: s.outside(cmd.Handler, env), relations: f.relations,
		}
		for _, p := range cmd.Readers {
			out.Persons = append(out.Persons, s.item.Person(env, p))
		}
		if len(out.Persons) == 0 {
			out.Persons = []regulation.Person{s.item.Person(env, env.Actor.Person)}
		}
		return out
	},
	Decide: decideOpine,
})

func decideOpine(s opineState, cmd Opine, env act.Env) (act.Changes, error) {
	for _, id := range append(slices.Clone(cmd.Readers), cmd.Handler) {
		if id != "" && env.People.Name(id) == "" {
			return act.Changes{}, refuse.Field("readers", "unknown_person")
		}
	}
	for _, u := range cmd.Units {
		if len(s.units[u]) == 0 {
			return act.Changes{}, refuse.Field("units", "nobody_there")
		}
	}
	o := Opinion{
		ID: env.ID(), Document: s.doc.ID, Text: store.Plain(cmd.Text), Readers: texts(cmd.Readers), Units: texts(cmd.Units),
		NeedsAction: cmd.NeedsAction || s.doc.NeedsAction, Handler: cmd.Handler, By: env.Actor.Person, At: env.At, InForce: true,
	}
	next := s.doc
	next.Steps, next.NeedsAction = step(next.Steps, "opine"), o.NeedsAction
	c := act.Changes{Subject: string(s.doc.ID), Document: s.doc.ID}
	if cmd.HandleBy != "" {
		by, err := calendar.ParseDate(cmd.HandleBy)
		if err != nil {
			return c, refuse.Field("handle_by", "bad_date")
		}
		if o.HandleBy = by.End(); !o.HandleBy.After(env.At) { // of a late entry, the moment it is entered for
			return c, refuse.Field("handle_by", "in_the_past")
		}
		next.Handler, next.HandleBy = cmd.Handler, o.HandleBy
		c.Targets = append(c.Targets, act.Target{
			Kind: "handling", ID: string(s.doc.ID), Person: cmd.Handler, Records: map[string]calendar.Recorded{"handle_by": act.RecordedDate(by)},
		})
	}
	if cmd.ReadBy != nil {
		if o.ReadBy = cmd.ReadBy.In(calendar.Zone); !o.ReadBy.After(env.At) {
			return c, refuse.Field("read_by", "in_the_past")
		}
	}
	if s.had {
		old := s.before
		old.InForce = false
		c.Rows = append(c.Rows, Opinions.Update(s.before, old))
	}
	c.Rows = append(c.Rows, Opinions.Insert(o), Documents.Update(s.doc, next))
	c.Targets = append(c.Targets, item(s.doc))
	c.Targets = append(c.Targets, opinionTargets(s, o, cmd)...)
	return c, nil
}

// opinionTargets are what duties hang on: each reader and unit named that the former opinion did not name, and
// the turns of as many readers as there are copies; and, to be ended, each that this opinion names no more.
func opinionTargets(s opineState, o Opinion, cmd Opine) []act.Target {
	var out []act.Target
	records := map[string]calendar.Recorded{}
	if !o.ReadBy.IsZero() {
		records["read_by"] = act.Recorded(o.ReadBy)
	}
	turns := s.doc.Copies
	for _, p := range cmd.Readers {
		if s.had && slices.Contains(s.before.Readers, string(p)) {
			continue
		}
		t := readerTarget(s.doc.ID, p)
		t.Records, t.OpenOnly = records, true
		out = append(out, t)
		if turns > 0 {
			turns--
			out = append(out, act.Target{Kind: "turn", ID: t.ID, Person: p, OpenOnly: true})
		}
	}
	for _, u := range cmd.Units {
		if s.had && slices.Contains(s.before.Units, string(u)) {
			continue
		}
		out = append(out, act.Target{Kind: "reader", ID: UnitKey(s.doc.ID, u), Records: records, OpenOnly: true})
	}
	if !s.had {
		return out
	}
	for _, p := range persons(s.before.Readers) {
		if !slices.Contains(cmd.Readers, p) {
			t := readerTarget(s.doc.ID, p)
			t.CloseOnly = true
			out = append(out, t, act.Target{Kind: "turn", ID: t.ID, Person: p, CloseOnly: true})
		}
	}
	for _, u := range s.before.Units {
		if !slices.Contains(cmd.Units, term.UnitID(u)) {
			out = append(out, act.Target{Kind: "reader", ID: UnitKey(s.doc.ID, term.UnitID(u)), CloseOnly: true})
		}
	}
	return out
}

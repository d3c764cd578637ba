package document

import (
	"fmt"
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Scope fixes the 知悉范围: named persons, or units with the reason why not persons.
type Scope struct {
	Document      term.DocumentID `json:"document" req:"true"`
	Persons       []term.PersonID `json:"persons"`
	Units         []term.UnitID   `json:"units"`
	WhyNotPersons string          `json:"why_not_persons"`
	Level         term.Level      `json:"level"`
	IssuerLimit   string          `json:"issuer_limit" in:"issuer_limit"`
	Reason        string          `json:"reason" secret:"true"`
}

// Widen adds persons to a scope.
type Widen struct {
	Document term.DocumentID `json:"document" req:"true"`
	Persons  []term.PersonID `json:"persons"`
	Reason   string          `json:"reason" secret:"true"`
}

// Narrow takes persons out of a scope.
type Narrow struct {
	Document term.DocumentID `json:"document" req:"true"`
	Persons  []term.PersonID `json:"persons" req:"true"`
	Reason   string          `json:"reason" secret:"true"`
}

type scopeState struct {
	loaded
	rows []Knower // in force
}

// scopeFacts are asked once for each person who would come to know.
type scopeFacts struct {
	regulation.Item
	WithinIssuerLimit bool                `fact:"within_issuer_limit"`
	ScopeNamedOnly    bool                `fact:"scope_named_only"`
	ScopeAdds         bool                `fact:"scope_adds"` // the scope is fixed, and the act would let somebody more know
	Persons           []regulation.Person `fact:",each"`
	relations         []string
}

// ActorRelations says how the actor stands to the item.
func (f scopeFacts) ActorRelations() []string { return f.relations }

func loadScope(tx *act.Tx, id term.DocumentID) (scopeState, error) {
	l, err := load(tx, id)
	if err != nil {
		return scopeState{}, err
	}
	rows, err := Knowers.Select(tx.Tx, scopeNow, string(id))
	if err != nil {
		return scopeState{}, fmt.Errorf("read the scope: %w", err)
	}
	return scopeState{l, rows}, nil
}

// lastScoped is what a change of the scope leans on: the line, and whoever came to know last.
func (s scopeState) lastScoped() []act.Event {
	out := s.registered()
	for _, k := range s.rows {
		out = append(out, act.Event{What: "scoped", At: k.Since})
	}
	return out
}

// limits are the words of an issuer's limit, the widest first; nothing said is no limit.
var limits = []string{"", "无", "本系统", "本单位"}

// wider reports whether a stated limit would let in more than the issuer's own, as registered.
func wider(stated, own string) bool {
	rank := func(limit string) int { return max(slices.Index(limits, limit), 1) }
	return rank(stated) < rank(own)
}

// adds reports whether a scope that stands already would come to hold somebody more. A unit counts as one more even
// where all its members know already: whoever joins it later would know too.
func (s scopeState) adds(persons []term.PersonID, units []term.UnitID) bool {
	return s.doc.ScopeFixed && (slices.ContainsFunc(persons, func(p term.PersonID) bool { return !slices.Contains(s.item.Scope, p) }) ||
		slices.ContainsFunc(units, func(u term.UnitID) bool {
			return !slices.ContainsFunc(s.rows, func(k Knower) bool { return k.Unit == u })
		}))
}

// affiliated reports whether a person belongs inside an issuer's limit: 本单位 takes our own staff, 本系统 also
// other units of the same system; no limit takes everybody.
func affiliated(env act.Env, limit string, id term.PersonID) bool {
	p, ok := env.People.(interface {
		Affiliation(term.PersonID) string
	})
	if limit == "" || limit == "无" {
		return true
	}
	if !ok {
		return false
	}
	switch a := p.Affiliation(id); limit {
	case "本单位":
		return a == "staff"
	case "本系统":
		return a == "staff" || a == "branch" || a == "system"
	}
	return false
}

func (s scopeState) scopeFacts(env act.Env, persons []term.PersonID, units []term.UnitID, limit string) scopeFacts {
	base := s.facts(env)
	f := scopeFacts{
		Item: base.Item, WithinIssuerLimit: !wider(limit, s.doc.IssuerLimit), ScopeNamedOnly: len(units) == 0, ScopeAdds: s.adds(persons, units),
		relations: base.relations,
	}
	for _, u := range units {
		persons = append(slices.Clone(persons), env.People.Members(u)...)
	}
	for _, id := range persons {
		f.Persons = append(f.Persons, s.item.Person(env, id))
		f.WithinIssuerLimit = f.WithinIssuerLimit && affiliated(env, s.doc.IssuerLimit, id) && affiliated(env, limit, id)
	}
	if len(f.Persons) == 0 {
		f.Persons = []regulation.Person{s.item.Person(env, env.Actor.Person)}
	}
	return f
}

var _ = act.Define("document.scope", act.Act[Scope, scopeState, scopeFacts]{
	Live:  true,
	Load:  func(tx *act.Tx, cmd Scope) (scopeState, error) { return loadScope(tx, cmd.Document) },
	Knows: func(s scopeState, _ Scope, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s scopeState, _ Scope) []act.Event { return s.lastScoped() },
	Facts: func(s scopeState, cmd Scope, env act.Env) scopeFacts {
		return s.scopeFacts(env, cmd.Persons, cmd.Units, s.stated(cmd))
	},
	Decide: decideScope,
})

// stated is the limit that the director goes by: the issuer's own where he names none.
func (s scopeState) stated(cmd Scope) string {
	if cmd.IssuerLimit == "" {
		return s.doc.IssuerLimit
	}
	return cmd.IssuerLimit
}

// decideScope fixes a scope once. Afterwards it may only take people out: to add anybody is to widen.
func decideScope(s scopeState, cmd Scope, env act.Env) (act.Changes, error) {
	switch {
	case len(cmd.Persons)+len(cmd.Units) == 0:
		return act.Changes{}, refuse.Field("persons", "required")
	case cmd.Level != "" && cmd.Level != s.doc.Level:
		return act.Changes{}, refuse.Field("level", "differs")
	case wider(cmd.IssuerLimit, s.doc.IssuerLimit) && cmd.IssuerLimit != "":
		return act.Changes{}, refuse.Field("issuer_limit", "wider_than_issuer")
	case s.adds(cmd.Persons, cmd.Units):
		return act.Changes{}, refuse.Field("persons", "scope_is_fixed")
	}
	var keep []Knower
	left := slices.Clone(cmd.Persons)
	for _, p := range cmd.Persons {
		keep = append(keep, Knower{Person: p})
	}
	for _, u := range cmd.Units {
		keep, left = append(keep, Knower{Unit: u}), append(left, env.People.Members(u)...)
	}
	if s.doc.ScopeFixed && slices.ContainsFunc(s.item.Holders, func(p term.PersonID) bool { return slices.Contains(s.item.Scope, p) && !slices.Contains(left, p) }) {
		return act.Changes{}, refuse.Field("persons", "holds_a_copy")
	}
	return s.rewrite(env, keep, "document.scope", s.stated(cmd), cmd.Reason)
}

var _ = act.Define("document.widen", act.Act[Widen, scopeState, scopeFacts]{
	Live:  true,
	Load:  func(tx *act.Tx, cmd Widen) (scopeState, error) { return loadScope(tx, cmd.Document) },
	Knows: func(s scopeState, _ Widen, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s scopeState, _ Widen) []act.Event { return s.lastScoped() },
	Facts: func(s scopeState, cmd Widen, env act.Env) scopeFacts {
		return s.scopeFacts(env, cmd.Persons, nil, s.doc.IssuerLimit)
	},
	Decide: func(s scopeState, cmd Widen, env act.Env) (act.Changes, error) {
		if len(cmd.Persons) == 0 {
			return act.Changes{}, refuse.Field("persons", "required")
		}
		keep := slices.Clone(s.rows)
		for _, p := range cmd.Persons {
			if slices.Contains(s.item.Scope, p) {
				return act.Changes{}, refuse.Field("persons", "already_in_scope")
			}
			keep = append(keep, Knower{Person: p})
		}
		return s.rewrite(env, keep, "document.widen", s.doc.IssuerLimit, cmd.Reason)
	},
})

var _ = act.Define("document.narrow", act.Act[Narrow, scopeState, scopeFacts]{
	Live:  true,
	Load:  func(tx *act.Tx, cmd Narrow) (scopeState, error) { return loadScope(tx, cmd.Document) },
	Knows: func(s scopeState, _ Narrow, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s scopeState, _ Narrow) []act.Event { return s.lastScoped() },
	Facts: func(s scopeState, cmd Narrow, env act.Env) scopeFacts {
		return s.scopeFacts(env, cmd.Persons, nil, s.doc.IssuerLimit)
	},
	Decide: func(s scopeState, cmd Narrow, env act.Env) (act.Changes, error) {
		keep := slices.DeleteFunc(slices.Clone(s.rows), func(k Knower) bool { return k.Person != "" && slices.Contains(cmd.Persons, k.Person) })
		if len(keep) == len(s.rows) {
			return act.Changes{}, refuse.Field("persons", "not_in_scope")
		}
		for _, p := range cmd.Persons {
			if slices.Contains(s.item.Holders, p) {
				return act.Changes{}, refuse.Field("persons", "holds_a_copy")
			}
		}
		return s.rewrite(env, keep, "document.narrow", s.doc.IssuerLimit, cmd.Reason)
	},
})

// rewrite brings the scope to the given members: those who stay keep their rows, those who go get an end. The line says
// by which limit that was done; the document keeps the one it was registered with, and takes the stated one only where
// it was registered with none.
func (s scopeState) rewrite(env act.Env, members []Knower, name, limit, reason string) (act.Changes, error) {
	c := act.Changes{Subject: string(s.doc.ID), Document: s.doc.ID, Targets: []act.Target{item(s.doc)}}
	line := Widening{ID: env.ID(), Document: s.doc.ID, Act: name, Level: s.doc.Level, Limit: limit, Reason: store.Plain(reason), By: env.Actor.Person, At: env.At}
	who := func(k Knower) string { return string(k.Person) + string(k.Unit) }
	want := map[string]Knower{}
	for _, k := range members {
		if k.Person != "" && env.People.Name(k.Person) == "" {
			return c, refuse.Field("persons", "unknown_person")
		}
		want[who(k)] = k
		line.After = append(line.After, who(k))
	}
	for _, k := range s.rows {
		line.Before = append(line.Before, who(k))
		if _, stays := want[who(k)]; stays {
			delete(want, who(k))
			continue
		}
		gone := k
		gone.Until = env.At
		c.Rows = append(c.Rows, Knowers.Update(k, gone))
	}
	for _, k := range members {
		if _, fresh := want[who(k)]; fresh {
			delete(want, who(k))
			c.Rows = append(c.Rows, Knowers.Insert(Knower{ID: env.ID(), Document: s.doc.ID, Person: k.Person, Unit: k.Unit, Since: env.At, How: name}))
		}
	}
	next := s.doc
	next.ScopeFixed, next.Steps = true, step(next.Steps, "scope")
	if next.IssuerLimit == "" {
		next.IssuerLimit = limit
	}
	next.Class = class(next, env.Law)
	c.Rows = append(c.Rows, Widenings.Insert(line), Documents.Update(s.doc, next))
	if next.Class != s.doc.Class {
		follow := Reclass{Document: s.doc.ID, Class: next.Class}
		c.Then = append(c.Then, act.Follow{Act: "custody.reclass", Command: follow}, act.Follow{Act: "circulation.reclass", Command: follow})
	}
	return c, nil
}

// Reclass tells custody and circulation that what visibility looks at has changed; they keep it beside their
// own rows so that a list is filtered in one condition.
type Reclass struct {
	Document term.DocumentID `json:"document"`
	Class    int             `json:"class"`
}

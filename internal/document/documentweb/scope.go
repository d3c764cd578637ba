package documentweb

import (
	"context"
	"errors"
	"slices"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
	"jiyao/internal/web"
)

// candidate is somebody who could be taken into a scope, with the clauses that keep him out.
type candidate struct {
	document.Colleague
	In      bool // in the scope now
	Clauses []term.Clause
	Why     []string // what is in the way, in words
}

// maxAsked is for how many persons the law is asked before the form is shown; for the rest it is asked when the
// form is sent.
const maxAsked = 200

// candidates asks the law for each person whether he could be taken in: by document.scope, or by document.widen once the
// scope is fixed, when those inside are no longer asked for. What stands against everybody is no reason against one: it
// is given apart.
func (p pages) candidates(ctx context.Context, d item) (out []candidate, general []term.Clause) {
	in := map[term.PersonID]bool{}
	for _, k := range d.Scope {
		in[k.Person] = true
	}
	against := map[string]int{} // rule → persons
	clause := map[string]term.Clause{}
	rules, why := make([][]string, len(d.people)), make([][][]string, len(d.people)) // why, beside each rule
	asked := 0
	for i, c := range d.people {
		out = append(out, candidate{Colleague: c, In: in[c.ID]})
		if asked >= maxAsked || d.Cover.ScopeFixed && in[c.ID] {
			continue
		}
		asked++
		name, cmd := d.takingIn(c.ID)
		signed := act.Signature{Role: "actor", Person: d.v.Actor.Person, Strength: "pin", Terminal: d.v.Actor.Terminal, At: d.now}
		var ref *refuse.Refusal
		if err := p.May(ctx, d.v, name, cmd, signed); !errors.As(err, &ref) {
			continue
		}
		for _, v := range ref.Violations {
			if !slices.Contains(rules[i], v.Rule) {
				rules[i] = append(rules[i], v.Rule)
				against[v.Rule]++
				clause[v.Rule] = v.Clause
				why[i] = append(why[i], web.InTheWay(ctx, v, d.v.People.Name))
			}
		}
	}
	for i := range rules {
		for n, rule := range rules[i] {
			c := clause[rule]
			if against[rule] == asked {
				continue
			}
			if !slices.Contains(out[i].Clauses, c) {
				out[i].Clauses = append(out[i].Clauses, c)
			}
			out[i].Why = distinct(append(out[i].Why, why[i][n]...))
		}
	}
	for rule, n := range against {
		if c := clause[rule]; n == asked && asked > 1 && !slices.Contains(general, c) {
			general = append(general, c)
		}
	}
	slices.Sort(general)
	return out, general
}

// takingIn is the act by which the page lets one more person know.
func (d item) takingIn(who term.PersonID) (string, any) {
	persons := []term.PersonID{who}
	if d.Cover.ScopeFixed {
		return "document.widen", document.Widen{Document: d.Cover.ID, Persons: persons, Reason: "-"}
	}
	return "document.scope", document.Scope{Document: d.Cover.ID, Persons: persons, Level: d.Cover.Level, IssuerLimit: orText(d.Cover.IssuerLimit, "无"), Reason: "-"}
}

// options are the choice cards of one of the forms scope, widen and narrow.
func (d item) options(ctx context.Context, which string) []web.Option {
	f, skipIn, onlyIn := d.In(which), which == "widen", which == "narrow"
	var out []web.Option
	for _, c := range d.choices {
		if skipIn && c.In || onlyIn && !c.In {
			continue
		}
		grade := c.Grade
		if grade == "" {
			grade = web.T(ctx, "scope.no_grade")
		}
		o := web.Option{Value: string(c.ID), Label: c.Name, Small: strings.TrimSpace(c.UnitName + "　" + grade), On: f == nil && c.In && !onlyIn || f.Has("persons", string(c.ID))}
		if len(c.Clauses) > 0 && !onlyIn {
			o.Off = web.T(ctx, "scope.cannot", "clauses", d.cites(c.Clauses))
			if len(c.Why) > 0 {
				o.Off = web.T(ctx, "scope.cannot_why", "why", strings.Join(c.Why, web.T(ctx, "list.separator")), "clauses", d.cites(c.Clauses))
			}
		}
		out = append(out, o)
	}
	return out
}

// cites spells clauses as their regulations print them.
func (d item) cites(ids []term.Clause) string {
	var out []string
	for _, id := range ids {
		cite := string(id)
		if c, ok := d.v.Law.Clause(id); ok && c.Cite != "" {
			cite = d.title(id) + c.Cite
		}
		out = append(out, cite)
	}
	return strings.Join(out, "、")
}

// title is the regulation that holds a clause, in its brackets.
func (d item) title(id term.Clause) string {
	for _, p := range d.v.Law.Packs() {
		if slices.ContainsFunc(p.Clauses, func(c regulation.Clause) bool { return c.ID == id }) {
			return "《" + p.Title + "》"
		}
	}
	return ""
}

// unitOptions are the units, for an opinion or a scope that names no persons.
func (d item) unitOptions(which string) []web.Option {
	f := d.In(which)
	var out []web.Option
	for _, c := range d.people {
		if c.Unit == "" || slices.ContainsFunc(out, func(o web.Option) bool { return o.Value == string(c.Unit) }) {
			continue
		}
		on := f.Has("units", string(c.Unit))
		if f == nil && which == "opine" && d.Opinion != nil {
			on = slices.Contains(d.Opinion.Units, string(c.Unit))
		}
		out = append(out, web.Option{Value: string(c.Unit), Label: c.UnitName, On: on})
	}
	return out
}

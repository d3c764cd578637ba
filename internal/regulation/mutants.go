package regulation

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"jiyao/internal/calendar"
	"jiyao/internal/term"
)

// Mutant is a pack with one thing taken out. Each must make one of the proofs of its clause fail; a clause is
// proven only when every letter of its how has at least one mutant and all are found.
type Mutant struct {
	Name   string // carrier and what is missing from it
	Clause term.Clause
	Letter string
	Apply  func(*Pack) // on a copy made by Clone
}

// Clone copies a pack so deeply that a mutant can change it.
func (p *Pack) Clone() (*Pack, error) {
	type plainPack Pack
	b, err := json.Marshal((*plainPack)(p))
	if err != nil {
		return nil, fmt.Errorf("copy pack %s: %w", p.Name, err)
	}
	out := &Pack{}
	if err := json.Unmarshal(b, (*plainPack)(out)); err != nil {
		return nil, fmt.Errorf("copy pack %s: %w", p.Name, err)
	}
	out.clauseByID, out.partOf = map[term.Clause]*Clause{}, map[term.Clause]string{}
	for i := range out.Clauses {
		c := &out.Clauses[i]
		out.clauseByID[c.ID], out.partOf[c.ID] = c, c.Part
	}
	return out, nil
}

// Mutants lists every single thing that can be taken out of the pack's carriers, in the order of the files.
func (p *Pack) Mutants(vocabulary Vocabulary) []Mutant {
	var out []Mutant
	add := func(name string, clause term.Clause, letter string, apply func(*Pack)) {
		out = append(out, Mutant{p.Name + "/" + name, clause, letter, apply})
	}
	p.mutateRules(add, vocabulary)
	p.mutateFunctions(add, vocabulary)
	p.mutateVisibility(add)
	p.mutateApprovals(add, vocabulary)
	p.mutateFallbacks(add, vocabulary)
	p.mutateDuties(add, vocabulary)
	p.mutateRecords(add, vocabulary)
	p.mutateWatches(add, vocabulary)
	p.mutateSheets(add)
	p.mutateReactions(add, vocabulary)
	p.mutateParameters(add)
	return out
}

type adder func(name string, clause term.Clause, letter string, apply func(*Pack))

// mutateRules drops each policy, each act of a policy that names several, and each part of its condition.
func (p *Pack) mutateRules(add adder, vocabulary Vocabulary) {
	for i, r := range p.Rules {
		letter, name := orLetter(r.Letter, "E"), "rule/"+r.Name
		part := func(what string, apply func(*Pack)) { add(name+" "+what, r.Clause, letter, apply) }
		add(name, r.Clause, letter, func(q *Pack) { q.Rules = slices.Delete(q.Rules, i, i+1) })
		mutateEach(part, r.Acts, vocabulary, func(q *Pack) *[]string { return &q.Rules[i].Acts })
		for _, v := range r.withoutParts() {
			part("without "+v.gone, func(q *Pack) { q.Rules[i].Text = v.left })
		}
		for _, spared := range []struct {
			who, word string
			at        func(*Pack) *string
		}{
			{"who holds", r.HeldBy, func(q *Pack) *string { return &q.Rules[i].HeldBy }},
			{"who is delegated", r.Deed, func(q *Pack) *string { return &q.Rules[i].Deed }},
			{"the designated", r.Staged, func(q *Pack) *string { return &q.Rules[i].Staged }},
		} {
			if spared.word != "" {
				part("for "+spared.who+" "+spared.word+" too", func(q *Pack) { *spared.at(q) = "" })
			}
		}
	}
}

// mutateFunctions drops each line, its posts one by one, and what it says of delegates.
func (p *Pack) mutateFunctions(add adder, vocabulary Vocabulary) {
	if p.isBase() {
		p.mutateLines(add, vocabulary)
		return
	}
	for i, f := range p.Functions {
		if _, ok := vocabulary[f.Act]; !ok {
			continue
		}
		name := "function/" + p.lineName(i)
		add(name, f.Clause, "E", func(q *Pack) { q.Functions = slices.Delete(q.Functions, i, i+1) })
		for n, post := range f.Posts {
			add(name+" without "+post, f.Clause, "E", func(q *Pack) { q.Functions[i].Posts = slices.Delete(slices.Clone(f.Posts), n, n+1) })
		}
		if f.Person {
			add(name+" by a delegate", f.Clause, "E", func(q *Pack) { q.Functions[i].Person = false })
		}
		if f.Delegable {
			add(name+" without delegates", f.Clause, "E", func(q *Pack) { q.Functions[i].Delegable = false })
		}
	}
}

// mutateDuties drops each obligation and its parts.
func (p *Pack) mutateDuties(add adder, vocabulary Vocabulary) {
	for i, o := range p.Obligations {
		if !o.opensHere(vocabulary) {
			continue
		}
		letter, name := orLetter(o.Letter, "S"), "obligation/"+o.Name
		part := func(what string, apply func(*Obligation)) {
			add(name+" "+what, o.Clause, letter, func(q *Pack) { apply(&q.Obligations[i]) })
		}
		add(name, o.Clause, letter, func(q *Pack) { q.Obligations = slices.Delete(q.Obligations, i, i+1) })
		for n, op := range o.Opens {
			if len(o.Opens) > 1 {
				part("not opened by "+orText(op.On, orText(op.Date, op.Each)), func(q *Obligation) { q.Opens = slices.Delete(slices.Clone(q.Opens), n, n+1) })
			}
			plain := func(what string, apply func(*Pack)) {
				add(fmt.Sprintf("%s opening %d %s", name, n+1, what), o.Clause, letter, apply)
			}
			mutateWhen(plain, op.When, func(q *Pack) *string { return &q.Obligations[i].Opens[n].When })
		}
		for n, c := range o.ClosedBy {
			if _, ok := vocabulary[c.Act]; !ok {
				continue
			}
			if len(o.ClosedBy) > 1 {
				part("not closed by "+c.Act, func(q *Obligation) { q.ClosedBy = slices.Delete(slices.Clone(q.ClosedBy), n, n+1) })
			}
			plain := func(what string, apply func(*Pack)) {
				add(fmt.Sprintf("%s closing %d %s", name, n+1, what), o.Clause, letter, apply)
			}
			mutateWhen(plain, c.When, func(q *Pack) *string { return &q.Obligations[i].ClosedBy[n].When })
			if c.Count > 1 {
				part(fmt.Sprintf("closing %d by one less", n+1), func(q *Obligation) { q.ClosedBy[n].Count-- })
			}
		}
		for n, who := range o.Shown {
			part("not shown to "+who, func(q *Obligation) { q.Shown = slices.Delete(slices.Clone(q.Shown), n, n+1) })
		}
		if o.Warn != "" {
			part("without its warning", func(q *Obligation) { q.Warn, q.WarnThen = "", nil })
		}
		for n := range o.Chain {
			part(fmt.Sprintf("without step %d", n+1), func(q *Obligation) { q.Chain = slices.Delete(slices.Clone(q.Chain), n, n+1) })
		}
		if o.Guard != nil {
			part("without its guard", func(q *Obligation) { q.Guard = nil })
		}
		if o.Every != "" && o.Due != "" && o.Due != "none" {
			part("without its reminders", func(q *Obligation) { q.Every = "" })
		}
		plain := func(what string, apply func(*Pack)) { add(name+" "+what, o.Clause, letter, apply) }
		mutateWarnings(plain, o.Warn, func(q *Pack) *string { return &q.Obligations[i].Warn })
		mutateEffects(plain, "late effect", o.OnLate, func(q *Pack) *[]Effect { return &q.Obligations[i].OnLate })
		mutateEffects(plain, "opening effect", o.OnOpen, func(q *Pack) *[]Effect { return &q.Obligations[i].OnOpen })
		mutateEffects(plain, "warning effect", o.WarnThen, func(q *Pack) *[]Effect { return &q.Obligations[i].WarnThen })
	}
}

// opensHere reports whether something in this version opens the duty: an act that there is, or the calendar.
func (o *Obligation) opensHere(vocabulary Vocabulary) bool {
	return slices.ContainsFunc(o.Opens, func(op Opening) bool {
		_, ok := vocabulary[op.On]
		return ok || op.Date != "" || op.Each != "" || op.Before != ""
	})
}

// mutateParameters moves each parameter of a clause one unit looser, or drops a value of a list.
func (p *Pack) mutateParameters(add adder) {
	for name, parameter := range p.Parameters {
		clause := p.clauseByID[parameter.Clause]
		if clause == nil {
			continue
		}
		letter := p.parameterLetter(name)
		if letter == "" {
			continue // nothing in this version uses it
		}
		for what, loose := range parameter.looser() {
			add("parameter/"+name+" "+what, parameter.Clause, letter, func(q *Pack) {
				changed := q.Parameters[name]
				changed.Default = loose
				q.Parameters[name] = changed
			})
		}
	}
}

// countedBy are the facts in which a parameter works without being named: the program counts with it.
var countedBy = map[string]string{"night_cutoff": "due_before_night", "night_end": "in_night", "protection": "place_protected", "grade_levels": "grade_covers", "refused_window": "refused_requests", "period_max": "period_over"}

// parameterLetter is the letter of what uses the parameter in this pack; empty when nothing does.
func (p *Pack) parameterLetter(name string) string {
	pattern := `\$` + name + `\b`
	if fact := countedBy[name]; fact != "" {
		pattern += `|\b` + fact + `\b`
	}
	used, letter := regexp.MustCompile(pattern), ""
	look := func(carries string, texts ...string) {
		if letter == "" && used.MatchString(strings.Join(texts, "\n")) {
			letter = carries
		}
	}
	for _, r := range p.Rules {
		look(orLetter(r.Letter, "E"), r.Text)
	}
	for _, f := range p.Functions {
		look("E", f.When)
	}
	for _, a := range p.Approvals {
		look("E", a.When)
	}
	for _, v := range p.Visibility {
		look("E", v.When)
	}
	for _, o := range p.Obligations {
		letter := orLetter(o.Letter, "S")
		look(letter, o.Due, o.Warn, o.Every)
		for _, s := range o.Chain {
			look(letter, s.After)
		}
		for _, e := range o.OnLate {
			look(letter, e.After, e.At)
		}
		if o.Guard != nil {
			look(letter, o.Guard.When)
		}
	}
	for _, w := range p.Watches {
		look(orLetter(w.Letter, "E"), w.Holds, w.ForMore)
	}
	for _, c := range p.Checklists {
		look("T", c.Due, c.Warn)
	}
	for _, r := range p.Reactions {
		look(orLetter(r.Letter, "X"), r.When)
	}
	for _, r := range p.Records {
		if r.Report != nil {
			look("R", r.Report.When)
		}
		for _, n := range r.Needs {
			look(orLetter(r.Letter, "R"), n.When, n.Least)
		}
	}
	return letter
}

// clockDirections are by how many minutes a time of day is looser, by which way is stricter.
var clockDirections = map[string]int{"earlier": 1, "later": -1}

// looser gives the values one unit looser than v, by what changed.
func looser(direction string, v Value, outside []string) map[string]Value {
	out := map[string]Value{}
	if v.Num != nil {
		n := *v.Num
		switch direction {
		case "fewer", "lower", "earlier", "shorter", "fixed":
			n++
		case "more", "higher", "later", "longer":
			n--
		default:
			return out
		}
		out[strconv.FormatInt(*v.Num, 10)+" → "+strconv.FormatInt(n, 10)] = Value{Num: &n}
		return out
	}
	switch {
	case v.List != nil && direction == "longer":
		for i, s := range v.List {
			out["without "+s] = Value{List: slices.Delete(slices.Clone(v.List), i, i+1)}
		}
	case v.List != nil && direction == "shorter":
		for _, s := range outside {
			out["with "+s] = Value{List: append(slices.Clone(v.List), s)}
		}
	case v.Map != nil:
		looserEach(out, v)
	case clockDirections[direction] != 0:
		if at, err := calendar.ParseTimeOfDay(v.Text); err == nil {
			loose := at.Add(clockDirections[direction]).String()
			out[v.Text+" → "+loose] = Value{Text: loose}
		}
	default:
		if up := above(v.Text); direction == "lower" && up != "" {
			out[v.Text+" → "+string(up)] = Value{Text: string(up)}
		}
	}
	return out
}

// looserEach raises each level or number of a map by one.
func looserEach(out map[string]Value, v Value) {
	for key, old := range v.Map {
		up := string(above(old))
		if n, err := strconv.Atoi(old); err == nil {
			up = strconv.Itoa(n + 1)
		}
		if up == "" {
			continue
		}
		next := maps.Clone(v.Map)
		next[key] = up
		out[key+" "+old+" → "+up] = Value{Map: next}
	}
}

// above is the next higher level; empty for the highest and for what is no level.
func above(text string) term.Level {
	from := term.Level(text)
	if !from.Valid() {
		return ""
	}
	for _, up := range term.Levels() {
		if up.Rank() == from.Rank()+1 {
			return up
		}
	}
	return ""
}

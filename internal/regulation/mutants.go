package regulation

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

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
	for i, v := range p.Visibility {
		add("visibility/"+v.Name, v.Clause, "E", func(q *Pack) { q.Visibility = slices.Delete(q.Visibility, i, i+1) })
	}
	for i, a := range p.Approvals {
		if _, ok := vocabulary[a.Act]; ok {
			add("approval/"+a.Name, a.Clause, "E", func(q *Pack) { q.Approvals = slices.Delete(q.Approvals, i, i+1) })
		}
	}
	p.mutateDuties(add, vocabulary)
	p.mutateRecords(add, vocabulary)
	p.mutateSheets(add)
	p.mutateReactions(add)
	p.mutateParameters(add)
	return out
}

type adder func(name string, clause term.Clause, letter string, apply func(*Pack))

// mutateRules drops each policy, and each act of a policy that names several.
func (p *Pack) mutateRules(add adder, vocabulary Vocabulary) {
	for i, r := range p.Rules {
		letter := orLetter(r.Letter, "E")
		add("rule/"+r.Name, r.Clause, letter, func(q *Pack) { q.Rules = slices.Delete(q.Rules, i, i+1) })
		var here []string
		for _, a := range r.Acts {
			if _, ok := vocabulary[a]; ok {
				here = append(here, a)
			}
		}
		if len(here) < 2 {
			continue
		}
		for _, a := range here {
			add("rule/"+r.Name+" without "+a, r.Clause, letter, func(q *Pack) {
				q.Rules[i].Acts = slices.DeleteFunc(slices.Clone(q.Rules[i].Acts), func(s string) bool { return s == a })
			})
		}
	}
}

func (p *Pack) mutateFunctions(add adder, vocabulary Vocabulary) {
	if p.isBase() {
		p.mutateLines(add, vocabulary)
		return
	}
	for i, f := range p.Functions {
		if _, ok := vocabulary[f.Act]; ok {
			add("function/"+f.Act, f.Clause, "E", func(q *Pack) { q.Functions = slices.Delete(q.Functions, i, i+1) })
		}
	}
}

// mutateDuties drops each obligation, its warnings, steps, guard, late effects and triggers, and each watch.
func (p *Pack) mutateDuties(add adder, vocabulary Vocabulary) {
	for i, o := range p.Obligations {
		letter := orLetter(o.Letter, "S")
		if !slices.ContainsFunc(o.Opens, func(op Opening) bool { _, ok := vocabulary[op.On]; return ok }) {
			continue
		}
		name := "obligation/" + o.Name
		add(name, o.Clause, letter, func(q *Pack) { q.Obligations = slices.Delete(q.Obligations, i, i+1) })
		for n, op := range o.Opens {
			if len(o.Opens) > 1 {
				add(name+" not opened by "+orText(op.On, op.Date), o.Clause, letter, func(q *Pack) {
					q.Obligations[i].Opens = slices.Delete(slices.Clone(q.Obligations[i].Opens), n, n+1)
				})
			}
		}
		if o.Warn != "" {
			add(name+" without its warning", o.Clause, letter, func(q *Pack) { q.Obligations[i].Warn = ""; q.Obligations[i].WarnThen = nil })
		}
		for n := range o.Chain {
			add(fmt.Sprintf("%s without step %d", name, n+1), o.Clause, letter, func(q *Pack) {
				q.Obligations[i].Chain = slices.Delete(slices.Clone(q.Obligations[i].Chain), n, n+1)
			})
		}
		if o.Guard != nil {
			add(name+" without its guard", o.Clause, letter, func(q *Pack) { q.Obligations[i].Guard = nil })
		}
		for n := range o.OnLate {
			add(fmt.Sprintf("%s without late effect %d", name, n+1), o.Clause, letter, func(q *Pack) {
				q.Obligations[i].OnLate = slices.Delete(slices.Clone(q.Obligations[i].OnLate), n, n+1)
			})
		}
		for n := range o.WarnThen {
			add(fmt.Sprintf("%s without warning effect %d", name, n+1), o.Clause, letter, func(q *Pack) {
				q.Obligations[i].WarnThen = slices.Delete(slices.Clone(q.Obligations[i].WarnThen), n, n+1)
			})
		}
		if o.Every != "" && o.Due != "" && o.Due != "none" {
			add(name+" without its reminders", o.Clause, letter, func(q *Pack) { q.Obligations[i].Every = "" })
		}
	}
	for i, w := range p.Watches {
		add("watch/"+w.Name, w.Clause, orLetter(w.Letter, "E"), func(q *Pack) { q.Watches = slices.Delete(q.Watches, i, i+1) })
	}
}

// mutateRecords drops each required field, inherited field, report and column, and each value of a closed list.
func (p *Pack) mutateRecords(add adder, vocabulary Vocabulary) {
	for i, r := range p.Records {
		if _, ok := vocabulary[r.Act]; !ok && r.Act != "" {
			continue
		}
		where, letter := fmt.Sprintf("record/%s/%s", r.Clause, r.Act), orLetter(r.Letter, "R")
		for n, need := range r.Needs {
			add(where+" without "+need.Field, r.Clause, letter, func(q *Pack) { q.Records[i].Needs = slices.Delete(slices.Clone(q.Records[i].Needs), n, n+1) })
		}
		for n, field := range r.Inherit {
			add(where+" without inherited "+field, r.Clause, letter, func(q *Pack) { q.Records[i].Inherit = slices.Delete(slices.Clone(q.Records[i].Inherit), n, n+1) })
		}
		if r.Report == nil {
			continue
		}
		add("report/"+r.Report.Name, r.Clause, letter, func(q *Pack) { q.Records[i].Report = nil })
		for n, act := range r.Report.Acts {
			if _, ok := vocabulary[act]; ok {
				add("report/"+r.Report.Name+" without "+act, r.Clause, letter, func(q *Pack) {
					q.Records[i].Report.Acts = slices.Delete(slices.Clone(q.Records[i].Report.Acts), n, n+1)
				})
			}
		}
		for n, column := range r.Report.Columns {
			add("report/"+r.Report.Name+" without "+column, r.Clause, letter, func(q *Pack) {
				q.Records[i].Report.Columns = slices.Delete(slices.Clone(q.Records[i].Report.Columns), n, n+1)
			})
		}
		for n, line := range r.Report.Lines {
			add("report/"+r.Report.Name+" without line "+line, r.Clause, letter, func(q *Pack) {
				q.Records[i].Report.Lines = slices.Delete(slices.Clone(q.Records[i].Report.Lines), n, n+1)
			})
		}
	}
	for i, l := range p.Lists {
		if act, _, ok := cutLast(l.Of); !ok || vocabulary[act].Fields == nil {
			continue
		}
		for n, v := range l.Values {
			letter := p.listLetter(v.Clause)
			add("list/"+l.Of+" without "+v.Value, v.Clause, letter, func(q *Pack) { q.Lists[i].Values = slices.Delete(slices.Clone(q.Lists[i].Values), n, n+1) })
			if len(v.Notify) > 0 {
				add("list/"+l.Of+"/"+v.Value+" without its notice", v.Clause, letter, func(q *Pack) { q.Lists[i].Values[n].Notify = nil })
			}
		}
	}
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// mutateSheets drops each line of a sheet, what follows a no, its opening, its warning and each step of its chain.
func (p *Pack) mutateSheets(add adder) {
	for i, c := range p.Checklists {
		if c.Opens != nil {
			add("checklist/"+c.Name+" opened by nothing", c.opensFor(), "T", func(q *Pack) { q.Checklists[i].Opens = nil })
		}
		if c.Warn != "" {
			add("checklist/"+c.Name+" without its warning", c.opensFor(), "T", func(q *Pack) { q.Checklists[i].Warn = "" })
		}
		for n := range c.Chain {
			add(fmt.Sprintf("checklist/%s without step %d", c.Name, n+1), c.opensFor(), "T", func(q *Pack) {
				q.Checklists[i].Chain = slices.Delete(slices.Clone(q.Checklists[i].Chain), n, n+1)
			})
		}
		if c.Who != "" {
			add("checklist/"+c.Name+" asked of everybody", c.opensFor(), "T", func(q *Pack) { q.Checklists[i].Who = "" })
		}
		for n, line := range c.Lines {
			add("checklist/"+c.Name+" without "+line.Name, line.Clause, "T", func(q *Pack) { q.Checklists[i].Lines = slices.Delete(slices.Clone(q.Checklists[i].Lines), n, n+1) })
		}
		for n := range c.OnNo {
			add(fmt.Sprintf("checklist/%s without what follows a no (%d)", c.Name, n+1), c.Lines[0].Clause, "T", func(q *Pack) {
				q.Checklists[i].OnNo = slices.Delete(slices.Clone(q.Checklists[i].OnNo), n, n+1)
			})
		}
	}
}

func (p *Pack) mutateReactions(add adder) {
	for i, r := range p.Reactions {
		letter := orLetter(r.Letter, "X")
		add("reaction/"+r.Name, r.Clause, letter, func(q *Pack) { q.Reactions = slices.Delete(q.Reactions, i, i+1) })
		for n, e := range r.Then {
			if len(e.Notify) > 0 && e.Case != "" {
				add("reaction/"+r.Name+" without its notice", r.Clause, letter, func(q *Pack) { q.Reactions[i].Then[n].Notify = nil })
			}
		}
	}
}

// mutateParameters moves each parameter of a clause one unit looser, or drops a value of a list.
func (p *Pack) mutateParameters(add adder) {
	for name, parameter := range p.Parameters {
		clause := p.clauseByID[parameter.Clause]
		if clause == nil || parameter.Default.Num == nil && parameter.Default.List == nil {
			continue
		}
		letter := p.parameterLetter(name)
		if letter == "" {
			continue // nothing in this version uses it
		}
		direction, _ := parameter.Stricter.(string)
		for what, loose := range looser(direction, parameter.Default) {
			add("parameter/"+name+" "+what, parameter.Clause, letter, func(q *Pack) {
				changed := q.Parameters[name]
				changed.Default = loose
				q.Parameters[name] = changed
			})
		}
	}
}

// parameterLetter is the letter of what uses the parameter in this pack; empty when nothing does.
func (p *Pack) parameterLetter(name string) string {
	used := regexp.MustCompile(`\$` + name + `\b`)
	for _, r := range p.Rules {
		if used.MatchString(r.Text) {
			return orLetter(r.Letter, "E")
		}
	}
	for _, o := range p.Obligations {
		text := o.Due + " " + o.Warn + " " + o.Every
		for _, s := range o.Chain {
			text += " " + s.After
		}
		if used.MatchString(text) {
			return orLetter(o.Letter, "S")
		}
	}
	for _, r := range p.Reactions {
		if used.MatchString(r.When) || name == "refused_window" && strings.Contains(r.When, "refused_requests") {
			return orLetter(r.Letter, "X")
		}
	}
	return ""
}

// looser gives the values one unit looser than v, by what changed.
func looser(direction string, v Value) map[string]Value {
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
	if direction == "longer" {
		for i, s := range v.List {
			out["without "+s] = Value{List: slices.Delete(slices.Clone(v.List), i, i+1)}
		}
	}
	return out
}

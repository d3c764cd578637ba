package regulation

import (
	"fmt"
	"slices"
	"strings"
)

// mutateRecords drops each required field with what it says of it, each inherited field, each register, and each value
// of a closed list.
func (p *Pack) mutateRecords(add adder, vocabulary Vocabulary) {
	for i, r := range p.Records {
		if _, ok := vocabulary[r.Act]; !ok && r.Act != "" {
			continue
		}
		where, letter := fmt.Sprintf("record/%s/%s", r.Clause, r.Act), orLetter(r.Letter, "R")
		part := func(what string, apply func(*Pack)) { add(where+" "+what, r.Clause, letter, apply) }
		for n, need := range r.Needs {
			part("without "+need.Field, func(q *Pack) { q.Records[i].Needs = slices.Delete(slices.Clone(q.Records[i].Needs), n, n+1) })
			need.mutate(part, func(q *Pack) *Need { return &q.Records[i].Needs[n] })
		}
		for n, field := range r.Inherit {
			part("without inherited "+field, func(q *Pack) { q.Records[i].Inherit = slices.Delete(slices.Clone(q.Records[i].Inherit), n, n+1) })
		}
		if r.Locked {
			part("not locked", func(q *Pack) { q.Records[i].Locked = false })
		}
		if r.Report != nil {
			name := "report/" + r.Report.Name
			add(name, r.Clause, letter, func(q *Pack) { q.Records[i].Report = nil })
			r.Report.mutate(func(what string, apply func(*Pack)) { add(name+" "+what, r.Clause, letter, apply) }, vocabulary,
				func(q *Pack) *Report { return q.Records[i].Report })
		}
	}
	p.mutateLists(add, vocabulary)
}

// mutate leaves out what a need says of its field: when it is asked for, what else is enough, what must stand in it.
func (n Need) mutate(add parter, at func(*Pack) *Need) {
	if n.When != "" {
		add(n.Field+" always", func(q *Pack) { at(q).When = "" })
	}
	for _, v := range without(n.When) {
		add(n.Field+" when without "+v.gone, func(q *Pack) { at(q).When = v.left })
	}
	if n.Or != "" {
		add(n.Field+" without "+n.Or+" instead", func(q *Pack) { at(q).Or = "" })
	}
	mutateEach(func(what string, apply func(*Pack)) { add(n.Field+" "+what, apply) }, n.OneOf, nil, func(q *Pack) *[]string { return &at(q).OneOf })
	if n.MustBe != "" {
		add(n.Field+" with any value", func(q *Pack) { at(q).MustBe = "" })
	}
}

// mutate leaves out each act that a register keeps, the condition, each column and line, and each post that sees it.
func (r *Report) mutate(add parter, vocabulary Vocabulary, at func(*Pack) *Report) {
	for n, act := range r.Acts {
		if _, ok := vocabulary[act]; ok {
			add("without "+act, func(q *Pack) { at(q).Acts = slices.Delete(slices.Clone(at(q).Acts), n, n+1) })
		}
	}
	if r.When != "" {
		add("always", func(q *Pack) { at(q).When = "" })
	}
	for n, column := range r.Columns {
		add("without "+column, func(q *Pack) { at(q).Columns = slices.Delete(slices.Clone(at(q).Columns), n, n+1) })
	}
	for n, line := range r.Lines {
		add("without line "+line, func(q *Pack) { at(q).Lines = slices.Delete(slices.Clone(at(q).Lines), n, n+1) })
	}
	if len(r.SeenBy) > 0 {
		add("seen by whoever keeps registers", func(q *Pack) { at(q).SeenBy = nil })
	}
	mutateEach(func(what string, apply func(*Pack)) { add("seen "+what, apply) }, r.SeenBy, nil, func(q *Pack) *[]string { return &at(q).SeenBy })
}

func (p *Pack) mutateLists(add adder, vocabulary Vocabulary) {
	for i, l := range p.Lists {
		if act, _, ok := cutLast(l.Of); !ok || vocabulary[act].Fields == nil {
			continue
		}
		for n, v := range l.Values {
			letter := p.listLetter(v.Clause)
			add("list/"+l.Of+" without "+v.Value, v.Clause, letter, func(q *Pack) { q.Lists[i].Values = slices.Delete(slices.Clone(q.Lists[i].Values), n, n+1) })
			if n == 0 {
				for m, of := range l.Also {
					add("list/"+l.Of+" not for "+of, v.Clause, letter, func(q *Pack) { q.Lists[i].Also = slices.Delete(slices.Clone(q.Lists[i].Also), m, m+1) })
				}
			}
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

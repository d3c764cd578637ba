package regulation

import (
	"fmt"
	"slices"
	"strings"
)

// The parts of carriers that can be taken out alone: one act of a list, one part of a condition, one warning, one
// effect, one notice of an effect.

// parter adds a mutant of one carrier: what is missing, and the change to the copy.
type parter func(what string, apply func(*Pack))

// mutateEach leaves out each of several texts that the vocabulary (where one is given) knows.
func mutateEach(add parter, list []string, vocabulary Vocabulary, at func(*Pack) *[]string) {
	known := func(s string) bool { _, ok := vocabulary[s]; return ok || vocabulary == nil }
	n := 0
	for _, s := range list {
		if known(s) {
			n++
		}
	}
	if n < 2 {
		return // without its only one nothing is left of the carrier, which is a mutant of its own
	}
	for i, s := range list {
		if known(s) {
			add("without "+s, func(q *Pack) { *at(q) = slices.Delete(slices.Clone(*at(q)), i, i+1) })
		}
	}
}

// mutateEffects leaves out each effect, called what, and each notice that stands beside something else.
func mutateEffects(add parter, what string, list []Effect, at func(*Pack) *[]Effect) {
	for n, e := range list {
		name := fmt.Sprintf("%s %d", what, n+1)
		add("without "+name, func(q *Pack) { *at(q) = slices.Delete(slices.Clone(*at(q)), n, n+1) })
		if e.Finding != nil && e.Finding.Notify != "" {
			add("without the notice of "+name, func(q *Pack) { (*at(q))[n].Finding.Notify = "" })
		}
		if e.Finding != nil && e.Finding.Names != "" {
			add("without the person of "+name, func(q *Pack) { (*at(q))[n].Finding.Names = "" })
		}
		if e.Finding != nil && e.Finding.Holds {
			add("holding nothing back by "+name, func(q *Pack) { (*at(q))[n].Finding.Holds = false })
		}
		if len(e.Notify) > 0 && e.Case != "" {
			add("without the notice of "+name, func(q *Pack) { (*at(q))[n].Notify = nil })
		}
		if e.Persons != "" && e.Persons != "none" {
			add("without the person of "+name, func(q *Pack) { (*at(q))[n].Persons = "" })
		}
		if all := persons(e.Persons); len(all) > 1 {
			for i, who := range all {
				add("without "+who+" of "+name, func(q *Pack) { (*at(q))[n].Persons = strings.Join(slices.Delete(slices.Clone(all), i, i+1), ", ") })
			}
		}
		mutateEach(func(left string, apply func(*Pack)) { add(name+" "+left, apply) }, e.Notify, nil, func(q *Pack) *[]string { return &(*at(q))[n].Notify })
	}
}

// mutateWarnings leaves out each of several warnings; what follows a warning goes with the last of them.
func mutateWarnings(add parter, warn string, at func(*Pack) *string) {
	all := warnings(warn)
	if len(all) < 2 {
		return
	}
	for i, w := range all {
		add("without its warning "+w, func(q *Pack) { *at(q) = strings.Join(slices.Delete(slices.Clone(all), i, i+1), ", ") })
	}
}

// warnings takes a list of warnings apart: 50 %, 80 % and 7/1 days before are two each; 2/3 is one.
func warnings(text string) []string {
	var out []string
	for form := range strings.SplitSeq(text, ",") {
		form = strings.TrimSpace(form)
		figures, unit, ok := strings.Cut(form, " ")
		if !ok || !strings.Contains(figures, "/") {
			out = append(out, form)
			continue
		}
		for figure := range strings.SplitSeq(figures, "/") {
			out = append(out, figure+" "+unit)
		}
	}
	return out
}

// mutateWatches drops each watch, each part of its condition and each effect. Not the acts it follows: it stands behind
// rules that refuse most of what would break it, so an act may be on its list for the case that a rule is dropped.
func (p *Pack) mutateWatches(add adder, vocabulary Vocabulary) {
	for i, w := range p.Watches {
		if !w.Always && !slices.ContainsFunc(w.After, func(a string) bool { _, ok := vocabulary[a]; return ok }) {
			continue
		}
		letter, name := orLetter(w.Letter, "E"), "watch/"+w.Name
		part := func(what string, apply func(*Pack)) { add(name+" "+what, w.Clause, letter, apply) }
		add(name, w.Clause, letter, func(q *Pack) { q.Watches = slices.Delete(q.Watches, i, i+1) })
		for _, v := range without(w.Holds) {
			part("without "+v.gone, func(q *Pack) { q.Watches[i].Holds = v.left })
		}
		mutateEffects(part, "effect", w.OnBroken, func(q *Pack) *[]Effect { return &q.Watches[i].OnBroken })
		mutateEffects(part, "restored effect", w.OnRestored, func(q *Pack) *[]Effect { return &q.Watches[i].OnRestored })
	}
}

// mutateSheets drops each sheet, each of its lines, what follows a no, its opening, warnings, steps, signers and gate.
func (p *Pack) mutateSheets(add adder) {
	for i, c := range p.Checklists {
		name := "checklist/" + c.Name
		part := func(what string, apply func(*Pack)) { add(name+" "+what, c.opensFor(), "T", apply) }
		add(name, c.opensFor(), "T", func(q *Pack) { q.Checklists = slices.Delete(q.Checklists, i, i+1) })
		if c.Opens != nil {
			part("opened by nothing", func(q *Pack) { q.Checklists[i].Opens = nil })
		}
		if c.Warn != "" {
			part("without its warning", func(q *Pack) { q.Checklists[i].Warn = "" })
			mutateWarnings(part, c.Warn, func(q *Pack) *string { return &q.Checklists[i].Warn })
		}
		for n := range c.Chain {
			part(fmt.Sprintf("without step %d", n+1), func(q *Pack) {
				q.Checklists[i].Chain = slices.Delete(slices.Clone(q.Checklists[i].Chain), n, n+1)
			})
		}
		if c.Who != "" {
			part("asked of everybody", func(q *Pack) { q.Checklists[i].Who = "" })
		}
		for n := range c.Signed {
			part("without signer "+c.Signed[n], func(q *Pack) {
				q.Checklists[i].Signed = slices.Delete(slices.Clone(q.Checklists[i].Signed), n, n+1)
			})
		}
		for n := range c.Gate {
			part("without gate "+c.Gate[n], func(q *Pack) {
				q.Checklists[i].Gate = slices.Delete(slices.Clone(q.Checklists[i].Gate), n, n+1)
			})
		}
		if len(c.Gate) > 0 {
			mutateWhen(part, c.When, func(q *Pack) *string { return &q.Checklists[i].When })
		}
		if c.Own {
			part("signed by anybody", func(q *Pack) { q.Checklists[i].Own = false })
		}
		for n, line := range c.Lines {
			if line.Answer == Holdings {
				add(name+" any figure of "+line.Name, line.Clause, "T", func(q *Pack) { q.Checklists[i].Lines[n].Answer = Figure })
			}
			add(name+" without "+line.Name, line.Clause, "T", func(q *Pack) {
				q.Checklists[i].Lines = slices.Delete(slices.Clone(q.Checklists[i].Lines), n, n+1)
			})
		}
		mutateEffects(part, "what follows a no", c.OnNo, func(q *Pack) *[]Effect { return &q.Checklists[i].OnNo })
	}
}

// mutateReactions drops each reaction, each act and part of the condition that it looks at, and each effect.
func (p *Pack) mutateReactions(add adder, vocabulary Vocabulary) {
	for i, r := range p.Reactions {
		letter, name := orLetter(r.Letter, "X"), "reaction/"+r.Name
		part := func(what string, apply func(*Pack)) { add(name+" "+what, r.Clause, letter, apply) }
		add(name, r.Clause, letter, func(q *Pack) { q.Reactions = slices.Delete(q.Reactions, i, i+1) })
		for _, on := range []struct {
			outcome string
			acts    []string
			at      func(*Pack) *[]string
		}{
			{"refused", r.OnRefused, func(q *Pack) *[]string { return &q.Reactions[i].OnRefused }},
			{"hidden", r.OnHidden, func(q *Pack) *[]string { return &q.Reactions[i].OnHidden }},
			{"done", r.OnDone, func(q *Pack) *[]string { return &q.Reactions[i].OnDone }},
		} {
			mutateEach(func(what string, apply func(*Pack)) { part(on.outcome+" "+what, apply) }, on.acts, vocabulary, on.at)
		}
		if r.When != "" {
			part("always", func(q *Pack) { q.Reactions[i].When = "" })
			for _, v := range without(r.When) {
				part("without "+v.gone, func(q *Pack) { q.Reactions[i].When = v.left })
			}
		}
		if r.Clauses {
			part("of any refusal", func(q *Pack) { q.Reactions[i].Clauses = false })
		}
		mutateEffects(part, "effect", r.Then, func(q *Pack) *[]Effect { return &q.Reactions[i].Then })
	}
}

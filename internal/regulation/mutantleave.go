package regulation

import (
	"maps"
	"slices"

	"jiyao/internal/term"
)

// mutateApprovals drops each approval and each part of it: when it speaks, whose leave it is, what the leave is bound to,
// and what is said of an applicant or an actor who holds the post himself. Not fallback and case: they say when base yields
// to an adopted pack, and base is proven where none is.
func (p *Pack) mutateApprovals(add adder, vocabulary Vocabulary) {
	for i, a := range p.Approvals {
		if _, ok := vocabulary[a.Act]; !ok {
			continue
		}
		name := "approval/" + a.Name
		part := func(what string, apply func(*Approval)) {
			add(name+" "+what, a.Clause, "E", func(q *Pack) { apply(&q.Approvals[i]) })
		}
		add(name, a.Clause, "E", func(q *Pack) { q.Approvals = slices.Delete(q.Approvals, i, i+1) })
		mutateWhen(func(what string, apply func(*Pack)) { add(name+" "+what, a.Clause, "E", apply) }, a.When,
			func(q *Pack) *string { return &q.Approvals[i].When })
		mutateEach(func(what string, apply func(*Pack)) { add(name+" "+what, a.Clause, "E", apply) }, a.Posts, nil,
			func(q *Pack) *[]string { return &q.Approvals[i].Posts })
		if !slices.Contains(a.Posts, "nobody") {
			part("given by nobody", func(q *Approval) { q.Posts = []string{"nobody"} })
		}
		part("given by any post", func(q *Approval) { q.Posts = slices.Sorted(maps.Keys(p.Posts)) })
		if a.Default != "" {
			part("without its default post", func(q *Approval) { q.Default = "" })
		}
		for n, argument := range a.Names {
			part("not bound to "+argument, func(q *Approval) { q.Names = slices.Delete(slices.Clone(q.Names), n, n+1) })
		}
		if a.WhenApplicant != "" {
			part("without "+a.WhenApplicant+" when the post applies itself", func(q *Approval) { q.WhenApplicant = "" })
		}
		if !slices.Contains(a.Posts, "nobody") {
			part("given by one person more", func(q *Approval) { q.Quorum = a.Grants() + 1 })
		}
		if a.Grants() > 1 {
			part("given by one person fewer", func(q *Approval) { q.Quorum = a.Grants() - 1 })
		}
		if a.Delegable != nil {
			turned := !*a.Delegable
			part(map[bool]string{true: "given by a delegate too", false: "given by no delegate"}[turned], func(q *Approval) { q.Delegable = &turned })
		}
		if a.Before != "" {
			part("given at any time", func(q *Approval) { q.Before = "" })
		}
		if a.OwnDecision {
			part("of the post for its own act too", func(q *Approval) { q.OwnDecision = false })
		}
	}
}

// mutateFallbacks drops each post that a company's regulation names without a clause, beside the clause that says who does
// the act. Those of other packs take the place of base's, which are proven there.
func (p *Pack) mutateFallbacks(add adder, vocabulary Vocabulary) {
	if p.Regime != term.RegimeCompany {
		return
	}
	for _, act := range slices.Sorted(maps.Keys(p.Fallback)) {
		i := slices.IndexFunc(p.Rules, func(r RuleText) bool { return slices.Contains(r.Acts, act) })
		if _, ok := vocabulary[act]; !ok || i < 0 {
			continue
		}
		add("fallback/"+act, p.Rules[i].Clause, "E", func(q *Pack) { delete(q.Fallback, act) })
		add("fallback/"+act+" given by nobody", p.Rules[i].Clause, "E", func(q *Pack) { q.Fallback[act] = "✗" })
		for _, other := range slices.Sorted(maps.Keys(p.Posts)) {
			if other != p.Fallback[act] {
				add("fallback/"+act+" given by "+other, p.Rules[i].Clause, "E", func(q *Pack) { q.Fallback[act] = other })
			}
		}
	}
}

// mutateVisibility drops each predicate, each part of its condition, each way of being related that opens what it hides,
// and each register post.
func (p *Pack) mutateVisibility(add adder) {
	for i, v := range p.Visibility {
		name := "visibility/" + v.Name
		part := func(what string, apply func(*Pack)) { add(name+" "+what, v.Clause, "E", apply) }
		add(name, v.Clause, "E", func(q *Pack) { q.Visibility = slices.Delete(q.Visibility, i, i+1) })
		mutateWhen(part, v.When, func(q *Pack) *string { return &q.Visibility[i].When })
		mutateEach(func(what string, apply func(*Pack)) { part("unless "+what, apply) }, v.Unless, nil, func(q *Pack) *[]string { return &q.Visibility[i].Unless })
		mutateEach(func(what string, apply func(*Pack)) { part("register post "+what, apply) }, v.Posts, nil, func(q *Pack) *[]string { return &q.Visibility[i].Posts })
	}
}

// mutateWhen leaves a condition out, and each part of it.
func mutateWhen(add parter, when string, at func(*Pack) *string) {
	if when == "" || namesSheet.MatchString(when) {
		return
	}
	add("always", func(q *Pack) { *at(q) = "" })
	for _, v := range without(when) {
		add("without "+v.gone, func(q *Pack) { *at(q) = v.left })
	}
}

package regulation

import (
	"fmt"
	"slices"

	"github.com/cedar-policy/cedar-go"

	"jiyao/internal/refuse"
)

// AskLine puts somebody before base's line for an act alone: who may, whose signature, and the line between the
// administrators and business. Everything else that the law says of the act is left aside.
func (l *Law) AskLine(act string, c Common) ([]refuse.Violation, error) {
	all := l.byAction[act]
	if all == nil {
		return nil, fmt.Errorf("act %s: a line in the table of functions is expected", act)
	}
	set := newRuleSet()
	for _, name := range []string{"base/function/" + act, "base/function/" + act + "#sign", "base/admins/" + act} {
		id := cedar.PolicyID(name)
		if r := all.rules[id]; r != nil {
			set.policies[id], set.rules[id] = all.policies[id], r
		}
	}
	known, err := Know(c, nil)
	if err != nil {
		return nil, err
	}
	found := map[string]refuse.Violation{}
	for _, context := range known.contexts {
		if err := set.ask(act, context, "", found); err != nil {
			return nil, fmt.Errorf("ask the line of %s: %w", act, err)
		}
	}
	var out []refuse.Violation
	for _, v := range found {
		out = append(out, v)
	}
	return out, nil
}

// mutateLines changes each line of base's table: nobody may, anybody may, one post less, a delegate more or less, no
// signature, and each other answer about the three administrators.
func (p *Pack) mutateLines(add adder, vocabulary Vocabulary) {
	for i, f := range p.Functions {
		if _, ok := vocabulary[f.Act]; !ok {
			continue
		}
		name := "function/" + f.Act
		line := func(what string, change func(*Function)) {
			add(name+" "+what, f.Clause, "E", func(q *Pack) { change(&q.Functions[i]) })
		}
		if f.System == "s" {
			line("for anybody", func(g *Function) { g.System, g.Posts = "s+", []string{"staff"} })
		} else {
			line("for nobody", func(g *Function) { g.Posts, g.Delegable = nil, false })
		}
		if f.System != "s" && !slices.Contains(f.Posts, "staff") {
			line("for anybody", func(g *Function) { g.Posts = append(slices.Clone(g.Posts), "staff") })
			if f.Delegable {
				line("without delegates", func(g *Function) { g.Delegable = false })
			} else {
				line("for delegates", func(g *Function) { g.Delegable = true })
			}
		}
		for n := range f.Posts {
			if len(f.Posts) > 1 {
				line("without "+f.Posts[n], func(g *Function) { g.Posts = slices.Delete(slices.Clone(g.Posts), n, n+1) })
			}
		}
		if f.Sign != "none" {
			line("unsigned", func(g *Function) { g.Sign = "none" })
		}
		if f.Admins != "in" && p.AdminsClause != "" {
			add("admins/"+f.Act, p.AdminsClause, "E", func(q *Pack) { q.Functions[i].Admins = "in" })
		}
	}
}

package regulation_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// deeds is the tiny pack as a company's, with an act that base lets an officer do, and delegates.
func deeds(annotations, condition string) fstest.MapFS {
	m := files()
	head := string(m["town/pack.yaml"].Data)
	m["town/pack.yaml"].Data = []byte(strings.Replace(head, "regime: state", "regime: company", 1))
	m["town/rules.cedar"].Data = []byte(`@clause("T-1a") @remedy("director") ` + annotations + `
forbid (principal, action == Action::"thing.do", resource)
when { ` + condition + ` };
`)
	m["town/records.yaml"].Data = []byte("records:\n- act: thing.do\n  clause: T-1a\n  needs: [{field: reason, when: classified}]\n")
	return m
}

// batch is an act on several items: the law is asked for each.
type batch struct {
	facts
	others []facts
}

func (b batch) Others() (out []any) {
	for _, f := range b.others {
		out = append(out, f)
	}
	return out
}

// A deed opens base's line only for items of the regime that its pack speaks of, and spares nobody from more.
func TestADeedOpensNothingOfAnotherRegime(t *testing.T) {
	l := law(t, deeds(`@held_by("director") @deed("保存")`, "context.classified"))
	item := func(level term.Level, r term.Regime) facts {
		return facts{Item: regulation.NewItem(level, r), Persons: []regulation.Person{{ID: "a"}}}
	}
	company, state := item(term.Jimi, term.RegimeCompany), item(term.Jimi, term.RegimeState)
	gm := []string{"town/director"}
	for name, c := range map[string]struct {
		facts any
		deeds []string
		posts []string
		want  string
	}{
		"delegated":                     {company, []string{"保存"}, nil, "[]"},
		"the post itself":               {company, nil, gm, "[]"},
		"neither":                       {company, nil, nil, "[L-0 T-1a]"},
		"an officer who is not":         {company, nil, []string{"base/officer"}, "[T-1a]"},
		"another deed":                  {company, []string{"复制"}, nil, "[L-0 T-1a]"},
		"the state's, delegated":        {state, []string{"保存"}, nil, "[L-0]"},
		"the state's, the post":         {state, nil, gm, "[L-0]"},
		"the state's, an officer":       {state, nil, []string{"base/officer"}, "[]"},
		"work, delegated":               {item(term.Jimi, term.RegimeWork), []string{"保存"}, gm, "[L-0]"},
		"not secret":                    {item(term.Neibu, term.RegimeCompany), []string{"保存"}, nil, "[]"},
		"both, the company's first":     {batch{company, []facts{state}}, []string{"保存"}, nil, "[L-0]"},
		"both, the state's first":       {batch{state, []facts{company}}, []string{"保存"}, gm, "[L-0]"},
		"both, an officer":              {batch{company, []facts{state}}, nil, []string{"base/officer"}, "[T-1a]"},
		"both, an officer so delegated": {batch{company, []facts{state}}, []string{"保存"}, []string{"base/officer"}, "[]"},
		"two of the company's":          {batch{company, []facts{item(term.Mimi, term.RegimeCompany)}}, []string{"保存"}, nil, "[]"},
	} {
		common := regulation.Common{ActorPosts: c.posts, Relations: []string{"staff"}, Signers: []string{"actor"}, Entrusted: l.Entrusted(c.deeds, c.posts, false)}
		known, err := regulation.Know(common, c.facts)
		if err != nil {
			t.Fatal(err)
		}
		got, err := l.Ask(regulation.Question{Act: "thing.do", Known: known, Fields: map[string]any{"reason": "x"}})
		if err != nil {
			t.Fatal(err)
		}
		said := "[]"
		if got != nil {
			said = fmt.Sprint(got.Clauses())
		}
		if said != c.want {
			t.Errorf("%s: %s, want %s", name, said, c.want)
		}
		// who could do it says the same, of the table of functions alone
		if able, ok := l.Able("thing.do", common, known); !ok || able == strings.Contains(c.want, "L-0") {
			t.Errorf("%s: able %v %v", name, able, ok)
		}
	}
}

// What is entrusted is declared beside a rule and never read out of its text.
func TestADeedIsDeclared(t *testing.T) {
	for name, c := range map[string]struct {
		annotations, condition string
		want                   string
	}{
		"as it should be":   {`@deed("保存")`, "context.classified", ""},
		"a word of no list": {`@deed("出租")`, "context.classified", `town/rules.cedar:1: @deed "出租": one of`},
		"no post":           {`@deed("保存") @held_by("nobody")`, "context.classified", `town/rules.cedar:1: @held_by "nobody"`},
		"in the condition":  {``, `!context.delegated_acts.contains("保存")`, `in the place of "保存"`},
		"of a stage":        {`@staged("person")`, "context.classified", `@staged "person": one of unit is expected`},
		"of no stage":       {`@staged("unit")`, "context.classified", "stage"},
	} {
		err := try(t, deeds(c.annotations, c.condition))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	every := deeds(`@deed("保存")`, "context.classified")
	every["town/rules.cedar"].Data = []byte(strings.Replace(string(every["town/rules.cedar"].Data), `action == Action::"thing.do"`, "action", 1))
	if err := try(t, every); err == nil || !strings.Contains(err.Error(), "it must name some") {
		t.Errorf("a deed of every act: %v", err)
	}
	// An act whose matter is of no regime cannot be entrusted by a pack that speaks of one.
	m := deeds(`@deed("保存")`, "context.system")
	m["town/rules.cedar"].Data = []byte(strings.Replace(string(m["town/rules.cedar"].Data), "thing.do", "thing.look", 1))
	base, err1 := regulation.Load(m, "base")
	town, err2 := regulation.Load(m, "town")
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	words := vocabulary(t)
	if _, err := regulation.New(base, []regulation.Adoption{{Pack: town}}, words); err != nil {
		t.Fatal(err)
	}
	delete(words["thing.look"].Facts, "regime")
	_, err := regulation.New(base, []regulation.Adoption{{Pack: town}}, words)
	if err == nil || !strings.Contains(err.Error(), "town/rules.cedar:1: thing.look: an act that says of which regime its matter is") {
		t.Errorf("a deed of an act without a regime: %v", err)
	}
	// A state pack's clause binds all, and so does what it lets be delegated.
	m = deeds(`@deed("保存")`, "context.classified")
	m["town/pack.yaml"].Data = []byte(strings.Replace(string(m["town/pack.yaml"].Data), "regime: company", "regime: state", 1))
	if got := law(t, m).Entrusted([]string{"保存"}, nil, false); len(got) != 2 || got[0].Regime != "" {
		t.Errorf("of a state pack: %v", got)
	}
}

// Base's leave for want of a pack's yields only to a pack that speaks of the same secrets, and takes no post from another.
func TestACompanysPackSilencesNoLeaveOfTheState(t *testing.T) {
	for name, c := range map[string]struct {
		regime, voice string // of the pack; what it says
		want          map[term.Regime]string
	}{
		"a state pack speaks":            {"state", "approvals", map[term.Regime]string{term.RegimeState: "[town/leave]", term.RegimeCompany: "[town/leave]"}},
		"a company's speaks":             {"company", "approvals", map[term.Regime]string{term.RegimeState: "[base/leave base/officer]", term.RegimeCompany: "[town/leave]"}},
		"a state pack names a post":      {"state", "fallback", map[term.Regime]string{term.RegimeState: "[base/leave town/director]", term.RegimeCompany: "[]"}},
		"a company's names one":          {"company", "fallback", map[term.Regime]string{term.RegimeState: "[base/leave base/officer]", term.RegimeCompany: "[base/leave_company town/director]"}},
		"a company's names nobody":       {"company", "refused", map[term.Regime]string{term.RegimeState: "[base/leave base/officer]", term.RegimeCompany: "[base/leave_company]"}},
		"a company's speaks beside":      {"company", "both", map[term.Regime]string{term.RegimeState: "[base/leave base/officer]", term.RegimeCompany: "[town/leave]"}},
		"a company's lets it without":    {"company", "no_leave", map[term.Regime]string{term.RegimeState: "[base/leave base/officer]", term.RegimeCompany: "[]"}},
		"a state pack lets it without":   {"state", "no_leave", map[term.Regime]string{term.RegimeState: "[]", term.RegimeCompany: "[]"}},
		"neither says anything about it": {"company", "", map[term.Regime]string{term.RegimeState: "[base/leave base/officer]", term.RegimeCompany: "[]"}},
	} {
		m := deeds("", "context.classified")
		m["base/approvals.yaml"] = &fstest.MapFile{Data: []byte("approvals:\n- {name: leave, act: thing.do, when: classified, posts: [officer], names: [title], fallback: true, clause: L-1}\n")}
		head := strings.Replace(string(m["town/pack.yaml"].Data), "regime: company", "regime: "+c.regime, 1)
		switch c.voice {
		case "approvals", "both":
			m["town/approvals.yaml"] = &fstest.MapFile{Data: []byte("approvals:\n- {name: leave, act: thing.do, when: classified, posts: [director], names: [title], clause: T-1a}\n")}
		case "fallback":
			head += "fallback: {thing.do: director}\n"
		case "refused":
			head += "fallback: {thing.do: ✗}\n"
		case "no_leave":
			head += "no_leave: {thing.do: T-1a}\n"
		}
		if c.voice == "both" {
			head += "fallback: {thing.do: director}\n"
		}
		m["town/pack.yaml"].Data = []byte(head)
		l := law(t, m)
		for regime, want := range c.want {
			known, err := regulation.Know(regulation.Common{}, facts{Item: regulation.NewItem(term.Jimi, regime), Persons: []regulation.Person{{ID: "a"}}})
			if err != nil {
				t.Fatal(err)
			}
			needed, err := l.Leaves("thing.do", known)
			if err != nil {
				t.Fatal(err)
			}
			got := []string{}
			for _, a := range needed {
				got = append(got, a.FullName())
				if strings.HasPrefix(a.FullName(), "base/") {
					got = append(got, a.Approvers()...)
				}
			}
			if fmt.Sprint(got) != want {
				t.Errorf("%s, of the %s: %v, want %s", name, regime, got, want)
			}
		}
	}
}

// Base's finding for want of a pack's yields to the pack's own for the same act, and to nothing else.
func TestAFindingForWantOfAPacksYields(t *testing.T) {
	for name, c := range map[string]struct {
		then, want string
	}{
		"the pack finds something itself": {"{finding: {owner: director}, kind: found}", "[town/own]"},
		"the pack tells somebody":         {"{notify: [director], kind: told}", "[base/want town/own]"},
	} {
		m := deeds("", "context.classified")
		m["base/consequences.yaml"] = &fstest.MapFile{Data: []byte("reactions:\n- {name: want, on_done: [thing.do], then: [{finding: {owner: officer}, kind: found}], fallback: true, clause: L-1, letter: E}\n")}
		m["town/consequences.yaml"] = &fstest.MapFile{Data: []byte("reactions:\n- {name: own, on_done: [thing.do], then: [" + c.then + "], clause: T-1a, letter: E}\n")}
		known, err := regulation.Know(regulation.Common{}, facts{Item: regulation.NewItem(term.Jimi, term.RegimeCompany), Persons: []regulation.Person{{ID: "a"}}})
		if err != nil {
			t.Fatal(err)
		}
		m["base/clauses.yaml"].Data = []byte(strings.Replace(string(m["base/clauses.yaml"].Data), "id: L-1,", "id: L-1, regime: all,", 1))
		found, err := law(t, m).Reactions("thing.do", regulation.OnDone, nil, known)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range found {
			got = append(got, r.FullName())
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

package regulation_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// A tiny base and a tiny pack, so that each kind of carrier is seen alone.
func files() fstest.MapFS {
	m := fstest.MapFS{}
	put := func(name, text string) { m[name] = &fstest.MapFile{Data: []byte(text)} }
	put("base/pack.yaml", "id: L\nname: base\nregime: state\nposts: {officer: {title: 机要员, count: 1+}, director: {title: 主任, count: '1'}}\nparameters:\n  limit: {default: 3, unit: days, stricter: fewer, clause: L-1}\n")
	put("base/clauses.yaml", "clauses:\n- {id: L-0, cite: 分工, text: 分工, gloss: g, how: [E], part: ''}\n- {id: L-1, cite: 法, text: 法, gloss: g, how: [E], part: ''}\n")
	put("base/functions.yaml", "functions:\n- {act: thing.do, posts: [officer], delegable: true, sign: own, clause: L-0}\n- {act: thing.look, posts: [staff], clause: L-0}\n")
	put("town/pack.yaml", "id: T\nname: town\nregime: state\nparts: [{id: '1', title: 一, articles: [1]}, {id: '2', title: 二, articles: [2]}]\nposts: {director: {title: 主任, count: '1'}}\nparameters:\n  limit: {default: 2, unit: days, stricter: fewer, clause: T-1a}\n")
	put("town/clauses.yaml", "clauses:\n- {id: T-1a, cite: 一, text: 甲, gloss: g, how: [E, R], part: '1'}\n- {id: T-2, cite: 二, text: 乙, gloss: g, how: [E], part: '2'}\n")
	put("town/rules.cedar", `// not for outsiders
@clause("T-1a") @remedy("director") @step("thing.look")
forbid (principal, action == Action::"thing.do", resource)
when { context.classified && !context.in_scope };

@clause("T-1a") @remedy("nobody")
forbid (principal, action in [Action::"thing.do", Action::"thing.look"], resource)
when { context.copies_out > $limit };
`)
	put("town/functions.yaml", "functions:\n- {act: thing.look, posts: [director], clause: T-2}\n")
	put("town/visibility.yaml", "visibility:\n- {name: scope, hides: items, from: everyone, unless: [in_scope, register_posts], posts: [director], when: 'classified', clause: T-2}\n")
	put("town/records.yaml", "records:\n- act: thing.do\n  clause: T-1a\n  needs: [{field: reason, when: classified}, {field: title, or: code}]\n")
	return m
}

type command struct {
	Reason string `json:"reason"`
	Title  string `json:"title"`
	Code   string `json:"code"`
}

type facts struct {
	regulation.Item
	CopiesOut int                 `fact:"copies_out"`
	Persons   []regulation.Person `fact:",each"`
}

func vocabulary(t *testing.T) regulation.Vocabulary {
	t.Helper()
	v := regulation.Vocabulary{}
	for _, act := range []string{"thing.do", "thing.look"} {
		w, err := regulation.WordsOf(reflect.TypeFor[facts](), reflect.TypeFor[command]())
		if err != nil {
			t.Fatal(err)
		}
		v[act] = w
	}
	return v
}

func law(t *testing.T, m fstest.MapFS, parts ...string) *regulation.Law {
	t.Helper()
	base, err := regulation.Load(m, "base")
	if err != nil {
		t.Fatal(err)
	}
	town, err := regulation.Load(m, "town")
	if err != nil {
		t.Fatal(err)
	}
	l, err := regulation.New(base, []regulation.Adoption{{Pack: town, Parts: parts}}, vocabulary(t))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// fine is a try in which nothing is wrong; each case changes one thing.
func fine() (regulation.Common, facts, map[string]any) {
	return regulation.Common{ActorPosts: []string{"base/officer", "town/director"}, Relations: []string{"staff"}, Signers: []string{"actor"}},
		facts{Item: regulation.NewItem(term.Jimi, term.RegimeState), Persons: []regulation.Person{{ID: "a", InScope: true}}},
		map[string]any{"reason": "必要", "title": "某事", "code": ""}
}

func TestAsk(t *testing.T) {
	l := law(t, files())
	cases := []struct {
		name   string
		act    string
		change func(*regulation.Common, *facts, map[string]any)
		want   []term.Clause
		remedy refuse.Remedy
	}{
		{"nothing wrong", "thing.do", func(*regulation.Common, *facts, map[string]any) {}, nil, refuse.Remedy{}},
		{"no function", "thing.do", func(c *regulation.Common, _ *facts, _ map[string]any) { c.ActorPosts = []string{"town/director"} }, []term.Clause{"L-0"}, refuse.Remedy{Kind: refuse.ByPost, Post: "base/officer"}},
		{"by delegation", "thing.do", func(c *regulation.Common, _ *facts, _ map[string]any) {
			c.ActorPosts, c.DelegatedActs = nil, []string{"thing.do"}
		}, nil, refuse.Remedy{}},
		{"unsigned", "thing.do", func(c *regulation.Common, _ *facts, _ map[string]any) { c.Signers = nil }, []term.Clause{"L-0"}, refuse.Remedy{Kind: refuse.Correct}},
		{"one of two outside", "thing.do", func(_ *regulation.Common, f *facts, _ map[string]any) {
			f.Persons = append(f.Persons, regulation.Person{ID: "b"})
		}, []term.Clause{"T-1a"}, refuse.Remedy{Kind: refuse.ByPost, Post: "town/director", Step: "thing.look"}},
		{"at the joined limit", "thing.do", func(_ *regulation.Common, f *facts, _ map[string]any) { f.CopiesOut = 2 }, nil, refuse.Remedy{}},
		{"over it", "thing.look", func(_ *regulation.Common, f *facts, _ map[string]any) { f.CopiesOut = 3 }, []term.Clause{"T-1a"}, refuse.Remedy{Kind: refuse.Nobody}},
		{"a pack narrows", "thing.look", func(c *regulation.Common, _ *facts, _ map[string]any) { c.ActorPosts = nil }, []term.Clause{"T-2"}, refuse.Remedy{Kind: refuse.ByPost, Post: "town/director"}},
		{"empty field", "thing.do", func(_ *regulation.Common, _ *facts, m map[string]any) { m["reason"] = "  " }, []term.Clause{"T-1a"}, refuse.Remedy{Kind: refuse.Correct}},
		{"field not due", "thing.do", func(_ *regulation.Common, f *facts, m map[string]any) {
			f.Item, m["reason"] = regulation.NewItem(term.Neibu, term.RegimeState), ""
		}, nil, refuse.Remedy{}},
		{"the other field", "thing.do", func(_ *regulation.Common, _ *facts, m map[string]any) { m["title"], m["code"] = "", "甲" }, nil, refuse.Remedy{}},
		{"neither field", "thing.do", func(_ *regulation.Common, _ *facts, m map[string]any) { m["title"] = "" }, []term.Clause{"T-1a"}, refuse.Remedy{Kind: refuse.Correct}},
		{"every reason at once", "thing.do", func(c *regulation.Common, f *facts, m map[string]any) {
			c.ActorPosts, f.CopiesOut, m["reason"] = nil, 9, ""
		}, []term.Clause{"L-0", "T-1a"}, refuse.Remedy{Kind: refuse.Nobody}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			common, f, fields := fine()
			c.change(&common, &f, fields)
			known, err := regulation.Know(common, f)
			if err != nil {
				t.Fatal(err)
			}
			got, err := l.Ask(regulation.Question{Act: c.act, Subject: "X", Known: known, Fields: fields})
			if err != nil {
				t.Fatal(err)
			}
			if got == nil {
				if c.want != nil {
					t.Fatalf("passed; want %v", c.want)
				}
				return
			}
			if !reflect.DeepEqual(got.Clauses(), c.want) {
				t.Fatalf("refused %v, want %v (%+v)", got.Clauses(), c.want, got.Violations)
			}
			if got.Remedy() != c.remedy {
				t.Errorf("remedy %+v, want %+v", got.Remedy(), c.remedy)
			}
		})
	}
}

func TestAnActIsBoundByTheClausesThatNameIt(t *testing.T) {
	both, one := law(t, files()), law(t, files(), "1")
	for _, c := range []struct {
		law  *regulation.Law
		act  string
		want []term.Clause
	}{
		{both, "thing.do", []term.Clause{"T-1a"}}, {both, "thing.look", []term.Clause{"T-1a", "T-2"}}, {one, "thing.look", []term.Clause{"T-1a"}}, {both, "thing.unknown", nil},
	} {
		if got := c.law.Binding(c.act); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.act, got, c.want)
		}
	}
}

func TestPartNotAdoptedDoesNotBind(t *testing.T) {
	l := law(t, files(), "1")
	common, f, fields := fine()
	common.ActorPosts = nil
	known, err := regulation.Know(common, f)
	if err != nil {
		t.Fatal(err)
	}
	got, err := l.Ask(regulation.Question{Act: "thing.look", Known: known, Fields: fields})
	if err != nil || got != nil {
		t.Errorf("part 2 is not adopted, yet: %v %v", got, err)
	}
	if l.Adopted("T-2") || !l.Adopted("T-1a") {
		t.Error("adopted clauses are not those of part 1")
	}
}

func TestSightAgreesWithTheRule(t *testing.T) {
	l := law(t, files())
	outsider, err := l.Sight(nil, false)
	if err != nil {
		t.Fatal(err)
	}
	keeper, err := l.Sight([]string{"town/director"}, false)
	if err != nil {
		t.Fatal(err)
	}
	gone, err := l.Sight(nil, true)
	if err != nil {
		t.Fatal(err)
	}
	secret := regulation.NewClass(regulation.NewItem(term.Mimi, term.RegimeState))
	open := regulation.NewClass(regulation.NewItem(term.Open, term.RegimeState))
	switch {
	case outsider.Sees(secret, nil):
		t.Error("an outsider sees a secret")
	case !outsider.Sees(secret, []string{"in_scope"}):
		t.Error("who is in the scope does not see it")
	case gone.Sees(secret, []string{"in_scope"}):
		t.Error("a scope tells one something who has left his posts")
	case !gone.Sees(open, nil):
		t.Error("who has left his posts sees not even what is open")
	case outsider.Sees(secret, []string{"holder"}):
		t.Error("the predicate names no holder, yet he sees it")
	case !outsider.Sees(open, nil) || !keeper.Sees(secret, nil):
		t.Error("what nothing hides is hidden")
	}
}

// A typo is answered with the file, the place and what was expected.
func TestTypos(t *testing.T) {
	cases := map[string]struct {
		file, from, to string
		want           []string
	}{
		"unknown key":          {"town/records.yaml", "needs:", "nedes:", []string{`town/records.yaml:4: key "nedes": one of act, needs,`, "is expected"}},
		"a text for a list":    {"town/clauses.yaml", "how: [E, R]", "how: E", []string{"town/clauses.yaml:", "E !!str: a list is expected"}},
		"unknown clause":       {"town/functions.yaml", "T-2", "T-9", []string{"town/functions.yaml", "T-9", "an id of this pack is expected"}},
		"clause of another":    {"town/clauses.yaml", "id: T-2", "id: B-2", []string{"town/clauses.yaml", "an id of pack T is expected"}},
		"letter not in how":    {"town/clauses.yaml", "how: [E, R]", "how: [E]", []string{"records.yaml", "no letter R"}},
		"unknown act":          {"base/functions.yaml", "act: thing.look", "act: thing.lock", []string{"base/functions.yaml:3", "thing.lock", "is expected"}},
		"misspelt fact":        {"town/rules.cedar", "in_scope", "in_skope", []string{"town/rules.cedar:2", "in_skope"}},
		"number against text":  {"town/rules.cedar", "copies_out > $limit", "level > $limit", []string{"town/rules.cedar:6"}},
		"unknown parameter":    {"town/rules.cedar", "$limit", "$limits", []string{"town/rules.cedar:8", "$limits"}},
		"unknown annotation":   {"town/rules.cedar", "@step", "@stop", []string{"town/rules.cedar:2", "@stop", "is expected"}},
		"a field of no act":    {"town/rules.cedar", `@remedy("nobody")`, `@remedy("correct") @field("raeson")`, []string{"town/rules.cedar:6", "raeson", "an argument of"}},
		"a field of a post":    {"town/rules.cedar", `@step("thing.look")`, `@field("reason")`, []string{"town/rules.cedar:2", "@field", "is expected"}},
		"a permit":             {"town/rules.cedar", "forbid (principal, action ==", "permit (principal, action ==", []string{"a forbid is expected"}},
		"unknown post":         {"town/functions.yaml", "[director]", "[directer]", []string{"town/functions.yaml", "directer"}},
		"unknown field":        {"town/records.yaml", "field: reason", "field: raeson", []string{"town/records.yaml", "raeson", "an argument of the act: one of code, reason, title is expected"}},
		"condition misspelt":   {"town/records.yaml", "when: classified", "when: clasified", []string{"town/records.yaml", "clasified"}},
		"no semicolon":         {"town/rules.cedar", "$limit };", "$limit }", []string{"town/rules.cedar", "';' is expected"}},
		"permits nothing":      {"base/functions.yaml", "act: thing.look", "act: page.view", []string{"thing.look", "a line that permits it is expected"}},
		"two clauses of an id": {"town/clauses.yaml", "id: T-2", "id: T-1a", []string{"T-1a stands twice"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			m := files()
			text := string(m[c.file].Data)
			if !strings.Contains(text, c.from) {
				t.Fatalf("%s does not contain %q", c.file, c.from)
			}
			m[c.file].Data = []byte(strings.Replace(text, c.from, c.to, 1))
			err := try(t, m)
			if err == nil {
				t.Fatal("accepted")
			}
			for _, w := range c.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("error %q lacks %q", err, w)
				}
			}
		})
	}
}

func try(t *testing.T, m fstest.MapFS) error {
	t.Helper()
	base, err1 := regulation.Load(m, "base")
	town, err2 := regulation.Load(m, "town")
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	_, err := regulation.New(base, []regulation.Adoption{{Pack: town}}, vocabulary(t))
	return err
}

// Every mutant still loads, and takes exactly something out.
func TestMutants(t *testing.T) {
	m := files()
	base, err := regulation.Load(m, "base")
	if err != nil {
		t.Fatal(err)
	}
	town, err := regulation.Load(m, "town")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, mutant := range town.Mutants(vocabulary(t)) {
		if names[mutant.Name] {
			t.Errorf("%s stands twice", mutant.Name)
		}
		names[mutant.Name] = true
		clone, err := town.Clone()
		if err != nil {
			t.Fatal(err)
		}
		mutant.Apply(clone)
		if _, err := regulation.New(base, []regulation.Adoption{{Pack: clone}}, vocabulary(t)); err != nil {
			t.Errorf("%s: %v", mutant.Name, err)
		}
	}
	for _, want := range []string{
		"town/rule/T-1a/1", "town/rule/T-1a/2 without thing.look", "town/function/thing.look", "town/visibility/scope",
		"town/record/T-1a/thing.do without reason", "town/parameter/limit 2 → 3",
	} {
		if !names[want] {
			t.Errorf("no mutant %q among %v", want, names)
		}
	}
	if len(town.Rules) != 2 || len(town.Functions) != 1 {
		t.Error("a mutant changed the pack itself")
	}
}

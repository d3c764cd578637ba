package regulation

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestEachPartOfAConditionIsLeftOutAlone(t *testing.T) {
	for cond, want := range map[string][]string{
		`a`:                             nil,
		`a && b`:                        {"b", "a"},
		`a || b && !c`:                  {"b && !c", "a", "a || !c", "a || b"},
		`(a || b) && c == "x && (y"`:    {`c == "x && (y"`, `(b) && c == "x && (y"`, `(a) && c == "x && (y"`, `(a || b)`},
		`!(a && b)`:                     {"!(b)", "!(a)"},
		`(a) && (b)`:                    {"(b)", "(a)"},
		`["x", "y"].contains(what)`:     {`["y"].contains(what)`, `["x"].contains(what)`},
		`["x"].contains(what)`:          nil,
		`posts.containsAny($register)`:  nil,
		`has("a]\"b") && kind == "c||"`: {`kind == "c||"`, `has("a]\"b")`},
	} {
		var got []string
		for _, v := range without(cond) {
			got = append(got, v.left)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n%q, not\n%q", cond, got, want)
		}
	}
}

func TestAPolicyLosesAPartOfEitherConditionOrOneOfBoth(t *testing.T) {
	r := RuleText{Text: "@clause(\"B-1\") @remedy(\"nobody\")\nforbid (principal, action == Action::\"x\", resource)\nwhen { context.a && context.b }\nunless { context.c };"}
	var got []string
	for _, v := range r.withoutParts() {
		_, tail, _ := strings.Cut(v.left, "resource)")
		got = append(got, strings.Join(strings.Fields(tail), " "))
	}
	want := []string{
		"when { context.b } unless { context.c };", "when { context.a } unless { context.c };",
		"unless { context.c };", "when { context.a && context.b } ;",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, not\n%q", got, want)
	}
	alone := RuleText{Text: `forbid (principal, action == Action::"x", resource) unless { context.c };`}
	if got := alone.withoutParts(); len(got) > 0 {
		t.Errorf("the only part of the only condition: %q", got)
	}
}

func TestAParameterMovesOneUnitLooser(t *testing.T) {
	for _, c := range []struct {
		about     string
		parameter Parameter
		want      []string
	}{
		{"a number", Parameter{Default: num(5), Stricter: "fewer"}, []string{"6"}},
		{"a least number", Parameter{Default: num(2), Stricter: "more"}, []string{"1"}},
		{"a date", Parameter{Default: Value{Text: "31 January"}, Stricter: "earlier"}, []string{"1 February"}},
		{"the last date of a year", Parameter{Default: Value{Text: "31 December"}, Stricter: "earlier"}, nil},
		{"a time of day", Parameter{Default: Value{Text: "17:30"}, Stricter: "earlier"}, []string{"17:31"}},
		{"a level", Parameter{Default: Value{Text: "机密"}, Stricter: "lower"}, []string{"绝密"}},
		{"a least level", Parameter{Default: Value{Text: "机密"}, Stricter: "higher"}, []string{"秘密"}},
		{"the highest level", Parameter{Default: Value{Text: "绝密"}, Stricter: "lower"}, nil},
		{"an order", Parameter{Default: Value{Text: "natural"}, Stricter: []any{"natural", "working"}}, []string{"working"}},
		{"the last of an order", Parameter{Default: Value{Text: "working"}, Stricter: []any{"natural", "working"}}, nil},
		{"a list of duties", Parameter{Default: Value{List: []string{"a", "b"}}, Stricter: "longer"}, []string{"a", "b"}},
		{"a list of exceptions", Parameter{Default: Value{List: []string{"a"}}, Outside: []string{"z"}, Stricter: "shorter"}, []string{"a/z"}},
		{"fractions", Parameter{Default: Value{List: []string{"50", "100"}}, Unit: "%", Stricter: "longer"}, []string{"100", "50", "51/100"}},
		{"days before", Parameter{Default: Value{List: []string{"7", "1"}}, Unit: "days before", Stricter: "longer"}, []string{"1", "6/1", "7", "7/0"}},
		{"no value", Parameter{Default: Value{Text: "none"}, Stricter: "fewer"}, nil},
	} {
		var got []string
		for _, v := range c.parameter.looser() {
			got = append(got, v.String())
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, not %q", c.about, got, c.want)
		}
	}
}

func num(n int64) Value { return Value{Num: &n} }

func TestWarningsAreTakenApart(t *testing.T) {
	for text, want := range map[string][]string{
		"50 %, 80 %": {"50 %", "80 %"}, "30/7/1 days before": {"30 days before", "7 days before", "1 days before"},
		"2/3": {"2/3"}, "closing time": {"closing time"}, "80 %": {"80 %"}, "$chase_fractions %": {"$chase_fractions %"},
	} {
		if got := warnings(text); !slices.Equal(got, want) {
			t.Errorf("%s: %q", text, got)
		}
	}
}

// A pack with every kind of carrier gives a mutant for each part of it, and each has a name of its own.
func TestEveryPartOfACarrierHasItsMutant(t *testing.T) {
	p := &Pack{
		Header:    Header{ID: "B", Name: "b", Parameters: map[string]Parameter{}},
		Functions: []Function{{Act: "x", Posts: []string{"officer"}, Person: true, Clause: "B-1"}},
		Approvals: []Approval{{
			Name: "leave", Act: "x", When: "a && b", Posts: []string{"head", "officer"}, Names: []string{"copy", "to"}, WhenApplicant: "deputy", OwnDecision: true, Clause: "B-1",
		}},
		Visibility:  []Visibility{{Name: "scope", When: "a || b", Unless: []string{"in_scope", "holder"}, Posts: []string{"officer", "head"}, Clause: "B-1"}},
		Obligations: []Obligation{{Name: "yearly", Opens: []Opening{{Date: "1 January"}}, Warn: "7/1 days before", ClosedBy: []Closing{{Act: "x", When: "c", Count: 2}, {Act: "z", When: "c"}}, Clause: "B-1"}},
		Watches:     []Watch{{Name: "w", After: []string{"x"}, Holds: "a && b", OnBroken: []Effect{{Finding: &FindingEffect{Owner: "officer", Notify: "head"}}}, OnRestored: []Effect{{Act: "x"}}, Clause: "B-1"}},
		Records:     []Record{{Act: "x", Needs: []Need{{Field: "f", When: "a", Or: "g", MustBe: "v", OneOf: []string{"v", "w"}}}, Report: &Report{Name: "r", SeenBy: []string{"head"}}, Locked: true, Clause: "B-1"}},
		Checklists:  []Checklist{{Name: "s", Opens: &Opening{Each: "day"}, Signed: []string{"officer"}, Gate: []string{"x"}, Lines: []ChecklistLine{{Name: "l", Clause: "B-1"}}}},
		Reactions:   []Reaction{{Name: "r", OnRefused: []string{"x", "y"}, Clauses: true, When: "a", Then: []Effect{{Case: "k", Notify: []string{"head"}, Persons: "actor"}}, Clause: "B-1"}},
	}
	names := map[string]bool{}
	for _, m := range p.Mutants(Vocabulary{"x": {}, "y": {}}) {
		if names[m.Name] {
			t.Errorf("%s stands twice", m.Name)
		}
		names[m.Name] = true
		q, err := p.Clone()
		if err != nil {
			t.Fatal(err)
		}
		m.Apply(q)
	}
	for _, want := range []string{
		"function/x without officer", "function/x by a delegate", "obligation/yearly", "obligation/yearly without its warning 7 days before",
		"approval/leave", "approval/leave always", "approval/leave without a", "approval/leave without head", "approval/leave given by nobody", "approval/leave given by any post",
		"approval/leave not bound to copy", "approval/leave not bound to to", "approval/leave without deputy when the post applies itself", "approval/leave of the post for its own act too",
		"visibility/scope", "visibility/scope always", "visibility/scope without b", "visibility/scope unless without holder", "visibility/scope register post without head",
		"obligation/yearly closing 1 always", "obligation/yearly closing 1 by one less",
		"watch/w without a", "watch/w without effect 1", "watch/w without the notice of effect 1", "watch/w without restored effect 1",
		"record/B-1/x f always", "record/B-1/x f without g instead", "record/B-1/x f with any value", "record/B-1/x f without w", "record/B-1/x not locked",
		"report/r seen by whoever keeps registers", "checklist/s", "checklist/s without signer officer", "checklist/s without gate x",
		"reaction/r refused without y", "reaction/r of any refusal", "reaction/r always", "reaction/r without the notice of effect 1", "reaction/r without the person of effect 1",
	} {
		if !names["b/"+want] {
			t.Errorf("no mutant %s among %q", want, slices.Sorted(maps.Keys(names)))
		}
	}
	if names["b/obligation/yearly closing 2 always"] {
		t.Error("a closing act that is not in the catalogue has a mutant")
	}
}

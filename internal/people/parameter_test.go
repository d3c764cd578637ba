package people

import (
	"errors"
	"testing"

	"jiyao/internal/regulation"
)

func number(n int64) regulation.Value { return regulation.Value{Num: &n} }

func TestAnOwnParameterIsNeverLooser(t *testing.T) {
	text := func(s string) regulation.Value { return regulation.Value{Text: s} }
	for _, c := range []struct {
		was      regulation.Value
		stricter any
		own      string
		want     string // "" admitted, looser, or bad
	}{
		{number(15), "fewer", "14", ""}, {number(15), "fewer", "15", ""}, {number(15), "fewer", "16", "looser"},
		{number(2), "more", "3", ""}, {number(2), "more", "1", "looser"}, {number(1), "fixed", "1", ""}, {number(1), "fixed", "2", "looser"},
		{number(2), "more", "two", "bad"}, {number(2), "more", "-3", "bad"}, {number(2), "more", "", "bad"}, {number(2), "more", "99999999999999999999", "bad"},
		{text("17:30"), "earlier", "17:00", ""}, {text("17:30"), "earlier", "18:00", "looser"},
		{text("31 January"), "earlier", "15 January", ""}, {text("31 January"), "earlier", "1 March", "looser"},
		{text("15 February"), "earlier", "31 January", ""}, {text("31 January"), "earlier", "soon", "bad"}, {text("31 January"), "earlier", "31 February", "bad"},
		{text("none"), "fewer", "30", ""}, {text("none"), "lower", "机密", ""},
		{text("机密"), "lower", "秘密", ""}, {text("机密"), "lower", "绝密", "looser"}, {text("内部"), "higher", "公开", "looser"}, {text("机密"), "lower", "top", "bad"},
		{text("half-year"), []any{"week", "month", "quarter", "half-year", "year"}, "month", ""},
		{text("half-year"), []any{"week", "month", "quarter", "half-year", "year"}, "year", "looser"},
		{text("half-year"), []any{"week", "month", "quarter", "half-year", "year"}, "decade", "looser"},
		{regulation.Value{List: []string{"a", "b"}}, "longer", "a/b/c", ""}, {regulation.Value{List: []string{"a", "b"}}, "longer", "a", "looser"},
		{regulation.Value{List: []string{"a", "b"}}, "shorter", "a", ""}, {regulation.Value{List: []string{"a", "b"}}, "shorter", "a/b/c", "looser"},
		{regulation.Value{List: []string{"a", "b"}}, "longer", "a//b", "bad"},
		{regulation.Value{Map: map[string]string{"a": "b"}}, "fewer", "x", "looser"},
	} {
		_, err := admit(regulation.Parameter{Default: c.was, Stricter: c.stricter}, c.own)
		got := ""
		switch {
		case errors.Is(err, errLooser):
			got = "looser"
		case err != nil:
			got = "bad"
		}
		if got != c.want {
			t.Errorf("%s %v, own %q: %q (%v), want %q", c.was, c.stricter, c.own, got, err, c.want)
		}
	}
}

func TestADeclaredReadingIsNotLooser(t *testing.T) {
	p := regulation.Parameter{Default: regulation.Value{Text: "natural"}, Stricter: []any{"natural", "working"}, Readings: []string{"natural", "working"}}
	if v, err := admit(p, "working"); err != nil || v.Text != "working" {
		t.Errorf("%v %v", v, err)
	}
	if _, err := admit(p, "lunar"); err == nil {
		t.Error("a reading that nobody declared was admitted")
	}
}

// The law of an office says its own values, and a pack that was adopted later and is stricter keeps its own.
func TestTheLawSaysTheOfficesOwnValues(t *testing.T) {
	county := []Adoption{{Pack: "county"}}
	for _, c := range []struct {
		own  map[string]string
		name string
		want string
	}{
		{nil, "supervisors_min", "2"},
		{map[string]string{"supervisors_min": "3"}, "supervisors_min", "3"},
		{map[string]string{"supervisors_min": "1"}, "supervisors_min", "2"},
		{map[string]string{"closing_time": "17:00"}, "closing_time", "17:00"},
		{map[string]string{"authority_level": "机密"}, "authority_level", "机密"},
		{map[string]string{"means_due": "15 January"}, "means_due", "15 January"},
		{map[string]string{"no_such": "1"}, "supervisors_min", "2"},
	} {
		law, err := compile(county, c.own)
		if err != nil {
			t.Fatal(err)
		}
		if v, ok := law.Param(c.name); !ok || v.String() != c.want {
			t.Errorf("own %v: %s = %s, want %s", c.own, c.name, v, c.want)
		}
	}
	packs, err := shelf()
	if err != nil {
		t.Fatal(err)
	}
	if v := packs["county"].Parameters["means_due"].Default.Text; v != "31 January" {
		t.Errorf("the shelf was written into: %s", v)
	}
}

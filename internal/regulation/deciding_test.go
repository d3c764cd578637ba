package regulation

import (
	"slices"
	"strings"
	"testing"

	"github.com/cedar-policy/cedar-go"
)

// Of several values that a list must have, those that it lacks are named, one by one, and no other.
func TestOnlyWhatIsMissingIsNamed(t *testing.T) {
	context := cedar.NewRecord(cedar.RecordMap{"steps_done": cedar.NewSet(cedar.String("count"), cedar.String("opine"))})
	for _, c := range []struct {
		text string
		is   bool
		want string
	}{
		{`context.steps_done.containsAll(["count", "register", "opine", "sign"])`, false, "register sign"},
		{`context.steps_done.containsAny(["count", "sign"])`, true, "count"},
		{`context.steps_done.contains("slip")`, false, "slip"},
		{`context.steps_done.isEmpty()`, false, ""},
	} {
		var got []string
		for _, f := range (operand{c.text, c.is}).facts(context) {
			got = append(got, f.Value)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s is %t: %q, want %q", c.text, c.is, got, c.want)
		}
	}
}

func TestOnlyTheOperandsThatDecided(t *testing.T) {
	for _, c := range []struct {
		cond, true string // space-separated operands that hold
		want       bool
		out        []string
	}{
		{"a && b", "a b", true, []string{"+a", "+b"}},
		{"a || b", "b", true, []string{"+b"}},
		{"a && b", "a", false, []string{"-b"}},
		{"a && !b", "a !b", true, []string{"+a", "-b"}},
		{"!(a || b)", "", true, []string{"-a", "-b"}},
		{"(a && b) || c", "a", false, []string{"-b", "-c"}},
		{`context.l.contains("x")`, "", false, []string{`-context.l.contains("x")`}},
		{`a && !context.l.contains("x")`, "a", false, []string{`+context.l.contains("x")`}},
	} {
		held := strings.Fields(c.true)
		var holds func(string) bool
		holds = func(s string) bool {
			switch s {
			case "(a && b)":
				return holds("a") && holds("b")
			case "a || b":
				return holds("a") || holds("b")
			}
			return slices.Contains(held, s)
		}
		var got []string
		for _, o := range deciding(c.cond, c.want, holds) {
			got = append(got, map[bool]string{true: "+", false: "-"}[o.is]+o.text)
		}
		if !slices.Equal(got, c.out) {
			t.Errorf("%s is %t with %q: %q, not %q", c.cond, c.want, c.true, got, c.out)
		}
	}
}

package regulation

import (
	"slices"
	"strings"
	"testing"
)

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

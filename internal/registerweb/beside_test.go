package registerweb

import (
	"fmt"
	"testing"

	"jiyao/internal/term"
)

// What leaves is asked for under each regime of its lines, also of the lower ones.
func TestALowerSecretOfAnotherRegimeIsAskedForToo(t *testing.T) {
	line := func(l term.Level, r term.Regime) Line { return Line{Item: &Item{Level: l, Regime: r}} }
	s, c := term.RegimeState, term.RegimeCompany
	for name, tc := range map[string]struct {
		lines []Line
		want  string
	}{
		"none":                 {nil, "[]"},
		"of one":               {[]Line{line(term.Jimi, s), line(term.Mimi, s), {}}, "[]"},
		"the company's lower":  {[]Line{line(term.Mimi, c), line(term.Jimi, s)}, "[{秘密 company}]"},
		"the state's lower":    {[]Line{line(term.Jimi, c), line(term.Mimi, s), line(term.Neibu, s)}, "[{秘密 state}]"},
		"of one level":         {[]Line{line(term.Mimi, c), line(term.Mimi, s)}, "[{秘密 company}]"},
		"internal is no other": {[]Line{line(term.Jimi, c), line(term.Neibu, s)}, "[]"},
	} {
		var m mark
		for _, l := range tc.lines {
			m.add(l)
		}
		if got := fmt.Sprint(m.beside()); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

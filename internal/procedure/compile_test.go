package procedure

import (
	"errors"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// A secret of the state in a volume of the company's would be kept as the company's, and the other way round.
func TestSecretsOfTwoRegimesAreNotBoundTogether(t *testing.T) {
	of := func(l term.Level, r term.Regime) source {
		return source{doc: document.Document{Level: l, Regime: r}, item: act.Item{Item: regulation.NewItem(l, r)}}
	}
	state, company := of(term.Mimi, term.RegimeState), of(term.Jimi, term.RegimeCompany)
	for name, c := range map[string]struct {
		sources []source
		want    string
	}{
		"one":                         {[]source{state}, "done"},
		"two of the state":            {[]source{state, of(term.Jimi, term.RegimeState)}, "done"},
		"the state's lower":           {[]source{company, state}, "sources.1.copy=of_another_regime"},
		"the state's first":           {[]source{state, company}, "sources.0.copy=of_another_regime"},
		"what is internal to either":  {[]source{company, of(term.Neibu, term.RegimeState)}, "done"},
		"internal ones of both alone": {[]source{of(term.Neibu, term.RegimeCompany), of(term.Neibu, term.RegimeState)}, "done"},
	} {
		got, err := "done", making{sources: c.sources}.oneRegime()
		var invalid *refuse.Invalid
		if errors.As(err, &invalid) {
			got = invalid.Fields[0].Field + "=" + invalid.Fields[0].Code
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

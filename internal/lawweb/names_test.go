package lawweb

import (
	"strings"
	"testing"
	"time"

	"jiyao/internal/locale"
	"jiyao/internal/regulation"
	"jiyao/internal/web"
	"jiyao/regulations"
)

// Every parameter of the regulations has a name, its unit a word and its days of the year a date, in both languages.
func TestEveryParameterIsSaidInWords(t *testing.T) {
	n := 0
	for _, tongue := range []locale.Tongue{locale.Zh, locale.En} {
		ctx := web.WithTongue(t.Context(), tongue, time.Time{}, nil)
		for _, folder := range regulations.Names {
			p, err := regulation.Load(regulations.FS, folder)
			if err != nil {
				t.Fatal(err)
			}
			for name, parameter := range p.Parameters {
				n++
				if said := parameterName(ctx, name); said == name || coded(said) {
					t.Errorf("%s: %s: parameter %s has no name", tongue, p.Name, name)
				}
				if said := unit(ctx, parameter.Unit); tongue == locale.Zh && strings.ContainsAny(said, "aeiou") {
					t.Errorf("%s: %s: parameter %s: the unit %q has no word", tongue, p.Name, name, parameter.Unit)
				}
				if said := value(ctx, parameter.Default); tongue == locale.Zh && strings.ContainsAny(said, "aeiou") {
					t.Errorf("%s: %s: parameter %s: %q is said as %q", tongue, p.Name, name, parameter.Default, said)
				}
			}
		}
	}
	if n < 2*140 {
		t.Errorf("%d parameters were looked at", n)
	}
}

package app

import (
	"reflect"
	"strings"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/locale"
)

// What is wrong with a field is said under a name that people know, so every argument of every act has one.
func TestEveryArgumentHasAName(t *testing.T) {
	for _, tongue := range []locale.Tongue{locale.Zh, locale.En} {
		for _, name := range act.Catalogue() {
			command, ok := act.CommandType(name)
			if !ok {
				t.Fatalf("%s has no command", name)
			}
			for _, f := range reflect.VisibleFields(command) {
				field, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				if field != "" && field != "-" && !f.Anonymous && !tongue.Has("label."+field) {
					t.Errorf("%s: %s: no label.%s", tongue, name, field)
				}
			}
		}
	}
}

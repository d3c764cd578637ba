package act

import (
	"reflect"
	"slices"

	"jiyao/internal/term"
)

// listOf are the closed lists of types that have one wherever they stand.
var listOf = map[reflect.Type]string{
	reflect.TypeFor[term.Level](): "level", reflect.TypeFor[term.Regime](): "regime",
	reflect.TypeFor[term.Urgency](): "urgency", reflect.TypeFor[term.Zone](): "zone",
}

// Closed gives the words that an argument takes: the list its tag in names, else that of its type; nil where it takes any
// text. Nothing given is always taken: what must be given is the law's to ask. The acts themselves are the list "act".
func Closed(f reflect.StructField) []string {
	name := f.Tag.Get("in")
	if name == "" {
		name = listOf[wordType(f.Type)]
	}
	if name == "act" {
		return Catalogue()
	}
	return term.Closed(name)
}

// wordType is the type of the words of an argument that holds one, none or many.
func wordType(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t
}

func within(v reflect.Value, allowed []string) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return v.IsNil() || within(v.Elem(), allowed)
	case reflect.Slice:
		for i := range v.Len() {
			if !within(v.Index(i), allowed) {
				return false
			}
		}
		return true
	}
	return v.String() == "" || slices.Contains(allowed, v.String())
}

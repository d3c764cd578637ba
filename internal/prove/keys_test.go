package prove_test

import (
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/regulation"
	"jiyao/regulations"
)

// docs/design/mutants.md names every key of the packs' carriers that no mutant alters alone, and no other.
func TestTheDocNamesTheKeysThatNoMutantTouches(t *testing.T) {
	vocabulary, err := act.Vocabulary()
	if err != nil {
		t.Fatal(err)
	}
	used, touched := map[string]bool{}, map[string]bool{}
	for _, name := range regulations.Names {
		p, err := regulation.Load(regulations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		keysOf(reflect.ValueOf(*p), "", used)
		for _, m := range p.Mutants(vocabulary) {
			q, err := p.Clone()
			if err != nil {
				t.Fatal(err)
			}
			m.Apply(q)
			altered(reflect.ValueOf(*p), reflect.ValueOf(*q), "", touched)
		}
	}
	maps.DeleteFunc(used, func(key string, _ bool) bool { return touched[key] || named.MatchString(key) })
	doc, err := os.ReadFile("../../docs/design/mutants.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(doc), "**Untouched.**")
	text, _, _ = strings.Cut(text, "**How.**")
	var listed []string
	for _, m := range regexp.MustCompile("`([a-z_.]+)`").FindAllStringSubmatch(text, -1) {
		listed = append(listed, m[1])
	}
	slices.Sort(listed)
	if want := slices.Sorted(maps.Keys(used)); !slices.Equal(listed, want) {
		t.Errorf("docs/design/mutants.md names\n%q\nuntouched are\n%q", listed, want)
	}
}

// named are keys that only name, print or explain, and say nothing of what holds.
var named = regexp.MustCompile(`(^|\.)(name|title|note|clause|letter|text|line|reading|readings|unit|acts_file)$|^(clauses|posts|units|parts|digest|id|mark|version|regime)`)

// carried are the fields of a pack that hold carriers.
func keyOf(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	if key == "" {
		key = strings.ToLower(f.Name)
	}
	return key
}

// keysOf notes each key that has a value.
func keysOf(v reflect.Value, at string, into map[string]bool) {
	walk(v, at, func(key string, v reflect.Value) {
		if !v.IsZero() {
			into[key] = true
		}
	})
}

func walk(v reflect.Value, at string, see func(string, reflect.Value)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), at, see)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), at, see)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			walk(v.MapIndex(k), at, see)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[regulation.Value]() {
			return
		}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() {
				continue
			}
			if f.Anonymous {
				walk(v.Field(i), at, see)
				continue
			}
			key := strings.TrimPrefix(at+"."+keyOf(f), ".")
			see(key, v.Field(i))
			walk(v.Field(i), key, see)
		}
	default:
	}
}

// altered notes the keys whose own value differs; a list that lost a member is the list's key alone.
func altered(a, b reflect.Value, at string, into map[string]bool) {
	switch {
	case a.Kind() == reflect.Pointer && !a.IsNil() && !b.IsNil():
		altered(a.Elem(), b.Elem(), at, into)
		return
	case a.Kind() == reflect.Slice && a.Len() == b.Len() && a.Type().Elem().Kind() == reflect.Struct:
		for i := range a.Len() {
			altered(a.Index(i), b.Index(i), at, into)
		}
		return
	case a.Kind() == reflect.Map && a.Type().Elem().Kind() == reflect.Struct:
		for _, k := range a.MapKeys() {
			if other := b.MapIndex(k); other.IsValid() {
				altered(a.MapIndex(k), other, at, into)
			}
		}
		return
	case a.Kind() == reflect.Struct && a.Type() != reflect.TypeFor[regulation.Value]():
		for i := range a.NumField() {
			f := a.Type().Field(i)
			if !f.IsExported() {
				continue
			}
			key := at
			if !f.Anonymous {
				key = strings.TrimPrefix(at+"."+keyOf(f), ".")
			}
			altered(a.Field(i), b.Field(i), key, into)
		}
		return
	}
	if !same(a, b) {
		into[at] = true
	}
}

func same(a, b reflect.Value) bool {
	if a.IsZero() && b.IsZero() || a.Kind() == reflect.Slice && a.Len() == 0 && b.Len() == 0 || a.Kind() == reflect.Map && a.Len() == 0 && b.Len() == 0 {
		return true
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

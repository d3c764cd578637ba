package regulation_test

import (
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// What is marked on a form is what the packs in force ask for, as far as the facts are known.
func TestWantsAreThoseOfTheAdoptedPacks(t *testing.T) {
	m := files()
	m["base/clauses.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(string(m["base/clauses.yaml"].Data), "text: 法, gloss: g, how: [E]", "text: 法, gloss: g, how: [E, R]", 1))}
	m["base/records.yaml"] = &fstest.MapFile{Data: []byte("records:\n- act: thing.do\n  clause: L-1\n  needs: [{field: reason, when: '!classified'}, {field: title}]\n")}
	title := regulation.Want{Field: "title", Clauses: []term.Clause{"L-1", "T-1a"}}
	reason := func(c term.Clause) regulation.Want {
		return regulation.Want{Field: "reason", Clauses: []term.Clause{c}}
	}
	for _, c := range []struct {
		name  string
		parts []string
		given map[string]any
		want  []regulation.Want
	}{
		{"nothing is known", nil, nil, []regulation.Want{{Field: "title", Or: "code", Clauses: []term.Clause{"T-1a"}}}},
		{"not yet whether it is secret", nil, map[string]any{"regime": "state"}, []regulation.Want{title}},
		{"a secret", nil, map[string]any{"regime": "state", "classified": true}, []regulation.Want{title, reason("T-1a")}},
		{"no secret", nil, map[string]any{"regime": "state", "classified": false}, []regulation.Want{reason("L-1"), title}},
		{"that part is not adopted", []string{"2"}, map[string]any{"regime": "state", "classified": true}, []regulation.Want{{Field: "title", Clauses: []term.Clause{"L-1"}}}},
	} {
		if got := law(t, m, c.parts...).Wants("thing.do", c.given); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	if got := law(t, files()).Wants("thing.do", nil); !reflect.DeepEqual(got, []regulation.Want{{Field: "title", Or: "code", Clauses: []term.Clause{"T-1a"}}}) {
		t.Errorf("either of two: %+v", got)
	}
	if got := law(t, files()).Wants("thing.look", nil); got != nil {
		t.Errorf("another act: %+v", got)
	}
}

package regulation_test

import (
	"reflect"
	"testing"

	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// A refusal says which facts were in the way, of whom, and nothing of what was in order; whoever may not do the act, or is
// not shown to know of the item, learns none of it.
func TestARefusalSaysWhatWasInTheWay(t *testing.T) {
	l := law(t, files())
	ask := func(change func(*regulation.Common, *facts)) *refuse.Refusal {
		t.Helper()
		common, f, fields := fine()
		f.Persons = append(f.Persons, regulation.Person{ID: "b"})
		change(&common, &f)
		known, err := regulation.Know(common, f)
		if err != nil {
			t.Fatal(err)
		}
		got, err := l.Ask(regulation.Question{Act: "thing.do", Known: known, Fields: fields})
		if err != nil || got == nil {
			t.Fatalf("%v %v", got, err)
		}
		return got
	}
	all := func(r *refuse.Refusal) (out []refuse.Failing) {
		for _, v := range r.Violations {
			out = append(out, v.Failing...)
		}
		return out
	}
	outside := []refuse.Failing{{Fact: "classified", Is: true}, {Fact: "in_scope", Person: "b"}}
	out := ask(func(*regulation.Common, *facts) {})
	if got := all(out); !reflect.DeepEqual(got, outside) {
		t.Errorf("outside: %+v", got)
	}
	many := ask(func(_ *regulation.Common, f *facts) { f.CopiesOut = 3 })
	if got, want := all(many), append(outside, refuse.Failing{Fact: "copies_out", Is: true, Value: "3"}); !reflect.DeepEqual(got, want) {
		t.Errorf("and too many out: %+v", got)
	}
	regulation.Veil(out, true, nil)
	if got := all(out); !reflect.DeepEqual(got, outside) {
		t.Errorf("known: %+v", got)
	}
	regulation.Veil(many, false, nil)
	if got := all(many); !reflect.DeepEqual(got, []refuse.Failing{{Fact: "copies_out", Is: true, Value: "3"}}) {
		t.Errorf("not known to know: %+v", got)
	}
	barred := ask(func(c *regulation.Common, _ *facts) { c.ActorPosts = nil })
	regulation.Veil(barred, true, nil)
	if got := all(barred); len(got) > 0 {
		t.Errorf("who may not do it at all: %+v", got)
	}
	hundreds := ask(func(_ *regulation.Common, f *facts) {
		for i := range 200 {
			f.Persons = append(f.Persons, regulation.Person{ID: term.PersonID("p" + string(rune('a'+i)))})
		}
	})
	if n := len(all(hundreds)); n > 14 {
		t.Errorf("%d things of one rule", n)
	}
}

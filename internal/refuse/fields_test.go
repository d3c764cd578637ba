package refuse

import (
	"reflect"
	"testing"

	"jiyao/internal/term"
)

// Only a refusal for nothing but arguments is told at the fields.
func TestAtFields(t *testing.T) {
	at := func(v ...Violation) *Refusal { return &Refusal{Act: "thing.do", Violations: v} }
	mend := Remedy{Kind: Correct}
	empty := Violation{Clause: "T-1", Fields: []string{"reason"}, Remedy: mend}
	for _, c := range []struct {
		name string
		err  error
		want []FieldError
	}{
		{"empty", at(empty), []FieldError{{Field: "reason", Code: Wanted, Clauses: []term.Clause{"T-1"}}}},
		{"two clauses for one", at(empty, Violation{Clause: "T-2", Fields: []string{"reason"}, Remedy: mend}), []FieldError{{Field: "reason", Code: Wanted, Clauses: []term.Clause{"T-1", "T-2"}}}},
		{"the other would do", at(Violation{Clause: "T-1", Fields: []string{"title"}, Or: "code", Remedy: mend}), []FieldError{{Field: "title", Code: WantedOr, Args: map[string]string{"or": "code"}, Clauses: []term.Clause{"T-1"}}}},
		{"filled in wrongly", at(Violation{Clause: "T-1", Fields: []string{"by"}, Given: true, Remedy: mend}), []FieldError{{Field: "by", Code: WantedOther, Clauses: []term.Clause{"T-1"}}}},
		{"to stay empty", at(Violation{Clause: "T-1", Fields: []string{"title"}, Instead: "code", Remedy: mend}), []FieldError{{Field: "title", Code: WantedEmpty, Args: map[string]string{"or": "code"}, Clauses: []term.Clause{"T-1"}}}},
		{"and something else", at(empty, Violation{Clause: "T-3", Remedy: Remedy{Kind: Nobody}}), nil},
		{"and an argument that a post alone puts right", at(empty, Violation{Clause: "T-5", Fields: []string{"level"}, Remedy: Remedy{Kind: ByPost}}), nil},
		{"no argument", at(Violation{Clause: "T-1", Remedy: mend}), nil},
		{"a signature", at(empty, Violation{Clause: "T-4", Fields: []string{"signed"}, Remedy: mend}), nil},
		{"nothing", at(), nil},
		{"invalid", Field("x", "too_long"), []FieldError{{Field: "x", Code: "too_long"}}},
		{"not found", ErrNotFound, nil},
	} {
		var got []FieldError
		inv := AtFields(c.err)
		if inv != nil {
			got = inv.Fields
		}
		if !reflect.DeepEqual(got, c.want) || (inv == nil) != (c.want == nil) { // nothing at any field is no answer
			t.Errorf("%s: %+v, want %+v", c.name, inv, c.want)
		}
	}
}

// Of a refusal that is more than its fields, those that the asker can fill in are named, and no other.
func TestFieldsOfARefusal(t *testing.T) {
	r := &Refusal{Violations: []Violation{
		{Clause: "T-1", Fields: []string{"reason"}, Remedy: Remedy{Kind: Correct}}, {Clause: "T-5", Fields: []string{"level"}, Remedy: Remedy{Kind: ByPost}},
	}}
	if got, want := r.Fields(), []FieldError{{Field: "reason", Code: Wanted, Clauses: []term.Clause{"T-1"}}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

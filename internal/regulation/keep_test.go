package regulation

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"jiyao/internal/term"
)

type keptFacts struct {
	Item
	Far     int64    `fact:"far"`
	Below   int      `fact:"below"`
	Big     int      `fact:"a_number_with_a_rather_long_name"`
	Z       bool     `fact:"z"`
	Persons []Person `fact:",each"`
	Aside   string   `fact:"-"`
}

// plainFacts gives the facts as plain values, by the same tags, for an encoder that knows nothing of them.
func plainFacts(t *testing.T, v reflect.Value) map[string]any {
	t.Helper()
	p, err := planOf(v.Type())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]any{}
	for _, f := range p.fields {
		if f.index == nil {
			continue
		}
		switch v := v.FieldByIndex(f.index); f.kind {
		case factText:
			out[f.name] = v.String()
		case factBool:
			out[f.name] = v.Bool()
		case factLong:
			out[f.name] = v.Int()
		case factList:
			list := make([]string, v.Len())
			for i := range list {
				list[i] = v.Index(i).String()
			}
			out[f.name] = list
		}
	}
	if p.each != nil {
		var persons []any
		for _, one := range v.FieldByIndex(p.each).Interface().([]Person) {
			m := plainFacts(t, reflect.ValueOf(one))
			m["id"] = string(one.ID)
			persons = append(persons, m)
		}
		out["persons"] = persons
	}
	return out
}

// The bytes are those of the one deterministic encoding, whatever the facts.
func TestFactsHaveOneEncoding(t *testing.T) {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		t.Fatal(err)
	}
	item := NewItem(term.Jimi, term.RegimeState)
	item.StepsDone = []string{"register", strings.Repeat("签", 100), ""}
	for name, facts := range map[string]any{
		"empty": keptFacts{}, "no person": keptFacts{Persons: []Person{}}, "plain": item, "nothing": struct{}{},
		"numbers": keptFacts{Far: math.MaxInt64, Below: -1, Big: 1 << 20},
		"edges":   keptFacts{Far: math.MinInt64, Below: -257, Big: 255},
		"pointer": &keptFacts{Item: item, Big: 65536},
		"persons": keptFacts{Item: item, Far: 24, Below: -25, Z: true, Persons: []Person{
			{ID: "zhou", Grade: "核心", PersonPosts: make([]string, 300)}, {ID: term.PersonID(strings.Repeat("x", 70000)), InScope: true},
		}},
	} {
		want, err := mode.Marshal(plainFacts(t, reflect.Indirect(reflect.ValueOf(facts))))
		if err != nil {
			t.Fatal(err)
		}
		got, err := EncodeFacts(facts)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s:\n%x\n%x", name, got, want)
		}
	}
}

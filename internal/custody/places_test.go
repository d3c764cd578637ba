package custody

import (
	"errors"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
)

// Lists that are chosen from hold every place there is, so there is an end to how many there are; and it is said at the name.
func TestThereAreOnlySoManyPlaces(t *testing.T) {
	cmd := CreatePlace{ID: "cabinet-9", Name: "9号柜", Kind: "cabinet"}
	env := act.Env{Actor: act.Actor{System: true}}
	var bad *refuse.Invalid
	if _, err := createPlace(housing{full: true}, cmd, env); !errors.As(err, &bad) || len(bad.Fields) != 1 || bad.Fields[0].Field != "name" || bad.Fields[0].Code != "no_more_places" {
		t.Errorf("one place too many: %v", err)
	}
	if c, err := createPlace(housing{}, cmd, env); err != nil || len(c.Rows) != 1 {
		t.Errorf("the last place: %v", err)
	}
}

// What a carrier of the old books is said to be stands so: in its place, or with who has it, as a loan where a day is set.
func TestCarriersStandAsTheBooksSay(t *testing.T) {
	env := act.Env{Actor: act.Actor{Person: "officer"}}
	for name, c := range map[string]struct {
		said  Opening
		state State
		kind  string
	}{
		"nothing said":       {Opening{OldNo: "1"}, Received, ""},
		"in a cabinet":       {Opening{Place: "cabinet-1"}, InPlace, ""},
		"with somebody":      {Opening{Holder: "clerk"}, Held, "hand_out"},
		"with him, and kept": {Opening{Holder: "clerk", Place: "cabinet-1"}, Held, "hand_out"},
	} {
		list := []Copy{{ID: "c", State: Received}}
		lines, reached := c.said.Stand(list, env)
		got := list[0]
		if got.State != c.state || got.OldNo != c.said.OldNo || (got.State == InPlace) != (got.Place != "") || len(lines) != len(reached) || (len(lines) == 1) != (c.kind != "") {
			t.Errorf("%s: %+v, %d lines", name, got, len(lines))
		}
	}
}

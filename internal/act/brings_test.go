package act_test

import (
	"errors"
	"slices"
	"testing"

	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// What an act brings about without naming it is asked of the law: what comes to stand worse is refused by its clauses, and what
// stood badly before holds up nothing.
func TestWhatAnActBringsAbout(t *testing.T) {
	each(t, func(o *office) {
		protect := func(lock, alarm string) []term.Clause {
			_, err := o.Desk.Do(t.Context(), o.request("officer", "custody.protect_place", custody.ProtectPlace{Place: "cabinet-1", Lock: lock, Alarm: alarm, Keeper: "officer", CabinetClass: "A", Room: "203"}))
			var no *refuse.Refusal
			switch {
			case errors.As(err, &no):
				if no.Violations[0].Remedy.Step != "custody.move" {
					t.Errorf("what is to be done first: %+v", no.Violations[0].Remedy)
				}
				return no.Clauses()
			case err != nil:
				t.Fatal(err)
			}
			return nil
		}
		entries := len(o.Entries)
		if got := protect("none", ""); !slices.Equal(got, []term.Clause{"C-6d", "L-22"}) {
			t.Errorf("a lock taken from under a secret: %v", got)
		}
		if len(o.Entries) != entries+1 {
			t.Error("the refusal is not on record")
		}
		if got := protect("key", ""); got != nil {
			t.Errorf("another lock: %v", got)
		}
		// as books of before may have it
		if err := o.DB.Write(t.Context(), "test.unlock", func(tx *store.Tx) error {
			p, err := custody.Places.Get(tx, "cabinet-1")
			if err != nil {
				return err
			}
			next := p
			next.Lock = "none"
			_, err = store.Put(tx, []store.Change{custody.Places.Update(p, next)})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if got := protect("none", "红外"); got != nil {
			t.Errorf("a part is mended, and the rest holds it up: %v", got)
		}
	})
}

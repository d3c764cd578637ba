package act

import (
	"maps"
	"slices"
	"testing"
	"time"

	"jiyao/internal/checklist"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
)

const gates = `checklists:
  - {name: mine, title: 甲, clause: L-25, signs: custody.sheet_sign, own: true, gate: [custody.recall_loan], lines: [{name: a, title: 甲, clause: L-25}, {name: b, title: 乙, clause: L-25}]}
  - {name: any, title: 乙, clause: L-25, signs: custody.sheet_sign, gate: [custody.recall_loan], lines: [{name: c, title: 丙, clause: L-25}]}
`

// An act waits for each line of its sheets: signed by who acts where the sheet is his own, on the same copy, unused, and with yes.
func TestWhatAnActWaitsFor(t *testing.T) {
	law, _ := lawOf(t, leaves, gates)
	sheet := func(id, name, copy string, who term.PersonID, minute int, lines map[string]string) store.Change {
		return checklist.Sheets.Insert(checklist.Sheet{ID: id, Name: name, Subject: copy, Person: who, Lines: lines, SignedAt: noon.Add(time.Duration(minute) * time.Minute)})
	}
	both, one := map[string]string{"a": "yes", "b": "yes"}, map[string]string{"a": "yes", "b": "no"}
	used := checklist.Sheets.Insert(checklist.Sheet{ID: "used", Name: "mine", Subject: "used", Person: "ann", Lines: both, ServedAt: noon})
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		err := db.Write(t.Context(), "test.fill", func(tx *store.Tx) error {
			_, err := store.Put(tx, []store.Change{
				sheet("1", "mine", "full", "ann", 0, both), sheet("2", "any", "full", "bob", 0, map[string]string{"c": "yes"}),
				sheet("3", "mine", "newer", "ann", 0, both), sheet("4", "mine", "newer", "ann", 1, one), sheet("5", "mine", "others", "bob", 0, both), used,
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			copy   term.CopyID
			who    term.PersonID
			system bool
			open   []string
			serves []string
		}{
			{"full", "ann", false, nil, []string{"1", "2"}},
			{"full", "bob", false, []string{"mine/a", "mine/b"}, []string{"2"}},
			{"newer", "ann", false, []string{"any/c", "mine/b"}, []string{"4"}},
			{"others", "ann", false, []string{"any/c", "mine/a", "mine/b"}, nil},
			{"used", "ann", false, []string{"any/c", "mine/a", "mine/b"}, nil},
			{"none", "ann", false, []string{"any/c", "mine/a", "mine/b"}, nil},
			{"none", "", true, nil, nil},
		} {
			err := db.Read(t.Context(), func(tx *store.Tx) error {
				r := &running{tx: tx, def: &definition{name: errandName}, env: Env{Law: law, Actor: Actor{Person: c.who, System: c.system}, At: noon.Add(time.Hour)}, fields: map[string]any{"copy": c.copy}}
				var got regulation.Common
				if err := r.sheets(&got); err != nil {
					return err
				}
				slices.Sort(got.SheetsOpen)
				if !slices.Equal(got.SheetsOpen, c.open) {
					t.Errorf("%s by %q waits for %v, want %v", c.copy, c.who, got.SheetsOpen, c.open)
				}
				var served []string
				for _, change := range r.serve() {
					s, _ := change.Row().(checklist.Sheet)
					if served = append(served, s.ID); !s.ServedAt.Equal(noon.Add(time.Hour)) {
						t.Errorf("%s served at %s", s.ID, s.ServedAt)
					}
				}
				slices.Sort(served)
				if !slices.Equal(served, c.serves) {
					t.Errorf("%s by %q serves %v, want %v", c.copy, c.who, served, c.serves)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// entrustingHouse knows what is entrusted to ann: all items, or one of them.
type entrustingHouse struct{ house }

func (entrustingHouse) Entrusted(id term.PersonID, items []term.DocumentID) Entrust {
	if id != "ann" {
		return Entrust{}
	}
	e := Entrust{Deeds: map[string]string{"收发": "2026-1"}, Acts: []string{"收发"}}
	if slices.Equal(items, []term.DocumentID{"D"}) {
		e.Deeds["保存"], e.Stages = "2026-2", []string{"研发"}
	}
	return e
}

// What is entrusted is asked for the items at hand; nobody, and a directory that knows of none, is entrusted with nothing.
func TestWhatIsEntrusted(t *testing.T) {
	for name, c := range map[string]struct {
		people Directory
		who    term.PersonID
		items  []term.DocumentID
		deeds  []string
		stages []string
	}{
		"for all":        {entrustingHouse{}, "ann", nil, []string{"收发"}, nil},
		"for one":        {entrustingHouse{}, "ann", []term.DocumentID{"D"}, []string{"保存", "收发"}, []string{"研发"}},
		"for another":    {entrustingHouse{}, "ann", []term.DocumentID{"D", "E"}, []string{"收发"}, nil},
		"to another":     {entrustingHouse{}, "bob", []term.DocumentID{"D"}, nil, nil},
		"to nobody":      {entrustingHouse{}, "", []term.DocumentID{"D"}, nil, nil},
		"of a small one": {rooms, "ann", []term.DocumentID{"D"}, nil, nil},
	} {
		r := &running{env: Env{People: c.people}, items: c.items}
		e := r.entrusted(c.who)
		var got regulation.Common
		r.entrust(&got, c.who)
		if !slices.Equal(slices.Sorted(maps.Keys(e.Deeds)), c.deeds) || !slices.Equal(got.DesignatedStages, c.stages) || !slices.Equal(got.DesignatedActs, e.Acts) {
			t.Errorf("%s: %+v, %+v", name, e, got)
		}
	}
}

// Only an act on an item, by a person, leaves a line of what was executed.
func TestWhatIsExecuted(t *testing.T) {
	law, _ := lawOf(t, leaves)
	known, err := regulation.Know(regulation.Common{}, struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		changes Changes
		system  bool
	}{"on no item": {Changes{}, false}, "by the system": {Changes{Document: "D"}, true}, "where no pack keeps such a line": {Changes{Document: "D"}, false}} {
		r := &running{def: &definition{name: errandName}, env: Env{Law: law, People: entrustingHouse{}, Actor: Actor{Person: "ann", System: c.system}}}
		if rows, err := r.executions(c.changes, known); err != nil || len(rows) != 0 {
			t.Errorf("%s: %v, %v", name, rows, err)
		}
	}
}

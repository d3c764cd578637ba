package circulation_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jiyao/internal/act"
	"jiyao/internal/circulation"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/people"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
)

// item is one document of the property, as far as knowing of it goes.
type item struct {
	id      term.DocumentID
	class   regulation.Class
	persons []term.PersonID // in scope by name
	units   []term.UnitID   // in scope by unit
	past    []term.PersonID // were in scope once
	holders []term.PersonID
}

var (
	everybody = []term.PersonID{"a", "b", "c"}
	unitOf    = map[term.PersonID]term.UnitID{"a": "u", "b": "u", "c": "v"}
)

func drawItem(t *rapid.T, n int) item {
	some := rapid.SliceOfNDistinct(rapid.SampledFrom(everybody), 0, 2, func(p term.PersonID) term.PersonID { return p })
	return item{
		id: term.DocumentID(fmt.Sprintf("D%011d", n)), class: regulation.Class(rapid.IntRange(0, 31).Draw(t, "class")),
		persons: some.Draw(t, "persons"), units: rapid.SliceOfNDistinct(rapid.SampledFrom([]term.UnitID{"u", "v"}), 0, 1, func(u term.UnitID) term.UnitID { return u }).Draw(t, "units"),
		past: some.Draw(t, "past"), holders: some.Draw(t, "holders"),
	}
}

// ways is how a person is related to an item: what the write path would say of him.
func (i item) ways(p term.PersonID) []string {
	var out []string
	if slices.Contains(i.persons, p) || slices.Contains(i.units, unitOf[p]) {
		out = append(out, "in_scope")
	}
	if slices.Contains(i.holders, p) {
		out = append(out, "holder")
	}
	return out
}

func (i item) rows(n int) []store.Change {
	at := time.UnixMilli(int64(1_700_000_000_000 + n))
	c := circulation.Circulation{ID: term.CirculationID("C" + string(i.id[1:])), Document: i.id, Class: int(i.class), OpenedAt: at, OpenedBy: "x", State: circulation.Open}
	out := []store.Change{circulation.Circulations.Insert(c)}
	k := 0
	knower := func(p term.PersonID, u term.UnitID, until time.Time) {
		k++
		out = append(out, document.Knowers.Insert(document.Knower{ID: fmt.Sprintf("%s/%d", i.id, k), Document: i.id, Person: p, Unit: u, Since: at, Until: until}))
	}
	for _, p := range i.persons {
		knower(p, "", time.Time{})
	}
	for _, u := range i.units {
		knower("", u, time.Time{})
	}
	for _, p := range i.past {
		knower(p, "", at.Add(time.Second))
	}
	for j, p := range i.holders {
		id := fmt.Sprintf("%s-%d", i.id, j)
		out = append(out, custody.Copies.Insert(custody.Copy{ID: term.CopyID(id), Document: i.id, Seq: j + 1, Label: term.LabelCode(id), State: custody.Held, Holder: p}))
	}
	return out
}

func drawSight(t *rapid.T) regulation.Sight {
	class := rapid.Map(rapid.IntRange(0, 31), func(n int) regulation.Class { return regulation.Class(n) })
	return regulation.Sight{
		Open: rapid.SliceOfNDistinct(class, 0, 8, func(c regulation.Class) regulation.Class { return c }).Draw(t, "open"),
		By:   rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"in_scope", "holder", "asked", "keeps_case"}), 0, 4, func(s string) string { return s }).Draw(t, "by"),
	}
}

// TestTheBoardShowsExactlyWhatTheLawLetsBeSeen holds the condition in SQL equal to the rule that hides one item.
func TestTheBoardShowsExactlyWhatTheLawLetsBeSeen(t *testing.T) {
	run := 0
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		err := db.Write(t.Context(), "test.people", func(tx *store.Tx) error {
			var rows []store.Change
			for p, u := range unitOf {
				rows = append(rows, people.Persons.Insert(people.Person{ID: p, Name: string(p), Unit: u, Affiliation: "staff"}))
			}
			_, err := store.Put(tx, rows)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(rt *rapid.T) {
			run++
			var items []item
			for n := range rapid.IntRange(1, 8).Draw(rt, "items") {
				items = append(items, drawItem(rt, run*100+n))
			}
			err := db.Write(t.Context(), "test.fill", func(tx *store.Tx) error {
				for _, table := range []string{"circulation", "knower", "copy"} {
					if _, err := tx.Exec("DELETE FROM " + table); err != nil {
						return err
					}
				}
				for n, i := range items {
					if _, err := store.Put(tx, i.rows(n)); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				rt.Fatal(err)
			}
			sight, person := drawSight(rt), rapid.SampledFrom(append(everybody, "")).Draw(rt, "viewer")
			viewer := act.Viewer{Person: person, Sight: sight}
			var want, got []term.DocumentID
			for _, i := range items {
				var ways []string
				if person != "" {
					ways = i.ways(person)
				}
				if sight.Sees(i.class, ways) {
					want = append(want, i.id)
				}
			}
			err = db.Read(t.Context(), func(tx *store.Tx) error {
				rows, err := circulation.Board(tx, viewer, circulation.Open, circulation.After{}, circulation.MaxBoard)
				for _, r := range rows {
					got = append(got, r.Document)
				}
				return err
			})
			if err != nil {
				rt.Fatal(err)
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				rt.Fatalf("%+v as %q sees %v, want %v", sight, person, got, want)
			}
		})
	})
}

// TestPagesMeetWithoutGapOrRepeat walks the board by its keys.
func TestPagesMeetWithoutGapOrRepeat(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		err := db.Write(t.Context(), "test.fill", func(tx *store.Tx) error {
			for n := range 25 {
				i := item{id: term.DocumentID(fmt.Sprintf("D%011d", n)), class: 0}
				if _, err := store.Put(tx, i.rows(n/3)); err != nil { // three share an instant
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		viewer := act.Viewer{Sight: regulation.Sight{Open: []regulation.Class{0}}}
		seen := map[term.CirculationID]bool{}
		var after circulation.After
		for range 10 {
			var rows []circulation.Row
			err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
				rows, err = circulation.Board(tx, viewer, circulation.Open, after, 4)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if seen[r.ID] {
					t.Errorf("%s stands on two pages", r.ID)
				}
				seen[r.ID] = true
				after = circulation.After{At: r.OpenedAt, ID: r.ID}
			}
		}
		if len(seen) != 25 {
			t.Errorf("%d of 25 seen", len(seen))
		}
	})
}

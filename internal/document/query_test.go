package document_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/people"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
)

// A list is filtered in SQL, a single item by Sight.Sees: they must say the same of every item and viewer.
func TestTheFilterOfListsIsTheRuleOfSight(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		round := 0
		rapid.Check(t, func(t *rapid.T) {
			round++
			m := draw(t, round)
			put(t, db, m.rows)
			for range 4 {
				s := regulation.Sight{By: rapid.SliceOfDistinct(rapid.SampledFrom([]string{"in_scope", "holder", "asked", "keeps_case"}), rapid.ID[string]).Draw(t, "by")}
				for _, c := range rapid.SliceOfDistinct(rapid.IntRange(0, 31), rapid.ID[int]).Draw(t, "open") {
					s.Open = append(s.Open, regulation.Class(c))
				}
				who := rapid.SampledFrom(append(m.persons, "")).Draw(t, "who")
				v := act.Viewer{Person: who, Sight: s}
				for _, d := range m.docs {
					want := s.Sees(regulation.Class(d.Class), m.ways(d.ID, who))
					for name, got := range seen(t, db, v, d.ID) {
						if got != want {
							t.Fatalf("%s: %q sees %s of class %d: %v, want %v (%+v, %v)", name, who, d.ID, d.Class, got, want, s, m.ways(d.ID, who))
						}
					}
				}
			}
		})
	})
}

// began is some instant.
var began = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// model is a small world with who is related to what.
type model struct {
	docs    []document.Document
	persons []term.PersonID
	unit    map[term.PersonID]term.UnitID
	knowers []document.Knower
	copies  []custody.Copy
	rows    []store.Change
}

func draw(t *rapid.T, round int) model {
	m := model{unit: map[term.PersonID]term.UnitID{}}
	id := func(kind string, n int) string { return fmt.Sprintf("%s-%d-%d", kind, round, n) }
	for n := range 3 {
		p := term.PersonID(id("p", n))
		m.persons = append(m.persons, p)
		m.unit[p] = term.UnitID(rapid.SampledFrom([]string{"", id("u", 0), id("u", 1)}).Draw(t, "unit"))
		m.rows = append(m.rows, people.Persons.Insert(people.Person{ID: p, Name: string(p), Unit: m.unit[p], Affiliation: "staff"}))
	}
	for n := range rapid.IntRange(1, 4).Draw(t, "docs") {
		d := document.Document{ID: term.DocumentID(id("d", n)), Series: term.Received, Year: 2000 + round, No: n + 1, Class: rapid.IntRange(0, 31).Draw(t, "class"), State: document.Registered, RegisteredAt: began.Add(time.Duration(round) * time.Hour)}
		m.docs = append(m.docs, d)
		m.rows = append(m.rows, document.Documents.Insert(d))
		for k := range rapid.IntRange(0, 3).Draw(t, "knowers") {
			w := document.Knower{ID: fmt.Sprintf("%s-%d", d.ID, k), Document: d.ID, Since: began}
			if rapid.Bool().Draw(t, "by person") {
				w.Person = rapid.SampledFrom(m.persons).Draw(t, "knower")
			} else {
				w.Unit = term.UnitID(id("u", rapid.IntRange(0, 1).Draw(t, "knowing unit")))
			}
			if rapid.Bool().Draw(t, "ended") {
				w.Until = began
			}
			m.knowers = append(m.knowers, w)
			m.rows = append(m.rows, document.Knowers.Insert(w))
		}
		for k := range rapid.IntRange(0, 2).Draw(t, "copies") {
			c := custody.Copy{ID: term.CopyID(fmt.Sprintf("%s-c%d", d.ID, k)), Document: d.ID, Seq: k + 1, Class: d.Class, Label: term.LabelCode(fmt.Sprintf("%s-c%d", d.ID, k)), State: custody.InPlace}
			if rapid.Bool().Draw(t, "held") {
				c.State, c.Holder = custody.Held, rapid.SampledFrom(m.persons).Draw(t, "holder")
			} else if rapid.Bool().Draw(t, "was held") {
				c.Holder = rapid.SampledFrom(m.persons).Draw(t, "former")
			}
			m.copies = append(m.copies, c)
			m.rows = append(m.rows, custody.Copies.Insert(c))
		}
	}
	return m
}

// ways is how a person stands to an item, worked out without SQL.
func (m model) ways(id term.DocumentID, who term.PersonID) []string {
	var out []string
	if who == "" {
		return nil
	}
	if slices.ContainsFunc(m.knowers, func(k document.Knower) bool {
		return k.Document == id && k.Until.IsZero() && (k.Person == who || k.Person == "" && k.Unit != "" && k.Unit == m.unit[who])
	}) {
		out = append(out, "in_scope")
	}
	if slices.ContainsFunc(m.copies, func(c custody.Copy) bool { return c.Document == id && c.State == custody.Held && c.Holder == who }) {
		out = append(out, "holder")
	}
	return out
}

func put(t *rapid.T, db *store.DB, rows []store.Change) {
	err := db.Write(context.Background(), "test", func(tx *store.Tx) error {
		_, err := store.Put(tx, rows)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// seen asks every list that filters: of documents, of their copies, of a worklist.
func seen(t *rapid.T, db *store.DB, v act.Viewer, id term.DocumentID) map[string]bool {
	out := map[string]bool{}
	err := db.Read(context.Background(), func(tx *store.Tx) error {
		_, err := document.Find(tx, v, id)
		out["find"] = err == nil
		list, err := document.List(tx, v, "", document.Page{Limit: 100})
		if err != nil {
			return err
		}
		out["list"] = slices.ContainsFunc(list, func(d document.Document) bool { return d.ID == id })
		cond, args := v.Visible("d.class", "d.id", 2)
		n, err := document.Knowers.Count(tx, "WHERE 1 = (SELECT count(*) FROM document d WHERE d.id = $1 AND "+cond+")", append([]any{string(id)}, args...)...)
		if err != nil {
			return err
		}
		all, err := document.Knowers.Count(tx, "")
		if err != nil {
			return err
		}
		if all > 0 {
			out["alias"] = n == all
		}
		copies, err := custody.Copies.Select(tx, "WHERE document = $1 ORDER BY seq", string(id))
		if err != nil {
			return err
		}
		if len(copies) > 0 {
			_, err = custody.Tracks(tx, act.Viewer{Person: v.Person, Sight: v.Sight}, id)
			out["custody"] = err == nil
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

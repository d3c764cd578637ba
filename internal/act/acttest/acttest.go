// Package acttest is what the decision tables of the nouns have in common: a house of people, the law of some packs, secrets that
// are none, the answer of a decision in one line, and the rows it puts. A decision is pure, so no table needs a desk or a database.
package acttest

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/regulations"
)

// Monday is 2026-03-02 10:00, the time of the act in most tables.
var Monday = time.Date(2026, 3, 2, 10, 0, 0, 0, calendar.Zone)

// House is a directory of the people of one office. Who is not in Names is unknown.
type House struct {
	Names  map[term.PersonID]string
	Units  map[term.PersonID]term.UnitID
	Held   map[term.PersonID][]string // posts, as pack/post
	Lent   map[term.PersonID][]string // posts that somebody acts for
	Kinds  map[term.PersonID]string   // affiliation; staff where none is said
	People map[term.PersonID]regulation.Person
}

// Of is a house of some people, each called as his id.
func Of(people ...term.PersonID) House {
	h := House{Names: map[term.PersonID]string{}}
	for _, p := range people {
		h.Names[p] = string(p)
	}
	return h
}

// Posts implements act.Directory.
func (h House) Posts(id term.PersonID) []string { return h.Held[id] }

// Acting implements act.Directory.
func (h House) Acting(id term.PersonID) (posts, acts []string) { return h.Lent[id], nil }

// Facts implements act.Directory.
func (h House) Facts(id term.PersonID) (regulation.Person, bool) {
	if p, ok := h.People[id]; ok {
		return p, ok
	}
	return regulation.Person{ID: id, PersonPosts: h.Held[id]}, h.Names[id] != ""
}

// Name implements act.Directory.
func (h House) Name(id term.PersonID) string { return h.Names[id] }

// Unit implements act.Directory.
func (h House) Unit(id term.PersonID) term.UnitID { return h.Units[id] }

// Members implements act.Directory.
func (h House) Members(id term.UnitID) (out []term.PersonID) {
	for p, u := range h.Units {
		if u == id {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// Holders implements act.Directory.
func (h House) Holders(post string) (out []term.PersonID) {
	for p, posts := range h.Held {
		if slices.Contains(posts, post) {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// InOffice implements act.Directory.
func (h House) InOffice(id term.PersonID) bool { return h.Names[id] != "" }

// Affiliation is what custody asks of who receives something.
func (h House) Affiliation(id term.PersonID) string {
	if kind, ok := h.Kinds[id]; ok || h.Names[id] == "" {
		return kind
	}
	return "staff"
}

// Law is that of base and some packs, as they are adopted whole. Acts that the tested package does not know are left out of it.
func Law(t testing.TB, adopted ...string) *regulation.Law {
	t.Helper()
	key := strings.Join(adopted, " ")
	if law, ok := laws.Load(key); ok {
		return law.(*regulation.Law)
	}
	load := func(name string) *regulation.Pack {
		p, err := regulation.Load(regulations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	var taken []regulation.Adoption
	for _, name := range adopted {
		taken = append(taken, regulation.Adoption{Pack: load(name)})
	}
	words, err := act.Vocabulary()
	if err != nil {
		t.Fatal(err)
	}
	law, err := regulation.New(load("base"), taken, words)
	if err != nil {
		t.Fatal(err)
	}
	laws.Store(key, law)
	return law
}

// laws are those made already, by the packs adopted: a law never changes.
var laws sync.Map

// Env is the world of an act of somebody on Monday, signed as role, person, role, person …
func Env(who term.PersonID, people act.Directory, law *regulation.Law, signed ...string) act.Env {
	e := act.Env{Actor: act.Actor{Person: who}, At: Monday, Now: Monday, People: people, Law: law, Secrets: Secrets{}}
	for i := 0; i+1 < len(signed); i += 2 {
		e.Signatures = append(e.Signatures, act.Signature{Role: signed[i], Person: term.PersonID(signed[i+1])})
	}
	return e
}

// Secrets stands for the keyring: a key is its id, a token its text.
type Secrets struct{}

// DocumentKey implements act.Secrets.
func (Secrets) DocumentKey(id term.DocumentID) ([]byte, error) { return []byte(id), nil }

// Blind implements act.Secrets.
func (Secrets) Blind(domain, plain string) ([]byte, error) { return []byte(domain + plain), nil }

// Answer is a decision's answer in one line: nothing where it is done, each wrong field with its code, or a conflict.
func Answer(err error) string {
	var invalid *refuse.Invalid
	var conflict *refuse.Conflict
	switch {
	case err == nil:
		return ""
	case errors.As(err, &invalid):
		var out []string
		for _, f := range invalid.Fields {
			out = append(out, f.Field+" "+f.Code)
		}
		return strings.Join(out, ", ")
	case errors.As(err, &conflict):
		return "conflict"
	}
	return err.Error()
}

// Rows are the rows of one table that an act puts, as it leaves them, in order.
func Rows[R any](c act.Changes) (out []R) {
	for _, change := range c.Rows {
		if r, ok := change.Row().(R); ok {
			out = append(out, r)
		}
	}
	return out
}

// Row is the only one of them; it fails the test where there are none, or several.
func Row[R any](t testing.TB, c act.Changes) R {
	t.Helper()
	list := Rows[R](c)
	if len(list) != 1 {
		var none R
		t.Fatalf("%d rows %T, want one", len(list), none)
	}
	return list[0]
}

// Text opens what a sealed column was given in a decision.
func Text(t testing.TB, s store.Sealed) string {
	t.Helper()
	text, err := s.Text()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Follows are the acts that an act is followed by, in order.
func Follows(c act.Changes) (out []string) {
	for _, f := range c.Then {
		out = append(out, f.Act)
	}
	return out
}

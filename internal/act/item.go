package act

import (
	"slices"
	"time"

	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Item is what every noun may know of a document when it decides about its own rows: the facts, and who may
// know of it. document gives it; titles, issuers and numbers are not part of it.
type Item struct {
	regulation.Item
	Document term.DocumentID
	Class    regulation.Class
	Scope    []term.PersonID // named persons and the members of named units, as of now
	Units    []term.UnitID   // named units
	Named    []term.PersonID // persons named by the opinion in force
	Holders  []term.PersonID // who has a copy with him now
	Author   term.PersonID   // who drafted it; nobody for what was received
	Handler  term.PersonID
	Pages    int
	Attached int
	Void     bool

	RegisteredAt, OpinedAt time.Time                   // zero: not yet
	ScopedAt               time.Time                   // of those who know now, since when the first does
	Later                  map[term.PersonID]time.Time // who came to know after that
}

// Person gives the facts of one person as regards this item. Who has left his posts (离岗) is told no secret, whatever scope
// names him and whatever grade he had.
func (i Item) Person(env Env, id term.PersonID) regulation.Person {
	p := env.Person(id)
	p.InScope = slices.Contains(i.Scope, id) && !(p.Left && i.Level.Classified())
	p.NamedInOpinion = slices.Contains(i.Named, id)
	p.GradeCovers = covers(env.Law, p.Grade, i.Level) && !(p.Left && i.Level.Classified())
	return p
}

// covers asks the base pack's table which level a grade may know; nobody needs a grade for what is no secret.
func covers(law *regulation.Law, grade string, level term.Level) bool {
	if !level.Classified() {
		return true
	}
	table, ok := law.Param("grade_levels")
	if !ok {
		return false
	}
	top, err := term.ParseLevel(table.Map[grade])
	return err == nil && top.AtLeast(level)
}

// Matter is the item as far as the actor's knowing of it goes.
func (i Item) Matter(actor term.PersonID) Matter {
	m := Matter{Document: i.Document, Class: i.Class, Void: i.Void}
	if actor == "" {
		return m
	}
	if slices.Contains(i.Scope, actor) {
		m.Ways = append(m.Ways, "in_scope")
	}
	if slices.Contains(i.Holders, actor) {
		m.Ways = append(m.Ways, "holder")
	}
	return m
}

// Relations are how the actor stands to the item, for the table of functions.
func (i Item) Relations(actor term.PersonID) []string {
	var out []string
	if actor == "" {
		return nil
	}
	if slices.Contains(i.Scope, actor) || !i.ScopeFixed && !i.Classified && !i.Internal {
		out = append(out, "reader")
	}
	if slices.Contains(i.Holders, actor) {
		out = append(out, "holder")
	}
	if i.Author == actor {
		out = append(out, "author")
	}
	if i.Handler == actor {
		out = append(out, "handler")
	}
	return out
}

// Items gives an item by its id; document implements it, app plugs it into the other nouns.
type Items interface {
	Item(tx *store.Tx, people Directory, id term.DocumentID) (Item, error)
}

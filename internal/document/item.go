package document

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Copies is what a document asks of custody; app plugs it in once, before the first act.
type Copies interface {
	// HoldersOf gives who has a copy with him now.
	HoldersOf(tx *store.Tx, id term.DocumentID) ([]term.PersonID, error)
	// NumbersOf gives the 份号 of its copies, in order.
	NumbersOf(tx *store.Tx, id term.DocumentID) ([]string, error)
	// Untouched reports whether all its copies lie in the office as they were registered: none was sent, lost, ended or copied.
	Untouched(tx *store.Tx, id term.DocumentID) (bool, error)
}

// Rounds is what a document asks of circulation.
type Rounds interface {
	// Over reports whether the circulation of a document has been closed and no other is open.
	Over(tx *store.Tx, id term.DocumentID) (bool, error)
}

var (
	copies Copies
	rounds Rounds
)

// Plug tells the package who keeps the copies and who the circulations.
func Plug(c Copies, r Rounds) { copies, rounds = c, r }

// Items gives documents to the other nouns.
type Items struct{}

// Item reads one document as the other nouns may know it; refuse.ErrNotFound when there is none.
func (Items) Item(tx *store.Tx, people act.Directory, id term.DocumentID) (act.Item, error) {
	d, err := Documents.Get(tx, id)
	if err != nil {
		return act.Item{}, err
	}
	return itemOf(tx, people, d)
}

// Asks are the reads of Items.Item that this room makes, for Tx.Ahead.
func Asks(id term.DocumentID) []store.Ask {
	return []store.Ask{Documents.AskKey(id), Knowers.Ask(scopeNow, string(id)), Opinions.Ask(opinionNow, string(id))}
}

func itemOf(tx *store.Tx, people act.Directory, d Document) (act.Item, error) {
	i := act.Item{
		Item: facts(d), Document: d.ID, Class: regulation.Class(d.Class), Handler: d.Handler,
		Pages: d.Pages, Attached: d.Attachments, Void: d.State == Voided, RegisteredAt: d.RegisteredAt,
	}
	if d.Drafted() {
		i.Author = d.RegisteredBy
	}
	var err error
	if err = scopeOf(tx, people, &i); err != nil {
		return i, err
	}
	if copies == nil {
		return i, errors.New("nobody has plugged in who keeps the copies")
	}
	if i.Holders, err = copies.HoldersOf(tx, d.ID); err != nil {
		return i, fmt.Errorf("find who holds copies: %w", err)
	}
	o, ok, err := opinionInForce(tx, d.ID)
	if err != nil {
		return i, err
	}
	if ok {
		i.Named, i.OpinedAt = named(o, people), o.At
	}
	return i, nil
}

// Unclear reports whether it is not clear yet whether it is a secret, or of which level.
func (d Document) Unclear() bool { return slices.Contains(d.Steps, flagUnclear) }

// facts are what the law may look at of a document.
func facts(d Document) regulation.Item {
	i := regulation.NewItem(d.Level, d.HeldAs())
	i.Origin, i.Urgency, i.IssuerSuperior = d.Origin, string(d.Urgency), d.IssuerSuperior
	i.ScopeFixed, i.StepsDone, i.NeedsAction, i.Instructed = d.ScopeFixed, d.Steps, d.NeedsAction, d.Instructed
	i.Unclear = d.Unclear()
	if d.Important {
		i.Flags = []string{flagImportant}
	}
	i.CompiledLimited = d.Limited
	i.MarkState = "none"
	if d.MarkText != "" {
		i.MarkState = "marked"
	}
	return i
}

// flagImportant is the flag of an item that the office holds to be important.
const flagImportant = "important"

const (
	scopeNow   = "WHERE document = $1 AND until IS NULL ORDER BY since, person, unit" // an id says nothing of the order
	opinionNow = "WHERE document = $1 AND in_force = 1 LIMIT 1"
)

// scopeOf notes the persons in the scope now, members of named units included, and since when they are.
func scopeOf(tx *store.Tx, people act.Directory, i *act.Item) error {
	rows, err := Knowers.Select(tx, scopeNow, string(i.Document))
	if err != nil {
		return fmt.Errorf("read the scope: %w", err)
	}
	for _, k := range rows {
		if i.ScopedAt.IsZero() || k.Since.Before(i.ScopedAt) {
			i.ScopedAt = k.Since
		}
	}
	for _, k := range rows {
		if k.Person == "" {
			i.Units = append(i.Units, k.Unit)
			i.Scope = append(i.Scope, people.Members(k.Unit)...)
			continue
		}
		i.Scope = append(i.Scope, k.Person)
		if k.Since.After(i.ScopedAt) {
			if i.Later == nil {
				i.Later = map[term.PersonID]time.Time{}
			}
			i.Later[k.Person] = k.Since
		}
	}
	slices.Sort(i.Scope)
	i.Scope = slices.Compact(i.Scope)
	return nil
}

func opinionInForce(tx *store.Tx, id term.DocumentID) (Opinion, bool, error) {
	o, ok, err := Opinions.One(tx, opinionNow, string(id))
	if err != nil {
		return o, false, fmt.Errorf("read the opinion: %w", err)
	}
	return o, ok, nil
}

// named lists the persons an opinion names, members of named units included.
func named(o Opinion, people act.Directory) []term.PersonID {
	out := persons(o.Readers)
	for _, u := range o.Units {
		out = append(out, people.Members(term.UnitID(u))...)
	}
	return out
}

func persons(ids []string) []term.PersonID {
	out := make([]term.PersonID, len(ids))
	for i, s := range ids {
		out[i] = term.PersonID(s)
	}
	return out
}

func texts[T ~string](ids []T) []string {
	out := make([]string, len(ids))
	for i, s := range ids {
		out[i] = string(s)
	}
	return out
}

// loaded is a document with its item: what most acts of this noun start from.
type loaded struct {
	doc  Document
	item act.Item
}

func load(tx *act.Tx, id term.DocumentID) (loaded, error) {
	d, err := Documents.Get(tx.Tx, id)
	if err != nil {
		return loaded{}, err
	}
	i, err := itemOf(tx.Tx, tx.Env.People, d)
	return loaded{d, i}, err
}

func (l loaded) matters(env act.Env) []act.Matter {
	return []act.Matter{l.item.Matter(env.Actor.Person)}
}

// registered is the least that an act on an item leans on.
func (l loaded) registered() []act.Event { return l.item.Events()[:1] }

// itemFacts are the facts of acts that look at the item and the actor.
type itemFacts struct {
	regulation.Item
	relations []string
}

// ActorRelations says how the actor stands to the item.
func (f itemFacts) ActorRelations() []string { return f.relations }

func (l loaded) facts(env act.Env) itemFacts {
	return itemFacts{Item: l.item.Item, relations: l.item.Relations(env.Actor.Person)}
}

// step adds a step once.
func step(steps []string, name string) []string {
	if slices.Contains(steps, name) {
		return steps
	}
	return append(append([]string{}, steps...), name)
}

// item makes the target that duties of the item itself hang on.
func item(d Document) act.Target { return act.Target{Kind: "item", ID: string(d.ID)} }

// readerTarget is one reader of one document.
func readerTarget(d term.DocumentID, p term.PersonID) act.Target {
	return act.Target{Kind: "reader", ID: ReaderKey(d, p), Person: p}
}

// ReaderKey names one reader of one document, as duties do.
func ReaderKey(d term.DocumentID, p term.PersonID) string { return string(d) + "/" + string(p) }

// UnitKey names one unit that an opinion names.
func UnitKey(d term.DocumentID, u term.UnitID) string { return string(d) + "/unit/" + string(u) }

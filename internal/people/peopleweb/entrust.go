package peopleweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/calendar"
	"jiyao/internal/people"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// EntrustPath is the page of what is entrusted: delegations and designations.
const EntrustPath = "/people/entrusted"

// The acts of the page.
const (
	actDelegate  = "people.delegate"
	actDesignate = "custody.designate"
)

// maxItems is how many items one delegation or designation can list on the page.
const maxItems = 50

// entrusted is what the page shows beside the room.
type entrusted struct {
	room
	designations []people.Designation
	items        map[string][]string // of a delegation or designation, by id: its items as the viewer may know them
	asked        string              // the number of the item from whose page he came
}

func (p *pages) entrust(w http.ResponseWriter, r *http.Request) error {
	return p.showEntrusted(w, r, nil, "", nil)
}

func (p *pages) showEntrusted(w http.ResponseWriter, r *http.Request, failed error, which string, form url.Values) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	d := entrusted{items: map[string][]string{}}
	if d.room, err = p.load(r, failed, which, form); err != nil {
		return err
	}
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) (err error) {
		if d.designations, err = people.Designations(tx); err != nil {
			return err
		}
		for _, g := range d.given() {
			if err := d.known(tx, v, p.Deps, string(g.ID), g.Items); err != nil {
				return err
			}
		}
		for _, g := range d.designations {
			if err := d.known(tx, v, p.Deps, g.ID, g.Items); err != nil {
				return err
			}
		}
		if id := q.Get("document"); id != "" && p.Numbers != nil {
			numbers, err := p.Numbers(tx, v, []string{id})
			if err != nil {
				return err
			}
			d.asked = numbers[id]
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.Form(w, r, p.Frame(w, r), failed, p.Explain, entrustPage(d))
}

// known notes the numbers of those of the items that the viewer may know of.
func (d entrusted) known(tx *store.Tx, v counter.Viewer, deps Deps, id string, items []string) error {
	if len(items) == 0 || deps.Numbers == nil {
		return nil
	}
	numbers, err := deps.Numbers(tx, v, items)
	for _, item := range items {
		if n := numbers[item]; n != "" {
			d.items[id] = append(d.items[id], n)
		}
	}
	return err
}

// scope is what a delegation or designation is limited to, as the viewer may know it.
func (d entrusted) scope(ctx context.Context, id string, items []string) string {
	switch known := d.items[id]; {
	case len(items) == 0:
		return web.T(ctx, "entrust.all")
	case len(known) == 0:
		return web.T(ctx, "entrust.some")
	default:
		return strings.Join(known, web.T(ctx, "list.separator"))
	}
}

// decide are the posts that the law lets do an act of this page: those of a regulation that keeps it to posts of its own, or
// base's where none does.
func (m room) decide(name string) []string {
	var out, base []string
	for _, post := range m.Viewer.Law.Doers(name) {
		to := &out
		if strings.HasPrefix(post, "base/") {
			to = &base
		}
		if !slices.Contains(*to, post) {
			*to = append(*to, post)
		}
	}
	if len(out) == 0 {
		return base
	}
	return out
}

// deciding are those of the posts that decide which the viewer holds himself.
func (m room) deciding(name string) []string {
	own := m.Viewer.People.Posts(m.Viewer.Actor.Person)
	return slices.DeleteFunc(m.decide(name), func(post string) bool { return !slices.Contains(own, post) })
}

// deeds are the words a regulation in force lets be delegated, for who may delegate them; else none.
func (d entrusted) deeds() []string {
	if len(d.deciding(actDelegate)) == 0 {
		return nil
	}
	return d.Viewer.Law.List(actDelegate + ".deeds")
}

// words are the acts or stages for which a regulation in force has persons or units designated.
func (d entrusted) words(field string) []string { return d.Viewer.Law.List(actDesignate + "." + field) }

// designates reports whether a regulation in force asks for designations at all.
func (d entrusted) designates() bool { return len(d.words("acts"))+len(d.words("stages")) > 0 }

// mayEnd reports whether the viewer may end what somebody gave: who gave it, and the head.
func (m room) mayEnd(by term.PersonID) bool {
	return by == m.Viewer.Actor.Person || m.Viewer.Actor.Person == m.head()
}

// runs says how a delegation or designation stands today.
func (m room) runs(from string) bool { return from <= m.today() }

// boxes are words as boxes to tick.
func (d entrusted) boxes(which, field string, list []string) []web.Option {
	var out []web.Option
	for _, w := range list {
		out = append(out, web.Option{Value: w, Label: w, On: d.In(which).Has(field, w)})
	}
	return out
}

func (p *pages) delegateDeeds(w http.ResponseWriter, r *http.Request) error {
	return p.entrusts(w, r, "deeds", actDelegate, func(f typed.Form, items []term.DocumentID, bad *refuse.Invalid) any {
		return people.Delegate{
			Post: f.Get("post"), Persons: named(f), Deeds: f.List("deeds"), Items: items, AllItems: f.Get("all_items"), From: f.Day("from", bad), To: f.Day("to", bad),
		}
	})
}

func (p *pages) designatePersons(w http.ResponseWriter, r *http.Request) error {
	return p.entrusts(w, r, "designate", actDesignate, func(f typed.Form, items []term.DocumentID, bad *refuse.Invalid) any {
		return people.Designate{Persons: named(f), Acts: f.List("acts"), Items: items, AllItems: f.Get("all_items"), From: f.Day("from", bad), To: f.Day("to", bad)}
	})
}

func (p *pages) designateUnit(w http.ResponseWriter, r *http.Request) error {
	return p.entrusts(w, r, "unit", actDesignate, func(f typed.Form, items []term.DocumentID, bad *refuse.Invalid) any {
		return people.Designate{Unit: term.UnitID(f.Get("unit")), Stages: f.List("stages"), Items: items, AllItems: f.Get("all_items"), From: f.Day("from", bad), To: f.Day("to", bad)}
	})
}

// named is the one person of a form.
func named(f typed.Form) []term.PersonID {
	if id := f.Get("person"); id != "" {
		return []term.PersonID{term.PersonID(id)}
	}
	return nil
}

// entrusts hands in one form of the page that may list items, by label or number, one a line.
func (p *pages) entrusts(w http.ResponseWriter, r *http.Request, which, name string, read func(typed.Form, []term.DocumentID, *refuse.Invalid) any) error {
	form, v, err := p.once(r)
	if err != nil {
		return err
	}
	var bad refuse.Invalid
	items, err := p.listed(r, form.Get("items"), &bad)
	if err != nil {
		return err
	}
	cmd := read(typed.Form(form), items, &bad)
	return p.hand(w, r, counter.Try{Act: name, Command: cmd, Form: form, Signs: signed(v), Bad: bad}, which, EntrustPath, "done."+name)
}

// listed finds the items that were scanned or typed. One that is hidden and one that is absent are answered alike.
func (p *pages) listed(r *http.Request, text string, bad *refuse.Invalid) ([]term.DocumentID, error) {
	codes := strings.Fields(strings.NewReplacer("、", " ", "，", " ", ",", " ").Replace(text))
	if len(codes) == 0 || p.Find == nil {
		return nil, nil
	}
	if len(codes) > maxItems {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "items", Code: "too_many", Args: map[string]string{"max": "50"}})
		return nil, nil
	}
	var out []term.DocumentID
	err := p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		for _, code := range codes {
			id, err := p.Find(tx, v, code)
			if err != nil {
				return err
			}
			if id == "" {
				bad.Fields = append(bad.Fields, refuse.FieldError{Field: "items", Code: "unknown"})
				return nil
			}
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
		return nil
	})
	return out, err
}

// Entrusted draws who is designated for one item, for its pages, with the way to the page of designations; nil where no
// regulation in force designates anybody, or the item is of a regime of which none speaks.
func Entrusted(_ context.Context, tx *store.Tx, v counter.Viewer, id term.DocumentID) (templ.Component, error) {
	if len(v.Law.List(actDesignate+".acts"))+len(v.Law.List(actDesignate+".stages")) == 0 {
		return nil, nil
	}
	all, err := people.Designations(tx)
	if err != nil {
		return nil, err
	}
	today := calendar.DateOf(v.Now).String()
	list := slices.DeleteFunc(all, func(g people.Designation) bool { return g.FirstDay > today || !people.Covers(g.Items, id) })
	return designatedPanel(v, id, list), nil
}

// designee is whom or what a designation names.
func designee(v counter.Viewer, g people.Designation) string {
	if g.Unit != "" {
		if d, ok := v.People.(interface{ UnitName(term.UnitID) string }); ok {
			return d.UnitName(g.Unit)
		}
		return string(g.Unit)
	}
	return v.People.Name(g.Person)
}

// openHelp says of a last day that it may stay open.
func openHelp(ctx context.Context, ends bool) string {
	if ends {
		return ""
	}
	return web.T(ctx, "entrust.open_help")
}

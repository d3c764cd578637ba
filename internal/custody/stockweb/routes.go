// Package stockweb is the pages of stock-taking (清查): the list of counts, where one is opened, the page at which pieces are
// scanned without a pause, what does not agree, the close with two signatures and what came of it, and the sheet on paper.
//
// The scanner is never waited for. The page's own script (assets/count.js) keeps what was scanned in a queue and sends it one
// by one, in order; each scan has a key of its own, so that one sent twice is answered twice and done once. Without the
// script each scan is a form.
//
// Nothing here shows a title: a piece is known by its label, its number and its level.
package stockweb

import (
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// Path is where the counts are.
const Path = "/inventory"

// Deps is what the pages lean on.
type Deps struct {
	*counter.Counter
	// Explain completes refusals with who may allow what; may be nil.
	Explain web.Explain
	// Checkpoint is the newest checkpoint for the foot of the printed sheet; may be nil.
	Checkpoint func() (size uint64, root string)
}

type pages struct{ Deps }

// Routes adds the pages to a server.
func Routes(s *web.Server, d Deps) {
	p := pages{d}
	s.Handle("GET "+Path, p.list)
	s.Handle("POST "+Path, p.open)
	s.Handle("GET "+Path+"/{id}", p.taking)
	s.Handle("GET "+Path+"/{id}/state", p.state)
	s.Handle("POST "+Path+"/{id}/scan", p.scan)
	s.Handle("POST "+Path+"/{id}/missing", p.missing)
	s.Handle("POST "+Path+"/{id}/close", p.close)
	s.Handle("POST "+Path+"/{id}/print", p.print)
}

func viewer(v counter.Viewer) act.Viewer {
	return act.Viewer{Person: v.Actor.Person, Sight: v.Sight}
}

// Sees reports whether the pages are there for the viewer: for who counts, and who keeps the register.
func Sees(v counter.Viewer) bool { return v.Offered("custody.count_scan") || v.Keeps() }

// see is Business for who may see counts.
func (p pages) see(r *http.Request, fn func(tx *store.Tx, v counter.Viewer) error) error {
	return p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		if !Sees(v) {
			return refuse.ErrNotFound
		}
		return fn(tx, v)
	})
}

// perPage is how many counts, or pieces without an answer, one page lists.
const perPage = 50

// counts is the list of counts with the form that opens one.
type counts struct {
	typed.Tried
	v      counter.Viewer
	list   []custody.StockCount
	next   string // address of the counts before these
	first  bool   // the newest page
	places []custody.Place
	find   string          // narrows the places to be chosen from; empty: all
	units  []custody.Named // one of each department
}

func (p pages) list(w http.ResponseWriter, r *http.Request) error {
	return p.listPage(w, r, http.StatusOK, nil, counts{})
}

// open opens a count of places, of what a department keeps, or of everything.
func (p pages) open(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	f := typed.Form(raw)
	var bad refuse.Invalid
	cmd := custody.CountOpen{Kind: "part", Media: f.List("media"), Again: f.Get("again") == "yes"}
	err = p.see(r, func(tx *store.Tx, v counter.Viewer) error {
		switch f.Get("scope") {
		case "full":
			cmd.Kind = "full"
		case "unit":
			unit := term.UnitID(f.Get("unit"))
			if unit == "" {
				bad.Fields = append(bad.Fields, refuse.FieldError{Field: "unit", Code: "required"})
				return nil
			}
			if cmd.Places, err = placesOf(tx, v, unit); err == nil && len(cmd.Places) == 0 {
				bad.Fields = append(bad.Fields, refuse.FieldError{Field: "unit", Code: "keeps_no_place"})
			}
			return err
		default:
			for _, id := range f.List("places") {
				cmd.Places = append(cmd.Places, term.PlaceID(id))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	receipt, err := p.Do(r, counter.Try{Act: "custody.count_open", Command: cmd, Form: raw, Bad: bad})
	if err == nil {
		return p.Done(w, r, Path+"/"+receipt.Subject, "done.custody.count_open", receipt)
	}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.listPage(w, r, status, problem, counts{Tried: typed.Tried{Which: "open", Form: f, Err: err}})
	})
}

// placesOf lists the places that the people of a department keep.
func placesOf(tx *store.Tx, v counter.Viewer, unit term.UnitID) ([]term.PlaceID, error) {
	_, all, err := custody.Readers(tx, v.People, "")
	if err != nil {
		return nil, err
	}
	var keepers []term.PersonID
	for _, n := range all {
		if n.Unit == unit {
			keepers = append(keepers, n.ID)
		}
	}
	return custody.KeptBy(tx, keepers)
}

func (p pages) listPage(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d counts) error {
	var before time.Time
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	if r.Method == http.MethodGet && q.Has("find") { // the form as it was filled in, with the places that were looked for
		d.Tried = typed.Tried{Which: "open", Form: typed.Form(q)}
	}
	if ms, err := strconv.ParseInt(q.Get("before"), 10, 64); err == nil && ms > 0 {
		before = time.UnixMilli(ms).In(calendar.Zone)
	}
	d.find = d.In("open").Text("find")
	err = p.see(r, func(tx *store.Tx, v counter.Viewer) error {
		d.v, d.first = v, before.IsZero()
		var err error
		if d.list, err = custody.CountsBefore(tx, before, perPage+1); err != nil {
			return err
		}
		if len(d.list) > perPage {
			d.list = d.list[:perPage]
			d.next = Path + "?before=" + strconv.FormatInt(d.list[perPage-1].OpenedAt.UnixMilli(), 10)
		}
		if d.places, err = custody.AllPlaces(tx); err != nil {
			return err
		}
		_, all, err := custody.Readers(tx, v.People, "")
		seen := map[term.UnitID]bool{}
		for _, n := range all {
			if n.Unit != "" && !seen[n.Unit] {
				seen[n.Unit] = true
				d.units = append(d.units, n)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.Show(w, r, status, problem, countsPage(d))
}

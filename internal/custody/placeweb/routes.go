// Package placeweb is the pages of places (存放处): the tree of rooms, cabinets, safes, shelves and boxes with what protects
// them and what they are for; the page of one place with what stands and lies in it; and the box into which whatever is to be
// there is scanned: a piece, a box, or a whole cabinet moves with one scan.
//
// Of what lies there a viewer sees only what he may know of, figures included. No title is shown.
package placeweb

import (
	"net/http"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// Path is where the places are.
const Path = "/places"

// Deps is what the pages lean on.
type Deps struct {
	*counter.Counter
	// Explain completes refusals with who may allow what; may be nil.
	Explain web.Explain
}

type pages struct{ Deps }

// Routes adds the pages to a server.
func Routes(s *web.Server, d Deps) {
	p := pages{d}
	s.Handle("GET "+Path, p.tree)
	s.Handle("POST "+Path, p.create)
	s.Handle("GET "+Path+"/labels", p.labelsPage)
	s.Handle("POST "+Path+"/labels", p.printLabels)
	s.Handle("GET "+Path+"/{id}", p.place)
	s.Handle("POST "+Path+"/{id}/scan", p.scan)
	s.Handle("POST "+Path+"/{id}/protect", p.try("protect", readProtect))
	s.Handle("POST "+Path+"/{id}/dedicate", p.try("dedicate", readDedicate))
	s.Handle("POST "+Path+"/{id}/move", p.try("move", readMove))
}

func viewer(v counter.Viewer) act.Viewer {
	return act.Viewer{Person: v.Actor.Person, Sight: v.Sight}
}

// Sees reports whether the pages are there for the viewer: for who looks after places, and who keeps the register.
func Sees(v counter.Viewer) bool { return v.Offered("custody.create_place") || v.Keeps() }

func (p pages) see(r *http.Request, fn func(tx *store.Tx, v counter.Viewer) error) error {
	return p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		if !Sees(v) {
			return refuse.ErrNotFound
		}
		return fn(tx, v)
	})
}

// standing is one place in the tree.
type standing struct {
	custody.Place
	deep  int
	lying int
	lacks []string // protection that the law asks for
}

// tree is the list of all places as they stand in each other, with the form that registers one.
type tree struct {
	typed.Tried
	v      counter.Viewer
	list   []standing
	people []custody.Named
}

func (p pages) tree(w http.ResponseWriter, r *http.Request) error {
	return p.treePage(w, r, http.StatusOK, nil, tree{})
}

func (p pages) treePage(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d tree) error {
	err := p.see(r, func(tx *store.Tx, v counter.Viewer) error {
		d.v = v
		all, err := custody.AllPlaces(tx)
		if err != nil {
			return err
		}
		list, depth := custody.Nested(all)
		for i, place := range list {
			s := standing{Place: place, deep: depth[i], lacks: lacks(v, place)}
			if s.lying, err = custody.LyingIn(tx, viewer(v), place.ID); err != nil {
				return err
			}
			d.list = append(d.list, s)
		}
		_, d.people, err = custody.Readers(tx, v.People, "")
		return err
	})
	if err != nil {
		return err
	}
	return p.Show(w, r, status, problem, treePage(d))
}

// lacks are the attributes of protection that the law in force asks for and the place has not.
func lacks(v counter.Viewer, p custody.Place) []string {
	value, _ := v.Law.Param("protection")
	if p.Box() {
		return nil
	}
	return p.Lacks(value.List)
}

func (p pages) create(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	f := typed.Form(raw)
	var outer custody.Place
	err = p.see(r, func(tx *store.Tx, _ counter.Viewer) error {
		var err error
		if id := f.Get("inside"); id != "" && f.Get("place_kind") == "box" {
			outer, err = custody.Places.Get(tx, id)
		}
		return err
	})
	if err != nil {
		return err
	}
	var bad refuse.Invalid
	cmd := custody.CreatePlace{
		Name: f.Text("name"), Kind: f.Get("place_kind"), CabinetClass: f.Text("cabinet_class"), Lock: f.Text("lock"), Room: f.Text("room"),
		Keeper: term.PersonID(f.Get("keeper")), InOffice: f.Get("in_office") == "yes", Inside: term.PlaceID(f.Get("inside")), Alarm: f.Text("alarm"), Watch: f.Text("watch"),
		ClassLevel: f.Get("class_level"), ClassIssuer: f.Text("class_issuer"), ClassYear: year(f, &bad), LastCheckedOn: f.Day("last_checked_on", &bad),
	}
	if cmd.Kind == "box" && cmd.Inside == "" {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "inside", Code: "required"})
	}
	for _, a := range []struct {
		to   *string
		same string
	}{{&cmd.CabinetClass, outer.CabinetClass}, {&cmd.Lock, outer.Lock}, {&cmd.Room, outer.Room}, {(*string)(&cmd.Keeper), string(outer.Keeper)}} {
		if *a.to == "" { // a box is as good as what it stands in
			*a.to = a.same
		}
	}
	for by, set := range map[string]bool{"level": cmd.ClassLevel != "", "issuer": cmd.ClassIssuer != "", "year": cmd.ClassYear != 0} {
		if set {
			cmd.Class = append(cmd.Class, by)
		}
	}
	receipt, err := p.Do(r, counter.Try{Act: "custody.create_place", Command: cmd, Form: raw, Bad: bad})
	if err == nil {
		return p.Done(w, r, Path+"/"+receipt.Subject, "done.custody.create_place", receipt)
	}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.treePage(w, r, status, problem, tree{Tried: typed.Tried{Which: "create", Form: f, Err: err}})
	})
}

func year(f typed.Form, bad *refuse.Invalid) int {
	if n := f.Number("class_year", bad); n != nil {
		return *n
	}
	return 0
}

// perPage is how many pieces of a place one page lists.
const perPage = 50

// place is the page of one place.
type place struct {
	typed.Tried
	standing
	v      counter.Viewer
	chain  []custody.Place // what it stands in, from the inside out, itself first
	inside []standing
	all    []custody.Place
	copies []custody.Copy
	more   string // address of those behind
	people []custody.Named
}

func (p pages) place(w http.ResponseWriter, r *http.Request) error {
	return p.placePage(w, r, http.StatusOK, nil, place{})
}

func (p pages) placePage(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d place) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	err = p.see(r, func(tx *store.Tx, v counter.Viewer) error { return d.read(tx, v, r, term.LabelCode(q.Get("after"))) })
	if err != nil {
		return err
	}
	f := p.Frame(w, r)
	f.NoScan = true
	return web.Render(w, r, status, web.Within(web.Page(f), counter.Above(problem, placePage(d))))
}

func (d *place) read(tx *store.Tx, v counter.Viewer, r *http.Request, after term.LabelCode) error {
	d.v = v
	id, err := counter.PathID[term.PlaceID](r)
	if err != nil {
		return err
	}
	if d.Place, err = custody.Places.Get(tx, id); err != nil {
		return err
	}
	d.lacks = lacks(v, d.Place)
	if d.chain, err = custody.Above(tx, d.Place); err != nil {
		return err
	}
	if d.all, err = custody.AllPlaces(tx); err != nil {
		return err
	}
	for _, other := range d.all {
		if other.Inside != id {
			continue
		}
		s := standing{Place: other, lacks: lacks(v, other)}
		if s.lying, err = custody.LyingIn(tx, viewer(v), other.ID); err != nil {
			return err
		}
		d.inside = append(d.inside, s)
	}
	if d.lying, err = custody.LyingIn(tx, viewer(v), id); err != nil {
		return err
	}
	if d.copies, err = custody.Lying(tx, viewer(v), id, after, perPage+1); err != nil {
		return err
	}
	if len(d.copies) > perPage {
		d.copies = d.copies[:perPage]
		d.more = Path + "/" + string(id) + "?after=" + string(d.copies[perPage-1].Label)
	}
	_, d.people, err = custody.Readers(tx, v.People, "")
	return err
}

// scan moves what was scanned into the place: a piece by its label, a box or a whole cabinet by its own.
func (p pages) scan(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	f := typed.Form(raw)
	to, err := counter.PathID[term.PlaceID](r)
	if err != nil {
		return err
	}
	t := counter.Try{Act: "custody.move", Form: raw}
	done := "done.custody.moved"
	err = p.see(r, func(tx *store.Tx, v counter.Viewer) error {
		code := f.Text("code")
		label, wrong := typed.Label(code)
		if wrong == "" {
			c, ok, err := custody.CopyByLabel(tx, viewer(v), label)
			if err != nil {
				return err
			}
			switch {
			case !ok:
				t.Bad.Fields = append(t.Bad.Fields, refuse.FieldError{Field: "code", Code: typed.UnknownLabel})
			case c.State == custody.Ended:
				t.Bad.Fields = append(t.Bad.Fields, refuse.FieldError{Field: "code", Code: "ended"})
			case c.State == custody.Received:
				t.Act, t.Command = "custody.place", custody.Put{Copy: c.ID, Place: to}
			default:
				t.Command = custody.Move{Copy: c.ID, Place: to}
			}
			return nil
		}
		other, ok, err := custody.PlaceBy(tx, code)
		if err != nil {
			return err
		}
		t.Command = custody.Move{Box: other.ID, Place: to}
		if !ok || wrong != typed.NoLabel {
			t.Bad.Fields = append(t.Bad.Fields, refuse.FieldError{Field: "code", Code: wrong})
		}
		return nil
	})
	if err != nil {
		return err
	}
	var receipt act.Receipt
	if err = &t.Bad; len(t.Bad.Fields) == 0 { // what was not found is all that is wrong
		receipt, err = p.Do(r, t)
	}
	if err == nil {
		return p.Done(w, r, Path+"/"+string(to), done, receipt)
	}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.placePage(w, r, status, problem, place{Tried: typed.Tried{Which: "scan", Form: f, Err: err}})
	})
}

// reader makes the command of one form of the page.
type reader func(id term.PlaceID, f typed.Form, bad *refuse.Invalid) (act string, cmd any)

func (p pages) try(which string, read reader) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		raw, err := web.Typed(r)
		if err != nil {
			return err
		}
		id, err := counter.PathID[term.PlaceID](r)
		if err != nil {
			return err
		}
		f, t := typed.Form(raw), counter.Try{Form: raw}
		err = p.see(r, func(tx *store.Tx, _ counter.Viewer) error {
			if _, err := custody.Places.Get(tx, id); err != nil {
				return err
			}
			return target(tx, f, &t.Bad)
		})
		if err != nil {
			return err
		}
		t.Act, t.Command = read(id, f, &t.Bad)
		receipt, err := p.Do(r, t)
		if err == nil {
			return p.Done(w, r, Path+"/"+string(id), done[t.Act], receipt)
		}
		return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
			return p.placePage(w, r, status, problem, place{Tried: typed.Tried{Which: which, Form: f, Err: err}})
		})
	}
}

// done are the notices by act.
var done = map[string]string{
	"custody.protect_place": "done.custody.protect_place", "custody.dedicate_place": "done.custody.dedicate_place", "custody.move": "done.custody.moved",
}

func readProtect(id term.PlaceID, f typed.Form, bad *refuse.Invalid) (string, any) {
	return "custody.protect_place", custody.ProtectPlace{
		Place: id, Kind: f.Get("place_kind"), CabinetClass: f.Text("cabinet_class"), Lock: f.Text("lock"), Room: f.Text("room"), Keeper: term.PersonID(f.Get("keeper")),
		ClassLevel: f.Get("class_level"), ClassIssuer: f.Text("class_issuer"), ClassYear: year(f, bad), Alarm: f.Text("alarm"), Watch: f.Text("watch"),
		LastCheckedOn: f.Day("last_checked_on", bad),
	}
}

func readDedicate(id term.PlaceID, f typed.Form, _ *refuse.Invalid) (string, any) {
	return "custody.dedicate_place", custody.DedicatePlace{Place: id, Officer: term.PersonID(f.Get("officer")), Room: f.Get("room"), Cabinet: f.Get("cabinet")}
}

func readMove(id term.PlaceID, f typed.Form, bad *refuse.Invalid) (string, any) {
	if f.Get("place") == "" && f.Text("place_code") == "" {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "place", Code: "required"})
	}
	return "custody.move", custody.Move{Box: id, Place: term.PlaceID(f.Get("place")), Reason: f.Text("reason")}
}

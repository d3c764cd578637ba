package placeweb

import (
	"net/http"

	"jiyao/internal/custody"
	"jiyao/internal/paper"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// labelling is the page on which the labels of places are chosen and their paper.
type labelling struct {
	Tried  typed.Tried
	list   []custody.Place
	depth  []int
	chosen typed.Form // fields place
	every  bool       // all of them are asked for
}

// all reports whether every place is chosen.
func (d labelling) all() bool { return len(d.chosen["place"]) >= len(d.list) }

func (p pages) labelsPage(w http.ResponseWriter, r *http.Request) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	return p.showLabels(w, r, http.StatusOK, labelling{every: q.Get("all") == "yes", chosen: typed.Form{"place": q["place"], "first": {"1"}}})
}

func (p pages) showLabels(w http.ResponseWriter, r *http.Request, status int, d labelling) error {
	err := p.see(r, func(tx *store.Tx, _ counter.Viewer) error {
		all, err := custody.AllPlaces(tx)
		d.list, d.depth = custody.Nested(all)
		if d.every {
			for _, place := range d.list {
				d.chosen["place"] = append(d.chosen["place"], string(place.ID))
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.Show(w, r, status, nil, labelsPage(d))
}

// printLabels prints the labels of the places that are ticked, in the order of the list. Nothing in them is secret: it is no
// output of an item, and none is recorded.
func (p pages) printLabels(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Typed(r)
	if err != nil {
		return err
	}
	on, first, wrong := counter.LabelsOn(form)
	f := typed.Form(form)
	var labels []paper.Label
	err = p.see(r, func(tx *store.Tx, _ counter.Viewer) error {
		all, err := custody.AllPlaces(tx)
		list, _ := custody.Nested(all)
		for _, place := range list {
			if f.Has("place", string(place.ID)) {
				labels = append(labels, paper.Label{Place: place.ID, Name: place.Name})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(labels) == 0 {
		wrong = refuse.Join(refuse.AtFields(wrong), &refuse.Invalid{Fields: []refuse.FieldError{{Field: "place", Code: "required"}}})
	}
	if wrong != nil {
		return p.showLabels(w, r, http.StatusUnprocessableEntity, labelling{chosen: f, Tried: typed.Tried{Which: "labels", Form: f, Err: wrong}})
	}
	return counter.PrintLabels(w, "places", labels, on, first)
}

// Scanned is the page of the place that a code names to the viewer; empty where he is shown no places or there is none.
func Scanned(tx *store.Tx, v counter.Viewer, code string) (string, error) {
	if !Sees(v) {
		return "", nil
	}
	place, ok, err := custody.PlaceBy(tx, code)
	if err != nil || !ok {
		return "", err
	}
	return Path + "/" + string(place.ID), nil
}

// target has the place whose label was scanned stand in the field of the place, with what is wrong with it.
func target(tx *store.Tx, f typed.Form, bad *refuse.Invalid) error {
	code := f.Text("place_code")
	if code == "" {
		return nil
	}
	place, ok, err := custody.PlaceBy(tx, code)
	switch {
	case err != nil:
		return err
	case !ok:
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "place_code", Code: "unknown"})
		f["place"] = nil
	default:
		f["place"] = []string{string(place.ID)}
	}
	return nil
}

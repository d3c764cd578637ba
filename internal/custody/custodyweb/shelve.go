package custodyweb

import (
	"net/http"
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// shelving is what the officer does to fresh copies: every label is stuck on, every copy put away. It is one button
// for all copies of a document; each step is an act and an entry of its own.
type shelving struct {
	known    bool // the viewer knows of copies of it
	id       term.DocumentID
	fresh    []custody.Copy // not labelled, or not put away yet
	cabinets []custody.Place
}

func shelvingOf(tx *store.Tx, v counter.Viewer, id term.DocumentID) (shelving, error) {
	d := shelving{id: id}
	if !v.Offered("custody.label") || !v.Keeps() {
		return d, nil
	}
	tracks, err := custody.Tracks(tx, viewer(v), id)
	if err != nil {
		return d, err
	}
	d.known = len(tracks) > 0
	for _, t := range tracks {
		if t.LabelledAt.IsZero() && t.State != custody.Ended || t.State == custody.Received {
			d.fresh = append(d.fresh, t.Copy)
		}
	}
	if len(d.fresh) > 0 {
		d.cabinets, err = custody.Cabinets(tx)
	}
	return d, err
}

// shelve labels and puts away, copy by copy; what was done before a refusal stays done.
func (p pages) shelve(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Form(r)
	if err != nil {
		return err
	}
	id, f := term.DocumentID(r.PathValue("id")), typed.Form(raw)
	var d shelving
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) (err error) {
		if d, err = shelvingOf(tx, v, id); err == nil && !d.known {
			err = refuse.ErrNotFound
		}
		return err
	})
	if err != nil {
		return err
	}
	cabinet := term.PlaceID(f.Get("place"))
	if !slices.ContainsFunc(d.cabinets, func(c custody.Place) bool { return c.ID == cabinet }) && len(d.fresh) > 0 {
		return refuse.Field("place", "required")
	}
	var receipt act.Receipt
	for _, c := range d.fresh {
		if receipt, err = p.shelveOne(r, f, c, cabinet); err != nil {
			return p.Stale(w, r, err, p.Name(r.Context()))
		}
	}
	return p.Done(w, r, "/d/"+string(id), "done.custody.shelved", receipt)
}

func (p pages) shelveOne(r *http.Request, f typed.Form, c custody.Copy, cabinet term.PlaceID) (receipt act.Receipt, err error) {
	try := func(name string, cmd any) error {
		form := map[string][]string{}
		if key := f.Get(counter.FieldKey); key != "" { // of this copy: a form sent again may find fewer of them
			form[counter.FieldKey] = []string{key + "-" + string(c.ID) + "-" + name}
		}
		receipt, err = p.Do(r, counter.Try{Act: name, Command: cmd, Form: form})
		return err
	}
	if c.LabelledAt.IsZero() {
		if err := try("custody.label", custody.LabelCopy{Copy: c.ID}); err != nil {
			return receipt, err
		}
	}
	if c.State == custody.Received {
		err = try("custody.place", custody.Put{Copy: c.ID, Place: cabinet})
	}
	return receipt, err
}

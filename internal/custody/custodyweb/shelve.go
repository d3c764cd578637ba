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
	fresh    []custody.Copy // not labelled, not put away, or without the number that its level must have
	cabinets []custody.Place
	bare     bool // one of them bears no number
	numbered bool // of a level that must have one
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
		if t.State == custody.Ended {
			continue
		}
		bare := t.CopyNo == "" && t.Level.Classified()
		numbered := bare && mustBeNumbered(v, t.Level)
		if t.LabelledAt.IsZero() || t.State == custody.Received || numbered {
			d.fresh, d.bare, d.numbered = append(d.fresh, t.Copy), d.bare || bare, d.numbered || numbered
		}
	}
	if len(d.fresh) > 0 {
		d.cabinets, err = custody.Cabinets(tx)
	}
	return d, err
}

// mustBeNumbered reports whether the law wants 份号 on carriers of a level.
func mustBeNumbered(v counter.Viewer, l term.Level) bool {
	from, ok := v.Law.Param("numbered_from")
	return ok && l.AtLeast(term.Level(from.Text))
}

// waits reports whether one of them is still to be put away.
func (d shelving) waits() bool {
	return slices.ContainsFunc(d.fresh, func(c custody.Copy) bool { return c.State == custody.Received })
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
	if !slices.ContainsFunc(d.cabinets, func(c custody.Place) bool { return c.ID == cabinet }) && d.waits() {
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
	label := custody.LabelCopy{Copy: c.ID}
	if c.CopyNo == "" {
		label.CopyNoUnprinted = f.Get("copy_no_unprinted")
	}
	if c.LabelledAt.IsZero() || label.CopyNoUnprinted != "" {
		if err := try("custody.label", label); err != nil {
			return receipt, err
		}
	}
	if c.State == custody.Received {
		err = try("custody.place", custody.Put{Copy: c.ID, Place: cabinet})
	}
	return receipt, err
}

package documentweb

import (
	"errors"
	"net/http"

	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// maxCode bounds what a scanner or a hand puts into the box.
const maxCode = 200

// scan finds what a code means to the viewer: a copy's label leads to the copy, a receipt number or the issuer's number
// to the document, an envelope's number to its line, the label or name of a place to the place.
// What is unknown or hidden answers alike, and is recorded as a try to see; what is damaged can be nothing here.
func (p pages) scan(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	code := web.Narrow(form.Get("code"))
	if code == "" {
		return refuse.Field("code", "required")
	}
	if len(code) > maxCode {
		return refuse.Field("code", "too_long")
	}
	label, wrong := typed.Label(code)
	if wrong == typed.Misread {
		return p.missed(w, r, http.StatusUnprocessableEntity, wrong)
	}
	to := ""
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		if wrong == "" {
			c, ok, err := document.CarrierByLabel(tx, viewer(v), label)
			if ok {
				to = "/c/" + string(c.ID)
				if !v.Offered("custody.hand_out") {
					to = "/d/" + string(c.Document)
				}
			}
			return err
		}
		id, err := Numbered(tx, p.Index, v, code)
		if err != nil || id != "" {
			to = "/d/" + string(id)
			return err
		}
		if to, err = enveloped(tx, v, code); err != nil || to != "" || p.Place == nil {
			return err
		}
		to, err = p.Place(tx, v, code)
		return err
	})
	if err != nil {
		return err
	}
	if to == "" {
		// The same answer and entry whether the code is unknown or its item hidden.
		_, err := p.Do(r, counter.Try{Act: "page.view", Command: document.ViewPage{Copy: code, Page: "scan"}})
		if err == nil || errors.Is(err, refuse.ErrNotFound) {
			return p.missed(w, r, http.StatusNotFound, typed.LabelNotFound(code))
		}
		return err
	}
	return web.Redirect(w, r, to)
}

// missed says what is wrong with a code by its spelling alone, with the way on: he is in the middle of his work.
func (p pages) missed(w http.ResponseWriter, r *http.Request, status int, wrong string) error {
	said := web.Missed(web.FieldError(r.Context(), refuse.Field("code", wrong), "code"))
	if web.IsFragment(r) {
		return web.Render(w, r, status, said)
	}
	return p.Show(w, r, status, nil, said)
}

// Named is the document that a copy's label or a number names to the viewer; empty when he knows of none.
func Named(tx *store.Tx, index *document.Index, v counter.Viewer, code string) (term.DocumentID, error) {
	label, wrong := typed.Label(code)
	if wrong != "" {
		return Numbered(tx, index, v, code)
	}
	c, ok, err := document.CarrierByLabel(tx, viewer(v), label)
	if err != nil || !ok {
		return "", err
	}
	return c.Document, nil
}

// Numbered looks for a document by its running number or its issuer's number; empty when the viewer knows of none.
func Numbered(tx *store.Tx, index *document.Index, v counter.Viewer, code string) (term.DocumentID, error) {
	if of, year, no, err := term.ParseRegisterNumber(code, v.Now.Year()); err == nil {
		id, ok, err := document.ByNumber(tx, viewer(v), of, year, no)
		if err != nil || ok {
			return id, err
		}
	}
	hits, err := index.Search(tx, viewer(v), document.Query{Words: document.Fold(code)})
	if err != nil {
		return "", err
	}
	before, err := document.BearsOldNumber(tx, hits.Covers, code)
	if err != nil {
		return "", err
	}
	var same, void []document.Cover
	for _, c := range hits.Covers {
		switch {
		case document.Fold(c.DocNo) != document.Fold(code) && !before[c.ID]:
		case c.State == document.Voided:
			void = append(void, c)
		default:
			same = append(same, c)
		}
	}
	if len(same) == 0 { // a voided line stands back where another bears its number
		same = void
	}
	if len(same) != 1 { // of two with one number the scan cannot choose: the search shows both
		return "", nil
	}
	return same[0].ID, nil
}

// enveloped looks for an envelope by the number on its cover, for who registers.
func enveloped(tx *store.Tx, v counter.Viewer, code string) (string, error) {
	if !v.Offered("document.register") {
		return "", nil
	}
	e, ok, err := document.EnvelopeByNo(tx, code)
	if err != nil || !ok {
		return "", err
	}
	if e.Document == "" {
		return "/receive/" + string(e.ID), nil
	}
	list, err := document.CoversOf(tx, viewer(v), []term.DocumentID{e.Document})
	if err != nil || len(list) != 1 {
		return "", err
	}
	return "/d/" + string(e.Document), nil
}

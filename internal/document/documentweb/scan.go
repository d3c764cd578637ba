package documentweb

import (
	"net/http"

	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// maxCode bounds what a scanner or a hand puts into the box.
const maxCode = 200

// scan finds what a code means to the viewer: a copy's label leads to the copy, an envelope's number to its line.
// What is unknown, misread or hidden answers alike, and is recorded as a try to see.
func (p pages) scan(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	code := web.Narrow(form.Get("code"))
	if code == "" || len(code) > maxCode {
		return refuse.ErrNotFound
	}
	to := ""
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		if label, err := term.ParseLabelCode(code); err == nil {
			c, ok, err := document.CarrierByLabel(tx, viewer(v), label)
			if ok {
				to = "/c/" + string(c.ID)
				if !v.Offered("custody.hand_out") {
					to = "/d/" + string(c.Document)
				}
			}
			return err
		}
		if !v.Offered("document.register") {
			return nil
		}
		e, ok, err := document.EnvelopeByNo(tx, code)
		if err != nil || !ok {
			return err
		}
		to = "/receive/" + string(e.ID)
		if e.Document == "" {
			return nil
		}
		list, err := document.CoversOf(tx, viewer(v), []term.DocumentID{e.Document})
		if to = ""; len(list) == 1 {
			to = "/d/" + string(e.Document)
		}
		return err
	})
	if err != nil {
		return err
	}
	if to == "" {
		// The same answer and entry whether the code is unknown or its item hidden.
		_, err := p.Do(r, counter.Try{Act: "page.view", Command: document.ViewPage{Copy: code, Page: "scan"}})
		if err == nil {
			err = refuse.ErrNotFound
		}
		return err
	}
	return web.Redirect(w, r, to)
}

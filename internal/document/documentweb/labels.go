package documentweb

import (
	"net/http"

	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
)

// labelsForm is the choice of paper for the labels of an item, with what was wrong with the last one.
type labelsForm struct {
	item
	Paper, First string
	Err          error
}

// labelsPage lets the paper be chosen, and the place on a sheet that was begun.
func (p pages) labelsPage(w http.ResponseWriter, r *http.Request) error {
	return p.showLabels(w, r, http.StatusOK, labelsForm{First: "1"})
}

func (p pages) showLabels(w http.ResponseWriter, r *http.Request, status int, f labelsForm) error {
	id := term.DocumentID(r.PathValue("id"))
	me, err := p.me(r)
	if err != nil {
		return err
	}
	if err := p.mayView(r, me, id, "document"); err != nil {
		return err
	}
	if err := p.Business(r, func(tx *store.Tx, v counter.Viewer) error { return p.readItem(r.Context(), tx, v, id, &f.item, false) }); err != nil {
		return err
	}
	if !f.keeps || !f.v.Offered("document.print") || f.Cover.State == document.Voided {
		return refuse.ErrNotFound
	}
	return p.Show(w, r, status, nil, labelsView(f))
}

package documentweb

import (
	"context"
	"math"
	"net/http"
	"net/url"
	"strconv"

	"jiyao/internal/document"
	"jiyao/internal/paper"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
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

// chosenLabels reads the paper and the first place; nothing given is the first paper and its first place.
func chosenLabels(form url.Values) (paper.LabelPaper, int, error) {
	on, ok := paper.LabelPaperNamed(form.Get("paper"))
	if !ok {
		return on, 1, refuse.Field("paper", "not_in_list")
	}
	first := 1
	if text := form.Get("first"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > on.Places() {
			return on, 1, &refuse.Invalid{Fields: []refuse.FieldError{{Field: "first", Code: "out_of_range", Args: map[string]string{"min": "1", "max": strconv.Itoa(on.Places())}}}}
		}
		first = n
	}
	return on, first, nil
}

func labelPapers(ctx context.Context) []web.Option {
	out := make([]web.Option, len(paper.LabelPapers))
	for i, l := range paper.LabelPapers {
		key := "labels.sheet"
		if l.Roll {
			key = "labels.roll"
		}
		out[i] = web.Option{Value: l.Name, Label: web.T(ctx, key, "columns", l.Columns, "rows", l.Rows, "width", millimetres(l.Width), "height", millimetres(l.Height))}
	}
	return out
}

// millimetres to a tenth, as on the boxes: 63.5, 37.1, 70.
func millimetres(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

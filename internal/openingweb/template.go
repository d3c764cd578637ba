package openingweb

import (
	"bytes"
	"fmt"
	"net/http"

	"jiyao/internal/locale"
	"jiyao/internal/procedure"
	"jiyao/internal/refuse"
	"jiyao/internal/sheet"
	"jiyao/internal/store"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// template gives an empty workbook for a book: its heads, and beside it how each column is filled in.
func (p *pages) template(w http.ResponseWriter, r *http.Request) error {
	var who counter.Viewer
	if err := p.officer(r, func(_ *store.Tx, v counter.Viewer) error { who = v; return nil }); err != nil {
		return err
	}
	book := r.PathValue("book")
	fields := procedure.OpeningTemplate(book)
	if fields == nil {
		return refuse.ErrNotFound
	}
	ctx := web.WithTongue(r.Context(), locale.Zh, who.Now, nil)
	empty := sheet.Sheet{Name: web.T(ctx, "opening_book."+book)}
	help := sheet.Sheet{Name: web.T(ctx, "opening.template.help"), Columns: []sheet.SheetColumn{
		{Title: web.T(ctx, "opening.template.column"), Width: 16}, {Title: web.T(ctx, "opening.template.required"), Width: 8}, {Title: web.T(ctx, "opening.template.how"), Width: 90},
	}}
	for _, f := range fields {
		empty.Columns = append(empty.Columns, sheet.SheetColumn{Title: f.Heads[0], Width: 16})
		must := ""
		if f.Required {
			must = web.T(ctx, "opening.template.must")
		}
		help.Rows = append(help.Rows, []string{f.Heads[0], must, web.T(ctx, "opening.help."+f.Name)})
	}
	var b bytes.Buffer
	if err := sheet.Write(&b, empty, help); err != nil {
		return fmt.Errorf("write the template: %w", err)
	}
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", `attachment; filename="opening-`+book+`.xlsx"`)
	_, _ = w.Write(b.Bytes()) // the reader went away
	return nil
}

package openingweb

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"

	"jiyao/internal/locale"
	"jiyao/internal/paper"
	"jiyao/internal/procedure"
	"jiyao/internal/refuse"
	"jiyao/internal/sheet"
	"jiyao/internal/web"
)

// shownFaults is how many lines with faults stand on the page; the report has all that were kept.
const shownFaults = 200

// report gives all lines that are left out, as a workbook or on paper.
func (p *pages) report(w http.ResponseWriter, r *http.Request) error {
	d, err := p.find(r)
	if err != nil {
		return err
	}
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	if d.Batch == nil || d.Stage == stageMap {
		return refuse.ErrNotFound
	}
	ctx := web.In(r.Context(), locale.Zh)
	say := explained(ctx, d)
	var rows [][]string
	for _, part := range []struct {
		kind string
		n    int
		list []procedure.OpeningFault
	}{{web.T(ctx, "opening.what"), d.Run.Wrong, d.Run.Faults}, {web.T(ctx, "opening.left"), d.Run.Left, d.Run.Gone}, {web.T(ctx, "opening.warning"), d.Run.Warned, d.Run.Warns}} {
		for _, f := range part.list {
			s := say(f)
			rows = append(rows, []string{strconv.Itoa(s.Line), part.kind, s.text(ctx)})
		}
		if more := part.n - len(part.list); more > 0 {
			rows = append(rows, []string{"", part.kind, web.T(ctx, "opening.not_listed", "n", more)})
		}
	}
	heads := []string{web.T(ctx, "opening.line"), web.T(ctx, "opening.kind"), web.T(ctx, "opening.said")}
	var b bytes.Buffer
	kind, how, name := "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "attachment", "opening-report.xlsx"
	if q.Get("as") == "pdf" {
		kind, how, name = "application/pdf", "inline", "opening-report.pdf"
		f := paper.RegisterForm{
			Title: web.T(ctx, "opening.report"), Columns: []paper.Column{{Title: heads[0], Width: 1}, {Title: heads[1], Width: 1}, {Title: heads[2], Width: 8, Left: true}},
			Lead:       []string{d.Batch.Name, web.T(ctx, "opening.sum", "lines", d.Run.Lines, "good", d.Run.Good, "already", d.Run.Already, "wrong", d.Run.Wrong, "left", d.Run.Left), web.T(ctx, "opening.warned", "n", d.Run.Warned), web.T(ctx, "opening.digest", "digest", d.Batch.Digest)},
			Signatures: []string{web.T(ctx, "opening.officer"), web.T(ctx, "opening.director")},
			Frame:      paper.Frame{Office: p.Frame(w, r).Office, FormNo: web.T(ctx, "opening.report"), PrintedBy: d.Viewer.People.Name(d.Viewer.Actor.Person), PrintedAt: d.Viewer.Now, Stamp: true},
		}
		for _, row := range rows {
			f.Rows = append(f.Rows, paper.Row{Texts: row})
		}
		err = paper.Register(&b, f)
	} else {
		err = sheet.Write(&b, sheet.Sheet{Name: web.T(ctx, "opening.report"), Columns: []sheet.SheetColumn{{Title: heads[0], Width: 10}, {Title: heads[1], Width: 10}, {Title: heads[2], Width: 80}}, Rows: rows})
	}
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", how+`; filename="`+name+`"`)
	_, _ = w.Write(b.Bytes()) // the reader went away
	return nil
}

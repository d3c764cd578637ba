package openingweb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"jiyao/internal/locale"
	"jiyao/internal/paper"
	"jiyao/internal/procedure"
	"jiyao/internal/refuse"
	"jiyao/internal/sheet"
	"jiyao/internal/web"
)

// shownFaults is how many lines with faults stand on the page; the report has all that were kept.
const shownFaults = 200

// said is one line with what is wrong with it, in words.
type said struct {
	Line int
	What string
}

// explained gives the sentences for lines that are left out.
func (p *pages) explained(ctx context.Context) func(procedure.OpeningFault) said {
	return func(f procedure.OpeningFault) said {
		var out []string
		for _, e := range f.Entry.Faults {
			out = append(out, cellFault(ctx, e))
		}
		var refusal *refuse.Refusal
		switch at := refuse.AtFields(f.Err); {
		case f.Err == nil:
		case at != nil:
			for _, e := range at.Fields {
				out = append(out, web.T(ctx, "opening.at", "column", web.T(ctx, "opening.field."+field(e.Field)), "what", web.FieldError(ctx, f.Err, e.Field)))
			}
		case errors.As(f.Err, &refusal):
			out = append(out, asked(ctx, refusal)...)
		default:
			out = append(out, web.T(ctx, "opening.conflict"))
		}
		return said{f.Line, strings.Join(out, web.T(ctx, "registers.semicolon"))}
	}
}

// asked are the sentences for a refusal: what a clause asks to be filled in, and which clauses forbid the rest.
func asked(ctx context.Context, refusal *refuse.Refusal) []string {
	var out, clauses []string
	for _, v := range refusal.Violations {
		of := slices.DeleteFunc(slices.Clone(v.Fields), func(f string) bool { return field(f) == "other" })
		chip := web.ChipOf(ctx, v.Clause)
		if len(of) == 0 && !slices.Contains(clauses, chip) {
			clauses = append(clauses, chip)
		}
		for _, f := range of {
			if said := web.T(ctx, "opening.asked", "column", web.T(ctx, "opening.field."+field(f)), "clause", chip); !slices.Contains(out, said) {
				out = append(out, said)
			}
		}
	}
	if len(clauses) > 0 {
		out = append(out, web.T(ctx, "opening.refused", "clauses", strings.Join(clauses, web.T(ctx, "list.separator"))))
	}
	return out
}

// field is the name of a field that has a word; any other is a part of the line that its maker did not name.
func field(name string) string {
	for _, f := range procedure.OpeningFields {
		if f.Name == name {
			return name
		}
	}
	if name == "content_kinds" || name == "described" { // said by the kind of carrier
		return "medium"
	}
	return "other"
}

// cellFault is what is wrong with a cell, or with the file.
func cellFault(ctx context.Context, e sheet.LineError) string {
	args := []any{}
	for k, v := range e.Args {
		if n, err := strconv.ParseInt(v, 10, 64); err == nil && e.Code == sheet.TooLarge {
			v = fmt.Sprintf("%d MB", n>>20)
		}
		args = append(args, k, v)
	}
	key := "list.code." + e.Code
	if own := "opening.code." + e.Code; web.Tongue(ctx).Has(own) {
		key = own
	}
	if e.Line == 0 && e.Code == sheet.BadFormat {
		key = "opening.bad_file"
	}
	what := web.T(ctx, key, args...)
	if e.Column == "" {
		return what
	}
	return web.T(ctx, "opening.at", "column", e.Column, "what", what)
}

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
	say := p.explained(ctx)
	var rows [][]string
	for _, f := range d.Run.Faults {
		s := say(f)
		rows = append(rows, []string{strconv.Itoa(s.Line), s.What})
	}
	heads := []string{web.T(ctx, "opening.line"), web.T(ctx, "opening.what")}
	var b bytes.Buffer
	kind, how, name := "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "attachment", "opening-report.xlsx"
	if q.Get("as") == "pdf" {
		kind, how, name = "application/pdf", "inline", "opening-report.pdf"
		f := paper.RegisterForm{
			Title: web.T(ctx, "opening.report"), Columns: []paper.Column{{Title: heads[0], Width: 1}, {Title: heads[1], Width: 8, Left: true}},
			Lead:       []string{d.Batch.Name, web.T(ctx, "opening.sum", "lines", d.Run.Lines, "good", d.Run.Good, "already", d.Run.Already, "wrong", d.Run.Wrong), web.T(ctx, "opening.digest", "digest", d.Batch.Digest)},
			Signatures: []string{web.T(ctx, "opening.officer"), web.T(ctx, "opening.director")},
			Frame:      paper.Frame{Office: p.Frame(w, r).Office, FormNo: web.T(ctx, "opening.report"), PrintedBy: d.Viewer.People.Name(d.Viewer.Actor.Person), PrintedAt: d.Viewer.Now, Stamp: true},
		}
		for _, row := range rows {
			f.Rows = append(f.Rows, paper.Row{Texts: row})
		}
		err = paper.Register(&b, f)
	} else {
		err = sheet.Write(&b, sheet.Sheet{Name: web.T(ctx, "opening.report"), Columns: []sheet.SheetColumn{{Title: heads[0], Width: 10}, {Title: heads[1], Width: 80}}, Rows: rows})
	}
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", how+`; filename="`+name+`"`)
	_, _ = w.Write(b.Bytes()) // the reader went away
	return nil
}

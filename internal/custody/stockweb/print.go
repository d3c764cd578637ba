package stockweb

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/custody"
	"jiyao/internal/locale"
	"jiyao/internal/paper"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// maxSheet is the most lines of a printed sheet; the register gives the others.
const maxSheet = 5000

// sheet is a count as it is printed.
type sheet struct {
	custody.Taking
	v        counter.Viewer
	lines    []custody.Counted
	names    map[term.PlaceID]string
	register string // under whose name the regulations know it
}

// print gives the sheet of a closed count (盘点表) on A4. What was not recorded as printed is not printed.
func (p pages) print(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Form(r)
	if err != nil {
		return err
	}
	var s sheet
	if err := p.see(r, func(tx *store.Tx, v counter.Viewer) error { return s.read(r, tx, v) }); err != nil {
		return err
	}
	top := term.Level("")
	for _, l := range s.lines {
		if l.Copy != "" && (top == "" || l.Piece.Level.Above(top)) {
			top = l.Piece.Level
		}
	}
	regime := s.v.Law.Regimes()[0]
	asked, err := json.Marshal(map[string]any{"register": s.register, "lines": len(s.lines), "level": top, "regime": regime})
	if err != nil {
		return fmt.Errorf("spell what is printed: %w", err)
	}
	receipt, err := p.Do(r, counter.Try{Act: "document.print", Command: json.RawMessage(asked), Form: raw})
	if err != nil {
		return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
			return p.takingPage(w, r, status, problem, taking{})
		})
	}
	f := s.form(web.WithTongue(r.Context(), locale.Zh, s.v.Now, nil))
	f.Frame.Mark, f.Frame.PrintNo, f.Frame.Office = regime.Mark(top, ""), string(receipt.Reference), p.Frame(w, r).Office
	if p.Checkpoint != nil {
		f.Frame.Checkpoint, f.Frame.Root = p.Checkpoint()
	}
	var b bytes.Buffer
	if err := paper.Register(&b, f); err != nil {
		return fmt.Errorf("print the sheet of a count: %w", err)
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="count-`+string(receipt.Reference)+`.pdf"`)
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	_, _ = w.Write(b.Bytes()) // the reader went away: the print is recorded all the same
	return nil
}

func (s *sheet) read(r *http.Request, tx *store.Tx, v counter.Viewer) error {
	s.v = v
	id, err := counter.PathID[term.CountID](r)
	if err != nil {
		return err
	}
	if s.Taking, err = custody.TakingOf(tx, viewer(v), id); err != nil {
		return err
	}
	for _, b := range v.Law.Readable(v.Posts) { // the register of counts that he may read
		if b.Source == "counts" && s.register == "" {
			s.register = b.Name
		}
	}
	if s.IsOpen() || s.register == "" {
		return refuse.ErrNotFound
	}
	if s.names, err = custody.PlaceNames(tx); err != nil {
		return err
	}
	s.lines, err = s.Counted(tx, viewer(v), append([]string{"found"}, offResults...), maxSheet)
	slices.SortStableFunc(s.lines, func(a, b custody.Counted) int {
		return strings.Compare(s.names[a.Belongs]+string(a.Piece.Label), s.names[b.Belongs]+string(b.Piece.Label))
	})
	return err
}

// form lays the sheet out: its figures above, a line for each piece, who counted and who checked below.
func (s sheet) form(ctx context.Context) paper.RegisterForm {
	name := s.v.People.Name
	f := paper.RegisterForm{
		Title: web.T(ctx, "count.sheet"),
		Lead: []string{
			web.T(ctx, "count.sheet_what", "what", whatOf(ctx, s.StockCount, s.names), "from", web.Tongue(ctx).DateTime(s.OpenedAt), "to", web.Tongue(ctx).DateTime(s.ClosedAt)),
			web.T(ctx, "count.sheet_figures", "expected", s.Expected, "found", s.Found, "missing", s.Missing, "elsewhere", s.Elsewhere, "extra", s.Extra),
		},
		Columns: []paper.Column{
			{Title: web.T(ctx, "count.column.piece"), Width: 24}, {Title: web.T(ctx, "column.level"), Width: 12}, {Title: web.T(ctx, "label.copy_no"), Width: 14},
			{Title: web.T(ctx, "count.column.belongs"), Width: 20}, {Title: web.T(ctx, "count.column.result"), Width: 16}, {Title: web.T(ctx, "count.column.counted"), Width: 18},
		},
		Signatures: []string{web.T(ctx, "label.counted_by") + " " + name(s.CountedBy), web.T(ctx, "label.checked_by") + " " + name(s.CheckedBy)},
		Frame:      paper.Frame{FormNo: web.T(ctx, "count.sheet"), PrintedBy: name(s.v.Actor.Person), PrintedAt: s.v.Now, Stamp: true},
	}
	for _, l := range s.lines {
		row := []string{cut(l.Code), "", "", "", web.T(ctx, "count_result."+l.Result), name(l.CountedBy)}
		if l.Copy != "" {
			d := taking{v: s.v, names: s.names}
			row[0], row[1], row[2], row[3] = string(l.Piece.Label), string(l.Piece.Level), l.Piece.OwnNo(), d.belongs(ctx, l)
		}
		f.Rows = append(f.Rows, paper.Row{Texts: row})
	}
	return f
}

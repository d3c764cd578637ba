package disposalweb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"jiyao/internal/disposal"
	"jiyao/internal/locale"
	"jiyao/internal/paper"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// sources are the registers in which the lists of each kind stand.
var sources = map[string]string{disposal.Return: "returns", disposal.Transfer: "transfers", disposal.Archive: "transfers", disposal.Destruction: "destructions"}

// print gives a list on A4. It is recorded as a print of the register in which the list stands.
func (p pages) print(base string) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		raw, err := web.Form(r)
		if err != nil {
			return err
		}
		var d list
		if err := p.read(r, base, &d); err != nil {
			return err
		}
		name := registerOf(d.v, d.Kind)
		if name == "" {
			return refuse.ErrNotFound
		}
		top := highest(d.Lines)
		asked, err := json.Marshal(map[string]any{"register": name, "lines": len(d.Lines), "level": top.Level, "regime": top.Regime})
		if err != nil {
			return fmt.Errorf("spell what is printed: %w", err)
		}
		receipt, err := p.Do(r, counter.Try{Act: "document.print", Command: json.RawMessage(asked), Form: raw})
		if err != nil {
			return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
				return p.listPage(w, r, base, status, problem, list{})
			})
		}
		f := d.form(web.WithTongue(r.Context(), locale.Zh, d.v.Now, nil), p.Frame(w, r).Office)
		f.Frame.Mark, f.Frame.PrintNo = top.Regime.Mark(top.Level, ""), string(receipt.Reference)
		if p.Checkpoint != nil {
			f.Frame.Checkpoint, f.Frame.Root = p.Checkpoint()
		}
		var b bytes.Buffer
		if err := paper.Register(&b, f); err != nil {
			return fmt.Errorf("print a list: %w", err)
		}
		w.Header().Set("Content-Type", "application/pdf")
		w.Header().Set("Content-Disposition", `inline; filename="list-`+string(receipt.Reference)+`.pdf"`)
		w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
		_, _ = w.Write(b.Bytes()) // the reader went away: the print is recorded all the same
		return nil
	}
}

// registerOf is the register in which lists of a kind stand, as far as the viewer may see it.
func registerOf(v counter.Viewer, kind string) string {
	for _, b := range v.Law.Readable(v.Posts) {
		if b.Source == sources[kind] {
			return b.Name
		}
	}
	return ""
}

// highest is the line of the highest level.
func highest(lines []disposal.ShownLine) (top disposal.Line) {
	for _, l := range lines {
		if top.Level == "" || l.Level.Above(top.Level) {
			top = l.Line
		}
	}
	if top.Regime == "" {
		top.Regime = term.RegimeState
	}
	return top
}

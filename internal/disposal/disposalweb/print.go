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
	"jiyao/internal/store"
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
		name := ""
		for _, b := range d.v.Law.Readable(d.v.Posts) {
			if b.Source == sources[d.Kind] && name == "" {
				name = b.Name
			}
		}
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

// certified is the page of a certificate.
type certified struct {
	disposal.Certificate
	v counter.Viewer
}

// certificate shows what was destroyed by a list, who was there, and by which entries of the ledger that can be checked.
func (p pages) certificate(w http.ResponseWriter, r *http.Request) error {
	var d certified
	err := p.see(r, func(tx *store.Tx, v counter.Viewer) error {
		d.v = v
		id, err := counter.PathID[term.DisposalListID](r)
		if err != nil {
			return err
		}
		d.Certificate, err = disposal.CertificateOf(tx, viewer(v), p.Proofs, id)
		return err
	})
	if err != nil {
		return err
	}
	return p.Show(w, r, http.StatusOK, nil, certificatePage(d))
}

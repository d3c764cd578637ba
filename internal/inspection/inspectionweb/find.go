package inspectionweb

import (
	"net/http"

	"github.com/a-h/templ"

	"jiyao/internal/inspection"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// finding is the form on which somebody says what he found.
type finding struct {
	v     counter.Viewer
	staff []counter.Staff
	key   string
	form  typed.Form
	err   error
}

func (p *pages) findPage(w http.ResponseWriter, r *http.Request) error {
	return p.showFind(w, r, http.StatusOK, nil, finding{})
}

func (p *pages) showFind(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d finding) error {
	var err error
	if d.key, err = p.Key(); err != nil {
		return err
	}
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) (err error) {
		d.v = v
		d.staff, err = p.Staff(tx)
		return err
	})
	if err != nil {
		return err
	}
	return p.Show(w, r, status, problem, findForm(d))
}

func (p *pages) find(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	f := typed.Form(raw)
	var bad refuse.Invalid
	cmd := inspection.Find{
		What: f.Text("what"), Place: f.Text("place"), Owner: term.PersonID(f.Get("owner")), FixBy: f.Day("fix_by", &bad),
	}
	if cmd.Owner == "" {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "owner", Code: "required"})
	}
	err = p.Business(r, func(_ *store.Tx, v counter.Viewer) error {
		var several bool
		if cmd.ClauseBreached, several = meant(v.Law, web.Narrow(f.Get("clause"))); several {
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: "clause_breached", Code: "several_clauses"})
		}
		return nil
	})
	if err != nil {
		return err
	}
	receipt, err := p.Do(r, counter.Try{Act: "inspection.find", Command: cmd, Form: raw, Bad: bad})
	if err == nil {
		return p.Done(w, r, "/findings/"+receipt.Subject, "done.inspection.find", receipt)
	}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.showFind(w, r, status, problem, finding{form: f, err: err})
	})
}

// meant is the clause that was typed by its id, or as its chip shows it. Several may share a chip: which of them was
// breached is for the finder to say.
func meant(law *regulation.Law, typed string) (clause term.Clause, several bool) {
	for _, p := range law.Packs() {
		for _, c := range p.Clauses {
			if law.Adopted(c.ID) && typed == p.Mark+"-"+c.ID.Number() {
				if clause != "" {
					return clause, true
				}
				clause = c.ID
			}
		}
	}
	if clause == "" {
		clause = term.Clause(typed)
	}
	return clause, false
}

// clauses are those that are adopted, to choose from.
func (d finding) clauses() []web.Option {
	var out []web.Option
	for _, p := range d.v.Law.Packs() {
		for _, c := range p.Clauses {
			if d.v.Law.Adopted(c.ID) {
				out = append(out, web.Option{Value: string(c.ID), Label: p.Mark + "-" + c.ID.Number() + "　" + short(c.Text)})
			}
		}
	}
	return out
}

// short is the beginning of a text.
func short(s string) string {
	const most = 20
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

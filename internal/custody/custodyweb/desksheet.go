package custodyweb

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// unsheeted are the pieces on the desk that wait for their sheet of measures.
func (d desk) unsheeted() (out []piece) {
	for _, x := range d.pieces {
		if x.asks() && waitsForSheet(x.verdict) && d.v.Offered(signsSheet) {
			out = append(out, x)
		}
	}
	return out
}

// sheetOf is the sheet that such a piece waits for, with the lines of the measures that were chosen.
func (d desk) sheetOf(x piece) counter.Sheet {
	x.kept = d.Form
	return x.chosen()
}

// measureAll signs one sheet for each piece that waits for one, answered and signed once for all of them.
func (p pages) measureAll(w http.ResponseWriter, r *http.Request, d loans) error {
	look := d.desk
	if err := p.Business(r, func(tx *store.Tx, v counter.Viewer) error { return p.fillDesk(tx, v, &look) }); err != nil {
		return err
	}
	p.judge(r.Context(), &look)
	waits := look.unsheeted()
	if len(waits) > 1 && d.Form.Get("own"+web.FieldHow) == "code" { // good for one
		d.Err = &refuse.Invalid{Fields: []refuse.FieldError{{Field: "own" + web.FieldHow, Code: "one_only"}}}
		return p.showLoans(w, r, http.StatusUnprocessableEntity, nil, d, "")
	}
	no := false
	for _, x := range waits {
		var bad refuse.Invalid
		x.kept = d.Form
		cmd := x.answered(x.ID, d.Form, &bad)
		if d.Err = p.signSheet(r, look, cmd, bad); d.Err != nil {
			return p.Again(r, d.Err, p.Explain, func(problem templ.Component, status int) error {
				return p.showLoans(w, r, status, problem, d, "")
			})
		}
		no = no || answeredNo(cmd.Lines)
	}
	ctx := r.Context()
	note := web.Note{Kind: "ok", Lead: web.T(ctx, "done.custody.sheet_sign"), Text: web.T(ctx, "measures.go_on")}
	if no {
		note = web.Note{Kind: "no", Lead: web.T(ctx, "done.custody.sheet_no")}
	}
	d.signing = !no
	return p.showLoans(w, r, http.StatusOK, web.NoteBox(note), d, "")
}

// signSheet is the viewer's own signature on a sheet. The lines of the desk's form that belong to the loan are no part of it.
func (p pages) signSheet(r *http.Request, d desk, cmd custody.SignSheet, bad refuse.Invalid) error {
	form := map[string][]string{}
	for name, values := range d.Form {
		if strings.HasPrefix(name, "own") {
			form[name] = values
		}
	}
	if key := d.Form.Get(counter.FieldKey); key != "" {
		form[counter.FieldKey] = []string{key + "-" + string(cmd.Copy)}
	}
	_, err := p.Do(r, counter.Try{Act: signsSheet, Command: cmd, Form: form, Bad: bad,
		Signs: []counter.Role{{Name: "actor", Person: d.v.Actor.Person, Account: d.v.Actor.Account, Prefix: "own"}}})
	return err
}

package custodyweb

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/checklist"
	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// signsSheet is the act that signs the sheet which a change of hands waits for.
const signsSheet = "custody.sheet_sign"

// onTheWay are the forms of the page whose acts may wait for a sheet of measures.
var onTheWay = []string{"hand-out", "lend", "send", "carry-out"}

// measuring is the sheet of measures that the acts on a copy wait for, as the law in force has it.
type measuring struct {
	sheet  counter.Sheet
	signed checklist.Sheet // by the viewer, and no act has used it yet; the zero value: none
	then   string          // the form that waits for it
	kept   typed.Form      // what was typed there
}

// asks reports whether the acts on the copy wait for a sheet.
func (m measuring) asks() bool { return len(m.sheet.Lines) > 0 }

// confirmed are the measures that the signed sheet answers with yes.
func (m measuring) confirmed() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(m.signed.Lines)), func(line string) bool { return m.signed.Lines[line] != "yes" })
}

// measuresOf finds the sheet in the law: one that measures choose the lines of, where the law wants measures of the copy.
func (d carrier) measuresOf(tx *store.Tx) (measuring, error) {
	for _, which := range onTheWay {
		name := d.actOf(which)
		wanted := slices.ContainsFunc(d.v.Law.Wants(name, d.asking(which).Given), func(w regulation.Want) bool { return w.Field == "measures" })
		for _, gate := range d.v.Law.Gates(name) {
			if !wanted || gate.Chosen != "measures" || gate.Signs != signsSheet {
				continue
			}
			sheet, ok := counter.SheetOf(d.v.Law, gate.Name, d.v.Posts)
			if !ok {
				continue
			}
			var by term.PersonID
			if gate.Own {
				by = d.v.Actor.Person
			}
			signed, _, err := checklist.Unserved(tx, gate.Name, string(d.ID), by)
			return measuring{sheet: sheet, signed: signed}, err
		}
	}
	return measuring{}, nil
}

// chosen narrows the sheet to the measures that were chosen where it is missing; all of it where none was.
func (m measuring) chosen() counter.Sheet {
	s := m.sheet
	if picked := m.kept.List("measures"); len(picked) > 0 {
		s.Lines = slices.DeleteFunc(slices.Clone(s.Lines), func(l counter.SheetLine) bool { return !slices.Contains(picked, l.Name) })
	}
	if len(s.Lines) == 0 {
		return m.sheet
	}
	return s
}

// answered is the sheet as a form answers it: of the measures that were chosen where it is missing, else of those that have an answer.
func (m measuring) answered(id term.CopyID, f typed.Form, bad *refuse.Invalid) custody.SignSheet {
	lines, measures := m.chosen().Answers(f, bad), m.kept.List("measures")
	if len(measures) == 0 {
		measures = slices.Sorted(maps.Keys(lines))
	}
	return custody.SignSheet{Sheet: m.sheet.Name, Copy: id, Measures: measures, Lines: lines}
}

// keptPrefix marks the fields of a form that waits for another one.
const keptPrefix = "kept."

// keeps are the fields of a form that come back once the sheet is signed: no secret, and no key that was used.
func keeps(f typed.Form) typed.Form {
	out := typed.Form{}
	for name, values := range f {
		if strings.HasPrefix(name, keptPrefix) || strings.HasSuffix(name, web.FieldSecret) || strings.HasSuffix(name, web.FieldHow) ||
			name == counter.FieldKey || name == typed.FieldRev {
			continue
		}
		out[name] = values
	}
	return out
}

// unkept reads such fields out of the form that carried them.
func unkept(f typed.Form) typed.Form {
	out := typed.Form{}
	for name, values := range f {
		if bare, ok := strings.CutPrefix(name, keptPrefix); ok {
			out[bare] = values
		}
	}
	return keeps(out)
}

// waitsForSheet reports whether an act was refused since its sheet is not signed, or not with yes.
func waitsForSheet(err error) bool {
	var ref *refuse.Refusal
	return errors.As(err, &ref) && slices.ContainsFunc(ref.Violations, func(v refuse.Violation) bool { return v.Remedy.Step == signsSheet })
}

// measure signs the sheet and leads back to the form that waits for it, with what was typed there.
func (p pages) measure(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	id, f := term.CopyID(r.PathValue("copy")), typed.Form(raw)
	var d carrier
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		d.v = v
		var err error
		if d.Carrier, err = custody.Find(tx, viewer(v), id); err != nil {
			return err
		}
		d.measuring, err = d.measuresOf(tx)
		return err
	})
	if err != nil {
		return p.hidden(r, string(id), err)
	}
	if !d.asks() {
		return refuse.ErrNotFound // no adopted pack asks for it
	}
	then, kept := f.Get("then"), unkept(f)
	if !slices.Contains(onTheWay, then) {
		then, kept = "", nil
	}
	d.kept = kept
	var bad refuse.Invalid
	cmd := d.answered(id, f, &bad)
	receipt, err := p.Do(r, counter.Try{
		Act: signsSheet, Command: cmd, Form: raw, Bad: bad,
		Signs: []counter.Role{{Name: "actor", Person: d.v.Actor.Person, Account: d.v.Actor.Account, Prefix: "own"}},
	})
	if err != nil {
		return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
			again := carrier{Tried: typed.Tried{Which: "measures", Form: f, Err: err}}
			again.then, again.kept = then, kept
			return p.carrierPage(w, r, status, problem, again)
		})
	}
	switch {
	case answeredNo(cmd.Lines):
		return p.Done(w, r, "/c/"+string(id), "done.custody.sheet_no", receipt)
	case then == "":
		return p.Done(w, r, "/c/"+string(id), "done.custody.sheet_sign", receipt)
	}
	ctx := r.Context()
	note := web.NoteBox(web.Note{Kind: "ok", Lead: web.T(ctx, "done.custody.sheet_sign"), Text: web.T(ctx, "measures.go_on")})
	return p.carrierPage(w, r, http.StatusOK, note, carrier{Tried: typed.Tried{Which: then, Form: kept}, opens: then})
}

// measureOptions are the measures that may be chosen in a form: those the law takes, else all there are. What is confirmed
// is chosen to begin with.
func (d carrier) measureOptions(ctx context.Context, which string) []web.Option {
	out := counter.Measures(ctx, d.v.Law, d.actOf(which))
	for i, o := range out {
		out[i].On = d.In(which).Has("measures", o.Value) || d.In(which) == nil && slices.Contains(d.confirmed(), o.Value)
	}
	return out
}

package documentweb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/document"
	"jiyao/internal/locale"
	"jiyao/internal/paper"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// slipPage shows the 收文处理签 as it will be printed.
func (p pages) slipPage(w http.ResponseWriter, r *http.Request) error {
	id := term.DocumentID(r.PathValue("id"))
	me, err := p.me(r)
	if err != nil {
		return err
	}
	if err := p.mayView(r, me, id, "slip"); err != nil {
		return err
	}
	d, form, err := p.readSlip(r, id, false)
	if err != nil {
		return withoutSlip(w, r, id, err)
	}
	f := p.Frame(w, r)
	form.Frame.Office = f.Office
	return web.Render(w, r, http.StatusOK, web.Within(web.Bare(f), slipPage(d, form)))
}

var errNoSlip = errors.New("no processing slip yet")

// withoutSlip sends who keeps the register to where the slip is made; any other error stays.
func withoutSlip(w http.ResponseWriter, r *http.Request, id term.DocumentID, err error) error {
	if !errors.Is(err, errNoSlip) {
		return err
	}
	http.Redirect(w, r, "/d/"+string(id), http.StatusSeeOther) //nolint:gosec // G710: an item that he has just seen
	return nil
}

// readSlip reads what a slip says; errNoSlip while none was made.
func (p pages) readSlip(r *http.Request, id term.DocumentID, unmask bool) (item, paper.SlipForm, error) {
	var d item
	var form paper.SlipForm
	err := p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		if err := p.readItem(r.Context(), tx, v, id, &d, unmask); err != nil {
			return err
		}
		switch {
		case !d.keeps:
			return refuse.ErrNotFound
		case d.Slip == nil:
			return errNoSlip
		}
		var err error
		form, err = p.slipForm(r.Context(), tx, d)
		return err
	})
	return d, form, err
}

func (p pages) slipForm(ctx context.Context, tx *store.Tx, d item) (paper.SlipForm, error) {
	ctx = web.WithTongue(ctx, locale.Zh, d.now, nil) // the form is Chinese whatever the page around it is
	name, c := d.v.People.Name, d.Cover
	title := c.Name()
	if c.Masked {
		title = web.T(ctx, "mask.title")
	}
	f := paper.SlipForm{
		Frame: paper.Frame{
			Mark: mark(c), Urgency: string(c.Urgency), CopyNos: copyRange(d.Carriers), Serial: []string{document.Number(c.Document)},
			FormNo: document.Number(c.Document), PrintedBy: name(d.v.Actor.Person), PrintedAt: d.now,
		},
		Issuer: c.Issuer, DocNumber: c.DocNo, Title: title, ReceivedAt: c.ReceivedAt,
		Copies: strconv.Itoa(c.Copies) + "份，每份" + strconv.Itoa(c.Pages) + "页", Attachments: strconv.Itoa(c.Attachments), Channel: counter.Words(ctx, "channel.", c.Channel),
		Registrar: name(c.RegisteredBy), Unit: name(c.Handler), Result: d.Result, ClosedAt: c.CompletedAt,
	}
	if p.Checkpoint != nil {
		f.Frame.Checkpoint, f.Frame.Root = p.Checkpoint()
	}
	if len(d.Carriers) > 0 {
		f.Label = d.Carriers[0].Label
	}
	if d.Opinion != nil {
		f.Opinions = []paper.Note{{Text: d.OpinionText, By: name(d.Opinion.By), At: d.Opinion.At}}
	}
	limit, err := document.CircleBy(tx, d.v.Law, d.Cover.ID)
	if err != nil {
		return f, err
	}
	if o := d.Opinion; o != nil && !o.ReadBy.IsZero() && (limit.IsZero() || o.ReadBy.Before(limit.At)) {
		limit = calendar.Deadline{At: o.ReadBy}
	}
	f.CirculationLimit = until(limit)
	for _, i := range d.Instructions {
		f.Instructions = append(f.Instructions, paper.Note{Text: i.Words, By: name(i.By), At: i.At})
		times := map[term.PersonID]int{} // each handler is chased for the first time
		for _, ch := range i.Chases {
			times[ch.To]++
			f.Reminders = append(f.Reminders, paper.Reminder{At: ch.At, No: times[ch.To], To: name(ch.To), By: name(ch.By)})
		}
	}
	for _, t := range d.Turns {
		f.Readings = append(f.Readings, reading(t, name))
	}
	if c.Disposition != "" {
		for _, way := range term.Closed("disposition") {
			f.Disposals = append(f.Disposals, paper.Choice{Text: counter.Words(ctx, "disposition.", way), Chosen: way == c.Disposition})
		}
	}
	for _, form := range d.v.Law.Reports("slips") { // the regulation names the parts of its form
		for _, part := range paper.SlipParts {
			if slices.Contains(form.Columns, part) && !slices.Contains(f.Parts, part) {
				f.Parts = append(f.Parts, part)
			}
		}
	}
	var basis []string
	for _, rec := range d.v.Law.Inherits("document.slip") {
		basis = append(basis, d.cites([]term.Clause{rec.Clause}))
	}
	f.Basis = strings.Join(distinct(basis), "；")
	return f, nil
}

// until is a deadline to the minute; the end of a day is its 24:00.
func until(d calendar.Deadline) string {
	switch {
	case d.IsZero():
		return ""
	case d.EndOfDay:
		return d.String()
	}
	return d.At.In(calendar.Zone).Format("2006-01-02 15:04")
}

// mark is the level mark as printed: 机密★10年, 公司机密 10年.
func mark(c document.Cover) string {
	return c.Regime.Mark(c.Level, c.Period)
}

func reading(t document.Turn, name func(term.PersonID) string) paper.Reading {
	out := paper.Reading{Reader: name(t.Reader), CopyNo: t.CopyNo, SentAt: t.OutAt, SentBy: name(t.Giver), BackAt: t.BackAt}
	if !t.ReadAt.IsZero() {
		out.Signed = name(t.Reader)
	}
	if t.State == "declined" {
		names := make([]string, len(t.Witnesses))
		for i, w := range t.Witnesses {
			names[i] = name(w)
		}
		out.Signed = locale.Zh.T("standing."+t.Standing()) + "见证 " + strings.Join(names, "、")
	}
	if t.Pages >= 0 && !t.BackAt.IsZero() {
		out.Checked = strconv.Itoa(t.Pages) + "页"
		if t.Attachments > 0 {
			out.Checked += "+" + strconv.Itoa(t.Attachments)
		}
	}
	return out
}

// printed records a print, and only then gives its receipt: what was not recorded is not printed.
func (p pages) printed(r *http.Request, id term.DocumentID, what string) (act.Receipt, error) {
	form, err := web.Form(r)
	if err != nil {
		return act.Receipt{}, err
	}
	return p.Do(r, counter.Try{Act: "document.print", Command: document.Output{Document: id, Form: what}, Form: form})
}

func (p pages) printSlip(w http.ResponseWriter, r *http.Request) error {
	id := term.DocumentID(r.PathValue("id"))
	if _, _, err := p.readSlip(r, id, false); err != nil {
		return withoutSlip(w, r, id, err)
	}
	receipt, err := p.printed(r, id, "slip")
	if err != nil {
		return p.onItem(w, r, err)
	}
	d, form, err := p.readSlip(r, id, true)
	if err != nil {
		return err
	}
	form.Frame.PrintNo = string(receipt.Reference)
	form.Frame.Office = p.Frame(w, r).Office
	var b bytes.Buffer
	if err := paper.Slip(&b, form); err != nil {
		return fmt.Errorf("print a slip: %w", err)
	}
	return counter.SendPDF(w, "slip-"+string(d.Cover.ID)+".pdf", b.Bytes())
}

func (p pages) printLabels(w http.ResponseWriter, r *http.Request) error {
	id := term.DocumentID(r.PathValue("id"))
	form, err := web.Typed(r)
	if err != nil {
		return err
	}
	on, first, err := counter.LabelsOn(form)
	if err != nil {
		return p.showLabels(w, r, http.StatusUnprocessableEntity, labelsForm{Paper: form.Get("paper"), First: form.Get("first"), Err: err})
	}
	if _, err := p.printed(r, id, "labels"); err != nil {
		return p.onItem(w, r, err)
	}
	var labels []paper.Label
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		if _, err := document.Find(tx, viewer(v), id); err != nil {
			return err
		}
		list, err := document.Carriers(tx, []term.DocumentID{id})
		for _, c := range list[id] {
			labels = append(labels, paper.Label{Code: c.Label})
		}
		return err
	})
	if err != nil {
		return err
	}
	return counter.PrintLabels(w, string(id), labels, on, first)
}

// onItem shows a try that was not done above the document's page.
func (p pages) onItem(w http.ResponseWriter, r *http.Request, err error) error {
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.itemPage(w, r, status, problem, item{}, false)
	})
}

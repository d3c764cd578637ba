package registerweb

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

	"jiyao/internal/locale"
	"jiyao/internal/paper"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// approval is one request as it stands in its register.
type approval struct {
	Book  book
	Names Names
	Line  Line
}

// approvalForm gives 复制审批单 or 外出携带审批单 of one request on A4. It is recorded as a print of the register in which the
// request stands; to who may not see that, or not know of the item, there is no such request.
func (p *pages) approvalForm(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Form(r)
	if err != nil {
		return err
	}
	id, err := counter.PathID[term.LeaveID](r)
	if err != nil {
		return err
	}
	var a approval
	var viewer counter.Viewer
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		viewer = v
		var source string
		if source, a.Line, err = p.Books.Approval(tx, v, id); err != nil {
			return err
		}
		list := booksOf(v)
		i := slices.IndexFunc(list, func(b book) bool { return b.Source == source })
		if i < 0 {
			return refuse.ErrNotFound
		}
		a.Book = list[i]
		a.Names, err = p.Books.Names(tx, v)
		return err
	})
	if err != nil {
		return err
	}
	level, regime, period := a.Line.level()
	asked, err := json.Marshal(command{Register: a.Book.Name, Lines: 1, Level: level, Regime: regime})
	if err != nil {
		return fmt.Errorf("spell what is printed: %w", err)
	}
	receipt, err := p.do(r, asPaper, json.RawMessage(asked), raw)
	if err != nil {
		return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
			r.SetPathValue("name", a.Book.Name)
			return p.page(w, r, status, problem, "", store.Place{})
		})
	}
	f := a.form(web.WithTongue(r.Context(), locale.Zh, viewer.Now, nil))
	f.Frame = paper.Frame{
		Office: p.Frame(w, r).Office, Mark: regime.Mark(level, period), Serial: []string{a.Line.Values["number"]}, FormNo: f.Title, Stamp: true,
		PrintedBy: viewer.People.Name(viewer.Actor.Person), PrintedAt: viewer.Now, PrintNo: string(receipt.Reference),
	}
	if p.Checkpoint != nil {
		f.Frame.Checkpoint, f.Frame.Root = p.Checkpoint()
	}
	var b bytes.Buffer
	if err := paper.Sheet(&b, f); err != nil {
		return fmt.Errorf("print an approval: %w", err)
	}
	attach(w, "application/pdf", "inline", "approval-"+string(receipt.Reference)+".pdf")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	_, _ = w.Write(b.Bytes()) // the reader went away: the print is recorded all the same
	return nil
}

// form lays the request out. What nobody has said or done yet is left to the pen.
func (a approval) form(ctx context.Context) paper.SheetForm {
	say := func(fields ...string) string {
		var out []string
		for _, f := range fields {
			if s := a.Names.say(ctx, a.Line, f); s != "" {
				out = append(out, s)
			}
		}
		return strings.Join(out, "　")
	}
	fact := func(fields ...string) paper.Fact {
		return paper.Fact{Label: a.Book.heading(ctx, fields[0]), Text: say(fields...)}
	}
	wide := func(sign string, fields ...string) paper.Fact {
		f := fact(fields...)
		f.Wide, f.Sign = true, sign
		return f
	}
	titled := func(key string, f paper.Fact) paper.Fact {
		f.Label = web.T(ctx, "form.approval."+key)
		return f
	}
	s := paper.SheetForm{Title: web.T(ctx, "form.approval."+a.Book.Source)}
	if a.Book.Source == "carry_leaves" {
		s.Facts = []paper.Fact{
			fact("applicant"), fact("asked_at"), wide("", "carriers"), wide("", "title", "doc_no"), fact("level", "period"), fact("copy_no"), fact("purpose"), titled("destination", fact("destination", "route")),
			titled("out_at", fact("out_at")), titled("return_by", fact("return_by")), wide("", "measures"), wide(paper.SignDay, "unit_opinion"), wide(paper.SignDay, "approver", "approved_at"),
			wide(paper.SignMinute, "return_check", "back_at", "received_by"),
		}
		s.Notes = []string{web.T(ctx, "form.approval.carry_note")}
		return s
	}
	s.Facts = []paper.Fact{
		fact("unit"), fact("applicant"), fact("asked_at"), fact("issuer"), wide("", "title"), fact("doc_no"), fact("level", "period"), fact("copy_no"), fact("permitted"),
		{Label: a.Book.heading(ctx, "manner"), Text: a.manners(ctx), Wide: true}, fact("copies"), fact("purpose"), wide("", "recipients"), titled("passages", wide("", "passages")),
		wide(paper.SignDay, "unit_opinion"), wide(paper.SignDay, "office_opinion"), wide(paper.SignDay, "approver", "approved_at"),
		fact("copies_approved"), fact("copies_made"), fact("device"), fact("made_by"), fact("made_at"), titled("numbers", fact("copy_no_from", "copy_no_to")), fact("stamp"), fact("recovery"),
	}
	s.Notes = []string{web.T(ctx, "form.approval.copy_note")}
	return s
}

// manners are the ways of copying, the one that was asked for ticked.
func (a approval) manners(ctx context.Context) string {
	var out []string
	for _, name := range []string{"custody.duplicate", "custody.excerpt", "custody.record", "custody.compile"} {
		box := "□"
		if a.Line.Values["manner"] == name {
			box = "☑"
		}
		out = append(out, box+counter.ActName(ctx, name))
	}
	return strings.Join(out, "　")
}

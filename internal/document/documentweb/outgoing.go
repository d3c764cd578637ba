package documentweb

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/calendar"
	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// OutgoingPath is the page of what the office writes itself.
const OutgoingPath = "/outgoing"

// outgoing is the list of the office's own documents, with the form of a draft and the rules for numbers.
type outgoing struct {
	typed.Tried
	v      counter.Viewer
	list   []document.Issue
	rules  []document.NumberRule
	people []document.Colleague
	codes  term.Level // from here on the register holds a code name instead of the title; empty: never
	clause term.Clause
	next   string
}

// outgoingRows is how many documents one page of the list shows.
const outgoingRows = 50

// book is the register of these documents, to print and to take out; empty for who may not read it.
func (d outgoing) book() string {
	for _, b := range d.v.Law.Readable(d.v.Posts) {
		if b.Source == "outgoing" {
			return b.Name
		}
	}
	return ""
}

func (p pages) outgoing(w http.ResponseWriter, r *http.Request) error {
	return p.outgoingPage(w, r, http.StatusOK, nil, outgoing{})
}

func (p pages) outgoingPage(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d outgoing) error {
	from, err := after(r)
	if err != nil {
		return err
	}
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		if !v.Offered("document.draft") {
			return refuse.ErrNotFound
		}
		d.v = v
		d.codes, d.clause = codeNameFrom(v)
		from.Limit = outgoingRows
		var err error
		if d.list, err = document.Issues(tx, viewer(v), from); err != nil {
			return err
		}
		if len(d.list) == outgoingRows {
			last := d.list[len(d.list)-1]
			d.next = OutgoingPath + "?" + url.Values{"after": {strconv.FormatInt(last.RegisteredAt.UnixMilli(), 10) + "." + string(last.ID)}}.Encode()
		}
		if d.rules, err = document.NumberRulesNow(tx); err != nil {
			return err
		}
		d.people, err = document.Colleagues(tx, v.People)
		return err
	})
	if err != nil {
		return err
	}
	return p.Show(w, r, status, problem, outgoingPage(d))
}

// after reads where a list goes on: moment.id.
func after(r *http.Request) (document.Page, error) {
	q, err := web.Query(r)
	if err != nil {
		return document.Page{}, err
	}
	text := q.Get("after")
	if text == "" {
		return document.Page{}, nil
	}
	ms, id, ok := strings.Cut(text, ".")
	n, err := strconv.ParseInt(ms, 10, 64)
	if err != nil || !ok || len(id) > 40 {
		return document.Page{}, refuse.Field("after", "bad_format")
	}
	return document.Page{At: time.UnixMilli(n).In(calendar.Zone), ID: term.DocumentID(id)}, nil
}

// draft enters a document that the office writes itself.
func (p pages) draft(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	f := typed.Form(raw)
	var bad refuse.Invalid
	cmd := document.Draft{
		Title: f.Text("title"), CodeName: f.Text("code_name"), DocumentKind: f.Text("document_kind"), Level: term.Level(f.Get("level")), Urgency: term.Urgency(f.Get("urgency")),
		MainTo: f.Text("main_to"), CopyTo: f.Text("copy_to"), Persons: persons(f.List("persons")), Pages: f.Number("pages", &bad), Notes: f.Text("notes"),
	}
	receipt, err := p.Do(r, counter.Try{Act: "document.draft", Command: cmd, Form: raw, Bad: bad})
	if err == nil {
		return p.Done(w, r, "/d/"+receipt.Values["document"], "done.document.draft", receipt)
	}
	return p.outgoingAgain(w, r, "draft", f, err)
}

// numberRule adds a rule for numbers, or ends one.
func (p pages) numberRule(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	me, err := p.me(r)
	if err != nil {
		return err
	}
	f := typed.Form(raw)
	kinds := strings.FieldsFunc(f.Text("kinds"), func(r rune) bool { return strings.ContainsRune("、，,;； ", r) })
	cmd := document.MakeNumberRule{Prefix: f.Text("prefix"), Kinds: kinds, End: f.Get("end")}
	receipt, err := p.Do(r, counter.Try{Act: "document.number_rule", Command: cmd, Form: raw, Signs: own(me)})
	if err == nil {
		return p.Done(w, r, OutgoingPath, "done.document.number_rule", receipt)
	}
	return p.outgoingAgain(w, r, "rule", f, err)
}

func (p pages) outgoingAgain(w http.ResponseWriter, r *http.Request, which string, f typed.Form, err error) error {
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.outgoingPage(w, r, status, problem, outgoing{Tried: typed.Tried{Which: which, Form: f, Err: err}})
	})
}

// issuing is what the page of a document of the office's own shows beside what any shows.
type issuing struct {
	document.Issue
	rules   []document.NumberRule // that fit its kind
	sources []document.Cover      // secrets that it may have been made from
	leave   typed.Form            // what the viewer's leave to classify it was given for; nil: he has none
}

// In is what was typed into a form of the page; a draft that is not classified yet begins with what the leave for it says.
func (d item) In(which string) typed.Form {
	if f := d.Tried.In(which); f != nil || which != "classify" {
		return f
	}
	return d.issue.leave
}

func (d *item) readIssuing(tx *store.Tx) error {
	if !d.Cover.Drafted() {
		return nil
	}
	i, err := document.IssueOf(tx, d.Cover)
	if err != nil {
		return err
	}
	d.issue = &issuing{Issue: i}
	if d.Cover.State != document.Drafting {
		return nil
	}
	rules, err := document.NumberRulesNow(tx)
	if err != nil {
		return err
	}
	d.issue.rules = slices.DeleteFunc(rules, func(r document.NumberRule) bool { return !r.For(d.Cover.DocumentKind) })
	if d.issueStep() != "classify" {
		return nil
	}
	if d.issue.leave, err = counter.GrantedFor(tx, d.v, "document.classify", "document", d.id()); err != nil {
		return err
	}
	d.issue.sources, err = document.Sources(tx, viewer(d.v))
	return err
}

func (d item) issueSteps() []string { return issueStepsOf(d.Cover) }

func (d item) issueStep() string { return nextStep(d.Cover) }

// stands says what is next of a document of the office's own; of one that has gone out, that it has.
func stands(ctx context.Context, x document.Issue) string {
	switch {
	case x.State == document.Voided:
		return web.T(ctx, "item.void_state")
	case !x.Sent():
		return web.T(ctx, "outgoing.step."+nextStep(x.Cover))
	case x.Left == 0:
		return web.T(ctx, "outgoing.sent")
	}
	return web.T(ctx, "outgoing.sent_kept", "n", strconv.Itoa(x.Left))
}

// doneBy says who took a step, and when.
func (d item) doneBy(ctx context.Context, step string) string {
	o := d.issue.Outgoing
	at := map[string]time.Time{"draft": o.DraftedAt, "review": o.ReviewedAt, "classify": o.ClassifiedAt, "sign_off": o.SignedOffAt, "number": o.NumberedAt, "print_run": o.PrintedAt}[step]
	by := map[string]term.PersonID{"draft": o.DraftedBy, "review": o.ReviewedBy, "classify": o.ClassifiedBy, "sign_off": o.SignedOffBy, "number": o.NumberedBy, "print_run": o.PrintedBy}[step]
	if at.IsZero() {
		return ""
	}
	return d.v.People.Name(by) + " " + web.Tongue(ctx).Moment(at, d.now)
}

// whoSteps are the posts that take the next step, by their titles; of the author's own step he himself.
func (d item) whoSteps(ctx context.Context) string {
	f, _ := d.v.Law.Function("document." + d.issueStep())
	var out []string
	for _, post := range f.Posts {
		if post == "author" {
			out = append(out, d.v.People.Name(d.Cover.RegisteredBy))
			continue
		}
		out = append(out, counter.PostTitle(d.v.Law, "base/"+post))
	}
	return strings.Join(out, web.T(ctx, "list.separator"))
}

// mayReaddress reports whether the viewer may let a document that was signed off go to one recipient more.
func (d item) mayReaddress() bool {
	return d.issue != nil && !d.Cover.Masked && !d.issue.Outgoing.SignedOffAt.IsZero() && d.Cover.State != document.Voided && !d.gone() && d.v.Offered("document.readdress")
}

// mayStep reports whether the form of the next step is worth showing to the viewer.
func (d item) mayStep() bool {
	name := "document." + d.issueStep()
	return d.Cover.State == document.Drafting && (d.v.OfferedWithout(name, "author", "own") || d.issueStep() == "classify" && d.Cover.RegisteredBy == d.v.Actor.Person)
}

func readClassify(id term.DocumentID, f typed.Form, bad *refuse.Invalid) any {
	var from []term.DocumentID
	for _, s := range f.List("derived_from") {
		from = append(from, term.DocumentID(s))
	}
	return document.Classify{
		Document: id, Basis: f.Text("basis"), Level: term.Level(f.Get("level")), Period: f.Text("period"), IssuedOn: f.Day("issued_on", bad), NotifiedOn: f.Day("notified_on", bad),
		Persons: persons(f.List("persons")), Points: f.Text("points"), PointsReason: f.Text("points_reason"), DerivedFrom: from, SourceNo: f.Text("source_no"),
		SourceIssuer: f.Text("source_issuer"), SourceLevel: term.Level(f.Get("source_level")), ExceptionBasis: f.Text("exception_basis"),
	}
}

func readPrintRun(id term.DocumentID, f typed.Form, bad *refuse.Invalid) any {
	return document.PrintRun{
		Document: id, Copies: f.Number("copies", bad), Numbered: f.Get("numbered"), Pages: f.Number("pages", bad), Attachments: f.Number("attachments", bad),
		MarkText: f.Text("mark_text"), Kept: f.Number("kept", bad), ProofreadBy: term.PersonID(f.Get("proofread_by")),
	}
}

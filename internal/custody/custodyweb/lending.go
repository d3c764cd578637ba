package custodyweb

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// maxPieces is how many copies are lent at once.
const maxPieces = 20

// desk is where loans are made: copies scanned one by one, then one borrower for all of them. Each copy is an act of its
// own; the desk asks first whether every one of them may be lent, so that one refused holds back all.
type desk struct {
	typed.Tried
	v       counter.Viewer
	ids     []string // of the copies on the desk
	pieces  []piece
	people  []custody.Named
	rooms   []custody.Place
	has     []custody.Loan // what the borrower has already
	closing string
	signing bool             // nothing stands against it: both sign
	ask     *web.RefusalView // the form that asks for the leave which is missing
}

// piece is one copy on the desk.
type piece struct {
	carrier
	asked   bool  // borrower and time are known, so that the law could be asked
	verdict error // what stands against the loan
}

const readPrefix = "copy_no." // and the id of the copy: what was read from it

// read is what was read from the piece.
func (d desk) read(id term.CopyID) string { return web.Narrow(d.Form.Get(readPrefix + string(id))) }

// borrower is who is named in the form.
func (d desk) borrower() term.PersonID { return term.PersonID(d.Form.Text("to")) }

func (p pages) fillDesk(tx *store.Tx, v counter.Viewer, d *desk) (err error) {
	d.v = v
	if _, d.people, err = custody.Readers(tx, v.People, ""); err != nil {
		return err
	}
	if d.rooms, err = custody.Rooms(tx); err != nil {
		return err
	}
	due, err := p.Closing(tx, v)
	if err != nil {
		return err
	}
	if !due.IsZero() {
		d.closing = minute(due)
	}
	for _, id := range d.ids {
		c, err := custody.Find(tx, viewer(v), term.CopyID(id))
		if errors.Is(err, refuse.ErrNotFound) {
			continue
		} else if err != nil {
			return err
		}
		x := piece{carrier: carrier{Carrier: c, v: v, people: d.people}}
		if x.leave, err = lendLeave(tx, v, c.ID); err != nil {
			return err
		}
		if x.measuring, err = x.measuresOf(tx); err != nil {
			return err
		}
		d.pieces = append(d.pieces, x)
	}
	if d.Form == nil && len(d.pieces) == 1 && d.pieces[0].leave.Copy != "" { // a leave serves nothing but what it was given for
		d.Form = d.pieces[0].leave.form(d.closing)
	}
	if to := d.borrower(); to != "" {
		d.has, _, err = custody.LoansOut(tx, viewer(v), custody.Loans{By: to, Most: maxPieces})
	}
	return err
}

// command is the loan of one copy on the desk.
func (d desk) command(x piece, bad *refuse.Invalid) custody.Lend {
	f, to := d.Form, d.borrower()
	return custody.Lend{
		Copy: x.ID, To: to, Department: departmentOf(d.v, f, to), Purpose: f.Get("purpose"), Destination: f.Get("destination"), Due: f.Minute("due", bad),
		Place: term.PlaceID(f.Get("place")), CopyNo: d.read(x.ID), Measures: f.List("measures"), Approver: term.PersonID(f.Get("approver")),
	}
}

// judge asks the law about each copy, once it is said to whom it goes and until when.
func (p pages) judge(ctx context.Context, d *desk) {
	to := d.borrower()
	for i, x := range d.pieces {
		var bad refuse.Invalid
		cmd := d.command(x, &bad)
		if to == "" || cmd.Due == nil {
			continue
		}
		if d.Form.Get(counter.FieldAt) == "" && !cmd.Due.After(d.v.Now) { // no leave helps
			d.pieces[i].asked, d.pieces[i].verdict = true, refuse.Field("due", "in_the_past")
			continue
		}
		both := []act.Signature{{Role: "giver", Person: d.v.Actor.Person, Strength: "pin"}, {Role: "receiver", Person: to, Strength: "pin"}}
		d.pieces[i].asked, d.pieces[i].verdict = true, p.May(ctx, d.v, "custody.lend", cmd, both...)
	}
	d.ask = p.asks(ctx, *d)
}

// against is the first copy that may not be lent as it is typed, -1 where there is none.
func (d desk) against() int {
	return slices.IndexFunc(d.pieces, func(x piece) bool { return x.verdict != nil })
}

// atDesk does what a button of the desk says: another copy, one less, look again, sign, lend.
func (p pages) atDesk(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	d := loans{desk: desk{Tried: typed.Tried{Which: "lend", Form: typed.Form(raw)}}}
	for _, id := range d.Form.List("copy") {
		if id != d.Form.Get("drop") && !slices.Contains(d.ids, id) {
			d.ids = append(d.ids, id)
		}
	}
	if len(d.ids) > maxPieces {
		return refuse.Field("copy", "too_many")
	}
	switch {
	case d.Form.Get("do") == "lend":
		return p.lendAll(w, r, d)
	case d.Form.Get("do") == "measure":
		return p.measureAll(w, r, d)
	case d.Form.Text("piece") != "":
		to, err := p.addPiece(r, &d.desk)
		if err != nil {
			return err
		}
		if to != "" {
			return web.Redirect(w, r, to)
		}
	case d.Form.Get("do") == "sign":
		d.signing = true
	}
	status := http.StatusOK
	if d.Err != nil {
		status = http.StatusUnprocessableEntity
	}
	return p.showLoans(w, r, status, nil, d, "")
}

// addPiece puts the scanned copy on the desk; one that is with somebody leads to where it is taken back.
func (p pages) addPiece(r *http.Request, d *desk) (to string, err error) {
	code := web.Narrow(d.Form.Get("piece"))
	label, wrong := typed.Label(code)
	if wrong != "" {
		d.Err = refuse.Field("piece", wrong)
		return "", nil
	}
	var c custody.Carrier
	found := false
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		c, found, err = custody.ByLabel(tx, viewer(v), label)
		return err
	})
	if err != nil {
		return "", err
	}
	if !found {
		if err := p.Hidden(r, "loans", "copy", code, refuse.ErrNotFound); !errors.Is(err, refuse.ErrNotFound) {
			return "", err
		}
		d.Err = refuse.Field("piece", typed.UnknownLabel)
		return "", nil
	}
	switch {
	case c.State == custody.Held || c.State == custody.Carried:
		return "/c/" + string(c.ID), nil
	case len(d.ids) >= maxPieces:
		d.Err = refuse.Field("piece", "too_many_pieces")
		return "", nil
	}
	if id := string(c.ID); !slices.Contains(d.ids, id) {
		d.ids = append(d.ids, id)
	}
	d.Form[readPrefix+string(c.ID)] = []string{code}
	d.Form["piece"] = nil
	return "", nil
}

// lendAll lends what is on the desk. Where one may not be lent, none is; a loan that is overtaken meanwhile stops the rest, and
// what was lent before it is said.
func (p pages) lendAll(w http.ResponseWriter, r *http.Request, d loans) error {
	look := d.desk
	if err := p.Business(r, func(tx *store.Tx, v counter.Viewer) error { return p.fillDesk(tx, v, &look) }); err != nil {
		return err
	}
	if len(look.pieces) == 0 {
		d.Err = refuse.Field("piece", "required")
		return p.showLoans(w, r, http.StatusUnprocessableEntity, nil, d, "")
	}
	if bad := look.unsignable(); bad != nil {
		d.Err, d.signing = bad, true
		return p.showLoans(w, r, http.StatusUnprocessableEntity, nil, d, "")
	}
	p.judge(r.Context(), &look)
	order := look.pieces
	if at := look.against(); at >= 0 {
		order = order[at : at+1] // handed in alone, so that its refusal is on record
	}
	var receipt act.Receipt
	for i, x := range order {
		var err error
		if receipt, err = p.lendOne(r, look, x); err == nil {
			continue
		}
		for _, lent := range order[:i] {
			d.ids = slices.DeleteFunc(d.ids, func(id string) bool { return id == string(lent.ID) })
		}
		d.Err = ofPiece(err, x.ID)
		d.signing = refuse.AtFields(err) != nil && look.against() < 0
		return p.Again(r, d.Err, p.Explain, func(problem templ.Component, status int) error {
			if i > 0 {
				problem = typed.Above(web.NoteBox(web.Note{Kind: "ok", Lead: web.T(r.Context(), "loans.some", "n", i)}), problem)
			}
			return p.showLoans(w, r, status, problem, d, "")
		})
	}
	return p.Done(w, r, LoansPath, "done.loans", receipt)
}

// unsignable answers a code that was given for several copies: it is good for one.
func (d desk) unsignable() error {
	var bad refuse.Invalid
	if d.borrower() == "" {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "to", Code: "required"})
	}
	for _, prefix := range []string{"first", "second"} {
		if len(d.pieces) > 1 && d.Form.Get(prefix+web.FieldHow) == "code" {
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: prefix + web.FieldHow, Code: "one_only"})
		}
	}
	return typed.Bad(bad)
}

func (p pages) lendOne(r *http.Request, d desk, x piece) (act.Receipt, error) {
	form := map[string][]string{}
	for name, values := range d.Form {
		form[name] = values
	}
	if key := d.Form.Get(counter.FieldKey); key != "" {
		form[counter.FieldKey] = []string{key + "-" + string(x.ID)}
	}
	var bad refuse.Invalid
	cmd := d.command(x, &bad)
	return p.Do(r, counter.Try{Act: "custody.lend", Command: cmd, Form: form, Bad: bad, Signs: twoSigned(x.carrier, "giver", "receiver", cmd.To)})
}

// ofPiece puts what is wrong with the number of a copy at its own line.
func ofPiece(err error, id term.CopyID) error {
	if bad := refuse.AtFields(err); bad != nil {
		for i, f := range bad.Fields {
			if f.Field == "copy_no" {
				bad.Fields[i].Field = readPrefix + string(id)
			}
		}
	}
	return err
}

// given is what is known of what is on the desk, by the copy of the highest level.
func (d desk) given() map[string]any {
	if len(d.pieces) == 0 {
		return nil
	}
	top := slices.MaxFunc(d.pieces, func(a, b piece) int { return a.Level.Rank() - b.Level.Rank() })
	return top.asking("lend").Given
}

// top is the copy whose sheet of measures the desk shows; the zero value where none is on it.
func (d desk) top() carrier {
	if len(d.pieces) == 0 {
		return carrier{v: d.v}
	}
	t := slices.MaxFunc(d.pieces, func(a, b piece) int { return a.Level.Rank() - b.Level.Rank() }).carrier
	t.Tried = d.Tried
	return t
}

// asks is the form that asks for the leave which the first copy in order lacks; nil where none is to be had.
func (p pages) asks(ctx context.Context, d desk) *web.RefusalView {
	for _, x := range d.pieces {
		var ref *refuse.Refusal
		if !errors.As(x.verdict, &ref) || p.Explain == nil {
			continue
		}
		asked := *ref
		asked.Command = d.command(x, &refuse.Invalid{})
		v := web.ViewRefusal(ctx, &asked)
		p.Explain(ctx, &asked, &v)
		if v.Request == nil {
			continue
		}
		v.Title = web.T(ctx, "loans.ask", "label", string(x.Label))
		return &v
	}
	return nil
}

// why is a verdict in words, short enough for a line.
func (x piece) why(ctx context.Context) (text string, clauses []term.Clause) {
	var ref *refuse.Refusal
	var conflict *refuse.Conflict
	switch {
	case errors.As(x.verdict, &ref):
		reasons := x.reasons(ctx, ref)
		if len(reasons) == 0 {
			return web.T(ctx, "loans.refused"), ref.Clauses()
		}
		return web.T(ctx, "loans.refused_for", "why", strings.Join(reasons, web.T(ctx, "loans.and"))), ref.Clauses()
	case errors.As(x.verdict, &conflict):
		return web.T(ctx, "fail."+conflict.Word()+".title"), nil
	}
	if wrong := web.WrongIn(ctx, "custody.lend", x.verdict); len(wrong) > 0 {
		return web.T(ctx, "loans.refused_for", "why", strings.Join(wrong, web.T(ctx, "loans.and"))), nil
	}
	return web.T(ctx, "loans.refused"), nil
}

// late counts what the borrower should have given back.
func (d desk) late() (n int) {
	for _, l := range d.has {
		if l.ReturnBy.Before(d.v.Now) {
			n++
		}
	}
	return n
}

func (d desk) hidden() []string {
	return []string{"to", "department", "purpose", "destination", "due", "place", "approver", counter.FieldAt, counter.FieldLate}
}

func (d desk) title(ctx context.Context) string {
	return web.T(ctx, "loans.sign_title", "n", strconv.Itoa(len(d.pieces)))
}

// labels are those of the copies on the desk.
func (d desk) labels() string {
	out := make([]string, len(d.pieces))
	for i, x := range d.pieces {
		out[i] = string(x.Label)
	}
	return strings.Join(out, "、")
}

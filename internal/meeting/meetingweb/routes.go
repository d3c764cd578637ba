// Package meetingweb is the pages of 对外提供: what is with whom outside and until when, the form that gives pieces or asks
// for leave to, and the page of one line, where it comes back.
//
// A viewer sees the lines of what he may know of. No title stands here, and who the other side is in no address.
package meetingweb

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/approval"
	"jiyao/internal/meeting"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// Path is where the list is.
const Path = "/disclosed"

// Piece is a copy as these pages show it.
type Piece struct {
	Copy     term.CopyID
	Document term.DocumentID
	Label    term.LabelCode
	CopyNo   term.CopyNo
	Number   string // of the item
	Level    term.Level
	Regime   term.Regime
	Period   string
}

// Pieces knows the copies; refuse.ErrNotFound where there is none, or none that the viewer may know of.
type Pieces interface {
	Piece(tx *store.Tx, v act.Viewer, id term.CopyID) (Piece, error)
	Labelled(tx *store.Tx, v act.Viewer, label term.LabelCode) (Piece, error)
}

// Deps is what the pages lean on.
type Deps struct {
	*counter.Counter
	Pieces Pieces
	// Explain completes refusals with who may allow what; may be nil.
	Explain web.Explain
}

type pages struct{ Deps }

// Routes adds the pages to a server.
func Routes(s *web.Server, d Deps) {
	p := pages{d}
	s.Handle("GET "+Path, p.list)
	s.Handle("POST "+Path, p.disclose)
	s.Handle("GET "+Path+"/new", p.form)
	s.Handle("GET "+Path+"/{id}", p.one)
	s.Handle("POST "+Path+"/{id}/back", p.back)
}

func viewer(v counter.Viewer) act.Viewer {
	return act.Viewer{Person: v.Actor.Person, Sight: v.Sight}
}

// Sees reports whether the pages are there for the viewer: for who gives, and who keeps the register.
func Sees(v counter.Viewer) bool { return v.Offered("meeting.disclose") || v.Keeps() }

func (p pages) see(r *http.Request, fn func(tx *store.Tx, v counter.Viewer) error) error {
	return p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		if !Sees(v) {
			return refuse.ErrNotFound
		}
		return fn(tx, v)
	})
}

// perPage is how many lines one page lists; lastBack how many of those that came back.
const (
	perPage  = 50
	lastBack = 20
)

// given is the list of what is outside.
type given struct {
	v    counter.Viewer
	out  []meeting.Supply
	next string
	back []meeting.Supply // on the first page
}

func (p pages) list(w http.ResponseWriter, r *http.Request) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	var d given
	err = p.see(r, func(tx *store.Tx, v counter.Viewer) (err error) {
		d.v = v
		if d.out, d.next, err = meeting.Out(tx, viewer(v), q.Get("after"), perPage); err != nil {
			return err
		}
		if d.next != "" {
			d.next = Path + "?after=" + d.next
		}
		if q.Get("after") == "" {
			d.back, err = meeting.Back(tx, viewer(v), lastBack)
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.Show(w, r, http.StatusOK, nil, listPage(d))
}

// giving is the form of what is given: the pieces, and to whom.
type giving struct {
	typed.Tried
	v      counter.Viewer
	pieces []Piece
	leave  approval.Leave // the viewer's own, not used yet, from which the form is filled
}

// which is the one form of the page.
const which = "disclose"

func (p pages) form(w http.ResponseWriter, r *http.Request) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	d := giving{Tried: typed.Tried{Which: which}}
	return p.showForm(w, r, http.StatusOK, nil, d, []string{q.Get("copy")}, term.LeaveID(q.Get("leave")))
}

func (p pages) showForm(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d giving, ids []string, leave term.LeaveID) error {
	err := p.see(r, func(tx *store.Tx, v counter.Viewer) (err error) {
		if d.v = v; !v.Offered("meeting.disclose") {
			return refuse.ErrNotFound
		}
		if leave != "" {
			if d.leave, d.Form, err = counter.Granted(tx, v, leave, "meeting.disclose"); err != nil {
				return err
			}
			ids = d.Form["items"]
		}
		for _, id := range ids {
			if id == "" {
				continue
			}
			piece, err := p.Pieces.Piece(tx, viewer(v), term.CopyID(id))
			if err != nil {
				return err
			}
			d.pieces = append(d.pieces, piece)
		}
		return nil
	})
	if err != nil {
		return p.Hidden(r, "disclosed", "id", cmp.Or(first(ids), string(leave), Path), err)
	}
	return p.Show(w, r, status, problem, formPage(d))
}

func first(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}

// disclose hands in what is given, or asks leave for it, by the button that was pressed.
func (p pages) disclose(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	f, t := typed.Form(raw), counter.Try{Act: "meeting.disclose", Form: raw}
	ids := f.List("items")
	err = p.see(r, func(tx *store.Tx, v counter.Viewer) error {
		t.Signs = []counter.Role{{Name: "actor", Person: v.Actor.Person, Account: v.Actor.Account, Prefix: "own"}}
		for _, id := range ids { // what is hidden is absent, before anything is answered about it
			if _, err := p.Pieces.Piece(tx, viewer(v), term.CopyID(id)); err != nil {
				return err
			}
		}
		more, err := p.labelled(tx, v, f.Text("more"), &t.Bad)
		for _, id := range more {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		return err
	})
	if err != nil {
		return p.Hidden(r, "disclosed", "id", cmp.Or(first(ids), Path), err)
	}
	cmd := meeting.Disclose{
		Recipient: f.Text("recipient"), RecipientPerson: f.Text("recipient_person"), Purpose: f.Text("purpose"), Basis: f.Text("basis"),
		AgreementNo: f.Text("agreement_no"), ReturnBy: f.Day("return_by", &t.Bad), RecipientSignature: f.Text("recipient_signature"),
	}
	for _, id := range ids {
		cmd.Items = append(cmd.Items, term.CopyID(id))
	}
	t.Command = cmd
	to, done := Path, "done.meeting.disclose"
	if f.Get("do") == "ask" {
		to, done = "", "done.approve.asked"
		if t, err = t.Asks(f.Text("purpose")); err != nil {
			return err
		}
	}
	receipt, err := p.Do(r, t)
	if err == nil {
		return p.Done(w, r, cmp.Or(to, counter.AskedAt(receipt)), done, receipt)
	}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.showForm(w, r, status, problem, giving{Tried: typed.Tried{Which: which, Form: f, Err: err}}, f.List("items"), "")
	})
}

// labelled are the copies whose labels were typed, one a line.
func (p pages) labelled(tx *store.Tx, v counter.Viewer, text string, bad *refuse.Invalid) ([]string, error) {
	var out []string
	for _, code := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("、，,;；\r\n\t ", r) }) {
		label, wrong := typed.Label(code)
		if wrong != "" {
			bad.Fields = append(bad.Fields, typed.Unlabelled("more", code, wrong))
			continue
		}
		piece, err := p.Pieces.Labelled(tx, viewer(v), label)
		switch {
		case errors.Is(err, refuse.ErrNotFound):
			bad.Fields = append(bad.Fields, typed.Unlabelled("more", code, typed.UnknownLabel))
			continue
		case err != nil:
			return nil, err
		}
		out = append(out, string(piece.Copy))
	}
	return out, nil
}

// line is the page of one line.
type line struct {
	typed.Tried
	v     counter.Viewer
	given meeting.Supply
	piece Piece
}

func (p pages) one(w http.ResponseWriter, r *http.Request) error {
	return p.showOne(w, r, http.StatusOK, nil, line{})
}

func (p pages) showOne(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d line) error {
	id := r.PathValue("id")
	err := p.see(r, func(tx *store.Tx, v counter.Viewer) (err error) {
		d.v = v
		if d.given, err = meeting.Find(tx, viewer(v), id); err != nil {
			return err
		}
		list := []meeting.Supply{d.given}
		if err = meeting.Open(tx, list); err != nil {
			return err
		}
		d.given = list[0]
		d.piece, err = p.Pieces.Piece(tx, viewer(v), d.given.Copy)
		return err
	})
	if err != nil {
		return p.Hidden(r, "disclosed", "id", id, err)
	}
	return p.Show(w, r, status, problem, onePage(d))
}

// back takes a piece back: what was looked at is said, and what was wrong with it in words.
func (p pages) back(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	id, f, t, piece := r.PathValue("id"), typed.Form(raw), counter.Try{Act: "meeting.take_back_disclosed", Form: raw}, term.CopyID("")
	err = p.see(r, func(tx *store.Tx, v counter.Viewer) error {
		t.Signs = []counter.Role{{Name: "actor", Person: v.Actor.Person, Account: v.Actor.Account, Prefix: "own"}}
		line, err := meeting.Find(tx, viewer(v), id)
		piece = line.Copy
		return err
	})
	if err != nil {
		return p.Hidden(r, "disclosed", "id", id, err)
	}
	switch {
	case f.Get("checked") != "yes":
		t.Bad.Fields = append(t.Bad.Fields, refuse.FieldError{Field: "checked", Code: "required"})
	case f.Get("whole") == "" || f.Get("whole") == "no" && f.Text("result") == "":
		t.Bad.Fields = append(t.Bad.Fields, refuse.FieldError{Field: map[bool]string{true: "whole", false: "result"}[f.Get("whole") == ""], Code: "required"})
	}
	t.Command = meeting.TakeBack{Line: id, Checked: f.Get("checked") == "yes", Result: f.Text("result")}
	receipt, err := p.Do(r, t)
	if err == nil {
		return p.Done(w, r, "/c/"+string(piece), "done.meeting.take_back_disclosed", receipt) // where it is put away anew
	}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.showOne(w, r, status, problem, line{Tried: typed.Tried{Which: "back", Form: f, Err: err}})
	})
}

// said is a sealed text that was opened; nothing where it is empty.
func said(s store.Sealed) string {
	text, err := counter.Opened(s)
	if err != nil {
		return "" // it was not opened: nothing is shown of it
	}
	return text
}

// OutPairs say, for the page of a copy, with whom outside it is and until when, and where it is taken back.
func OutPairs(ctx context.Context, tx *store.Tx, id term.CopyID) (out []web.Pair, at string, err error) {
	list, err := meeting.OutOf(tx, id)
	if err != nil {
		return nil, "", err
	}
	for _, s := range list {
		text := said(s.Recipient) + "　" + said(s.Person)
		if s.ReturnBy != "" {
			text += "　" + web.T(ctx, "disclosed.until", "day", s.ReturnBy)
		}
		at = Path + "/" + s.ID
		out = append(out, web.Pair{Term: web.T(ctx, "disclosed.with"), Part: outLink(at, text)})
	}
	return out, at, nil
}

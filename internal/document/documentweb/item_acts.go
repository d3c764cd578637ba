package documentweb

import (
	"fmt"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// itemAct is one act that a form of a document's page hands in.
type itemAct struct {
	act    string
	signed bool // with the own signature
	read   func(id term.DocumentID, f typed.Form, bad *refuse.Invalid) any
}

// itemActs are the acts of the page by the last part of their address, which is also the name of their form.
var itemActs = map[string]itemAct{
	"make-slip": {act: "document.slip", read: func(id term.DocumentID, _ typed.Form, _ *refuse.Invalid) any { return document.MakeSlip{Document: id} }},
	"opine":     {act: "document.opine", signed: true, read: readOpine},
	"scope":     {act: "document.scope", signed: true, read: readScope},
	"widen": {act: "document.widen", signed: true, read: func(id term.DocumentID, f typed.Form, _ *refuse.Invalid) any {
		return document.Widen{Document: id, Persons: persons(f.List("persons")), Reason: f.Text("reason")}
	}},
	"narrow": {act: "document.narrow", signed: true, read: func(id term.DocumentID, f typed.Form, _ *refuse.Invalid) any {
		return document.Narrow{Document: id, Persons: persons(f.List("persons")), Reason: f.Text("reason")}
	}},
	"instruct": {act: "document.instruct", signed: true, read: func(id term.DocumentID, f typed.Form, bad *refuse.Invalid) any {
		return document.Instruct{Document: id, Handler: term.PersonID(f.Get("handler")), Due: f.Minute("due", bad), Text: f.Text("text")}
	}},
	"chase": {act: "circulation.chase", read: func(_ term.DocumentID, f typed.Form, _ *refuse.Invalid) any {
		return document.DoChase{Instruction: term.InstructionID(f.Get("instruction")), To: term.PersonID(f.Get("to")), How: f.Text("how")}
	}},
	"feedback": {act: "circulation.feedback", read: func(_ term.DocumentID, f typed.Form, _ *refuse.Invalid) any {
		return document.Feedback{Instruction: term.InstructionID(f.Get("instruction")), To: term.PersonID(f.Get("to")), Text: f.Text("text")}
	}},
	"complete": {act: "document.complete", read: func(id term.DocumentID, f typed.Form, _ *refuse.Invalid) any {
		return document.Complete{Document: id, Result: f.Text("result"), Disposition: f.Get("disposition"), ReplyNo: f.Text("reply_no")}
	}},
	"ask-back": {act: "document.ask_back", read: func(id term.DocumentID, f typed.Form, bad *refuse.Invalid) any {
		return document.AskBack{Document: id, ReturnBy: f.Day("return_by", bad), NoticeNo: f.Text("notice_no")}
	}},
	"correct": {act: "document.correct", read: func(id term.DocumentID, f typed.Form, _ *refuse.Invalid) any {
		return document.Correct{Document: id, Field: f.Get("field"), Value: f.Text("value"), Reason: f.Text("reason"), Again: f.Get("again") == "yes"}
	}},
	"review": {act: "document.review", signed: true, read: func(id term.DocumentID, f typed.Form, _ *refuse.Invalid) any {
		return document.Review{Document: id, Result: f.Get("result"), Reason: f.Text("reason")}
	}},
	"classify": {act: "document.classify", signed: true, read: readClassify},
	"sign_off": {act: "document.sign_off", signed: true, read: func(id term.DocumentID, _ typed.Form, _ *refuse.Invalid) any { return document.SignOff{Document: id} }},
	"readdress": {act: "document.readdress", signed: true, read: func(id term.DocumentID, f typed.Form, _ *refuse.Invalid) any {
		return document.Readdress{Document: id, CopyTo: f.Text("copy_to"), Reason: f.Text("reason")}
	}},
	"number": {act: "document.number", read: func(id term.DocumentID, f typed.Form, _ *refuse.Invalid) any {
		return document.TakeNumber{Document: id, Rule: f.Get("rule")}
	}},
	"print_run": {act: "document.print_run", read: readPrintRun},
	"void": {act: "document.void", signed: true, read: func(id term.DocumentID, f typed.Form, _ *refuse.Invalid) any {
		return document.Void{Document: id, Reason: f.Text("reason"), Anew: f.Get("register_anew") == "yes"}
	}},
}

func persons(ids []string) []term.PersonID {
	out := make([]term.PersonID, len(ids))
	for i, id := range ids {
		out[i] = term.PersonID(id)
	}
	return out
}

func units(ids []string) []term.UnitID {
	out := make([]term.UnitID, len(ids))
	for i, id := range ids {
		out[i] = term.UnitID(id)
	}
	return out
}

func readOpine(id term.DocumentID, f typed.Form, bad *refuse.Invalid) any {
	return document.Opine{
		Document: id, Text: f.Text("text"), Readers: persons(f.List("readers")), Units: units(f.List("units")), NeedsAction: f.Get("needs_action") == "yes",
		Handler: term.PersonID(f.Get("handler")), HandleBy: f.Day("handle_by", bad), ReadBy: f.Minute("read_by", bad),
	}
}

func readScope(id term.DocumentID, f typed.Form, _ *refuse.Invalid) any {
	return document.Scope{
		Document: id, Persons: persons(f.List("persons")), Units: units(f.List("units")), WhyNotPersons: f.Text("why_not_persons"),
		Level: term.Level(f.Get("level")), IssuerLimit: f.Get("issuer_limit"), Reason: f.Text("reason"),
	}
}

// itemAct hands in one act of the page and comes back to it.
func (p pages) itemAct(a itemAct) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		id := term.DocumentID(r.PathValue("id"))
		raw, err := web.Typed(r)
		if err != nil {
			return err
		}
		me, err := p.me(r)
		if err != nil {
			return err
		}
		f := typed.Form(raw)
		var bad refuse.Invalid
		t := counter.Try{Act: a.act, Command: a.read(id, f, &bad), Form: raw}
		if c, ok := t.Command.(document.DoChase); ok { // to the minute, so that a double click asks for the same
			now := me.Now.Truncate(time.Minute)
			c.At = &now
			t.Command = c
		}
		if a.signed {
			t.Signs = own(me)
		}
		t.Fresh = func() error { return p.fresh(r, id, f) }
		t.Bad = bad
		receipt, err := p.Do(r, t)
		if err == nil {
			return p.Done(w, r, "/d/"+string(id), "done.document."+a.act[lastDot(a.act)+1:], receipt)
		}
		which := r.Pattern[lastSlash(r.Pattern)+1:]
		return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
			return p.itemPage(w, r, status, problem, item{Tried: typed.Tried{Which: which, Form: f, Err: err}}, false)
		})
	}
}

func lastDot(s string) int   { return last(s, '.') }
func lastSlash(s string) int { return last(s, '/') }

func last(s string, c byte) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == c {
			return i
		}
	}
	return -1
}

// fresh answers a form that was made on an older revision of the register line. A document the viewer may not
// know of is left to the act, which answers and records it.
func (p pages) fresh(r *http.Request, id term.DocumentID, f typed.Form) error {
	if f.Get(typed.FieldRev) == "" {
		return nil
	}
	return p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		list, err := document.CoversOf(tx, viewer(v), []term.DocumentID{id})
		if err != nil {
			return err
		}
		c, ok := list[id]
		if !ok {
			return nil
		}
		return f.Stale("document", string(id), c.Rev)
	})
}

func rev(d item) string { return fmt.Sprint(d.Cover.Rev) }

package disposalweb

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/calendar"
	"jiyao/internal/disposal"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// listAct makes the act of one form of a list.
type listAct func(p pages, r *http.Request, d list, f typed.Form, bad *refuse.Invalid) counter.Try

var listActs = map[string]listAct{
	"strike": readStrike, "count": readCount, "approve": readApprove, "receipt": readReceipt, "close": readClose, "destroy": readDestroy,
}

// done are the notices by act.
var done = map[string]string{
	"disposal.list_add": "done.disposal.list_add", "disposal.list_strike": "done.disposal.list_strike", "disposal.list_count": "done.disposal.list_count",
	disposal.ActApprove: "done.disposal.list_approve", "disposal.issuer_receipt": "done.disposal.issuer_receipt", "disposal.list_close": "done.disposal.list_close",
	"disposal.archive_sign": "done.disposal.archive_sign", "disposal.destroy": "done.disposal.destroy",
}

// try hands in one act of the page of a list and comes back to it.
func (p pages) try(base, which string, read listAct) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		raw, err := web.Typed(r)
		if err != nil {
			return err
		}
		var d list
		if err := p.read(r, base, &d); err != nil {
			return err
		}
		f := typed.Form(raw)
		var bad refuse.Invalid
		t := read(p, r, d, f, &bad)
		t.Form, t.Bad = raw, bad
		return p.handIn(w, r, base, which, f, t)
	}
}

func (p pages) handIn(w http.ResponseWriter, r *http.Request, base, which string, f typed.Form, t counter.Try) error {
	receipt, err := p.Do(r, t)
	if err == nil {
		return p.Done(w, r, base+"/"+r.PathValue("id"), done[t.Act], receipt)
	}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.listPage(w, r, base, status, problem, list{Tried: typed.Tried{Which: which, Form: f, Err: err}})
	})
}

// add puts a piece on the list by its label. What the line says of it is what the registers say.
func (p pages) add(base string) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		raw, err := web.Typed(r)
		if err != nil {
			return err
		}
		var d list
		if err := p.read(r, base, &d); err != nil {
			return err
		}
		f := typed.Form(raw)
		t := counter.Try{Act: "disposal.list_add", Form: raw, Command: disposal.ListAdd{List: d.ID}}
		bad := func(code string) { t.Bad.Fields = append(t.Bad.Fields, refuse.FieldError{Field: "code", Code: code}) }
		label, wrong := typed.Label(f.Get("code"))
		if wrong != "" {
			bad(wrong)
		} else {
			err := p.see(r, func(tx *store.Tx, v counter.Viewer) error {
				piece, err := disposal.ByLabel(tx, viewer(v), v.People, label)
				if err == nil {
					t.Command = adding(d.ID, piece, f)
				}
				return err
			})
			if absent(err) {
				bad(typed.UnknownLabel)
			} else if err != nil {
				return err
			}
		}
		if len(t.Bad.Fields) > 0 { // of no piece the law wants nothing
			return p.Again(r, &t.Bad, p.Explain, func(problem templ.Component, status int) error {
				return p.listPage(w, r, base, status, problem, list{Tried: typed.Tried{Which: "add", Form: f, Err: &t.Bad}})
			})
		}
		return p.handIn(w, r, base, "add", f, t)
	}
}

// adding is the line of a piece: what the registers say of it, and what was typed.
func adding(list term.DisposalListID, piece disposal.Piece, f typed.Form) disposal.ListAdd {
	one := 1 // a line is one piece
	return disposal.ListAdd{
		List: list, Copy: piece.Copy, Title: piece.Title, CodeName: piece.CodeName, DocNo: piece.DocNo, Issuer: piece.Issuer, Level: piece.Item.Level, CopyNo: piece.CopyNo,
		Copies: &one, Pages: &piece.Pages, Attachments: &piece.Attachments, SerialNo: piece.SerialNo, Medium: piece.Medium, Capacity: f.Text("capacity"), Reason: f.Text("reason"), Opinion: f.Text("opinion"), Method: f.Get("method"),
	}
}

func readStrike(_ pages, _ *http.Request, d list, f typed.Form, bad *refuse.Invalid) counter.Try {
	if f.Get("copy") == "" {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "copy", Code: "required"})
	}
	return counter.Try{Act: "disposal.list_strike", Command: disposal.ListStrike{List: d.ID, Copy: term.CopyID(f.Get("copy")), Reason: f.Text("reason")}}
}

// readCount takes one count of all lines: those ticked, those missing with their reasons, and what was scanned beside them.
func readCount(p pages, r *http.Request, d list, f typed.Form, bad *refuse.Invalid) counter.Try {
	cmd := disposal.ListCount{List: d.ID, Rev: d.Rev}
	for _, id := range f.List("copies") {
		cmd.Copies = append(cmd.Copies, term.CopyID(id))
	}
	for _, l := range d.Lines {
		if why := f.Text("missing." + string(l.Copy)); why != "" {
			cmd.Missing = append(cmd.Missing, disposal.MissingLine{Copy: l.Copy, Reason: why})
		}
	}
	for code := range strings.FieldsSeq(f.Get("others")) {
		label, wrong := typed.Label(code)
		if wrong != "" {
			bad.Fields = append(bad.Fields, typed.Unlabelled("others", code, wrong))
			continue
		}
		err := p.see(r, func(tx *store.Tx, v counter.Viewer) error {
			piece, err := disposal.ByLabel(tx, viewer(v), v.People, label)
			if err == nil {
				cmd.Copies = append(cmd.Copies, piece.Copy)
			}
			return err
		})
		if err != nil {
			bad.Fields = append(bad.Fields, typed.Unlabelled("others", code, typed.UnknownLabel))
		}
	}
	return counter.Try{Act: "disposal.list_count", Command: cmd}
}

func readApprove(_ pages, _ *http.Request, d list, f typed.Form, _ *refuse.Invalid) counter.Try {
	rev := d.Rev
	if n, err := parseRev(f.Get(typed.FieldRev)); err == nil {
		rev = n // as the approver saw it
	}
	return counter.Try{Act: disposal.ActApprove, Command: disposal.ListApprove{List: d.ID, Rev: rev}, Signs: []counter.Role{me(d, "actor", "own")}}
}

func readReceipt(_ pages, _ *http.Request, d list, f typed.Form, bad *refuse.Invalid) counter.Try {
	return counter.Try{Act: "disposal.issuer_receipt", Command: disposal.IssuerReceipt{List: d.ID, Number: f.Text("number"), Date: f.Day("date", bad), Receiver: f.Text("receiver")}}
}

// me is a signature of who is signed in.
func me(d list, role, prefix string) counter.Role {
	return counter.Role{Name: role, Person: d.v.Actor.Person, Account: d.v.Actor.Account, Prefix: prefix}
}

// dayOf is the day of what is done: of a late entry that of its moment.
func dayOf(f typed.Form, bad *refuse.Invalid) string {
	if at, err := web.ParseMinute("occurred_at", f.Get(counter.FieldAt), calendar.Zone); err == nil && f.Get(counter.FieldAt) != "" {
		return calendar.DateOf(at).String()
	}
	return f.Day("at", bad)
}

// readClose closes a list: hander and taker sign; who takes outside the house has signed on paper. What goes into the archive
// is signed for by who keeps it.
func readClose(_ pages, _ *http.Request, d list, f typed.Form, bad *refuse.Invalid) counter.Try {
	taker := term.PersonID(f.Get("second" + web.FieldPerson))
	hander := counter.Role{Name: "hander", Person: d.gives(), Prefix: "first"}
	if hander.Person == d.v.Actor.Person {
		hander = me(d, "hander", "first")
	}
	signs := []counter.Role{hander}
	if taker != "" {
		signs = append(signs, counter.Role{Name: "taker", Person: taker, Prefix: "second"})
	}
	at := dayOf(f, bad)
	if d.takes() {
		taker = d.v.Actor.Person
		hander = counter.Role{Name: "hander", Person: term.PersonID(f.Get("first" + web.FieldPerson)), Prefix: "first"}
		signs = []counter.Role{hander, me(d, "taker", "second")}
	}
	if d.Kind == disposal.Archive {
		return counter.Try{Act: "disposal.archive_sign", Signs: signs, Command: disposal.ArchiveSign{List: d.ID, HandedBy: hander.Person, TakenBy: taker, Date: at, FileNo: f.Text("file_no")}}
	}
	return counter.Try{Act: "disposal.list_close", Signs: signs, Command: disposal.ListClose{
		List: d.ID, HandedBy: hander.Person, TakenBy: taker, TakerSignature: f.Text("taker_signature"), WatchedBy: term.PersonID(f.Get("watched_by")), At: at,
	}}
}

// The supervisors of a destruction, whose fields begin with their roles.
var supervisors = []string{"supervisor_1", "supervisor_2"}

func readDestroy(_ pages, _ *http.Request, d list, f typed.Form, bad *refuse.Invalid) counter.Try {
	if f.Text(web.FieldTyped) != d.Number() {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: web.FieldTyped, Code: "type_back"})
	}
	cmd := disposal.Destroy{
		List: d.ID, Method: f.Get("method"), Place: f.Text("place"), At: dayOf(f, bad), Works: f.Get("works"), WorksNo: f.Text("works_no"), Escort: f.Text("escort"),
	}
	signs := []counter.Role{me(d, "actor", "first")}
	for _, role := range supervisors {
		who := term.PersonID(f.Get(role + web.FieldPerson))
		switch {
		case who == "":
			continue
		case slices.Contains(cmd.Supervisors, who):
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: role + web.FieldPerson, Code: "same_person"})
		}
		cmd.Supervisors = append(cmd.Supervisors, who)
		signs = append(signs, counter.Role{Name: role, Person: who, Prefix: role})
	}
	return counter.Try{Act: "disposal.destroy", Command: cmd, Signs: signs}
}

func parseRev(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("read a revision: %w", err)
	}
	return n, nil
}

func absent(err error) bool { return errors.Is(err, refuse.ErrNotFound) }

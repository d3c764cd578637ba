package custodyweb

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"jiyao/internal/approval"
	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// sendsCompilation is the act of the page; maxRecipients how many recipients its form has room for.
const (
	sendsCompilation = "custody.send_compilation"
	maxRecipients    = 10
)

// compiled is the page on which a compilation is sent, a piece to each recipient, or leave is asked to send it.
type compiled struct {
	typed.Tried
	v      counter.Viewer
	id     term.DocumentID
	copies []custody.Copy // that can go
	first  custody.Carrier
	people []custody.Named
	units  []custody.Named
	leave  approval.Leave // the viewer's own, not used yet, from which the form is filled
}

func (p pages) compilationPage(w http.ResponseWriter, r *http.Request) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	return p.showCompilation(w, r, http.StatusOK, nil, compiled{Tried: typed.Tried{Which: "compilation"}}, term.LeaveID(q.Get("leave")))
}

func (p pages) showCompilation(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d compiled, leave term.LeaveID) error {
	d.id = term.DocumentID(r.PathValue("id"))
	err := p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		if err := d.read(tx, v); err != nil {
			return err
		}
		if leave == "" {
			return nil
		}
		var err error
		d.leave, d.Form, err = counter.Granted(tx, v, leave, sendsCompilation)
		return err
	})
	if err != nil {
		return p.hiddenDocument(r, string(d.id), err)
	}
	return p.Show(w, r, status, problem, compilationPage(d))
}

// read finds what can go and to whom; refuse.ErrNotFound where the document is no compilation or not the viewer's to send.
func (d *compiled) read(tx *store.Tx, v counter.Viewer) (err error) {
	if d.v = v; !v.Offered(sendsCompilation) {
		return refuse.ErrNotFound
	}
	tracks, err := custody.Tracks(tx, viewer(v), d.id)
	if err != nil {
		return err
	}
	if d.first, err = custody.Find(tx, viewer(v), tracks[0].ID); err != nil {
		return err
	}
	if d.first.Series != term.Compilations {
		return refuse.ErrNotFound
	}
	for _, t := range tracks {
		if t.State == custody.InPlace || t.State == custody.Received {
			d.copies = append(d.copies, t.Copy)
		}
	}
	if _, d.people, err = custody.Readers(tx, v.People, d.id); err != nil {
		return err
	}
	d.units, err = custody.Units(tx)
	return err
}

// sendCompilation hands in what is sent, or asks leave for it, by the button that was pressed.
func (p pages) sendCompilation(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	d, f := compiled{id: term.DocumentID(r.PathValue("id"))}, typed.Form(raw)
	if err := p.Business(r, d.read); err != nil {
		return p.hiddenDocument(r, string(d.id), err)
	}
	t := counter.Try{Act: sendsCompilation, Form: raw, Signs: []counter.Role{{Name: "actor", Person: d.v.Actor.Person, Account: d.v.Actor.Account, Prefix: "own"}}}
	t.Command = custody.SendCompilation{
		Document: d.id, Recipients: f.List("recipients"), Channel: f.Get("channel"), EnvelopeNo: f.Text("envelope_no"), Seal: f.Text("seal"),
		SentAt: f.Instant("sent_at", &t.Bad), Carriers: carriersOf(f), NetworkNo: f.Text("network_no"),
	}
	if len(f.List("recipients")) == 0 {
		t.Bad.Fields = append(t.Bad.Fields, refuse.FieldError{Field: "recipients", Code: "required"})
	}
	to, done := "/d/"+string(d.id)+"/custody", "done.custody.send_compilation"
	if f.Get("do") == "ask" {
		to, done = "", "done.approve.asked"
		if t, err = t.Asks(f.Text("reason")); err != nil {
			return err
		}
	}
	receipt, err := p.Do(r, t)
	if err == nil {
		return p.Done(w, r, cmp.Or(to, counter.AskedAt(receipt)), done, receipt)
	}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.showCompilation(w, r, status, problem, compiled{Tried: typed.Tried{Which: "compilation", Form: f, Err: err}}, "")
	})
}

// recipients are the persons and units to whom a piece can go, and the one that is chosen in one of the fields.
func (d compiled) recipients() []web.Option {
	out := []web.Option{{}}
	for _, u := range d.units {
		out = append(out, web.Option{Value: string(u.ID), Label: u.Name})
	}
	for _, n := range d.people {
		out = append(out, web.Option{Value: string(n.ID), Label: n.Name + "　" + n.UnitName})
	}
	return out
}

func (d compiled) recipient(n int) string {
	if list := d.Form["recipients"]; n < len(list) {
		return list[n]
	}
	return ""
}

// rooms is how many recipients the form asks for: no more than there are copies.
func (d compiled) rooms() int {
	return max(1, min(len(d.copies), maxRecipients), len(slices.DeleteFunc(slices.Clone(d.Form["recipients"]), func(s string) bool { return s == "" })))
}

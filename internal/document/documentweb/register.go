package documentweb

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// registering is the page of one envelope: counted, signed for, registered.
type registering struct {
	typed.Tried // register sign discrepancy
	v           counter.Viewer
	envelope    document.Sealing
	people      []document.Colleague
	channels    []web.Option
	mediums     []web.Option
	codeFrom    term.Level // from this level up a code name stands for the title; empty: nowhere
	codeBy      term.Clause
}

// coded reports whether the level on the form, or on the cover, calls for a code name.
func (d registering) coded() bool {
	l := term.Level(d.Form.Or("level", string(d.envelope.Level)))
	return d.codeFrom != "" && l.AtLeast(d.codeFrom)
}

// medium is what the piece on the form is of.
func (d registering) medium() string { return d.In("register").Or("medium", "paper") }

// material reports whether what is asked of a piece that is not paper stands open. Folded, it is there for who has no script.
func (d registering) material(ctx context.Context, f typed.Form, err error) bool {
	return d.medium() != "paper" || slices.ContainsFunc([]string{"form", "custodian", "serial_no", "described"}, func(name string) bool {
		return f.Get(name) != "" || typed.Error(ctx, err, name) != ""
	})
}

// forms are what such a piece can be; every one where a form was said of a medium that has none.
func (d registering) forms() []string {
	if list := term.FormsOf(d.medium()); list != nil {
		return list
	}
	return term.Closed("carrier_form")
}

// usual is what a piece of some medium and form usually holds: a disk data, a tape its sound, paper text.
func usual(medium, form string) string {
	switch {
	case form == "video_tape", medium == "photo":
		return "image"
	case form == "audio_tape", medium == "tape":
		return "sound"
	case medium == "magnetic", medium == "solid_state", medium == "optical", medium == "file":
		return "data"
	}
	return "text"
}

// holds reports whether a kind of content is ticked: as it was, and what is usual where nobody has ticked otherwise.
func (d registering) holds(kind string) bool {
	f := d.In("register")
	said, now := f.List("content_kinds"), usual(d.medium(), f.Get("form"))
	if f == nil || f.Get("usual") != now && len(said) == 1 && said[0] == f.Get("usual") {
		return kind == now
	}
	return f.Has("content_kinds", kind)
}

// below reports whether the level on the form is lower than the one on the cover.
func (d registering) below() bool {
	return d.envelope.Level.Above(term.Level(d.In("register").Get("level")))
}

// checkedLevel reports whether the level on the form is the one that was said to be looked at once more.
func checkedLevel(f typed.Form) bool {
	return f.Get("level") != "" && f.Get("level_checked") == f.Get("level")
}

// markHelp shows a mark of the secrets that the office keeps.
func (d registering) markHelp() string {
	if d.v.Law.Regimes()[0] == term.RegimeCompany {
		return "register.mark_help_company"
	}
	return "register.mark_help"
}

func (d registering) differs() bool {
	return d.envelope.Counted != document.NotCounted && d.envelope.Counted != d.envelope.Listed
}

// opensEnvelopes reports whether the page of an envelope is there for the viewer.
func opensEnvelopes(v counter.Viewer) bool {
	return v.Offered("document.register") || v.Offered("document.sign_for")
}

func (p pages) registerPage(w http.ResponseWriter, r *http.Request) error {
	return p.envelopePage(w, r, http.StatusOK, nil, registering{Tried: typed.Tried{Which: "register"}})
}

// registerFields draws the fields of the form anew for what is chosen in it so far. Nothing is asked for, done or kept.
func (p pages) registerFields(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Typed(r)
	if err != nil {
		return err
	}
	d := registering{Tried: typed.Tried{Which: "register", Form: typed.Form(form)}}
	if err := p.readEnvelope(r, &d); err != nil {
		return err
	}
	if d.envelope.Document != "" {
		return &refuse.Conflict{Table: "envelope", Key: string(d.envelope.ID)}
	}
	return web.Render(w, r, http.StatusOK, registerAnew(d))
}

func (p pages) envelopePage(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d registering) error {
	if err := p.readEnvelope(r, &d); err != nil {
		return err
	}
	if d.envelope.Document != "" && problem == nil {
		return web.Redirect(w, r, "/d/"+string(d.envelope.Document))
	}
	f := p.Frame(w, r)
	f.Scripts = append(f.Scripts, "anew.js")
	return web.Render(w, r, status, web.Within(web.Page(f), counter.Above(problem, registerPage(d))))
}

// readEnvelope completes the page of the envelope that a request names.
func (p pages) readEnvelope(r *http.Request, d *registering) error {
	return p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		if !opensEnvelopes(v) {
			return refuse.ErrNotFound
		}
		d.v, d.channels = v, channels(r.Context(), v.Law, "document.register.channel")
		d.mediums = counter.Worded(r.Context(), "medium.", listed(v.Law, "document.register.medium", term.Closed("medium")...))
		d.codeFrom, d.codeBy = codeNameFrom(v)
		var err error
		if d.envelope, err = document.FindEnvelope(tx, term.EnvelopeID(r.PathValue("envelope"))); err != nil {
			return err
		}
		if d.envelope.Document != "" { // registered by now: the line is the page
			if _, err := document.Find(tx, viewer(v), d.envelope.Document); err != nil {
				return err
			}
			return nil
		}
		d.people, err = document.Colleagues(tx, v.People)
		return err
	})
}

func listed(law *regulation.Law, of string, usual ...string) []string {
	if list := law.List(of); len(list) > 0 {
		return list
	}
	return usual
}

// envelopeAct does one act of the envelope's page.
func (p pages) envelopeAct(w http.ResponseWriter, r *http.Request, which string, do func(f typed.Form, me counter.Viewer) error) error {
	form, err := web.Typed(r)
	if err != nil {
		return err
	}
	me, err := p.me(r)
	if err != nil {
		return err
	}
	f := typed.Form(form)
	if err = do(f, me); err == nil {
		return nil
	}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.envelopePage(w, r, status, problem, registering{Tried: typed.Tried{Which: which, Form: f, Err: err}})
	})
}

func (p pages) signFor(w http.ResponseWriter, r *http.Request) error {
	id := term.EnvelopeID(r.PathValue("envelope"))
	return p.envelopeAct(w, r, "sign", func(f typed.Form, me counter.Viewer) error {
		var bad refuse.Invalid
		cmd := document.SignFor{Envelope: id, Counted: f.Number("counted", &bad)}
		receipt, err := p.Do(r, counter.Try{Act: "document.sign_for", Command: cmd, Form: map[string][]string(f), Signs: own(me), Bad: bad})
		if err != nil {
			return err
		}
		return p.Done(w, r, "/receive/"+string(id), "done.document.sign_for", receipt)
	})
}

func (p pages) discrepancy(w http.ResponseWriter, r *http.Request) error {
	id := term.EnvelopeID(r.PathValue("envelope"))
	return p.envelopeAct(w, r, "discrepancy", func(f typed.Form, _ counter.Viewer) error {
		var bad refuse.Invalid
		cmd := document.Discrepancy{Envelope: id, Listed: f.Number("listed", &bad), Counted: f.Number("counted", &bad), What: f.Text("what"), SentTo: f.Text("sent_to")}
		receipt, err := p.Do(r, counter.Try{Act: "document.discrepancy", Command: cmd, Form: map[string][]string(f), Bad: bad})
		if err != nil {
			return err
		}
		return p.Done(w, r, "/receive/"+string(id), "done.document.discrepancy", receipt)
	})
}

func (p pages) register(w http.ResponseWriter, r *http.Request) error {
	id := term.EnvelopeID(r.PathValue("envelope"))
	return p.envelopeAct(w, r, "register", func(f typed.Form, _ counter.Viewer) error {
		cmd, bad := readRegister(id, f)
		receipt, err := p.Do(r, counter.Try{Act: "document.register", Command: cmd, Form: map[string][]string(f), Bad: bad})
		if err != nil {
			return err
		}
		next := "/d/" + receipt.Values["document"]
		if f.Get("next") == "envelope" {
			if next, err = p.nextEnvelope(r); err != nil {
				return err
			}
		}
		return p.Done(w, r, next, "done.document.register", receipt)
	})
}

// nextEnvelope is the page of the envelope that has waited longest.
func (p pages) nextEnvelope(r *http.Request) (string, error) {
	next := "/receive"
	err := p.Business(r, func(tx *store.Tx, _ counter.Viewer) error {
		list, err := document.Unregistered(tx, 1)
		if len(list) > 0 {
			next = "/receive/" + string(list[0].ID)
		}
		return err
	})
	return next, err
}

// readRegister makes the act's command of the form.
func readRegister(id term.EnvelopeID, f typed.Form) (cmd document.Register, bad refuse.Invalid) {
	cmd = document.Register{
		Envelope: id, ReceivedAt: f.Minute("received_at", &bad), Issuer: f.Text("issuer"), IssuerSuperior: f.Get("issuer_superior") == "yes",
		IssuerLimit: f.Get("issuer_limit"), DocNo: f.Text("doc_no"), Title: f.Text("title"), CodeName: f.Text("code_name"), DocumentKind: f.Text("document_kind"),
		Level: term.Level(f.Get("level")), Period: strings.ReplaceAll(web.Narrow(f.Get("period")), " ", ""), PeriodUnprinted: f.Get("period_unprinted"),
		IssuedOn: f.Day("issued_on", &bad), NotifiedOn: f.Day("notified_on", &bad), MarkText: f.Text("mark_text"), Urgency: term.Urgency(f.Get("urgency")),
		Copies: f.Number("copies", &bad), CopyNoUnprinted: f.Get("copy_no_unprinted"), Pages: f.Number("pages", &bad), Attachments: f.Number("attachments", &bad),
		Medium: f.Get("medium"), ContentKinds: f.List("content_kinds"), Form: f.Get("form"), Custodian: term.PersonID(f.Get("custodian")), SerialNo: f.Text("serial_no"), Described: f.Text("described"),
		Channel: f.Get("channel"), Signer: term.PersonID(f.Get("signer")), NeedsAction: f.Get("needs_action") == "yes",
		ReturnRequired: f.Get("return_required"), ReturnBy: f.Day("return_by", &bad), Notes: f.Text("notes"), Again: f.Get("again") == "yes", LevelChecked: checkedLevel(f),
	}
	var ok bool
	if cmd.CopyNos, ok = copyNumbers(f.Get("copy_nos")); !ok {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "copy_nos", Code: "bad_format"})
	}
	return cmd, bad
}

// copyNumbers reads 份号 as people write them: 000003, 000005-000007. At most 999.
func copyNumbers(s string) (out []string, ok bool) {
	s = strings.NewReplacer("–", "-", "—", "-", "至", "-", "、", " ", "，", " ", ",", " ", "；", " ", ";", " ").Replace(web.Narrow(s))
	for word := range strings.FieldsSeq(s) {
		from, to, isRange := strings.Cut(word, "-")
		if !isRange {
			out = append(out, word)
		} else {
			a, errA := strconv.Atoi(from)
			b, errB := strconv.Atoi(to)
			if errA != nil || errB != nil || len(from) != 6 || len(to) != 6 || b < a || b-a >= 999 {
				return nil, false
			}
			for n := a; n <= b; n++ {
				out = append(out, zeros(n))
			}
		}
		if len(out) > 999 {
			return nil, false
		}
	}
	return out, true
}

func zeros(n int) string {
	s := strconv.Itoa(n)
	return strings.Repeat("0", max(0, 6-len(s))) + s
}

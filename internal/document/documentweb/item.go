package documentweb

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/calendar"
	"jiyao/internal/document"
	"jiyao/internal/ledger"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// item is the page of one document.
type item struct {
	document.Detail
	typed.Tried
	v       counter.Viewer
	keeps   bool // keeps the register: sees holders, lanes and events
	people  []document.Colleague
	choices []candidate // for the scope
	general []term.Clause
	lanes   templ.Component
	named   templ.Component // who is designated for it
	events  []web.Event
	now     time.Time
	issue   *issuing // of a document of the office's own
	reveal  string   // where a masked title is opened; empty where that would be refused
}

func (d item) id() string { return string(d.Cover.ID) }

// may reports whether a form is worth showing: the line of the table of functions offers the act, and the line
// of the register is still open.
func (d item) may(name string) bool {
	return d.v.OfferedWithout(name, "author", "own") && d.Cover.State == document.Registered && !d.gone() // what came in has no author here
}

// living reports whether any copy is left: to one that ended no label is stuck.
func (d item) living() bool {
	for _, c := range d.Carriers {
		if c.State != "ended" {
			return true
		}
	}
	return false
}

// out counts the copies that are not back: to be done with an item ends no loan, and its copies are still to come back.
func (d item) out() (n int) {
	for _, c := range d.Carriers {
		if slices.Contains([]string{"held", "carried", "transit", "supplied"}, c.State) {
			n++
		}
	}
	return n
}

// mayCorrect is who keeps the register, or who made the line: while it stands, after it is completed too.
func (d item) mayCorrect() bool {
	return d.Cover.State != document.Voided && !d.gone() && (d.v.OfferedWithout("document.correct", "own") || d.Cover.RegisteredBy == d.v.Actor.Person)
}

// gone reports whether the item was destroyed whole, its key with it: no work on it is left.
func (d item) gone() bool { return !d.Cover.ShreddedAt.IsZero() }

// mayAskBack reports whether the issuer's wish to have it back can be noted: of what came in, while anything of it is left.
func (d item) mayAskBack() bool {
	return d.v.Offered("document.ask_back") && (d.Cover.Series == term.Received || d.Cover.Series == term.Kept) && d.Cover.State != document.Voided && d.Cover.SettledAt.IsZero() && !d.gone()
}

// mayVoid is who keeps the register, likewise.
func (d item) mayVoid() bool {
	return d.Cover.State != document.Voided && !d.gone() && d.v.Offered("document.void")
}

func (p pages) item(w http.ResponseWriter, r *http.Request) error {
	return p.itemPage(w, r, http.StatusOK, nil, item{}, false)
}

func (p pages) itemPage(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d item, unmask bool) error {
	id := term.DocumentID(r.PathValue("id"))
	me, err := p.me(r)
	if err != nil {
		return err
	}
	if err := p.mayView(r, me, id, "document"); err != nil {
		return err
	}
	if err := p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		return p.readItem(r.Context(), tx, v, id, &d, unmask)
	}); err != nil {
		return err
	}
	if d.may("document.scope") || d.may("document.widen") {
		d.choices, d.general = p.candidates(r.Context(), d)
	}
	return p.Show(w, r, status, problem, itemPage(d))
}

func (p pages) readItem(ctx context.Context, tx *store.Tx, v counter.Viewer, id term.DocumentID, d *item, unmask bool) error {
	var err error
	if d.Detail, err = document.Read(tx, viewer(v), id, unmask); err != nil {
		return err
	}
	d.v, d.now, d.keeps = v, v.Now, v.Keeps()
	if d.Cover.Masked {
		d.reveal = p.Reveals(ctx, v, id)
	}
	if d.people, err = document.Colleagues(tx, v.People); err != nil {
		return err
	}
	if err := d.readIssuing(tx); err != nil {
		return err
	}
	d.Instructions = slices.DeleteFunc(d.Instructions, func(i document.Directed) bool { return !d.mayRead(i) })
	if p.Entrusted != nil && d.Cover.Level.Classified() {
		if d.named, err = p.Entrusted(ctx, tx, v, id); err != nil {
			return err
		}
	}
	if !d.keeps {
		return nil
	}
	if p.Lanes != nil && len(d.Carriers) > 0 { // a draft has no copies yet
		if d.lanes, err = p.Lanes(ctx, tx, v, id); err != nil {
			return err
		}
	}
	d.events, err = p.eventsOf(ctx, tx, d)
	return err
}

// mayRead keeps a leader's instruction from other readers until they have signed themselves.
func (d item) mayRead(i document.Directed) bool {
	me := d.v.Actor.Person
	return d.keeps || i.By == me || i.Handler == me ||
		slices.ContainsFunc(d.Turns, func(t document.Turn) bool { return t.Reader == me && !t.ReadAt.IsZero() })
}

// maxEvents is how many events the page shows.
const maxEvents = 20

func (p pages) eventsOf(ctx context.Context, tx *store.Tx, d *item) ([]web.Event, error) {
	if p.Ledger == nil {
		return nil, nil
	}
	about := map[string]string{d.id(): ""}
	for i, c := range d.Carriers {
		if i < maxEvents {
			about[string(c.ID)] = carrierName(c)
		}
	}
	for _, i := range d.Instructions {
		about[string(i.ID)] = ""
	}
	var entries []ledger.Entry
	for subject := range about {
		list, err := p.Ledger.BySubject(tx, subject, 0, maxEvents)
		if err != nil {
			return nil, err
		}
		entries = append(entries, list...)
	}
	// Tries that found nothing are nobody's business here; what the system did itself stands in the ledger.
	entries = slices.DeleteFunc(entries, func(e ledger.Entry) bool { return e.Outcome == ledger.NotFound || e.Actor == "" })
	slices.SortFunc(entries, func(a, b ledger.Entry) int { return cmp.Compare(b.Seq, a.Seq) })
	out := make([]web.Event, 0, maxEvents)
	for _, e := range entries[:min(len(entries), maxEvents)] {
		out = append(out, event(ctx, d.v, e, about[e.Subject]))
	}
	ends, err := p.endsOf(ctx, tx, d)
	if err != nil {
		return nil, err
	}
	out = append(out, ends...)
	slices.SortStableFunc(out, func(a, b web.Event) int { return b.At.Compare(a.At) })
	out = out[:min(len(out), maxEvents)]
	if len(out) > 0 && out[0].Kind == "" {
		out[0].Kind = "now"
	}
	return out, nil
}

// endsOf are the ends of the copies: they stand in the acts about lists, which are about no one document.
func (p pages) endsOf(ctx context.Context, tx *store.Tx, d *item) (out []web.Event, err error) {
	if p.Ends == nil {
		return nil, nil
	}
	ends, err := p.Ends(ctx, tx, d.v, d.Cover.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range d.Carriers {
		for _, e := range ends[c.ID] {
			e.Where = carrierName(c)
			out = append(out, e)
		}
	}
	return out, nil
}

func carrierName(c document.Carrier) string {
	if c.CopyNo != "" {
		return string(c.CopyNo)
	}
	return string(c.Label)
}

// event is one entry as the page says it: what, where, by whom, and both times of a late entry.
func event(ctx context.Context, v counter.Viewer, e ledger.Entry, where string) web.Event {
	at := time.UnixMilli(e.OccurredAt).In(calendar.Zone)
	name := counter.Words(ctx, "act.", e.Act)
	out := web.Event{At: at, Title: name, Where: where, Reference: e.Reference}
	who := v.People.Name(term.PersonID(e.Actor))
	out.Text = who
	var others []string
	for _, s := range e.Signatures {
		if name := v.People.Name(term.PersonID(s.Person)); string(s.Person) != e.Actor && !slices.Contains(others, name) {
			others = append(others, name)
		}
	}
	if len(others) > 0 {
		out.Text = web.T(ctx, "event.signed_too", "who", who, "other", strings.Join(others, web.T(ctx, "list.separator")))
	}
	if e.Outcome == ledger.Refused {
		out.Kind, out.Title = "no", web.T(ctx, "event.refused", "act", name)
	}
	if e.Late != "" {
		recorded := time.UnixMilli(e.RecordedAt).In(calendar.Zone)
		out.Text += web.T(ctx, "event.late", "time", web.Tongue(ctx).DateTime(recorded), "reason", e.Late)
	}
	return out
}

// reveal opens a masked title on purpose. Held by the script it answers the title alone; else the whole page.
func (p pages) reveal(w http.ResponseWriter, r *http.Request) error {
	id := term.DocumentID(r.PathValue("id"))
	if _, err := p.Do(r, counter.Try{Act: "document.reveal", Command: document.Look{Document: id, Form: "title"}}); err != nil {
		return err
	}
	if !web.IsFragment(r) {
		return p.itemPage(w, r, http.StatusOK, nil, item{}, true)
	}
	var name string
	err := p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		d, err := document.Find(tx, viewer(v), id)
		if err != nil {
			return err
		}
		covers, err := document.Covers(tx, []document.Document{d}, true)
		if err == nil {
			name = covers[0].Name()
		}
		return err
	})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(name)) // the reader went away
	return nil
}

// overdue reports whether a copy should have come back.
func overdue(c document.Carrier, d item) bool {
	return !c.ReturnBy.IsZero() && !d.now.Before(c.ReturnBy)
}

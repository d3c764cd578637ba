package incidentweb

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/incident"
	"jiyao/internal/obligation"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// oneCase is a case with what was added to it.
type oneCase struct {
	v       counter.Viewer
	row     incident.Case
	what    string
	knownBy []string
	notes   []note
	told    []string
	number  string // of the document it is about, where he may know of it
	label   term.LabelCode // of the copy it is about, where he may know of it
	duty    *obligation.Duty
	adds    bool // he may add to it
	key     string
	typed.Tried
}

type note struct {
	at   time.Time
	by   string
	text string
}

func (p *pages) one(w http.ResponseWriter, r *http.Request) error {
	return p.showCase(w, r, http.StatusOK, nil, oneCase{})
}

func (p *pages) showCase(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d oneCase) error {
	id, err := counter.PathID[term.CaseID](r)
	if err != nil {
		return err
	}
	if d.key, err = p.Key(); err != nil {
		return err
	}
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		d.v = v
		return p.fill(tx, &d, id)
	})
	if err != nil {
		return err
	}
	d.adds = p.May(r.Context(), d.v, "incident.annotate", incident.Annotate{Case: id, Text: "x"}) == nil
	return p.Show(w, r, status, problem, casePage(d))
}

func (p *pages) fill(tx *store.Tx, d *oneCase, id term.CaseID) error {
	viewer := look(d.v)
	var ok bool
	var err error
	if d.row, ok, err = viewer.Get(tx, id); err != nil {
		return err
	}
	if !ok {
		return refuse.ErrNotFound
	}
	if err := incident.Reveal(tx, &d.row); err != nil {
		return err
	}
	if d.what, err = counter.Opened(d.row.What); err != nil {
		return err
	}
	known, err := counter.Opened(d.row.KnownBy)
	if err != nil {
		return err
	}
	d.knownBy = linesIn(known)
	notes, err := viewer.Notes(tx, id)
	if err != nil {
		return err
	}
	for i := range notes {
		if err := incident.Annotations.Reveal(tx, &notes[i]); err != nil {
			return err
		}
		text, err := counter.Opened(notes[i].Text)
		if err != nil {
			return err
		}
		d.notes = append([]note{{notes[i].At, d.v.People.Name(notes[i].By), text}}, d.notes...)
	}
	parties, err := viewer.PartiesOf(tx, id)
	if err != nil {
		return err
	}
	for _, t := range parties {
		if strings.Contains(t.Who, "/") {
			d.told = append(d.told, counter.PostTitle(d.v.Law, t.Who))
		} else if n := d.v.People.Name(term.PersonID(t.Who)); n != "" {
			d.told = append(d.told, n)
		}
	}
	if d.row.Document != "" && p.Number != nil {
		if d.number, err = p.Number(tx, d.v, d.row.Document); err != nil {
			return err
		}
	}
	labels, err := p.labels(tx, d.v, d.row)
	if err != nil {
		return err
	}
	d.label = labels[d.row.Subject]
	return d.clock(tx)
}

// clock finds the duty on the case that is due next.
func (d *oneCase) clock(tx *store.Tx) error {
	open, err := obligation.Duties.Select(tx, "WHERE subject_kind = 'case' AND subject = $1 AND state = 'open' AND due_at IS NOT NULL ORDER BY due_at, id LIMIT 1", string(d.row.ID))
	if err == nil && len(open) > 0 {
		d.duty = &open[0]
	}
	return err
}

// hand hands in one act about the case and comes back to it.
func (p *pages) hand(w http.ResponseWriter, r *http.Request, which string, command func(id term.CaseID, f typed.Form) any) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	id, err := counter.PathID[term.CaseID](r)
	if err != nil {
		return err
	}
	f := typed.Form(raw)
	receipt, err := p.Do(r, counter.Try{Act: "incident." + which, Command: command(id, f), Form: raw})
	if err == nil {
		return p.Done(w, r, "/incidents/"+string(id), "done.incident."+which, receipt)
	}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.showCase(w, r, status, problem, oneCase{Tried: typed.Tried{Which: which, Form: f, Err: err}})
	})
}

func (p *pages) annotate(w http.ResponseWriter, r *http.Request) error {
	return p.hand(w, r, "annotate", func(id term.CaseID, f typed.Form) any { return incident.Annotate{Case: id, Text: f.Text("text")} })
}

// remove and merge are asked for so that they are refused.
func (p *pages) remove(w http.ResponseWriter, r *http.Request) error {
	return p.hand(w, r, "delete", func(id term.CaseID, f typed.Form) any { return incident.Delete{Case: id, Reason: f.Text("reason")} })
}

func (p *pages) merge(w http.ResponseWriter, r *http.Request) error {
	return p.hand(w, r, "merge", func(id term.CaseID, f typed.Form) any {
		return incident.Merge{Case: id, Into: term.CaseID(web.Narrow(f.Get("into"))), Reason: f.Text("reason")}
	})
}

func (d oneCase) deadline() web.Deadline {
	return web.Deadline{Opened: d.duty.OpenedAt, Warn: d.duty.WarnAt, At: d.duty.DueAt}
}

// events is the timeline: what was added, the newest first, and at its end how the case came to be.
func (d oneCase) events(ctx context.Context) []web.Event {
	var out []web.Event
	for i, n := range d.notes {
		e := web.Event{At: n.at, Title: n.by, Text: n.text}
		if i == 0 {
			e.Kind = "now"
		}
		out = append(out, e)
	}
	return append(out, web.Event{Kind: "no", At: d.row.OpenedAt, Title: web.T(ctx, "incident.opened"), Where: d.v.By(ctx, "incident.", d.row.OpenedBy)})
}

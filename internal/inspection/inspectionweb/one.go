package inspectionweb

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/inspection"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// oneFinding is a finding with what can be done about it now.
type oneFinding struct {
	v        counter.Viewer
	row      inspection.Finding
	said     string
	measure  string
	figures  []web.Pair
	number   string         // of the document it is about, where he may know of it
	label    term.LabelCode // of the copy it is about, likewise
	mends    bool
	rechecks bool
	closes   bool
	key      string
	typed.Tried
}

func (p *pages) one(w http.ResponseWriter, r *http.Request) error {
	return p.showFinding(w, r, http.StatusOK, nil, oneFinding{})
}

func (p *pages) showFinding(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d oneFinding) error {
	id, err := counter.PathID[term.FindingID](r)
	if err != nil {
		return err
	}
	if d.key, err = p.Key(); err != nil {
		return err
	}
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		d.v = v
		return p.fill(r.Context(), tx, &d, id)
	})
	if err != nil {
		return err
	}
	may := func(name string, cmd any) bool {
		return p.May(r.Context(), d.v, name, cmd, act.Signature{Role: "actor", Person: d.v.Actor.Person, Strength: "pin"}) == nil
	}
	d.mends = may("inspection.measure", inspection.Measure{Finding: id, Measure: "x"})
	d.rechecks = may("inspection.recheck", inspection.Recheck{Finding: id, Result: "fixed"})
	d.closes = may("inspection.close", inspection.Close{Finding: id})
	return p.Show(w, r, status, problem, findingPage(d))
}

func (p *pages) fill(ctx context.Context, tx *store.Tx, d *oneFinding, id term.FindingID) error {
	var ok bool
	var err error
	if d.row, ok, err = look(d.v).Get(tx, id); err != nil {
		return err
	}
	if !ok {
		return refuse.ErrNotFound
	}
	if err := inspection.Reveal(tx, &d.row); err != nil {
		return err
	}
	if d.said, err = counter.Opened(d.row.Text); err != nil {
		return err
	}
	if d.measure, err = counter.Opened(d.row.Measure); err != nil {
		return err
	}
	if p.Figures != nil {
		if d.figures, err = p.Figures(ctx, tx, d.v, d.row); err != nil {
			return err
		}
	}
	if d.row.Document != "" && p.Number != nil {
		if d.number, err = p.Number(tx, d.v, d.row.Document); err != nil {
			return err
		}
	}
	if d.row.Subject != "" && p.Labels != nil {
		labels, err := p.Labels(tx, d.v, []string{d.row.Subject})
		if err != nil {
			return err
		}
		d.label = labels[d.row.Subject]
	}
	return nil
}

// hand hands in one signed act about the finding and comes back to it.
func (p *pages) hand(w http.ResponseWriter, r *http.Request, which string, command func(id term.FindingID, f typed.Form) any) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	id, err := counter.PathID[term.FindingID](r)
	if err != nil {
		return err
	}
	var me act.Actor
	if err := p.Business(r, func(_ *store.Tx, v counter.Viewer) error { me = v.Actor; return nil }); err != nil {
		return err
	}
	f := typed.Form(raw)
	receipt, err := p.Do(r, counter.Try{
		Act: "inspection." + which, Command: command(id, f), Form: raw, Signs: []counter.Role{{Name: "actor", Person: me.Person, Account: me.Account, Prefix: "own"}},
	})
	if err == nil {
		return p.Done(w, r, "/findings/"+string(id), "done.inspection."+which, receipt)
	}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.showFinding(w, r, status, problem, oneFinding{Tried: typed.Tried{Which: which, Form: f, Err: err}})
	})
}

func (p *pages) measure(w http.ResponseWriter, r *http.Request) error {
	return p.hand(w, r, "measure", func(id term.FindingID, f typed.Form) any {
		return inspection.Measure{Finding: id, Measure: f.Text("measure")}
	})
}

func (p *pages) recheck(w http.ResponseWriter, r *http.Request) error {
	return p.hand(w, r, "recheck", func(id term.FindingID, f typed.Form) any {
		return inspection.Recheck{Finding: id, Result: f.Get("result")}
	})
}

func (p *pages) close(w http.ResponseWriter, r *http.Request) error {
	return p.hand(w, r, "close", func(id term.FindingID, f typed.Form) any { return inspection.Close{Finding: id, Note: f.Text("note")} })
}

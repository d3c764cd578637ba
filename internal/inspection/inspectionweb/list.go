package inspectionweb

import (
	"context"
	"net/http"
	"net/url"

	"jiyao/internal/inspection"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// perPage is how many findings one page lists.
const perPage = 50

// states are the states that can be asked for, in order; the empty one is all.
var states = []inspection.State{inspection.Open, inspection.Measured, inspection.Rechecked, inspection.Closed, ""}

// findings is the list as far as the viewer may know of it.
type findings struct {
	v      counter.Viewer
	keeper bool
	filter inspection.Filter
	list   []line
	after  term.FindingID // of the next page; empty: there is none
}

type line struct {
	inspection.Finding
	said    string
	figures []web.Pair
}

func (p *pages) list(w http.ResponseWriter, r *http.Request) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	d := findings{filter: inspection.Filter{State: inspection.Open, ByOwner: q.Get("by") == "owner", After: term.FindingID(q.Get("after"))}}
	if q.Has("state") {
		d.filter.State = inspection.State(q.Get("state"))
	}
	if !known(d.filter.State) {
		return refuse.ErrNotFound
	}
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		viewer := look(v)
		d.v, d.keeper = v, viewer.Keeper
		rows, err := viewer.Page(tx, d.filter, perPage+1)
		if err != nil {
			return err
		}
		if len(rows) > perPage {
			rows = rows[:perPage]
			d.after = rows[perPage-1].ID
		}
		for _, f := range rows {
			if err := inspection.Findings.Reveal(tx, &f, "text"); err != nil {
				return err
			}
			said, err := counter.Opened(f.Text)
			if err != nil {
				return err
			}
			l := line{Finding: f, said: said}
			if p.Figures != nil {
				if l.figures, err = p.Figures(r.Context(), tx, v, f); err != nil {
					return err
				}
			}
			d.list = append(d.list, l)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, web.Within(web.Page(p.Frame(w, r)), listPage(d)))
}

func known(s inspection.State) bool {
	for _, k := range states {
		if s == k {
			return true
		}
	}
	return false
}

// href is the list with another filter.
func href(f inspection.Filter) string {
	q := url.Values{"state": {string(f.State)}}
	if f.ByOwner {
		q.Set("by", "owner")
	}
	if f.After != "" {
		q.Set("after", string(f.After))
	}
	return "/findings?" + q.Encode()
}

func (d findings) next() string {
	if d.after == "" {
		return ""
	}
	f := d.filter
	f.After = d.after
	return href(f)
}

func (d findings) byState(ctx context.Context) []web.Option {
	var out []web.Option
	for _, s := range states {
		word := string(s)
		if s == "" {
			word = "all"
		}
		out = append(out, web.Option{Value: href(inspection.Filter{State: s, ByOwner: d.filter.ByOwner}), Label: web.T(ctx, "finding.filter."+word), On: d.filter.State == s})
	}
	return out
}

func (d findings) orders(ctx context.Context) []web.Option {
	return []web.Option{
		{Value: href(inspection.Filter{State: d.filter.State}), Label: web.T(ctx, "finding.by_time"), On: !d.filter.ByOwner},
		{Value: href(inspection.Filter{State: d.filter.State, ByOwner: true}), Label: web.T(ctx, "finding.by_owner"), On: d.filter.ByOwner},
	}
}

// stateKind is how a state is drawn. Red is for what is overdue, and the chip of the deadline says that.
func stateKind(s inspection.State) string {
	if s == inspection.Closed {
		return "ok"
	}
	return "wait"
}

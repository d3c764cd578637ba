package incidentweb

import (
	"net/http"
	"time"

	"jiyao/internal/incident"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// perPage is how many cases one page lists.
const perPage = 50

// cases is the list as far as the viewer may know of it.
type cases struct {
	v      counter.Viewer
	keeper bool
	list   []incident.Case
	labels map[string]term.LabelCode // of the copies they are about, where he may know of them
	after  term.CaseID // of the next page; empty: there is none
}

func (p *pages) list(w http.ResponseWriter, r *http.Request) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	var c cases
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		viewer := look(v)
		c.v, c.keeper = v, viewer.Keeper
		var at time.Time
		after := term.CaseID(q.Get("after"))
		if after != "" {
			last, ok, err := viewer.Get(tx, after)
			if err != nil {
				return err
			}
			if ok { // a place that he may not know of is the beginning
				at = last.OpenedAt
			}
		}
		if c.list, err = viewer.List(tx, at, after, perPage+1); err != nil {
			return err
		}
		if len(c.list) > perPage {
			c.list = c.list[:perPage]
			c.after = c.list[perPage-1].ID
		}
		c.labels, err = p.labels(tx, v, c.list...)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, web.Within(web.Page(p.Frame(w, r)), listPage(c)))
}

func (c cases) next() string {
	if c.after == "" {
		return ""
	}
	return "/incidents?after=" + string(c.after)
}

// labels are those of the copies that some cases are about.
func (p *pages) labels(tx *store.Tx, v counter.Viewer, list ...incident.Case) (map[string]term.LabelCode, error) {
	var ids []string
	for _, c := range list {
		if c.Subject != "" {
			ids = append(ids, c.Subject)
		}
	}
	if p.Labels == nil || len(ids) == 0 {
		return nil, nil
	}
	return p.Labels(tx, v, ids)
}

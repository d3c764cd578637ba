package circulationweb

import (
	"context"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"jiyao/internal/store"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// maxToDecide is how many requests the first page names; the page of approvals has them all.
const maxToDecide = 5

// toDecide is what waits for the decision of whoever looks: requests of others, and lists that nobody asks for.
type toDecide struct {
	v        counter.Viewer
	requests []request
	lists    []List
	more     bool
}

// ToDecide is the panel of what waits for the viewer's decision, each with the way to where he decides; nil where nothing does.
// It reads on its own: call it outside a transaction.
func ToDecide(r *http.Request, deps Deps) (templ.Component, error) {
	p := &pages{deps}
	var d toDecide
	err := p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		d.v = v
		all, next, err := p.requests(r.Context(), tx, v, place{}, "")
		d.requests = slices.DeleteFunc(all, func(q request) bool { return q.Own || q.Given })
		d.more = next.id != "" || len(d.requests) > maxToDecide
		d.requests = d.requests[:min(len(d.requests), maxToDecide)]
		return err
	})
	if err == nil && p.Undecided != nil {
		d.lists, err = p.Undecided(r)
	}
	if err != nil || len(d.requests)+len(d.lists) == 0 && !d.more {
		return nil, err
	}
	return toDecidePanel(d), nil
}

// all leads to every request.
func (d toDecide) all(ctx context.Context) web.Link {
	if !d.more {
		return web.Link{}
	}
	return web.Link{Href: "/approvals", Label: web.T(ctx, "approve.all")}
}

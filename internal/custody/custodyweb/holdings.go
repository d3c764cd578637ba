package custodyweb

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"jiyao/internal/custody"
	"jiyao/internal/obligation"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// HoldingsPath is the page of what one holds oneself.
const HoldingsPath = "/holdings"

// perHeldPage is how many pieces a page lists; maxHeldPage is the last that is asked for.
const (
	perHeldPage = 50
	maxHeldPage = 2000
)

// holdings is 我保管的: what the viewer has with him or answers for, with what he owes for it. Nothing of others stands here.
type holdings struct {
	v    counter.Viewer
	list []custody.With // of this page
	all  int
	late int
	page int                          // from 1
	owed map[string][]obligation.Duty // by what they hang on
	rest []obligation.Duty            // of his duties, those that hang on nothing in the list
}

func (p pages) holdingsPage(w http.ResponseWriter, r *http.Request) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	d := holdings{owed: map[string][]obligation.Duty{}, page: 1}
	if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 1 && n <= maxHeldPage {
		d.page = n
	}
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) (err error) {
		d.v = v
		if d.all, d.late, err = custody.HowManyHeld(tx, v.Actor.Person, v.Now); err != nil {
			return err
		}
		if d.list, err = custody.HeldOf(tx, viewer(v), (d.page-1)*perHeldPage, perHeldPage); err != nil {
			return err
		}
		duties, err := obligation.OpenBy(tx, v.Actor.Person)
		if err != nil {
			return err
		}
		shown := map[string]bool{}
		for _, w := range d.list {
			shown[string(w.ID)], shown[string(w.Document)] = true, true
		}
		for _, o := range duties {
			switch on := o.Subject; {
			case shown[on]:
				d.owed[on] = append(d.owed[on], o)
			case o.Document != "" && shown[string(o.Document)]:
				d.owed[string(o.Document)] = append(d.owed[string(o.Document)], o)
			default:
				d.rest = append(d.rest, o)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.Show(w, r, http.StatusOK, nil, holdingsPage(d))
}

// at is the address of a page of the list, empty where there is none.
func (d holdings) at(page int) string {
	switch {
	case page < 1 || (page-1)*perHeldPage >= d.all || page > maxHeldPage:
		return ""
	case page == 1:
		return HoldingsPath
	}
	return HoldingsPath + "?page=" + strconv.Itoa(page)
}

// duties are what the viewer owes for one copy.
func (d holdings) duties(w custody.With) []obligation.Duty {
	if w.ID == "" {
		return nil
	}
	return append(append([]obligation.Duty{}, d.owed[string(w.ID)]...), d.owed[string(w.Document)]...)
}

// dutyName is what a duty is called on the desk.
func dutyName(ctx context.Context, o obligation.Duty) string {
	_, bare, _ := strings.Cut(o.Name, "/")
	if key := "duty." + bare; web.Tongue(ctx).Has(key) {
		return web.T(ctx, key)
	}
	return web.T(ctx, "duty.any")
}

// clauseOf is the clause of a duty, for its chip.
func clauseOf(o obligation.Duty) []term.Clause {
	if o.Clause == "" {
		return nil
	}
	return []term.Clause{o.Clause}
}

// listable reports whether the viewer can make a hand-over list himself.
func (d holdings) listable() bool { return d.v.Offered("disposal.list_open") }

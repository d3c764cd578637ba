package custodyweb

import (
	"context"
	"net/http"
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

// holdings is 我保管的: what the viewer has with him or answers for, with what he owes for it. Nothing of others stands here.
type holdings struct {
	v    counter.Viewer
	list []custody.With
	owed map[string][]obligation.Duty // by what they hang on
	rest []obligation.Duty            // of his duties, those that hang on nothing in the list
}

func (p pages) holdingsPage(w http.ResponseWriter, r *http.Request) error {
	d := holdings{owed: map[string][]obligation.Duty{}}
	err := p.Business(r, func(tx *store.Tx, v counter.Viewer) (err error) {
		d.v = v
		if d.list, err = custody.HeldOf(tx, viewer(v)); err != nil {
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

// late counts what should have been given back.
func (d holdings) late() (n int) {
	for _, w := range d.list {
		if !w.By.IsZero() && w.By.Before(d.v.Now) {
			n++
		}
	}
	return n
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

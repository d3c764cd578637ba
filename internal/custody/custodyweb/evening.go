package custodyweb

import (
	"context"
	"slices"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/store"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// evening is what has to be back in the cabinets before closing time.
type evening struct {
	v    counter.Viewer
	list []custody.Holding
	out  int
	by   string // closing time, 17:30; empty where the office has none
	late bool   // that time is over today
	part int    // share of the working day that has passed, in percent
}

// each leads to the pieces one by one, where any is outside; else to the end of the day itself.
func (d evening) each(ctx context.Context) web.Link {
	if d.out == 0 {
		return web.Link{Href: SignOffPath, Label: web.T(ctx, "day_end.title")}
	}
	return web.Link{Href: SignOffPath + "#still-out", Label: web.T(ctx, "evening.each")}
}

// none says of whose copies the panel speaks: who keeps none sees his own alone.
func (d evening) none() string {
	if d.v.Keeps() {
		return "evening.none"
	}
	return "evening.none_own"
}

// Evening is the panel of copies outside the cabinets, by who has them.
func Evening(_ context.Context, tx *store.Tx, v counter.Viewer) (templ.Component, error) {
	list, n, err := outside(tx, v)
	if err != nil {
		return nil, err
	}
	d := evening{v: v, list: list, out: n}
	start, okStart := clock(v.Law, "shift_start")
	end, okEnd := clock(v.Law, "closing_time")
	if okEnd {
		d.by = time.Time{}.Add(end).Format("15:04")
		d.late = v.Now.Sub(calendar.DateOf(v.Now).Start()) >= end
	}
	if passed := v.Now.Sub(calendar.DateOf(v.Now).Start()); okStart && okEnd && end > start {
		d.part = int(100 * (passed - start) / (end - start))
	}
	return eveningPanel(d), nil
}

// Out is how many copies are outside the cabinets, as the panel counts them.
func Out(tx *store.Tx, v counter.Viewer) (int, error) {
	_, n, err := outside(tx, v)
	return n, err
}

// outside are the copies outside the cabinets, and how many they are. Who has what is the register's business; a reader sees his own.
func outside(tx *store.Tx, v counter.Viewer) (list []custody.Holding, n int, err error) {
	if list, err = custody.Outside(tx, viewer(v)); err != nil {
		return nil, 0, err
	}
	list = slices.DeleteFunc(list, func(h custody.Holding) bool { return !v.Keeps() && h.Person != v.Actor.Person })
	for _, h := range list {
		n += h.Copies
	}
	return list, n, nil
}

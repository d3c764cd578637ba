package registerweb

import (
	"context"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/web"
)

// period is a year, a month, or everything: 2026, 2026-03, or empty.
type period struct {
	Text     string
	From, To time.Time
}

// parsePeriod reads one as the addresses of these pages spell it.
func parsePeriod(s string) (period, error) {
	p := period{Text: s}
	var err error
	switch len(s) {
	case 0:
		return p, nil
	case len("2026"):
		p.From, err = time.ParseInLocation("2006", s, calendar.Zone)
		p.To = p.From.AddDate(1, 0, 0)
	case len("2026-03"):
		p.From, err = time.ParseInLocation("2006-01", s, calendar.Zone)
		p.To = p.From.AddDate(0, 1, 0)
	default:
		return p, refuse.Field("when", "bad_format")
	}
	if err != nil || p.From.Year() < 1900 || p.From.Year() > 2200 {
		return p, refuse.Field("when", "bad_format")
	}
	return p, nil
}

func (p period) window() store.Window {
	return store.Window{From: p.From, To: p.To, Newest: true}
}

// say names a period.
func (p period) say(ctx context.Context) string {
	switch len(p.Text) {
	case len("2026"):
		return web.T(ctx, "registers.year", "year", p.Text)
	case len("2026-03"):
		return web.T(ctx, "registers.month", "year", p.Text[:4], "month", strings.TrimPrefix(p.Text[5:], "0"))
	}
	return web.T(ctx, "registers.all")
}

// maxYears bounds the choice: an address can name an earlier year.
const maxYears = 10

// periods are the choices: everything, and each year from the first line on with its months, the newest first.
func periods(ctx context.Context, first, now time.Time, chosen string) []web.Option {
	out := []web.Option{{Value: "", Label: period{}.say(ctx)}}
	now = now.In(calendar.Zone)
	if first.IsZero() {
		first = now
	}
	first = first.In(calendar.Zone)
	add := func(text string) {
		out = append(out, web.Option{Value: text, Label: period{Text: text}.say(ctx), On: text == chosen})
	}
	seen := chosen == ""
	for y := now.Year(); y >= first.Year() && y > now.Year()-maxYears; y-- {
		add(strconv.Itoa(y))
		for m := time.December; m >= time.January; m-- {
			month := time.Date(y, m, 1, 0, 0, 0, 0, calendar.Zone)
			if !month.After(now) && month.AddDate(0, 1, 0).After(first) {
				add(month.Format("2006-01"))
			}
		}
		seen = seen || strings.HasPrefix(chosen, strconv.Itoa(y))
	}
	if !seen {
		add(chosen)
	}
	return out
}

// after spells a place of the order, and parsePlace reads it.
func after(p store.Place) string { return strconv.FormatInt(p.At.UnixMilli(), 10) + "-" + p.ID }

func parsePlace(s string) (store.Place, error) {
	if s == "" {
		return store.Place{}, nil
	}
	at, id, ok := strings.Cut(s, "-")
	ms, err := strconv.ParseInt(at, 10, 64)
	if !ok || err != nil || ms < 0 || ms > 1<<46 || id == "" || len(id) > 64 {
		return store.Place{}, refuse.Field("after", "bad_format")
	}
	return store.Place{At: time.UnixMilli(ms), ID: id}, nil
}

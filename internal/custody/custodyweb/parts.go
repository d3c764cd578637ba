package custodyweb

import (
	"context"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/regulation"
	"jiyao/internal/web"
)

// clock reads a time of day among the office's parameters, as an offset into the day.
func clock(law *regulation.Law, name string) (time.Duration, bool) {
	v, ok := law.Param(name)
	if !ok {
		return 0, false
	}
	t, err := time.Parse("15:04", v.Text)
	if err != nil {
		return 0, false
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, true
}

// minute is a time as it is typed into a field.
func minute(t time.Time) string { return t.In(calendar.Zone).Format("2006-01-02 15:04") }

// thing reports whether a copy is an object without pages, as a sample garment is.
func thing(c custody.Carrier) bool { return c.Medium == "object" && c.Pages == 0 }

// extent says of how much a copy is.
func extent(ctx context.Context, c custody.Carrier) string {
	if thing(c) {
		return web.T(ctx, "copy.parts", "attachments", c.Attachments)
	}
	return web.T(ctx, "copy.pages", "pages", c.Pages, "attachments", c.Attachments)
}

// pageless is how many pages of a copy are counted where there are none to count; else it is for the eye to say.
func pageless(c custody.Carrier) string {
	if thing(c) {
		return "0"
	}
	return ""
}

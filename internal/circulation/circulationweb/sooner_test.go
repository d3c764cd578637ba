package circulationweb

import (
	"slices"
	"strings"
	"testing"
	"time"

	"jiyao/internal/circulation"
	"jiyao/internal/term"
	"jiyao/internal/web"
)

func TestWhatIsSooner(t *testing.T) {
	at := func(h int) web.Deadline { return web.Deadline{At: time.Date(2026, 3, 2, h, 0, 0, 0, time.UTC)} }
	list := []wanting{
		{circulation.Brief{Title: "none, urgent", Urgency: term.ExtraUrgent}, web.Deadline{}},
		{circulation.Brief{Title: "late", Urgency: term.ExtraUrgent}, at(18)},
		{circulation.Brief{Title: "soon", Urgency: term.Ordinary}, at(9)},
		{circulation.Brief{Title: "soon, urgent", Urgency: term.Urgent}, at(9)},
		{circulation.Brief{Title: "soon, extra", Urgency: term.ExtraUrgent}, at(9)},
	}
	slices.SortStableFunc(list, func(x, y wanting) int { return sooner(x.Due, y.Due, x.Urgency, y.Urgency) })
	var got []string
	for _, w := range list {
		got = append(got, w.Title)
	}
	if s := strings.Join(got, " | "); s != "soon, extra | soon, urgent | soon | late | none, urgent" {
		t.Error(s)
	}
}

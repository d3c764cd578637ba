package registerweb

import (
	"context"
	"strings"

	"jiyao/internal/web"
)

func (s listing) title(ctx context.Context) string {
	return strings.Join(append([]string{web.T(ctx, "registers.lines_of", "period", s.Period.say(ctx))}, s.Book.settings(ctx)...), "　")
}

// empty says that there is nothing, which is not the same for a month and for ever.
func (s listing) empty(ctx context.Context) string {
	if s.Period.Text == "" {
		return web.T(ctx, "registers.none")
	}
	return web.T(ctx, "registers.none_in", "period", s.Period.say(ctx))
}

// newest is the way back to the first page.
func (s listing) newest() string {
	if !s.From {
		return ""
	}
	if s.Period.Text == "" {
		return pathOf(s.Book.Name)
	}
	return pathOf(s.Book.Name) + "?when=" + s.Period.Text
}

func (s listing) headings(ctx context.Context, cells []cell) []web.Heading {
	out := make([]web.Heading, len(cells))
	for i, c := range cells {
		out[i] = web.Heading{Text: c.head(ctx, s.Book), Number: c.number()}
	}
	return out
}

func (c cell) number() bool { return len(c.Fields) == 1 && kinds[c.Fields[0]] == aNumber }

// last is the last field of a cell that says anything; blank reports whether there is none.
func (s listing) last(ctx context.Context, l Line, c cell) int {
	return lastSaid(c, func(f string) string { return s.Names.say(ctx, l, f) })
}

func (s listing) blank(ctx context.Context, l Line, c cell) bool { return s.last(ctx, l, c) < 0 }

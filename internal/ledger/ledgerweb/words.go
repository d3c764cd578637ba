package ledgerweb

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/ledger"
	"jiyao/internal/web"
)

func milli(ms int64) time.Time { return time.UnixMilli(ms).In(calendar.Zone) }

// took is how long a verification ran, in seconds.
func took(r ledger.Report) string {
	return strconv.FormatFloat((r.LogTime + r.RowTime).Seconds(), 'f', 1, 64)
}

func checkWords(ctx context.Context, c ledger.Check, l listPage) string {
	at := web.Tongue(ctx).Moment(c.At, l.Viewer.Now)
	if c.Whole {
		return web.T(ctx, "ledger.check_whole", "time", at)
	}
	return web.T(ctx, "ledger.check_broken", "time", at)
}

// roleName is the role of a signature; one that has no word shows as it stands in the entry.
func roleName(ctx context.Context, role string) string {
	if key := "signed_as." + role; web.Tongue(ctx).Has(key) {
		return web.T(ctx, key)
	}
	return role
}

func strength(ctx context.Context, s string) string {
	if key := "strength." + s; web.Tongue(ctx).Has(key) {
		return web.T(ctx, key)
	}
	return s
}

// basics are the plain members of an entry.
func (e entryPage) basics(ctx context.Context) []web.Pair {
	x := e.Entry
	out := []web.Pair{
		{Term: web.T(ctx, "ledger.who"), Text: e.Names.of(ctx, x.Actor)},
		{Term: web.T(ctx, "ledger.recorded_at"), Text: web.Tongue(ctx).DateTime(recorded(x))},
		{Term: web.T(ctx, "ledger.occurred_at"), Text: web.Tongue(ctx).DateTime(occurred(x))},
		{Term: web.T(ctx, "ledger.subject"), Text: e.speller().subject(ctx, x)},
		{Term: web.T(ctx, "ledger.reference"), Text: x.Reference, Class: "mono"},
	}
	if x.Late != "" {
		out = append(out, web.Pair{Term: web.T(ctx, "late.reason"), Text: x.Late})
	}
	if !e.Audits {
		return out
	}
	out = append(out,
		web.Pair{Term: web.T(ctx, "ledger.posts"), Text: e.speller().posts(ctx, x.Posts)},
		web.Pair{Term: web.T(ctx, "ledger.terminal"), Text: x.Terminal, Class: "mono"},
	)
	for _, d := range x.Regulations {
		out = append(out, web.Pair{Term: web.T(ctx, "ledger.regulation"), Text: fmt.Sprintf("%s %s %s", d.Pack, d.Version, brief(d.Sum)), Class: "mono"})
	}
	return out
}

// rootLine is the hash line of a signed note.
func rootLine(note string) string {
	lines := strings.Split(note, "\n")
	if len(lines) < 3 {
		return ""
	}
	return lines[2]
}

func turns() []string {
	var out []string
	for d := 0; d < 180; d += 12 {
		out = append(out, fmt.Sprintf("rotate(%d 50 50)", d))
	}
	return out
}

type edge struct{ X1, Y1, X2, Y2, Class string }

type node struct{ X, Y, W, TX, TY, Class, Text, TextClass string }

// The sketch: four levels of 1, 2, 4 and 8 fields. The way goes to the field that the entry's number names among
// its last eight, and beside it stand the real neighbours' hashes.
var levelWidth = []int{132, 84, 72, 60}

func at(level, i int) (x, y int) {
	n := 1 << level
	return 20 + (2*i+1)*600/(2*n), 14 + level*60
}

func (p path) index(level int) int { return int((p.Seq - 1) & 7 >> (3 - level)) }

func (p path) edges() []edge {
	var out []edge
	for level := range 3 {
		for i := range 1 << level {
			for _, child := range []int{2 * i, 2*i + 1} {
				x1, y1 := at(level, i)
				x2, y2 := at(level+1, child)
				e := edge{strconv.Itoa(x1), strconv.Itoa(y1 + 28), strconv.Itoa(x2), strconv.Itoa(y2), "ax"}
				if p.index(level) == i && p.index(level+1) == child {
					e.Class = "sl"
				}
				out = append(out, e)
			}
		}
	}
	return out
}

func (p path) nodes() []node {
	var out []node
	for level := range 4 {
		for i := range 1 << level {
			x, y := at(level, i)
			w := levelWidth[level]
			n := node{X: strconv.Itoa(x - w/2), Y: strconv.Itoa(y), W: strconv.Itoa(w), TX: strconv.Itoa(x), TY: strconv.Itoa(y + 18), Class: "f3c", TextClass: "lab"}
			switch {
			case p.index(level) == i:
				n.Class, n.TextClass = "f1c", "inv"
				switch level {
				case 0:
					n.Text = brief(p.Root)
				case 3:
					n.Text = strconv.FormatUint(p.Seq, 10)
				}
			case level > 0 && p.index(level)^1 == i && len(p.Hashes) > 3-level:
				n.Class, n.Text = "f2c", brief(p.Hashes[3-level])[:4]+"…"
			}
			out = append(out, n)
		}
	}
	return out
}

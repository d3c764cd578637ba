package web

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/term"
)

// Deadline is what a deadline chip or ring shows. All times are instants; the texts are in Shanghai time.
// Where it turns ochre comes from the obligation's first warning and never from a constant.
type Deadline struct {
	Opened time.Time // when the clock started; the bar is the share of Opened..At that has passed
	Warn   time.Time // first warning; zero means it turns ochre only when late
	At     time.Time // zero means there is no deadline
	Done   time.Time // when it was met; zero while it runs
	Text   string    // said instead of what is left (今天 17:30 前交还); the script then leaves it alone
}

func (d Deadline) state(now time.Time) string {
	switch {
	case d.At.IsZero():
		return ""
	case !d.clock(now).Before(d.At):
		return "late"
	case !d.Warn.IsZero() && !d.clock(now).Before(d.Warn):
		return "soon"
	}
	return ""
}

// clock stands still once the deadline is met.
func (d Deadline) clock(now time.Time) time.Time {
	if d.Done.IsZero() {
		return now
	}
	return d.Done
}

func (d Deadline) left(now time.Time) time.Duration { return d.At.Sub(d.clock(now)) }

// share is the part of the time that has passed, in percent.
func (d Deadline) share(now time.Time) int {
	total := d.At.Sub(d.Opened)
	if d.Opened.IsZero() || total <= 0 {
		if d.left(now) <= 0 {
			return 100
		}
		return 0
	}
	return min(100, max(0, int(100*d.clock(now).Sub(d.Opened)/total)))
}

func (d Deadline) words(ctx context.Context) string {
	if d.Text != "" {
		return d.Text
	}
	if left := d.left(Now(ctx)); d.Done.IsZero() || left < 0 {
		return Tongue(ctx).Left(left)
	}
	return T(ctx, "duration.early", "span", Tongue(ctx).Span(d.left(d.Done)))
}

// Width is the class for a share of 0 to 100 percent, in steps of five: w-0 … w-100. Widths are classes
// because pages carry no style attributes.
func Width(percent int) string {
	return "w-" + strconv.Itoa((min(100, max(0, percent))+2)/5*5)
}

func unix(t time.Time) string {
	if t.IsZero() {
		return "0"
	}
	return strconv.FormatInt(t.Unix(), 10)
}

// ringFace is the text inside a ring: 09:17, above an hour 1:05.
func ringFace(d time.Duration) string {
	s := int(d.Abs() / time.Second)
	if s < 3600 {
		return fmt.Sprintf("%02d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/3600, s/60%60)
}

// ringDash is the stroke-dasharray of a ring of radius 45.
func ringDash(d Deadline, now time.Time) string {
	return fmt.Sprintf("%d 283", 283*(100-d.share(now))/100)
}

func ringLabel(ctx context.Context, d Deadline) string {
	switch {
	case !d.Done.IsZero():
		return T(ctx, "ring.done")
	case d.left(Now(ctx)) <= 0:
		return T(ctx, "ring.late")
	}
	return T(ctx, "ring.left")
}

var levelClass = map[term.Level]string{
	term.Juemi: "mark lv4", term.Jimi: "mark lv3", term.Mimi: "mark lv2", term.Neibu: "mark lv1", term.Open: "mark lv1",
}

// urgClass grades every urgency of both scales; what is on neither is drawn as the lowest.
func urgClass(u string) string {
	switch u {
	case "特提":
		return "urg u4"
	case "特急":
		return "urg u3"
	case "加急":
		return "urg u2"
	}
	return "urg u1"
}

// stateIcon is the icon that goes with a state of State.
func stateIcon(kind string) string {
	switch kind {
	case "ok":
		return "circle-check"
	case "wait":
		return "clock"
	case "no":
		return "alert-circle"
	}
	return "circle-dashed"
}

// Head is the title line of a page. Lead is a sentence already made; Clauses stand behind it.
type Head struct {
	Title   string
	Lead    string
	Clauses []term.Clause
}

// Tick is one line of a check list. State is y (done), w (needs a person), x (fails) or empty (open).
type Tick struct {
	State  string
	Text   string
	End    string // at the right end
	Clause term.Clause
}

func (t Tick) icon() string {
	switch t.State {
	case "y":
		return "circle-check"
	case "w", "x":
		return "alert-circle"
	}
	return "circle-dashed"
}

// Step is one field of the flow strip. Class is "", dim, ochre, red or ok for the small words.
type Step struct {
	Href        string
	Label       string
	Figure      string
	FigureClass string
	Small       string
	SmallClass  string
	Current     bool
}

// Stat is one tile: a label, a figure, a line of explanation.
type Stat struct {
	Label, Figure, Text string
	Class               string // of the figure: "", ok, ochre, red
}

// Event is one line of a timeline. Kind is "", now or no.
type Event struct {
	Kind      string
	At        time.Time
	Title     string
	Where     string // after the title, light
	Text      string
	Reference string // random reference, or the sequence for auditors
	Href      string
}

// Cell is one field of the circulation matrix. Kind is done, hold, late, todo, shelf or na.
type Cell struct {
	Kind  string
	Text  string // empty takes the word of the kind
	Small string
}

func (c Cell) class() string {
	switch c.Kind {
	case "done", "hold", "late", "todo":
		return "cell " + c.Kind
	case "shelf":
		return "cell done"
	}
	return "cell na"
}

func (c Cell) words(ctx context.Context) string {
	if c.Text != "" {
		return c.Text
	}
	switch c.Kind {
	case "done":
		return T(ctx, "matrix.done")
	case "hold", "late":
		return T(ctx, "matrix.hold")
	case "todo":
		return T(ctx, "matrix.todo")
	case "next":
		return T(ctx, "matrix.next")
	case "shelf":
		return T(ctx, "matrix.shelved")
	}
	return "—"
}

// Column is one heading of a matrix: a reader and, small, his unit.
type Column struct{ Name, Small string }

// PanelHead is the heading of a panel and its foot. Texts are sentences already made; without a title the
// panel has no heading.
type PanelHead struct {
	ID      string
	Class   string
	Title   string
	Clauses []term.Clause
	End     string // light, at the right
	EndLink Link   // at the right
	Extra   templ.Component
	Foot    string
}

func clauseOf(ctx context.Context, id term.Clause) (ClauseView, bool) {
	if c := viewOf(ctx).clauses; c != nil {
		return c.Clause(id)
	}
	return ClauseView{}, false
}

// ChipOf is what a clause is called where no link can stand: 丙-3.3, or the place in its text where it has no chip.
func ChipOf(ctx context.Context, id term.Clause) string {
	c, ok := clauseOf(ctx, id)
	if !ok {
		return string(id)
	}
	return cmp.Or(c.Chip, c.Cite)
}

// oneEach are the clauses whose chips say different things: of several letters under one article the first stands for all.
func oneEach(ctx context.Context, ids []term.Clause) (out []term.Clause) {
	seen := map[string]bool{}
	for _, id := range ids {
		chip := ChipOf(ctx, id)
		if !seen[chip] {
			seen[chip] = true
			out = append(out, id)
		}
	}
	return out
}

func noteRole(n Note) string {
	if n.Kind == "no" {
		return "alert"
	}
	return "status"
}

func smallClass(s Step) string {
	if s.SmallClass == "" {
		return "dim"
	}
	return s.SmallClass
}

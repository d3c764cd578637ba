package custodyweb

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// The figure of lanes, in its own units.
const (
	laneLeft   = 64.0
	laneRight  = 834.0
	laneTop    = 20.0
	laneStep   = 46.0
	laneHeight = 34.0
	maxLanes   = 12
	minLabel   = 44.0 // a bar narrower than this carries no name
	maxNights  = 21   // beyond, the figure is drawn without nights
	nightShare = 0.25 // an hour of the night is drawn as wide as a quarter of an hour by day
)

// lanes is the figure of who had which copy for how long.
type lanes struct {
	v      counter.Viewer
	tracks []custody.Track
	names  map[term.PlaceID]string
	bars   []bar
	nights []bar
	ticks  []tick
	labels []tick
	more   int
	events []web.Event
	sent   map[term.HandOverID]custody.Sent // by line, for who keeps the register
	ends   map[term.CopyID][]web.Event      // how the life of a copy went on by lists
	made   makings
	number string
}

// bar is one rectangle: x and width in figure units, class f3c (in a cabinet), f1c (in hand) or fr (too long).
type bar struct {
	x, y, w float64
	class   string
	text    string
	inv     bool // white text
}

// tick is a text at a place of the figure.
type tick struct {
	x, y   float64
	text   string
	anchor string
	line   bool
}

func num(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// Lanes draws the copies of a document over time, for the page of the document, above them what is still to be put away.
func Lanes(ctx context.Context, tx *store.Tx, v counter.Viewer, id term.DocumentID) (templ.Component, error) {
	d, err := draw(ctx, tx, v, id)
	if err != nil {
		return nil, err
	}
	fresh, err := shelvingOf(tx, v, id)
	if err != nil {
		return nil, err
	}
	return lanesAndShelves(d, fresh), nil
}

func (p pages) lanesPage(w http.ResponseWriter, r *http.Request) error {
	id := term.DocumentID(r.PathValue("id"))
	var d lanes
	err := p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		var err error
		if d, err = draw(r.Context(), tx, v, id); err != nil {
			return err
		}
		if !v.Keeps() {
			return refuse.ErrNotFound
		}
		c, err := custody.Find(tx, viewer(v), d.tracks[0].ID)
		if err != nil {
			return err
		}
		d.number = c.Number()
		if err := p.ended(r.Context(), tx, &d, id); err != nil {
			return err
		}
		if d.made, err = p.makingsOf(tx, v, id); err != nil {
			return err
		}
		d.events = d.lines(r.Context())
		return nil
	})
	if err != nil {
		return p.hiddenDocument(r, string(id), err)
	}
	return web.Render(w, r, http.StatusOK, web.Within(web.Page(p.Frame(w, r)), lanesPage(d)))
}

func draw(ctx context.Context, tx *store.Tx, v counter.Viewer, id term.DocumentID) (lanes, error) {
	d := lanes{v: v}
	var err error
	if d.tracks, err = custody.Tracks(tx, viewer(v), id); err != nil {
		return d, err
	}
	if d.names, err = custody.PlaceNames(tx); err != nil {
		return d, err
	}
	if d.sent, err = sentOf(tx, v, d.tracks); err != nil {
		return d, err
	}
	if len(d.tracks) > maxLanes {
		d.more = len(d.tracks) - maxLanes
	}
	from := v.Now
	for _, t := range d.tracks {
		for _, at := range append([]time.Time{t.LabelledAt, t.Since}, outs(t)...) {
			if !at.IsZero() && at.Before(from) {
				from = at
			}
		}
	}
	if v.Now.Sub(from) < time.Hour {
		from = v.Now.Add(-time.Hour)
	}
	scale := newScale(v, from)
	for i, t := range d.tracks[:min(len(d.tracks), maxLanes)] {
		y := laneTop + 12 + laneStep*float64(i)
		d.labels = append(d.labels, tick{x: 0, y: y + 21, text: laneName(t.Copy)})
		d.lane(ctx, t, scale, y)
	}
	bottom := laneTop + laneStep*float64(min(len(d.tracks), maxLanes)) + 8
	for _, n := range scale.nights {
		x := scale.x(n[0])
		d.nights = append(d.nights, bar{x: x, y: laneTop, w: scale.x(n[1]) - x, text: num(bottom - laneTop)})
	}
	tongue := web.Tongue(ctx)
	d.ticks = []tick{{x: laneLeft, y: 12, text: tongue.Moment(from, v.Now), anchor: "start", line: true}, {x: laneRight, y: 12, text: tongue.Clock(v.Now), anchor: "end", line: true}}
	if len(scale.nights) > 0 {
		n := scale.nights[len(scale.nights)/2]
		d.ticks = append(d.ticks, tick{x: min(max((scale.x(n[0])+scale.x(n[1]))/2, laneLeft+170), laneRight-110), y: 12, text: web.T(ctx, "lanes.night"), anchor: "middle"})
	}
	return d, nil
}

func outs(t custody.Track) []time.Time {
	var out []time.Time
	for _, l := range t.Lines {
		out = append(out, l.OutAt)
	}
	return out
}

// arrived is the first that is known of a copy: before that it was nowhere here.
func arrived(t custody.Track) time.Time {
	first := t.Since
	for _, at := range append(outs(t), t.LabelledAt) {
		if !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

func laneName(c custody.Copy) string {
	if no := c.OwnNo(); no != "" {
		return no
	}
	return strconv.Itoa(c.Seq)
}

// height of the figure.
func (d lanes) height() string {
	return num(laneTop + laneStep*float64(min(len(d.tracks), maxLanes)) + 14)
}

// lane draws one copy: in a cabinet, in hand, in hand beyond what was due.
func (d *lanes) lane(ctx context.Context, t custody.Track, s scale, y float64) {
	at := s.from
	if came := arrived(t); came.After(at) {
		at = came
	}
	for _, l := range t.Lines {
		if l.Kind == "consult" || l.OutAt.Before(at) {
			continue
		}
		d.put(s, at, l.OutAt, y, "f3c", "", false)
		end := l.BackAt
		if end.IsZero() {
			end = s.to
		}
		due := end
		if !l.ReturnBy.IsZero() && l.ReturnBy.Before(end) {
			due = l.ReturnBy
			if due.Before(l.OutAt) {
				due = l.OutAt
			}
		}
		name := d.v.People.Name(l.Receiver)
		if l.Outside() {
			name = counter.Words(ctx, "copy_state.", string(custody.Supplied))
		}
		d.put(s, l.OutAt, due, y, "f1c", name, true)
		if due.Before(end) {
			if s.x(due)-s.x(l.OutAt) >= minLabel {
				name = ""
			}
			d.put(s, due, end, y, "fr", name, true)
		}
		at = end
	}
	if t.State == custody.Ended {
		d.put(s, at, t.Since, y, "f3c", endWord(ctx, t.Copy), false) // nowhere here any more
		return
	}
	text := d.names[t.Place]
	if text == "" {
		text = counter.Words(ctx, "copy_state.", string(t.State))
	}
	if t.State != custody.Held && t.State != custody.Transit && t.State != custody.Away && t.State != custody.Supplied {
		d.put(s, at, s.to, y, "f3c", text, false)
	}
}

func (d *lanes) put(s scale, from, to time.Time, y float64, class, text string, inv bool) {
	x, w := s.x(from), s.x(to)-s.x(from)-2
	if w < 1 {
		if class == "f3c" {
			return
		}
		w = 1
	}
	if w < minLabel || strings.TrimSpace(text) == "" {
		text = ""
	}
	d.bars = append(d.bars, bar{x: x, y: y, w: w, class: class, text: text, inv: inv})
}

// scale maps instants to the figure; nights, when there are not too many, are drawn narrow.
type scale struct {
	from, to time.Time
	nights   [][2]time.Time
	total    float64
}

func newScale(v counter.Viewer, from time.Time) scale {
	s := scale{from: from, to: v.Now}
	end, okEnd := clock(v.Law, "closing_time")
	start, okStart := clock(v.Law, "shift_start")
	if okEnd && okStart && v.Now.Sub(from) < maxNights*24*time.Hour {
		for day := calendar.DateOf(from).Start().AddDate(0, 0, -1); day.Before(v.Now); day = day.AddDate(0, 0, 1) {
			a, b := day.Add(end), day.AddDate(0, 0, 1).Add(start)
			if a.Before(from) {
				a = from
			}
			if b.After(v.Now) {
				b = v.Now
			}
			if a.Before(b) {
				s.nights = append(s.nights, [2]time.Time{a, b})
			}
		}
	}
	s.total = s.width(s.to)
	return s
}

// width is how much of the figure's time lies before an instant.
func (s scale) width(t time.Time) float64 {
	w := t.Sub(s.from).Seconds()
	for _, n := range s.nights {
		end := n[1]
		if t.Before(end) {
			end = t
		}
		if end.After(n[0]) {
			w -= (1 - nightShare) * end.Sub(n[0]).Seconds()
		}
	}
	return w
}

func (s scale) x(t time.Time) float64 {
	if s.total <= 0 {
		return laneLeft
	}
	return laneLeft + (laneRight-laneLeft)*min(max(s.width(t)/s.total, 0), 1)
}

// lines are the changes of hands as a list, newest first: the figure in words.
func (d lanes) lines(ctx context.Context) []web.Event {
	var out []web.Event
	for _, t := range d.tracks {
		out = append(out, d.birthAndEnd(ctx, t.Copy)...)
		for _, l := range t.Lines {
			where := laneName(t.Copy)
			switch {
			case l.Kind == "send":
				out = append(out, d.sending(ctx, l, where)...)
			case l.Outside():
				out = append(out, web.Event{At: l.OutAt, Title: web.T(ctx, "lanes.supplied"), Where: where, Text: given(ctx, l, d.v.People.Name(l.Giver))})
			default:
				how := "lanes.out"
				if l.Kind == "lend" {
					how = "lanes.lent"
				}
				out = append(out, web.Event{At: l.OutAt, Title: web.T(ctx, how, "name", d.v.People.Name(l.Receiver)), Where: where,
					Text: given(ctx, l, d.v.People.Name(l.Giver))})
			}
			if l.BackAt.IsZero() || l.Kind == "consult" {
				continue
			}
			text := web.T(ctx, "lanes.taken", "name", d.v.People.Name(l.TakenBy))
			if l.PagesBack >= 0 {
				text = web.T(ctx, "lanes.counted", "name", d.v.People.Name(l.TakenBy), "pages", l.PagesBack, "attachments", max(l.AttachmentsBack, 0))
			}
			kind := ""
			if !l.Whole {
				kind = "no"
			}
			out = append(out, web.Event{At: l.BackAt, Kind: kind, Title: web.T(ctx, "lanes.back", "place", d.names[l.Place]), Where: where, Text: text})
		}
	}
	slices.SortStableFunc(out, func(a, b web.Event) int { return b.At.Compare(a.At) })
	return out[:min(len(out), 200)]
}

package disposalweb

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"jiyao/internal/calendar"
	"jiyao/internal/disposal"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// How much the page of a year shows of each list.
const (
	yearLines = 20
	yearShort = 10
)

// year is the overview of one year above the lists: how far its hand-over is.
type year struct {
	disposal.Year
	of     string // four digits
	others []string
	term   disposal.Term
	list   disposal.Archived
	before disposal.Archived
	lines  []disposal.YearPiece
	first  int // lines before these
	more   bool
	hands  []disposal.YearPiece
	stuck  []disposal.YearPiece

	issuers  []disposal.Issuer
	moreAsks bool
}

// readYear reads the year that is asked for: this one or the last; where none is, the last one as long as its hand-over is owed and
// there is something to hand over.
func readYear(tx *store.Tx, v counter.Viewer, q url.Values) (*year, error) {
	this := v.Now.In(calendar.Zone).Year()
	d := &year{of: strconv.Itoa(this), others: []string{strconv.Itoa(this), strconv.Itoa(this - 1)}}
	var err error
	if asked := q.Get("year"); slices.Contains(d.others, asked) {
		d.of = asked
	} else if t, err := disposal.TermOf(tx, v.Law, d.others[1]); err != nil {
		return nil, err
	} else if t.Owed {
		f, err := disposal.FiguresOf(tx, viewer(v), d.others[1])
		if err != nil {
			return nil, err
		}
		if f.Items > 0 {
			d.of = d.others[1]
		}
	}
	if d.term, err = disposal.TermOf(tx, v.Law, d.of); err != nil {
		return nil, err
	}
	if page, err := strconv.Atoi(q.Get("page")); err == nil && page > 1 && page < disposal.MostOfYear {
		d.first = (page - 1) * yearLines
	}
	who := viewer(v)
	if d.Year, err = disposal.FiguresOf(tx, who, d.of); err != nil {
		return nil, err
	}
	if d.lines, err = disposal.PiecesOf(tx, who, d.of, disposal.AllOfYear, d.first, yearLines+1); err != nil {
		return nil, err
	}
	if d.more = len(d.lines) > yearLines; d.more {
		d.lines = d.lines[:yearLines]
	}
	if d.hands, err = disposal.PiecesOf(tx, who, d.of, disposal.InHands, 0, yearShort); err != nil {
		return nil, err
	}
	if d.stuck, err = disposal.PiecesOf(tx, who, d.of, disposal.Stuck, 0, yearShort); err != nil {
		return nil, err
	}
	if d.issuers, d.moreAsks, err = disposal.IssuersOf(tx, who, d.of, d.of == d.others[0]); err != nil {
		return nil, err
	}
	if d.list, err = disposal.ArchivedOf(tx, reader(v), d.of); err != nil {
		return nil, err
	}
	d.before, err = disposal.ArchivedOf(tx, reader(v), d.last())
	return d, err
}

// begins fills the form of a new list for the issuer of an item that he wants back; the address names the item, never him.
func begins(tx *store.Tx, v counter.Viewer, document term.DocumentID) (typed.Tried, error) {
	a, ok, err := disposal.AskedBack(tx, viewer(v), document)
	if err != nil {
		return typed.Tried{}, err
	}
	if !ok {
		return typed.Tried{}, refuse.ErrNotFound
	}
	return typed.Tried{Which: "open", Form: typed.Form{"kind": {disposal.Return}, "issuer": {a.Issuer}, "due": {a.By}}}, nil
}

func (d *year) last() string {
	n, _ := strconv.Atoi(d.of)
	return strconv.Itoa(n - 1)
}

// href is the page of a year, from a page of its pieces on.
func (d *year) href(of string, page int) string {
	out := ArchivePath + "?year=" + of
	if page > 1 {
		out += "&page=" + strconv.Itoa(page)
	}
	return out
}

func (d *year) pager() (prev, next string) {
	page := d.first/yearLines + 1
	if page > 1 {
		prev = d.href(d.of, page-1)
	}
	if d.more {
		next = d.href(d.of, page+1)
	}
	return prev, next
}

// years are the switch between this year and the last.
func (d *year) years(ctx context.Context) []web.Option {
	var out []web.Option
	for _, y := range d.others {
		out = append(out, web.Option{Value: d.href(y, 1), Label: yearWords(ctx, y), On: y == d.of})
	}
	return out
}

// steps is how far the hand-over of the year is. Where the law says nothing of its end, there is no step for it.
func (d *year) steps(ctx context.Context) []web.Step {
	n := strconv.Itoa
	of := func(name, href string, some, all int) web.Step {
		s := web.Step{Href: href, Label: web.T(ctx, "year.step."+name), Figure: n(some) + " / " + d.atLeast(ctx, all)}
		if some == all && all > 0 {
			s.FigureClass = "ok"
		}
		return s
	}
	fixed := of("fixed", "#year", d.Fixed, d.Items)
	fixed.Small, fixed.SmallClass = web.T(ctx, "year.items"), "dim"
	here := of("here", "#hands", d.Here, d.Pieces)
	switch out := d.Pieces - d.Here; {
	case d.Held > 0:
		here.Small, here.SmallClass = web.T(ctx, "year.held", "n", d.Held), "ochre"
	case out > 0:
		here.Small, here.SmallClass = web.T(ctx, "year.away", "n", out), "ochre"
	}
	count := of("counted", "#year", d.Counted, d.Pieces)
	if d.Counted < d.Pieces {
		count.Small, count.SmallClass = web.T(ctx, "year.listed", "n", d.Listed), "dim"
	}
	out := []web.Step{fixed, here, count}
	sign := web.Step{Href: "#signed", Label: web.T(ctx, "year.step.signed"), Figure: web.T(ctx, "disposal.not_yet"), FigureClass: "dim"}
	done, ok := d.list.Done()
	_, open := d.list.Open()
	switch {
	case ok && !open:
		sign.Figure, sign.FigureClass = web.Tongue(ctx).Date(done.ClosedAt), "ok"
	case !d.term.From.IsZero() && !d.term.Owed:
		sign.Figure = web.T(ctx, "year.from", "day", web.Tongue(ctx).Yearly(d.term.From.Start()))
	}
	out = append(out, sign)
	if !d.term.Due.IsZero() {
		out = append(out, web.Step{Href: "#signed", Label: web.T(ctx, "year.step.due"), Figure: web.Tongue(ctx).Yearly(d.term.Due.Start()), FigureClass: "dim"})
	}
	return out
}

// atLeast is a figure of the whole year, which may be of its first items only.
func (d *year) atLeast(ctx context.Context, n int) string {
	if d.More {
		return web.T(ctx, "year.at_least", "n", n)
	}
	return strconv.Itoa(n)
}

// key is one colour of the legend.
type key struct{ class, text string }

// keys count the pieces by the way they go.
func (d *year) keys(ctx context.Context) []key {
	var out []key
	for _, w := range []struct{ way, class string }{{disposal.Archive, ""}, {disposal.Return, "bg-c2"}, {disposal.Transfer, "bg-c3"}, {"destroy", "bg-c4"}, {"", "bg-line"}} {
		if n := d.Ways[w.way]; n > 0 {
			out = append(out, key{w.class, wayWords(ctx, w.way) + " " + strconv.Itoa(n)})
		}
	}
	return out
}

func wayWords(ctx context.Context, way string) string {
	switch way {
	case "":
		return web.T(ctx, "year.no_way")
	case disposal.Transfer:
		return web.T(ctx, "disposal_kind.transfer")
	}
	return web.T(ctx, "disposition."+way)
}

func yearWords(ctx context.Context, of string) string { return web.T(ctx, "disposal.year", "year", of) }

// standing is where a piece of the year is now.
func standing(ctx context.Context, v counter.Viewer, p disposal.YearPiece) (kind, text string) {
	switch {
	case p.Ended:
		if p.Way == "destroy" {
			return "ok", web.T(ctx, "disposal.gone.destruction")
		}
		if p.Way == "" {
			return "", web.T(ctx, "copy_state.ended")
		}
		return "ok", web.T(ctx, "disposal.gone."+p.Way)
	case p.Missing:
		return "no", web.T(ctx, "copy_state.missing")
	case p.Holder != "":
		return "no", web.T(ctx, "count.with", "name", v.People.Name(p.Holder))
	case p.Out:
		return "wait", web.T(ctx, "year.out")
	case p.NotThere:
		return "no", web.T(ctx, "disposal.not_there")
	case p.Counted:
		return "ok", web.T(ctx, "disposal.state.counted")
	case p.OnList:
		return "wait", web.T(ctx, "year.to_count")
	case p.Place != "":
		return "", web.T(ctx, "year.in", "place", p.Place)
	}
	return "", web.T(ctx, "copy_state.received")
}

// why is what keeps a piece from going, with the colour in which it is said.
func why(ctx context.Context, p disposal.YearPiece) (class, text string) {
	switch {
	case p.Missing:
		return "red", web.T(ctx, "copy_state.missing")
	case p.NotThere:
		return "red", web.T(ctx, "disposal.not_there")
	case p.PagesBack > 0 && p.PagesBack != p.Pages:
		return "ochre", web.T(ctx, "year.pages", "n", p.PagesBack, "of", p.Pages)
	}
	return "ochre", web.T(ctx, "year.short")
}

// backState is how far the return to one issuer is.
func (d *year) backState(ctx context.Context, v counter.Viewer, i disposal.Issuer) (kind, text string) {
	switch {
	case i.Missing > 0:
		return "no", web.T(ctx, "year.stuck_n", "n", i.Missing)
	case i.By != "" && i.By < calendar.DateOf(v.Now).String():
		return "no", web.T(ctx, "year.overdue", "day", dayWords(ctx, i.By))
	case i.By != "":
		return "wait", web.T(ctx, "year.by", "day", dayWords(ctx, i.By))
	case i.Owed > 0:
		return "wait", web.T(ctx, "year.no_receipt")
	case i.ReceiptOn == "":
		return "ok", web.T(ctx, "year.receipt_in")
	}
	return "ok", web.T(ctx, "year.receipt", "day", dayWords(ctx, i.ReceiptOn))
}

// dayWords is a recorded day as it is said; one of this year without the year.
func dayWords(ctx context.Context, day string) string {
	d, err := calendar.ParseDate(day)
	if err != nil {
		return day
	}
	if d.Year == calendar.DateOf(web.Now(ctx)).Year {
		return web.Tongue(ctx).Yearly(d.Start())
	}
	return web.Tongue(ctx).Date(d.Start())
}

func percent(some, all int) int {
	if all == 0 {
		return 0
	}
	return 100 * some / all
}

// signing is the list that the year's signatures stand on, if there is one.
func (d *year) signing() (disposal.List, bool) {
	if l, ok := d.list.Open(); ok {
		return l, true
	}
	return d.list.Done()
}

package circulationweb

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/circulation"
	"jiyao/internal/obligation"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// board is everything the board shows, as one viewer may know it.
type board struct {
	Viewer       counter.Viewer
	ByPerson     bool
	Rows         []boardRow
	Columns      []web.Column
	Readers      []term.PersonID // beside Columns
	Holders      []holder
	Instructions []circulation.Instruction
	Briefs       map[term.DocumentID]circulation.Brief
	Late         *lateNote
	NextPage     string
	Key          string
}

type boardRow struct {
	circulation.Row
	Brief  circulation.Brief
	Due    web.Deadline
	Cells  []web.Cell
	Shelf  web.Cell
	Next   *circulation.Stop // whose turn comes, when a copy is free
	Pieces []circulation.Piece
}

type lateNote struct {
	Row   boardRow
	Stop  circulation.Stop
	Since time.Duration
}

// holder is one person with what he holds, longest first.
type holder struct {
	Person term.PersonID
	Stops  []circulation.Stop
	Late   bool
}

// maxColumns bounds the readers of one board; a circulation's own page shows all of its readers.
const maxColumns = 24

func (p *pages) board(w http.ResponseWriter, r *http.Request) error {
	b, err := p.loadBoard(r)
	if err != nil {
		return err
	}
	f := p.Frame(w, r)
	f.Scripts = append(f.Scripts, "boards.js")
	return web.Render(w, r, http.StatusOK, web.Within(web.Page(f), boardPage(b)))
}

// live is the board alone, for the event stream.
func (p *pages) live(w http.ResponseWriter, r *http.Request) error {
	b, err := p.loadBoard(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, boardLive(b))
}

func (p *pages) loadBoard(r *http.Request) (board, error) {
	q, err := web.Query(r)
	if err != nil {
		return board{}, err
	}
	by := q.Get("by")
	if by != "" && by != "doc" && by != "person" {
		return board{}, refuse.Field("by", "not_in_list")
	}
	after, err := parseAfter(q.Get("after"))
	if err != nil {
		return board{}, err
	}
	b := board{ByPerson: by == "person"}
	if b.Key, err = p.Key(); err != nil {
		return b, err
	}
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		b.Viewer = v
		return p.fillBoard(tx, &b, after)
	})
	return b, err
}

// parseAfter reads where a page begins: milliseconds and id of the row before.
func parseAfter(s string) (circulation.After, error) {
	if s == "" {
		return circulation.After{}, nil
	}
	ms, id, ok := strings.Cut(s, "-")
	n, err := strconv.ParseInt(ms, 10, 64)
	if !ok || err != nil || len(id) > 40 || n < 0 || n > 1<<45 {
		return circulation.After{}, refuse.Field("after", "bad_format")
	}
	return circulation.After{At: time.UnixMilli(n), ID: term.CirculationID(id)}, nil
}

func (p *pages) fillBoard(tx *store.Tx, b *board, after circulation.After) error {
	viewer := look(b.Viewer)
	rows, err := circulation.Board(tx, viewer, circulation.Open, after, circulation.MaxBoard)
	if err != nil {
		return err
	}
	holding, err := circulation.Holding(tx, viewer, 500)
	if err != nil {
		return err
	}
	if b.Instructions, err = p.Sources.Instructions(tx, viewer, "", 20); err != nil {
		return err
	}
	var ids []term.DocumentID
	for _, r := range rows {
		ids = append(ids, r.Document)
	}
	for _, s := range holding {
		ids = append(ids, s.Document)
	}
	for _, i := range b.Instructions {
		ids = append(ids, i.Document)
	}
	if len(ids) == 0 {
		return nil
	}
	if b.Briefs, err = p.Sources.Briefs(tx, ids); err != nil {
		return err
	}
	pieces, err := p.Sources.Pieces(tx, ids)
	if err != nil {
		return err
	}
	duties, err := dutiesOf(tx, ids)
	if err != nil {
		return err
	}
	for _, r := range rows {
		b.Rows = append(b.Rows, boardRow{Row: r, Brief: b.Briefs[r.Document], Pieces: pieces[r.Document], Due: itemDue(duties, r.Document)})
	}
	b.columns()
	b.cells(duties)
	b.Holders = holders(holding, duties, b.Viewer.Now)
	if len(rows) == circulation.MaxBoard {
		last := rows[len(rows)-1]
		b.NextPage = "/circulation?after=" + strconv.FormatInt(last.OpenedAt.UnixMilli(), 10) + "-" + string(last.ID)
	}
	return nil
}

// dutiesOf lists the open duties on documents; they are hidden by their document alone.
func dutiesOf(tx *store.Tx, ids []term.DocumentID) ([]obligation.Duty, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	var out []obligation.Duty
	for len(ids) > 0 {
		n := min(len(ids), 200)
		marks, args := make([]string, n), make([]any, n)
		for i, id := range ids[:n] {
			marks[i], args[i] = "$"+strconv.Itoa(i+1), string(id)
		}
		list, err := obligation.Duties.Select(tx, "WHERE document IN ("+strings.Join(marks, ", ")+") AND state = 'open' ORDER BY due_at, id LIMIT 2000", args...)
		if err != nil {
			return nil, err
		}
		out, ids = append(out, list...), ids[n:]
	}
	return out, nil
}

// itemDue is the deadline of the item itself: the soonest of its open duties.
func itemDue(duties []obligation.Duty, id term.DocumentID) web.Deadline {
	return soonest(duties, func(d obligation.Duty) bool { return d.SubjectKind == "item" && d.Document == id })
}

// stopDue is the deadline of one turn.
func stopDue(duties []obligation.Duty, s circulation.Stop) web.Deadline {
	holds := s.Copy != "" && s.BackAt.IsZero() // afterwards the clock of the copy is the next reader's
	return soonest(duties, func(d obligation.Duty) bool {
		return d.SubjectKind == "stop" && d.Subject == string(s.ID) || holds && d.SubjectKind == "copy" && d.Subject == string(s.Copy)
	})
}

func soonest(duties []obligation.Duty, is func(obligation.Duty) bool) web.Deadline {
	var best obligation.Duty
	for _, d := range duties {
		if is(d) && !d.DueAt.IsZero() && (best.ID == "" || d.DueAt.Before(best.DueAt)) {
			best = d
		}
	}
	if best.ID == "" {
		return web.Deadline{}
	}
	return web.Deadline{Opened: best.OpenedAt, Warn: best.WarnAt, At: best.DueAt}
}

// columns takes the readers in order of their turns, those of most circulations first where a page has too many.
func (b *board) columns() {
	count, order := map[term.PersonID]int{}, map[term.PersonID]int{}
	for _, r := range b.Rows {
		for i, s := range r.Stops {
			count[s.Reader]++
			order[s.Reader] += i
		}
	}
	var all []term.PersonID
	for p := range count {
		all = append(all, p)
	}
	slices.SortFunc(all, func(x, y term.PersonID) int {
		return cmp.Or(count[y]-count[x], strings.Compare(string(x), string(y)))
	})
	all = all[:min(len(all), maxColumns)]
	slices.SortFunc(all, func(x, y term.PersonID) int {
		return cmp.Or(order[x]*count[y]-order[y]*count[x], strings.Compare(string(x), string(y)))
	})
	b.Readers = all
	for _, p := range all {
		b.Columns = append(b.Columns, web.Column{Name: b.Viewer.People.Name(p), Small: firstPost(b.Viewer, p)})
	}
}

func firstPost(v counter.Viewer, p term.PersonID) string {
	for _, post := range v.People.Posts(p) {
		if !strings.HasPrefix(post, "base/") {
			return counter.PostTitle(v.Law, post)
		}
	}
	return ""
}

func (b *board) cells(duties []obligation.Duty) {
	for i := range b.Rows {
		r := &b.Rows[i]
		free := ""
		for _, p := range r.Pieces {
			if p.Free() && free == "" {
				free = p.Place
			}
		}
		if w := r.Waits(); len(w) > 0 && free != "" {
			r.Next = &w[0]
		}
		if len(r.Out()) == 0 && free != "" {
			r.Shelf = web.Cell{Kind: "shelf", Small: free}
		}
		for _, reader := range b.Readers {
			r.Cells = append(r.Cells, b.cell(r, reader, duties))
		}
	}
}

func (b *board) cell(r *boardRow, reader term.PersonID, duties []obligation.Duty) web.Cell {
	for _, s := range r.Stops {
		if s.Reader != reader {
			continue
		}
		switch s.State {
		case circulation.Waiting:
			if r.Next != nil && r.Next.ID == s.ID {
				return web.Cell{Kind: "next"}
			}
			return web.Cell{Kind: "todo"}
		case circulation.Out, circulation.Read:
			for0 := span(b.Viewer.Now, s.OutAt)
			c := web.Cell{Kind: "hold", Small: spanKey(for0)}
			if d := stopDue(duties, s); !d.At.IsZero() && !b.Viewer.Now.Before(d.At) {
				c.Kind = "late"
				if b.Late == nil || for0 > b.Late.Since {
					b.Late = &lateNote{Row: *r, Stop: s, Since: for0}
				}
			}
			return c
		case circulation.Back:
			at := s.ReadAt
			if at.IsZero() {
				at = s.BackAt
			}
			return web.Cell{Kind: "done", Small: at.Format("01-02 15:04")}
		case circulation.Declined:
			return web.Cell{Kind: "todo", Text: "standing." + s.Standing(), Small: s.DeclinedAt.Format("01-02 15:04")}
		case circulation.Open, circulation.Closed: // of circulations, never of a turn
		}
	}
	return web.Cell{}
}

// spanKey carries a length of time through the cell until the language is known.
func spanKey(d time.Duration) string { return "span:" + d.String() }

func spoken(ctx context.Context, c web.Cell) web.Cell {
	if c.Kind == "next" { // drawn as one that waits
		c.Kind, c.Text = "todo", web.T(ctx, "matrix.next")
	}
	if strings.HasPrefix(c.Text, "standing.") {
		c.Text = web.T(ctx, c.Text)
	}
	if s, ok := strings.CutPrefix(c.Small, "span:"); ok {
		d, err := time.ParseDuration(s)
		if err == nil {
			c.Small = web.Tongue(ctx).Span(d)
		}
	}
	return c
}

func holders(stops []circulation.Stop, duties []obligation.Duty, now time.Time) []holder {
	var out []holder
	at := map[term.PersonID]int{}
	for _, s := range stops { // oldest first
		i, ok := at[s.Reader]
		if !ok {
			i = len(out)
			at[s.Reader], out = i, append(out, holder{Person: s.Reader})
		}
		out[i].Stops = append(out[i].Stops, s)
		d := stopDue(duties, s)
		out[i].Late = out[i].Late || !d.At.IsZero() && !now.Before(d.At)
	}
	return out
}

func (b board) livePath() string {
	if b.ByPerson {
		return "/circulation/live?by=person"
	}
	return "/circulation/live"
}

// next is the circulation whose next reader can be served now and whose deadline is soonest.
func (b board) next() *boardRow {
	var best *boardRow
	for i := range b.Rows {
		r := &b.Rows[i]
		if r.Next == nil {
			continue
		}
		if best == nil || best.Due.At.IsZero() && !r.Due.At.IsZero() || !r.Due.At.IsZero() && r.Due.At.Before(best.Due.At) {
			best = r
		}
	}
	return best
}

func (b board) spokenColumns() []web.Column { return slices.Clone(b.Columns) }

// clauses are those in force that close circulations: what the board is there for.
func (b board) clauses() []term.Clause {
	var out []term.Clause
	same := func(id term.Clause) func(term.Clause) bool {
		return func(x term.Clause) bool { // chips show pack and article alone
			return x.Pack() == id.Pack() && strings.TrimRight(x.Number(), "abcdefghijklmnopqrstuvwxyz") == strings.TrimRight(id.Number(), "abcdefghijklmnopqrstuvwxyz")
		}
	}
	for _, p := range b.Viewer.Law.Packs() {
		for _, o := range p.Obligations {
			for _, c := range o.ClosedBy {
				if c.Act == "circulation.close" && b.Viewer.Law.Adopted(o.Clause) && !slices.ContainsFunc(out, same(o.Clause)) {
					out = append(out, o.Clause)
				}
			}
		}
	}
	return out[:min(len(out), 4)]
}

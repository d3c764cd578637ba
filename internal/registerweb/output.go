package registerweb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/locale"
	"jiyao/internal/paper"
	"jiyao/internal/refuse"
	"jiyao/internal/sheet"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/job"
)

// maxLines is the most lines that leave the program at once; a piece of them is read at a time. maxText bounds their texts,
// in bytes: they are kept in memory until they have been fetched.
const (
	maxLines = 200_000
	maxText  = 96 << 20
	onePiece = 1000
)

// The two ways out, each an act.
const (
	asPaper = "document.print"
	asFile  = "document.export"
)

// taken is what leaves the program, and under which reference that was recorded.
type taken struct {
	listing
	Act       string
	Reference term.Reference
	Count     int
	Top       mark
	Rows      []paper.Row
	Form      paper.RegisterForm // of what goes onto paper, with its volumes
	Volumes   []paper.Volume
}

// command is the argument of document.export and document.print, of which this package knows no more than the names.
type command struct {
	Register string      `json:"register"`
	Period   string      `json:"period"`
	Lines    int         `json:"lines"`
	Level    term.Level  `json:"level"`
	Regime   term.Regime `json:"regime"`
	Beside   []leaving   `json:"beside,omitempty"`
}

// leaving is the highest level of the lines of one regime.
type leaving struct {
	Level  term.Level  `json:"level"`
	Regime term.Regime `json:"regime"`
}

// asked is what somebody wants to take out.
type asked struct {
	act   string
	name  string
	actor act.Actor
	form  url.Values
	when  period
}

func (p *pages) ask(r *http.Request, name string) (q asked, err error) {
	q = asked{act: name, name: r.PathValue("name")}
	if q.form, err = web.Form(r); err != nil {
		return q, err
	}
	if q.when, err = parsePeriod(q.form.Get("when")); err != nil {
		return q, err
	}
	q.actor, err = p.Who(r)
	return q, err
}

// take reads what is asked for, and records that it leaves before it does. A register that is not there for the
// viewer is asked for all the same: the try leaves its line.
func (p *pages) take(r *http.Request, q asked, j *job.Job) (t taken, err error) {
	t.Act, t.Period = q.act, q.when
	cmd := command{Register: q.name, Period: q.when.Text}
	err = p.SeeAs(r.Context(), q.actor, func(tx *store.Tx, v counter.Viewer) error {
		if v.Actor.Person == "" || v.Admin() {
			return refuse.ErrNotFound
		}
		open, err := p.open(tx, v, q.name)
		if err != nil {
			return err
		}
		t.listing, t.Period = open, q.when
		return p.gather(r.Context(), tx, &t, j)
	})
	absent := errors.Is(err, refuse.ErrNotFound)
	switch {
	case absent:
	case err != nil:
		return t, err
	default:
		cmd.Lines, cmd.Level, cmd.Regime, cmd.Beside = t.Count, t.Top.Level, t.Top.Regime, t.Top.beside()
	}
	raw, err := json.Marshal(cmd)
	if err != nil {
		return t, fmt.Errorf("spell what leaves: %w", err)
	}
	receipt, err := p.do(r, q.act, json.RawMessage(raw), q.form)
	if err == nil && absent {
		err = refuse.ErrNotFound // he came to see it between the two: he may ask again
	}
	t.Reference = receipt.Reference
	return t, err
}

// gather reads all lines on one snapshot, piece by piece, and keeps of them what will be printed.
func (p *pages) gather(ctx context.Context, tx *store.Tx, t *taken, j *job.Job) error {
	w, size := t.Period.window(), 0
	w.Limit, w.Newest = onePiece, false // a book is in the order of its lines
	say := t.fileRow
	if t.Act == asPaper { // every form is Chinese: what is signed and filed has one language
		ctx = web.WithTongue(ctx, locale.Zh, t.Viewer.Now, nil)
		columns := t.Book.paper()
		say = func(ctx context.Context, l Line) paper.Row { return t.paperRow(ctx, l, columns) }
	}
	for first := true; first || !w.After.Zero(); first = false {
		lines, next, err := p.Books.Lines(tx, t.Viewer, t.Book.Source, w)
		if err != nil {
			return err
		}
		for i, l := range lines {
			t.Top.add(l)
			l.number(t.Count + i + 1)
			row := packed(say(ctx, l))
			size += row.size()
			t.Rows = append(t.Rows, row.Row)
		}
		if t.Count += len(lines); t.Count > p.MaxLines || size > maxText {
			return &refuse.Invalid{Fields: []refuse.FieldError{{Field: "when", Code: "too_many", Args: map[string]string{"max": strconv.Itoa(p.MaxLines)}}}}
		}
		j.At("read", t.Count, 0)
		w.After = next
	}
	return ctx.Err()
}

// number gives a line its place among those shown, where its source gives it no number of its own.
func (l Line) number(n int) {
	if l.Values["seq"] == "" {
		l.Values["seq"] = strconv.Itoa(n)
	}
}

// packedRow is a row whose texts lie in one piece of memory.
type packedRow struct {
	paper.Row
	bytes int
}

func packed(row paper.Row) packedRow {
	all := strings.Join(row.Texts, "")
	out := packedRow{Row: row, bytes: len(all)}
	for i, s := range row.Texts {
		row.Texts[i], all = all[:len(s)], all[len(s):]
	}
	return out
}

func (r packedRow) size() int { return r.bytes + 16*len(r.Texts) + 64 }

// mark is what lines bear together: the highest level, with its period where all lines of that level have the same; and the
// highest of each regime, since the law is asked for each.
type mark struct {
	Item
	of map[term.Regime]term.Level
}

func (m *mark) add(l Line) {
	level, regime, period := l.level()
	if !level.Valid() {
		return
	}
	switch {
	case m.Level == "" || level.Above(m.Level):
		m.Item = Item{Level: level, Regime: regime, Period: period}
	case level == m.Level:
		if period != m.Period {
			m.Period = ""
		}
		if regime == term.RegimeState {
			m.Regime = regime
		}
	}
	if level.Classified() && (m.of[regime] == "" || level.Above(m.of[regime])) {
		if m.of == nil {
			m.of = map[term.Regime]term.Level{}
		}
		m.of[regime] = level
	}
}

// beside gives the highest of each regime but that of the whole.
func (m *mark) beside() (out []leaving) {
	for _, r := range slices.Sorted(maps.Keys(m.of)) {
		if r != m.Regime {
			out = append(out, leaving{m.of[r], r})
		}
	}
	return out
}

// workbook has every field in a column of its own; the last says what was struck out.
func (t *taken) workbook(ctx context.Context) sheet.Sheet {
	s := sheet.Sheet{Name: t.Book.Name, Rows: make([][]string, len(t.Rows))}
	if len([]rune(s.Name)) > 31 {
		s.Name = t.Book.Source
	}
	for _, f := range t.Book.fields() {
		s.Columns = append(s.Columns, sheet.SheetColumn{Title: t.Book.heading(ctx, f), Width: columnWidth(f)})
	}
	s.Columns = append(s.Columns, sheet.SheetColumn{Title: web.T(ctx, "registers.struck"), Width: 30})
	for i, r := range t.Rows {
		s.Rows[i] = r.Texts
	}
	return s
}

// fileRow is a line of the workbook.
func (t *taken) fileRow(ctx context.Context, l Line) paper.Row {
	fields := t.Book.fields()
	row := make([]string, 0, len(fields)+1)
	for _, f := range fields {
		row = append(row, t.Names.say(ctx, l, f))
	}
	return paper.Row{Texts: append(row, t.struck(ctx, l, fields))}
}

func columnWidth(field string) float64 {
	switch kinds[field] {
	case aText:
		return 36
	case aTime, aPeople, aHistory:
		return 18
	case aPlain, aPerson, aPlace, aNumber, aWord, aSpan, anAct, aDevice:
	}
	if field == "no" || field == "doc_no" {
		return 22
	}
	return 12
}

// file is what a file is called: its number in the register of acts, never what stands in it.
func (t *taken) file() string { return "register-" + t.Book.Source + "-" + string(t.Reference) }

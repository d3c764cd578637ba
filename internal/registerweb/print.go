package registerweb

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"jiyao/internal/locale"
	"jiyao/internal/paper"
	"jiyao/internal/web"
	"jiyao/internal/web/job"
)

// wide is how many columns a page of A4 bears upright.
const wide = 6

// layOut makes the form of what goes onto paper, and finds its volumes.
func (t *taken) layOut(ctx context.Context, office string, checkpoint func() (uint64, string), j *job.Job) error {
	ctx = web.WithTongue(ctx, locale.Zh, t.Viewer.Now, nil)
	t.Form = t.form(ctx)
	t.Form.Frame.Office = office
	if checkpoint != nil {
		t.Form.Frame.Checkpoint, t.Form.Frame.Root = checkpoint()
	}
	var err error
	if t.Volumes, err = t.Form.Volumes(func(rows int) { j.At("lay", rows, len(t.Rows)) }); err != nil {
		return fmt.Errorf("lay out a register: %w", err)
	}
	return ctx.Err()
}

// form lays the register out for paper.
func (t *taken) form(ctx context.Context) paper.RegisterForm {
	f := paper.RegisterForm{
		Title: t.Book.Name, Lead: []string{web.T(ctx, "registers.print_lead", "period", t.Period.say(ctx), "n", t.Count, "clauses", t.cites(ctx))},
		Rows: t.Rows, Signatures: []string{web.T(ctx, "registers.made_by"), web.T(ctx, "registers.checked_by")},
		Frame: paper.Frame{
			Mark: t.Top.Regime.Mark(t.Top.Level, t.Top.Period), FormNo: t.Book.Name, PrintedBy: t.Viewer.People.Name(t.Viewer.Actor.Person), PrintedAt: t.Viewer.Now,
			PrintNo: string(t.Reference), Stamp: true,
		},
	}
	f.Lead = append(f.Lead, t.Book.settings(ctx)...)
	columns := t.Book.paper()
	f.Frame.Landscape = len(columns) > wide
	for _, c := range columns {
		f.Columns = append(f.Columns, paper.Column{Title: strings.Join(c.heads(ctx, t.Book), "\n"), Width: c.width(), Left: c.left()})
	}
	widen(f.Columns, t.Rows)
	return f
}

// longText is how many characters a text has that its column is widened for.
const longText = 60

// widen gives a column with a long text more of the page, so that one line does not take all of it: other texts, and columns in
// which nothing is written, give what it takes. Times, names and numbers keep the part of the page that keeps them whole.
func widen(columns []paper.Column, rows []paper.Row) {
	long, said, any := make([]bool, len(columns)), make([]bool, len(columns)), false
	for _, r := range rows {
		for i, text := range r.Texts {
			said[i] = said[i] || text != ""
			long[i] = long[i] || columns[i].Left && len(text) > longText && utf8.RuneCountInString(text) > longText
			any = any || long[i]
		}
	}
	if !any {
		return
	}
	for i := range columns {
		switch c := &columns[i]; {
		case long[i]:
			c.Width *= 2
		case !said[i]:
			c.Width = min(c.Width, 14)
		case !c.Left:
			c.Width *= 1.15
		}
	}
}

// paperRow is a line of the form.
func (t *taken) paperRow(ctx context.Context, l Line, columns []cell) paper.Row {
	row := paper.Row{Texts: make([]string, len(columns)), Struck: l.Struck}
	for j, c := range columns {
		row.Texts[j] = t.paperText(ctx, l, c)
		for _, field := range c.Fields {
			if former := t.Names.former(ctx, l, field); len(former) > 0 {
				if row.Former == nil {
					row.Former = map[int][]string{}
				}
				row.Former[j] = append(row.Former[j], former...)
			}
		}
	}
	return row
}

// cites are the clauses that demand the register, as their regulations number them.
func (t *taken) cites(ctx context.Context) string {
	var out []string
	for _, p := range t.Viewer.Law.Packs() {
		for _, c := range p.Clauses {
			if slices.Contains(t.Book.Clauses, c.ID) {
				out = append(out, web.T(ctx, "registers.cite", "title", p.Title, "cite", c.Cite))
			}
		}
	}
	return strings.Join(out, web.T(ctx, "registers.and"))
}

// paper are the columns of the printed register: those of its form, where it has one; else those of the page, the item's
// taken apart.
func (b book) paper() []cell {
	if len(groups[b.Source]) > 0 {
		return stacked(folded(b.grouped(b.fields())))
	}
	var out []cell
	for _, c := range b.cells() {
		if !c.Item {
			out = append(out, c)
			continue
		}
		for _, f := range c.Fields {
			out = append(out, cell{Key: f, Fields: []string{f}})
		}
		out = append(out, cell{Key: "level", Fields: []string{"level", "period", "urgency"}, Step: true})
	}
	return stacked(out)
}

// most is how many columns a page of A4 bears on its side: more are put one below the other.
const most = 15

// stacked puts what stands beside each other into one cell, the two that hold least first, until a page bears them all.
func stacked(cells []cell) []cell {
	for len(cells) > most {
		at := 0
		for i := 1; i+1 < len(cells); i++ {
			if len(cells[i].Fields)+len(cells[i+1].Fields) < len(cells[at].Fields)+len(cells[at+1].Fields) {
				at = i
			}
		}
		both := cells[at]
		both.Fields = slices.Concat(both.Fields, cells[at+1].Fields)
		both.Step = false
		cells = slices.Concat(cells[:at], []cell{both}, cells[at+2:])
	}
	return cells
}

func (t *taken) paperText(ctx context.Context, l Line, c cell) string {
	level, regime, period := l.level()
	mark := regime.Mark(level, "")
	var out []string
	last := lastSaid(c, func(f string) string { return t.Names.say(ctx, l, f) })
	for i, f := range c.Fields {
		s := t.Names.say(ctx, l, f)
		switch {
		case f == "level":
			s = mark
		case f == "period": // below the level: the column is narrow
			if s = period; s != "" && slices.Contains(c.Fields, "level") {
				s = strings.TrimSpace(strings.TrimPrefix(regime.Mark(level, period), mark))
			}
		case f == "urgency":
			s = l.urgency()
		case kinds[f] == aTime:
			s = strings.Replace(s, " ", "\n", 1)
		}
		if s == "" && i < last && !marked(f) {
			s = none
		}
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, "\n")
}

// none keeps the place of a field that says nothing, above one that does: what stands below it is not taken for it.
const none = "—"

// lastSaid is the index of the last field of a cell that says anything; -1 where none does.
func lastSaid(c cell, say func(field string) string) int {
	for i := len(c.Fields) - 1; i >= 0; i-- {
		if say(c.Fields[i]) != "" {
			return i
		}
	}
	return -1
}

// marked reports whether a field is one of the marks, which nobody takes for another.
func marked(field string) bool { return field == "level" || field == "period" || field == "urgency" }

// heads are what a cell is called: each of what stands in it, or the step that it is.
func (c cell) heads(ctx context.Context, b book) []string {
	if c.Step {
		if c.Key == "level" {
			return []string{b.heading(ctx, c.Key)}
		}
		return []string{web.T(ctx, "registers.step."+c.Key)}
	}
	var out []string
	for _, f := range slices.Concat(c.Fields, c.Marks) {
		out = append(out, b.heading(ctx, f))
	}
	return out
}

// head is its heading on a page.
func (c cell) head(ctx context.Context, b book) string {
	return strings.Join(c.heads(ctx, b), web.T(ctx, "registers.and"))
}

// width is the share of a column of the paper: that of the widest of its fields. Times, names and numbers have the room that
// keeps them whole on the widest register there is; texts wrap.
func (c cell) width() (w float64) {
	for _, f := range c.Fields {
		w = max(w, width(f))
	}
	return w
}

func width(field string) float64 {
	switch kinds[field] {
	case aText:
		if field == "issuer" || field == "notes" || field == "missing_reason" {
			return 20
		}
		return 26
	case aPeople, aHistory:
		if field == "department" {
			return 20
		}
		return 26
	case aTime:
		return 23
	case aNumber:
		return 10
	case aPlain, aPerson, aPlace, aWord, aSpan, anAct, aDevice:
	}
	switch field {
	case "no", "doc_no", "list_no":
		return 26
	case "label", "source_copy", "sources":
		return 29 // fourteen signs in one line
	case "time", "date", "born_at", "issued_on":
		return 23
	case "level":
		return 16
	}
	return 18
}

func (c cell) left() bool {
	return slices.ContainsFunc(c.Fields, func(f string) bool { return kinds[f] == aText || kinds[f] == aPeople || kinds[f] == aHistory })
}

package registerweb

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"jiyao/internal/locale"
	"jiyao/internal/paper"
	"jiyao/internal/web"
)

// print gives the lines on A4, in Chinese as every form: what is signed and filed has one language.
func (p *pages) print(w http.ResponseWriter, r *http.Request) error {
	t, form, err := p.take(r, "document.print")
	if err != nil {
		return p.again(w, r, err, form.Get("when"))
	}
	f := t.form(web.WithTongue(r.Context(), locale.Zh, t.Viewer.Now, nil))
	f.Frame.Office = p.Frame(w, r).Office
	if p.Checkpoint != nil {
		f.Frame.Checkpoint, f.Frame.Root = p.Checkpoint()
	}
	var b bytes.Buffer
	if err := paper.Register(&b, f); err != nil {
		return fmt.Errorf("print a register: %w", err)
	}
	return attach(w, "application/pdf", "inline", t.file()+".pdf", b.Bytes())
}

// wide is how many columns a page of A4 bears upright.
const wide = 6

// form lays the register out for paper.
func (t taken) form(ctx context.Context) paper.RegisterForm {
	top := highest(t.Lines)
	f := paper.RegisterForm{
		Title: t.Book.Name, Lead: []string{web.T(ctx, "registers.print_lead", "period", t.Period.say(ctx), "n", len(t.Lines), "clauses", t.cites(ctx))},
		Struck: map[int]bool{}, Former: map[[2]int][]string{},
		Signatures: []string{web.T(ctx, "registers.made_by"), web.T(ctx, "registers.checked_by")},
		Frame: paper.Frame{
			Mark: top.Regime.Mark(top.Level, top.Period), FormNo: t.Book.Name, PrintedBy: t.Viewer.People.Name(t.Viewer.Actor.Person), PrintedAt: t.Viewer.Now,
			PrintNo: string(t.Reference), Stamp: true,
		},
	}
	f.Lead = append(f.Lead, t.Book.settings(ctx)...)
	columns := t.Book.paper()
	f.Frame.Landscape = len(columns) > wide
	for _, c := range columns {
		f.Columns = append(f.Columns, paper.Column{Title: c.head(ctx, t.Book), Width: c.width(), Left: c.left()})
	}
	for i, l := range t.Lines {
		row := make([]string, len(columns))
		for j, c := range columns {
			row[j] = t.paperText(ctx, l, c)
			for _, field := range c.Fields {
				f.Former[[2]int{i, j}] = append(f.Former[[2]int{i, j}], t.Names.former(ctx, l, field)...)
			}
		}
		f.Struck[i] = l.Struck
		f.Rows = append(f.Rows, row)
	}
	return f
}

// cites are the clauses that demand the register, as their regulations number them.
func (t taken) cites(ctx context.Context) string {
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

// paper are the columns of the printed register: those of the page, the item's taken apart.
func (b book) paper() []cell {
	var out []cell
	for _, c := range b.cells() {
		if !c.Item {
			out = append(out, c)
			continue
		}
		out = append(out, cell{Key: c.Key, Fields: c.Fields[:1]})
		for _, f := range c.Fields[1:] {
			out = append(out, cell{Key: f, Fields: []string{f}})
		}
		out = append(out, cell{Key: "level", Fields: []string{"level", "period", "urgency"}})
	}
	return out
}

func (t taken) paperText(ctx context.Context, l Line, c cell) string {
	if c.Key == "level" {
		level, regime, period := l.level()
		mark := regime.Mark(level, "")
		if whole := regime.Mark(level, period); period != "" { // in two lines: the column is narrow
			mark += "\n" + strings.TrimSpace(strings.TrimPrefix(whole, mark))
		}
		return strings.TrimSpace(mark + "\n" + l.urgency())
	}
	var out []string
	for _, f := range c.Fields {
		s := t.Names.say(ctx, l, f)
		if kinds[f] == aTime {
			s = strings.Replace(s, " ", "\n", 1)
		}
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, "\n")
}

func (c cell) head(ctx context.Context, b book) string {
	if len(c.Fields) > 1 && c.Key != "level" && !c.Item {
		return web.T(ctx, "registers.step."+c.Key)
	}
	return b.heading(ctx, c.Key)
}

// width is the share of a column of the paper. Times, names and numbers have the room that keeps them whole on the
// widest register there is; texts wrap.
func (c cell) width() float64 {
	switch kinds[c.Fields[0]] {
	case aText:
		if c.Key == "issuer" {
			return 20
		}
		return 26
	case aPeople:
		return 26
	case aTime:
		return 23
	case aNumber:
		return 10
	case aPlain, aPerson, aPlace, aWord, aSpan, anAct:
	}
	switch c.Key {
	case "no", "doc_no":
		return 26
	case "level":
		return 16
	}
	return 18
}

func (c cell) left() bool {
	k := kinds[c.Fields[0]]
	return k == aText || k == aPeople
}

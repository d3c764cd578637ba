package registerweb

import (
	"context"
	"slices"
	"strings"

	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// book is one register as one viewer sees it: what the reports of the same name ask for that he may see.
type book struct {
	Name    string
	Source  string
	Clauses []term.Clause
	Readers []string // posts, pack/post
	Columns []string
	Under   []regulation.Setting // what is printed with it: parameters as they are in force
}

// booksOf are the registers that a viewer may see, in the order of the packs.
func booksOf(v counter.Viewer) []book {
	var out []book
	for _, r := range v.Law.Readable(v.Posts) {
		i := slices.IndexFunc(out, func(b book) bool { return b.Name == r.Name && b.Source == r.Source })
		if i < 0 {
			i = len(out)
			out = append(out, book{Name: r.Name, Source: r.Source})
		}
		out[i].take(v.Law, r)
	}
	return out
}

func (b *book) take(law *regulation.Law, r *regulation.Report) {
	b.Clauses = added(b.Clauses, r.Clause)
	for _, s := range law.SettingsOf(r) {
		b.Under = added(b.Under, s)
	}
	for _, post := range law.Readers(r) {
		b.Readers = added(b.Readers, post)
	}
	for i, c := range r.Columns {
		switch at := slices.Index(b.Columns, r.Columns[max(0, i-1)]); {
		case slices.Contains(b.Columns, c):
		case i == 0 || at < 0:
			b.Columns = append(b.Columns, c)
		default: // after the column that it follows in its own report
			b.Columns = slices.Insert(b.Columns, at+1, c)
		}
	}
}

// settings spells what is printed with the register: 天数按：自然日.
func (b book) settings(ctx context.Context) []string {
	var out []string
	for _, s := range b.Under {
		value := s.Value
		if key := "reading." + value; web.Tongue(ctx).Has(key) {
			value = web.T(ctx, key)
		}
		out = append(out, web.T(ctx, "registers.setting", "name", web.T(ctx, "param."+s.Name), "value", value))
	}
	return out
}

func added[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

// bookNamed finds a register by name; one that the viewer may not see is as absent as one that nobody has.
func bookNamed(v counter.Viewer, name string) (book, error) {
	for _, b := range booksOf(v) {
		if b.Name == name {
			return b, nil
		}
	}
	return book{}, refuse.ErrNotFound
}

// readers are the posts that may see a register, as the office calls its own; as the regulation does where it has none.
func (n Names) readers(ctx context.Context, law *regulation.Law, posts []string) string {
	var out []string
	for _, p := range posts {
		own := n.Posts(p)
		if len(own) == 0 {
			own = []string{counter.PostTitle(law, p)}
		}
		for _, title := range own {
			out = added(out, title)
		}
	}
	return strings.Join(out, web.T(ctx, "registers.and"))
}

// fields are the columns of a register in a file: by what a line is told from others, its level, then as the
// regulations ask.
func (b book) fields() []string {
	lead := b.lead()
	if lead == "" {
		return b.Columns
	}
	out := []string{lead}
	if !slices.Contains(b.Columns, "level") {
		out = append(out, "level")
	}
	return append(out, slices.DeleteFunc(slices.Clone(b.Columns), func(c string) bool { return c == lead || c == "document" })...)
}

// lead is the column that tells the item of a line: its receipt number, or the number on an envelope. The register of
// tries has none: what was asked for may be nothing that there is.
func (b book) lead() string {
	switch {
	case slices.Contains(b.Columns, "envelope_no"):
		return "envelope_no"
	case slices.Contains(b.Columns, "subject"):
		return ""
	}
	return "no"
}

// cell is one column on a page and on paper, which holds one field or several that belong together.
type cell struct {
	Key    string // of its heading
	Fields []string
	Item   bool     // number, title and marks of the item
	Marks  []string // fields that the marks of the item show
	Step   bool     // a time, and who did it
}

// cells folds the fields of a page: what tells the item into one cell, what stands together on the form, a time and who did it.
func (b book) cells() []cell {
	fields := b.fields()
	lead := b.lead()
	if lead == "" {
		return folded(b.grouped(fields))
	}
	item := cell{Key: lead, Fields: []string{lead}, Item: true}
	if slices.Contains(fields, "title") {
		item.Fields = append(item.Fields, "title")
	}
	rest := slices.DeleteFunc(slices.Clone(fields), func(f string) bool {
		if f == "level" || f == "period" || f == "urgency" {
			item.Marks = append(item.Marks, f)
		}
		return f == lead || f == "title" || f == "level" || f == "period" || f == "urgency"
	})
	return append([]cell{item}, folded(b.grouped(rest))...)
}

// folded joins a time and who did it, where no form says otherwise.
func folded(cells []cell) []cell {
	var out []cell
	for i := 0; i < len(cells); i++ {
		c := cells[i]
		step, isTime := strings.CutSuffix(c.Key, "_at")
		if isTime && len(c.Fields) == 1 {
			by := step + "_by"
			if i+1 < len(cells) && cells[i+1].Key == by && len(cells[i+1].Fields) == 1 {
				out = append(out, cell{Key: step, Fields: []string{c.Key, by}, Step: true})
				i++
				continue
			}
			if n := len(out) - 1; n >= 0 && out[n].Key == by && len(out[n].Fields) == 1 { // who comes before when
				out[n] = cell{Key: step, Fields: []string{c.Key, by}, Step: true}
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

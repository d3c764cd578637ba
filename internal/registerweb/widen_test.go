package registerweb

import (
	"strings"
	"testing"

	"jiyao/internal/paper"
)

// Titles of two hundred characters in the widest register leave a page more than one line, and no label is broken for them; a
// register of short texts is laid out as its form says.
func TestALongTitleDoesNotTakeAPage(t *testing.T) {
	lay := func(title string, wider bool) (pages int, columns []paper.Column) {
		b := book{Source: "carriers"}
		var row paper.Row
		for _, g := range groups["carriers"] {
			c := cell{Key: g[0], Fields: g}
			columns = append(columns, paper.Column{Title: strings.Repeat("栏目\n", len(g)-1) + "栏目", Width: c.width(), Left: c.left()})
			row.Texts = append(row.Texts, map[string]string{"no": "机收〔2026〕0001", "label": "JY26-0001-01-5\n纸介质", "title": title, "level": "机密\n★10年", "origin": "收文\n2026-03-02"}[g[0]])
		}
		f := paper.RegisterForm{Title: b.Source, Columns: columns, Frame: paper.Frame{Landscape: true}}
		for range 40 {
			f.Rows = append(f.Rows, row)
		}
		if wider {
			widen(f.Columns, f.Rows)
		}
		v, err := f.Volumes(nil)
		if err != nil || len(v) != 1 {
			t.Fatalf("%v %v", v, err)
		}
		return v[0].Pages, f.Columns
	}
	long := strings.Repeat("关于做好年度清点工作", 20)
	before, form := lay(long, false)
	after, columns := lay(long, true)
	if before < 40 || after > 25 {
		t.Errorf("forty lines take %d pages, and %d before", after, before)
	}
	part := func(list []paper.Column, i int) float64 {
		sum := 0.0
		for _, c := range list {
			sum += c.Width
		}
		return list[i].Width / sum
	}
	if label := 1; part(columns, label) < 0.99*part(form, label) {
		t.Errorf("the label has %.3f of the page, and %.3f before", part(columns, label), part(form, label))
	}
	short, _ := lay("通知", false)
	if same, _ := lay("通知", true); same != short {
		t.Errorf("short titles take %d pages, and %d before", same, short)
	}
}

package paper

import (
	"fmt"
	"io"
)

// Fact is one field of a form: its name, what is known of it, and the line on which it is signed or filled in by hand. Two
// stand side by side, a wide one alone.
type Fact struct {
	Label, Text string
	Sign        string // 签字：　　年　月　日; empty: nothing is signed here
	Wide        bool
}

const (
	maxFacts   = 60
	factHeight = 24.0
	signHeight = 46.0
)

// SignDay and SignMinute are the lines on which somebody signs with the day, or to the minute.
const (
	SignDay    = "签字：　　　　　年　 月　 日"
	SignMinute = "签字：　　　年　月　日　时　分"
	SealDay    = "盖章：　　　　　年　 月　 日"
)

// SheetForm is a form of one thing: fields with room to sign, such as 复制审批单.
type SheetForm struct {
	Frame Frame
	Title string
	Lead  []string
	Facts []Fact
	Notes []string // below the fields
}

// Sheet prints the form on as many pages as it takes. Errors as for Slip.
func Sheet(w io.Writer, s SheetForm) error {
	if len(s.Facts) == 0 || len(s.Facts) > maxFacts || len(s.Lead) > 20 || len(s.Notes) > 20 {
		return fmt.Errorf("sheet: %w", ErrTooLarge)
	}
	f, err := newForm(s.Title, s.Frame)
	if err != nil {
		return err
	}
	if _, err := f.newPage(); err != nil {
		return err
	}
	for _, l := range s.Lead {
		if err := f.prose(l, sizeBody); err != nil {
			return err
		}
	}
	if err := f.facts(s.Facts); err != nil {
		return err
	}
	f.at += 4
	for _, l := range s.Notes {
		if err := f.prose(l, sizeFine); err != nil {
			return err
		}
	}
	return f.finish(w)
}

func factTable(f *form) *table {
	w := f.inner()
	return &table{widths: []float64{w * .13, w * .37, w * .13, w * .37}, size: sizeBody, padX: padX, padY: padY}
}

// facts rules the fields.
func (f *form) facts(facts []Fact) error {
	if len(facts) == 0 {
		return nil
	}
	return f.rows(factTable(f), factRows(facts))
}

// factRows puts two facts into a row; one that has no neighbour is as wide as the row.
func factRows(facts []Fact) []row {
	var out []row
	for i := 0; i < len(facts); i++ {
		a := facts[i]
		if a.Wide || i+1 == len(facts) || facts[i+1].Wide {
			wide := a.cell()
			wide.span = 3
			out = append(out, row{cells: []cell{label(a.Label), wide}, height: a.height()})
			continue
		}
		b := facts[i+1]
		out = append(out, row{cells: []cell{label(a.Label), a.cell(), label(b.Label), b.cell()}, height: max(a.height(), b.height())})
		i++
	}
	return out
}

func (a Fact) cell() cell {
	c := value(a.Text)
	if a.Sign != "" {
		c.paras = append(c.paras, para{text: a.Sign, align: right, gap: 8})
	}
	return c
}

func (a Fact) height() float64 {
	if a.Sign != "" {
		return signHeight
	}
	return factHeight
}

// factsHeight is how high the fields of a register stand.
func (f *form) factsHeight(facts []Fact) (h float64, err error) {
	t := factTable(f)
	for _, r := range factRows(facts) {
		s, err := t.set(f.font, r)
		if err != nil {
			return 0, err
		}
		h += s.height
	}
	return h, nil
}

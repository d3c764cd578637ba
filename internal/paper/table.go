package paper

import (
	"fmt"
	"math"
	"slices"
)

// Bounds of one cell and one table. A form with more is refused, not cut.
const (
	maxCellText = 8000    // characters
	maxRows     = 200_000 // rows of a register
	maxColumns  = 24
)

const (
	padX     = 5.0
	padY     = 4.0
	padFineX = 3.0
	padFineY = 3.0
	rule     = 0.7 // line width

	strikeWidth = 0.9

	continued = "（续）"
)

// A para is one block of text in a cell.
type para struct {
	text   string
	align  align
	gap    float64 // blank above it
	struck bool    // with a line through it (划线更正)
}

// A cell spans columns of the table's grid.
type cell struct {
	paras  []para
	span   int // 0 is 1
	middle bool
	size   float64 // 0 is the table's
	repeat bool    // a label that stands again where its row goes on
}

type row struct {
	cells  []cell
	height float64 // at least
}

type table struct {
	widths []float64 // points
	size   float64
	padX   float64
	padY   float64
	head   []row // repeated on every page
}

// setLine is one wrapped line of a cell.
type setLine struct {
	text   string
	align  align
	before float64 // blank above
	size   float64
	struck bool
}

func (l setLine) height() float64 { return l.before + l.size*leading }

// setRow is a row whose text is wrapped, so that its height is known.
type setRow struct {
	cells  []setCell
	height float64
}

type setCell struct {
	lines  []setLine
	x, w   float64 // from the left edge of the table
	middle bool
	repeat bool
}

func (c setCell) textHeight() float64 {
	h := 0.0
	for _, l := range c.lines {
		h += l.height()
	}
	return h
}

// set wraps the text of a row.
func (t *table) set(f *Font, r row) (setRow, error) {
	out := setRow{height: r.height}
	x, col := 0.0, 0
	for _, c := range r.cells {
		span := max(c.span, 1)
		if col+span > len(t.widths) {
			return setRow{}, fmt.Errorf("a row has more cells than the table has columns: %w", ErrTooLarge)
		}
		w := 0.0
		for _, cw := range t.widths[col : col+span] {
			w += cw
		}
		lines, err := t.setCell(f, c, w-2*t.padX)
		if err != nil {
			return setRow{}, err
		}
		sc := setCell{lines: lines, x: x, w: w, middle: c.middle, repeat: c.repeat}
		out.cells = append(out.cells, sc)
		out.height = math.Max(out.height, sc.textHeight()+2*t.padY)
		x, col = x+w, col+span
	}
	return out, nil
}

func (t *table) setCell(f *Font, c cell, width float64) ([]setLine, error) {
	size := c.size
	if size == 0 {
		size = t.size
	}
	var out []setLine
	runes := 0
	for _, p := range c.paras {
		if runes += len([]rune(p.text)); runes > maxCellText {
			return nil, fmt.Errorf("more than %d characters in a cell: %w", maxCellText, ErrTooLarge)
		}
		lines, err := f.Wrap(p.text, size, width)
		if err != nil {
			return nil, err
		}
		for i, l := range lines {
			sl := setLine{text: l, align: p.align, size: size, struck: p.struck}
			if i == 0 && len(out) > 0 {
				sl.before = p.gap
			}
			out = append(out, sl)
		}
	}
	return out, nil
}

// drawRow rules a row at y and sets its text.
func (t *table) drawRow(d *document, p *page, x, y float64, r setRow) error {
	if n := len(r.cells); n > 0 { // each rule once: cells stand side by side
		end := r.cells[n-1].x + r.cells[n-1].w
		p.line(x, y, x+end, y, rule)
		p.line(x, y+r.height, x+end, y+r.height, rule)
		p.line(x+end, y, x+end, y+r.height, rule)
	}
	for _, c := range r.cells {
		p.line(x+c.x, y, x+c.x, y+r.height, rule)
		ty := y + t.padY
		if c.middle {
			ty = y + (r.height-c.textHeight())/2
		}
		for _, l := range c.lines {
			if err := d.text(p, x+c.x+t.padX, ty+l.before, c.w-2*t.padX, l.size, 0, l.align, l.text); err != nil {
				return err
			}
			if l.struck {
				if err := d.strike(p, x+c.x+t.padX, ty+l.before, c.w-2*t.padX, l); err != nil {
					return err
				}
			}
			ty += l.height()
		}
	}
	return nil
}

// strike draws a line through what a line of a cell says.
func (d *document) strike(p *page, x, y, w float64, l setLine) error {
	width, err := d.font.measure(l.text, l.size, 0)
	if err != nil {
		return err
	}
	switch l.align {
	case left:
	case center:
		x += (w - width) / 2
	case right:
		x += w - width
	}
	y += l.size * leading / 2
	p.line(x, y, x+width, y, strikeWidth)
	return nil
}

// split cuts a row so that the first part is at most room high; ok is false when not two lines would fit.
// A column that is done stays blank in the second part, except that a label stands there again.
func (t *table) split(r setRow, room float64) (first, rest setRow, ok bool) {
	used := 0.0
	for _, c := range r.cells {
		h, n := 2*t.padY, 0
		for n < len(c.lines) && h+c.lines[n].height() <= room {
			h += c.lines[n].height()
			n++
		}
		if n < len(c.lines) && n < 2 {
			return setRow{}, setRow{}, false
		}
		a, b := c, c
		a.lines, b.lines = c.lines[:n], c.lines[n:]
		if c.repeat && n == len(c.lines) && n > 0 {
			b.lines = slices.Clone(c.lines)
			if c.lines[n-1].text != continued {
				b.lines = append(b.lines, setLine{text: continued, align: center, size: c.lines[0].size})
			}
		}
		first.cells, rest.cells = append(first.cells, a), append(rest.cells, b)
		used = math.Max(used, h)
		rest.height = math.Max(rest.height, b.textHeight()+2*t.padY)
	}
	first.height = used
	return first, rest, true
}

// textRow is a row of plain cells, one for each column.
func textRow(aligns []align, texts []string, height float64) row {
	r := row{height: height}
	for i, s := range texts {
		a := center
		if i < len(aligns) {
			a = aligns[i]
		}
		r.cells = append(r.cells, cell{paras: []para{{text: s, align: a}}, middle: true})
	}
	return r
}

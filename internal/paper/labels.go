package paper

import (
	"fmt"
	"image"
	"io"
	"regexp"

	"jiyao/internal/term"
)

// Label is the sticker of one copy, or of one place where things are kept. That of a copy has room for the code and nothing
// else: never a title or a sender. That of a place bears its name above its code. An empty one leaves its place on the sheet
// blank, so that a sheet begun can be used up.
type Label struct {
	Code  term.LabelCode
	Place term.PlaceID // in place of Code
	Name  string       // of the place
}

// code is what is read by a scanner; empty for a blank place.
func (l Label) code() string {
	if l.Place != "" {
		return string(l.Place)
	}
	return string(l.Code)
}

// codes makes its Code128 and its QR code.
func (l Label) codes() (bar, square image.Image, err error) {
	if l.Place == "" {
		return codesOf(l.Code)
	}
	if !placeCode.MatchString(string(l.Place)) {
		return nil, nil, fmt.Errorf("encode the code of a place: %w", term.ErrSpelling)
	}
	return encoded(string(l.Place))
}

// placeCode is what the code of a place looks like: drawn, or chosen in the file of an office.
var placeCode = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$`)

// lines are what stands beside the codes.
func (l Label) lines() []string {
	if l.Place == "" {
		return []string{string(l.Code)}
	}
	return []string{l.Name, string(l.Place)}
}

// LabelPaper is what labels are printed on: a sheet of A4 with places in rows, or the roll of a label printer, one place a page.
// Lengths are millimetres.
type LabelPaper struct {
	Name          string // its size: 70x37; of a roll: roll-50x30
	Columns, Rows int
	Width, Height float64
	Left, Top     float64 // of the first place
	GapX          float64 // between columns
	Roll          bool
}

// LabelPapers are the usual papers; the first is for plain paper too, which is cut. The figures of the sheets are those that
// their makers print on the boxes: 70 × 37 and 52,5 × 29,7 without gaps, 63,5 × 33,9, 48,5 × 25,4, 38,1 × 21,2 with margins.
var LabelPapers = []LabelPaper{
	{Name: "70x37", Columns: 3, Rows: 8, Width: 70, Height: 37.125},
	{Name: "64x34", Columns: 3, Rows: 8, Width: 63.5, Height: 33.9, Left: 7.25, Top: 12.9, GapX: 2.5},
	{Name: "52x30", Columns: 4, Rows: 10, Width: 52.5, Height: 29.7},
	{Name: "48x25", Columns: 4, Rows: 11, Width: 48.5, Height: 25.4, Left: 8, Top: 8.8},
	{Name: "38x21", Columns: 5, Rows: 13, Width: 38.1, Height: 21.2, Left: 4.75, Top: 10.7, GapX: 2.5},
	{Name: "roll-60x40", Columns: 1, Rows: 1, Width: 60, Height: 40, Roll: true},
	{Name: "roll-50x30", Columns: 1, Rows: 1, Width: 50, Height: 30, Roll: true},
	{Name: "roll-40x30", Columns: 1, Rows: 1, Width: 40, Height: 30, Roll: true},
	{Name: "roll-40x25", Columns: 1, Rows: 1, Width: 40, Height: 25, Roll: true},
}

// Places is how many labels a sheet has.
func (p LabelPaper) Places() int { return p.Columns * p.Rows }

// LabelPaperNamed finds a paper by its name; empty is the first.
func LabelPaperNamed(name string) (LabelPaper, bool) {
	for _, p := range LabelPapers {
		if p.Name == name || name == "" {
			return p, true
		}
	}
	return LabelPaper{}, false
}

const maxLabels = 2400

// Labels prints labels on the first of the papers, in reading order.
func Labels(w io.Writer, labels []Label) error { return LabelsOn(w, labels, LabelPapers[0], 1) }

// LabelsOn prints labels in reading order, from the place with number first (from 1) of a sheet that was begun. A place has the
// QR code and the code in figures; where it is wide enough for a reader, Code128 too.
func LabelsOn(w io.Writer, labels []Label, on LabelPaper, first int) error {
	if len(labels) == 0 || len(labels) > maxLabels {
		return fmt.Errorf("%d labels: %w", len(labels), ErrTooLarge)
	}
	if first < 1 || first > on.Places() {
		return fmt.Errorf("place %d of a sheet of %d: %w", first, on.Places(), ErrTooLarge)
	}
	font, err := Embedded()
	if err != nil {
		return fmt.Errorf("embedded font: %w", err)
	}
	d := &document{font: font, width: pageWidth, height: pageHeight}
	if on.Roll {
		d.width, d.height = on.Width*mm, on.Height*mm
	}
	var p *page
	for i, l := range labels {
		n := (i + first - 1) % on.Places()
		if n == 0 || p == nil {
			if p, err = d.addPage(); err != nil {
				return err
			}
		}
		if l.code() == "" {
			continue
		}
		x, y := on.place(n)
		if err := d.label(p, x, y, on.Width*mm, on.Height*mm, l); err != nil {
			return fmt.Errorf("label %d: %w", i+1, err)
		}
	}
	return d.write(w, "")
}

// place is the upper left corner of place n, from 0, in points.
func (p LabelPaper) place(n int) (x, y float64) {
	return (p.Left + float64(n%p.Columns)*(p.Width+p.GapX)) * mm, (p.Top + float64(n/p.Columns)*p.Height) * mm
}

// barWidth is the least width of a label that bears Code128: its modules are then wide enough for hand-held readers.
const barWidth = 50 * mm

// label sets one label into its place: the printer may be off by a millimetre or two in any direction.
func (d *document) label(p *page, x, y, w, h float64, l Label) error {
	bar, square, err := l.codes()
	if err != nil {
		return err
	}
	if w < barWidth-0.01 {
		return d.smallLabel(p, x, y, w, h, square, l)
	}
	pad := min(5*mm, w*0.07)
	across, down := w-2*pad, h-2*pad
	x, y = x+pad, y+pad
	barHeight := min(9*mm, down*0.36)
	side := min(19*mm, down-barHeight+1*mm)
	p.images = append(p.images,
		imageOp{img: square, x: x + across - side + 2, y: y - 3, w: side, h: side},
		imageOp{img: bar, x: x - pad + 1, y: y + down - barHeight, w: w - 2, h: barHeight})
	lines := l.lines()
	height := (side - 3) / float64(len(lines))
	for i, text := range lines {
		size, err := d.fitting(text, across-side, 14)
		if err != nil {
			return err
		}
		if err := d.text(p, x, y+float64(i)*height+(height-size*leading)/2-1.5, across-side, size, 0, left, text); err != nil {
			return err
		}
	}
	return nil
}

// smallLabel has no room for Code128: the QR code at the left, the code in figures beside it, in two lines.
func (d *document) smallLabel(p *page, x, y, w, h float64, square image.Image, l Label) error {
	pad := 2 * mm
	side := min(h-2*pad, w*0.5)
	p.images = append(p.images, imageOp{img: square, x: x + pad - 1, y: y + (h-side)/2, w: side, h: side})
	beside := w - side - 2*pad
	parts := l.lines()
	if l.Place == "" {
		parts = []string{string(l.Code[:len(l.Code)-5]), string(l.Code[len(l.Code)-5:])} // JY26-0417, -03-T
	}
	size := 14.0
	for _, s := range parts {
		fits, err := d.fitting(s, beside, size)
		if err != nil {
			return err
		}
		size = fits
	}
	for i, s := range parts {
		if err := d.text(p, x+pad+side, y+h/2+float64(i-1)*size*1.25, beside, size, 0, left, s); err != nil {
			return err
		}
	}
	return nil
}

// fitting is the largest size, at most so large, in which a text is no wider than w.
func (d *document) fitting(s string, w, size float64) (float64, error) {
	wide, err := d.font.measure(s, size, 0)
	if err != nil || wide <= w {
		return size, err
	}
	return size * w / wide, nil
}

package paper

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"io"
	"strings"

	"github.com/signintech/gopdf"
)

// All lengths inside the package are points; mm turns millimetres into them.
const mm = 72 / 25.4

// A4 and its margins: 22 mm above, 18 mm at the sides, 20 mm below. With a stamp margin 25 mm above stay blank.
const (
	pageWidth    = 210 * mm
	pageHeight   = 297 * mm
	marginTop    = 22 * mm
	marginSide   = 18 * mm
	marginBottom = 20 * mm
	headerTop    = 10 * mm
	stampTop     = 25 * mm
)

// MaxPages is the longest document: gopdf keeps the whole file in memory, so longer books are printed in
// volumes.
const MaxPages = 500

// ErrTooLarge is wrapped when a form is longer, wider or has more parts than paper can bear.
var ErrTooLarge = errors.New("too large to print")

// point sizes of the forms
const (
	sizeTitle  = 21.0
	sizeBody   = 10.5
	sizeFine   = 9.5
	sizeFooter = 9.0
	leading    = 1.55 // line height over size
)

// A document is laid out completely, page by page, before anything is written: only then is the number of
// pages known, and a character without a glyph stops it while nothing is on paper yet.
type document struct {
	font          *Font
	width, height float64
	pages         []*page
	blind         bool // only to learn where pages end: the last one alone is kept
	opened        int  // pages so far
}

type page struct {
	texts  []textOp
	lines  []lineOp
	images []imageOp
}

type textOp struct {
	x, y          float64 // of the baseline
	size, spacing float64
	text          string
}

type lineOp struct{ x1, y1, x2, y2, width float64 }

type imageOp struct {
	img        image.Image
	x, y, w, h float64
}

func (d *document) addPage() (*page, error) {
	if d.opened == MaxPages {
		return nil, fmt.Errorf("more than %d pages: %w", MaxPages, ErrTooLarge)
	}
	d.opened++
	if d.blind && len(d.pages) > 0 {
		p := d.pages[0]
		p.texts, p.lines, p.images = p.texts[:0], p.lines[:0], p.images[:0]
		return p, nil
	}
	p := &page{}
	d.pages = append(d.pages, p)
	return p, nil
}

func (p *page) line(x1, y1, x2, y2, width float64) {
	p.lines = append(p.lines, lineOp{x1, y1, x2, y2, width})
}

func (p *page) rect(x, y, w, h, width float64) {
	p.line(x, y, x+w, y, width)
	p.line(x, y+h, x+w, y+h, width)
	p.line(x, y, x, y+h, width)
	p.line(x+w, y, x+w, y+h, width)
}

type align int

const (
	left align = iota
	center
	right
)

// text sets one line into the box [x, x+w] whose top is y, centred in the line height, and draws tick boxes.
func (d *document) text(p *page, x, y, w, size, spacing float64, a align, s string) error {
	width, err := d.font.measure(s, size, spacing)
	if err != nil {
		return err
	}
	switch a {
	case left:
	case center:
		x += (w - width) / 2
	case right:
		x += w - width
	}
	base := y + size*(leading/2+0.36)
	for s != "" {
		i := strings.IndexFunc(s, isBox)
		if i < 0 {
			i = len(s)
		}
		if i > 0 {
			p.texts = append(p.texts, textOp{x: x, y: base, size: size, spacing: spacing, text: s[:i]})
			w, err := d.font.measure(s[:i], size, spacing)
			if err != nil {
				return err
			}
			x += w + spacing
		}
		s = s[i:]
		for _, r := range s {
			if !isBox(r) {
				break
			}
			p.box(x, base, size, r == '☑')
			x += size + spacing
			s = s[len("□"):]
		}
	}
	return nil
}

// box draws a tick box of one em on the baseline.
func (p *page) box(x, base, size float64, ticked bool) {
	side := size * 0.74
	x, y := x+size*0.13, base-size*0.72
	p.rect(x, y, side, side, 0.6)
	if ticked {
		p.line(x+side*0.15, y+side*0.5, x+side*0.42, y+side*0.8, 1.1)
		p.line(x+side*0.42, y+side*0.8, x+side*0.88, y+side*0.15, 1.1)
	}
}

// write makes the PDF and writes it in one piece; on an error of the layout nothing has been written.
func (d *document) write(w io.Writer, title string) error {
	pdf := &gopdf.GoPdf{}
	pdf.Start(gopdf.Config{Unit: gopdf.UnitPT, PageSize: gopdf.Rect{W: d.width, H: d.height}})
	pdf.SetInfo(gopdf.PdfInfo{Title: title, Producer: "jiyao"})
	if err := pdf.AddTTFFontFromFontContainer(family, d.font.container); err != nil {
		return fmt.Errorf("embed the font: %w", err)
	}
	if err := pdf.SetFont(family, "", sizeBody); err != nil {
		return fmt.Errorf("set the font: %w", err)
	}
	for i, p := range d.pages {
		if err := p.draw(pdf); err != nil {
			return err
		}
		d.pages[i] = nil // it stands in the PDF now: a volume is held once
	}
	data, err := pdf.GetBytesPdfReturnErr()
	if err != nil {
		return fmt.Errorf("make the PDF: %w", err)
	}
	// gopdf drops the error of a single object and leaves it empty, the font among them.
	if bytes.Contains(data, []byte(" 0 obj\nendobj")) {
		return fmt.Errorf("make the PDF: an object is empty: %w", ErrFont)
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("write the PDF: %w", err)
	}
	return nil
}

func (p *page) draw(pdf *gopdf.GoPdf) error {
	pdf.AddPage()
	for _, l := range p.lines {
		pdf.SetLineWidth(l.width)
		pdf.Line(l.x1, l.y1, l.x2, l.y2)
	}
	for _, i := range p.images {
		if err := pdf.ImageFrom(i.img, i.x, i.y, &gopdf.Rect{W: i.w, H: i.h}); err != nil {
			return fmt.Errorf("place a code: %w", err)
		}
	}
	for _, t := range p.texts {
		for _, r := range t.text {
			// The second reader of the same font must agree that the character is there.
			if ok, err := pdf.IsCurrFontContainGlyph(r); err != nil || !ok {
				return errors.Join(&MissingGlyph{Rune: r}, err)
			}
		}
		if err := pdf.SetFontSize(t.size); err != nil {
			return fmt.Errorf("set the size: %w", err)
		}
		if err := pdf.SetCharSpacing(t.spacing); err != nil {
			return fmt.Errorf("set the spacing: %w", err)
		}
		pdf.SetXY(t.x, t.y)
		if err := pdf.Text(t.text); err != nil {
			return fmt.Errorf("set text: %w", err)
		}
	}
	return nil
}

package paper

import (
	"fmt"
	"io"

	"jiyao/internal/term"
)

// Label is the sticker of one copy. It has room for the code and nothing else: never a title or a sender.
// An empty Code leaves its place on the sheet blank, so that a sheet begun can be used up.
type Label struct{ Code term.LabelCode }

// A sheet has 3 × 8 labels of 70 × 37.125 mm without gaps, which is also what can be cut from plain paper.
const (
	labelColumns = 3
	labelRows    = 8
	labelWidth   = pageWidth / labelColumns
	labelHeight  = pageHeight / labelRows
	labelPad     = 5 * mm
	maxLabels    = 2400
)

// Labels prints labels in reading order, 24 a page, with Code128, QR code and the code in figures.
func Labels(w io.Writer, labels []Label) error {
	if len(labels) == 0 || len(labels) > maxLabels {
		return fmt.Errorf("%d labels: %w", len(labels), ErrTooLarge)
	}
	font, err := Embedded()
	if err != nil {
		return fmt.Errorf("embedded font: %w", err)
	}
	d := &document{font: font, width: pageWidth, height: pageHeight}
	var p *page
	for i, l := range labels {
		n := i % (labelColumns * labelRows)
		if n == 0 {
			if p, err = d.addPage(); err != nil {
				return err
			}
		}
		if l.Code == "" {
			continue
		}
		x, y := float64(n%labelColumns)*labelWidth, float64(n/labelColumns)*labelHeight
		if err := d.label(p, x, y, l.Code); err != nil {
			return fmt.Errorf("label %d: %w", i+1, err)
		}
	}
	return d.write(w, "")
}

// label sets the code in large figures, the QR code at the right and Code128 over the width that is left.
func (d *document) label(p *page, x, y float64, code term.LabelCode) error {
	bar, square, err := codesOf(code)
	if err != nil {
		return err
	}
	const side = 19 * mm
	width, height := labelWidth-2*labelPad, labelHeight-2*labelPad
	x, y = x+labelPad, y+labelPad
	p.images = append(p.images,
		imageOp{img: square, x: x + width - side + 3, y: y - 3, w: side, h: side},
		imageOp{img: bar, x: x - 6, y: y + height - 9*mm, w: width + 9, h: 9 * mm})
	return d.text(p, x, y+4*mm, width-side, 14, 0, left, string(code))
}

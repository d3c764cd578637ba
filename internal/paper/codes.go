package paper

import (
	"fmt"
	"image"
	"image/color"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/qr"

	"jiyao/internal/term"
)

// Widths of the codes in modules: what a reader needs blank around them, and pixels for one module.
const (
	quiet128 = 10
	quietQR  = 4
	pixels   = 6
)

// codesOf makes the Code128 and the QR code of a label. Only a valid label code is ever encoded: it is ASCII
// (scanners read other payloads as garbage) and can be neither title nor sender.
func codesOf(code term.LabelCode) (bar, square image.Image, err error) {
	valid, err := term.ParseLabelCode(string(code))
	if err != nil || valid != code {
		return nil, nil, fmt.Errorf("encode the label: %w", term.ErrSpelling)
	}
	return encoded(string(code))
}

// encoded makes both codes of an ASCII text.
func encoded(code string) (bar, square image.Image, err error) {
	b, err := code128.Encode(code)
	if err != nil {
		return nil, nil, fmt.Errorf("encode Code128: %w", err)
	}
	q, err := qr.Encode(code, qr.M, qr.Auto)
	if err != nil {
		return nil, nil, fmt.Errorf("encode QR: %w", err)
	}
	return grayBar(b), graySquare(q), nil
}

// grayBar and graySquare redraw a code with whole modules in eight bits, since gopdf takes no 16-bit PNG; the
// quiet zone belongs to the picture. A bar needs one row only: the PDF stretches it.
func grayBar(b barcode.Barcode) image.Image {
	n := b.Bounds().Dx()
	img := white((n+2*quiet128)*pixels, pixels)
	for x := range n {
		if dark(b.At(x, 0)) {
			fill(img, (x+quiet128)*pixels, 0)
		}
	}
	return img
}

func graySquare(b barcode.Barcode) image.Image {
	n := b.Bounds().Dx()
	img := white((n+2*quietQR)*pixels, (n+2*quietQR)*pixels)
	for y := range n {
		for x := range n {
			if dark(b.At(x, y)) {
				fill(img, (x+quietQR)*pixels, (y+quietQR)*pixels)
			}
		}
	}
	return img
}

func white(w, h int) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = 0xFF
	}
	return img
}

func fill(img *image.Gray, x0, y0 int) {
	for y := y0; y < y0+pixels; y++ {
		for x := x0; x < x0+pixels; x++ {
			img.SetGray(x, y, color.Gray{})
		}
	}
}

func dark(c color.Color) bool { r, _, _, _ := c.RGBA(); return r < 0x8000 }

// codeBlock places Code128 with its text below, and the QR code at its right, into a block of width w and
// height h at (x, y).
func (d *document) codeBlock(p *page, x, y, w, h float64, code term.LabelCode) error {
	bar, square, err := codesOf(code)
	if err != nil {
		return err
	}
	p.images = append(p.images,
		imageOp{img: square, x: x + w - h, y: y, w: h, h: h},
		imageOp{img: bar, x: x, y: y + 2, w: w - h, h: h - sizeFine*leading - 4})
	return d.text(p, x, y+h-sizeFine*leading, w-h, sizeFine, 1, center, string(code))
}

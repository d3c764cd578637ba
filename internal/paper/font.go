package paper

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/signintech/gopdf"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// builtin is LXGW WenKai Regular (OFL 1.1, reserved font names), byte for byte as published, packed by gzip -9n: a program of
// 60 MB would else be a quarter font.
//
//go:embed font/LXGWWenKai-Regular.ttf.gz
var builtin []byte

// fontLicence travels with the font in the binary, as its licence asks.
//
//go:embed font/OFL.txt
var fontLicence string

// FontLicence is the licence text of the embedded font.
func FontLicence() string { return fontLicence }

// maxFontBytes bounds a font file that an operator sets.
const maxFontBytes = 64 << 20

// family is the one name under which a document knows its font.
const family = "paper"

// ErrFont is wrapped when a font file cannot be used: not TrueType outlines, a collection, damaged, too big.
var ErrFont = errors.New("unusable font")

// MissingGlyph says that the font cannot print a character of the text, so that nothing was printed.
// Control and format characters (which no font prints) are reported alike.
type MissingGlyph struct{ Rune rune }

func (e *MissingGlyph) Error() string { return fmt.Sprintf("no glyph for %U", e.Rune) }

// Font is a TrueType font that is parsed once and shared; it may be used by several goroutines.
type Font struct {
	container *gopdf.FontContainer
	face      *sfnt.Font

	mu     sync.Mutex // guards the two below; sfnt.Buffer is not shareable
	buf    sfnt.Buffer
	widths map[rune]float64 // advance in em
}

// Embedded is the font of the binary. It is unpacked and parsed at the first call, since most commands print nothing.
var Embedded = sync.OnceValues(func() (*Font, error) {
	data, err := unpacked()
	if err != nil {
		return nil, err
	}
	return parseFont(data)
})

// unpacked is the file of the embedded font; gzip holds it to its sum.
func unpacked() ([]byte, error) {
	packed, err := gzip.NewReader(bytes.NewReader(builtin))
	if err != nil {
		return nil, fmt.Errorf("unpack the font: %w", err)
	}
	data, err := io.ReadAll(packed)
	if err != nil {
		return nil, fmt.Errorf("unpack the font: %w", err)
	}
	return data, nil
}

// LoadFont reads a TrueType file that the operator prefers (an office's 仿宋, say). It fails with ErrFont
// when the file cannot carry a form, and with *MissingGlyph when it lacks a character that every form has.
func LoadFont(path string) (f *Font, err error) {
	file, err := os.Open(path) // #nosec G304: the path is the operator's own setting
	if err != nil {
		return nil, fmt.Errorf("open the font: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	data, err := io.ReadAll(io.LimitReader(file, maxFontBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the font: %w", err)
	}
	if len(data) > maxFontBytes {
		return nil, fmt.Errorf("font over %d bytes: %w", maxFontBytes, ErrFont)
	}
	if f, err = parseFont(data); err != nil {
		return nil, err
	}
	if err := f.Covers(formCharacters); err != nil {
		return nil, fmt.Errorf("check the font: %w", err)
	}
	return f, nil
}

// parseFont gives the file to both readers: sfnt measures and knows what is there, gopdf embeds. Either may
// meet a damaged table, and gopdf answers some with a panic.
func parseFont(data []byte) (f *Font, err error) {
	defer func() {
		if p := recover(); p != nil {
			f, err = nil, fmt.Errorf("damaged table (%v): %w", p, ErrFont)
		}
	}()
	if len(data) < 4 || string(data[:4]) != "\x00\x01\x00\x00" && string(data[:4]) != "true" {
		return nil, fmt.Errorf("no TrueType outlines: %w", ErrFont)
	}
	face, err := sfnt.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("parse the font: %w: %w", ErrFont, err)
	}
	container := &gopdf.FontContainer{}
	if err := container.AddTTFFontData(family, data); err != nil {
		return nil, fmt.Errorf("parse the font for embedding: %w: %w", ErrFont, err)
	}
	return &Font{container: container, face: face, widths: map[rune]float64{}}, nil
}

// Covers reports the first character of text that the font cannot print, as *MissingGlyph.
func (f *Font) Covers(text string) error {
	if !utf8.ValidString(text) {
		return ErrNotUTF8
	}
	for _, r := range text {
		if r == '\n' {
			continue
		}
		if _, err := f.width(r); err != nil {
			return err
		}
	}
	return nil
}

// width is the advance of r in em. The boxes of a form are drawn, not set, and are one em wide.
func (f *Font) width(r rune) (float64, error) {
	if isBox(r) {
		return 1, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if w, ok := f.widths[r]; ok {
		return w, nil
	}
	if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs) {
		return 0, &MissingGlyph{Rune: r}
	}
	glyph, err := f.face.GlyphIndex(&f.buf, r)
	if err != nil {
		return 0, fmt.Errorf("look up %U: %w", r, err)
	}
	if glyph == 0 {
		return 0, &MissingGlyph{Rune: r}
	}
	em := fixed.I(int(f.face.UnitsPerEm()))
	advance, err := f.face.GlyphAdvance(&f.buf, glyph, em, font.HintingNone)
	if err != nil {
		return 0, fmt.Errorf("measure %U: %w", r, err)
	}
	// A PDF keeps whole thousandths of an em, rounded down as gopdf writes them; so do we, or long lines
	// would be placed off their measure.
	w := math.Floor(float64(advance)/float64(em)*1000) / 1000
	f.widths[r] = w
	return w, nil
}

// measure is the width of one line in points. Characters must have passed Covers.
func (f *Font) measure(text string, size, spacing float64) (float64, error) {
	sum := 0.0
	for _, r := range text {
		w, err := f.width(r)
		if err != nil {
			return 0, err
		}
		sum += w*size + spacing
	}
	if text != "" {
		sum -= spacing
	}
	return sum, nil
}

// isBox reports the tick boxes, which many fonts lack and which are therefore drawn as rectangles.
func isBox(r rune) bool { return r == '□' || r == '☐' || r == '☑' }

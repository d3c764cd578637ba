package e2e

import (
	"bytes"
	_ "embed" // axe
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/page"
)

//go:embed testdata/axe.min.js
var axe string

// violation is one finding of axe.
type violation struct {
	ID     string   `json:"id"`
	Impact string   `json:"impact"`
	Help   string   `json:"help"`
	Nodes  []string `json:"nodes"`
}

// Axe checks the page as it stands for accessibility and fails the test with every finding.
func (p *Page) Axe() {
	p.t.Helper()
	if !eval[bool](p, "typeof window.axe === 'object'") {
		if _, err := try[bool](p, axe+"\n;true"); err != nil {
			p.t.Fatalf("e2e: load axe: %v", err)
		}
	}
	for _, v := range eval[[]violation](p, `axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => ({
	id: v.id, impact: v.impact ?? '', help: v.help,
	nodes: v.nodes.slice(0, 8).map(n => n.target.join(' ') + '  ' + n.html.slice(0, 160)),
})))`) {
		p.t.Errorf("e2e: axe on %s: %s (%s): %s\n  %s", p.URL(), v.ID, v.Impact, v.Help, strings.Join(v.Nodes, "\n  "))
	}
}

// NoOverflow fails the test when the page is wider than the window, and names what sticks out. What scrolls
// inside its own box may be wider.
func (p *Page) NoOverflow() {
	p.t.Helper()
	if out := eval[[]string](p, `(() => {
	const root = document.documentElement;
	if (root.scrollWidth <= root.clientWidth) return [];
	const out = [...document.body.querySelectorAll('*')].filter(e => {
		if (e.getBoundingClientRect().right <= root.clientWidth + 1) return false;
		for (let up = e.parentElement; up && up !== document.body; up = up.parentElement) {
			if (getComputedStyle(up).overflowX !== 'visible') return false;
		}
		return true;
	});
	return ['page is ' + root.scrollWidth + ' wide in a window of ' + root.clientWidth]
		.concat(out.slice(0, 8).map(e => e.cloneNode(false).outerHTML.slice(0, 160)));
})()`); len(out) > 0 {
		p.t.Errorf("e2e: %s: %s", p.URL(), strings.Join(out, "\n  "))
	}
}

var shotName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// widths are the two windows every page is looked at in.
var widths = [...]struct{ width, height int64 }{{1440, 900}, {390, 844}}

// Shot looks at the whole page at 1440×900 and at 390×844, or at those of the two widths that are named: axe may find
// nothing, nothing may stick out sideways and the picture may not be blank. With JIYAO_SCREENS=write the pictures go to
// docs/screens/<name>-1440.png and <name>-390.png; name is made of small letters, digits and single hyphens. The
// window is at 1440×900 again afterwards.
func (p *Page) Shot(name string, only ...int64) {
	p.t.Helper()
	if !shotName.MatchString(name) {
		p.t.Fatalf("e2e: a picture cannot be called %q", name)
	}
	for _, w := range widths {
		if len(only) > 0 && !slices.Contains(only, w.width) {
			continue
		}
		p.Size(w.width, w.height)
		p.settle()
		p.Axe()
		p.NoOverflow()
		picture := p.picture()
		if err := worthLooking(picture); err != nil {
			p.t.Errorf("e2e: picture %s at %d: %v", name, w.width, err)
		}
		if writing() {
			top, err := root()
			if err != nil {
				p.t.Fatalf("e2e: %v", err)
			}
			if err := keep(filepath.Join(top, "docs", "screens"), fmt.Sprintf("%s-%d.png", name, w.width), picture); err != nil {
				p.t.Fatalf("e2e: keep picture %s: %v", name, err)
			}
		}
	}
	p.Size(widths[0].width, widths[0].height)
}

// writing reports whether pictures are kept.
func writing() bool { return os.Getenv("JIYAO_SCREENS") == "write" }

// settle waits for fonts and two frames, and stills the caret and whatever moves.
func (p *Page) settle() {
	p.t.Helper()
	eval[bool](p, `(async () => {
	if (!window.e2eStill) {
		const still = new CSSStyleSheet();
		still.replaceSync('*, ::before, ::after { caret-color: transparent !important; animation: none !important; transition: none !important; scroll-behavior: auto !important; }');
		document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
		window.e2eStill = true;
	}
	await document.fonts.ready;
	await Promise.all([...document.images].filter(i => i.loading !== 'lazy').map(i => i.decode().catch(() => {})));
	await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
	return true;
})()`)
}

// picture returns the whole page as PNG, to a height of 12,000 pixels. The window is made as high as the page, so that
// what sticks to its edges is drawn at the edges of the picture, and is left so.
func (p *Page) picture() []byte {
	p.t.Helper()
	size := eval[[2]int64](p, "[document.documentElement.clientWidth, Math.min(12000, Math.max(innerHeight, document.documentElement.scrollHeight))]")
	p.Size(size[0], size[1])
	p.settle()
	return call(p, "take a picture", page.CaptureScreenshot, page.CaptureScreenshotParams{
		Format: page.CaptureScreenshotFormatPng,
		Clip:   &page.Viewport{Width: float64(size[0]), Height: float64(size[1]), Scale: 1},
	}).Data
}

// worthLooking fails for what is no picture, or one of a single colour.
func worthLooking(picture []byte) error {
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return fmt.Errorf("read it: %w", err)
	}
	b := img.Bounds()
	first := img.At(b.Min.X, b.Min.Y)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if img.At(x, y) != first {
				return nil
			}
		}
	}
	return fmt.Errorf("%v of one colour", b.Size())
}

// keep writes a picture into a folder, packed tightly.
func keep(dir, name string, picture []byte) error {
	img, _, err := image.Decode(bytes.NewReader(picture))
	if err != nil {
		return fmt.Errorf("read the picture: %w", err)
	}
	var packed bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&packed, fewColours(img)); err != nil {
		return fmt.Errorf("pack the picture: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	return os.WriteFile(filepath.Join(dir, name), packed.Bytes(), 0o644)
}

// root finds the top of the module from the folder that the test runs in.
func root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("no go.mod above the test's folder")
		}
		dir = up
	}
}

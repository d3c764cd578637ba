package paper

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// Frame is what every page of a form carries around its content.
type Frame struct {
	// Font is the operator's font; nil is the embedded one.
	Font *Font
	// Office prints under the title.
	Office string
	// Mark is level and period (机密★10年), Urgency and CopyNos stand under it: top-left on every page.
	// Empty lines are left out.
	Mark, Urgency, CopyNos string
	// Serial prints top-right on every page, one line each, at most four.
	Serial []string
	// FormNo, the checkpoint and who printed it when make the footer, beside "page x of y".
	FormNo     string
	Checkpoint uint64 // size of the log; 0 leaves it out
	Root       string // its root hash as text; the footer shows the first and last four characters
	PrintedBy  string
	PrintedAt  time.Time // printed in China's time; zero leaves it out
	PrintNo    string    // number of the print's own ledger entry
	// Stamp keeps the upper 25 mm of every page blank for the archive stamp.
	Stamp bool
	// Landscape turns the page, for wide registers.
	Landscape bool
}

// zone is China's one time, without summer time since 1992; forms never print another.
var zone = time.FixedZone("CST", 8*60*60)

const (
	minuteFormat = "2006年1月2日 15:04"
	dateFormat   = "2006年1月2日"
	shortFormat  = "1月2日 15:04"
)

func stamp(t time.Time, format string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(format)
}

const maxFrameText = 120 // characters of each frame text

// A form is a document inside its frame, filled from top to bottom.
type form struct {
	document
	frame  Frame
	title  string
	at     float64 // where the next thing goes
	bottom float64 // where content ends
	strip  float64 // height reserved above the footer of the first page
	volume string  // 第 1 册，共 3 册; empty: the book is one
}

func newForm(title string, f Frame) (*form, error) {
	if f.Font == nil {
		font, err := Embedded()
		if err != nil {
			return nil, fmt.Errorf("embedded font: %w", err)
		}
		f.Font = font
	}
	if len(f.Serial) > 4 {
		return nil, fmt.Errorf("more than 4 serial lines: %w", ErrTooLarge)
	}
	texts := append([]string{title, f.Office, f.Mark, f.Urgency, f.CopyNos, f.FormNo, f.Root, f.PrintedBy, f.PrintNo}, f.Serial...)
	for _, s := range texts {
		if len([]rune(s)) > maxFrameText || strings.Contains(s, "\n") {
			return nil, fmt.Errorf("frame text over %d characters or one line: %w", maxFrameText, ErrTooLarge)
		}
	}
	fm := &form{frame: f, title: title, document: document{font: f.Font, width: pageWidth, height: pageHeight}}
	if f.Landscape {
		fm.width, fm.height = fm.height, fm.width
	}
	return fm, nil
}

func (f *form) inner() float64 { return f.width - 2*marginSide }

// footLines are the three parts of the footer; the page number joins when all pages are known.
func (f *form) footLines(page, pages int) [3]string {
	number := "第 " + strconv.Itoa(page) + " 页，共 " + strconv.Itoa(pages) + " 页"
	for _, before := range []string{f.volume, f.frame.FormNo} {
		if before != "" {
			number = before + "　" + number
		}
	}
	check := ""
	if f.frame.Checkpoint > 0 {
		check = "台账检查点 " + shortRoot(f.frame.Root) // without its size: a form goes to readers, and the size counts every act
	}
	printed := strings.Join(nonEmpty(f.frame.PrintedBy, stamp(f.frame.PrintedAt, "2006-01-02 15:04")), " ")
	if printed != "" {
		printed += " 打印"
	}
	if f.frame.PrintNo != "" {
		printed += " #" + f.frame.PrintNo
	}
	return [3]string{number, check, printed}
}

func shortRoot(root string) string {
	r := []rune(root)
	if len(r) <= 12 {
		return root
	}
	return string(r[:4]) + "…" + string(r[len(r)-4:])
}

func nonEmpty(ss ...string) []string {
	var out []string
	for _, s := range ss {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// newPage opens a page: mark and serial at the top, the title in full on the first page and small on the
// following ones.
func (f *form) newPage() (*page, error) {
	p, err := f.addPage()
	if err != nil {
		return nil, err
	}
	top := headerTop
	if f.frame.Stamp {
		top = stampTop
	}
	corner, err := f.cornerBlock(p, top)
	if err != nil {
		return nil, err
	}
	f.bottom = f.height - marginBottom
	f.at = math.Max(marginTop, top)
	if f.opened > 1 {
		return p, f.runningTitle(p, top, corner)
	}
	f.bottom -= f.strip
	if err := f.titleBlock(p, corner); err != nil {
		return nil, err
	}
	return p, nil
}

// cornerBlock sets mark and serial, and gives the height where both have ended.
func (f *form) cornerBlock(p *page, top float64) (float64, error) {
	half := f.inner() / 2.6
	end := top
	for side, texts := range [][]string{nonEmpty(f.frame.Mark, f.frame.Urgency, f.frame.CopyNos), nonEmpty(f.frame.Serial...)} {
		y := top
		for i, s := range texts {
			size := sizeBody
			if side == 0 && (i == 0 && f.frame.Mark != "" || s == f.frame.Urgency) {
				size = 13
			}
			lines, err := f.font.Wrap(s, size, half)
			if err != nil {
				return 0, err
			}
			for _, l := range lines {
				a, x := left, marginSide
				if side == 1 {
					a, x = right, f.width-marginSide-half
				}
				if err := f.text(p, x, y, half, size, 0, a, l); err != nil {
					return 0, err
				}
				y += size * 1.4
			}
		}
		end = math.Max(end, y)
	}
	return end, nil
}

// runningTitle stands between mark and serial when there is room, else below them.
func (f *form) runningTitle(p *page, top, corner float64) error {
	lines, err := f.font.Wrap(f.title+continued, sizeBody, f.inner())
	if err != nil {
		return err
	}
	w, err := f.font.measure(lines[0], sizeBody, 0)
	if err != nil {
		return err
	}
	y := top
	if w > f.inner()*0.22 {
		y = corner
	}
	for _, l := range lines {
		if err := f.text(p, marginSide, y, f.inner(), sizeBody, 0, center, l); err != nil {
			return err
		}
		y += sizeBody * leading
	}
	f.at = math.Max(f.at, math.Max(corner, y)+6)
	return nil
}

// titleBlock sets title and office. A short title stands beside the last line of the corner, if that is short
// too; any other goes below.
func (f *form) titleBlock(p *page, corner float64) error {
	const spacing = sizeTitle * 0.18
	lines, err := f.font.Wrap(f.title, sizeTitle*1.18, f.inner()-20*mm)
	if err != nil {
		return err
	}
	w, err := f.font.measure(lines[0], sizeTitle, spacing)
	if err != nil {
		return err
	}
	beside, err := f.font.measure(f.frame.CopyNos, sizeBody, 0)
	if err != nil {
		return err
	}
	if w < f.inner()*0.42 && beside < f.inner()*0.27 {
		corner -= sizeBody
	}
	f.at = math.Max(f.at+2, corner)
	for _, l := range lines {
		if err := f.text(p, marginSide, f.at, f.inner(), sizeTitle, spacing, center, l); err != nil {
			return err
		}
		f.at += sizeTitle * 1.5
	}
	f.at += 2
	if under := strings.Join(nonEmpty(f.frame.Office, f.volume), "　"); under != "" {
		if err := f.text(p, marginSide, f.at, f.inner(), sizeBody, 0, center, under); err != nil {
			return err
		}
		f.at += sizeBody * leading
	}
	f.at += 8
	return nil
}

// footGaps are the widths of the three parts and the gap between them; a gap under 6 pt means that they stand
// one below the other. The footer stands in the lower margin, which has room for three lines.
func (f *form) footGaps(parts [3]string) (widths [3]float64, gap float64, err error) {
	gap = f.inner() / 2
	for i, s := range parts {
		if widths[i], err = f.font.measure(s, sizeFooter, 0); err != nil {
			return widths, 0, err
		}
		if widths[i] > f.inner() {
			return widths, 0, fmt.Errorf("footer wider than the page: %w", ErrTooLarge)
		}
		gap -= widths[i] / 2
	}
	return widths, gap, nil
}

// finish sets the footers, now that the pages are counted, and writes the file.
func (f *form) finish(w io.Writer) error {
	for i, p := range f.pages {
		parts := f.footLines(i+1, len(f.pages))
		widths, gap, err := f.footGaps(parts)
		if err != nil {
			return err
		}
		x, y := marginSide, f.height-marginBottom+12
		p.line(x, y-4, x+f.inner(), y-4, rule)
		for j, s := range parts {
			if s == "" {
				continue
			}
			if err := f.text(p, x, y, f.inner(), sizeFooter, 0, left, s); err != nil {
				return err
			}
			if gap < 6 {
				y += sizeFooter * 1.35
			} else {
				x += widths[j] + gap
			}
		}
	}
	return f.write(w, f.title)
}

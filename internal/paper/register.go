package paper

import (
	"fmt"
	"io"
	"math"
)

// Column is one column of a register. Width is its share: 2 is twice as wide as 1; 0 counts as 1.
type Column struct {
	Title string
	Width float64
	Left  bool // text at the left instead of the middle
}

// Row is one line of a register: as many texts as columns, line breaks kept.
type Row struct {
	Texts []string
	// Struck: each text has a line through it and can be read.
	Struck bool
	// Former are values that were put right, by column: struck through, above what holds now (划线更正).
	Former map[int][]string
}

// RegisterForm prints any book: 收文登记簿, 传阅单, 载体台账, checkpoints; a long one in volumes of at most MaxPages.
type RegisterForm struct {
	Frame   Frame
	Title   string
	Lead    []string // lines between title and table
	Columns []Column
	Rows    []Row
	Closing []string // lines below the table
	Facts   []Fact   // fields below these: opinions, who signs
	Notes   []string // lines below the fields
	// Signatures are the titles of the signature cells at the end: each is blank and at least 44 pt high.
	Signatures []string
}

// Volume is one of the volumes of a register, numbered from 1: its rows, from the first on and without the last, and its pages.
type Volume struct {
	No, Of   int
	From, To int
	Pages    int
}

const (
	endOfRows       = "以下空白"
	signatureHeight = 48.0
	spare           = 3 // pages of a volume kept for what comes after its rows
)

// Register prints a register that is one volume; a longer one is ErrTooLarge. Errors as for Slip.
func Register(w io.Writer, r RegisterForm) error {
	all, err := r.Volumes(nil)
	if err != nil {
		return err
	}
	if len(all) > 1 {
		return fmt.Errorf("register of %d volumes: %w", len(all), ErrTooLarge)
	}
	return r.Print(w, all[0])
}

// Volumes finds where the volumes of a register begin, by laying out all of it. progress, which may be nil, is told how many
// rows are done.
func (r RegisterForm) Volumes(progress func(rows int)) ([]Volume, error) {
	if len(r.Columns) == 0 || len(r.Columns) > maxColumns || len(r.Rows) > maxRows ||
		len(r.Lead) > 20 || len(r.Closing) > 20 || len(r.Facts) > maxFacts || len(r.Notes) > 20 || len(r.Signatures) > 8 {
		return nil, fmt.Errorf("register: %w", ErrTooLarge)
	}
	if progress == nil {
		progress = func(int) {}
	}
	one, err := r.cut(2, progress) // the title of a single book says no volume, and may be higher or lower for it
	if err != nil || len(one) == 1 {
		if err == nil {
			one[0].Of = 1
		}
		return one, err
	}
	all, err := r.cut(maxRows, progress)
	for i := range all {
		all[i].Of = len(all)
	}
	return all, err
}

// cut lays out volume after volume, at most so many.
func (r RegisterForm) cut(most int, progress func(int)) ([]Volume, error) {
	var out []Volume
	for from := 0; len(out) == 0 || from < len(r.Rows) && len(out) < most; {
		v := Volume{No: len(out) + 1, From: from, To: len(r.Rows)}
		if most > 2 {
			v.Of = maxRows // stands for a number that nobody knows yet; the line is as high with any
		}
		f, err := r.lay(&v, true, progress)
		if err != nil {
			return nil, err
		}
		v.Pages = f.opened
		out, from = append(out, v), v.To
	}
	return out, nil
}

// Print prints one volume as Volumes gave it: the head of the table on every page, and after the last row of the book 以下空白,
// which is never parted from the signatures by a page break.
func (r RegisterForm) Print(w io.Writer, v Volume) error {
	f, err := r.lay(&v, false, func(int) {})
	if err != nil {
		return err
	}
	return f.finish(w)
}

// lay lays out a volume. A blind one ends where it must, and says in v where that is.
func (r RegisterForm) lay(v *Volume, blind bool, progress func(int)) (*form, error) {
	f, err := newForm(r.Title, r.Frame)
	if err != nil {
		return nil, err
	}
	f.blind = blind
	if v.Of > 1 {
		f.volume = fmt.Sprintf("第 %d 册，共 %d 册", v.No, v.Of)
	}
	if _, err := f.newPage(); err != nil {
		return nil, err
	}
	for _, l := range r.Lead {
		if err := f.prose(l, sizeBody); err != nil {
			return nil, err
		}
	}
	t, err := r.table(f)
	if err != nil {
		return nil, err
	}
	if err := r.body(f, t, v, progress); err != nil || v.To < len(r.Rows) {
		return f, err
	}
	if len(r.Closing) > 0 {
		f.at += 5
	}
	for _, l := range r.Closing {
		if err := f.prose(l, sizeBody); err != nil {
			return nil, err
		}
	}
	if err := f.together(r.Facts); err != nil {
		return nil, err
	}
	if len(r.Notes) > 0 {
		f.at += 4
	}
	for _, l := range r.Notes {
		if err := f.prose(l, sizeFine); err != nil {
			return nil, err
		}
	}
	return f, f.signatures(r.Signatures)
}

func (r RegisterForm) table(f *form) (*table, error) {
	t := &table{size: sizeFine, padX: padFineX, padY: padFineY}
	shares := make([]float64, len(r.Columns))
	titles := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		if c.Width < 0 || math.IsNaN(c.Width) || c.Width > 100 {
			return nil, fmt.Errorf("column width %v: %w", c.Width, ErrTooLarge)
		}
		shares[i], titles[i] = share(c), c.Title
	}
	const narrowest = 2*sizeFine + 2*padFineX // two characters
	if float64(len(shares))*narrowest > f.inner() {
		return nil, fmt.Errorf("%d columns beside each other, some narrower than two characters: %w", len(shares), ErrTooLarge)
	}
	t.widths = spread(shares, f.inner(), narrowest)
	t.head = []row{textRow(nil, titles, 22)}
	return t, nil
}

// spread gives each column its share of a width, none less than the narrowest: what those lack the wider ones give.
func spread(shares []float64, width, narrowest float64) []float64 {
	out := make([]float64, len(shares))
	for { // once more for each column that falls to the narrowest
		left, sum := width, 0.0
		for i, s := range shares {
			if out[i] == narrowest {
				left -= narrowest
				continue
			}
			sum += s
		}
		again := false
		for i, s := range shares {
			if out[i] == narrowest {
				continue
			}
			if w := left * s / sum; w > narrowest {
				out[i] = w
			} else {
				out[i], again = narrowest, true
			}
		}
		if !again {
			return out
		}
	}
}

func share(c Column) float64 {
	if c.Width == 0 {
		return 1
	}
	return c.Width
}

// body places the rows of a volume. Before the last row of the book there must be room for it, 以下空白 and the signatures.
func (r RegisterForm) body(f *form, t *table, v *Volume, progress func(int)) error {
	head, err := f.setHead(t)
	if err != nil {
		return err
	}
	end, err := r.note(f, t, endOfRows)
	if err != nil {
		return err
	}
	tail := end.height + float64(len(r.Closing))*sizeBody*leading + 8
	if len(r.Signatures) > 0 {
		tail += signatureHeight + 8
	}
	fields, err := f.factsHeight(r.Facts)
	if err != nil {
		return err
	}
	tail += fields
	if len(r.Notes) > 0 {
		tail += float64(len(r.Notes))*sizeFine*leading + 4
	}
	whole := f.whole(head)
	if err := f.startTable(t, head, end.height); err != nil {
		return err
	}
	for i := v.From; i < v.To; i++ {
		s, err := r.setRow(f, t, i)
		if err != nil {
			return err
		}
		if f.blind && i > v.From && f.opened+f.turns(s.height+end.height) > MaxPages-spare {
			v.To = i
			break
		}
		if i == len(r.Rows)-1 && s.height+tail > f.room() && s.height+tail < whole {
			if err := f.turn(t, head); err != nil {
				return err
			}
		}
		if err := f.place(t, head, s); err != nil {
			return err
		}
		if i%1000 == 0 {
			progress(i)
		}
	}
	if v.To < len(r.Rows) {
		if end, err = r.note(f, t, fmt.Sprintf("转第 %d 册", v.No+1)); err != nil {
			return err
		}
	}
	return f.place(t, head, end)
}

// runningHeight is how high the running title of a page that goes on stands, with a corner of two lines.
const runningHeight = 50.0

// whole is how much a page that goes on has room for, below the head of its table.
func (f *form) whole(head []setRow) float64 {
	h := f.height - marginTop - marginBottom - runningHeight
	for _, r := range head {
		h -= r.height
	}
	return h
}

// together rules the fields on one page, if any page has room for them all: nobody signs on a page that does not say for what.
func (f *form) together(facts []Fact) error {
	h, err := f.factsHeight(facts)
	if err == nil && h > f.room() && h < f.whole(nil) {
		_, err = f.newPage()
	}
	if err != nil {
		return err
	}
	return f.facts(facts)
}

// turns is how many pages a row of a height may need beside the one that is open.
func (f *form) turns(height float64) int {
	if height <= f.room() {
		return 0
	}
	return 1 + int(height/((f.height-marginTop-marginBottom)/2))
}

// note is a row over the whole width.
func (r RegisterForm) note(f *form, t *table, text string) (setRow, error) {
	return t.set(f.font, row{height: 20, cells: []cell{{span: len(r.Columns), middle: true, paras: []para{{text: text, align: center}}}}})
}

func (r RegisterForm) setRow(f *form, t *table, i int) (setRow, error) {
	line := r.Rows[i]
	if len(line.Texts) != len(r.Columns) {
		return setRow{}, fmt.Errorf("row %d has %d texts for %d columns: %w", i+1, len(line.Texts), len(r.Columns), ErrTooLarge)
	}
	s, err := t.set(f.font, r.row(line))
	if err != nil {
		return s, fmt.Errorf("row %d: %w", i+1, err)
	}
	return s, nil
}

// row is one row with what was struck out of it.
func (r RegisterForm) row(line Row) row {
	out := textRow(r.aligns(), line.Texts, 20)
	for j := range out.cells {
		c := &out.cells[j]
		c.paras[0].struck = line.Struck
		var former []para
		for _, s := range line.Former[j] {
			former = append(former, para{text: s, align: c.paras[0].align, struck: true})
		}
		c.paras = append(former, c.paras...)
	}
	return out
}

func (r RegisterForm) aligns() []align {
	out := make([]align, len(r.Columns))
	for i, c := range r.Columns {
		if !c.Left {
			out[i] = center
		}
	}
	return out
}

// prose sets a paragraph over the whole width, over pages if it must.
func (f *form) prose(text string, size float64) error {
	if len([]rune(text)) > maxCellText {
		return fmt.Errorf("paragraph over %d characters: %w", maxCellText, ErrTooLarge)
	}
	lines, err := f.font.Wrap(text, size, f.inner())
	if err != nil {
		return err
	}
	for _, l := range lines {
		if f.room() < size*leading {
			if _, err := f.newPage(); err != nil {
				return err
			}
		}
		if err := f.text(f.page(), marginSide, f.at, f.inner(), size, 0, left, l); err != nil {
			return err
		}
		f.at += size * leading
	}
	f.at += 3
	return nil
}

// signatures rules one row of blank cells, each with its title at the top and a line for the date.
func (f *form) signatures(titles []string) error {
	if len(titles) == 0 {
		return nil
	}
	f.at += 8
	t := &table{size: sizeFine, padX: padFineX, padY: padFineY}
	var r row
	for _, s := range titles {
		t.widths = append(t.widths, f.inner()/float64(len(titles)))
		r.cells = append(r.cells, cell{paras: []para{{text: s}, {text: "年　　月　　日", align: right, gap: 14}}})
	}
	r.height = signatureHeight
	return f.rows(t, []row{r})
}

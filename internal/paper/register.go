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

// RegisterForm prints one page, or a whole volume, of any book: 收文登记簿, 传阅单, 载体台账, checkpoints.
type RegisterForm struct {
	Frame   Frame
	Title   string
	Lead    []string // lines between title and table
	Columns []Column
	Rows    [][]string // as many texts as columns; line breaks are kept
	// Struck are the rows that are struck out, by their index: each text has a line through it and can be read.
	Struck map[int]bool
	// Former are values that were put right, by row and column: struck through, above what holds now (划线更正).
	Former  map[[2]int][]string
	Closing []string // lines below the table
	// Signatures are the titles of the signature cells at the end: each is blank and at least 44 pt high.
	Signatures []string
}

const (
	endOfRows       = "以下空白"
	signatureHeight = 48.0
)

// Register prints the head of the table on every page and 以下空白 after the last row, which is never parted
// from the signatures by a page break. Errors as for Slip.
func Register(w io.Writer, r RegisterForm) error {
	if len(r.Columns) == 0 || len(r.Columns) > maxColumns || len(r.Rows) > maxRows ||
		len(r.Lead) > 20 || len(r.Closing) > 20 || len(r.Signatures) > 8 {
		return fmt.Errorf("register: %w", ErrTooLarge)
	}
	f, err := newForm(r.Title, r.Frame)
	if err != nil {
		return err
	}
	if _, err := f.newPage(); err != nil {
		return err
	}
	for _, l := range r.Lead {
		if err := f.prose(l, sizeBody); err != nil {
			return err
		}
	}
	t, err := r.table(f)
	if err != nil {
		return err
	}
	if err := r.body(f, t); err != nil {
		return err
	}
	for _, l := range r.Closing {
		if err := f.prose(l, sizeBody); err != nil {
			return err
		}
	}
	if err := f.signatures(r.Signatures); err != nil {
		return err
	}
	return f.finish(w)
}

func (r RegisterForm) table(f *form) (*table, error) {
	t := &table{size: sizeFine, padX: padFineX, padY: padFineY}
	sum := 0.0
	for _, c := range r.Columns {
		if c.Width < 0 || math.IsNaN(c.Width) || c.Width > 100 {
			return nil, fmt.Errorf("column width %v: %w", c.Width, ErrTooLarge)
		}
		sum += share(c)
	}
	var titles []string
	for _, c := range r.Columns {
		w := f.inner() * share(c) / sum
		if w-2*padFineX < 2*sizeFine {
			return nil, fmt.Errorf("a column narrower than two characters: %w", ErrTooLarge)
		}
		t.widths = append(t.widths, w)
		titles = append(titles, c.Title)
	}
	t.head = []row{textRow(nil, titles, 22)}
	return t, nil
}

func share(c Column) float64 {
	if c.Width == 0 {
		return 1
	}
	return c.Width
}

// body places the rows. Before the last one there must be room for it, 以下空白 and the signatures.
func (r RegisterForm) body(f *form, t *table) error {
	head, err := f.setHead(t)
	if err != nil {
		return err
	}
	end, err := t.set(f.font, row{height: 20, cells: []cell{{span: len(r.Columns), middle: true,
		paras: []para{{text: endOfRows, align: center}}}}})
	if err != nil {
		return err
	}
	tail := end.height + float64(len(r.Closing))*sizeBody*leading + 8
	if len(r.Signatures) > 0 {
		tail += signatureHeight + 8
	}
	if err := f.startTable(t, head, end.height); err != nil {
		return err
	}
	for i, texts := range r.Rows {
		if len(texts) != len(r.Columns) {
			return fmt.Errorf("row %d has %d texts for %d columns: %w", i+1, len(texts), len(r.Columns), ErrTooLarge)
		}
		s, err := t.set(f.font, r.row(i, texts))
		if err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
		if i == len(r.Rows)-1 && s.height+tail > f.room() && s.height+tail < f.height*0.6 {
			if err := f.turn(t, head); err != nil {
				return err
			}
		}
		if err := f.place(t, head, s); err != nil {
			return err
		}
	}
	return f.place(t, head, end)
}

// row is one row with what was struck out of it.
func (r RegisterForm) row(i int, texts []string) row {
	out := textRow(r.aligns(), texts, 20)
	for j := range out.cells {
		c := &out.cells[j]
		c.paras[0].struck = r.Struck[i]
		var former []para
		for _, s := range r.Former[[2]int{i, j}] {
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

package paper

import (
	"fmt"
	"io"
	"strings"
)

// CheckpointForm is the page on which the state of the ledger leaves the machine: the checkpoint note as it
// is, and the signatures of those who keep it on paper.
type CheckpointForm struct {
	Frame   Frame
	Note    string    // the signed note, verbatim
	Signers [3]string // titles of the signature lines
	Lead    string    // what is signed; empty prints none
}

const (
	checkpointTitle = "台账检查点签字页"
	maxNote         = 3000 // characters
)

// Checkpoint prints one page. The note is broken only where a line is wider than the page, so that it can be
// typed again and verified.
func Checkpoint(w io.Writer, c CheckpointForm) error {
	if c.Note == "" || len([]rune(c.Note)) > maxNote {
		return fmt.Errorf("checkpoint note: %w", ErrTooLarge)
	}
	f, err := newForm(checkpointTitle, c.Frame)
	if err != nil {
		return err
	}
	if _, err := f.newPage(); err != nil {
		return err
	}
	if c.Lead != "" {
		if err := f.prose(c.Lead, sizeBody); err != nil {
			return err
		}
	}
	f.at += 4
	note := &table{widths: []float64{f.inner()}, size: sizeBody, padX: 10, padY: 10}
	if err := f.rows(note, []row{{cells: []cell{{paras: []para{{text: strings.TrimRight(c.Note, "\n")}}}}}}); err != nil {
		return err
	}
	f.at += 22
	for _, s := range c.Signers {
		if err := f.signLine(s); err != nil {
			return err
		}
	}
	if len(f.pages) > 1 {
		return fmt.Errorf("checkpoint longer than a page: %w", ErrTooLarge)
	}
	return f.finish(w)
}

// signLine is one line to sign on: title, rule, date.
func (f *form) signLine(title string) error {
	const height = 46.0
	if f.room() < height {
		return fmt.Errorf("no room for the signatures: %w", ErrTooLarge)
	}
	p, y := f.page(), f.at+height-sizeBody*leading-6
	if err := f.text(p, marginSide, y, f.inner(), sizeBody, 0, left, title+"："); err != nil {
		return err
	}
	from, err := f.font.measure(title+"：", sizeBody, 0)
	if err != nil {
		return err
	}
	if from > f.inner()*0.4 {
		return fmt.Errorf("title of a signature line: %w", ErrTooLarge)
	}
	p.line(marginSide+from+4, y+sizeBody*leading, marginSide+f.inner()*0.68, y+sizeBody*leading, rule)
	f.at += height
	return f.text(p, marginSide, y, f.inner(), sizeBody, 0, right, "年　　　月　　　日")
}

package paper

import (
	"fmt"
	"math"
)

func (f *form) page() *page { return f.pages[len(f.pages)-1] }

// room is what is left of the page.
func (f *form) room() float64 { return f.bottom - f.at }

// place puts one row of t, on a new page with the repeated head if need be. A row higher than a third of
// what a page holds is cut where the page ends: no more than that is left blank.
func (f *form) place(t *table, head []setRow, r setRow) error {
	for fresh := false; ; fresh = true {
		if r.height <= f.room()+0.01 {
			return f.put(t, r)
		}
		if fresh || r.height > f.whole(head)/3 {
			first, rest, ok := t.split(r, f.room())
			if !ok && fresh {
				return fmt.Errorf("a row that no page can hold: %w", ErrTooLarge)
			}
			if ok {
				if err := f.put(t, first); err != nil {
					return err
				}
				r = rest
			}
		}
		if err := f.turn(t, head); err != nil {
			return err
		}
	}
}

func (f *form) put(t *table, r setRow) error {
	if err := t.drawRow(&f.document, f.page(), marginSide, f.at, r); err != nil {
		return err
	}
	f.at += r.height
	return nil
}

// turn opens a page and repeats the head of the table. A head that leaves no room for rows is an error.
func (f *form) turn(t *table, head []setRow) error {
	if _, err := f.newPage(); err != nil {
		return err
	}
	for _, h := range head {
		if h.height > f.room()/2 {
			return fmt.Errorf("head of the table higher than half a page: %w", ErrTooLarge)
		}
		if err := f.put(t, h); err != nil {
			return err
		}
	}
	return nil
}

// rows places a whole table.
func (f *form) rows(t *table, rows []row) error {
	head, err := f.setHead(t)
	if err != nil {
		return err
	}
	for i, r := range rows {
		s, err := t.set(f.font, r)
		if err != nil {
			return err
		}
		if i == 0 {
			if err := f.startTable(t, head, s.height); err != nil {
				return err
			}
		}
		if err := f.place(t, head, s); err != nil {
			return err
		}
	}
	return nil
}

func (f *form) setHead(t *table) ([]setRow, error) {
	var head []setRow
	for _, h := range t.head {
		s, err := t.set(f.font, h)
		if err != nil {
			return nil, err
		}
		head = append(head, s)
	}
	return head, nil
}

// startTable puts the head where it has the first row (or three lines of it) beneath it.
func (f *form) startTable(t *table, head []setRow, first float64) error {
	need := math.Min(first, 3*t.size*leading+2*t.padY)
	for _, h := range head {
		need += h.height
	}
	if need > f.room() {
		return f.turn(t, head)
	}
	for _, h := range head {
		if err := f.put(t, h); err != nil {
			return err
		}
	}
	return nil
}

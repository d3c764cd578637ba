package web

import "github.com/a-h/templ"

// Heading is one column heading of a Table.
type Heading struct {
	Text   string
	Number bool   // right-aligned
	Sort   string // address of the list sorted by this column; empty when it cannot be
	Sorted bool   // it is sorted by this column now
}

// Headings makes plain headings of texts.
func Headings(texts ...string) []Heading {
	out := make([]Heading, len(texts))
	for i, t := range texts {
		out[i].Text = t
	}
	return out
}

// Pair is one line of Pairs: a term and its value, as text or as a part.
type Pair struct {
	Term, Text, Class string
	Part              templ.Component
}

// wideTable is how many columns stand side by side in a window of 1440; a table of more scrolls in its own box, also by keyboard.
const wideTable = 10

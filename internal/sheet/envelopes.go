package sheet

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"jiyao/internal/term"
)

// EnvelopeLine is one envelope of a courier's list.
type EnvelopeLine struct {
	Line    int    // of the file
	Number  string // 封号, in half width
	Sender  string // 来文单位
	Level   term.Level
	Urgency term.Urgency // an empty cell is 一般, as on paper
	Copies  int          // 份数, 1 to 999
}

// The columns of the courier's list, in any order.
const (
	ColumnNumber  = "封号"
	ColumnSender  = "来文单位"
	ColumnLevel   = "密级"
	ColumnUrgency = "紧急程度"
	ColumnCopies  = "份数"
)

// The codes of cells and columns, beside those of files.
const (
	Required      = "required"
	NotInList     = "not_in_list"
	BadNumber     = "bad_number"
	OutOfRange    = "out_of_range" // Args: from, to
	Duplicate     = "duplicate"    // Args: line, of the first
	MissingColumn = "missing_column"
	UnknownColumn = "unknown_column"
	MoreErrors    = "more_errors" // the list of errors ends here
)

const (
	maxNumber = 40  // characters of a 封号
	maxSender = 100 // characters of a sender
	maxCopies = 999
	maxErrors = 200
)

// Envelopes checks every line and takes all or nothing: with any error the list is nil. Errors come in the
// order of the file, at most maxErrors of them.
func Envelopes(t Table) ([]EnvelopeLine, []LineError) {
	c := envelopes{table: t, first: map[string]int{}, errs: slices.Clone(t.Faults)}
	if !c.header() {
		return nil, c.errs
	}
	var lines []EnvelopeLine
	for _, r := range t.Rows {
		lines = append(lines, c.line(r))
		if len(c.errs) > maxErrors {
			return nil, append(c.errs[:maxErrors:maxErrors], LineError{Line: r.Line, Code: MoreErrors})
		}
	}
	if len(lines) == 0 {
		c.wrong(0, "", Empty)
	}
	if len(c.errs) > 0 {
		slices.SortStableFunc(c.errs, func(a, b LineError) int { return a.Line - b.Line })
		return nil, c.errs
	}
	return lines, nil
}

// envelopes is one check: what was found wrong, and where each 封号 stood first.
type envelopes struct {
	table Table
	errs  []LineError
	first map[string]int
	index map[string]int
}

func (c *envelopes) wrong(line int, column, code string, args ...string) {
	c.errs = append(c.errs, *fault(line, column, code, args...))
}

// header wants the five columns and no other: what is not understood is not taken in silence.
func (c *envelopes) header() bool {
	before := len(c.errs)
	c.index = map[string]int{}
	known := map[string]bool{"": true}
	for _, name := range []string{ColumnNumber, ColumnSender, ColumnLevel, ColumnUrgency, ColumnCopies} {
		known[name] = true
		i := c.table.Column(name)
		if i < 0 {
			c.wrong(0, name, MissingColumn)
		}
		c.index[name] = i
	}
	for _, name := range c.table.Columns {
		if !known[normalName(name)] {
			c.wrong(0, name, UnknownColumn)
		}
	}
	return len(c.errs) == before
}

func (c *envelopes) line(r Row) EnvelopeLine {
	text := func(column string) string {
		if i := c.index[column]; i < len(r.Cells) {
			return r.Cells[i]
		}
		return ""
	}
	e := EnvelopeLine{Line: r.Line, Sender: c.bounded(r.Line, ColumnSender, text(ColumnSender), maxSender)}
	e.Number = c.bounded(r.Line, ColumnNumber, width.Fold.String(text(ColumnNumber)), maxNumber)
	if e.Number != "" {
		key := strings.ToUpper(normalName(e.Number))
		if before, ok := c.first[key]; ok {
			c.wrong(r.Line, ColumnNumber, Duplicate, "line", strconv.Itoa(before))
		} else {
			c.first[key] = r.Line
		}
	}
	var err error
	if level := normalName(text(ColumnLevel)); level == "" {
		c.wrong(r.Line, ColumnLevel, Required)
	} else if e.Level, err = term.ParseLevel(level); err != nil {
		c.wrong(r.Line, ColumnLevel, NotInList)
	}
	if e.Urgency, err = term.ParseUrgency(normalName(text(ColumnUrgency))); err != nil {
		c.wrong(r.Line, ColumnUrgency, NotInList)
	}
	e.Copies = c.copies(r.Line, text(ColumnCopies))
	return e
}

// bounded wants one line of text of at most limit characters.
func (c *envelopes) bounded(line int, column, s string, limit int) string {
	switch {
	case c.told(line, column):
	case s == "":
		c.wrong(line, column, Required)
	case utf8.RuneCountInString(s) > limit:
		c.wrong(line, column, TooLong, "limit", strconv.Itoa(limit))
	case strings.ContainsAny(s, "\n\r\t"):
		c.wrong(line, column, BadCharacter, "code", fmt.Sprintf("%U", s[strings.IndexAny(s, "\n\r\t")]))
	}
	return s
}

// told reports whether the reader of the file has found fault with the cell already: one cell is answered once.
func (c *envelopes) told(line int, column string) bool {
	return slices.ContainsFunc(c.errs, func(e LineError) bool { return e.Line == line && e.Column == column })
}

// copies reads plain digits, full-width ones too; signs, fractions and units are no count.
func (c *envelopes) copies(line int, s string) int {
	s = width.Fold.String(s)
	switch {
	case s == "":
		c.wrong(line, ColumnCopies, Required)
		return 0
	case strings.Trim(s, "0123456789") != "":
		c.wrong(line, ColumnCopies, BadNumber)
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxCopies {
		c.wrong(line, ColumnCopies, OutOfRange, "from", "1", "to", strconv.Itoa(maxCopies))
		return 0
	}
	return n
}

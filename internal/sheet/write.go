package sheet

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// ErrSheet is wrapped when a sheet cannot be written as it is: too large, a bad name, a character that a
// spreadsheet cannot hold. Nothing is shortened or replaced to make it fit.
var ErrSheet = errors.New("cannot be a sheet")

// Sheet is one sheet to be exported: a header row and rows of texts.
type Sheet struct {
	Name    string // at most 31 characters, without []:*?/\
	Columns []SheetColumn
	Rows    [][]string // as many texts as columns
}

// SheetColumn is a column with its width in characters; 0 is the program's own.
type SheetColumn struct {
	Title string
	Width float64
}

// Bounds of an export. The sum keeps the library below the size at which it writes to disk in clear.
const (
	maxWriteRows  = 100_000
	maxWriteBytes = 12 << 20
	maxCellChars  = 32_767
	textFormat    = 49 // the built-in number format @
)

// Write makes an xlsx file with one frozen header row. Every cell is text and formatted as text: a value that
// begins with = + - @ is shown as it is and never becomes a formula, even when somebody edits it.
func Write(w io.Writer, s Sheet) (err error) {
	if err := s.check(); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "sheet-")
	if err != nil {
		return fmt.Errorf("private folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	book := excelize.NewFile(excelize.Options{TmpDir: dir})
	defer func() { err = errors.Join(err, book.Close()) }()
	if err := book.SetSheetName("Sheet1", s.Name); err != nil {
		return fmt.Errorf("name the sheet: %w", err)
	}
	if err := s.fill(book); err != nil {
		return fmt.Errorf("fill the sheet: %w", err)
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

func (s Sheet) fill(book *excelize.File) error {
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: textFormat})
	if err != nil {
		return err
	}
	plain, err := book.NewStyle(&excelize.Style{NumFmt: textFormat})
	if err != nil {
		return err
	}
	out, err := book.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	titles := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		titles[i] = c.Title
		if c.Width > 0 {
			if err := out.SetColWidth(i+1, i+1, c.Width); err != nil {
				return err
			}
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := out.SetRow("A1", texts(titles, bold)); err != nil {
		return err
	}
	for i, r := range s.Rows {
		if err := out.SetRow(fmt.Sprintf("A%d", i+2), texts(r, plain)); err != nil {
			return err
		}
	}
	return out.Flush()
}

func texts(row []string, style int) []any {
	out := make([]any, len(row))
	for i, v := range row {
		out[i] = excelize.Cell{StyleID: style, Value: v}
	}
	return out
}

func (s Sheet) check() error {
	if s.Name == "" || utf8.RuneCountInString(s.Name) > 31 || strings.ContainsAny(s.Name, "[]:*?/\\'") {
		return fmt.Errorf("name of the sheet: %w", ErrSheet)
	}
	if len(s.Columns) == 0 || len(s.Columns) > 200 || len(s.Rows) > maxWriteRows {
		return fmt.Errorf("%d columns, %d rows: %w", len(s.Columns), len(s.Rows), ErrSheet)
	}
	sum := 0
	titles := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		titles[i] = c.Title
		if !(c.Width >= 0 && c.Width <= 255) {
			return fmt.Errorf("width of column %d: %w", i+1, ErrSheet)
		}
	}
	for i, r := range append([][]string{titles}, s.Rows...) {
		if len(r) != len(s.Columns) {
			return fmt.Errorf("row %d has %d cells for %d columns: %w", i+1, len(r), len(s.Columns), ErrSheet)
		}
		for j, c := range r {
			sum += written(c)
			if utf8.RuneCountInString(c) > maxCellChars/2 || !printable(c) {
				return fmt.Errorf("row %d, column %d: %w", i+1, j+1, ErrSheet)
			}
		}
	}
	if sum > maxWriteBytes {
		return fmt.Errorf("over %d bytes: %w", maxWriteBytes, ErrSheet)
	}
	return nil
}

// written is the room a cell takes in the file at most: tags around it, and escapes of up to six bytes.
func written(s string) int {
	n := 96 + len(s)
	for _, c := range []byte(s) {
		if strings.IndexByte("&<>\"'\n\t\r", c) >= 0 {
			n += 5
		}
	}
	return n
}

// printable reports whether XML can hold every character of s.
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF
	})
}

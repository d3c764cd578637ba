// Package sheet reads tables that others made (xlsx, csv) and writes xlsx for them.
//
// A file that comes from outside is hostile until read. What it is shows its content, never its name. Bytes,
// unpacked bytes, tags, rows, columns and cells are bounded before anything is built from them; nothing is
// written to disk in clear (a workbook is unpacked in memory only). A value must be what its maker saw, so
// formulas and merged headers are refused, and text whose encoding is not certain is refused as a whole: a
// wrong guess would put a wrong word into a register. Nothing is taken from a file with one wrong line.
//
// Errors name line, column and a stable code; sentences are made by locale. Error texts carry no cell.
package sheet

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Limits bound what is read; each must be positive.
type Limits struct {
	Bytes   int64 // of the file; a workbook may unpack to three times as much
	Rows    int   // without the header and empty rows
	Columns int
	Cell    int // characters of one cell
}

// DefaultLimits fit a courier's list or a register of a year.
func DefaultLimits() Limits { return Limits{Bytes: 8 << 20, Rows: 5000, Columns: 32, Cell: 2000} }

// Table is the first sheet of a workbook, or a csv file: a header row and the rows under it. All cells are
// trimmed; rows that are empty are left out.
type Table struct {
	Name    string   // of the file, without folders, for messages
	Columns []string // as written; an empty name is a column nobody may use
	Rows    []Row
	Faults  []LineError // of single rows, in their order; a table with any is not to be taken
}

// Row is one row with exactly as many cells as the table has columns.
type Row struct {
	Line  int // as the spreadsheet or editor numbers it, from 1
	Cells []string
}

// Column is the index of the column with that name, compared without spaces and in half width; -1 if absent.
func (t Table) Column(name string) int {
	want := normalName(name)
	return slices.IndexFunc(t.Columns, func(c string) bool { return normalName(c) == want })
}

// normalName folds full-width letters and drops every space.
func normalName(s string) string {
	return strings.Join(strings.Fields(width.Fold.String(s)), "")
}

// LineError is what is wrong with a file or one of its cells. Line 0 is the file as a whole.
type LineError struct {
	Line   int               `json:"line"`
	Column string            `json:"column,omitempty"`
	Code   string            `json:"code"`
	Args   map[string]string `json:"args,omitempty"`
}

// The codes of files; those of cells stand with Envelopes.
const (
	TooLarge       = "too_large"        // Args: limit, in bytes; unpacked: yes, of a workbook whose parts are
	TooComplex     = "too_complex"      // more parts, styles or sheets than a list has
	TooManyRows    = "too_many_rows"    // Args: limit
	TooManyColumns = "too_many_columns" // Args: limit
	TooLong        = "too_long"         // Args: limit, in characters
	BadFormat      = "bad_format"       // neither a workbook nor a table of text
	NotWorkbook    = "not_a_workbook"   // called .xlsx, and is none
	OldFormat      = "old_format"       // xls, or a workbook under a password
	BadEncoding    = "bad_encoding"     // neither UTF-8 nor GB18030
	BadCharacter   = "bad_character"    // control character. Args: code
	BadQuotes      = "bad_quotes"       // csv quoting
	Empty          = "empty"            // no header, or no row under it
	Formula        = "formula"          // a value that is not written but computed
	MergedHeader   = "merged_header"
	Merged         = "merged_cells" // of a row under the header: only one of them has a value
	Macro          = "macro"        // a workbook with a program in it
	DuplicateName  = "duplicate_column"
	NoHeader       = "cell_without_header"
	CellError      = "cell_error" // what a spreadsheet shows where it could not compute
)

// cellErrors are what spreadsheets write into a cell that they cannot compute: Excel, WPS, and LibreOffice beside them.
var cellErrors = []string{
	"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!", "#GETTING_DATA",
}

var officeError = regexp.MustCompile(`^(Err:\d{3}|#{3,})$`) // LibreOffice; a number or day for which its column is too narrow

func (e *LineError) Error() string {
	s := fmt.Sprintf("line %d: %s", e.Line, e.Code)
	if e.Column != "" {
		s += " in a named column"
	}
	for _, k := range slices.Sorted(maps.Keys(e.Args)) {
		if k == "limit" || k == "code" {
			s += " " + k + "=" + e.Args[k]
		}
	}
	return s
}

func fault(line int, column, code string, args ...string) *LineError {
	e := &LineError{Line: line, Column: column, Code: code}
	for i := 0; i+1 < len(args); i += 2 {
		if e.Args == nil {
			e.Args = map[string]string{}
		}
		e.Args[args[i]] = args[i+1]
	}
	return e
}

// zip and compound-file signatures
var (
	zipMagic = []byte("PK\x03\x04")
	oleMagic = []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
)

// ReadTable reads a workbook or csv text (UTF-8, with or without a mark, UTF-16 with one, GB18030; comma,
// semicolon or tab). At most limits.Bytes+1 bytes are taken from r. What is wrong with the content is a
// *LineError; any other error is the reader's.
func ReadTable(name string, r io.Reader, limits Limits) (Table, error) {
	t, err := Check(name, r, limits)
	if err == nil && len(t.Faults) > 0 {
		return Table{}, &t.Faults[0]
	}
	return t, err
}

// Check is ReadTable for whoever tells everything that is wrong at once: what is wrong with a single row is among the
// table's faults, and the rows after it are read all the same.
func Check(name string, r io.Reader, limits Limits) (Table, error) {
	if limits.Bytes <= 0 || limits.Rows <= 0 || limits.Columns <= 0 || limits.Cell <= 0 {
		return Table{}, fmt.Errorf("read a table: limits %+v", limits)
	}
	data, err := io.ReadAll(io.LimitReader(r, limits.Bytes+1))
	if err != nil {
		return Table{}, fmt.Errorf("read a table: %w", err)
	}
	if int64(len(data)) > limits.Bytes {
		return Table{}, fault(0, "", TooLarge, "limit", fmt.Sprint(limits.Bytes))
	}
	b := &builder{limits: limits, table: Table{Name: baseName(name)}}
	switch {
	case len(data) == 0:
		return Table{}, fault(0, "", Empty)
	case bytes.HasPrefix(data, zipMagic):
		err = b.workbook(data)
	case bytes.HasPrefix(data, oleMagic):
		err = fault(0, "", OldFormat)
	case !plainText(data):
		err = fault(0, "", BadFormat)
	default:
		err = b.csv(data)
	}
	if err == nil {
		err = b.finish()
	}
	if len(b.table.Rows) == 0 && strings.EqualFold(filepath.Ext(name), ".xlsx") && !bytes.HasPrefix(data, zipMagic) && !bytes.HasPrefix(data, oleMagic) {
		err = fault(0, "", NotWorkbook) // whatever its text gave: it holds no table
	}
	if err != nil {
		return Table{}, err
	}
	return b.table, nil
}

// plainText tells text, in whatever encoding, from what is known to be something else: a PDF, a picture, a page.
func plainText(data []byte) bool {
	kind := http.DetectContentType(data)
	return strings.HasPrefix(kind, "text/plain") || kind == "application/octet-stream"
}

// baseName keeps a short last part of an uploaded file's name; browsers on Windows may send folders.
func baseName(name string) string {
	name = filepath.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	if r := []rune(name); len(r) > 100 {
		return string(r[:100])
	}
	return name
}

// A builder takes rows in order, the header first, and holds them to the limits.
type builder struct {
	limits Limits
	table  Table
	header int // its line; 0 before it is met
	last   int // the line of the last row
	faulty map[int]bool
}

// column is the name of column i for messages, or its number when it has none.
func (b *builder) column(i int) string {
	if i < len(b.table.Columns) && b.table.Columns[i] != "" {
		return b.table.Columns[i]
	}
	return fmt.Sprintf("#%d", i+1)
}

func (b *builder) add(line int, cells []string) error {
	cells = slices.Clone(cells)
	for i, c := range cells {
		cells[i] = strings.TrimSpace(c)
	}
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) == 0 {
		return nil
	}
	if len(cells) > b.limits.Columns {
		return fault(line, "", TooManyColumns, "limit", fmt.Sprint(b.limits.Columns))
	}
	for i, c := range cells {
		if bad := b.check(line, i, c); bad != nil {
			if b.header == 0 {
				return bad
			}
			b.wrong(bad)
		}
	}
	if b.header == 0 {
		return b.names(line, cells)
	}
	if len(b.table.Rows) == b.limits.Rows {
		return fault(line, "", TooManyRows, "limit", fmt.Sprint(b.limits.Rows))
	}
	for i, c := range cells {
		if c != "" && (i >= len(b.table.Columns) || b.table.Columns[i] == "") {
			b.wrong(fault(line, b.column(i), NoHeader))
		}
	}
	b.last = line
	row := make([]string, len(b.table.Columns))
	copy(row, cells)
	b.table.Rows = append(b.table.Rows, Row{Line: line, Cells: row})
	return nil
}

// wrong notes a fault of one row. All faults of the first rows are as much as anybody reads; of a later row one is kept, so that
// none with a fault is taken for a good one.
func (b *builder) wrong(bad *LineError) {
	if len(b.table.Faults) <= maxErrors || !b.faulty[bad.Line] {
		b.table.Faults = append(b.table.Faults, *bad)
	}
	if b.faulty == nil {
		b.faulty = map[int]bool{}
	}
	b.faulty[bad.Line] = true
}

// check refuses what no cell may hold. Line breaks inside a cell are allowed.
func (b *builder) check(line, i int, c string) *LineError {
	if !utf8.ValidString(c) {
		return fault(line, b.column(i), BadEncoding)
	}
	if utf8.RuneCountInString(c) > b.limits.Cell {
		return fault(line, b.column(i), TooLong, "limit", fmt.Sprint(b.limits.Cell))
	}
	if shown := strings.ToUpper(width.Fold.String(c)); slices.Contains(cellErrors, shown) || officeError.MatchString(c) {
		return fault(line, b.column(i), CellError)
	}
	for _, r := range c {
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' || r >= 0x7F && r < 0xA0 || r == utf8.RuneError || r&0xFFFE == 0xFFFE {
			return fault(line, b.column(i), BadCharacter, "code", fmt.Sprintf("%U", r))
		}
	}
	return nil
}

func (b *builder) names(line int, cells []string) error {
	b.header, b.table.Columns = line, cells
	seen := map[string]bool{}
	for i, c := range cells {
		n := normalName(c)
		if n != "" && seen[n] {
			return fault(line, b.column(i), DuplicateName)
		}
		seen[n] = true
	}
	return nil
}

func (b *builder) finish() error {
	if len(b.table.Rows) == 0 {
		return fault(b.header, "", Empty)
	}
	return nil
}

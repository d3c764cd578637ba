package sheet

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
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

// Bounds of an export.
const (
	maxWriteRows  = 200_000
	maxWriteBytes = 1 << 30 // at most, every byte escaped; rows go out one by one
	maxCellChars  = 32_767
)

// The parts of a workbook around its sheet. Both styles have the built-in number format 49 (@): a cell stays text when
// somebody edits it.
const (
	xmlHead      = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainSpace    = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	relSpace     = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	contentTypes = xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
		`%s<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`
	packageRels  = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + relSpace + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	workbookRels = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s<Relationship Id="rId0" Type="` + relSpace + `/styles" Target="styles.xml"/></Relationships>`
	sheetType    = `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`
	sheetRel     = `<Relationship Id="rId%[1]d" Type="` + relSpace + `/worksheet" Target="worksheets/sheet%[1]d.xml"/>`
	sheetEntry   = `<sheet name="%s" sheetId="%[2]d" r:id="rId%[2]d"/>`
	stylesPart   = xmlHead + `<styleSheet ` + mainSpace + `><fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>` +
		`<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>`
)

const (
	plainStyle = "1"
	boldStyle  = "2"
)

// Write makes an xlsx file of sheets with one frozen header row each. Every cell is text and formatted as text: a value that
// begins with = + - @ is shown as it is and never becomes a formula, even when somebody edits it. The rows are written one
// by one into the archive: no library is between, since the usual one keeps the sheet in memory, and on disk in clear once it
// is large.
func Write(w io.Writer, first Sheet, more ...Sheet) error {
	all := append([]Sheet{first}, more...)
	var types, rels, entries strings.Builder
	for i, s := range all {
		if err := s.check(); err != nil {
			return err
		}
		fmt.Fprintf(&types, sheetType, i+1)
		fmt.Fprintf(&rels, sheetRel, i+1)
		fmt.Fprintf(&entries, sheetEntry, escaped(s.Name), i+1)
	}
	archive := zip.NewWriter(w)
	for _, part := range [][2]string{
		{"[Content_Types].xml", fmt.Sprintf(contentTypes, types.String())}, {"_rels/.rels", packageRels},
		{"xl/_rels/workbook.xml.rels", fmt.Sprintf(workbookRels, rels.String())}, {"xl/styles.xml", stylesPart},
		{"xl/workbook.xml", xmlHead + `<workbook ` + mainSpace + ` xmlns:r="` + relSpace + `"><sheets>` + entries.String() + `</sheets></workbook>`},
	} {
		f, err := archive.Create(part[0])
		if err == nil {
			_, err = io.WriteString(f, part[1])
		}
		if err != nil {
			return fmt.Errorf("write the workbook: %w", err)
		}
	}
	var err error
	for i, s := range all {
		f, made := archive.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1))
		if made == nil {
			made = s.rows(bufio.NewWriterSize(f, 64<<10))
		}
		err = errors.Join(err, made)
	}
	if err = errors.Join(err, archive.Close()); err != nil {
		return fmt.Errorf("write the sheet: %w", err)
	}
	return nil
}

// rows writes the part of the sheet.
func (s Sheet) rows(w *bufio.Writer) error {
	put := func(parts ...string) {
		for _, p := range parts {
			_, _ = w.WriteString(p) // Flush gives the first error
		}
	}
	put(xmlHead, `<worksheet `, mainSpace, `><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`)
	put(s.widths(), `<sheetData>`)
	names := make([]string, len(s.Columns))
	titles := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		names[i], titles[i] = columnName(i), c.Title
	}
	line := func(n int, texts []string, style string) {
		no := strconv.Itoa(n)
		put(`<row r="`, no, `">`)
		for i, v := range texts {
			if v == "" {
				put(`<c r="`, names[i], no, `" s="`, style, `"/>`)
				continue
			}
			put(`<c r="`, names[i], no, `" s="`, style, `" t="inlineStr"><is><t xml:space="preserve">`, escaped(v), `</t></is></c>`)
		}
		put(`</row>`)
	}
	line(1, titles, boldStyle)
	for i, r := range s.Rows {
		line(i+2, r, plainStyle)
	}
	put(`</sheetData></worksheet>`)
	return w.Flush()
}

// widths are the columns that have one.
func (s Sheet) widths() string {
	var b strings.Builder
	for i, c := range s.Columns {
		if c.Width > 0 {
			fmt.Fprintf(&b, `<col min="%d" max="%d" width="%s" customWidth="1"/>`, i+1, i+1, strconv.FormatFloat(c.Width, 'f', -1, 64))
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "<cols>" + b.String() + "</cols>"
}

// columnName is A for 0, AA for 26.
func columnName(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return columnName(i/26-1) + string(rune('A'+i%26))
}

var (
	escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
	hexes   = regexp.MustCompile(`_(x[0-9A-Fa-f]{4}_)`)
)

// escaped spells a text in XML. What a spreadsheet would read as a character by its number (_x0041_) stays as written.
func escaped(v string) string {
	if strings.Contains(v, "_x") {
		v = hexes.ReplaceAllString(v, "_x005F_$1")
	}
	return escapes.Replace(v)
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
	for i, r := range s.all(titles) {
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

// all are the rows of the sheet after its titles.
func (s Sheet) all(titles []string) iter.Seq2[int, []string] {
	return func(yield func(int, []string) bool) {
		if !yield(0, titles) {
			return
		}
		for i, r := range s.Rows {
			if !yield(i+1, r) {
				return
			}
		}
	}
}

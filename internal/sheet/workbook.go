package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Bounds of a workbook beside Limits. excelize makes a struct of every tag of styles and shared strings, so
// tags are counted before it sees the file.
const (
	maxParts     = 400
	maxSmallTags = 5_000  // workbook, relations, content types
	maxOtherTags = 60_000 // styles, theme, …
)

// workbook reads the first sheet. Everything is first unpacked by hand within bounds; only then excelize,
// which knows shared strings, rich text and number formats, reads the cells row by row.
func (b *builder) workbook(data []byte) (err error) {
	parts, err := b.unpack(data)
	if err != nil {
		return err
	}
	name, first, err := firstSheet(parts)
	if err != nil {
		return err
	}
	marks, err := scan(first, b.limits.Rows+maxErrors)
	if err != nil {
		return err
	}
	// Nothing larger than the whole limit exists, so nothing is spilled; the private folder is the second lock.
	dir, err := os.MkdirTemp("", "sheet-")
	if err != nil {
		return fmt.Errorf("private folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	err = b.cells(data, name, dir)
	for _, m := range marks.merged {
		if m[0] <= b.header && b.header <= m[1] {
			return fault(b.header, "", MergedHeader) // also where it is the reason of err
		}
	}
	if err != nil {
		return err
	}
	b.marked(marks)
	return nil
}

// marked finds fault with the rows in which not all stands that is seen: formulas, and cells that share one value.
func (b *builder) marked(m marks) {
	for _, f := range m.formulas {
		b.wrong(fault(f[0], b.column(f[1]-1), Formula))
	}
	begin, open := map[int]int{}, 0 // how many merged ranges begin at a line, less those that ended before it
	for _, r := range m.merged {
		begin[max(r[0], b.header+1)]++
		begin[max(r[1], b.header)+1]--
	}
	for line := b.header + 1; line <= b.last; line++ {
		if open += begin[line]; open > 0 {
			b.wrong(fault(line, "", Merged))
		}
	}
	slices.SortStableFunc(b.table.Faults, func(x, y LineError) int { return x.Line - y.Line })
}

func (b *builder) unpackLimit() int64 { return 3 * b.limits.Bytes }

// unpack reads all parts, counting what really comes out instead of believing the directory.
func (b *builder) unpack(data []byte) (map[string][]byte, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fault(0, "", BadFormat)
	}
	if len(archive.File) > maxParts {
		return nil, fault(0, "", TooComplex)
	}
	parts := map[string][]byte{}
	left := b.unpackLimit()
	for _, file := range archive.File {
		part, err := unpackPart(file, left)
		if err != nil {
			return nil, fault(0, "", BadFormat)
		}
		if left -= int64(len(part)); left < 0 {
			return nil, fault(0, "", TooLarge, "limit", fmt.Sprint(b.unpackLimit()), "unpacked", "yes")
		}
		name := strings.ToLower(strings.ReplaceAll(file.Name, `\`, "/"))
		if strings.HasSuffix(name, "vbaproject.bin") {
			return nil, fault(0, "", Macro)
		}
		if _, twice := parts[name]; twice {
			return nil, fault(0, "", BadFormat)
		}
		if bytes.Count(part, []byte("<")) > b.tagLimit(name) {
			if cells(name) {
				return nil, fault(0, "", TooManyRows, "limit", fmt.Sprint(b.limits.Rows))
			}
			return nil, fault(0, "", TooComplex)
		}
		parts[name] = part
	}
	return parts, nil
}

func unpackPart(file *zip.File, left int64) ([]byte, error) {
	r, err := file.Open()
	if err != nil {
		return nil, fmt.Errorf("open a part: %w", err)
	}
	part, err := io.ReadAll(io.LimitReader(r, left+1))
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, fmt.Errorf("unpack a part: %w", err)
	}
	return part, nil
}

// cells reports whether a part holds what stands in the cells.
func cells(part string) bool {
	return strings.HasPrefix(part, "xl/worksheets/") || part == "xl/sharedstrings.xml"
}

// tagLimit leaves eight tags for each cell of sheets and shared strings: a cell has four and rich text more.
func (b *builder) tagLimit(part string) int {
	switch {
	case cells(part):
		return 8*(b.limits.Rows+1)*b.limits.Columns + maxSmallTags
	case strings.HasSuffix(part, ".rels"), part == "xl/workbook.xml", part == "[content_types].xml":
		return maxSmallTags
	}
	if strings.HasSuffix(part, ".xml") {
		return maxOtherTags
	}
	return int(b.unpackLimit()) // pictures: never parsed
}

// relations is a .rels part.
type relations struct {
	All []struct {
		ID     string `xml:"Id,attr"`
		Type   string `xml:"Type,attr"`
		Target string `xml:"Target,attr"`
	} `xml:"Relationship"`
}

// firstSheet finds name and part of the first sheet by the workbook and its relations. The workbook must be
// where everybody puts it: excelize would follow the package to any other part, past the tag limits.
func firstSheet(parts map[string][]byte) (string, []byte, error) {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"id,attr"` // r:id, whichever namespace the relation has
		} `xml:"sheets>sheet"`
	}
	var root, rels relations
	bad := fault(0, "", BadFormat)
	if xml.Unmarshal(parts["_rels/.rels"], &root) != nil ||
		xml.Unmarshal(parts["xl/workbook.xml"], &book) != nil || len(book.Sheets) == 0 ||
		xml.Unmarshal(parts["xl/_rels/workbook.xml.rels"], &rels) != nil {
		return "", nil, bad
	}
	for _, r := range root.All {
		if strings.HasSuffix(r.Type, "/officeDocument") && strings.TrimPrefix(r.Target, "/") != "xl/workbook.xml" {
			return "", nil, bad
		}
	}
	for _, r := range rels.All {
		if r.ID != book.Sheets[0].ID {
			continue
		}
		target := path.Join("xl", r.Target)
		if strings.HasPrefix(r.Target, "/") {
			target = strings.TrimPrefix(path.Clean(r.Target), "/")
		}
		if part, ok := parts[strings.ToLower(target)]; ok {
			return book.Sheets[0].Name, part, nil
		}
	}
	return "", nil, bad
}

// marks is what the rows do not show: where formulas stand and which lines are merged (from, to).
type marks struct {
	formulas [][2]int // line and column, from 1: the first ones, and one of each line after them
	merged   [][2]int
}

// scan finds the marks of a sheet; formulas is how many it may have of those that are kept.
func scan(part []byte, formulas int) (marks, error) {
	var m marks
	d := xml.NewDecoder(bytes.NewReader(part))
	cell := ""
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return m, fault(0, "", BadFormat)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "c":
			cell = attr(start, "r")
		case "f":
			at := [2]int{1, 1}
			if column, line, err := excelize.CellNameToCoordinates(cell); err == nil {
				at = [2]int{line, column}
			}
			n := len(m.formulas)
			if n > maxErrors && m.formulas[n-1][0] == at[0] {
				continue
			}
			if n > formulas {
				return m, fault(0, "", TooComplex)
			}
			m.formulas = append(m.formulas, at)
		case "mergeCell":
			from, to, _ := strings.Cut(attr(start, "ref"), ":")
			_, first, err1 := excelize.CellNameToCoordinates(from)
			_, last, err2 := excelize.CellNameToCoordinates(to)
			if err1 != nil || err2 != nil {
				return m, fault(0, "", BadFormat)
			}
			m.merged = append(m.merged, [2]int{min(first, last), max(first, last)})
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// cells streams the rows of the sheet, so that a sheet with a cell at its far end is not filled up to there.
func (b *builder) cells(data []byte, name, dir string) (err error) {
	defer func() {
		if p := recover(); p != nil { // excelize on a workbook that nobody made by hand
			err = fault(0, "", BadFormat)
		}
	}()
	limit := b.unpackLimit()
	book, err := excelize.OpenReader(bytes.NewReader(data),
		excelize.Options{UnzipSizeLimit: limit, UnzipXMLSizeLimit: limit, TmpDir: dir, ShortDatePattern: "yyyy-mm-dd"})
	if err != nil {
		return fault(0, "", BadFormat)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	rows, err := book.Rows(name)
	if err != nil {
		return fault(0, "", BadFormat)
	}
	line := 0
	for rows.Next() {
		line++
		cells, err := rows.Columns()
		if err != nil {
			return fault(line, "", BadFormat)
		}
		if err := b.add(line, cells); err != nil {
			return err
		}
	}
	if rows.Error() != nil || rows.Close() != nil {
		return fault(line, "", BadFormat)
	}
	return nil
}

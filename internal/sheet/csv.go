package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// csv reads delimited text.
func (b *builder) csv(data []byte) error {
	text, err := decode(data)
	if err != nil {
		return err
	}
	comma, err := b.delimiter(text)
	if err != nil {
		return err
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = comma, -1, true
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			return fault(parse.StartLine, "", BadQuotes)
		}
		if err != nil {
			return fmt.Errorf("read csv: %w", err)
		}
		line, _ := r.FieldPos(0)
		if err := b.add(line, record); err != nil {
			return err
		}
	}
}

// decode brings text to UTF-8. A mark decides; without one valid UTF-8 is UTF-8, and anything else is GB18030
// if it decodes without a gap. Damaged UTF-8 often decodes as GB18030 too, into garbage, so a text most of
// whose high bytes are proper UTF-8 is called damaged.
func decode(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		data = data[3:]
		if !utf8.Valid(data) {
			return nil, fault(badLine(data), "", BadEncoding)
		}
		return data, nil
	case bytes.HasPrefix(data, []byte("\xFF\xFE")), bytes.HasPrefix(data, []byte("\xFE\xFF")):
		text, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
			return nil, fault(0, "", BadEncoding)
		}
		return text, nil
	case utf8.Valid(data):
		return data, nil
	case mostlyUTF8(data):
		return nil, fault(badLine(data), "", BadEncoding)
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return nil, fault(0, "", BadEncoding)
	}
	return text, nil
}

// badLine is the line of the first byte that is not UTF-8.
func badLine(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return 1 + bytes.Count(data[:i], []byte("\n"))
		}
		i += n
	}
	return 0
}

func mostlyUTF8(data []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 2: // Chinese in UTF-8; two proper bytes are common in GB18030 by chance
			good += n
		}
		i += n
	}
	return good > bad
}

// maxDelimiters bounds one line before the csv reader makes a slice of its fields.
const maxDelimiters = 4096

// delimiter is the one of comma, semicolon and tab that the first record has most of, outside quotes.
func (b *builder) delimiter(text []byte) (rune, error) {
	n, line := 0, 1
	for _, c := range text {
		switch c {
		case '\n':
			n, line = 0, line+1
		case ',', ';', '\t':
			if n++; n > maxDelimiters {
				return 0, fault(line, "", TooManyColumns, "limit", fmt.Sprint(b.limits.Columns))
			}
		}
	}
	best, counts := ',', map[rune]int{}
	quoted := false
	for _, c := range bytes.TrimLeft(text, "\r\n ") {
		if c == '\n' && !quoted {
			break
		}
		if c == '"' {
			quoted = !quoted
		} else if !quoted {
			counts[rune(c)]++
		}
	}
	for _, c := range ";\t" {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return best, nil
}

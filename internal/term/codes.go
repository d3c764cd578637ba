package term

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// LabelCode is what is printed on the label of a copy: JY26-0417-03-K. It names series, year, number and copy, never title or
// sender; the last character is a check character. A year before 2000, of a piece from the old books, stands in full: JC1998-0417-01-K.
type LabelCode string

// labelCentury is the century whose years have two figures on labels.
const labelCentury = 20

// MakeLabelCode spells the label of copy number n (from 1) of a running number of a year.
func MakeLabelCode(s Series, year, no, n int) LabelCode {
	short := year
	if year/100 == labelCentury {
		short = year % 100
	}
	body := fmt.Sprintf("%s%02d-%04d-%02d", s.letters(), short, no, n)
	return LabelCode(body + "-" + string(labelCheck(body)))
}

// Number is the running number of the item that the label is of: 机收〔2026〕0417; empty where the label is not well formed.
func (l LabelCode) Number() string {
	parts := strings.Split(string(l), "-")
	if len(parts) != 4 || len(parts[0]) != 4 && len(parts[0]) != 6 {
		return ""
	}
	year, err1 := strconv.Atoi(parts[0][2:])
	no, err2 := strconv.Atoi(parts[1])
	i := slices.IndexFunc(seriesList, func(x seriesLetters) bool { return x.letters == parts[0][:2] })
	if err1 != nil || err2 != nil || i < 0 {
		return ""
	}
	if len(parts[0]) == 4 {
		year += labelCentury * 100
	}
	return RegisterNumber(seriesList[i].series, year, no)
}

// ParseLabelCode accepts a scanned label: any case, full-width digits, spaces around. A wrong check
// character is a spelling error.
func ParseLabelCode(s string) (LabelCode, error) {
	s = strings.ToUpper(strings.TrimSpace(narrow(s)))
	i := strings.LastIndexByte(s, '-')
	known := slices.ContainsFunc(seriesList, func(x seriesLetters) bool { return strings.HasPrefix(s, x.letters) })
	if i < 0 || !known || len(s)-i != 2 || len(s) > 32 {
		return "", fmt.Errorf("label %q: want JY26-0417-03-K: %w", s, ErrSpelling)
	}
	if rune(s[i+1]) != labelCheck(s[:i]) {
		return "", fmt.Errorf("label %q: check character: %w", s, ErrSpelling)
	}
	return LabelCode(s), nil
}

var labelShape = regexp.MustCompile(`^([A-Z]{2})(?:[0-9]{2}|[0-9]{4})-[0-9]{4,}-[0-9]{2,}-[0-9A-Z]$`)

// MisreadLabel reports whether a text has the shape of a label and cannot be one: its check character does not fit, since a
// character was read wrongly or the label is damaged.
func MisreadLabel(s string) bool {
	m := labelShape.FindStringSubmatch(strings.ToUpper(strings.TrimSpace(narrow(s))))
	if m == nil || !slices.ContainsFunc(seriesList, func(x seriesLetters) bool { return x.letters == m[1] }) {
		return false
	}
	_, err := ParseLabelCode(s)
	return err != nil
}

// labelCheck is a weighted sum modulo 31 over the characters, so that a single wrong character and a swap of
// two neighbours are both found (31 is prime and no weight is a multiple of it).
func labelCheck(body string) rune {
	sum := 0
	for i, r := range body {
		v := strings.IndexRune(crockford+"-ILOU", r)
		sum += (i + 1) * (v + 1)
	}
	return rune(crockford[sum%31])
}

// CopyNo is 份号: six Arabic digits (GB/T 9704-2012).
type CopyNo string

// ParseCopyNo accepts six digits, full-width digits included.
func ParseCopyNo(s string) (CopyNo, error) {
	s = strings.TrimSpace(narrow(s))
	if len(s) != 6 || strings.Trim(s, "0123456789") != "" {
		return "", fmt.Errorf("copy number %q: want six digits such as 000001: %w", s, ErrSpelling)
	}
	return CopyNo(s), nil
}

// DocNumber is 发文字号 in its one stored spelling: 某办发〔2026〕5号. 无 stands for a document without one.
type DocNumber string

// NoDocNumber is how a document without a number is written down.
const NoDocNumber DocNumber = "无"

// NormalizeDocNumber brings a number to the stored spelling: two numbers that look alike are one. It does not judge: any
// text up to 100 characters without line breaks is a number.
func NormalizeDocNumber(s string) (DocNumber, error) {
	valid := utf8.ValidString(s) // Alike puts a sign for what is not
	s = Alike(s)
	if !valid || utf8.RuneCountInString(s) > 100 || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
		return "", fmt.Errorf("document number: want at most 100 characters on one line: %w", ErrSpelling)
	}
	return DocNumber(s), nil
}

// ordinal is 第 before a number: 〔2026〕第91号 is 〔2026〕91号.
var ordinal = regexp.MustCompile("第([0-9]+号)")

// Alike brings what looks alike to one spelling: one pair of brackets, ASCII digits, no 第 before a number with 号, no
// spaces, and nothing that nobody sees.
func Alike(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '一' && r <= '鿿': // nearly all of them
			return r
		case unicode.Is(unicode.Ps, r):
			return '〔'
		case unicode.Is(unicode.Pe, r):
			return '〕'
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
			return -1
		}
		return Digit(r)
	}, s)
	return ordinal.ReplaceAllString(s, "$1")
}

// Digit is the ASCII digit of a decimal digit of any script, and every other rune as it is.
func Digit(r rune) rune {
	if r <= '9' || !unicode.IsDigit(r) {
		return r
	}
	for _, in := range unicode.Nd.R16 {
		if rune(in.Lo) <= r && r <= rune(in.Hi) {
			return '0' + (r-rune(in.Lo))%10
		}
	}
	for _, in := range unicode.Nd.R32 {
		if rune(in.Lo) <= r && r <= rune(in.Hi) {
			return '0' + (r-rune(in.Lo))%10
		}
	}
	return r
}

// narrow is half width, with ASCII digits.
func narrow(s string) string { return strings.Map(Digit, width.Narrow.String(s)) }

// Reference is what a reader is given instead of a running number: R-7K2Q-M4TX. It counts nothing.
type Reference string

// MakeReference spells eight characters of an id as a reference.
func MakeReference(id string) Reference {
	if len(id) < 8 {
		return ""
	}
	return Reference("R-" + id[:4] + "-" + id[4:8])
}

// Forbidden are the characters that no text may have, typed or sent: control characters but tab and line ends, and marks
// that turn the direction of text, with which a title could be made to read as another.
func Forbidden(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return false
	case r < ' ', r >= 0x7f && r < 0xa0, r == 0xfeff, r == utf8.RuneError:
		return true
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f:
		return true
	}
	return false
}

// Unsaid stands for a day of which the books from before the program say nothing.
const Unsaid = "unsaid"

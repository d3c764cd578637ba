package term

import (
	"fmt"
	"strconv"
	"strings"
)

// Series is one of the office's own running series of numbers, a new one each year: what came in, what goes out, and what was
// made from either. Each has two letters of its own on labels.
type Series string

// The series.
const (
	Received     Series = "收" // 收文
	Issued       Series = "发" // 发文
	Excerpts     Series = "摘" // 摘抄
	Recordings   Series = "录" // 录制
	Compilations Series = "编" // 汇编
	Kept         Series = "存" // 期初建账: carriers that were kept before the program
)

type seriesLetters struct {
	series  Series
	letters string
}

// seriesList is every series with its letters on labels.
var seriesList = []seriesLetters{{Received, "JY"}, {Issued, "JF"}, {Excerpts, "JZ"}, {Recordings, "JL"}, {Compilations, "JB"}, {Kept, "JC"}}

// letters are those on the labels of a series; JY where it is none.
func (s Series) letters() string {
	for _, x := range seriesList {
		if x.series == s {
			return x.letters
		}
	}
	return seriesList[0].letters
}

// RegisterNumber spells a running number as registers show it: 机收〔2026〕0417, 机发〔2026〕0012.
func RegisterNumber(s Series, year, no int) string {
	return fmt.Sprintf("机%s〔%d〕%04d", s, year, no)
}

// ParseRegisterNumber reads a running number as people type it: 机收〔2026〕0417, 发2026-12; 2026-417, or 417 of thisYear, is of
// what came in.
func ParseRegisterNumber(s string, thisYear int) (of Series, year, no int, err error) {
	bad := fmt.Errorf("register number %q: want 机收〔2026〕0417: %w", s, ErrSpelling)
	text := strings.TrimSuffix(narrow(strings.TrimSpace(s)), "号")
	of, text = seriesOf(strings.TrimPrefix(text, "机"))
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("〔〕[]()【】- ", r) })
	if len(parts) == 0 || len(parts) > 2 {
		return of, 0, 0, bad
	}
	year = thisYear
	if len(parts) == 2 {
		if year, err = strconv.Atoi(parts[0]); err != nil || len(parts[0]) != 4 {
			return of, 0, 0, bad
		}
	}
	digits := parts[len(parts)-1]
	if no, err = strconv.Atoi(digits); err != nil || no <= 0 || len(digits) > 6 {
		return of, 0, 0, bad
	}
	return of, year, no, nil
}

// seriesOf takes the word of a series off the front of a number; without one it is of what came in.
func seriesOf(s string) (Series, string) {
	for _, x := range seriesList {
		if rest, ok := strings.CutPrefix(s, string(x.series)); ok {
			return x.series, rest
		}
	}
	return Received, s
}

package paper

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrNotUTF8 is returned for text that is not UTF-8.
var ErrNotUTF8 = errors.New("text is not UTF-8")

// 避头尾: what may not begin a line and what may not end one.
const (
	notFirst = "，。、；：？！）》」』〕】〗］｝〉’”～·％‰℃,.;:?!)]}%°々ー"
	notLast  = "（《「『〔【〖［｛〈‘“([{￥＄$№"
)

// measurer gives the width of a character in em.
type measurer interface{ width(rune) (float64, error) }

// Wrap breaks text into lines of at most width points at the given size. Joined again (without a separator,
// except where the text had a line break) the lines are the text: nothing is dropped or added. No line begins
// with closing punctuation or ends with an opening bracket, and words of Latin letters and digits stay whole,
// unless a line could hold nothing else.
func (f *Font) Wrap(text string, size, width float64) ([]string, error) {
	if !utf8.ValidString(text) {
		return nil, ErrNotUTF8
	}
	var lines []string
	for para := range strings.SplitSeq(text, "\n") {
		wrapped, err := wrapParagraph(f, []rune(para), size, width)
		if err != nil {
			return nil, err
		}
		lines = append(lines, wrapped...)
	}
	return lines, nil
}

// wrapParagraph takes as many characters as fit, then goes back to the last place where the line may end.
// The way back is never longer than the line, so the whole is linear.
func wrapParagraph(m measurer, text []rune, size, width float64) ([]string, error) {
	var lines []string
	for len(text) > 0 {
		n, err := fitting(m, text, size, width)
		if err != nil {
			return nil, err
		}
		if n < len(text) {
			n = breakBefore(text, n)
		}
		lines = append(lines, string(text[:n]))
		text = text[n:]
	}
	if lines == nil {
		lines = []string{""}
	}
	return lines, nil
}

// fitting counts the characters that fit into width, at least one. One space after them may hang over.
func fitting(m measurer, text []rune, size, width float64) (int, error) {
	sum := 0.0
	for i, r := range text {
		w, err := m.width(r)
		if err != nil {
			return 0, err
		}
		sum += w * size
		if sum > width+0.01 {
			if r == ' ' && i > 0 {
				return i + 1, nil
			}
			return max(i, 1), nil
		}
	}
	return len(text), nil
}

// breakBefore finds the end of a line of at most n characters: the last allowed place, else after a dash
// inside a word, else anywhere the punctuation rule allows, else n.
func breakBefore(text []rune, n int) int {
	for _, allowed := range []func(a, b rune) bool{mayBreak, mayBreakDash, mayBreakWord} {
		for i := n; i > 0; i-- {
			if allowed(text[i-1], text[i]) {
				return i
			}
		}
	}
	return n
}

func mayBreak(a, b rune) bool {
	return mayBreakWord(a, b) && !(isWord(a) && isWord(b))
}

func mayBreakDash(a, b rune) bool {
	return mayBreakWord(a, b) && (a == '-' || a == '–' || a == '/')
}

func mayBreakWord(a, b rune) bool {
	if a == b && (a == '—' || a == '…') { // 破折号 and 省略号 are one mark of two characters
		return false
	}
	if b == ' ' || unicode.Is(unicode.Mn, b) || strings.ContainsRune(notFirst, b) {
		return false
	}
	return !strings.ContainsRune(notLast, a)
}

// isWord reports the characters of Latin words, numbers, times and label codes.
func isWord(r rune) bool {
	return r > ' ' && r < 0x2E80 && !isBox(r) && !strings.ContainsRune(notLast, r) &&
		(r < 0x80 || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) || r == '–')
}

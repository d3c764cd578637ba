package search

import "strings"

// Each character is spelled in runeLen digits of base 36, which hold every rune and the end mark.
const (
	runeLen = 4
	digits  = "0123456789abcdefghijklmnopqrstuvwxyz"
	end     = rune(0x110000) // beyond the last character
)

func spell(b *strings.Builder, r rune) {
	n := uint32(r)
	b.WriteByte(digits[n/(36*36*36)])
	b.WriteByte(digits[n/(36*36)%36])
	b.WriteByte(digits[n/36%36])
	b.WriteByte(digits[n%36])
}

// bigrams spells a text for a shelf: each character with the one after it, the last with the end mark.
func bigrams(text string) string {
	var b strings.Builder
	b.Grow(len(text) * (2*runeLen + 1) / 2)
	last := end
	for _, r := range text {
		if last != end {
			pair(&b, last, r)
		}
		last = r
	}
	if last != end {
		pair(&b, last, end)
	}
	return b.String()
}

func pair(b *strings.Builder, one, two rune) {
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	spell(b, one)
	spell(b, two)
}

// match is the FTS expression of wants that are not empty. It is made of quoted letters and digits, the names of
// columns and the word AND; nothing that was asked for stands in it as it is.
func match(wants []Want) string {
	var b strings.Builder
	for i, w := range wants {
		if i > 0 {
			b.WriteString(" AND ")
		}
		if w.Field != Any {
			b.WriteString(field(w.Field) + " : ")
		}
		b.WriteString(phrase(w.Text))
	}
	return b.String()
}

// phrase is a part of a text: its pairs in a row, or for a single character whatever pair begins with it.
func phrase(text string) string {
	var b strings.Builder
	chars := []rune(text)
	for i := 1; i < len(chars); i++ {
		pair(&b, chars[i-1], chars[i])
	}
	if len(chars) == 1 {
		spell(&b, chars[0])
		return `"` + b.String() + `" *`
	}
	return `"` + b.String() + `"`
}

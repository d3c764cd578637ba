package term

import (
	"strings"
	"testing"
	"unicode"
)

func TestRegisterNumbersAsPeopleTypeThem(t *testing.T) {
	for text, want := range map[string][2]int{
		"机收〔2026〕0417": {2026, 417}, "机收[2026]0417号": {2026, 417}, "机收（2025）12": {2025, 12}, "2026-417": {2026, 417}, "２０２６－４１７": {2026, 417},
		"٢٠٢٦-٤١٧": {2026, 417}, "0417": {2024, 417}, " 7 ": {2024, 7},
		"": {}, "0": {}, "机收": {}, "26-417": {}, "2026-417-1": {}, "-1": {2024, 1}, "JY26-0417-03-K": {}, "12345678": {}, "某发〔2026〕5号": {}, "abc": {},
	} {
		_, year, no, err := ParseRegisterNumber(text, 2024)
		if (err == nil) != (want[1] != 0) || err == nil && (year != want[0] || no != want[1]) {
			t.Errorf("%q: %d %d %v, want %v", text, year, no, err, want)
		}
		if err == nil && RegisterNumber(Received, year, no) == "" {
			t.Errorf("%q has no spelling", text)
		}
	}
}

// Each series has its own word in numbers and its own letters on labels, and both lead back to it.
func TestSeriesOfNumbersAndLabels(t *testing.T) {
	for text, want := range map[string]Series{"机发〔2026〕0012": Issued, "发2026-12": Issued, "机摘〔2026〕12号": Excerpts, "机录2026-12": Recordings, "机编〔2026〕12": Compilations} {
		of, year, no, err := ParseRegisterNumber(text, 2024)
		if err != nil || of != want || year != 2026 || no != 12 {
			t.Errorf("%s: %s %d %d %v", text, of, year, no, err)
		}
		label := MakeLabelCode(of, year, no, 3)
		if got, err := ParseLabelCode(string(label)); err != nil || got.Number() != RegisterNumber(want, 2026, 12) {
			t.Errorf("%s: label %s is of %s, %v", text, label, got.Number(), err)
		}
	}
	// Books of before the program have labels of their years too; none is read as one of this century.
	for year, want := range map[int]string{1949: "JC1949-0012-03", 1999: "JC1999-0012-03", 2000: "JC00-0012-03", 2049: "JC49-0012-03", 2099: "JC99-0012-03", 2100: "JC2100-0012-03"} {
		label := MakeLabelCode(Kept, year, 12, 3)
		if got, err := ParseLabelCode(string(label)); err != nil || string(label[:len(label)-2]) != want || got.Number() != RegisterNumber(Kept, year, 12) {
			t.Errorf("%d: label %s is of %s, %v", year, label, got.Number(), err)
		}
		if wrong := string(label[:len(label)-1]) + map[bool]string{true: "0", false: "1"}[label[len(label)-1] != '0']; !MisreadLabel(wrong) {
			t.Errorf("%s is taken for no label of ours", wrong)
		}
	}
	for _, bad := range []LabelCode{"", "JX26-0417-03-K", "JY26-0417", "JYxx-0417-03-K"} {
		if bad.Number() != "" {
			t.Errorf("%s is of %s", bad, bad.Number())
		}
	}
}

// However a number is typed, it is one number.
func TestNumbersThatLookAlikeAreOne(t *testing.T) {
	const want = "某厅〔2026〕91号"
	for _, s := range []string{
		want, "某厅[2026]91号", "某厅(2026)91号", "某厅（２０２６）９１号", "某厅【2026】91号", "某厅〖2026〗91号", "某厅「2026」91号", "某厅﹙2026﹚91号",
		"某厅｛2026｝91号", "某厅{2026}91号", "某厅《2026》91号", "某厅［2026］ 91　号", "某厅〔2026〕\u00a091号", "某厅〔2026〕9\u200b1号", "某厅〔2026〕9\u00ad1号",
		"某厅〔2026〕91\u200c号", "\u2060某厅〔2026〕91号", "某厅〔2026〕91\ufe0f号",
		"某厅〔2026〕第91号", "某厅〔٢٠٢٦〕٩١号", "某厅〔२०२६〕第९१号", "某厅〔𝟚𝟘𝟚𝟞〕𝟿𝟷号",
	} {
		if got, err := NormalizeDocNumber(s); err != nil || got != want {
			t.Errorf("%+q: %+q %v", s, got, err)
		}
	}
	for _, s := range []string{"某厅〔2026〕\x0091号", "某厅〔2026〕\xff91号", strings.Repeat("号", 101)} {
		if _, err := NormalizeDocNumber(s); err == nil {
			t.Errorf("%.20q is a number", s)
		}
	}
}

// The digits of Unicode stand in whole tens, so that a place in its range says which digit it is.
func TestDigitsOfEveryScript(t *testing.T) {
	n := 0
	for _, in := range unicode.Nd.R16 {
		n += int(in.Hi-in.Lo) + 1
		if in.Stride != 1 || (in.Hi-in.Lo+1)%10 != 0 {
			t.Errorf("%x to %x by %d", in.Lo, in.Hi, in.Stride)
		}
	}
	for _, in := range unicode.Nd.R32 {
		n += int(in.Hi-in.Lo) + 1
		if in.Stride != 1 || (in.Hi-in.Lo+1)%10 != 0 {
			t.Errorf("%x to %x by %d", in.Lo, in.Hi, in.Stride)
		}
	}
	if n < 600 {
		t.Errorf("only %d digits", n)
	}
	for r, want := range map[rune]rune{'0': '0', '٩': '9', '９': '9', '𝟘': '0', '𝟿': '9', 'a': 'a', '九': '九', '²': '²'} {
		if got := Digit(r); got != want {
			t.Errorf("%c: %c, want %c", r, got, want)
		}
	}
}

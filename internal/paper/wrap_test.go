package paper

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func embedded(t testing.TB) *Font {
	t.Helper()
	f, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// longText is Chinese with all the punctuation that matters, Latin words, numbers and spaces: 3,000 characters.
func longText() string {
	parts := []string{"关于", "保密工作", "，", "。", "（", "）", "《", "》", "“", "”", "、", "；", "：", "？", "！", "〔2026〕",
		"88号", "JY26-0417-03-T", " ", "机密★10年", "——", "……", "喆镕堃玥㛃䶮", "第 3.1 条", "□归档", "10%", "㎡"}
	rng := rand.New(rand.NewPCG(3, 1))
	var b strings.Builder
	for utf8.RuneCountInString(b.String()) < 3000 {
		b.WriteString(parts[rng.IntN(len(parts))])
	}
	return string([]rune(b.String())[:3000])
}

func TestWrapKeepsEveryCharacter(t *testing.T) {
	f, text := embedded(t), longText()
	for _, width := range []float64{1, 9, 21, 40, 73.5, 120, 321, 493, 10000} {
		lines, err := f.Wrap(text, sizeBody, width)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(lines, ""); got != text {
			t.Errorf("width %v: the lines joined are not the text", width)
		}
		for _, l := range lines {
			w, err := f.measure(strings.TrimSuffix(l, " "), sizeBody, 0)
			if err != nil {
				t.Fatal(err)
			}
			if w > width+0.1 && utf8.RuneCountInString(l) > 1 {
				t.Errorf("width %v: line %q is %v wide", width, l, w)
			}
		}
	}
}

func TestLinesBeginAndEndAsTheyMay(t *testing.T) {
	f := embedded(t)
	rapid.Check(t, func(rt *rapid.T) {
		// Runs of at most three marks, so that every line can find a place to end.
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"保密", "办公室", "检查方案", "20", "A4", "文件"}), 1, 60).Draw(rt, "words")
		marks := rapid.SliceOfN(rapid.SampledFrom([]string{"", "，", "。", "！”", "（", "《“", "）。", "：“", "——", "……", " "}), len(words), len(words)).Draw(rt, "marks")
		var b strings.Builder
		for i, w := range words {
			b.WriteString(w + marks[i])
		}
		width := rapid.Float64Range(12*sizeBody, 40*sizeBody).Draw(rt, "width")
		lines, err := f.Wrap(b.String(), sizeBody, width)
		if err != nil {
			rt.Fatal(err)
		}
		if strings.Join(lines, "") != b.String() {
			rt.Fatalf("lost text: %q", lines)
		}
		for i, l := range lines {
			first, _ := utf8.DecodeRuneInString(l)
			last, _ := utf8.DecodeLastRuneInString(l)
			if i > 0 && strings.ContainsRune(notFirst, first) {
				rt.Errorf("line %d begins with %q: %q", i, first, lines)
			}
			if i < len(lines)-1 && strings.ContainsRune(notLast, last) {
				rt.Errorf("line %d ends with %q: %q", i, last, lines)
			}
			if i > 0 && (first == '—' || first == '…') && strings.HasSuffix(lines[i-1], string(first)) {
				rt.Errorf("a mark of two characters is cut: %q", lines)
			}
		}
	})
}

func TestWrapExamples(t *testing.T) {
	f := embedded(t)
	for _, tc := range []struct {
		name, text string
		chars      float64 // width in characters
		want       []string
	}{
		{"a comma does not begin a line", "请钱局长阅，批", 5, []string{"请钱局长", "阅，批"}},
		{"two closing marks go down together", "知悉范围》。完", 4, []string{"知悉范", "围》。完"}},
		{"an opening bracket does not end a line", "某省厅（办公室）", 4, []string{"某省厅", "（办公", "室）"}},
		{"a number stays whole", "十二月2026年", 4, []string{"十二月", "2026年"}},
		{"a word longer than the line is cut", "ABCDEFGHIJKL", 3, nil},
		{"a range is cut after its dash", "000003–000005", 5, []string{"000003–", "000005"}},
		{"line breaks are kept", "一\n\n二", 9, []string{"一", "", "二"}},
		{"nothing is one empty line", "", 9, []string{""}},
		{"a space may hang over", "机要室在 二楼", 4, []string{"机要室在 ", "二楼"}},
		{"nothing but marks is cut anywhere", "，，，，，", 2, []string{"，，", "，，", "，"}},
	} {
		got, err := f.Wrap(tc.text, 10, tc.chars*10)
		if err != nil {
			t.Fatal(err)
		}
		if tc.want == nil {
			if len(got) < 2 || strings.Join(got, "") != tc.text {
				t.Errorf("%s: %q", tc.name, got)
			}
			continue
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: got %q, want %q", tc.name, got, tc.want)
		}
	}
	if _, err := f.Wrap("\xff\xfe", 10, 100); !errors.Is(err, ErrNotUTF8) {
		t.Errorf("not UTF-8: %v", err)
	}
}

func TestAMissingGlyphIsNamed(t *testing.T) {
	f := embedded(t)
	for _, r := range []rune{'😀', '\u0007', '\u202e', '\u200b', '\ue000', '\t'} {
		var missing *MissingGlyph
		if err := f.Covers("机要" + string(r)); !errors.As(err, &missing) || missing.Rune != r {
			t.Errorf("%U: %v", r, err)
		}
		if _, err := f.Wrap("机要"+string(r), 10, 100); !errors.As(err, &missing) || missing.Rune != r {
			t.Errorf("wrap %U: %v", r, err)
		}
	}
	if err := f.Covers(formCharacters + "㛃䶮喆镕堃玥□☐☑\n"); err != nil {
		t.Error(err)
	}
}

package document

import (
	"testing"

	"jiyao/internal/term"
)

// The line says what the mark says. How long the law lets a level be is not asked here: the mark is the issuer's.
func TestALineAgreesWithItsMark(t *testing.T) {
	for _, c := range []struct {
		mark   string
		level  term.Level
		period string
		want   string
	}{
		{"秘密★10年", term.Mimi, "10年", ""},
		{"秘密★10年", term.Mimi, "31年", "period"},
		{"秘密★31年", term.Mimi, "31年", ""}, // recorded as printed; the inspector is told
		{"秘密 ★ １０年", term.Mimi, "120个月", ""},
		{"秘密★10年", term.Jimi, "10年", "level"},
		{"机密★10年", term.Mimi, "5年", "level period"},
		{"机密★2046年3月3日", term.Jimi, "2046-03-03", ""},
		{"机密★2046年3月3日", term.Jimi, "2046-03-04", "period"},
		{"机密★长期", term.Jimi, "长期", ""},
		{"机密★长期", term.Jimi, "10年", "period"},
		{"机密★至工程竣工", term.Jimi, "至工程验收", "period"},
		{"绝密★", term.Juemi, "30年", ""}, // says nothing of a period
		{"机密★长期", term.Jimi, "", ""},
		{"机密", term.Mimi, "5年", ""},
		{"机密★照原件", term.Jimi, "5年", ""},
		{"公司秘密 5年", term.Mimi, "5年", ""},
		{"公司秘密（5年）", term.Mimi, "3年", "period"},
		{"公司机密", term.Mimi, "5年", "level"},
	} {
		got := ""
		for _, f := range asMarked(Register{MarkText: c.mark, Level: c.level, Period: c.period}) {
			if got != "" {
				got += " "
			}
			got += f.Field
			if f.Code != "not_as_marked" {
				t.Errorf("%s: %s", c.mark, f.Code)
			}
		}
		if got != c.want {
			t.Errorf("%s registered as %s, %s: %q, want %q", c.mark, c.level, c.period, got, c.want)
		}
	}
	if got := asMarked(Register{MarkText: "机密★10年", Level: term.Mimi, Unclear: true, Provisional: term.Juemi}); got != nil {
		t.Errorf("of a level that is not clear: %v", got)
	}
}

package registerweb

import (
	"testing"
	"time"

	"jiyao/internal/locale"
	"jiyao/internal/web"
)

// What came of a piece in a count is said in words; the result of an item is its own text.
func TestResultsOfACountAreWords(t *testing.T) {
	ctx := web.WithTongue(t.Context(), locale.Zh, time.Time{}, nil)
	for result, want := range map[string]string{"found": "在位", "missing": "未见", "elsewhere": "错放", "extra": "多出", "unknown": "认不出"} {
		if got := (Names{}).say(ctx, Line{Values: map[string]string{"count": "X", "result": result}}, "result"); got != want {
			t.Errorf("%s is said as %q", result, got)
		}
	}
	if got := (Names{}).say(ctx, Line{Values: map[string]string{"result": "found"}}, "result"); got != "found" {
		t.Errorf("a text is said as %q", got)
	}
}

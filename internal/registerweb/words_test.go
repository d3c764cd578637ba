package registerweb

import (
	"strings"
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

// Who approved on paper alone is marked as such; who granted in the register is not.
func TestAnApprovalOnPaperIsMarked(t *testing.T) {
	ctx := web.WithTongue(t.Context(), locale.Zh, time.Now(), nil)
	n := Names{Person: func(id string) string { return map[string]string{"director": "李主任", "head": "钱局长"}[id] }, Unit: func(string) string { return "" }}
	for value, want := range map[string]string{"director": "李主任", "paper:director": "李主任（纸质批件）", "director、head": "李主任、钱局长"} {
		if got := n.say(ctx, Line{Values: map[string]string{"approver": value}}, "approver"); got != want {
			t.Errorf("%s is said as %q, want %q", value, got, want)
		}
	}
}

// TestEveryStepHasItsWord holds that a time and who did it, which share a column, have a word for it in both languages.
func TestEveryStepHasItsWord(t *testing.T) {
	pairs := 0
	for field := range kinds {
		step, ok := strings.CutSuffix(field, "_at")
		if _, by := kinds[step+"_by"]; !ok || !by {
			continue
		}
		pairs++
		for _, tongue := range []locale.Tongue{locale.Zh, locale.En} {
			ctx := web.WithTongue(t.Context(), tongue, time.Now(), nil)
			for _, c := range folded([]cell{{Key: field, Fields: []string{field}}, {Key: step + "_by", Fields: []string{step + "_by"}}}) {
				if head := strings.Join(c.heads(ctx, book{}), ""); strings.Contains(head, "⟨") {
					t.Errorf("no word for the step %s: %s", step, head)
				}
			}
		}
	}
	if pairs < 5 {
		t.Errorf("only %d steps were looked at", pairs)
	}
}

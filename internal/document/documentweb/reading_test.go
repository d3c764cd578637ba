package documentweb

import (
	"strings"
	"testing"

	"jiyao/internal/document"
	"jiyao/internal/term"
)

// The slip says why a reader did not sign, for each reason there is, and who attested it.
func TestTheSlipSaysWhyAReaderDidNotSign(t *testing.T) {
	name := func(p term.PersonID) string { return "某" + string(p) }
	for _, why := range term.Closed("why") {
		got := reading(document.Turn{Reader: "a", State: "declined", Why: why, Witnesses: []term.PersonID{"b", "c"}, Pages: -1}, name).Signed
		reason, ok := strings.CutPrefix(got, "未阅（")
		if reason, rest, closed := strings.Cut(reason, "）"); !ok || !closed || reason == "" || rest != "见证 某b、某c" {
			t.Errorf("%s: %q", why, got)
		}
	}
}

package documentweb_test

import (
	"testing"

	"jiyao/internal/web/counter/countertest"
)

// A signature that is not looked at for a while is answered on the form, with what was typed and how long to wait.
func TestAHeldUpSignatureKeepsTheForm(t *testing.T) {
	each(t, func(w *countertest.World) {
		a := w.Post("officer", "/receive", "no.0", "JT-0077", "issuer.0", "某省主管厅", "level.0", "机密", "urgency.0", "特急", "listed.0", "2", "counted.0", "2",
			"channel", "courier", "courier", "机要交通员", "courier_signature", "paper", "own_how", "pin", "own_secret", countertest.Slow)
		want(w, a, 429, []string{`value="JT-0077"`, `value="某省主管厅"`, "请过 3 分钟再签", `action="/receive"`})
	})
}

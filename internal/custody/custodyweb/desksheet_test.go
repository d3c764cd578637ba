package custodyweb_test

import (
	"testing"

	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// The sheet of measures that a loan waits for is signed at the desk itself; what was typed stays, and both sign next.
func TestTheDeskAsksForTheSheet(t *testing.T) {
	eachCompany(t, func(w *countertest.World, id term.CopyID) {
		desk := func(do string, more ...string) countertest.Answer {
			return w.Post("keeper", "/loans", append([]string{"copy", string(id), "copy_no." + string(id), "000001", "to", "designer", "due", "2026-03-03 17:30", "purpose", "read",
				"destination", "premises", "do", do}, more...)...)
		}
		// No measure: said at the field; the sheet is not asked for before.
		want(w, desk("sign"), 200, []string{"制度要求填这一项"}, `id="desk-sheet"`, `id="loans-sign"`)
		want(w, desk("sign", "measures", "当面交接"), 200, []string{"须先签《安全措施确认》", `href="#desk-sheet"`, `id="desk-sheet"`, "当面交接已到位", `name="do" value="measure"`, `value="2026-03-03 17:30"`},
			`id="loans-sign"`, "密封袋已到位", `name="do" value="sign"`)
		sheet := func(answer, secret string) countertest.Answer {
			return desk("measure", "measures", "当面交接", line("当面交接"), answer, "own_how", "pin", "own_secret", secret)
		}
		want(w, sheet("", countertest.Right), 422, []string{`aria-invalid="true"`, `id="desk-sheet"`})
		want(w, sheet("yes", "0"), 422, []string{"签字码或口令不对", `id="desk-sheet"`}, `id="loans-sign"`)
		if n := sheetsSigned(w); n != 0 {
			t.Fatalf("%d sheets are signed after two tries that failed", n)
		}
		want(w, sheet("no", countertest.Right), 200, []string{"措施未到位", `id="desk-sheet"`}, `id="loans-sign"`)
		advance(w, 1e9)
		want(w, sheet("yes", countertest.Right), 200, []string{"安全措施已确认", `id="loans-sign"`, `name="measures" value="当面交接"`, "冯设计师"}, `id="desk-sheet"`)
		if a := desk("lend", signed("measures", "当面交接")...); a.Code != 303 || a.Location != "/loans" {
			t.Fatalf("lend with the sheet signed: %d %.3000s", a.Code, a.Body)
		}
	})
}

package documentweb_test

import (
	"strings"
	"testing"

	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// The form that widens a scope asks the law about widening: who could be taken in can be ticked, who could not says why.
func TestAScopeIsWidenedOnItsPage(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0061", term.Mimi, secretTitle, 1, "leader_a")
		page := w.Get("office_director", d(i.ID)).Body
		at := strings.Index(page, `id="widen"`)
		if at < 0 {
			w.T.Fatal("no form to widen the scope")
		}
		form, _, _ := strings.Cut(page[at:], "</dialog>")
		card := func(who string) string {
			_, rest, ok := strings.Cut(form, `name="persons" value="`+who+`"`)
			out, _, _ := strings.Cut(rest, "</label>")
			if !ok {
				w.T.Errorf("%s cannot be chosen at all", who)
			}
			return out
		}
		if c := card("clerk_b"); strings.Contains(c, "disabled") || strings.Contains(c, "不能选") {
			w.T.Errorf("who could be taken in is off: %s", c)
		}
		if c := card("clerk_new"); !strings.Contains(c, "disabled") || !strings.Contains(c, "不能选") {
			w.T.Errorf("who has signed no commitment is offered: %s", c)
		}
		if strings.Contains(form, `value="leader_a"`) {
			w.T.Error("who is inside already is offered")
		}
		// What was ticked stays after a try that was not done.
		again := w.Post("office_director", d(i.ID)+"/widen", "persons", "clerk_b", "reason", "承办需要", "own_how", "pin", "own_secret", "wrong")
		want(w, again, 422, []string{`value="clerk_b" checked`, "承办需要"})
		if a := w.Post("office_director", d(i.ID)+"/widen", "persons", "clerk_b", "reason", "承办需要", "own_how", "pin", "own_secret", countertest.Right); a.Code != 303 {
			w.T.Fatalf("widen: %d %s", a.Code, cut(a.Body))
		}
		want(w, w.Get("clerk_b", d(i.ID)), 200, []string{secretTitle})
	})
}

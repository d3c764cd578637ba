package custodyweb_test

import (
	"testing"
	"time"

	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// A copy is nowhere here before it came: the hour that the figure shows at least is blank until then.
func TestNothingIsPaintedBeforeACopyCame(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0001", term.Mimi, title, 1)
		page := "/d/" + string(i.ID) + "/custody"
		want(w, w.Get("officer", page), 200, []string{"谁拿过"}, `class="f3c" x="64.0"`)
		move(w, w.Clock.Advance(20*time.Minute))
		want(w, w.Get("officer", page), 200, []string{`class="f3c" x="577`}, `class="f3c" x="64.0"`)
	})
}

// After the closing time a return is due at that of the next working day.
func TestAReturnIsDueByTheNextClosingTime(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0001", term.Mimi, title, 1, "leader_a", "leader_b")
		page := c(i.Copies[0])
		want(w, w.Get("officer", page), 200, []string{`value="2026-03-02 17:30"`})
		move(w, w.Clock.To(time.Date(2026, 3, 6, 18, 5, 0, 0, w.Clock.Now().Location()))) // a Friday
		want(w, w.Get("officer", page), 200, []string{`value="2026-03-09 17:30"`})
	})
}

func move(w *countertest.World, err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

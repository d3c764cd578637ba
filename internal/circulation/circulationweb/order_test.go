package circulationweb_test

import (
	"net/http"
	"testing"

	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// A page says whether the readers are served as they stand, and only then who has to wait for whom.
func TestAPageSaysInWhichOrderItGoes(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		for no, c := range map[string]struct {
			tick []string
			has  []string
		}{
			"1": {nil, []string{"2 人，按次序", "按次序，前一位送到后再送", "!不分先后"}},
			"2": {[]string{"any_order", "yes"}, []string{"2 人，不分先后", "!按次序"}},
		} {
			item := w.Registered(no, term.Mimi, "甲事项", 2)
			w.Opined(item, term.Mimi, "leader1", "head_a")
			a := w.Post("officer", "/d/"+string(item.ID)+"/circulate", append(c.tick, "reader", "leader1", "reader", "head_a")...)
			if a.Code != http.StatusSeeOther {
				w.T.Fatalf("opened: %d %s", a.Code, a.Body)
			}
			w.Holds(w.Get("officer", a.Location), c.has...)
		}
	})
}

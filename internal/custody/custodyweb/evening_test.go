package custodyweb_test

import (
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// What lies with nobody in a leader's office, in a cabinet there too, is to be brought in; what lies in a cabinet elsewhere is in.
func TestWhatLiesAtALeaders(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0001", term.Open, title, 1)
		outside := func(want int, place string) {
			w.T.Helper()
			err := w.DB.Read(w.T.Context(), func(tx *store.Tx) error {
				list, err := custody.Outside(tx, act.Viewer{Sight: regulation.Sight{Open: []regulation.Class{0, 1, 2, 3}}})
				if err == nil && (len(list) != want || want > 0 && (list[0].Place != place || list[0].Copies != 1 || list[0].Since.IsZero())) {
					w.T.Errorf("outside: %+v, want %d at %q", list, want, place)
				}
				return err
			})
			if err != nil {
				w.T.Fatal(err)
			}
		}
		for _, c := range []struct {
			place string
			out   int
			name  string
		}{{"cabinet-1", 0, ""}, {"office-leader-a", 1, "郑副局长办公室"}, {"keep-302", 1, "郑副局长文件柜"}, {"cabinet-2", 0, ""}} {
			w.Do("officer", "custody.place", map[string]any{"copy": i.Copies[0], "place": c.place})
			outside(c.out, c.name)
			text, not := "差 1 件", "没有这样的字"
			if c.out == 0 {
				text, not = "下班前检查", "差 1 件"
			}
			want(w, w.Get("officer", "/sign-off"), 200, []string{text}, not)
		}
		w.Do("officer", "custody.report_found", map[string]any{"copy": i.Copies[0], "place_kind": "floor"})
		outside(1, "")
		want(w, w.Get("officer", "/c/"+string(i.Copies[0])), 200, []string{"待入柜", "找到时在", "地上"})
		w.Do("officer", "custody.place", map[string]any{"copy": i.Copies[0], "place": "cabinet-1"})
		outside(0, "")
		want(w, w.Get("officer", "/c/"+string(i.Copies[0])), 200, []string{"在柜"}, "找到时在")
	})
}

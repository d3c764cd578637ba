package peopleweb_test

import (
	"net/http"
	"testing"

	"jiyao/internal/checklist"
	"jiyao/internal/store"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

func TestEverybodySignsHisOwnYearlySheet(t *testing.T) {
	countertest.Each(t, "district", mount, func(w *countertest.World) {
		t := w.T
		a := w.Get("clerk_a", "/self-check")
		webtest.Clean(t, a.Body)
		w.Holds(a, "保密纪律年度声明", "不该说的不说", "不该问的不问", "不该看的不看", "乙-6.2", "!冯科员，")
		signed := []string{"sheet", "discipline", "own_how", "pin", "own_secret", countertest.Right}
		all := append([]string{"line.not_said", "yes", "line.not_asked", "yes", "line.not_looked", "yes"}, signed...)
		for _, c := range []struct {
			fields []string
			code   int
			text   string
		}{
			{append([]string{"line.not_said", "yes"}, signed...), http.StatusUnprocessableEntity, "制度要求填这一项"},
			{all[:8], http.StatusUnprocessableEntity, "必填"},
			{append([]string{"line.not_said", "perhaps"}, signed...), http.StatusUnprocessableEntity, "不在可选范围内"},
			{append(all[2:6:6], "sheet", "day_end", "own_secret", countertest.Right), http.StatusUnprocessableEntity, "不在可选范围内"},
		} {
			if a := w.Post("clerk_a", "/self-check", c.fields...); a.Code != c.code {
				t.Errorf("%v: %d, want %d", c.fields, a.Code, c.code)
			} else {
				w.Holds(a, c.text)
			}
		}
		if a := w.Post("clerk_a", "/self-check", all...); a.Code != http.StatusSeeOther || a.Location != "/self-check" {
			t.Fatalf("sign: %d %s", a.Code, a.Body)
		}
		w.Holds(w.Get("clerk_a", "/self-check"), "已签，今年不用再签", "!line.not_said")
		w.Holds(w.Get("clerk_b", "/self-check"), "line.not_said", "!已签")
		err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
			n, err := checklist.Sheets.Count(tx, "WHERE person = 'clerk_a' AND name = 'discipline'")
			if n != 1 {
				t.Errorf("%d sheets", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		w.Hidden("role:sys_admin", "/self-check", "/people/nothing") // an account without a person signs nothing
	})
}

func TestWithoutTheClauseNobodySigns(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		w.Holds(w.Get("clerk_a", "/self-check"), "没有要你签的年度自查", "!own_secret")
	})
}

package peopleweb_test

import (
	"net/http"
	"strings"
	"testing"

	"jiyao/internal/people/peopleweb"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

// In a company the general manager delegates deeds and designates persons and units on one page; each is limited to items by
// their number, listed, and ended there. Nobody else finds the forms.
func TestDeedsAndDesignations(t *testing.T) {
	items := map[string]string{}
	countertest.Each(t, "company", func(w *countertest.World, c *counter.Counter) {
		peopleweb.Routes(w.Server, peopleweb.Deps{
			Counter: c, Office: w.Office,
			Find: func(_ *store.Tx, _ counter.Viewer, code string) (term.DocumentID, error) {
				return term.DocumentID(items[code]), nil
			},
			Numbers: func(_ *store.Tx, v counter.Viewer, ids []string) (map[string]string, error) {
				out := map[string]string{}
				for code, id := range items {
					if v.Actor.Person == "gm" || v.Actor.Person == "keeper" {
						out[id] = code
					}
				}
				return out, nil
			},
		})
	}, func(w *countertest.World) {
		t := w.T
		page := w.Get("gm", peopleweb.EntrustPath)
		webtest.Clean(t, page.Body)
		w.Holds(page, "现在没有委托", "现在没有指定", "谁能指定", "总经理", "钱总经理", "/rules/company/D-10a", "/rules/company/D-11.2a", "/rules/company/D-12a", `action="/people/deeds"`,
			`action="/people/designate"`, `action="/people/unit"`, `value="收发"`, `value="销毁"`, `value="外出携带"`, `value="展示"`)
		for _, who := range []string{"keeper", "clerk", "office_director"} {
			w.Holds(w.Get(who, peopleweb.EntrustPath), "谁能指定", "钱总经理", `!action="/people/deeds"`, `!action="/people/designate"`, `!action="/people/unit"`)
		}
		plan, _ := w.Company("某规划")
		items["2026-0001"] = string(plan.ID)
		days := append(append([]string{}, own...), "from", "2026-03-02", "to", "2026-05-31")
		// What the form does not say is answered at its field, with what was typed.
		for _, c := range []struct {
			path, says string
			fields     []string
		}{
			{"/people/deeds", "必填", []string{"person", "clerk", "all_items", "yes", "post", "company/gm"}},
			{"/people/designate", "D-11.2a", []string{"person", "clerk", "acts", "传递"}},
			{"/people/designate", "没有这一项", []string{"person", "clerk", "acts", "传递", "items", "2026-9999"}},
			{"/people/designate", "只能填其中一项", []string{"person", "clerk", "acts", "传递", "items", "2026-0001", "all_items", "yes"}},
			{"/people/unit", "D-12a", []string{"unit", "design", "all_items", "yes"}},
		} {
			a := w.Post("gm", c.path, append(append([]string{}, days...), c.fields...)...)
			if a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body, c.says) || !strings.Contains(a.Body, `value="2026-05-31"`) {
				t.Errorf("%s %v: %d %s", c.path, c.fields, a.Code, main(a.Body))
			}
		}
		for path, fields := range map[string][]string{
			"/people/deeds":     {"person", "clerk", "post", "company/gm", "deeds", "使用", "items", "2026-0001"},
			"/people/designate": {"person", "clerk", "acts", "传递", "items", "2026-0001"},
			"/people/unit":      {"unit", "design", "stages", "开发", "all_items", "yes"},
		} {
			if a := w.Post("gm", path, append(append([]string{"_key", path}, days...), fields...)...); a.Code != http.StatusSeeOther || a.Location != peopleweb.EntrustPath {
				t.Fatalf("%s: %d %s", path, a.Code, main(a.Body))
			}
		}
		w.Holds(w.Get("gm", peopleweb.EntrustPath), "钱总经理 → 周职员", "使用", "2026-0001", "设计部", "开发", "至 2026-05-31", "全部", `name="designation"`)
		w.Holds(w.Get("clerk", peopleweb.EntrustPath), "钱总经理 → 周职员", "所列的件", "!2026-0001", `!name="designation"`, `!name="delegation"`)
		w.Holds(w.Get("gm", peopleweb.EntrustPath+"?document="+string(plan.ID)), ">2026-0001</textarea>")
		w.Holds(w.Get("clerk", peopleweb.EntrustPath+"?document="+string(plan.ID)), "!2026-0001")
		_, rest, _ := strings.Cut(w.Get("gm", peopleweb.EntrustPath).Body, "周职员</b> <span class=\"sub\">2026-")
		_, rest, _ = strings.Cut(rest, `name="designation" value="`)
		id, _, _ := strings.Cut(rest, `"`)
		if a := w.Post("keeper", "/people/revoke", append(own, "designation", id)...); a.Code != http.StatusForbidden {
			t.Errorf("ended by another: %d", a.Code)
		}
		if a := w.Post("gm", "/people/revoke", "_how", "pin", "_secret", "0", "designation", id); a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "<details open>") {
			t.Errorf("with a wrong PIN: %d", a.Code)
		}
		if a := w.Post("gm", "/people/revoke", append(own, "designation", id, "_key", "end")...); a.Code != http.StatusSeeOther {
			t.Fatalf("ended: %d %s", a.Code, main(a.Body))
		}
		w.Holds(w.Get("gm", peopleweb.EntrustPath), "!"+id)
		if a := w.Post("gm", "/people/revoke", append(own, "designation", id)...); a.Code != http.StatusConflict {
			t.Errorf("ended twice: %d", a.Code)
		}
		w.Hidden("role:sys_admin", peopleweb.EntrustPath, "/people/nothing")
	})
}

// An office whose regulations know no designation shows none.
func TestNoDesignationWhereTheLawHasNone(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		page := w.Get("office_director", peopleweb.EntrustPath)
		webtest.Clean(w.T, page.Body)
		w.Holds(page, "委托与指定", `action="/people/delegate"`, `!action="/people/designate"`, "!谁能指定")
	})
}

package inspectionweb_test

import (
	"net/http"
	"strings"
	"testing"

	"jiyao/internal/inspection"
	"jiyao/internal/inspection/inspectionweb"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

func mount(w *countertest.World, c *counter.Counter) {
	inspectionweb.Routes(w.Server, inspectionweb.Deps{Counter: c, Staff: w.Staff})
}

func ok(w *countertest.World, a countertest.Answer, texts ...string) {
	w.T.Helper()
	if a.Code != http.StatusOK {
		w.T.Fatalf("status %d: %.2000s", a.Code, a.Body)
	}
	webtest.Clean(w.T, a.Body)
	w.Holds(a, texts...)
}

const problem = "复印机旁有未取走的材料"

func found(w *countertest.World, by, owner string) string {
	w.T.Helper()
	a := w.Post(by, "/findings", "what", problem, "place", "三楼", "owner", owner, "fix_by", "2026-03-10", "clause", "A1-2b")
	if a.Code != http.StatusSeeOther || !strings.HasPrefix(a.Location, "/findings/") {
		w.T.Fatalf("find: %d %.900s", a.Code, a.Body)
	}
	return a.Location
}

func state(w *countertest.World, page string) inspection.State {
	w.T.Helper()
	var s inspection.State
	err := w.DB.Read(w.T.Context(), func(tx *store.Tx) error {
		f, err := inspection.Findings.Get(tx, strings.TrimPrefix(page, "/findings/"))
		s = f.State
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return s
}

var signed = []string{"own_how", "pin", "own_secret", countertest.Right}

func sign(fields ...string) []string { return append(fields, signed...) }

func TestAFindingIsMendedAndLookedAtByAnother(t *testing.T) {
	countertest.Each(t, "bureau", mount, func(w *countertest.World) {
		ok(w, w.Get("clerk_a", "/findings/new"), "记问题", "A1-2b")
		page := found(w, "clerk_a", "officer")
		ok(w, w.Get("officer", page), problem, "三楼", "甲-2", "签字，已整改", "!签字，复查", "!签字，销号")
		ok(w, w.Get("office_director", page), problem, "!签字，已整改", "!签字，复查")
		step := func(by, what string, code int, want inspection.State, fields ...string) countertest.Answer {
			t.Helper()
			a := w.Post(by, page+what, fields...)
			if a.Code != code || state(w, page) != want {
				t.Fatalf("%s by %s: %d, now %s, want %d and %s: %.600s", what, by, a.Code, state(w, page), code, want, a.Body)
			}
			return a
		}
		w.Holds(step("officer", "/measure", http.StatusUnprocessableEntity, inspection.Open, "measure", "已收走"), "已收走", "必填")              // without a signature
		w.Holds(step("officer", "/measure", http.StatusUnprocessableEntity, inspection.Open, "measure", "已收走", "own_secret", "0"), "已收走") // with a wrong one
		step("officer", "/measure", http.StatusUnprocessableEntity, inspection.Open, sign("measure", " ")...)
		step("office_director", "/measure", http.StatusForbidden, inspection.Open, sign("measure", "我来改")...)
		step("officer", "/measure", http.StatusSeeOther, inspection.Measured, sign("measure", "已收走，贴了告示")...)
		ok(w, w.Get("officer", page), "已收走，贴了告示", "!签字，复查", "!签字，销号", "须另一人")
		w.Holds(step("officer", "/recheck", http.StatusUnprocessableEntity, inspection.Measured, sign("result", "fixed")...), "须另一人签")
		ok(w, w.Get("office_director", page), "签字，复查", "签字，销号")
		step("office_director", "/recheck", http.StatusUnprocessableEntity, inspection.Measured, sign("result", "maybe")...)
		step("office_director", "/recheck", http.StatusSeeOther, inspection.Open, sign("result", "not_fixed")...)
		ok(w, w.Get("office_director", page), "不符合，再改")
		step("officer", "/measure", http.StatusSeeOther, inspection.Measured, sign("measure", "又清了一遍")...)
		step("office_director", "/recheck", http.StatusSeeOther, inspection.Rechecked, sign("result", "fixed")...)
		step("officer2", "/close", http.StatusForbidden, inspection.Rechecked, sign()...)
		step("office_director", "/close", http.StatusSeeOther, inspection.Closed, sign("note", "属实")...)
		ok(w, w.Get("office_director", page), "已销号", "销号人", "李主任", "!签字，")
	})
}

func TestFindingsAreThereForWhomTheyConcern(t *testing.T) {
	countertest.Each(t, "bureau", mount, func(w *countertest.World) {
		page := found(w, "clerk_a", "archivist")
		other := found(w, "officer", "officer2")
		for _, who := range []string{"clerk_a", "archivist", "office_director", "officer"} {
			ok(w, w.Get(who, page), problem)
			ok(w, w.Get(who, "/findings"), page)
		}
		w.Holds(w.Get("clerk_a", "/findings?state="), page, "!"+other)
		for _, who := range []string{"clerk_b", "publisher", "role:sec_admin"} {
			w.Hidden(who, page, "/findings/ZZZZZZZZZZZZ")
			for _, act := range []string{"/measure", "/recheck", "/close"} {
				a, b := w.Post(who, page+act, sign("measure", "x", "result", "fixed")...), w.Post(who, "/findings/ZZZZZZZZZZZZ"+act, sign("measure", "x", "result", "fixed")...)
				if a.Code != http.StatusNotFound || a.Body != b.Body {
					t.Errorf("%s %s: hidden %d, absent %d", who, act, a.Code, b.Code)
				}
			}
		}
		w.Holds(w.Get("clerk_b", "/findings?state="), "没有这样的问题", "!"+page, "!"+problem)
		w.Hidden("clerk_b", "/findings?after="+strings.TrimPrefix(page, "/findings/"), "/findings?after=ZZZZZZZZZZZZ")
		w.Hidden("role:sec_admin", "/findings", "/findings/ZZZZZZZZZZZZ")
	})
}

func TestTheListIsByStateAndByOwner(t *testing.T) {
	countertest.Each(t, "bureau", mount, func(w *countertest.World) {
		var pages []string
		for _, owner := range []string{"officer2", "archivist", "officer2", "clerk_a", "archivist"} {
			pages = append(pages, found(w, "clerk_b", owner))
		}
		w.Do("archivist", "inspection.measure", map[string]any{"finding": strings.TrimPrefix(pages[1], "/findings/"), "measure": "改了"})
		w.Holds(w.Get("office_director", "/findings"), pages[0], "!"+pages[1], "按责任人", `aria-current="true"`)
		w.Holds(w.Get("office_director", "/findings?state=measured"), pages[1], "!"+pages[0])
		if a := w.Get("office_director", "/findings?state=lost"); a.Code != http.StatusNotFound {
			t.Errorf("a state that is none: %d", a.Code)
		}
		a := w.Get("office_director", "/findings?state=&by=owner")
		ok(w, a)
		if order(a.Body, pages) != "4 1 3 2 0" && order(a.Body, pages) != "1 4 3 2 0" && order(a.Body, pages) != "1 4 3 0 2" && order(a.Body, pages) != "4 1 3 0 2" {
			t.Errorf("by owner: %s", order(a.Body, pages)) // archivist, clerk_a, officer2; within one by time, all of one minute
		}
		// Page by page, in both orders, each comes once.
		err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
			for _, byOwner := range []bool{false, true} {
				f := inspection.Filter{ByOwner: byOwner}
				seen := map[term.FindingID]bool{}
				for {
					page, err := inspection.Viewer{Keeper: true}.Page(tx, f, 2)
					if err != nil || len(page) == 0 {
						if len(seen) != 5 {
							t.Errorf("by owner %v: pages give %d findings", byOwner, len(seen))
						}
						break
					}
					for _, x := range page {
						if seen[x.ID] {
							t.Errorf("by owner %v: %s comes twice", byOwner, x.ID)
						}
						seen[x.ID] = true
						f.After = x.ID
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// order is the order in which the pages stand in a body, by their place in the list.
func order(body string, pages []string) string {
	var out []string
	for rest := body; ; {
		first, at := -1, len(rest)
		for i, p := range pages {
			if j := strings.Index(rest, p+`"`); j >= 0 && j < at {
				first, at = i, j
			}
		}
		if first < 0 {
			return strings.Join(out, " ")
		}
		out = append(out, string(rune('0'+first)))
		rest = rest[at+1:]
	}
}

func TestABadFindingStaysOnThePage(t *testing.T) {
	countertest.Each(t, "bureau", mount, func(w *countertest.World) {
		for _, c := range []struct{ name, value, text string }{
			{"what", "", "问题：必填"}, {"owner", "", "责任人：必填"}, {"owner", "nobody", "没有这个人"}, {"fix_by", "下周", "日期写法不对"}, {"fix_by", "2020-01-01", "时间已经过去"},
			{"clause", "Z-1", "没有这一项"}, {"place", strings.Repeat("长", 101), "太长"},
		} {
			form := map[string]string{"what": problem, "owner": "officer"}
			form[c.name] = c.value
			var fields []string
			for k, v := range form {
				fields = append(fields, k, v)
			}
			a := w.Post("clerk_a", "/findings", fields...)
			if a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body, c.text) {
				t.Errorf("%s=%.9q: %d, want %q", c.name, c.value, a.Code, c.text)
			}
		}
		// A clause may be named as its chip shows it, unless several share that: none is picked for the finder.
		a := w.Post("clerk_a", "/findings", "what", problem, "owner", "officer", "clause", "甲－2")
		if a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "这个编号下有几项") {
			t.Fatalf("by a chip that several clauses share: %d\n%s", a.Code, a.Body)
		}
		a = w.Post("clerk_a", "/findings", "what", problem, "owner", "officer", "clause", "甲－1")
		if a.Code != http.StatusSeeOther {
			t.Fatalf("by the chip of a clause: %d\n%s", a.Code, a.Body)
		}
		w.Holds(w.Get("officer", a.Location), ">甲-1<")
	})
}

package circulationweb_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

// Who waits and is taken out of the scope no longer keeps a circulation open either, and the book calls it by its name.
func TestWhoLeavesTheScopeIsWaitedForNoLonger(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1", "clerk_a")
		path := "/circulation/" + string(item.Round)
		stop := between(w.T, strings.Split(w.Get("officer", path).Body, `data-open="#decline-`)[2], "", `"`)
		decline := append(append(append(sign("actor"), sign("witness_1")...), sign("witness_2")...), "witness_1_person", "clerk_b", "witness_2_person", "officer2",
			"stop", stop, "why", "unscoped", "reason", "不再参与此事")
		if a := w.Post("officer", path+"/decline", decline...); a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "他仍在知悉范围内") {
			w.T.Fatalf("he still is in the scope: %d\n%s", a.Code, a.Body)
		}
		w.Do("office_director", "document.narrow", map[string]any{"document": item.ID, "persons": []string{"clerk_a"}, "reason": "工作调整"})
		if a := w.Post("officer", path+"/decline", append(decline, "_key", "n1")...); a.Code != http.StatusSeeOther {
			w.T.Fatalf("he is out of it: %d\n%s", a.Code, a.Body)
		}
		w.Holds(w.Get("officer", path), "未阅（移出知悉范围）", "不再参与此事")

		// Nobody is out of a scope that was never fixed.
		open := w.Registered("2", term.Open, "公开的通知", 1)
		w.Do("office_director", "document.opine", map[string]any{"document": open.ID, "text": "请阅", "readers": []string{"clerk_a"}})
		path = "/circulation/" + w.Do("officer", "circulation.open", map[string]any{"document": open.ID, "readers": []string{"clerk_a"}}).Values["circulation"]
		decline[slices.Index(decline, "stop")+1] = between(w.T, w.Get("officer", path).Body, `data-open="#decline-`, `"`)
		if a := w.Post("officer", path+"/decline", append(decline, "_key", "n2")...); a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "他仍在知悉范围内") {
			w.T.Fatalf("there is no scope: %d\n%s", a.Code, a.Body)
		}
	})
}

// Who will not sign, or is gone, does not hold a circulation open: two witnesses sign, for the copy he had and for the
// 已阅 he did not give. The page, the board and the register say so, and with whom.
func TestTwoWitnessesForWhoDoesNotSign(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1", "clerk_a")
		path := "/circulation/" + string(item.Round)
		w.HandedTo(item.Copies[0], "leader1")
		page := w.Get("officer", path)
		webtest.Clean(t, page.Body)
		w.Holds(page, "无签收回", "#unsigned-"+string(item.Copies[0]))
		w.Holds(w.Get("leader1", path), "!#decline-", "!#unsigned-")
		witnesses := func(a, b string) []string {
			return append(append(sign("witness_1"), sign("witness_2")...), "witness_1_person", a, "witness_2_person", b)
		}
		try := func(action string, code int, fields ...string) string {
			t.Helper()
			a := w.Post("officer", path+action, fields...)
			if a.Code != code {
				t.Errorf("%s %v: %d, not %d\n%s", action, fields, a.Code, code, a.Body)
			}
			return a.Body
		}
		stops := map[string]string{"leader1": between(t, page.Body, `data-open="#read-`, `"`), "clerk_a": between(t, page.Body, `data-open="#decline-`, `"`)}
		decline := append(sign("actor"), "stop", stops["leader1"], "why", "refuses", "reason", "不肯签")
		try("/decline", http.StatusUnprocessableEntity, append(decline, witnesses("clerk_b", "officer2")...)...) // he still has the copy
		back := append(sign("receiver"), "copy", string(item.Copies[0]), "cabinet", "cabinet-1", "copies_back", "1", "pages_back", "12", "attachments_back", "2", "checked", "yes")
		try("/unsigned", http.StatusUnprocessableEntity, append(back, witnesses("clerk_b", "officer2")...)...)                     // no reason
		try("/unsigned", http.StatusUnprocessableEntity, append(back, "why_unsigned", "不肯签", "witness_1_person", "clerk_b")...)    // one witness
		try("/unsigned", http.StatusForbidden, append(append(back, "why_unsigned", "不肯签"), witnesses("clerk_b", "clerk_b")...)...) // twice the same
		try("/unsigned", http.StatusSeeOther, append(append(back, "why_unsigned", "不肯签", "_key", "u1"), witnesses("clerk_b", "officer2")...)...)
		w.Holds(w.Get("officer", path), "#decline-"+stops["leader1"], "#decline-"+stops["clerk_a"], "disabled")
		try("/decline", http.StatusForbidden, append(decline, witnesses("clerk_b", "leader1")...)...) // his own witness
		try("/decline", http.StatusUnprocessableEntity, append(append(sign("actor"), "stop", stops["leader1"], "why", "refuses", "reason", ""), witnesses("clerk_b", "officer2")...)...)
		try("/decline", http.StatusSeeOther, append(append(decline, "_key", "d1"), witnesses("clerk_b", "officer2")...)...)
		gone := append(append(sign("actor"), "stop", stops["clerk_a"], "why", "gone", "reason", "已调离", "_key", "d2"), witnesses("clerk_b", "officer2")...)
		try("/decline", http.StatusSeeOther, gone...)
		page = w.Get("officer", path)
		webtest.Clean(t, page.Body)
		w.Holds(page, "未阅（拒签）", "未阅（离岗）", "见证：", "已调离", "!#decline-", "!disabled")
		w.Holds(w.Get("officer", "/circulation"), "未阅（拒签）", "未阅（离岗）")
		try("/close", http.StatusSeeOther, "_key", "c1")
		rows := report(t, w, "officer")
		if len(rows) != 0 {
			t.Errorf("closed, and still on the board: %v", rows)
		}
	})
}

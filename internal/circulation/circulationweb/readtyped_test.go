package circulationweb_test

import (
	"net/http"
	"testing"

	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// 已阅 sends no 批示: what was typed for one is answered at its field and kept, and nothing is signed.
func TestReadDoesNotThrowTypedTextAway(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		item := w.Circulating("1", term.Mimi, "内部工作安排", 1, "leader1")
		w.HandedTo(item.Copies[0], "leader1")
		page := w.Get("leader1", "/approvals")
		w.Holds(page, `for="op"`, `!for="op" class="req"`, `!for="f-handler" class="req"`) // 已阅 asks for neither
		stop := between(t, page.Body, `action="/approvals/`, "/")
		path := "/approvals/" + stop + "/read"
		pin := []string{"_how", "pin", "_secret", countertest.Right}
		for field, value := range map[string]string{"text": "请按时办理", "handler": "clerk_a", "due": "2026-03-09 17:00"} {
			a := w.Post("leader1", path, append(pin, field, value, "_key", field)...)
			if a.Code != http.StatusUnprocessableEntity {
				t.Fatalf("read with %s typed: %d", field, a.Code)
			}
			w.Holds(a, value, "“已阅”不送出这里写的", `aria-invalid="true"`)
		}
		w.Holds(w.Get("officer", "/circulation/"+string(item.Round)), "!已阅，未交还")
		if a := w.Post("leader1", path, append(pin, "text", " \n", "_key", "k")...); a.Code != http.StatusSeeOther {
			t.Fatalf("read with nothing typed: %d %s", a.Code, a.Body)
		}
		w.Holds(w.Get("officer", "/circulation/"+string(item.Round)), "已阅，未交还")
	})
}

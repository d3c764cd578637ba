package circulationweb_test

import (
	"net/http"
	"testing"

	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

// Who gave his copy back unread signs at the officer's place, with his own PIN; nobody signs for him.
func TestAReaderSignsBesideTheOfficer(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1")
		path := "/circulation/" + string(item.Round)
		w.HandedTo(item.Copies[0], "leader1")
		page := w.Get("officer", path)
		stop := between(t, page.Body, `data-open="#read-`, `"`)
		w.Holds(w.Get("leader1", path), "!#read-")
		give := append(append(sign("giver"), sign("receiver")...), "copy", string(item.Copies[0]), "cabinet", "cabinet-1", "copies_back", "1", "pages_back", "12", "attachments_back", "2", "checked", "yes")
		if a := w.Post("officer", path+"/back", give...); a.Code != http.StatusSeeOther {
			t.Fatalf("taken back: %d\n%s", a.Code, a.Body)
		}
		page = w.Get("officer", path)
		webtest.Clean(t, page.Body)
		w.Holds(page, "已交还，未阅", "还没有签已阅", "disabled", "当面阅签", "#hand-"+stop)
		if a := w.Post("officer", path+"/read", append(sign("actor"), "stop", stop, "_key", "r0")...); a.Code == http.StatusSeeOther {
			t.Fatalf("signed for another: %d", a.Code)
		}
		if a := w.Post("officer", path+"/read", append(append(sign("actor"), sign("reader")...), "stop", stop, "_key", "r1")...); a.Code != http.StatusSeeOther {
			t.Fatalf("signed beside the officer: %d\n%s", a.Code, a.Body)
		}
		w.Holds(w.Get("officer", path), "!还没有签已阅", "!当面阅签", "!disabled")
		if a := w.Post("officer", path+"/close", "_key", "c1"); a.Code != http.StatusSeeOther {
			t.Errorf("closed: %d", a.Code)
		}
	})
}

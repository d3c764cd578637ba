package disposalweb_test

import (
	"net/http"
	"testing"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/disposal/disposalweb"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
)

// What is said to have been done on a day is done on that day for the law too: what may not be destroyed in a year is not destroyed
// in it by writing so afterwards, nor by entering it late.
func TestNoDayIsSaidThatTheLawForbids(t *testing.T) {
	countertest.Each(t, "demo", func(w *countertest.World, c *counter.Counter) {
		disposalweb.Routes(w.Server, disposalweb.Deps{Counter: c, Staff: w.Staff, Proofs: proofs{}})
	}, func(w *countertest.World) {
		i := w.Registered("0001", term.Neibu, "关于一件事的通知", 1)
		w.Opined(i, term.Neibu, "officer")
		w.Do("officer", "document.complete", map[string]any{"document": i.ID, "result": "已办", "disposition": "destroy"})
		page := goes(w, "officer", "/destroy", "medium", "paper")
		goes(w, "officer", page+"/add", "reason", "无保存价值", "opinion", "可以", "code", label(w, i.Copies[0]))
		goes(w, "officer", page+"/count", "copies", string(i.Copies[0]))
		list := term.DisposalListID(page[len("/destroy/"):])
		asked := w.Do("office_director", "approval.request", map[string]any{"act": "disposal.list_approve", "reason": "清册待批", "with": map[string]any{"list": list}})
		for _, leave := range asked.Values {
			w.Do("unit_head", "approval.grant", map[string]any{"leave": leave})
		}
		goes(w, "office_director", page+"/approve", signed("own")...)
		if err := w.Clock.To(time.Date(2027, 1, 1, 9, 0, 0, 0, calendar.Zone)); err != nil {
			t.Fatal(err)
		}
		on := func(day string, more ...string) []string {
			return append(append([]string{"method", "pulp", "place", "销毁间", "at", day, "works", "own_equipment", "typed", "销毁〔2026〕1号",
				"supervisor_1_person", "officer2", "supervisor_2_person", "leader_a"}, more...), signed("first", "supervisor_1", "supervisor_2")...)
		}
		want(w, w.Post("officer", page+"/destroy", on("2026-12-31")...), http.StatusUnprocessableEntity, "补登")
		want(w, w.Post("officer", page+"/destroy", on("2027-01-01", "_at", "2026-12-31 16:00", "_late", "昨日停电")...), http.StatusForbidden, "丁-7")
		want(w, w.Post("officer", page+"/destroy", on("2026-12-31", "_at", "2027-01-01 00:00", "_late", "昨日停电")...), http.StatusSeeOther)
		want(w, w.Get("officer", page+"/certificate"), 200, "2027", "!2026-12-31")
	})
}

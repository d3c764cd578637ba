package documentweb_test

import (
	"testing"

	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// The first page counts for a reader no opinions that he does not write.
func TestTheFirstPageOffersWhatIsHisToDo(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0091", term.Mimi, secretTitle, 1, "leader_a")
		w.HandedTo(i.Copies[0], "leader_a")
		want(w, w.Get("leader_a", "/today"), 200, []string{secretTitle}, "待批阅")
		want(w, w.Get("office_director", "/today"), 200, []string{"待批阅"})
	})
}

// The form of registering says at the level what the cover says, and lets a lower level be sent.
func TestTheLevelOfTheCoverIsSaidAtTheLevel(t *testing.T) {
	each(t, func(w *countertest.World) {
		r := w.Do("officer", "document.accept", map[string]any{"channel": "courier", "courier": "机要交通员", "courier_signature": "paper",
			"envelopes": []map[string]any{{"envelope_no": "JT-0092", "issuer": "某厅", "level": "机密", "urgency": "一般", "listed": 1, "counted": 1, "seal_intact": true}}})
		path := "/receive/" + r.Values["envelope.JT-0092"]
		want(w, w.Get("officer", path), 200, []string{"封皮上是机密", `name="code_name"`}, `name="code_name" required`)
		want(w, w.Post("officer", path, "level", "公开"), 422, []string{"封皮上是机密", `name="title"`})
	})
}

package documentweb_test

import (
	"testing"

	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// A correction changes something, takes away nothing that the line cannot be without, and reads numbers as the register
// does; what is wrong is told at its field, with what was typed.
func TestACorrectionIsReadLikeTheRegister(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("1", term.Open, "甲", 1)
		path := "/d/" + string(i.ID) + "/correct"
		for _, c := range []struct{ field, value, says string }{
			{"title", "甲", "与原来的一样"}, {"title", "", "必填"}, {"issuer", "　", "必填"}, {"urgency", "", "不在可选范围内"},
			{"urgency", "一般", "与原来的一样"}, {"pages", "8页半", "数目不对"}, {"pages", "", "数目不对"}, {"attachments", "-1", "数目不对"},
		} {
			a := w.Post("officer", path, "field", c.field, "value", c.value, "reason", "误登")
			want(w, a, 422, []string{c.says, "误登"})
		}
		for field, value := range map[string]string{"pages": "１５", "issuer": "某市府", "title": "乙"} {
			want(w, w.Post("officer", path, "field", field, "value", value, "reason", "误登"), 303, nil)
		}
		want(w, w.Get("officer", "/d/"+string(i.ID)), 200, []string{"每份 15 页", "某市府", "乙"})
	})
}

// Who keeps no copies sees his own alone tonight, and is not told that all the others are in their cabinets.
func TestTheEveningOfAReaderIsHisOwn(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("1", term.Mimi, "甲", 1, "leader_a", "head_business")
		w.HandedTo(i.Copies[0], "leader_a")
		want(w, w.Get("head_business", "/today"), 200, []string{"你手里没有要交还的件"}, "都在柜里")
		want(w, w.Get("officer", "/today"), 200, []string{"件在柜外"}, "你手里没有")
	})
}

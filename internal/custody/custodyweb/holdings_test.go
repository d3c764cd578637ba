package custodyweb_test

import (
	"strings"
	"testing"
	"time"

	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// What somebody holds stands on his page and on nobody else's, the first due first, until it is back.
func TestWhatIHold(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0001", term.Mimi, title, 2, "leader_a", "leader_b")
		lent := w.Circulating("0002", term.Neibu, "内部通知", 1, "leader_a")
		want(w, w.Get("leader_a", "/holdings"), 200, []string{"现在没有由本人保管的载体", "已全部交清"}, title)
		w.HandedTo(i.Copies[0], "leader_a")
		w.Do("officer", "custody.lend", map[string]any{"copy": lent.Copies[0], "to": "leader_a", "department": "office", "due": w.Clock.Now().Add(time.Hour), "purpose": "read",
			"copy_no": label(w, lent.Copies[0]), "approver": "office_director"}, "giver", "officer", "receiver", "leader_a")
		one, two := label(w, i.Copies[0]), label(w, lent.Copies[0])
		page := w.Get("leader_a", "/holdings")
		want(w, page, 200, []string{one, two, "送阅", "借阅", "还有 2 份没有交清"}, title, "内部通知", label(w, i.Copies[1]))
		inOrder(w, page.Body, two, one)
		advance(w, 2*time.Hour)
		want(w, w.Get("leader_a", "/holdings"), 200, []string{"逾期未还 1 份"})
		for _, who := range []string{"leader_b", "officer", "clerk_a"} {
			want(w, w.Get(who, "/holdings"), 200, nil, one, two)
		}
		w.Do("officer", "custody.take_back", map[string]any{"copy": i.Copies[0], "copies_back": 1, "pages_back": 12, "attachments_back": 2, "checked": true, "cabinet": "cabinet-1", "copy_no": "000001"},
			"receiver", "officer", "giver", "leader_a")
		want(w, w.Get("leader_a", "/holdings"), 200, []string{two, "还有 1 份没有交清"}, one)
		want(w, w.Get("role:sys_admin", "/holdings"), 404, nil)
	})
}

func inOrder(w *countertest.World, body string, texts ...string) {
	w.T.Helper()
	for _, s := range texts {
		i := strings.Index(body, s)
		if i < 0 {
			w.T.Fatalf("%q does not come in its order", s)
		}
		body = body[i:]
	}
}

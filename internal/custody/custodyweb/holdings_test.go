package custodyweb_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"jiyao/internal/custody"
	"jiyao/internal/store"
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

// Of a piece he may not know of, who answers for it reads the label alone; he is asked to give it back where a scope is set without him.
func TestWhatIHoldUnknown(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0001", term.Mimi, title, 1)
		give := func(fixed int) {
			w.T.Helper()
			err := w.DB.Write(w.T.Context(), "test.held", func(tx *store.Tx) error {
				if _, err := tx.Exec("UPDATE document SET scope_fixed = $1 WHERE id = $2", fixed, string(i.ID)); err != nil {
					return err
				}
				_, err := tx.Exec("UPDATE copy SET custodian = 'leader_b' WHERE id = $1", string(i.Copies[0]))
				return err
			})
			if err != nil {
				w.T.Fatal(err)
			}
		}
		give(0)
		want(w, w.Get("leader_b", "/holdings"), 200, []string{label(w, i.Copies[0]), "知悉范围还没有定"}, title, "请尽快交还")
		give(1)
		want(w, w.Get("leader_b", "/holdings"), 200, []string{"不在知悉范围，请尽快交还"}, title, "还没有定")
	})
}

// Whoever answers for many pieces pages through them; every piece stands on one page, and the figures are of all.
func TestWhatIHoldHasPages(t *testing.T) {
	each(t, func(w *countertest.World) {
		var copies []term.CopyID
		for n := range 9 {
			copies = append(copies, w.Registered(fmt.Sprintf("%04d", n+1), term.Mimi, title, 9).Copies...)
		}
		err := w.DB.Write(w.T.Context(), "test.kept", func(tx *store.Tx) error {
			for _, id := range copies {
				c, err := custody.Copies.Get(tx, id)
				if err != nil {
					return err
				}
				next := c
				next.Custodian = "officer"
				if _, err := store.Put(tx, []store.Change{custody.Copies.Update(c, next)}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			w.T.Fatal(err)
		}
		first, second := w.Get("officer", "/holdings"), w.Get("officer", "/holdings?page=2")
		want(w, first, 200, []string{"81 份", "/holdings?page=2"}, `rel="prev"`)
		want(w, second, 200, []string{"81 份", `rel="prev" href="/holdings"`}, `rel="next"`)
		for _, id := range copies {
			n := 0
			for _, a := range []countertest.Answer{first, second} {
				n += strings.Count(a.Body, `href="/c/`+string(id)+`"`)
			}
			if n != 1 {
				w.T.Errorf("%s stands on %d pages", id, n)
			}
		}
		for _, odd := range []string{"0", "-1", "x", "99999999999999999999", "9"} {
			want(w, w.Get("officer", "/holdings?page="+odd), 200, []string{"81 份"})
		}
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

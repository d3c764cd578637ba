package documentweb_test

import (
	"testing"

	"jiyao/internal/custody"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// What was owed for an item whose copies were all destroyed stands on nobody's desk any more; as long as one lives it does.
func TestWhatIsGoneIsOwedByNobody(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		const title = "内部工作安排"
		i := w.Registered("0009", term.Neibu, title, 2)
		w.Do("office_director", "document.opine", map[string]any{"document": i.ID, "text": "请阅示", "readers": []string{"leader", "head_hr"}})
		desks := map[string]bool{"officer": true, "office_director": true, "leader": true}
		look := func(when string) {
			w.T.Helper()
			for who, owes := range desks {
				if owes {
					want(w, w.Get(who, "/today"), 200, []string{title})
				} else {
					want(w, w.Get(who, "/today"), 200, nil, title)
				}
			}
		}
		look("owed")
		w.Do("officer", "document.complete", map[string]any{"document": i.ID, "result": "已办"})
		list := w.Do("officer", "disposal.list_open", map[string]any{"kind": "destruction"}).Values["list"]
		for _, c := range i.Copies {
			w.Do("officer", "disposal.list_add", map[string]any{"list": list, "copy": c, "title": title, "doc_no": "某厅发〔2026〕0009号", "level": "内部", "copy_no": carrierOf(w, c).CopyNo, "pages": 12, "reason": "无保存价值"})
		}
		w.Do("officer", "disposal.list_count", map[string]any{"list": list, "copies": i.Copies})
		w.Do("office_director", "disposal.list_approve", map[string]any{"list": list})
		for n, c := range i.Copies {
			w.Do("officer", "disposal.destroy", map[string]any{"copy": c, "method": "pulp", "supervisors": []string{"officer2", "leader"}, "works": "own_equipment", "place": "销毁间", "at": "2026-03-02"},
				"actor", "officer", "supervisor_1", "officer2", "supervisor_2", "leader")
			if n == 0 {
				look("one is left")
			}
		}
		desks = map[string]bool{"officer": false, "office_director": false, "leader": false}
		look("gone")
	})
}

// Whoever takes a piece over, from hand to hand or by a list, owes what was owed for it; who had it owes nothing more.
func TestWhoTakesAPieceOverOwesIt(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		const owed, title = "按期交还", "内部工作安排"
		i := w.Registered("0009", term.Neibu, title, 1)
		w.Do("office_director", "document.opine", map[string]any{"document": i.ID, "text": "请阅示", "readers": []string{"head_hr"}})
		w.HandedTo(i.Copies[0], "head_hr")
		has := func(who string, owes bool) {
			w.T.Helper()
			if a := w.Get(who, "/today"); owes {
				want(w, a, 200, []string{title, owed})
			} else {
				want(w, a, 200, nil, owed)
			}
		}
		has("head_hr", true)
		has("head_it", false)
		list := w.Do("officer", "disposal.list_open", map[string]any{"kind": "transfer", "reason": "机构变动", "person": "head_hr"}).Values["list"]
		w.Do("officer", "disposal.list_count", map[string]any{"list": list, "copies": i.Copies})
		w.Do("office_director", "disposal.list_approve", map[string]any{"list": list})
		w.Do("officer", "disposal.list_close", map[string]any{"list": list, "handed_by": "head_hr", "taken_by": "head_it", "at": "2026-03-02"}, "hander", "head_hr", "taker", "head_it")
		has("head_hr", false)
		has("head_it", true)
	})
}

func carrierOf(w *countertest.World, id term.CopyID) (c custody.Copy) {
	w.T.Helper()
	if err := w.DB.Read(w.T.Context(), func(tx *store.Tx) (err error) {
		c, err = custody.Copies.Get(tx, id)
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
	return c
}

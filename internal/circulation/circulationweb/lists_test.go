package circulationweb_test

import (
	"context"
	"net/http"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/approval"
	"jiyao/internal/circulation/circulationweb"
	"jiyao/internal/disposal"
	"jiyao/internal/disposal/disposalweb"
	"jiyao/internal/procedure"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

// mountLists adds the pages of lists.
func mountLists(w *countertest.World, c *counter.Counter) {
	disposalweb.Routes(w.Server, disposalweb.Deps{Counter: c, Staff: w.Staff})
	circulationweb.Routes(w.Server, circulationweb.Deps{
		Counter: c, Staff: w.Staff,
		Sources: procedure.Board{People: func(tx *store.Tx) (act.Directory, error) { return w.Office.Directory(tx, w.Clock.Now()) }},
		Lists: func(ctx context.Context, tx *store.Tx, v counter.Viewer, id term.DisposalListID) (circulationweb.List, error) {
			l, err := disposalweb.Name(ctx, tx, v, id)
			return named(l), err
		},
		Undecided: func(r *http.Request) (out []circulationweb.List, err error) {
			lists, err := disposalweb.Waiting(r, c)
			for _, l := range lists {
				out = append(out, named(l))
			}
			return out, err
		},
	})
}

func named(l disposalweb.Named) circulationweb.List {
	return circulationweb.List{ID: l.ID, Number: l.Number(), About: l.About, Lines: l.Seen, Rev: l.Rev, Href: l.Href, Waits: l.IsOpen() && l.ApprovedAt.IsZero(), By: l.Applicant}
}

// A counted list of every kind that the law wants approved waits for who decides, whoever else may end it.
func TestAListForTheArchiveWaitsForWhoDecides(t *testing.T) {
	countertest.Each(t, "county", mountLists, func(w *countertest.World) {
		item := w.Registered("1", term.Mimi, "关于某项工作的秘密通知", 2)
		w.Opined(item, term.Mimi, "officer")
		w.Do("officer", "document.complete", map[string]any{"document": item.ID, "result": "已办", "disposition": "archive"})
		for n, kind := range []string{"archive", "transfer"} {
			number := []string{"归档〔2026〕1号", "移交〔2026〕1号"}[n]
			id := w.Do("officer", "disposal.list_open", map[string]any{"kind": kind}).Values["list"]
			w.Do("officer", "disposal.list_add", map[string]any{
				"list": id, "copy": item.Copies[n], "title": "关于某项工作的秘密通知", "doc_no": "某厅发〔2026〕1号", "level": term.Mimi, "copy_no": []string{"000001", "000002"}[n], "pages": 12, "reason": "立卷",
			})
			w.Holds(w.Get("office_director", "/approvals"), "!"+number)
			w.Do("officer", "disposal.list_count", map[string]any{"list": id, "copies": item.Copies[n : n+1]})
			w.Holds(w.Get("office_director", "/approvals"), "待批清单", number, `href="/archive/`+id+`#approve"`)
			w.Holds(w.Get("unit_head", "/approvals"), "!"+number)
			w.Do("office_director", "disposal.list_approve", map[string]any{"list": id})
			w.Holds(w.Get("office_director", "/approvals"), "!"+number)
		}
	})
}

// A request for a list says which, how many pieces stand on it, and leads there; who decides approves it where he is asked.
func TestARequestNamesItsList(t *testing.T) {
	countertest.Each(t, "county", mountLists, func(w *countertest.World) {
		t := w.T
		item := w.Registered("1", term.Jimi, "甲字一号", 2)
		w.Opined(item, term.Jimi, "officer")
		w.Do("officer", "document.complete", map[string]any{"document": item.ID, "result": "已办"})
		opened := w.Do("officer", "disposal.list_open", map[string]any{"kind": "destruction", "medium": "paper"})
		id, number := opened.Values["list"], "销毁〔2026〕1号"
		for _, c := range item.Copies {
			var label string
			if err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
				return tx.QueryRow("SELECT label FROM copy WHERE id = $1", string(c)).Scan(&label)
			}); err != nil {
				t.Fatal(err)
			}
			if a := w.Post("officer", "/destroy/"+id+"/add", "reason", "无保存价值", "code", label); a.Code != http.StatusSeeOther {
				t.Fatalf("added: %d %s", a.Code, a.Body)
			}
		}
		w.Post("officer", "/destroy/"+id+"/count", "copies", string(item.Copies[0]), "copies", string(item.Copies[1]))
		// What is counted waits for who decides, before anybody asks him.
		w.Holds(w.Get("office_director", "/approvals"), "待批清单", number, "2 件", `href="/destroy/`+id+`#approve"`)
		w.Holds(w.Get("officer", "/approvals"), "!待批清单", "!"+number)
		w.Holds(w.Get("unit_head", "/approvals"), "!待批清单", "!"+number)
		with := map[string]any{"list": id, "method": "pulp", "place": "销毁间", "at": "2026-03-02", "works": "own_equipment", "supervisors": []string{"officer2", "leader"}}
		w.Do("officer", "approval.propose", map[string]any{"act": "disposal.destroy", "with": with, "reason": "年度销毁"})

		a := w.Get("office_director", "/approvals")
		webtest.Clean(t, a.Body)
		w.Holds(a, `href="/destroy/`+id+`"`, number, "销毁", "2 件", "年度销毁", "批准清单", `name="_rev"`, "!待批清单")
		w.Holds(w.Get("officer", "/approvals"), number, "2 件", "等待批准", `value="withdraw"`, `!value="step"`, `!value="deny"`)

		// Who finds no page of the list reads nothing of it; it stands there as if it were none.
		err := w.DB.Write(t.Context(), "test.leave", func(tx *store.Tx) error {
			_, err := store.Put(tx, []store.Change{approval.Leaves.Insert(approval.Leave{
				ID: "LEAVE0000001", Act: "disposal.list_approve", Bound: `{"list":"` + id + `"}`, Applicant: "clerk_b", Reason: store.Plain("他的事由"),
				AskedAt: w.Clock.Now(), Posts: []string{"base/office_director"}, Quorum: 1, State: approval.Asked,
			})})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		w.Holds(w.Get("clerk_b", "/approvals"), "他的事由", "!"+number, "!"+id, "!2 件")

		var leave approval.Leave
		var list disposal.List
		look := func() {
			t.Helper()
			err := w.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
				if leave, _, err = approval.Leaves.One(tx, "WHERE applicant = 'officer'"); err == nil {
					list, err = disposal.Lists.Get(tx, term.DisposalListID(id))
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		look()
		decide := "/approvals/" + string(leave.ID) + "/decide"
		answer := func(rev string) []string {
			return []string{"answer", "step", "_rev", rev, "_how", "pin", "_secret", countertest.Right, "_key", "k" + rev}
		}
		if a := w.Post("clerk_b", decide, answer("2")...); a.Code != http.StatusNotFound {
			t.Errorf("by who was not asked: %d", a.Code)
		}
		for _, old := range []string{"1", ""} { // as it stood before
			if a := w.Post("office_director", decide, answer(old)...); a.Code == http.StatusSeeOther {
				t.Errorf("approved as it stood at revision %q", old)
			}
		}
		rev := between(t, a.Body, `name="_rev" value="`, `"`)
		if a := w.Post("office_director", decide, answer(rev)...); a.Code != http.StatusSeeOther {
			t.Fatalf("approved: %d %s", a.Code, a.Body)
		}
		if look(); leave.State != approval.Granted || list.ApprovedBy != "office_director" {
			t.Errorf("approved: %s by %q", leave.State, list.ApprovedBy)
		}
	})
}

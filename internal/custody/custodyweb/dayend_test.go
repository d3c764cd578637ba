package custodyweb_test

import (
	"slices"
	"testing"
	"time"

	"jiyao/internal/checklist"
	"jiyao/internal/custody/custodyweb"
	"jiyao/internal/inspection"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
)

func sheets(w *countertest.World) (out []checklist.Sheet) {
	w.T.Helper()
	err := w.DB.Read(w.T.Context(), func(tx *store.Tx) (err error) {
		out, err = checklist.Sheets.Select(tx, "ORDER BY signed_at, person")
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return out
}

func TestTheSheetOfTheDayIsSigned(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0001", term.Mimi, title, 1, "leader_a", "leader_b")
		w.HandedTo(i.Copies[0], "leader_a")
		want(w, w.Get("officer", "/sign-off"), 200, []string{"下班前检查", "机要件已入柜上锁", "丁-8", "差 1 件", "答“否”", `href="` + c(i.Copies[0]) + `"`}, title, "机收")
		// Of the lines of the officers, and of what others hold, he sees nothing; what he may come to hold he signs for as all.
		want(w, w.Get("clerk_a", "/sign-off"), 200, []string{"都已入柜上锁或已交还", "你手里没有要交还的件", "own_secret"}, title, "差 1 件", "机要件已入柜上锁", c(i.Copies[0]))
		want(w, w.Get("leader_a", "/sign-off"), 200, []string{"手里共有几件秘密载体", "都已入柜上锁或已交还", "丙-3.3", "差 1 件"}, title, "机要件已入柜上锁")
		his := []string{"line.items_counted", "1", "line.locked_or_returned", "yes", "line.key_kept", "yes", "own_how", "pin", "own_secret", countertest.Right}
		want(w, w.Post("leader_a", "/sign-off", his...), 403, []string{"不予", "丙-3.3"}) // it lies open with him
		rest := []string{"line.items_counted", "0", "line.locked_or_returned", "yes", "line.key_kept", "yes"}
		yes := []string{"line.locked", "yes", "line.safe_place", "yes", "own_how", "pin", "own_secret", countertest.Right}
		// No answer, no signature, a wrong one, no answer that it has: nothing is signed, what was answered stays.
		want(w, w.Post("officer2", "/sign-off", yes[4:]...), 422, []string{"检查项：制度要求填这一项", `href="/rules/school/C-8a"`})
		want(w, w.Post("officer2", "/sign-off", append(slices.Clone(yes[:4]), rest...)...), 422, []string{"必填", `value="yes" checked`})
		want(w, w.Post("officer2", "/sign-off", "line.locked", "no", "own_secret", "0"), 422, []string{"签字码或口令不对", `value="no" checked`})
		want(w, w.Post("officer2", "/sign-off", append([]string{"line.locked", "maybe", "line.safe_place", "yes"}, yes[4:]...)...), 422, []string{"不在可选范围内"})
		want(w, w.Post("officer2", "/sign-off", append(append(slices.Clone(yes), "line.items_counted", "一件"), rest[2:]...)...), 422, []string{"请填数字", `value="一件"`})
		if n := len(sheets(w)); n != 0 {
			t.Fatalf("%d sheets are signed", n)
		}
		if a := w.Post("officer2", "/sign-off", append(slices.Concat(yes, rest), "back", "/today")...); a.Code != 303 || a.Location != "/today" {
			t.Fatalf("sign: %d %s %s", a.Code, a.Location, a.Body)
		}
		if a := w.Post("officer", "/sign-off", append([]string{"line.locked", "no", "line.safe_place", "yes", "back", "https://elsewhere"}, slices.Concat(rest, yes[4:])...)...); a.Code != 303 || a.Location != "/sign-off" {
			t.Fatalf("sign with a no: %d %s", a.Code, a.Location)
		}
		list := sheets(w)
		if len(list) != 2 || list[1].Person != "officer2" || list[1].Lines["locked"] != "yes" || list[0].Lines["locked"] != "no" {
			t.Errorf("sheets %+v", list)
		}
		err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
			found, err := inspection.Findings.Select(tx, "WHERE what = 'not_locked'")
			if len(found) != 1 || found[0].Clause != "C-8a" {
				t.Errorf("findings %+v", found)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		want(w, w.Get("officer2", "/sign-off"), 200, []string{"已签"})
		want(w, w.Get("role:sys_admin", "/sign-off"), 404, nil)
	})
}

// Lines come from the law: where no adopted pack has the sheet the end of the day is signed without any.
func TestWithoutTheClauseThereAreNoLines(t *testing.T) {
	countertest.Each(t, "bureau", func(w *countertest.World, c *counter.Counter) {
		custodyweb.Routes(w.Server, custodyweb.Deps{Counter: c})
	}, func(w *countertest.World) {
		want(w, w.Get("officer", "/sign-off"), 200, []string{"制度没有给你列检查项", "own_secret"}, "机要件已入柜上锁", "答“否”")
		want(w, w.Post("officer", "/sign-off", "line.locked", "yes", "own_how", "pin", "own_secret", countertest.Right), 303, nil)
		if list := sheets(w); len(list) != 1 || len(list[0].Lines) != 0 {
			t.Errorf("signed: %+v, want a sheet without lines", list)
		}
		want(w, w.Get("officer", "/sign-off"), 200, []string{"已签"})
	})
}

// What comes after the signature is signed off anew, and not while it lies open.
func TestWhatComesAfterTheSignatureIsSignedOffToo(t *testing.T) {
	countertest.Each(t, "bureau", func(w *countertest.World, c *counter.Counter) {
		custodyweb.Routes(w.Server, custodyweb.Deps{Counter: c})
	}, func(w *countertest.World) {
		sign := []string{"own_how", "pin", "own_secret", countertest.Right}
		want(w, w.Post("office_director", "/sign-off", sign...), 303, nil)
		want(w, w.Get("office_director", "/sign-off"), 200, []string{"已签"}, "先交还机要员")
		if err := w.Clock.Advance(time.Hour); err != nil {
			t.Fatal(err)
		}
		i := w.Registered("0001", term.Mimi, title, 1)
		w.HandedTo(i.Copies[0], "office_director")
		want(w, w.Get("office_director", "/sign-off"), 200, []string{"差 1 件", "先交还机要员", `href="/holdings"`}, "已签")
		want(w, w.Post("office_director", "/sign-off", sign...), 403, []string{"不予"})
	})
}

package custodyweb_test

import (
	"strings"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// label is the label of a copy, as a scanner reads it.
func label(w *countertest.World, id term.CopyID) string {
	w.T.Helper()
	var c custody.Copy
	if err := w.DB.Read(w.T.Context(), func(tx *store.Tx) (err error) { c, err = custody.Copies.Get(tx, id); return err }); err != nil {
		w.T.Fatal(err)
	}
	return string(c.Label)
}

// Two copies are scanned, lent to one borrower with one pair of signatures, and taken back.
func TestTheDeskOfLoans(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0001", term.Neibu, title, 2, "head_general", "leader_a")
		a, b := string(i.Copies[0]), string(i.Copies[1])
		one, two := label(w, i.Copies[0]), label(w, i.Copies[1])
		want(w, w.Get("officer", "/loans"), 200, []string{"办理借出", "没有借出未还的", "还没有归还的"}, title)
		want(w, w.Post("officer", "/loans", "piece", "JY26-9999-01-X", "do", "add"), 422, []string{"校验位不对"})
		want(w, w.Post("officer", "/loans", "piece", "JY26-9999-01-J", "do", "add"), 422, []string{"本单位没有登记这个标签"})
		want(w, w.Post("officer", "/loans", "piece", "不是标签", "do", "add"), 422, []string{"没有这个编号"})
		want(w, w.Post("officer", "/loans", "piece", strings.ToLower(one), "do", "add"), 200, []string{one, `name="copy" value="` + a + `"`, "2026-03-02 17:30"}, title)
		desk := func(do string, more ...string) countertest.Answer {
			return w.Post("officer", "/loans", append([]string{"copy", a, "copy_no." + a, one, "copy", b, "copy_no." + b, two, "to", "head_general", "due", "2026-03-03 17:30",
				"purpose", "read", "destination", "premises", "approver", "office_director", "do", do}, more...)...)
		}
		want(w, desk("add", "drop", b), 200, []string{one}, two)
		want(w, desk("check"), 200, []string{"可以借出", one, two}, "不能借出", `id="loans-sign"`)
		want(w, desk("sign"), 200, []string{`id="loans-sign"`, "借出 2 份", one + "、" + two, "冯科长", "经办人，借出"}, title, "机要员，送出")
		want(w, desk("lend", "first_how", "code", "first_secret", countertest.Right, "second_how", "pin", "second_secret", countertest.Right), 422, []string{"几份同借请用签字码", `id="loans-sign"`})
		want(w, desk("lend", "first_how", "pin", "first_secret", countertest.Right, "second_how", "pin", "second_secret", "0"), 422, []string{"签字码或口令不对", one})
		wrong := w.Post("officer", "/loans", signed("copy", a, "copy_no."+a, "000009", "to", "head_general", "due", "2026-03-03 17:30", "purpose", "read", "approver", "office_director", "do", "lend")...)
		want(w, wrong, 422, []string{"与登记的不一致"})
		if n := loansOut(w); n != 0 {
			w.T.Fatalf("%d loans after tries that failed", n)
		}
		if a := desk("lend", signed()...); a.Code != 303 || a.Location != "/loans" {
			w.T.Fatalf("lend both: %d %.2000s", a.Code, a.Body)
		}
		want(w, w.Get("officer", "/loans"), 200, []string{one, two, "冯科长", "李主任批准", "#take-back", "#recall-loan"}, "没有借出未还的", title)
		want(w, w.Get("officer", "/loans?by=person"), 200, []string{one, two})
		// Whose loans they are sees them; nobody else does.
		want(w, w.Get("head_general", "/loans"), 200, []string{one, two}, "办理借出", "#take-back")
		want(w, w.Get("clerk_a", "/loans"), 200, []string{"没有借出未还的"}, one)
		// What is lent leads to its return when it is scanned.
		if a := w.Post("officer", "/loans", "piece", one, "do", "add"); a.Code != 303 || a.Location != c(i.Copies[0]) {
			w.T.Errorf("a lent copy scanned: %d %s", a.Code, a.Location)
		}
		back := signed("copies_back", "1", "pages_back", "11", "attachments_back", "2", "checked", "yes", "copy_no", "000001", "cabinet", "cabinet-1", "pages_result", "missing", "attachments_result", "whole", "marks_result", "whole")
		if a := w.Post("officer", c(i.Copies[0])+"/take-back", back...); a.Code != 303 {
			w.T.Fatalf("return: %d %.3000s", a.Code, a.Body)
		}
		want(w, w.Get("officer", "/loans"), 200, []string{"缺失", "最近归还"})
		// Who has something late may not borrow more: said at the copy, and nothing is signed.
		advance(w, 48*time.Hour)
		third := w.Circulating("0002", term.Neibu, title, 1, "head_general")
		more := []string{"copy", string(third.Copies[0]), "copy_no." + string(third.Copies[0]), label(w, third.Copies[0]), "to", "head_general", "due", "2026-03-05 17:30", "purpose", "read", "approver", "office_director"}
		want(w, w.Post("officer", "/loans", append(more, "do", "sign")...), 200, []string{"逾期未还 1 份", "不能借出"}, `id="loans-sign"`)
		want(w, w.Post("officer", "/loans", signed(append(more, "do", "lend")...)...), 403, []string{"不予借出"})
	})
}

// A list of loans goes on by key, in either order.
func TestTheListOfLoansGoesOn(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0001", term.Neibu, title, 5, "head_general", "leader_a")
		for n, id := range i.Copies {
			to := []string{"head_general", "leader_a"}[n%2]
			w.Do("officer", "custody.lend", map[string]any{"copy": id, "to": to, "department": "office", "due": w.Clock.Now().Add(6 * 3600 * 1e9), "purpose": "read", "copy_no": label(w, id), "approver": "office_director"},
				"giver", "officer", "receiver", to)
		}
		for _, sort := range []string{"due", "person"} {
			seen := map[term.CopyID]bool{}
			var last string
			for after, page := term.HandOverID(""), 0; page < 4; page++ {
				var list []custody.Loan
				err := w.DB.Read(w.T.Context(), func(tx *store.Tx) (err error) {
					list, after, err = custody.LoansOut(tx, seesAll(w, tx, "officer"), custody.Loans{Sort: sort, After: after, Most: 2})
					return err
				})
				if err != nil {
					w.T.Fatal(err)
				}
				for _, l := range list {
					if seen[l.Copy] || sort == "person" && string(l.Receiver) < last {
						w.T.Errorf("by %s: %s comes twice or out of order", sort, l.Copy)
					}
					seen[l.Copy], last = true, string(l.Receiver)
				}
				if after == "" {
					break
				}
			}
			if len(seen) != 5 {
				w.T.Errorf("by %s: %d of 5 loans", sort, len(seen))
			}
		}
		want(w, w.Get("officer", "/loans?after=ZZZZZZZZZZZZ"), 404, nil)
	})
}

func loansOut(w *countertest.World) (n int) {
	w.T.Helper()
	if err := w.DB.Read(w.T.Context(), func(tx *store.Tx) (err error) {
		n, err = custody.HandOvers.Count(tx, "WHERE kind = 'lend'")
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
	return n
}

// seesAll is a viewer as his posts let him see.
func seesAll(w *countertest.World, tx *store.Tx, person term.PersonID) act.Viewer {
	w.T.Helper()
	law, err := w.Office.Law(tx, w.Clock.Now())
	if err != nil {
		w.T.Fatal(err)
	}
	people, err := w.Office.Directory(tx, w.Clock.Now())
	if err != nil {
		w.T.Fatal(err)
	}
	sight, err := law.Sight(people.Posts(person), false)
	if err != nil {
		w.T.Fatal(err)
	}
	return act.Viewer{Person: person, Sight: sight}
}

func advance(w *countertest.World, d time.Duration) {
	w.T.Helper()
	if err := w.Clock.Advance(d); err != nil {
		w.T.Fatal(err)
	}
}

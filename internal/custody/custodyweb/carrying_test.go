package custodyweb_test

import (
	"strings"
	"testing"

	"jiyao/internal/approval"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// A copy is read in the room, lent and asked back, carried out and brought back, each from its own page.
func TestReadHereRecalledCarriedOutAndBack(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0001", term.Neibu, title, 1, "leader_a", "head_general")
		page := c(i.Copies[0])
		want(w, w.Get("officer", page), 200, []string{`id="consult"`, `id="carry-out"`, `value="sealed_bag"`}, `id="recall-loan"`, `id="bring-back"`, `value="密封袋"`)
		if n := strings.Count(w.Get("officer", page).Body, `name="carriers" required`); n != 1 {
			t.Errorf("%d carriers must be named before the form can be sent", n)
		}
		one := []string{"first_how", "pin", "first_secret", countertest.Right}
		consult := append([]string{"to", "head_general", "copy_no", "000001", "place", "room-203", "from", "2026-03-02 10:00", "until", "2026-03-02 09:10"}, one...)
		want(w, w.Post("officer", page+"/consult", consult...), 422, []string{`id="consult" aria-labelledby="consult-title" open`})
		consult[9] = "2026-03-02 10:20"
		if a := w.Post("officer", page+"/consult", consult...); a.Code != 303 {
			w.T.Fatalf("consult: %d %.3000s", a.Code, a.Body)
		}
		lend := signed("to", "head_general", "copy_no", "000001", "due", "2026-03-04 17:30", "purpose", "read", "destination", "premises", "approver", "office_director")
		if a := w.Post("officer", page+"/lend", lend...); a.Code != 303 {
			w.T.Fatalf("lend: %d %.3000s", a.Code, a.Body)
		}
		want(w, w.Get("officer", page), 200, []string{`id="recall-loan"`}, `id="carry-out"`)
		want(w, w.Get("head_general", page), 200, []string{`id="carry-out"`}, `id="recall-loan"`)
		want(w, w.Post("officer", page+"/recall-loan", "return_by", "2026-03-05 12:00", "reason", "另有急用"), 422, []string{"另有急用"})
		if a := w.Post("officer", page+"/recall-loan", "return_by", "2026-03-03 12:00", "reason", "另有急用"); a.Code != 303 {
			w.T.Fatalf("recall: %d %.3000s", a.Code, a.Body)
		}
		want(w, w.Get("officer", page), 200, []string{"已催还", "3月3日 12:00"})
		back := signed("copies_back", "1", "pages_back", "12", "attachments_back", "2", "checked", "yes", "copy_no", "000001", "cabinet", "cabinet-1", "pages_result", "whole", "attachments_result", "whole", "marks_result", "whole")
		if a := w.Post("officer", page+"/take-back", back...); a.Code != 303 {
			w.T.Fatalf("return: %d %.3000s", a.Code, a.Body)
		}
		carry := append([]string{"carriers", "leader_a", "carriers", "", "carriers", "head_general", "copy_no", "000001", "purpose", "use", "destination", "outside", "return_by", "2026-03-02 17:00",
			"route", "乘专车往某厅", "measures", "sealed_bag", "measures", "two_persons"}, one...)
		none := append([]string{"carriers", ""}, carry[6:]...)
		want(w, w.Post("officer", page+"/carry-out", none...), 422, []string{`id="carry-out" aria-labelledby="carry-out-title" open`, "乘专车往某厅", `value="two_persons" checked`})
		if a := w.Post("officer", page+"/carry-out", append(carry, "second_how", "pin", "second_secret", countertest.Right)...); a.Code != 303 {
			w.T.Fatalf("carry out: %d %.3000s", a.Code, a.Body)
		}
		want(w, w.Get("officer", page), 200, []string{"携带中", "郑副局长、", "密封袋、双人同行", `id="bring-back"`}, "乘专车往某厅", `id="carry-out"`)
		if a := w.Post("officer", page+"/bring-back", signed("copy_no", "000001", "cabinet", "cabinet-1", "checked", "yes")...); a.Code != 303 {
			w.T.Fatalf("bring back: %d %.3000s", a.Code, a.Body)
		}
		want(w, w.Get("officer", page), 200, []string{"在柜"}, `id="bring-back"`)
	})
}

// A leave to carry a copy out fills the form in which the trip begins; another's does not.
func TestATripBeginsAsItsLeaveSays(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0001", term.Neibu, title, 1, "leader_a", "head_general")
		page := c(i.Copies[0])
		err := w.DB.Write(w.T.Context(), "test.leave", func(tx *store.Tx) error {
			_, err := store.Put(tx, []store.Change{approval.Leaves.Insert(approval.Leave{
				ID: "LEAVE0000001", Approval: "base/carry_out", Act: "custody.carry_out", Bound: "{}", Document: i.ID, Applicant: "officer", AskedAt: w.Clock.Now(), DecidedAt: w.Clock.Now(), State: approval.Granted,
				With: store.Plain(`{"copy":"` + string(i.Copies[0]) + `","carriers":["leader_a","head_general"],"purpose":"use","destination":"outside","route":"乘专车往某厅","measures":["two_persons"],"return_by":"2026-03-02T16:20:00+08:00"}`),
			})})
			return err
		})
		if err != nil {
			w.T.Fatal(err)
		}
		want(w, w.Get("officer", page), 200, []string{"乘专车往某厅", `value="2026-03-02 16:20"`, `value="two_persons" checked`})
		want(w, w.Get("leader_a", page), 200, nil, "乘专车往某厅")
	})
}

package custodyweb_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"jiyao/internal/custody"
	"jiyao/internal/custody/custodyweb"
	"jiyao/internal/ledger"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
)

// A copy is sent out on its page with the officer's signature; its receipt is recorded on its page, and a courier's signature stands on paper when it comes
// back, since he has no account.
func TestTheReceiptOfWhatWasSentAndItsReturn(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0001", term.Open, "公开事项", 1)
		w.Opined(i, term.Open, "officer")
		page := c(i.Copies[0])
		want(w, w.Get("officer", page), 200, []string{"外送", `name="recipient"`}, "登记回单", "courier_signature")
		if a := w.Post("clerk_a", page+"/send", "channel", "courier", "first_how", "pin", "first_secret", countertest.Right); a.Code == 303 {
			t.Errorf("a clerk has sent it out")
		}
		// How it leaves must be said of what is no secret too.
		want(w, w.Post("officer", page+"/send", "recipient", "某厅", "first_how", "pin", "first_secret", countertest.Right), 422, []string{`id="send-channel-err"`})
		secret := w.Circulating("0002", term.Mimi, "秘密事项", 1, "leader_a")
		sent := []string{"channel", "courier", "recipient", "某厅", "destination", "outside", "seal", "完好", "first_how", "pin", "first_secret", countertest.Right}
		want(w, w.Post("officer", c(secret.Copies[0])+"/send", sent...), 422, []string{"某厅", "完好", `id="send-envelope_no-err"`}) // the law asks for the number
		if a := w.Post("officer", c(secret.Copies[0])+"/send", append(sent, "envelope_no", "F-2", "carriers", "甲、 乙；丙", "network_no", "W-9", "to", "leader_a")...); a.Code != 303 {
			t.Fatalf("send a secret: %d %s", a.Code, a.Body)
		}
		said(w, secret.Copies[0])
		if a := w.Post("officer", page+"/send", append(sent, "envelope_no", "F-1")...); a.Code != 303 {
			t.Fatalf("send: %d %s", a.Code, a.Body)
		}
		if err := w.Clock.Advance(time.Hour); err != nil {
			t.Fatal(err)
		}
		want(w, w.Get("officer", page), 200, []string{"登记回单", `name="received_at"`, `name="courier_signature"`}, `name="second_secret"`)
		// The page of the copy and the history of copies tell who keeps the register, and nobody else, how it went out.
		pages := []string{page, d(i.ID) + "/custody"}
		for _, p := range pages {
			want(w, w.Get("officer", p), 200, []string{"某厅", "F-1", "完好", "机要交通"})
		}
		w.Do("office_director", "document.widen", map[string]any{"document": i.ID, "persons": []string{"clerk_a"}, "reason": "工作需要"})
		want(w, w.Get("clerk_a", page), 200, []string{"在途"}, "某厅", "F-1")
		want(w, w.Post("officer", page+"/acknowledge", "received_at", "", "receipt_no", "H-7"), 422, []string{"H-7"})
		at := w.Clock.Now().Add(-30 * time.Minute).Format("2006-01-02 15:04")
		if a := w.Post("officer", page+"/acknowledge", "received_at", at, "receipt_no", "H-7"); a.Code != 303 {
			t.Fatalf("acknowledge: %d %s", a.Code, a.Body)
		}
		want(w, w.Get("officer", page), 200, []string{"回单号", "H-7", `name="courier_signature"`}, "登记回单", `name="second_secret"`)
		want(w, w.Get("officer", d(i.ID)+"/custody"), 200, []string{"对方收到", "回单号H-7　陈机要员于"})
		back := []string{"copies_back", "1", "pages_back", "12", "attachments_back", "2", "copy_no", "000001", "checked", "yes", "cabinet", "cabinet-1",
			"courier_signature", "机要交通员甲", "first_how", "pin", "first_secret", countertest.Right}
		// What is no number and what is missing are told together.
		want(w, w.Post("officer", page+"/take-back", "pages_back", "十二页", "copy_no", "000001", "checked", "yes", "cabinet", "cabinet-1"), 422,
			[]string{"十二页", "请填数字", `back-pages_back-err"`, `back-copies_back-err"`})
		if a := w.Post("officer", page+"/take-back", back...); a.Code != 303 {
			t.Fatalf("take back: %d %s", a.Code, a.Body)
		}
		err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
			line, _, err := custody.HandOvers.One(tx, "WHERE copy = $1 ORDER BY out_at DESC LIMIT 1", string(i.Copies[0]))
			if line.CourierSignature != "机要交通员甲" || line.ReceiptNo != "H-7" || line.BackAt.IsZero() {
				t.Errorf("the line: %+v", line)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func d(id term.DocumentID) string { return "/d/" + string(id) }

func documentOf(w *countertest.World, tx *store.Tx, id term.CopyID) term.DocumentID {
	c, err := custody.Copies.Get(tx, id)
	if err != nil {
		w.T.Fatal(err)
	}
	return c.Document
}

// said holds for what was typed on the form of a sending that it reached the act: entry and line say it.
func said(w *countertest.World, id term.CopyID) {
	w.T.Helper()
	err := w.DB.Read(w.T.Context(), func(tx *store.Tx) error {
		list, err := w.Log.Find(tx, ledger.Filter{Act: "custody.send", Outcome: ledger.Done})
		if err != nil || len(list) != 1 {
			return fmt.Errorf("%d sendings: %w", len(list), err)
		}
		for _, text := range []string{"F-2", "甲", "乙", "丙", "W-9", "leader_a", "courier", "outside", "完好"} {
			if !bytes.Contains(list[0].Args, []byte(text)) {
				w.T.Errorf("the entry lacks %s: %q", text, list[0].Args)
			}
		}
		if n := bytes.Count(list[0].Args, []byte("某厅")); n != 0 {
			w.T.Error("the recipient stands in the ledger")
		}
		kept, err := custody.SentOf(tx, documentOf(w, tx, id))
		if err != nil {
			return err
		}
		line, _, err := custody.HandOvers.One(tx, "WHERE copy = $1", string(id))
		got := kept[line.ID]
		if got.To != "某厅" || got.Channel != "courier" || got.EnvelopeNo != "F-2" || got.Seal != "完好" || got.NetworkNo != "W-9" ||
			!slices.Equal(got.Carriers, []string{"甲", "乙", "丙"}) || got.SentBy != "officer" || !got.SentAt.Equal(w.Clock.Now()) || !got.AcknowledgedAt.IsZero() {
			w.T.Errorf("what is kept of the sending: %+v", got)
		}
		if line.Receiver != "leader_a" || line.GiverSigned != "officer" {
			w.T.Errorf("the line: %+v", line)
		}
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
}

// The page of a copy that was given outside says so, and who gave it, and leads to where it is taken back; nothing of it can be done
// meanwhile that needs it here. Its history and its document say it too, and a count does not await it. It is back to be put away.
func TestTheCopyThatIsWithSomebodyOutside(t *testing.T) {
	countertest.Each(t, "demo", func(w *countertest.World, c *counter.Counter) {
		custodyweb.Routes(w.Server, custodyweb.Deps{Counter: c, Outside: func(_ context.Context, _ *store.Tx, _ counter.Viewer, id term.CopyID) ([]web.Pair, string, error) {
			return []web.Pair{{Term: "给了", Text: "某公司"}}, "/disclosed/x", nil
		}})
	}, func(w *countertest.World) {
		i := w.Registered("0001", term.Neibu, "某事项的安排", 2)
		w.Opined(i, term.Neibu, "leader_a")
		page, lanes := c(i.Copies[0]), d(i.ID)+"/custody"
		out := []string{`id="hand-out"`, `id="lend"`, `id="send"`, "/disclosed/new?copy="}
		want(w, w.Get("officer", page), 200, out, "提供在外", "交出人")
		r := w.Do("officer", "meeting.disclose", map[string]any{"items": i.Copies[:1], "recipient": "某公司", "return_by": "2026-03-09"})
		want(w, w.Get("officer", page), 200, []string{"提供在外", "交出人", "陈机要员", "某公司", `href="/disclosed/x"`, "2026年3月9日 24:00", "提供给外单位"}, append(out, `id="take-back"`, "存放处</dt>")...)
		want(w, w.Get("leader_a", page), 200, []string{"提供在外"}, `href="/disclosed/x"`)
		want(w, w.Get("officer", lanes), 200, []string{"提供给外单位"})
		if a := w.Post("officer", page+"/take-back", "copies_back", "1", "pages_back", "12", "attachments_back", "2", "copy_no", "000001", "checked", "yes", "cabinet", "cabinet-1", "first_how", "pin", "first_secret", countertest.Right); a.Code != 422 {
			t.Errorf("taken back as a loan is: %d %.2000s", a.Code, a.Body)
		} else {
			w.Holds(a, "在“对外提供”里收回")
		}
		count := w.Do("officer", "custody.count_open", map[string]any{"kind": "part", "places": []string{"cabinet-1"}})
		if _, err := w.Try("officer", "custody.count_scan", map[string]any{"count": count.Values["count"], "copy": i.Copies[0], "result": "missing"}); err == nil {
			t.Error("a count misses it")
		}
		w.Do("officer", "custody.count_scan", map[string]any{"count": count.Values["count"], "copy": i.Copies[1]})
		if closed := w.Do("officer", "custody.count_close", map[string]any{"count": count.Values["count"], "counted_by": "officer", "checked_by": "clerk_a"}, "actor", "officer", custody.Checker, "clerk_a"); closed.Values["expected"] != "1" || closed.Values["missing"] != "0" {
			t.Errorf("the count: %v", closed.Values)
		}
		w.Do("officer", "meeting.take_back_disclosed", map[string]any{"line": r.Values["line.1"], "checked": true})
		want(w, w.Get("officer", page), 200, []string{"待入柜", `name="place"`}, "提供在外</dd>")
		w.Do("officer", "custody.place", map[string]any{"copy": i.Copies[0], "place": "cabinet-1"})
		want(w, w.Get("officer", page), 200, []string{"在柜", `id="hand-out"`}, "提供在外</dd>")
	})
}

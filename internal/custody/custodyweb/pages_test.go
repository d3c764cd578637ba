package custodyweb_test

import (
	"strings"
	"sync"
	"testing"

	"jiyao/internal/custody"
	"jiyao/internal/custody/custodyweb"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

func each(t *testing.T, fn func(w *countertest.World)) {
	eachIn(t, "demo", fn)
}

func eachIn(t *testing.T, office string, fn func(w *countertest.World)) {
	countertest.Each(t, office, func(w *countertest.World, c *counter.Counter) {
		custodyweb.Routes(w.Server, custodyweb.Deps{Counter: c})
	}, fn)
}

func want(w *countertest.World, a countertest.Answer, code int, has []string, hasNot ...string) {
	w.T.Helper()
	body := a.Body
	if i := strings.Index(body, `id="main"`); i >= 0 {
		body = body[i:]
	}
	if a.Code != code {
		w.T.Fatalf("status %d, want %d: %.3000s", a.Code, code, body)
	}
	for _, s := range has {
		if !strings.Contains(a.Body, s) {
			w.T.Errorf("page lacks %q: %.3000s", s, body)
		}
	}
	for _, s := range hasNot {
		if strings.Contains(a.Body, s) {
			w.T.Errorf("page holds %q", s)
		}
	}
	if code == 200 {
		webtest.Clean(w.T, a.Body)
	}
}

const title = "关于某项工作的秘密通知"

func c(id term.CopyID) string { return "/c/" + string(id) }

// signed are both signatures of a change of hands.
func signed(fields ...string) []string {
	return append(fields, "first_how", "pin", "first_secret", countertest.Right, "second_how", "pin", "second_secret", countertest.Right)
}

func TestOutAndBackWithTwoSignatures(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0001", term.Mimi, title, 1, "leader_a", "leader_b")
		page := c(i.Copies[0])
		want(w, w.Get("officer", page), 200, []string{"JY26-0001-01-", "机收〔2026〕0001", "郑副局长（下一位）", "送阅", "12 页", "在柜"}, title)
		out := []string{"to", "leader_a", "copy_no", "000001", "return_by", "2026-03-02 17:30"}
		// One signature, a wrong one, another copy's number: told at the field, what was typed stays.
		want(w, w.Post("officer", page+"/hand-out", append(out, "first_secret", countertest.Right)...), 403, []string{"17:30", "不予"})
		want(w, w.Post("officer", page+"/hand-out", append(out, "first_secret", countertest.Right, "second_secret", "0")...), 422, []string{"签字码或口令不对", "17:30"})
		want(w, w.Post("officer", page+"/hand-out", signed("to", "leader_a", "copy_no", "000009", "return_by", "2026-03-02 17:30")...), 422, []string{"与登记的不一致"})
		want(w, w.Post("officer", page+"/hand-out", signed("to", "nobody", "copy_no", "000001")...), 422, []string{"必填"})
		want(w, w.Post("officer", page+"/hand-out", signed("to", "leader_a", "copy_no", "000001", "return_by", "昨天")...), 422, []string{"写法不对"})
		if a := w.Post("officer", page+"/hand-out", signed(out...)...); a.Code != 303 || a.Location != page {
			w.T.Fatalf("hand out: %d %s", a.Code, a.Body)
		}
		want(w, w.Get("officer", page), 200, []string{"在手", "郑副局长", "收回"}, title)
		// Somebody else has it now: the second clerk is told who.
		want(w, w.Post("officer2", page+"/hand-out", signed("to", "leader_b", "copy_no", "000001", "return_by", "2026-03-02 17:30", "_rev", "1")...), 409, []string{"郑副局长"})
		back := []string{"copies_back", "1", "pages_back", "１２", "attachments_back", "2", "checked", "yes", "copy_no", "000001", "cabinet", "cabinet-1"}
		want(w, w.Post("officer", page+"/take-back", signed(append(back[:6:6], "copy_no", "000001", "cabinet", "cabinet-1")...)...), 403, []string{"不予"})
		if a := w.Post("officer", page+"/take-back", signed(back...)...); a.Code != 303 {
			w.T.Fatalf("take back: %d %s", a.Code, a.Body)
		}
		want(w, w.Get("officer", page), 200, []string{"在柜", "孙副局长（下一位）"})
		want(w, w.Get("officer", "/d/"+string(i.ID)+"/custody"), 200, []string{"清点 12 页、附件 2 件", "<svg", "郑副局长"}, title)
		rows := deliveries(w)
		if len(rows) != 1 || rows[0]["receiver"] != "leader_a" || rows[0]["pages_back"] != "12" || rows[0]["cabinet"] != "cabinet-1" || rows[0]["return_by"] != "2026-03-02 17:30" {
			w.T.Errorf("送阅收回登记: %v", rows)
		}
		for _, who := range []string{"head_general", "clerk_a"} {
			hidden, absent := w.Get(who, page), w.Get(who, "/c/ZZZZZZZZZZZZ")
			if hidden.Code != 404 || hidden.Body != absent.Body {
				w.T.Errorf("%s: hidden %d and absent %d differ", who, hidden.Code, absent.Code)
			}
			a, b := w.Post(who, page+"/take-back", signed(back...)...), w.Post(who, "/c/ZZZZZZZZZZZZ/take-back", signed(back...)...)
			if a.Code != 404 || a.Body != b.Body {
				w.T.Errorf("%s: a try on a hidden copy %d differs from one on none %d", who, a.Code, b.Code)
			}
		}
		want(w, w.Get("role:sys_admin", page), 404, nil)
	})
}

func deliveries(w *countertest.World) []map[string]string {
	w.T.Helper()
	var rows []map[string]string
	err := w.DB.Read(w.T.Context(), func(tx *store.Tx) error {
		law, err := w.Office.Law(tx, w.Clock.Now())
		if err != nil {
			return err
		}
		people, err := w.Office.Directory(tx, w.Clock.Now())
		if err != nil {
			return err
		}
		sight, err := law.Sight(people.Posts("officer"), false)
		if err != nil {
			return err
		}
		rows, err = custody.Registers["deliveries"](tx, sight, "officer", custody.Filter{})
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return rows
}

func TestTwoClerksOnOneCopyAtOnce(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0002", term.Mimi, title, 1, "leader_a", "leader_b")
		page := c(i.Copies[0])
		var done sync.WaitGroup
		codes := make([]int, 2)
		for n, by := range []string{"officer", "officer2"} {
			done.Go(func() {
				a := w.Post(by, page+"/hand-out", signed("to", "leader_a", "copy_no", "000001", "return_by", "2026-03-02 17:30")...)
				codes[n] = a.Code
			})
		}
		done.Wait()
		if codes[0]+codes[1] != 303+409 {
			w.T.Errorf("two clerks got %v, want one 303 and one 409", codes)
		}
	})
}

func TestANewCopyIsLabelledThenPutAway(t *testing.T) {
	each(t, func(w *countertest.World) {
		w.Do("officer", "document.accept", map[string]any{"channel": "courier", "courier": "机要交通员", "courier_signature": "paper",
			"envelopes": []map[string]any{{"envelope_no": "E-1", "issuer": "某厅", "level": "内部", "urgency": "一般", "listed": 1, "counted": 1, "seal_intact": true}}})
		var env string
		err := w.DB.Read(w.T.Context(), func(tx *store.Tx) error { return tx.QueryRow("SELECT id FROM envelope").Scan(&env) })
		if err != nil {
			w.T.Fatal(err)
		}
		r := w.Do("officer", "document.register", map[string]any{"envelope": env, "received_at": w.Clock.Now(), "issuer": "某厅", "doc_no": "无", "title": "内部简报", "level": "内部",
			"urgency": "一般", "copies": 1, "pages": 2, "attachments": 0, "medium": "paper", "content_kinds": []string{"text"}, "channel": "courier", "signer": "officer"})
		page := "/c/" + r.Values["copy.1"]
		want(w, w.Get("officer", page), 200, []string{"标签已贴", "待入柜"})
		for range 2 { // a double click is one act, and no story of somebody else
			if a := w.Post("officer", page+"/label", "_rev", "1", "_key", "label"); a.Code != 303 {
				w.T.Fatalf("label: %d %s", a.Code, a.Body)
			}
		}
		if a := w.Post("officer", page+"/label", "_rev", "1"); a.Code != 409 {
			w.T.Errorf("label on a stale page: %d", a.Code)
		}
		want(w, w.Get("officer", page), 200, []string{"入柜", "cabinet-1"})
		want(w, w.Post("officer", page+"/place", "place", ""), 422, []string{"必填"})
		if a := w.Post("officer", page+"/place", "place", "cabinet-1"); a.Code != 303 {
			w.T.Fatalf("place: %d %s", a.Code, a.Body)
		}
		want(w, w.Get("officer", page), 200, []string{"换柜", "借出"})
	})
}

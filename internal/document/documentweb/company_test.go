package documentweb_test

import (
	"strings"
	"testing"

	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// A company's own secret never bears the state's star: not on its page, its slip or a list, and not as typed.
func TestACompanysSecretBearsNoStar(t *testing.T) {
	countertest.Each(t, "company", mount, func(w *countertest.World) {
		w.Do("gm", "people.delegate", map[string]any{"post": "company/gm", "persons": []string{"keeper"}, "deeds": []string{"收发"}, "all_items": "yes", "from": "2026-03-02", "to": "2026-12-31"})
		w.Do("gm", "custody.designate", map[string]any{"persons": []string{"keeper"}, "acts": []string{"收发"}, "all_items": "yes", "from": "2026-03-02", "to": "2026-12-31"})
		r := w.Do("keeper", "document.accept", map[string]any{"channel": "courier", "courier": "机要交通员", "courier_signature": "paper",
			"envelopes": []map[string]any{{"envelope_no": "K-1", "issuer": "某服装公司", "level": "秘密", "urgency": "一般", "listed": 1, "counted": 1, "seal_intact": true}}})
		to := "/receive/" + r.Values["envelope.K-1"]
		want(w, w.Get("keeper", "/receive"), 200, []string{">公司秘密<"}, "★")
		want(w, w.Get("keeper", to), 200, []string{"如 公司秘密"}, "★")
		typed := func(mark string) []string {
			return line("mark_text", mark, "copies", "1", "copy_nos", "000003", "received_at", "", "signer", "keeper", "urgency", "一般")
		}
		want(w, w.Post("keeper", to, typed("秘密★5年")...), 422, []string{"标志不用 ★", secretTitle})
		want(w, w.Post("keeper", to, typed("公司秘密★5年")...), 422, []string{"标志不用 ★"})
		want(w, w.Post("keeper", to, typed("公司机密")...), 422, []string{"与密级标志不一致"})
		a := w.Post("keeper", to, typed("公司秘密 5年")...)
		if a.Code != 303 {
			w.T.Fatalf("register: %d %s", a.Code, cut(a.Body))
		}
		want(w, w.Get("keeper", a.Location), 200, []string{">公司秘密 5年<", secretTitle}, "★")
		w.Do("keeper", "document.slip", map[string]any{"document": a.Location[len("/d/"):]})
		want(w, w.Get("keeper", a.Location+"/slip"), 200, []string{"公司秘密 5年"}, "★")
		want(w, w.Post("keeper", "/search", "q", "95"), 200, []string{">公司秘密 5年<"}, "★")
		want(w, w.Get("clerk", a.Location), 404, nil, secretTitle) // guarded as before: outside the scope it is not there
	})
}

// The other way round: what an office keeps as the state's secret bears no company's mark; 内部 may.
func TestAStateSecretBearsNoCompanysMark(t *testing.T) {
	each(t, func(w *countertest.World) {
		accepted(w, "JT-0061", "2", "2")
		to := "/receive/" + envelopeOf(w)
		want(w, w.Post("officer", to, line("mark_text", "公司秘密 5年")...), 422, []string{"公司秘密不是国家秘密"})
		if a := w.Post("officer", to, line("mark_text", "公司秘密", "level", "内部", "level_checked", "内部", "period", "")...); a.Code != 303 {
			w.T.Errorf("内部 with a company's mark: %d %s", a.Code, cut(a.Body))
		}
	})
}

// A voided line is found by who may know it, and says so; a completed one can still be put right.
func TestAVoidedLineIsFoundAndACompletedOnePutRight(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0009", term.Mimi, secretTitle, 1)
		d := "/d/" + string(i.ID)
		want(w, w.Get("officer", d), 200, []string{`id="complete"`}, "份未收回")
		w.Do("officer", "document.complete", map[string]any{"document": i.ID, "result": "已办", "disposition": "archive"})
		want(w, w.Get("officer", d), 200, []string{`id="correct"`, `id="void"`})
		want(w, w.Get("leader_b", d), 404, nil)
		w.Do("officer", "document.void", map[string]any{"document": i.ID, "reason": "重复登记"})
		want(w, w.Get("officer", d), 200, []string{"已作废"}, `id="correct"`, `id="void"`)
		want(w, w.Post("officer", "/search", "q", "机收〔2026〕0001"), 200, []string{secretTitle, "已作废"})
		for _, typed := range []string{"机收〔2026〕1号", "2026-0001", "２０２６－１", string(term.MakeLabelCode(term.Received, 2026, 1, 1))} {
			want(w, w.Post("officer", "/search", "q", typed), 200, []string{secretTitle})
			want(w, w.Post("leader_b", "/search", "q", typed), 200, []string{"没有找到"}, secretTitle)
		}
		want(w, w.Post("leader_b", "/search", "q", "机收〔2026〕0001"), 200, nil, secretTitle, "已作废")
	})
}

// To be done with an item whose copy is out ends no loan, and the page says so before.
func TestCompletingSaysWhatIsStillOut(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0009", term.Neibu, "内部安排", 1, "leader_a")
		w.HandedTo(i.Copies[0], "leader_a")
		d := "/d/" + string(i.ID)
		want(w, w.Get("officer", d), 200, []string{"还有 1 份未收回"})
		w.Do("officer", "document.complete", map[string]any{"document": i.ID, "result": "已办", "disposition": "archive"})
		want(w, w.Get("officer", d), 200, nil, "还有 1 份未收回")
	})
}

// Envelopes wait with the most urgent first, then in the order of their list.
func TestEnvelopesWaitInASaidOrder(t *testing.T) {
	each(t, func(w *countertest.World) {
		var lines []map[string]any
		for _, e := range [][2]string{{"Z-9", "一般"}, {"B-2", "特急"}, {"Y-8", "一般"}, {"A-1", "加急"}, {"X-7", "一般"}} {
			lines = append(lines, map[string]any{"envelope_no": e[0], "issuer": "某厅", "level": "内部", "urgency": e[1], "listed": 1, "counted": 1, "seal_intact": true})
		}
		w.Do("officer", "document.accept", map[string]any{"channel": "courier", "courier": "机要交通员", "courier_signature": "paper", "envelopes": lines})
		a := w.Get("officer", "/receive")
		want(w, a, 200, []string{"特急在前，先收先办"})
		inOrder(w, a.Body, "B-2", "A-1", "Z-9", "Y-8", "X-7")
	})
}

func inOrder(w *countertest.World, body string, texts ...string) {
	w.T.Helper()
	at := 0
	for _, s := range texts {
		i := strings.Index(body[at:], `<td class="mono">`+s+"<")
		if i < 0 {
			w.T.Errorf("%s does not follow in order", s)
			return
		}
		at += i
	}
}

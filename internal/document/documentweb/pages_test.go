package documentweb_test

import (
	"strings"
	"testing"

	"jiyao/internal/ledger"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

const (
	secretTitle = "关于某项工作的秘密通知"
	topCode     = "代号一〇一"
)

func TestTheFirstPageShowsWhatIsDue(t *testing.T) {
	each(t, func(w *countertest.World) {
		accepted(w, "JT-0052", "2", "2")
		i := w.Circulating("0002", term.Mimi, secretTitle, 2, "leader_a", "leader_b")
		handOut(w, i.Copies[0], "leader_a", "000001")
		want(w, w.Get("officer", "/today"), 200, []string{"JT-0052", "某省主管厅", secretTitle, "郑副局长", `href="/receive"`, "今晚入柜", "data-due="})
		want(w, w.Get("officer", "/today?by=person"), 200, []string{secretTitle})
		// A reader sees his own, and nobody else's.
		want(w, w.Get("leader_a", "/today"), 200, []string{secretTitle}, "JT-0052", "某省主管厅")
		// Who is outside the scope sees no trace of it.
		want(w, w.Get("head_general", "/today"), 200, nil, secretTitle, "JT-0052", string(i.ID), "郑副局长")
		want(w, w.Get("role:sys_admin", "/today"), 404, nil, secretTitle)
		if a := w.Get("", "/today"); a.Code != 303 {
			w.T.Errorf("nobody: %d", a.Code)
		}
	})
}

func TestATitleOfJuemiIsMaskedUntilHeldOpen(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0003", term.Juemi, topCode, 1)
		w.Opined(i, term.Juemi, "unit_head")
		a := w.Get("officer", d(i.ID))
		// What would be refused is not offered: he has it in his register and need not know its name, and the page says so.
		offer, why := d(i.ID)+`/reveal"`, "绝密件的名称只给知悉范围内"
		want(w, a, 200, []string{"标题已遮蔽", "绝密★10年", why}, topCode, offer)
		want(w, w.Get("officer", "/today"), 200, []string{"标题已遮蔽", why}, topCode, offer)
		want(w, w.Get("office_director", d(i.ID)), 200, []string{"标题已遮蔽", why}, topCode, offer)
		want(w, w.Get("unit_head", d(i.ID)), 200, []string{"标题已遮蔽", offer, "按住空格"}, topCode, why)
		want(w, w.Post("unit_head", d(i.ID)+"/reveal"), 200, []string{topCode}, "标题已遮蔽")
		want(w, w.Post("officer", "/search", "q", "一〇一"), 200, []string{"标题已遮蔽"}, topCode)
	})
}

func TestTheDocumentPage(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0004", term.Mimi, secretTitle, 2, "leader_a", "leader_b")
		handOut(w, i.Copies[0], "leader_a", "000001")
		want(w, w.Get("officer", d(i.ID)), 200, []string{secretTitle, "某厅发〔2026〕0004号", "机收〔2026〕0001", "谁拿过，拿了多久", "郑副局长", "经手记录", "送阅", "秘密★10年", "<svg"})
		// A reader sees the item, not who else has it.
		want(w, w.Get("leader_b", d(i.ID)), 200, []string{secretTitle}, "谁拿过，拿了多久", "经手记录", `action="/d/`+string(i.ID)+`/correct"`)
		want(w, w.Get("officer", d(i.ID)+"/custody"), 200, []string{"郑副局长", "陈机要员当面交出"})
	})
}

func TestHiddenAndAbsentAnswerAlike(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0005", term.Mimi, secretTitle, 1, "leader_a")
		for _, p := range []string{"", "/slip", "/custody"} {
			hidden, absent := w.Get("head_general", d(i.ID)+p), w.Get("head_general", "/d/ZZZZZZZZZZZZ"+p)
			if hidden.Code != 404 || hidden.Body != absent.Body {
				w.T.Errorf("%s: hidden %d and absent %d differ", p, hidden.Code, absent.Code)
			}
		}
		for _, act := range []string{"opine", "scope", "correct", "void", "complete", "reveal", "print", "labels", "instruct"} {
			hidden := w.Post("head_general", d(i.ID)+"/"+act, "reason", "x", "ownhow", "pin", "own_secret", countertest.Right)
			absent := w.Post("head_general", "/d/ZZZZZZZZZZZZ/"+act, "reason", "x", "own_secret", countertest.Right)
			if hidden.Code != absent.Code || hidden.Body != absent.Body || hidden.Code != 404 {
				w.T.Errorf("%s: hidden %d and absent %d differ: %s", act, hidden.Code, absent.Code, cut(hidden.Body))
			}
		}
		if hidden, absent := w.Get("head_general", "/c/"+string(i.Copies[0])), w.Get("head_general", "/c/ZZZZZZZZZZZZ"); hidden.Code != 404 || hidden.Body != absent.Body {
			w.T.Errorf("copy: hidden %d and absent %d differ", hidden.Code, absent.Code)
		}
		label := "JY26-0001-01-"
		for _, c := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
			if _, err := term.ParseLabelCode(label + string(c)); err == nil {
				label += string(c)
				break
			}
		}
		hidden, absent := w.Post("head_general", "/scan", "code", label), w.Post("head_general", "/scan", "code", "JY26-9999-01-J")
		if hidden.Code != 404 || hidden.Body != absent.Body {
			w.T.Errorf("scan: hidden %d and absent %d differ", hidden.Code, absent.Code)
		}
		// A whole label of nothing here, a damaged one and what is no label are told apart, as at every box.
		want(w, absent, 404, []string{"本单位没有登记这个标签"})
		want(w, w.Post("officer", "/scan", "code", "JY26-9999-01-X"), 422, []string{"校验位不对", `data-said="校验位不对`})
		want(w, w.Post("officer", "/scan", "code", "机收〔2026〕9999号"), 404, []string{"没有这个编号"})
		if a := w.Post("officer", "/scan", "code", label); a.Code != 303 || a.Location != "/c/"+string(i.Copies[0]) {
			w.T.Errorf("the officer's scan: %d %s", a.Code, a.Location)
		}
		if a := w.Post("leader_a", "/scan", "code", "　"+strings.ToLower(label)); a.Code != 303 || a.Location != d(i.ID) {
			w.T.Errorf("the reader's scan: %d %s", a.Code, a.Location)
		}
		want(w, w.Post("head_general", "/search", "q", "秘密"), 200, []string{"没有找到"}, secretTitle, string(i.ID))
		want(w, w.Post("leader_a", "/search", "q", "某项 秘密"), 200, []string{secretTitle})
		want(w, w.Post("leader_a", "/search", "q", "〔2026〕０００５"), 200, []string{secretTitle})
		want(w, w.Post("leader_a", "/search", "q", strings.Repeat("长", 101)), 422, []string{"最多 100 个字"}, secretTitle)
	})
}

// entries counts what stands in the ledger.
func entries(w *countertest.World) (n int) {
	w.T.Helper()
	err := w.DB.Read(w.T.Context(), func(tx *store.Tx) error {
		list, err := w.Log.Find(tx, ledger.Filter{})
		n = len(list)
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return n
}

// A scan that says nothing is answered at its box, on the page and beside it, and is no try at anything.
func TestAnEmptyScanIsNoTry(t *testing.T) {
	each(t, func(w *countertest.World) {
		tries := func() int { return entries(w) }
		before := tries()
		for _, code := range []string{"", " ", "　", "\t　 "} {
			want(w, w.Post("officer", "/scan", "code", code), 422, []string{"必填"})
		}
		want(w, w.Post("officer", "/scan"), 422, []string{"必填"})
		want(w, w.Post("officer", "/scan", "code", strings.Repeat("9", 201)), 422, []string{"太长"})
		if after := tries(); after != before {
			w.T.Errorf("%d entries of scans that say nothing", after-before)
		}
		if w.Post("officer", "/scan", "code", "nothing"); tries() != before+1 {
			w.T.Errorf("a scan of what is not there leaves %d entries, want 1", tries()-before)
		}
	})
}

package documentweb_test

import (
	"strings"
	"testing"
	"time"

	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// The slip says until when the document goes round, from the clock that runs, and counts chasers for each handler.
func TestTheSlipSaysUntilWhenAndHowOften(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0001", term.Mimi, secretTitle, 1, "leader_a", "leader_b")
		for _, to := range []string{"officer", "office_director"} {
			r := w.Do("leader_a", "document.instruct", map[string]any{"document": i.ID, "handler": to, "due": w.Clock.Now().Add(time.Hour), "text": "请办"})
			w.Do("officer", "circulation.chase", map[string]any{"instruction": r.Values["instruction"], "to": to, "how": "phone", "at": w.Clock.Now()})
		}
		a := w.Get("officer", d(i.ID)+"/slip")
		want(w, a, 200, []string{"<th>传阅时限</th><td>2026-03-", "第 1 次　陈机要员", "第 1 次　李主任"}, "第 2 次")
		w.Do("officer", "document.correct", map[string]any{"document": i.ID, "field": "urgency", "value": "特急", "reason": "封面是特急"})
		if a = w.Get("officer", d(i.ID)+"/slip"); !strings.Contains(a.Body, "<th>传阅时限</th><td>2026-03-02 24:00<") {
			w.T.Errorf("of 特急: %s", cut(a.Body))
		}
	})
}

// The form on paper is Chinese, also for who reads the page around it in English.
func TestTheSlipIsChinese(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0001", term.Mimi, secretTitle, 1, "leader_a")
		want(w, w.GetEnglish("officer", d(i.ID)+"/slip"), 200, []string{"Print", "<th>来文方式</th><td>机要交通</td>"}, "Confidential courier")
	})
}

// A thing of paper has at least one page, when it is registered and when it is put right.
func TestPaperHasAPage(t *testing.T) {
	each(t, func(w *countertest.World) {
		accepted(w, "JT-0062", "2", "2")
		to := "/receive/" + envelopeOf(w)
		want(w, w.Post("officer", to, line("pages", "0")...), 422, []string{"纸质件至少 1 页"})
		a := w.Post("officer", to, line()...)
		if a.Code != 303 {
			w.T.Fatalf("register: %d %s", a.Code, cut(a.Body))
		}
		want(w, w.Post("officer", a.Location+"/correct", "field", "pages", "value", "0", "reason", "笔误"), 422, []string{"纸质件至少 1 页"})
	})
}

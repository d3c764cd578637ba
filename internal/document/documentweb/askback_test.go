package documentweb_test

import (
	"testing"

	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// The issuer wants an item back: the officer notes until when on the page of the item, which shows the day.
func TestTheIssuerWantsAnItemBack(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0009", term.Mimi, secretTitle, 1)
		w.Opined(i, term.Mimi, "leader_a")
		page := d(i.ID)
		want(w, w.Get("officer", page), 200, []string{`action="` + page + `/ask-back"`, "清退通知"})
		want(w, w.Get("leader_a", page), 200, nil, "/ask-back")
		for _, c := range [][2]string{{"", "退〔2026〕1号"}, {"哪天", "退〔2026〕1号"}, {"2026-02-01", "退〔2026〕1号"}} {
			want(w, w.Post("officer", page+"/ask-back", "return_by", c[0], "notice_no", "退〔2026〕1号"), 422, []string{c[1], `id="ask-back-return_by-err"`, `<dialog id="ask-back" aria-labelledby="ask-back-title" open`})
		}
		if a := w.Post("leader_a", page+"/ask-back", "return_by", "2026-06-30"); a.Code != 403 {
			t.Errorf("by a reader: %d", a.Code)
		}
		if a := w.Post("officer", page+"/ask-back", "return_by", "2026-06-30", "notice_no", "退〔2026〕1号"); a.Code != 303 || a.Location != page {
			t.Fatalf("noted: %d %.2000s", a.Code, a.Body)
		}
		want(w, w.Get("officer", page), 200, []string{"清退时限", "2026年6月30日"})
		a, b := w.Post("head_general", page+"/ask-back", "return_by", "2026-06-30"), w.Post("head_general", "/d/ZZZZZZZZZZZZ/ask-back", "return_by", "2026-06-30")
		if a.Code != b.Code || a.Code != 404 {
			t.Errorf("of a hidden item: %d, of none: %d", a.Code, b.Code)
		}
	})
}

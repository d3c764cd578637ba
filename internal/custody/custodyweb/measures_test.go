package custodyweb_test

import (
	"encoding/hex"
	"testing"

	"jiyao/internal/checklist"
	"jiyao/internal/custody/custodyweb"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
)

// eachCompany is each for a company under its own regulation, with one secret copy in the safe.
func eachCompany(t *testing.T, fn func(w *countertest.World, id term.CopyID)) {
	countertest.Each(t, "company", func(w *countertest.World, c *counter.Counter) {
		custodyweb.Routes(w.Server, custodyweb.Deps{Counter: c})
	}, func(w *countertest.World) {
		w.Do("gm", "people.delegate", map[string]any{"post": "company/gm", "persons": []string{"keeper"}, "deeds": []string{"收发", "传递", "保存"}, "all_items": "yes", "from": "2026-03-02", "to": "2026-12-31"})
		w.Do("gm", "custody.designate", map[string]any{"persons": []string{"keeper"}, "acts": []string{"收发", "传递"}, "all_items": "yes", "from": "2026-03-02", "to": "2026-12-31"})
		r := w.Do("keeper", "document.accept", map[string]any{"channel": "courier", "courier": "机要交通员", "courier_signature": "paper",
			"envelopes": []map[string]any{{"envelope_no": "K-1", "issuer": "设计部", "level": "秘密", "urgency": "一般", "listed": 1, "counted": 1, "seal_intact": true}}})
		r = w.Do("keeper", "document.register", map[string]any{"envelope": r.Values["envelope.K-1"], "received_at": w.Clock.Now(), "issuer": "设计部", "doc_no": "设〔2026〕1号", "title": title,
			"level": "秘密", "period": "2026-08-31", "issued_on": "2026-03-01", "mark_text": "公司秘密", "urgency": "一般", "copies": 1, "copy_nos": []string{"000001"}, "pages": 12,
			"attachments": 2, "medium": "paper", "channel": "courier", "signer": "keeper"})
		id := r.Values["copy.1"]
		w.Do("keeper", "custody.label", map[string]any{"copy": id})
		w.Do("keeper", "custody.place", map[string]any{"copy": id, "place": "safe-1"})
		w.Do("office_director", "document.scope", map[string]any{"document": r.Subject, "persons": []string{"keeper", "designer"}, "level": "秘密", "issuer_limit": "无", "reason": "工作需要"})
		fn(w, term.CopyID(id))
	})
}

// A company's secret goes out on a sheet of measures that is signed first; what was typed waits for it.
func TestTheSheetOfMeasuresIsSignedAndTheFormGoesOn(t *testing.T) {
	eachCompany(t, func(w *countertest.World, id term.CopyID) {
		page := c(id)
		want(w, w.Get("keeper", page), 200, []string{"安全措施确认", "密封袋已到位", `name="measures" value="密封袋"`, "须先签《安全措施确认》"})
		out := func(more ...string) []string {
			return signed(append([]string{"to", "designer", "copy_no", "000001", "return_by", "2026-03-02 17:30"}, more...)...)
		}
		// None named: said at the field, with the clause. One named and nothing signed: refused, the sheet stands ready with that line alone.
		want(w, w.Post("keeper", page+"/hand-out", out()...), 422, []string{"制度要求填这一项", "/rules/company/D-11.2b", ` open`}, `name="kept.to"`)
		refused := w.Post("keeper", page+"/hand-out", out("measures", "密封袋")...)
		want(w, refused, 403, []string{"不予", `name="kept.to" value="designer"`, `name="kept.return_by" value="2026-03-02 17:30"`, `name="then" value="hand-out"`, "密封袋已到位"},
			"双人同行已到位", "kept.first_secret", "kept.second_secret", `value="135790"`)
		kept := []string{"then", "hand-out", "kept.to", "designer", "kept.copy_no", "000001", "kept.return_by", "2026-03-02 17:30", "kept.measures", "密封袋"}
		sheet := func(answer, secret string) countertest.Answer {
			return w.Post("keeper", page+"/measures", append(kept, line("密封袋"), answer, "own_how", "pin", "own_secret", secret)...)
		}
		want(w, sheet("", countertest.Right), 422, []string{`aria-invalid="true"`, `name="kept.to" value="designer"`})
		want(w, sheet("yes", "0"), 422, []string{"签字码或口令不对", `name="kept.to" value="designer"`})
		want(w, sheet("maybe", countertest.Right), 422, []string{`name="kept.to" value="designer"`})
		if n := sheetsSigned(w); n != 0 {
			w.T.Fatalf("%d sheets are signed after three tries that failed", n)
		}
		if a := sheet("no", countertest.Right); a.Code != 303 {
			w.T.Fatalf("a sheet answered no: %d %s", a.Code, a.Body)
		}
		want(w, w.Post("keeper", page+"/hand-out", out("measures", "密封袋")...), 403, []string{"不予"})
		advance(w, 1e9)
		want(w, sheet("yes", countertest.Right), 200, []string{"安全措施已确认", `<dialog id="hand-out" aria-labelledby="hand-out-title" open`, `value="2026-03-02 17:30"`,
			`<option value="designer" selected`, `value="密封袋" checked`, "尚未使用"}, `name="then" value="hand-out"`)
		if a := w.Post("keeper", page+"/hand-out", out("measures", "密封袋")...); a.Code != 303 {
			w.T.Fatalf("hand out with the sheet signed: %d %.3000s", a.Code, a.Body)
		}
		back := []string{"copies_back", "1", "pages_back", "12", "attachments_back", "2", "checked", "yes", "copy_no", "000001", "cabinet", "safe-1"}
		if a := w.Post("keeper", page+"/take-back", signed(back...)...); a.Code != 303 {
			w.T.Fatalf("take back: %d %.3000s", a.Code, a.Body)
		}
		// A sheet serves once. One signed beforehand, by the lines that were answered, lends the copy.
		lend := signed("to", "designer", "copy_no", "000001", "due", "2026-03-03 17:30", "purpose", "read", "destination", "premises", "measures", "双人同行")
		want(w, w.Post("keeper", page+"/lend", lend...), 403, []string{`name="then" value="lend"`, `name="kept.due" value="2026-03-03 17:30"`})
		want(w, w.Post("keeper", page+"/measures", "own_how", "pin", "own_secret", countertest.Right), 422, []string{"安全措施确认"})
		if a := w.Post("keeper", page+"/measures", line("双人同行"), "yes", "own_how", "pin", "own_secret", countertest.Right); a.Code != 303 || a.Location != page {
			w.T.Fatalf("a sheet beforehand: %d %.3000s", a.Code, a.Body)
		}
		want(w, w.Get("keeper", page), 200, []string{"已确认：双人同行", `value="双人同行" checked`})
		if a := w.Post("keeper", page+"/lend", lend...); a.Code != 303 {
			w.T.Fatalf("lend with the sheet signed: %d %.3000s", a.Code, a.Body)
		}
		// Who may not know of the copy is answered as for none.
		a, b := w.Post("clerk", page+"/measures", kept...), w.Post("clerk", "/c/ZZZZZZZZZZZZ/measures", kept...)
		if a.Code != 404 || a.Body != b.Body {
			w.T.Errorf("the sheet of a hidden copy: %d, of none: %d", a.Code, b.Code)
		}
	})
}

// Where no pack wants measures, none are asked for.
func TestNoSheetWhereTheLawHasNone(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0001", term.Mimi, title, 1, "leader_a")
		want(w, w.Get("officer", c(i.Copies[0])), 200, nil, `id="hand-out-measures"`, `id="measures"`)
		want(w, w.Post("officer", c(i.Copies[0])+"/measures", line("密封袋"), "yes"), 404, nil)
	})
}

// line is the field of a line of a sheet.
func line(name string) string { return "line.x" + hex.EncodeToString([]byte(name)) }

func sheetsSigned(w *countertest.World) int {
	w.T.Helper()
	var n int
	if err := w.DB.Read(w.T.Context(), func(tx *store.Tx) (err error) { n, err = checklist.Sheets.Count(tx, "WHERE subject <> ''"); return err }); err != nil {
		w.T.Fatal(err)
	}
	return n
}

// A company's secret leaves by the ways of its own regulation, and by no other that a form would offer.
func TestTheWaysOutOfACompany(t *testing.T) {
	eachCompany(t, func(w *countertest.World, id term.CopyID) {
		want(w, w.Get("keeper", c(id)), 200, []string{`<option value="company_courier"`, "本单位专人", `<option value="company_encrypted"`}, `<option value="confidential_post"`, `<option value="cipher_telegram"`)
	})
}

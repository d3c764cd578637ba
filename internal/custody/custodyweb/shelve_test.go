package custodyweb_test

import (
	"fmt"
	"strings"
	"testing"

	"jiyao/internal/custody"
	"jiyao/internal/store"
	"jiyao/internal/web/counter/countertest"
)

// Three fresh copies, one labelled before: one press labels the others and puts all away, once.
func TestFreshCopiesAreLabelledAndPutAwayTogether(t *testing.T) {
	each(t, func(w *countertest.World) {
		r := threeFresh(w)
		w.Do("officer", "custody.label", map[string]any{"copy": r["copy.2"]})
		page := "/d/" + r["document"] + "/put-away"
		if a := w.Post("officer", page, "place", "nowhere", "_key", "a"); a.Code != 422 {
			w.T.Errorf("no cabinet: %d", a.Code)
		}
		if a := w.Post("clerk_b", page, "place", "cabinet-1", "_key", "b"); a.Code == 303 && inCabinet(w) > 0 {
			w.T.Errorf("a clerk put copies away: %d", a.Code)
		}
		for range 2 { // a double click
			if a := w.Post("officer", page, "place", "cabinet-1", "_key", "c"); a.Code != 303 {
				w.T.Fatalf("put away: %d %s", a.Code, a.Body)
			}
		}
		if n := inCabinet(w); n != 3 {
			w.T.Errorf("%d copies in the cabinet, want 3", n)
		}
	})
}

// A piece of the old books without a number is numbered where it is labelled; asked for it in its place, nothing is put away.
func TestAPieceWithoutANumberIsNumberedWithItsLabel(t *testing.T) {
	each(t, func(w *countertest.World) {
		a := w.Do("officer", "custody.import", map[string]any{"book": "incoming", "list": strings.Repeat("0", 64), "line": 2, "number": "2025-0031", "received_on": "2025-11-03", "issuer": "某厅",
			"doc_no": "某厅发〔2025〕31号", "level": "机密", "copies": 1, "pages": 5, "attachments": 0, "channel": "courier", "code_name": "甲字五号", "period": "10年", "issued_on": "2025-10-30", "medium": "paper", "content_kinds": []string{"text"},
			"place": "cabinet-1"}, "officer", "officer", "office_director", "office_director")
		page := "/d/" + a.Values["document"]
		if b := w.Post("officer", page+"/put-away", "copy_no_unprinted", "yes", "_key", "a"); b.Code != 303 {
			w.T.Fatalf("number it: %d %s", b.Code, b.Body)
		}
		if shown := w.Get("officer", page+"/custody").Body; !strings.Contains(shown, "000001") {
			w.T.Error("its number is not shown")
		}
	})
}

func threeFresh(w *countertest.World) map[string]string {
	w.T.Helper()
	a := w.Do("officer", "document.accept", map[string]any{"channel": "courier", "courier": "机要交通员", "courier_signature": "paper",
		"envelopes": []map[string]any{{"envelope_no": "E-1", "issuer": "某厅", "level": "内部", "urgency": "一般", "listed": 3, "counted": 3, "seal_intact": true}}})
	r := w.Do("officer", "document.register", map[string]any{"envelope": a.Values["envelope.E-1"], "received_at": w.Clock.Now(), "issuer": "某厅", "doc_no": "无", "title": "内部简报", "level": "内部",
		"urgency": "一般", "copies": 3, "pages": 2, "attachments": 0, "medium": "paper", "content_kinds": []string{"text"}, "channel": "courier", "signer": "officer"})
	out := map[string]string{"document": r.Subject}
	for i := range 3 {
		name := fmt.Sprintf("copy.%d", i+1)
		out[name] = r.Values[name]
	}
	return out
}

func inCabinet(w *countertest.World) int {
	w.T.Helper()
	var list []custody.Copy
	err := w.DB.Read(w.T.Context(), func(tx *store.Tx) (err error) {
		list, err = custody.Copies.Select(tx, "WHERE place = $1 AND state = 'in_place'", "cabinet-1")
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	for _, c := range list {
		if c.LabelledAt.IsZero() {
			w.T.Errorf("%s lies unlabelled in the cabinet", c.ID)
		}
	}
	return len(list)
}

package custodyweb_test

import (
	"strings"
	"testing"

	"jiyao/internal/approval"
	"jiyao/internal/custody"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// A compilation goes out on a leave of its own, asked for on its page and spent there; one piece to each recipient.
func TestACompilationIsSentByASecondLeave(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0001", term.Neibu, title, 1, "leader_a", "officer")
		made := map[string]any{"sources": []map[string]any{{"copy": i.Copies[0], "issuer_rule": "allows"}}, "title": "内部汇编", "purpose": "办案", "copies": 2, "medium": "paper", "content_kinds": []string{"text"}}
		l := w.Do("officer", "approval.request", map[string]any{"act": "custody.compile", "reason": "需要", "with": made})
		for _, id := range l.Values {
			if _, err := w.Try("office_director", "approval.grant", map[string]any{"leave": id}); err != nil {
				t.Logf("grant %s: %v", id, err)
			}
		}
		r := w.Do("officer", "custody.compile", made)
		page := "/d/" + r.Subject + "/send-compilation"
		want(w, w.Get("officer", "/c/"+r.Values["copy.1"]), 200, []string{page, "发送汇编"})
		want(w, w.Get("officer", page), 200, []string{"机编〔2026〕0001", "可发送 2 份", "某省主管厅", "呈批", `id="compilation-recipients-1"`}, `id="compilation-recipients-2"`)
		want(w, w.Get("officer", "/d/"+string(i.ID)+"/send-compilation"), 404, nil) // no compilation
		w.Hidden("clerk_a", page, "/d/ZZZZZZZZZZZZ/send-compilation")
		fields := func(do string) []string {
			return []string{"recipients", "leader_a", "recipients", "", "channel", "courier", "envelope_no", "F-1", "seal", "完好", "reason", "工作需要", "do", do, "own_how", "pin", "own_secret", countertest.Right}
		}
		want(w, w.Post("officer", page, fields("send")...), 403, []string{"不予", `value="F-1"`, `<option value="leader_a" selected`})
		want(w, w.Post("officer", page, append(fields("send")[4:], "recipients", "")...), 422, []string{"必填", `value="F-1"`})
		if a := w.Post("officer", page, fields("ask")...); a.Code != 303 || !strings.HasPrefix(a.Location, "/approvals/") {
			t.Fatalf("ask: %d %.2000s", a.Code, a.Body)
		}
		var asked []approval.Leave
		if err := w.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
			asked, err = approval.Leaves.Select(tx, "WHERE act = 'custody.send_compilation'")
			return err
		}); err != nil || len(asked) == 0 {
			t.Fatalf("nothing is asked: %v", err)
		}
		w.Do("discipline_head", "approval.grant", map[string]any{"leave": asked[0].ID, "reason": "同意"})
		want(w, w.Get("officer", page+"?leave="+string(asked[0].ID)), 200, []string{`<option value="leader_a" selected`, `value="F-1"`, "只能照批准的办"}, `value="ask"`)
		if a := w.Post("officer", page, fields("send")...); a.Code != 303 || a.Location != "/d/"+r.Subject+"/custody" {
			t.Fatalf("send: %d %.2000s", a.Code, a.Body)
		}
		sent, err := 0, error(nil)
		if err = w.DB.Read(t.Context(), func(tx *store.Tx) error {
			list, err := custody.Sendings.Select(tx, "WHERE document = $1", r.Subject)
			sent = len(list)
			return err
		}); err != nil || sent != 1 {
			t.Errorf("%d pieces are on their way, want 1: %v", sent, err)
		}
	})
}

package custodyweb_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"jiyao/internal/custody/custodyweb"
	"jiyao/internal/inspection"
	"jiyao/internal/inspection/inspectionweb"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
)

// A finding about what came back says what should have come and what did, on its page and in the list, to who may know of
// the copy.
func TestAFindingOfAReturnSaysItsFigures(t *testing.T) {
	countertest.Each(t, "demo", func(w *countertest.World, c *counter.Counter) {
		custodyweb.Routes(w.Server, custodyweb.Deps{Counter: c})
		inspectionweb.Routes(w.Server, inspectionweb.Deps{Counter: c, Staff: w.Staff, Figures: func(ctx context.Context, tx *store.Tx, v counter.Viewer, f inspection.Finding) ([]web.Pair, error) {
			return custodyweb.Back(ctx, tx, v, term.CopyID(f.Subject), f.FoundAt)
		}})
	}, func(w *countertest.World) {
		i := w.Circulating("0001", term.Mimi, title, 1, "leader_a", "leader_b")
		page := c(i.Copies[0])
		if a := w.Post("officer", page+"/hand-out", signed("to", "leader_a", "copy_no", "000001", "return_by", "2026-03-02 17:30")...); a.Code != 303 {
			t.Fatalf("hand out: %d %s", a.Code, a.Body)
		}
		var told string
		if a := w.Post("officer", page+"/take-back", signed("copies_back", "1", "pages_back", "11", "attachments_back", "2", "checked", "yes", "copy_no", "000001", "cabinet", "cabinet-1")...); a.Code != 303 {
			t.Fatalf("take back: %d %s", a.Code, a.Body)
		} else if told, _, _ = strings.Cut(a.Header.Get("Set-Cookie"), ";"); !strings.Contains(told, "done.custody.back_differs") {
			t.Errorf("that the count differs is not told at once: %s", told)
		}
		next := httptest.NewRequestWithContext(t.Context(), http.MethodGet, page, nil)
		next.Header.Set("X-Browser", "officer")
		next.Header.Set("Cookie", told)
		rec := httptest.NewRecorder()
		w.Server.ServeHTTP(rec, next)
		note, _, _ := strings.Cut(rec.Body.String(), "但清点与登记不符")
		if at := strings.LastIndex(note, `class="note`); at < 0 || strings.HasPrefix(note[at:], `class="note ok`) {
			t.Errorf("a count that differs stands there as if all were well: %s", note[max(at, 0):])
		}
		list := w.Get("officer", "/findings")
		figures := []string{"应 12，实收 11", "应 1，实收 1", "应 2，实收 2", "000001"}
		want(w, list, 200, append(figures, "收回时清点不符"), title)
		m := regexp.MustCompile(`/findings/[0-9A-Z]{12}`).FindString(list.Body)
		want(w, w.Get("officer", m), 200, figures, title)
		// Who inspects sees the finding. What was counted he sees only of what he may know of.
		want(w, w.Get("head_sup", m), 200, []string{"收回时清点不符"}, figures...)
		want(w, w.Get("head_sup", "/findings"), 200, []string{"收回时清点不符"}, figures...)
	})
}

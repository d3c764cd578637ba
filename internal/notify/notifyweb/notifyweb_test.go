package notifyweb_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"jiyao/internal/locale"
	"jiyao/internal/notify"
	"jiyao/internal/notify/notifyweb"
	"jiyao/internal/procedure"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
)

func each(t *testing.T, fn func(w *countertest.World, panel func(who term.PersonID) string)) {
	t.Helper()
	var deps notifyweb.Deps
	countertest.Each(t, "school", func(w *countertest.World, c *counter.Counter) {
		deps = notifyweb.Deps{Counter: c, Told: func(tx *store.Tx, v counter.Viewer) ([]notify.Told, error) {
			return procedure.Reader{Person: v.Actor.Person, Posts: v.Posts, Law: v.Law, People: v.People}.Told(tx)
		}}
		notifyweb.Routes(w.Server, deps)
	}, func(w *countertest.World) {
		fn(w, func(who term.PersonID) string {
			w.T.Helper()
			r, err := http.NewRequestWithContext(w.T.Context(), http.MethodGet, "/today", nil)
			if err != nil {
				w.T.Fatal(err)
			}
			r.Header.Set("X-Browser", string(who))
			var b bytes.Buffer
			err = deps.See(r, func(tx *store.Tx, v counter.Viewer) error {
				part, err := notifyweb.Panel(w.T.Context(), tx, v, deps, "/today")
				if err != nil {
					return err
				}
				return part.Render(web.WithTongue(w.T.Context(), locale.Zh, v.Now, nil), &b)
			})
			if err != nil {
				w.T.Fatal(err)
			}
			return b.String()
		})
	})
}

func post(w *countertest.World, fields map[string]any) {
	w.T.Helper()
	b, err := json.Marshal(fields)
	if err != nil {
		w.T.Fatal(err)
	}
	w.System("notice.post", json.RawMessage(b))
}

var button = regexp.MustCompile(`name="seen" value="([^"]*)"`)

func TestWhatWasToldIsSeenLineByLine(t *testing.T) {
	each(t, func(w *countertest.World, panel func(who term.PersonID) string) {
		i := w.Registered("1", term.Mimi, "内部工作安排", 1)
		for range 3 {
			post(w, map[string]any{"kind": "told", "post": "base/officer", "document": i.ID, "clause": "C-3a"})
		}
		post(w, map[string]any{"kind": "flag.stalled", "post": "base/officer", "clause": "C-3a"})
		post(w, map[string]any{"kind": "made_up", "person": "clerk_a"})
		body := panel("officer")
		for _, text := range []string{"请知悉", "3 次，最近", "机收〔2026〕0001", "/d/" + string(i.ID), "已作标记", "全部知道了"} {
			if !strings.Contains(body, text) {
				t.Errorf("the panel lacks %q: %s", text, body)
			}
		}
		for _, text := range []string{"内部工作安排", "某厅", "made_up", "有一件事要看"} {
			if strings.Contains(body, text) {
				t.Errorf("the panel holds %q", text)
			}
		}
		buttons := button.FindAllStringSubmatch(body, -1)
		if len(buttons) != 3 || len(strings.Fields(buttons[0][1])) != 4 { // all, and one a line
			t.Fatalf("buttons %v", buttons)
		}
		var three string
		for _, b := range buttons[1:] {
			if len(strings.Fields(b[1])) == 3 {
				three = b[1]
			}
		}
		post(w, map[string]any{"kind": "told", "post": "base/officer", "document": i.ID, "clause": "C-3a"}) // comes meanwhile
		if a := w.Post("clerk_a", "/notices/seen", "seen", three, "back", "/approvals"); a.Code != http.StatusNotFound {
			t.Errorf("another's notices: %d", a.Code)
		}
		if a := w.Post("officer", "/notices/seen", "seen", three, "back", "//elsewhere"); a.Code != http.StatusUnprocessableEntity {
			t.Errorf("back to elsewhere: %d", a.Code)
		}
		if a := w.Post("officer", "/notices/seen", "seen", "", "back", "/today"); a.Code != http.StatusUnprocessableEntity {
			t.Errorf("nothing seen: %d", a.Code)
		}
		if a := w.Post("officer", "/notices/seen", "seen", three, "back", "/today", "_key", "k"); a.Code != http.StatusSeeOther || a.Location != "/today" {
			t.Fatalf("seen: %d %s", a.Code, a.Body)
		}
		if body = panel("officer"); !strings.Contains(body, "请知悉") || strings.Contains(body, "次，最近") {
			t.Errorf("what came meanwhile is gone, or what was seen is there: %s", body)
		}
		if a := w.Post("role:sys_admin", "/notices/seen", "seen", three, "back", "/today"); a.Code == http.StatusSeeOther {
			t.Error("an administrator marks notices of the business")
		}
		if body = panel("clerk_a"); !strings.Contains(body, "有一件事要看") || strings.Contains(body, "请知悉") {
			t.Errorf("the clerk's panel: %s", body)
		}
		if body = panel("clerk_b"); !strings.Contains(body, "没有新的告知") {
			t.Errorf("an empty panel: %s", body)
		}
	})
}

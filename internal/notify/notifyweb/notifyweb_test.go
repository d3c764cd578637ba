package notifyweb_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

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

func each(t *testing.T, office string, fn func(w *countertest.World, panel func(who term.PersonID) string)) {
	t.Helper()
	var deps notifyweb.Deps
	countertest.Each(t, office, func(w *countertest.World, c *counter.Counter) {
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
	each(t, "school", func(w *countertest.World, panel func(who term.PersonID) string) {
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

// 催办 by hand reaches whoever is chased, and what became of a 批示 its leader: with a number and the way there, no text.
func TestWhoIsChasedAndWhoInstructedAreTold(t *testing.T) {
	each(t, "school", func(w *countertest.World, panel func(who term.PersonID) string) {
		i := w.Circulating("1", term.Mimi, "内部工作安排", 1, "leader1", "head_a")
		r := w.Do("leader1", "document.instruct", map[string]any{"document": i.ID, "handler": "head_a", "due": w.Clock.Now().Add(72 * time.Hour), "text": "本周报来"})
		about := map[string]any{"instruction": r.Values["instruction"]}
		none := func(text string, who ...term.PersonID) {
			for _, p := range who {
				if strings.Contains(panel(p), text) {
					t.Errorf("%s is told: %s", p, text)
				}
			}
		}
		some := func(text string, who term.PersonID) {
			body := panel(who)
			for _, part := range []string{text, "机收〔2026〕0001", "/d/" + string(i.ID)} {
				if !strings.Contains(body, part) {
					t.Errorf("the panel of %s lacks %q: %s", who, part, body)
				}
			}
			for _, part := range []string{"内部工作安排", "本周报来", "已落实"} {
				if strings.Contains(body, part) {
					t.Errorf("the panel of %s holds %q", who, part)
				}
			}
		}
		chased, answered := "催办，请抓紧办理", "你的批示有了反馈"
		none(chased, "head_a", "leader1", "officer")
		w.Do("officer", "circulation.chase", with(about, map[string]any{"to": "head_a", "how": "phone", "at": w.Clock.Now()}))
		some(chased, "head_a")
		none(chased, "leader1", "officer", "clerk_a", "clerk_b")
		w.Do("officer", "circulation.feedback", with(about, map[string]any{"to": "leader1", "text": "已落实"}))
		some(answered, "leader1")
		none(answered, "head_a", "officer", "leader2", "clerk_b")
	})
}

// The clock's own 催办 says nothing beside the duty's notices.
func TestTheClockChasesByTheDutysOwnNotices(t *testing.T) {
	each(t, "school", func(w *countertest.World, panel func(who term.PersonID) string) {
		i := w.Circulating("1", term.Mimi, "内部工作安排", 1, "leader1", "head_a")
		r := w.Do("leader1", "document.instruct", map[string]any{"document": i.ID, "handler": "head_a", "due": w.Clock.Now().Add(72 * time.Hour), "text": "本周报来"})
		w.System("circulation.chase", json.RawMessage(`{"instruction":"`+r.Values["instruction"]+`","how":"system"}`))
		if body := panel("head_a"); strings.Contains(body, "催办，") {
			t.Errorf("told twice: %s", body)
		}
	})
}

func with(fields, more map[string]any) map[string]any {
	out := maps.Clone(fields)
	maps.Copy(out, more)
	return out
}

// Who is told of repeated tries finds the list of them behind the notice, where the law lets him read it; others who are
// told find no way there. The notice itself names nobody.
func TestRepeatedTriesLeadToTheirRegister(t *testing.T) {
	each(t, "bureau", func(w *countertest.World, panel func(who term.PersonID) string) {
		i := w.Registered("1", term.Mimi, "内部工作安排", 1)
		w.Opined(i, term.Mimi, "leader")
		for range 3 {
			if _, err := w.Try("clerk_b", "page.view", map[string]any{"document": i.ID, "page": "document"}); err == nil {
				t.Fatal("a clerk out of the scope has seen it")
			}
		}
		link := `href="/registers/` + url.PathEscape("拒绝查询登记") + `"`
		body := panel("officer")
		for _, part := range []string{"多次查询不该知悉的文件", link} {
			if !strings.Contains(body, part) {
				t.Errorf("the officer's panel lacks %q: %s", part, body)
			}
		}
		if strings.Contains(body, "clerk_b") || strings.Contains(body, "周科员") || strings.Contains(body, "吴科员") {
			t.Errorf("the notice names him: %s", body)
		}
		post(w, map[string]any{"kind": "repeated_requests", "person": "office_director", "clause": "A1-2c"})
		if body = panel("office_director"); !strings.Contains(body, "多次查询不该知悉的文件") || strings.Contains(body, "/registers/") {
			t.Errorf("who may not read the register: %s", body)
		}
	})
}

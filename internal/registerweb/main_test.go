package registerweb_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"jiyao/internal/app/appregisters"
	"jiyao/internal/circulation"
	"jiyao/internal/registerweb"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/job"
)

const (
	openTitle   = "关于报送年度材料的通知"
	formerTitle = "关于报送年度村料的通知"
	topCode     = "代号一〇一"
	voidedTitle = "登记重了的通知"
	topReason   = "绝密事由"
)

// few is a bound on what leaves that tests can reach.
func mount(few int) func(w *countertest.World, c *counter.Counter) { return patient(few, time.Minute) }

// patient waits so long for a print before it shows how far it has come.
func patient(few int, long time.Duration) func(w *countertest.World, c *counter.Counter) {
	return func(w *countertest.World, c *counter.Counter) {
		registerweb.Routes(w.Server, registerweb.Deps{
			Counter: c, Books: appregisters.Books{Office: w.Office}, MaxLines: few, Jobs: &job.Jobs{Now: w.Clock.Now}, Patience: long,
			Checkpoint: func() (uint64, string) { return 1163, "9f3c44d0b8e2761fa17e" },
		})
	}
}

// scene is an office with a line in every register.
type scene struct {
	*countertest.World
	first, top, voided countertest.Item
}

// each plays a morning on both engines: an item in circulation with its title put right, one of 绝密, one struck out,
// a scope widened, an instruction that was chased and reported back, and a reader who was refused.
func each(t *testing.T, few int, fn func(s scene)) {
	t.Helper()
	countertest.Each(t, "demo", mount(few), func(w *countertest.World) { fn(played(w)) })
}

func played(w *countertest.World) scene {
	s := scene{World: w}
	s.first = w.Registered("0001", term.Mimi, formerTitle, 2)
	readers := []string{"leader_a", "leader_b"}
	w.Do("office_director", "document.opine", map[string]any{
		"document": s.first.ID, "text": "请阅示", "readers": readers, "needs_action": true, "handler": "head_business", "handle_by": "2026-03-05",
	})
	w.Do("office_director", "document.scope", map[string]any{"document": s.first.ID, "persons": append(readers, "head_business"), "level": term.Mimi, "issuer_limit": "无", "reason": "工作需要"})
	w.Do("officer", "document.correct", map[string]any{"document": s.first.ID, "field": "title", "value": openTitle, "reason": "笔误"})
	r := w.Do("officer", "circulation.open", map[string]any{"document": s.first.ID, "readers": readers})
	s.first.Round = term.CirculationID(r.Values["circulation"])
	later(w)
	s.around()
	later(w)
	s.top = w.Registered("0002", term.Juemi, topCode, 1)
	w.Do("office_director", "document.opine", map[string]any{"document": s.top.ID, "text": "请阅示", "readers": []string{"unit_head"}})
	w.Do("office_director", "document.scope", map[string]any{"document": s.top.ID, "persons": []string{"unit_head"}, "level": term.Juemi, "issuer_limit": "无", "reason": topReason})
	later(w)
	s.voided = w.Registered("0003", term.Mimi, voidedTitle, 1)
	w.Do("officer", "document.void", map[string]any{"document": s.voided.ID, "reason": "重复登记"})
	return s
}

// around takes the first item to a reader and back, widens its scope, gives and reports an instruction, and has one
// refused who stands outside.
func (s scene) around() {
	w, c := s.World, s.first.Copies[0]
	w.HandedTo(c, "leader_a")
	later(w)
	w.Do("leader_a", "circulation.sign_read", map[string]any{"stop": s.stop("leader_a"), "read_at": w.Clock.Now()})
	word := w.Do("leader_a", "document.instruct", map[string]any{"document": s.first.ID, "handler": "head_business", "due": w.Clock.Now().Add(72 * time.Hour), "text": "请抓紧"})
	later(w)
	w.Do("officer", "custody.take_back", map[string]any{
		"copy": c, "cabinet": "cabinet-1", "copies_back": 1, "pages_back": 12, "attachments_back": 2, "checked": true, "copy_no": "000001",
	}, "giver", "leader_a", "receiver", "officer")
	w.HandedTo(c, "leader_b")
	w.Do("officer", "circulation.chase", map[string]any{"instruction": word.Values["instruction"], "to": "head_business", "how": "phone", "at": w.Clock.Now()})
	w.Do("head_business", "circulation.feedback", map[string]any{"instruction": word.Values["instruction"], "to": "leader_a", "text": "材料已报送"})
	if _, err := w.Try("officer", "custody.hand_out", map[string]any{"copy": s.first.Copies[1], "to": "clerk_a", "copy_no": "000002", "return_by": w.Clock.Now().Add(time.Hour)},
		"giver", "officer", "receiver", "clerk_a"); err == nil {
		w.T.Fatal("handed to somebody outside the scope")
	}
	w.Do("office_director", "document.widen", map[string]any{"document": s.first.ID, "persons": []string{"head_general"}, "reason": "会签需要"})
}

func (s scene) stop(reader term.PersonID) (id term.StopID) {
	s.T.Helper()
	err := s.DB.Read(s.T.Context(), func(tx *store.Tx) error {
		list, err := circulation.Stops.Select(tx, "WHERE circulation = $1 AND reader = $2", string(s.first.Round), string(reader))
		for _, x := range list {
			id = x.ID
		}
		return err
	})
	if err != nil || id == "" {
		s.T.Fatalf("no turn of %s: %v", reader, err)
	}
	return id
}

func later(w *countertest.World) {
	w.T.Helper()
	if err := w.Clock.Advance(10 * time.Minute); err != nil {
		w.T.Fatal(err)
	}
}

// seenBy reads sources with the sight of somebody, whatever register he may open, and gives the numbers of the items.
func (s scene) seenBy(who term.PersonID, sources ...string) map[string]string {
	s.T.Helper()
	out := map[string]string{}
	err := s.DB.Read(s.T.Context(), func(tx *store.Tx) error {
		v := counter.Viewer{Actor: countertest.By(who), Now: s.Clock.Now()}
		var err error
		if v.Law, err = s.Office.Law(tx, v.Now); err != nil {
			return err
		}
		if v.People, err = s.Office.Directory(tx, v.Now); err != nil {
			return err
		}
		v.Posts = v.People.Posts(who)
		if v.Sight, err = v.Law.Sight(v.Posts, false); err != nil {
			return err
		}
		for _, source := range sources {
			lines, _, err := appregisters.Books{Office: s.Office}.Lines(tx, v, source, store.Window{Newest: true})
			if err != nil {
				return err
			}
			for _, l := range lines {
				if l.Item != nil {
					out[source] += l.Item.Number + " "
				}
			}
		}
		return nil
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return out
}

// accepted takes in one more envelope.
func (s scene) accepted(i int) {
	s.T.Helper()
	if err := s.Clock.Advance(time.Second); err != nil { // each at its own time, so that the order is theirs
		s.T.Fatal(err)
	}
	s.Do("officer", "document.accept", map[string]any{"channel": "courier", "courier": "机要交通员", "courier_signature": "paper",
		"envelopes": []map[string]any{{"envelope_no": fmt.Sprintf("E-%d", i), "issuer": "某厅", "level": "秘密", "urgency": "一般", "listed": 1, "counted": 1, "seal_intact": true}}})
}

// link is the address of the pager's link.
func link(body, rel string) string {
	m := regexp.MustCompile(`rel="` + rel + `" href="([^"]*)"`).FindStringSubmatch(body)
	if m == nil {
		return ""
	}
	return strings.ReplaceAll(m[1], "&amp;", "&")
}

// english fetches a page in English.
func english(w *countertest.World, by, path string) countertest.Answer {
	w.T.Helper()
	r := httptest.NewRequestWithContext(w.T.Context(), http.MethodGet, path, nil)
	r.Header.Set("X-Browser", by)
	r.AddCookie(&http.Cookie{Name: "lang", Value: "en"})
	rec := httptest.NewRecorder()
	w.Server.ServeHTTP(rec, r)
	return countertest.Answer{Code: rec.Code, Body: rec.Body.String(), Header: rec.Header()}
}

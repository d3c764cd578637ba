package documentweb_test

import (
	"strings"
	"testing"
	"time"

	"jiyao/internal/document"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// The same sender's envelope number is taken in once more only when the officer says that it is another one; he is told
// where the first stands.
func TestAnEnvelopeTakenInBeforeMustBeConfirmed(t *testing.T) {
	each(t, func(w *countertest.World) {
		accepted(w, "JT-0052", "2", "2")
		first := envelopeOf(w)
		later := func(d time.Duration) {
			if err := w.Clock.Advance(d); err != nil {
				t.Fatal(err)
			}
		}
		later(24 * time.Hour)
		form := func(more ...string) []string {
			return append([]string{"no.0", "JT-0099", "issuer.0", "某省主管厅", "listed.0", "1", "counted.0", "1", "no.1", "JT-0052", "issuer.1", "某省 主管厅", "listed.1", "1", "counted.1", "1", "channel", "courier", "ownhow", "pin", "own_secret", countertest.Right, "courier", "机要交通员", "courier_signature", "paper"}, more...)
		}
		const ask, box = "第 2 行：同一来文单位的这个封号 2026-03-02", `name="again.1"`
		want(w, w.Post("officer", "/receive", form()...), 422, []string{ask, "请先核对", box, "JT-0099"}, `name="again.0"`)
		if n := envelopes(w, "JT-0099"); n != 0 {
			t.Errorf("%d taken in beside one that is asked about", n)
		}
		r := w.Post("officer", "/receive/"+first, line("level", "公开", "level_checked", "公开", "period", "", "mark_text", "", "copy_nos", "")...)
		if r.Code != 303 {
			t.Fatalf("register: %d %s", r.Code, cut(r.Body))
		}
		later(24 * time.Hour)
		want(w, w.Post("officer", "/receive", form()...), 422, []string{"第 2 行", "登记为 机收〔2026〕0001", box})
		if a := w.Post("officer", "/receive", form("again.1", "yes")...); a.Code != 303 {
			t.Fatalf("confirmed: %d %s", a.Code, cut(a.Body))
		}
		if n := envelopes(w, "JT-0052"); n != 2 {
			t.Errorf("%d envelopes of the number, want 2", n)
		}
		// another sender may use the number, and a year later it counts no more
		if a := w.Post("officer", "/receive", "no.0", "JT-0052", "issuer.0", "某市委办公室", "listed.0", "1", "counted.0", "1", "channel", "courier", "ownhow", "pin", "own_secret", countertest.Right, "courier", "机要交通员", "courier_signature", "paper"); a.Code != 303 {
			t.Errorf("another sender: %d %s", a.Code, cut(a.Body))
		}
		later(367 * 24 * time.Hour)
		if a := w.Post("officer", "/receive", "no.0", "JT-0099", "issuer.0", "某省主管厅", "listed.0", "1", "counted.0", "1", "channel", "courier", "ownhow", "pin", "own_secret", countertest.Right, "courier", "机要交通员", "courier_signature", "paper"); a.Code != 303 {
			t.Errorf("after a year: %d %s", a.Code, cut(a.Body))
		}
	})
}

func envelopes(w *countertest.World, no string) (n int) {
	err := w.DB.Read(w.T.Context(), func(tx *store.Tx) (err error) {
		n, err = document.Envelopes.Count(tx, "WHERE no = $1", no)
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return n
}

// To correct a number to one that another line bears is asked about as registering it is.
func TestACorrectionToAUsedNumberMustBeConfirmed(t *testing.T) {
	each(t, func(w *countertest.World) {
		w.Registered("1", term.Open, "甲", 1)
		second := w.Registered("2", term.Open, "乙", 1)
		path := "/d/" + string(second.ID) + "/correct"
		form := []string{"field", "doc_no", "value", "某厅发【２０２６】1 号", "reason", "误登"}
		want(w, w.Post("officer", path, form...), 422, []string{"这个字号已登记过", `name="again"`, "同一字号确有第二件"})
		want(w, w.Post("officer", path, "field", "doc_no", "value", "某厅发〔2026〕2号", "reason", "照旧"), 422, []string{"与原来的一样"}, "已登记过") // its own
		if a := w.Post("officer", path, append(form, "again", "yes")...); a.Code != 303 {
			t.Errorf("confirmed: %d %s", a.Code, cut(a.Body))
		}
	})
}

// An envelope that a line of the worklist is about stands on the page once, with its sender, level and urgency; of duties
// due at one time the more urgent leads.
func TestAWaitingEnvelopeIsShownOnce(t *testing.T) {
	each(t, func(w *countertest.World) {
		numbers := []string{"JT-0061", "JT-0062", "JT-0063", "JT-0064", "JT-0065", "JT-0066"}
		for i, no := range numbers {
			a := w.Post("officer", "/receive", "no.0", no, "issuer.0", "某省主管厅", "level.0", "秘密", "urgency.0", []string{"一般", "特急"}[i%2], "listed.0", "1", "counted.0", "1",
				"channel", "courier", "courier", "机要交通员", "courier_signature", "paper", "ownhow", "pin", "own_secret", countertest.Right)
			if a.Code != 303 {
				t.Fatalf("accept: %d %s", a.Code, cut(a.Body))
			}
		}
		body := w.Get("officer", "/today").Body
		lastUrgent, firstOther := 0, len(body)
		for i, no := range numbers {
			if n := strings.Count(body, no); n != 1 {
				t.Errorf("%s stands %d times", no, n)
			}
			if at := strings.Index(body, no); i%2 == 1 {
				lastUrgent = max(lastUrgent, at)
			} else {
				firstOther = min(firstOther, at)
			}
		}
		if lastUrgent > firstOther {
			t.Error("a 特急 one stands after another")
		}
		if !strings.Contains(body, "某省主管厅") || !strings.Contains(body, "特急") || strings.Contains(body, "没有待登记来件") {
			t.Errorf("the line says too little: %s", cut(body))
		}
	})
}

// The three administrators stand in no choice of persons, nor does who has left.
func TestAdministratorsCanBeNamedNowhere(t *testing.T) {
	each(t, func(w *countertest.World) {
		accepted(w, "JT-0052", "1", "1")
		item, named := w.Registered("1", term.Open, "甲", 1), false
		for _, page := range []struct{ by, path string }{
			{"officer", "/receive/" + envelopeOf(w)}, {"officer", "/d/" + string(item.ID)}, {"office_director", "/d/" + string(item.ID)},
		} {
			body := w.Get(page.by, page.path).Body
			named = named || strings.Contains(body, `value="clerk_a"`)
			for _, who := range []string{"sys_admin", "sec_admin", "audit_admin"} {
				if strings.Contains(body, `value="`+who+`"`) {
					t.Errorf("%s offers %s to %s", page.path, who, page.by)
				}
			}
		}
		if !named {
			t.Error("no page offers anybody")
		}
	})
}

// What was registered wrongly is struck and registered anew: its envelope waits again, and the new line has a number of its own.
func TestAStruckLineIsRegisteredAnew(t *testing.T) {
	each(t, func(w *countertest.World) {
		accepted(w, "JT-0060", "2", "2")
		id := envelopeOf(w)
		first := w.Post("officer", "/receive/"+id, line()...)
		want(w, w.Get("officer", "/receive"), 200, nil, "/receive/"+id)
		want(w, w.Get("officer", first.Location), 200, []string{`name="register_anew"`})
		if a := w.Post("officer", first.Location+"/void", "reason", "登错密级", "register_anew", "yes", "ownhow", "pin", "own_secret", countertest.Right); a.Code != 303 {
			w.T.Fatalf("void: %d %s", a.Code, cut(a.Body))
		}
		want(w, w.Get("officer", "/receive"), 200, []string{"/receive/" + id})
		again := w.Post("officer", "/receive/"+id, line()...)
		if again.Code != 303 || again.Location == first.Location {
			w.T.Fatalf("anew: %d %s %s", again.Code, again.Location, cut(again.Body))
		}
		want(w, w.Get("officer", first.Location), 200, []string{"已作废"})
		want(w, w.Get("officer", again.Location), 200, []string{secretTitle})
		// A struck line that is not of an envelope any more has none to give back.
		if a := w.Post("officer", first.Location+"/void", "reason", "再来", "register_anew", "yes", "ownhow", "pin", "own_secret", countertest.Right); a.Code != 409 {
			w.T.Errorf("struck twice: %d", a.Code)
		}
	})
}

// Of a struck line nothing is offered any more, and nothing is printed for it.
func TestAStruckLineOffersNothing(t *testing.T) {
	each(t, func(w *countertest.World) {
		item := w.Registered("1", term.Open, "甲", 1)
		w.Opined(item, term.Open, "leader_a")
		w.Do("leader_a", "document.instruct", map[string]any{"document": item.ID, "handler": "officer", "due": w.Clock.Now().Add(time.Hour), "text": "请办"})
		page := "/d/" + string(item.ID)
		offers := []string{page + "/labels", page + "/chase", page + "/feedback", page + "/void", page + "/correct"}
		want(w, w.Get("officer", page), 200, offers)
		w.Do("officer", "document.void", map[string]any{"document": item.ID, "reason": "误登"})
		want(w, w.Get("officer", page), 200, []string{"已作废"}, offers...)
		if a := w.Post("officer", page+"/labels"); a.Code != 409 {
			t.Errorf("labels of a struck line: %d", a.Code)
		}
	})
}

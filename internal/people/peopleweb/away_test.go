package peopleweb_test

import (
	"strings"
	"testing"

	"jiyao/internal/people"
	"jiyao/internal/people/peopleweb"
	"jiyao/internal/store"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

// Leave and trips are recorded by oneself, not while something secret lies about; who decides about people sees who is away, and
// nobody else's reason.
func TestWhoIsAway(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		page := w.Get("clerk_a", "/away")
		webtest.Clean(t, page.Body)
		w.Holds(page, "没有登记请假或者外出", "!谁不在")
		if a := w.Post("clerk_a", "/away", "from", "2026-03-05", "to", "2026-03-03", "reason", "探亲"); a.Code != 422 {
			t.Errorf("a span that ends before it begins: %d", a.Code)
		} else {
			w.Holds(a, "探亲")
		}
		if a := w.Post("clerk_a", "/away", "from", "2026-03-02", "to", "2026-03-03", "reason", "探亲"); a.Code != 303 || a.Location != "/away" {
			t.Fatalf("away: %d %.2000s", a.Code, a.Body)
		}
		trip := []string{"destination", "abroad", "country", "某国", "from", "2026-03-09", "to", "2026-03-12", "purpose", "开会", "own_how", "pin", "own_secret"}
		if a := w.Post("clerk_a", "/away/travel", append(trip, "0")...); a.Code != 422 {
			t.Errorf("a wrong PIN: %d", a.Code)
		} else {
			w.Holds(a, "某国", "开会")
		}
		if a := w.Post("clerk_a", "/away/travel", append(trip, countertest.Right)...); a.Code != 303 {
			t.Fatalf("travel: %d %.2000s", a.Code, a.Body)
		}
		w.Holds(w.Get("clerk_a", "/away"), "探亲", "2026-03-03", "不在岗", "某国", "开会", "未到")
		w.Holds(w.Get("officer", "/away"), "谁不在", "周科员", "2026-03-12", "!探亲", "!开会")
		w.Holds(w.Get("clerk_b", "/away"), "!周科员")
		w.Hidden("role:sys_admin", "/away", "/people/nothing")
	})
}

// Nobody leaves his posts while something is left of what he holds: the page says how much, and leads to the list.
func TestLeavingAPost(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		i := w.Circulating("0001", "内部", "某通知", 1, "clerk_a")
		w.HandedTo(i.Copies[0], "clerk_a")
		page := "/people/leaving?person=clerk_a"
		w.Holds(w.Get("officer", page), "名下还有 1 件", `name="kind" value="transfer"`, `name="person" value="clerk_a"`, `!name="talk_on"`)
		hr := "head_hr"
		w.Holds(w.Get(hr, page), "名下还有 1 件", `name="talk_on"`)
		w.Hidden("clerk_b", page, "/people/nothing")
		leave := func(person string) countertest.Answer {
			return w.Post(hr, "/people/leaving", "person", person, "approved_on", "2026-03-01", "talk_on", "2026-03-01", "talk_by", "office_director", "commitment_on", "2026-03-01",
				"doc_no", "免〔2026〕3号", "own_how", "pin", "own_secret", countertest.Right)
		}
		if a := leave("clerk_a"); a.Code != 422 && a.Code != 403 {
			t.Errorf("with something left: %d", a.Code)
		} else {
			w.Holds(a, "免〔2026〕3号")
		}
		if a := leave("clerk_b"); a.Code != 303 || a.Location != "/posts" {
			t.Fatalf("leave: %d %.2000s", a.Code, a.Body)
		}
		if err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
			list, err := people.Holdings.Select(tx, "WHERE person = 'clerk_b' AND until_at IS NULL")
			if len(list) > 0 {
				t.Errorf("posts that did not end: %d", len(list))
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}

// The last who keeps copies is told of what lies in store, as the act of leaving counts it.
func TestTheLastKeeperLeavesWithTheStore(t *testing.T) {
	countertest.Each(t, "district", mount, func(w *countertest.World) {
		w.Registered("0001", "内部", "某通知", 2)
		w.Holds(w.Get("unit_head", "/people/leaving?person=officer"), "库存 2 件只由他一人管", "名下还有 2 件", "!名下没有载体")
	})
}

// A post's acts are given to the office's own staff: nobody else stands in the list.
func TestWhoCanStandIn(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		_, form, _ := strings.Cut(w.Get("officer", peopleweb.EntrustPath).Body, `action="/people/delegate"`)
		for person, offered := range map[string]bool{"clerk_a": true, "stranger": false, "outsider": false, "officer": false} {
			if strings.Contains(form, `value="`+person+`"`) != offered {
				t.Errorf("%s is offered: want %v", person, offered)
			}
		}
	})
}

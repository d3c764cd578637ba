package incidentweb_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"jiyao/internal/incident"
	"jiyao/internal/incident/incidentweb"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

func mount(w *countertest.World, c *counter.Counter) {
	incidentweb.Routes(w.Server, incidentweb.Deps{Counter: c, Staff: w.Staff})
}

func ok(w *countertest.World, a countertest.Answer, texts ...string) {
	w.T.Helper()
	if a.Code != http.StatusOK {
		w.T.Fatalf("status %d: %.2000s", a.Code, a.Body)
	}
	webtest.Clean(w.T, a.Body)
	w.Holds(a, texts...)
}

func cases(w *countertest.World) (out []incident.Case) {
	w.T.Helper()
	err := w.DB.Read(w.T.Context(), func(tx *store.Tx) (err error) {
		out, err = incident.Cases.Select(tx, "ORDER BY opened_at, id")
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return out
}

const account = "在走廊上说起了那份文件"

// report is the form of a clerk who names a colleague.
func report(w *countertest.World, by string, fields ...string) countertest.Answer {
	w.T.Helper()
	form := []string{"kind", "oral_disclosure", "discovered_at", "2026-03-02T09:30", "what", account, "place_type", "office",
		"items", "２０２６-１７ jy26-0417-03-" + string(check("JY26-0417-03")), "known_by", "某公司的张某\n\n司机"}
	return w.Post(by, "/incidents", append(form, fields...)...)
}

func check(body string) byte {
	for _, c := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
		if _, err := term.ParseLabelCode(body + "-" + string(c)); err == nil {
			return byte(c)
		}
	}
	return '?'
}

func TestAnybodyReportsAndKeepersAdd(t *testing.T) {
	countertest.Each(t, "bureau", mount, func(w *countertest.World) {
		ok(w, w.Get("clerk_a", "/incidents/new"), "口头泄露", "可能泄密", "人人可以报告", "认定、处分、结案还不能", "2026-03-02 10:00", "!oral_disclosure<")
		a := report(w, "clerk_a", "persons", "clerk_b")
		list := cases(w)
		if a.Code != http.StatusSeeOther || len(list) != 1 || a.Location != "/incidents/"+string(list[0].ID) {
			t.Fatalf("report: %d %s %+v %.900s", a.Code, a.Location, list, a.Body)
		}
		c := list[0]
		if !slices.Equal(c.Persons, []string{"clerk_b"}) || c.Items[0] != "2026/17" || !strings.HasPrefix(c.Items[1], "JY26-0417-03-") || c.PlaceType != "office" || c.DiscoveredAt.Format("15:04") != "09:30" {
			t.Errorf("case %+v", c)
		}
		page := a.Location
		ok(w, w.Get("clerk_a", page), account, "机收〔2026〕0017", "某公司的张某", "口头泄露", "甲-2", "!记入事件")
		ok(w, w.Get("officer", page), account, "记入事件", "办公室主任", "要求删除")
		ok(w, w.Get("officer", "/incidents"), "口头泄露", page, "!"+account, "全部事件")
		ok(w, w.Get("clerk_a", "/incidents"), page, "我报告的")
		if a := w.Post("officer", page+"/annotate", "text", " "); a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "必填") {
			t.Errorf("an empty line: %d", a.Code)
		}
		if a := w.Post("officer", page+"/annotate", "text", "已谈话"); a.Code != http.StatusSeeOther {
			t.Fatalf("annotate: %d %.500s", a.Code, a.Body)
		}
		ok(w, w.Get("office_director", page), "已谈话")
		// Asked for and refused; what was typed stays, nothing changes.
		for _, ask := range []string{"/delete", "/merge"} {
			a := w.Post("officer", page+ask, "reason", "误报", "into", string(c.ID))
			if a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "事件不能删除，也不能合并") {
				t.Errorf("%s: %d %.300s", ask, a.Code, a.Body)
			}
		}
		if len(cases(w)) != 1 {
			t.Error("a case is gone")
		}
	})
}

func TestACaseIsHiddenFromWhomItConcerns(t *testing.T) {
	countertest.Each(t, "bureau", mount, func(w *countertest.World) {
		// The officer is concerned, though he keeps cases; one who reports himself goes on without it.
		if a := report(w, "officer", "persons", "officer"); a.Location != "/incidents/new" {
			t.Errorf("who reported himself is led to %s", a.Location)
		}
		id := cases(w)[0].ID
		page := "/incidents/" + string(id)
		for _, who := range []string{"officer", "clerk_a", "role:sys_admin", "role:audit_admin"} {
			w.Hidden(who, page, "/incidents/ZZZZZZZZZZZZ")
			for _, act := range []string{"/annotate", "/delete", "/merge"} {
				a, b := w.Post(who, page+act, "text", "x", "into", string(id)), w.Post(who, "/incidents/ZZZZZZZZZZZZ"+act, "text", "x", "into", string(id))
				if a.Code != http.StatusNotFound || a.Body != b.Body {
					t.Errorf("%s %s: hidden %d, absent %d", who, act, a.Code, b.Code)
				}
			}
		}
		w.Holds(w.Get("officer", "/incidents"), "没有事件", "!"+string(id), "!口头泄露")
		w.Holds(w.Get("officer", "/incidents?after="+string(id)), "没有事件", "!"+string(id))
		ok(w, w.Get("officer2", page), account, "当事人")
		if got := hiddenLooks(w); got < 8 {
			t.Errorf("%d looks at hidden cases are recorded", got)
		}
	})
}

// hiddenLooks counts the entries of pages that were not found.
func hiddenLooks(w *countertest.World) (n int) {
	w.T.Helper()
	err := w.DB.Read(w.T.Context(), func(tx *store.Tx) error {
		return tx.QueryRow("SELECT COUNT(*) FROM refused_try WHERE act = 'page.view' AND subject <> ''").Scan(&n)
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return n
}

func TestAnAdministratorReportsToo(t *testing.T) {
	countertest.Each(t, "bureau", mount, func(w *countertest.World) {
		ok(w, w.Get("role:sys_admin", "/incidents/new"), "报告情况")
		if a := report(w, "role:sys_admin"); a.Code != http.StatusSeeOther || a.Location != "/incidents/new" || len(cases(w)) != 1 {
			t.Errorf("an administrator's report: %d %s", a.Code, a.Location)
		}
		w.Hidden("role:sys_admin", "/incidents", "/incidents/ZZZZZZZZZZZZ")
		w.Holds(w.Get("officer", "/incidents"), "管理员账户")
		if a := w.Get("", "/incidents/new"); a.Code != http.StatusSeeOther {
			t.Errorf("nobody signed in: %d", a.Code)
		}
	})
}

func TestABadReportStaysOnThePage(t *testing.T) {
	countertest.Each(t, "bureau", mount, func(w *countertest.World) {
		for _, c := range []struct{ name, value, text string }{
			{"kind", "", "必填"}, {"kind", "made_up", "不在可选范围内"}, {"what", "　", "经过：必填"}, {"discovered_at", "昨天", "写法不对"}, {"discovered_at", "2026-03-01", "写法不对"},
			{"discovered_at", "2027-01-01T00:00", "时间还没有到"}, {"place_type", "X!", "不在可选范围内"}, {"items", "某文件", "不是标签"},
			{"persons", "nobody", "没有这个人"}, {"what", strings.Repeat("长", 20001), "最多"},
		} {
			form := map[string]string{"kind": "loss", "discovered_at": "", "what": account, "place_type": "", "items": ""}
			form[c.name] = c.value
			var fields []string
			for k, v := range form {
				fields = append(fields, k, v)
			}
			a := w.Post("clerk_a", "/incidents", fields...)
			if a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body, c.text) {
				t.Errorf("%s=%.9q: %d, want %q", c.name, c.value, a.Code, c.text)
			}
			if c.name != "what" && !strings.Contains(a.Body, account) {
				t.Errorf("%s=%q: what was typed is gone", c.name, c.value)
			}
		}
		if len(cases(w)) != 0 {
			t.Error("a bad report opened a case")
		}
		if a := report(w, "clerk_a", "_key", "k1"); a.Code != http.StatusSeeOther {
			t.Fatalf("report: %d", a.Code)
		}
		report(w, "clerk_a", "_key", "k1")
		if len(cases(w)) != 1 {
			t.Error("a double click reports twice")
		}
	})
}

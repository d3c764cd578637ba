package adminweb_test

import (
	"context"
	"html"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jiyao/internal/identity"
	"jiyao/internal/identity/adminweb"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

// pins keeps PINs in clear: these tests never check one.
type pins struct{}

func (pins) HashPIN(_ term.AccountID, pin string) ([]byte, error) { return []byte(pin), nil }
func (pins) CheckPIN(term.AccountID, string, []byte) error        { return nil }

// maker makes secrets without a queue.
type maker struct{ identity.Issuer }

func (m maker) Issue(_ context.Context, spec identity.Spec) (identity.Issued, identity.Plain, error) {
	return m.Issuer.Issue(spec, countertest.Monday)
}

func (m maker) Fresh(_ context.Context, a term.AccountID, issuer string) (identity.Credential, identity.Plain, error) {
	return m.Secrets(a, "someone", issuer, "", countertest.Monday)
}

func (maker) PreparePassword(context.Context, identity.Actor, string, string) (identity.NewPassword, error) {
	return identity.NewPassword{}, refuse.ErrUnavailable
}

func mount(w *countertest.World, c *counter.Counter) {
	adminweb.Routes(w.Server, adminweb.Deps{
		Counter: c, Secrets: maker{identity.Issuer{Pins: pins{}}},
		Office: func(context.Context) (string, string) { return "某县局", "机要室" },
		Health: func(context.Context) adminweb.Health {
			return adminweb.Health{Since: countertest.Monday.Add(-26 * time.Hour), Unsealed: true, Engine: w.DB.Engine(), Checked: countertest.Monday, Whole: true}
		},
		People: func(tx *store.Tx) ([]adminweb.Person, error) {
			d, err := w.Office.People(tx, w.Clock.Now())
			var out []adminweb.Person
			for _, p := range d.Persons() {
				out = append(out, adminweb.Person{ID: p.ID, Name: p.Name})
			}
			return out, err
		},
		Zoning: func(*store.Tx) (adminweb.Zoning, error) { return adminweb.Zoning{Zone: "office"}, nil },
		Years:  func(*store.Tx) ([]int, error) { return []int{2024, 2025, 2026}, nil },
	})
	accounts(w)
}

// accounts makes the three administrators' accounts.
func accounts(w *countertest.World) {
	w.T.Helper()
	err := w.DB.Write(w.T.Context(), "test.accounts", func(tx *store.Tx) error {
		for _, role := range []string{identity.SysAdmin, identity.SecAdmin, identity.AuditAdmin} {
			id := term.AccountID("admin-" + role)
			_, err := store.Put(tx, []store.Change{
				identity.Accounts.Insert(identity.Account{ID: id, Login: strings.ReplaceAll(role, "_", "."), Roles: []string{role}, Active: true, CreatedAt: countertest.Monday}),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.T.Fatal(err)
	}
}

var own = []string{"_how", "pin", "_secret", countertest.Right}

func TestNothingOfTheBusinessStandsHere(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		item := w.Registered("1", term.Mimi, "内部工作安排", 1)
		for _, path := range []string{"/admin", "/admin/accounts", "/admin/grants", "/admin/calendar"} {
			a := w.Get("role:sys_admin", path)
			webtest.Clean(w.T, a.Body)
			if a.Code != http.StatusOK {
				w.T.Errorf("%s: %d", path, a.Code)
			}
			w.Holds(a, "!内部工作安排", "!"+string(item.ID), "!某厅", "!次拒绝", `!id="scan"`)
			if path != "/admin/calendar" { // his too, by the table of functions
				w.Hidden("officer", path, "/admin/nothing")
			}
			w.Hidden("unit_head", path, "/admin/nothing")
		}
		w.Holds(w.Get("role:audit_admin", "/admin"), "1 天 2 小时", "已启封", "相符", "未编号构建", "办公网，只登记，不存正文")
	})
}

func TestAnAccountAndItsSecrets(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		t := w.T
		a := w.Post("role:sys_admin", "/admin/accounts", append(own, "login", "clerk.a", "person", "clerk_a", "_key", "c")...)
		if a.Code != http.StatusOK {
			t.Fatalf("made: %d %s", a.Code, a.Body)
		}
		webtest.Clean(t, a.Body)
		w.Holds(a, "只显示这一次", "clerk.a", "一次性口令")
		if a.Header.Get("Cache-Control") != "no-store" {
			t.Error("secrets may be kept by the browser")
		}
		secret := strings.Split(strings.SplitN(a.Body, `<dd class="mono">`, 3)[2], "<")[0]
		list := w.Get("role:sys_admin", "/admin/accounts")
		w.Holds(list, "clerk.a", "周科员", "待改初始口令", "!"+secret)
		for _, bad := range [][]string{{"login", ""}, {"login", "clerk.a"}, {"login", "a b"}, {"login", strings.Repeat("x", 300)}, {"login", "other", "person", "clerk_a"}} {
			a = w.Post("role:sys_admin", "/admin/accounts", append(own, bad...)...)
			if a.Code != http.StatusUnprocessableEntity {
				t.Errorf("%.20q: %d", bad, a.Code)
			}
		}
		if a = w.Post("officer", "/admin/accounts", append(own, "login", "x")...); a.Code != http.StatusNotFound {
			t.Errorf("by the officer: %d", a.Code)
		}
		if a = w.Post("role:audit_admin", "/admin/accounts", append(own, "login", "x.y")...); a.Code != http.StatusForbidden {
			t.Errorf("by the auditor: %d", a.Code)
		}
		id := accountID(t, w, "clerk.a")
		one := w.Get("role:sec_admin", "/admin/accounts/"+id)
		webtest.Clean(t, one.Body)
		w.Holds(one, "重置", "解锁", "授予或收回角色")
		if a = w.Post("role:sec_admin", "/admin/accounts/"+id+"/reset", append(own, "what", "pin", "reason", "")...); a.Code != http.StatusUnprocessableEntity {
			t.Errorf("without a reason: %d", a.Code)
		}
		a = w.Post("role:sec_admin", "/admin/accounts/"+id+"/reset", append(own, "what", "pin", "reason", "遗忘", "_key", "r")...)
		if a.Code != http.StatusOK {
			t.Fatalf("reset: %d %s", a.Code, a.Body)
		}
		w.Holds(a, "签字码", "!初始口令", "!一次性口令，每个用一次")
		if a = w.Post("role:sec_admin", "/admin/accounts/"+id+"/unlock", append(own, "reason", "本人到场", "_key", "u")...); a.Code != http.StatusSeeOther {
			t.Errorf("unlocked: %d", a.Code)
		}
		w.Hidden("role:sec_admin", "/admin/accounts/ZZZZZZZZZZZZ", "/admin/accounts/YYYYYYYYYYYY")
	})
}

func TestRolesTakeTwoAndTheHead(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		t := w.T
		w.Post("role:sys_admin", "/admin/accounts", append(own, "login", "new.sys", "_key", "n")...)
		path := "/admin/accounts/" + accountID(t, w, "new.sys") + "/role"
		proposed := []string{"role", identity.SysAdmin, "proposer_how", "pin", "proposer_secret", countertest.Right}
		if a := w.Post("role:sys_admin", path, proposed...); a.Code != http.StatusForbidden {
			t.Errorf("one signature: %d", a.Code)
		}
		all := append(proposed, "confirmer", "admin-sec_admin", "confirmer_how", "pin", "confirmer_secret", countertest.Right, "head_how", "pin", "head_secret", countertest.Right)
		if a := w.Post("role:sys_admin", path, append(all, "_key", "g")...); a.Code != http.StatusSeeOther {
			t.Fatalf("granted: %d %s", a.Code, a.Body)
		}
		w.Holds(w.Get("role:sec_admin", "/admin/grants"), "new.sys", "系统管理员")
		if a := w.Post("role:sys_admin", path, "role", "king"); a.Code != http.StatusUnprocessableEntity {
			t.Errorf("a role there is not: %d", a.Code)
		}
	})
}

// The form is for whom the law names; the other two administrators see which years there are, and nobody else the page.
func TestTheNoticeIsForWhomTheLawLetsImportIt(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		for _, who := range []string{"role:sys_admin", "officer", "office_director"} {
			w.Holds(w.Get(who, "/admin/calendar"), "已有放假安排的年份", `name="yaml"`)
		}
		// The form that is asked for is shown, and is read as it stands.
		_, form, _ := strings.Cut(w.Get("officer", "/admin/calendar").Body, "<pre")
		_, form, _ = strings.Cut(form, ">")
		form, _, _ = strings.Cut(form, "</pre>")
		w.Holds(w.Post("officer", "/admin/calendar", "yaml", html.UnescapeString(form)), "元旦", "2026-01-04")
		w.Holds(w.Get("officer", "/admin/calendar"), `!href="/admin/accounts"`)
		for _, who := range []string{"role:sec_admin", "role:audit_admin"} {
			w.Holds(w.Get(who, "/admin/calendar"), "已有放假安排的年份", `!name="yaml"`)
			if a := w.Post(who, "/admin/calendar", "yaml", "x"); a.Code == http.StatusOK {
				w.T.Errorf("%s looks at a notice: %d", who, a.Code)
			}
		}
		w.Hidden("leader_a", "/admin/calendar", "/admin/nothing")
	})
}

func TestAYearIsLookedAtBeforeItIsTaken(t *testing.T) {
	notice, err := os.ReadFile(filepath.Join("..", "..", "calendar", "data", "2026.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		t := w.T
		a := w.Post("role:sys_admin", "/admin/calendar", "yaml", string(notice))
		webtest.Clean(t, a.Body)
		w.Holds(a, "2026 年将是这样", "春节", "核对无误，导入")
		if years(t, w) != 0 {
			t.Error("taken when only looked at")
		}
		if a = w.Post("role:sys_admin", "/admin/calendar", "yaml", string(notice), "take", "yes", "_key", "k"); a.Code != http.StatusSeeOther {
			t.Fatalf("taken: %d %s", a.Code, a.Body)
		}
		if years(t, w) != 1 {
			t.Error("not taken")
		}
		for _, bad := range []string{"", "year: x", strings.Replace(string(notice), "2026-01-01", "2026-13-01", 1), strings.Repeat("a: b\n", 5000)} {
			a = w.Post("role:sys_admin", "/admin/calendar", "yaml", bad)
			if a.Code != http.StatusUnprocessableEntity {
				t.Errorf("%.20q: %d", bad, a.Code)
			}
		}
		a = w.Post("role:sys_admin", "/admin/calendar", "yaml", strings.Replace(string(notice), "2026-01-01", "2026-13-01", 1))
		if said := html.UnescapeString(a.Body); !strings.Contains(said, `行："2026-13-01" 不是 2026-02-15 这样的日期`) || strings.Contains(said, "expected") || strings.Contains(said, "⟨") {
			t.Errorf("no Chinese: %s", a.Body)
		}
	})
}

func years(t *testing.T, w *countertest.World) (n int) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow("SELECT count(*) FROM calendar_year").Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func accountID(t *testing.T, w *countertest.World, login string) (id string) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
		a, _, err := identity.ByLogin(tx, login)
		id = string(a.ID)
		return err
	})
	if err != nil || id == "" {
		t.Fatalf("no account %s: %v", login, err)
	}
	return id
}

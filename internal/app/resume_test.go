package app

import (
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var damageField = regexp.MustCompile(`name="damage" value="([0-9a-f]{64})"`)

// The three resume on one screen, each with his own secret; nobody else is shown the form, and two are not enough.
func TestTheThreeResumeOnThePageOfTheLedger(t *testing.T) {
	a, list, err := Demo(t.Context(), Options{Data: filepath.Join(t.TempDir(), "d"), Log: quiet, Quiet: true, Cost: cheap}, "county")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	accounts := map[string]Account{}
	for _, x := range list {
		accounts[x.Login] = x
	}
	in := func(who string) (func(string) (int, string), func(string, url.Values) (int, string)) {
		get, post := browser(t, a)
		if status, _ := post("/login", url.Values{"login": {who}, "password": {accounts[who].Password}, "code": {accounts[who].Codes[0]}}); status != http.StatusSeeOther {
			t.Fatalf("%s signs in: %d", who, status)
		}
		return get, post
	}
	get, post := in("sys_admin")
	if _, page := get("/ledger"); strings.Contains(page, "/ledger/resume") {
		t.Error("the form stands where nothing is damaged")
	}
	if status, _ := post("/ledger/resume", url.Values{}); status != http.StatusConflict {
		t.Errorf("nothing is damaged: %d", status)
	}
	tamper(t, a, "UPDATE person SET name = '王机要员' WHERE id = 'officer'")
	if _, err := a.Check(t.Context()); err != nil || !a.Broken() {
		t.Fatalf("after tampering: %v", err)
	}
	_, page := get("/ledger")
	m := damageField.FindStringSubmatch(page)
	if m == nil || !strings.Contains(page, `action="/ledger/resume"`) || !strings.Contains(page, "安全审计员") {
		t.Fatalf("the system administrator sees no form: %.3000s", page)
	}
	choice := func(role string) string { // the account that the box of a role holds out
		return regexp.MustCompile(`(?s)name="` + role + `_person".*?value="([0-9A-Za-z_]+)"`).FindStringSubmatch(page)[1]
	}
	form := func(change ...string) url.Values {
		f := url.Values{"damage": {m[1]}, "reason": {"已查明，是误操作"}}
		for _, role := range []string{"sys_admin", "sec_admin", "audit_admin"} {
			f.Set(role+"_person", choice(role))
			f.Set(role+"_how", "pin")
			f.Set(role+"_secret", accounts[role].PIN)
		}
		for i := 0; i < len(change); i += 2 {
			f.Set(change[i], change[i+1])
		}
		return f
	}
	for name, c := range map[string]struct {
		form url.Values
		code int
		says string
	}{
		"no reason":        {form("reason", " "), http.StatusUnprocessableEntity, "必填"},
		"a wrong secret":   {form("sec_admin_secret", "000000"), http.StatusUnprocessableEntity, "已查明，是误操作"},
		"one of them out":  {form("audit_admin_secret", ""), http.StatusUnprocessableEntity, "已查明，是误操作"},
		"nobody chosen":    {form("audit_admin_person", ""), http.StatusUnprocessableEntity, "已查明，是误操作"},
		"one signs twice":  {form("sec_admin_person", choice("sys_admin"), "sec_admin_secret", accounts["sys_admin"].PIN), http.StatusUnprocessableEntity, "已查明，是误操作"},
		"another damage":   {form("damage", strings.Repeat("0", 64)), http.StatusConflict, ""},
		"no damage at all": {form("damage", ""), http.StatusConflict, ""},
	} {
		status, body := post("/ledger/resume", c.form)
		if status == http.StatusForbidden && name == "one signs twice" {
			status = c.code // the law answers it too: never the same person twice
		}
		if status != c.code || !strings.Contains(body, c.says) || !a.Broken() {
			t.Errorf("%s: %d, want %d with %q: %.1500s", name, status, c.code, c.says, body)
		}
	}
	other, otherPost := in("officer")
	if _, page := other("/ledger"); strings.Contains(page, "/ledger/resume") {
		t.Error("the officer is shown the form")
	}
	if status, _ := otherPost("/ledger/resume", form()); status != http.StatusNotFound {
		t.Errorf("the officer resumes: %d", status)
	}
	if status, body := post("/ledger/resume", form()); status != http.StatusSeeOther {
		t.Fatalf("the three: %d %.2000s", status, body)
	}
	a.work.Wait()
	if a.Broken() {
		t.Error("acts are still stopped")
	}
	if _, page := get("/ledger"); strings.Contains(page, `action="/ledger/resume"`) || !strings.Contains(page, "三员已一同签名恢复") {
		t.Error("the page still asks for signatures")
	}
}

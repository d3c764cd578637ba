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
	d := damaged(t)
	get, post := d.in("sys_admin")
	if _, page := get("/ledger"); strings.Contains(page, "/ledger/resume") {
		t.Error("the form stands where nothing is damaged")
	}
	if status, _ := post("/ledger/resume", url.Values{}); status != http.StatusConflict {
		t.Errorf("nothing is damaged: %d", status)
	}
	d.damage(get)
	d.refuses(post)
	other, otherPost := d.in("officer")
	if _, page := other("/ledger"); strings.Contains(page, "/ledger/resume") {
		t.Error("the officer is shown the form")
	}
	if status, _ := otherPost("/ledger/resume", d.form()); status != http.StatusNotFound {
		t.Errorf("the officer resumes: %d", status)
	}
	if status, body := post("/ledger/resume", d.form()); status != http.StatusSeeOther {
		t.Fatalf("the three: %d %.2000s", status, body)
	}
	d.app.work.Wait()
	if d.app.Broken() {
		t.Error("acts are still stopped")
	}
	if _, page := get("/ledger"); strings.Contains(page, `action="/ledger/resume"`) || !strings.Contains(page, "三员已一同签名恢复") {
		t.Error("the page still asks for signatures")
	}
}

type (
	getter func(path string) (int, string)
	poster func(path string, form url.Values) (int, string)
)

// damagedOffice is an office of which a row is changed from outside, and the page that its administrators then see.
type damagedOffice struct {
	t        *testing.T
	app      *App
	accounts map[string]Account
	page     string
}

func damaged(t *testing.T) *damagedOffice {
	a, list, err := Demo(t.Context(), Options{Data: filepath.Join(t.TempDir(), "d"), Log: quiet, Quiet: true, Cost: cheap}, "county")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	d := &damagedOffice{t: t, app: a, accounts: map[string]Account{}}
	for _, x := range list {
		d.accounts[x.Login] = x
	}
	return d
}

func (d *damagedOffice) in(who string) (getter, poster) {
	get, post := browser(d.t, d.app)
	own := d.accounts[who]
	if status, _ := post("/login", url.Values{"login": {who}, "password": {own.Password}, "code": {own.Codes[0]}}); status != http.StatusSeeOther {
		d.t.Fatalf("%s signs in: %d", who, status)
	}
	return get, post
}

func (d *damagedOffice) damage(get getter) {
	tamper(d.t, d.app, "UPDATE person SET name = '王机要员' WHERE id = 'officer'")
	if _, err := d.app.Check(d.t.Context()); err != nil || !d.app.Broken() {
		d.t.Fatalf("after tampering: %v", err)
	}
	if _, d.page = get("/ledger"); !damageField.MatchString(d.page) || !strings.Contains(d.page, `action="/ledger/resume"`) || !strings.Contains(d.page, "安全审计员") {
		d.t.Fatalf("the system administrator sees no form: %.3000s", d.page)
	}
}

// choice is the account that the box of a role holds out.
func (d *damagedOffice) choice(role string) string {
	return regexp.MustCompile(`(?s)name="` + role + `_person".*?value="([0-9A-Za-z_]+)"`).FindStringSubmatch(d.page)[1]
}

// form is the whole form with some fields changed: name, value, and so on.
func (d *damagedOffice) form(change ...string) url.Values {
	f := url.Values{"damage": {damageField.FindStringSubmatch(d.page)[1]}, "reason": {"已查明，是误操作"}}
	for _, role := range []string{"sys_admin", "sec_admin", "audit_admin"} {
		f.Set(role+"_person", d.choice(role))
		f.Set(role+"_how", "pin")
		f.Set(role+"_secret", d.accounts[role].PIN)
	}
	for i := 0; i < len(change); i += 2 {
		f.Set(change[i], change[i+1])
	}
	return f
}

// refuses tries what must leave the acts stopped.
func (d *damagedOffice) refuses(post poster) {
	for name, c := range map[string]struct {
		form url.Values
		code int
		says string
	}{
		"no reason":        {d.form("reason", " "), http.StatusUnprocessableEntity, "必填"},
		"a wrong secret":   {d.form("sec_admin_secret", "000000"), http.StatusUnprocessableEntity, "已查明，是误操作"},
		"one of them out":  {d.form("audit_admin_secret", ""), http.StatusUnprocessableEntity, "已查明，是误操作"},
		"nobody chosen":    {d.form("audit_admin_person", ""), http.StatusUnprocessableEntity, "已查明，是误操作"},
		"one signs twice":  {d.form("sec_admin_person", d.choice("sys_admin"), "sec_admin_secret", d.accounts["sys_admin"].PIN), http.StatusForbidden, "三员"},
		"another damage":   {d.form("damage", strings.Repeat("0", 64)), http.StatusConflict, ""},
		"no damage at all": {d.form("damage", ""), http.StatusConflict, ""},
	} {
		status, body := post("/ledger/resume", c.form)
		if status != c.code || !strings.Contains(body, c.says) || !d.app.Broken() {
			d.t.Errorf("%s: %d, want %d with %q: %.1500s", name, status, c.code, c.says, body)
		}
	}
}

package peopleweb_test

import (
	"net/http"
	"strings"
	"testing"

	"jiyao/internal/identity"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

// The head declares the network on the page of persons, with the administrator for secrecy beside him; the page says
// before what that changes, and nobody else finds the form.
func TestTheHeadDeclaresTheNetwork(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		t := w.T
		err := w.DB.Write(t.Context(), "test.accounts", func(tx *store.Tx) error {
			_, err := store.Put(tx, []store.Change{
				identity.Accounts.Insert(identity.Account{ID: "admin-sec_admin", Login: "sec.admin", Roles: []string{identity.SecAdmin}, Active: true, CreatedAt: countertest.Monday}),
				identity.Accounts.Insert(identity.Account{ID: "admin-gone", Login: "sec.gone", Roles: []string{identity.SecAdmin}, CreatedAt: countertest.Monday}),
				identity.Accounts.Insert(identity.Account{ID: "admin-sys_admin", Login: "sys.admin", Roles: []string{identity.SysAdmin}, Active: true, CreatedAt: countertest.Monday}),
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		zone := func() (z term.Zone) {
			err := w.DB.Read(t.Context(), func(tx *store.Tx) (err error) { z, err = w.Office.Zone(tx); return err })
			if err != nil {
				t.Fatal(err)
			}
			return z
		}
		page := w.Get("unit_head", "/people")
		webtest.Clean(t, page.Body)
		w.Holds(page, `action="/people/zone"`, "现在申报为：办公网", "先看清改了什么：", "立即对全单位生效", "机密以上只登代号", "商用密码", "sec.admin", "!sec.gone", "!sys.admin")
		for _, who := range []string{"officer", "clerk_a", "office_director"} {
			w.Holds(w.Get(who, "/people"), "!/people/zone", "!sec.admin")
		}
		fields := []string{"zone", "classified", "approval_no", "测〔2026〕1号", "approved_level", "绝密", "tested_on", "2026-03-01", "expires_on", "2026-06-30", "cipher_class", "普通密码",
			"line.commercial_only", "yes", "line.not_certified", "yes", "line.registers_only", "yes", "own_how", "pin", "own_secret", countertest.Right,
			"second", "admin-sec_admin", "second_how", "pin", "second_secret", countertest.Right}
		without := func(name, value string) []string {
			out := append([]string{}, fields...)
			for i := 0; i < len(out); i += 2 {
				if out[i] == name {
					out[i+1] = value
				}
			}
			return out
		}
		for _, c := range []struct {
			name, value, says string
			code              int
		}{
			{"zone", "", `id="zone-zone-err"`, 422}, {"zone", "attic", `id="zone-zone-err"`, 422}, {"second", "", `id="zone-second-err"`, 422}, {"tested_on", "soon", `id="zone-tested_on-err"`, 422},
			{"expires_on", "2026-03-01", `id="zone-expires_on-err"`, 422}, {"second_secret", "0", "签字码或口令不对", 422}, {"second", "admin-sys_admin", "不予办理", 403},
			{"cipher_class", "", `id="zone-cipher_class-err"`, 422}, {"line.not_certified", "", "测〔2026〕1号", 422}, {"own_secret", "", "必填", 422}, {"second_secret", "", "必填", 422},
		} {
			a := w.Post("unit_head", "/people/zone", without(c.name, c.value)...)
			if a.Code != c.code || !strings.Contains(a.Body, c.says) || !strings.Contains(a.Body, "测〔2026〕1号") {
				t.Errorf("%s %q: %d: %s", c.name, c.value, a.Code, main(a.Body))
			}
		}
		if a := w.Post("officer", "/people/zone", fields...); a.Code == http.StatusSeeOther {
			t.Error("the officer has declared the network")
		}
		if got := zone(); got != term.ZoneOffice {
			t.Fatalf("the network is %s", got)
		}
		if a := w.Post("unit_head", "/people/zone", append(fields, "_key", "z")...); a.Code != http.StatusSeeOther || a.Location != "/people" {
			t.Fatalf("declared: %d %s", a.Code, main(a.Body))
		}
		if got := zone(); got != term.ZoneClassified {
			t.Errorf("the network is %s", got)
		}
		w.Holds(w.Get("unit_head", "/people"), "现在申报为：涉密网")
	})
}

func main(body string) string {
	if i := strings.Index(body, `id="main"`); i >= 0 {
		body = body[i:]
	}
	return body[:min(len(body), 2500)]
}

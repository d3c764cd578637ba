package app

import (
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var navOf = regexp.MustCompile(`(?s)<nav class="([^"]*)"[^>]*>(.*?)</nav>`)

// ledTo gives the addresses in the parts of a page whose class holds a word.
func ledTo(page, class string) (out []string) {
	for _, m := range navOf.FindAllStringSubmatch(page, -1) {
		if slices.Contains(strings.Fields(m[1]), class) {
			for _, a := range offerTag.FindAllStringSubmatch(m[2], -1) {
				out = append(out, a[1])
			}
		}
	}
	return out
}

// Whoever signs in reaches from his first page, with the mouse on a desk and with the thumb on a phone: his work, the
// search, the regulations, his own account and the way out.
func TestEveryRoleReachesItsPages(t *testing.T) {
	a, accounts, err := Demo(t.Context(), Options{Data: filepath.Join(t.TempDir(), "d"), Log: quiet, Quiet: true, Cost: cheap}, "county")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	large := 0
	for _, x := range accounts {
		get, post := browser(t, a)
		if _, gate := get("/login"); !strings.Contains(gate, `action="/lang"`) || !strings.Contains(gate, `name="back" value="/login"`) {
			t.Error("whoever comes to sign in cannot choose his language")
		}
		status, to := post("/login", url.Values{"login": {x.Login}, "password": {x.Password}, "code": {x.Codes[0]}})
		if status != http.StatusSeeOther {
			t.Fatalf("%s signs in: %d", x.Login, status)
		}
		to, _, _ = strings.Cut(to, "\n")
		first := to
		status, page := get(first)
		for status == http.StatusSeeOther {
			first, _, _ = strings.Cut(page, "\n")
			status, page = get(first)
		}
		must := []string{"/today", "/approvals", "/search", "/rules"}
		if strings.HasSuffix(x.Login, "_admin") {
			must = []string{"/rules", "/admin"}
		}
		desk := append(ledTo(page, "rail"), ledTo(page, "ways")...)
		if len(ledTo(page, "rail")) == 0 {
			large++
		}
		thumb := ledTo(page, "tabs")
		if len(thumb) < 3 || len(thumb) > 5 || thumb[len(thumb)-1] != "/all" {
			t.Errorf("%s: the tabs of a phone are %v", x.Login, thumb)
		}
		if business := !strings.HasSuffix(x.Login, "_admin"); business && !slices.Contains(thumb, first) {
			t.Errorf("%s begins on %s, which is none of the tabs of a phone: %v", x.Login, first, thumb)
		}
		status, all := get("/all")
		if status != http.StatusOK {
			t.Fatalf("%s: /all answers %d", x.Login, status)
		}
		every := ledTo(all, "every")
		for _, path := range must {
			if path != first && !slices.Contains(desk, path) {
				t.Errorf("%s: %s leads to %v and not to %s", x.Login, first, desk, path)
			}
			if !slices.Contains(every, path) {
				t.Errorf("%s: /all leads to %v and not to %s", x.Login, every, path)
			}
		}
		for _, path := range ledTo(all, "rail") {
			if path != "/" && !strings.HasPrefix(path, "/ledger") && !slices.Contains(every, path) {
				t.Errorf("%s: a phone has no way to %s", x.Login, path)
			}
		}
		if !slices.Contains(every, "/password") || !strings.Contains(page, `href="/password"`) || !strings.Contains(page, `action="/logout"`) {
			t.Errorf("%s: no way to his account, or out", x.Login)
		}
	}
	if large == 0 {
		t.Error("nobody had a page without rail")
	}
}

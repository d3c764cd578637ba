package app

import (
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"jiyao/internal/store"
)

var wildcard = regexp.MustCompile(`\{[a-z]+\}`)

// What a person who is outside every scope may look at, and what a form answers before it looks for anything.
var open4staff = map[string]bool{
	"GET /today": true, "GET /today/board": true, "GET /search": true, "GET /circulation": true, "GET /circulation/live": true,
	"GET /approvals": true, "GET /incidents": true, "GET /findings": true,
}

// business are the routes with business content: all but those of accounts, of the law, of the evidence and of posts.
func business(pattern string) bool {
	_, path, _ := strings.Cut(pattern, " ")
	for _, p := range []string{"/d/", "/c/", "/circulation", "/instructions", "/approvals", "/receive", "/today", "/search", "/incidents", "/findings", "/registers", "/sign-off", "/inventory", "/places", "/outgoing", "/archive", "/destroy", "/disclosed", "/devices"} {
		if strings.HasPrefix(path, p) && path != reportPath && path != "/incidents" {
			return true
		}
	}
	return false
}

// Every route of the server, forms too, answers what is hidden as what is absent, and each try leaves one entry.
func TestEveryRouteHidesAlikeAndRecordsTheTry(t *testing.T) {
	a, accounts, err := Demo(t.Context(), Options{Data: filepath.Join(t.TempDir(), "d"), Log: quiet, Quiet: true}, "county")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	handler, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	patterns := handler.(interface{ Patterns() []string }).Patterns()
	real := func(query string) (id string) {
		if err := a.DB.Read(t.Context(), func(tx *store.Tx) error { return tx.QueryRow(query).Scan(&id) }); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		return id
	}
	ids := map[string]string{
		"/d/": real("SELECT id FROM document WHERE level = '机密' LIMIT 1"), "/c/": real("SELECT id FROM copy WHERE document IN (SELECT id FROM document WHERE level = '机密') LIMIT 1"), "/circulation/": real("SELECT id FROM circulation LIMIT 1"),
		"/receive/": real("SELECT id FROM envelope LIMIT 1"), "/instructions/": real("SELECT id FROM instruction LIMIT 1"), "/approvals/": real("SELECT id FROM stop LIMIT 1"),
	}
	for _, who := range []string{"sys_admin", "sec_admin", "audit_admin", "liaison_hr"} {
		var account Account
		for _, x := range accounts {
			if x.Login == who {
				account = x
			}
		}
		get, post := browser(t, a)
		if status, _ := post("/login", url.Values{"login": {who}, "password": {account.Password}, "code": {account.Codes[0]}}); status != http.StatusSeeOther {
			t.Fatalf("%s: the sign-in answers %d", who, status)
		}
		seen := 0
		for _, pattern := range patterns {
			method, path, _ := strings.Cut(pattern, " ")
			if !business(pattern) || who == "liaison_hr" && (!wildcard.MatchString(path) || open4staff[pattern]) {
				continue
			}
			if method == http.MethodPost && !wildcard.MatchString(path) {
				continue // its form is read first
			}
			seen++
			try := func(id string) (status int, body string) {
				before, at := notFound(t, a), wildcard.ReplaceAllString(path, id)
				if method == http.MethodGet {
					status, body = get(at)
				} else {
					status, body = post(at, url.Values{})
				}
				if n := notFound(t, a) - before; status != http.StatusNotFound || n != 1 {
					t.Errorf("%s %s %s: %d and %d entries, want 404 and one", who, method, at, status, n)
				}
				return status, body
			}
			_, absent := try("ZZZZZZZZZZZZ")
			for prefix, id := range ids {
				if strings.HasPrefix(path, prefix) && wildcard.MatchString(path) {
					if _, hidden := try(id); hidden != absent {
						t.Errorf("%s %s: hidden and absent answer differently", who, pattern)
					}
				}
			}
		}
		if seen < 25 {
			t.Errorf("%s: only %d routes", who, seen)
		}
	}
}

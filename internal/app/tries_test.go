package app

import (
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"jiyao/internal/store"
)

// Every page that anybody can reach is tried by everybody: who gets the answer of an absent page has left one entry, and
// the answer holds not a byte of what he asked for.
func TestEveryTryAtAHiddenPageLeavesOneEntry(t *testing.T) {
	a, accounts, err := Demo(t.Context(), Options{Data: filepath.Join(t.TempDir(), "d"), Log: quiet, Quiet: true, Cost: cheap}, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	waits(t, a, accounts)
	gets, pages := map[string]func(string) (int, string){}, map[string]string{} // a page of each shape
	for _, x := range accounts {
		get, post := browser(t, a)
		if status, _ := post("/login", url.Values{"login": {x.Login}, "password": {x.Password}, "code": {x.Codes[0]}}); status != http.StatusSeeOther {
			t.Fatalf("%s signs in: %d", x.Login, status)
		}
		gets[x.Login] = get
		walk(func(path string) (int, string) {
			status, page := get(path)
			if _, had := pages[shape(path)]; status == http.StatusOK && !had && !plain(path) {
				pages[shape(path)] = path
			}
			return status, page
		}, map[string]pageForm{})
	}
	for s := range maps.Clone(pages) { // hidden and absent are one
		if strings.Contains(s, "{}") {
			pages[s+" of nothing"] = strings.ReplaceAll(s, "{}", "ZZZZ00ZZZZ00")
		}
	}
	absent, tries := "", map[string]int{}
	for _, x := range accounts {
		for s, path := range pages {
			before := notFound(t, a)
			status, page := gets[x.Login](path)
			left := notFound(t, a) - before
			switch {
			case status == http.StatusNotFound && left != 1:
				t.Errorf("%s at %s: %d entries, want one", x.Login, s, left)
			case status == http.StatusNotFound && absent == "":
				absent = page
			case status == http.StatusNotFound && page != absent:
				t.Errorf("%s at %s: another answer than elsewhere", x.Login, s)
			case status != http.StatusNotFound && left != 0:
				t.Errorf("%s at %s: answered %d and recorded as not found", x.Login, s, status)
			}
			if status == http.StatusNotFound {
				tries[s]++
			}
		}
	}
	for _, s := range []string{"/d/{}", "/d/{}/slip", "/c/{}", "/circulation", "/circulation/{}", "/findings/{}", "/incidents/{}", "/today", "/d/{} of nothing"} {
		if tries[s] < 3 {
			t.Errorf("%s is hidden from %d, want three administrators at least", s, tries[s])
		}
	}
}

// notFound counts the entries of tries that found nothing.
func notFound(t *testing.T, a *App) (n int) {
	t.Helper()
	err := a.DB.Read(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow("SELECT COUNT(*) FROM ledger_entry WHERE outcome = 'not_found'").Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

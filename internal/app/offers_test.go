package app

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/store"
)

var offerTag = regexp.MustCompile(`href="(/[^"#]*)`)

// offer is an address that a page holds out to its reader.
type offer struct{ path, on string }

// follow goes from the first page over every link, a few of each shape, and tells every page it opens.
func follow(get func(string) (int, string), tell func(o offer, status int, page string)) {
	had, shapes := map[string]bool{}, map[string]int{}
	for queue := []offer{{"/", ""}}; len(queue) > 0; queue = queue[1:] {
		o := queue[0]
		path, _, _ := strings.Cut(o.path, "?")
		s := shape(path)
		most := 30
		for _, p := range []string{"/rules/", "/ledger", "/registers/", "/assets/"} {
			if strings.HasPrefix(s, p) {
				s, most = p, 12
			}
		}
		if had[o.path] || shapes[s] >= most {
			continue
		}
		had[o.path] = true
		shapes[s]++
		status, page := get(o.path)
		tell(o, status, page)
		on := shape(path)
		if status == http.StatusSeeOther {
			to, _, _ := strings.Cut(page, "\n")
			queue = append(queue, offer{to, on})
		}
		for _, m := range offerTag.FindAllStringSubmatch(page, -1) {
			queue = append(queue, offer{html.UnescapeString(m[1]), on})
		}
	}
}

// What a page offers is there for who is offered it: no link and no form that anybody reaches from his first page is
// answered as absent, which would be recorded as his try at something hidden.
func TestNoPageOffersWhatIsHidden(t *testing.T) {
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
	counts(t, a, accounts)
	pages, read, shown := 0, 0, map[string]string{}
	note := func(where, page string) {
		if strings.Contains(page, "<!doctype html") {
			read++
		}
		for _, w := range rawWords(page) {
			name, _, _ := strings.Cut(w, " ")
			if !strings.Contains(where, "/admin") || !slices.ContainsFunc(accounts, func(x Account) bool { return x.Login == name }) { // the name of an account
				shown[w] = where
			}
		}
	}
	for _, x := range accounts {
		get, post := browser(t, a)
		if status, _ := post("/login", url.Values{"login": {x.Login}, "password": {x.Password}, "code": {x.Codes[0]}}); status != http.StatusSeeOther {
			t.Fatalf("%s signs in: %d", x.Login, status)
		}
		forms, on := map[string]pageForm{}, map[string]string{}
		follow(get, func(o offer, status int, page string) {
			pages++
			note(x.Login+" "+shape(o.path), page)
			if status == http.StatusNotFound {
				t.Errorf("%s: %s offers %s, which is hidden from him", x.Login, o.on, shape(o.path))
			}
			for _, f := range formsOf(page) {
				if s := shape(f.action); s != "/logout" && s != "/lang" {
					forms[s], on[s] = f, shape(o.path)
				}
			}
		})
		if x.Role == "officer" { // every clause, and what is not there
			for _, p := range clausePaths(t) {
				_, page := get(p)
				note(p, page)
			}
			_, page := get("/d/ZZZZZZZZZZZZ")
			note("what is not there", page)
		}
		for s, f := range forms {
			status, page := post(f.action, f.values)
			if status == http.StatusNotFound {
				t.Errorf("%s: %s has a form for %s, which is hidden from him", x.Login, on[s], s)
			}
			note(x.Login+" at the form of "+s, page)
		}
	}
	for w, where := range shown {
		t.Errorf("%s: a raw word is shown: %s", where, w)
	}
	if read < 500 {
		t.Errorf("only %d pages were read for raw words", read)
	}
	if pages < 30*len(accounts)/2 {
		t.Errorf("only %d pages were reached", pages)
	}
}

// counts has a count stand open, with a piece found and one missing.
func counts(t *testing.T, a *App, accounts []Account) {
	t.Helper()
	i := slices.IndexFunc(accounts, func(x Account) bool { return x.Role == "officer" })
	do := func(name string, command map[string]any) act.Receipt {
		raw, err := json.Marshal(command)
		if err != nil {
			t.Fatal(err)
		}
		receipt, err := a.Desk.Do(t.Context(), act.Request{Act: name, Command: json.RawMessage(raw), By: a.actor(t, accounts[i].Login)})
		if err != nil {
			t.Fatal(name, err)
		}
		return receipt
	}
	count := do("custody.count_open", map[string]any{"kind": "part", "places": []string{"cabinet-1"}, "media": []string{"paper"}}).Values["count"]
	do("custody.count_scan", map[string]any{"count": count, "label": "JY26-0008-01-6", "place": "cabinet-1"})
	var other string
	if err := a.DB.Read(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow("SELECT id FROM copy WHERE place = 'cabinet-1' AND label <> 'JY26-0008-01-6' ORDER BY id LIMIT 1").Scan(&other)
	}); err != nil {
		t.Fatal(err)
	}
	do("custody.count_scan", map[string]any{"count": count, "copy": other, "result": "missing"})
}

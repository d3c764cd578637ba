package archtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

const module = "jiyao"

// layer is one storey of the house; a package belongs to it by its room, the first folder under internal/ (or
// the top folder, for those outside internal/).
type layer int

const (
	words layer = iota
	law
	mechanisms
	domain
	procedures
	sentences // locale: text only
	web
	pages // <noun>/<noun>web
	app
	commands
	outside // test folders that stand beside the house; nothing imports them
)

// house lists every room from the top down. Rooms that do not stand yet are simply absent from the tree; a room
// that stands but is not listed here fails.
var house = []struct {
	layer layer
	rooms []string
}{
	{words, []string{"regulations", "term", "refuse", "calendar"}}, // regulations: embedded files, no code
	{law, []string{"regulation"}},
	{mechanisms, []string{"store", "ledger", "keyring", "vault", "identity", "obligation", "approval", "checklist", "act",
		"extract", "search", "paper", "sheet", "notify"}},
	{domain, []string{"document", "custody", "circulation", "disposal", "duty", "telegram", "people", "device",
		"meeting", "inspection", "incident"}},
	{procedures, []string{"procedure", "prove"}},
	{sentences, []string{"locale"}},
	{web, []string{"web"}},
	{pages, []string{"lawweb", "registerweb", "openingweb"}}, // the law is no noun, registers and old books are of several: their pages have rooms of their own
	{app, []string{"app"}},
	{commands, []string{"cmd"}},
	{outside, []string{"archtest", "e2e", "bench"}},
}

// place is where a package stands.
type place struct {
	layer layer
	room  string
}

// placeOf finds the room of an import path of this module; ok is false for a room that is not in the list.
func placeOf(path string) (p place, ok bool) {
	parts := strings.Split(strings.TrimPrefix(path, module+"/"), "/")
	room := parts[0]
	if room == "internal" && len(parts) > 1 {
		parts = parts[1:]
		room = parts[0]
	}
	for _, l := range house {
		for _, r := range l.rooms {
			if r != room {
				continue
			}
			p = place{layer: l.layer, room: room}
			if (l.layer == domain || l.layer == mechanisms) && len(parts) > 1 && strings.HasSuffix(parts[1], "web") {
				p.layer = pages
			}
			return p, true
		}
	}
	return place{}, false
}

// judge says what is wrong with one import, or "". Tests and test helpers are not judged here.
func judge(from, to string, leave map[string]string, spent map[string]bool) string {
	f, ok := placeOf(from)
	if !ok {
		return fmt.Sprintf("%s stands in no room of the house: add it to its layer in archtest, or move it", from)
	}
	t, ok := placeOf(to)
	if !ok {
		return fmt.Sprintf("%s imports %s, which stands in no room of the house", from, to)
	}
	if testOnly(to) && f.layer != outside { // a bench measures beside a cluster of its own
		return fmt.Sprintf("%s imports the test helper %s", from, to)
	}
	wrong := verdict(f, t)
	if wrong == "" {
		return ""
	}
	// Reasons excuse mechanisms among themselves, nothing else; the compiler already refuses a circle.
	key := f.room + " -> " + t.room
	if _, granted := leave[key]; granted && f.layer == mechanisms && t.layer == mechanisms {
		spent[key] = true
		return ""
	}
	return fmt.Sprintf("%s imports %s: %s", from, to, wrong)
}

// verdict is the order of the house, without exceptions.
func verdict(f, t place) string {
	switch {
	case f.layer == outside || f.layer == commands && t.layer != outside:
		return ""
	case t.layer == outside || t.layer == commands:
		return "nothing imports it"
	case f.room == t.room && f.layer == t.layer:
		return ""
	case t.layer == app && f.layer != commands:
		return "only cmd imports app"
	case t.layer == pages && f.layer != app:
		return "only app imports pages"
	case f.layer == app:
		return ""
	case f.layer == words && t.layer == words:
		return ""
	case f.layer == domain && t.layer == domain:
		return "nouns never import each other: declare a small interface, app plugs it in; an act of two nouns is a procedure"
	case f.layer == pages && t.layer == domain && f.room != t.room:
		return "pages import their own noun only"
	case f.layer == web && (t.layer == domain || t.layer == procedures):
		return "web knows no nouns"
	case f.layer == sentences && t.layer > law:
		return "locale makes sentences from words and law only"
	case f.layer == mechanisms && t.layer == mechanisms:
		return "a mechanism imports another only with a reason in archtest"
	case t.layer > f.layer:
		return "it stands below"
	}
	return ""
}

// testOnly reports whether a package exists for tests: its last folder, or the one above, ends in "test".
func testOnly(path string) bool {
	for _, part := range strings.Split(path, "/") {
		if strings.HasSuffix(part, "test") {
			return true
		}
	}
	return false
}

func TestAPackageImportsOnlyWhatStandsAboveIt(t *testing.T) {
	spent := map[string]bool{}
	standing := map[string]bool{}
	for _, p := range packages(t) {
		if pl, ok := placeOf(p.path); ok {
			standing[pl.room] = true
		} else {
			t.Errorf("%s stands in no room of the house: add it to its layer in archtest, or move it", p.path)
		}
		if testOnly(p.path) {
			continue
		}
		for _, to := range p.imports {
			if !strings.HasPrefix(to, module+"/") {
				f, _ := placeOf(p.path)
				if key := p.path + " -> " + to; thirdParty[key] != "" {
					spent[key] = true
				} else if f.layer == words && strings.Contains(strings.Split(to, "/")[0], ".") {
					t.Errorf("%s imports %s: words import the standard library and each other only", p.path, to)
				}
				continue
			}
			if wrong := judge(p.path, to, reasons, spent); wrong != "" {
				t.Error(wrong)
			}
		}
	}
	for _, list := range []map[string]string{reasons, thirdParty} {
		for _, key := range slices.Sorted(maps.Keys(list)) {
			from, _, _ := strings.Cut(key, " -> ")
			if p, ok := placeOf(from); ok && standing[p.room] && !spent[key] {
				t.Errorf("nothing needs the exception %q any more: take it out", key)
			}
			if strings.TrimSpace(list[key]) == "" {
				t.Errorf("the exception %q gives no reason", key)
			}
		}
	}
}

func TestTheOrderOfTheHouse(t *testing.T) {
	leave := map[string]string{"act -> store": "writes through it", "custody -> document": "never heard"}
	for _, c := range []struct {
		from, to string
		wrong    string // part of the complaint; "" where the import is right
	}{
		{"term", "refuse", ""},
		{"refuse", "term", ""},
		{"term", "store", "below"},
		{"regulation", "term", ""},
		{"regulation", "store", "below"},
		{"act", "store", ""},
		{"act", "ledger", "only with a reason"},
		{"store", "act", "only with a reason"},
		{"act", "regulation", ""},
		{"store", "store/pgtest", "test helper"},
		{"store/sqlite", "store", ""},
		{"custody", "act", ""},
		{"custody", "document", "never import each other"},
		{"custody", "custody/custodyweb", "only app imports pages"},
		{"custody", "procedure", "below"},
		{"procedure", "custody", ""},
		{"act", "custody", "below"},
		{"custody/custodyweb", "custody", ""},
		{"custody/custodyweb", "web", ""},
		{"custody/custodyweb", "locale", ""},
		{"custody/custodyweb", "document", "own noun only"},
		{"custody/custodyweb", "document/documentweb", "only app imports pages"},
		{"web", "custody", "no nouns"},
		{"web", "procedure", "no nouns"},
		{"web", "locale", ""},
		{"web/api", "act", ""},
		{"locale", "store", "words and law only"},
		{"locale", "term", ""},
		{"app", "custody/custodyweb", ""},
		{"app", "procedure", ""},
		{"web", "app", "only cmd imports app"},
		{"helpers", "term", "no room"},
		{"term", "helpers", "no room"},
	} {
		got := judge(module+"/internal/"+c.from, module+"/internal/"+c.to, leave, map[string]bool{})
		if c.wrong == "" && got != "" || c.wrong != "" && !strings.Contains(got, c.wrong) {
			t.Errorf("%s -> %s: got %q, want %q", c.from, c.to, got, c.wrong)
		}
	}
	for _, c := range []struct {
		from, to string
		right    bool
	}{
		{"cmd/jiyao", "internal/app", true},
		{"cmd/jiyao", "internal/ledger", true},
		{"internal/app", "cmd/jiyao", false},
		{"internal/term", "e2e", false},
		{"cmd/jiyao", "e2e", false},
		{"e2e", "internal/app", true},
		{"internal/app", "regulations", true},
	} {
		if got := judge(module+"/"+c.from, module+"/"+c.to, leave, map[string]bool{}); (got == "") != c.right {
			t.Errorf("%s -> %s: got %q", c.from, c.to, got)
		}
	}
}

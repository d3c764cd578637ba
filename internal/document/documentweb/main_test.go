package documentweb_test

import (
	"strings"
	"testing"

	"jiyao/internal/custody/custodyweb"
	"jiyao/internal/document"
	"jiyao/internal/document/documentweb"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

// office is the model office of the pack that these scenes play in.
const office = "demo"

func mount(w *countertest.World, c *counter.Counter) {
	documentweb.Routes(w.Server, documentweb.Deps{
		Counter: c, Index: document.NewIndex(w.Log, 16<<20), Ledger: w.Log, Lanes: custodyweb.Lanes, Evening: custodyweb.Evening, Out: custodyweb.Out,
	})
	custodyweb.Routes(w.Server, custodyweb.Deps{Counter: c})
}

func each(t *testing.T, fn func(w *countertest.World)) { countertest.Each(t, office, mount, fn) }

// want fails where a page lacks a text, or holds one that it must not.
func want(w *countertest.World, a countertest.Answer, code int, has []string, hasNot ...string) {
	w.T.Helper()
	if a.Code != code {
		w.T.Fatalf("status %d, want %d: %s", a.Code, code, cut(a.Body))
	}
	for _, s := range has {
		if !strings.Contains(a.Body, s) {
			w.T.Errorf("page lacks %q: %s", s, cut(a.Body))
		}
	}
	for _, s := range hasNot {
		if strings.Contains(a.Body, s) {
			w.T.Errorf("page holds %q", s)
		}
	}
	if code == 200 && strings.Contains(a.Body, "<html") {
		webtest.Clean(w.T, a.Body)
		if len(a.Body) > 60_000 {
			w.T.Errorf("page of %d bytes, want at most 60,000", len(a.Body))
		}
	}
}

func cut(s string) string {
	if i := strings.Index(s, `id="main"`); i >= 0 {
		s = s[i:]
	}
	return s[:min(len(s), 6000)]
}

// accepted takes one envelope in by hand, counted and signed for when counted is given.
func accepted(w *countertest.World, no, listed, counted string) {
	w.T.Helper()
	secret := ""
	if counted != "" {
		secret = countertest.Right
	}
	a := w.Post("officer", "/receive", "no.0", no, "issuer.0", "某省主管厅", "level.0", "机密", "urgency.0", "特急", "listed.0", listed, "counted.0", counted,
		"channel", "courier", "courier", "机要交通员", "courier_signature", "paper", "ownhow", "pin", "own_secret", secret)
	if a.Code != 303 {
		w.T.Fatalf("accept: %d %s", a.Code, cut(a.Body))
	}
}

// handOut delivers a copy on its page, both signing.
func handOut(w *countertest.World, c term.CopyID, to, no string, more ...string) countertest.Answer {
	w.T.Helper()
	return w.Post("officer", "/c/"+string(c)+"/hand-out", append([]string{"to", to, "copy_no", no, "return_by", w.Clock.Now().Format("2006-01-02") + " 17:30",
		"first_how", "pin", "first_secret", countertest.Right, "second_how", "pin", "second_secret", countertest.Right}, more...)...)
}

func d(id term.DocumentID) string { return "/d/" + string(id) }

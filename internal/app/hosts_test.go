package app

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

// Under a name that is not the office's the server answers 421 and nothing else: whoever points a name of his own at this
// machine reads no page through it.
func TestOnlyTheHostsThatAreServedAreAnswered(t *testing.T) {
	served := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("page")) })
	dir := t.TempDir()
	if err := Certify(dir, []string{"jiyao.office.test", "10.1.2.3"}, 30); err != nil {
		t.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "server.pem"), filepath.Join(dir, "server-key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	plain := servedUnder(Serving{Addr: "127.0.0.1:8080"}, nil)
	secure := servedUnder(Serving{Addr: "10.9.9.9:8443", Hosts: []string{"Proxy.Office.Test"}}, pair.Leaf)
	every := servedUnder(Serving{Addr: ":8443"}, nil)
	for _, c := range []struct {
		h    hosts
		host string
		ok   bool
	}{
		{plain, "127.0.0.1:8080", true}, {plain, "localhost:8080", true}, {plain, "[::1]:8080", true}, {plain, "127.0.0.1", true}, {plain, "LOCALHOST.", true},
		{plain, "evil.test", false}, {plain, "evil.test:8080", false}, {plain, "", false}, {plain, "localhost.evil.test", false}, {plain, "10.9.9.9", false},
		{secure, "10.9.9.9:8443", true}, {secure, "jiyao.office.test:8443", true}, {secure, "10.1.2.3", true}, {secure, "proxy.office.test", true}, {secure, "localhost:8443", true},
		{secure, "office.test", false}, {secure, "other.office.test", false}, {secure, "10.1.2.4:8443", false},
		{every, "", false}, {every, "evil.test", false}, {every, "localhost", true},
	} {
		r := httptest.NewRequest(http.MethodGet, "/login", nil)
		r.Host = c.host
		w := httptest.NewRecorder()
		c.h.only(served).ServeHTTP(w, r)
		switch body := w.Body.String(); {
		case c.ok && (w.Code != http.StatusOK || body != "page"):
			t.Errorf("%q: %d %s", c.host, w.Code, body)
		case !c.ok && (w.Code != http.StatusMisdirectedRequest || !strings.Contains(body, "--host") || strings.Contains(body, "page\n")):
			t.Errorf("%q: %d %s", c.host, w.Code, body)
		}
	}
}

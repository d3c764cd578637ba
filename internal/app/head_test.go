package app

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// TestAHeadThatDoesNotAddUpIsSaidInWords: nothing can be recorded, so nobody signs in and nothing is done; whoever is in reads on.
func TestAHeadThatDoesNotAddUpIsSaidInWords(t *testing.T) {
	d := damaged(t)
	officer, _ := d.in("officer")
	auditor, _ := d.in("audit_admin")
	if err := d.app.Ledger.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	tamper(t, d.app, "UPDATE ledger_head SET hashes = root")
	_, post := browser(t, d.app)
	own := d.accounts["office_director"]
	status, body := post("/login", url.Values{"login": {"office_director"}, "password": {own.Password}, "code": {own.Codes[0]}})
	if status != http.StatusServiceUnavailable || !strings.Contains(body, "台账的末尾对不上") || strings.Contains(body, "密钥尚未打开") {
		t.Errorf("signing in: %d %.3000s", status, body)
	}
	if answer := session(t, d.app, own); answer.Code != http.StatusServiceUnavailable || !strings.Contains(answer.Body.String(), "台账对不上") {
		t.Errorf("opening a session of the API: %d %s", answer.Code, answer.Body)
	}
	if status, _ := officer("/circulation"); status != http.StatusOK {
		t.Errorf("who is in reads: %d", status)
	}
	if status, body := auditor("/circulation"); status != http.StatusServiceUnavailable || !strings.Contains(body, "台账对不上，停止办理") {
		t.Errorf("a try that cannot be recorded: %d %.3000s", status, body)
	}
	if status, body := auditor("/ledger"); status != http.StatusOK {
		t.Errorf("the page of the ledger: %d %.3000s", status, body)
	}
}

// session asks the API for a session.
func session(t *testing.T, a *App, own Account) *httptest.ResponseRecorder {
	t.Helper()
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]string{"user": own.Login, "password": own.Password, "code": own.Codes[1]})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/v1/session", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

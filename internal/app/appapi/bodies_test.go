package appapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func badBodies(t *testing.T, b *busy) {
	deep := strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40)
	for _, c := range []struct {
		name, act, body, field, code string
	}{
		{"not JSON", "custody.label", `copy=1`, "body", "one_object"},
		{"a list", "custody.label", `[]`, "body", "one_object"},
		{"nothing", "custody.label", ` `, "body", "required"},
		{"cut off", "custody.label", `{"copy":`, "body", "bad_json"},
		{"two values", "custody.label", `{} {}`, "body", "one_object"},
		{"unknown", "custody.label", `{"copy":"x","kopy":"y"}`, "kopy", "unknown_field"},
		{"other case", "custody.label", `{"COPY":"x"}`, "COPY", "unknown_field"},
		{"twice", "custody.label", `{"copy":"x","copy":"y"}`, "copy", "twice"},
		{"a number for an id", "custody.label", `{"copy":7}`, "copy", "bad_type"},
		{"an object for an id", "custody.label", `{"copy":{"a":1}}`, "copy", "bad_type"},
		{"a text for a number", "document.register", `{"copies":"2"}`, "copies", "bad_type"},
		{"half a copy", "document.register", `{"copies":1.5}`, "copies", "bad_type"},
		{"a huge number", "document.register", `{"copies":99999999999999999999}`, "copies", "bad_type"},
		{"a time in words", "custody.hand_out", `{"return_by":"tonight"}`, "return_by", "bad_format"},
		{"a line", "document.accept", `{"envelopes":[{"envelope_no":"A"},{"envelope_no":5}]}`, "envelopes.1.envelope_no", "bad_type"},
		{"not UTF-8", "document.register", "{\"title\":\"\xc3\x28\"}", "title", "not_utf8"},
		{"a name that is not UTF-8", "document.register", "{\"ti\xc3tle\":\"a\"}", "body", "not_utf8"},
		{"half a surrogate", "document.register", `{"title":"\ud800"}`, "title", "bad_character"},
		{"turned text", "document.register", "{\"title\":\"a\u202eb\"}", "title", "bad_character"},
		{"a list of arguments", "approval.request", `{"act":"custody.lend","with":["a"],"_signatures":[]}`, "with", "one_object"},
		{"no arguments", "approval.request", `{"act":"custody.lend"}`, "with", "required"},
		{"too deep", "approval.request", `{"act":"custody.lend","with":` + deep + `}`, "body", "too_deep"},
		{"too many signatures", "custody.label", `{"copy":"x","_signatures":[{},{},{},{},{},{},{},{},{}]}`, "_signatures", "too_many"},
		{"a signature's unknown member", "custody.label", `{"copy":"x","_signatures":[{"pin":"1"}]}`, "_signatures.0.pin", "unknown_field"},
		{"a signature's way", "custody.label", `{"copy":"x","_signatures":[{"role":"actor","how":"shout","secret":"1"}]}`, "_signatures.0.how", "not_in_list"},
		{"an empty line", "document.accept", `{"channel":"courier","envelopes":[{"envelope_no":"A","issuer":"某厅"},{}]}`, "envelopes.1", "empty_line"},
		{"a word of no list in a line", "document.accept", `{"envelopes":[{"envelope_no":"A"},{"level":"绝密级"}]}`, "envelopes.1.level", "not_in_list"},
		{"a number twice", "document.accept", `{"envelopes":[{"envelope_no":"A"},{"envelope_no":"B"},{"envelope_no":"A"}]}`, "envelopes.2.envelope_no", "twice"},
		{"signatures deeper down", "document.accept", `{"envelopes":[{"_signatures":[]}]}`, "envelopes.0._signatures", "unknown_field"},
	} {
		a := b.officer.do("POST", "/acts/"+c.act, c.body)
		if a.status != 422 || a.text("code") != "invalid" || a.text("fields.0.field") != c.field || a.text("fields.0.code") != c.code || a.text("fields.0.message") == "" {
			t.Errorf("%s: %d %s", c.name, a.status, a.body)
		}
	}
	// What is unknown is repeated in part, and does not keep the rest from being read.
	for name, want := range map[string]string{strings.Repeat("长", 3000): strings.Repeat("长", 64) + "…", "a.b": "a·b"} {
		a := b.officer.do("POST", "/acts/document.accept", map[string]any{name: 1, "channel": "机要交通"})
		if a.status != 422 || a.text("fields.0.field") != want || a.text("fields.1.code") != "not_in_list" || len(a.body) > 2000 {
			t.Errorf("an unknown name of %d: %d %.300s", len(name), a.status, a.body)
		}
	}
	if a := b.officer.do("POST", "/acts/custody.label", `{"copy":"x"}`, "Content-Type", "text/plain"); a.status != 415 || a.text("code") != "unsupported" {
		t.Errorf("another type: %d %s", a.status, a.body)
	}
	if a := b.officer.do("POST", "/acts/custody.label", map[string]any{}, "Idempotency-Key", strings.Repeat("k", 101)); a.status != 422 || a.text("fields.0.field") != "idempotency_key" {
		t.Errorf("a long key: %d %s", a.status, a.body)
	}
}

// What no route takes is answered in the API's form too, whatever the method.
func otherMethods(t *testing.T, b *busy) {
	for _, c := range []struct {
		method, path, allow string
		status              int
	}{
		{"OPTIONS", "/acts/custody.label", "POST", 405}, {"TRACE", "/session", "DELETE, POST", 405}, {"BREW", "/documents", "GET, HEAD", 405},
		{"PUT", "/documents", "GET, HEAD", 405}, {"GET", "/acts/custody.label", "POST", 405},
		{"OPTIONS", "/nothing", "", 404}, {"PUT", "/nothing", "", 404},
	} {
		code := map[int]string{404: "not_found", 405: "method_not_allowed"}[c.status]
		a := b.officer.do(c.method, c.path, nil)
		if a.status != c.status || a.text("code") != code || a.header.Get("Allow") != c.allow || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %d %v %s", c.method, c.path, a.status, a.header, a.body)
		}
	}
	if a := b.officer.do("POST", "/session", nil, "Sec-Fetch-Site", "cross-site"); a.status != 403 || a.text("code") != "cross_origin" {
		t.Errorf("from elsewhere: %d %s", a.status, a.body)
	}
}

// endless is a body that never ends and counts what is taken of it.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	e.read += int64(len(p))
	return len(p), nil
}

func hugeBody(t *testing.T, b *busy) {
	for name, length := range map[string]int64{"announced": 1 << 30, "in chunks": -1} {
		body := &endless{}
		q := httptest.NewRequest(http.MethodPost, "/api/v1/acts/custody.label", body)
		q.ContentLength = length
		q.Header.Set("Content-Type", "application/json")
		q.Header.Set("Authorization", "Bearer "+b.officer.token)
		w := httptest.NewRecorder()
		b.server.ServeHTTP(w, q)
		if w.Code != 413 || !strings.Contains(w.Body.String(), `"code":"too_large"`) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body.String())
		}
		if limit := int64(2 << 20); body.read > limit || length > 0 && body.read > 0 {
			t.Errorf("%s: %d bytes were read", name, body.read)
		}
	}
}

package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

var testNow = time.Date(2026, 11, 27, 1, 31, 5, 0, time.UTC)

func testServer(t *testing.T, log io.Writer) *Server {
	t.Helper()
	if log == nil {
		log = io.Discard
	}
	tick := 0
	s, err := NewServer(Config{Now: func() time.Time { tick++; return testNow.Add(time.Duration(tick) * time.Minute) },
		Log: slog.New(slog.NewTextHandler(log, nil)), Clauses: oneClause{}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type oneClause struct{}

func (oneClause) Clause(id term.Clause) (ClauseView, bool) {
	if id != "B-3.3g" {
		return ClauseView{}, false
	}
	return ClauseView{ID: id, Set: "county", Chip: "丙-3.3", Text: "任何人都不得<携带>出境。", Mark: "任何人都不得", Cite: "丙篇第 3.3 条"}, true
}

func get(s *Server, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func post(s *Server, path string, form url.Values, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func failing(err error) HandlerFunc {
	return func(http.ResponseWriter, *http.Request) error { return err }
}

func text(s string) templ.Component { return templ.Raw("<p>" + s + "</p>") }

func TestEveryAnswerIsGuarded(t *testing.T) {
	s := testServer(t, nil)
	s.Handle("GET /ok", func(w http.ResponseWriter, r *http.Request) error {
		return Render(w, r, 200, Within(Page(Frame{}), text("x")))
	})
	s.Handle("GET /bad", failing(errors.New("x")))
	s.Handle("GET /panic", func(http.ResponseWriter, *http.Request) error { panic("x") })
	want := map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
			"form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
		"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin",
	}
	for _, path := range []string{"/ok", "/bad", "/panic", "/absent", "/ok/", "//ok", "/lang"} {
		w := get(s, path)
		for k, v := range want {
			if got := w.Header().Get(k); got != v {
				t.Errorf("%s: %s is %q", path, k, got)
			}
		}
		if w.Header().Get("Permissions-Policy") == "" {
			t.Errorf("%s: no Permissions-Policy", path)
		}
		if got := w.Header().Get("Strict-Transport-Security"); got != "" {
			t.Errorf("%s: without TLS: %q", path, got)
		}
		r := httptest.NewRequest(http.MethodGet, "https://jiyao.office.test"+strings.Replace(path, "//", "/", 1), nil)
		over := httptest.NewRecorder()
		if s.ServeHTTP(over, r); r.TLS == nil || over.Header().Get("Strict-Transport-Security") != "max-age=31536000" {
			t.Errorf("%s: over TLS: %v", path, over.Header())
		}
	}
}

func TestErrorsBecomeAnswers(t *testing.T) {
	refusal := &refuse.Refusal{Act: "custody.lend", Reference: "R-7K2Q-M4TX", Violations: []refuse.Violation{{Clause: "B-3.3g", Remedy: refuse.Remedy{Kind: refuse.Nobody}}}}
	for _, c := range []struct {
		name   string
		err    error
		status int
		want   string
	}{
		{"refusal", fmt.Errorf("lend: %w", refusal), 403, "任何人都不能批准"},
		{"invalid", refuse.Field("due", "required"), 422, "必填"},
		{"hidden", fmt.Errorf("load: %w", refuse.ErrNotFound), 404, "没有这个编号"},
		{"stale", &refuse.Conflict{Table: "copies", Key: "7K2QM4TX01AB"}, 409, "别人先改过了"},
		{"throttled", refuse.ErrTooMany, 429, "试得太多"},
		{"held up", fmt.Errorf("sign: %w", &refuse.Throttled{Until: testNow.Add(24*time.Hour + 10*time.Minute)}), 429, "试得太多"},
		{"large", &http.MaxBytesError{Limit: 1}, 413, "内容太大"},
		{"unrecorded", fmt.Errorf("commit: %w", refuse.ErrUnavailable), 503, "现在办不了"},
		{"internal", errors.New("disk on fire"), 500, "E-"},
	} {
		s := testServer(t, nil)
		s.Handle("POST /x", failing(c.err))
		w := post(s, "/x", nil)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) || !strings.Contains(w.Body.String(), "<title>机要</title>") {
			t.Errorf("%s: %d, want %d with %q:\n%s", c.name, w.Code, c.status, c.want, w.Body)
		}
		if strings.Contains(w.Body.String(), "disk on fire") || strings.Contains(w.Body.String(), "7K2QM4TX01AB") {
			t.Errorf("%s: the page tells the cause", c.name)
		}
		if got := w.Header().Get("Retry-After"); (got != "") != (c.status == 429) || c.name == "held up" && !strings.HasPrefix(got, "86") || c.name == "throttled" && got != "1" {
			t.Errorf("%s: Retry-After %q", c.name, got)
		}
		if back := strings.Contains(w.Body.String(), "data-back"); back != (c.status != 404) {
			t.Errorf("%s: a way back: %t", c.name, back)
		}
		part := post(s, "/x", nil, "HX-Request", "true")
		if part.Code != c.status || strings.Contains(part.Body.String(), "<html") || part.Header().Get("HX-Retarget") != "#flash" {
			t.Errorf("%s under htmx: %d %v\n%s", c.name, part.Code, part.Header(), part.Body)
		}
	}
}

func TestRefusalPage(t *testing.T) {
	s := testServer(t, nil)
	s.Handle("POST /x", failing(&refuse.Refusal{Act: "no.such_act", Reference: "R-7K2Q-M4TX", Violations: []refuse.Violation{
		{Clause: "B-3.3g", Remedy: refuse.Remedy{Kind: refuse.Nobody}}, {Clause: "C-9", Remedy: refuse.Remedy{Kind: refuse.ByPost, Post: "school/office_director"}}}}))
	body := post(s, "/x", nil).Body.String()
	for _, want := range []string{`role="alert"`, "不予办理", "<mark>任何人都不得</mark>&lt;携带&gt;出境。", `href="/rules/county/B-3.3g"`, "R-7K2Q-M4TX", "C-9"} {
		if !strings.Contains(body, want) {
			t.Errorf("page lacks %s\n%s", want, body)
		}
	}
	for _, never := range []string{"批准以后", "office_director", "<携带>"} {
		if strings.Contains(body, never) {
			t.Errorf("page has %s", never)
		}
	}
}

// A form that comes in after the session ended is answered with a page that holds what was typed, but for secrets.
func TestAFormAfterTheSessionKeepsWhatWasTyped(t *testing.T) {
	s := testServer(t, nil)
	s.Handle("POST /d/{id}/opine", failing(refuse.ErrUnauthenticated))
	s.Handle("POST /password", failing(refuse.ErrUnauthenticated))
	w := post(s, "/d/7K2QM4TX01AB/opine", url.Values{"text": {"请 <b>阅示</b>"}, "readers": {"a", "b"}, "own_secret": {"135790"}, "own_how": {"pin"}})
	body := w.Body.String()
	if w.Code != 401 {
		t.Errorf("answered %d", w.Code)
	}
	for _, want := range []string{"登录已过期", `action="/d/7K2QM4TX01AB/opine"`, "请 &lt;b&gt;阅示&lt;/b&gt;</textarea>", `name="readers" hidden>` + "\na<", `name="readers" hidden>` + "\nb<", `href="/login" target="_blank"`} {
		if !strings.Contains(body, want) {
			t.Errorf("page lacks %s\n%s", want, body)
		}
	}
	if strings.Contains(body, "135790") || strings.Contains(body, "own_secret") {
		t.Error("a secret comes back")
	}
	body = post(s, "/password", url.Values{"password": {"one secret"}, "again": {"one secret"}}).Body.String()
	if strings.Contains(body, "one secret") || !strings.Contains(body, "请重新登录") {
		t.Errorf("a form about secrets: %s", body)
	}
}

func TestUnauthenticatedGoToTheSignIn(t *testing.T) {
	s := testServer(t, nil)
	s.Handle("GET /d/{id}", failing(fmt.Errorf("session: %w", refuse.ErrUnauthenticated)))
	w := get(s, "/d/7K2QM4TX01AB")
	if w.Code != 303 || w.Header().Get("Location") != "/login" {
		t.Errorf("%d to %q", w.Code, w.Header().Get("Location"))
	}
	r := httptest.NewRequest(http.MethodGet, "/d/7K2QM4TX01AB", nil)
	r.Header.Set("HX-Request", "true")
	part := httptest.NewRecorder()
	s.ServeHTTP(part, r)
	if part.Code != 401 || part.Header().Get("HX-Redirect") != "/login" || part.Body.Len() != 0 {
		t.Errorf("under htmx: %d %v", part.Code, part.Header())
	}
	r = httptest.NewRequest(http.MethodGet, "/d/7K2QM4TX01AB", nil)
	r.Header.Set("Accept", "application/json")
	plain := httptest.NewRecorder()
	s.ServeHTTP(plain, r)
	if plain.Code != 401 || plain.Header().Get("HX-Redirect") != "" {
		t.Errorf("for JSON: %d %v", plain.Code, plain.Header())
	}
}

// TestHiddenAndAbsentAreTheSameBytes asks at different minutes for a hidden document, an absent one, and an
// address that no page has.
func TestHiddenAndAbsentAreTheSameBytes(t *testing.T) {
	s := testServer(t, nil)
	s.Handle("GET /d/{id}", func(w http.ResponseWriter, r *http.Request) error {
		if r.PathValue("id") == "HIDDEN000000" {
			return fmt.Errorf("load HIDDEN000000: %w", refuse.ErrNotFound)
		}
		return refuse.ErrNotFound
	})
	hidden := get(s, "/d/HIDDEN000000")
	for _, path := range []string{"/d/7K2QM4TX01AB", "/d/x", "/nowhere", "/d/7K2QM4TX01AB/copies", "/assets/"} {
		w := get(s, path)
		if w.Code != hidden.Code || !bytes.Equal(w.Body.Bytes(), hidden.Body.Bytes()) {
			t.Errorf("%s differs: %d\n%s", path, w.Code, w.Body)
		}
		if fmt.Sprint(w.Header()) != fmt.Sprint(hidden.Header()) {
			t.Errorf("%s: headers differ:\n%v\n%v", path, w.Header(), hidden.Header())
		}
	}
	if hidden.Code != 404 || strings.Contains(hidden.Body.String(), "HIDDEN") {
		t.Errorf("%d %s", hidden.Code, hidden.Body)
	}
}

func TestOnlyNamedVerbs(t *testing.T) {
	s := testServer(t, nil)
	s.Handle("POST /x", failing(nil))
	for method, want := range map[string]int{"GET": 405, "DELETE": 405, "TRACE": 405, "OPTIONS": 405, "BREW": 405, "POST": 200} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(method, "/x", nil))
		if w.Code != want {
			t.Errorf("%s: %d, want %d", method, w.Code, want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a pattern without a verb was taken")
		}
	}()
	s.Handle("/y", failing(nil))
}

func TestPostsFromElsewhereAreTurnedAway(t *testing.T) {
	s := testServer(t, nil)
	done := 0
	s.Handle("POST /x", func(http.ResponseWriter, *http.Request) error { done++; return nil })
	for _, h := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "null"}, {"Sec-Fetch-Site", "same-site"}} {
		if w := post(s, "/x", nil, h...); w.Code != 403 || !strings.Contains(w.Body.String(), "来路不对") {
			t.Errorf("%v: %d", h, w.Code)
		}
	}
	if done != 0 {
		t.Fatalf("%d foreign posts were done", done)
	}
	for _, h := range [][]string{{"Cookie", "jiyao_session=A"}, {"Cookie", "jiyao_session=A", "Origin", ""}} {
		if w := post(s, "/x", nil, h...); w.Code != 403 || done != 0 {
			t.Errorf("%v: a form of whoever the cookie says, from nowhere: %d, done %d", h, w.Code, done)
		}
	}
	if w := post(s, "/x", nil, "Cookie", "jiyao_session=A", "Origin", "http://example.com"); w.Code != 200 || done != 1 {
		t.Errorf("from its own origin: %d, done %d", w.Code, done)
	}
	done = 0
	if w := post(s, "/x", nil, "Sec-Fetch-Site", "same-origin"); w.Code != 200 || done != 1 {
		t.Errorf("own post: %d", w.Code)
	}
	for origin, want := range map[string]int{"http://example.com": 403, "https://example.com": 200} { // a page of the same name without TLS is another's
		r := httptest.NewRequest(http.MethodPost, "https://example.com/x", nil)
		r.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != want {
			t.Errorf("from %s over TLS: %d, want %d", origin, w.Code, want)
		}
	}
}

func TestPanicIsAPageWithANumber(t *testing.T) {
	var log bytes.Buffer
	s := testServer(t, &log)
	s.Handle("GET /x/{id}", func(http.ResponseWriter, *http.Request) error { panic("boom") })
	w := get(s, "/x/SECRETTITLE?q=SECRETQUERY")
	body := w.Body.String()
	i := strings.Index(body, "E-")
	if w.Code != 500 || i < 0 || strings.Contains(body, "boom") {
		t.Fatalf("%d %s", w.Code, body)
	}
	if number := body[i : i+11]; !strings.Contains(log.String(), number) || !strings.Contains(log.String(), "boom") {
		t.Errorf("log does not explain %s: %s", number, &log)
	}
	if strings.Contains(log.String(), "SECRET") || !strings.Contains(log.String(), `pattern="GET /x/{id}"`) || !strings.Contains(log.String(), "status=500") {
		t.Errorf("log: %s", &log)
	}
	if w := get(s, "/x/1"); w.Code != 500 {
		t.Error("the server did not survive")
	}
}

func TestHalfAPageIsNeverSent(t *testing.T) {
	s := testServer(t, nil)
	s.Handle("GET /x", func(w http.ResponseWriter, r *http.Request) error {
		return Render(w, r, 200, templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
			if _, err := io.WriteString(w, "<p>the beginning"); err != nil {
				return err
			}
			return errors.New("template broke")
		}))
	})
	if w := get(s, "/x"); w.Code != 500 || strings.Contains(w.Body.String(), "the beginning") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestBodiesAreBounded(t *testing.T) {
	s := testServer(t, nil)
	read := func(w http.ResponseWriter, r *http.Request) error { _, err := Form(r); return err }
	s.Handle("POST /small", read, Limit(100))
	s.Handle("POST /usual", read)
	long := url.Values{"a": {strings.Repeat("x", 200)}}
	if w := post(s, "/small", long); w.Code != 413 {
		t.Errorf("small: %d", w.Code)
	}
	if w := post(s, "/usual", long); w.Code != 200 {
		t.Errorf("usual: %d", w.Code)
	}
	if w := post(s, "/usual", url.Values{"a": {strings.Repeat("x", DefaultLimit)}}); w.Code != 413 {
		t.Errorf("over the default: %d", w.Code)
	}
}

func TestLanguage(t *testing.T) {
	s := testServer(t, nil)
	s.Handle("GET /x", func(w http.ResponseWriter, r *http.Request) error {
		return Render(w, r, 200, text(T(r.Context(), "refusal.nobody")))
	})
	for _, c := range []struct{ cookie, accept, want string }{
		{"", "", "任何人"}, {"", "en-GB,en;q=0.9,zh;q=0.8", "Nobody"}, {"", "zh-CN,zh;q=0.9,en;q=0.8", "任何人"}, {"en", "zh", "Nobody"},
		{"zh", "en", "任何人"}, {"fr", "en", "Nobody"}, {"", "fr,de", "任何人"}, {"", "en;q=0, zh", "任何人"}, {"", strings.Repeat("en,", 500), "任何人"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/x", nil)
		r.Header.Set("Accept-Language", c.accept)
		if c.cookie != "" {
			r.AddCookie(&http.Cookie{Name: "lang", Value: c.cookie})
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%+v: %s", c, w.Body)
		}
	}
	for back, want := range map[string]string{"/d/7K2Q": "/d/7K2Q", "//evil.example/x": "/", "https://evil.example": "/", `/\evil.example`: "/", "/%2f/x": "/", "/a?b=c": "/", "": "/", "/a\nb": "/"} {
		w := post(s, "/lang", url.Values{"to": {"en"}, "back": {back}})
		if w.Code != 303 || w.Header().Get("Location") != want {
			t.Errorf("back to %q: %d %q", back, w.Code, w.Header().Get("Location"))
		}
		if c := w.Header().Get("Set-Cookie"); !strings.Contains(c, "lang=en") || !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Strict") {
			t.Errorf("cookie %q", c)
		}
	}
	if w := post(s, "/lang", url.Values{"to": {"fr"}}); w.Code != 422 || w.Header().Get("Set-Cookie") != "" {
		t.Errorf("fr: %d", w.Code)
	}
}

func TestGuardsRunInOrder(t *testing.T) {
	s := testServer(t, nil)
	s.Handle("GET /x", failing(nil))
	var order []string
	for _, name := range []string{"first", "second"} {
		s.Use(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				order = append(order, name)
				next.ServeHTTP(w, r)
			})
		})
	}
	get(s, "/x")
	get(s, AssetURL("jiyao.css"))
	if fmt.Sprint(order) != "[first second]" {
		t.Errorf("order %v", order)
	}
}

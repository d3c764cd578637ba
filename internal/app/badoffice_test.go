package app

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/identity"
	"jiyao/internal/keyring"
	"jiyao/internal/people"
	"jiyao/internal/store"
	"jiyao/internal/store/pgtest"
	"jiyao/internal/term"
)

// counterOffice is the model office of several regulations with people who sit at its real pages, each with his own secrets.
type counterOffice struct {
	t       *testing.T
	app     *App
	clock   *calendar.Set
	handler http.Handler
	with    map[string]Account
	jars    map[string]http.CookieJar
	url     *url.URL // of the cookies
	gets    map[string]func(string) (int, string)
	posts   map[string]func(string, url.Values) (int, string)
	token   string // of the officer's program
	n       int
	title   string // of what is taken in, where it is no matter
	issuer  string
}

// onEach opens such an office on each engine.
func onEach(t *testing.T, fn func(o *counterOffice)) {
	t.Helper()
	t.Run(store.SQLite, func(t *testing.T) { fn(atCounter(t, "")) })
	t.Run(store.PostgreSQL, func(t *testing.T) { fn(atCounter(t, pgtest.DSN(t))) })
}

func atCounter(t *testing.T, dsn string, pack ...string) *counterOffice {
	t.Helper()
	setup, err := DemoOffice(strings.Join(pack, ""))
	if err != nil {
		t.Fatal(err)
	}
	cast := []string{"officer", "officer2", "office_director", "unit_head", "leader_a", "leader_b", "leader", "head_a", "clerk_a", "clerk_b"} // an account takes a while to make
	setup.Logins = slices.DeleteFunc(setup.Logins, func(l people.Login) bool { return !slices.Contains(cast, l.Login) })
	data := filepath.Join(t.TempDir(), "d")
	if _, err := Create(data, keyring.Intl, Protection{KeyFile: true}); err != nil {
		t.Fatal(err)
	}
	clock := calendar.NewSet(time.Date(2026, 3, 2, 10, 0, 0, 0, calendar.Zone))
	a, err := Open(t.Context(), Options{Data: data, DSN: dsn, Clock: clock, Log: quiet, Cost: identity.Cost{Time: 1, MemoryKiB: 1 << 10, Threads: 1}, Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := a.Unseal(Key{}); err != nil {
		t.Fatal(err)
	}
	made, err := a.Found(t.Context(), setup, true)
	if err != nil {
		t.Fatal(err)
	}
	o := &counterOffice{t: t, app: a, clock: clock, with: map[string]Account{}, jars: map[string]http.CookieJar{}, url: &url.URL{Scheme: "http", Host: "127.0.0.1", Path: "/"}, gets: map[string]func(string) (int, string){}, posts: map[string]func(string, url.Values) (int, string){}}
	for _, x := range List(setup, made) {
		o.with[x.Login] = x
	}
	if o.handler, err = a.Handler(); err != nil {
		t.Fatal(err)
	}
	return o
}

// at signs somebody in, the first time.
func (o *counterOffice) at(login string) {
	o.t.Helper()
	if o.gets[login] != nil {
		return
	}
	get, post := o.browser(login)
	x := o.with[login]
	if status, body := post("/login", url.Values{"login": {login}, "password": {x.Password}, "code": {x.Codes[0]}}); status != http.StatusSeeOther {
		o.t.Fatalf("%s signs in: %d %s", login, status, body)
	}
	o.gets[login], o.posts[login] = get, post
}

// browser is somebody's: with his cookies, and no redirect is followed.
func (o *counterOffice) browser(login string) (get func(string) (int, string), post func(string, url.Values) (int, string)) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		o.t.Fatal(err)
	}
	o.jars[login] = jar
	do := func(r *http.Request) (int, string) {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		for _, c := range jar.Cookies(o.url) {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		o.handler.ServeHTTP(w, r)
		jar.SetCookies(o.url, w.Result().Cookies())
		return w.Code, w.Header().Get("Location") + "\n" + w.Body.String()
	}
	return func(path string) (int, string) {
			return do(httptest.NewRequestWithContext(o.t.Context(), http.MethodGet, path, http.NoBody))
		}, func(path string, form url.Values) (int, string) {
			r := httptest.NewRequestWithContext(o.t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			return do(r)
		}
}

// send hands a form in as somebody does; fields are name, value, name, value.
func (o *counterOffice) send(login, path string, fields ...string) (int, string) {
	o.t.Helper()
	o.at(login)
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return o.posts[login](path, form)
}

// goes hands a form in that must be done, and gives where it leads.
func (o *counterOffice) goes(login, path string, fields ...string) string {
	o.t.Helper()
	status, body := o.send(login, path, fields...)
	if status != http.StatusSeeOther {
		o.t.Fatalf("%s %s: %d %s", login, path, status, plainText(body))
	}
	to, _, _ := strings.Cut(body, "\n")
	return to
}

// pin signs by PIN in the box with a prefix.
func (o *counterOffice) pin(prefix, login string) []string {
	return []string{prefix + "_how", "pin", prefix + "_secret", o.with[login].PIN}
}

// do does an act through the desk, as a page would.
func (o *counterOffice) do(login, name string, with map[string]any, signers ...string) act.Receipt {
	o.t.Helper()
	raw, err := json.Marshal(with)
	if err != nil {
		o.t.Fatal(err)
	}
	me := o.app.actor(o.t, login)
	q := act.Request{Act: name, Command: json.RawMessage(raw), By: me}
	signers = append([]string{"actor", login}, signers...)
	for i := 0; i+1 < len(signers); i += 2 {
		q.Signatures = append(q.Signatures, act.Signature{Role: signers[i], Person: o.with[signers[i+1]].Person, Strength: "pin", Terminal: me.Terminal, At: o.clock.Now()})
	}
	r, err := o.app.Desk.Do(o.t.Context(), q)
	if err != nil {
		o.t.Fatalf("%s by %s: %v; with %v", name, login, err, with)
	}
	return r
}

// thing is a document in the cabinet.
type thing struct {
	id     string
	title  string
	docNo  string
	copies []string
	labels []string
	nos    []string
}

// takenIn registers a 秘密 document with so many copies, each labelled and put away.
func (o *counterOffice) takenIn(copies int) thing {
	o.t.Helper()
	o.n++
	no := fmt.Sprintf("%04d", o.n)
	env := o.do("officer", "document.accept", map[string]any{"channel": "courier", "courier": "机要交通员", "courier_signature": "paper", "envelopes": []any{
		map[string]any{"envelope_no": no, "issuer": cmp.Or(o.issuer, "某厅"), "level": "秘密", "urgency": "一般", "listed": copies, "counted": copies, "seal_intact": true}}})
	it := thing{title: cmp.Or(o.title, "关于某项工作的通知"+no), docNo: "某厅发〔2026〕" + no + "号"}
	for i := range copies {
		it.nos = append(it.nos, fmt.Sprintf("%06d", i+1))
	}
	r := o.do("officer", "document.register", map[string]any{
		"envelope": env.Values["envelope."+no], "received_at": o.clock.Now(), "issuer": cmp.Or(o.issuer, "某厅"), "doc_no": it.docNo, "title": it.title, "level": "秘密", "period": "10年",
		"issued_on": "2026-02-20", "mark_text": "秘密★10年", "urgency": "一般", "copies": copies, "copy_nos": it.nos, "pages": 12, "attachments": 2, "medium": "paper", "content_kinds": []string{"text"},
		"channel": "courier", "signer": "officer", "return_required": "no"})
	it.id = r.Subject
	for i := range copies {
		id := r.Values[fmt.Sprintf("copy.%d", i+1)]
		it.copies = append(it.copies, id)
		o.do("officer", "custody.label", map[string]any{"copy": id})
		o.do("officer", "custody.place", map[string]any{"copy": id, "place": "cabinet-1"})
		o.look(func(tx *store.Tx) error {
			c, err := custody.Copies.Get(tx, term.CopyID(id))
			it.labels = append(it.labels, string(c.Label))
			return err
		})
	}
	o.do("officer", "document.slip", map[string]any{"document": it.id})
	o.do("office_director", "document.opine", map[string]any{"document": it.id, "text": "请阅", "readers": o.readers()})
	o.do("office_director", "document.scope", map[string]any{"document": it.id, "persons": append(o.readers(), "officer"), "level": "秘密", "issuer_limit": "无", "reason": "工作需要"})
	return it
}

// readers are two who may be let in.
func (o *counterOffice) readers() []string {
	if o.with["leader_a"].Person == "" {
		return []string{"leader", "clerk_a"}
	}
	return []string{"leader_a", "leader_b"}
}

// nextYear is when what was finished this year may be destroyed. Nobody has signed in yet.
func (o *counterOffice) nextYear() {
	o.t.Helper()
	if err := o.clock.To(time.Date(2027, 1, 5, 10, 0, 0, 0, calendar.Zone)); err != nil {
		o.t.Fatal(err)
	}
}

// lent gives a copy to a leader.
func (o *counterOffice) lent(it thing, n int, to string) {
	o.t.Helper()
	o.do("officer", "custody.hand_out", map[string]any{"copy": it.copies[n], "to": to, "copy_no": it.nos[n], "return_by": o.clock.Now().Add(6 * time.Hour)}, "giver", "officer", "receiver", to)
}

func (o *counterOffice) look(fn func(tx *store.Tx) error) {
	o.t.Helper()
	if err := o.app.DB.Read(o.t.Context(), fn); err != nil {
		o.t.Fatal(err)
	}
}

package appapi_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"jiyao/internal/app"
	"jiyao/internal/app/appapi"
	"jiyao/internal/calendar"
	"jiyao/internal/identity"
	"jiyao/internal/keyring"
	"jiyao/internal/people"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/api"
)

// monday is a working day on which every regulation of the model office is in force.
var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, calendar.Zone)

// cast are the accounts of the tests; making one takes a while.
var cast = []string{"officer", "office_director", "unit_head", "leader_a", "leader_b", "clerk_a", "audit_admin", "sec_admin", "sys_admin"}

// cites knows the clauses of one regulation; the others have no text.
type cites struct{}

func (cites) Clause(id term.Clause) (web.ClauseView, bool) {
	return web.ClauseView{ID: id, Cite: "cite of " + string(id), Text: "text of " + string(id)}, id.Pack() == "C"
}

// office is one founded model office behind the API.
type office struct {
	t        *testing.T
	app      *app.App
	clock    *calendar.Set
	server   *web.Server
	accounts map[string]*identity.Plain
	log      *bytes.Buffer
}

// found makes the model office; passwords are the holders' own unless fresh.
func found(t *testing.T, fresh bool) *office {
	t.Helper()
	dir := t.TempDir() + "/data"
	if _, err := app.Create(dir, keyring.Intl, app.Protection{KeyFile: true}); err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, clock: calendar.NewSet(monday), accounts: map[string]*identity.Plain{}, log: &bytes.Buffer{}}
	log := slog.New(slog.NewTextHandler(o.log, nil))
	var err error
	o.app, err = app.Open(t.Context(), app.Options{Data: dir, Clock: o.clock, Log: log, Quiet: true, Cost: identity.Cost{Time: 1, MemoryKiB: 1 << 10, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.app.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := o.app.Unseal(app.Key{}); err != nil {
		t.Fatal(err)
	}
	setup, err := app.DemoOffice("")
	if err != nil {
		t.Fatal(err)
	}
	setup.Logins = slices.DeleteFunc(setup.Logins, func(l people.Login) bool { return !slices.Contains(cast, l.Login) })
	made, err := o.app.Found(t.Context(), setup, !fresh)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range made {
		o.accounts[c.Login] = &c.Plain
	}
	if o.server, err = web.NewServer(web.Config{Now: o.clock.Now, Log: log}); err != nil {
		t.Fatal(err)
	}
	err = api.Mount(o.server, api.Deps{DB: o.app.DB, Desk: o.app.Desk, Gate: o.app.Gate, Office: o.app.Office, Ledger: o.app.Ledger,
		Verifier: o.app.Verifier, Clock: o.clock, Clauses: cites{}, Log: log, Reads: appapi.Reads(), Shown: appapi.Shown(o.app.DB)})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// answer is one answer of the API.
type answer struct {
	status int
	header http.Header
	body   string
}

// at digs a value out of the JSON: "fields.0.code".
func (a answer) at(path string) any {
	var v any
	if json.Unmarshal([]byte(a.body), &v) != nil {
		return nil
	}
	for _, step := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			i := int(step[0] - '0')
			if i < 0 || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

func (a answer) text(path string) string {
	s, _ := a.at(path).(string)
	return s
}

// client is a program that has signed in; the zero token has not.
type client struct {
	o     *office
	login string
	token string
}

// signIn signs a person in with his password and the next line of his printed list.
func (o *office) signIn(login string) *client {
	o.t.Helper()
	p := o.accounts[login]
	if p == nil || len(p.Codes) == 0 {
		o.t.Fatalf("no account or no code left: %s", login)
	}
	c := &client{o: o, login: login}
	a := c.do("POST", "/session", map[string]any{"user": login, "password": p.Password, "code": o.code(login)})
	if a.status != 200 {
		o.t.Fatalf("sign in as %s: %d %s", login, a.status, a.body)
	}
	c.token = a.text("token")
	return c
}

// code takes the next line of a printed list.
func (o *office) code(login string) string {
	p := o.accounts[login]
	code := p.Codes[0]
	p.Codes = p.Codes[1:]
	return code
}

// pin is one signature by PIN.
func (o *office) pin(role, login string) map[string]any {
	return map[string]any{"role": role, "user": login, "how": "pin", "secret": o.accounts[login].PIN}
}

// do sends one request; headers are name, value, name, value.
func (c *client) do(method, path string, body any, headers ...string) answer {
	c.o.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			c.o.t.Fatal(err)
		}
		r = bytes.NewReader(raw)
	}
	q := httptest.NewRequest(method, "/api/v1"+path, r)
	if body != nil {
		q.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		q.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		q.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	c.o.server.ServeHTTP(w, q)
	return answer{w.Code, w.Header(), w.Body.String()}
}

// act does one act that must be done.
func (c *client) act(name string, command map[string]any, signs ...map[string]any) answer {
	c.o.t.Helper()
	if len(signs) > 0 {
		command["_signatures"] = signs
	}
	a := c.do("POST", "/acts/"+name, command)
	if a.status != 200 {
		c.o.t.Fatalf("%s by %s: %d %s", name, c.login, a.status, a.body)
	}
	return a
}

// item is one registered document with its copies.
type item struct {
	document, circulation string
	copies, labels        []string
}

// register receives one document and puts its two copies into a cabinet.
func (o *office) register(officer *client, no, level, title, code string) item {
	o.t.Helper()
	line := map[string]any{"envelope_no": no, "issuer": "某省主管厅", "level": level, "urgency": "一般", "listed": 2, "counted": 2, "seal_intact": true}
	a := officer.act("document.accept", map[string]any{"channel": "courier", "courier": "机要交通员", "courier_signature": "paper", "envelopes": []any{line}}, o.pin("actor", officer.login))
	period := map[string]string{"秘密": "5年", "绝密": "30年"}[level]
	a = officer.act("document.register", map[string]any{
		"envelope": a.text2("envelope." + no), "received_at": o.clock.Now().Format(time.RFC3339), "issuer": "某省主管厅", "issuer_superior": true,
		"issuer_limit": "本系统", "doc_no": "某厅发〔2026〕" + no[3:] + "号", "title": title, "code_name": code, "document_kind": "通知", "level": level,
		"period": period, "issued_on": "2026-11-20", "mark_text": level + "★" + period, "urgency": "一般", "copies": 2,
		"copy_nos": []any{no[3:] + "01", no[3:] + "02"}, "pages": 12, "attachments": 0, "medium": "paper", "content_kinds": []string{"text"}, "channel": "courier", "signer": "officer", "return_required": "no",
	})
	it := item{document: a.text("values.document")}
	cabinet := map[string]string{"秘密": "cabinet-1", "绝密": "safe-1"}[level]
	for _, n := range []string{"1", "2"} {
		id := a.text2("copy." + n)
		it.copies, it.labels = append(it.copies, id), append(it.labels, a.text2("label."+n))
		officer.act("custody.label", map[string]any{"copy": id})
		officer.act("custody.place", map[string]any{"copy": id, "place": cabinet})
	}
	officer.act("document.slip", map[string]any{"document": it.document})
	return it
}

// text2 reads a value whose name has dots.
func (a answer) text2(name string) string {
	values, _ := a.at("values").(map[string]any)
	s, _ := values[name].(string)
	return s
}

// distribute has the director name a reader and the officer open the circulation.
func (o *office) distribute(officer, director *client, it *item, level string, readers ...any) {
	o.t.Helper()
	director.act("document.opine", map[string]any{"document": it.document, "text": "请阅。", "readers": readers}, o.pin("actor", director.login))
	director.act("document.scope", map[string]any{"document": it.document, "persons": readers, "level": level, "issuer_limit": "本系统", "reason": "工作需要"}, o.pin("actor", director.login))
	a := officer.act("circulation.open", map[string]any{"document": it.document, "readers": readers, "any_order": true})
	it.circulation = a.text2("circulation")
}

package appapi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/document"
	"jiyao/internal/identity"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/regulations"
)

func TestARepeatedRequestHasOneEffect(t *testing.T) {
	b := atWork(t)
	first := b.officer.do("POST", "/acts/custody.hand_out", b.handOut(0, "leader_a"), "Idempotency-Key", "key-1")
	second := b.officer.do("POST", "/acts/custody.hand_out", b.handOut(0, "leader_a"), "Idempotency-Key", "key-1")
	if first.status != 200 || second.status != 200 || first.body != second.body {
		t.Fatalf("first %d %s\nsecond %d %s", first.status, first.body, second.status, second.body)
	}
	if first.header.Get("Idempotency-Replayed") != "" || second.header.Get("Idempotency-Replayed") != "true" {
		t.Error("only the second is a replay")
	}
	c := b.officer.do("GET", "/copies/"+b.open.copies[0], nil)
	if lines, _ := c.at("hand_overs").([]any); len(lines) != 1 {
		t.Errorf("%d lines, want 1: %s", len(lines), c.body)
	}
	other := b.officer.do("POST", "/acts/custody.hand_out", b.handOut(1, "leader_a"), "Idempotency-Key", "key-1")
	if other.status != 422 || other.text("fields.0.field") != "idempotency_key" || other.text("fields.0.code") != "used_for_another" {
		t.Errorf("another command under the key: %d %s", other.status, other.body)
	}
	// The key is the account's own.
	if a := b.director.do("POST", "/acts/custody.hand_out", b.handOut(1, "leader_b"), "Idempotency-Key", "key-1"); a.header.Get("Idempotency-Replayed") != "" {
		t.Errorf("another's key: %d %s", a.status, a.body)
	}
}

func TestTwoClientsOnOneCopy(t *testing.T) {
	b := atWork(t)
	other := b.signIn("officer")
	var wg sync.WaitGroup
	answers := make([]answer, 2)
	for i, c := range []*client{b.officer, other} {
		cmd := b.handOut(0, []string{"leader_a", "leader_b"}[i])
		wg.Go(func() { answers[i] = c.do("POST", "/acts/custody.hand_out", cmd) })
	}
	wg.Wait()
	won, lost := answers[0], answers[1]
	name := "郑副局长"
	if won.status != 200 {
		won, lost, name = lost, won, "孙副局长"
	}
	if won.status != 200 || lost.status != 409 || lost.text("code") != "conflict" || lost.text("with") != name || lost.text("by") != "陈机要员" {
		t.Errorf("one %d %s\nother %d %s (want 200 and 409: by the officer, with %s)", won.status, won.body, lost.status, lost.body, name)
	}
}

func TestTwoClientsTakeOneCopyBack(t *testing.T) {
	b := atWork(t)
	b.officer.act("custody.hand_out", b.handOut(0, "leader_a"))
	back := map[string]any{
		"copy": b.open.copies[0], "copies_back": 1, "pages_back": 12, "attachments_back": 0, "checked": true, "cabinet": "cabinet-1",
		"_signatures": []any{b.pin("giver", "leader_a"), b.pin("receiver", "officer")},
	}
	if a := b.officer.do("POST", "/acts/custody.take_back", back); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := b.signIn("officer").do("POST", "/acts/custody.take_back", back); a.status != 409 || a.text("by") != "陈机要员" {
		t.Errorf("once more: %d %s, want 409: by the officer", a.status, a.body)
	}
}

// Whoever does not take envelopes in cannot learn from an answer whether there is one.
func TestWhetherAnEnvelopeIsThereIsNotTold(t *testing.T) {
	b := atWork(t)
	var real string
	err := b.app.DB.Read(t.Context(), func(tx *store.Tx) error {
		list, err := document.Envelopes.Select(tx, "LIMIT 1")
		if err == nil && len(list) == 1 {
			real = string(list[0].ID)
		}
		return err
	})
	if err != nil || real == "" {
		t.Fatalf("no envelope: %v", err)
	}
	reference := regexp.MustCompile(`R-\w{4}-\w{4}`)
	// As it is; claimed for a time before the courier came; with something wrong, where what the law wants is told beside it.
	wrong := map[string]map[string]any{
		"document.register": {"level": "机密", "copies": -1}, "document.sign_for": {"counted": "x"}, "document.discrepancy": {"listed": "x"},
	}
	late := []string{"X-Occurred-At", b.clock.Now().Add(-20 * 24 * time.Hour).Format(time.RFC3339), "X-Late-Reason", "offline"}
	for _, login := range []string{"leader_b", "audit_admin"} {
		c := b.signIn(login)
		for name, bad := range wrong {
			for i, way := range []struct {
				more    map[string]any
				headers []string
			}{{}, {headers: late}, {more: bad}} {
				try := func(envelope string) answer {
					command := map[string]any{"envelope": envelope}
					maps.Copy(command, way.more)
					return c.do("POST", "/acts/"+name, command, way.headers...)
				}
				there, none := try(real), try("ZZZZZZZZZZZZ")
				if there.status == 200 || there.status != none.status || reference.ReplaceAllString(there.body, "") != reference.ReplaceAllString(none.body, "") {
					t.Errorf("%s by %s, way %d: %d %s, for none %d %s", name, login, i, there.status, there.body, none.status, none.body)
				}
			}
		}
	}
}

func tokens(t *testing.T, b *busy) {
	browser, _, err := b.app.Gate.SignIn(t.Context(), identity.SignIn{Login: "leader_b", Password: b.accounts["leader_b"].Password, Code: b.code("leader_b"), Terminal: "TERMTERMTERM"})
	if err != nil {
		t.Fatal(err)
	}
	b.officer = b.signIn("officer")
	good := b.officer.token
	last := good[:len(good)-2] + "AA"
	out := b.signIn("officer")
	if a := out.do("DELETE", "/session", nil); a.status != 204 || a.body != "" {
		t.Errorf("sign out: %d %s", a.status, a.body)
	}
	var first string
	for name, token := range map[string]string{"none": "", "forged": last, "no token": "x", "a browser's session": browser.Token, "signed out": out.token, "too long": strings.Repeat("A", 5000)} {
		c := &client{o: b.office, token: token}
		a := c.do("GET", "/documents", nil)
		if first == "" {
			first = a.body
		}
		if a.status != 401 || a.body != first || !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer") {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		if a := c.do("POST", "/acts/custody.label", map[string]any{"copy": b.open.copies[0]}); a.status != 401 {
			t.Errorf("%s, an act: %d %s", name, a.status, a.body)
		}
	}
	// A cookie says nothing here.
	nobody := &client{o: b.office}
	if a := nobody.do("GET", "/documents", nil, "Cookie", "jiyao_session="+good); a.status != 401 {
		t.Errorf("by cookie: %d", a.status)
	}
	if err := b.clock.Advance(16 * time.Minute); err != nil {
		t.Fatal(err)
	}
	if a := b.officer.do("GET", "/documents", nil); a.status != 401 {
		t.Errorf("idle for too long: %d %s", a.status, a.body)
	}
}

func TestSigningIn(t *testing.T) {
	o := found(t, true)
	nobody := &client{o: o}
	p := o.accounts["clerk_a"]
	for _, c := range []struct {
		name, body, want string
		status           int
	}{
		{"nothing", `{}`, `"field":"password","code":"required"`, 422},
		{"unknown member", `{"user":"a","password":"b","code":"c","admin":true}`, `"field":"admin","code":"unknown_field"`, 422},
		{"other case", `{"User":"a","password":"b","code":"c"}`, `"field":"User"`, 422},
		{"a number", `{"user":1,"password":"b","code":"c"}`, `"field":"user","code":"bad_type"`, 422},
		{"unknown name", `{"user":"nobody_here","password":"b","code":"c"}`, `"code":"unauthenticated"`, 401},
		{"wrong password", `{"user":"clerk_a","password":"b","code":"` + p.Codes[5] + `"}`, `"code":"unauthenticated"`, 401},
	} {
		a := nobody.do("POST", "/session", c.body)
		if a.status != c.status || !strings.Contains(a.body, c.want) {
			t.Errorf("%s: %d %s", c.name, a.status, a.body)
		}
	}
	a := nobody.do("POST", "/session", map[string]any{"user": "clerk_a", "password": p.Password, "code": o.code("clerk_a")})
	if a.status != 200 || a.at("must_change_password") != true || a.at("expires_at") == nil || a.at("last_sign_in.failures") != 1.0 {
		t.Fatalf("sign in: %d %s", a.status, a.body)
	}
	c := &client{o: o, token: a.text("token")}
	if a := c.do("GET", "/documents", nil); a.status != 403 || a.text("code") != "must_change_password" {
		t.Errorf("before the change: %d %s", a.status, a.body)
	}
	if a := c.do("POST", "/acts/custody.report_found", map[string]any{}); a.status != 403 {
		t.Errorf("an act before the change: %d %s", a.status, a.body)
	}
	fresh := "Zh0ngguo-jiyao-2026-shi"
	if a := c.do("POST", "/acts/identity.set_password", map[string]any{"old_password": p.Password, "password": fresh}); a.status != 200 || strings.Contains(a.body, fresh) {
		t.Errorf("change: %d %s", a.status, a.body)
	}
	if a := c.do("GET", "/documents", nil); a.status != 200 {
		t.Errorf("after the change: %d %s", a.status, a.body)
	}
	if strings.Contains(o.log.String(), fresh) {
		t.Error("the log holds a password")
	}
}

// An account's secrets are given out once, and never again with the same key.
func issuedOnce(t *testing.T, b *busy) {
	sec := b.signIn("sec_admin")
	p, err := b.app.Gate.Session(t.Context(), b.clerk.token, "")
	if err != nil {
		t.Fatal(err)
	}
	cmd := map[string]any{"account": p.Actor.Account, "what": "pin", "reason": "忘记", "_signatures": []any{b.pin("actor", "sec_admin"), b.pin("proposer", "sec_admin"), b.pin("confirmer", "sys_admin")}}
	a := sec.do("POST", "/acts/identity.reset", cmd, "Idempotency-Key", "r1")
	if a.status != 200 {
		t.Fatalf("reset: %d %s", a.status, a.body)
	}
	if a.text("issued.pin") == "" || a.at("issued.password") != nil {
		t.Errorf("issued: %s", a.body)
	}
	if again := sec.do("POST", "/acts/identity.reset", cmd, "Idempotency-Key", "r1"); again.at("issued") != nil {
		t.Errorf("issued again: %s", again.body)
	}
}

func lateEntry(t *testing.T, b *busy) {
	cmd := map[string]any{"copy": b.open.copies[1], "place": "cabinet-2"}
	hour := monday.Add(-time.Hour).Format(time.RFC3339)
	for _, c := range []struct {
		name, at, why, field string
	}{
		{"no reason", hour, "", "late_reason"}, {"no time", "yesterday", "x", "occurred_at"}, {"the future", monday.Add(time.Hour).Format(time.RFC3339), "x", "occurred_at"},
		{"too long a reason", hour, strings.Repeat("长", 201), "late_reason"}, {"a reason that is no text", hour, "\xff\xfe", "late_reason"},
	} {
		a := b.officer.do("POST", "/acts/custody.move", cmd, "X-Occurred-At", c.at, "X-Late-Reason", c.why)
		if a.status != 422 || a.text("fields.0.field") != c.field {
			t.Errorf("%s: %d %s", c.name, a.status, a.body)
		}
	}
	if err := b.clock.Advance(14 * time.Minute); err != nil { // the session lasts 15 idle minutes
		t.Fatal(err)
	}
	a := b.officer.do("POST", "/acts/custody.move", cmd, "X-Occurred-At", monday.Add(time.Minute).Format(time.RFC3339), "X-Late-Reason", "%E5%81%9C%E7%94%B5")
	if a.status != 200 {
		t.Fatalf("late: %d %s", a.status, a.body)
	}
	e := b.officer.do("GET", "/ledger/entries?act=custody.move&outcome=done", nil)
	if e.at("items.0.late") != true || e.text("items.0.occurred_at") != "2026-11-23T09:01:00+08:00" || e.text("items.0.recorded_at") != "2026-11-23T09:15:00+08:00" {
		t.Errorf("entry: %s", e.body)
	}
}

func sealed(t *testing.T, b *busy) {
	b.officer = b.signIn("officer")
	b.app.Ring.Seal()
	if a := b.officer.do("GET", "/documents", nil); a.status != 503 || a.text("code") != "unavailable" || strings.Contains(a.body, title) {
		t.Errorf("sealed: %d %s", a.status, a.body)
	}
	if a := b.officer.do("GET", "/catalogue", nil); a.status != 200 {
		t.Errorf("what needs no key: %d %s", a.status, a.body)
	}
}

// The product serves the API, and lets no page of another origin post to it.
func TestTheProductServesTheAPI(t *testing.T) {
	o := found(t, false)
	h, err := o.app.Handler()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, path, site string
		status             int
	}{
		{"GET", "/openapi.json", "", 200}, {"GET", "/documents", "", 401}, {"POST", "/acts/custody.label", "", 401}, {"POST", "/session", "cross-site", 403},
	} {
		r := httptest.NewRequest(c.method, "/api/v1"+c.path, nil)
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s %s: %d %s", c.method, c.path, w.Code, w.Body.String())
		}
	}
}

// The description is whole: every act that a person may try, every reference resolves, every field of a command.
func description(t *testing.T, b *busy) {
	nobody := &client{o: b.office}
	a := nobody.do("GET", "/openapi.json", nil)
	var doc map[string]any
	if err := json.Unmarshal([]byte(a.body), &doc); err != nil || a.status != 200 || doc["openapi"] != "3.1.0" {
		t.Fatalf("openapi.json: %d %v", a.status, err)
	}
	resolve := func(ref string) bool {
		var v any = doc
		for _, step := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
			m, ok := v.(map[string]any)
			if !ok {
				return false
			}
			v = m[step]
		}
		return v != nil
	}
	refs, ids := 0, map[string]bool{}
	var walk func(v any)
	walk = func(v any) {
		switch x := v.(type) {
		case map[string]any:
			if ref, ok := x["$ref"].(string); ok {
				refs++
				if !resolve(ref) {
					t.Errorf("%s leads nowhere", ref)
				}
			}
			if id, ok := x["operationId"].(string); ok {
				if ids[id] || x["responses"] == nil {
					t.Errorf("operation %s: twice or without answers", id)
				}
				ids[id] = true
			}
			for _, inner := range x {
				walk(inner)
			}
		case []any:
			for _, inner := range x {
				walk(inner)
			}
		}
	}
	walk(doc)
	if refs < 200 {
		t.Errorf("only %d references", refs)
	}
	base, err := regulation.Load(regulations.FS, "base")
	if err != nil {
		t.Fatal(err)
	}
	people := map[string]bool{}
	for _, f := range base.Functions {
		people[f.Act] = f.System != "s"
	}
	for _, name := range act.Catalogue() {
		if people[name] != ids[name] {
			t.Errorf("%s: a person may try it %v, described %v", name, people[name], ids[name])
		}
	}
	for _, name := range []string{"custody.hand_out", "custody.lend", "document.register", "identity.set_password", "approval.request", "circulation.open", "document.list", "ledger.proof", "session.open"} {
		if !ids[name] {
			t.Errorf("%s is not described", name)
		}
	}
	schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
	hand := schemas["act.custody.hand_out"].(map[string]any)
	props := hand["properties"].(map[string]any)
	for _, field := range []string{"copy", "to", "return_by", "_signatures"} {
		if props[field] == nil {
			t.Errorf("custody.hand_out has no %s: %v", field, props)
		}
	}
	if fmt.Sprint(hand["required"]) != "[to _signatures]" || hand["additionalProperties"] != false {
		t.Errorf("custody.hand_out: %v", hand)
	}
}

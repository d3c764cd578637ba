package appapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"jiyao/internal/ledger"
)

// busy is an office with one document in circulation and one that nobody has opened to anyone.
type busy struct {
	*office
	officer, director, leader, clerk, auditor *client
	open, top                                 item
}

const (
	title    = "关于报送年度重点工作的通知"
	codeName = "乙字七号"
)

func atWork(t *testing.T) *busy {
	t.Helper()
	b := &busy{office: found(t, false)}
	b.officer, b.director, b.leader = b.signIn("officer"), b.signIn("office_director"), b.signIn("leader_a")
	b.clerk, b.auditor = b.signIn("clerk_a"), b.signIn("audit_admin")
	b.open = b.register(b.officer, "JT-0501", "秘密", title, "")
	b.distribute(b.officer, b.director, &b.open, "秘密", "leader_a", "leader_b")
	if err := b.clock.Advance(time.Minute); err != nil {
		t.Fatal(err)
	}
	b.top = b.register(b.officer, "JT-0502", "绝密", "", codeName)
	return b
}

// handOut is the command of handing a copy to a reader, signed by both.
func (b *busy) handOut(n int, to string) map[string]any {
	return map[string]any{"copy": b.open.copies[n], "to": to, "copy_no": b.open.labels[n], "return_by": monday.Add(4 * time.Hour).Format(time.RFC3339),
		"_signatures": []any{b.pin("giver", "officer"), b.pin("receiver", to)}}
}

// One office is asked everything that leaves it usable.
func TestTheOffice(t *testing.T) {
	b := atWork(t)
	for _, c := range []struct {
		name string
		test func(t *testing.T, b *busy)
	}{
		{"a refusal names clauses and remedy", refusals}, {"hidden and absent are one answer", hiddenAndAbsent}, {"reads show what the pages show", reads},
		{"pages go through the whole list", pages}, {"a reveal shows the title once", reveal}, {"the ledger tells numbers to auditors alone", ledgerNumbers},
		{"bad bodies are answered at the field", badBodies}, {"everything wrong is answered in one round", oneRound}, {"every argument of every act is held to its kind", everyArgument}, {"what is closed says what it takes", closedArguments}, {"what every act wants is said", asked}, {"other methods are answered in one form", otherMethods}, {"a huge body is not read", hugeBody}, {"secrets are issued once", issuedOnce},
		{"the description is whole", description}, {"answers are as described", asDescribed}, {"a late entry keeps both times", lateEntry}, {"who holds no good token is nobody", tokens}, {"who is held up is told how long", throttled}, {"a sealed office answers unavailable", sealed},
	} {
		t.Run(c.name, func(t *testing.T) {
			b.t = t
			c.test(t, b)
		})
	}
}

// reading is one read, who makes it, and what its answer holds and what not.
type reading struct {
	name      string
	who       *client
	path      string
	status    int
	has, hasn []string
}

func (s reading) ask(t *testing.T) {
	t.Helper()
	a := s.who.do("GET", s.path, nil)
	if a.status != s.status {
		t.Errorf("%s: %d, want %d: %s", s.name, a.status, s.status, a.body)
	}
	for _, w := range s.has {
		if !strings.Contains(a.body, w) {
			t.Errorf("%s: %s is missing in %s", s.name, w, a.body)
		}
	}
	for _, w := range s.hasn {
		if strings.Contains(a.body, w) {
			t.Errorf("%s: %s must not stand in %s", s.name, w, a.body)
		}
	}
	want := "application/json"
	if a.status >= 400 {
		want = "application/problem+json"
	}
	if got := a.header.Get("Content-Type"); got != want || a.header.Get("Cache-Control") != "no-store" || a.header.Get("Content-Security-Policy") == "" {
		t.Errorf("%s: Content-Type %s, Cache-Control %s", s.name, got, a.header.Get("Cache-Control"))
	}
}

// reads: what each person gets, and what he must not get.
func reads(t *testing.T, b *busy) {
	if a := b.officer.do("POST", "/acts/custody.hand_out", b.handOut(0, "leader_a")); a.status != 200 {
		t.Fatalf("hand out: %d %s", a.status, a.body)
	}
	if a := b.officer.do("GET", "/circulations", nil); a.at("items.0.any_order") != true {
		t.Errorf("a circulation in any order does not say so: %s", a.body)
	}
	d, c := "/documents/"+b.open.document, "/copies/"+b.open.copies[0]
	for _, s := range []reading{
		{"the officer lists both, the top one masked", b.officer, "/documents", 200, []string{title, `"masked":true`, `"code_name":null`}, []string{codeName}},
		{"a page of one goes on", b.officer, "/documents?limit=1", 200, []string{`"next":`}, []string{title}},
		{"by state", b.officer, "/documents?state=completed", 200, []string{`{"items":[]}`}, nil},
		{"the reader lists what he may know", b.leader, "/documents", 200, []string{title}, []string{b.top.document, `"next"`}},
		{"the clerk lists nothing", b.clerk, "/documents", 200, []string{`{"items":[]}`}, nil},
		{"an administrator sees no business", b.auditor, "/documents", 404, []string{`"code":"not_found"`}, []string{title}},
		{"the officer reads it", b.officer, d, 200, []string{title, "请阅。", "郑副局长", "孙副局长"}, nil},
		{"the reader reads it", b.leader, d, 200, []string{title, "请阅。"}, nil},
		{"a masked one stays masked", b.officer, "/documents/" + b.top.document, 200, []string{`"title":null`, `"notes":null`}, []string{codeName}},
		{"the clerk knows of none", b.clerk, d, 404, nil, []string{title, b.open.document}},
		{"an administrator knows of none", b.auditor, d, 404, nil, []string{title}},
		{"the officer sees who has the copies", b.officer, d + "/copies", 200, []string{"1号柜", "郑副局长", b.open.labels[0]}, nil},
		{"copies are paged", b.officer, d + "/copies?limit=1", 200, []string{`"next":`}, []string{b.open.copies[1]}},
		{"the holder sees his own", b.leader, d + "/copies", 200, []string{b.open.labels[0], "郑副局长"}, []string{"1号柜"}},
		{"the clerk sees no copies", b.clerk, d + "/copies", 404, nil, []string{b.open.labels[0]}},
		{"the officer sees the lines", b.officer, c, 200, []string{`"kind":"hand_out"`, "陈机要员"}, nil},
		{"the holder sees no lines", b.leader, c, 200, []string{"郑副局长", `"hand_overs":[]`}, []string{"陈机要员"}},
		{"the clerk knows of no copy", b.clerk, c, 404, nil, []string{b.open.copies[0]}},
		{"the officer sees circulations", b.officer, "/circulations", 200, []string{title, `"state":"out"`, `"state":"waiting"`}, nil},
		{"closed ones", b.officer, "/circulations?state=closed", 200, []string{`{"items":[]}`}, nil},
		{"the reader sees his circulation", b.leader, "/circulations/" + b.open.circulation, 200, []string{"孙副局长"}, nil},
		{"the clerk sees none", b.clerk, "/circulations", 200, []string{`{"items":[]}`}, nil},
		{"the clerk knows of no circulation", b.clerk, "/circulations/" + b.open.circulation, 404, nil, []string{title}},
		{"the officer's duties", b.officer, "/obligations", 200, []string{`"clause":"`, `"state":"open"`}, nil},
		{"none are late", b.officer, "/obligations?late=true", 200, []string{`{"items":[]}`}, nil},
		{"the clerk's duties name no item", b.clerk, "/obligations", 200, nil, []string{b.open.document}},
		{"an administrator's duties name no item", b.auditor, "/obligations", 200, nil, []string{b.open.document}},
		{"what there is to do", b.clerk, "/catalogue", 200, []string{`"act":"custody.hand_out","offered":false`}, []string{`"act":"obligation.advance"`}},
		{"what the officer may try", b.officer, "/catalogue", 200, []string{`"act":"custody.hand_out","offered":true`}, nil},
		{"a limit beyond", b.officer, "/documents?limit=201", 422, []string{`"field":"limit"`, "out_of_range"}, nil},
		{"a limit of nothing", b.officer, "/documents?limit=0", 422, []string{`"field":"limit"`}, nil},
		{"a limit in words", b.officer, "/documents?limit=ten", 422, []string{"not_a_number"}, nil},
		{"a forged place in the list", b.officer, "/documents?after=WyJ4Il0", 422, []string{`"field":"after"`}, nil},
		{"an unknown parameter", b.officer, "/documents?title=x", 422, []string{`"field":"title"`, "unknown_field"}, nil},
		{"a state that is none", b.officer, "/documents?state=secret", 422, []string{`"field":"state"`}, nil},
		{"a parameter twice", b.officer, "/documents?state=voided&state=registered", 422, []string{"twice"}, nil},
		{"no such path", b.officer, "/nothing", 404, []string{`"code":"not_found"`}, nil},
		{"no such verb", b.officer, "/ledger", 404, []string{`"code":"not_found"`}, nil},
		{"no report was built in", b.officer, "/proofs", 404, nil, nil},
	} {
		s.ask(t)
	}
	for _, secret := range []string{title, codeName, b.open.document, b.officer.token, b.accounts["officer"].PIN, b.accounts["officer"].Password} {
		if strings.Contains(b.log.String(), secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
}

// A page after another holds every row once.
func pages(t *testing.T, b *busy) {
	for _, c := range []struct {
		who  *client
		path string
		key  string
		min  int
	}{
		{b.officer, "/documents?limit=1", "id", 2}, {b.officer, "/documents/" + b.open.document + "/copies?limit=1", "id", 2}, {b.officer, "/obligations?limit=1", "id", 2},
		{b.officer, "/ledger/entries?limit=7", "reference", 10}, {b.auditor, "/ledger/entries?limit=7", "seq", 10}, {b.officer, "/catalogue?limit=9", "act", 30},
	} {
		seen, after := map[string]bool{}, ""
		for range 100 {
			a := c.who.do("GET", c.path+after, nil)
			items, _ := a.at("items").([]any)
			if a.status != 200 {
				t.Fatalf("%s%s: %d %s", c.path, after, a.status, a.body)
			}
			for _, x := range items {
				k := fmt.Sprint(x.(map[string]any)[c.key])
				if seen[k] {
					t.Errorf("%s: %s comes twice", c.path, k)
				}
				seen[k] = true
			}
			if after = a.text("next"); after == "" {
				break
			}
			after = "&after=" + after
		}
		if after != "" || len(seen) < c.min {
			t.Errorf("%s: %d rows, the end reached: %v", c.path, len(seen), after == "")
		}
	}
}

// Hidden and absent answer with the same bytes, in reads and acts, and leave entries of one shape.
func hiddenAndAbsent(t *testing.T, b *busy) {
	random := "ZZZZZZZZZZZZ"
	entries := func() int {
		a := b.auditor.do("GET", "/ledger/entries?outcome=not_found", nil)
		items, _ := a.at("items").([]any)
		return len(items)
	}
	for _, c := range []struct {
		name, method, path string
		hidden             string
		body               func(id string) any
	}{
		{"document", "GET", "/documents/%s", b.open.document, nil},
		{"copies", "GET", "/documents/%s/copies", b.open.document, nil},
		{"copy", "GET", "/copies/%s", b.open.copies[1], nil},
		{"circulation", "GET", "/circulations/%s", b.open.circulation, nil},
		{"proof of an entry", "GET", "/ledger/entries/%s/proof", "1", nil},
		{"newest checkpoint", "GET", "/ledger/checkpoint", "", nil},
		{"reveal", "POST", "/acts/document.reveal", b.top.document, func(id string) any { return map[string]any{"document": id, "form": "title"} }},
		{"instruct", "POST", "/acts/document.instruct", b.open.document, func(id string) any { return map[string]any{"document": id, "text": "x", "handler": "clerk_a"} }},
		{"hand out", "POST", "/acts/custody.hand_out", b.open.copies[1], func(id string) any { return map[string]any{"copy": id, "to": "clerk_a"} }},
		{"close", "POST", "/acts/circulation.close", b.open.circulation, func(id string) any { return map[string]any{"circulation": id} }},
	} {
		var got [2]answer
		for i, id := range []string{c.hidden, random} {
			before, path := entries(), c.path
			if strings.Contains(path, "%s") {
				path = fmt.Sprintf(path, id)
			}
			var body any
			if c.body != nil {
				body = c.body(id)
			}
			got[i] = b.clerk.do(c.method, path, body)
			if n := entries(); n != before+1 {
				t.Errorf("%s %d: %d entries of the try, want 1", c.name, i, n-before)
			}
		}
		if got[0].status != 404 || got[0].body != got[1].body || fmt.Sprint(got[0].header) != fmt.Sprint(got[1].header) {
			t.Errorf("%s: hidden %d %s, absent %d %s", c.name, got[0].status, got[0].body, got[1].status, got[1].body)
		}
	}
	// What the program does not have is no item that somebody keeps from him: the same answer, and nothing to record.
	hidden := b.clerk.do("GET", "/documents/"+b.open.document, nil)
	for _, c := range [][2]string{{"POST", "/acts/document.nothing"}, {"POST", "/acts/document"}, {"GET", "/nothing"}, {"GET", "/proofs"}} {
		before := entries()
		var body any
		if c[0] == "POST" {
			body = map[string]any{}
		}
		if a := b.clerk.do(c[0], c[1], body); a.status != 404 || a.body != hidden.body || entries() != before {
			t.Errorf("%v: %d %s, %d entries", c, a.status, a.body, entries()-before)
		}
	}
}

func refusals(t *testing.T, b *busy) {
	// The reader himself may know it, and may not hand it on.
	a := b.leader.do("POST", "/acts/custody.hand_out", b.handOut(0, "leader_b"))
	if a.status != 403 || a.text("code") != "refused" || a.text("act") != "custody.hand_out" || a.text("reference") == "" ||
		a.text("violations.0.clause") == "" || a.text("violations.0.text") == "" || a.text("remedy.kind") == "" || a.at("violations.0.remedy.kind") == nil {
		t.Errorf("refused: %d %s", a.status, a.body)
	}
	own := b.leader.do("GET", "/ledger/entries?outcome=refused&limit=1", nil)
	if own.text("items.0.reference") != a.text("reference") {
		t.Errorf("his own entries: %s, want the refusal %s first", own.body, a.text("reference"))
	}
	// Without signatures nothing but a field is wrong.
	a = b.director.do("POST", "/acts/document.opine", map[string]any{"document": b.open.document, "text": "请阅。", "readers": []any{"leader_a"}})
	if a.status != 422 || a.text("fields.0.field") != "_signatures" || a.at("violations") == nil || a.text("reference") == "" {
		t.Errorf("unsigned: %d %s", a.status, a.body)
	}
	cmd := b.handOut(0, "leader_a")
	cmd["_signatures"] = []any{b.pin("giver", "officer"), map[string]any{"role": "receiver", "user": "leader_a", "how": "pin", "secret": "000000"}}
	a = b.officer.do("POST", "/acts/custody.hand_out", cmd)
	if a.status != 422 || a.text("fields.0.field") != "_signatures.1.secret" || a.text("fields.0.code") != "wrong_secret" {
		t.Errorf("signed wrongly: %d %s", a.status, a.body)
	}
	if strings.Contains(a.body, b.accounts["officer"].PIN) {
		t.Error("a secret is sent back")
	}
	// What a clause wants is told at its argument, in a sentence with the clause; the refusal is recorded all the same.
	cmd = b.handOut(0, "leader_a")
	delete(cmd, "return_by")
	for tongue, said := range map[string]string{"zh": "B-3.2c要求填这一项", "en": "B-3.2c asks for this"} {
		a = b.officer.do("POST", "/acts/custody.hand_out", cmd, "Accept-Language", tongue)
		if a.status != 422 || a.text("fields.0.field") != "return_by" || a.text("fields.0.code") != "wanted" || a.text("fields.0.message") != said ||
			a.text("fields.0.clauses.0") != "B-3.2c" || a.at("fields.1") != nil || a.text("reference") == "" || a.text("violations.0.clause") != "B-3.2c" {
			t.Errorf("an empty argument that a clause wants: %d %s", a.status, a.body)
		}
	}
	if e := b.officer.do("GET", "/ledger/entries?outcome=refused&limit=1", nil); e.text("items.0.reference") != a.text("reference") {
		t.Errorf("the refusal at the field is not recorded: %s", e.body)
	}
}

func reveal(t *testing.T, b *busy) {
	head := b.signIn("unit_head")
	b.director.act("document.opine", map[string]any{"document": b.top.document, "text": "请阅。", "readers": []any{"unit_head"}}, b.pin("actor", "office_director"))
	b.director.act("document.scope", map[string]any{"document": b.top.document, "persons": []any{"unit_head"}, "level": "绝密", "issuer_limit": "本系统", "reason": "工作需要"}, b.pin("actor", "office_director"))
	cmd := map[string]any{"document": b.top.document, "form": "title"}
	if a := head.do("GET", "/documents/"+b.top.document, nil); a.status != 200 || strings.Contains(a.body, codeName) {
		t.Errorf("before: %d %s", a.status, a.body)
	}
	a := head.do("POST", "/acts/document.reveal", cmd, "Idempotency-Key", "reveal-1")
	if a.status != 200 || a.text("shown.code_name") != codeName {
		t.Fatalf("reveal: %d %s", a.status, a.body)
	}
	again := head.do("POST", "/acts/document.reveal", cmd, "Idempotency-Key", "reveal-1")
	if again.status != 200 || strings.Contains(again.body, codeName) || again.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("a replayed reveal: %d %s", again.status, again.body)
	}
}

func ledgerNumbers(t *testing.T, b *busy) {
	own := b.officer.do("GET", "/ledger/entries", nil)
	if own.status != 200 || strings.Contains(own.body, `"seq"`) || strings.Contains(own.body, `"rows"`) || strings.Contains(own.body, `"actor":"office_director"`) {
		t.Errorf("the officer's entries: %d %s", own.status, own.body)
	}
	for _, path := range []string{"/ledger/entries/1/proof", "/ledger/checkpoint"} {
		if a := b.officer.do("GET", path, nil); a.status != 404 || strings.Contains(a.body, "size") {
			t.Errorf("%s for the officer: %d %s", path, a.status, a.body)
		}
	}
	foreign := b.auditor.do("GET", "/ledger/entries?act=document.opine", nil)
	ref := foreign.text("items.0.reference")
	if a := b.officer.do("GET", "/ledger/entries?reference="+ref, nil); strings.TrimSpace(a.body) != `{"items":[]}` {
		t.Errorf("somebody else's entry: %s", a.body)
	}
	seq, _ := foreign.at("items.0.seq").(float64)
	proof := b.auditor.do("GET", fmt.Sprintf("/ledger/entries/%d/proof", int(seq)), nil)
	proven, err := ledger.VerifyProofFile([]byte(proof.body), b.app.Verifier)
	if err != nil || proven == nil {
		t.Errorf("the proof file: %v %s", err, proof.body)
	}
	point := b.auditor.do("GET", "/ledger/checkpoint", nil)
	if point.status != 200 || !strings.Contains(point.text("note"), "—") {
		t.Errorf("the checkpoint: %d %s", point.status, point.body)
	}
	if a := b.auditor.do("GET", "/ledger/entries/999999/proof", nil); a.status != http.StatusNotFound {
		t.Errorf("an entry that is not there: %d", a.status)
	}
	for _, a := range []answer{foreign, own} {
		if strings.Contains(a.body, title) || strings.Contains(a.body, codeName) {
			t.Error("entries hold a title")
		}
	}
}

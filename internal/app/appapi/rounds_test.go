package appapi_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// oneRound: an answer names everything at once: what cannot be read, what is out of its bounds, and what the law wants,
// always or under a condition that this very matter meets.
func oneRound(t *testing.T, b *busy) {
	for _, c := range []struct {
		name, act string
		body      any
		want      []string
		hasn      []string
	}{
		{"a time that is none, and what a secret copy is handed out with", "custody.hand_out", map[string]any{"copy": b.open.copies[1], "to": "leader_b", "return_by": "tonight"},
			[]string{"copy_no:wanted", "return_by:bad_format"}, nil},
		{"a word of no list, and a day that a secret copy is lent until", "custody.lend", map[string]any{"copy": b.open.copies[1], "to": "leader_b", "purpose": "keep"}, []string{"due:wanted", "purpose:not_in_list"}, nil},
		{"of a copy that is hidden or absent no more than always", "custody.hand_out", map[string]any{"copy": "ZZZZ00ZZZZ00", "purpose": "keep"}, []string{"purpose:not_in_list"}, []string{"return_by:wanted"}},
		{"an unknown name, a number in words and the rest", "document.register", map[string]any{"copies": "two", "sender": "x", "level": "秘密", "medium": "paper"},
			[]string{"copies:bad_type", "sender:unknown_field", "title:wanted_or", "issuer:wanted"}, []string{"copies:wanted"}},
		{"nothing is asked of what hangs on a wrong word", "custody.send", map[string]any{"copy": b.open.copies[1], "channel": "pigeon"}, []string{"channel:not_in_list", "recipient:wanted"}, []string{"envelope_no", "seal", "network_no"}},
		{"one line that cannot be read and another that says too little", "document.accept",
			map[string]any{"envelopes": []any{map[string]any{"envelope_no": 5, "issuer": "某厅", "listed": 1, "seal_intact": true}, map[string]any{"envelope_no": "B", "listed": 1, "seal_intact": true}}},
			[]string{"channel:wanted", "envelopes.0.envelope_no:bad_type", "envelopes.1.issuer:wanted"}, []string{"envelopes.0.envelope_no:wanted", "envelopes.0.issuer:"}},
		{"a list that is none is not asked for line by line", "document.accept", map[string]any{"envelopes": 5}, []string{"channel:wanted", "envelopes:bad_type"}, []string{"envelopes."}},
		{"signatures too", "custody.hand_out", map[string]any{"copy": b.open.copies[1], "to": "leader_b", "_signatures": []any{map[string]any{"pin": "1"}}}, []string{"_signatures.0.pin:unknown_field", "copy_no:wanted", "return_by:wanted"}, nil},
	} {
		a := b.officer.do("POST", "/acts/"+c.act, c.body)
		var got []string
		list, _ := a.at("fields").([]any)
		for _, f := range list {
			m := f.(map[string]any)
			got = append(got, fmt.Sprintf("%s:%s", m["field"], m["code"]))
			if m["code"] == "wanted" && m["clauses"] == nil {
				t.Errorf("%s: %s is wanted by no clause", c.name, m["field"])
			}
		}
		for _, w := range c.want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: %s is missing in %v (%d)", c.name, w, got, a.status)
			}
		}
		for _, w := range c.hasn {
			if strings.Contains(strings.Join(got, " "), w) {
				t.Errorf("%s: %s in %v", c.name, w, got)
			}
		}
		if a.status != 422 || a.text("reference") != "" {
			t.Errorf("%s: %d %s", c.name, a.status, a.body)
		}
	}
	// The time of a late entry is no round of its own, and a code that was given beside it is not spent.
	code := b.code("officer")
	cmd := map[string]any{"copy": b.open.copies[1], "place": "cabinet-2", "reason": strings.Repeat("长", 201), "_signatures": []any{map[string]any{"role": "actor", "user": "officer", "how": "code", "secret": code}}}
	if a := b.officer.do("POST", "/acts/custody.move", cmd, "X-Occurred-At", "yesterday"); a.text("fields.0.field") != "occurred_at" || a.text("fields.1.field") != "reason" {
		t.Errorf("a late entry: %d %s", a.status, a.body)
	}
	cmd["reason"] = "换柜"
	if a := b.officer.do("POST", "/acts/custody.move", cmd); a.status != 200 {
		t.Errorf("the code was spent on what could not be read: %d %s", a.status, a.body)
	}
}

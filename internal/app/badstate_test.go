package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"

	"jiyao/internal/custody"
	"jiyao/internal/procedure"
	"jiyao/internal/store"
)

// state is everything that bad input must leave as it is: the account of all pieces, which must hold, each piece, each list with
// its lines, each count, and how much the ledger says was done. Refusals and signatures at the gate are no part of it.
func (o *counterOffice) state() string {
	o.t.Helper()
	var out strings.Builder
	o.look(func(tx *store.Tx) error {
		b, err := procedure.BalanceAt(tx, custody.Everything, o.clock.Now())
		if err != nil {
			return err
		}
		if !b.Holds() {
			o.t.Errorf("the law of conservation: %+v", b)
		}
		fmt.Fprintln(&out, spelled(b))
		for _, query := range []string{
			"SELECT id, state, ending, holder, place, hand_over, rev FROM copy ORDER BY id",
			"SELECT id, copy, COALESCE(back_at, 0), receiver, kind, rev, '' FROM hand_over ORDER BY id",
			"SELECT id, state, lines, counted_by, approved_by, closed_by, rev FROM disposal_list ORDER BY id",
			"SELECT id, list, copy, state, counted, rev, '' FROM disposal_line ORDER BY id",
			"SELECT id, state, rev, '', '', '', '' FROM stock_count ORDER BY id",
			"SELECT 'leaves', count(*), '', '', '', '', '' FROM leave",
			"SELECT 'documents', count(*), '', '', '', '', '' FROM document",
			"SELECT 'done', count(*), '', '', '', '', '' FROM ledger_entry WHERE outcome = 'done' AND act NOT LIKE 'identity.%'",
		} {
			if err := writeRows(tx, query, &out); err != nil {
				return err
			}
		}
		return nil
	})
	return out.String()
}

// writeRows writes the rows of seven columns, one a line.
func writeRows(tx *store.Tx, query string, out *strings.Builder) error {
	rows, err := tx.Query(query)
	if err != nil {
		return fmt.Errorf("%s: %w", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var v [7]any
		if err := rows.Scan(&v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6]); err != nil {
			return fmt.Errorf("%s: %w", query, err)
		}
		fmt.Fprintln(out, v[:]...)
	}
	return rows.Err()
}

var (
	tags   = regexp.MustCompile(`(?s)<(svg|dialog hidden|script|style)\b.*?</(svg|dialog|script|style)>|<[^>]*>`)
	spaces = regexp.MustCompile(`\s+`)
)

// plainText is what stands on a page.
func plainText(body string) string {
	if i := strings.Index(body, `id="main"`); i > 0 {
		body = body[i:]
	}
	return html.UnescapeString(spaces.ReplaceAllString(tags.ReplaceAllString(body, " "), " "))
}

// bad hands in what must be answered with this status and these words, and must change nothing.
func (o *counterOffice) bad(what, login, path string, fields []string, status int, says ...string) {
	o.t.Helper()
	o.at(login)
	before := o.state()
	got, body := o.send(login, path, fields...)
	o.unchanged(what, before, got, plainText(body), status, says)
}

// unchanged holds an answer to what it must say, and the office to how it was.
func (o *counterOffice) unchanged(what, before string, got int, body string, status int, says []string) {
	o.t.Helper()
	if got != status {
		o.t.Errorf("%s: answered %d, want %d: %.250s", what, got, status, body)
	}
	for _, s := range says {
		if !strings.Contains(body, s) {
			o.t.Errorf("%s: does not say %q: %.400s", what, s, body)
		}
	}
	if after := o.state(); after != before {
		o.t.Errorf("%s: the office has changed:\n%s", what, difference(before, after))
	}
}

// pieces is where each piece is, and how the account of them stands.
func (o *counterOffice) pieces() string {
	o.t.Helper()
	head, _, _ := strings.Cut(o.state(), "leaves")
	var out []string
	for _, l := range strings.Split(head, "\n") {
		if !strings.Contains(l, "open") { // a count goes on
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}

// unmoved holds what was recorded of something odd to its words; nothing moved by it.
func (o *counterOffice) unmoved(what, before string, status int, body, says string) {
	o.t.Helper()
	if status != http.StatusOK || !strings.Contains(body, says) {
		o.t.Errorf("%s: %d, does not say %q: %.300s", what, status, says, body)
	}
	if after := o.pieces(); after != before {
		o.t.Errorf("%s: a piece has moved:\n%s", what, difference(before, after))
	}
}

// rev is the revision of a row.
func (o *counterOffice) rev(table, id string) string {
	o.t.Helper()
	n := 0
	o.look(func(tx *store.Tx) error { return tx.QueryRow("SELECT rev FROM "+table+" WHERE id = $1", id).Scan(&n) })
	return fmt.Sprint(n)
}

func difference(before, after string) string {
	was, is := strings.Split(before, "\n"), strings.Split(after, "\n")
	var out []string
	for _, l := range was {
		if !slices.Contains(is, l) {
			out = append(out, "- "+l)
		}
	}
	for _, l := range is {
		if !slices.Contains(was, l) {
			out = append(out, "+ "+l)
		}
	}
	return strings.Join(out, "\n")
}

// api does an act as the officer's program does it.
func (o *counterOffice) api(name string, command map[string]any, signs ...string) (int, string) {
	o.t.Helper()
	call := func(path string, body any) (int, string) {
		raw, err := json.Marshal(body)
		if err != nil {
			o.t.Fatal(err)
		}
		r := httptest.NewRequestWithContext(o.t.Context(), http.MethodPost, "/api/v1"+path, bytes.NewReader(raw))
		r.Header.Set("Content-Type", "application/json")
		if o.token != "" {
			r.Header.Set("Authorization", "Bearer "+o.token)
		}
		w := httptest.NewRecorder()
		o.handler.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	if o.token == "" {
		x := o.with["officer"]
		status, body := call("/session", map[string]any{"user": "officer", "password": x.Password, "code": x.Codes[1]})
		var session struct {
			Token string `json:"token"`
		}
		if err := json.Unmarshal([]byte(body), &session); err != nil || status != 200 {
			o.t.Fatalf("the program signs in: %d %s", status, body)
		}
		o.token = session.Token
	}
	var list []any
	for i := 0; i+1 < len(signs); i += 2 {
		list = append(list, map[string]any{"role": signs[i], "user": signs[i+1], "how": "pin", "secret": o.with[signs[i+1]].PIN})
	}
	if list != nil {
		command["_signatures"] = list
	}
	return call("/acts/"+name, command)
}

// badAPI does an act that must be answered with this status and these words, and must change nothing.
func (o *counterOffice) badAPI(what, name string, command map[string]any, signs []string, status int, says ...string) {
	o.t.Helper()
	before := o.state()
	got, body := o.api(name, command, signs...)
	o.unchanged("API: "+what, before, got, body, status, says)
}

package app

import (
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/store"
)

var (
	formTag  = regexp.MustCompile(`(?s)<form\b([^>]*)>(.*?)</form>`)
	inputTag = regexp.MustCompile(`(?s)<(input|select|button)\b([^>]*)>|<textarea\b([^>]*)>(.*?)</textarea>`)
	optionOn = regexp.MustCompile(`(?s)<option\b([^>]*)>`)
	attrOf   = regexp.MustCompile(`([a-z-]+)(?:="([^"]*)")?`)
	linkTag  = regexp.MustCompile(`href="(/[^"#?]*)"`)
	idPart   = regexp.MustCompile(`^[0-9A-Z]{12}$`)
)

func attrs(tag string) map[string]string {
	out := map[string]string{}
	for _, m := range attrOf.FindAllStringSubmatch(tag, -1) {
		out[m[1]] = html.UnescapeString(m[2])
	}
	return out
}

// pageForm is a form as it stands on a page.
type pageForm struct {
	action string
	values url.Values
	texts  []string // names of the fields that are typed
	hidden []string // of those: never shown again
}

// shape is the address of a form or page without its ids.
func shape(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if idPart.MatchString(p) {
			parts[i] = "{}"
		}
	}
	return strings.Join(parts, "/")
}

func formsOf(page string) (out []pageForm) {
	for _, m := range formTag.FindAllStringSubmatch(page, -1) {
		head := attrs(m[1])
		if head["method"] != "post" || head["enctype"] != "" {
			continue
		}
		f := pageForm{action: head["action"], values: url.Values{}}
		body := m[2]
		for _, loc := range inputTag.FindAllStringSubmatchIndex(body, -1) {
			group := func(n int) string {
				if loc[2*n] < 0 {
					return ""
				}
				return body[loc[2*n]:loc[2*n+1]]
			}
			kind, a := group(1), attrs(group(2))
			if kind == "" {
				kind, a = "textarea", attrs(group(3))
				a["value"] = html.UnescapeString(group(4))
			}
			name := a["name"]
			_, on := a["checked"]
			switch {
			case name == "" && kind == "button" && a["formaction"] != "":
				f.also(&out, a["formaction"])
			case kind == "button" && name != "" && f.values.Get(name) == "":
				f.values.Set(name, a["value"])
			case name == "" || kind == "button":
			case kind == "select":
				f.values.Add(name, chosen(body[loc[1]:]))
			case a["type"] == "checkbox" || a["type"] == "radio":
				if on || f.values.Get(name) == "" && a["type"] == "radio" {
					f.values.Set(name, a["value"])
				}
			case a["type"] == "hidden":
				f.values.Add(name, a["value"])
			default:
				f.values.Add(name, a["value"])
				if a["type"] == "password" || name == "code" && a["type"] != "text" {
					f.hidden = append(f.hidden, name)
				} else if _, hid := a["hidden"]; !hid && !slices.Contains(f.texts, name) {
					f.texts = append(f.texts, name)
				}
			}
		}
		out = append(out, f)
	}
	return out
}

// also notes the second address that a button gives a form.
func (f pageForm) also(out *[]pageForm, action string) {
	f.action = action
	f.values, f.texts = maps.Clone(f.values), slices.Clone(f.texts)
	*out = append(*out, f)
}

// chosen is the value of a list: what is selected, else the first that says anything.
func chosen(rest string) string {
	rest, _, _ = strings.Cut(rest, "</select>")
	first := ""
	for _, m := range optionOn.FindAllStringSubmatch(rest, -1) {
		a := attrs(m[1])
		if _, on := a["selected"]; on && a["value"] != "" {
			return a["value"]
		}
		if first == "" {
			first = a["value"]
		}
	}
	return first
}

// walk opens the pages that can be reached from the first, a few of each shape, and gives the forms on them.
func walk(get func(string) (int, string), seen map[string]pageForm) {
	queue, had, shapes := []string{"/", "/today", "/approvals", "/admin", "/people", "/posts", "/password", "/search", "/self-check", "/sign-off", "/incidents/new", "/findings/new"}, map[string]bool{}, map[string]int{}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		s := shape(path)
		if had[path] || shapes[s] >= 30 || strings.HasPrefix(s, "/rules/") || strings.HasPrefix(s, "/ledger/") || strings.HasPrefix(s, "/assets/") {
			continue
		}
		had[path] = true
		shapes[s]++
		_, page := get(path)
		for _, f := range formsOf(page) {
			if have, ok := seen[shape(f.action)]; !ok || len(have.texts) < len(f.texts) {
				seen[shape(f.action)] = f
			}
		}
		for _, m := range linkTag.FindAllStringSubmatch(page, -1) {
			queue = append(queue, m[1])
		}
	}
}

// Every form of every room that takes a text shows everything that was typed once more, whatever it is answered with.
func TestEveryFormKeepsWhatWasTyped(t *testing.T) {
	a, accounts, err := Demo(t.Context(), Options{Data: filepath.Join(t.TempDir(), "d"), Log: quiet, Quiet: true, Cost: cheap}, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	waits(t, a, accounts)
	tried, slowed := map[string]bool{}, map[string]bool{}
	for _, x := range accounts {
		get, post := browser(t, a)
		if status, _ := post("/login", url.Values{"login": {x.Login}, "password": {x.Password}, "code": {x.Codes[0]}}); status != http.StatusSeeOther {
			t.Fatalf("%s signs in: %d", x.Login, status)
		}
		seen := map[string]pageForm{}
		walk(get, seen)
		for _, s := range slices.Sorted(maps.Keys(seen)) {
			f := seen[s]
			if tried[s] || len(f.texts) == 0 {
				continue
			}
			tried[s] = true
			t.Run(strings.TrimPrefix(s, "/"), func(t *testing.T) {
				keeps(t, post, f)
				slowed[s] = waitsToSign(t, post, f)
			})
		}
	}
	for _, s := range []string{
		"/approvals/{}/decide", "/approvals/{}/instruct", "/c/{}/hand-out", "/d/{}/instruct", "/d/{}/narrow", "/d/{}/opine", "/d/{}/scope", "/d/{}/void",
		"/d/{}/widen", "/people/grade",
	} {
		if !slowed[s] {
			t.Errorf("%s was never held up by wrong secrets", s)
		}
	}
	for _, s := range []string{
		"/admin/accounts", "/admin/accounts/{}/reset", "/admin/accounts/{}/unlock", "/admin/calendar", "/approvals/{}/decide", "/approvals/{}/instruct",
		"/c/{}/hand-out", "/c/{}/lend", "/c/{}/place", "/c/{}/take-back", "/circulation/{}/back", "/circulation/{}/hand", "/d/{}/complete", "/d/{}/correct",
		"/d/{}/instruct", "/d/{}/narrow", "/d/{}/opine", "/d/{}/scope", "/d/{}/void", "/d/{}/widen", "/findings", "/findings/{}/measure", "/incidents",
		"/incidents/{}/annotate", "/incidents/{}/delete", "/incidents/{}/merge", "/instructions/{}/feedback", "/people/commit", "/people/delegate",
		"/people/grade", "/people/register", "/posts/assign", "/posts/end", "/receive", "/receive/{}", "/receive/{}/discrepancy", "/search",
	} {
		if !tried[s] {
			t.Errorf("no form %s was found in the demo office", s)
		}
	}
}

// waits adds what the story of the demo leaves none of: an envelope that nobody signed for and whose count differs, and
// a request for leave.
func waits(t *testing.T, a *App, accounts []Account) {
	t.Helper()
	i := slices.IndexFunc(accounts, func(x Account) bool { return x.Role == "officer" })
	officer := accounts[i]
	me := a.actor(t, officer.Login)
	signed := []act.Signature{{Role: "actor", Person: officer.Person, Strength: "pin", Terminal: me.Terminal}}
	do := func(name string, command any) error {
		raw, err := json.Marshal(command)
		if err != nil {
			t.Fatal(err)
		}
		_, err = a.Desk.Do(t.Context(), act.Request{Act: name, Command: json.RawMessage(raw), By: me, Signatures: signed})
		return err
	}
	taken := accept("JT-9901")
	two := 2
	taken.Envelopes[0].Listed, taken.Envelopes[0].Counted = 3, &two
	if err := do("document.accept", taken); err != nil {
		t.Fatal(err)
	}
	var copies []string
	err := a.DB.Read(t.Context(), func(tx *store.Tx) error {
		rows, err := tx.Query("SELECT id FROM copy WHERE state = 'in_place'")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			copies = append(copies, "")
			if err := rows.Scan(&copies[len(copies)-1]); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range copies {
		for _, x := range accounts {
			if x.Person == "" {
				continue
			}
			if err = do("approval.propose", map[string]any{"act": "custody.hand_out", "reason": "急用", "with": map[string]any{"copy": id, "to": x.Person}}); err == nil {
				return
			}
		}
	}
	t.Fatalf("nothing can be asked of anybody: %v", err)
}

// keeps types into every field, once with a character that cannot be used in one of them and once without any
// signature, and looks for each text in the answer.
func keeps(t *testing.T, post func(string, url.Values) (int, string), f pageForm) {
	for _, spoilt := range []bool{true, false} {
		values := url.Values{}
		for name, list := range f.values {
			values[name] = slices.Clone(list)
		}
		for _, name := range f.hidden {
			values.Set(name, "")
		}
		want := map[string]string{}
		for i, name := range f.texts {
			if !spoilt && values.Get(name) != "" {
				continue // what the page proposes may well be right
			}
			want[name] = fmt.Sprintf("打%d字<%s", i, name)
			values[name] = []string{want[name]}
		}
		if spoilt {
			values.Set(f.texts[0], want[f.texts[0]]+"\u202e")
		}
		if _, ok := values["_key"]; ok {
			values.Set("_key", fmt.Sprintf("forms-%v-%s", spoilt, shape(f.action)))
		}
		status, page := post(f.action, values)
		if spoilt && status != http.StatusUnprocessableEntity {
			t.Errorf("a character that cannot be used: %d, want 422", status)
		}
		if status < 400 || status == http.StatusNotFound && !spoilt {
			continue // nothing was wrong with it, or what was typed names a thing that is not there
		}
		if status != 422 && status != 403 && status != 409 {
			t.Errorf("spoilt %v: answered %d", spoilt, status)
		}
		for name, text := range want {
			if !strings.Contains(page, html.EscapeString(text)) {
				t.Errorf("spoilt %v, answered %d: %s is lost", spoilt, status, name)
			}
		}
	}
}

// waitsToSign signs with wrong secrets until none is looked at, and looks for what was typed and for the time to wait.
// ok is false where the form wants no signature, or is answered by something else each time.
func waitsToSign(t *testing.T, post func(string, url.Values) (int, string), f pageForm) (ok bool) {
	secrets := slices.DeleteFunc(slices.Clone(f.hidden), func(n string) bool { return !strings.HasSuffix(n, "_secret") })
	for range 8 {
		if len(secrets) == 0 {
			return false
		}
		values, want := url.Values{}, ""
		for name, list := range f.values {
			values[name] = slices.Clone(list)
		}
		for _, name := range secrets {
			values.Set(name, "000000")
		}
		for _, name := range []string{"text", "reason"} {
			if _, has := f.values[name]; has {
				want = "签字前打的字"
				values.Set(name, want)
			}
		}
		values.Del("_key")
		switch status, page := post(f.action, values); {
		case status < 400:
			t.Errorf("a wrong secret is taken: %d", status)
			return false
		case status == http.StatusTooManyRequests:
			if !strings.Contains(page, want) || !strings.Contains(page, "分钟再签") || !strings.Contains(page, `action="`+f.action) {
				t.Errorf("held up: text kept %v, time said %v, form there %v", strings.Contains(page, want), strings.Contains(page, "分钟后再签"), strings.Contains(page, `action="`+f.action))
			}
			return true
		}
	}
	return false
}

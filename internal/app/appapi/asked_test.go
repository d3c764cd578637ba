package appapi_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/app"
	"jiyao/internal/regulation"
	"jiyao/regulations"
)

// freeActs want nothing in every office: what they are about is said in one of several ways, or by the regulation alone.
var freeActs = []string{"approval.propose", "calendar.import", "custody.designate", "custody.sign_off", "disposal.destroy", "duty.clean", "people.travel_report", "document.export", "document.print", "identity.set_password", "identity.sign_in", "identity.switch_off", "people.self_check", "people.commit", "people.revoke", "page.search", "page.view"}

// always is what the commands themselves and the base pack say, read beside the code that describes it.
func always(t *testing.T, base *regulation.Pack, name string) (args, roles []string, signed bool) {
	t.Helper()
	command, _ := act.CommandType(name)
	for _, f := range reflect.VisibleFields(command) {
		arg, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if _, ok := f.Tag.Lookup("req"); ok && !f.Anonymous {
			args = append(args, arg)
		}
	}
	for _, r := range base.Records {
		for _, n := range r.Needs {
			if r.Act == name && n.When == "" && n.Or == "" && !slices.Contains(args, n.Field) {
				args = append(args, n.Field)
			}
		}
	}
	for _, f := range base.Functions {
		if f.Act == name {
			roles, signed = f.Signers, f.Sign == "own" || f.Sign == "2" || f.Sign == "2*"
		}
	}
	return args, roles, signed
}

// asked holds the description and the catalogue to what every act wants, and the acts to both: without it none is done.
func asked(t *testing.T, b *busy) {
	base, err := regulation.Load(regulations.FS, "base")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Components struct{ Schemas map[string]json.RawMessage }
	}
	if err := json.Unmarshal([]byte((&client{o: b.office}).do("GET", "/openapi.json", nil).body), &doc); err != nil {
		t.Fatal(err)
	}
	catalogue, err := app.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	officer, seen, before := b.signIn("officer"), 0, b.done()
	for _, d := range catalogue {
		args, roles, signed := always(t, base, d.Act)
		var told []string
		for _, a := range d.Arguments {
			if a.Required {
				told = append(told, a.Name)
			}
		}
		if !same(told, args) || d.Signed != signed || !contains(d.Roles, append(roles, "actor")) {
			t.Errorf("%s: the catalogue says %v %v %v, want %v %v %v", d.Act, told, d.Roles, d.Signed, args, roles, signed)
		}
		raw, ok := doc.Components.Schemas["act."+d.Act]
		if !ok {
			continue // of the system alone
		}
		seen++
		var s struct {
			Required   []string
			Properties map[string]struct {
				Items struct {
					AllOf []struct {
						Properties map[string]struct{ Enum []string }
					}
				}
			}
		}
		if err := json.Unmarshal(raw, &s); err != nil {
			t.Fatal(err)
		}
		if signed {
			args = append(args, "_signatures")
		}
		if !same(s.Required, args) {
			t.Errorf("%s: described as requiring %v, want %v", d.Act, s.Required, args)
		}
		all := s.Properties["_signatures"].Items.AllOf
		if len(all) != 2 || !slices.Equal(all[1].Properties["role"].Enum, d.Roles) {
			t.Errorf("%s: described with the roles %+v, the catalogue has %v", d.Act, all, d.Roles)
		}
		if len(told) == 0 != slices.Contains(freeActs, d.Act) {
			t.Errorf("%s: wants %v in every office", d.Act, told)
		}
		if len(s.Required) == 0 {
			continue
		}
		if a := officer.do("POST", "/acts/"+d.Act, map[string]any{}); a.status == 200 || a.status == 404 || a.status >= 500 {
			t.Errorf("%s: done without anything, not there or broken: %d %s", d.Act, a.status, a.body)
		}
	}
	if after := b.done(); seen < 50 || after != before {
		t.Errorf("%d acts are described, %d were done", seen, after-before)
	}
}

func same(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func contains(all, some []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}

// throttled: who is held up is told for how many seconds, neither fewer nor more.
func throttled(t *testing.T, b *busy) {
	try := func() answer {
		return (&client{o: b.office}).do("POST", "/session", map[string]any{"user": "nobody_at_all", "password": "wrong", "code": "000000"})
	}
	var a answer
	for range 60 {
		if a = try(); a.status == 429 {
			break
		}
	}
	seconds, err := strconv.Atoi(a.header.Get("Retry-After"))
	if a.status != 429 || err != nil || seconds < 2 {
		t.Fatalf("held up: %d, Retry-After %q", a.status, a.header.Get("Retry-After"))
	}
	if err := b.clock.Advance(time.Duration(seconds-1) * time.Second); err != nil {
		t.Fatal(err)
	}
	if a = try(); a.status != 429 || a.header.Get("Retry-After") != "1" {
		t.Errorf("a second before: %d, Retry-After %q", a.status, a.header.Get("Retry-After"))
	}
	if err := b.clock.Advance(time.Second); err != nil {
		t.Fatal(err)
	}
	if a = try(); a.status != 401 || a.header.Get("Retry-After") != "" {
		t.Errorf("afterwards: %d, Retry-After %q", a.status, a.header.Get("Retry-After"))
	}
}

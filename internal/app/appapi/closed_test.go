package appapi_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"jiyao/internal/act"
)

// closedArguments sends a word that no list has to every argument that takes words of a list, and holds the answer to
// what the description says: the description names the list, the answer the field and the same list.
func closedArguments(t *testing.T, b *busy) {
	officer := b.signIn("officer")
	var doc struct {
		Components struct{ Schemas map[string]schema }
	}
	if err := json.Unmarshal([]byte((&client{o: b.office}).do("GET", "/openapi.json", nil).body), &doc); err != nil {
		t.Fatal(err)
	}
	seen, before := 0, b.done()
	for _, name := range act.Catalogue() {
		s, ok := doc.Components.Schemas["act."+name]
		command, _ := act.CommandType(name)
		if !ok {
			continue // of the system alone
		}
		for _, c := range closedIn(command) {
			if got := s.enum(doc.Components.Schemas, c.path); !slices.Equal(got, c.words) {
				t.Errorf("%s: %s is described as one of %v, want %v", name, c.path, got, c.words)
			}
		}
		for path, words := range s.enums(doc.Components.Schemas, "") {
			if strings.HasPrefix(path, "_signatures.") {
				continue
			}
			seen++
			value := any("乱写")
			if s.list(path) {
				value = []any{"乱写"}
			}
			body := map[string]any{path: value}
			if list, inner, nested := strings.Cut(path, ".0."); nested {
				body = map[string]any{list: []any{map[string]any{}, map[string]any{inner: "乱写"}}}
				path = list + ".1." + inner
			}
			a := officer.do("POST", "/acts/"+name, body)
			var got struct {
				Fields []struct {
					Field, Code string
					Allowed     []string
				}
			}
			if err := json.Unmarshal([]byte(a.body), &got); err != nil || a.status != 422 {
				t.Errorf("%s: %s: %d %s", name, path, a.status, a.body)
				continue
			}
			found := false
			for _, f := range got.Fields {
				if f.Field == path && f.Code == "not_in_list" {
					found = len(f.Allowed) > 0 && !slices.ContainsFunc(f.Allowed, func(w string) bool { return !slices.Contains(words, w) })
				}
			}
			if !found {
				t.Errorf("%s: %s is not said to be one of %v: %s", name, path, words, a.body)
			}
		}
	}
	if seen < 40 {
		t.Errorf("only %d arguments are closed", seen)
	}
	if after := b.done(); after != before {
		t.Errorf("%d acts were done", after-before)
	}
	kinds := doc.Components.Schemas["act.incident.open"].Properties["kind"].Enum
	if !slices.Contains(kinds, "leak") || !slices.Contains(kinds, "proxy_delivery") {
		t.Errorf("kinds of cases as described: %v", kinds)
	}
}

type schema struct {
	Ref        string `json:"$ref"`
	Enum       []string
	Items      *schema
	Properties map[string]schema
}

func (s schema) resolved(all map[string]schema) schema {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		return all[name]
	}
	return s
}

// enums are the closed arguments by path; those of a list of lines in its first line.
func (s schema) enums(all map[string]schema, at string) map[string][]string {
	out := map[string][]string{}
	for name, p := range s.Properties {
		p = p.resolved(all)
		if p.Items != nil {
			p = p.Items.resolved(all)
			if len(p.Properties) > 0 {
				for path, words := range p.enums(all, at+name+".0.") {
					out[path] = words
				}
				continue
			}
		}
		if len(p.Enum) > 0 {
			out[at+name] = p.Enum
		}
	}
	return out
}

func (s schema) enum(all map[string]schema, path string) []string { return s.enums(all, "")[path] }

func (s schema) list(name string) bool { return s.Properties[name].Items != nil }

type closedArgument struct {
	path  string
	words []string
}

func closedIn(t reflect.Type) (out []closedArgument) {
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || name == "" || name == "-" {
			continue
		}
		if words := act.Closed(f); words != nil {
			out = append(out, closedArgument{name, words})
		}
		if f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct {
			for _, inner := range closedIn(f.Type.Elem()) {
				out = append(out, closedArgument{name + ".0." + inner.path, inner.words})
			}
		}
	}
	return out
}

package appapi_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// described holds answers to what the description says of them.
type described struct {
	schemas map[string]any
	paths   map[string]map[string]struct {
		Responses map[string]struct {
			Content map[string]struct{ Schema map[string]any }
		}
	}
}

// fit says where a value is not as its schema says; it knows no more of JSON Schema than the description uses.
func (d described) fit(at string, schema map[string]any, v any) []string {
	if ref, ok := schema["$ref"].(string); ok {
		inner, _ := d.schemas[ref[strings.LastIndexByte(ref, '/')+1:]].(map[string]any)
		return d.fit(at, inner, v)
	}
	if several, ok := schema["anyOf"].([]any); ok {
		for _, s := range several {
			if one, ok := s.(map[string]any); ok && len(d.fit(at, one, v)) == 0 {
				return nil
			}
		}
		return []string{at + ": none of them"}
	}
	kind := map[bool]string{true: "null"}[v == nil]
	var bad []string
	switch x := v.(type) {
	case string:
		kind = "string"
	case bool:
		kind = "boolean"
	case float64:
		kind = "number"
	case []any:
		kind = "array"
		items, _ := schema["items"].(map[string]any)
		for i, e := range x {
			bad = append(bad, d.fit(fmt.Sprintf("%s.%d", at, i), items, e)...)
		}
	case map[string]any:
		kind = "object"
		known, _ := schema["properties"].(map[string]any)
		others, open := schema["additionalProperties"].(map[string]any)
		for name, e := range x {
			s, ok := known[name].(map[string]any)
			if !ok {
				s, ok = others, open
			}
			if !ok && schema["additionalProperties"] == false {
				bad = append(bad, at+"."+name+": not described")
			}
			bad = append(bad, d.fit(at+"."+name, s, e)...)
		}
		required, _ := schema["required"].([]any)
		for _, r := range required {
			if _, ok := x[fmt.Sprint(r)]; !ok {
				bad = append(bad, at+"."+fmt.Sprint(r)+": missing")
			}
		}
	}
	kinds := strings.Fields(strings.NewReplacer("[", "", "]", "", "integer", "number").Replace(fmt.Sprint(schema["type"])))
	if schema["type"] != nil && !slices.Contains(kinds, kind) {
		bad = append(bad, fmt.Sprintf("%s: %s, described as %v", at, kind, schema["type"]))
	}
	return bad
}

// asDescribed: every read of every kind of person answers in the shape that the description gives it.
func asDescribed(t *testing.T, b *busy) {
	var doc struct {
		Paths      json.RawMessage
		Components struct{ Schemas map[string]any }
	}
	a := (&client{o: b.office}).do("GET", "/openapi.json", nil)
	if err := json.Unmarshal([]byte(a.body), &doc); err != nil {
		t.Fatal(err)
	}
	d := described{schemas: doc.Components.Schemas}
	if err := json.Unmarshal(doc.Paths, &d.paths); err != nil {
		t.Fatal(err)
	}
	if get := d.paths["/api/v1/openapi.json"]["get"]; get.Responses["200"].Content[a.header.Get("Content-Type")].Schema == nil {
		t.Errorf("the description is %s and says %v of itself", a.header.Get("Content-Type"), get)
	}
	seen := 0
	for _, c := range []*client{b.signIn("officer"), b.leader, b.clerk, b.auditor} {
		for path, ops := range d.paths {
			get, ok := ops["get"]
			if !ok || path == "/api/v1/openapi.json" {
				continue
			}
			read := strings.TrimPrefix(path, "/api/v1")
			list, _, one := strings.Cut(read, "/{id}")
			ids := []string{"", "ZZZZZZZZZZZZ"}
			switch {
			case list == "/copies":
				ids = append(ids, b.open.copies...)
			case one:
				for _, i := range items(c.do("GET", list, nil)) {
					ids = append(ids, fmt.Sprint(i["id"]), fmt.Sprint(i["seq"]), fmt.Sprint(i["reference"]))
				}
			}
			for _, id := range ids {
				if one == (id == "") {
					continue
				}
				a := c.do("GET", strings.Replace(read, "{id}", id, 1), nil)
				var v any
				if err := json.Unmarshal([]byte(a.body), &v); err != nil {
					t.Fatalf("%s: %s", read, a.body)
				}
				schema := get.Responses[fmt.Sprint(a.status)].Content[a.header.Get("Content-Type")].Schema
				if schema == nil {
					t.Errorf("%s by %s: %d %s is not described", read, c.login, a.status, a.header.Get("Content-Type"))
				}
				for _, bad := range d.fit("", schema, v) {
					t.Errorf("%s by %s: %s", read, c.login, bad)
				}
				if a.status == 200 {
					seen++
				}
			}
		}
	}
	if seen < 30 {
		t.Errorf("only %d reads were answered", seen)
	}
}

func items(a answer) (out []map[string]any) {
	list, _ := a.at("items").([]any)
	for _, i := range list {
		if m, ok := i.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

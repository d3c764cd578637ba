package appapi_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"jiyao/internal/act"
	"jiyao/internal/store"
)

// argument is one argument of a command: its path in the body, its type, and the body that holds a value there.
type argument struct {
	path string
	kind reflect.Type
	body func(value string) string
}

// argumentsOf lists the arguments of a command, those of a list of lines in its first line.
func argumentsOf(t reflect.Type) (out []argument) {
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || f.Anonymous || name == "" || name == "-" {
			continue
		}
		kind := f.Type
		for kind.Kind() == reflect.Pointer {
			kind = kind.Elem()
		}
		out = append(out, argument{name, kind, func(v string) string { return `{"` + name + `":` + v + `}` }})
		if kind.Kind() == reflect.Slice && kind.Elem().Kind() == reflect.Struct {
			for _, inner := range argumentsOf(kind.Elem()) {
				out = append(out, argument{name + ".0." + inner.path, inner.kind, func(v string) string { return `{"` + name + `":[` + inner.body(v) + `]}` }})
			}
		}
	}
	return out
}

var (
	timeKind = reflect.TypeFor[time.Time]()
	rawKind  = reflect.TypeFor[json.RawMessage]()
)

// faultsOf are the values that an argument of a kind cannot have: the answer must name it.
func faultsOf(kind reflect.Type) map[string]string {
	long := `"` + strings.Repeat("长", 5000) + `"`
	out := map[string]string{"another type": `{"a":1}`}
	switch {
	case kind == rawKind, kind.Kind() == reflect.Map:
		return nil // any JSON: the act it is for holds it to its own arguments
	case kind == timeKind:
		out["too long"], out["full-width"], out["empty"] = long, `"２０２６-11-23T09:00:00+08:00"`, `""`
	case kind.Kind() == reflect.String:
		out["too long"], out["a number"] = long, `7`
	case kind.Kind() == reflect.Bool:
		out["a text"] = `"yes"`
	case kind.Kind() == reflect.Slice && kind.Elem().Kind() == reflect.String:
		out["too long"], out["a text"] = `[`+long+`]`, `"a"`
	case kind.Kind() == reflect.Slice:
		out["a text"] = `"a"`
	case kind.Kind() == reflect.Int, kind.Kind() == reflect.Int64:
		out["full-width digits"], out["digits in a text"], out["half"], out["empty"] = `"２"`, `"2"`, `1.5`, `""`
	}
	if kind.Kind() == reflect.String {
		out["not UTF-8"], out["a control character"] = "\"a\xff\xfe\"", `"a\u0007"`
	}
	return out
}

// done counts what anybody has done; what follows from a refusal is the system's.
func (o *office) done() (n int) {
	o.t.Helper()
	err := o.app.DB.Read(o.t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow("SELECT count(*) FROM ledger_entry WHERE outcome = 'done' AND actor <> ''").Scan(&n)
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return n
}

// everyArgument goes over each argument of each act in the catalogue, whoever may do it.
func everyArgument(t *testing.T, b *busy) {
	clients := []*client{b.signIn("officer"), b.signIn("office_director"), b.signIn("sys_admin")}
	before, tries := b.done(), 0
	ask := func(c *client, name, what, body string, want ...int) answer {
		t.Helper()
		tries++
		a := c.do("POST", "/acts/"+name, body)
		if !slices.Contains(want, a.status) {
			t.Errorf("%s: %s by %s: %d %s", name, what, c.login, a.status, a.body)
		}
		return a
	}
	for _, name := range act.Catalogue() {
		command, _ := act.CommandType(name)
		if a := ask(clients[0], name, "an unknown argument", `{"no_such_argument":1}`, 422); a.text("fields.0.field") != "no_such_argument" {
			t.Errorf("%s: an unknown argument: %s", name, a.body)
		}
		for _, arg := range argumentsOf(command) {
			for what, value := range faultsOf(arg.kind) {
				en := clients[0].do("POST", "/acts/"+name, arg.body(value), "Accept-Language", "en")
				if m := en.text("fields.0.message"); m == "" || strings.ContainsFunc(m, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
					t.Errorf("%s: %s for %s, asked in English: %s", name, what, arg.path, en.body)
				}
				a := ask(clients[0], name, what+" for "+arg.path, arg.body(value), 422)
				field, _, _ := strings.Cut(strings.TrimPrefix(a.text("fields.0.field"), arg.path), ".")
				if field != "" && what != "too long" || !strings.ContainsFunc(a.text("fields.0.message"), func(r rune) bool { return unicode.Is(unicode.Han, r) }) || !strings.HasPrefix(a.text("fields.0.field"), strings.Split(arg.path, ".")[0]) {
					t.Errorf("%s: %s for %s: %s", name, what, arg.path, a.body)
				}
			}
			if arg.kind.Kind() != reflect.String {
				continue
			}
			for _, c := range clients {
				ask(c, name, "nothing in "+arg.path, arg.body(`""`), 422, 403, 404)
				if arg.kind.PkgPath() == "jiyao/internal/term" {
					ask(c, name, "another office's id in "+arg.path, arg.body(`"0ZZZZZZZZZZZ"`), 422, 403, 404)
				}
			}
		}
	}
	if after := b.done(); after != before {
		t.Errorf("%d acts were done by %d bad tries", after-before, tries)
	}
	if tries < 3000 {
		t.Errorf("only %d tries", tries)
	}
}

package api

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"jiyao/internal/refuse"
)

type inner struct {
	N    *int           `json:"n"`
	Tags []string       `json:"tags"`
	More map[string]int `json:"more"`
}

type outer struct {
	inner
	ID   string          `json:"id"`
	At   time.Time       `json:"at"`
	Rows []inner         `json:"rows"`
	Any  json.RawMessage `json:"any"`
	On   bool            `json:"on"`
	B    []byte          `json:"b"`
	Gone string          `json:"-"`
	own  string
}

// Whatever is accepted decodes without loss; whatever is not names the argument.
func TestJSONIsHeldAgainstItsType(t *testing.T) {
	_ = outer{}.own
	for _, c := range []struct{ body, want string }{
		{`{}`, ""},
		{`{"id":"a","at":"2026-11-23T09:00:00+08:00","rows":[{"n":1,"tags":["x"]}],"any":{"free":[1,"a",null]},"on":true,"b":"AAEC","n":null,"more":{"k":3}}`, ""},
		{`{"rows":[{},{"tags":["a",2]}]}`, "rows.1.tags.1 bad_type"},
		{`{"rows":{"n":1}}`, "rows bad_type"},
		{`{"rows":["a"]}`, "rows.0 bad_type"},
		{`{"more":{"k":"v"}}`, "more.k bad_type"},
		{`{"more":{"k":1,"k":2}}`, "more.k twice"},
		{`{"any":{"k":1,"k":2}}`, "any.k twice"},
		{`{"Gone":"x"}`, "Gone unknown_field"},
		{`{"own":"x"}`, "own unknown_field"},
		{`{"ID":"x"}`, "ID unknown_field"},
		{`{"at":"2026-11-23"}`, "at bad_format"},
		{`{"at":5}`, "at bad_type"},
		{`{"b":"not base64!"}`, "b bad_format"},
		{`{"on":"true"}`, "on bad_type"},
		{`{"id":true}`, "id bad_type"},
		{`{"n":1e3}`, "n bad_type"},
		{`{"n":9223372036854775808}`, "n bad_type"},
		{`{"any":"\u0000"}`, "any bad_character"},
		{`{"x":1,"y":2}`, "x unknown_field, y unknown_field"},
		{`{"any":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, "body too_deep"},
		{`{"id":"a"`, "body bad_json"},
		{`{"id":"a"}}`, "body one_object"},
		{`null`, "body one_object"},
		{"\xef\xbb\xbf{}", "body one_object"},
		{"{\"id\":\"\xff\"}", "id not_utf8"},
	} {
		err := strictly([]byte(c.body), reflect.TypeFor[outer](), nil)
		var bad *refuse.Invalid
		var got []string
		if errors.As(err, &bad) {
			for _, f := range bad.Fields {
				got = append(got, f.Field+" "+f.Code)
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %q, want %q", c.body, strings.Join(got, ", "), c.want)
		}
		if err != nil {
			continue
		}
		dec := json.NewDecoder(strings.NewReader(c.body))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&outer{}); err != nil {
			t.Errorf("%s is let through and does not decode: %v", c.body, err)
		}
	}
}

func FuzzStrictBodiesDecode(f *testing.F) {
	for _, s := range []string{`{}`, `{"id":"a","rows":[{"n":1}]}`, `{"more":{"a":1}}`, `{"any":[[]]}`, `{"at":"2026-11-23T09:00:00Z"}`, `{"b":"AA=="}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if strictly(b, reflect.TypeFor[outer](), nil) != nil {
			return
		}
		var v outer
		if err := json.Unmarshal(b, &v); err != nil {
			t.Fatalf("%q is let through and does not decode: %v", b, err)
		}
	})
}

func TestAProgramsTerminalIsItsMachine(t *testing.T) {
	a := &service{secret: make([]byte, 32)}
	id := func(s *service, addr string) string {
		r := httptest.NewRequest("POST", "/", nil)
		r.RemoteAddr = addr
		got, err := s.terminal(r)
		if err != nil || len(got) != 12 {
			t.Fatalf("%s: %q %v", addr, got, err)
		}
		return string(got)
	}
	for _, c := range []struct {
		one, other string
		same       bool
	}{
		{"192.0.2.1:1", "192.0.2.1:2", true}, {"192.0.2.1:1", "192.0.2.2:1", false}, {"[::ffff:192.0.2.1]:1", "192.0.2.1:1", true},
		{"[2001:db8::1]:1", "[2001:db8::2]:1", true}, {"[2001:db8::1]:1", "[2001:db8:0:1::1]:1", false}, {"pipe", "pipe", true},
	} {
		if got := id(a, c.one) == id(a, c.other); got != c.same {
			t.Errorf("%s and %s: one machine %v, want %v", c.one, c.other, got, c.same)
		}
	}
	other := &service{secret: append(make([]byte, 31), 1)}
	if id(a, "192.0.2.1:1") == id(other, "192.0.2.1:1") {
		t.Error("the id does not hang on the secret")
	}
}

func TestPlacesInAListComeBack(t *testing.T) {
	q := Asked{after: Next("1764000000000", "甲")}
	if got, err := q.After(2); err != nil || got[1] != "甲" {
		t.Errorf("%v %v", got, err)
	}
	for _, after := range []string{"!", "e30", "bnVsbA", Next("a"), Next("a", "b", "c"), Next("a", "\x00"), Next("a", "\u202e")} {
		if got, err := (Asked{after: after}).After(2); err == nil {
			t.Errorf("%s: %v", after, got)
		}
	}
}

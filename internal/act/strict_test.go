package act

import (
	"encoding/json"
	"errors"
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
		{`{"` + strings.Repeat("长", 3000) + `":1}`, strings.Repeat("长", 64) + "… unknown_field"},
		{`{"a.b":1}`, "a·b unknown_field"},
		{`{"any":` + strings.Repeat(`{"`+strings.Repeat("n", 3000)+`":`, 20) + `"\u0000"` + strings.Repeat("}", 20) + `}`,
			string([]rune("any" + strings.Repeat("."+strings.Repeat("n", 64)+"…", 20))[:200]) + "… bad_character"},
		{`{"x":1,"y":2}`, "x unknown_field, y unknown_field"},
		{`{"any":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, "body too_deep"},
		{`{"id":"a"`, "body bad_json"},
		{`{"id":"a"}}`, "body one_object"},
		{`null`, "body one_object"},
		{"\xef\xbb\xbf{}", "body one_object"},
		{"{\"id\":\"\xff\"}", "id not_utf8"},
	} {
		err := Strictly([]byte(c.body), reflect.TypeFor[outer](), nil)
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
		if Strictly(b, reflect.TypeFor[outer](), nil) != nil {
			return
		}
		var v outer
		if err := json.Unmarshal(b, &v); err != nil {
			t.Fatalf("%q is let through and does not decode: %v", b, err)
		}
	})
}

package api

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
)

// MaxPage is the most that ?limit= may ask for. A page may hold fewer; Next says whether there are more.
const MaxPage = 200

// Page is one page of a list. Next goes into ?after= for the following one; it is absent on the last. It spells
// where the page ended, by what the page shows and nothing else.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// Asked is one read as it was asked for.
type Asked struct {
	*counter.Counter
	Request *http.Request
	ID      string // the {id} of the path
	Limit   int    // 1 to MaxPage
	query   url.Values
	after   string
}

// Get is a parameter of the query; empty when it was not given.
func (q Asked) Get(name string) string { return q.query.Get(name) }

// Flag is a parameter that is true or false; given says whether it stands there. Anything else is answered at
// the field.
func (q Asked) Flag(name string) (value, given bool, err error) {
	switch q.Get(name) {
	case "":
		return false, false, nil
	case "true":
		return true, true, nil
	case "false":
		return false, true, nil
	}
	return false, false, refuse.Field(name, "not_in_list")
}

// After gives the n parts of where the page before ended; none for the first page.
func (q Asked) After(n int) ([]string, error) {
	if q.after == "" {
		return nil, nil
	}
	var parts []string
	b, err := base64.RawURLEncoding.DecodeString(q.after)
	if err != nil || json.Unmarshal(b, &parts) != nil || len(parts) != n {
		return nil, refuse.Field("after", "bad_format")
	}
	if slices.ContainsFunc(parts, func(p string) bool { return strings.ContainsFunc(p, term.Forbidden) }) {
		return nil, refuse.Field("after", "bad_format")
	}
	return parts, nil
}

// Next spells where a page ended.
func Next(parts ...string) string {
	b, err := json.Marshal(parts)
	if err != nil {
		return "" // texts always spell
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// Snapshot reads as who asks; the three administrators are answered as if nothing were there.
func (q Asked) Snapshot(fn func(tx *store.Tx, v counter.Viewer) error) error {
	return q.Business(q.Request, fn)
}

// Read is one GET of the API.
type Read struct {
	path, name string
	list       bool
	params     []string
	out        reflect.Type
	answer     func(q Asked) (any, error)
}

// One is a read of one thing: path below the root ("/documents/{id}"), name its operation.
func One[T any](path, name string, fn func(q Asked) (T, error)) Read {
	return Read{path: path, name: name, out: reflect.TypeFor[T](), answer: func(q Asked) (any, error) { return fn(q) }}
}

// List is a read of a page of things. params are what ?limit= and ?after= stand beside.
func List[T any](path, name string, fn func(q Asked) (Page[T], error), params ...string) Read {
	return Read{path: path, name: name, list: true, params: params, out: reflect.TypeFor[Page[T]](), answer: func(q Asked) (any, error) {
		p, err := fn(q)
		if p.Items == nil {
			p.Items = []T{} // an empty list is a list
		}
		return p, err
	}}
}

func (a *service) read(r Read) {
	op := a.doc.operation(http.MethodGet, r.path, r.name).gives(200, r.out).fails(404, 422)
	params := r.params
	if r.list {
		low, high := 1.0, float64(MaxPage)
		op.asks("query", "limit", &huma.Schema{Type: huma.TypeInteger, Minimum: &low, Maximum: &high})
		op.asks("query", "after", &huma.Schema{Type: huma.TypeString})
		params = append([]string{"limit", "after"}, params...)
	}
	for _, p := range r.params {
		op.asks("query", p, &huma.Schema{Type: huma.TypeString})
	}
	a.closed(op, func(w http.ResponseWriter, req *http.Request) error {
		q, err := a.asked(req, params)
		if err != nil {
			return q.Tried(req, err)
		}
		v, err := r.answer(q)
		if err != nil {
			return q.Tried(req, err)
		}
		if b, ok := v.(json.RawMessage); ok {
			return answer(w, http.StatusOK, "application/json", b)
		}
		return answerJSON(w, v)
	})
}

// maxID is longer than every id, in bytes.
const maxID = 100

// asked reads a query strictly: names that the read does not know and names given twice are answered.
func (a *service) asked(r *http.Request, known []string) (Asked, error) {
	q := Asked{Counter: a.counter, Request: r, ID: r.PathValue("id"), Limit: MaxPage}
	if len(q.ID) > maxID || strings.ContainsFunc(q.ID, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return q, refuse.ErrNotFound // no id is spelled so
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || len(r.URL.RawQuery) > 4096 {
		return q, refuse.Field("query", "bad_format")
	}
	var bad refuse.Invalid
	may := map[string]bool{}
	for _, k := range known {
		may[k] = true
	}
	for name, list := range values {
		code := ""
		switch {
		case !may[name]:
			code = "unknown_field"
		case len(list) > 1:
			code = "twice"
		case strings.ContainsFunc(list[0], term.Forbidden):
			code = "bad_character"
		}
		if code != "" {
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: act.Echo(name), Code: code})
		}
	}
	if text := values.Get("limit"); may["limit"] && text != "" {
		n, err := strconv.Atoi(text)
		switch {
		case err != nil:
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: "limit", Code: "not_a_number"})
		case n < 1 || n > MaxPage:
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: "limit", Code: "out_of_range", Args: map[string]string{"min": "1", "max": strconv.Itoa(MaxPage)}})
		}
		q.Limit = n
	}
	if len(bad.Fields) > 0 {
		return q, &bad
	}
	q.query, q.after = values, values.Get("after")
	return q, nil
}

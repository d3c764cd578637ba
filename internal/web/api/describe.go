package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"jiyao/internal/act"
)

// description is the OpenAPI document while it is being made, and its text afterwards.
type description struct {
	api      huma.API
	commands huma.Registry       // what commands are made of: nothing in them is required by the form alone
	lists    map[string][]string // closed lists of the regulations, by act.argument
	text     []byte
}

const schemas = "#/components/schemas/"

// newDescription begins a document whose operations are served through mount.
func newDescription(mount func(pattern string, h http.Handler)) *description {
	config := huma.Config{OpenAPI: &huma.OpenAPI{
		OpenAPI:    "3.1.0",
		Info:       &huma.Info{Title: "jiyao", Version: "1"},
		Servers:    []*huma.Server{{URL: "/"}},
		Components: &huma.Components{Schemas: huma.NewMapRegistry(schemas, namer(""))},
	}}
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"bearer": {Type: "http", Scheme: "bearer"}}
	return &description{api: humago.New(mux(mount), config), commands: huma.NewMapRegistry(schemas, namer("in."))}
}

// mux lets huma's adapter for net/http serve through the server's guards.
type mux func(pattern string, h http.Handler)

func (m mux) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	m(pattern, http.HandlerFunc(h))
}

// ServeHTTP is asked for by the adapter's interface and never called: requests come through the server.
func (m mux) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusNotFound)
}

var notInName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// namer names schemas by package and type, so that two nouns may use one word.
func namer(prefix string) func(t reflect.Type, hint string) string {
	return func(t reflect.Type, hint string) string {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		name := t.Name()
		if name == "" {
			return prefix + notInName.ReplaceAllString(hint, "_")
		}
		path := t.PkgPath()
		words := strings.FieldsFunc(path[strings.LastIndexByte(path, '/')+1:]+"."+name, func(r rune) bool { return strings.ContainsRune("[],", r) })
		for i, w := range words {
			words[i] = notInName.ReplaceAllString(w[strings.LastIndexByte(w, '/')+1:], "_")
		}
		return prefix + strings.Join(words, "_")
	}
}

// operation is one operation being described.
type operation struct {
	huma.Operation
	doc *description
}

// operation begins one; path is below the root of the API, with {name} for its parameters.
func (d *description) operation(method, path, id string) *operation {
	op := &operation{doc: d}
	op.Method, op.Path, op.OperationID = method, root+path, id
	op.Tags = []string{strings.SplitN(strings.TrimPrefix(path, "/"), "/", 2)[0]}
	op.Responses = map[string]*huma.Response{}
	for rest := path; ; {
		_, after, ok := strings.Cut(rest, "{")
		if !ok {
			return op
		}
		name, tail, _ := strings.Cut(after, "}")
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
		rest = tail
	}
}

// signedIn marks an operation that asks for a token.
func (o *operation) signedIn() {
	o.Security = []map[string][]string{{"bearer": {}}}
	o.fails(http.StatusUnauthorized, http.StatusForbidden, http.StatusServiceUnavailable)
}

func (o *operation) takes(t reflect.Type) *operation {
	return o.takesSchema(o.doc.schema(t))
}

func (o *operation) takesSchema(s *huma.Schema) *operation {
	o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: s}}}
	return o
}

// as names the media type of what a status answers with, where it is not plain JSON.
func (o *operation) as(status int, kind string) *operation {
	r := o.Responses[strconv.Itoa(status)]
	r.Content = map[string]*huma.MediaType{kind: r.Content["application/json"]}
	return o
}

// gives says what a status answers with; a nil type on 200 is any JSON.
func (o *operation) gives(status int, t reflect.Type) *operation {
	r := &huma.Response{Description: http.StatusText(status)}
	switch {
	case t != nil:
		r.Content = map[string]*huma.MediaType{"application/json": {Schema: o.doc.schema(t)}}
	case status != http.StatusNoContent:
		r.Content = map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{}}}
	}
	o.Responses[strconv.Itoa(status)] = r
	return o
}

// fails adds the answers that are not "done"; all have the one shape.
func (o *operation) fails(statuses ...int) *operation {
	problem := o.doc.schema(reflect.TypeFor[Problem]())
	for _, s := range statuses {
		o.Responses[strconv.Itoa(s)] = &huma.Response{
			Description: http.StatusText(s), Content: map[string]*huma.MediaType{"application/problem+json": {Schema: problem}},
		}
		if s == http.StatusTooManyRequests {
			o.Responses[strconv.Itoa(s)].Headers = map[string]*huma.Param{"Retry-After": {Description: "seconds", Schema: &huma.Schema{Type: huma.TypeInteger}}}
		}
	}
	return o
}

// asks adds a parameter of the query or a header.
func (o *operation) asks(in, name string, s *huma.Schema) *operation {
	o.Parameters = append(o.Parameters, &huma.Param{Name: name, In: in, Schema: s})
	return o
}

func (d *description) schema(t reflect.Type) *huma.Schema {
	return d.api.OpenAPI().Components.Schemas.Schema(t, true, "")
}

// add serves an operation and describes it.
func (d *description) add(op *operation, h http.Handler) {
	d.serve(op, h)
	d.api.OpenAPI().AddOperation(&op.Operation)
}

// serve serves an operation under its pattern without describing it.
func (d *description) serve(op *operation, h http.Handler) {
	d.api.Adapter().Handle(&op.Operation, func(ctx huma.Context) {
		r, w := humago.Unwrap(ctx)
		h.ServeHTTP(w, r)
	})
}

// command makes the schema of an act's command with its signatures, by the name of the act. Required is what the act wants
// in every office; what a regulation asks for besides depends on the matter.
func (d *description) command(name string, t reflect.Type, asked act.Asks) *huma.Schema {
	s := huma.SchemaFromType(d.commands, t)
	s.Required = asked.Arguments
	if s.Properties == nil {
		s.Properties = map[string]*huma.Schema{}
	}
	enumerate(s, t, d.lists, name)
	for arg, secret := range secrets(t) {
		if p := s.Properties[arg]; p != nil && p.Ref == "" {
			p.WriteOnly = secret
		}
	}
	if asked.Signed {
		s.Required = append(s.Required, fieldSignatures)
	}
	s.Properties[fieldSignatures] = d.signatures(asked.Roles)
	d.api.OpenAPI().Components.Schemas.Map()["act."+name] = s
	return &huma.Schema{Ref: schemas + "act." + name}
}

// signatures makes the schema of the signatures of an act: those of every act, in its roles.
func (d *description) signatures(roles []string) *huma.Schema {
	of := d.commands.Schema(reflect.TypeFor[Signing](), true, "")
	role := &huma.Schema{Type: huma.TypeString}
	for _, r := range roles {
		role.Enum = append(role.Enum, r)
	}
	most := maxSignatures
	return &huma.Schema{Type: huma.TypeArray, MaxItems: &most, Items: &huma.Schema{AllOf: []*huma.Schema{of, {Type: huma.TypeObject, Properties: map[string]*huma.Schema{"role": role}}}}}
}

// enumerate gives each property of a struct the words that it takes; those that only the regulations list stand in lists
// under of.argument.
func enumerate(s *huma.Schema, t reflect.Type, lists map[string][]string, of string) {
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		p := s.Properties[name]
		if p == nil || p.Ref != "" {
			continue
		}
		words := act.Closed(f)
		if words == nil {
			words = lists[of+"."+name]
		}
		if p.Items != nil {
			p = p.Items
		}
		for _, w := range words {
			p.Enum = append(p.Enum, w)
		}
	}
}

// secrets names the arguments that no entry and no answer repeats.
func secrets(t reflect.Type) map[string]bool {
	out := map[string]bool{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct {
			for n, s := range secrets(f.Type) {
				out[n] = s
			}
		} else if f.Tag.Get("secret") == "true" {
			out[name] = true
		}
	}
	return out
}

// nullable says which objects of an answer may be null: those that a pointer holds. huma says it of plain values alone.
func nullable(s *huma.Schema, t reflect.Type) {
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if p := s.Properties[name]; p != nil && p.Ref != "" && f.Type.Kind() == reflect.Pointer && !strings.Contains(options, "omitempty") {
			s.Properties[name] = &huma.Schema{AnyOf: []*huma.Schema{{Ref: p.Ref}, {Type: "null"}}}
		}
	}
}

// finish spells the document once.
func (d *description) finish() error {
	registry := d.api.OpenAPI().Components.Schemas
	all := registry.Map()
	for name, s := range all {
		if t := registry.TypeFromRef(schemas + name); t != nil && t.Kind() == reflect.Struct {
			nullable(s, t)
		}
	}
	for name, s := range d.commands.Map() {
		s.Required = nil
		if t := d.commands.TypeFromRef(schemas + name); t != nil && t.Kind() == reflect.Struct {
			enumerate(s, t, nil, "")
		}
		all[name] = s
	}
	b, err := json.Marshal(d.api.OpenAPI())
	if err != nil {
		return fmt.Errorf("spell the description of the API: %w", err)
	}
	d.text = b
	return nil
}

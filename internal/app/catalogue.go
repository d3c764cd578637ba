package app

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/regulation"
	"jiyao/regulations"
)

// Described is one act as it can be asked for.
type Described struct {
	Act       string     `json:"act"`
	Arguments []Argument `json:"arguments"`
	Signed    bool       `json:"signed,omitempty"` // without a signature it is never done
	Roles     []string   `json:"roles"`            // in which a signature counts
}

// Argument is one argument of an act. Secret ones never stand in an entry.
type Argument struct {
	Name     string `json:"name"`
	Type     string `json:"type"` // text number truth time list of …, object
	Secret   bool   `json:"secret,omitempty"`
	Required bool   `json:"required,omitempty"` // in every office; a regulation may ask for more
}

// Catalogue describes every act, by name.
func Catalogue() ([]Described, error) {
	base, err := regulation.Load(regulations.FS, "base")
	if err != nil {
		return nil, fmt.Errorf("load the table of functions: %w", err)
	}
	out := make([]Described, 0, len(act.Catalogue()))
	for _, name := range act.Catalogue() {
		asked := act.Asked(name, base)
		d := Described{Act: name, Arguments: []Argument{}, Signed: asked.Signed, Roles: asked.Roles}
		if t, ok := act.CommandType(name); ok {
			d.Arguments = arguments(t, d.Arguments)
		}
		for i := range d.Arguments {
			d.Arguments[i].Required = slices.Contains(asked.Arguments, d.Arguments[i].Name)
		}
		out = append(out, d)
	}
	return out, nil
}

func arguments(t reflect.Type, out []Argument) []Argument {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			out = arguments(f.Type, out)
		case name == "" || name == "-" || !f.IsExported():
		default:
			out = append(out, Argument{Name: name, Type: typeName(f.Type), Secret: f.Tag.Get("secret") == "true"})
		}
	}
	return out
}

func typeName(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[time.Time]():
		return "time"
	case reflect.TypeFor[json.RawMessage]():
		return "object" // the arguments of another act
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeName(t.Elem())
	case reflect.Slice, reflect.Array:
		return "list of " + typeName(t.Elem())
	case reflect.Map:
		return "object"
	case reflect.Bool:
		return "truth"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint64, reflect.Float64:
		return "number"
	case reflect.Struct:
		return "object"
	}
	return "text"
}

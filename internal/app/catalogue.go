package app

import (
	"reflect"
	"strings"
	"time"

	"jiyao/internal/act"
)

// Described is one act as it can be asked for.
type Described struct {
	Act       string     `json:"act"`
	Arguments []Argument `json:"arguments"`
}

// Argument is one argument of an act. Secret ones never stand in an entry.
type Argument struct {
	Name   string `json:"name"`
	Type   string `json:"type"` // text number truth time list of …, object
	Secret bool   `json:"secret,omitempty"`
}

// Catalogue describes every act, by name.
func Catalogue() []Described {
	out := make([]Described, 0, len(act.Catalogue()))
	for _, name := range act.Catalogue() {
		d := Described{Act: name, Arguments: []Argument{}}
		if t, ok := act.CommandType(name); ok {
			d.Arguments = arguments(t, d.Arguments)
		}
		out = append(out, d)
	}
	return out
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
	if t == reflect.TypeFor[time.Time]() {
		return "time"
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

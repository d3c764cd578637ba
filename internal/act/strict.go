package act

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// The bounds of JSON.
const (
	maxNesting = 32  // objects and lists within each other
	maxWrongs  = 50  // fields named in one answer
	maxEcho    = 64  // runes of a name that no argument has
	maxPath    = 200 // runes of a path
)

// Whole stands for a command as a whole where no argument can be named.
const Whole = "body"

// Strictly holds JSON against a type: what encoding/json forgives (other spellings of names, names twice, bytes
// that are not UTF-8) is answered, and every wrong argument at once. The error is a *refuse.Invalid.
//
// beside are arguments of the outermost object that t does not have.
func Strictly(b []byte, t reflect.Type, beside map[string]reflect.Type) error {
	switch {
	case len(bytes.TrimSpace(b)) == 0:
		return refuse.Field(Whole, "required")
	case bytes.TrimSpace(b)[0] != '{':
		return refuse.Field(Whole, "one_object")
	}
	s := scan{dec: json.NewDecoder(bytes.NewReader(b)), beside: beside, torn: !utf8.Valid(b)}
	s.dec.UseNumber()
	err := s.value(t, "", 0)
	if s.torn && (err != nil || !slices.ContainsFunc(s.wrong.Fields, func(f refuse.FieldError) bool { return f.Code == "not_utf8" })) {
		return refuse.Field(Whole, "not_utf8") // in a name, or between the values
	}
	if err != nil {
		var invalid *refuse.Invalid
		if errors.As(err, &invalid) {
			return err
		}
		return refuse.Field(Whole, "bad_json")
	}
	if _, err := s.dec.Token(); !errors.Is(err, io.EOF) {
		return refuse.Field(Whole, "one_object")
	}
	if len(s.wrong.Fields) > 0 {
		return &s.wrong
	}
	return nil
}

// scan walks JSON and type together. A nil type takes anything.
type scan struct {
	dec    *json.Decoder
	beside map[string]reflect.Type
	wrong  refuse.Invalid
	torn   bool // there are bytes that are not UTF-8; the decoder puts U+FFFD for them
}

func (s *scan) bad(path, code string) {
	switch r := []rune(path); {
	case path == "":
		path = Whole
	case len(r) > maxPath:
		path = string(r[:maxPath]) + "…"
	}
	if len(s.wrong.Fields) < maxWrongs {
		s.wrong.Fields = append(s.wrong.Fields, refuse.FieldError{Field: path, Code: code})
	}
}

func (s *scan) value(t reflect.Type, path string, depth int) error {
	if depth > maxNesting {
		return refuse.Field(Whole, "too_deep")
	}
	tok, err := s.dec.Token()
	if err != nil {
		return err
	}
	t = plainType(t)
	switch v := tok.(type) {
	case json.Delim:
		if v == '{' {
			return s.object(t, path, depth)
		}
		return s.array(t, path, depth)
	case string:
		switch code := wrongText(v, t); {
		case s.torn && strings.ContainsRune(v, utf8.RuneError):
			s.bad(path, "not_utf8")
		case code != "":
			s.bad(path, code)
		}
	case json.Number:
		if !numberFits(v, t) {
			s.bad(path, "bad_type")
		}
	case bool:
		if t != nil && t.Kind() != reflect.Bool {
			s.bad(path, "bad_type")
		}
	}
	return nil // null is "not given"
}

func (s *scan) object(t reflect.Type, path string, depth int) error {
	var members map[string]reflect.Type
	switch {
	case t == nil:
	case t.Kind() == reflect.Map:
		members = nil
	case t.Kind() != reflect.Struct || isText(t):
		s.bad(path, "bad_type")
		t = nil
	default:
		members = membersOf(t)
	}
	seen := map[string]bool{}
	for s.dec.More() {
		tok, err := s.dec.Token()
		if err != nil {
			return err
		}
		name, _ := tok.(string)
		at := join(path, name)
		inner, known := members[name]
		if !known && depth == 0 {
			inner, known = s.beside[name]
		}
		switch {
		case seen[name]:
			s.bad(at, "twice")
		case t != nil && t.Kind() == reflect.Map:
			inner = t.Elem()
		case members != nil && !known:
			s.bad(at, "unknown_field")
		}
		seen[name] = true
		if err := s.value(inner, at, depth+1); err != nil {
			return err
		}
	}
	_, err := s.dec.Token()
	return err
}

func (s *scan) array(t reflect.Type, path string, depth int) error {
	var inner reflect.Type
	switch {
	case t == nil:
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8, t.Kind() == reflect.Array:
		inner = t.Elem()
	default:
		s.bad(path, "bad_type")
	}
	for i := 0; s.dec.More(); i++ {
		if err := s.value(inner, join(path, strconv.Itoa(i)), depth+1); err != nil {
			return err
		}
	}
	_, err := s.dec.Token()
	return err
}

// join spells the path of an argument: lines.3.copies.
func join(path, name string) string {
	if path == "" {
		return Echo(name)
	}
	return path + "." + Echo(name)
}

// Echo is a name as an answer repeats it. Names of arguments come back as they are; the caller's own are cut, and have
// no dots, which part a path.
func Echo(name string) string {
	if r := []rune(name); len(r) > maxEcho {
		name = string(r[:maxEcho]) + "…"
	}
	return strings.ReplaceAll(name, ".", "·")
}

var (
	jsonType = reflect.TypeFor[json.Unmarshaler]()
	textType = reflect.TypeFor[encoding.TextUnmarshaler]()
	timeType = reflect.TypeFor[time.Time]()
)

// plainType strips pointers; a type that reads JSON its own way, or takes anything, is nil.
func plainType(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() == reflect.Interface || t != timeType && reflect.PointerTo(t).Implements(jsonType) {
		return nil
	}
	return t
}

func isText(t reflect.Type) bool { return t == timeType || reflect.PointerTo(t).Implements(textType) }

// membersOf are the JSON names of a struct with their types, those of embedded structs included.
func membersOf(t reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			for n, inner := range membersOf(f.Type) {
				out[n] = inner
			}
		case !f.IsExported() || name == "-":
		case name == "":
			out[f.Name] = f.Type
		default:
			out[name] = f.Type
		}
	}
	return out
}

// wrongText is the code of what is wrong with a text that is to become a t, or empty.
func wrongText(v string, t reflect.Type) string {
	switch {
	case strings.ContainsFunc(v, term.Forbidden):
		return "bad_character"
	case t == nil:
		return ""
	case t == timeType:
		if _, err := time.Parse(time.RFC3339, v); err != nil {
			return "bad_format"
		}
		return ""
	case isText(t):
		u, ok := reflect.New(t).Interface().(encoding.TextUnmarshaler)
		if !ok || u.UnmarshalText([]byte(v)) != nil {
			return "bad_format"
		}
		return ""
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		if _, err := base64.StdEncoding.DecodeString(v); err != nil {
			return "bad_format"
		}
		return ""
	case t.Kind() != reflect.String:
		return "bad_type"
	}
	return ""
}

func numberFits(n json.Number, t reflect.Type) bool {
	if t == nil {
		return true
	}
	var err error
	switch k := t.Kind(); k {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		_, err = strconv.ParseInt(n.String(), 10, t.Bits())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		_, err = strconv.ParseUint(n.String(), 10, t.Bits())
	case reflect.Float32, reflect.Float64:
		_, err = strconv.ParseFloat(n.String(), t.Bits())
	default:
		err = fmt.Errorf("a %s takes no number", k)
	}
	return err == nil
}

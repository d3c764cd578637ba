package regulation

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// What the YAML library says of a file that does not fit, in its own words.
var (
	unknownKey = regexp.MustCompile(`^line (\d+): field (.+) not found in type (?:\w+\.)?(\w+)$`)
	wrongKind  = regexp.MustCompile("^line (\\d+): cannot unmarshal (\\S+) (?:`(.*)` )?into (\\S+)$")
	namedLine  = regexp.MustCompile(`line (\d+):`)
	anyLine    = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)
)

// LineOf is the line of what the YAML library, with err, says of a file; it names none for bytes that are not UTF-8 and for
// the first line.
func LineOf(b []byte, err error) int {
	for i, text := range bytes.Split(b, []byte("\n")) {
		if !utf8.Valid(text) {
			return i + 1
		}
	}
	line := 1
	if m := namedLine.FindStringSubmatch(err.Error()); m != nil {
		_, _ = fmt.Sscan(m[1], &line)
	}
	return line
}

// misfit turns what the YAML library says into file:line: what stands there and what is expected.
func misfit(file string, err error, into any) error {
	list := []string{err.Error()}
	var many *yaml.TypeError
	if errors.As(err, &many) {
		list = many.Errors
	}
	var out []error
	for _, text := range list {
		switch {
		case unknownKey.MatchString(text):
			m := unknownKey.FindStringSubmatch(text)
			out = append(out, fmt.Errorf("%s:%s: key %q: one of %s is expected", file, m[1], m[2], strings.Join(keysOf(reflect.TypeOf(into), m[3]), ", ")))
		case wrongKind.MatchString(text):
			m := wrongKind.FindStringSubmatch(text)
			out = append(out, fmt.Errorf("%s:%s: %s: %s is expected", file, m[1], strings.TrimSpace(m[3]+" "+m[2]), kindWord(m[4])))
		case anyLine.MatchString(text):
			m := anyLine.FindStringSubmatch(text)
			out = append(out, fmt.Errorf("%s:%s: %s", file, m[1], m[2]))
		default:
			out = append(out, fmt.Errorf("%s:1: %s", file, text)) // the library leaves out the first line
		}
	}
	return errors.Join(out...)
}

// keysOf lists the keys of the struct called name that a value of type t is made of.
func keysOf(t reflect.Type, name string) []string {
	found, ok := structIn(t, name, map[reflect.Type]bool{})
	if !ok {
		return []string{"its own keys"}
	}
	var out []string
	for _, f := range reflect.VisibleFields(found) {
		if key, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); key != "" && key != "-" && !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	return out
}

func structIn(t reflect.Type, name string, seen map[reflect.Type]bool) (reflect.Type, bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] {
		return nil, false
	}
	seen[t] = true
	if t.Name() == name {
		return t, true
	}
	for i := range t.NumField() {
		if found, ok := structIn(t.Field(i).Type, name, seen); ok {
			return found, true
		}
	}
	return nil, false
}

func kindWord(goType string) string {
	switch {
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	case strings.HasPrefix(goType, "int"):
		return "a whole number"
	case goType == "bool":
		return "true or false"
	case goType == "string" || strings.Contains(goType, "Clause"):
		return "a text"
	}
	return "a mapping"
}

package act

import (
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// Bounds of a command as JSON.
const (
	maxCommand = 1 << 20
	maxText    = 200 // runes in one argument, unless its tag max says otherwise
	maxItems   = 1000
)

func decodeJSON(t reflect.Type, raw json.RawMessage) (any, error) {
	if len(raw) > maxCommand {
		return nil, refuse.Field(Whole, "too_long")
	}
	if err := Strictly(raw, t, nil); err != nil {
		return nil, err
	}
	into := reflect.New(t)
	if err := json.Unmarshal(raw, into.Interface()); err != nil {
		return nil, refuse.Field(Whole, "bad_json")
	}
	return into.Elem().Interface(), nil
}

// fieldsOf lists a command's arguments by JSON name, and answers what is wrong with them in themselves: texts that are
// too long or not UTF-8, lists that are too long, words outside their closed list. Nil pointers count as not given. The
// system's own commands take any word: only packs and the program write them.
func fieldsOf(command any, system bool) (map[string]any, *refuse.Invalid) {
	g := gathering{out: map[string]any{}, anyWord: system}
	g.collect(reflect.ValueOf(command), "", g.out)
	return g.out, refuse.Join(&g.bad)
}

type gathering struct {
	out     map[string]any
	bad     refuse.Invalid
	anyWord bool
}

// collect takes the arguments of a struct; at is the path of what is wrong: envelopes.3.level for a line, as the API
// spells it.
func (g *gathering) collect(v reflect.Value, at string, out map[string]any) {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		fv := v.Field(i)
		switch {
		case f.Anonymous && name == "":
			g.collect(fv, at, out)
			continue
		case name == "" || name == "-":
			continue
		case fv.Kind() == reflect.Slice && fv.Type().Elem().Kind() == reflect.Struct && fv.Len() <= maxItems:
			out[name] = fv.Interface()
			g.lines(name, at+name, fv, out)
			continue
		}
		if wrong := g.unfit(fv, f); wrong.Code != "" {
			wrong.Field = at + name
			g.bad.Fields = append(g.bad.Fields, wrong)
		}
		if fv.Kind() == reflect.String {
			out[name] = fv.String()
			continue
		}
		out[name] = fv.Interface()
	}
}

func (g *gathering) unfit(v reflect.Value, f reflect.StructField) refuse.FieldError {
	if wrong := unfit(v, boundOf(f)); wrong.Code != "" {
		return wrong
	}
	if allowed := Closed(f); !g.anyWord && allowed != nil && !within(v, allowed) {
		return refuse.FieldError{Code: "not_in_list", Allowed: allowed}
	}
	return refuse.FieldError{}
}

// lines gives each argument of a list of lines under list.argument: the first line that leaves it empty decides, so
// that one empty line is an empty field.
func (g *gathering) lines(name, at string, list reflect.Value, out map[string]any) {
	for i := range list.Len() {
		line := map[string]any{}
		here := at + "." + strconv.Itoa(i)
		if g.collect(list.Index(i), here+".", line); blank(line) {
			g.bad.Fields = append(g.bad.Fields, refuse.FieldError{Field: here, Code: "empty_line"}) // once, not by each clause for each field
		}
		for k, v := range line {
			key := name + "." + k
			if have, ok := out[key]; !ok || !emptyValue(have) {
				out[key] = v
			}
		}
	}
}

// blank reports whether a line says nothing at all.
func blank(line map[string]any) bool {
	for _, v := range line {
		if !emptyValue(v) {
			return false
		}
	}
	return true
}

// emptyAt names the lines of a list that leave an argument empty: envelopes.issuer becomes envelopes.1.issuer.
func emptyAt(command any, field string) (out []string) {
	list, name, nested := strings.Cut(field, ".")
	if !nested {
		return nil
	}
	lines := argument(reflect.ValueOf(command), list)
	if lines.Kind() != reflect.Slice || lines.Type().Elem().Kind() != reflect.Struct {
		return nil
	}
	for i := range lines.Len() {
		if v := argument(lines.Index(i), name); v.IsValid() && emptyValue(v.Interface()) {
			out = append(out, list+"."+strconv.Itoa(i)+"."+name)
		}
	}
	return out
}

// argument is a field of a struct by its JSON name; no value where it has none of that name.
func argument(v reflect.Value, name string) reflect.Value {
	for f := range fieldsIn(v.Type()) {
		if have, _, _ := strings.Cut(f.Tag.Get("json"), ","); have == name {
			return v.FieldByIndex(f.Index)
		}
	}
	return reflect.Value{}
}

// onLines tells each field that a clause finds empty in a list by its lines.
func onLines(refusal *refuse.Refusal, command any) {
	for i := range refusal.Violations {
		v := &refusal.Violations[i]
		var fields []string
		for _, name := range v.Fields {
			if at := emptyAt(command, name); len(at) > 0 {
				fields = append(fields, at...)
			} else {
				fields = append(fields, name)
			}
		}
		v.Fields = fields
	}
}

func emptyValue(v any) bool {
	r := reflect.ValueOf(v)
	return !r.IsValid() || r.IsZero() || r.Kind() == reflect.String && strings.TrimSpace(r.String()) == ""
}

// boundOf is the most runes of a text argument: its tag max, else maxText. Texts are short on purpose: what stands in
// them may be secret.
func boundOf(f reflect.StructField) int {
	if n, err := strconv.Atoi(f.Tag.Get("max")); err == nil {
		return n
	}
	return maxText
}

// Bound is the most runes of a text argument of a command, by its JSON name; 0 when it has none of that name.
func Bound(command reflect.Type, name string) int {
	for f := range fieldsIn(command) {
		if have, _, _ := strings.Cut(f.Tag.Get("json"), ","); have == name {
			return boundOf(f)
		}
	}
	return 0
}

// fieldsIn are the fields of a struct that can be given from outside, those of embedded structs among them.
func fieldsIn(t reflect.Type) iter.Seq[reflect.StructField] {
	return func(yield func(reflect.StructField) bool) {
		for _, f := range reflect.VisibleFields(t) {
			if f.IsExported() && !f.Anonymous && f.Tag.Get("json") != "-" && !yield(f) {
				return
			}
		}
	}
}

// unfit says what is wrong with a value in itself: the bounds every argument has. Nothing is wrong with it when it has
// no code.
func unfit(v reflect.Value, bound int) refuse.FieldError {
	switch v.Kind() {
	case reflect.String:
		s := v.String()
		switch {
		case !utf8.ValidString(s):
			return refuse.FieldError{Code: "not_utf8"}
		case utf8.RuneCountInString(s) > bound:
			return refuse.FieldError{Code: "too_long", Args: map[string]string{"max": strconv.Itoa(bound)}}
		case strings.ContainsFunc(s, term.Forbidden):
			return refuse.FieldError{Code: "bad_character"}
		}
	case reflect.Slice, reflect.Array:
		most := maxItems
		if v.Type().Elem().Kind() == reflect.Uint8 { // JSON inside a command
			most = maxCommand
		}
		if v.Len() > most {
			return refuse.FieldError{Code: "too_many"}
		}
		if most == maxCommand {
			return refuse.FieldError{}
		}
		for i := range v.Len() {
			if wrong := unfit(v.Index(i), bound); wrong.Code != "" {
				return wrong
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			return unfit(v.Elem(), bound)
		}
	case reflect.Struct:
		for f := range fieldsIn(v.Type()) {
			if wrong := unfit(v.FieldByIndex(f.Index), boundOf(f)); wrong.Code != "" {
				return wrong
			}
		}
	}
	return refuse.FieldError{}
}

// public gives the arguments that may stand in an entry: those not tagged secret.
func public(command any) map[string]any {
	out := map[string]any{}
	v := reflect.ValueOf(command)
	publicOf(v, out)
	return out
}

func publicOf(v reflect.Value, out map[string]any) {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			publicOf(v.Field(i), out)
		case name == "" || name == "-" || f.Tag.Get("secret") == "true" || v.Field(i).IsZero():
		default:
			out[name] = plainValue(v.Field(i))
		}
	}
}

// plainValue brings a value to what CBOR spells in one way: texts, numbers, booleans, lists and maps.
func plainValue(v reflect.Value) any {
	if m, ok := v.Interface().(interface{ MarshalText() ([]byte, error) }); ok {
		if b, err := m.MarshalText(); err == nil {
			return string(b)
		}
	}
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int64, reflect.Int32:
		return v.Int()
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return plainValue(v.Elem())
	case reflect.Slice:
		out := make([]any, v.Len())
		for i := range out {
			out[i] = plainValue(v.Index(i))
		}
		return out
	case reflect.Struct:
		out := map[string]any{}
		publicOf(v, out)
		return out
	case reflect.Map:
		out := map[string]any{}
		for k, one := range v.Seq2() {
			out[fmt.Sprint(k.Interface())] = plainValue(one)
		}
		return out
	}
	return fmt.Sprint(v.Interface())
}

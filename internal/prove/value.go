package prove

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
)

// epoch stands for the present while a file is checked.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, calendar.Zone)

var (
	lengthPattern = regexp.MustCompile(`^(?:[0-9]{1,5}d)?(?:[0-9]{1,6}h)?(?:[0-9]{1,7}m)?(?:[0-9]{1,8}s)?$`)
	partPattern   = regexp.MustCompile(`([0-9]+)([dhms])`)
	namePattern   = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	// $doc, $doc.copy.1, $doc/leader1
	variablePattern = regexp.MustCompile(`^\$([a-z][a-z0-9_]*)((?:\.[^/$\s]+)?)((?:/.*)?)$`)
)

var units = map[string]time.Duration{"d": 24 * time.Hour, "h": time.Hour, "m": time.Minute, "s": time.Second}

// parseLength reads 2d, 1d12h, 15m1s: days of 24 hours, hours, minutes and seconds in this order.
func parseLength(s string) (time.Duration, error) {
	if s == "" || !lengthPattern.MatchString(s) {
		return 0, fmt.Errorf("length %q: a length such as 2d, 3h or 15m1s is expected", s)
	}
	var out time.Duration
	for _, m := range partPattern.FindAllStringSubmatch(s, -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return 0, fmt.Errorf("length %q: %w", s, err)
		}
		out += time.Duration(n) * units[m[2]]
	}
	return out, nil
}

// parseWhen reads +2d or -5m from now, 2026-03-02, 2026-03-02T17:00 or 2026-03-02T17:00:01, in Asia/Shanghai;
// 24:00 is 00:00 of the next day.
func parseWhen(s string, now time.Time) (time.Time, error) {
	if rest, ok := strings.CutPrefix(s, "+"); ok {
		d, err := parseLength(rest)
		return now.Add(d), err
	}
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		d, err := parseLength(rest)
		return now.Add(-d), err
	}
	days := 0
	if rest, ok := strings.CutSuffix(s, "T24:00"); ok {
		s, days = rest, 1
	}
	for _, form := range []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339} {
		if t, err := time.ParseInLocation(form, s, calendar.Zone); err == nil {
			return t.AddDate(0, 0, days), nil
		}
	}
	return time.Time{}, fmt.Errorf("time %q: +2d or 2026-03-02T17:00 is expected", s)
}

// names is what variables stand for: the receipts of the acts done so far.
type names map[string]act.Receipt

// resolve gives what a plain text stands for: itself, or for $name the receipt's subject, for $name.key its value
// of that key (or the only one whose last part is key); what follows a slash is kept.
func (n names) resolve(text string) (string, error) {
	if !strings.HasPrefix(text, "$") {
		return text, nil
	}
	m := variablePattern.FindStringSubmatch(text)
	if m == nil {
		return "", fmt.Errorf("%q: $name or $name.value is expected", text)
	}
	receipt, ok := n[m[1]]
	if !ok {
		return "", fmt.Errorf("$%s: a step `as: %s` before is expected", m[1], m[1])
	}
	if m[2] == "" {
		return receipt.Subject + m[3], nil
	}
	key := m[2][1:]
	if v, ok := receipt.Values[key]; ok {
		return v + m[3], nil
	}
	var found []string
	for k := range receipt.Values {
		if strings.HasSuffix(k, "."+key) {
			found = append(found, k)
		}
	}
	if len(found) != 1 {
		return "", fmt.Errorf("$%s.%s: one of %s is expected", m[1], key, strings.Join(keys(receipt.Values), ", "))
	}
	return receipt.Values[found[0]] + m[3], nil
}

func keys(m map[string]string) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// variables lists the names that the plain texts under a node use.
func variables(n *yaml.Node) []string {
	var out []string
	if n.Kind == yaml.ScalarNode && n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) == 0 {
		if m := variablePattern.FindStringSubmatch(n.Value); m != nil {
			out = append(out, m[1])
		}
	}
	for _, c := range n.Content {
		out = append(out, variables(c)...)
	}
	return out
}

var timeType = reflect.TypeFor[time.Time]()

// convert brings a node to what JSON wants for a Go type. With nil names only the form is checked.
func convert(n *yaml.Node, t reflect.Type, file string, vars names, now time.Time) (any, error) {
	at := where{file, n.Line}
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil, nil //nolint:nilnil // null is a value: an argument that is not given
	}
	if t.Kind() == reflect.Pointer {
		return convert(n, t.Elem(), file, vars, now)
	}
	if t == reflect.TypeFor[json.RawMessage]() {
		return convertPlain(n, vars)
	}
	switch t.Kind() {
	case reflect.Slice:
		return convertList(n, t, file, vars, now)
	case reflect.Struct:
		if t != timeType {
			return convertStruct(n, t, file, vars, now)
		}
	case reflect.Map:
		return convertMap(n, t, file, vars, now)
	}
	if n.Kind != yaml.ScalarNode {
		return nil, at.fail("one value is expected")
	}
	text, quoted := n.Value, n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0
	if !quoted && vars != nil {
		var err error
		if text, err = vars.resolve(text); err != nil {
			return nil, at.fail("%w", err)
		}
	}
	if vars == nil && !quoted && strings.HasPrefix(text, "$") {
		return text, nil // what it stands for is known only when it runs
	}
	v, err := scalar(text, t, now)
	if err != nil {
		return nil, at.fail("%w", err)
	}
	return v, nil
}

func scalar(text string, t reflect.Type, now time.Time) (any, error) {
	switch t.Kind() {
	case reflect.Struct:
		when, err := parseWhen(text, now)
		return when.Format(time.RFC3339), err
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return nil, fmt.Errorf("%q: true or false is expected", text)
		}
		return b, nil
	case reflect.Int, reflect.Int64, reflect.Int32:
		i, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q: a number is expected", text)
		}
		return i, nil
	case reflect.String:
		return text, nil
	}
	return nil, fmt.Errorf("%q: no argument of a type %s is expected", text, t)
}

func convertList(n *yaml.Node, t reflect.Type, file string, vars names, now time.Time) (any, error) {
	if n.Kind != yaml.SequenceNode {
		return nil, where{file, n.Line}.fail("a list is expected")
	}
	out := make([]any, 0, len(n.Content))
	for _, c := range n.Content {
		v, err := convert(c, t.Elem(), file, vars, now)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func convertMap(n *yaml.Node, t reflect.Type, file string, vars names, now time.Time) (any, error) {
	list, err := pairs(n, file)
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	for _, p := range list {
		if out[p[0].Value], err = convert(p[1], t.Elem(), file, vars, now); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// convertStruct takes only arguments that the struct has, by their JSON names.
func convertStruct(n *yaml.Node, t reflect.Type, file string, vars names, now time.Time) (map[string]any, error) {
	list, err := pairs(n, file)
	if err != nil {
		return nil, err
	}
	fields := arguments(t)
	out := map[string]any{}
	for _, p := range list {
		field, ok := fields[p[0].Value]
		if !ok {
			return nil, where{file, p[0].Line}.fail("argument %q: one of %s is expected", p[0].Value, strings.Join(argumentNames(fields), ", "))
		}
		if field == rawType {
			// The arguments of another act, which the same command names: a request for leave.
			if field, err = commandNamed(n, file); err != nil {
				return nil, err
			}
		}
		v, err := convert(p[1], field, file, vars, now)
		if err != nil {
			return nil, err
		}
		if v != nil {
			out[p[0].Value] = v
		}
	}
	return out, nil
}

var rawType = reflect.TypeFor[json.RawMessage]()

// commandNamed is the command of the act that a mapping names under act.
func commandNamed(n *yaml.Node, file string) (reflect.Type, error) {
	if name := value(n, "act"); name != nil {
		if t, ok := act.CommandType(name.Value); ok {
			return t, nil
		}
	}
	return nil, where{file, n.Line}.fail("act: an act of the catalogue is expected beside its arguments")
}

// arguments are the fields of a command by JSON name, those of embedded structs included.
func arguments(t reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			for k, v := range arguments(f.Type) {
				out[k] = v
			}
		case name != "" && name != "-":
			out[name] = f.Type
		}
	}
	return out
}

func argumentNames(fields map[string]reflect.Type) []string {
	out := make([]string, 0, len(fields))
	for k := range fields {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// convertPlain takes a mapping whose names belong to another act: values stay as written, variables resolved.
func convertPlain(n *yaml.Node, vars names) (any, error) {
	switch n.Kind {
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			v, err := convertPlain(n.Content[i+1], vars)
			if err != nil {
				return nil, err
			}
			out[n.Content[i].Value] = v
		}
		return out, nil
	case yaml.SequenceNode:
		out := []any{}
		for _, c := range n.Content {
			v, err := convertPlain(c, vars)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return nil, fmt.Errorf("line %d: %w", n.Line, err)
	}
	if _, ok := v.(string); !ok || vars == nil {
		return v, nil
	}
	return vars.resolve(n.Value)
}

package regulation

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"

	"gopkg.in/yaml.v3"
)

// reference is one place in a file of a pack that names something: what kind of thing (the tag is of its field), the word
// that stands there, and where. What the kinds mean and what is expected stands in resolvers.
type reference struct {
	file string
	line int
	key  string
	is   string
	word string
	acts []string   // those that the carrier around it is about
	of   string     // the closed list (act.argument) it is a value of
	in   *yaml.Node // the mapping it stands in
}

// references are those of one pack, with the places where its carriers begin. A mutant, being a copy with something taken
// out on purpose, has none: it is not read for typos.
type references struct {
	list  []reference
	lines map[string]int // file/key/index of a carrier → line
	// resolved is set once all are found good.
	resolved atomic.Bool
}

// reading collects the references of one file.
type reading struct {
	into *references
	file string
}

// read walks a file beside the struct it is decoded into.
func (r reading) read(n *yaml.Node, t reflect.Type) {
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		r.visit(n.Content[0], t, reference{file: r.file})
	}
}

var (
	valueType = reflect.TypeFor[Value]()
	anyType   = reflect.TypeFor[any]()
)

func (r reading) visit(n *yaml.Node, t reflect.Type, at reference) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == valueType, t == anyType:
		r.leaves(n, at)
	case t.Kind() == reflect.Struct:
		r.mapping(n, t, at)
	case t.Kind() == reflect.Slice:
		for i, c := range n.Content {
			if t.Elem().Kind() == reflect.Struct {
				r.into.lines[fmt.Sprintf("%s/%s/%d", r.file, at.key, i)] = c.Line
			}
			r.visit(c, t.Elem(), at)
		}
	case t.Kind() == reflect.Map:
		of, to, _ := strings.Cut(at.is, "=")
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := at, at
			key.is, value.is, value.key = of, to, n.Content[i].Value
			if of != "" {
				r.leaves(n.Content[i], key)
			}
			r.visit(n.Content[i+1], t.Elem(), value)
		}
	default:
		r.leaves(n, at)
	}
}

// leaves notes every plain word under a node.
func (r reading) leaves(n *yaml.Node, at reference) {
	if n.Kind != yaml.ScalarNode {
		for _, c := range n.Content {
			r.leaves(c, at)
		}
		return
	}
	if at.is == "" || n.Tag == "!!null" {
		return
	}
	at.line, at.word = n.Line, n.Value
	r.into.list = append(r.into.list, at)
}

func (r reading) mapping(n *yaml.Node, t reflect.Type, at reference) {
	fields := map[string]reflect.StructField{}
	for _, f := range reflect.VisibleFields(t) {
		if key, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); key != "" {
			fields[key] = f
		}
	}
	if acts := actsIn(n, fields); len(acts) > 0 {
		at.acts = acts
	}
	at.in = n
	if of := at.sibling("of"); of != "" {
		at.of = of
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		if f, ok := fields[key]; ok { // an unknown one the decoder has refused
			at.key, at.is = key, f.Tag.Get("is")
			r.visit(n.Content[i+1], f.Type, at)
		}
	}
}

// actsIn are the acts that a carrier names, to which its conditions and arguments belong. A step, a gate and what signs
// belong to no condition.
func actsIn(n *yaml.Node, fields map[string]reflect.StructField) []string {
	var out []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i].Value, n.Content[i+1]
		f := fields[key]
		switch {
		case f.Tag.Get("is") == "list":
			if act, _, ok := cutLast(value.Value); ok {
				out = append(out, act)
			}
		case f.Tag.Get("is") != "act" || key == "step" || key == "gate" || key == "signs":
		case value.Kind == yaml.ScalarNode:
			out = append(out, value.Value)
		default:
			for _, c := range value.Content {
				out = append(out, c.Value)
			}
		}
	}
	return out
}

// beside is what stands beside a reference under a key; nil for nothing.
func (r reference) beside(key string) *yaml.Node {
	for i := 0; r.in != nil && i+1 < len(r.in.Content); i += 2 {
		if r.in.Content[i].Value == key {
			return r.in.Content[i+1]
		}
	}
	return nil
}

// sibling is the plain value that stands beside a reference under a key.
func (r reference) sibling(key string) string {
	if n := r.beside(key); n != nil {
		return n.Value
	}
	return ""
}

// has reports whether a key stands beside a reference.
func (r reference) has(key string) bool { return r.beside(key) != nil }

// siblings are the plain values of a list beside a reference.
func (r reference) siblings(key string) (out []string) {
	if n := r.beside(key); n != nil {
		for _, c := range n.Content {
			out = append(out, c.Value)
		}
	}
	return out
}

// readRules notes what the annotations, scopes and conditions of rules.cedar name.
func (rs *references) readRules(file string, rules []RuleText) {
	for i, r := range rules {
		rs.lines[fmt.Sprintf("%s/rules/%d", file, i)] = r.Line
		first := r.Line - leadingLines(r.Text)
		note := func(key, is, word, near string) {
			line := r.Line
			if at := strings.Index(r.Text, near); near != "" && at >= 0 {
				line = first + strings.Count(r.Text[:at], "\n")
			}
			rs.list = append(rs.list, reference{file: file, line: line, key: key, is: is, word: word, acts: r.Acts})
		}
		note("@clause", "clause", string(r.Clause), "@clause")
		note("@remedy", "remedy", r.Remedy, "@remedy")
		if r.Step != "" {
			note("@step", "act", r.Step, "@step")
		}
		if r.HeldBy != "" {
			note("@held_by", "post", r.HeldBy, "@held_by")
		}
		if r.Deed != "" {
			note("@deed", "word:deed", r.Deed, "@deed")
		}
		if r.Staged != "" {
			note("@staged", "word:staged", r.Staged, "@staged")
		}
		if r.Letter != "" {
			note("@letter", "word:letter", r.Letter, "@letter")
		}
		for _, act := range r.Acts {
			note("action", "act", act, fmt.Sprintf("Action::%q", act))
		}
		scope := scopePattern.FindStringIndex(r.Text)
		for _, block := range blockPattern.FindAllStringIndex(r.Text[scope[1]:], -1) {
			body, _, _ := strings.Cut(r.Text[scope[1]+block[1]:], "}")
			note("condition", "cedar", body, body)
		}
	}
}

// line says where a carrier begins, as the end of file:line; empty where that is not known.
func (rs *references) line(file, key string, i int) string {
	if rs == nil {
		return ""
	}
	if n := rs.lines[fmt.Sprintf("%s/%s/%d", file, key, i)]; n > 0 {
		return fmt.Sprintf(":%d", n)
	}
	return ""
}

func oneOf(list []string) string {
	if len(list) == 0 {
		return "nothing"
	}
	return "one of " + strings.Join(slices.Sorted(slices.Values(list)), ", ")
}

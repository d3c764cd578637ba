package prove

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"jiyao/internal/regulation"
)

// Bounds of one file of scenes or proofs.
const (
	maxFile  = 1 << 20
	maxDepth = 16
	maxNodes = 50_000
)

// where is a place in a file; errors begin with it.
type where struct {
	file string
	line int
}

func (w where) String() string { return fmt.Sprintf("%s:%d", w.file, w.line) }

func (w where) fail(format string, args ...any) error {
	return fmt.Errorf("%s: %w", w, fmt.Errorf(format, args...))
}

// readYAML reads one mapping within bounds.
func readYAML(fsys fs.FS, file string) (*yaml.Node, error) {
	f, err := fsys.Open(file)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	if len(b) > maxFile {
		return nil, fmt.Errorf("%s:1: at most %d bytes are expected", file, maxFile)
	}
	var doc yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(b))
	if err := dec.Decode(&doc); err != nil {
		return nil, fmt.Errorf("%s:%d: a YAML mapping is expected: %w", file, regulation.LineOf(b, err), err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: one document is expected", file)
	}
	room := maxNodes
	top, err := unfold(doc.Content[0], file, 0, &room)
	if err != nil {
		return nil, err
	}
	if top.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s:1: a mapping is expected", file)
	}
	return top, nil
}

// unfold puts what an alias stands for in its place, with the alias's line, within bounds of depth and size.
func unfold(n *yaml.Node, file string, depth int, room *int) (*yaml.Node, error) {
	w := where{file, n.Line}
	*room--
	if depth > maxDepth || *room < 0 {
		return nil, w.fail("at most %d values, %d deep, are expected", maxNodes, maxDepth)
	}
	if n.Kind == yaml.AliasNode {
		out, err := unfold(n.Alias, file, depth+1, room)
		if err != nil {
			return nil, err
		}
		out.Line, out.Column = n.Line, n.Column
		return out, nil
	}
	out := *n
	out.Anchor, out.Content = "", nil
	for _, c := range n.Content {
		u, err := unfold(c, file, depth+1, room)
		if err != nil {
			return nil, err
		}
		out.Content = append(out.Content, u)
	}
	return &out, nil
}

// strictly decodes a mapping into a struct whose fields carry yaml tags. A key that it does not have, or that
// stands twice, is an error with file and line.
func strictly(n *yaml.Node, file string, into any) error {
	if n.Kind != yaml.MappingNode {
		return where{file, n.Line}.fail("a mapping is expected")
	}
	names := keysOf(into)
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, w := n.Content[i].Value, where{file, n.Content[i].Line}
		if !slices.Contains(names, key) {
			return w.fail("key %q: one of %s is expected", key, strings.Join(names, ", "))
		}
		if seen[key] {
			return w.fail("key %q stands twice", key)
		}
		seen[key] = true
	}
	if err := n.Decode(into); err != nil {
		return where{file, n.Line}.fail("a value of the right kind is expected: %w", err)
	}
	return nil
}

func keysOf(into any) []string {
	var names []string
	t := reflect.TypeOf(into).Elem()
	for i := range t.NumField() {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ","); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}

// pairs lists the keys and values of a mapping in the order of the file; a key that stands twice is an error.
func pairs(n *yaml.Node, file string) ([][2]*yaml.Node, error) {
	if n.Kind != yaml.MappingNode {
		return nil, where{file, n.Line}.fail("a mapping is expected")
	}
	var out [][2]*yaml.Node
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if seen[n.Content[i].Value] {
			return nil, where{file, n.Content[i].Line}.fail("key %q stands twice", n.Content[i].Value)
		}
		seen[n.Content[i].Value] = true
		out = append(out, [2]*yaml.Node{n.Content[i], n.Content[i+1]})
	}
	return out, nil
}

// value finds a key of a mapping; nil when it is not there.
func value(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

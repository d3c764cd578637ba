package regulation

import (
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Value is a parameter: a text, a number, a list of texts or a map of texts. Exactly one is set.
type Value struct {
	Text string
	Num  *int64
	List []string
	Map  map[string]string
}

// UnmarshalYAML takes a scalar, a sequence of scalars or a mapping of scalars.
func (v *Value) UnmarshalYAML(n *yaml.Node) error {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag == "!!int" {
			i, err := strconv.ParseInt(n.Value, 10, 64)
			if err != nil {
				return fmt.Errorf("line %d: number %q: %w", n.Line, n.Value, err)
			}
			v.Num = &i
			return nil
		}
		v.Text = n.Value
		return nil
	case yaml.SequenceNode:
		v.List = []string{}
		for _, c := range n.Content {
			if c.Kind != yaml.ScalarNode {
				return fmt.Errorf("line %d: a list of plain values is expected", c.Line)
			}
			v.List = append(v.List, c.Value)
		}
		return nil
	case yaml.MappingNode:
		v.Map = map[string]string{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i+1].Kind != yaml.ScalarNode {
				return fmt.Errorf("line %d: a plain value is expected", n.Content[i+1].Line)
			}
			v.Map[n.Content[i].Value] = n.Content[i+1].Value
		}
		return nil
	}
	return fmt.Errorf("line %d: a text, number or list is expected", n.Line)
}

// Cedar spells the value as Cedar text.
func (v Value) Cedar() string {
	switch {
	case v.Num != nil:
		return strconv.FormatInt(*v.Num, 10)
	case v.List != nil:
		quoted := make([]string, len(v.List))
		for i, s := range v.List {
			quoted[i] = strconv.Quote(s)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	return strconv.Quote(v.Text)
}

// String spells the value as it stands in a due rule or on a page.
func (v Value) String() string {
	switch {
	case v.Num != nil:
		return strconv.FormatInt(*v.Num, 10)
	case v.List != nil:
		return strings.Join(v.List, "/")
	case v.Map != nil:
		return fmt.Sprint(v.Map)
	}
	return v.Text
}

// Int is the number, or the number the text starts with; an error when there is none.
func (v Value) Int() (int64, error) {
	if v.Num == nil {
		return 0, fmt.Errorf("value %q: a number is expected", v.String())
	}
	return *v.Num, nil
}

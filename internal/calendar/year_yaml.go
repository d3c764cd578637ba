package calendar

import (
	"bytes"
	"strconv"

	"gopkg.in/yaml.v3"
)

// YAML writes the year as ParseYear reads it, so that an imported notice can be stored and shown. Equal years
// give equal bytes. The zero Year gives nothing.
func (y Year) YAML() []byte {
	if y.number == 0 {
		return nil
	}
	holidays := &yaml.Node{Kind: yaml.SequenceNode}
	for _, h := range y.holidays {
		m := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
		put(m, "name", word(h.Name))
		if len(h.Also) > 0 {
			put(m, "also", flow(h.Also))
		}
		put(m, "off", flow(ranges(h.Off)))
		holidays.Content = append(holidays.Content, m)
	}
	work := make([]string, len(y.work))
	for i, d := range y.work {
		work[i] = d.String()
	}
	notes := &yaml.Node{Kind: yaml.SequenceNode}
	for _, n := range y.notes {
		notes.Content = append(notes.Content, word(n))
	}
	root := &yaml.Node{Kind: yaml.MappingNode}
	put(root, "year", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(y.number)})
	put(root, "source", word(y.source))
	put(root, "holidays", holidays)
	put(root, "work", flow(work))
	if len(y.notes) > 0 {
		put(root, "notes", notes)
	}
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	// A tree of plain scalars written to memory has no way to fail; if it ever does, nothing is better than half.
	if err := enc.Encode(root); err != nil {
		return nil
	}
	if err := enc.Close(); err != nil {
		return nil
	}
	return b.Bytes()
}

func put(m *yaml.Node, key string, value *yaml.Node) {
	m.Content = append(m.Content, word(key), value)
}

func word(s string) *yaml.Node {
	if _, err := ParseDate(s); err == nil {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!timestamp", Value: s} // else it would be quoted
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
}

func flow(words []string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, w := range words {
		n.Content = append(n.Content, word(w))
	}
	return n
}

// ranges writes runs of following days as "from to".
func ranges(days []Date) []string {
	var out []string
	for i := 0; i < len(days); {
		j := i
		for j+1 < len(days) && days[j+1] == days[j].Add(1) && j+1-i < maxSpanDays {
			j++
		}
		if i == j {
			out = append(out, days[i].String())
		} else {
			out = append(out, days[i].String()+" to "+days[j].String())
		}
		i = j + 1
	}
	return out
}

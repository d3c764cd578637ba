package incidentweb

import (
	"context"
	"regexp"
	"strings"

	"jiyao/internal/incident"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// worded makes options of words of the records, a blank one before them.
func worded(ctx context.Context, family string, list []string) []web.Option {
	return append([]web.Option{{Label: web.T(ctx, "incident.choose")}}, counter.Worded(ctx, family, list)...)
}

// title is what a case is called: its kind, and what kind of it.
func title(ctx context.Context, c incident.Case) string {
	kind := counter.Words(ctx, "incident.kind.", c.Kind)
	if c.SubKind == "" {
		return kind
	}
	return web.T(ctx, "incident.kind_of", "kind", kind, "sub", counter.Words(ctx, "incident.sub_kind.", c.SubKind))
}

func clausesOf(c incident.Case) []term.Clause {
	out := make([]term.Clause, len(c.Clauses))
	for i, id := range c.Clauses {
		out[i] = term.Clause(id)
	}
	return out
}

// places are the kinds of place that a report can name; a pack may shorten the list.
func places(law *regulation.Law) []string {
	if list := law.List("incident.open.place_type"); len(list) > 0 {
		return list
	}
	return term.Closed("place_type")
}

// numberPattern is a receipt number as people write it: 机收〔2026〕0417, 2026-417, 〔2026〕417号.
var numberPattern = regexp.MustCompile(`^(?:机收)?[〔\[(【]?([0-9]{4})[〕\])】/-]([0-9]{1,6})号?$`)

// itemsIn reads labels and numbers, several with space or a comma between them. Nothing is looked up: what exists and
// what does not is written down alike.
func itemsIn(text string, bad *refuse.Invalid) []string {
	var out []string
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" \t\n，、；,;　", c) }) {
		narrow := web.Narrow(word)
		label, wrong := typed.Label(narrow)
		m := numberPattern.FindStringSubmatch(narrow)
		switch {
		case wrong == "":
			out = append(out, string(label))
		case wrong == typed.Misread:
			bad.Fields = append(bad.Fields, typed.Unlabelled("items", word, wrong))
			return out
		case m != nil:
			out = append(out, m[1]+"/"+m[2])
		default:
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: "items", Code: "no_label"})
			return out
		}
	}
	return out
}

// itemName shows an item as people write it.
func itemName(ctx context.Context, item string) string {
	if m := numberPattern.FindStringSubmatch(item); m != nil {
		return web.T(ctx, "incident.number", "year", m[1], "no", strings.Repeat("0", max(0, 4-len(m[2])))+m[2])
	}
	return item
}

// linesIn are the lines of a text that say something.
func linesIn(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

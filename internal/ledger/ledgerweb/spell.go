package ledgerweb

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"jiyao/internal/ledger"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// speller puts what stands in entries into words: persons by name, posts by title, truths as yes and no, facts and
// arguments by their labels. What names a piece of business stays the random id that it is in the entry.
type speller struct {
	viewer counter.Viewer
	names  names
}

// spelled is speller over one map of an entry.
func (s speller) spelled(ctx context.Context, m map[string]any, family string) []pair {
	var out []pair
	for name, v := range m {
		if list, ok := v.([]any); ok && name == "persons" && family == "fact" {
			for _, one := range list {
				out = append(out, s.person(ctx, one)...)
			}
			continue
		}
		out = append(out, pair{label(ctx, family, name), s.value(ctx, name, v)})
	}
	slices.SortFunc(out, func(a, b pair) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// person spells the facts of one person that the law was asked about.
func (s speller) person(ctx context.Context, v any) []pair {
	m, ok := v.(map[any]any)
	if !ok {
		return nil
	}
	who := s.value(ctx, "person", m["id"])
	var out []pair
	for k, v := range m {
		if name := fmt.Sprint(k); name != "id" {
			out = append(out, pair{who + " " + label(ctx, "fact", name), s.value(ctx, name, v)})
		}
	}
	return out
}

// label is the name of a fact or an argument; one without a label stands as it is in the entry.
func label(ctx context.Context, family, name string) string {
	for _, key := range []string{family + "." + name, "label." + name, "fact." + name} {
		if web.Tongue(ctx).Has(key) {
			return web.T(ctx, key)
		}
	}
	return name
}

func (s speller) value(ctx context.Context, name string, v any) string {
	switch v := v.(type) {
	case nil:
		return web.T(ctx, "fact.value.none")
	case bool:
		if v {
			return web.T(ctx, "fact.value.yes")
		}
		return web.T(ctx, "fact.value.no")
	case string:
		return s.word(ctx, name, v)
	case []any:
		var out []string
		for _, one := range v {
			out = append(out, s.value(ctx, name, one))
		}
		if len(out) == 0 {
			return web.T(ctx, "fact.value.none")
		}
		return strings.Join(out, web.T(ctx, "fact.value.join"))
	}
	if m := reflect.ValueOf(v); m.Kind() == reflect.Map { // of whatever types: an entry may be read back or just made
		return s.pairs(ctx, m)
	}
	return fmt.Sprint(v)
}

// pairs spells several values by their names: those of a sheet by what its lines ask.
func (s speller) pairs(ctx context.Context, m reflect.Value) string {
	var out []string
	for k, one := range m.Seq2() {
		name := fmt.Sprint(k.Interface())
		title, value := s.viewer.Law.LineTitle(name), one.Interface()
		switch {
		case title == "":
			title = label(ctx, "label", name)
		case value == "yes", value == "no": // an answer to a line
			value = value == "yes"
		}
		out = append(out, title+" "+s.value(ctx, name, value))
	}
	slices.Sort(out)
	return strings.Join(out, web.T(ctx, "fact.value.join"))
}

// families are the words that the locale has for the values of some facts.
var families = map[string]string{
	"purpose": "purpose.", "result": "result.", "channel": "channel.", "what": "admin.what.", "origin": "origin.", "regime": "regime.", "mark_state": "mark_state.",
	"receiver_kind": "receiver_kind.", "place_kind": "place_kind.", "medium": "medium.", "destination": "destination.", "method": "method.", "works": "works.", "stage": "stage.",
}

// word spells one text: a person, a post, an act, or a word that the locale has for this name.
func (s speller) word(ctx context.Context, name, v string) string {
	if v == "" {
		return web.T(ctx, "fact.value.none")
	}
	if n := s.viewer.People.Name(term.PersonID(v)); n != "" {
		return n
	}
	if n := s.names[v]; n != "" {
		return n
	}
	if parts := strings.Fields(v); len(parts) > 1 && strings.Contains(parts[0], "/") { // the posts that one of the office's stands for
		return s.posts(ctx, parts)
	}
	if strings.Contains(v, "/") {
		if title := counter.PostTitle(s.viewer.Law, v); title != v {
			return title
		}
	}
	for _, key := range []string{families[name] + v, "act." + v, "told." + v, "signed_as." + v, "failing.step." + v, "post." + v, "law.word." + v, "ledger.actor." + v} {
		if web.Tongue(ctx).Has(key) {
			return web.T(ctx, key)
		}
	}
	if title := s.viewer.Law.LineTitle(v); title != "" {
		return title
	}
	for _, sheet := range s.viewer.Law.Sheets(v) {
		return sheet.Title
	}
	return v
}

// posts are those under which somebody acted, by their titles.
func (s speller) posts(ctx context.Context, posts []string) string {
	var out []string
	for _, p := range posts {
		if title := s.word(ctx, "post", p); !slices.Contains(out, title) {
			out = append(out, title)
		}
	}
	return strings.Join(out, web.T(ctx, "fact.value.join"))
}

// subject says what an entry is about: a person or an account by name, anything else by what it is and its random id.
func (s speller) subject(ctx context.Context, e ledger.Entry) string {
	if word := s.word(ctx, "subject", e.Subject); e.Subject == "" || word != e.Subject {
		return strings.TrimPrefix(word, web.T(ctx, "fact.value.none"))
	}
	kind := ""
	if args, err := mapOf(e.Args); err == nil {
		for _, name := range slices.Sorted(maps.Keys(args)) {
			if args[name] == e.Subject {
				kind = name
				break
			}
		}
	}
	for _, row := range e.Rows {
		if kind == "" && row.Key == e.Subject {
			kind = row.Table
		}
	}
	if key := "label." + kind; web.Tongue(ctx).Has(key) {
		return web.T(ctx, "ledger.thing", "kind", web.T(ctx, key), "id", e.Subject)
	}
	return e.Subject
}

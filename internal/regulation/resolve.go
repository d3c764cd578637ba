package regulation

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"jiyao/internal/calendar"
	"jiyao/internal/term"
)

// A reference is resolved in two steps: when its pack is loaded, against the pack alone and the closed lists of words; and
// when a Law is made, against base, the packs beside it and the catalogue. Both go through the same table.

// resolver is what references are held against.
type resolver struct {
	pack   *Pack
	packs  map[string]*Pack // by name: base, the pack, those adopted beside it
	words  Vocabulary
	facts  map[string]bool // of any act, there or to come
	params map[string]Value
}

// early are the kinds that need the pack alone.
var early = map[string]bool{"clause": true, "part": true, "unit": true, "stricter": true, "watch": true, "ranked": true}

// resolveOwn resolves what needs the pack alone, while it is loaded.
func (p *Pack) resolveOwn() error {
	return (&resolver{pack: p}).all(func(is string) bool { return early[is] || strings.HasPrefix(is, "word:") })
}

// resolve resolves the rest, when a Law is made. It asks once: the packs of a program and its catalogue stay what they are.
func (p *Pack) resolve(packs []*Pack, words Vocabulary) error {
	if p.refs == nil || len(words) == 0 || p.refs.resolved.Load() {
		return nil
	}
	r := &resolver{pack: p, packs: map[string]*Pack{}, words: words, facts: map[string]bool{}, params: map[string]Value{}}
	for _, f := range KnownFacts() {
		r.facts[f] = true
	}
	for _, q := range append(slices.Clone(packs), p) { // the pack's own values last
		r.packs[q.Name] = q
		for name, v := range q.Parameters {
			r.params[name] = v.Default
		}
	}
	err := r.all(func(is string) bool { return !early[is] && !strings.HasPrefix(is, "word:") })
	p.refs.resolved.Store(err == nil)
	return err
}

func (r *resolver) all(which func(is string) bool) error {
	if r.pack.refs == nil {
		return nil
	}
	var errs []error
	for _, ref := range r.pack.refs.list {
		if !which(ref.is) {
			continue
		}
		if want := r.expected(ref); want != "" {
			errs = append(errs, fmt.Errorf("%s:%d: %s %q: %s is expected", ref.file, ref.line, ref.key, ref.word, want))
		}
	}
	return errors.Join(errs...)
}

// expected says what is expected in the place of a word; empty where the word is fine.
func (r *resolver) expected(ref reference) string {
	if list, ok := strings.CutPrefix(ref.is, "word:"); ok {
		return within(ref.word, Closed(list))
	}
	return resolvers[ref.is](r, ref)
}

// within answers a word that is outside a list; nothing written is never outside.
func within(word string, list []string) string {
	if word == "" || slices.Contains(list, word) {
		return ""
	}
	return oneOf(list)
}

// resolvers is what each kind of reference means, by the tag is of its field.
var resolvers = map[string]func(*resolver, reference) string{}

func init() { // conditions lead back to the table
	maps.Copy(resolvers, map[string]func(*resolver, reference) string{
		"text": func(*resolver, reference) string { return "" },
		"own":  func(*resolver, reference) string { return "" }, // index holds the ids
		"clause": func(r *resolver, ref reference) string {
			if ref.word != "" && r.pack.clauseByID[term.Clause(ref.word)] == nil {
				return "an id of this pack"
			}
			return ""
		},
		"part": func(r *resolver, ref reference) string { return within(ref.word, r.partIDs()) },
		"unit": func(r *resolver, ref reference) string {
			return within(ref.word, slices.Collect(maps.Keys(r.pack.Units)))
		},
		"watch": func(r *resolver, ref reference) string { return within(ref.word, r.watchNames()) },
		"act":   func(r *resolver, ref reference) string { return r.act(ref.word) },
		"case":  func(r *resolver, ref reference) string { return r.caseOf(ref.word) },
		"post":  func(r *resolver, ref reference) string { return r.post(ref.word) },
		"posts": (*resolver).eachPost,
		"heir":  func(r *resolver, ref reference) string { return r.post(ref.word, "nobody") },
		"voice": func(r *resolver, ref reference) string { return r.post(ref.word, "✗") },
		"doer": func(r *resolver, ref reference) string {
			return r.post(ref.word, slices.Sorted(maps.Keys(relations))...)
		},
		"approver": func(r *resolver, ref reference) string { return r.post(ref.word, "nobody", "unnamed") },
		"superior": func(r *resolver, ref reference) string { return r.post(ref.word, "superior") },
		"remedy":   func(r *resolver, ref reference) string { return r.post(ref.word, "nobody", "force", "correct") },
		"shown":    func(r *resolver, ref reference) string { return r.post(ref.word, shownToReader) },
		"owner":    (*resolver).owner,
		"argument": (*resolver).argument,
		"bound":    (*resolver).argument,
		"moment": func(r *resolver, ref reference) string {
			if ref.word == OccurredAt {
				return ""
			}
			return r.argument(ref)
		},
		"inherited": (*resolver).inherited,
		"must":      (*resolver).must,
		"list":      (*resolver).list,
		"listed":    func(_ *resolver, ref reference) string { return within(ref.word, valuesOf(ref.of)) },
		"parameter": func(r *resolver, ref reference) string {
			if _, ok := r.params[ref.word]; !ok {
				return "a parameter"
			}
			return ""
		},
		"effect":   func(_ *resolver, ref reference) string { return within(ref.word, ref.effects()) },
		"kind":     func(_ *resolver, ref reference) string { return within(ref.word, Closed("kinds of cases")) },
		"stricter": func(_ *resolver, ref reference) string { return ref.stricter() },
		"ranked": func(r *resolver, ref reference) string {
			if order := ref.siblings("stricter"); len(order) > 0 {
				return within(ref.word, order)
			}
			return r.value(ref)
		},
		"value": (*resolver).value,
		"when":  (*resolver).when,
		"holds": (*resolver).holds,
		"sight": func(r *resolver, ref reference) string { return r.condition(ref.word, sightFacts) },
		"cedar": (*resolver).holds,
		"due":   (*resolver).due,
		"warn":  func(r *resolver, ref reference) string { return r.timed(ref.word, parse(calendar.ParseWarn)) },
		"span":  func(r *resolver, ref reference) string { return r.timed(ref.word, parse(calendar.ParseSpan)) },
		"after": func(r *resolver, ref reference) string { return r.timed(ref.word, parse(calendar.ParseAfter)) },
		"hour":  func(r *resolver, ref reference) string { return r.timed(ref.word, parse(calendar.ParseTimeOfDay)) },
		"persons": func(_ *resolver, ref reference) string {
			for _, word := range persons(ref.word) {
				if want := within(word, Closed("persons")); want != "" {
					return want
				}
			}
			return ""
		},
	})
}

// act answers a name that the catalogue, as it is or as it is designed, does not have.
func (r *resolver) act(word string) string {
	if _, here := r.words[word]; here || word == "" || slices.Contains(KnownActs(), word) {
		return ""
	}
	noun, _, _ := strings.Cut(word, ".")
	var near []string
	for _, n := range KnownActs() {
		if strings.HasPrefix(n, noun+".") {
			near = append(near, n)
		}
	}
	if len(near) == 0 {
		return "an act of the catalogue (jiyao catalogue), or of those to come,"
	}
	return oneOf(near)
}

// caseOf answers act or act/case.
func (r *resolver) caseOf(word string) string {
	name, of, _ := strings.Cut(word, "/")
	if want := r.act(name); want != "" {
		return want
	}
	return within(of, Closed("case"))
}

// post answers a name that is no post of the pack, of base, or (pack/post) of a pack beside it, and none of the words that
// may stand in its place.
func (r *resolver) post(word string, instead ...string) string {
	if word == "" || slices.Contains(instead, word) {
		return ""
	}
	home, name, full := strings.Cut(word, "/")
	if full {
		if p := r.packs[home]; p != nil {
			if _, ok := p.Posts[name]; ok {
				return ""
			}
		}
		return "pack/post of a pack that is in force"
	}
	var all []string
	for _, p := range []*Pack{r.pack, r.packs[baseName]} {
		if p == nil {
			continue
		}
		if _, ok := p.Posts[word]; ok {
			return ""
		}
		all = append(all, slices.Collect(maps.Keys(p.Posts))...)
	}
	slices.Sort(all)
	return oneOf(append(slices.Compact(all), instead...))
}

func (r *resolver) eachPost(ref reference) string {
	for name := range strings.SplitSeq(ref.word, ",") {
		if want := r.post(strings.TrimSpace(name)); want != "" {
			return want
		}
	}
	return ""
}

func (r *resolver) owner(ref reference) string {
	if who, ok := strings.CutPrefix(ref.word, "person:"); ok {
		return within(who, Closed("owner"))
	}
	return r.post(ref.word)
}

// argument answers a name that none of the acts has as an argument. What the arguments of an act to come are is not known.
func (r *resolver) argument(ref reference) string {
	all := map[string]bool{}
	for _, name := range ref.acts {
		w, ok := r.words[name]
		if !ok || ref.word == "" || w.Fields[ref.word] {
			return ""
		}
		maps.Copy(all, w.Fields)
	}
	return "an argument of the act: " + oneOf(slices.Collect(maps.Keys(all)))
}

// inherited answers a field that is neither an argument nor a column of the line it is taken from.
func (r *resolver) inherited(ref reference) string {
	if slices.Contains(Closed("column"), ref.word) || ref.word == "code_name" {
		return ""
	}
	return r.argument(ref)
}

// must answers a word that no closed list and no post knows.
func (r *resolver) must(ref reference) string {
	if term.Known(ref.word) {
		return ""
	}
	return r.post(ref.word)
}

func (r *resolver) list(ref reference) string {
	name, field, ok := cutLast(ref.word)
	if !ok {
		return "act.argument"
	}
	if want := r.act(name); want != "" {
		return want
	}
	ref.word = field
	return r.argument(ref)
}

// valuesOf are the values that a closed list of an argument may take: a pack shortens it.
func valuesOf(of string) []string {
	switch _, field, _ := cutLast(of); of {
	case "incident.open.kind":
		return Closed("kinds of cases")
	case "document.register.period_unprinted":
		return Closed("unprinted")
	case "people.delegate.deeds":
		return Closed("deed")
	case "custody.designate.acts":
		return Closed("designated_act")
	case "custody.return.pages_result", "custody.return.attachments_result", "custody.return.marks_result":
		return Closed("return_result")
	case "custody.designate.stages":
		return Closed("stage")
	case "document.register.content_kinds":
		return Closed("content")
	case "document.register.form":
		return Closed("carrier_form")
	default:
		return Closed(field)
	}
}

func (r reference) effects() []string {
	if r.has("finding") {
		return Closed("finding")
	}
	return Closed("told")
}

// stricter is a direction, or a list of words that the default is one of.
func (r reference) stricter() string {
	if list := r.siblings("stricter"); len(list) > 0 {
		if words := Closed(r.sibling("unit")); words != nil && within(r.word, words) != "" {
			return oneOf(words)
		}
		if within(r.sibling("default"), list) != "" {
			return "an order with the default in it"
		}
		return ""
	}
	return within(r.word, Closed("direction"))
}

var wholeNumber = regexp.MustCompile(`^\d+$`)

// value answers a value of a parameter that its unit does not admit.
func (r *resolver) value(ref reference) string {
	unit := ref.sibling("unit")
	if ref.word == unset || wholeNumber.MatchString(ref.word) || len(ref.siblings("stricter")) > 0 {
		return ""
	}
	switch unit {
	case "posts":
		return r.post(ref.word)
	case "acts":
		return r.act(ref.word)
	case "time of day":
		return r.timed(ref.word, parse(calendar.ParseTimeOfDay))
	case "date each year", "date of the next year":
		return r.timed(ref.word, parse(calendar.ParseDue))
	case "level of a grade", "years", "months":
		return within(ref.word, append(Closed("level"), Closed("grade")...))
	}
	if list := Closed(unit); list != nil {
		return within(ref.word, list)
	}
	return ""
}

var recordPattern = regexp.MustCompile(`\brecord (\S+?)(?:,|\s|$)`)

func (r *resolver) due(ref reference) string {
	if ref.word == unset || ref.word == "" {
		return ""
	}
	if m := recordPattern.FindStringSubmatch(ref.word); m != nil {
		if want := within(m[1], Closed("recorded")); want != "" {
			return "after record " + want
		}
	}
	return r.timed(ref.word, parse(calendar.ParseDue))
}

// timed fills the parameters in and reads what is left as a rule of the calendar.
func (r *resolver) timed(text string, read func(string) error) string {
	filled, err := plain(text, r.params)
	if err == nil && filled != "" {
		err = read(filled)
	}
	if err != nil {
		return "a rule of the calendar (" + err.Error() + ")"
	}
	return ""
}

func parse[T any](read func(string) (T, error)) func(string) error {
	return func(s string) error { _, err := read(s); return err }
}

func (r *resolver) partIDs() []string {
	out := []string{}
	for _, p := range r.pack.Parts {
		out = append(out, p.ID)
	}
	return out
}

func (r *resolver) watchNames() []string {
	out := []string{}
	for _, w := range r.pack.Watches {
		out = append(out, w.Name)
	}
	return out
}

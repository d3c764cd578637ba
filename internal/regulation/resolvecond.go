package regulation

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// sightFacts are what a predicate of visibility may look at.
var sightFacts = map[string]string{"classified": "Bool", "internal": "Bool", "scope_fixed": "Bool", "regime": "String"}

// when answers a condition over the facts of the acts around it. Of acts to come only the names of facts are known.
func (r *resolver) when(ref reference) string {
	here := false
	for _, name := range ref.acts {
		if w, ok := r.words[name]; ok {
			here = true
			if want := r.condition(ref.word, w.Facts); want != "" {
				return want
			}
		}
	}
	if here {
		return r.literals(ref)
	}
	return r.holds(ref)
}

// holds answers a condition over facts whose act is to come or that are made only after it: by the names alone.
func (r *resolver) holds(ref reference) string {
	if ref.is != "cedar" || !r.anyHere(ref.acts) { // what rules ask of acts that are here is type-checked with them
		for _, w := range wordPattern.FindAllString(ref.word, -1) {
			if w[0] != '"' && w[0] != '.' && !cedarWords[w] && !r.facts[w] && !strings.Contains(ref.word, "$"+w) {
				return "a fact in the place of " + w
			}
			if name, ok := strings.CutPrefix(w, "."); ok && strings.Contains(ref.word, "context."+name) && !r.facts[name] {
				return "a fact in the place of " + name
			}
		}
	}
	for _, m := range paramPattern.FindAllStringSubmatch(ref.word, -1) {
		if _, ok := r.params[m[1]]; !ok {
			return "a parameter in the place of $" + m[1]
		}
	}
	return r.literals(ref)
}

// anyHere reports whether the program has one of the acts, or there is none named, which is every act.
func (r *resolver) anyHere(acts []string) bool {
	return len(acts) == 0 || slices.ContainsFunc(acts, func(a string) bool { _, ok := r.words[a]; return ok })
}

func (r *resolver) condition(text string, facts map[string]string) string {
	if _, err := newCondition(text, facts, r.params); err != nil {
		return "a condition over the facts of the act (" + err.Error() + ")"
	}
	return ""
}

// How conditions compare a fact with words: fact == "x", fact.contains("x"), fact.containsAny(["x", "y"]), ["x"].contains(fact).
var (
	comparedPattern = regexp.MustCompile(`(\w+)\s*(?:==|!=|like)\s*("(?:[^"\\]|\\.)*")`)
	containsPattern = regexp.MustCompile(`(\w+)\.contains(?:All|Any)?\(\s*("(?:[^"\\]|\\.)*"|\[[^\]]*\])`)
	amongPattern    = regexp.MustCompile(`(\[[^\]]*\])\.contains\(\s*(?:context\.)?(\w+)`)
)

// literals answers a word that a condition compares with a fact and that the fact never holds.
func (r *resolver) literals(ref reference) string {
	for _, p := range []*regexp.Regexp{comparedPattern, containsPattern, amongPattern} {
		for _, m := range p.FindAllStringSubmatch(ref.word, -1) {
			fact, list := m[1], m[2]
			if p == amongPattern {
				fact, list = m[2], m[1]
			}
			for _, quoted := range textPattern.FindAllString(list, -1) {
				word := strings.Trim(quoted, `"*`)
				if want := r.literal(ref, fact, word); want != "" {
					return fmt.Sprintf("in the place of %q %s", word, want)
				}
			}
		}
	}
	return ""
}

func (r *resolver) literal(ref reference, fact, word string) string {
	switch {
	case word == "":
		return ""
	case slices.Contains(factPosts, fact), fact == "post":
		if !strings.Contains(word, "/") {
			return "pack/post"
		}
		return r.post(word)
	case fact == "sheet":
		return within(word, r.sheets())
	case fact == "delegated_acts", fact == "given_acts", fact == "asked_act":
		return r.act(word)
	case fact == "kind" && slices.Contains(ref.acts, "incident.open"):
		return within(word, Closed("kinds of cases"))
	case fact == "kind" && slices.Contains(ref.acts, "people.set_zone"):
		return within(word, Closed("zone"))
	}
	if name := factWords[fact]; name != "" {
		return within(word, Closed(name))
	}
	return ""
}

func (r *resolver) sheets() []string {
	out := []string{}
	for _, p := range r.packs {
		for _, c := range p.Checklists {
			out = append(out, c.Name)
		}
	}
	return out
}

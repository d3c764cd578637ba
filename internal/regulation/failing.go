package regulation

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cedar-policy/cedar-go"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// failing gives the facts of one try that made a written rule or an approval forbid it: of its conditions, the operands
// that decided. It reads the rule's own text, so a rule nobody foresaw is explained like any other. Lines of the table of
// functions are left aside: whoever may not do the act at all learns nothing of the matter by asking.
func (r *rule) failing(context cedar.Record, person term.PersonID) []refuse.Failing {
	scope := scopePattern.FindStringIndex(r.text)
	if scope == nil || strings.Contains(r.name, "/function/") || strings.Contains(r.name, "/admins/") {
		return nil
	}
	holds := func(cond string) bool {
		var p cedar.Policy
		if p.UnmarshalCedar([]byte("permit (principal, action, resource) when { "+cond+" };")) != nil {
			return false
		}
		ok, err := (&condition{cedar.PolicyMap{"c": &p}}).holds(context)
		return ok && err == nil
	}
	var out []refuse.Failing
	for _, b := range blockPattern.FindAllStringSubmatchIndex(r.text[scope[1]:], -1) {
		start := scope[1] + b[1]
		length := strings.IndexByte(r.text[start:], '}')
		if length < 0 {
			continue
		}
		want := r.text[scope[1]+b[2]:scope[1]+b[3]] == "when"
		for _, o := range deciding(r.text[start:start+length], want, holds) {
			for _, f := range o.facts(context) {
				if personFacts[f.Fact] {
					f.Person = person
				}
				if !slices.Contains(out, f) {
					out = append(out, f)
				}
			}
		}
	}
	return out
}

// maxFailing bounds what one rule is explained with, since an act may name hundreds of persons.
const maxFailing = 12

// operand is one part of a condition and how it turned out.
type operand struct {
	text string
	is   bool
}

// deciding takes a condition that turned out as want apart into the operands that made it so.
func deciding(cond string, want bool, holds func(string) bool) []operand {
	cond = strings.TrimSpace(cond)
	for _, op := range []string{"||", "&&"} {
		operands := operandsOf(cond, op)
		if len(operands) < 2 {
			continue
		}
		var out []operand
		for _, o := range operands {
			if holds(o) == want {
				out = append(out, deciding(o, want, holds)...)
			}
		}
		return out
	}
	if inner, ok := strings.CutPrefix(cond, "!("); ok && closes(cond, 1) {
		return deciding(strings.TrimSuffix(inner, ")"), !want, holds)
	}
	if closes(cond, 0) {
		return deciding(cond[1:len(cond)-1], want, holds)
	}
	if inner, ok := strings.CutPrefix(cond, "!"); ok {
		return []operand{{strings.TrimSpace(inner), !want}}
	}
	return []operand{{cond, want}}
}

var factPattern = regexp.MustCompile(`context\.(\w+)`)

// facts names what an operand looks at: of a list each value that it has, or each that it lacks and no other, else the
// value there is.
func (o operand) facts(context cedar.Record) []refuse.Failing {
	m := factPattern.FindStringSubmatch(o.text)
	if m == nil {
		return nil
	}
	f := refuse.Failing{Fact: m[1], Is: o.is}
	value, _ := context.Get(cedar.String(m[1]))
	switch v := value.(type) {
	case cedar.String:
		f.Value = string(v)
	case cedar.Long:
		f.Value = strconv.FormatInt(int64(v), 10)
	case cedar.Set:
		var out []refuse.Failing
		for _, s := range textPattern.FindAllString(o.text, -1) {
			if f.Value = strings.Trim(s, `"`); v.Contains(cedar.String(f.Value)) == o.is {
				out = append(out, f)
			}
		}
		if len(out) > 0 {
			return out
		}
		f.Value = "" // it is asked for no value by name
	case cedar.Boolean:
		f.Is = bool(v)
	default:
		return nil
	}
	return []refuse.Failing{f}
}

// personFacts are asked of each person the act names; itemFacts speak of a registered item.
var personFacts, itemFacts = factsOf[Person](), factsOf[Item]()

func factsOf[T any]() map[string]bool {
	out := map[string]bool{}
	w, err := WordsOf(reflect.TypeFor[T](), nil)
	if err != nil {
		panic(fmt.Sprintf("facts of a fixed struct: %v", err))
	}
	common, _ := WordsOf(nil, nil)
	for name := range w.Facts {
		out[name] = common.Facts[name] == ""
	}
	return out
}

// bars reports whether a rule says who may do an act at all. What a line of the table says after # is how: signed by whom.
func bars(rule string) bool {
	return strings.Contains(rule, "/admins/") || strings.Contains(rule, "/function/") && !strings.Contains(rule, "#")
}

// Barring is the part of a refusal that says that the asker may not do the act at all, whatever the matter; nil where it
// says nothing of that.
func Barring(r *refuse.Refusal) *refuse.Refusal {
	if r == nil {
		return nil
	}
	out := *r
	out.Violations = nil
	for _, v := range r.Violations {
		if bars(v.Rule) {
			out.Violations = append(out.Violations, v)
		}
	}
	if out.Violations == nil {
		return nil
	}
	return &out
}

// Veil takes out of a refusal what it says of the item and of persons, where the act does not show first that the asker
// may know of the item, except of facts that the act tags as its own; and everything, where he may not do the act at all.
// facts are the act's.
func Veil(r *refuse.Refusal, knows bool, facts any) {
	if r == nil {
		return
	}
	barred := Barring(r) != nil
	hidden := func(fact string) bool { return !knows && (personFacts[fact] || itemFacts[fact]) && !owns(facts, fact) }
	for i := range r.Violations {
		v := &r.Violations[i]
		v.Failing = slices.DeleteFunc(v.Failing, func(f refuse.Failing) bool { return barred || hidden(f.Fact) })
	}
}

// owns reports whether a struct of facts tags the fact as its own.
func owns(facts any, name string) bool {
	if facts == nil {
		return false
	}
	p, err := planOf(reflect.TypeOf(facts))
	return err == nil && slices.ContainsFunc(p.fields, func(f factField) bool { return f.own && f.name == name })
}

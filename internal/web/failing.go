package web

import (
	"context"
	"slices"
	"strings"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// Fails adds to each clause what of the try was in the way, in words, and marks those words of its text that speak of
// it. name gives a person's name. A fact that has no saying is not shown.
func (v *RefusalView) Fails(ctx context.Context, ref *refuse.Refusal, name func(term.PersonID) string) {
	for i := range v.Clauses {
		c := &v.Clauses[i]
		for _, violation := range ref.Violations {
			if violation.Clause != c.ID {
				continue
			}
			for _, f := range violation.Failing {
				fail, ok := failOf(ctx, f, name)
				if !ok || slices.Contains(c.Fails, fail) {
					continue
				}
				c.Fails = append(c.Fails, fail)
				for _, words := range []string{f.Value, fail.Label} {
					if c.Mark == "" && words != "" && strings.Contains(c.Text, words) {
						c.Mark = words
					}
				}
			}
		}
	}
}

// InTheWay says in words which facts stood against a try under one rule; empty where none has a saying.
func InTheWay(ctx context.Context, v refuse.Violation, name func(term.PersonID) string) []string {
	var out []string
	for _, f := range v.Failing {
		fail, ok := failOf(ctx, f, name)
		if words := T(ctx, "failing.words", "label", fail.Label, "text", fail.Text); ok && !slices.Contains(out, words) {
			out = append(out, words)
		}
	}
	return out
}

// WrongIn says in words which arguments of an act an answer finds wrong, one sentence for each.
func WrongIn(ctx context.Context, act string, err error) (out []string) {
	ctx = answering(ctx, OfAct(act, err))
	for _, f := range WrongFields(err) {
		out = append(out, T(ctx, "failing.words", "label", fieldName(ctx, f.Field), "text", fieldSentence(ctx, f)))
	}
	return out
}

// failOf spells one fact: failing.FACT is its label, and .no, .yes, .lacks, .has, .is or .is.VALUE how it stands.
func failOf(ctx context.Context, f refuse.Failing, name func(term.PersonID) string) (Fail, bool) {
	t, key := Tongue(ctx), "failing."+f.Fact
	value, who := f.Value, ""
	if step := "failing.step." + value; t.Has(step) {
		value = T(ctx, step)
	}
	if f.Person != "" {
		who = name(f.Person)
	}
	ends := []string{".no", ".lacks", ".is"}
	if f.Is {
		ends = []string{".yes", ".has", ".is"}
	}
	ends = append([]string{".is." + f.Value}, ends...) // a value with words of its own
	for _, end := range ends {
		if t.Has(key) && t.Has(key+end) {
			return Fail{Label: T(ctx, key), Text: T(ctx, key+end, "name", who, "value", value)}, true
		}
	}
	return Fail{}, false
}

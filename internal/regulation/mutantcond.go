package regulation

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// variant is a condition with one part left out.
type variant struct{ left, gone string }

// without gives a condition with each operand of its && and || left out, as deep as its brackets go, and with each value
// of a written list left out. Left out of an && the condition says less, out of an || more: of a forbid, a step passes,
// or one that was allowed is refused. The condition itself must be well formed.
func without(cond string) []variant {
	cond = strings.TrimSpace(cond)
	for _, op := range []string{"||", "&&"} {
		operands := operandsOf(cond, op)
		if len(operands) < 2 {
			continue
		}
		var out []variant
		for i, o := range operands {
			if saysOnlyThat.MatchString(o) {
				continue
			}
			rest := slices.Delete(slices.Clone(operands), i, i+1)
			out = append(out, variant{strings.Join(rest, " "+op+" "), o})
			for _, v := range without(o) {
				changed := slices.Clone(operands)
				changed[i] = v.left
				out = append(out, variant{strings.Join(changed, " "+op+" "), v.gone})
			}
		}
		return out
	}
	for _, opening := range []string{"!(", "("} {
		if inner, ok := strings.CutPrefix(cond, opening); ok && closes(cond, len(opening)-1) {
			var out []variant
			for _, v := range without(strings.TrimSuffix(inner, ")")) {
				out = append(out, variant{opening + v.left + ")", v.gone})
			}
			return out
		}
	}
	return withoutValues(cond)
}

// saysOnlyThat there is something to judge: what is left judges nothing as it does a wrong value, and the field is asked
// for by a need of its own. So nothing is lost with it. Base, which alone says regime, is proven in an office of the state: all items
// there are.
var saysOnlyThat = regexp.MustCompile(`^(context\.)?(\w+ != ""|regime == "state")$`)

// namesSheet is a condition on which sheet an act signs: no pack of this version has two that one act signs.
var namesSheet = regexp.MustCompile(`^sheet == "[^"]*"$`)

var (
	listPattern = regexp.MustCompile(`\[\s*"[^\]]*\]`)
	textPattern = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
)

// withoutValues leaves each value out of a list of several that stands in a condition.
func withoutValues(cond string) []variant {
	var out []variant
	for _, at := range listPattern.FindAllStringIndex(cond, -1) {
		values := textPattern.FindAllString(cond[at[0]:at[1]], -1)
		for i, v := range values {
			if len(values) > 1 {
				rest := slices.Delete(slices.Clone(values), i, i+1)
				out = append(out, variant{cond[:at[0]] + "[" + strings.Join(rest, ", ") + "]" + cond[at[1]:], v})
			}
		}
	}
	return out
}

// operandsOf cuts at an operator that stands outside texts and brackets.
func operandsOf(cond, op string) []string {
	var out []string
	start, depth := 0, 0
	for i := 0; i < len(cond); i++ {
		switch c := cond[i]; {
		case c == '"':
			i = textEnd(cond, i)
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			depth--
		case depth == 0 && strings.HasPrefix(cond[i:], op):
			out = append(out, strings.TrimSpace(cond[start:i]))
			start = i + len(op)
			i++
		}
	}
	return append(out, strings.TrimSpace(cond[start:]))
}

// textEnd is where the text that begins at i ends.
func textEnd(s string, i int) int {
	for i++; i < len(s) && s[i] != '"'; i++ {
		if s[i] == '\\' {
			i++
		}
	}
	return i
}

// closes reports whether there is a bracket at open and it is closed by the last character.
func closes(cond string, open int) bool {
	if open >= len(cond) || cond[open] != '(' {
		return false
	}
	depth := 0
	for i := open; i < len(cond); i++ {
		switch cond[i] {
		case '"':
			i = textEnd(cond, i)
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i == len(cond)-1
			}
		}
	}
	return false
}

var blockPattern = regexp.MustCompile(`\b(when|unless)\s*\{`)

// withoutParts gives the text of a policy with one part of one of its conditions left out. A condition that is one part
// alone is left out whole, unless it is the policy's only one: what is left would forbid everything.
func (r RuleText) withoutParts() []variant {
	scope := scopePattern.FindStringIndex(r.Text)
	if scope == nil {
		return nil
	}
	var out []variant
	blocks := blockPattern.FindAllStringSubmatchIndex(r.Text[scope[1]:], -1)
	for _, b := range blocks {
		start := scope[1] + b[1]
		length := strings.IndexByte(r.Text[start:], '}')
		if length < 0 {
			continue
		}
		word, cond := r.Text[scope[1]+b[2]:scope[1]+b[3]], r.Text[start:start+length]
		for _, v := range without(cond) {
			out = append(out, variant{r.Text[:start] + " " + v.left + " " + r.Text[start+length:], v.gone})
		}
		if len(blocks) > 1 || r.spares(&Pack{}) != "" {
			out = append(out, variant{r.Text[:scope[1]+b[0]] + r.Text[start+length+1:], fmt.Sprintf("its %s", word)})
		}
	}
	return out
}

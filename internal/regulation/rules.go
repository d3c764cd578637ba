package regulation

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/cedar-policy/cedar-go"

	"jiyao/internal/term"
)

// rules splits rules.cedar into its policies and reads their annotations. Each keeps its text with the
// $parameters in it, since these are joined only when a Law is made.
func (l loader) rules() ([]RuleText, error) {
	file := path.Join(l.folder, "rules.cedar")
	b, err := l.read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	chunks, err := splitPolicies(string(b))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	count := map[term.Clause]int{}
	out := make([]RuleText, 0, len(chunks))
	for _, c := range chunks {
		r, err := readRule(c)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, c.line, err)
		}
		count[r.Clause]++
		r.Name = fmt.Sprintf("%s/%d", r.Clause, count[r.Clause])
		out = append(out, r)
	}
	return out, nil
}

type chunk struct {
	text string
	line int
}

// splitPolicies cuts at each semicolon outside texts and comments.
func splitPolicies(s string) ([]chunk, error) {
	var out []chunk
	start, line, startLine, quoted := 0, 1, 1, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\n':
			line++
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && c == '/' && i+1 < len(s) && s[i+1] == '/':
			for i+1 < len(s) && s[i+1] != '\n' {
				i++
			}
		case !quoted && c == ';':
			text := s[start : i+1]
			out = append(out, chunk{text, startLine + leadingLines(text)})
			start, startLine = i+1, line
		}
	}
	if strings.TrimSpace(stripComments(s[start:])) != "" {
		return nil, fmt.Errorf("line %d: a policy that ends with ';' is expected", startLine)
	}
	return out, nil
}

// leadingLines counts the blank and comment lines before a policy.
func leadingLines(text string) int {
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		if t := strings.TrimSpace(line); t != "" && !strings.HasPrefix(t, "//") {
			break
		}
		n++
	}
	return n
}

func stripComments(s string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(s, "\n") {
		if !strings.HasPrefix(strings.TrimSpace(line), "//") {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

var (
	paramPattern = regexp.MustCompile(`\$([a-z][a-z0-9_]*)(\.rank)?`)
	scopePattern = regexp.MustCompile(`\(\s*principal\s*,\s*action[^()]*,\s*resource\s*\)`)
)

// readRule parses the policy with every parameter as a stand-in, only to see its annotations and scope.
func readRule(c chunk) (RuleText, error) {
	standIn := paramPattern.ReplaceAllStringFunc(c.text, func(m string) string {
		if strings.HasSuffix(m, ".rank") {
			return "0"
		}
		return `"$"`
	})
	var p cedar.Policy
	if err := p.UnmarshalCedar([]byte(standIn)); err != nil {
		return RuleText{}, fmt.Errorf("policy: %w", err)
	}
	if p.Effect() != cedar.Forbid {
		return RuleText{}, errors.New("policy: a forbid is expected; a pack can only tighten")
	}
	r := RuleText{Text: c.text, Line: c.line}
	for key, value := range p.Annotations() {
		switch key {
		case "clause":
			r.Clause = term.Clause(value)
		case "remedy":
			r.Remedy = string(value)
		case "step":
			r.Step = string(value)
		case "field":
			r.Field = string(value)
		case "instead":
			r.Instead = string(value)
		case "letter":
			r.Letter = string(value)
		case "held_by":
			r.HeldBy = string(value)
		case "deed":
			r.Deed = string(value)
		case "staged":
			r.Staged = string(value)
		default:
			return r, fmt.Errorf("annotation @%s: one of @clause @remedy @step @field @instead @letter @held_by @deed @staged is expected", key)
		}
	}
	if r.Clause == "" || r.Remedy == "" {
		return r, errors.New("policy: @clause and @remedy are expected")
	}
	if r.Field != "" && r.Remedy != "correct" {
		return r, errors.New(`policy: @field says what the asker corrects, so @remedy("correct") is expected`)
	}
	if r.Instead != "" && r.Field == "" {
		return r, errors.New("policy: @instead says what to fill in the place of a @field, so @field is expected")
	}
	acts, err := actsOf(&p)
	if err != nil {
		return r, err
	}
	r.Acts = acts
	if (r.Deed != "" || r.Staged != "") && len(acts) == 0 {
		return r, errors.New("policy: @deed and @staged open the acts that it names, so it must name some")
	}
	if !scopePattern.MatchString(c.text) {
		return r, errors.New("policy: the scope (principal, action …, resource) is expected")
	}
	return r, nil
}

// actsOf reads the acts of a policy's scope from its JSON form; nil means every act.
func actsOf(p *cedar.Policy) ([]string, error) {
	b, err := p.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("policy as JSON: %w", err)
	}
	type uid struct{ Type, ID string }
	var doc struct {
		Action struct {
			Op       string
			Entity   uid
			Entities []uid
		}
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		return nil, fmt.Errorf("policy as JSON: %w", err)
	}
	switch doc.Action.Op {
	case "All":
		return nil, nil
	case "==":
		return []string{doc.Action.Entity.ID}, nil
	case "in":
		var out []string
		for _, e := range doc.Action.Entities {
			out = append(out, e.ID)
		}
		if len(out) == 0 {
			out = []string{doc.Action.Entity.ID}
		}
		return out, nil
	}
	return nil, fmt.Errorf("policy: action %s: ==, in or nothing is expected", doc.Action.Op)
}

// scoped gives the policy text for one act alone, without its end.
func (r RuleText) scoped(act string) string {
	text := strings.TrimSuffix(strings.TrimSpace(r.Text), ";")
	return scopePattern.ReplaceAllLiteralString(text, fmt.Sprintf("(principal, action == Action::%q, resource)", act))
}

// substitute fills in the parameters as Cedar text.
func substitute(text string, params map[string]Value) (string, error) {
	var missing error
	out := paramPattern.ReplaceAllStringFunc(text, func(m string) string {
		name, isRank := strings.CutSuffix(strings.TrimPrefix(m, "$"), ".rank")
		v, ok := params[name]
		if !ok {
			missing = fmt.Errorf("parameter $%s: a parameter of an adopted pack is expected", name)
			return m
		}
		if isRank {
			return fmt.Sprint(term.Level(v.Text).Rank())
		}
		if v.Text == unset {
			return noLimit
		}
		return v.Cedar()
	})
	return out, missing
}

// noLimit is a limit that no office has set: no number exceeds it.
var noLimit = strconv.FormatInt(math.MaxInt64, 10)

// plain fills in the parameters as plain text, for due rules and warnings.
func plain(text string, params map[string]Value) (string, error) {
	var missing error
	out := paramPattern.ReplaceAllStringFunc(text, func(m string) string {
		v, ok := params[strings.TrimPrefix(m, "$")]
		if !ok {
			missing = fmt.Errorf("parameter %s: a parameter of an adopted pack is expected", m)
			return m
		}
		return v.String()
	})
	return out, missing
}

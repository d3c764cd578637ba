package regulation

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/cedar-policy/cedar-go"
)

// condition is a Cedar expression over the facts of one act, as it stands between quotes in the YAML files:
// facts are written bare there (classified && copies_out > 0). An empty one always holds.
type condition struct {
	policies cedar.PolicyMap
}

var wordPattern = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\.?[A-Za-z_][A-Za-z0-9_]*`)

var cedarWords = map[string]bool{"true": true, "false": true, "in": true, "has": true, "like": true, "is": true, "if": true, "then": true, "else": true, "context": true}

// expand writes bare facts as context attributes and fills in parameters.
func expand(text string, facts map[string]string, params map[string]Value) (string, error) {
	text, err := substitute(text, params)
	if err != nil {
		return "", err
	}
	out := wordPattern.ReplaceAllStringFunc(text, func(w string) string {
		switch {
		case w[0] == '"' || w[0] == '.' || cedarWords[w]:
			return w
		case facts[w] == "":
			err = fmt.Errorf("condition %q: fact %s: a fact of the act is expected", text, w)
			return w
		}
		return "context." + w
	})
	return out, err
}

// newCondition compiles a condition for an act with these facts.
func newCondition(text string, facts map[string]string, params map[string]Value) (*condition, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	expr, err := expand(text, facts, params)
	if err != nil {
		return nil, err
	}
	var p cedar.Policy
	if err := p.UnmarshalCedar([]byte("permit (principal, action, resource) when { " + expr + " };")); err != nil {
		return nil, fmt.Errorf("condition %q: %w", text, err)
	}
	if err := validateFor(facts, &p); err != nil {
		return nil, fmt.Errorf("condition %q: %w", text, err)
	}
	return &condition{cedar.PolicyMap{"c": &p}}, nil
}

// holds reports whether the condition is true over a context; a nil condition is.
func (c *condition) holds(context cedar.Record) (bool, error) {
	if c == nil {
		return true, nil
	}
	decision, diagnostic := cedar.Authorize(c.policies, cedar.EntityMap{}, cedar.Request{Principal: principal, Action: anyAct, Resource: resource, Context: context})
	if len(diagnostic.Errors) > 0 {
		return false, fmt.Errorf("evaluate a condition: %s", diagnostic.Errors[0].Message)
	}
	return decision == cedar.Allow, nil
}

var anyAct = cedar.NewEntityUID("Action", "any")

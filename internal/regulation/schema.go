package regulation

import (
	"fmt"
	"sort"
	"strings"
	"sync"

	"github.com/cedar-policy/cedar-go"
	expast "github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/schema"
	"github.com/cedar-policy/cedar-go/x/exp/schema/resolved"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"
)

// validateFor type-checks a policy against the facts of one act, strictly, so that a misspelt fact or a text
// compared with a number is found when a pack is loaded. The schema is generated from the Go structs.
func validateFor(facts map[string]string, p *cedar.Policy) error {
	names := make([]string, 0, len(facts))
	for n := range facts {
		names = append(names, n)
	}
	sort.Strings(names)
	var b strings.Builder
	b.WriteString("entity Office;\naction any")
	acts, err := actsOf(p)
	if err != nil {
		return err
	}
	for _, a := range acts {
		fmt.Fprintf(&b, ", %q", a)
	}
	b.WriteString(" appliesTo { principal: Office, resource: Office, context: {\n")
	for _, n := range names {
		fmt.Fprintf(&b, "  %s: %s,\n", n, facts[n])
	}
	b.WriteString("} };\n")
	known, err := resolve(b.String())
	if err != nil {
		return fmt.Errorf("schema of facts: %w", err)
	}
	return validate.New(known).Policy("policy", (*expast.Policy)(p.AST()))
}

// schemas keeps the resolved schema of each text: there is one for each act, and every policy of the act asks.
var schemas sync.Map // string → *resolved.Schema

func resolve(text string) (*resolved.Schema, error) {
	if known, ok := schemas.Load(text); ok {
		return known.(*resolved.Schema), nil
	}
	var s schema.Schema
	if err := s.UnmarshalCedar([]byte(text)); err != nil {
		return nil, err
	}
	out, err := s.Resolve()
	if err != nil {
		return nil, err
	}
	schemas.Store(text, out)
	return out, nil
}

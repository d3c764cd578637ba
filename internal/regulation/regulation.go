// Package regulation is the law: packs of written regulations, loaded strictly, adopted whole or by parts,
// and asked before every act.
//
// A pack is a folder of plain files (regulations/county/…): its clauses, the Cedar rules that forbid, the
// table of functions, approvals, visibility, obligations, records, checklists and consequences. Go code knows
// what a hand-over or a deadline is; only a pack knows what is allowed, due, kept, signed or punished, and by
// which clause. The parts of one pack that an office has adopted, together with those of its other packs and
// the always present base pack, make a Law. A Law is immutable and safe for concurrent use.
//
// What must always hold:
//   - Unknown means no. A policy that fails to evaluate forbids; a fact that a policy needs and an act does
//     not give is found when the pack is loaded, not when the act is asked.
//   - A pack can only tighten. Base permits by function; every other carrier compiles to a forbid.
//   - Every refusal cites clauses that the loaded packs hold.
//   - Nothing here reads a database, a clock or a random source after loading.
package regulation

import (
	"fmt"
	"slices"
	"sort"
	"sync"

	"github.com/cedar-policy/cedar-go"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// Law is what binds an office at one moment: base and the adopted parts of its packs, compiled.
type Law struct {
	packs    []*Pack // base first, then in order of adoption
	adopted  map[term.Clause]bool
	clauses  map[term.Clause]*Clause
	params   map[string]Value // joined by the stricter direction, by bare name
	byAction map[string]*ruleSet
	needs    map[string][]need
	leaves   map[string][]*Approval
	hides    []hiding
	duties   []*Duty
	watches  []*Watch
	sheets   []*Checklist
	reacts   []*Reaction
	lists    map[string][]ListValue
	reports  map[string]*Report
	keeps    map[string][]*condition // act → when a register of who came to know keeps a line of it
	inherits map[string][]*Record
	deeds    []Deed
	staged   []Entrusted
	gates    map[string][]*Checklist
	executes map[string]*condition // act of a deed → when a register keeps a line of it

	vocabulary Vocabulary
	functions  []Function
	permitted  map[string]bool
	spoken     map[string]map[term.Regime]bool // act or case of it → for secrets of which regime a pack speaks on it; empty: all
	namedPosts map[string][]namedPost          // act → posts that packs name without a clause, for base's fallbacks
	conditions map[string]*condition           // by act and text; complete once the Law is made
	after      sync.Map                        // afterKey → *condition, of watches
}

// rule is one compiled forbid and what a refusal by it says.
type rule struct {
	name    string // pack/kind/clause/n
	clause  term.Clause
	remedy  refuse.Remedy
	fields  []string
	instead string // the argument to fill in their place
	text    string // as compiled
	all     bool   // of every act, not of this one
}

type ruleSet struct {
	policies cedar.PolicyMap
	rules    map[cedar.PolicyID]*rule
}

// Question is one try put before the law.
type Question struct {
	Act     string
	Subject string // id for the refusal; never a title
	Known   *Known
	System  bool           // the system itself acts: no field is asked for
	Fields  map[string]any // arguments by JSON name, for required fields
}

// Ask answers nil when nothing forbids the try, else a refusal that names every violated clause at once.
// The error is for what could not be found out; the caller treats it as a refusal.
func (l *Law) Ask(q Question) (*refuse.Refusal, error) {
	found := map[string]refuse.Violation{}
	set := l.byAction[q.Act]
	if set == nil {
		return nil, fmt.Errorf("act %s: no line in the table of functions permits it", q.Act)
	}
	for i, context := range q.Known.contexts {
		var person term.PersonID
		if i < len(q.Known.persons) {
			person = q.Known.persons[i]
		}
		if err := set.ask(q.Act, context, person, found); err != nil {
			return nil, fmt.Errorf("ask the law about %s: %w", q.Act, err)
		}
		if err := l.askNeeds(q, context, found); err != nil {
			return nil, err
		}
	}
	if len(found) == 0 {
		return nil, nil
	}
	out := &refuse.Refusal{Act: q.Act, Subject: q.Subject}
	for _, v := range found {
		out.Violations = append(out.Violations, v)
	}
	sort.Slice(out.Violations, func(i, j int) bool {
		a, b := out.Violations[i], out.Violations[j]
		if a.Clause != b.Clause {
			return refuse.Less(a.Clause, b.Clause)
		}
		return a.Rule < b.Rule
	})
	return out, nil
}

// ask runs the forbids of one act over one context. Cedar skips a forbid that errors, so any error refuses.
func (s *ruleSet) ask(act string, context cedar.Record, person term.PersonID, found map[string]refuse.Violation) error {
	_, diagnostic := cedar.Authorize(s.policies, cedar.EntityMap{}, cedar.Request{
		Principal: principal, Action: cedar.NewEntityUID("Action", cedar.String(act)), Resource: resource, Context: context,
	})
	if len(diagnostic.Errors) > 0 {
		return fmt.Errorf("rule %s: %s", diagnostic.Errors[0].PolicyID, diagnostic.Errors[0].Message)
	}
	for _, reason := range diagnostic.Reasons {
		r := s.rules[reason.PolicyID]
		if r == nil {
			continue // the one permit
		}
		v, seen := found[r.name]
		if !seen {
			v = refuse.Violation{Clause: r.clause, Rule: r.name, Fields: r.fields, Instead: r.instead, Remedy: r.remedy}
		}
		if len(v.Failing) < maxFailing {
			for _, f := range r.failing(context, person) {
				if !slices.Contains(v.Failing, f) {
					v.Failing = append(v.Failing, f)
				}
			}
		}
		found[r.name] = v
	}
	return nil
}

var (
	principal = cedar.NewEntityUID("Office", "actor")
	resource  = cedar.NewEntityUID("Office", "matter")
)

// Clause gives a clause of a loaded pack, adopted or not.
func (l *Law) Clause(id term.Clause) (*Clause, bool) {
	c, ok := l.clauses[id]
	return c, ok
}

// Adopted reports whether the part of the regulation that holds the clause is in force here.
func (l *Law) Adopted(id term.Clause) bool { return l.adopted[id] }

// Packs lists base first, then the packs in the order they were adopted.
func (l *Law) Packs() []*Pack { return l.packs }

// Regimes are those of the secrets that the office keeps: the state's, unless all that it adopted is for a company's own.
// The first is that of what bears no mark.
func (l *Law) Regimes() []term.Regime {
	state, company := false, false
	if l != nil {
		for _, p := range l.packs {
			company = company || p.Regime == term.RegimeCompany
			state = state || p.Regime != term.RegimeCompany && !p.isBase()
		}
	}
	switch {
	case company && !state:
		return []term.Regime{term.RegimeCompany}
	case company:
		return []term.Regime{term.RegimeState, term.RegimeCompany}
	}
	return []term.Regime{term.RegimeState}
}

// Param gives a parameter as joined over all adopted packs.
func (l *Law) Param(name string) (Value, bool) {
	v, ok := l.params[name]
	return v, ok
}

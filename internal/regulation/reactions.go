package regulation

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"jiyao/internal/term"
)

// acts lists every act the reaction looks at.
func (r *Reaction) acts() []string {
	return append(append(append([]string{}, r.OnRefused...), r.OnHidden...), r.OnDone...)
}

// Post names a post of the reaction's pack.
func (r *Reaction) Post(name string) string { return r.pack.post(name) }

// Name of the carrier with its pack.
func (r *Reaction) FullName() string { return r.pack.Name + "/" + r.Name }

// Outcome is how a try ended, for reactions.
type Outcome string

// The three outcomes a reaction can look at.
const (
	OnDone    Outcome = "done"
	OnRefused Outcome = "refused"
	OnHidden  Outcome = "hidden"
)

// Reactions lists what follows a try with these facts. For a refusal, cited is its clauses: a reaction marked
// only_own follows only when the refusal cites its clause.
func (l *Law) Reactions(act string, outcome Outcome, cited []term.Clause, k *Known) ([]*Reaction, error) {
	var out []*Reaction
	for _, r := range l.reacts {
		acts := map[Outcome][]string{OnDone: r.OnDone, OnRefused: r.OnRefused, OnHidden: r.OnHidden}[outcome]
		if !contains(acts, act) || r.Clauses && !contains(cited, r.Clause) {
			continue
		}
		c, err := l.condition(act, l.under(r.pack, r.Clause, act, r.When))
		if err != nil {
			return nil, err
		}
		ok, err := anyHolds([]*condition{c}, k.contexts)
		if err != nil {
			return nil, fmt.Errorf("reaction %s: %w", r.Name, err)
		}
		if ok {
			out = append(out, r)
		}
	}
	finds := func(r *Reaction) bool {
		return slices.ContainsFunc(r.Then, func(e Effect) bool { return e.Finding != nil })
	}
	if slices.ContainsFunc(out, func(r *Reaction) bool { return !r.Fallback && finds(r) }) {
		out = slices.DeleteFunc(out, func(r *Reaction) bool { return r.Fallback && finds(r) })
	}
	return out, nil
}

// Counts reports whether an adopted pack attaches something to this outcome of an act that depends on how often it came.
func (l *Law) Counts(act string, outcome Outcome) bool {
	return slices.ContainsFunc(l.reacts, func(r *Reaction) bool {
		return strings.Contains(r.When, "refused_requests") && contains(map[Outcome][]string{OnRefused: r.OnRefused, OnHidden: r.OnHidden}[outcome], act)
	})
}

// Broken lists the watches over an act that do not hold on the facts as they stand after it.
func (l *Law) Broken(act string, common Common, after any) ([]*Watch, error) {
	watches := l.Watches(act)
	if len(watches) == 0 || after == nil {
		return nil, nil
	}
	k, err := Know(common, after)
	if err != nil {
		return nil, err
	}
	facts := reflect.Indirect(reflect.ValueOf(after)).Type()
	var out []*Watch
	for _, w := range watches {
		c, err := l.afterwards(facts, w.Holds)
		if err != nil {
			return nil, fmt.Errorf("watch %s: %w", w.Name, err)
		}
		for _, context := range k.contexts {
			ok, err := c.holds(context)
			if err != nil {
				return nil, fmt.Errorf("watch %s: %w", w.Name, err)
			}
			if !ok {
				out = append(out, w)
				break
			}
		}
	}
	return out, nil
}

// afterKey names the condition of a watch over one kind of facts.
type afterKey struct {
	facts reflect.Type
	text  string
}

// afterwards compiles the condition of a watch once for each kind of facts.
func (l *Law) afterwards(facts reflect.Type, text string) (*condition, error) {
	key := afterKey{facts, text}
	if c, ok := l.after.Load(key); ok {
		return c.(*condition), nil
	}
	words, err := WordsOf(facts, nil)
	if err != nil {
		return nil, err
	}
	c, err := newCondition(text, words.Facts, l.params)
	if err != nil {
		return nil, err
	}
	l.after.Store(key, c)
	return c, nil
}

func contains[T comparable](list []T, v T) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

// Watches lists the conditions to check after an act.
func (l *Law) Watches(act string) []*Watch {
	var out []*Watch
	for _, w := range l.watches {
		if w.Always || contains(w.After, act) {
			out = append(out, w)
		}
	}
	return out
}

// Post names a post of the watch's pack.
func (w *Watch) Post(name string) string { return w.pack.post(name) }

// Sheets lists the checklists of one name over all adopted packs, each line under its own clause.
func (l *Law) Sheets(name string) []*Checklist {
	var out []*Checklist
	for _, c := range l.sheets {
		if c.Name == name {
			out = append(out, c)
		}
	}
	return out
}

// LineTitle is what a line of a sheet asks, by its name; empty where no adopted pack has it.
func (l *Law) LineTitle(name string) string {
	for _, c := range l.sheets {
		for _, line := range c.Lines {
			if line.Name == name {
				return line.Title
			}
		}
	}
	return ""
}

// Post names a post of the checklist's pack.
func (c *Checklist) Post(name string) string { return c.pack.post(name) }

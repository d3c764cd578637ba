package regulation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"

	"jiyao/internal/term"
)

// Deed is what a post does itself or delegates by one word (保存): the acts of a rule that spares who is delegated it
// (@deed), for items of the regime that the rule speaks of.
type Deed struct {
	Word   string
	Acts   []string
	Post   string // pack/post, who needs no delegation (@held_by); may be empty
	Regime term.Regime
}

// Entrusted are acts that somebody may do, where base's line lets delegates, for items of one regime; empty: of any.
type Entrusted struct {
	Regime term.Regime
	Acts   []string
}

// Entrusted is what deeds delegated to somebody, his posts, and the designation of his unit for some stage (staged) let him
// do. A pack can only tighten: for an item of which it does not speak, nothing.
func (l *Law) Entrusted(deeds, posts []string, staged bool) []Entrusted {
	var out []Entrusted
	if staged {
		out = append(out, l.staged...)
	}
	for _, d := range l.deeds {
		delegated := slices.Contains(deeds, d.Word)
		if delegated {
			out = append(out, Entrusted{d.Regime, []string{d.Word}})
		}
		if delegated || d.Post != "" && slices.Contains(posts, d.Post) {
			out = append(out, Entrusted{d.Regime, d.Acts})
		}
	}
	return out
}

// entrust adds to the delegated acts what is entrusted for a matter of these facts. Of one without a regime no pack that
// speaks of one has spoken.
func (c Common) entrust(facts cedar.RecordMap) {
	if len(c.Entrusted) == 0 {
		return
	}
	regime, _ := facts["regime"].(cedar.String)
	acts := slices.Clone(c.DelegatedActs)
	for _, e := range c.Entrusted {
		if e.Regime == "" || string(e.Regime) == string(regime) {
			acts = append(acts, e.Acts...)
		}
	}
	values := make([]cedar.Value, len(acts))
	for i, a := range acts {
		values[i] = cedar.String(a)
	}
	facts["delegated_acts"] = cedar.NewSet(values...)
}

// spares is the Cedar text of whom a rule lets be; empty where it spares nobody.
func (r RuleText) spares(p *Pack) string {
	var who []string
	if r.HeldBy != "" {
		who = append(who, fmt.Sprintf("context.actor_posts.contains(%q)", p.post(r.HeldBy)))
	}
	if r.Deed != "" {
		who = append(who, fmt.Sprintf("context.delegated_acts.contains(%q)", r.Deed))
	}
	if r.Staged != "" {
		who = append(who, "context.designated_stages.contains(context.stage)")
	}
	if who == nil {
		return ""
	}
	return "\nunless { " + strings.Join(who, " || ") + " }"
}

// takeDeed notes what a rule of an adopted clause lets be entrusted; most rules let nothing.
func (l *Law) takeDeed(p *Pack, r RuleText) error {
	if r.Deed == "" && r.Staged == "" {
		return nil
	}
	regime := p.binds(r.Clause)
	for _, act := range r.Acts {
		if words, ok := l.vocabulary[act]; ok && regime != "" && words.Facts["regime"] == "" {
			return fmt.Errorf("%s/rules.cedar:%d: %s: an act that says of which regime its matter is, is expected: what is entrusted counts for those of %s", p.Name, r.Line, act, regime)
		}
	}
	if r.Staged != "" {
		l.staged = append(l.staged, Entrusted{regime, r.Acts})
	}
	if r.Deed != "" {
		d := Deed{Word: r.Deed, Acts: r.Acts, Regime: regime}
		if r.HeldBy != "" {
			d.Post = p.post(r.HeldBy)
		}
		l.deeds = append(l.deeds, d)
	}
	return nil
}

// sourceOfExecutions is the source of a register that keeps a line of each act of a deed.
const sourceOfExecutions = "executions"

// keepExecutions notes when such a register keeps a line of each act.
func (l *Law) keepExecutions(p *Pack, r *Report) error {
	if r.Source != sourceOfExecutions {
		return nil
	}
	for _, other := range p.Rules {
		if other.Deed == "" {
			continue
		}
		for _, act := range other.Acts {
			words, ok := l.vocabulary[act]
			if !ok {
				continue
			}
			when, err := newCondition(l.under(p, r.Clause, act, r.When), words.Facts, l.params)
			if err != nil {
				return fmt.Errorf("%s/records.yaml: %s: %s: %w", p.Name, r.Name, act, err)
			}
			l.executes[act] = when
		}
	}
	return nil
}

// Executed names the deed of an act of which a register in force keeps a line; empty where none does.
func (l *Law) Executed(act string, k *Known) (string, error) {
	when, kept := l.executes[act]
	if !kept {
		return "", nil
	}
	i := slices.IndexFunc(l.deeds, func(d Deed) bool { return slices.Contains(d.Acts, act) })
	if i < 0 {
		return "", nil
	}
	ok, err := anyHolds([]*condition{when}, k.contexts)
	if err != nil || !ok {
		return "", err
	}
	return l.deeds[i].Word, nil
}

// OfDesignated reports whether an act is done by the department that is designated for the thing and its stage.
func (l *Law) OfDesignated(act string) bool {
	return slices.ContainsFunc(l.staged, func(e Entrusted) bool { return slices.Contains(e.Acts, act) })
}

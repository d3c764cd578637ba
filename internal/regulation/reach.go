package regulation

import (
	"maps"
	"slices"
	"strings"

	"jiyao/internal/term"
)

// The ways in which a carrier of an adopted pack can be in vain.
const (
	NeverReached   = "never_reached"   // none of its acts is in this program
	NeverClosed    = "never_closed"    // a duty that is open to no closing act
	NeverAllowed   = "never_allowed"   // a leave that nobody is there to give
	FallbackYields = "fallback_yields" // base's leave for want of a pack's; one speaks
)

// Vain is one carrier that can never be satisfied, or never be reached, in the adopted set.
type Vain struct {
	Code    string      `json:"code"`
	Pack    string      `json:"pack"`
	Clause  term.Clause `json:"clause"`
	Carrier string      `json:"carrier"` // file and name, such as obligations/recover
	Acts    []string    `json:"acts,omitempty"`
	Posts   []string    `json:"posts,omitempty"` // of a leave: pack/post, all vacant
}

// Vain lists what can never be satisfied or reached in the adopted set, by pack and file. held says whether anybody
// holds a post (pack/post). Lines of base's table of functions are left out where their act is still to come: they
// permit, and permit nothing until then.
func (l *Law) Vain(held func(post string) bool) []Vain {
	var out []Vain
	for _, p := range l.packs {
		add := func(code, carrier string, clause term.Clause, acts, posts []string) {
			if l.adopted[clause] || p.Name == baseName {
				out = append(out, Vain{Code: code, Pack: p.Name, Clause: clause, Carrier: carrier, Acts: acts, Posts: posts})
			}
		}
		l.vainActs(p, add)
		l.vainDuties(p, add)
		l.vainLeaves(p, held, add)
	}
	return out
}

type addVain func(code, carrier string, clause term.Clause, acts, posts []string)

const baseName = "base"

// missing reports whether none of some acts is in this program.
func (l *Law) missing(acts []string) bool {
	return len(acts) > 0 && !slices.ContainsFunc(acts, func(a string) bool { _, ok := l.vocabulary[a]; return ok })
}

func (l *Law) vainActs(p *Pack, add addVain) {
	for _, r := range p.Rules {
		if l.missing(r.Acts) {
			add(NeverReached, "rules", r.Clause, r.Acts, nil)
		}
	}
	for _, f := range p.Functions {
		if acts := []string{f.Act}; p.Name != baseName && l.missing(acts) {
			add(NeverReached, "functions", f.Clause, acts, nil)
		}
	}
	for _, r := range p.Records {
		if acts := []string{r.Act}; r.Act != "" && l.missing(acts) {
			add(NeverReached, "records", r.Clause, acts, nil)
		}
	}
	for _, r := range p.Reactions {
		if acts := slices.Concat(r.OnRefused, r.OnHidden, r.OnDone); l.missing(acts) {
			add(NeverReached, "consequences", r.Clause, acts, nil)
		}
	}
}

func (l *Law) vainDuties(p *Pack, add addVain) {
	for _, o := range p.Obligations {
		opens, closes := map[string]bool{}, map[string]bool{}
		itself := false
		for _, on := range o.Opens {
			if itself = itself || on.On == ""; on.On != "" {
				opens[on.On] = true
			}
		}
		for _, by := range o.ClosedBy {
			closes[by.Act] = true
		}
		name := "obligations/" + o.Name
		if acts := slices.Sorted(maps.Keys(opens)); !itself && l.missing(acts) {
			add(NeverReached, name, o.Clause, acts, nil)
		} else if acts := slices.Sorted(maps.Keys(closes)); len(acts) == 0 || l.missing(acts) {
			add(NeverClosed, name, o.Clause, acts, nil)
		}
	}
}

func (l *Law) vainLeaves(p *Pack, held func(string) bool, add addVain) {
	for i := range p.Approvals {
		a := &p.Approvals[i]
		name, acts := "approvals/"+a.Name, []string{a.Act}
		switch {
		case l.missing(acts):
			add(NeverReached, name, a.Clause, acts, nil)
		case l.yields(p, a):
			add(FallbackYields, name, a.Clause, acts, nil)
		}
	}
	for _, act := range slices.Sorted(maps.Keys(l.leaves)) { // those that stand, with their posts found
		for _, a := range l.leaves[act] {
			posts := a.ApproversFor(nil)
			if a.pack == p && len(posts) > 0 && !strings.HasSuffix(posts[0], "/nobody") && !slices.ContainsFunc(posts, held) {
				add(NeverAllowed, "approvals/"+a.Name, a.Clause, []string{a.Act}, posts)
			}
		}
	}
}

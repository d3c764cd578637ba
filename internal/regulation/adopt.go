package regulation

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// Adoption is one pack as an office has taken it: whole when Parts is empty.
type Adoption struct {
	Pack       *Pack
	Parts      []string
	Parameters map[string]Value // the office's own values, never looser than the source
}

// Vocabulary is the catalogue as the law sees it: every act there is with its words.
type Vocabulary map[string]Words

// A Law is made in these steps: take the clauses of the adopted parts, join the parameters, then compile
// function lines, rules, approvals, guards and gates to forbids indexed by act, and check every condition
// against the facts of the acts it speaks of. Acts that packs name but the catalogue does not hold yet are
// left out: the clause shows as not yet in force for them.

// New makes the law of an office. base is always in force; packs may be none.
func New(base *Pack, packs []Adoption, vocabulary Vocabulary) (*Law, error) {
	l := &Law{
		adopted: map[term.Clause]bool{}, clauses: map[term.Clause]*Clause{}, byAction: map[string]*ruleSet{},
		needs: map[string][]need{}, leaves: map[string][]*Approval{}, lists: map[string][]ListValue{},
		reports: map[string]*Report{}, keeps: map[string][]*condition{}, inherits: map[string][]*Record{}, executes: map[string]*condition{}, gates: map[string][]*Checklist{}, vocabulary: vocabulary,
		conditions: map[string]*condition{}, spoken: map[string]map[term.Regime]bool{},
	}
	all := append([]Adoption{{Pack: base}}, packs...)
	for _, a := range all {
		l.packs = append(l.packs, a.Pack)
		l.takeClauses(a)
	}
	for _, p := range l.packs {
		if err := p.resolve(l.packs, vocabulary); err != nil {
			return nil, err
		}
	}
	if err := l.joinParameters(all); err != nil {
		return nil, err
	}
	l.listen(packs)
	var errs []error
	for act := range vocabulary {
		l.byAction[act] = newRuleSet()
	}
	for _, a := range all {
		errs = append(errs, l.compilePack(a.Pack, a.Pack == base))
	}
	for act := range vocabulary {
		if !l.permitted[act] {
			errs = append(errs, fmt.Errorf("%s/functions.yaml: act %s: a line that permits it is expected", base.Name, act))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return l, nil
}

func newRuleSet() *ruleSet {
	var permit cedar.Policy
	if err := permit.UnmarshalCedar([]byte("permit (principal, action, resource);")); err != nil {
		panic(err) // a constant text
	}
	return &ruleSet{policies: cedar.PolicyMap{"permit": &permit}, rules: map[cedar.PolicyID]*rule{}}
}

func (l *Law) takeClauses(a Adoption) {
	taken := map[string]bool{}
	for _, p := range a.Parts {
		taken[p] = true
	}
	for i := range a.Pack.Clauses {
		c := &a.Pack.Clauses[i]
		l.clauses[c.ID] = c
		if len(a.Parts) == 0 || taken[c.Part] {
			l.adopted[c.ID] = true
		}
	}
}

func (l *Law) compilePack(p *Pack, isBase bool) error {
	var errs []error
	in := func(c term.Clause) bool { return l.adopted[c] }
	for _, f := range p.Functions {
		if in(f.Clause) {
			errs = append(errs, l.compileFunction(p, f, isBase))
		}
	}
	for _, r := range p.Rules {
		if in(r.Clause) {
			errs = append(errs, l.takeDeed(p, r), l.compileRule(p, r))
		}
	}
	for i := range p.Approvals {
		a := &p.Approvals[i]
		if !in(a.Clause) {
			continue
		}
		a.pack = p
		if !l.yields(p, a) {
			errs = append(errs, l.compileApproval(p, l.instead(a)))
		}
		if own := l.ofACompany(p, a); own != nil {
			errs = append(errs, l.compileApproval(p, own))
		}
	}
	for i := range p.Visibility {
		if v := &p.Visibility[i]; in(v.Clause) {
			v.pack = p
			h, err := l.hide(v)
			l.hides, errs = append(l.hides, h), append(errs, err)
		}
	}
	errs = append(errs, l.takeDuties(p, in), l.takeRecords(p, in))
	return errors.Join(errs...)
}

// listen notes on which acts an adopted pack speaks: by an approval or a function of an adopted clause. A pack
// that lists an act under speaks without carrying it yet leaves base's fallback standing, and so does one that speaks of
// secrets of another regime.
func (l *Law) listen(packs []Adoption) {
	l.namedPosts = map[string][]namedPost{}
	speaks := func(p *Pack, matter string, clause term.Clause) {
		if !l.adopted[clause] {
			return
		}
		if l.spoken[matter] == nil {
			l.spoken[matter] = map[term.Regime]bool{}
		}
		l.spoken[matter][p.binds(clause)] = true
	}
	for _, a := range packs {
		for _, f := range a.Pack.Functions {
			speaks(a.Pack, f.Act, f.Clause)
		}
		for _, v := range a.Pack.Approvals {
			speaks(a.Pack, v.matter(), v.Clause)
		}
		for act, clause := range a.Pack.NoLeave {
			speaks(a.Pack, act, clause)
		}
		for act, post := range a.Pack.Fallback {
			l.namedPosts[act] = append(l.namedPosts[act], namedPost{a.Pack.post(post), a.Pack.Regime})
		}
	}
}

// yields reports whether a fallback gives way to an adopted pack that speaks on the same of the same secrets.
func (l *Law) yields(p *Pack, a *Approval) bool {
	spoken := l.spoken[a.matter()]
	return a.Fallback && (spoken[""] || spoken[p.binds(a.Clause)])
}

// matter is what packs name when they speak on it: the act, or one case of it.
func (a *Approval) matter() string {
	if a.Case == "" {
		return a.Act
	}
	return a.Act + "/" + a.Case
}

// instead gives a fallback approval the posts that adopted packs of the state's secrets name without a clause.
func (l *Law) instead(a *Approval) *Approval {
	posts := l.named(a, false)
	if !a.Fallback || posts == nil {
		return a
	}
	out := *a
	out.Posts = posts
	return &out
}

// ofACompany is a fallback of the state's secrets as it holds for a company's own, where its regulation names a post for it
// without a clause; nil where none does, or one speaks. No law of the state asks for that leave: it is the office's own.
func (l *Law) ofACompany(p *Pack, a *Approval) *Approval {
	spoken, posts := l.spoken[a.matter()], l.named(a, true)
	if !a.Fallback || posts == nil || spoken[""] || spoken[term.RegimeCompany] {
		return nil
	}
	out := *a
	out.Name, out.Posts, out.Clause = a.Name+"_company", posts, p.FallbackClause
	company := fmt.Sprintf("regime == %q", term.RegimeCompany)
	out.When = fmt.Sprintf("(%s) && %s", orText(strings.ReplaceAll(a.When, fmt.Sprintf("regime == %q", term.RegimeState), company), company), company)
	return &out
}

// named are the posts that adopted packs name for an act without a clause, for a company's secrets or the rest; ✗ among them
// means that nobody gives leave.
func (l *Law) named(a *Approval, company bool) []string {
	var out []string
	for _, n := range l.namedPosts[a.matter()] {
		switch {
		case company != (n.regime == term.RegimeCompany):
		case strings.HasSuffix(n.post, "✗"):
			return []string{"nobody"}
		default:
			out = append(out, n.post)
		}
	}
	return out
}

// namedPost is one that a pack names for secrets of its regime; a company's head gives no leave for the state's.
type namedPost struct {
	post   string
	regime term.Regime
}

// forbid compiles one forbid for one act; condition is Cedar text over context.
func (l *Law) forbid(act, text string, r *rule) error {
	set := l.byAction[act]
	if set == nil {
		return nil // not in the catalogue yet
	}
	var p cedar.Policy
	if err := p.UnmarshalCedar([]byte(text)); err != nil {
		return fmt.Errorf("%s for %s: %w", r.name, act, err)
	}
	if err := validateFor(l.vocabulary[act].Facts, &p); err != nil {
		return fmt.Errorf("%s for %s: %w", r.name, act, err)
	}
	id := cedar.PolicyID(r.name)
	if set.rules[id] != nil {
		return fmt.Errorf("%s for %s stands twice", r.name, act)
	}
	r.text = text
	set.policies[id], set.rules[id] = &p, r
	return nil
}

func (l *Law) compileRule(p *Pack, r RuleText) error {
	acts := r.Acts
	if acts == nil {
		for act := range l.vocabulary {
			acts = append(acts, act)
		}
	}
	var errs []error
	for _, act := range acts {
		field, instead := r.Field, r.Instead
		if lacks := l.lacks(act, field, instead); lacks != "" {
			if r.Step == "" || !l.anyTakes(acts, lacks) {
				errs = append(errs, fmt.Errorf("%s/rules.cedar:%d: @field, @instead: an argument of %s is expected, not %s", p.Name, r.Line, act, lacks))
				continue
			}
			field, instead = "", "" // of this act nothing is wrong at a field: the step cures it
		}
		scoped := r.scoped(act) + r.spares(p)
		if regime := l.regime(p, r.Clause, act); regime != "" {
			scoped = fmt.Sprintf("%s\nwhen { context.regime == %q }", scoped, regime)
		}
		text, err := substitute(scoped+";", l.params)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s/rules.cedar:%d: %w", p.Name, r.Line, err))
			continue
		}
		err = l.forbid(act, text, &rule{
			name: p.Name + "/rule/" + r.Name, clause: r.Clause, remedy: p.remedy(r.Remedy, r.Step), fields: single(field), instead: instead, all: r.Acts == nil,
		})
		if err != nil {
			errs = append(errs, fmt.Errorf("%s/rules.cedar:%d: %w", p.Name, r.Line, err))
		}
	}
	return errors.Join(errs...)
}

// lacks is the first of some names that is no argument of an act; empty where all are, and of an act that is to come.
func (l *Law) lacks(act string, names ...string) string {
	for _, name := range names {
		if name != "" && l.byAction[act] != nil && !l.vocabulary[act].Fields[name] {
			return name
		}
	}
	return ""
}

func (l *Law) anyTakes(acts []string, name string) bool {
	return slices.ContainsFunc(acts, func(act string) bool { return l.byAction[act] != nil && l.vocabulary[act].Fields[name] })
}

func single(field string) []string {
	if field == "" {
		return nil
	}
	return []string{field}
}

// regime is the one under which a clause of base, or of a company's regulation, binds an act: the header's, unless the clause
// says all; empty where it binds under every regime, or the act has none.
func (l *Law) regime(p *Pack, id term.Clause, act string) term.Regime {
	if l.vocabulary[act].Facts["regime"] == "" {
		return ""
	}
	return p.binds(id)
}

// binds is the regime of the secrets that a clause binds; empty where it binds all of them.
func (p *Pack) binds(id term.Clause) term.Regime {
	c := p.clauseByID[id]
	if !p.isBase() && p.Regime != term.RegimeCompany || c == nil || c.Regime == "all" {
		return ""
	}
	return p.Regime
}

// under narrows a condition of a YAML file to the regime under which its clause binds.
func (l *Law) under(p *Pack, id term.Clause, act, when string) string {
	regime := l.regime(p, id, act)
	switch {
	case regime == "":
		return when
	case strings.TrimSpace(when) == "":
		return fmt.Sprintf("regime == %q", regime)
	}
	return fmt.Sprintf("(%s) && regime == %q", when, regime)
}

// remedy spells who could allow it; a bare post is the pack's own.
func (p *Pack) remedy(word, step string) refuse.Remedy {
	switch word {
	case "nobody", "":
		return refuse.Remedy{Kind: refuse.Nobody, Step: step}
	case "force":
		return refuse.Remedy{Kind: refuse.ByForce, Step: step}
	case "correct":
		return refuse.Remedy{Kind: refuse.Correct, Step: step}
	}
	return refuse.Remedy{Kind: refuse.ByPost, Post: p.post(word), Step: step}
}

// post names a post with its pack: a bare one is the pack's own where it has it, else base's.
func (p *Pack) post(name string) string {
	if strings.Contains(name, "/") {
		return name
	}
	if _, ok := p.Posts[name]; ok {
		return p.Name + "/" + name
	}
	return "base/" + name
}

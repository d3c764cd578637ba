package regulation

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cedar-policy/cedar-go"

	"jiyao/internal/refuse"
)

// relations are not posts: what the actor is to the matter at hand.
var relations = map[string]bool{"staff": true, "own": true, "reader": true, "holder": true, "author": true, "handler": true, "owner": true, "applicant": true, "approver": true, "custodian": true}

// compileFunction turns one line of the table of functions into forbids: not one of these posts, not signed
// as asked, and in base the line between administrators and business.
func (l *Law) compileFunction(p *Pack, f Function, isBase bool) error {
	if _, ok := l.vocabulary[f.Act]; !ok {
		return nil
	}
	if isBase {
		if l.permitted == nil {
			l.permitted = map[string]bool{}
		}
		if l.permitted[f.Act] {
			return fmt.Errorf("%s/functions.yaml: %s stands twice", p.Name, f.Act)
		}
		l.permitted[f.Act] = true
		l.functions = append(l.functions, f)
	}
	may, err := l.mayText(p, f)
	if err != nil {
		return fmt.Errorf("%s/functions.yaml: %s: %w", p.Name, f.Act, err)
	}
	when := ""
	narrowed := f.When
	if !isBase {
		narrowed = l.under(p, f.Clause, f.Act, f.When)
	}
	if narrowed != "" {
		expr, err := expand(narrowed, l.vocabulary[f.Act].Facts, l.params)
		if err != nil {
			return fmt.Errorf("%s/functions.yaml: %s: %w", p.Name, f.Act, err)
		}
		when = " when { " + expr + " }"
	}
	name := p.Name + "/function/" + f.Act
	if l.byAction[f.Act].rules[cedar.PolicyID(name)] != nil { // another case of the act, under a clause of its own
		name = p.Name + "/" + string(f.Clause) + "/function/" + f.Act
	}
	remedy := refuse.Remedy{Kind: refuse.Nobody}
	if f.Remedy != "" {
		remedy = p.remedy(f.Remedy, "")
	} else if len(f.Posts) > 0 && !relations[f.Posts[0]] {
		remedy = refuse.Remedy{Kind: refuse.ByPost, Post: p.post(f.Posts[0])}
	}
	scope := "forbid (principal, action == Action::" + strconv.Quote(f.Act) + ", resource)"
	errs := []error{l.forbid(f.Act, scope+when+" unless { "+may+" };", &rule{name: name, clause: f.Clause, remedy: remedy})}
	sign := map[string]string{"own": `context.signers.contains("actor")`, "2*": `context.signers.contains("actor")`, "2": `context.signers_distinct && context.signer_count >= 2`}[f.Sign]
	if posts := p.SignerPosts(f); len(posts) > 0 {
		sign += ` && context.signers.containsAll(["` + strings.Join(posts, `", "`) + `"])`
	}
	if sign != "" {
		errs = append(errs, l.forbid(f.Act, scope+when+" unless { context.system || ("+sign+") };",
			&rule{name: name + "#sign", clause: f.Clause, remedy: refuse.Remedy{Kind: refuse.Correct}, fields: []string{"signed"}}))
	}
	if isBase && p.AdminsClause != "" {
		errs = append(errs, l.compileAdmins(p, f, scope))
	}
	return errors.Join(errs...)
}

// SignerPosts are the signers of a line that two sign, where all of them are different posts of the pack: then it is the
// holders of those posts who sign, not any two persons. The three administrators stand in for each other by rules of their own.
func (p *Pack) SignerPosts(f Function) []string {
	if f.Sign != "2" || len(f.Signers) < 2 {
		return nil
	}
	for i, s := range f.Signers {
		if _, post := p.Posts[s]; !post || strings.Contains(adminRole, strconv.Quote(s)) || slices.Contains(f.Signers[:i], s) {
			return nil
		}
	}
	return f.Signers
}

// compileAdmins keeps the three administrators out of business, and everybody else out of administration.
func (l *Law) compileAdmins(p *Pack, f Function, scope string) error {
	cond := map[string]string{"out": `context.admin_roles != []`, "only": `!context.system && context.admin_roles == []`}[f.Admins]
	if cond == "" {
		return nil
	}
	cond = strings.ReplaceAll(strings.ReplaceAll(cond, `context.admin_roles != []`, adminRole), `context.admin_roles == []`, "!("+adminRole+")")
	return l.forbid(f.Act, scope+" when { "+cond+" };", &rule{name: p.Name + "/admins/" + f.Act, clause: p.AdminsClause, remedy: refuse.Remedy{Kind: refuse.Nobody}})
}

const adminRole = `context.admin_roles.containsAny(["sys_admin", "sec_admin", "audit_admin"])`

// mayText is the Cedar text of who may do the act.
func (l *Law) mayText(p *Pack, f Function) (string, error) {
	var posts, rels []string
	for _, name := range f.Posts {
		if relations[name] {
			rels = append(rels, strconv.Quote(name))
			continue
		}
		bare := strings.TrimPrefix(name, p.Name+"/")
		if _, ok := p.Posts[bare]; !ok && !strings.Contains(name, "/") {
			return "", fmt.Errorf("post %s: a post of pack.yaml or a relation is expected", name)
		}
		posts = append(posts, strconv.Quote(p.post(name)))
	}
	held := "context.actor_posts"
	if f.Person {
		held = "context.executor_posts"
	}
	var may []string
	if len(posts) > 0 {
		may = append(may, held+".containsAny(["+strings.Join(posts, ", ")+"])")
	}
	if len(rels) > 0 {
		may = append(may, "context.relations.containsAny(["+strings.Join(rels, ", ")+"])")
	}
	if f.Delegable {
		may = append(may, "context.delegated_acts.contains("+strconv.Quote(f.Act)+")")
	}
	switch f.System {
	case "s":
		may = []string{"context.system"}
	case "s+":
		may = append(may, "context.system")
	default:
		if !p.isBase() {
			may = append(may, "context.system")
		}
	}
	if len(may) == 0 {
		return "false", nil
	}
	return strings.Join(may, " || "), nil
}

func (p *Pack) isBase() bool { return p.Name == "base" }

// Function gives base's line for an act.
func (l *Law) Function(act string) (Function, bool) {
	for _, f := range l.functions {
		if f.Act == act {
			return f, true
		}
	}
	return Function{}, false
}

// compileApproval forbids the act without a leave that matches.
func (l *Law) compileApproval(p *Pack, a *Approval) error {
	if _, ok := l.vocabulary[a.Act]; !ok {
		return nil
	}
	if _, err := l.condition(a.Act, l.under(p, a.Clause, a.Act, a.When)); err != nil { // compiled here, since a Law does not change once it is made
		return fmt.Errorf("%s/approvals.yaml: %s: %w", p.Name, a.Name, err)
	}
	l.leaves[a.Act] = append(l.leaves[a.Act], a)
	name := p.Name + "/approval/" + a.Name
	when, err := expand(orText(l.under(p, a.Clause, a.Act, a.When), "true"), l.vocabulary[a.Act].Facts, l.params)
	if err != nil {
		return fmt.Errorf("%s/approvals.yaml: %s: %w", p.Name, a.Name, err)
	}
	remedy := refuse.Remedy{Kind: refuse.Nobody}
	if len(a.Posts) > 0 && a.Posts[0] != "nobody" {
		first := a.Posts[0]
		if first == "unnamed" {
			first = a.Default
		}
		remedy = refuse.Remedy{Kind: refuse.ByPost, Post: p.post(first), Step: "approval.request"}
	}
	own := l.ownDecision(a)
	text := fmt.Sprintf("forbid (principal, action == Action::%q, resource) when { %s } unless { context.system || context.leaves.contains(%q)%s };", a.Act, when, p.Name+"/"+a.Name, own)
	return l.forbid(a.Act, text, &rule{name: name, clause: a.Clause, remedy: remedy})
}

// ownDecision is the Cedar text of a post whose own act is its leave. Where the act says who applied for it (the fact
// applicant_is_actor), he does not decide himself; where it says his posts too (applicant_posts), the next post decides for
// one who holds the only ones.
func (l *Law) ownDecision(a *Approval) string {
	if !a.OwnDecision || len(a.Approvers()) == 0 {
		return ""
	}
	list := func(posts []string) string {
		quoted := make([]string, len(posts))
		for i, post := range posts {
			quoted[i] = strconv.Quote(post)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	}
	facts, posts := l.vocabulary[a.Act].Facts, list(a.Approvers())
	own := "context.executor_posts.containsAny(" + posts + ")"
	if _, ok := facts["applicant_posts"]; ok && a.WhenApplicant != "" && !a.BySuperior() {
		own = "(" + own + " || context.applicant_posts.containsAny(" + posts + ") && context.executor_posts.containsAny(" +
			list([]string{a.pack.post(a.WhenApplicant)}) + "))"
	}
	if _, ok := facts["applicant_is_actor"]; ok {
		own += " && !context.applicant_is_actor"
	}
	return " || " + own
}

// Deciders are the posts of which some approval of an act speaks, as pack/post, whatever the act is about.
func (l *Law) Deciders(act string) []string {
	var out []string
	for _, a := range l.leaves[act] {
		out = append(out, a.Approvers()...)
		if a.WhenApplicant != "" && !a.BySuperior() {
			out = append(out, a.pack.post(a.WhenApplicant))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func orText(s, fallback string) string {
	if strings.TrimSpace(s) == "" {
		return fallback
	}
	return s
}

// Demands are the arguments that the pack wants filled in each time an act is done, whatever it is about.
func (p *Pack) Demands(act string) []string {
	var out []string
	for _, r := range p.Records {
		for _, n := range r.Needs {
			if r.Act == act && n.When == "" && n.Or == "" && !slices.Contains(out, n.Field) {
				out = append(out, n.Field)
			}
		}
	}
	return out
}

// lineName is the name of a line of functions.yaml: its act, with the clause where a line before speaks of another case of it.
func (p *Pack) lineName(i int) string {
	f := p.Functions[i]
	if slices.ContainsFunc(p.Functions[:i], func(o Function) bool { return o.Act == f.Act && o.Clause != f.Clause }) {
		return f.Act + "/" + string(f.Clause)
	}
	return f.Act
}

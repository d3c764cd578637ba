package regulation

import (
	"reflect"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"
)

// Able reports whether somebody may do an act on the matter of a try, as far as that turns on who he is: the table of
// functions, the leaves, and the line between administrators and business. known is what the law looked at in the try, which
// may be of another act; ok is false where it does not tell.
func (l *Law) Able(act string, who Common, known *Known) (able, ok bool) {
	all := l.byAction[act]
	if all == nil {
		return false, false
	}
	set := newRuleSet()
	for id, r := range all.rules {
		if strings.HasSuffix(r.name, "/function/"+act) || strings.Contains(r.name, "/approval/") || strings.HasSuffix(r.name, "/admins/"+act) {
			set.policies[id], set.rules[id] = all.policies[id], r
		}
	}
	plan, err := planOf(reflect.TypeFor[Common]())
	if err != nil {
		return false, false
	}
	for _, context := range known.contexts {
		facts := cedar.RecordMap{}
		for name, value := range context.All() {
			facts[name] = value
		}
		plan.fill(facts, reflect.ValueOf(who))
		who.entrust(facts)
		decision, diagnostic := cedar.Authorize(set.policies, cedar.EntityMap{}, cedar.Request{
			Principal: principal, Action: cedar.NewEntityUID("Action", cedar.String(act)), Resource: resource, Context: cedar.NewRecord(facts),
		})
		if len(diagnostic.Errors) > 0 {
			return false, false
		}
		if decision != cedar.Allow {
			return false, true
		}
	}
	return true, true
}

// Does reports whether base's table names one of these posts (pack/post) for any of the acts, whether the act exists yet
// or not.
func (l *Law) Does(posts []string, acts ...string) bool {
	return slices.ContainsFunc(l.packs[0].Functions, func(f Function) bool {
		return slices.Contains(acts, f.Act) && slices.ContainsFunc(f.Posts, func(p string) bool { return slices.Contains(posts, "base/"+p) })
	})
}

// Doers are the posts (pack/post) that the law in force names for an act, the narrowest first: who decides on its leave and
// needs none himself, then the lines of the adopted packs, then base's.
func (l *Law) Doers(act string) []string {
	var out, wide []string
	for _, a := range l.leaves[act] {
		if a.OwnDecision {
			out = append(out, a.ApproversFor(nil)...)
		}
	}
	for _, p := range l.packs {
		for _, f := range p.Functions {
			if f.Act != act || !l.adopted[f.Clause] {
				continue
			}
			for _, post := range f.Posts {
				switch {
				case relations[post]:
				case p.isBase():
					wide = append(wide, p.post(post))
				default:
					out = append(out, p.post(post))
				}
			}
		}
	}
	return append(out, wide...)
}

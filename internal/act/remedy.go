package act

import (
	"slices"
	"strings"

	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// redirect sees to it that a refusal sends to somebody who is able to do what it sends him for. A rule names a post by its own
// pack; another pack may keep the step from that post. Then the law in force is asked for the posts that it names itself.
func (r *running) redirect(refusal *refuse.Refusal, known *regulation.Known) {
	for i, v := range refusal.Violations {
		step := v.Remedy.Step
		if step == "" {
			step = r.def.name
		}
		if v.Remedy.Kind != refuse.ByPost || step == LeaveStep || r.anyAble(step, v.Remedy.Post, known) {
			continue
		}
		posts := r.env.Law.Doers(step)
		if k := slices.IndexFunc(posts, func(p string) bool { return r.anyAble(step, p, known) }); k >= 0 {
			refusal.Violations[i].Remedy.Post = posts[k]
		}
	}
}

// anyAble reports whether a holder of a post is able to do a step here; also where the law cannot tell.
func (r *running) anyAble(step, post string, known *regulation.Known) bool {
	return slices.ContainsFunc(r.env.People.Holders(post), func(p term.PersonID) bool {
		able, ok := r.env.Law.Able(step, r.colleague(p), known)
		return able || !ok
	})
}

// colleague is what the law looks at of somebody who would do an act himself, and would sign it.
func (r *running) colleague(p term.PersonID) regulation.Common {
	held := r.env.People.Posts(p)
	acting, acts := r.env.People.Acting(p)
	c := regulation.Common{
		Zone: string(r.env.Zone), NowYear: r.env.At.Year(), Relations: []string{"staff"}, ExecutorPosts: held, ActorPosts: slices.Concat(held, acting),
		BusinessPosts: held, DelegatedActs: acts, ActorInOffice: r.env.People.InOffice(p), Signers: []string{"actor"}, SignerCount: 2, SignersDistinct: true,
	}
	r.entrust(&c, p)
	for _, post := range held {
		if role, ok := strings.CutPrefix(post, "base/"); ok && strings.HasSuffix(role, "_admin") {
			c.AdminRoles = append(c.AdminRoles, role)
		}
	}
	return c
}

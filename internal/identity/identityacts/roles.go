package identityacts

import (
	"slices"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/identity"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// GrantRole gives an account one of the three administrators' roles, or takes it. One proposes, another confirms:
// signatures in the roles proposer and confirmer, and whose else the law asks for.
type GrantRole struct {
	Account term.AccountID `json:"account" req:"true"`
	Role    string         `json:"role" req:"true" in:"admin_role"` // sys_admin sec_admin audit_admin
	Take    bool           `json:"take"`
}

// granting is the account and who signed.
type granting struct {
	account   identity.Account
	proposer  identity.Account
	confirmer identity.Account
}

// grantFacts are what the law may look at of a grant. The posts are pack/post.
type grantFacts struct {
	Role            string   `fact:"role"`
	Take            bool     `fact:"take"`
	RolesBefore     []string `fact:"roles_before"`
	RolesAfter      []string `fact:"roles_after"`
	PostsAfter      []string `fact:"posts_after"` // business posts of the account's person
	RolesCount      int      `fact:"roles_after_count"`
	PostsCount      int      `fact:"posts_after_count"` // a rule cannot compare a list with an empty one
	AdminAfter      bool     `fact:"admin_after"`
	BusinessAfter   bool     `fact:"business_after"`
	ForSelf         bool     `fact:"for_self"` // who proposes or confirms would hold the role
	ProposerIsActor bool     `fact:"proposer_is_actor"`
	ProposerRoles   []string `fact:"proposer_roles"`
	ConfirmerRoles  []string `fact:"confirmer_roles"`
	SignerPosts     []string `fact:"signer_posts"` // held by anybody who signed
}

func (g granting) after(cmd GrantRole) []string {
	roles := slices.DeleteFunc(slices.Clone(g.account.Roles), func(r string) bool { return r == cmd.Role })
	if !cmd.Take {
		roles = append(roles, cmd.Role)
	}
	slices.Sort(roles)
	return roles
}

func loadGrant(tx *act.Tx, cmd GrantRole) (granting, error) {
	var s granting
	var err error
	if s.account, err = identity.Accounts.Get(tx.Tx, cmd.Account); err != nil {
		return s, err
	}
	if s.proposer, _, err = identity.BySigner(tx.Tx, tx.Env.Signer("proposer")); err != nil {
		return s, err
	}
	s.confirmer, _, err = identity.BySigner(tx.Tx, tx.Env.Signer("confirmer"))
	return s, err
}

// business reports whether a post (pack/post) is neither an administrator's nor a key holder's, which an administrator
// may be.
func business(post string) bool {
	bare, base := strings.CutPrefix(post, "base/")
	return !base || bare != "key_holder" && !identity.ValidRole(bare)
}

func factsOfGrant(s granting, cmd GrantRole, env act.Env) grantFacts {
	f := grantFacts{
		Role: cmd.Role, Take: cmd.Take, RolesBefore: s.account.Roles, RolesAfter: s.after(cmd),
		ForSelf:         s.account.ID == s.proposer.ID || s.account.ID == s.confirmer.ID,
		ProposerIsActor: s.proposer.ID != "" && s.proposer.ID == env.Actor.Account,
		ProposerRoles:   s.proposer.Roles, ConfirmerRoles: s.confirmer.Roles,
	}
	if s.account.Person != "" {
		f.PostsAfter = env.People.Posts(s.account.Person)
	}
	f.RolesCount, f.PostsCount = len(f.RolesAfter), len(f.PostsAfter)
	f.AdminAfter, f.BusinessAfter = f.RolesCount > 0, slices.ContainsFunc(f.PostsAfter, business)
	for _, sign := range env.Signatures {
		f.SignerPosts = append(f.SignerPosts, env.People.Posts(sign.Person)...)
	}
	return f
}

var _ = act.Define(ActGrantRole, act.Act[GrantRole, granting, grantFacts]{
	Signs: []string{"unit_head"}, // for the role of an administrator
	Check: func(cmd GrantRole) error {
		if !identity.ValidRole(cmd.Role) {
			return refuse.Field("role", "not_in_list")
		}
		return nil
	},
	Load:  loadGrant,
	Facts: factsOfGrant,
	Decide: func(s granting, cmd GrantRole, _ act.Env) (act.Changes, error) {
		if slices.Contains(s.account.Roles, cmd.Role) != cmd.Take {
			return act.Changes{}, refuse.Field("role", map[bool]string{true: "not_held", false: "held"}[cmd.Take])
		}
		next := s.account
		next.Roles = s.after(cmd)
		c := act.Changes{Subject: string(cmd.Account)}
		c.Rows = append(c.Rows, identity.Accounts.Update(s.account, next))
		return c, nil
	},
})

package act

import (
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// signedFor is a facts struct that says whose signature each role of the act is. Another person's in that role is no
// signature of that role: the law does not find it among the signers.
type signedFor interface {
	SignsFor() map[string]term.PersonID
}

// onPaper is a facts struct with roles that somebody from outside, who has no account here, has signed on paper.
type onPaper interface{ SignedOnPaper() []string }

func onPaperOf(facts any) int {
	if p, ok := facts.(onPaper); ok {
		return len(p.SignedOnPaper())
	}
	return 0
}

// signed notes who signed what, as the law may look at it.
func (r *running) signed(c *regulation.Common, facts any) {
	var whose map[string]term.PersonID
	if b, ok := facts.(signedFor); ok {
		whose = b.SignsFor()
	}
	a := r.env.Actor
	everybody, parties, roles := map[term.PersonID]bool{}, map[term.PersonID]bool{}, 0
	for _, s := range r.env.Signatures {
		who, named := whose[s.Role]
		if !named && s.Role == "actor" && a.Person != "" { // an administrator without a person signs as his account
			who, named = a.Person, true
		}
		if !named || who == s.Person {
			c.Signers = append(c.Signers, s.Role)
		}
		everybody[s.Person] = true
		if s.Role != "actor" { // the actor's own signature may come from one of the parties
			parties[s.Person] = true
			roles++
		}
		if s.Role == "giver" && s.Person == a.Person {
			c.GiverIsActor = true
		}
		if s.Person == a.Person && s.Role != "actor" {
			c.Signers = append(c.Signers, "actor") // whoever signed a role of the act himself has signed the act
		}
	}
	if p, ok := facts.(onPaper); ok {
		c.Signers = append(c.Signers, p.SignedOnPaper()...)
	}
	c.SignerCount = len(everybody) + onPaperOf(facts) // who signs on paper is nobody of the house
	c.SignersDistinct = len(parties) == roles
}

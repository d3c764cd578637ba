package act

import (
	"slices"
	"strings"

	"jiyao/internal/term"
)

// Witnesses are the roles of two who attest that somebody does not sign.
const (
	FirstWitness  = "witness_1"
	SecondWitness = "witness_2"
)

// Witnesses gives the different persons who have signed as witnesses that one of the parties does not sign: colleagues in
// service, no administrators, and neither a party nor whoever records it. How many it takes is for the law to say.
func (e Env) Witnesses(parties ...term.PersonID) []string {
	var out []string
	for _, s := range e.Signatures {
		if s.Role != FirstWitness && s.Role != SecondWitness || s.Person == "" || s.Person == e.Actor.Person || slices.Contains(parties, s.Person) {
			continue
		}
		if Business(e.People, s.Person) && !slices.Contains(out, string(s.Person)) {
			out = append(out, string(s.Person))
		}
	}
	slices.SortFunc(out, strings.Compare)
	return out
}

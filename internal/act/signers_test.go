package act

import (
	"slices"
	"testing"

	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

type changeOfHands struct {
	whose map[string]term.PersonID
	paper []string
}

func (c changeOfHands) SignsFor() map[string]term.PersonID { return c.whose }
func (c changeOfHands) SignedOnPaper() []string            { return c.paper }

// A signature counts only as that of the person whose role it is, whoever else has signed.
func TestWhoseSignatureCounts(t *testing.T) {
	whose := map[string]term.PersonID{"giver": "officer", "receiver": "leader1"}
	sign := func(pairs ...string) (out []Signature) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, Signature{Role: pairs[i], Person: term.PersonID(pairs[i+1])})
		}
		return out
	}
	for name, c := range map[string]struct {
		signed   []Signature
		facts    any
		want     []string
		distinct bool
	}{
		"both themselves":         {sign("giver", "officer", "receiver", "leader1"), changeOfHands{whose: whose}, []string{"actor", "giver", "receiver"}, true},
		"another receives":        {sign("giver", "officer", "receiver", "leader2"), changeOfHands{whose: whose}, []string{"actor", "giver"}, true},
		"the giver for both":      {sign("giver", "officer", "receiver", "officer"), changeOfHands{whose: whose}, []string{"actor", "actor", "giver"}, false},
		"another gives":           {sign("giver", "leader2", "receiver", "leader1"), changeOfHands{whose: whose}, []string{"receiver"}, true},
		"nobody can be in a role": {sign("giver", "leader2"), changeOfHands{whose: map[string]term.PersonID{"giver": ""}}, nil, true},
		"on paper from outside":   {sign("receiver", "officer"), changeOfHands{whose: map[string]term.PersonID{"giver": "", "receiver": "officer"}, paper: []string{"giver"}}, []string{"actor", "giver", "receiver"}, true},
		"nobody named":            {sign("supervisor", "leader2"), nil, []string{"supervisor"}, true},
		"the actor himself":       {sign("actor", "officer"), nil, []string{"actor"}, true},
		"another as the actor":    {sign("actor", "leader2"), nil, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := &running{env: Env{Actor: Actor{Person: "officer"}, Signatures: c.signed}}
			var got regulation.Common
			r.signed(&got, c.facts)
			slices.Sort(got.Signers)
			if !slices.Equal(got.Signers, c.want) || got.SignersDistinct != c.distinct {
				t.Errorf("signers %v, distinct %v; want %v, %v", got.Signers, got.SignersDistinct, c.want, c.distinct)
			}
		})
	}
}

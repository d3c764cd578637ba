package appacts

import (
	"jiyao/internal/act"
	"jiyao/internal/identity"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// ActFoundAccounts makes the first accounts.
const ActFoundAccounts = "identity.found"

// FoundAccounts makes the first accounts of an office, the three administrators' among them. It is done once, by
// the system, while there is no account.
type FoundAccounts struct {
	Accounts []FoundAccount `json:"accounts"`
}

// FoundAccount is one account; its secrets are made beforehand.
type FoundAccount struct {
	Login  string        `json:"login"`
	Person term.PersonID `json:"person"`
	Roles  []string      `json:"roles"`

	Issued identity.Issued `json:"-"`
}

var _ = act.Define(ActFoundAccounts, act.Act[FoundAccounts, int, none]{
	Load:  func(tx *act.Tx, _ FoundAccounts) (int, error) { return identity.Accounts.Count(tx.Tx, "") },
	Facts: func(int, FoundAccounts, act.Env) none { return none{} },
	Decide: func(there int, cmd FoundAccounts, env act.Env) (act.Changes, error) {
		if there > 0 {
			return act.Changes{}, refuse.Field("accounts", "already_founded")
		}
		c := act.Changes{Subject: "accounts"}
		for _, a := range cmd.Accounts {
			if a.Issued.Account.ID == "" || a.Issued.Account.Person != a.Person {
				return act.Changes{}, refuse.Field("accounts", "not_prepared")
			}
			if a.Person != "" && env.People.Name(a.Person) == "" {
				return act.Changes{}, refuse.Field("person", "unknown")
			}
			c.Rows = append(c.Rows, a.Issued.Changes()...)
		}
		return c, nil
	},
})

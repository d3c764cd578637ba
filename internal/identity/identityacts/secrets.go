package identityacts

import (
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/identity"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// AccountCreate makes an account without roles. Its secrets are made beforehand by identity.Gate.Issue.
type AccountCreate struct {
	Login  string        `json:"login" req:"true"`
	Person term.PersonID `json:"person"` // empty for one who will be an administrator and nothing else

	Issued *identity.Issued `json:"-"`
}

// prepared reports whether the rows made beforehand are the ones asked for, without a role smuggled in.
func (c AccountCreate) prepared() bool {
	i := c.Issued
	if i == nil {
		return false
	}
	login, err := identity.NewLogin(c.Login)
	return err == nil && i.Account.Login == login && i.Account.Person == c.Person && len(i.Account.Roles) == 0 &&
		i.Account.ID != "" && i.Credential.Account == i.Account.ID
}

type creating struct {
	loginTaken  bool
	personTaken bool
}

// createFacts say who gets an account.
type createFacts struct {
	ForPerson        bool `fact:"for_person"`
	PersonKnown      bool `fact:"person_known"`
	CommitmentSigned bool `fact:"commitment_signed"`
}

var _ = act.Define(ActAccountCreate, act.Act[AccountCreate, creating, createFacts]{
	Check: func(cmd AccountCreate) error {
		_, err := identity.NewLogin(cmd.Login)
		return err
	},
	Load: func(tx *act.Tx, cmd AccountCreate) (creating, error) {
		var s creating
		var err error
		if _, s.loginTaken, err = identity.ByLogin(tx.Tx, cmd.Login); err != nil || cmd.Person == "" {
			return s, err
		}
		_, s.personTaken, err = identity.BySigner(tx.Tx, cmd.Person)
		return s, err
	},
	Facts: func(_ creating, cmd AccountCreate, env act.Env) createFacts {
		if cmd.Person == "" {
			return createFacts{}
		}
		p, known := env.People.Facts(cmd.Person)
		return createFacts{ForPerson: true, PersonKnown: known, CommitmentSigned: p.CommitmentSigned}
	},
	Decide: func(s creating, cmd AccountCreate, env act.Env) (act.Changes, error) {
		if !cmd.prepared() {
			return act.Changes{}, refuse.Field("login", "not_prepared")
		}
		if s.loginTaken {
			return act.Changes{}, refuse.Field("login", "taken")
		}
		if s.personTaken {
			return act.Changes{}, refuse.Field("person", "taken")
		}
		if cmd.Person != "" {
			if _, known := env.People.Facts(cmd.Person); !known {
				return act.Changes{}, refuse.Field("person", "unknown")
			}
		}
		id := string(cmd.Issued.Account.ID)
		return act.Changes{Subject: id, Rows: cmd.Issued.Changes(), Values: map[string]string{"account": id}}, nil
	},
})

// What Reset renews.
const (
	ResetAll      = "all"
	ResetPassword = "password"
	ResetToken    = "token"
	ResetCodes    = "codes"
	ResetPIN      = "pin"
)

// Reset gives an account fresh secrets, made beforehand by identity.Gate.Fresh, and ends its sessions.
type Reset struct {
	Account term.AccountID `json:"account" req:"true"`
	What    string         `json:"what" in:"reset"` // all password token codes pin
	Reason  string         `json:"reason"`

	Fresh *identity.Credential `json:"-"`
}

type resetFacts struct {
	What    string   `fact:"what"`
	ForSelf bool     `fact:"for_self"`
	Roles   []string `fact:"target_roles"`
}

// renew gives the credential with what was asked for taken from the fresh one.
func renew(old, fresh identity.Credential, what string) identity.Credential {
	has := func(part string) bool { return what == ResetAll || what == part }
	if has(ResetPassword) {
		old.Password, old.PasswordAt = fresh.Password, fresh.PasswordAt
	}
	if has(ResetToken) {
		old.TokenKind, old.TokenID, old.Token = fresh.TokenKind, fresh.TokenID, fresh.Token
	}
	if has(ResetCodes) {
		old.CodesID, old.Codes = fresh.CodesID, fresh.Codes
	}
	if has(ResetPIN) {
		old.PIN = fresh.PIN
	}
	return old
}

func loadTarget(tx *act.Tx, account term.AccountID, keep term.SessionID) (target, error) {
	var s target
	var err error
	if s.account, err = identity.Accounts.Get(tx.Tx, account); err != nil {
		return s, err
	}
	if s.cred, err = identity.Credentials.Get(tx.Tx, account); err != nil {
		return s, err
	}
	s.also, err = identity.Revocations(tx.Tx, account, keep, tx.Env.Now)
	return s, err
}

var _ = act.Define(ActReset, act.Act[Reset, target, resetFacts]{
	Check: func(cmd Reset) error {
		if !slices.Contains([]string{ResetAll, ResetPassword, ResetToken, ResetCodes, ResetPIN}, cmd.What) {
			return refuse.Field("what", "not_in_list")
		}
		return nil
	},
	Load: func(tx *act.Tx, cmd Reset) (target, error) { return loadTarget(tx, cmd.Account, "") },
	Facts: func(s target, cmd Reset, env act.Env) resetFacts {
		return resetFacts{What: cmd.What, ForSelf: s.account.ID == env.Actor.Account, Roles: s.account.Roles}
	},
	Decide: func(s target, cmd Reset, _ act.Env) (act.Changes, error) {
		if cmd.Reason == "" {
			return act.Changes{}, refuse.Field("reason", "required")
		}
		if cmd.Fresh == nil || cmd.Fresh.Account != cmd.Account || cmd.Fresh.Password == "" {
			return act.Changes{}, refuse.Field("account", "not_prepared")
		}
		rows := append([]store.Change{}, s.also...)
		rows = append(rows, identity.Credentials.Update(s.cred, renew(s.cred, *cmd.Fresh, cmd.What)))
		if cmd.What == ResetAll || cmd.What == ResetPassword {
			next := s.account
			next.MustChange = true
			rows = append(rows, identity.Accounts.Update(s.account, next))
		}
		return act.Changes{Subject: string(cmd.Account), Rows: rows}, nil
	},
})

// SetPassword gives one's own account a new password. The texts are read by Prepare, which leaves them empty and
// fills New; they never come as far as the writer.
type SetPassword struct {
	Account     term.AccountID `json:"account"` // empty: one's own
	OldPassword string         `json:"old_password" secret:"true"`
	Password    string         `json:"password" secret:"true"`

	New identity.NewPassword `json:"-"`
}

// passwordFacts are what the law may look at of a new password.
type passwordFacts struct {
	Own        bool `fact:"own_account"`
	Length     int  `fact:"password_length"` // characters
	Repeats    bool `fact:"password_repeats"`
	EqualsName bool `fact:"password_equals_name"`
}

// ActorRelations lets the law see whose account it is.
func (f passwordFacts) ActorRelations() []string {
	if f.Own {
		return []string{"own"}
	}
	return nil
}

var _ = act.Define(ActSetPassword, act.Act[SetPassword, target, passwordFacts]{
	Load: func(tx *act.Tx, cmd SetPassword) (target, error) {
		id := cmd.Account
		if id == "" {
			id = tx.Env.Actor.Account
		}
		return loadTarget(tx, id, tx.Env.Actor.Session)
	},
	Facts: func(s target, cmd SetPassword, env act.Env) passwordFacts {
		return passwordFacts{Own: s.account.ID == env.Actor.Account && !env.Actor.System,
			Length: cmd.New.Length, Repeats: cmd.New.Repeats, EqualsName: cmd.New.EqualsName}
	},
	Decide: func(s target, cmd SetPassword, env act.Env) (act.Changes, error) {
		if cmd.New.Account != s.account.ID || cmd.Password != "" || cmd.OldPassword != "" {
			return act.Changes{}, refuse.Field("password", "not_prepared")
		}
		if err := cmd.New.Check(); err != nil {
			return act.Changes{}, err
		}
		cred, account := s.cred, s.account
		cred.Password, cred.PasswordAt = cmd.New.Hash, env.Now
		account.MustChange = false
		rows := append([]store.Change{}, s.also...)
		rows = append(rows, identity.Credentials.Update(s.cred, cred), identity.Accounts.Update(s.account, account))
		return act.Changes{Subject: string(s.account.ID), Rows: rows}, nil
	},
})

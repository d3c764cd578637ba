// Package identityacts is what is done to accounts, as acts: making one, its secrets, locks, the roles of the three
// administrators, and the evidence of every try to prove an identity.
//
// The mechanism is in package identity; this package stands on act, which that one may not. Secrets never travel
// in a command: they are made and hashed beforehand (Prepare), reach Decide in members that no JSON can fill, and
// are given out once in clear. A command without them is answered at the field, after the law has been asked.
//
// What must always hold:
//   - Who may do which of these, with whose signatures, and which roles may meet in one hand, stands in the packs.
//     The facts here say what the law needs for that: the roles before and after, the posts after, who signed.
//   - New secrets end every session that the old ones opened.
//   - identity.sign_in is written by the Recorder alone. Asked by anybody else it is answered at the field.
package identityacts

import (
	"context"
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/identity"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// The acts by name.
const (
	ActSignIn        = "identity.sign_in"
	ActLock          = "identity.lock"
	ActUnlock        = "identity.unlock"
	ActAccountCreate = "identity.account_create"
	ActGrantRole     = "identity.grant_role"
	ActReset         = "identity.reset"
	ActSetPassword   = "identity.set_password"
	ActSwitchOff     = "identity.switch_off"
)

// Desk does acts; *act.Desk implements it.
type Desk interface {
	Do(ctx context.Context, q act.Request) (act.Receipt, error)
}

// Recorder records tries through a desk; it is what identity.Options.Record wants.
type Recorder struct{ Desk Desk }

var _ identity.Recorder = Recorder{}

// Tried writes one entry, the account's line of last sign-ins, and the session that opened. The try is written by
// the system, since nobody is established before it is done; the entry names the person once he is.
func (r Recorder) Tried(ctx context.Context, t identity.Tried) error {
	by := act.Actor{System: true, Terminal: t.Terminal}
	if t.Purpose == identity.ForSignIn && t.Result == identity.Done {
		by.Account, by.Person, by.Session = t.By.Account, t.By.Person, t.By.Session
	}
	_, err := r.Desk.Do(ctx, act.Request{Act: ActSignIn, By: by, Command: SignIn{
		Account: t.Account, Purpose: t.Purpose, Result: t.Result, Failures: t.Failures, AskedBy: t.By.Account,
		opened: t.Opened, tried: true,
	}})
	return err
}

// SignIn is one try to prove an identity, done or failed. An unknown name leaves Account empty.
type SignIn struct {
	Account  term.AccountID `json:"account"`
	Purpose  string         `json:"purpose"` // sign_in sign set_password
	Result   string         `json:"result"`  // done wrong locked off
	Failures int            `json:"failures"`
	AskedBy  term.AccountID `json:"asked_by"` // whose session asked for a signature

	tried  bool // set by the Recorder alone
	opened *identity.SessionRow
}

// trying is an account as it stands and the line that tells it of its last sign-in.
type trying struct {
	account identity.Account // zero when the name is unknown
	last    identity.SignInRow
}

// signInFacts are what the law may look at of a try.
type signInFacts struct {
	Purpose  string `fact:"purpose"`
	Result   string `fact:"result"`
	Failures int    `fact:"sign_in_failures"` // in a row, for this account on this terminal
	Known    bool   `fact:"known_account"`
}

// ActorRelations says that whoever tries, tries for himself.
func (signInFacts) ActorRelations() []string { return []string{"own"} }

var _ = act.Define(ActSignIn, act.Act[SignIn, trying, signInFacts]{
	Check: func(cmd SignIn) error {
		if !cmd.tried {
			return refuse.Field("account", "not_here")
		}
		return nil
	},
	Load: func(tx *act.Tx, cmd SignIn) (trying, error) {
		var s trying
		if cmd.Account == "" {
			return s, nil
		}
		var err error
		if s.account, err = identity.Accounts.Get(tx.Tx, cmd.Account); err != nil {
			return s, err
		}
		s.last, _, err = identity.SignIns.One(tx.Tx, "WHERE account = $1", string(cmd.Account))
		return s, err
	},
	Facts: func(s trying, cmd SignIn, _ act.Env) signInFacts { return factsOfTry(s, cmd) },
	Decide: func(s trying, cmd SignIn, env act.Env) (act.Changes, error) {
		c := act.Changes{Subject: string(cmd.Account), After: factsOfTry(s, cmd)}
		if cmd.opened != nil {
			c.Rows = append(c.Rows, identity.Sessions.Insert(*cmd.opened))
		}
		if cmd.Account != "" {
			c.Rows = append(c.Rows, lastSignIn(s.last, cmd, env))
		}
		return c, nil
	},
})

func factsOfTry(s trying, cmd SignIn) signInFacts {
	return signInFacts{Purpose: cmd.Purpose, Result: cmd.Result, Failures: cmd.Failures, Known: s.account.ID != ""}
}

// lastSignIn is the line of last sign-ins after a try: a sign-in starts it anew, a failure of any kind counts.
func lastSignIn(old identity.SignInRow, cmd SignIn, env act.Env) store.Change {
	next := old
	next.Account = cmd.Account
	if cmd.Result == identity.Done {
		next.At, next.Terminal, next.Failures = env.Now, env.Actor.Terminal, 0
	} else {
		next.Failures++
		next.FailedAt, next.FailedTerminal = env.Now, env.Actor.Terminal
	}
	if old.Rev == 0 {
		return identity.SignIns.Insert(next)
	}
	return identity.SignIns.Update(old, next)
}

// target is the account an act is about, with what hangs on it.
type target struct {
	account identity.Account
	cred    identity.Credential
	locks   []identity.Lock
	also    []store.Change // unrecorded rows that follow: ended sessions, cleared throttles
}

// Lock keeps an account from one terminal until identity.unlock. The system does it where a pack says so; without a
// terminal, the one at which it came to that.
type Lock struct {
	Account  term.AccountID  `json:"account"`
	Terminal term.TerminalID `json:"terminal"`
}

func (l Lock) at(env act.Env) term.TerminalID {
	if l.Terminal != "" {
		return l.Terminal
	}
	return env.Actor.Terminal
}

// noFacts is for acts of which the law needs no more than who acts.
type noFacts struct{}

var _ = act.Define(ActLock, act.Act[Lock, target, noFacts]{
	Load: func(tx *act.Tx, cmd Lock) (target, error) {
		var s target
		var err error
		if s.account, err = identity.Accounts.Get(tx.Tx, cmd.Account); err != nil {
			return s, err
		}
		s.locks, err = identity.OpenLocks(tx.Tx, cmd.Account, cmd.at(tx.Env))
		return s, err
	},
	Facts: func(target, Lock, act.Env) noFacts { return noFacts{} },
	Decide: func(s target, cmd Lock, env act.Env) (act.Changes, error) {
		terminal := cmd.at(env)
		if terminal == "" {
			return act.Changes{}, refuse.Field("terminal", "required")
		}
		c := act.Changes{Subject: string(cmd.Account)}
		if len(s.locks) == 0 {
			c.Rows = append(c.Rows, identity.Locks.Insert(identity.Lock{ID: env.ID(), Account: cmd.Account, Terminal: terminal, Since: env.At}))
		}
		return c, nil
	},
})

// Unlock lets an account try again, on one terminal, or on all when Terminal is empty.
type Unlock struct {
	Account  term.AccountID  `json:"account" req:"true"`
	Terminal term.TerminalID `json:"terminal"`
	Reason   string          `json:"reason" req:"true"`
}

var _ = act.Define(ActUnlock, act.Act[Unlock, target, noFacts]{
	Load: func(tx *act.Tx, cmd Unlock) (target, error) {
		var s target
		var err error
		if s.account, err = identity.Accounts.Get(tx.Tx, cmd.Account); err != nil {
			return s, err
		}
		if s.locks, err = identity.OpenLocks(tx.Tx, cmd.Account, cmd.Terminal); err != nil {
			return s, err
		}
		s.also, err = identity.ClearThrottle(tx.Tx, s.account, cmd.Terminal)
		return s, err
	},
	Facts: func(target, Unlock, act.Env) noFacts { return noFacts{} },
	Decide: func(s target, cmd Unlock, env act.Env) (act.Changes, error) {
		if cmd.Reason == "" {
			return act.Changes{}, refuse.Field("reason", "required")
		}
		c := act.Changes{Subject: string(cmd.Account), Rows: s.also}
		for _, l := range s.locks {
			next := l
			next.ReleasedAt, next.ReleasedBy = env.At, env.Actor.Account
			c.Rows = append(c.Rows, identity.Locks.Update(l, next))
		}
		return c, nil
	},
})

// SwitchOff asks for what cannot be had: to run without evidence, or without the three administrators. It stands
// in the catalogue so that it can be refused and proven.
type SwitchOff struct {
	What string `json:"what" in:"safeguard"` // audit_log, role_separation
}

type switchOffFacts struct {
	What string `fact:"what"`
}

var _ = act.Define(ActSwitchOff, act.Act[SwitchOff, struct{}, switchOffFacts]{
	Check: func(cmd SwitchOff) error {
		if !slices.Contains([]string{"audit_log", "role_separation"}, cmd.What) {
			return refuse.Field("what", "not_in_list")
		}
		return nil
	},
	Load:  func(*act.Tx, SwitchOff) (struct{}, error) { return struct{}{}, nil },
	Facts: func(_ struct{}, cmd SwitchOff, _ act.Env) switchOffFacts { return switchOffFacts(cmd) },
	Decide: func(struct{}, SwitchOff, act.Env) (act.Changes, error) {
		return act.Changes{}, refuse.Field("what", "impossible") // the law apart, there is no switch
	},
})

package identity

import (
	"time"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Account is who may sign in. It is never deleted; switched off it stays as who did what.
type Account struct {
	ID         term.AccountID `col:"id,key"`
	Login      string         `col:"login"`  // normalised, unique
	Person     term.PersonID  `col:"person"` // unique; empty for an administrator who is nobody of the house
	Roles      []string       `col:"roles"`  // of the three administrators, sorted
	Active     bool           `col:"active"`
	MustChange bool           `col:"must_change"` // the password was made by somebody else
	CreatedAt  time.Time      `col:"created_at"`
	store.Meta
}

// Accounts is the table.
var Accounts = store.Define[Account]("account")

// Signer is the name an account signs by: its person, else the account itself. Two accounts never share one.
func (a Account) Signer() term.PersonID {
	if a.Person != "" {
		return a.Person
	}
	return term.PersonID(a.ID)
}

// The kinds of token.
const (
	TOTP = "totp" // RFC 6238, 30 s, 6 digits
	HOTP = "hotp" // RFC 4226, counter, 6 digits
)

// Credential is what proves an account.
type Credential struct {
	Account    term.AccountID `col:"account,key"`
	Password   string         `col:"password"` // argon2id, encoded
	PasswordAt time.Time      `col:"password_at"`
	TokenKind  string         `col:"token_kind"` // TOTP, HOTP or none
	TokenID    string         `col:"token_id"`   // names the secret, so that a new one starts its own series
	Token      store.Sealed   `col:"token,sealed"`
	CodesID    string         `col:"codes_id"` // names the printed list
	Codes      string         `col:"codes"`    // its codes, hashed
	PIN        []byte         `col:"pin,null"` // keyed
	store.Meta
}

// Credentials is the table.
var Credentials = store.Define[Credential]("credential")

// SignInRow is what an account is told at its next sign-in.
type SignInRow struct {
	Account        term.AccountID  `col:"account,key"`
	At             time.Time       `col:"at"`
	Terminal       term.TerminalID `col:"terminal"`
	Failures       int             `col:"failures"` // since At, of any purpose and terminal
	FailedAt       time.Time       `col:"failed_at"`
	FailedTerminal term.TerminalID `col:"failed_terminal"`
	store.Meta
}

// SignIns is the table.
var SignIns = store.Define[SignInRow]("sign_in")

// Lock keeps one account from one terminal until it is released.
type Lock struct {
	ID         string          `col:"id,key"`
	Account    term.AccountID  `col:"account"`
	Terminal   term.TerminalID `col:"terminal"`
	Since      time.Time       `col:"since"`
	ReleasedAt time.Time       `col:"released_at"`
	ReleasedBy term.AccountID  `col:"released_by"`
	store.Meta
}

// Locks is the table.
var Locks = store.Define[Lock]("account_lock")

// SessionRow is one session. Token is the hash of what the browser or program holds.
type SessionRow struct {
	Token     string          `col:"token,key"`
	ID        term.SessionID  `col:"id"`
	Account   term.AccountID  `col:"account"`
	Terminal  term.TerminalID `col:"terminal"`
	Bearer    bool            `col:"bearer"` // of the API; never good as a cookie
	CreatedAt time.Time       `col:"created_at"`
	SeenAt    time.Time       `col:"seen_at"`
	ExpiresAt time.Time       `col:"expires_at"`
	RevokedAt time.Time       `col:"revoked_at"`
	Mark      []byte          `col:"mark,null"` // keyed; see mark.go
	store.Meta
}

// Sessions is the table.
var Sessions = store.Unrecorded[SessionRow]("session",
	"lives for hours and changes with every look, and counts only with its keyed mark; the sign-in that opened it is an entry, and every act names its session")

// Throttle counts failures in one lane.
type Throttle struct {
	ID       string          `col:"id,key"`
	Subject  string          `col:"subject"` // hash of the login name, or empty
	Terminal term.TerminalID `col:"terminal"`
	Failures int             `col:"failures"`
	LastAt   time.Time       `col:"last_at"`
	UntilAt  time.Time       `col:"until_at"`
	store.Meta
}

var throttles = store.Unrecorded[Throttle]("throttle",
	"counts guesses for minutes; each try that was looked at is an entry")

// Used is one code that was used. Rows are added and never change.
type Used struct {
	ID      string         `col:"id,key"` // account, series and number: a second use cannot be inserted
	Account term.AccountID `col:"account"`
	Series  string         `col:"series"` // token or printed list
	N       int64          `col:"n"`      // time step, counter, or line
	At      time.Time      `col:"at"`
	store.Meta
}

var used = store.Define[Used]("used_code")

func init() {
	store.Raw("spent_code", "codes used before they were recorded; copied to used_code by the first start since, and read no more",
		"id TEXT", "account TEXT", "series TEXT", "n INTEGER", "at INTEGER", "rev INTEGER")
}

// TicketRow is a signature that waits for its act. ID is the hash of what the signer's browser holds.
type TicketRow struct {
	ID        string          `col:"id,key"`
	Digest    []byte          `col:"digest"` // of the one act it is good for
	Role      string          `col:"role"`
	Account   term.AccountID  `col:"account"`
	Person    term.PersonID   `col:"person"`
	Strength  string          `col:"strength"`
	Terminal  term.TerminalID `col:"terminal"`
	At        time.Time       `col:"at"`
	ExpiresAt time.Time       `col:"expires_at"`
	UsedAt    time.Time       `col:"used_at"`
	Mark      []byte          `col:"mark,null"` // keyed; see mark.go
	store.Meta
}

var tickets = store.Unrecorded[TicketRow]("ticket",
	"lives for two minutes between a signature and its act, whose entry carries the signature, and counts only with its keyed mark")

// Terminal is a browser or program that somebody signed in on.
type Terminal struct {
	ID      term.TerminalID `col:"id,key"`
	Name    string          `col:"name"` // given by an administrator; a label that decides nothing
	FirstAt time.Time       `col:"first_at"`
	LastAt  time.Time       `col:"last_at"`
	store.Meta
}

// Terminals is the table.
var Terminals = store.Unrecorded[Terminal]("terminal",
	"a label for a browser's cookie that decides nothing; entries carry the terminal's id, which follows from the cookie")

// Package identity knows who is at the keyboard: accounts, what proves them, sessions, the throttle on guessing,
// and signatures that are good for one act.
//
//	login, password, code ─► throttled? ─► prove (argon2id, outside the writer) ─► settle (spend the code,
//	count the failure) ─► recorded as a try, the session with it ─► token, bound to its terminal
//
//	role, PIN | code | password and code, digest of one act ─► prove ─► settle ─► Ticket ─► Redeem, once
//
// What must always hold:
//   - An unknown name, a wrong password, a wrong code, a locked pair and an account that is switched off answer
//     alike after the same work. Only what was typed decides which branches run.
//   - A code is good once, whatever it was typed for: a used time step and every earlier one, a used counter, a
//     used line of a printed list answer as wrong.
//   - Failures count against the pair of account and terminal, and against the terminal. Nobody can lock an
//     account out from a terminal other than his own. Terminals on which nobody ever signed in share one wide
//     lane for each name besides, so that dropping the cookie does not buy fresh tries for ever.
//   - A session exists only with its entry: both commit together. No secret and no token is stored, and none is
//     logged; what was typed as a name that does not exist is not recorded either, since it is often a password.
//   - A session or ticket counts with its keyed mark alone (mark.go): whoever writes to the database cannot make one.
//   - Passwords and printed codes verify while the keyring is sealed, so that key holders can come in to unseal;
//     tokens and PINs then answer "unavailable" to who has the password right.
//
// Attacks: guessing (throttle, second factor, slow hash), replay (spent codes, one-act tickets), a stolen
// database (argon2id, keyed PINs, sealed tokens), a stolen token without its terminal cookie, a tampered
// hash that would cost gigabytes (bounded before any work), a flood (two hashes at once, a short queue).
//
// BUG(identity): whoever fails some fifty times for one name from terminals without history can hold up first
// sign-ins of that name on further new terminals for as long as he keeps on; terminals that somebody has signed
// in on are not touched.
//
// The acts that change accounts are in identityacts, which stands on package act; this package does not.
package identity

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// The three administrators (三员), each an account of its own without business. They are named in the table of
// functions, so the words are fixed.
const (
	SysAdmin   = "sys_admin"   // 系统管理员
	SecAdmin   = "sec_admin"   // 安全保密管理员
	AuditAdmin = "audit_admin" // 安全审计员
)

// ValidRole reports whether s names one of the three administrators.
func ValidRole(s string) bool { return slices.Contains(term.Closed("admin_role"), s) }

// Actor is who was established. Its fields are those of act.Actor, so that one converts to the other.
type Actor struct {
	Account  term.AccountID
	Person   term.PersonID // empty for an account without a person
	Session  term.SessionID
	Terminal term.TerminalID
	Admin    []string // sys_admin sec_admin audit_admin
	System   bool
}

// What a try was for, and how it ended.
const (
	ForSignIn    = "sign_in"
	ForSignature = "sign"
	ForPassword  = "set_password"

	Done   = "done"
	Wrong  = "wrong"
	Locked = "locked" // secrets right or wrong, the pair of account and terminal is locked
	Off    = "off"    // the account is switched off
)

// Tried is one try to prove an identity, to be recorded.
type Tried struct {
	Account  term.AccountID // empty when the name is unknown
	Terminal term.TerminalID
	Purpose  string
	Result   string
	Failures int   // in a row for this account on this terminal, this one included
	By       Actor // whose session asked, for a signature
	Opened   *SessionRow
}

// Recorder writes evidence of tries: an entry, the account's line of last sign-ins, and the session if one opens,
// all in one act. identityacts implements it.
type Recorder interface {
	Tried(ctx context.Context, t Tried) error
}

// Pins makes and checks signing PINs under the office's key; the keyring implements it. Errors that wrap
// refuse.ErrUnavailable mean that no PIN can be checked now; every other error of CheckPIN means no.
type Pins interface {
	HashPIN(account term.AccountID, pin string) ([]byte, error)
	CheckPIN(account term.AccountID, pin string, stored []byte) error
}

// maxLogin is the longest login name, in characters.
const maxLogin = 64

// NewLogin is NormalizeLogin for an account to be made: its letters and digits are ASCII, so that no two names look alike.
// Accounts made before that was so go on signing in.
func NewLogin(s string) (string, error) {
	login, err := NormalizeLogin(s)
	if err == nil && strings.ContainsFunc(login, func(r rune) bool { return r > unicode.MaxASCII }) {
		err = refuse.Field("login", "not_ascii")
	}
	return login, err
}

// NormalizeLogin brings a login name to its one spelling: full-width folded, lower case, no spaces around.
// Letters, digits, dot, dash and underscore; the error is *refuse.Invalid on field login.
func NormalizeLogin(s string) (string, error) {
	if len(s) > 8*maxLogin || !utf8.ValidString(s) {
		return "", refuse.Field("login", "bad_format")
	}
	s = strings.ToLower(strings.TrimSpace(width.Fold.String(s)))
	switch {
	case s == "":
		return "", refuse.Field("login", "required")
	case utf8.RuneCountInString(s) > maxLogin:
		return "", refuse.Field("login", "too_long")
	}
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r) {
			return "", refuse.Field("login", "bad_character")
		}
	}
	return s, nil
}

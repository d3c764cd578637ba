package identity

import (
	"encoding/base32"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Plain is what a new account's holder gets, once, on paper. It has no String that shows it and is never logged.
type Plain struct {
	Login    string
	Password string
	Secret   string   // of the token, base32
	URI      string   // otpauth://… for programming a token
	Codes    []string // printed list, in order
	PIN      string   // 6 digits, for signing
}

// String hides the secrets from logs and error texts.
func (p Plain) String() string { return "secrets of an account" }

// GoString hides the secrets from %#v.
func (p Plain) GoString() string { return p.String() }

// MarshalJSON fails: secrets leave field by field, or not at all.
func (p Plain) MarshalJSON() ([]byte, error) {
	return nil, fmt.Errorf("the secrets of an account are not spelled out")
}

// Issued is a new account's rows.
type Issued struct {
	Account    Account
	Credential Credential
}

// Changes are the rows to put, for the act that makes the account.
func (i Issued) Changes() []store.Change {
	return []store.Change{Accounts.Insert(i.Account), Credentials.Insert(i.Credential)}
}

// Spec says which account to make.
type Spec struct {
	ID     term.AccountID // empty: drawn
	Login  string
	Person term.PersonID // may be empty
	Roles  []string      // of the three administrators
	Issuer string        // name of the office, for the token
	// Password to begin with; empty: drawn. MustChange is set unless Keep says that the holder chose it.
	Password string
	Keep     bool
}

// Issuer makes accounts and secrets. Its work takes a third of a second: never in the writer.
type Issuer struct {
	Random io.Reader // nil: crypto/rand
	Pins   Pins      // needs the keyring unsealed
	Cost   Cost      // zero: DefaultCost
}

// Issue makes an account with a password, a time token, a printed list of 20 codes and a PIN. Nothing is written.
// *refuse.Invalid for a name, role or password that cannot be; refuse.ErrUnavailable while the keyring is sealed.
func (s Issuer) Issue(spec Spec, now time.Time) (Issued, Plain, error) {
	login, err := NewLogin(spec.Login)
	if err != nil {
		return Issued{}, Plain{}, err
	}
	roles := slices.Compact(slices.Sorted(slices.Values(spec.Roles)))
	for _, role := range roles {
		if !ValidRole(role) {
			return Issued{}, Plain{}, refuse.Field("role", "not_in_list")
		}
	}
	if spec.ID == "" {
		id, err := term.NewID(s.Random)
		if err != nil {
			return Issued{}, Plain{}, err
		}
		spec.ID = term.AccountID(id)
	}
	c, plain, err := s.Secrets(spec.ID, login, spec.Issuer, spec.Password, now)
	if err != nil {
		return Issued{}, Plain{}, err
	}
	a := Account{ID: spec.ID, Login: login, Person: spec.Person, Roles: roles, Active: true, MustChange: !spec.Keep, CreatedAt: now}
	return Issued{Account: a, Credential: c}, plain, nil
}

// Secrets makes a fresh set of secrets for an account, for Issue and for identity.reset.
func (s Issuer) Secrets(account term.AccountID, login, issuer, password string, now time.Time) (Credential, Plain, error) {
	fail := func(err error) (Credential, Plain, error) {
		return Credential{}, Plain{}, fmt.Errorf("make the secrets of an account: %w", err)
	}
	if s.Cost == (Cost{}) {
		s.Cost = DefaultCost
	}
	if !s.Cost.valid() {
		return fail(fmt.Errorf("cost of a password out of bounds"))
	}
	p := Plain{Login: login, Password: password}
	var err error
	if p.Password == "" {
		if p.Password, err = draw(s.Random, 16); err != nil {
			return fail(err)
		}
		p.Password = strings.ToLower(p.Password[:4] + "-" + p.Password[4:8] + "-" + p.Password[8:12] + "-" + p.Password[12:])
	}
	if err := checkTyped(p.Password); err != nil {
		return fail(err)
	}
	if err := (NewPassword{Hash: "-", Length: len([]rune(p.Password)), EqualsName: equalsName(p.Password, login)}).Check(); err != nil {
		return fail(err)
	}
	c := Credential{Account: account, PasswordAt: now, TokenKind: TOTP}
	if c.Password, err = hashPassword(s.Random, s.Cost, p.Password); err != nil {
		return fail(err)
	}
	secret, err := random(s.Random, tokenBytes)
	if err != nil {
		return fail(err)
	}
	p.Secret = base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	p.URI = tokenURI(issuer, login, p.Secret)
	c.Token = store.Plain(p.Secret)
	list, codes, err := newList(s.Random)
	if err != nil {
		return fail(err)
	}
	c.Codes, p.Codes = list.String(), codes
	for _, into := range []*string{&c.TokenID, &c.CodesID} {
		if *into, err = term.NewID(s.Random); err != nil {
			return fail(err)
		}
	}
	if p.PIN, err = drawPIN(s.Random); err != nil {
		return fail(err)
	}
	if c.PIN, err = s.Pins.HashPIN(account, p.PIN); err != nil {
		return fail(err)
	}
	return c, p, nil
}

// tokenURI is what token programmers read: otpauth://totp/Office:name?secret=…
func tokenURI(issuer, login, secret string) string {
	q := "secret=" + secret + "&issuer=" + strings.ReplaceAll(url.QueryEscape(issuer), "+", "%20") +
		"&algorithm=SHA1&digits=" + strconv.Itoa(tokenDigits) + "&period=" + strconv.Itoa(step)
	return "otpauth://totp/" + url.PathEscape(issuer) + ":" + url.PathEscape(login) + "?" + q
}

// drawPIN draws six digits without bias.
func drawPIN(r io.Reader) (string, error) {
	out := make([]byte, 0, 6)
	for len(out) < 6 {
		b, err := random(r, 1)
		if err != nil {
			return "", err
		}
		if b[0] < 250 {
			out = append(out, '0'+b[0]%10)
		}
	}
	return string(out), nil
}

// equalsName reports a password that is nothing but the login name, once or several times over.
func equalsName(password, login string) bool {
	p, l := strings.ToLower(password), strings.ToLower(login)
	return l != "" && strings.ReplaceAll(p, l, "") == ""
}

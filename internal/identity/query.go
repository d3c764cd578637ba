package identity

import (
	"fmt"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// maxListed bounds a list of accounts, terminals or locks on a screen.
const maxListed = 1000

// Listed is one line of the page of accounts: no secrets, nothing of the business.
type Listed struct {
	Account Account
	Last    SignInRow
	Locks   []Lock
}

// List gives the accounts by login name, from after the one named, n at most.
func List(tx *store.Tx, after string, n int) ([]Listed, error) {
	accounts, err := Accounts.Select(tx, "WHERE login > $1 ORDER BY login LIMIT $2", after, min(n, maxListed))
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	out := make([]Listed, len(accounts))
	for i, a := range accounts {
		out[i].Account = a
		if out[i].Last, _, err = SignIns.One(tx, "WHERE account = $1", string(a.ID)); err != nil {
			return nil, fmt.Errorf("find the last sign-in: %w", err)
		}
		if out[i].Locks, err = OpenLocks(tx, a.ID, ""); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// OpenLocks gives the locks of an account that stand, on one terminal, or on all when terminal is empty.
func OpenLocks(tx *store.Tx, account term.AccountID, terminal term.TerminalID) ([]Lock, error) {
	tail, args := "WHERE account = $1 AND released_at IS NULL ORDER BY id LIMIT 1000", []any{string(account)}
	if terminal != "" {
		tail, args = "WHERE account = $1 AND terminal = $2 AND released_at IS NULL ORDER BY id LIMIT 1000", append(args, string(terminal))
	}
	locks, err := Locks.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("find locks: %w", err)
	}
	return locks, nil
}

// ByLogin finds an account by its name, in any spelling; false when there is none.
func ByLogin(tx *store.Tx, login string) (Account, bool, error) {
	login, err := NormalizeLogin(login)
	if err != nil {
		return Account{}, false, nil //nolint:nilerr // no account has such a name
	}
	return Accounts.One(tx, "WHERE login = $1", login)
}

// BySigner finds the account behind a signature: by its person, else by its own id.
func BySigner(tx *store.Tx, signer term.PersonID) (Account, bool, error) {
	if signer == "" {
		return Account{}, false, nil
	}
	a, ok, err := Accounts.One(tx, "WHERE person = $1 AND person <> ''", string(signer))
	if err != nil || ok {
		return a, ok, err
	}
	return Accounts.One(tx, "WHERE id = $1 AND person = ''", string(signer))
}

// RolesOf gives the administrators' roles that a person's account holds, for acts that give a person a post.
func RolesOf(tx *store.Tx, person term.PersonID) ([]string, error) {
	if person == "" {
		return nil, nil
	}
	a, _, err := Accounts.One(tx, "WHERE person = $1 AND person <> ''", string(person))
	if err != nil {
		return nil, fmt.Errorf("find the account of a person: %w", err)
	}
	return a.Roles, nil
}

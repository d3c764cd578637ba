package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/app/appacts"
	"jiyao/internal/identity"
	"jiyao/internal/keyring"
	"jiyao/internal/people"
	"jiyao/internal/procedure"
	"jiyao/internal/term"
)

// Protection says how the master key of a new office is locked away. Exactly one of the three.
type Protection struct {
	Passphrase    string // officers know it
	Needed, Given int    // Needed of Given shares
	KeyFile       bool   // a key beside the data; for the demo only
	// Work is the cost of the passphrase; zero: keyring.DefaultWork.
	Work keyring.Work
}

// Create makes the data folder of a new office with its keys and gives the shares, if the key is split. The folder
// must not exist or be empty. Dying in the middle leaves a folder that Create refuses and that holds nothing.
func Create(data string, suite *keyring.Suite, p Protection) (shares []string, err error) {
	f := folder{data}
	if err := f.fresh(); err != nil {
		return nil, err
	}
	switch {
	case p.KeyFile:
		_, err = keyring.CreateKeyFile(f.master(), f.demoKey(), suite)
	case p.Given > 0:
		_, shares, err = keyring.CreateShares(f.master(), suite, p.Needed, p.Given)
	default:
		_, err = keyring.CreatePassphrase(f.master(), suite, p.Passphrase, p.Work)
	}
	if err != nil {
		return nil, fmt.Errorf("make the master key: %w", err)
	}
	origin := "jiyao/" + randomName()
	signer, err := keyring.CreateSigner(f.signer(), origin, suite)
	if err != nil {
		return nil, fmt.Errorf("make the checkpoint key: %w", err)
	}
	if err := writeFile(f.public(), []byte(signer.VerifierKey()+"\n")); err != nil {
		return nil, err
	}
	// Last: a folder without jiyao.json is no office.
	return shares, f.write(config{Format: configFormat, Suite: suite.Name(), Origin: origin})
}

// randomName tells ledgers apart and says nothing about the office.
func randomName() string {
	var b [8]byte
	rand.Read(b[:]) // ends the program rather than fail
	return hex.EncodeToString(b[:])
}

// Credential is what the holder of a new account gets once.
type Credential struct {
	Login  string
	Person term.PersonID
	Admin  string
	Plain  identity.Plain
}

// Found sets the office up: units, posts and people, places, accounts. The ring must be unsealed. keep leaves the
// drawn passwords as the holders' own, for the demo; otherwise each must set a new one at the first sign-in.
func (a *App) Found(ctx context.Context, setup people.Setup, keep bool) ([]Credential, error) {
	system := act.System()
	if _, err := a.Desk.Do(ctx, act.Request{Act: "people.found", Command: setup.Found, By: system}); err != nil {
		return nil, fmt.Errorf("found the office: %w", err)
	}
	for _, p := range setup.Places {
		if _, err := a.Desk.Do(ctx, act.Request{Act: "custody.create_place", Command: procedure.PlaceOf(p), By: system}); err != nil {
			return nil, fmt.Errorf("make the place %s: %w", p.ID, err)
		}
	}
	return a.foundAccounts(ctx, setup, keep)
}

func (a *App) foundAccounts(ctx context.Context, setup people.Setup, keep bool) ([]Credential, error) {
	issuer := identity.Issuer{Pins: a.Ring, Cost: a.cost}
	var cmd appacts.FoundAccounts
	var out []Credential
	for _, l := range setup.Logins {
		spec := identity.Spec{Login: l.Login, Person: l.Person, Issuer: setup.Found.Name, Keep: keep}
		if l.Admin != "" {
			spec.Roles = []string{l.Admin}
		}
		issued, plain, err := issuer.Issue(spec, a.Clock.Now())
		if err != nil {
			return nil, fmt.Errorf("make the account of %s: %w", l.Login, err)
		}
		cmd.Accounts = append(cmd.Accounts, appacts.FoundAccount{Login: l.Login, Person: spec.Person, Roles: spec.Roles, Issued: issued})
		out = append(out, Credential{Login: issued.Account.Login, Person: l.Person, Admin: l.Admin, Plain: plain})
	}
	if _, err := a.Desk.Do(ctx, act.Request{Act: appacts.ActFoundAccounts, Command: cmd, By: act.System()}); err != nil {
		return nil, fmt.Errorf("make the accounts: %w", err)
	}
	return out, nil
}

// Key opens the master key of an opened office; the zero Key opens only the demo's, by its key file.
type Key struct {
	Passphrase string
	Shares     []string
	KeyFile    string // another place than keys/demo.json
}

// ErrNoKey says that the office's key is not there to be opened.
var ErrNoKey = errors.New("the office is sealed and no key was given")

// Unseal opens the ring.
func (a *App) Unseal(k Key) error {
	protection, _, _ := a.Ring.Protection()
	var err error
	switch protection {
	case keyring.KeyFile:
		path := k.KeyFile
		if path == "" {
			path = a.folder.demoKey()
		}
		err = a.Ring.UnsealKeyFile(path)
	case keyring.Passphrase:
		if k.Passphrase == "" {
			return ErrNoKey
		}
		err = a.Ring.UnsealPassphrase(strings.TrimRight(k.Passphrase, "\r\n"))
	case keyring.Shares:
		if len(k.Shares) == 0 {
			return ErrNoKey
		}
		err = a.Ring.UnsealShares(k.Shares)
	default:
		return fmt.Errorf("unseal: protection %q is not known", protection)
	}
	if err != nil {
		return fmt.Errorf("unseal: %w", err)
	}
	return nil
}

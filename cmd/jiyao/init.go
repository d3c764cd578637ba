package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"jiyao/internal/app"
	"jiyao/internal/keyring"
	"jiyao/internal/people"
)

// initCmd sets up an office.
type initCmd struct {
	office
	Office         string `help:"The office file (YAML)." required:"" placeholder:"FILE"`
	Suite          string `help:"Algorithms: gm (SM2 SM3 SM4) or intl." enum:"gm,intl" default:"gm"`
	PassphraseFile string `help:"Lock the master key with the passphrase in this file." placeholder:"FILE" xor:"lock"`
	Shares         string `help:"Split the master key: K,N means that any K of N officers open it." placeholder:"K,N" xor:"lock"`
	KeyFile        bool   `help:"Keep the key beside the data: for trying out only." xor:"lock"`
	Accounts       string `help:"Write the accounts with their first secrets to this new file instead of printing them." placeholder:"FILE"`
}

// Run makes the folder, the keys, the office and its accounts. What goes wrong before the office is founded leaves a
// folder that holds nothing and can be removed.
func (c *initCmd) Run(s *surroundings) error {
	text, err := readOffice(c.Office)
	if err != nil {
		return err
	}
	setup, err := people.ParseOffice(c.Office, text)
	if err != nil {
		return &exit{exitUsage, err.Error()}
	}
	suite, err := keyring.SuiteNamed(c.Suite)
	if err != nil {
		return err
	}
	lock, err := c.protection(s)
	if err != nil {
		return err
	}
	if err := reserve(c.Accounts); err != nil {
		return err
	}
	err = c.found(s, setup, suite, lock)
	if err != nil {
		release(c.Accounts)
	}
	return err
}

func (c *initCmd) found(s *surroundings, setup people.Setup, suite *keyring.Suite, lock app.Protection) error {
	shares, err := app.Create(c.Data, suite, lock)
	if err != nil {
		return err
	}
	a, err := c.open(s)
	if err != nil {
		return err
	}
	return keep(a, func() error {
		if err := a.Unseal(app.Key{Passphrase: lock.Passphrase, Shares: shares}); err != nil {
			return err
		}
		made, err := a.Found(s.ctx, setup, false)
		if err != nil {
			return err
		}
		for i, share := range shares {
			s.out.sayf("share %d of %d (needed: %d)\n%s\n\n", i+1, lock.Given, lock.Needed, share)
		}
		if err := tell(s, app.List(setup, made), c.Accounts); err != nil {
			return err
		}
		return warn(s, setup)
	})
}

// warn says what the office has nobody for, and who shares a name: without a head or an administrator nobody can ever put that right.
func warn(s *surroundings, setup people.Setup) error {
	found, err := app.CheckOffice(setup)
	if err != nil || len(found.Office) == 0 {
		return err
	}
	s.errs.say("the office is founded; its regulations will wait in vain for what stands here, and one name for two persons (same_name) misleads:")
	printOffice(s.errs, found.Office)
	return nil
}

func (c *initCmd) protection(s *surroundings) (app.Protection, error) {
	switch {
	case c.KeyFile:
		return app.Protection{KeyFile: true}, nil
	case c.Shares != "":
		k, n, ok := strings.Cut(c.Shares, ",")
		needed, errK := strconv.Atoi(strings.TrimSpace(k))
		given, errN := strconv.Atoi(strings.TrimSpace(n))
		if !ok || errK != nil || errN != nil || needed < 2 || given < needed || given > keyring.MaxShares {
			return app.Protection{}, &exit{exitUsage, fmt.Sprintf("--shares: two numbers K,N with 2 ≤ K ≤ N ≤ %d are expected", keyring.MaxShares)}
		}
		return app.Protection{Needed: needed, Given: given}, nil
	case c.PassphraseFile != "":
		text, err := readSecret(c.PassphraseFile)
		return app.Protection{Passphrase: strings.TrimRight(text, "\r\n")}, err
	case isTerminal(s.in):
		text, err := ask(s, "New passphrase of the master key: ")
		if err != nil {
			return app.Protection{}, err
		}
		again, err := ask(s, "Once more: ")
		if err == nil && again != text {
			err = errors.New("the two passphrases differ")
		}
		return app.Protection{Passphrase: text}, err
	}
	return app.Protection{}, &exit{exitUsage, "say how the master key is locked: --passphrase-file, --shares or --key-file"}
}

// maxOffice bounds an office file, in bytes.
const maxOffice = 1 << 20

func readOffice(path string) ([]byte, error) { return readBounded("the office file", path, maxOffice) }

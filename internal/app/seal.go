package app

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"jiyao/internal/act"
	"jiyao/internal/identity/identityweb"
	"jiyao/internal/keyring"
	"jiyao/internal/refuse"
)

// seal lets key holders open the office from the browser: one passphrase, or share after share.
type seal struct {
	app *App

	mu     sync.Mutex     // one offer at a time: each costs as much as a sign-in
	shares map[int]string // by number, under mu; forgotten once the office is open
}

// Unsealed reports whether the office is open.
func (s *seal) Unsealed() bool { return s.app.Ring.Unsealed() }

// Ways says what unsealing asks for.
func (s *seal) Ways() identityweb.Way {
	protection, k, n := s.app.Ring.Protection()
	if protection == keyring.Shares {
		s.mu.Lock()
		defer s.mu.Unlock()
		return identityweb.Way{Shares: true, Needed: k, Given: n, Offered: len(s.shares)}
	}
	return identityweb.Way{}
}

// Offer takes a passphrase or one share. Who offered is logged; BUG(app): it is no act yet, since the three
// signatures of body.unseal need the officers' own boxes on one page.
func (s *seal) Offer(_ context.Context, by act.Actor, secret string) (bool, error) {
	if !s.mu.TryLock() {
		return false, refuse.ErrTooMany
	}
	defer s.mu.Unlock()
	if s.Unsealed() {
		return true, nil
	}
	var err error
	switch protection, _, _ := s.app.Ring.Protection(); protection {
	case keyring.Shares:
		err = s.share(secret)
	default:
		err = s.app.Unseal(Key{Passphrase: secret})
	}
	open := s.Unsealed()
	s.app.Log.Info("a key was offered", slog.String("account", string(by.Account)), slog.Bool("open", open))
	switch {
	case err == nil:
		return open, nil
	case errors.Is(err, keyring.ErrOpen), errors.Is(err, keyring.ErrFormat), errors.Is(err, ErrNoKey):
		return false, refuse.Field("secret", "wrong_secret")
	}
	return false, err
}

func (s *seal) share(text string) error {
	number, err := s.app.Ring.CheckShare(text)
	if err != nil {
		return refuse.Field("secret", "wrong_secret")
	}
	if s.shares == nil {
		s.shares = map[int]string{}
	}
	s.shares[number] = text
	list := make([]string, 0, len(s.shares))
	for _, t := range s.shares {
		list = append(list, t)
	}
	var few *keyring.TooFewError
	err = s.app.Ring.UnsealShares(list)
	if errors.As(err, &few) {
		return nil
	}
	s.shares = nil // open, or one of them was forged: all begin anew
	var bad *keyring.ShareError
	if errors.As(err, &bad) {
		return refuse.Field("secret", "wrong_secret")
	}
	return err
}

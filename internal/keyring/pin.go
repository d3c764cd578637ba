package keyring

import (
	"crypto/hmac"
	"fmt"

	"jiyao/internal/term"
)

// PINs have 6 to 12 ASCII digits.
const (
	minPIN     = 6
	maxPIN     = 12
	pinVersion = 1
	hashedLen  = 1 + saltLen + HashLen
)

// CheckPINFormat returns ErrFormat unless pin is 6 to 12 ASCII digits. Full-width digits are none.
func CheckPINFormat(pin string) error {
	if len(pin) < minPIN || len(pin) > maxPIN {
		return fmt.Errorf("check a PIN: %w", ErrFormat)
	}
	for i := range len(pin) {
		if pin[i] < '0' || pin[i] > '9' {
			return fmt.Errorf("check a PIN: %w", ErrFormat)
		}
	}
	return nil
}

// HashPIN makes what is stored for an account's PIN: version ‖ salt 16 ‖ keyed hash 32. ErrFormat when the
// PIN is none.
//
// There is no slow hash inside: a million PINs are few for any of them. What protects a stolen table is the
// key, and what protects the running server is the caller's limit on tries.
func (r *Ring) HashPIN(account term.AccountID, pin string) ([]byte, error) {
	salt := random(saltLen)
	mac, err := r.pinMAC(account, pin, salt)
	if err != nil {
		return nil, fmt.Errorf("hash a PIN: %w", err)
	}
	out := append([]byte{pinVersion}, salt...)
	return append(out, mac[:]...), nil
}

// CheckPIN compares in constant time: nil, ErrPIN, or ErrFormat when what was typed can be no PIN (count it
// as a try all the same). ErrOpen when stored is not from HashPIN. A stored PIN fits no other account.
func (r *Ring) CheckPIN(account term.AccountID, pin string, stored []byte) error {
	if len(stored) != hashedLen || stored[0] != pinVersion {
		return fmt.Errorf("read a stored PIN: %w", ErrOpen)
	}
	mac, err := r.pinMAC(account, pin, stored[1:1+saltLen])
	if err != nil {
		return fmt.Errorf("check a PIN: %w", err)
	}
	if !hmac.Equal(mac[:], stored[1+saltLen:]) {
		return ErrPIN
	}
	return nil
}

func (r *Ring) pinMAC(account term.AccountID, pin string, salt []byte) ([HashLen]byte, error) {
	var mac [HashLen]byte
	if account == "" || len(account) > maxPlacePart {
		return mac, fmt.Errorf("name the account of a PIN: %w", ErrFormat)
	}
	if err := CheckPINFormat(pin); err != nil {
		return mac, err
	}
	err := r.use(func(k *subkeys) error {
		mac = r.suite.HMAC(k.pin[:], Bind("jiyao/pin", []byte(account), salt, []byte(pin)))
		return nil
	})
	return mac, err
}

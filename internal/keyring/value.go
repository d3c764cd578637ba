package keyring

import (
	"fmt"
)

// MaxValue is the longest plain text of a sealed value in bytes; longer things are bodies, not values.
const MaxValue = 64 << 10

// Overhead is what sealing adds to a value, in bytes.
const Overhead = overhead

const maxPlacePart = 1024

// Place is where a sealed value is stored. It is bound into the value, which opens nowhere else.
type Place struct {
	Table, Column, Key string // Key is the row's primary key
}

func (p Place) bound() ([]byte, error) {
	for _, s := range []string{p.Table, p.Column, p.Key} {
		if s == "" || len(s) > maxPlacePart {
			return nil, fmt.Errorf("name the place of a value: %w", ErrFormat)
		}
	}
	return Bind("jiyao/value", []byte(p.Table), []byte(p.Column), []byte(p.Key)), nil
}

// SealValue encrypts plain (at most MaxValue bytes, may be empty) for its place. The same text never gives
// the same bytes twice. The length shows: Overhead more than the plain text.
func (r *Ring) SealValue(k DocKey, place Place, plain []byte) ([]byte, error) {
	if len(plain) > MaxValue {
		return nil, ErrTooLong
	}
	bound, err := place.bound()
	if err != nil {
		return nil, err
	}
	var out []byte
	err = r.use(func(*subkeys) error {
		key, err := k.bytes()
		if err != nil {
			return err
		}
		out, err = r.suite.seal(key, plain, bound)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("seal a value: %w", err)
	}
	return out, nil
}

// OpenValue is the inverse of SealValue. ErrOpen when the bytes were changed, the key is another, or the
// value was sealed for another place.
func (r *Ring) OpenValue(k DocKey, place Place, sealed []byte) ([]byte, error) {
	bound, err := place.bound()
	if err != nil {
		return nil, err
	}
	var out []byte
	err = r.use(func(*subkeys) error {
		key, err := k.bytes()
		if err != nil {
			return err
		}
		if len(sealed) > MaxValue+overhead {
			return ErrOpen
		}
		out, err = r.suite.open(key, sealed, bound)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open a value: %w", err)
	}
	return out, nil
}

// Blind gives equal tokens for equal texts of one domain, so that duplicates are found without reading. The
// caller brings the text into one spelling first. Tokens of different domains cannot be compared; without
// the master key a token cannot be checked against a guess.
func (r *Ring) Blind(domain string, plain []byte) ([16]byte, error) {
	var out [16]byte
	if domain == "" || len(domain) > maxPlacePart {
		return out, fmt.Errorf("name the domain of a token: %w", ErrFormat)
	}
	if len(plain) > MaxValue {
		return out, ErrTooLong
	}
	err := r.use(func(k *subkeys) error {
		mac := r.suite.HMAC(k.blind[:], Bind(domain, plain))
		copy(out[:], mac[:])
		return nil
	})
	if err != nil {
		return [16]byte{}, fmt.Errorf("make a blind token: %w", err)
	}
	return out, nil
}

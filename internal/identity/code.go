package identity

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"golang.org/x/crypto/argon2"
	"golang.org/x/text/width"
)

// Figures of codes.
const (
	step        = 30 // seconds of a time step
	skew        = 1  // steps accepted on either side
	ahead       = 10 // counters a token may have run ahead
	tokenDigits = 6
	tokenBytes  = 20 // of a token's secret
	listLen     = 20 // codes on a printed list
	printedLen  = 8  // characters of one code
	printedSum  = 16 // bytes kept of its hash
)

// printable is the alphabet of printed codes and generated passwords: no I, L, O, U.
const printable = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// foldCode brings a typed code to its one spelling and tells its kind by form alone.
func foldCode(typed string) (code string, printed bool) {
	if len(typed) > 64 {
		return "", false
	}
	code = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, strings.ToUpper(width.Fold.String(typed)))
	if len(code) == printedLen {
		code = strings.NewReplacer("I", "1", "L", "1", "O", "0").Replace(code)
		return code, strings.Trim(code, printable) == ""
	}
	return code, false
}

// use is a code that fits: what settling must spend.
type use struct {
	series string
	n      int64
	strict bool // every smaller number is spent with it
}

// matchToken compares with every step or counter that may fit, without stopping at the first.
func matchToken(kind, id, secret, code string, now time.Time, next int64) (use, bool, error) {
	var from, to int64
	switch kind {
	case TOTP:
		s := now.Unix() / step
		from, to = s-skew, s+skew
	case HOTP:
		from, to = next, next+ahead-1
	default:
		return use{}, false, fmt.Errorf("token kind %q: unknown", kind)
	}
	found, ok := use{series: id, strict: true}, false
	for n := from; n <= to; n++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(n), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return use{}, false, fmt.Errorf("make a token's code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && !ok {
			found.n, ok = n, true
		}
	}
	return found, ok, nil
}

// printedList is a printed list as stored: one salt and a hash for each code, so that a try costs one hash.
type printedList struct {
	salt []byte
	sums [][]byte
}

// String is salt.sum.sum… in unpadded base64.
func (l printedList) String() string {
	b := base64.RawStdEncoding
	parts := []string{b.EncodeToString(l.salt)}
	for _, s := range l.sums {
		parts = append(parts, b.EncodeToString(s))
	}
	return strings.Join(parts, ".")
}

var errList = errors.New("not a stored list of codes")

func parseList(s string) (printedList, error) {
	var l printedList
	parts := strings.Split(s, ".")
	if len(s) > 2000 || len(parts) != 1+listLen {
		return l, errList
	}
	for i, p := range parts {
		b, err := base64.RawStdEncoding.DecodeString(p)
		if err != nil || i == 0 && len(b) != hashSalt || i > 0 && len(b) != printedSum {
			return printedList{}, errList
		}
		if i == 0 {
			l.salt = b
		} else {
			l.sums = append(l.sums, b)
		}
	}
	return l, nil
}

func printedHash(salt []byte, code string) []byte {
	return argon2.IDKey([]byte(code), salt, codeCost.Time, codeCost.MemoryKiB, codeCost.Threads, printedSum)
}

// match gives the line, from 0, of a code.
func (l printedList) match(id, code string) (use, bool) {
	sum := printedHash(l.salt, code)
	found, ok := use{series: id}, false
	for i, s := range l.sums {
		if subtle.ConstantTimeCompare(sum, s) == 1 {
			found.n, ok = int64(i), true
		}
	}
	return found, ok
}

// newList draws a printed list and gives its codes as they are printed, XXXX-XXXX, in order.
func newList(r io.Reader) (printedList, []string, error) {
	salt, err := random(r, hashSalt)
	if err != nil {
		return printedList{}, nil, err
	}
	l := printedList{salt: salt}
	var codes []string
	for len(codes) < listLen {
		c, err := draw(r, printedLen)
		if err != nil {
			return printedList{}, nil, err
		}
		l.sums = append(l.sums, printedHash(salt, c))
		codes = append(codes, c[:printedLen/2]+"-"+c[printedLen/2:])
	}
	return l, codes, nil
}

// draw gives n characters of 5 random bits each.
func draw(r io.Reader, n int) (string, error) {
	b, err := random(r, n)
	if err != nil {
		return "", err
	}
	for i := range b {
		b[i] = printable[b[i]&31]
	}
	return string(b), nil
}

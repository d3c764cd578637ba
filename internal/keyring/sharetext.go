package keyring

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
)

// A share on paper is eight groups of nine characters:
//
//	version 1 ‖ split 4 ‖ number 1 ‖ value 32 ‖ checksum 2 bytes, as 64 characters of Crockford base32;
//	after every eight of them one check character, which tells in which group a slip was made.
//
// Small letters, spaces, hyphens, full-width forms and O, I, L for 0, 1, 1 are read as meant.
const (
	shareVersion  = 1
	sharePayload  = 1 + setIDLen + 1 + scalarLen
	shareBytes    = sharePayload + 2
	shareChars    = shareBytes * 8 / 5
	groupChars    = 8 // without the check character
	maxShareInput = 512
	crockford     = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

var base32Code = base32.NewEncoding(crockford).WithPadding(base32.NoPadding)

// ShareCode is what is wrong with a share.
type ShareCode string

// What may be wrong with a share, in the order it is looked for.
const (
	ShareLength   ShareCode = "length"    // not 72 characters
	ShareMistyped ShareCode = "mistyped"  // a check character or the checksum does not fit
	ShareOtherSet ShareCode = "other_set" // of another master key
	ShareForged   ShareCode = "forged"    // not what was handed out under this number
	ShareTwice    ShareCode = "twice"     // given twice
)

// ShareError names a bad share. Number is its own number, 0 while it cannot be read; Group is the group of
// characters with the slip, counted from 1, 0 when not known.
type ShareError struct {
	Number, Group int
	Code          ShareCode
}

func (e *ShareError) Error() string {
	return fmt.Sprintf("share %d: %s (group %d)", e.Number, e.Code, e.Group)
}

// shareText is a share as it is written down.
type shareText struct {
	set    [setIDLen]byte
	number int // from 1
	value  [scalarLen]byte
}

// String is the text for the officer.
func (t shareText) String() string {
	b := make([]byte, 0, shareBytes)
	b = append(b, shareVersion)
	b = append(b, t.set[:]...)
	b = append(b, byte(t.number))
	b = append(b, t.value[:]...)
	sum := shareSum(b)
	b = append(b, sum[:]...)
	defer clear(b)
	chars := base32Code.EncodeToString(b)
	var out strings.Builder
	for i := 0; i < len(chars); i += groupChars {
		if i > 0 {
			out.WriteByte('-')
		}
		g := chars[i : i+groupChars]
		out.WriteString(g)
		out.WriteByte(groupCheck(g))
	}
	return out.String()
}

// parseShare reads a share; a *ShareError when it was mistyped.
func parseShare(text string) (shareText, error) {
	var t shareText
	if len(text) > maxShareInput {
		return t, &ShareError{Code: ShareLength}
	}
	chars := readAsMeant(text)
	if len(chars) != shareChars+shareChars/groupChars {
		return t, &ShareError{Code: ShareLength}
	}
	var data strings.Builder
	for i := 0; i < len(chars); i += groupChars + 1 {
		g := chars[i : i+groupChars]
		if groupCheck(g) != chars[i+groupChars] {
			return t, &ShareError{Code: ShareMistyped, Group: i/(groupChars+1) + 1}
		}
		data.WriteString(g)
	}
	b, err := base32Code.DecodeString(data.String())
	if err != nil {
		return t, &ShareError{Code: ShareMistyped}
	}
	defer clear(b)
	if b[0] != shareVersion || [2]byte(b[sharePayload:]) != shareSum(b[:sharePayload]) || b[1+setIDLen] == 0 {
		return t, &ShareError{Code: ShareMistyped}
	}
	t.set = [setIDLen]byte(b[1:])
	t.number = int(b[1+setIDLen])
	t.value = [scalarLen]byte(b[2+setIDLen:])
	return t, nil
}

func readAsMeant(text string) string {
	return strings.Map(func(c rune) rune {
		if c >= '！' && c <= '～' { // full-width forms of an input method
			c -= '！' - '!'
		}
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		switch c {
		case ' ', '\t', '\r', '\n', '-', '\u3000':
			return -1
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		}
		return c
	}, text)
}

func shareSum(payload []byte) [2]byte {
	h := sha256.Sum256(append([]byte("jiyao/share-text"), payload...))
	return [2]byte(h[:2])
}

// groupCheck weighs the characters by the powers of 2 in GF(32), so that any one wrong character and any
// two exchanged ones are found. A character outside the alphabet gives 0, which no check character is.
func groupCheck(g string) byte {
	sum, weight := 0, 2
	for i := range len(g) {
		v := strings.IndexByte(crockford, g[i])
		if v < 0 {
			return 0
		}
		sum ^= times32(weight, v)
		weight = times32(weight, 2)
	}
	return crockford[sum]
}

// times32 multiplies in GF(2⁵) modulo x⁵+x²+1.
func times32(a, b int) int {
	p := 0
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			p ^= a
		}
		if a <<= 1; a >= 32 {
			a ^= 0b100101
		}
	}
	return p
}

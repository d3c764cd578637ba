package identity

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"time"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// tokenLen is the length of session tokens, terminal cookies and tickets in bytes.
const tokenLen = 32

// newToken draws 256 bits, spelled in 43 characters of base64url.
func newToken(r io.Reader) (string, error) {
	b, err := random(r, tokenLen)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// tokenHash is what is stored of a token. Anything that is not spelled as newToken spells is
// refuse.ErrUnauthenticated.
func tokenHash(token string) (string, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != tokenLen || len(token) != base64.RawURLEncoding.EncodedLen(tokenLen) {
		return "", refuse.ErrUnauthenticated
	}
	sum := sha256.Sum256(append([]byte("jiyao/token\x00"), b...))
	return base64.RawURLEncoding.EncodeToString(sum[:]), nil
}

// NewTerminal draws the secret cookie that makes a browser a terminal, and gives the terminal's id.
func NewTerminal(r io.Reader) (cookie string, id term.TerminalID, err error) {
	if cookie, err = newToken(r); err != nil {
		return "", "", err
	}
	id, err = TerminalOf(cookie)
	return cookie, id, err
}

// TerminalOf gives the id that follows from a cookie. The id stands in entries and on screens and does not lead
// back to the cookie. A cookie that was not made by NewTerminal is refuse.ErrUnauthenticated.
func TerminalOf(cookie string) (term.TerminalID, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(cookie)
	if err != nil || len(b) != tokenLen || len(cookie) != base64.RawURLEncoding.EncodedLen(tokenLen) {
		return "", refuse.ErrUnauthenticated
	}
	sum := sha256.Sum256(append([]byte("jiyao/terminal\x00"), b...))
	for i := range term.IDLen {
		sum[i] = printable[sum[i]&31]
	}
	return term.TerminalID(sum[:term.IDLen]), nil
}

// touchTerminal notes that somebody signed in here.
func touchTerminal(tx *store.Tx, id term.TerminalID, now time.Time) error {
	row, ok, err := Terminals.One(tx, "WHERE id = $1", string(id))
	if err != nil {
		return fmt.Errorf("find the terminal: %w", err)
	}
	change := Terminals.Insert(Terminal{ID: id, FirstAt: now, LastAt: now})
	if ok {
		next := row
		next.LastAt = now
		change = Terminals.Update(row, next)
	}
	if err := Terminals.PutNow(tx, change); err != nil {
		return fmt.Errorf("note the terminal: %w", err)
	}
	return nil
}

// checkTerminal answers an id that no cookie can have led to.
func checkTerminal(id term.TerminalID) error {
	if !term.ValidID(string(id)) {
		return refuse.Field("terminal", "required")
	}
	return nil
}

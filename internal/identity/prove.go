package identity

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"unicode/utf8"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// How an identity is proven.
const (
	ByPassword = "password" // the account's own password and a one-time code, both
	ByCode     = "code"     // a one-time code of a token or printed list
	ByPIN      = "pin"      // the signing PIN
	// byOld is the old password alone, to set a new one in an open session.
	byOld = "old_password"
)

// verdict is what the secrets prove by themselves.
type verdict struct {
	ok  bool
	use *use
}

// prove compares what was typed with what is stored, or with what fits nobody. Which work is done follows from
// what was typed alone. It runs outside the writer, in a place of the hashing queue.
func (g *Gate) prove(ctx context.Context, t try, f file) (verdict, error) {
	done, err := g.slots.take(ctx)
	if err != nil {
		return verdict{}, err
	}
	defer done()
	switch t.how {
	case ByPassword:
		password := g.password(f, t.secret)
		u, coded, err := g.code(f, t.code)
		if err != nil && password {
			return verdict{}, err // he has the password: he may hear why he cannot come in
		}
		if err != nil || !password || !coded {
			return verdict{}, nil
		}
		return verdict{ok: true, use: &u}, nil
	case byOld:
		return verdict{ok: g.password(f, t.secret)}, nil
	case ByCode:
		u, ok, err := g.code(f, t.secret)
		if err != nil || !ok {
			return verdict{}, err
		}
		return verdict{ok: true, use: &u}, nil
	case ByPIN:
		ok, err := g.pin(f, t.secret)
		return verdict{ok: ok}, err
	}
	return verdict{}, refuse.Field("how", "not_in_list")
}

// password compares with the stored hash. A stored hash that cannot be read fits nothing, at the usual cost.
func (g *Gate) password(f file, typed string) bool {
	fits := typed != "" && len(typed) <= maxTyped && utf8.ValidString(typed)
	if !fits {
		typed = "-"
	}
	h, err := parseHash(f.cred.Password)
	if err != nil {
		g.damaged(f, "password", err)
		fits = false
		if h, err = parseHash(g.nobody.Password); err != nil {
			return false
		}
	}
	return h.matches(typed) && fits
}

// code compares with the token or the printed list, by the form of what was typed. An error is
// refuse.ErrUnavailable: the keyring is sealed.
func (g *Gate) code(f file, typed string) (use, bool, error) {
	code, printed := foldCode(typed)
	if printed {
		list, err := parseList(f.cred.Codes)
		if err != nil {
			g.damaged(f, "codes", err)
			if list, err = parseList(g.nobody.Codes); err != nil {
				return use{}, false, fmt.Errorf("read nobody's codes: %w", err)
			}
		}
		u, ok := list.match(f.cred.CodesID, code)
		return u, ok, nil
	}
	if len(code) != tokenDigits {
		return use{}, false, nil
	}
	if f.tokenErr != nil {
		if errors.Is(f.tokenErr, refuse.ErrUnavailable) {
			return use{}, false, f.tokenErr
		}
		g.damaged(f, "token", f.tokenErr)
		return use{}, false, nil
	}
	u, ok, err := matchToken(f.cred.TokenKind, f.cred.TokenID, f.secret, code, g.now(), f.next)
	if err != nil {
		g.damaged(f, "token", err)
		return use{}, false, nil
	}
	return u, ok, nil
}

// pin compares with the keyed PIN; for who has none the same work is done.
func (g *Gate) pin(f file, typed string) (bool, error) {
	var err error
	if f.account.ID == "" || len(f.cred.PIN) == 0 {
		if _, err = g.opt.Pins.HashPIN(term.AccountID("nobody"), typed); err == nil {
			return false, nil
		}
	} else {
		err = g.opt.Pins.CheckPIN(f.account.ID, typed, f.cred.PIN)
	}
	if errors.Is(err, refuse.ErrUnavailable) {
		return false, fmt.Errorf("check a PIN: %w", err)
	}
	return err == nil, nil
}

// damaged tells the log, and nobody else, that a stored secret cannot be read.
func (g *Gate) damaged(f file, what string, err error) {
	g.opt.Log.Error("a stored secret cannot be read", slog.String("account", string(f.account.ID)),
		slog.String("what", what), slog.Any("error", err))
}

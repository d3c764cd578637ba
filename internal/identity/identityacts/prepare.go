package identityacts

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"

	"jiyao/internal/act"
	"jiyao/internal/identity"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// maxWire bounds a command that carries secrets, in bytes.
const maxWire = 64 << 10

// Secrets makes and checks secrets outside the writer; *identity.Gate implements it.
type Secrets interface {
	Issue(ctx context.Context, spec identity.Spec) (identity.Issued, identity.Plain, error)
	Fresh(ctx context.Context, a term.AccountID, issuer string) (identity.Credential, identity.Plain, error)
	PreparePassword(ctx context.Context, by identity.Actor, old, password string) (identity.NewPassword, error)
}

// Ready is a command with its secrets prepared, and what is to be given out once in clear after the act is done.
type Ready struct {
	Command any
	Plain   *identity.Plain // nil: nothing was made
}

// Prepare does what an act of this package needs before the writer: it reads a command as it came over the wire
// (JSON, strictly) and makes or checks the secrets. Commands of all other acts come back as they are, so that
// every way in can call it. issuer is the office's name, for tokens.
func Prepare(ctx context.Context, s Secrets, issuer string, by identity.Actor, name string, raw json.RawMessage) (Ready, error) {
	switch name {
	case ActAccountCreate:
		var cmd AccountCreate
		if err := read(raw, &cmd); err != nil {
			return Ready{}, err
		}
		if len(by.Admin) == 0 { // the law will refuse him; no hashing on his word
			return Ready{Command: cmd}, nil
		}
		issued, plain, err := s.Issue(ctx, identity.Spec{Login: cmd.Login, Person: cmd.Person, Issuer: issuer})
		cmd.Issued = &issued
		return Ready{Command: cmd, Plain: &plain}, err
	case ActReset:
		var cmd Reset
		if err := read(raw, &cmd); err != nil {
			return Ready{}, err
		}
		if len(by.Admin) == 0 {
			return Ready{Command: cmd}, nil
		}
		fresh, plain, err := s.Fresh(ctx, cmd.Account, issuer)
		if errors.Is(err, refuse.ErrNotFound) { // the act answers, and records, what does not exist
			return Ready{Command: cmd}, nil
		}
		cmd.Fresh = &fresh
		only(&plain, cmd.What)
		return Ready{Command: cmd, Plain: &plain}, err
	case ActSetPassword:
		var cmd SetPassword
		if err := read(raw, &cmd); err != nil {
			return Ready{}, err
		}
		var err error
		cmd.New, err = s.PreparePassword(ctx, by, cmd.OldPassword, cmd.Password)
		cmd.OldPassword, cmd.Password = "", ""
		return Ready{Command: cmd}, err
	}
	return Ready{Command: raw}, nil
}

// only keeps of the fresh secrets those that the reset puts in force.
func only(p *identity.Plain, what string) {
	keep := func(part string) bool { return what == ResetAll || what == part }
	if !keep(ResetPassword) {
		p.Password = ""
	}
	if !keep(ResetToken) {
		p.Secret, p.URI = "", ""
	}
	if !keep(ResetCodes) {
		p.Codes = nil
	}
	if !keep(ResetPIN) {
		p.PIN = ""
	}
}

func read(raw json.RawMessage, into any) error {
	if len(raw) > maxWire {
		return refuse.Field(act.Whole, "too_long")
	}
	if err := act.Strictly(raw, reflect.TypeOf(into), nil); err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return refuse.Field(act.Whole, "bad_json")
	}
	return nil
}

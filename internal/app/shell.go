package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/identity"
	"jiyao/internal/identity/identityacts"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// ShellAct is one act from the command line.
type ShellAct struct {
	Act                   string
	Command               json.RawMessage
	Login, Password, Code string
	Signatures            []ShellSignature
	At                    time.Time // zero: now
	Late, Key             string
}

// ShellSignature is one signature by PIN.
type ShellSignature struct {
	Role, Login, PIN string
}

// Done is a receipt, with what was made in clear where the act made secrets.
type Done struct {
	act.Receipt
	Issued *Account `json:"issued,omitempty"`
}

// ErrMustChange says that the password was made by somebody else: its holder sets his own first.
var ErrMustChange = errors.New("the password was made by somebody else: set your own first (identity.set_password)")

// Shell signs in, verifies the signatures, does the act and signs out: the same way as the pages, on a terminal that
// belongs to the data folder.
func (a *App) Shell(ctx context.Context, q ShellAct) (done Done, err error) {
	terminal, err := a.folder.terminal()
	if err != nil {
		return done, err
	}
	session, _, err := a.Gate.SignIn(ctx, identity.SignIn{Login: q.Login, Password: q.Password, Code: q.Code, Terminal: terminal})
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, a.Gate.SignOut(context.WithoutCancel(ctx), session.Token)) }()
	if session.MustChange && q.Act != identityacts.ActSetPassword {
		return done, ErrMustChange
	}
	request := act.Request{Act: q.Act, Command: q.Command, By: act.Actor(session.Actor), At: q.At, Late: q.Late, Key: q.Key}
	if request.Signatures, err = a.shellSignatures(ctx, session.Actor, q); err != nil {
		return done, err
	}
	name, _ := a.named(ctx)
	ready, err := identityacts.Prepare(ctx, a.Gate, name, session.Actor, q.Act, q.Command)
	if err != nil {
		return done, err
	}
	request.Command = ready.Command
	if done.Receipt, err = a.Desk.Do(ctx, request); err != nil {
		return done, err
	}
	if p := ready.Plain; p != nil {
		done.Issued = &Account{Login: p.Login, Password: p.Password, TOTPSecret: p.Secret, TOTPURI: p.URI, Codes: p.Codes, PIN: p.PIN}
	}
	return done, nil
}

func (a *App) shellSignatures(ctx context.Context, by identity.Actor, q ShellAct) ([]act.Signature, error) {
	digest, err := identity.Digest(q.Act, q.Command)
	if err != nil {
		return nil, refuse.Field(act.Whole, "bad_json")
	}
	var tickets []string
	for _, s := range q.Signatures {
		t, err := a.Gate.Sign(ctx, identity.SignRequest{Role: s.Role, Login: s.Login, How: identity.ByPIN, Secret: s.PIN, Terminal: by.Terminal, Digest: digest, By: by})
		if err != nil {
			return nil, fmt.Errorf("signature of %s: %w", s.Login, err)
		}
		tickets = append(tickets, t.ID)
	}
	list, err := a.Gate.Redeem(ctx, tickets, digest, by.Terminal)
	if err != nil {
		return nil, err
	}
	out := make([]act.Signature, len(list))
	for i, s := range list {
		out[i] = act.Signature(s)
	}
	return out, nil
}

// terminal is the command line's own: its cookie lies in the data folder.
func (f folder) terminal() (term.TerminalID, error) {
	b, err := readBounded(f.console(), maxConfig)
	if err == nil {
		return identity.TerminalOf(strings.TrimSpace(string(b)))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the terminal of the command line: %w", err)
	}
	cookie, id, err := identity.NewTerminal(nil)
	if err != nil {
		return "", err
	}
	return id, writeFile(f.console(), []byte(cookie+"\n"))
}

// ParseMoment reads a time to the minute, Asia/Shanghai.
func ParseMoment(text string) (time.Time, error) {
	return time.ParseInLocation("2006-01-02T15:04", text, calendar.Zone)
}

// Cited lists the clauses of a refusal with their chips: 丙-3.3 (B-3.3g).
func Cited(r *refuse.Refusal) string { return cited(r.Clauses()) }

func cited(list []term.Clause) string {
	var out []string
	for _, id := range list {
		text := string(id)
		if c, ok := (clauses{}).Clause(id); ok && c.Chip != "" {
			text = c.Chip + " (" + text + ")"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"jiyao/internal/app"
	"jiyao/internal/refuse"
)

// actCmd does one act as somebody who signs in for it.
type actCmd struct {
	office
	key
	Name     string   `arg:"" help:"The act: see jiyao catalogue."`
	As       string   `help:"Account that signs in." required:"" placeholder:"LOGIN"`
	JSON     string   `name:"json" help:"The arguments, or @FILE. Secret ones belong into a file." default:"{}" placeholder:"TEXT"`
	Secrets  string   `help:"JSON file with password, code and the secrets of signatures; asked for where none is given." placeholder:"FILE"`
	Sign     []string `help:"A further signature: ROLE=LOGIN; may be repeated." placeholder:"ROLE=LOGIN"`
	Occurred string   `help:"When it happened, if not now: 2026-03-02T10:00, Asia/Shanghai." placeholder:"TIME"`
	Late     string   `help:"Why it is entered late." placeholder:"TEXT"`
	Key      string   `name:"idempotency-key" help:"The same key has one effect." placeholder:"TEXT"`
	Unsigned bool     `help:"Do not sign for oneself."`
}

// secrets is what the file of --secrets holds.
type secrets struct {
	Password string `json:"password"`
	Code     string `json:"code"`
	PIN      string `json:"pin"` // for the actor's own signature
	// Signatures are the PINs of the others, by login.
	Signatures map[string]string `json:"signatures"`
}

// Run signs in, collects the signatures, does the act and signs out. A refusal exits with 4.
func (c *actCmd) Run(s *surroundings) error {
	a, err := c.open(s)
	if err != nil {
		return err
	}
	return keep(a, func() error {
		if err := unseal(s, a, c.key); err != nil {
			return err
		}
		command, err := c.command()
		if err != nil {
			return err
		}
		return c.do(s, a, command)
	})
}

func (c *actCmd) do(s *surroundings, a *app.App, command json.RawMessage) error {
	given, err := c.secrets(s)
	if err != nil {
		return err
	}
	request := app.ShellAct{Act: c.Name, Command: command, Login: c.As, Password: given.Password, Code: given.Code, Late: c.Late, Key: c.Key}
	if c.Occurred != "" {
		if request.At, err = app.ParseMoment(c.Occurred); err != nil {
			return &exit{exitUsage, "--occurred: a time like 2026-03-02T10:00 is expected"}
		}
	}
	if !c.Unsigned && given.PIN != "" {
		request.Signatures = append(request.Signatures, app.ShellSignature{Role: "actor", Login: c.As, PIN: given.PIN})
	}
	for _, text := range c.Sign {
		role, login, ok := strings.Cut(text, "=")
		if !ok {
			return &exit{exitUsage, "--sign: ROLE=LOGIN is expected"}
		}
		request.Signatures = append(request.Signatures, app.ShellSignature{Role: role, Login: login, PIN: given.Signatures[login]})
	}
	done, err := a.Shell(s.ctx, request)
	if err != nil {
		return answer(err)
	}
	return json.NewEncoder(s.out).Encode(done)
}

// maxCommand bounds the arguments of an act, in bytes; the desk takes no longer ones.
const maxCommand = 1 << 20

func (c *actCmd) command() (json.RawMessage, error) {
	text := c.JSON
	if file, ok := strings.CutPrefix(text, "@"); ok {
		b, err := readBounded("--json", file, maxCommand)
		if err != nil {
			return nil, err
		}
		text = string(b)
	}
	if !json.Valid([]byte(text)) {
		return nil, &exit{exitUsage, "--json: one JSON object is expected"}
	}
	return json.RawMessage(text), nil
}

func (c *actCmd) secrets(s *surroundings) (secrets, error) {
	out := secrets{Signatures: map[string]string{}}
	if c.Secrets != "" {
		text, err := readSecret(c.Secrets)
		if err != nil {
			return out, err
		}
		dec := json.NewDecoder(bytes.NewReader([]byte(text)))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&out); err != nil {
			return out, &exit{exitUsage, "--secrets: JSON with password, code, pin and signatures is expected"}
		}
		return out, nil
	}
	if !isTerminal(s.in) {
		return out, &exit{exitUsage, "--secrets FILE is expected where nobody can be asked"}
	}
	var err error
	if out.Password, err = ask(s, "Password of "+c.As+": "); err != nil {
		return out, err
	}
	if out.Code, err = ask(s, "One-time code of "+c.As+": "); err != nil {
		return out, err
	}
	if !c.Unsigned {
		if out.PIN, err = ask(s, "Signing PIN of "+c.As+" (empty: no signature): "); err != nil {
			return out, err
		}
	}
	for _, text := range c.Sign {
		_, login, _ := strings.Cut(text, "=")
		if out.Signatures[login], err = ask(s, "Signing PIN of "+login+": "); err != nil {
			return out, err
		}
	}
	return out, nil
}

// answer turns what the desk said into a sentence with the exit code of a refusal.
func answer(err error) error {
	var refusal *refuse.Refusal
	var invalid *refuse.Invalid
	var conflict *refuse.Conflict
	switch {
	case errors.As(err, &refusal):
		var b strings.Builder
		fmt.Fprintf(&b, "refused by %s; reference %s", app.Cited(refusal), refusal.Reference)
		switch r := refusal.Remedy(); r.Kind {
		case refuse.ByPost:
			fmt.Fprintf(&b, "; %s may allow it", r.Post)
		case refuse.Nobody:
			b.WriteString("; nobody can allow it")
		case refuse.ByForce:
			b.WriteString("; it can be forced with a reason, which opens a case")
		case refuse.Correct:
			b.WriteString("; it can be put right and tried again")
		}
		return &exit{exitRefused, b.String()}
	case errors.As(err, &invalid):
		return &exit{exitRefused, invalid.Error()}
	case errors.As(err, &conflict):
		return &exit{exitRefused, "somebody else changed it meanwhile"}
	case errors.Is(err, app.ErrMustChange):
		return &exit{exitRefused, err.Error()}
	case errors.Is(err, refuse.ErrNotFound):
		return &exit{exitRefused, "not found"}
	case errors.Is(err, refuse.ErrUnauthenticated):
		return &exit{exitRefused, "the account, a secret or a signature is wrong"}
	case errors.Is(err, refuse.ErrTooMany):
		return &exit{exitRefused, "too many tries: wait and try again"}
	}
	return err
}

// trimLine takes the end of the line off a secret that was read from a file.
func trimLine(s string) string { return strings.TrimRight(s, "\r\n") }

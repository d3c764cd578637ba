package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"

	"jiyao/internal/app"
)

// office is the flags of every command that opens one.
type office struct {
	Data        string `help:"The data folder." required:"" placeholder:"DIR"`
	DSN         string `name:"dsn" help:"A PostgreSQL database in place of the file in the folder. A password belongs into JIYAO_DSN or a PGPASSFILE, not here." env:"JIYAO_DSN" placeholder:"URL"`
	Checkpoints string `help:"A folder outside the data folder, to which signed checkpoints are copied." placeholder:"DIR"`
}

// key is the flags that name where the key of an office is read from.
type key struct {
	PassphraseFile string `help:"File with the passphrase of the master key." placeholder:"FILE"`
	SharesFile     string `help:"File with key shares, one a line." placeholder:"FILE"`
	KeyFile        string `help:"File with the key of a demo." placeholder:"FILE"`
}

// maxSecretFile is more than any file of secrets has, in bytes.
const maxSecretFile = 64 << 10

func (o office) options(s *surroundings) (app.Options, error) {
	if err := noPassword(o.DSN, s.args); err != nil {
		return app.Options{}, err
	}
	return app.Options{Data: o.Data, DSN: o.DSN, Checkpoints: o.Checkpoints, Log: s.log, Quiet: true}, nil
}

// noPassword keeps a database password out of the command line, which others on the machine can read.
func noPassword(dsn string, args []string) error {
	u, err := url.Parse(dsn)
	if dsn == "" || err != nil {
		return nil //nolint:nilerr // the store says what is wrong with it
	}
	_, has := u.User.Password()
	onLine := slices.ContainsFunc(args, func(a string) bool { return strings.Contains(a, dsn) })
	if onLine && (has || u.Query().Has("password")) {
		return &exit{exitUsage, "a database password does not belong on the command line: use JIYAO_DSN or a PGPASSFILE"}
	}
	return nil
}

// open opens an office for one command. close must be called.
func (o office) open(s *surroundings) (*app.App, error) {
	options, err := o.options(s)
	if err != nil {
		return nil, err
	}
	return app.Open(s.ctx, options)
}

// read gives the key that the flags name; what is not given is empty.
func (k key) read() (app.Key, error) {
	out := app.Key{KeyFile: k.KeyFile}
	if k.PassphraseFile != "" {
		text, err := readSecret(k.PassphraseFile)
		if err != nil {
			return out, err
		}
		out.Passphrase = trimLine(text)
	}
	if k.SharesFile != "" {
		text, err := readSecret(k.SharesFile)
		if err != nil {
			return out, err
		}
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" {
				out.Shares = append(out.Shares, line)
			}
		}
	}
	return out, nil
}

// unseal opens the key of an office, asking for a passphrase on the terminal where none was given.
func unseal(s *surroundings, a *app.App, k key) error {
	given, err := k.read()
	if err != nil {
		return err
	}
	err = a.Unseal(given)
	if !errors.Is(err, app.ErrNoKey) || !isTerminal(s.in) {
		return err
	}
	if given.Passphrase, err = ask(s, "Passphrase of the master key: "); err != nil {
		return err
	}
	return a.Unseal(given)
}

func readSecret(path string) (string, error) {
	b, err := readBounded("a secret", path, maxSecretFile)
	return string(b), err
}

// readBounded reads a whole file that the operator names.
func readBounded(what, path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	if info.Size() > most {
		return nil, &exit{exitUsage, fmt.Sprintf("%s: %s has more than %d bytes", what, path, most)}
	}
	b, err := os.ReadFile(path) //nolint:gosec // G304: the operator names the file
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	return b, nil
}

// ask reads one line that is not shown while it is typed.
func ask(s *surroundings, prompt string) (string, error) {
	s.errs.put(prompt)
	show, err := hideTyping(s.in)
	if err != nil {
		return "", err
	}
	line, err := bufio.NewReader(io.LimitReader(s.in, 4096)).ReadString('\n')
	show()
	s.errs.say()
	if err != nil && (line == "" || !errors.Is(err, io.EOF)) {
		return "", fmt.Errorf("read what was typed: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// keep runs work with an opened office and closes it.
func keep(a *app.App, work func() error) error {
	err := work()
	return errors.Join(err, a.Close())
}

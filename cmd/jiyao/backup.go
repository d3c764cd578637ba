package main

import (
	"errors"

	"jiyao/internal/app"
	"jiyao/internal/keyring"
	"jiyao/internal/store"
)

// backupCmd writes one encrypted file.
type backupCmd struct {
	Data           string `help:"The data folder; the office may be serving." required:"" placeholder:"DIR"`
	DSN            string `name:"dsn" help:"A PostgreSQL database in place of the file in the folder. A password belongs into JIYAO_DSN or a PGPASSFILE, not here." env:"JIYAO_DSN" placeholder:"URL"`
	Out            string `help:"The new file." required:"" placeholder:"FILE"`
	PassphraseFile string `help:"File with the passphrase of the backup; asked for where none is given." placeholder:"FILE"`
}

// Run writes the file, reads it back and verifies what is in it.
func (c *backupCmd) Run(s *surroundings) error {
	if err := noPassword(c.DSN, s.args); err != nil {
		return err
	}
	passphrase, err := backupPassphrase(s, c.PassphraseFile)
	if err != nil {
		return err
	}
	report, err := app.Backup(s.ctx, app.Saving{Data: c.Data, DSN: c.DSN, Out: c.Out, Passphrase: passphrase})
	if errors.Is(err, app.ErrDamaged) {
		return &exit{exitDamaged, "the backup was written, but the data in it do not verify: see jiyao verify"}
	}
	if err != nil {
		return backupSentence(err)
	}
	s.out.sayf("written and verified: %s, %d entries, root %x\n", c.Out, report.Size, report.Root)
	return nil
}

// restoreCmd puts a backup into a new folder.
type restoreCmd struct {
	In             string `help:"The backup." required:"" placeholder:"FILE"`
	Data           string `help:"The new data folder." required:"" placeholder:"DIR"`
	DSN            string `name:"dsn" help:"An empty PostgreSQL database that gets the tables. A password belongs into JIYAO_DSN or a PGPASSFILE, not here." env:"JIYAO_DSN" placeholder:"URL"`
	PassphraseFile string `help:"File with the passphrase of the backup; asked for where none is given." placeholder:"FILE"`
}

// Run unpacks, verifies, puts in place and records the restore.
func (c *restoreCmd) Run(s *surroundings) error {
	if err := noPassword(c.DSN, s.args); err != nil {
		return err
	}
	passphrase, err := backupPassphrase(s, c.PassphraseFile)
	if err != nil {
		return err
	}
	receipt, report, err := app.Restore(s.ctx, app.Restoring{In: c.In, Data: c.Data, DSN: c.DSN, Passphrase: passphrase})
	if errors.Is(err, app.ErrDamaged) {
		return &exit{exitDamaged, "not restored: the data in the backup do not verify"}
	}
	if err != nil {
		return backupSentence(err)
	}
	s.out.sayf("restored and verified: %d entries, root %x; recorded under %s, and a case is open\n", report.Size, report.Root, receipt.Reference)
	return nil
}

func backupPassphrase(s *surroundings, file string) (string, error) {
	if file != "" {
		text, err := readSecret(file)
		if err != nil {
			return "", err
		}
		return trimLine(text), nil
	}
	if !isTerminal(s.in) {
		return "", &exit{exitUsage, "--passphrase-file is expected"}
	}
	return ask(s, "Passphrase of the backup: ")
}

func backupSentence(err error) error {
	switch {
	case errors.Is(err, store.ErrNotEmpty):
		return errors.New("the PostgreSQL database is not empty: give a new one")
	case errors.Is(err, keyring.ErrOpen):
		return errors.New("the passphrase is wrong, or the file was changed or cut short")
	case errors.Is(err, keyring.ErrFormat):
		return errors.New("the passphrase is too short (12 characters at least), or the file is no backup")
	}
	return err
}

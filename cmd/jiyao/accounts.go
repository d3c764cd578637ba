package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"jiyao/internal/app"
)

// tell gives the first secrets of accounts to the operator, once: as a table, or as JSON in a new file that only he
// can read.
func tell(s *surroundings, accounts []app.Account, file string) error {
	if file == "" {
		return table(s, accounts)
	}
	b, err := json.MarshalIndent(accounts, "", "  ") //nolint:gosec // G117: to give these secrets out, once, is what it is for
	if err != nil {
		return fmt.Errorf("spell the accounts: %w", err)
	}
	// A file of an earlier demo is replaced; one that others can read is not kept that way.
	if err := os.WriteFile(file, append(b, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the accounts: %w", err)
	}
	if err := os.Chmod(file, 0o600); err != nil {
		return fmt.Errorf("write the accounts: %w", err)
	}
	return nil
}

// reserve makes the file for the accounts before there are any: secrets that are told once have a place to go, and those
// of another office are not written over.
func reserve(file string) error {
	if file == "" {
		return nil
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // G304: the operator names the file
	if err != nil {
		return fmt.Errorf("make the file for the accounts: %w", err)
	}
	return f.Close()
}

// release takes the file away again where nobody was told anything.
func release(file string) {
	if info, err := os.Stat(file); err == nil && info.Size() == 0 {
		_ = os.Remove(file)
	}
}

func table(s *surroundings, accounts []app.Account) error {
	w := tabwriter.NewWriter(s.out, 0, 4, 2, ' ', 0)
	lines := &printer{w: w}
	lines.say("LOGIN\tPERSON\tROLE\tPASSWORD\tPIN\tONE-TIME CODES")
	for _, a := range accounts {
		codes := a.Codes
		if len(codes) > 4 {
			codes = codes[:4]
		}
		lines.sayf("%s\t%s\t%s\t%s\t%s\t%s …\n", a.Login, a.Name, a.Role, a.Password, a.PIN, strings.Join(codes, " "))
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print the accounts: %w", err)
	}
	return nil
}

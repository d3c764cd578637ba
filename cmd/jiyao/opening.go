package main

import (
	"encoding/json"
	"path/filepath"

	"jiyao/internal/app"
	"jiyao/internal/procedure"
)

// openingCmd brings in the books of before the program.
type openingCmd struct {
	office
	key
	File     string `arg:"" help:"xlsx or csv, its columns called as in the books."`
	Book     string `help:"Which book it is." enum:"incoming,carriers" default:"incoming"`
	As       string `help:"Account of the officer." required:"" placeholder:"LOGIN"`
	Director string `help:"Account of the office director, who signs too; without it nothing is brought in." placeholder:"LOGIN"`
	Secrets  string `help:"JSON file with password, code and the secrets of signatures; asked for where none is given." placeholder:"FILE"`
	DryRun   bool   `help:"Check each line and change nothing."`
}

// Run checks the lines, brings the good ones in and writes one JSON object with what is wrong with the others. It exits with 4
// where a line is wrong; what the book itself has as gone is counted apart.
func (c *openingCmd) Run(s *surroundings) error {
	if !c.DryRun && c.Director == "" {
		return &exit{exitUsage, "--director: the account of who signs beside the officer is expected; or --dry-run"}
	}
	data, err := readBounded("the book", c.File, procedure.OpeningLimits().Bytes)
	if err != nil {
		return err
	}
	a, err := c.open(s)
	if err != nil {
		return err
	}
	return keep(a, func() error {
		if err := unseal(s, a, c.key); err != nil {
			return err
		}
		asked := actCmd{As: c.As, Secrets: c.Secrets, Unsigned: c.DryRun}
		q := app.ShellOpening{Book: c.Book, Name: filepath.Base(c.File), Data: data, Login: c.As, DryRun: c.DryRun, Progress: func(done, of int) {
			if done%1000 == 0 {
				s.errs.sayf("%d of %d lines\n", done, of)
			}
		}}
		if !c.DryRun {
			asked.Sign = []string{"office_director=" + c.Director}
		}
		given, err := asked.secrets(s)
		if err != nil {
			return err
		}
		q.Password, q.Code = given.Password, given.Code
		q.Signatures = []app.ShellSignature{{Role: "officer", Login: c.As, PIN: given.PIN}, {Role: "office_director", Login: c.Director, PIN: given.Signatures[c.Director]}}
		report, err := a.Opening(s.ctx, q)
		if err != nil {
			return answer(err)
		}
		if err := json.NewEncoder(s.out).Encode(report); err != nil {
			return err
		}
		if len(report.Faults) > 0 {
			return &exit{exitRefused, ""}
		}
		return nil
	})
}

package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"jiyao/internal/app"
	"jiyao/internal/ledger"
	"jiyao/internal/store"
)

// verifyCmd verifies an office's data, offline.
type verifyCmd struct {
	Data    string        `help:"The data folder." placeholder:"DIR"`
	DSN     string        `name:"dsn" help:"A PostgreSQL database in place of the file in the folder." env:"JIYAO_DSN" placeholder:"URL"`
	Key     string        `help:"File with the ledger's public key; the folder's own where none is given." placeholder:"FILE"`
	Against string        `help:"File with a checkpoint held outside: finds that an older file was put back." placeholder:"FILE"`
	Format  string        `help:"text or json." enum:"text,json" default:"text"`
	Every   time.Duration `help:"Go on: verify what was added since, every so often (10s, 1m), until it is stopped or something is found." placeholder:"TIME"`
	Tables  bool          `help:"List which tables are recorded, and why the others are not."`
}

// Run prints what was found. It exits with 0 when everything is whole and with 3 when it is not.
func (c *verifyCmd) Run(s *surroundings) error {
	if c.Tables {
		return c.tables(s)
	}
	if c.Data == "" {
		return &exit{exitUsage, "--data DIR is expected"}
	}
	if err := noPassword(c.DSN, s.args); err != nil {
		return err
	}
	if c.Against == "" && slices.ContainsFunc(s.args, func(a string) bool { return a == "--against" || a == "--against=" }) {
		return &exit{exitUsage, "--against: the file of a checkpoint is expected"} // taken for none, it would find nothing
	}
	if c.Every < 0 || c.Every > 0 && c.Every < time.Second {
		return &exit{exitUsage, "--every: a second or more is expected"}
	}
	each := func(r ledger.Report) error { return c.print(s, r) }
	report, err := app.Verify(s.ctx, app.Verification{Data: c.Data, DSN: c.DSN, KeyFile: c.Key, AgainstFile: c.Against, Every: c.Every, Each: each})
	if err != nil {
		return err
	}
	if c.Every == 0 || !report.Whole {
		if err := each(report); err != nil {
			return err
		}
	}
	if !report.Whole {
		return &exit{exitDamaged, ""}
	}
	return nil
}

func (c *verifyCmd) print(s *surroundings, r ledger.Report) error {
	if c.Format != "json" {
		c.text(s, r)
		return nil
	}
	if err := json.NewEncoder(s.out).Encode(r); err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	return nil
}

func (c *verifyCmd) text(s *surroundings, r ledger.Report) {
	for _, f := range r.Findings {
		s.out.say("FOUND", f)
	}
	for _, f := range r.Notices {
		s.out.say("note ", f)
	}
	if r.Total > len(r.Findings) {
		s.out.sayf("and %d more\n", r.Total-len(r.Findings))
	}
	if !r.Whole {
		s.out.say("damage", app.Damage(r))
	}
	word := "whole"
	if !r.Whole {
		word = "NOT WHOLE"
	}
	s.out.sayf("%s: %d entries, %d checkpoints, %d rows, %d values, %d lines of history; log %s, rows %s\nroot %x\n", word, r.Size,
		r.Checkpoints, r.Rows, r.Values, r.History, r.LogTime.Round(time.Millisecond), r.RowTime.Round(time.Millisecond), r.Root)
	if c.Against == "" {
		s.out.say("no checkpoint from outside was given: going back to an older file would not show")
	}
}

type unrecorded struct {
	Table  string `json:"table"`
	Reason string `json:"reason"`
}

func (c *verifyCmd) tables(s *surroundings) error {
	list := struct {
		Recorded   []string     `json:"recorded"`
		Unrecorded []unrecorded `json:"unrecorded"`
	}{Recorded: []string{}, Unrecorded: []unrecorded{}}
	for _, t := range store.Tables() {
		if t.Recorded {
			list.Recorded = append(list.Recorded, t.Name)
		} else {
			list.Unrecorded = append(list.Unrecorded, unrecorded{t.Name, t.Reason})
		}
	}
	if c.Format == "json" {
		return json.NewEncoder(s.out).Encode(list)
	}
	s.out.say("recorded:")
	for _, name := range list.Recorded {
		s.out.say(" ", name)
	}
	s.out.say("not recorded:")
	for _, u := range list.Unrecorded {
		s.out.sayf("  %s: %s\n", u.Table, u.Reason)
	}
	return nil
}

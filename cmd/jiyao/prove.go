package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"

	"jiyao/internal/prove"
	"jiyao/internal/term"
)

// proveCmd runs the executable examples of the regulations.
type proveCmd struct {
	Pack   []string `help:"Only this regulation; may be repeated." placeholder:"NAME"`
	Clause []string `help:"Only this clause; may be repeated." placeholder:"ID"`
	Folder string   `name:"regulations" help:"A folder of regulations of one's own, a folder each, in place of the program's." placeholder:"DIR"`
	Mutate bool     `help:"Take each carrier of a clause out and see its proofs fail."`
	Format string   `help:"text or json." enum:"text,json" default:"text"`
}

// Run exits with 3 when a proof fails or a mutant survives.
func (c *proveCmd) Run(s *surroundings) (err error) {
	dir, err := os.MkdirTemp("", "jiyao-prove-")
	if err != nil {
		return fmt.Errorf("make a working folder: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // scratch databases
	engine, err := prove.SQLite(dir)
	if err != nil {
		return err
	}
	options := prove.Options{Packs: c.Pack, Mutate: c.Mutate, Engine: engine}
	for _, id := range c.Clause {
		options.Clauses = append(options.Clauses, term.Clause(id))
	}
	if c.Folder != "" {
		options.FS = os.DirFS(c.Folder)
	}
	report, err := prove.Run(s.ctx, options)
	if errors.Is(err, prove.ErrMisread) {
		return &exit{exitUsage, err.Error()}
	}
	if err != nil {
		return err
	}
	known := func(id string) bool {
		return slices.ContainsFunc(slices.Concat(report.Clauses, report.Base), func(r prove.Clause) bool { return string(r.ID) == id })
	}
	if i := slices.IndexFunc(c.Clause, func(id string) bool { return !known(id) }); i >= 0 {
		return &exit{exitUsage, "--clause: an id of a clause is expected, not " + c.Clause[i]}
	}
	if c.Format == "json" {
		err = json.NewEncoder(s.out).Encode(report)
	} else {
		err = report.Write(s.out)
	}
	if err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	if !report.Whole() {
		return &exit{exitDamaged, ""}
	}
	return nil
}

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	"jiyao/internal/app"
)

// demoCmd fills a model office and serves it.
type demoCmd struct {
	Data     string `help:"The data folder; a temporary one, removed at the end, where none is given." placeholder:"DIR"`
	Addr     string `help:"HOST:PORT of the loopback address." default:"127.0.0.1:8080"`
	Accounts string `help:"Write the accounts as JSON to this file instead of printing them." placeholder:"FILE"`
	Pack     string `help:"Give the office of one regulation alone: bureau, district, county, school or company." placeholder:"NAME"`
}

// Run fills and serves the model office until it is interrupted.
func (c *demoCmd) Run(s *surroundings) error {
	if c.Pack != "" && !slices.Contains(app.DemoPacks, c.Pack) {
		return &exit{exitUsage, "--pack: one of bureau, district, county, school and company is expected"}
	}
	serving := app.Serving{Addr: c.Addr, Ready: func(url string) { s.out.say("serving", url) }}
	if err := serving.Free(s.ctx); err != nil {
		return err
	}
	debug.SetGCPercent(idleGC)
	data := c.Data
	if data == "" {
		dir, err := os.MkdirTemp("", "jiyao-demo-")
		if err != nil {
			return fmt.Errorf("make a temporary folder: %w", err)
		}
		defer os.RemoveAll(dir) //nolint:errcheck // a demo's remains
		data = filepath.Join(dir, "office")
	}
	a, accounts, err := app.Demo(s.ctx, app.Options{Data: data, Log: s.log}, c.Pack)
	if err != nil {
		return err
	}
	return keep(a, func() error {
		if accounts == nil {
			s.errs.say("the office in", data, "was there already: its accounts are those that were told when it was made")
		} else if err := tell(s, accounts, c.Accounts); err != nil {
			return err
		}
		return a.Serve(s.ctx, serving)
	})
}

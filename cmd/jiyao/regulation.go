package main

import (
	"encoding/json"

	"jiyao/internal/app"
	"jiyao/internal/people"
)

// regulationCmd looks after the regulations.
type regulationCmd struct {
	Check regulationCheckCmd `cmd:"" help:"Load every regulation and check an office file against those it adopts."`
}

// regulationCheckCmd checks the packs, and an office file if one is named.
type regulationCheckCmd struct {
	Office string `help:"An office file (YAML); the demo's where none is named." placeholder:"FILE"`
	Format string `help:"text or json." enum:"text,json" default:"text"`
}

// Run prints what the adopted regulations will wait for in vain. A pack or an office file that does not load is an
// error with file and line.
func (c *regulationCheckCmd) Run(s *surroundings) error {
	setup, err := app.DemoOffice("")
	if c.Office != "" {
		var text []byte
		if text, err = readOffice(c.Office); err == nil {
			setup, err = people.ParseOffice(c.Office, text)
		}
	}
	if err != nil {
		return err
	}
	list, err := app.CheckOffice(setup)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return json.NewEncoder(s.out).Encode(list)
	}
	for _, w := range list {
		s.out.sayf("%s: %s", w.Pack, w.Code)
		for _, part := range []string{w.Post, string(w.Unit), w.To, string(w.Who)} {
			if part != "" {
				s.out.put(" ", part)
			}
		}
		s.out.say()
	}
	s.out.sayf("all regulations load; %d things that a clause would wait for in vain\n", len(list))
	return nil
}

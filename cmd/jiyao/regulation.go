package main

import (
	"encoding/json"
	"os"
	"strings"

	"jiyao/internal/app"
	"jiyao/internal/people"
	"jiyao/internal/regulation"
)

// regulationCmd looks after the regulations.
type regulationCmd struct {
	Check regulationCheckCmd `cmd:"" help:"Load every regulation and check an office file against those it adopts."`
}

// regulationCheckCmd checks the packs, and an office file if one is named.
type regulationCheckCmd struct {
	Office      string `help:"An office file (YAML); the demo's where none is named." placeholder:"FILE"`
	Regulations string `help:"A folder of regulations of one's own, a folder each, in place of the program's." placeholder:"DIR"`
	Format      string `help:"text or json." enum:"text,json" default:"text"`
}

// Run prints what the adopted regulations will wait for in vain. A pack or an office file that does not load is an
// error with file and line.
func (c *regulationCheckCmd) Run(s *surroundings) error {
	if c.Regulations != "" {
		n, err := app.CheckRegulations(os.DirFS(c.Regulations))
		if err != nil {
			return &exit{exitUsage, err.Error()}
		}
		s.out.sayf("%d regulations load\n", n)
		return nil
	}
	setup, err := app.DemoOffice("")
	if c.Office != "" {
		var text []byte
		if text, err = readOffice(c.Office); err == nil {
			if setup, err = people.ParseOffice(c.Office, text); err != nil {
				return &exit{exitUsage, err.Error()}
			}
		}
	}
	if err != nil {
		return err
	}
	found, err := app.CheckOffice(setup)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return json.NewEncoder(s.out).Encode(found)
	}
	printOffice(s.out, found.Office)
	printVain(s, found.Law)
	s.out.sayf("all regulations load; %d things that a clause would wait for in vain, %d carriers that are never satisfied or reached\n", len(found.Office), len(found.Law))
	return nil
}

func printOffice(out *printer, list []people.Warning) {
	for _, w := range list {
		out.sayf("%s: %s", w.Pack, w.Code)
		for _, part := range []string{w.Post, string(w.Unit), w.To, string(w.Who)} {
			if part != "" {
				out.put(" ", part)
			}
		}
		out.say()
	}
}

func printVain(s *surroundings, list []regulation.Vain) {
	for _, v := range list {
		s.out.sayf("%s: %s %s %s", v.Pack, v.Code, v.Clause, v.Carrier)
		if detail := append(v.Acts, v.Posts...); len(detail) > 0 {
			s.out.put(" (", strings.Join(detail, " "), ")")
		}
		s.out.say()
	}
}

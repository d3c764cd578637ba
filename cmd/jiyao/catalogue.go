package main

import (
	"encoding/json"
	"strings"

	"jiyao/internal/app"
)

// catalogueCmd lists every act.
type catalogueCmd struct {
	Format string `help:"text or json." enum:"text,json" default:"text"`
}

// Run prints each act with the names and types of its arguments; a star marks those that are never recorded.
func (c *catalogueCmd) Run(s *surroundings) error {
	list := app.Catalogue()
	if c.Format == "json" {
		return json.NewEncoder(s.out).Encode(list)
	}
	for _, a := range list {
		words := make([]string, len(a.Arguments))
		for i, arg := range a.Arguments {
			words[i] = arg.Name + ":" + arg.Type
			if arg.Secret {
				words[i] += "*"
			}
		}
		s.out.say(a.Act, strings.Join(words, " "))
	}
	return nil
}

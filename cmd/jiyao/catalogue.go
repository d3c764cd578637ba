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

// Run prints each act with the names and types of its arguments, and the roles in which it is signed; a star marks what is
// never recorded, an exclamation mark what is always wanted.
func (c *catalogueCmd) Run(s *surroundings) error {
	list, err := app.Catalogue()
	if err != nil {
		return err
	}
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
			if arg.Required {
				words[i] += "!"
			}
		}
		signed := "sign:" + strings.Join(a.Roles, "|")
		if a.Signed {
			signed += "!"
		}
		words = append(words, signed)
		s.out.say(a.Act, strings.Join(words, " "))
	}
	return nil
}

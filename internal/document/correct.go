package document

import (
	"strings"

	"jiyao/internal/act"
)

// correctFacts are what the law may look at of a correction.
type correctFacts struct {
	itemFacts
	TitleGiven bool `fact:"title_given"` // the correction sets a title, or leaves it as the item's only name
}

func (s correctState) facts(cmd Correct, env act.Env) correctFacts {
	f := correctFacts{itemFacts: s.loaded.facts(env)}
	if s.doc.RegisteredBy != "" && s.doc.RegisteredBy == env.Actor.Person {
		f.relations = append(f.relations, "own") // he made the line
	}
	switch cmd.Field {
	case "title":
		f.TitleGiven = strings.TrimSpace(cmd.Value) != ""
	case "code_name":
		f.TitleGiven = strings.TrimSpace(cmd.Value) == "" && !s.doc.Title.Empty()
	}
	return f
}

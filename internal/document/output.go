package document

import (
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// Output asks to take something out of the program, onto paper (document.print) or into a file (document.export):
// one form of one item, or the lines of a register. What comes out is a carrier of the highest level in it, so the
// law is asked with that level. The page that has recorded the act gives out what it has counted, and nothing else
// does.
type Output struct {
	Document term.DocumentID `json:"document"`
	Form     string          `json:"form" in:"item_form"` // slip, labels; of an item
	Register string          `json:"register"`            // name of a register, in place of an item
	Period   string          `json:"period"`              // 2026 or 2026-03; empty: all of it
	Lines    int             `json:"lines"`
	Level    term.Level      `json:"level"` // highest of the lines; empty where no line is of an item
	Regime   term.Regime     `json:"regime"`
	Beside   []leaving       `json:"beside"` // the highest of the lines of each other regime

	// Of a certificate: the digest of the document, byte for byte, and the references of the entries that it rests on.
	Digest  string   `json:"digest"`
	Entries []string `json:"entries"`
}

// leaving is the highest level of one regime in what leaves.
type leaving struct {
	Level  term.Level  `json:"level"`
	Regime term.Regime `json:"regime"`
}

// outputFacts are those of what leaves; of a register, once for each regime of its lines.
type outputFacts struct {
	lookFacts
	beside []lookFacts
}

// Others are the facts for the other regimes: the law is asked for each.
func (f outputFacts) Others() (out []any) {
	for _, other := range f.beside {
		out = append(out, other)
	}
	return out
}

// MaxOutput is the most lines of a register that leave in one act.
const MaxOutput = 200_000

// maxCited is the most entries that one document rests on.
const maxCited = 1000

// outgoing is what Load found: an item, or a register that the actor may see.
type outgoing struct {
	loaded
	register bool
}

func output(name string, items bool) {
	act.Define(name, act.Act[Output, outgoing, outputFacts]{
		Check: func(cmd Output) error { return checkOutput(cmd, items) },
		Load:  loadOutput,
		Knows: func(s outgoing, _ Output, env act.Env) []act.Matter {
			if s.register {
				return nil // its lines were held against his sight one by one
			}
			return s.matters(env)
		},
		Facts: factsOfOutput,
		Decide: func(s outgoing, cmd Output, _ act.Env) (act.Changes, error) {
			if s.register {
				return act.Changes{Subject: cmd.Register}, nil
			}
			if cmd.Form == "labels" && s.doc.State == Voided { // its slip is evidence
				return act.Changes{}, &refuse.Conflict{Table: "document", Key: string(s.doc.ID), Void: true}
			}
			return act.Changes{Subject: string(s.doc.ID), Document: s.doc.ID}, nil
		},
	})
}

func init() {
	output("document.print", true)
	output("document.export", false)
}

func checkOutput(cmd Output, items bool) error {
	switch {
	case cmd.Register == "" && !items:
		return refuse.Field("register", "required")
	case cmd.Register != "" && cmd.Document != "":
		return refuse.Field("register", "not_in_list")
	case len(cmd.Register) > 200 || len(cmd.Period) > len("2026-03"):
		return refuse.Field("register", "too_long")
	case cmd.Lines < 0 || cmd.Lines > MaxOutput:
		return refuse.Field("lines", "out_of_range")
	case len(cmd.Digest) > 200:
		return refuse.Field("digest", "too_long")
	case len(cmd.Entries) > maxCited:
		return refuse.Field("entries", "too_many")
	case len(cmd.Beside) > 2: // there are three regimes
		return refuse.Field("beside", "too_many")
	}
	return nil
}

func loadOutput(tx *act.Tx, cmd Output) (outgoing, error) {
	if cmd.Register == "" {
		l, err := load(tx, cmd.Document)
		return outgoing{loaded: l}, err
	}
	env := tx.Env
	acting, _ := env.People.Acting(env.Actor.Person)
	posts := slices.Concat(env.People.Posts(env.Actor.Person), acting)
	may := len(env.Actor.Admin) == 0 && slices.ContainsFunc(env.Law.Readable(posts), func(r *regulation.Report) bool { return r.Name == cmd.Register })
	if !may && !env.Actor.System {
		return outgoing{}, refuse.ErrNotFound // hidden and absent are one answer
	}
	return outgoing{register: true}, nil
}

func factsOfOutput(s outgoing, cmd Output, env act.Env) outputFacts {
	if !s.register {
		return outputFacts{lookFacts: s.looked(env)}
	}
	of := func(l leaving) lookFacts {
		if l.Level == "" {
			l.Level = term.Open
		}
		f := lookFacts{Persons: []regulation.Person{env.Person(env.Actor.Person)}}
		f.Item = regulation.NewItem(l.Level, heldUnder(env.Law, l.Regime))
		f.Origin, f.MarkState = "received", "none"
		return f
	}
	f := outputFacts{lookFacts: of(leaving{cmd.Level, cmd.Regime})}
	for _, l := range cmd.Beside {
		f.beside = append(f.beside, of(l))
	}
	return f
}

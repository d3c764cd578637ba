package refuse

import (
	"errors"
	"slices"

	"jiyao/internal/term"
)

// What is wrong with an argument that a clause asks for.
const (
	Wanted      = "wanted"       // it is empty
	WantedOr    = "wanted_or"    // it is empty, and so is the one that would do instead
	WantedOther = "wanted_other" // it says what the clause does not take
	WantedEmpty = "wanted_empty" // it is to stay empty, and another to be filled in its place
)

// signed is where a missing signature is noted. It is no argument of a command: who signs answers for it himself, so
// its lack is told with its clause.
const signed = "signed"

// AtFields gives what is wrong with the arguments alone: an Invalid as it is, and a refusal of which every violation is
// about arguments that the asker can put right himself. Nil is any other answer.
func AtFields(err error) *Invalid {
	var inv *Invalid
	if errors.As(err, &inv) {
		return inv
	}
	var ref *Refusal
	if !errors.As(err, &ref) || len(ref.Violations) == 0 {
		return nil
	}
	for _, v := range ref.Violations {
		if v.Remedy.Kind != Correct || len(v.Fields) == 0 || slices.Contains(v.Fields, signed) {
			return nil
		}
	}
	return &Invalid{Fields: ref.Fields()}
}

// Fields lists the arguments that clauses find wrong, each once with all its clauses, whatever else forbids the try.
func (r *Refusal) Fields() []FieldError {
	var out []FieldError
	for _, v := range r.Violations {
		if v.Remedy.Kind != Correct {
			continue
		}
		for _, name := range v.Fields {
			i := slices.IndexFunc(out, func(f FieldError) bool { return f.Field == name })
			if i < 0 {
				out = append(out, v.at(name))
				continue
			}
			if !slices.Contains(out[i].Clauses, v.Clause) {
				out[i].Clauses = append(out[i].Clauses, v.Clause)
			}
		}
	}
	return out
}

func (v Violation) at(name string) FieldError {
	f := FieldError{Field: name, Code: Wanted, Clauses: []term.Clause{v.Clause}}
	switch {
	case v.Instead != "":
		f.Code, f.Args = WantedEmpty, map[string]string{"or": v.Instead}
	case v.Given:
		f.Code = WantedOther
	case v.Or != "":
		f.Code, f.Args = WantedOr, map[string]string{"or": v.Or}
	}
	return f
}

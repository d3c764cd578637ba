package regulation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// Want is an argument that the law in force asks for, for the mark beside its field.
type Want struct {
	Field   string
	Or      string // this argument instead is enough
	Clauses []term.Clause
	Among   []string // the only words that every clause takes; none: any
}

// Wants lists the arguments that the law asks for in an act. given are facts of it as far as a page knows them before
// anything is typed; what hangs on a fact that is not known is left out, for the answer to name.
func (l *Law) Wants(act string, given map[string]any) []Want {
	record := cedar.RecordMap{}
	for name, v := range given {
		switch x := v.(type) {
		case bool:
			record[cedar.String(name)] = cedar.Boolean(x)
		case int:
			record[cedar.String(name)] = cedar.Long(x)
		default:
			record[cedar.String(name)] = cedar.String(fmt.Sprint(x))
		}
	}
	context := cedar.NewRecord(record)
	var out []Want
	for _, n := range l.needs[act] {
		if due, err := n.when.holds(context); err != nil || !due {
			continue // a fact is not known yet
		}
		i := slices.IndexFunc(out, func(w Want) bool { return w.Field == n.Field })
		switch {
		case i < 0:
			out = append(out, Want{Field: n.Field, Or: n.Or, Clauses: []term.Clause{n.clause}, Among: n.OneOf})
		case !slices.Contains(out[i].Clauses, n.clause):
			out[i].Clauses = append(out[i].Clauses, n.clause)
		}
		if i < 0 {
			continue
		}
		if n.Or == "" {
			out[i].Or = "" // one clause takes nothing instead
		}
		out[i].Among = both(out[i].Among, n.OneOf)
	}
	return out
}

// both are the words that two closed lists have in common; an empty list takes any.
func both(a, b []string) []string {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	return slices.DeleteFunc(slices.Clone(a), func(word string) bool { return !slices.Contains(b, word) })
}

// Wanting answers each argument that the law asks for in an act and that is empty: whatever the matter, and under a
// condition as far as the facts are known (known may be nil). Of what is wrong already nothing is asked, nor what hangs
// on it: what a condition makes of a wrong word is not what was meant.
func (l *Law) Wanting(act string, fields map[string]any, known *Known, wrong *refuse.Invalid) *refuse.Invalid {
	contexts := []cedar.Record{cedar.NewRecord(nil)}
	if known != nil {
		contexts = append(contexts, known.contexts...)
	}
	var out refuse.Invalid
	for _, n := range l.needs[act] {
		due := func(context cedar.Record) bool {
			ok, err := n.when.holds(context)
			return err == nil && ok // a fact that it hangs on is not known
		}
		if !n.satisfied(fields) && !touched(n, wrong) && slices.ContainsFunc(contexts, due) {
			out.Fields = noted(out.Fields, n, filled(fields[n.Field]))
		}
	}
	return &out
}

// noted adds what one clause wants to what others want.
func noted(list []refuse.FieldError, n need, given bool) []refuse.FieldError {
	i := slices.IndexFunc(list, func(f refuse.FieldError) bool { return f.Field == n.Field })
	if i < 0 {
		i, list = len(list), append(list, refuse.FieldError{Field: n.Field})
	}
	f := &list[i]
	if !slices.Contains(f.Clauses, n.clause) {
		f.Clauses = append(f.Clauses, n.clause)
	}
	switch {
	case given:
		f.Code = refuse.WantedOther
	case n.Or == "":
		f.Code, f.Args = refuse.Wanted, nil // nothing else will do
	case f.Code == "":
		f.Code, f.Args = refuse.WantedOr, map[string]string{"or": n.Or}
	}
	return list
}

// touched reports whether a need is about an argument that is wrong, or hangs on one.
func touched(n need, wrong *refuse.Invalid) bool {
	if wrong == nil {
		return false
	}
	for _, f := range wrong.Fields {
		list, _, line := strings.Cut(f.Field, ".")
		if f.Field == n.Field || f.Field == n.Or && n.Or != "" || !line && strings.HasPrefix(n.Field, list+".") {
			return true
		}
		if !line && slices.Contains(wordPattern.FindAllString(n.When, -1), f.Field) {
			return true
		}
	}
	return false
}

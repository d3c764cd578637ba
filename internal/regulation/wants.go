package regulation

import (
	"fmt"
	"slices"

	"github.com/cedar-policy/cedar-go"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// Want is an argument that the law in force asks for, for the mark beside its field.
type Want struct {
	Field   string
	Or      string // this argument instead is enough
	Clauses []term.Clause
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
			out = append(out, Want{Field: n.Field, Or: n.Or, Clauses: []term.Clause{n.clause}})
		case !slices.Contains(out[i].Clauses, n.clause):
			out[i].Clauses = append(out[i].Clauses, n.clause)
		}
		if i >= 0 && n.Or == "" {
			out[i].Or = "" // one clause takes nothing instead
		}
	}
	return out
}

// Wanting answers each argument that the law asks for in an act, whatever the matter, and that is empty.
func (l *Law) Wanting(act string, fields map[string]any) *refuse.Invalid {
	var out refuse.Invalid
	for _, w := range l.Wants(act, nil) {
		if filled(fields[w.Field]) || w.Or != "" && filled(fields[w.Or]) {
			continue
		}
		f := refuse.FieldError{Field: w.Field, Code: refuse.Wanted, Clauses: w.Clauses}
		if w.Or != "" {
			f.Code, f.Args = refuse.WantedOr, map[string]string{"or": w.Or}
		}
		out.Fields = append(out.Fields, f)
	}
	return &out
}

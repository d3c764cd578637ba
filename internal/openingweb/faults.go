package openingweb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"jiyao/internal/procedure"
	"jiyao/internal/refuse"
	"jiyao/internal/sheet"
	"jiyao/internal/term"
	"jiyao/internal/web"
)

// said is one line with what is wrong with it, in words.
type said struct {
	Line int
	What []string // one sentence for each thing
}

// text is all of it in one cell of a report.
func (s said) text(ctx context.Context) string {
	if len(s.What) == 1 {
		return s.What[0]
	}
	out := make([]string, len(s.What))
	for i, w := range s.What {
		out[i] = web.T(ctx, "opening.counted", "n", i+1, "what", w)
	}
	return strings.Join(out, web.T(ctx, "registers.semicolon"))
}

// teller puts what is wrong with a line into words: what it is, where, by the names of the file's own columns, and what to do.
type teller struct {
	ctx    context.Context
	table  sheet.Table
	chosen procedure.Mapping
}

// problem is one sentence about a line. Those that matter most come first, then those of the columns from left to right.
type problem struct {
	weight, column int
	text           string
}

// What matters most: a line that does not belong into the books at all, or stands in them already; what is missing; what is
// written wrongly; what a clause says of the line.
const (
	weighsAll = iota
	weighsMissing
	weighsWritten
	weighsLaw
)

var weights = map[string]int{
	"merged_cells": weighsAll, sheet.Duplicate: weighsAll, "number_taken": weighsAll, "registered_before": weighsAll, "copy_no_taken": weighsAll,
	sheet.CellError: weighsAll, "serial_in_use": weighsAll,
	"ill_placed": weighsAll,
	"required":   weighsMissing, "no_holder": weighsMissing, refuse.Wanted: weighsMissing, refuse.WantedOr: weighsMissing,
}

// explained gives the sentences for lines that are left out.
func explained(ctx context.Context, d view) func(procedure.OpeningFault) said {
	t := teller{ctx: ctx, chosen: d.Chosen}
	if d.Batch != nil {
		t.table = d.Batch.Table
	}
	return t.line
}

func (t teller) line(f procedure.OpeningFault) said {
	var all []problem
	for i, e := range f.Entry.Faults {
		if e.Code == "not_live" { // nothing else of it needs to be put right
			return said{f.Line, []string{t.cell(f.Entry.At[i], e).text}}
		}
		all = append(all, t.cell(f.Entry.At[i], e))
	}
	var refusal *refuse.Refusal
	switch at := refuse.AtFields(f.Err); {
	case f.Err == nil:
	case at != nil:
		all = append(all, t.fields(at.Fields)...)
	case errors.As(f.Err, &refusal):
		all = append(append(all, t.fields(refusal.Fields())...), t.refused(refusal)...)
	default:
		all = append(all, problem{weighsAll, 0, web.T(t.ctx, "opening.conflict")})
	}
	slices.SortStableFunc(all, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.weight, b.weight), cmp.Compare(a.column, b.column))
	})
	var out []string
	for _, one := range all {
		if !slices.Contains(out, one.text) {
			out = append(out, one.text)
		}
	}
	return said{f.Line, out}
}

// cell is what is wrong with a cell, as the reader of the file found it; field is empty where no field takes its column.
func (t teller) cell(field string, e sheet.LineError) problem {
	at := slices.Index(t.table.Columns, e.Column)
	if e.Column == "" {
		at = -1
	}
	return problem{weight(e.Code), at, cellFault(t.ctx, field, e)}
}

func weight(code string) int {
	if w, ok := weights[code]; ok {
		return w
	}
	return weighsWritten
}

// fields are the sentences for arguments that the act does not take, each with the clauses that ask for it.
func (t teller) fields(list []refuse.FieldError) []problem {
	var out []problem
	for _, e := range list {
		name, at := t.column(e.Field)
		args := map[string]string{}
		for k, v := range e.Args {
			if k == "or" {
				v, _ = t.column(v)
			}
			args[k] = v
		}
		what := coded(t.ctx, field(e.Field), e.Code, args, web.FieldError(t.ctx, &refuse.Invalid{Fields: []refuse.FieldError{e}}, e.Field))
		if chips := chips(t.ctx, e.Clauses); chips != "" {
			what = web.T(t.ctx, "opening.by", "what", what, "clauses", chips)
		}
		out = append(out, problem{weight(e.Code), at, web.T(t.ctx, "opening.at", "column", name, "what", what)})
	}
	return out
}

// column is what a field is called in the file, and where it stands there; a field that is not in the file comes last.
func (t teller) column(name string) (string, int) {
	name = field(name)
	if i, ok := t.chosen[name]; ok && i < len(t.table.Columns) {
		return t.table.Columns[i], i
	}
	word := web.T(t.ctx, "opening.field."+name)
	if name == "other" {
		return word, len(t.table.Columns)
	}
	return web.T(t.ctx, "opening.no_column", "column", word), len(t.table.Columns)
}

// refused names the clauses that forbid a line whatever its columns say.
func (t teller) refused(refusal *refuse.Refusal) []problem {
	var clauses []term.Clause
	for _, v := range refusal.Violations {
		if v.Remedy.Kind != refuse.Correct || len(v.Fields) == 0 {
			clauses = append(clauses, v.Clause)
		}
	}
	if len(clauses) == 0 {
		return nil
	}
	return []problem{{weighsLaw, 0, web.T(t.ctx, "opening.refused", "clauses", chips(t.ctx, clauses))}}
}

// chips are clauses as readers know them, each once.
func chips(ctx context.Context, clauses []term.Clause) string {
	var out []string
	for _, c := range clauses {
		if chip := web.ChipOf(ctx, c); !slices.Contains(out, chip) {
			out = append(out, chip)
		}
	}
	return strings.Join(out, web.T(ctx, "list.separator"))
}

// field is the name of a field that has a word; any other is a part of the line that its maker did not name.
func field(name string) string {
	for _, f := range procedure.OpeningFields {
		if f.Name == name {
			return name
		}
	}
	if name == "content_kinds" { // said by the kind of carrier
		return "medium"
	}
	return "other"
}

// coded is the sentence of an opening balance for a code: for a field where there is one, with how the field is filled in, or
// for all; without one it is what others say.
func coded(ctx context.Context, field, code string, args map[string]string, others string) string {
	list := []any{}
	for k, v := range args {
		list = append(list, k, v)
	}
	tongue := web.Tongue(ctx)
	own, how := "opening.code."+code+"."+field, "opening.how."+code
	switch {
	case tongue.Has(own):
		return web.T(ctx, own, list...)
	case tongue.Has(how) && tongue.Has("opening.help."+field):
		return web.T(ctx, how, append(list, "how", strings.TrimRight(web.T(ctx, "opening.help."+field), "。."))...)
	case tongue.Has("opening.code." + code):
		return web.T(ctx, "opening.code."+code, list...)
	}
	return others
}

// cellFault is what is wrong with a cell, or with the file.
func cellFault(ctx context.Context, field string, e sheet.LineError) string {
	args, list := map[string]string{}, []any{}
	for k, v := range e.Args {
		if n, err := strconv.ParseInt(v, 10, 64); err == nil && e.Code == sheet.TooLarge {
			v = fmt.Sprintf("%d MB", n>>20)
		}
		args[k] = v
		list = append(list, k, v)
	}
	if e.Line == 0 && e.Code == sheet.BadFormat {
		return web.T(ctx, "opening.bad_file")
	}
	others := ""
	if key := "list.code." + e.Code; web.Tongue(ctx).Has(key) {
		others = web.T(ctx, key, list...)
	}
	code := e.Code
	if args["unpacked"] != "" { // the file itself is smaller than the limit that is told
		code = "too_large_unpacked"
	}
	what := coded(ctx, field, code, args, others)
	if e.Column == "" {
		return what
	}
	return web.T(ctx, "opening.at", "column", e.Column, "what", what)
}

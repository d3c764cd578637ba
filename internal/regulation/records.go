package regulation

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/cedar-policy/cedar-go"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// need is one required field, compiled.
type need struct {
	Need
	clause term.Clause
	name   string
	when   *condition
	least  int64 // of a list
}

// takeRecords keeps the required fields, closed lists, inherited fields and reports of the adopted clauses.
func (l *Law) takeRecords(p *Pack, in func(term.Clause) bool) error {
	var errs []error
	for i := range p.Records {
		r := &p.Records[i]
		r.pack = p
		words, known := l.vocabulary[r.Act]
		if !in(r.Clause) || (!known && r.Act != "") {
			continue
		}
		if r.Report != nil {
			for _, name := range r.Report.Lines {
				if _, ok := l.params[name]; !ok {
					errs = append(errs, fmt.Errorf("%s/records.yaml: %s %s: line %s: a parameter is expected", p.Name, r.Clause, r.Report.Name, name))
				}
			}
			report := *r.Report
			report.pack, report.Clause = p, r.Clause
			l.reports[p.Name+"/"+report.Name] = &report
			errs = append(errs, l.keep(p, &report), l.keepExecutions(p, &report))
		}
		if len(r.Inherit) > 0 {
			l.inherits[r.Act] = append(l.inherits[r.Act], r)
		}
		for _, n := range r.Needs {
			where := fmt.Sprintf("%s/records.yaml: %s %s", p.Name, r.Clause, r.Act)
			for _, f := range []string{n.Field, n.Or} {
				if f != "" && !words.Fields[f] {
					errs = append(errs, fmt.Errorf("%s: field %s: an argument of the act is expected", where, f))
				}
			}
			when, err := newCondition(l.under(p, r.Clause, r.Act, n.When), words.Facts, l.params)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", where, err))
				continue
			}
			least, err := l.least(n)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", where, err))
				continue
			}
			name := fmt.Sprintf("%s/record/%s/%s/%s", p.Name, r.Clause, r.Act, n.Field)
			if twice := slices.ContainsFunc(l.needs[r.Act], func(o need) bool { return o.name == name }); twice { // another case of the field
				name += "#" + fmt.Sprint(len(l.needs[r.Act]))
			}
			l.needs[r.Act] = append(l.needs[r.Act], need{n, r.Clause, name, when, least})
		}
	}
	for _, list := range p.Lists {
		for _, v := range list.Values {
			if in(v.Clause) {
				v.pack = p
				for _, of := range append([]string{list.Of}, list.Also...) {
					l.lists[of] = append(l.lists[of], v)
				}
			}
		}
	}
	return errors.Join(errs...)
}

// keep notes which acts leave a line of who came to know in a register.
func (l *Law) keep(p *Pack, r *Report) error {
	for _, act := range r.Acts {
		words, ok := l.vocabulary[act]
		if !ok {
			continue // not in the catalogue yet
		}
		when, err := newCondition(l.under(p, r.Clause, act, r.When), words.Facts, l.params)
		if err != nil {
			return fmt.Errorf("%s/records.yaml: %s: %s: %w", p.Name, r.Name, act, err)
		}
		l.keeps[act] = append(l.keeps[act], when)
	}
	return nil
}

// Keeps reports whether a register in force keeps a line of who came to know by this act.
func (l *Law) Keeps(act string, k *Known) (bool, error) {
	if len(l.keeps[act]) == 0 {
		return false, nil
	}
	return anyHolds(l.keeps[act], k.contexts)
}

// askNeeds adds a violation for each required field that is empty.
func (l *Law) askNeeds(q Question, context cedar.Record, found map[string]refuse.Violation) error {
	if q.System {
		return nil
	}
	for _, n := range l.needs[q.Act] {
		due, err := n.when.holds(context)
		if err != nil {
			return fmt.Errorf("%s: %w", n.name, err)
		}
		if !due || n.satisfied(q.Fields) {
			continue
		}
		found[n.name] = refuse.Violation{
			Clause: n.clause, Rule: n.name, Fields: []string{n.Field}, Or: n.Or, Given: filled(q.Fields[n.Field]), Remedy: refuse.Remedy{Kind: refuse.Correct},
		}
	}
	return nil
}

// least is how many entries of a list a need asks for.
func (l *Law) least(n Need) (int64, error) {
	if n.Least == "" {
		return 1, nil
	}
	text, err := plain(n.Least, l.params)
	if err != nil {
		return 0, err
	}
	least, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("at_least %q: a number is expected", text)
	}
	return least, nil
}

func (n need) satisfied(fields map[string]any) bool {
	v := fields[n.Field]
	if list, ok := v.([]string); ok && (n.Least != "" || len(n.OneOf) > 0) {
		return int64(len(list)) >= n.least && (len(n.OneOf) == 0 || !slices.ContainsFunc(list, func(s string) bool { return !slices.Contains(n.OneOf, s) }))
	}
	if filled(v) {
		text := fmt.Sprint(v)
		return (len(n.OneOf) == 0 || slices.Contains(n.OneOf, text)) && (n.MustBe == "" || n.MustBe == text)
	}
	return n.Or != "" && filled(fields[n.Or])
}

// filled reports whether an argument says anything: blank text, an empty list and nothing do not, but 0 and
// false are answers when the argument is a pointer that is set.
func filled(v any) bool {
	if v == nil {
		return false
	}
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.Pointer, reflect.Interface:
		return !r.IsNil() && (r.Elem().Kind() != reflect.String || strings.TrimSpace(r.Elem().String()) != "")
	case reflect.String:
		return strings.TrimSpace(r.String()) != ""
	case reflect.Slice, reflect.Map:
		return r.Len() > 0
	}
	return !r.IsZero()
}

// CheckLists answers the arguments whose value is outside the closed list of an adopted pack. A list that no
// adopted pack has does not bind.
func (l *Law) CheckLists(act string, fields map[string]any) *refuse.Invalid {
	var out refuse.Invalid
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		v, values := fields[field], l.lists[act+"."+field]
		texts, ok := v.([]string)
		if text, one := v.(string); one && text != "" {
			texts, ok = []string{text}, true
		}
		if len(values) == 0 || !ok {
			continue
		}
		if slices.ContainsFunc(texts, func(text string) bool {
			return !slices.ContainsFunc(values, func(lv ListValue) bool { return lv.Value == text })
		}) {
			out.Fields = append(out.Fields, refuse.FieldError{Field: field, Code: "not_in_list", Allowed: l.List(act + "." + field)})
		}
	}
	if len(out.Fields) == 0 {
		return nil
	}
	return &out
}

// ListValues gives the entries of all adopted packs for one value of a closed list (act.field).
func (l *Law) ListValues(of, value string) []ListValue {
	var out []ListValue
	for _, v := range l.lists[of] {
		if v.Value == value {
			out = append(out, v)
		}
	}
	return out
}

// List gives the values of a closed list once each, in the order of the packs.
func (l *Law) List(of string) []string {
	var out []string
	for _, v := range l.lists[of] {
		if !slices.Contains(out, v.Value) {
			out = append(out, v.Value)
		}
	}
	return out
}

// Notify names the posts that a value of a closed list tells, with their pack.
func (v ListValue) Posts() []string {
	out := make([]string, len(v.Notify))
	for i, n := range v.Notify {
		out[i] = v.pack.post(n)
	}
	return out
}

// Reports lists the registers that adopted clauses keep on one source, in the order of the packs.
func (l *Law) Reports(source string) []*Report {
	var out []*Report
	for _, p := range l.packs {
		for i := range p.Records {
			if r := p.Records[i].Report; r != nil {
				if have := l.reports[p.Name+"/"+r.Name]; have != nil && have.Source == source && !slices.Contains(out, have) {
					out = append(out, have)
				}
			}
		}
	}
	return out
}

// Setting is a parameter as it is in force.
type Setting struct{ Name, Value string }

// SettingsOf gives what is printed with a register: each parameter that its lines name, as it is in force.
func (l *Law) SettingsOf(r *Report) []Setting {
	var out []Setting
	for _, name := range r.Lines {
		if v, ok := l.Param(name); ok {
			out = append(out, Setting{name, v.String()})
		}
	}
	return out
}

// Report gives one by pack and name (school/传阅单).
func (l *Law) Report(name string) (*Report, bool) {
	r, ok := l.reports[name]
	return r, ok
}

// Locked lists a violation for each argument that a pack locks to its source and that says something else.
func (l *Law) Locked(act string, fields map[string]any, source map[string]string) []refuse.Violation {
	var out []refuse.Violation
	for _, r := range l.inherits[act] {
		if !r.Locked {
			continue
		}
		for _, f := range r.Inherit {
			given := strings.TrimSpace(fmt.Sprint(pointed(fields[f])))
			if filled(fields[f]) && given != source[f] {
				out = append(out, refuse.Violation{
					Clause: r.Clause, Rule: fmt.Sprintf("%s/record/%s/%s/%s", r.pack.Name, r.Clause, act, f),
					Fields: []string{f}, Given: true, Remedy: refuse.Remedy{Kind: refuse.Correct},
				})
			}
		}
	}
	return out
}

// pointed is what an argument says, given by value or by pointer; nothing where it was not given.
func pointed(v any) any {
	if v == nil {
		return ""
	}
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Pointer {
		return v
	}
	if r.IsNil() {
		return ""
	}
	return r.Elem().Interface()
}

// Inherits lists what the record of an act takes over, with the clause.
func (l *Law) Inherits(act string) []*Record { return l.inherits[act] }

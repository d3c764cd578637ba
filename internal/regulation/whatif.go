package regulation

import (
	"fmt"
	"maps"
	"slices"

	"jiyao/internal/calendar"
	"jiyao/internal/term"
)

// Tighter is the due rule of a duty with one number in it stricter than the law in force has it.
type Tighter struct {
	Duty      string // pack/name
	Parameter string
	Unit      string
	Now, Then int64
	Rule      calendar.Due // as in force
	Instead   calendar.Due
}

// Tighter lists the due rules of the duties of an adopted clause with each of their numbers stricter by one unit, by
// two, … by at most steps. It says what would be asked; what that would have meant is in the record.
func (l *Law) Tighter(p *Pack, id term.Clause, steps int64) ([]Tighter, error) {
	if !l.adopted[id] {
		return nil, nil
	}
	var out []Tighter
	for _, o := range p.Obligations {
		if o.Clause != id {
			continue
		}
		now, err := dueWith(o.Due, l.params)
		if err != nil {
			return nil, err
		}
		for _, m := range slices.Compact(slices.Sorted(slices.Values(paramPattern.FindAllString(o.Due, -1)))) {
			name := m[1:]
			source, value := p.Parameters[name], l.params[name]
			if value.Num == nil || source.Stricter != "fewer" {
				continue
			}
			for n := *value.Num - 1; n >= max(0, *value.Num-steps); n-- {
				params := maps.Clone(l.params)
				params[name] = Value{Num: &n}
				then, err := dueWith(o.Due, params)
				if err != nil {
					return nil, err
				}
				out = append(out, Tighter{Duty: p.Name + "/" + o.Name, Parameter: name, Unit: source.Unit, Now: *value.Num, Then: n, Rule: now, Instead: then})
			}
		}
	}
	return out, nil
}

func dueWith(text string, params map[string]Value) (calendar.Due, error) {
	text, err := plain(text, params)
	if err != nil {
		return calendar.Due{}, err
	}
	if text == "" {
		return calendar.Due{}, nil
	}
	due, err := calendar.ParseDue(text)
	if err != nil {
		return due, fmt.Errorf("due rule %q: %w", text, err)
	}
	return due, nil
}

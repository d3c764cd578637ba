package regulation

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"jiyao/internal/term"
)

// joinParameters takes each parameter of an adopted clause in the stricter direction of all packs that have
// one of that name, and of the office's own value.
func (l *Law) joinParameters(all []Adoption) error {
	l.params = map[string]Value{}
	for _, a := range all {
		for _, name := range slices.Sorted(maps.Keys(a.Pack.Parameters)) {
			p := a.Pack.Parameters[name]
			if p.Clause != "" && !l.adopted[p.Clause] {
				continue
			}
			value := p.Default
			var err error
			if own, ok := a.Parameters[name]; ok {
				if value, err = p.own(own); err != nil {
					return fmt.Errorf("%s: parameter %s: %w", a.Pack.Name, name, err)
				}
			}
			if have, ok := l.params[name]; ok {
				if value, err = p.join(have, value); err != nil {
					return fmt.Errorf("%s: parameter %s: %w", a.Pack.Name, name, err)
				}
			}
			l.params[name] = value
		}
	}
	return nil
}

// own takes an office's value: never looser than the source, except that a declared reading is the office's to
// choose.
func (p Parameter) own(v Value) (Value, error) {
	if slices.Contains(p.Readings, v.Text) && v.Text != "" {
		return v, nil
	}
	stricter, err := p.join(p.Default, v)
	if err != nil {
		return v, err
	}
	if stricter.String() != v.String() {
		return v, fmt.Errorf("%s is looser than the source's %s", v, p.Default)
	}
	return v, nil
}

// unset is the spelling of a parameter that has no value until an office gives one.
const unset = "none"

// join gives the stricter of two values.
func (p Parameter) join(a, b Value) (Value, error) {
	if a.String() == b.String() {
		return a, nil
	}
	if order, ok := p.Stricter.([]any); ok {
		return joinOrder(order, a, b)
	}
	direction, _ := p.Stricter.(string)
	switch {
	case direction == "fixed":
		return a, fmt.Errorf("fixed at %s and at %s", a, b)
	case a.Text == unset:
		return b, nil
	case b.Text == unset:
		return a, nil
	case a.List != nil && b.List != nil:
		return joinLists(direction, a, b)
	case a.Num != nil && b.Num != nil:
		return pick(direction, *a.Num <= *b.Num, a, b)
	}
	ra, rb, ok := ranks(a.Text, b.Text)
	if !ok {
		return a, fmt.Errorf("values %s and %s: two values that can be compared are expected", a, b)
	}
	return pick(direction, ra <= rb, a, b)
}

// pick takes the first value when the direction wants the lesser and it is, and so on.
func pick(direction string, firstIsLess bool, a, b Value) (Value, error) {
	switch direction {
	case "fewer", "lower", "earlier", "shorter":
	case "more", "higher", "later", "longer":
		firstIsLess = !firstIsLess
	default:
		return a, fmt.Errorf("stricter: %q: a direction is expected", direction)
	}
	if firstIsLess {
		return a, nil
	}
	return b, nil
}

// ranks compares two levels, two times of day or two dates of the year.
func ranks(a, b string) (ra, rb int, ok bool) {
	if la, lb := term.Level(a), term.Level(b); la.Valid() && lb.Valid() {
		return la.Rank(), lb.Rank(), true
	}
	for _, form := range []string{"15:04", "2 January"} {
		ta, err1 := time.Parse(form, a)
		tb, err2 := time.Parse(form, b)
		if err1 == nil && err2 == nil {
			return int(ta.Unix() / 60), int(tb.Unix() / 60), true
		}
	}
	return 0, 0, false
}

// joinOrder takes the value that stands first in a declared order, strictest first.
func joinOrder(order []any, a, b Value) (Value, error) {
	for _, o := range order {
		switch fmt.Sprint(o) {
		case a.String():
			return a, nil
		case b.String():
			return b, nil
		}
	}
	return a, fmt.Errorf("values %s and %s: one of %v is expected", a, b, order)
}

func joinLists(direction string, a, b Value) (Value, error) {
	out := Value{List: []string{}}
	switch direction {
	case "longer":
		out.List = append(out.List, a.List...)
		for _, s := range b.List {
			if !slices.Contains(a.List, s) {
				out.List = append(out.List, s)
			}
		}
		return out, nil
	case "shorter":
		for _, s := range a.List {
			if slices.Contains(b.List, s) {
				out.List = append(out.List, s)
			}
		}
		return out, nil
	}
	return a, fmt.Errorf("lists %s and %s: longer or shorter is expected as the stricter direction", a, b)
}

package regulation

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/term"
)

// looser gives the values of the parameter that are one unit looser than its own, by what changed: a number by one, a
// level by one step, a date by a day, a time of day by a minute, the next word of a declared order, one value less of a
// list or one more, one figure of a list of warnings later.
func (p Parameter) looser() map[string]Value {
	if order, ok := p.Stricter.([]any); ok {
		return p.nextOf(order)
	}
	direction, _ := p.Stricter.(string)
	out := looser(direction, p.Default, p.Outside)
	switch {
	case p.Default.List != nil:
		p.laterFigures(direction, out)
	case p.Default.Num == nil && p.Default.Map == nil:
		text, ok := looserText(direction, p.Default.Text)
		if ok {
			out[p.Default.Text+" → "+text] = Value{Text: text}
		}
	}
	return out
}

// nextOf is the word that stands behind the parameter's own in a declared order, strictest first.
func (p Parameter) nextOf(order []any) map[string]Value {
	for i, word := range order {
		if fmt.Sprint(word) == p.Default.String() && i+1 < len(order) {
			next := fmt.Sprint(order[i+1])
			return map[string]Value{p.Default.String() + " → " + next: {Text: next}}
		}
	}
	return nil
}

// laterFigures moves each figure of a list of warnings (50/80/100 %, 30/7/1 days before) by one, where the list may only
// grow or come earlier. What is last already (100 %, 0 days before) has no later neighbour.
func (p Parameter) laterFigures(direction string, out map[string]Value) {
	step, last := int64(1), int64(100)
	switch {
	case direction != "longer":
		return
	case strings.Contains(p.Unit, "before"):
		step, last = -1, 0
	case p.Unit != "%":
		return
	}
	for i, old := range p.Default.List {
		n, err := strconv.ParseInt(old, 10, 64)
		if err != nil || n == last {
			continue
		}
		later := strconv.FormatInt(n+step, 10)
		if slices.Contains(p.Default.List, later) {
			continue
		}
		list := slices.Clone(p.Default.List)
		list[i] = later
		out[old+" → "+later] = Value{List: list}
	}
}

// looserText moves a level, a date of the year or a time of day by one unit. A date does not leave its year: 31 December
// has no later neighbour.
func looserText(direction, text string) (string, bool) {
	step := 1
	switch direction {
	case "earlier":
	case "later":
		step = -1
	case "higher":
		return below(text)
	default:
		return "", false
	}
	if t, err := time.Parse("15:04", text); err == nil {
		moved := t.Add(time.Duration(step) * time.Minute)
		return moved.Format("15:04"), moved.Day() == t.Day()
	}
	if t, err := time.Parse("2 January", text); err == nil {
		moved := t.AddDate(0, 0, step)
		return moved.Format("2 January"), moved.Year() == t.Year()
	}
	return "", false
}

// below is the next lower level; false for the lowest and for what is no level.
func below(text string) (string, bool) {
	for _, down := range term.Levels() {
		if from := term.Level(text); from.Valid() && down.Rank()+1 == from.Rank() {
			return string(down), true
		}
	}
	return "", false
}

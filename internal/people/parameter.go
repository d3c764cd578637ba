package people

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// admit reads an office's own value of a parameter and answers errLooser where the source is stricter. Texts
// look like what the pack has: 20, 17:30, 15 January, 机密, a/b/c.
func admit(source regulation.Parameter, text string) (regulation.Value, error) {
	v, err := valueLike(source, text)
	if err != nil {
		return v, err
	}
	was := source.Default
	switch {
	case was.Text == "none" || slices.Contains(source.Readings, v.Text):
		return v, nil // a limit nobody has set yet, or a fact; one of the declared readings
	case was.Text != "" && term.Level(was.Text).Valid():
		return v, levelAdmits(source, term.Level(v.Text))
	case was.Text != "" && isDay(was.Text):
		return v, dayAdmits(source, v.Text)
	}
	if order, ok := source.Stricter.([]any); ok {
		now := slices.Index(order, any(v.Text))
		if now < 0 || now > slices.Index(order, any(was.Text)) {
			return v, errLooser
		}
		return v, nil
	}
	// Numbers, times of day and lists: the law's own comparison, on this parameter alone.
	source.Clause = ""
	alone := &regulation.Pack{Header: regulation.Header{Name: "own", Parameters: map[string]regulation.Parameter{"p": source}}}
	base := &regulation.Pack{Header: regulation.Header{Name: basePack}}
	if _, err := regulation.New(base, []regulation.Adoption{{Pack: alone, Parameters: map[string]regulation.Value{"p": v}}}, nil); err != nil {
		return v, fmt.Errorf("%w: %w", errLooser, err)
	}
	return v, nil
}

// valueLike reads a text in the shape of the parameter's default.
func valueLike(source regulation.Parameter, text string) (regulation.Value, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return regulation.Value{}, fmt.Errorf("a value is expected")
	}
	n, err := strconv.ParseInt(text, 10, 64)
	isNumber := err == nil && n >= 0 && n <= 1_000_000_000
	switch was := source.Default; {
	case was.List != nil:
		list := strings.Split(text, "/")
		if slices.Contains(list, "") || len(list) > 100 {
			return regulation.Value{}, fmt.Errorf("a list like a/b/c is expected")
		}
		return regulation.Value{List: list}, nil
	case was.Num != nil && !isNumber:
		return regulation.Value{}, fmt.Errorf("a number is expected")
	case was.Map != nil:
		return regulation.Value{}, errLooser // no map of the packs may be changed
	case was.Num != nil, was.Text == "none" && isNumber:
		return regulation.Value{Num: &n}, nil
	}
	return regulation.Value{Text: text}, nil
}

func levelAdmits(source regulation.Parameter, now term.Level) error {
	was := term.Level(source.Default.Text)
	switch {
	case !now.Valid():
		return fmt.Errorf("a level is expected")
	case source.Stricter == "lower" && was.AtLeast(now), source.Stricter == "higher" && now.AtLeast(was):
		return nil
	}
	return errLooser
}

// dayOfYear is how packs write a date of each year.
const dayOfYear = "2 January"

func isDay(s string) bool {
	_, err := time.Parse(dayOfYear, s)
	return err == nil
}

func dayAdmits(source regulation.Parameter, now string) error {
	was, err := time.Parse(dayOfYear, source.Default.Text)
	if err != nil {
		return err
	}
	is, err := time.Parse(dayOfYear, now)
	switch {
	case err != nil:
		return fmt.Errorf("a date like 31 January is expected")
	case source.Stricter == "earlier" && !is.After(was), source.Stricter == "later" && !is.Before(was):
		return nil
	}
	return errLooser
}

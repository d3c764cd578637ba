package document

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"

	"jiyao/internal/calendar"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// ParsePeriod reads a secrecy period as printed and gives the last day it covers, counted from the first:
// 10年, 6个月, 2030-12-31, 2030年12月31日(前). A condition or 长期 gives no date (the zero Date).
func ParsePeriod(s string, from calendar.Date) (calendar.Date, error) {
	s = strings.TrimSpace(width.Narrow.String(s))
	if n, ok := strings.CutSuffix(s, "个月"); ok {
		return months(n, 1, from)
	}
	if n, ok := strings.CutSuffix(s, "年"); ok && !strings.Contains(n, "年") && len(n) <= 3 {
		return months(n, 12, from)
	}
	if s == "长期" || s == "" || strings.HasPrefix(s, "至") {
		return calendar.Date{}, nil
	}
	plain := strings.NewReplacer("年", "-", "月", "-", "日前", "", "日", "").Replace(s)
	parts := strings.Split(plain, "-")
	if len(parts) == 3 {
		y, err1 := strconv.Atoi(parts[0])
		m, err2 := strconv.Atoi(parts[1])
		d, err3 := strconv.Atoi(parts[2])
		if err1 == nil && err2 == nil && err3 == nil {
			return calendar.NewDate(y, time.Month(m), d)
		}
	}
	return calendar.Date{}, fmt.Errorf("period: 10年, 6个月, a date, 长期 or 至… is expected: %w", term.ErrSpelling)
}

func months(n string, each int, from calendar.Date) (calendar.Date, error) {
	count, err := strconv.Atoi(n)
	if err != nil || count < 1 || count*each > 1200 {
		return calendar.Date{}, fmt.Errorf("period %q: 1 to 100 years is expected: %w", n, term.ErrSpelling)
	}
	return from.AddMonths(count * each), nil
}

// flagUnclear is the step of an item of which it is not clear yet whether it is a secret, or of which level.
const flagUnclear = "flag_unclear"

// level is the one that counts: the provisional one while it is unclear which it is.
func (cmd Register) level() term.Level {
	if cmd.Unclear && cmd.Provisional != "" {
		return cmd.Provisional
	}
	return cmd.Level
}

// from is the day a period counts from: the issue date or, where none is stated, that of the written notice; zero
// without either.
func (cmd Register) from() (calendar.Date, error) {
	start := cmd.IssuedOn
	if start == "" {
		start = cmd.NotifiedOn
	}
	if start == "" {
		return calendar.Date{}, nil
	}
	d, err := calendar.ParseDate(start)
	if err != nil {
		return d, fmt.Errorf("start of the period: %w", err)
	}
	return d, nil
}

// longTerm is an old mark that names no end.
const longTerm = "长期"

// periodEnd is the first instant after the period; zero without a date to count from, and for a condition. Where none or
// 长期 is printed it is as long as the law lets the level be (parameter period_max).
func periodEnd(cmd Register, law *regulation.Law) (time.Time, error) {
	from, err := cmd.from()
	if err != nil || from.IsZero() {
		return time.Time{}, err
	}
	if cmd.Period == "" && cmd.PeriodUnprinted != "" || strings.TrimSpace(cmd.Period) == longTerm {
		last, ok := longest(cmd.level(), from, law)
		if !ok {
			return time.Time{}, nil
		}
		return last.End(), nil
	}
	last, err := ParsePeriod(cmd.Period, from)
	if err != nil || last.IsZero() {
		return time.Time{}, err
	}
	return last.End(), nil
}

// longest is the last day of the longest period that the law lets a level have, counted from a day.
func longest(level term.Level, from calendar.Date, law *regulation.Law) (calendar.Date, bool) {
	years, ok := law.Param("period_max")
	if !ok {
		return calendar.Date{}, false
	}
	n, err := strconv.Atoi(years.Map[string(level)])
	if err != nil {
		return calendar.Date{}, false
	}
	return from.AddMonths(12 * n), true
}

// periodOver reports whether the printed period is longer than the law lets the level have.
func periodOver(cmd Register, law *regulation.Law) bool {
	from, err := cmd.from()
	if err != nil || from.IsZero() || cmd.Period == "" {
		return false
	}
	last, err := ParsePeriod(cmd.Period, from)
	top, ok := longest(cmd.level(), from, law)
	return err == nil && ok && !last.IsZero() && last.After(top)
}

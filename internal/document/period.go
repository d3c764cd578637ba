package document

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"

	"jiyao/internal/calendar"
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

// periodEnd is the first instant after the period, counted from the issue date or, where none is stated, from
// the written notice; zero without a date to count from.
func periodEnd(cmd Register) (time.Time, error) {
	start := cmd.IssuedOn
	if start == "" {
		start = cmd.NotifiedOn
	}
	if cmd.Period == "" || start == "" {
		return time.Time{}, nil
	}
	from, err := calendar.ParseDate(start)
	if err != nil {
		return time.Time{}, fmt.Errorf("start of the period: %w", err)
	}
	last, err := ParsePeriod(cmd.Period, from)
	if err != nil || last.IsZero() {
		return time.Time{}, err
	}
	return last.End(), nil
}

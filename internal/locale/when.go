package locale

import (
	"strings"
	"time"

	"jiyao/internal/term"
)

// shanghai is where every office of this program is. A fixed offset, because the summer time of 1986 to 1991
// would only move the midnights of old document dates.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// Date is 2026年11月23日, in English 2026-11-23. The zero time is a dash, here and below.
func (t Tongue) Date(d time.Time) string {
	if d.IsZero() {
		return "—"
	}
	if t == En {
		return d.In(shanghai).Format("2006-01-02")
	}
	return d.In(shanghai).Format("2006年1月2日")
}

// Yearly is a day of any year: 1月31日, in English 31 January.
func (t Tongue) Yearly(d time.Time) string {
	if t == En {
		return d.Format("2 January")
	}
	return d.Format("1月2日")
}

// DateTime is 2026年11月23日 09:31, in English 2026-11-23 09:31.
func (t Tongue) DateTime(d time.Time) string {
	if d.IsZero() {
		return "—"
	}
	return t.Date(d) + " " + t.Clock(d)
}

// Until is DateTime of a deadline: one at midnight ends the day before, at 24:00.
func (t Tongue) Until(d time.Time) string {
	if day, ok := ended(d); ok {
		return t.Date(day) + " 24:00"
	}
	return t.DateTime(d)
}

// Deadline is Moment of a deadline, with midnight as in Until.
func (t Tongue) Deadline(d, now time.Time) string {
	if day, ok := ended(d); ok {
		return t.moment(day, now, "24:00")
	}
	return t.Moment(d, now)
}

// ended is the day that ends at d.
func ended(d time.Time) (time.Time, bool) {
	d = d.In(shanghai)
	return d.AddDate(0, 0, -1), !d.IsZero() && d.Format("15:04:05") == "00:00:00"
}

// Clock is 09:31.
func (t Tongue) Clock(d time.Time) string {
	if d.IsZero() {
		return "—"
	}
	return d.In(shanghai).Format("15:04")
}

// Day is the day with its name, for headings: 11月23日 星期一, in English 2026-11-23 Monday.
func (t Tongue) Day(d time.Time) string {
	if d.IsZero() {
		return "—"
	}
	d = d.In(shanghai)
	if t == En {
		return d.Format("2006-01-02 Monday")
	}
	names := [...]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"}
	return d.Format("1月2日 ") + names[d.Weekday()]
}

// Moment is a time as one says it on the day of now: 今天 09:31, 昨天 17:19, 明天 08:30, 11月19日 11:20 in
// the same year, else with the year.
func (t Tongue) Moment(d, now time.Time) string {
	if d.IsZero() {
		return "—"
	}
	return t.moment(d, now, t.Clock(d))
}

// moment is the day of d as one says it on the day of now, with a time of day.
func (t Tongue) moment(d, now time.Time, clock string) string {
	d, now = d.In(shanghai), now.In(shanghai)
	switch days(d, now) {
	case 0:
		return t.T("when.today", "time", clock)
	case -1:
		return t.T("when.yesterday", "time", clock)
	case 1:
		return t.T("when.tomorrow", "time", clock)
	}
	if t == Zh || t == "" {
		if d.Year() == now.Year() {
			return d.Format("1月2日 ") + clock
		}
	}
	return t.Date(d) + " " + clock
}

// days counts midnights from now to d, both in Shanghai.
func days(d, now time.Time) int {
	day := func(x time.Time) time.Time {
		return time.Date(x.Year(), x.Month(), x.Day(), 0, 0, 0, 0, time.UTC)
	}
	return int(day(d).Sub(day(now)) / (24 * time.Hour))
}

// Span is a length of time in words, rounded down to the minute: 41 分, 1 小时 29 分, 2 天 4 小时, from ten
// days on whole days. The sign is dropped.
func (t Tongue) Span(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	m := int(d / time.Minute)
	h, day := m/60, m/60/24
	switch {
	case m < 1:
		return t.T("duration.moment")
	case h < 1:
		return t.T("duration.minutes", "m", m)
	case h < 24 && m%60 == 0:
		return t.T("duration.hours", "h", h)
	case h < 24:
		return t.T("duration.hours_minutes", "h", h, "m", m%60)
	case day >= 10 || h%24 == 0:
		return t.T("duration.days", "d", day)
	}
	return t.T("duration.days_hours", "d", day, "h", h%24)
}

// Left says how far a deadline is: 剩 1 小时 29 分, 逾期 15 小时 31 分.
func (t Tongue) Left(d time.Duration) string {
	if d < 0 {
		return t.T("duration.late", "span", t.Span(d))
	}
	return t.T("duration.left", "span", t.Span(d))
}

var levelKeys = map[term.Level]string{
	term.Juemi: "level.juemi", term.Jimi: "level.jimi", term.Mimi: "level.mimi",
	term.Neibu: "level.neibu", term.Open: "level.open",
}

// Level is the Chinese level, in English with its gloss: 机密 Secret-II. An unknown one shows as a dash.
func (t Tongue) Level(l term.Level) string {
	key, ok := levelKeys[l]
	if !ok {
		return "—"
	}
	return t.T(key)
}

var urgencyKeys = map[string]string{
	"特提": "urgency.teti", "特急": "urgency.teji", "加急": "urgency.jiaji", "平急": "urgency.pingji",
	"一般": "urgency.yiban",
}

// Urgency is the Chinese urgency of a document or telegram, in English with its gloss. One that is not on
// either scale is shown as written.
func (t Tongue) Urgency(u string) string {
	key, ok := urgencyKeys[strings.TrimSpace(u)]
	if !ok {
		return u
	}
	return t.T(key)
}

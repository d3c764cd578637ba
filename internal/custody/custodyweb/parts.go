package custodyweb

import (
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/regulation"
)

// clock reads a time of day among the office's parameters, as an offset into the day.
func clock(law *regulation.Law, name string) (time.Duration, bool) {
	v, ok := law.Param(name)
	if !ok {
		return 0, false
	}
	t, err := time.Parse("15:04", v.Text)
	if err != nil {
		return 0, false
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, true
}

// minute is a time as it is typed into a field.
func minute(t time.Time) string { return t.In(calendar.Zone).Format("2006-01-02 15:04") }

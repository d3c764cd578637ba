package documentweb

import (
	"time"

	"jiyao/internal/calendar"
)

// dayEnd is 24:00 of the day of an instant.
func dayEnd(t time.Time) time.Time { return calendar.DateOf(t).End() }

package counter

import (
	"fmt"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/store"
)

// Closing is the next closing time of the office: today's while it is to come, else that of the next working day. It is
// zero where the law in force has none.
func (c *Counter) Closing(tx *store.Tx, v Viewer) (time.Time, error) {
	value, ok := v.Law.Param("closing_time")
	if !ok {
		return time.Time{}, nil
	}
	at, err := calendar.ParseTimeOfDay(value.Text)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the closing time: %w", err)
	}
	today := calendar.DateOf(v.Now)
	if due := at.On(today); due.After(v.Now) {
		return due, nil
	}
	book, err := c.Office.Calendar(tx)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the calendar: %w", err)
	}
	next, err := book.NextWorkday(today)
	if err != nil { // the year's days off are not known: a natural day then
		next = today.Add(1)
	}
	return at.On(next), nil
}

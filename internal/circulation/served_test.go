package circulation

import (
	"testing"
	"time"
)

// A reader is served when he has signed 已阅, not when the copy was in his hands.
func TestWhoIsServed(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		stop             Stop
		unserved, unread bool
		standing         string
	}{
		"waits":               {Stop{State: Waiting}, true, false, "undelivered"},
		"has it":              {Stop{State: Out, OutAt: at}, false, false, "unread"},
		"has it, signed":      {Stop{State: Read, OutAt: at, ReadAt: at}, false, false, ""},
		"gave it back":        {Stop{State: Back, OutAt: at, ReadAt: at, BackAt: at}, false, false, ""},
		"gave it back unread": {Stop{State: Back, OutAt: at, BackAt: at}, true, true, "unread"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.stop.Unserved() != c.unserved || c.stop.Unread() != c.unread || c.stop.Standing() != c.standing {
				t.Errorf("unserved %v, unread %v, standing %q", c.stop.Unserved(), c.stop.Unread(), c.stop.Standing())
			}
		})
	}
}

package web

import (
	"net/http"
	"testing"
	"time"
)

// Nobody is told to come back before something is looked at again.
func TestWhoeverWaitsIsToldWholeSeconds(t *testing.T) {
	for _, c := range []struct {
		left time.Duration
		want string
	}{{89*time.Second + time.Millisecond, "90"}, {89 * time.Second, "89"}, {time.Millisecond, "1"}, {0, "1"}, {-time.Hour, "1"}} {
		h := http.Header{}
		if RetryAfter(h, testNow, testNow.Add(c.left)); h.Get("Retry-After") != c.want {
			t.Errorf("%s left: %q, want %s", c.left, h.Get("Retry-After"), c.want)
		}
	}
}

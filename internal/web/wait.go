package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"jiyao/internal/refuse"
)

// headerRetry tells whoever is throttled after how many seconds something is looked at again.
const headerRetry = "Retry-After"

// waiting is how long whoever sent a request must wait, once that is known.
type waiting struct{ until time.Time }

// Wait notes of a throttled try until when it lasts, for the head of the answer. Other errors say nothing.
func Wait(ctx context.Context, err error) {
	v := viewOf(ctx)
	var t *refuse.Throttled
	if v.wait != nil && errors.As(err, &t) {
		v.wait.until = t.Until
	}
}

// RetryAfter is the head of a 429: whole seconds from now, rounded up. Where only a place was wanting, one second.
func RetryAfter(h http.Header, now, until time.Time) {
	seconds := int((until.Sub(now) + time.Second - 1) / time.Second)
	h.Set(headerRetry, strconv.Itoa(max(seconds, 1)))
}

func retryAfter(ctx context.Context, h http.Header, status int) {
	if v := viewOf(ctx); status == http.StatusTooManyRequests && v.wait != nil {
		RetryAfter(h, v.now, v.wait.until)
	}
}

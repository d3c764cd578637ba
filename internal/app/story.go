package app

import (
	"context"
	"time"
)

// story is the invented business of the model office, told act by act.
type story struct {
	app   *App
	ctx   context.Context
	clock *storyClock
	end   time.Time
}

func (s *story) run() error { return nil }

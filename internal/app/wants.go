package app

import (
	"context"
	"log/slog"
	"sync"

	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/web"
)

// wants gives the forms of one request what the law in force asks for; the law is looked up once, if a form asks.
func (s *site) wants(ctx context.Context) web.Wants {
	law := sync.OnceValue(func() (law *regulation.Law) {
		err := s.app.DB.Read(ctx, func(tx *store.Tx) (err error) {
			law, err = s.app.Office.Law(tx, s.app.Clock.Now())
			return err
		})
		if err != nil {
			s.app.Log.LogAttrs(ctx, slog.LevelError, "find the law for the marks of a form", slog.Any("error", err))
			return nil // then nothing is marked; the act itself asks the law
		}
		return law
	})
	return func(act string, given map[string]any) []regulation.Want {
		if l := law(); l != nil {
			return l.Wants(act, given)
		}
		return nil
	}
}

package identity

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"
)

// Sessions and tickets lie in tables without record, so a row of theirs proves nothing by itself: it counts with a mark
// that only a holder of the data folder's keys can make. The mark covers every column that decides something. What ends a
// row takes its mark away, so that ending one needs no key and bringing one back needs a mark.
//
// Left: somebody who kept a copy of a row can put it back as it was. It is good for as long as it was good then: minutes
// for a session without looks, two minutes for a ticket.

func (g *Gate) mark(kind string, columns ...any) ([]byte, error) {
	b, err := json.Marshal(append([]any{"jiyao/" + kind + "/1"}, columns...))
	if err != nil {
		return nil, fmt.Errorf("spell a %s to be marked: %w", kind, err)
	}
	return g.opt.Mark(b), nil
}

func (g *Gate) sessionMark(s SessionRow) ([]byte, error) {
	return g.mark("session", s.Token, s.ID, s.Account, s.Terminal, s.Bearer, stamp(s.CreatedAt), stamp(s.SeenAt), stamp(s.ExpiresAt), stamp(s.RevokedAt))
}

func (g *Gate) ticketMark(t TicketRow) ([]byte, error) {
	return g.mark("ticket", t.ID, t.Digest, t.Role, t.Account, t.Person, t.Strength, t.Terminal, stamp(t.At), stamp(t.ExpiresAt), stamp(t.UsedAt))
}

// stamp is a time as it is stored.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// ours reports whether a row that would be good carries its mark. Where it does not, somebody else wrote it, and it is as
// if it were not there; the log hears of it.
func (g *Gate) ours(kind string, row, id, account string, stored, want []byte) bool {
	if subtle.ConstantTimeCompare(stored, want) == 1 {
		return true
	}
	g.opt.Log.Error("a row that this program did not write", slog.String("table", kind), slog.String("key", row), slog.String("id", id), slog.String("account", account))
	return false
}

func (g *Gate) ourSession(s SessionRow) bool {
	want, err := g.sessionMark(s)
	return err == nil && g.ours("session", s.Token, string(s.ID), string(s.Account), s.Mark, want)
}

func (g *Gate) ourTicket(t TicketRow) bool {
	want, err := g.ticketMark(t)
	return err == nil && g.ours("ticket", t.ID, "", string(t.Account), t.Mark, want)
}

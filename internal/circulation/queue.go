package circulation

import (
	"time"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

const openNow = "WHERE document = $1 AND state = 'open' LIMIT 1"

// AskStop is the first read of QueueOf, for Tx.Ahead.
func AskStop(document term.DocumentID) store.Ask { return Circulations.Ask(openNow, string(document)) }

// Queue is how a reader stands in the open circulation of a document.
type Queue struct {
	Circulation term.CirculationID
	Stop        term.StopID
	AddedAt     time.Time
	Waiting     []term.PersonID // the other readers who wait, in order
	Before      term.PersonID   // who waits and stands before him, where the order counts; nobody when it is his turn
}

// QueueOf gives the turn of a reader in the open circulation of a document; zero when he has none.
func QueueOf(tx *store.Tx, document term.DocumentID, reader term.PersonID) (Queue, error) {
	c, ok, err := Circulations.One(tx, openNow, string(document))
	if err != nil || !ok {
		return Queue{}, err
	}
	stops, err := Stops.Select(tx, "WHERE circulation = $1 ORDER BY seq", string(c.ID))
	if err != nil {
		return Queue{}, err
	}
	t := Queue{Circulation: c.ID}
	for _, s := range stops {
		if s.Reader == reader && (s.State != Back || s.Unread()) { // who gave it back unread may have it again
			t.Stop, t.AddedAt = s.ID, s.AddedAt
			if s.State == Waiting && !c.AnyOrder && len(t.Waiting) > 0 {
				t.Before = t.Waiting[0]
			}
		}
		if s.State == Waiting && s.Reader != reader {
			t.Waiting = append(t.Waiting, s.Reader)
		}
	}
	return t, nil
}

package app

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/store/pgtest"
	"jiyao/internal/term"
)

// TestAHundredRaceForOneCopy sends a hundred at once for the same copy, by loan, hand-over, carrying out and post: exactly one
// gets it each time, and the others are told so. The soak does it a thousand times on both engines.
func TestAHundredRaceForOneCopy(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { raced(t, "", 25) })
	t.Run("PostgreSQL", func(t *testing.T) { raced(t, pgtest.DSN(t), 10) })
}

// raced lets a hundred race so many times, and gives how often each way of taking the copy was the first.
func raced(t *testing.T, dsn string, rounds int) map[string]int {
	t.Helper()
	w := lived(t, "base", dsn, 7, 150)
	copy := w.lying(t)
	won := map[string]int{}
	for round := range rounds {
		var crowd sync.WaitGroup
		answers, start := make([]string, 100), make(chan struct{})
		orders := make([]act.Request, 100)
		for i := range orders {
			orders[i] = w.taking(copy, i)
			crowd.Go(func() {
				<-start
				_, err := w.app.Desk.Do(t.Context(), orders[i])
				if answers[i] = answered(err); answers[i] == "" {
					t.Errorf("%s: an answer that nobody should get: %v", orders[i].Act, err)
				}
			})
		}
		close(start)
		crowd.Wait()
		first := -1
		for i, answer := range answers {
			switch {
			case answer == "done" && first >= 0:
				t.Fatalf("round %d: %s and %s both got it", round, orders[first].Act, orders[i].Act)
			case answer == "done":
				first = i
			case answer == "wrong" && orders[i].Act == "custody.carry_out": // it is with another, who is no carrier
			case answer != "late":
				t.Fatalf("round %d: %s was answered %s", round, orders[i].Act, answer)
			}
		}
		if first < 0 {
			t.Fatalf("round %d: nobody got it", round)
		}
		won[orders[first].Act]++
		w.look()
		w.back(copy, orders[first])
	}
	w.verifyAll()
	return won
}

// lying registers one piece that nobody needs leave for, and puts it away.
func (w *life) lying(t *testing.T) string {
	t.Helper()
	r, ok := w.once("officer", "document.accept", nil, fields{"channel": "courier", "courier": "机要交通员", "courier_signature": "paper",
		"envelopes": []fields{{"envelope_no": "E", "issuer": "某省局", "listed": 1, "counted": 1, "seal_intact": true}}})
	if ok != "done" {
		t.Fatal(ok)
	}
	made, ok := w.once("officer", "document.register", nil, fields{"envelope": r.Values["envelope.E"], "issuer": "某省局", "doc_no": "某局办〔2024〕1号", "copies": 1, "pages": 12, "attachments": 0,
		"channel": "courier", "title": "某事项的安排", "level": "内部", "urgency": "一般", "return_required": "no"})
	if ok != "done" {
		t.Fatal(ok)
	}
	id := made.Values["copy.1"]
	if _, ok := w.once("officer", "custody.place", nil, fields{"copy": id, "place": "cabinet-1"}); ok != "done" {
		t.Fatal(ok)
	}
	w.look()
	return id
}

// taking is the i-th way of taking a copy out of its place.
func (w *life) taking(copy string, i int) act.Request {
	to, back := w.persons[i%len(w.persons)], w.clock.Now().Add(4*time.Hour)
	if to == "officer" || to == "clerk_raw" || to == "guest" || to == "guest2" {
		to = "clerk_a"
	}
	name, with := "custody.lend", fields{"copy": copy, "to": to, "purpose": "read", "due": back}
	signs := map[string]term.PersonID{"giver": "officer", "receiver": to}
	switch i % 4 {
	case 1:
		name, with = "custody.hand_out", fields{"copy": copy, "to": to, "return_by": back}
	case 2:
		name, with = "custody.carry_out", fields{"copy": copy, "carriers": []term.PersonID{"officer"}, "destination": "outside", "return_by": back}
		signs = map[string]term.PersonID{"actor": "officer"}
	case 3:
		name, with = "custody.send", fields{"copy": copy, "channel": "courier", "destination": "outside", "recipient": "某省局", "envelope_no": "S", "seal": "完好"}
		signs = map[string]term.PersonID{"actor": "officer", "giver": "officer"}
	}
	return w.asked("officer", name, signs, with)
}

// back brings the copy back to its place, from wherever it went.
func (w *life) back(copy string, went act.Request) {
	w.t.Helper()
	var with struct {
		To term.PersonID `json:"to"`
	}
	if err := json.Unmarshal(went.Command.(json.RawMessage), &with); err != nil {
		w.t.Fatal(err)
	}
	w.turn()
	name, signs := "custody.take_back", map[string]term.PersonID{"actor": "officer", "giver": with.To, "receiver": "officer"}
	whole := fields{"copy": copy, "cabinet": "cabinet-1", "copies_back": 1, "pages_back": 12, "attachments_back": 0, "checked": true, "courier_signature": "paper"}
	switch went.Act {
	case "custody.carry_out":
		name, whole = "custody.bring_back", fields{"copy": copy, "cabinet": "cabinet-1", "checked": true}
		signs["giver"] = "officer"
	case "custody.lend":
		name = "custody.return"
	}
	if _, answer := w.once("officer", name, signs, whole); answer != "done" {
		w.t.Fatalf("%s after %s: %s", name, went.Act, answer)
	}
}

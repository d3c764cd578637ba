package app

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/keyring"
	"jiyao/internal/ledger"
	"jiyao/internal/people"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/regulations"
)

// life is a random life of a model office: anybody tries anything, often what makes sense, through the desk like everybody.
// The years lie where the calendar of days off is known.
type life struct {
	t     testing.TB
	app   *App
	clock *calendar.Set
	r     *rand.Rand

	persons  []term.PersonID
	cabinets []term.PlaceID
	places   []term.PlaceID
	copies   []term.CopyID // some of them, the newest
	tries    tries
	seen     time.Time              // the moment of the last look at what moved
	at       map[term.CopyID]string // where each piece stood at the last look
	evenings map[time.Time]string   // what a balance said at the end of a day
	rule     string                 // of numbers, once there is one
	pace     int                    // minutes between two things, at most
	no       int                    // of tries

	following *ledger.Following // the ledger, verified up to last
	last      uint64
	followed  int // times it was verified on from last
	verified  int // and from the beginning
}

// lived opens an office in which a life may begin.
func lived(t testing.TB, pack, dsn string, seed uint64, pace int) *life {
	t.Helper()
	b, err := fs.ReadFile(regulations.FS, pack+"/office.yaml")
	if err != nil {
		t.Fatal(err)
	}
	// Everybody's commitment and the regulation stand for all the years of a life.
	text := strings.NewReplacer("2026-01-12", "2024-01-02", "2027-01-31", "2039-01-31", "2026-01-01", "2024-01-01", `last_checked_on: "2026`, `last_checked_on: "2023`).Replace(string(b))
	setup, err := people.ParseOffice("office.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "d")
	if _, err := Create(data, keyring.Intl, Protection{KeyFile: true}); err != nil {
		t.Fatal(err)
	}
	clock := calendar.NewSet(time.Date(2024, 1, 8, 8, 30, 0, 0, calendar.Zone))
	a, err := Open(t.Context(), Options{Data: data, DSN: dsn, Clock: clock, Log: quiet, Cost: cheap, Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := a.Unseal(Key{}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Found(t.Context(), setup, true); err != nil {
		t.Fatal(err)
	}
	w := &life{
		pace: pace, t: t, app: a, clock: clock, r: rand.New(rand.NewPCG(seed, 4)), tries: tries{}, at: map[term.CopyID]string{},
		evenings: map[time.Time]string{},
	}
	for _, p := range setup.Found.Persons {
		if p.Admin == "" {
			w.persons = append(w.persons, p.ID)
		}
	}
	for _, p := range setup.Places {
		w.places = append(w.places, term.PlaceID(p.ID))
		if slices.Contains([]string{"secure_cabinet", "safe", "cabinet", "secure_store"}, string(p.Kind)) {
			w.cabinets = append(w.cabinets, term.PlaceID(p.ID))
		}
	}
	if err := a.Ledger.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	following, report, err := ledger.Follow(t.Context(), a.DB, a.verifying())
	if err != nil || !report.Whole {
		t.Fatal(report.Findings, err)
	}
	w.following, w.last = following, report.Size
	return w
}

// on goes on for so many tries. After every act each piece must be accounted for; after each of some tries the ledger is
// verified from where it was verified last, and after each of some more from the beginning.
func (w *life) on(tries, some, more int) {
	w.t.Helper()
	for next, all := some, more; w.no < tries; {
		w.step()
		if w.no >= next {
			w.verifyOn()
			next = w.no + some
		}
		if w.no >= all {
			w.verifyAll()
			all = w.no + more
		}
		if w.t.Failed() {
			w.t.Fatalf("after %d tries, at %s", w.no, w.clock.Now().Format(time.DateTime))
		}
	}
	w.verifyAll()
	w.past()
}

// turn moves the clock on within the hours of work; over the night now and then, and over what nobody waits for.
func (w *life) turn() {
	now := w.clock.Now()
	to := now.Add(time.Duration(1+w.r.IntN(w.pace)) * time.Minute)
	if to.Hour() >= 18 {
		day := calendar.DateOf(now)
		w.evenings[day.At(23, 59)] = ""
		to = day.Add(1+w.r.IntN(2)).At(8, 30)
	}
	if err := w.clock.To(to); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.app.Desk.Tick(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// try does an act as a person would who signs what he can, and asks for the leave that is missing.
func (w *life) try(by term.PersonID, name string, signs map[string]term.PersonID, with map[string]any) (act.Receipt, bool) {
	w.t.Helper()
	receipt, answer := w.once(by, name, signs, with)
	if answer != "refused" || !w.chance(70) {
		return receipt, answer == "done"
	}
	if !w.leave(by, name, with) {
		return receipt, false
	}
	receipt, answer = w.once(by, name, signs, with)
	return receipt, answer == "done"
}

func (w *life) once(by term.PersonID, name string, signs map[string]term.PersonID, with map[string]any) (act.Receipt, string) {
	w.t.Helper()
	w.no++
	receipt, err := w.app.Desk.Do(w.t.Context(), w.asked(by, name, signs, with))
	answer := answered(err)
	if answer == "" {
		w.t.Fatalf("%s by %s with %v: an answer that nobody should get: %v", name, by, with, err)
	}
	w.tries.count(name, answer, 1)
	if answer == "done" {
		w.look()
	}
	return receipt, answer
}

// asked is the request that somebody's page would make of an act.
func (w *life) asked(by term.PersonID, name string, signs map[string]term.PersonID, with map[string]any) act.Request {
	w.t.Helper()
	raw, err := json.Marshal(with)
	if err != nil {
		w.t.Fatal(err)
	}
	q := act.Request{Act: name, Command: json.RawMessage(raw), By: act.Actor{Account: term.AccountID("account-" + string(by)), Person: by, Session: "walk", Terminal: "walk"}}
	if len(signs) == 0 {
		signs = map[string]term.PersonID{"actor": by}
	}
	for _, role := range slices.Sorted(maps.Keys(signs)) {
		if signs[role] != "" {
			q.Signatures = append(q.Signatures, act.Signature{Role: role, Person: signs[role], Strength: "passkey", Terminal: "walk", At: w.clock.Now()})
		}
	}
	return q
}

func answered(err error) string {
	var refusal *refuse.Refusal
	var invalid *refuse.Invalid
	var conflict *refuse.Conflict
	switch {
	case err == nil:
		return "done"
	case errors.As(err, &refusal):
		return "refused"
	case errors.As(err, &invalid):
		return "wrong"
	case errors.As(err, &conflict):
		return "late"
	case errors.Is(err, refuse.ErrNotFound):
		return "absent"
	}
	return ""
}

// leave asks for what an act needs and has it granted by whoever the request was put before, or denied.
func (w *life) leave(by term.PersonID, name string, with map[string]any) bool {
	asked, ok := w.once(by, "approval.request", nil, map[string]any{"act": name, "with": with, "reason": "工作需要"})
	if ok != "done" {
		return false
	}
	for _, id := range slices.Sorted(maps.Values(asked.Values)) {
		for _, p := range w.r.Perm(len(w.persons)) {
			verb := "approval.grant"
			if w.chance(3) {
				verb = "approval.deny"
			}
			if _, ok := w.once(w.persons[p], verb, nil, map[string]any{"leave": id, "reason": "同意"}); ok == "done" {
				break
			}
		}
	}
	return true
}

func (w *life) chance(percent int) bool { return w.r.IntN(100) < percent }

func pick[T any](w *life, list []T) T {
	var none T
	if len(list) == 0 {
		return none
	}
	return list[w.r.IntN(len(list))]
}

// holders are those who hold a post of base, mostly; sometimes anybody.
func (w *life) holder(posts ...string) term.PersonID {
	if w.chance(8) {
		return pick(w, w.persons)
	}
	var list []term.PersonID
	w.read(func(tx *store.Tx) error {
		d, err := w.app.Office.Directory(tx, w.clock.Now())
		for _, p := range posts {
			if list = d.Holders("base/" + p); len(list) > 0 {
				break
			}
		}
		return err
	})
	if len(list) == 0 {
		return pick(w, w.persons)
	}
	return pick(w, list)
}

func (w *life) read(fn func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.app.DB.Read(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

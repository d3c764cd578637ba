package app

import (
	"testing"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/meeting"
	"jiyao/internal/procedure"
	"jiyao/internal/store"
)

// The account of all pieces holds in a folder of every earlier version, among its pieces such as were struck when rows did not
// say yet how a life ended.
func TestTheAccountHoldsInFoldersOfEarlierVersions(t *testing.T) {
	for name, version := range map[string]int64{"2026-11-28": 21, "2026-11-29": 130, "2026-11-30": goldenNow, "2026-11-30b": goldenGiven} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, name, version, func(t *testing.T, data, dsn string, _ map[string]Account) {
				a, err := Open(t.Context(), Options{Data: data, DSN: dsn, Log: quiet, Quiet: true})
				if err != nil {
					t.Fatal(err)
				}
				defer func() {
					if err := a.Close(); err != nil {
						t.Error(err)
					}
				}()
				err = a.DB.Read(t.Context(), func(tx *store.Tx) error {
					now := calendar.System().Now()
					b, err := procedure.BalanceAt(tx, custody.Everything, now)
					if err == nil && (!b.Holds() || b.Issued.Pieces == 0) {
						t.Errorf("%+v", b)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

// goldenGiven is the last migration of the version in which a piece that was given outside stood on where it had lain.
const goldenGiven = 520

// Of what that version gave outside, a piece that is still out stands outside from when it was given, one that is back, that was
// moved or lost stands where it stood; and the account holds at every moment since, as it does at each that is past.
func TestWhatAnEarlierVersionGaveOutsideStandsOutside(t *testing.T) {
	onBoth(t, "2026-11-30b", goldenGiven, func(t *testing.T, data, dsn string, _ map[string]Account) {
		for round := range 2 {
			a, err := Open(t.Context(), Options{Data: data, DSN: dsn, Log: quiet, Quiet: true})
			if err != nil {
				t.Fatal(err)
			}
			err = a.DB.Read(t.Context(), func(tx *store.Tx) error {
				lines, err := meeting.Supplies.Select(tx, "ORDER BY handed_at")
				if err != nil || len(lines) != 4 {
					t.Fatalf("%d lines: %v", len(lines), err)
				}
				given := func(at time.Time, want int) {
					t.Helper()
					b, err := procedure.BalanceAt(tx, custody.Everything, at)
					if err != nil || !b.Holds() {
						t.Errorf("round %d, %s: %v %+v", round, at, err, b)
					}
					for _, tally := range b.Where {
						if tally.Name == custody.GivenOut && tally.Pieces != want {
							t.Errorf("round %d, %s: %d outside, not %d", round, at, tally.Pieces, want)
						}
					}
				}
				var moved custody.Copy
				for i, want := range []custody.State{custody.Supplied, custody.InPlace, custody.InPlace, custody.Missing} {
					c, err := custody.Copies.Get(tx, lines[i].Copy)
					if err != nil || c.State != want || (want == custody.Supplied) != (c.Place == "" && c.Since.Equal(lines[i].HandedAt)) {
						t.Errorf("line %d: %+v %v", i, c, err)
					}
					if i == 2 {
						moved = c
					}
				}
				given(lines[0].HandedAt.Add(-time.Millisecond), 0)
				given(lines[0].HandedAt, 1)
				given(lines[1].HandedAt, 2)
				given(lines[1].TakenBackAt, 1)
				given(lines[2].HandedAt, 2)
				given(moved.Since, 1)
				given(lines[3].HandedAt, 2)
				given(lines[3].HandedAt.Add(time.Hour), 1) // reported lost
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if r, err := Verify(t.Context(), Verification{Data: data, DSN: dsn}); err != nil || !r.Whole {
				t.Errorf("%v %v", err, r.Findings)
			}
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

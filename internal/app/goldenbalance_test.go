package app

import (
	"testing"

	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/procedure"
	"jiyao/internal/store"
)

// The account of all pieces holds in a folder of every earlier version, among its pieces such as were struck when rows did not
// say yet how a life ended.
func TestTheAccountHoldsInFoldersOfEarlierVersions(t *testing.T) {
	for name, version := range map[string]int64{"2026-11-28": 21, "2026-11-29": 130, "2026-11-30": goldenNow} {
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

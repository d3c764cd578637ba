package app

import (
	"encoding/json"
	"errors"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/app/appacts"
	"jiyao/internal/identity"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
)

func TestDamageStopsWhatLeavesAndThreeAdministratorsResume(t *testing.T) {
	a, accounts := founded(t)
	if r, err := a.Check(t.Context()); err != nil || !r.Whole || a.Broken() {
		t.Fatalf("a new office: whole %v, broken %v, %v", r.Whole, a.Broken(), err)
	}
	tamper(t, a, "UPDATE person SET name = '王机要员' WHERE id = 'officer'")
	if r, err := a.Check(t.Context()); err != nil || r.Whole || !a.Broken() {
		t.Fatalf("after tampering: whole %v, broken %v, %v", r.Whole, a.Broken(), err)
	}
	officer := act.Actor{Account: "x", Person: "officer", Terminal: "t"}
	do := func(name string) error {
		_, err := a.Desk.Do(t.Context(), act.Request{Act: name, By: officer, Command: json.RawMessage("{}")})
		return err
	}
	if err := do("custody.hand_out"); !errors.Is(err, refuse.ErrUnavailable) {
		t.Errorf("handing out over damage: %v", err)
	}
	if err := do("custody.take_back"); errors.Is(err, refuse.ErrUnavailable) {
		t.Errorf("taking back is stopped too: %v", err)
	}
	damage := Damage(a.Ledger.Health().Report)
	resume := func(signers ...string) error {
		q := act.Request{Act: appacts.ActResume, Command: appacts.Resume{Damage: damage, Reason: "已查明"}, By: a.actor(t, "sys")}
		for _, login := range signers {
			q.Signatures = append(q.Signatures, act.Signature{Role: string(accounts[login].Role), Person: accounts[login].Person, Strength: "pin", Terminal: "t", At: a.Clock.Now()})
		}
		_, err := a.Desk.Do(t.Context(), q)
		return err
	}
	var invalid *refuse.Invalid
	if err := resume("sys", "sec"); !errors.As(err, &invalid) {
		t.Errorf("two administrators resume: %v", err)
	}
	if err := resume("sys", "sec", "audit"); err != nil {
		t.Fatalf("three administrators: %v", err)
	}
	a.work.Wait()
	if a.Broken() {
		t.Error("acts are still stopped after the three resumed")
	}
	if _, err := a.Check(t.Context()); err != nil || a.Broken() {
		t.Errorf("the same damage stops acts again: %v", err)
	}
	tamper(t, a, "UPDATE person SET grade = '一般' WHERE id = 'director'")
	if _, err := a.Check(t.Context()); err != nil || !a.Broken() {
		t.Errorf("further damage does not stop acts: %v", err)
	}
}

func (a *App) actor(t *testing.T, login string) act.Actor {
	t.Helper()
	var out act.Actor
	err := a.DB.Read(t.Context(), func(tx *store.Tx) error {
		x, _, err := identity.ByLogin(tx, login)
		out = act.Actor{Account: x.ID, Person: x.Person, Admin: x.Roles, Terminal: "t"}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// tamper changes a row behind the program's back.
func tamper(t *testing.T, a *App, statement string) {
	t.Helper()
	err := a.DB.Write(t.Context(), "tamper", func(tx *store.Tx) error {
		n, err := tx.Exec(statement)
		if err == nil && n == 0 {
			err = errors.New("nothing was changed")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

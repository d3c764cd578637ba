package app

import (
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/app/appacts"
	"jiyao/internal/keyring"
	"jiyao/internal/locale"
	"jiyao/internal/people"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/regulations"
)

// foundedOnShares is an office whose key two of three open, sealed.
func foundedOnShares(t *testing.T) (*App, []string, map[string]Account) {
	t.Helper()
	data := filepath.Join(t.TempDir(), "d")
	shares, err := Create(data, keyring.Intl, Protection{Needed: 2, Given: 3})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), Options{Data: data, Log: quiet, Cost: cheap, Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := a.Unseal(Key{Shares: shares[:2]}); err != nil {
		t.Fatal(err)
	}
	setup, err := people.ParseOffice("office.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	made, err := a.Found(t.Context(), setup, true)
	if err != nil {
		t.Fatal(err)
	}
	accounts := map[string]Account{}
	for _, x := range List(setup, made) {
		accounts[x.Login] = x
	}
	a.Ring.Seal()
	return a, shares, accounts
}

// A sealed server says that it is sealed, leads to where it is opened, and shows how many shares it has, not whose.
func TestASealedServerSaysSoAndShowsHowFarItIs(t *testing.T) {
	a, shares, accounts := foundedOnShares(t)
	get, post := browser(t, a)
	officer := accounts["officer"]
	if status, body := post("/login", url.Values{"login": {"officer"}, "password": {officer.Password}, "code": {officer.Codes[0]}}); status != http.StatusSeeOther {
		t.Fatalf("signing in answers %d %.100s", status, body)
	}
	status, body := get("/circulation")
	if status != http.StatusServiceUnavailable || !strings.Contains(body, "尚未启封") || !strings.Contains(body, `href="/unseal"`) || strings.Contains(body, "请报系统管理员") {
		t.Errorf("a page of a sealed server answers %d: it does not say that it is sealed and where to open it", status)
	}
	if _, body = get("/unseal"); !strings.Contains(body, "已有 0 份，需 2 份") {
		t.Error("before the first share the page does not say 0 of 2")
	}
	post("/unseal", url.Values{"secret": {shares[0]}})
	if _, body = get("/unseal"); !strings.Contains(body, "已有 1 份，需 2 份") || !strings.Contains(body, "还差 1 份") {
		t.Error("after the first share the page does not say 1 of 2")
	}
	if text := body[strings.Index(body, "<section"):]; strings.Contains(text, shares[0]) || strings.Contains(text, "officer") {
		t.Error("the page says whose share it has")
	}
	post("/unseal", url.Values{"secret": {shares[0]}})
	if _, body = get("/unseal"); !strings.Contains(body, "已有 1 份，需 2 份") {
		t.Error("the same share twice counts twice")
	}
	post("/unseal", url.Values{"secret": {shares[2]}})
	if status, _ = get("/circulation"); status != http.StatusOK {
		t.Errorf("after two shares /circulation answers %d", status)
	}
}

// The three may resume in another process (jiyao act): the server notices by itself, without verifying anew.
func TestResumedInAnotherProcess(t *testing.T) {
	a, _ := founded(t)
	tamper(t, a, "UPDATE person SET name = '王机要员' WHERE id = 'officer'")
	if _, err := a.Check(t.Context()); err != nil || !a.Broken() {
		t.Fatalf("after tampering: broken %v, %v", a.Broken(), err)
	}
	if err := a.resumedElsewhere(t.Context()); err != nil || !a.Broken() {
		t.Fatalf("nobody resumed: broken %v, %v", a.Broken(), err)
	}
	name, stopped := a.damage()
	if !stopped {
		t.Error("the page of the ledger would not say that acts are stopped")
	}
	err := a.DB.Write(t.Context(), "another process", func(tx *store.Tx) error {
		_, err := store.Put(tx, []store.Change{appacts.Resumptions.Insert(appacts.Resumption{Damage: name, Reason: "已查明", At: a.Clock.Now()})})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.resumedElsewhere(t.Context()); err != nil || a.Broken() {
		t.Errorf("acts are still stopped after the three resumed elsewhere: %v", err)
	}
}

// A refusal never shows the raw name of an act: each that a pack names as a step has a title in both languages, and one
// that is to come is said to be.
func TestStepsOfRefusalsHaveTitles(t *testing.T) {
	steps := []string{act.LeaveStep}
	for _, name := range regulations.Names {
		p, err := regulation.Load(regulations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Rules {
			steps = append(steps, r.Step)
		}
		for _, o := range p.Obligations {
			if o.Guard != nil {
				steps = append(steps, o.Guard.Step)
			}
		}
	}
	slices.Sort(steps)
	a, _ := founded(t)
	for _, step := range slices.Compact(steps) {
		if step == "" {
			continue
		}
		for _, tongue := range []locale.Tongue{locale.Zh, locale.En} {
			if !tongue.Has("act." + step) {
				t.Errorf("%s has no title in %v", step, tongue)
			}
		}
		if slices.Contains(act.Catalogue(), step) {
			continue
		}
		err := a.DB.Read(t.Context(), func(tx *store.Tx) error {
			law, err := a.Office.Law(tx, a.Clock.Now())
			if err != nil {
				return err
			}
			d, err := a.Office.Directory(tx, a.Clock.Now())
			if err != nil {
				return err
			}
			ref := &refuse.Refusal{Act: "custody.take_back", Violations: []refuse.Violation{{Clause: "L-22", Remedy: refuse.Remedy{Kind: refuse.Nobody, Step: step}}}}
			if got := first(t.Context(), law, d, ref); len(got) != 1 || !strings.Contains(got[0], "还不能在系统里办") || strings.Contains(got[0], step) {
				t.Errorf("%s, which is to come: %q", step, got)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/document"
	"jiyao/internal/identity"
	"jiyao/internal/keyring"
	"jiyao/internal/ledger"
	"jiyao/internal/people"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
)

// small is an office of three with one regulation.
const small = `
name: 某县局
room: 机要室
adopt: [{pack: county, version: "1", basis: 经批准, in_force_from: "2026-01-01"}]
units: [{id: office, name: 办公室, kind: office}]
posts:
  - {id: director, name: 办公室主任, unit: office, stands: [county/office_director, base/office_director]}
  - {id: officer, name: 机要员, unit: office, stands: [county/officer, base/officer]}
  - {id: sys_admin, name: 系统管理员, stands: [base/sys_admin]}
  - {id: sec_admin, name: 安全保密管理员, stands: [base/sec_admin]}
  - {id: audit_admin, name: 安全审计员, stands: [base/audit_admin]}
people:
  - {id: director, name: 李主任, unit: office, grade: 核心, posts: [director], login: director}
  - {id: officer, name: 陈机要员, unit: office, grade: 核心, posts: [officer], commitment: {signed_on: "2026-01-12", valid_to: "2027-01-31"}, login: officer}
  - {id: sys, name: 秦管理员, posts: [sys_admin], admin: sys_admin, login: sys}
  - {id: sec, name: 罗管理员, posts: [sec_admin], admin: sec_admin, login: sec}
  - {id: audit, name: 沈审计员, posts: [audit_admin], admin: audit_admin, login: audit}
places:
  - {id: cabinet-1, name: 1号柜, place_kind: secure_cabinet, cabinet_class: A, lock: combination, room: "203", keeper: officer, in_office: true}
`

var (
	quiet = slog.New(slog.DiscardHandler)
	cheap = identity.Cost{Time: 1, MemoryKiB: 8 << 10, Threads: 1}
	soft  = keyring.Work{Time: 1, MemoryKiB: keyring.MinMemoryKiB, Threads: 1}
)

const passphrase = "correct horse battery"

// founded makes the small office and gives it opened and unsealed.
func founded(t *testing.T) (*App, map[string]Account) {
	t.Helper()
	data := filepath.Join(t.TempDir(), "d")
	if _, err := Create(data, keyring.Intl, Protection{Passphrase: passphrase, Work: soft}); err != nil {
		t.Fatal(err)
	}
	a := opened(t, data)
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
	return a, accounts
}

func opened(t *testing.T, data string) *App {
	t.Helper()
	a, err := Open(t.Context(), Options{Data: data, Log: quiet, Cost: cheap, Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := a.Unseal(Key{Passphrase: passphrase}); err != nil {
		t.Fatal(err)
	}
	return a
}

// browser is a client with cookies that follows no redirect.
func browser(t *testing.T, a *App) (get func(path string) (int, string), post func(path string, form url.Values) (int, string)) {
	t.Helper()
	handler, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	send := func(method, path string, body io.Reader) (int, string) {
		request, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, body)
		if err != nil {
			t.Fatal(err)
		}
		if method == http.MethodPost {
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			request.Header.Set("Sec-Fetch-Site", "same-origin")
		}
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(response.Body)
		if err := errors.Join(err, response.Body.Close()); err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, response.Header.Get("Location") + "\n" + string(b)
	}
	return func(path string) (int, string) { return send(http.MethodGet, path, http.NoBody) },
		func(path string, form url.Values) (int, string) {
			return send(http.MethodPost, path, strings.NewReader(form.Encode()))
		}
}

// clockOfPage is the server's time, from which countdowns start.
var clockOfPage = regexp.MustCompile(`data-now="[0-9]+"`)

func TestPeopleComeInAndGoOut(t *testing.T) {
	a, accounts := founded(t)
	get, post := browser(t, a)
	officer := accounts["officer"]
	if status, body := get("/"); status != http.StatusSeeOther || !strings.HasPrefix(body, "/login\n") {
		t.Fatalf("nobody at / gets %d %.40s", status, body)
	}
	if status, body := get("/login"); status != 200 || !strings.Contains(body, "某县局") {
		t.Fatalf("the sign-in answers %d", status)
	}
	wrong, unknown := "", ""
	for _, c := range []struct {
		login, password, code string
		into                  *string
	}{{"officer", "nonsense-nonsense", officer.Codes[0], &wrong}, {"nobody", "nonsense-nonsense", officer.Codes[0], &unknown}} {
		status, body := post("/login", url.Values{"login": {c.login}, "password": {c.password}, "code": {c.code}})
		if status != http.StatusUnauthorized || strings.Contains(body, c.password) {
			t.Errorf("%s gets %d", c.login, status)
		}
		*c.into = clockOfPage.ReplaceAllString(strings.ReplaceAll(body, c.login, "X"), "")
	}
	if wrong != unknown {
		t.Error("a wrong password and an unknown name answer differently")
	}
	status, body := post("/login", url.Values{"login": {"officer"}, "password": {officer.Password}, "code": {officer.Codes[1]}})
	if status != http.StatusSeeOther {
		t.Fatalf("the right secrets get %d %s", status, body)
	}
	for i, want := range []bool{true, false} { // the last sign-in is shown on the first page, and on no other
		if _, body := get("/rules"); strings.Contains(body, "不是你本人") != want {
			t.Errorf("page %d: the note of the last sign-in: %v", i+1, !want)
		}
	}
	if status, body := get("/rules"); status != 200 || !strings.Contains(body, "陈机要员") || !strings.Contains(body, "机要员") {
		t.Errorf("/rules answers %d to who signed in", status)
	}
	_, random := get("/d/0000000000ZZ")
	_, absent := get("/nothing/there")
	if random != absent {
		t.Error("a random id and an unknown path answer differently")
	}
	if status, _ := get("/events?topic=board&topic=other"); status != http.StatusNotFound {
		t.Errorf("a topic that nobody may listen to answers %d", status)
	}
	if status, _ := post("/logout", url.Values{}); status != http.StatusSeeOther {
		t.Errorf("signing out answers %d", status)
	}
	if status, _ := get("/rules"); status != http.StatusSeeOther {
		t.Errorf("after signing out /rules answers %d", status)
	}
}

func TestSealedServerServesTheSignInAndNoContent(t *testing.T) {
	a, accounts := founded(t)
	a.Ring.Seal()
	get, post := browser(t, a)
	if status, _ := get("/login"); status != 200 {
		t.Fatalf("the sign-in of a sealed server answers %d", status)
	}
	officer := accounts["officer"]
	if status, body := post("/login", url.Values{"login": {"officer"}, "password": {officer.Password}, "code": {officer.Codes[0]}}); status != http.StatusSeeOther {
		t.Fatalf("a printed code on a sealed server answers %d %.100s", status, body)
	}
	for _, path := range []string{"/circulation", "/approvals", "/today", "/d/0000000000ZZ"} {
		if status, _ := get(path); status != http.StatusServiceUnavailable {
			t.Errorf("%s of a sealed server answers %d, want 503", path, status)
		}
	}
	if status, _ := get("/rules"); status != 200 {
		t.Errorf("/rules of a sealed server answers %d, want 200", status)
	}
	if status, _ := post("/unseal", url.Values{"secret": {"not the passphrase"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong passphrase answers %d", status)
	}
	if a.Ring.Unsealed() {
		t.Fatal("a wrong passphrase opened the office")
	}
	if status, _ := post("/unseal", url.Values{"secret": {passphrase}}); status != http.StatusSeeOther || !a.Ring.Unsealed() {
		t.Errorf("the passphrase answers %d", status)
	}
	if status, _ := get("/circulation"); status != 200 {
		t.Errorf("after unsealing /circulation answers %d", status)
	}
}

func TestSecretsFailWhileSealed(t *testing.T) {
	a, _ := founded(t)
	a.Ring.Seal()
	s := document.Secrets{Ring: a.Ring}
	if _, err := s.DocumentKey("0123456789AB"); !errors.Is(err, refuse.ErrUnavailable) {
		t.Errorf("a document key while sealed: %v", err)
	}
	if _, err := s.Blind("doc_no", "x"); !errors.Is(err, refuse.ErrUnavailable) {
		t.Errorf("a token while sealed: %v", err)
	}
	_, err := a.Desk.Do(t.Context(), act.Request{Act: "document.accept", By: act.Actor{Account: "x", Person: "officer", Terminal: "t"}, Command: accept("E-1"),
		Signatures: []act.Signature{{Role: "actor", Person: "officer", Strength: "pin", Terminal: "t", At: a.Clock.Now()}}})
	if !errors.Is(err, refuse.ErrUnavailable) {
		t.Errorf("an act that seals a value while sealed: %v", err)
	}
}

func accept(no string) document.Accept {
	one, yes := 1, true
	return document.Accept{Channel: "courier", Courier: "机要交通员", CourierSignature: "paper",
		Envelopes: []document.EnvelopeLine{{No: no, Issuer: "某省局", Listed: 1, Counted: &one, SealIntact: &yes}}}
}

func TestAnOfficeWithoutEntriesIsNotWhole(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	if _, err := Create(data, keyring.GM, Protection{KeyFile: true}); err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), Options{Data: data, Log: quiet, Quiet: true, Cost: cheap})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := Verify(t.Context(), Verification{Data: data})
	if err != nil || r.Whole || r.Findings[0].Kind != ledger.LedgerShortened {
		t.Errorf("an emptied office: %+v %v", r, err)
	}
}

func TestEveryPackHasAModelOfficeThatTellsItsStory(t *testing.T) {
	for _, pack := range append([]string{""}, DemoPacks...) {
		t.Run("pack "+pack, func(t *testing.T) {
			a, accounts, err := Demo(t.Context(), Options{Data: filepath.Join(t.TempDir(), "d"), Log: quiet, Quiet: true}, pack)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := a.Close(); err != nil {
					t.Error(err)
				}
			})
			if len(accounts) == 0 {
				t.Error("no accounts")
			}
			if len(a.missed) > 0 {
				t.Errorf("left out of the story: %s", strings.Join(a.missed, "\n"))
			}
			r, err := a.Check(t.Context())
			if err != nil || !r.Whole {
				t.Errorf("the model office does not verify: %v %v", r.Findings, err)
			}
			documents := count(t, a, "SELECT count(*) FROM document")
			if documents < 8 {
				t.Errorf("%d documents, at least 8 are expected", documents)
			}
			if late := count(t, a, "SELECT count(*) FROM obligation WHERE state = 'open'"); pack == "" && late == 0 {
				t.Error("nothing is due in the demo office")
			}
		})
	}
}

func count(t *testing.T, a *App, query string) int {
	t.Helper()
	n := 0
	err := a.DB.Read(t.Context(), func(tx *store.Tx) error { return tx.QueryRow(query).Scan(&n) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestBackgroundWorkRunsOnceAPeriodAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &App{Log: quiet}
		ctx, cancel := context.WithCancel(t.Context())
		var runs atomic.Int64
		a.every(ctx, time.Minute, true, func(context.Context) error {
			runs.Add(1)
			return errors.New("not now")
		})
		synctest.Wait()
		if runs.Load() != 1 {
			t.Errorf("at once: %d runs", runs.Load())
		}
		time.Sleep(3*time.Minute + time.Second)
		synctest.Wait()
		if runs.Load() != 4 {
			t.Errorf("after three periods, with failures: %d runs", runs.Load())
		}
		cancel()
		a.work.Wait()
		time.Sleep(time.Hour)
		if runs.Load() != 4 {
			t.Errorf("it goes on after the end: %d runs", runs.Load())
		}
	})
}

func TestPlainHTTPOnlyOnLoopback(t *testing.T) {
	for addr, want := range map[string]bool{
		"127.0.0.1:80": true, "[::1]:80": true, "localhost:0": true, "127.8.9.1:1": true, "0.0.0.0:80": false, ":80": false,
		"192.168.1.2:80": false, "example.org:80": false, "[::]:80": false, "127.0.0.1": false, "localhost.example:80": false,
	} {
		if got := loopback(addr); got != want {
			t.Errorf("loopback(%q) = %v", addr, got)
		}
	}
}

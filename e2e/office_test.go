package e2e

import (
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jiyao/internal/app"
	"jiyao/internal/calendar"
	"jiyao/internal/identity"
	"jiyao/internal/keyring"
	"jiyao/internal/people"
	"jiyao/regulations"
)

// morning is the one moment at which every page of these tests is looked at: 2026-11-27 09:31.
var morning = time.Date(2026, 11, 27, 9, 31, 0, 0, calendar.Zone)

var (
	quiet = slog.New(slog.DiscardHandler)
	cheap = identity.Cost{Time: 1, MemoryKiB: 8 << 10, Threads: 1} // of passwords that nobody attacks
)

// office is a model office served on loopback, on a clock that stands.
type office struct {
	t *testing.T
	*app.App
	URL      string
	Data     string // its folder
	Time     *calendar.Set
	accounts map[string]app.Account // by login
	codes    map[string]int         // printed codes used up
}

// county is the office of one regulation, with nothing in it yet. clerk_b's grade covers 秘密 and no more.
func county(t *testing.T) *office {
	t.Helper()
	file, err := fs.ReadFile(regulations.FS, "county/office.yaml")
	if err != nil {
		t.Fatal(err)
	}
	was := "{id: clerk_b, name: 吴科员, unit: dept_a, grade: 核心"
	text := strings.Replace(string(file), was, strings.Replace(was, "核心", "一般", 1), 1)
	if text == string(file) {
		t.Fatal("the model office has no clerk_b of the highest grade to begin with")
	}
	return founded(t, text, morning)
}

// founded makes an office of a file, in which nothing has happened yet.
func founded(t *testing.T, file string, at time.Time) *office {
	t.Helper()
	setup, err := people.ParseOffice("office.yaml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	clock := calendar.NewSet(at)
	data := filepath.Join(t.TempDir(), "data")
	if _, err := app.Create(data, keyring.GM, app.Protection{KeyFile: true}); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), app.Options{Data: data, Clock: clock, Log: quiet, Cost: cheap, Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	o := served(t, a, clock)
	o.Data = data
	if err := a.Unseal(app.Key{}); err != nil {
		t.Fatal(err)
	}
	made, err := a.Found(t.Context(), setup, true)
	if err != nil {
		t.Fatal(err)
	}
	o.give(app.List(setup, made))
	return o
}

// served serves an opened office until the test ends.
func served(t *testing.T, a *app.App, clock *calendar.Set) *office {
	t.Helper()
	handler, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(func() {
		server.CloseClientConnections() // event streams stay open by themselves
		server.Close()
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return &office{t: t, App: a, URL: server.URL, Time: clock, accounts: map[string]app.Account{}, codes: map[string]int{}}
}

func (o *office) give(accounts []app.Account) {
	for _, a := range accounts {
		o.accounts[a.Login] = a
	}
}

// tick performs what has come due.
func (o *office) tick() {
	o.t.Helper()
	if _, err := o.Desk.Tick(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
}

// later moves the clock on and performs what comes due on the way.
func (o *office) later(d time.Duration) {
	o.t.Helper()
	if err := o.Time.Advance(d); err != nil {
		o.t.Fatal(err)
	}
	o.tick()
}

func (o *office) account(login string) app.Account {
	o.t.Helper()
	a, ok := o.accounts[login]
	if !ok {
		o.t.Fatalf("nobody signs in as %s", login)
	}
	return a
}

func (o *office) pin(login string) string { return o.account(login).PIN }

// code gives the next code of somebody's printed list.
func (o *office) code(login string) string {
	o.t.Helper()
	a, n := o.account(login), o.codes[login]
	if n >= len(a.Codes) {
		o.t.Fatalf("the printed list of %s is used up", login)
	}
	o.codes[login]++
	return a.Codes[n]
}

// signIn takes a person to his first page, by name, password and a code of his printed list.
func (o *office) signIn(p *Page, login string) {
	p.t.Helper()
	p.Clock(o.Time.Now())
	p.Goto(o.URL + "/login")
	p.Fill("#f-login", login)
	p.Fill("#f-password", o.account(login).Password)
	p.Fill("#f-code", o.code(login))
	p.Opens(func() { p.Press("Enter") })
	if strings.HasSuffix(p.URL(), "/login") {
		p.t.Fatalf("%s is not let in\n%s", login, p.where())
	}
}

// open opens a page of the office.
func (o *office) open(p *Page, path string) {
	p.t.Helper()
	p.Goto(o.URL + path)
}

// path is where a page is, within the office.
func (o *office) path(p *Page) string {
	p.t.Helper()
	return strings.TrimPrefix(p.URL(), o.URL)
}

// scan does what a scanner at the clerk's desk does: F2, the code, Enter.
func (o *office) scan(p *Page, code string) {
	p.t.Helper()
	p.Press("F2")
	p.Type(code)
	p.Opens(func() { p.Press("Enter") })
}

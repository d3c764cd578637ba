// Package countertest sets a model office up behind the counter, for tests of pages: a database on each engine, the
// ledger, the desk, a clock that stands, and a browser that is whoever the test says. Signatures are true where the
// secret is Right; nothing here hashes.
package countertest

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	_ "jiyao/internal/incident"   // its acts, which clauses call
	_ "jiyao/internal/inspection" // likewise
	"jiyao/internal/keyring"
	"jiyao/internal/ledger"
	"jiyao/internal/people"
	"jiyao/internal/people/peopletest"
	"jiyao/internal/procedure"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/regulations"
)

// Right is the secret that every signature of a test is given with.
const Right = "135790"

// Slow is a secret that is not looked at for three minutes, as after too many wrong ones.
const Slow = "held-up"

// Monday is 2026-03-02 10:00, the clock of the scenes.
var Monday = time.Date(2026, 3, 2, 10, 0, 0, 0, calendar.Zone)

// World is one office with its pages.
type World struct {
	T        *testing.T
	DB       *store.DB
	Log      *ledger.Log
	Verifier note.Verifier
	Desk     *act.Desk
	Office   *people.Office
	Clock    *calendar.Set
	Server   *web.Server
}

var wire = sync.OnceFunc(func() {
	procedure.Wire(func(act.Directory, term.PersonID) []term.UnitID { return nil })
})

type secrets struct{}

func (secrets) DocumentKey(term.DocumentID) ([]byte, error) { return make([]byte, 32), nil }

func (secrets) Blind(domain, plain string) ([]byte, error) {
	sum := sha256.Sum256([]byte(domain + "\x00" + plain))
	return sum[:], nil
}

// Staff lists everybody, for the forms that name somebody.
func (w *World) Staff(tx *store.Tx) ([]counter.Staff, error) {
	d, err := w.Office.People(tx, w.Clock.Now())
	if err != nil {
		return nil, err
	}
	var out []counter.Staff
	for _, p := range d.Persons() {
		out = append(out, counter.Staff{ID: p.ID, Name: p.Name})
	}
	return out, nil
}

// Each runs fn on both engines, with the office of a pack founded on Monday. mount adds the pages under test.
func Each(t *testing.T, office string, mount func(w *World, c *counter.Counter), fn func(w *World)) {
	t.Helper()
	for _, engine := range []string{store.SQLite, store.PostgreSQL} {
		t.Run(engine, func(t *testing.T) { fn(Open(t, storetest.DSNs(t)[engine], office, mount)) })
	}
}

// Open sets an office up on one database.
func Open(t *testing.T, dsn, office string, mount func(w *World, c *counter.Counter)) *World {
	t.Helper()
	wire()
	w := &World{T: t, Office: &people.Office{}, Clock: calendar.NewSet(Monday)}
	ctx := context.Background()
	signer, err := keyring.NewSigner("test", keyring.Intl)
	w.must(err)
	w.Verifier = signer.Verifier()
	w.DB, err = store.Open(ctx, store.Options{DSN: dsn, Clock: w.Clock, Sealer: peopletest.Sealer{}, Log: slog.New(slog.DiscardHandler)})
	w.must(err)
	w.Log, err = ledger.Open(w.DB, ledger.Options{Hash: w.DB.NewHash, Signer: signer, Origin: "test", Now: w.Clock.Now})
	w.must(err)
	t.Cleanup(func() { w.must(w.Log.Close()); w.must(w.DB.Close()) })
	_, err = w.DB.Migrate(ctx)
	w.must(err)
	w.Desk = &act.Desk{DB: w.DB, Ledger: w.Log, Office: w.Office, Clock: w.Clock, Secrets: secrets{}}
	w.found(office)
	w.serve(mount)
	return w
}

func (w *World) must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

func (w *World) found(office string) {
	w.T.Helper()
	file := office + "/office.yaml"
	b, err := fs.ReadFile(regulations.FS, file)
	w.must(err)
	setup, err := people.ParseOffice(file, b)
	w.must(err)
	w.System("people.found", setup.Found)
	for _, p := range setup.Places {
		w.System("custody.create_place", procedure.PlaceOf(p))
	}
}

// System does an act as the system.
func (w *World) System(name string, cmd any) act.Receipt {
	w.T.Helper()
	r, err := w.Desk.Do(context.Background(), act.Request{Act: name, Command: cmd, By: act.System()})
	if err != nil {
		w.T.Fatalf("%s: %v", name, err)
	}
	return r
}

// Try does an act of a person, signed by himself, or by whoever is named as role, person, role, person …
func (w *World) Try(by term.PersonID, name string, fields map[string]any, others ...string) (act.Receipt, error) {
	w.T.Helper()
	raw, err := json.Marshal(fields)
	w.must(err)
	q := act.Request{Act: name, Command: json.RawMessage(raw), By: By(by)}
	if len(others) == 0 {
		others = []string{"actor", string(by)}
	}
	for i := 0; i+1 < len(others); i += 2 {
		q.Signatures = append(q.Signatures, act.Signature{Role: others[i], Person: term.PersonID(others[i+1]), Strength: "pin"})
	}
	return w.Desk.Do(context.Background(), q)
}

// Do is Try that must succeed.
func (w *World) Do(by term.PersonID, name string, fields map[string]any, others ...string) act.Receipt {
	w.T.Helper()
	r, err := w.Try(by, name, fields, others...)
	if err != nil {
		w.T.Fatalf("%s by %s: %v", name, by, err)
	}
	return r
}

// By is a person signed in.
func By(id term.PersonID) act.Actor {
	return act.Actor{Account: term.AccountID("account-" + id), Person: id, Session: "s", Terminal: "t"}
}

// browserHeader says in a test who is at the browser: a person's id, or role:NAME for an administrator's account.
const browserHeader = "X-Browser"

func who(r *http.Request) (act.Actor, error) {
	name := r.Header.Get(browserHeader)
	if name == "" {
		return act.Actor{}, refuse.ErrUnauthenticated
	}
	if role, ok := strings.CutPrefix(name, "role:"); ok {
		return act.Actor{Account: term.AccountID("admin-" + role), Session: "s", Terminal: "t", Admin: []string{role}}, nil
	}
	return By(term.PersonID(name)), nil
}

func sign(r *http.Request, s counter.Signing) (act.Signature, error) {
	if s.Secret == Slow {
		return act.Signature{}, &refuse.Throttled{Until: Monday.Add(3 * time.Minute)}
	}
	if s.Secret != Right {
		return act.Signature{}, refuse.ErrUnauthenticated
	}
	person := s.Person
	if person == "" {
		person = term.PersonID(s.Account)
	}
	return act.Signature{Role: s.Role, Person: person, Strength: "pin", Terminal: "t"}, nil
}

func (w *World) serve(mount func(*World, *counter.Counter)) {
	w.T.Helper()
	log := slog.New(slog.NewTextHandler(w.T.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	var err error
	c := &counter.Counter{DB: w.DB, Desk: w.Desk, Office: w.Office, Clock: w.Clock, Who: who, Sign: sign, Chrome: chrome}
	w.Server, err = web.NewServer(web.Config{Now: w.Clock.Now, Log: log, Clauses: clauses{}, Wants: w.wants, Tried: c.Tried})
	w.must(err)
	mount(w, c)
}

// wants gives forms what the law asks for.
func (w *World) wants(ctx context.Context) web.Wants {
	return func(act string, given map[string]any) (out []regulation.Want) {
		w.must(w.DB.Read(ctx, func(tx *store.Tx) error {
			law, err := w.Office.Law(tx, w.Clock.Now())
			if err == nil {
				out = law.Wants(act, given)
			}
			return err
		}))
		return out
	}
}

func chrome(r *http.Request) web.Frame {
	return web.Frame{Office: "某单位", Path: r.URL.Path, Rail: []web.RailGroup{{Label: "rail.work", Entries: []web.RailEntry{{Icon: "home", Href: "/", Label: "frame.name"}}}}}
}

// clauses gives the chips of all packs.
type clauses struct{}

var texts = sync.OnceValue(func() map[term.Clause]web.ClauseView {
	out := map[term.Clause]web.ClauseView{}
	for _, name := range regulations.Names {
		p, err := regulation.Load(regulations.FS, name)
		if err != nil {
			panic(err)
		}
		for _, c := range p.Clauses {
			out[c.ID] = web.ClauseView{ID: c.ID, Set: name, Chip: p.Mark + "-" + c.ID.Number(), Text: c.Text, Cite: c.Cite, Gloss: c.Gloss}
		}
	}
	return out
})

func (clauses) Clause(id term.Clause) (web.ClauseView, bool) {
	v, ok := texts()[id]
	return v, ok
}

// Answer is what a page answered.
type Answer struct {
	Code     int
	Body     string
	Location string
	Header   http.Header
}

// Get fetches a page as somebody.
func (w *World) Get(by, path string) Answer {
	w.T.Helper()
	return w.send(by, httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, nil))
}

// GetEnglish is Get of somebody who reads the pages in English.
func (w *World) GetEnglish(by, path string) Answer {
	w.T.Helper()
	r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, nil)
	r.AddCookie(&http.Cookie{Name: "lang", Value: "en"})
	return w.send(by, r)
}

// Post sends a form as somebody: name, value, name, value …
func (w *World) Post(by, path string, fields ...string) Answer {
	w.T.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.send(by, r)
}

func (w *World) send(by string, r *http.Request) Answer {
	w.T.Helper()
	if by != "" {
		r.Header.Set(browserHeader, by)
	}
	rec := httptest.NewRecorder()
	w.Server.ServeHTTP(rec, r)
	return Answer{Code: rec.Code, Body: rec.Body.String(), Location: rec.Header().Get("Location"), Header: rec.Header()}
}

// Holds fails the test where a page lacks a text, or, with a leading "!", has one.
func (w *World) Holds(a Answer, texts ...string) {
	w.T.Helper()
	for _, s := range texts {
		if bad, ok := strings.CutPrefix(s, "!"); ok {
			if strings.Contains(a.Body, bad) {
				w.T.Errorf("the page must not hold %q", bad)
			}
		} else if !strings.Contains(a.Body, s) {
			w.T.Errorf("the page must hold %q", s)
		}
	}
}

// Hidden fails the test unless a path answers for somebody exactly as a random path of the same form does.
func (w *World) Hidden(by, path, random string) {
	w.T.Helper()
	a, b := w.Get(by, path), w.Get(by, random)
	if a.Code != http.StatusNotFound || b.Code != http.StatusNotFound || a.Body != b.Body {
		w.T.Errorf("%s for %s: %d and %d, want the same 404", path, by, a.Code, b.Code)
	}
}

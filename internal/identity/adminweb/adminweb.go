// Package adminweb is where the three administrators work: the machine's health, accounts and their roles, and the
// yearly notice of days off.
//
// What must always hold:
//   - No title, number, holder or count of the business stands here, and no statistics of clauses.
//   - Everybody but an administrator finds none of these pages; that of days off is also for who may import them.
//   - Fresh secrets are shown once, on the answer that made them, and are kept nowhere.
package adminweb

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/identity"
	"jiyao/internal/identity/identityacts"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// Health is how the machine does. Unknown members stay zero and are said to be unknown.
type Health struct {
	Since    time.Time // running since
	Unsealed bool
	Engine   string // sqlite, postgres
	Version  string
	Checked  time.Time // last verification of the ledger; zero: never
	Whole    bool
	Backup   time.Time // last backup that was verified; zero: none is known
	Outside  string    // why the last checkpoint could not be copied outside; empty: it could, or none is asked for
	Copies   bool      // checkpoints are copied outside
}

// Zoning is the declared network.
type Zoning struct {
	Zone       string
	ApprovalNo string
	Level      term.Level
	TestedOn   string
	ExpiresOn  string
}

// Person is somebody who may get an account.
type Person struct {
	ID   term.PersonID
	Name string
}

// Deps are what these pages lean on; app plugs them in.
type Deps struct {
	*counter.Counter
	Secrets identityacts.Secrets
	Office  func(context.Context) (name, room string)
	Health  func(context.Context) Health
	People  func(tx *store.Tx) ([]Person, error)
	Zoning  func(tx *store.Tx) (Zoning, error)
	Years   func(tx *store.Tx) ([]int, error) // of which days off are known
	// Explain completes refusals with who may allow what; may be nil.
	Explain web.Explain
}

type pages struct{ Deps }

// Routes adds the pages of the administrators.
func Routes(s *web.Server, d Deps) {
	p := &pages{d}
	s.Handle("GET /admin", p.home)
	s.Handle("GET /admin/accounts", p.accounts)
	s.Handle("POST /admin/accounts", p.create)
	s.Handle("GET /admin/accounts/{id}", p.account)
	s.Handle("POST /admin/accounts/{id}/reset", p.reset)
	s.Handle("POST /admin/accounts/{id}/unlock", p.unlock)
	s.Handle("POST /admin/accounts/{id}/role", p.role)
	s.Handle("GET /admin/grants", p.grants)
	s.Handle("GET /admin/calendar", p.calendar)
	s.Handle("POST /admin/calendar", p.importYear)
}

// admin is See for the three administrators; everybody else is answered as if the page were not there.
func (p *pages) admin(r *http.Request, fn func(tx *store.Tx, v counter.Viewer) error) error {
	return p.See(r, func(tx *store.Tx, v counter.Viewer) error {
		if !v.Admin() {
			return refuse.ErrNotFound
		}
		return fn(tx, v)
	})
}

// homePage is the first page: machine, network, what waits.
type homePage struct {
	Viewer counter.Viewer
	Health Health
	Zoning Zoning
	Years  []int
	Locked []identity.Listed // accounts that a lock keeps out somewhere
}

func (h homePage) calendarLink() string {
	if h.Viewer.Offered("calendar.import") {
		return "admin.import"
	}
	return "admin.see"
}

func (p *pages) home(w http.ResponseWriter, r *http.Request) error {
	h := homePage{Health: p.Health(r.Context())}
	err := p.admin(r, func(tx *store.Tx, v counter.Viewer) error {
		h.Viewer = v
		var err error
		if h.Zoning, err = p.Zoning(tx); err != nil {
			return err
		}
		if h.Years, err = p.Years(tx); err != nil {
			return err
		}
		list, err := identity.List(tx, "", 1000)
		if err != nil {
			return err
		}
		h.Locked = slices.DeleteFunc(list, func(l identity.Listed) bool { return len(l.Locks) == 0 })
		return nil
	})
	if err != nil {
		return err
	}
	f := p.Frame(w, r)
	f.NoScan = true
	return web.Render(w, r, http.StatusOK, web.Within(web.Page(f), homeView(h)))
}

// prepared does what an act on accounts needs before the writer: secrets made or checked, never in the command.
func (p *pages) prepared(r *http.Request, name string, fields map[string]any) (identityacts.Ready, error) {
	actor, err := p.Who(r)
	if err != nil {
		return identityacts.Ready{}, err
	}
	for k, v := range fields {
		if v == "" {
			delete(fields, k)
		}
	}
	raw, err := json.Marshal(fields)
	if err != nil {
		return identityacts.Ready{}, fmt.Errorf("spell a command: %w", err)
	}
	office, _ := p.Office(r.Context())
	return identityacts.Prepare(r.Context(), p.Secrets, office, identity.Actor(actor), name, raw)
}

// own is the signature of who is signed in.
func own(actor act.Actor) counter.Role {
	return counter.Role{Name: "actor", Person: actor.Person, Account: actor.Account}
}

func roleNames(ctx context.Context, roles []string) string {
	var out []string
	for _, r := range roles {
		out = append(out, roleName(ctx, r))
	}
	return strings.Join(out, " ")
}

func roleName(ctx context.Context, role string) string {
	switch role {
	case identity.SysAdmin:
		return web.T(ctx, "admin.sys_admin")
	case identity.SecAdmin:
		return web.T(ctx, "admin.sec_admin")
	case identity.AuditAdmin:
		return web.T(ctx, "admin.audit_admin")
	}
	return role
}

// jsonOf spells a command of another room's act; it holds texts only.
func jsonOf(fields map[string]any) json.RawMessage {
	b, err := json.Marshal(fields)
	if err != nil {
		return nil // then the desk answers that a command is expected
	}
	return b
}

// Package api is the HTTP API under /api/v1: the same acts as the pages, as JSON, and reads beside them.
//
//	POST   /api/v1/session          user, password, code → a bearer token      DELETE ends it
//	POST   /api/v1/acts/{act}       one act of the catalogue → its receipt
//	GET    /api/v1/…                reads, keyset paged: ?limit=&after=
//	GET    /api/v1/openapi.json     OpenAPI 3.1, one operation for each act, from the command structs
//
// It decides nothing and knows no noun. Acts come from the catalogue of package act; reads of nouns are plugged in
// by app (One, List). Every failure has one shape, Problem, as application/problem+json.
//
// What must always hold:
//   - Only a bearer token says who asks. Cookies are never looked at, so no page of another origin can act with
//     somebody's browser.
//   - What is hidden and what is absent answer with the same bytes.
//   - A body is bounded before it is read, and its JSON is read strictly: names exactly as described, once each,
//     of the right type, of bounded depth, in UTF-8. Whatever else is answered at the field.
//   - Secrets of signatures are verified before the writer and are never logged or stored.
//   - Sequence numbers of the ledger go to the auditor alone; everybody else gets the
//     references of his own acts.
package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"golang.org/x/mod/sumdb/note"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/identity"
	"jiyao/internal/identity/identityacts"
	"jiyao/internal/ledger"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// root is where the API begins.
const root = "/api/v1"

// openAPIKind is the media type of the description.
const openAPIKind = "application/openapi+json"

// Gate is what the API asks of identity; *identity.Gate implements it.
type Gate interface {
	SignIn(ctx context.Context, s identity.SignIn) (identity.Session, identity.LastSignIn, error)
	SignOut(ctx context.Context, token string) error
	Session(ctx context.Context, token string, terminal term.TerminalID) (identity.Principal, error)
	Sign(ctx context.Context, r identity.SignRequest) (identity.Ticket, error)
	Redeem(ctx context.Context, ids []string, digest []byte, terminal term.TerminalID) ([]identity.Signature, error)
	identityacts.Secrets
}

// Ledger is what the API reads of the evidence; *ledger.Log implements it.
type Ledger interface {
	Find(tx *store.Tx, f ledger.Filter) ([]ledger.Entry, error)
	ByReference(tx *store.Tx, reference string) (ledger.Entry, error)
	ProofFile(tx *store.Tx, seq uint64, verifier note.Verifier) ([]byte, error)
	Checkpoints(tx *store.Tx, before uint64, limit int) ([]ledger.StoredCheckpoint, error)
}

// Deps is what the API leans on; app plugs it in. Named, Coverage, Shown and Random may be nil.
type Deps struct {
	DB       *store.DB
	Desk     counter.Desk
	Gate     Gate
	Office   act.Office
	Ledger   Ledger
	Verifier note.Verifier // of the ledger's checkpoints
	Clock    calendar.Clock
	Clauses  web.Clauses
	Log      *slog.Logger
	// Named is what the office calls itself, for the name of new tokens.
	Named func(ctx context.Context) string
	// Coverage is the report of `jiyao prove --format json` made when the program was built; an error that is
	// fs.ErrNotExist says that there is none.
	Coverage func() ([]byte, error)
	// Reads are the reads of nouns.
	Reads []Read
	// Shown gives what an act of looking has just allowed to be shown (a masked title), by name. It is asked once
	// the act is done, never for a replayed request.
	Shown func(ctx context.Context, by act.Actor, receipt act.Receipt) (map[string]string, error)
	// Random is where the API's own terminal secret comes from; nil: crypto/rand.
	Random io.Reader
}

// service is the API with what it leans on. Nothing changes after Mount.
type service struct {
	Deps
	counter *counter.Counter
	server  *web.Server
	doc     *description
	secret  []byte // keys the terminal ids of programs; drawn anew with each start
}

// Mount adds the API to a server. Call it once, before the first request.
func Mount(s *web.Server, d Deps) error {
	if d.Random == nil {
		d.Random = rand.Reader
	}
	a := &service{Deps: d, server: s, secret: make([]byte, 32)}
	if _, err := io.ReadFull(d.Random, a.secret); err != nil {
		return fmt.Errorf("draw the secret of the API's terminals: %w", err)
	}
	a.counter = &counter.Counter{DB: d.DB, Desk: d.Desk, Office: d.Office, Clock: d.Clock, Who: whoAsks}
	a.doc = newDescription(a.mount)
	if err := a.routes(); err != nil {
		return err
	}
	return a.doc.finish()
}

func (a *service) routes() error {
	a.session()
	if err := a.acts(); err != nil {
		return err
	}
	a.evidence()
	a.list()
	for _, r := range a.Reads {
		a.read(r)
	}
	a.open(a.doc.operation(http.MethodGet, "/openapi.json", "openapi").gives(200, nil).as(200, openAPIKind), a.openAPI)
	a.server.Foreign("/api/", a.fail)
	return nil
}

// mount puts a handler behind the server's own guards.
func (a *service) mount(pattern string, h http.Handler) {
	a.server.Mount(pattern, h, web.Limit(maxBody))
}

// open adds an operation for which nobody need be signed in.
func (a *service) open(op *operation, h web.HandlerFunc) { a.doc.add(op, a.guard(h)) }

// closed adds an operation for who is signed in. Who must change his password first may do nothing else.
func (a *service) closed(op *operation, h web.HandlerFunc) {
	op.signedIn()
	a.doc.add(op, a.signed(op, h))
}

func (a *service) signed(op *operation, h web.HandlerFunc) http.Handler {
	return a.guard(func(w http.ResponseWriter, r *http.Request) error {
		p, err := a.principal(r)
		if err != nil {
			return err
		}
		if p.MustChange && op.OperationID != closeSession && (op.Path != actsPath || r.PathValue("act") != identityacts.ActSetPassword) {
			return errMustChange
		}
		return h(w, r.WithContext(context.WithValue(r.Context(), principalKey{}, p)))
	})
}

// guard answers errors and panics in the one shape.
func (a *service) guard(h web.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(cause)
			}
			a.fail(w, r, fmt.Errorf("panic: %v", cause))
		}()
		if r.ContentLength > maxBody {
			a.fail(w, r, &http.MaxBytesError{Limit: maxBody})
			return
		}
		if err := h(w, r); err != nil {
			a.fail(w, r, err)
		}
	})
}

type principalKey struct{}

// whoAsks is who holds the token of a request, as closed found it.
func whoAsks(r *http.Request) (act.Actor, error) {
	p, err := holder(r.Context())
	return act.Actor(p.Actor), err
}

func (a *service) openAPI(w http.ResponseWriter, _ *http.Request) error {
	return answer(w, http.StatusOK, openAPIKind, a.doc.text)
}

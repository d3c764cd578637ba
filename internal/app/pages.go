package app

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/document"
	"jiyao/internal/identity"
	"jiyao/internal/identity/identityweb"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// site is everything that speaks HTTP, being put together.
type site struct {
	app    *App
	server *web.Server
	seal   *seal
	index  *document.Index // of the search
	paths  []string        // GET patterns without wildcards: the rail shows only what there is
}

// Handler makes the pages of an opened office.
func (a *App) Handler() (http.Handler, error) {
	s := &site{app: a, seal: &seal{app: a}, index: a.index}
	server, err := web.NewServer(web.Config{Now: a.Clock.Now, Log: a.Log, Clauses: clauses{a}, Wants: s.wants, Frame: s.frame, Explain: s.explain, Tried: s.tried})
	if err != nil {
		return nil, err
	}
	s.server = server
	server.Use(identityweb.Guard(server, a.Gate, open))
	server.Use(s.sealed)
	identityweb.Routes(server, identityweb.Deps{
		Gate: a.Gate, Desk: a.Desk, Seal: s.seal, Office: a.named, Frame: s.frame, Home: s.home, Own: s.own,
	})
	server.Handle("GET /{$}", s.root)
	server.Handle("GET "+allPath, s.all)
	server.Handle("GET /events", s.events)
	if err := s.nouns(); err != nil {
		return nil, err
	}
	s.registers()
	return server, nil
}

// open are the paths for which nobody need be signed in.
func open(path string) bool {
	return path == "/login" || path == "/lang" || path == "/logout" || strings.HasPrefix(path, "/api/")
}

// plain are the paths that show nothing sealed and so work before the office is unsealed.
func plain(path string) bool {
	for _, p := range []string{"/unseal", "/password", allPath, "/events", "/rules", "/ledger", "/admin"} {
		if path == p || strings.HasPrefix(path, p+"/") {
			return true
		}
	}
	return open(path) || path == "/"
}

// sealed answers "unavailable" for what needs a key, before any of it is done by half.
func (s *site) sealed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.seal.Unsealed() && !plain(r.URL.Path) {
			s.index.Forget()
			s.server.Fail(w, r, fmt.Errorf("the office is sealed: %w", refuse.ErrSealed))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *site) root(w http.ResponseWriter, r *http.Request) error {
	v, err := identityweb.Viewer(r)
	if err != nil {
		return err
	}
	if !s.seal.Unsealed() {
		return web.Redirect(w, r, "/unseal")
	}
	return web.Redirect(w, r, s.home(v))
}

func (s *site) events(w http.ResponseWriter, r *http.Request) error {
	v, err := identityweb.Viewer(r)
	if err != nil {
		return err
	}
	cookie, terminal := identityweb.Token(r)
	return s.app.Events.Serve(w, r, string(v.Actor.Session), topics, s.sees(act.Actor(v.Actor)), func(ctx context.Context) error {
		_, err := s.app.Gate.Peek(ctx, cookie, terminal)
		return err
	})
}

// sees filters what a page is woken by to the documents its reader may know of. Who keeps the register is woken by
// everything; to anybody else an act about no document says nothing.
func (s *site) sees(actor act.Actor) web.Sees {
	return func(ctx context.Context, matters []string) (may bool, err error) {
		err = s.counter().SeeAs(ctx, actor, func(tx *store.Tx, v counter.Viewer) error {
			if may = v.Keeps(); may || v.Actor.Person == "" {
				return nil
			}
			var ids []term.DocumentID
			for _, m := range matters {
				ids = append(ids, term.DocumentID(m))
			}
			known, err := document.Known(tx, act.Viewer{Person: v.Actor.Person, Sight: v.Sight}, ids)
			may = len(known) > 0
			return err
		})
		return may, err
	}
}

// counter is what the pages of the nouns lean on.
func (s *site) counter() *counter.Counter {
	a := s.app
	return &counter.Counter{DB: a.DB, Desk: a.Desk, Office: a.Office, Clock: a.Clock, Who: identityweb.Actor, Sign: a.sign, Chrome: s.frame}
}

// tried records who asked for what is not there for him, except where nothing sealed is shown.
func (s *site) tried(r *http.Request, err error) error {
	if plain(r.URL.Path) {
		return err
	}
	return s.counter().Tried(r, err)
}

// sign verifies one signature for one act and uses it at once.
func (a *App) sign(r *http.Request, s counter.Signing) (act.Signature, error) {
	v, err := identityweb.Viewer(r)
	if err != nil {
		return act.Signature{}, err
	}
	return a.Sign(r.Context(), v.Actor, s)
}

// Sign verifies one signature given beside a session for one act, and uses it at once.
func (a *App) Sign(ctx context.Context, by identity.Actor, s counter.Signing) (act.Signature, error) {
	digest, err := identity.Digest(s.Act, s.Command)
	if err != nil {
		return act.Signature{}, err
	}
	request := identity.SignRequest{Role: s.Role, Person: s.Person, Account: s.Account, How: s.How, Secret: s.Secret, Terminal: by.Terminal, Digest: digest, By: by}
	if request.How == identity.ByPassword { // a form has one box: the password, a space, the code
		if i := strings.LastIndexByte(strings.TrimSpace(s.Secret), ' '); i > 0 {
			request.Secret, request.Code = s.Secret[:i], s.Secret[i+1:]
		}
	}
	ticket, err := a.Gate.Sign(ctx, request)
	if err != nil {
		return act.Signature{}, err
	}
	list, err := a.Gate.Redeem(ctx, []string{ticket.ID}, digest, by.Terminal)
	if err != nil {
		return act.Signature{}, err
	}
	return act.Signature(list[0]), nil
}

// viewerOf is the person who asks, where one is known.
func viewerOf(ctx context.Context) term.PersonID {
	p, err := identityweb.From(ctx)
	if err != nil {
		return ""
	}
	return p.Actor.Person
}

// named is what the office calls itself.
func (a *App) named(ctx context.Context) (name, room string) {
	err := a.DB.Read(ctx, func(tx *store.Tx) error {
		p, err := a.Office.Profile(tx)
		name, room = p.Name, p.Room
		return err
	})
	if err != nil {
		return "", "" // the page stands without a name
	}
	return name, room
}

// zone is the network as declared; empty where it cannot be read, and the page then says nothing of it.
func (a *App) zone(ctx context.Context) (zone term.Zone) {
	if err := a.DB.Read(ctx, func(tx *store.Tx) (err error) { zone, err = a.Office.Zone(tx); return err }); err != nil {
		return ""
	}
	return zone
}

// has reports whether a page is mounted, for the rail.
func (s *site) has(path string) bool { return slices.Contains(s.paths, path) }

// Package identityweb is how people come in and go out: the sign-in page, the sign-out, the change of one's own
// password, and the page on which key holders unseal the office.
//
// What must always hold:
//   - A wrong name, password or code and a locked pair look alike, byte for byte but for the name typed.
//   - The session cookie is HttpOnly, SameSite=Strict, Secure under TLS, and good only beside the terminal cookie.
//   - What was typed as a secret is never sent back. The last sign-in is shown after signing in, never before.
//   - Nothing here reads or shows business content, so all of it works while the office is sealed.
package identityweb

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/identity"
	"jiyao/internal/identity/identityacts"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
	"jiyao/internal/web"
)

// Cookies of a browser. Session and last sign-in are of one office (web.PortCookie); the terminal is the same to all on its host.
const (
	sessionCookie  = "jiyao_session"
	terminalCookie = "jiyao_terminal"
	lastCookie     = "jiyao_last" // the last sign-in, for the first page
)

// terminalLife is how long a browser stays the same terminal without use, in seconds.
const terminalLife = 400 * 24 * 3600

// lastLife is how long the last sign-in is shown, in seconds.
const lastLife = 60

// Gate is what these pages ask of identity; *identity.Gate implements it.
type Gate interface {
	SignIn(ctx context.Context, s identity.SignIn) (identity.Session, identity.LastSignIn, error)
	SignOut(ctx context.Context, token string) error
	Session(ctx context.Context, token string, terminal term.TerminalID) (identity.Principal, error)
	identityacts.Secrets
}

// Seal is the state of the keyring and how it is opened.
type Seal interface {
	Unsealed() bool
	// Ways says what unsealing asks for.
	Ways() Way
	// Offer takes a passphrase or one share from whoever is signed in and says whether the office is open now. An
	// offer that does not fit is *refuse.Invalid on field secret.
	Offer(ctx context.Context, by act.Actor, secret string) (open bool, err error)
}

// Way is how the office is opened: by a passphrase, or by shares. Whose shares were offered is not said.
type Way struct {
	Shares                 bool
	Needed, Given, Offered int
}

// Deps is what the pages lean on.
type Deps struct {
	Gate   Gate
	Desk   identityacts.Desk
	Seal   Seal
	Office func(ctx context.Context) (name, room string) // empty before the set-up
	Frame  func(r *http.Request) web.Frame
	Home   func(p identity.Principal) string // the first page of whoever signed in
	Own    func(r *http.Request) []web.Link  // what he has of his own beside the password; may be nil
}

type pages struct{ Deps }

// Routes adds the pages.
func Routes(s *web.Server, d Deps) {
	p := pages{d}
	s.Handle("GET /login", p.login)
	s.Handle("POST /login", p.signIn, web.Limit(16<<10))
	s.Handle("POST /logout", p.signOut, web.Limit(4<<10))
	s.Handle("GET /password", p.password)
	s.Handle("POST /password", p.setPassword, web.Limit(16<<10))
	s.Handle("GET /unseal", p.unseal)
	s.Handle("POST /unseal", p.offer, web.Limit(16<<10))
}

type viewerKey struct{}

// viewer is who a request comes from.
type viewer struct {
	principal identity.Principal
	token     string
}

// Guard puts whoever is signed in into the request's context and turns away, to the sign-in, who is not, except on
// the paths that open names. Who must change his password first is sent there.
func Guard(s *web.Server, gate Gate, open func(path string) bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			v, err := look(r, gate)
			switch {
			case err == nil:
				r = r.WithContext(context.WithValue(r.Context(), viewerKey{}, v))
			case !errors.Is(err, refuse.ErrUnauthenticated):
				s.Fail(w, r, err)
				return
			case !open(r.URL.Path):
				s.Fail(w, r, err)
				return
			}
			if err == nil && v.principal.MustChange && !open(r.URL.Path) && r.URL.Path != "/password" {
				http.Redirect(w, r, "/password", http.StatusSeeOther)
				return
			}
			next.ServeHTTP(noted(w, r), r)
		})
	}
}

// noted forgets the note of the last sign-in with the first page that shows it.
func noted(w http.ResponseWriter, r *http.Request) http.ResponseWriter {
	if _, err := r.Cookie(web.PortCookie(r, lastCookie)); err != nil || r.Method != http.MethodGet || web.IsFragment(r) {
		return w
	}
	return &notedWriter{w, r}
}

type notedWriter struct {
	http.ResponseWriter
	r *http.Request
}

func (w *notedWriter) WriteHeader(status int) {
	if status == http.StatusOK && strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		setCookie(w.ResponseWriter, w.r, web.PortCookie(w.r, lastCookie), "", -1)
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *notedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func look(r *http.Request, gate Gate) (viewer, error) {
	token, err := r.Cookie(web.PortCookie(r, sessionCookie))
	if err != nil {
		return viewer{}, refuse.ErrUnauthenticated
	}
	terminal, err := terminalOf(r)
	if err != nil {
		return viewer{}, err
	}
	p, err := gate.Session(r.Context(), token.Value, terminal)
	return viewer{p, token.Value}, err
}

// Viewer is who is signed in, as Guard found it; refuse.ErrUnauthenticated for nobody.
func Viewer(r *http.Request) (identity.Principal, error) { return From(r.Context()) }

// From is Viewer for those who have only the context of a request.
func From(ctx context.Context) (identity.Principal, error) {
	v, ok := ctx.Value(viewerKey{}).(viewer)
	if !ok {
		return identity.Principal{}, refuse.ErrUnauthenticated
	}
	return v.principal, nil
}

// Actor is the viewer as one who acts.
func Actor(r *http.Request) (act.Actor, error) {
	p, err := Viewer(r)
	return act.Actor(p.Actor), err
}

// terminalOf reads the terminal's cookie.
func terminalOf(r *http.Request) (term.TerminalID, error) {
	c, err := r.Cookie(terminalCookie)
	if err != nil {
		return "", refuse.ErrUnauthenticated
	}
	return identity.TerminalOf(c.Value)
}

// terminal gives the terminal of a request and makes the browser one if it was none.
func terminal(w http.ResponseWriter, r *http.Request) (term.TerminalID, error) {
	if id, err := terminalOf(r); err == nil {
		return id, nil
	}
	value, id, err := identity.NewTerminal(nil)
	if err != nil {
		return "", err
	}
	setCookie(w, r, terminalCookie, value, terminalLife)
	return id, nil
}

// setCookie sets a cookie; a life of 0 lasts as long as the browser, a negative one removes it.
func setCookie(w http.ResponseWriter, r *http.Request, name, value string, life int) {
	//nolint:gosec // G124: Secure follows the connection; plain HTTP is served on loopback only.
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: life, HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode})
}

// last is what the cookie of the last sign-in holds. Whoever changes it deceives himself alone.
type last struct {
	At       time.Time       `json:"at"`
	Terminal term.TerminalID `json:"terminal"`
	Failures int             `json:"failures"`
	FailedAt time.Time       `json:"failed_at"`
}

func decodeLast(b []byte) (last, error) {
	var l last
	return l, json.Unmarshal(b, &l)
}

// Token gives the session's token and terminal of a request, for those who must ask again later.
func Token(r *http.Request) (string, term.TerminalID) {
	v, ok := r.Context().Value(viewerKey{}).(viewer)
	if !ok {
		return "", ""
	}
	return v.token, v.principal.Actor.Terminal
}

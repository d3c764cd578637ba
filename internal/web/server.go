package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// HandlerFunc answers one request. An error that it returns is shown by Fail; it must not have written
// anything then (Render writes all or nothing).
type HandlerFunc func(w http.ResponseWriter, r *http.Request) error

// DefaultLimit is the size of a request body in bytes where a route does not say otherwise.
const DefaultLimit = 1 << 20

// Config is what a Server leans on. Now and Log are required.
type Config struct {
	Now     func() time.Time
	Log     *slog.Logger
	Clauses Clauses                     // texts of clauses; nil knows none
	Wants   func(context.Context) Wants // what the law in force asks for in forms; nil: nothing is marked
	Explain Explain                     // completes refusals; may be nil
	Frame   func(r *http.Request) Frame // office and person for pages of failure; may be nil
	Limit   int64                       // default size of a body in bytes; 0 is DefaultLimit
	Login   string                      // where the unauthenticated are sent; empty is /login
	// Tried records that somebody asked for what is not there for him, and gives the answer; nil: nothing is recorded.
	Tried func(r *http.Request, err error) error
}

// Server is the mux of the pages and of everything else that speaks HTTP. Routes are added before the first
// request; it holds no lock and nothing changes afterwards.
type Server struct {
	cfg      Config
	mux      *http.ServeMux
	outer    http.Handler
	patterns []string
	wrap     []func(http.Handler) http.Handler
	cross    *http.CrossOriginProtection
	foreign  foreign
}

// foreign is who answers below a prefix also what has no route.
type foreign struct {
	prefix string
	fail   func(http.ResponseWriter, *http.Request, error)
}

// What no handler sees: answered as Fail does, or by who serves what lies below (Foreign).
var (
	ErrMethod      = errors.New("no route takes this method")
	ErrCrossOrigin = errors.New("sent by a page of another origin")
)

// NewServer makes a server with the assets and the change of language, and no other route.
func NewServer(cfg Config) (*Server, error) {
	if cfg.Now == nil || cfg.Log == nil {
		return nil, errors.New("make the web server: want a clock and a log")
	}
	if cfg.Limit == 0 {
		cfg.Limit = DefaultLimit
	}
	if cfg.Login == "" {
		cfg.Login = "/login"
	}
	s := &Server{cfg: cfg, mux: http.NewServeMux(), cross: http.NewCrossOriginProtection()}
	s.cross.SetDenyHandler(http.HandlerFunc(s.denyCrossOrigin))
	s.Handle("POST /lang", s.changeLanguage)
	s.build()
	return s, nil
}

// RouteOption changes one route.
type RouteOption func(*route)

type route struct{ limit int64 }

// Limit is the size of the body of one route in bytes, for uploads.
func Limit(n int64) RouteOption { return func(r *route) { r.limit = n } }

// Handle adds a route. The pattern must name its method ("GET /d/{id}"), so that no page answers to a verb
// that nobody thought of; a pattern without one panics when the program starts.
func (s *Server) Handle(pattern string, h HandlerFunc, options ...RouteOption) {
	s.Mount(pattern, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if errors.Is(err, refuse.ErrNotFound) && s.cfg.Tried != nil {
			err = s.cfg.Tried(r, err)
		}
		if err != nil {
			s.Fail(w, r, err)
		}
	}), options...)
}

// Mount adds a foreign handler (the API) below the same guards.
func (s *Server) Mount(pattern string, h http.Handler, options ...RouteOption) {
	method, _, ok := strings.Cut(pattern, " ")
	if !ok || !allowedMethod(method) {
		panic("web: pattern without a method: " + pattern)
	}
	rt := route{limit: s.cfg.Limit}
	for _, o := range options {
		o(&rt)
	}
	s.patterns = append(s.patterns, pattern)
	s.mux.Handle(pattern, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, rt.limit)
		h.ServeHTTP(w, r)
	}))
}

// Foreign lets fail answer requests below a prefix that reach no route: refuse.ErrNotFound, ErrMethod (Allow is set
// already) and ErrCrossOrigin.
func (s *Server) Foreign(prefix string, fail func(http.ResponseWriter, *http.Request, error)) {
	s.foreign = foreign{prefix, fail}
}

// Patterns lists the routes as they were added.
func (s *Server) Patterns() []string { return slices.Clone(s.patterns) }

// Use puts a guard around all routes but the assets: the session, the seal. Guards run in the order given.
func (s *Server) Use(guard func(http.Handler) http.Handler) {
	s.wrap = append(s.wrap, guard)
	s.build()
}

func (s *Server) build() {
	var h http.Handler = http.HandlerFunc(s.route)
	for i := len(s.wrap) - 1; i >= 0; i-- {
		h = s.wrap[i](h)
	}
	h = s.cross.Handler(s.claimed(h))
	h = s.speak(h)
	h = s.methods(h)
	h = serveAssets(h)
	h = secure(h)
	s.outer = s.recover(h)
}

// ServeHTTP runs the chain: log and recover, headers, assets, method, language, origin, guards, route.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.outer.ServeHTTP(w, r) }

// route hands the request to its pattern; what has none gets the answers of Fail, never those of net/http,
// so that an unknown path and a hidden document look alike.
func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	_, pattern := s.mux.Handler(r)
	if pattern == "" {
		s.unrouted(w, r)
		return
	}
	if p, ok := r.Context().Value(patternKey{}).(*string); ok {
		*p = pattern
	}
	s.mux.ServeHTTP(w, r)
}

func (s *Server) unrouted(w http.ResponseWriter, r *http.Request) {
	probe := &statusProbe{header: http.Header{}}
	h, _ := s.mux.Handler(r)
	h.ServeHTTP(probe, r)
	if probe.status != http.StatusMethodNotAllowed {
		s.turnAway(w, r, refuse.ErrNotFound)
		return
	}
	w.Header().Set("Allow", probe.header.Get("Allow"))
	s.turnAway(w, r, ErrMethod)
}

// turnAway answers what reaches no handler.
func (s *Server) turnAway(w http.ResponseWriter, r *http.Request, err error) {
	if s.foreign.fail != nil && strings.HasPrefix(r.URL.Path, s.foreign.prefix) {
		s.foreign.fail(w, s.spoken(r), err)
		return
	}
	s.Fail(w, r, err)
}

// statusProbe learns what the mux would have said.
type statusProbe struct {
	header http.Header
	status int
}

func (p *statusProbe) Header() http.Header         { return p.header }
func (p *statusProbe) WriteHeader(status int)      { p.status = status }
func (p *statusProbe) Write(b []byte) (int, error) { return len(b), nil }

// changeLanguage remembers the language on this terminal and goes back to the page.
func (s *Server) changeLanguage(w http.ResponseWriter, r *http.Request) error {
	form, err := Form(r)
	if err != nil {
		return err
	}
	to := form.Get("to")
	if to != "zh" && to != "en" {
		return refuse.Field("to", "not_in_list")
	}
	//nolint:gosec // G124: Secure follows the connection; plain HTTP is served on loopback only.
	http.SetCookie(w, &http.Cookie{Name: langCookie, Value: to, Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode})
	http.Redirect(w, r, LocalPath(form.Get("back")), http.StatusSeeOther) //nolint:gosec // G710: LocalPath keeps it here.
	return nil
}

// LocalPath is p when it is a path of this server without query or fragment, else "/". Redirects go through
// it, so that no form can send a person elsewhere.
func LocalPath(p string) string {
	if len(p) > 200 || !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") ||
		strings.ContainsAny(p, "\\?#%") || strings.ContainsFunc(p, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "/"
	}
	return p
}

// errorNumber names one internal error: E-7K2Q-M4TX.
func errorNumber() string {
	id, err := term.NewID(nil)
	if err != nil {
		return "E-0000-0000"
	}
	return fmt.Sprintf("E-%s-%s", id[:4], id[4:8])
}

type patternKey struct{}

func withPattern(ctx context.Context, p *string) context.Context {
	return context.WithValue(ctx, patternKey{}, p)
}

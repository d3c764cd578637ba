package web

import (
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

// ContentSecurityPolicy is sent with every answer. Pages carry no inline style, script or handler.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// permissions are the powers of the browser that no page needs. Passkeys stay allowed.
const permissions = "accelerometer=(), bluetooth=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), " +
	"hid=(), microphone=(), midi=(), payment=(), screen-wake-lock=(), serial=(), usb=(), clipboard-read=()"

// strictTransport is a year, for the name itself: what else the office serves below it is not this program's.
const strictTransport = "max-age=31536000"

// secure sets the headers of every answer, good or bad. Only assets may be kept; they overwrite Cache-Control.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", ContentSecurityPolicy)
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", permissions)
		h.Set("X-Robots-Tag", "noindex")
		if r.TLS != nil { // a browser that has been here once asks for no plain page of this name again
			h.Set("Strict-Transport-Security", strictTransport)
		}
		next.ServeHTTP(w, r)
	})
}

func serveAssets(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !serveAsset(w, r) {
			next.ServeHTTP(w, r)
		}
	})
}

func allowedMethod(m string) bool {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return true
	}
	return false
}

// methods turns away the verbs that no route can have.
func (s *Server) methods(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !allowedMethod(r.Method) {
			s.unrouted(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// speak puts the language, the clock and the clauses into the context of the request.
func (s *Server) speak(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, s.spoken(r))
	})
}

func (s *Server) spoken(r *http.Request) *http.Request {
	if viewOf(r.Context()).tongue != "" {
		return r
	}
	v := view{tongue: preferredTongue(r), now: s.cfg.Now(), clauses: s.cfg.Clauses, wait: &waiting{}}
	if s.cfg.Wants != nil {
		v.wants = s.cfg.Wants(r.Context())
	}
	return r.WithContext(withView(r.Context(), v))
}

// claimed turns away what would change something for whoever the cookies say it is, and does not say which page sent it:
// every browser says so, and CrossOriginProtection takes silence for a program, which has no cookies.
func (s *Server) claimed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		safe := r.Method == http.MethodGet || r.Method == http.MethodHead
		origin := r.Header.Get("Origin")
		silent := len(r.Cookies()) > 0 && origin == "" && r.Header.Get("Sec-Fetch-Site") == ""
		plain := r.TLS != nil && strings.HasPrefix(origin, "http:") // of this host, and anybody between may have written that page
		if !safe && (silent || plain) {
			s.denyCrossOrigin(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) denyCrossOrigin(w http.ResponseWriter, r *http.Request) {
	s.turnAway(w, r, ErrCrossOrigin)
}

// recover logs method, pattern, status and duration of every request (no path, which may hold an id, no
// query, no address) and turns a panic into the page of an internal error.
func (s *Server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := s.cfg.Now()
		pattern := ""
		rec := &recorder{ResponseWriter: w}
		r = r.WithContext(withPattern(r.Context(), &pattern))
		defer func() {
			cause := recover()
			if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(cause)
			}
			if cause != nil {
				s.panicked(rec, r, cause)
			}
			s.cfg.Log.LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("method", r.Method),
				slog.String("pattern", pattern), slog.Int("status", rec.code()), slog.Duration("took", s.cfg.Now().Sub(begin).Round(time.Microsecond)))
		}()
		next.ServeHTTP(rec, r)
	})
}

func (s *Server) panicked(rec *recorder, r *http.Request, cause any) {
	number := errorNumber()
	s.cfg.Log.LogAttrs(r.Context(), slog.LevelError, "panic", slog.String("number", number),
		slog.Any("cause", cause), slog.String("stack", string(debug.Stack())))
	if rec.status != 0 {
		panic(http.ErrAbortHandler) // half an answer is out: cut the connection rather than end it as if whole
	}
	s.fail(rec, s.spoken(r), failure{status: http.StatusInternalServerError, key: "error", number: number})
}

// recorder remembers the status of the answer.
type recorder struct {
	http.ResponseWriter
	status int
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *recorder) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

package web

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
)

// failure is one answer that is not "done". key names its sentences: fail.<key>.title and fail.<key>.text.
type failure struct {
	status int
	key    string
	number string          // of an internal error
	part   templ.Component // shown instead of the sentences
	lone   bool            // part has no way on of its own
}

// Fail answers an error: the fields that are wrong 422, a refusal 403, not found 404, a stale revision 409,
// nobody signed in 303 to the sign-in (401 under htmx, for JSON and for a form), throttled 429, too large 413, not recordable 503,
// anything else 500 with a number that the log explains. Under htmx the answer is a fragment for #flash, so
// that a form below keeps what was typed.
func (s *Server) Fail(w http.ResponseWriter, r *http.Request, err error) {
	r = s.spoken(r)
	Wait(r.Context(), err)
	if errors.Is(err, refuse.ErrUnauthenticated) {
		s.signIn(w, r)
		return
	}
	s.fail(w, r, s.failureOf(r.Context(), err))
}

func (s *Server) failureOf(ctx context.Context, err error) failure {
	var (
		ref      *refuse.Refusal
		conflict *refuse.Conflict
		size     *http.MaxBytesError
		year     *calendar.MissingYear
	)
	switch {
	case refuse.AtFields(err) != nil && errors.Is(err, refuse.ErrTooMany):
		return failure{status: http.StatusTooManyRequests, part: InvalidNote(err), lone: true}
	case refuse.AtFields(err) != nil:
		return failure{status: http.StatusUnprocessableEntity, part: InvalidNote(err), lone: true}
	case errors.As(err, &ref):
		v := ViewRefusal(ctx, ref)
		if s.cfg.Explain != nil {
			s.cfg.Explain(ctx, ref, &v)
		}
		return failure{status: http.StatusForbidden, part: Refusal(v)}
	case errors.As(err, &conflict):
		return failure{status: http.StatusConflict, key: conflict.Word()}
	case errors.As(err, &year): // a due counts working days of a year whose notice is not entered; nothing was recorded
		return failure{status: http.StatusConflict, key: "no_year"}
	case errors.As(err, &size):
		return failure{status: http.StatusRequestEntityTooLarge, key: "too_large"}
	case errors.Is(err, ErrMethod):
		return failure{status: http.StatusMethodNotAllowed, key: "method"}
	case errors.Is(err, ErrCrossOrigin):
		return failure{status: http.StatusForbidden, key: "cross_origin"}
	case errors.Is(err, refuse.ErrNotFound):
		return failure{status: http.StatusNotFound, part: NotFoundCard()}
	case errors.Is(err, refuse.ErrTooMany):
		return failure{status: http.StatusTooManyRequests, key: "too_many"}
	case errors.Is(err, refuse.ErrSealed): // nothing is broken: a key holder opens it
		return failure{status: http.StatusServiceUnavailable, part: SealedCard()}
	case errors.Is(err, refuse.ErrBroken):
		s.cfg.Log.LogAttrs(ctx, slog.LevelError, "unavailable", slog.Any("cause", err))
		return failure{status: http.StatusServiceUnavailable, key: "broken"}
	case errors.Is(err, refuse.ErrUnavailable):
		s.cfg.Log.LogAttrs(ctx, slog.LevelError, "unavailable", slog.Any("cause", err))
		return failure{status: http.StatusServiceUnavailable, key: "unavailable"}
	}
	number := errorNumber()
	s.cfg.Log.LogAttrs(ctx, slog.LevelError, "internal error", slog.String("number", number), slog.Any("cause", err))
	return failure{status: http.StatusInternalServerError, key: "error", number: number}
}

// signIn sends a person to the sign-in. What was asked for is not carried along: the path may hold an id.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	script := r.Header.Get("HX-Request") == "true"
	if !script && !strings.Contains(r.Header.Get("Accept"), "application/json") {
		if r.Method == http.MethodPost {
			s.ended(w, r)
			return
		}
		http.Redirect(w, r, s.cfg.Login, http.StatusSeeOther)
		return
	}
	if script {
		w.Header().Set("HX-Redirect", s.cfg.Login)
	}
	w.WriteHeader(http.StatusUnauthorized)
}

// fail writes a failure as a page or as a fragment. The page of a 404 depends on the language and the colours
// alone: no clock, no name, no path, so that the bytes for hidden and absent are the same.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, f failure) {
	r = s.spoken(r)
	ctx := r.Context()
	part := f.part
	if part == nil {
		part = Failure(T(ctx, "fail."+f.key+".title"), T(ctx, "fail."+f.key+".text"), f.number)
	}
	if IsFragment(r) {
		w.Header().Set("HX-Retarget", "#flash")
		w.Header().Set("HX-Reswap", "innerHTML show:top")
	} else {
		if f.lone { // no form below it
			part = lone(part)
		}
		part = s.failurePage(r, f, part)
	}
	var b bytes.Buffer
	if err := part.Render(ctx, &b); err != nil {
		s.cfg.Log.LogAttrs(ctx, slog.LevelError, "render a failure", slog.Any("cause", err))
		b.Reset()
		b.WriteString(T(ctx, "fail.error.title"))
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	retryAfter(ctx, w.Header(), f.status)
	w.WriteHeader(f.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes()) // the reader went away
	}
}

func (s *Server) failurePage(r *http.Request, f failure, part templ.Component) templ.Component {
	frame := Frame{Theme: Theme(r)}
	if s.cfg.Frame != nil && f.status != http.StatusNotFound && f.status != http.StatusUnauthorized && f.status != http.StatusInternalServerError {
		frame = s.cfg.Frame(r)
	}
	v := viewOf(r.Context())
	frame.Tongue = v.tongue
	frame.Now = v.now
	if f.status == http.StatusNotFound {
		frame.Now = epoch
	}
	return Within(Notice(frame), part)
}

// NotFoundPage, RefusalPage and ErrorPage are the same pages for handlers that must choose their own status.
func NotFoundPage(f Frame) templ.Component { return Within(Notice(f), NotFoundCard()) }

// RefusalPage is a refusal on a page of its own.
func RefusalPage(f Frame, v RefusalView) templ.Component {
	return Within(Notice(f), Refusal(v))
}

// ErrorPage is a failure on a page of its own.
func ErrorPage(f Frame, title, text, number string) templ.Component {
	return Within(Notice(f), Failure(title, text, number))
}

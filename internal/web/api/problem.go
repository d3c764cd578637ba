package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// Problem is the one shape of every failure (RFC 9457, application/problem+json). Code is a stable word:
// unauthenticated, must_change_password, refused, not_found, method_not_allowed,
// cross_origin, conflict, too_large, unsupported, invalid, too_many,
// unavailable, internal.
type Problem struct {
	Type       string         `json:"type"`
	Title      string         `json:"title"`
	Status     int            `json:"status"`
	Code       string         `json:"code"`
	Act        string         `json:"act,omitempty"`
	Reference  term.Reference `json:"reference,omitempty"`  // of the refusal's entry
	Violations []Violation    `json:"violations,omitempty"` // every clause that forbids it, at once
	Remedy     *Remedy        `json:"remedy,omitempty"`     // who may allow the whole
	Fields     []Field        `json:"fields,omitempty"`
	By         string         `json:"by,omitempty"`     // who was first
	With       string         `json:"with,omitempty"`   // who has it now
	Number     string         `json:"number,omitempty"` // of an internal error; only the log explains it
}

// Violation is one clause of a refusal.
type Violation struct {
	Clause term.Clause `json:"clause"`
	Cite   string      `json:"cite"`
	Text   string      `json:"text"`
	Gloss  string      `json:"gloss,omitempty"` // an English reading
	Fields []string    `json:"fields,omitempty"`
	Remedy Remedy      `json:"remedy"`
}

// Remedy says who could allow it: nobody, post, force (with a case), or correct (the asker himself).
type Remedy struct {
	Kind  refuse.RemedyKind `json:"kind"`
	Post  string            `json:"post,omitempty"`
	Title string            `json:"title,omitempty"` // of the post, as the regulation calls it
	Step  string            `json:"step,omitempty"`  // the act that cures a missing step
}

// Field is what is wrong with one argument: its path in the body, or a header's argument.
type Field struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
	// Clauses are what asks for it, where a regulation does.
	Clauses []term.Clause `json:"clauses,omitempty"`
	// Allowed is the closed list that the value stands outside of.
	Allowed []string `json:"allowed,omitempty"`
}

var (
	errMustChange  = errors.New("the password must be changed first")
	errUnsupported = errors.New("a body of application/json is expected")
	errNoReport    = errors.New("no report of the proofs was built in") // 404, and no try at anything
)

// fail writes the answer to an error.
func (a *service) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := a.problem(r.Context(), err)
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="jiyao"`)
	}
	if p.Status == http.StatusRequestEntityTooLarge {
		w.Header().Set("Connection", "close") // the rest is not read
	}
	if p.Status == http.StatusTooManyRequests {
		var until time.Time
		if held := (*refuse.Throttled)(nil); errors.As(err, &held) {
			until = held.Until
		}
		web.RetryAfter(w.Header(), a.Clock.Now(), until)
	}
	b, err := json.Marshal(p)
	if err != nil {
		a.Log.LogAttrs(r.Context(), slog.LevelError, "spell a problem", slog.Any("cause", err))
		b = []byte(`{"type":"about:blank","title":"","status":500,"code":"internal"}`)
		p.Status = http.StatusInternalServerError
	}
	_ = answer(w, p.Status, "application/problem+json", b)
}

func (a *service) problem(ctx context.Context, err error) Problem {
	var (
		refusal  *refuse.Refusal
		invalid  *refuse.Invalid
		conflict *refuse.Conflict
		size     *http.MaxBytesError
	)
	plain := func(status int, code, title string) Problem {
		return Problem{Type: "about:blank", Title: title, Status: status, Code: code}
	}
	switch {
	case errors.As(err, &refusal):
		return a.refused(ctx, refusal)
	case errors.As(err, &invalid):
		p := plain(http.StatusUnprocessableEntity, "invalid", web.T(ctx, "api.invalid"))
		for _, f := range invalid.Fields {
			text := sentence(ctx, f)
			if len(f.Clauses) > 0 {
				text = a.wanted(ctx, f)
			}
			p.Fields = append(p.Fields, Field{Field: f.Field, Code: f.Code, Message: text, Clauses: f.Clauses, Allowed: f.Allowed})
		}
		return p
	case errors.As(err, &conflict):
		p := plain(http.StatusConflict, "conflict", web.T(ctx, "fail."+conflict.Word()+".title"))
		p.By, p.With = a.nameOf(ctx, conflict.By), a.nameOf(ctx, conflict.With)
		return p
	case errors.As(err, &size):
		return plain(http.StatusRequestEntityTooLarge, "too_large", web.T(ctx, "fail.too_large.title"))
	case errors.Is(err, errUnsupported):
		return plain(http.StatusUnsupportedMediaType, "unsupported", web.T(ctx, "api.unsupported"))
	case errors.Is(err, errMustChange):
		return plain(http.StatusForbidden, "must_change_password", web.T(ctx, "api.must_change"))
	case errors.Is(err, web.ErrMethod):
		return plain(http.StatusMethodNotAllowed, "method_not_allowed", web.T(ctx, "fail.method.title"))
	case errors.Is(err, web.ErrCrossOrigin):
		return plain(http.StatusForbidden, "cross_origin", web.T(ctx, "fail.cross_origin.title"))
	case errors.Is(err, refuse.ErrNotFound), errors.Is(err, errNoReport):
		return plain(http.StatusNotFound, "not_found", web.T(ctx, "not_found.text"))
	case errors.Is(err, refuse.ErrUnauthenticated):
		return plain(http.StatusUnauthorized, "unauthenticated", web.T(ctx, "api.unauthenticated"))
	case errors.Is(err, refuse.ErrTooMany):
		return plain(http.StatusTooManyRequests, "too_many", web.T(ctx, "fail.too_many.title"))
	case errors.Is(err, refuse.ErrSealed):
		return plain(http.StatusServiceUnavailable, "unavailable", web.T(ctx, "fail.sealed.title"))
	case errors.Is(err, refuse.ErrBroken):
		a.Log.LogAttrs(ctx, slog.LevelError, "unavailable", slog.Any("cause", err))
		return plain(http.StatusServiceUnavailable, "unavailable", web.T(ctx, "fail.broken.title"))
	case errors.Is(err, refuse.ErrUnavailable):
		a.Log.LogAttrs(ctx, slog.LevelError, "unavailable", slog.Any("cause", err))
		return plain(http.StatusServiceUnavailable, "unavailable", web.T(ctx, "fail.unavailable.title"))
	}
	p := plain(http.StatusInternalServerError, "internal", web.T(ctx, "fail.error.title"))
	if id, e := term.NewID(nil); e == nil {
		p.Number = "E-" + id[:4] + "-" + id[4:8]
	}
	a.Log.LogAttrs(ctx, slog.LevelError, "internal error", slog.String("number", p.Number), slog.Any("cause", err))
	return p
}

// refused is 403 with its clauses; 422 where every clause asks for no more than a field or a signature.
func (a *service) refused(ctx context.Context, r *refuse.Refusal) Problem {
	p := Problem{Type: "about:blank", Title: web.T(ctx, "refusal.title"), Status: http.StatusForbidden, Code: "refused", Act: r.Act, Reference: r.Reference}
	titles := a.titles(ctx)
	fields := true
	for _, v := range r.Violations {
		x := Violation{Clause: v.Clause, Cite: string(v.Clause), Text: web.T(ctx, "refusal.no_clause"), Fields: v.Fields, Remedy: titles(v.Remedy)}
		if c, ok := a.Clauses.Clause(v.Clause); ok {
			x.Cite, x.Text, x.Gloss = c.Cite, c.Text, c.Gloss
		}
		p.Violations = append(p.Violations, x)
		fields = fields && v.Remedy.Kind == refuse.Correct && len(v.Fields) > 0
	}
	for _, f := range r.Fields() {
		p.Fields = append(p.Fields, Field{Field: argument(f.Field), Code: f.Code, Message: a.wanted(ctx, f), Clauses: f.Clauses})
	}
	remedy := titles(r.Remedy())
	p.Remedy = &remedy
	if fields && len(r.Violations) > 0 {
		p.Title, p.Status, p.Code = web.T(ctx, "api.invalid"), http.StatusUnprocessableEntity, "invalid"
	}
	return p
}

// argument is where a caller puts what a clause calls by another name: signatures.
func argument(field string) string {
	if field == "signed" {
		return fieldSignatures
	}
	return field
}

// titles gives posts their names by the law in force; without it the bare name stands.
func (a *service) titles(ctx context.Context) func(refuse.Remedy) Remedy {
	var title func(post string) string
	err := a.DB.Read(ctx, func(tx *store.Tx) error {
		law, err := a.Office.Law(tx, a.Clock.Now())
		if err == nil {
			title = func(post string) string { return counter.PostTitle(law, post) }
		}
		return err
	})
	return func(r refuse.Remedy) Remedy {
		out := Remedy{Kind: r.Kind, Post: r.Post, Step: r.Step}
		if out.Kind == "" {
			out.Kind = refuse.Nobody
		}
		if r.Post != "" && err == nil {
			out.Title = title(r.Post)
		}
		return out
	}
}

// nameOf tells who was first. Acts answer a conflict only to who may know of the matter.
func (a *service) nameOf(ctx context.Context, id term.PersonID) string {
	if id == "" {
		return ""
	}
	return a.counter.Name(ctx)(id)
}

// sentence says what is wrong with a field; a sentence with an unfilled slot gives way to the general one.
func sentence(ctx context.Context, f refuse.FieldError) string {
	text := web.FieldError(ctx, &refuse.Invalid{Fields: []refuse.FieldError{f}}, f.Field)
	if strings.Contains(text, "⟨") {
		return web.T(ctx, "field.wrong")
	}
	return text
}

// wanted says what a clause asks for, and cites it.
func (a *service) wanted(ctx context.Context, f refuse.FieldError) string {
	cites := make([]string, len(f.Clauses))
	for i, id := range f.Clauses {
		cites[i] = string(id)
		if c, ok := a.Clauses.Clause(id); ok {
			cites[i] = c.Cite
		}
	}
	return web.T(ctx, "api."+f.Code, "cites", web.T(ctx, "api.cites", "list", strings.Join(cites, web.T(ctx, "api.and"))), "or", f.Args["or"])
}

// answer writes a whole answer at once. Headers of every answer are set by the server around it.
func answer(w http.ResponseWriter, status int, kind string, body []byte) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Header().Add("Vary", "Accept-Language")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the caller went away
	return nil
}

// answerJSON writes v as JSON.
func answerJSON(w http.ResponseWriter, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, "application/json", b)
}

// zone spells times in Asia/Shanghai everywhere in answers.
var zone = calendar.Zone

// Package typed is what was typed into a form: read, bounded, and shown again with what was wrong.
//
// An act that is not done leaves the form standing: the answer (fields, refusal, stale page) is drawn above it,
// the sentence beside each field, and every text is still there. Nothing here writes or decides.
package typed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
	"jiyao/internal/web"
)

// Form is a form as it was sent; nil is one that was not sent yet.
type Form url.Values

// Get is the first value of a field.
func (f Form) Get(name string) string { return url.Values(f).Get(name) }

// Or is the value of a field of a form that was sent, else what it starts with.
func (f Form) Or(name, start string) string {
	if f == nil {
		return start
	}
	return f.Get(name)
}

// Has reports whether a field has this value among others.
func (f Form) Has(name, value string) bool { return slices.Contains(f[name], value) }

// Text is the value of a field without the space around it.
func (f Form) Text(name string) string { return strings.TrimSpace(f.Get(name)) }

// List are the values of a field that say anything.
func (f Form) List(name string) []string {
	var out []string
	for _, v := range f[name] {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// Number reads a count from 0; empty is nil. What is no number is noted in bad.
func (f Form) Number(name string, bad *refuse.Invalid) *int {
	text := web.Narrow(f.Get(name))
	if text == "" {
		return nil
	}
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' || n > 1e6 {
			wrong(bad, name, "not_a_number")
			return nil
		}
		n = 10*n + int(c-'0')
	}
	return &n
}

// Day reads a date as people write it and gives it as YYYY-MM-DD; empty is empty.
func (f Form) Day(name string, bad *refuse.Invalid) string {
	if web.Narrow(f.Get(name)) == "" {
		return ""
	}
	t, err := web.ParseDay(name, f.Get(name), calendar.Zone)
	if err != nil {
		wrong(bad, name, "bad_date")
		return ""
	}
	return t.Format(time.DateOnly)
}

// Instant reads when something happened, in Asia/Shanghai; empty is nil. A day alone does not say it.
func (f Form) Instant(name string, bad *refuse.Invalid) *time.Time {
	text := f.Get(name)
	if web.Narrow(text) == "" {
		return nil
	}
	t, err := web.ParseMinute(name, text, calendar.Zone)
	if err != nil {
		wrong(bad, name, "bad_format")
		return nil
	}
	return &t
}

// Minute reads until when something is to be done, in Asia/Shanghai; empty is nil. A day alone is its end, 24:00.
func (f Form) Minute(name string, bad *refuse.Invalid) *time.Time {
	text := f.Get(name)
	if web.Narrow(text) == "" {
		return nil
	}
	if t, err := web.ParseMinute(name, text, calendar.Zone); err == nil {
		return &t
	}
	t, err := web.ParseDay(name, text, calendar.Zone)
	if err != nil {
		wrong(bad, name, "bad_format")
		return nil
	}
	end := calendar.DateOf(t).End()
	return &end
}

// Tried is the form of a page that was handed in and not done: which one, what was typed, what was wrong. The zero value
// is a page at which nothing was tried.
type Tried struct {
	Which string
	Form  Form
	Err   error
}

// In is what was typed into a form of the page; nil where another one was tried.
func (t Tried) In(which string) Form {
	if t.Which == which {
		return t.Form
	}
	return nil
}

// ErrIn is what was wrong with a form of the page; nil where another one was tried.
func (t Tried) ErrIn(which string) error {
	if t.Which == which {
		return t.Err
	}
	return nil
}

// Fails reports whether a form of the page is shown at once, since something is wrong with its fields.
func (t Tried) Fails(which string) bool { return t.Which == which && refuse.AtFields(t.Err) != nil }

// Bad is bad when it names a field, else nil.
func Bad(bad refuse.Invalid) error {
	if len(bad.Fields) == 0 {
		return nil
	}
	return &bad
}

func wrong(bad *refuse.Invalid, field, code string) {
	bad.Fields = append(bad.Fields, refuse.FieldError{Field: field, Code: code})
}

// FieldRev carries the revision of the row that a form edits.
const FieldRev = "_rev"

// Stale answers a form that was made on another revision of its row. A form without one was made on none.
func (f Form) Stale(table, key string, rev int64) error {
	if text := f.Get(FieldRev); text != "" && text != fmt.Sprint(rev) {
		return &refuse.Conflict{Table: table, Key: key}
	}
	return nil
}

// Answer draws a try that was not done above its form, and gives its status: 422, 429, 403 or 409. ok is false for
// what web.Server.Fail must answer. explain may be nil; name gives the name of a person, or empty.
func Answer(ctx context.Context, err error, explain web.Explain, name func(term.PersonID) string) (part templ.Component, status int, ok bool) {
	var (
		ref      *refuse.Refusal
		conflict *refuse.Conflict
	)
	switch {
	case refuse.AtFields(err) != nil && errors.Is(err, refuse.ErrTooMany):
		return web.InvalidNote(err), http.StatusTooManyRequests, true
	case refuse.AtFields(err) != nil:
		return web.InvalidNote(err), http.StatusUnprocessableEntity, true
	case errors.As(err, &ref):
		v := web.ViewRefusal(ctx, ref)
		if explain != nil {
			explain(ctx, ref, &v)
		}
		return web.Refusal(v), http.StatusForbidden, true
	case errors.As(err, &conflict):
		lead := "fail." + conflict.Word() + ".title"
		if conflict.How != "" {
			lead = "notice.answered_title"
		}
		return web.NoteBox(web.Note{Kind: "no", Lead: web.T(ctx, lead), Text: First(ctx, conflict, name)}), http.StatusConflict, true
	}
	return nil, 0, false
}

// First is the sentence that says who was first and with whom the thing is now, as far as that is known.
func First(ctx context.Context, c *refuse.Conflict, name func(term.PersonID) string) string {
	if key := "notice.answered." + c.How; c.How != "" && web.Tongue(ctx).Has(key) {
		return web.T(ctx, key, "name", name(c.By), "time", web.Tongue(ctx).Until(c.At))
	}
	var by, with string
	if c.By != "" {
		by = name(c.By)
	}
	if c.With != "" {
		with = name(c.With)
	}
	switch {
	case by != "" && with != "":
		return web.T(ctx, "notice.conflict_both", "by", by, "name", with)
	case by != "":
		return web.T(ctx, "notice.conflict_by", "name", by)
	case with != "":
		return web.T(ctx, "notice.conflict_with", "name", with)
	}
	return web.T(ctx, "fail."+c.Word()+".text")
}

// Error is the sentence beside a field: what is wrong with its value, or that a clause wants it.
func Error(ctx context.Context, err error, field string) string {
	return web.FieldError(ctx, err, field)
}

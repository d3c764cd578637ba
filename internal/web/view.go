package web

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/locale"
	"jiyao/internal/term"
)

// view is what every part of a page needs and no part should have to be handed: it travels in the context
// that templ gives each component as ctx.
type view struct {
	tongue  locale.Tongue
	now     time.Time
	clauses Clauses
	wants   Wants     // what the law asks for; nil: not known
	icons   iconsUsed // nil outside a page
	wait    *waiting  // of the request; nil outside one
	keys    *keysUsed // of the page; nil outside one
}

type viewKey struct{}

func viewOf(ctx context.Context) view {
	v, _ := ctx.Value(viewKey{}).(view)
	return v
}

func withView(ctx context.Context, v view) context.Context {
	return context.WithValue(ctx, viewKey{}, v)
}

// WithTongue is for what renders outside a request: tests, paper, mail.
func WithTongue(ctx context.Context, t locale.Tongue, now time.Time, c Clauses) context.Context {
	return withView(ctx, view{tongue: t, now: now, clauses: c})
}

// In is the request in another language: for paper, which is Chinese whatever its reader has on his screen.
func In(ctx context.Context, t locale.Tongue) context.Context {
	v := viewOf(ctx)
	v.tongue = t
	return withView(ctx, v)
}

// Tongue is the language of the request; in a templ file: Tongue(ctx).Date(x).
func Tongue(ctx context.Context) locale.Tongue { return viewOf(ctx).tongue }

// T is a sentence in the language of the request; in a templ file: { web.T(ctx, "key", "name", value) }.
func T(ctx context.Context, key string, args ...any) string { return Tongue(ctx).T(key, args...) }

// Now is the server's time when the request came in; all countdowns of one page start from it.
func Now(ctx context.Context) time.Time { return viewOf(ctx).now }

// Clauses finds what a page shows of a clause. ok is false for a clause of no loaded pack.
type Clauses interface {
	Clause(id term.Clause) (c ClauseView, ok bool)
}

// ClauseView is a clause as pages show it.
type ClauseView struct {
	ID    term.Clause
	Set   string // folder of the pack, as in /rules/{set}/{id}: county
	Chip  string // 丙-3.3; empty for a preamble, which has no chip
	Text  string // the obligation in the words of the regulation
	Mark  string // the part of Text that fails, shown in red; may be empty or not in Text
	Cite  string // 丙篇第 3.3 条　县局机要保密工作制度
	Gloss string // English reading, shown under the text in English
	Fails []Fail // of a refusal: what of the try was in the way
}

// Fail is one thing that was in the way: what it is of (知悉范围) and how it stands (某某不在范围内).
type Fail struct{ Label, Text string }

// URL is the page of the clause.
func (c ClauseView) URL() string { return "/rules/" + c.Set + "/" + string(c.ID) }

// cut splits the text around the part that fails.
func (c ClauseView) cut() (before, mark, after string) {
	if c.Mark == "" {
		return c.Text, "", ""
	}
	before, after, found := strings.Cut(c.Text, c.Mark)
	if !found {
		return c.Text, "", ""
	}
	return before, c.Mark, after
}

const (
	langCookie  = "lang"
	themeCookie = "theme"
)

// preferredTongue is the cookie's, else the better placed of zh and en in Accept-Language, else Chinese.
func preferredTongue(r *http.Request) locale.Tongue {
	if c, err := r.Cookie(langCookie); err == nil {
		if t, ok := locale.ParseTongue(c.Value); ok {
			return t
		}
	}
	header := r.Header.Get("Accept-Language")
	if len(header) > 200 {
		return locale.Zh
	}
	for item := range strings.SplitSeq(strings.ToLower(header), ",") {
		tag, q, _ := strings.Cut(strings.TrimSpace(item), ";")
		if strings.Trim(strings.TrimPrefix(strings.TrimSpace(q), "q="), "0.") == "" && q != "" {
			continue // q=0: not wanted
		}
		base, _, _ := strings.Cut(tag, "-")
		if t, ok := locale.ParseTongue(base); ok {
			return t // browsers list the preferred one first
		}
	}
	return locale.Zh
}

// Theme is "night" when the night colours were chosen on this terminal, else "day".
func Theme(r *http.Request) string {
	if c, err := r.Cookie(themeCookie); err == nil && c.Value == "night" {
		return "night"
	}
	return "day"
}

// epoch stands for the clock on pages that must not differ from minute to minute.
var epoch = time.Unix(0, 0)

// Within renders outer with inner as its children.
func Within(outer, inner templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return outer.Render(templ.WithChildren(ctx, inner), w)
	})
}

// PortCookie is the name of a cookie that is one office's own. Browsers send the cookies of a host to all its ports, and
// another office may be served on one of them: without the port in the name each sign-in would end the other's.
func PortCookie(r *http.Request, name string) string {
	if _, port, err := net.SplitHostPort(r.Host); err == nil && port != "" {
		return name + "_" + port
	}
	return name
}

package counter

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/typed"
)

const noticeCookie = "notice"

const differs = "done.custody.back_differs"

// Done goes on to path and has the next page say what was done: the sentence of key, with the reference.
func (c *Counter) Done(w http.ResponseWriter, r *http.Request, path, key string, receipt act.Receipt) error {
	//nolint:gosec // G124: Secure follows the connection; plain HTTP is served on loopback only.
	http.SetCookie(w, &http.Cookie{Name: web.PortCookie(r, noticeCookie), Value: key + "|" + string(receipt.Reference), Path: "/", MaxAge: 60,
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode})
	return web.Redirect(w, r, path)
}

// Counted is the sentence for a copy that came back: what was counted may differ from what went out, and then it says so.
func Counted(key string, receipt act.Receipt) string {
	if receipt.Values["differs"] != "" {
		return differs
	}
	return key
}

// Frame is the chrome of a page with the notice of the last act, which is shown once.
func (c *Counter) Frame(w http.ResponseWriter, r *http.Request) web.Frame {
	f := c.Chrome(r)
	cookie, err := r.Cookie(web.PortCookie(r, noticeCookie))
	if err != nil || web.IsFragment(r) || r.Method != http.MethodGet {
		return f
	}
	//nolint:gosec // G124: as above; this one only removes it.
	http.SetCookie(w, &http.Cookie{Name: web.PortCookie(r, noticeCookie), Path: "/", MaxAge: -1, HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode})
	key, ref, ok := strings.Cut(cookie.Value, "|")
	ctx := r.Context()
	if !ok || len(cookie.Value) > 120 || !strings.HasPrefix(key, "done.") || !web.Tongue(ctx).Has(key) || !plainReference(ref) {
		return f
	}
	kind := "ok"
	if key == differs {
		kind = "" // done, and not well
	}
	f.Notice = &web.Note{Kind: kind, Lead: web.T(ctx, key), Text: web.T(ctx, "notice.recorded", "reference", ref)}
	return f
}

func plainReference(s string) bool {
	return s != "" && len(s) <= 20 && strings.Trim(s, "0123456789ABCDEFGHJKMNPQRSTVWXYZ-") == ""
}

// Stale answers a conflict with the name of who was first, where that is known; any other error comes back as it
// is. Only handlers whose viewer may know of the matter call it.
func (c *Counter) Stale(w http.ResponseWriter, r *http.Request, err error, name func(term.PersonID) string) error {
	var conflict *refuse.Conflict
	if !errors.As(err, &conflict) || conflict.By == "" && conflict.With == "" {
		return err
	}
	ctx := r.Context()
	card := web.Failure(web.T(ctx, "fail.conflict.title"), typed.First(ctx, conflict, name), "")
	if web.IsFragment(r) {
		w.Header().Set("HX-Retarget", "#flash")
		w.Header().Set("HX-Reswap", "innerHTML show:top")
		return web.Render(w, r, http.StatusConflict, card)
	}
	return web.Render(w, r, http.StatusConflict, web.Within(web.Notice(c.Frame(w, r)), card))
}

// Form draws a page with forms. After a try that was not done it is drawn with what was typed: the forms say themselves
// what is wrong with their fields, a refusal or a stale page stands above them.
func (c *Counter) Form(w http.ResponseWriter, r *http.Request, f web.Frame, err error, explain web.Explain, inside templ.Component) error {
	status := http.StatusOK
	if err != nil {
		problem, code, ok := typed.Answer(r.Context(), err, explain, c.Name(r.Context()))
		if !ok {
			return err
		}
		if status = code; !Invalid(err) {
			inside = typed.Above(problem, inside)
		}
	}
	return web.Render(w, r, status, web.Within(web.Page(f), inside))
}

// Show draws a page with what was answered to a try above it; problem may be nil.
func (c *Counter) Show(w http.ResponseWriter, r *http.Request, status int, problem, inside templ.Component) error {
	return web.Render(w, r, status, web.Within(web.Page(c.Frame(w, r)), Above(problem, inside)))
}

// Again shows a form once more after a try that was not done; what web.Server.Fail must answer comes back as error.
func (c *Counter) Again(r *http.Request, err error, explain web.Explain, form func(problem templ.Component, status int) error) error {
	web.Wait(r.Context(), err)
	problem, status, ok := typed.Answer(r.Context(), err, explain, c.Name(r.Context()))
	if !ok {
		return err
	}
	return form(problem, status)
}

// Name gives names by a fresh look, for Stale.
func (c *Counter) Name(ctx context.Context) func(term.PersonID) string {
	return func(id term.PersonID) string {
		var name string
		err := c.DB.Read(ctx, func(tx *store.Tx) error {
			people, err := c.Office.Directory(tx, c.Clock.Now())
			if err != nil {
				return err
			}
			name = people.Name(id)
			return nil
		})
		if err != nil {
			return "" // then the general sentence stands
		}
		return name
	}
}

// Invalid reports whether err is about fields, so that the form is shown again.
func Invalid(err error) bool {
	return refuse.AtFields(err) != nil
}

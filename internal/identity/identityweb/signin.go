package identityweb

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"

	"jiyao/internal/identity"
	"jiyao/internal/refuse"
	"jiyao/internal/web"
)

// gateView is what stands on the sign-in page.
type gateView struct {
	office, room string
	login        string // as typed
	wrong        string // why not, a sentence; empty at first
	sealed       bool
}

func (p pages) view(r *http.Request) gateView {
	office, room := p.Office(r.Context())
	return gateView{office: office, room: room, sealed: !p.Seal.Unsealed()}
}

func (p pages) login(w http.ResponseWriter, r *http.Request) error {
	if v, err := Viewer(r); err == nil {
		return web.Redirect(w, r, p.Home(v))
	}
	if _, err := terminal(w, r); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, web.Within(web.Bare(web.Frame{Theme: web.Theme(r), Path: "/login"}), loginPage(p.view(r))))
}

func (p pages) signIn(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	at, err := terminal(w, r)
	if err != nil {
		return err
	}
	session, before, err := p.Gate.SignIn(r.Context(), identity.SignIn{
		Login: form.Get("login"), Password: form.Get("password"), Code: web.Narrow(form.Get("code")), Terminal: at,
	})
	if err != nil {
		return p.notIn(w, r, form.Get("login"), err)
	}
	setCookie(w, r, web.PortCookie(r, sessionCookie), session.Token, 0)
	if err := remember(w, r, before); err != nil {
		return err
	}
	if session.MustChange {
		return web.Redirect(w, r, "/password")
	}
	return web.Redirect(w, r, p.Home(identity.Principal{Actor: session.Actor, Login: session.Login}))
}

// notIn shows the page again with one sentence. The name stays, secrets do not.
func (p pages) notIn(w http.ResponseWriter, r *http.Request, login string, cause error) error {
	status, key := 0, ""
	var invalid *refuse.Invalid
	switch {
	case errors.Is(cause, refuse.ErrUnauthenticated), errors.As(cause, &invalid):
		status, key = http.StatusUnauthorized, "login.wrong"
	case errors.Is(cause, refuse.ErrTooMany):
		web.Wait(r.Context(), cause)
		status, key = http.StatusTooManyRequests, "login.too_many"
	case errors.Is(cause, refuse.ErrBroken):
		status, key = http.StatusServiceUnavailable, "login.broken"
	case errors.Is(cause, refuse.ErrUnavailable):
		status, key = http.StatusServiceUnavailable, "login.unavailable"
	default:
		return cause
	}
	v := p.view(r)
	v.login, v.wrong = login, web.T(r.Context(), key)
	return web.Render(w, r, status, web.Within(web.Bare(web.Frame{Theme: web.Theme(r), Path: "/login"}), loginPage(v)))
}

func remember(w http.ResponseWriter, r *http.Request, l identity.LastSignIn) error {
	b, err := json.Marshal(last{l.At, l.Terminal, l.Failures, l.FailedAt})
	if err != nil {
		return err
	}
	setCookie(w, r, web.PortCookie(r, lastCookie), base64.RawURLEncoding.EncodeToString(b), lastLife)
	return nil
}

// LastNote is the note of the last sign-in, on the first page of a session; nil otherwise. Guard forgets it then.
func LastNote(r *http.Request) *web.Note {
	c, err := r.Cookie(web.PortCookie(r, lastCookie))
	if err != nil || len(c.Value) > 500 {
		return nil
	}
	b, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return nil
	}
	l, err := decodeLast(b)
	if err != nil {
		return nil
	}
	ctx := r.Context()
	n := &web.Note{Kind: "ok", Text: web.T(ctx, "login.first")}
	if !l.At.IsZero() {
		n.Text = web.T(ctx, "login.last", "time", web.Tongue(ctx).DateTime(l.At), "terminal", string(l.Terminal))
	}
	if l.Failures > 0 {
		n.Kind = ""
		n.Text = web.T(ctx, "login.failures", "n", l.Failures, "time", web.Tongue(ctx).DateTime(l.FailedAt))
	}
	return n
}

func (p pages) signOut(w http.ResponseWriter, r *http.Request) error {
	if v, ok := r.Context().Value(viewerKey{}).(viewer); ok {
		if err := p.Gate.SignOut(r.Context(), v.token); err != nil {
			return err
		}
	}
	setCookie(w, r, web.PortCookie(r, sessionCookie), "", -1)
	setCookie(w, r, web.PortCookie(r, lastCookie), "", -1)
	return web.Redirect(w, r, "/login")
}

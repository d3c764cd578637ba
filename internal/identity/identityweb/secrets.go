package identityweb

import (
	"encoding/json"
	"errors"
	"net/http"

	"jiyao/internal/act"
	"jiyao/internal/identity/identityacts"
	"jiyao/internal/refuse"
	"jiyao/internal/web"
)

func (p pages) password(w http.ResponseWriter, r *http.Request) error {
	return p.passwordPage(w, r, http.StatusOK, nil)
}

func (p pages) passwordPage(w http.ResponseWriter, r *http.Request, status int, wrong error) error {
	v, err := Viewer(r)
	if err != nil {
		return err
	}
	frame := p.Frame(r)
	frame.Rail, frame.Tabs, frame.Path = nil, nil, "/password"
	var own []web.Link
	if p.Own != nil && !v.MustChange {
		own = p.Own(r)
	}
	return web.Render(w, r, status, web.Within(web.Notice(frame), passwordForm(v.MustChange, wrong, own)))
}

func (p pages) setPassword(w http.ResponseWriter, r *http.Request) error {
	v, err := Viewer(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	if form.Get("password") != form.Get("password_again") {
		return p.passwordPage(w, r, http.StatusUnprocessableEntity, refuse.Field("password_again", "not_as_typed_first"))
	}
	raw, err := json.Marshal(map[string]string{"old_password": form.Get("old_password"), "password": form.Get("password")})
	if err != nil {
		return err
	}
	ready, err := identityacts.Prepare(r.Context(), p.Gate, "", v.Actor, identityacts.ActSetPassword, raw)
	if err == nil {
		_, err = p.Desk.Do(r.Context(), act.Request{Act: identityacts.ActSetPassword, Command: ready.Command, By: act.Actor(v.Actor)})
	}
	var invalid *refuse.Invalid
	switch {
	case errors.As(err, &invalid):
		return p.passwordPage(w, r, http.StatusUnprocessableEntity, err)
	case errors.Is(err, refuse.ErrTooMany):
		web.Wait(r.Context(), err)
		return p.passwordPage(w, r, http.StatusTooManyRequests, refuse.Field("old_password", "wait_to_sign"))
	}
	if err != nil {
		return err
	}
	v.MustChange = false
	return web.Redirect(w, r, p.Home(v))
}

func (p pages) unseal(w http.ResponseWriter, r *http.Request) error {
	return p.unsealPage(w, r, http.StatusOK, nil)
}

func (p pages) unsealPage(w http.ResponseWriter, r *http.Request, status int, wrong error) error {
	v, err := Viewer(r)
	if err != nil {
		return err
	}
	if p.Seal.Unsealed() {
		return web.Redirect(w, r, p.Home(v))
	}
	frame := web.Frame{Theme: web.Theme(r), Path: "/unseal"}
	return web.Render(w, r, status, web.Within(web.Notice(frame), unsealForm(p.Seal.Ways(), wrong)))
}

func (p pages) offer(w http.ResponseWriter, r *http.Request) error {
	by, err := Actor(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	_, err = p.Seal.Offer(r.Context(), by, form.Get("secret"))
	var invalid *refuse.Invalid
	if errors.As(err, &invalid) {
		return p.unsealPage(w, r, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/unseal")
}

package api

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"reflect"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/identity"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// SignIn is what a program signs in with. Code is of a token or of a printed list.
type SignIn struct {
	User     string `json:"user"`
	Password string `json:"password"`
	Code     string `json:"code"`
}

// Session is an open session. The token goes into the header Authorization: Bearer TOKEN.
type Session struct {
	Token      string      `json:"token"`
	ExpiresAt  time.Time   `json:"expires_at"` // the latest; idling ends it sooner
	MustChange bool        `json:"must_change_password,omitempty"`
	LastSignIn *LastSignIn `json:"last_sign_in"` // null: this is the first
}

// LastSignIn is for whoever signs in to see whether it was himself.
type LastSignIn struct {
	At       time.Time       `json:"at"`
	Terminal term.TerminalID `json:"terminal"`
	Failures int             `json:"failures"` // since then, anywhere
	FailedAt *time.Time      `json:"failed_at,omitempty"`
}

// closeSession is open to who must change his password first.
const closeSession = "session.close"

func (a *service) session() {
	a.open(a.doc.operation(http.MethodPost, "/session", "session.open").takes(reflect.TypeFor[SignIn]()).
		gives(200, reflect.TypeFor[Session]()).fails(401, 413, 415, 422, 429, 503), a.signIn)
	a.closed(a.doc.operation(http.MethodDelete, "/session", closeSession).gives(204, nil), a.signOut)
}

func (a *service) signIn(w http.ResponseWriter, r *http.Request) error {
	b, err := readBody(r, reflect.TypeFor[SignIn](), nil)
	if err != nil {
		return err
	}
	var in SignIn
	if err := json.Unmarshal(b, &in); err != nil {
		return refuse.Field(act.Whole, "bad_json")
	}
	var bad refuse.Invalid
	for _, f := range []struct{ name, value string }{{"user", in.User}, {"password", in.Password}, {"code", in.Code}} {
		if f.value == "" {
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: f.name, Code: "required"})
		}
	}
	if len(bad.Fields) > 0 {
		return &bad
	}
	terminal, err := a.terminal(r)
	if err != nil {
		return err
	}
	s, last, err := a.Gate.SignIn(r.Context(), identity.SignIn{Login: in.User, Password: in.Password, Code: in.Code, Terminal: terminal, Bearer: true})
	if err != nil {
		return err
	}
	out := Session{Token: s.Token, ExpiresAt: s.Expires.In(zone), MustChange: s.MustChange}
	if !last.At.IsZero() || last.Failures > 0 {
		out.LastSignIn = &LastSignIn{At: last.At.In(zone), Terminal: last.Terminal, Failures: last.Failures}
		if !last.FailedAt.IsZero() {
			at := last.FailedAt.In(zone)
			out.LastSignIn.FailedAt = &at
		}
	}
	return answerJSON(w, out)
}

func (a *service) signOut(w http.ResponseWriter, r *http.Request) error {
	token, err := bearer(r)
	if err != nil {
		return err
	}
	if err := a.Gate.SignOut(r.Context(), token); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// principal is who holds the token of a request.
func (a *service) principal(r *http.Request) (identity.Principal, error) {
	token, err := bearer(r)
	if err != nil {
		return identity.Principal{}, err
	}
	return a.Gate.Session(r.Context(), token, "")
}

// bearer is the token of a request: the one header, once.
func bearer(r *http.Request) (string, error) {
	values := r.Header.Values("Authorization")
	if len(values) != 1 {
		return "", refuse.ErrUnauthenticated
	}
	scheme, token, ok := strings.Cut(values[0], " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", refuse.ErrUnauthenticated
	}
	return token, nil
}

// holder is who closed put into the context.
func holder(ctx context.Context) (identity.Principal, error) {
	p, ok := ctx.Value(principalKey{}).(identity.Principal)
	if !ok {
		return identity.Principal{}, refuse.ErrUnauthenticated
	}
	return p, nil
}

// terminal is where a program signs in from: a program keeps no cookie, so it is its machine, under a secret of
// this process. Guessing from one machine then holds nobody up who signs in from another.
func (a *service) terminal(r *http.Request) (term.TerminalID, error) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		ip = ip.Unmap().WithZone("")
		host = ip.String()
		if ip.Is6() { // one machine draws many addresses of its own /64
			if p, err := ip.Prefix(64); err == nil {
				host = p.String()
			}
		}
	}
	mac := hmac.New(sha256.New, a.secret)
	mac.Write([]byte("api-terminal\x00" + host))
	id, err := identity.TerminalOf(base64.RawURLEncoding.EncodeToString(mac.Sum(nil)))
	if err != nil {
		return "", fmt.Errorf("name the terminal of a program: %w", err)
	}
	return id, nil
}

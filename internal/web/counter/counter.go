// Package counter is the counter at which pages hand in acts: who stands there, what he may know, the form he
// filled in, the signatures beside it, and the answer.
//
// Every page of a noun does the same four things, and they are done here once:
//
//	see     one snapshot with the viewer's posts, sight and law: Counter.See
//	ask     would this act be allowed, for a button that says why it is off: Counter.May
//	hand in an act with its signatures, its key against double clicks, its late entry: Counter.Do
//	go on   to another page with one sentence about what was done: Counter.Done, Counter.Frame
//
// It knows no noun and decides nothing: what may be done is the desk's answer, and what may be seen is the law's
// Sight, which the noun's own query turns into SQL. A notice travels in a cookie that holds a key of the catalogue
// and a reference, never a title or a name.
package counter

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
)

// Desk does acts; *act.Desk implements it.
type Desk interface {
	Do(ctx context.Context, q act.Request) (act.Receipt, error)
	May(ctx context.Context, q act.Request) error
	Foresee(ctx context.Context, q act.Request) ([]refuse.FieldError, error)
	Replayed(ctx context.Context, q act.Request) (act.Receipt, bool, error)
	Unfit(ctx context.Context, q act.Request, unread *refuse.Invalid) error
}

// Signing is one signature asked for: who, by what, for which act.
type Signing struct {
	Role    string
	Person  term.PersonID  // empty: the account
	Account term.AccountID // empty with Person empty: who is signed in
	How     string         // pin code password
	Secret  string
	Act     string
	Command any
}

// Counter is what the pages of a noun lean on. All fields are set once; IDs may be nil.
type Counter struct {
	DB     *store.DB
	Desk   Desk
	Office act.Office
	Clock  calendar.Clock
	Who    func(*http.Request) (act.Actor, error)
	Sign   func(*http.Request, Signing) (act.Signature, error)
	Chrome func(*http.Request) web.Frame // rail, office, person; the notice is added by Frame
	IDs    io.Reader                     // for keys of forms; nil: crypto/rand
}

// Viewer is who looks, as of one snapshot.
type Viewer struct {
	Actor     act.Actor
	People    act.Directory
	Law       *regulation.Law
	Zone      term.Zone
	Posts     []string // held and acted for
	Delegated []string // acts by delegation
	Sight     regulation.Sight
	Now       time.Time
}

// Unit is where the viewer belongs; empty for an administrator.
func (v Viewer) Unit() term.UnitID {
	if v.Actor.Person == "" {
		return ""
	}
	return v.People.Unit(v.Actor.Person)
}

// Admin reports whether he is one of the three administrators, or one of those named.
func (v Viewer) Admin(roles ...string) bool {
	if len(roles) == 0 {
		return len(v.Actor.Admin) > 0
	}
	return slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(v.Actor.Admin, r) })
}

// Offered reports whether an act is worth a button for him: base's line names one of his posts, or a relation
// that only the matter itself can tell. Whether it is allowed is the desk's answer.
func (v Viewer) Offered(name string) bool { return v.OfferedWithout(name) }

// OfferedWithout is Offered where the page knows that the viewer does not stand in some of the relations.
func (v Viewer) OfferedWithout(name string, relations ...string) bool {
	f, ok := v.Law.Function(name)
	if !ok || v.Admin() && f.Admins == "out" || !v.Admin() && f.Admins == "only" {
		return false
	}
	if f.Delegable && slices.Contains(v.Delegated, name) {
		return true
	}
	for _, p := range f.Posts {
		if slices.Contains(relations, p) {
			continue
		}
		switch p {
		case "staff", "own", "reader", "holder", "author", "handler", "owner", "applicant", "approver":
			return true
		case "sys_admin", "sec_admin", "audit_admin":
			if v.Admin(p) {
				return true
			}
		default:
			if slices.Contains(v.Posts, "base/"+p) || slices.Contains(v.Posts, p) {
				return true
			}
		}
	}
	return false
}

// Keeps reports whether he keeps the register, by the parameter of that name.
func (v Viewer) Keeps() bool {
	list, ok := v.Law.Param("register_posts")
	return ok && slices.ContainsFunc(list.List, func(p string) bool { return slices.Contains(v.Posts, "base/"+p) })
}

// PostTitle is what a regulation calls a post (pack/post); the bare name when no pack has it.
func PostTitle(law *regulation.Law, post string) string {
	pack, name, ok := strings.Cut(post, "/")
	if !ok {
		return post
	}
	for _, p := range law.Packs() {
		if p.Name == pack {
			if t := p.Posts[name].Title; t != "" {
				return t
			}
		}
	}
	return name
}

// See reads on one snapshot as the one who asks.
func (c *Counter) See(r *http.Request, fn func(tx *store.Tx, v Viewer) error) error {
	actor, err := c.Who(r)
	if err != nil {
		return err
	}
	return c.SeeAs(r.Context(), actor, fn)
}

// SeeAs is See for an actor who is known already.
func (c *Counter) SeeAs(ctx context.Context, actor act.Actor, fn func(tx *store.Tx, v Viewer) error) error {
	return c.DB.Read(ctx, func(tx *store.Tx) error {
		v, err := c.viewer(tx, actor)
		if err != nil {
			return err
		}
		return fn(tx, v)
	})
}

func (c *Counter) viewer(tx *store.Tx, actor act.Actor) (Viewer, error) {
	v := Viewer{Actor: actor, Now: c.Clock.Now()}
	var err error
	if v.Law, err = c.Office.Law(tx, v.Now); err != nil {
		return v, err
	}
	if v.People, err = c.Office.Directory(tx, v.Now); err != nil {
		return v, err
	}
	if v.Zone, err = c.Office.Zone(tx); err != nil {
		return v, err
	}
	if actor.Person != "" {
		acting, acts := v.People.Acting(actor.Person)
		v.Posts, v.Delegated = append(slices.Clone(v.People.Posts(actor.Person)), acting...), acts
	}
	about, _ := v.People.Facts(actor.Person)
	v.Sight, err = v.Law.Sight(v.Posts, about.Left)
	return v, err
}

// Business is See for pages with business content: an administrator is answered as if the page were not there.
func (c *Counter) Business(r *http.Request, fn func(tx *store.Tx, v Viewer) error) error {
	return c.See(r, func(tx *store.Tx, v Viewer) error {
		if v.Actor.Person == "" || v.Admin() {
			return refuse.ErrNotFound
		}
		return fn(tx, v)
	})
}

// Role is one signature that a form brings.
type Role struct {
	Name    string // giver receiver actor proposer …
	Person  term.PersonID
	Account term.AccountID
	Prefix  string // of its fields in the form
	Free    bool   // the form lets it be left blank: whether it is wanted the law alone says
}

// Try is one act handed in.
type Try struct {
	Act     string
	Command any
	Form    url.Values
	Signs   []Role
	Bad     refuse.Invalid // what the form holds that could not be read; the command leaves it empty
	Fresh   func() error   // whether the form was made on what stands now; a repeated request is not asked. May be nil
}

// The fields that every form may carry beside its own.
const (
	FieldKey  = "_key"  // against double clicks
	FieldAt   = "_at"   // when it happened, of a late entry (补登)
	FieldLate = "_late" // why it is entered late
)

// Do answers what is wrong with the form, all of it at once, blank boxes of signatures among it; else it verifies the
// signatures and does the act. A signature that the form does not ask for is left away, so that the law can say what is missing; a
// wrong one is *refuse.Invalid at its field, and so is one that is throttled (429).
func (c *Counter) Do(r *http.Request, t Try) (act.Receipt, error) {
	receipt, err := c.do(r, t)
	return receipt, web.OfAct(t.Act, err)
}

func (c *Counter) do(r *http.Request, t Try) (act.Receipt, error) {
	actor, err := c.Who(r)
	if err != nil {
		return act.Receipt{}, err
	}
	q := act.Request{Act: t.Act, Command: t.Command, By: actor, Key: t.Form.Get(FieldKey), Late: strings.TrimSpace(t.Form.Get(FieldLate))}
	var late *refuse.Invalid
	if at := t.Form.Get(FieldAt); at != "" {
		if q.At, err = web.ParseMinute("occurred_at", at, calendar.Zone); err != nil && !errors.As(err, &late) {
			return act.Receipt{}, err
		}
	}
	blank, err := c.unsigned(r.Context(), t, actor)
	if err != nil {
		return act.Receipt{}, err
	}
	if err := c.Desk.Unfit(r.Context(), q, refuse.Join(web.Faults(t.Form), &t.Bad, late, blank)); err != nil {
		return act.Receipt{}, err
	}
	if receipt, done, err := c.Desk.Replayed(r.Context(), q); err != nil || done {
		return receipt, err
	}
	if t.Fresh != nil {
		if err := t.Fresh(); err != nil {
			return act.Receipt{}, err
		}
	}
	for _, s := range t.Signs {
		secret := t.Form.Get(s.Prefix + web.FieldSecret)
		if secret == "" {
			continue
		}
		signed, err := c.SignOne(r, Signing{Role: s.Name, Person: s.Person, Account: s.Account, How: t.Form.Get(s.Prefix + web.FieldHow), Secret: secret, Act: t.Act, Command: t.Command}, s.Prefix+web.FieldSecret)
		if err != nil {
			return act.Receipt{}, err
		}
		q.Signatures = append(q.Signatures, signed)
	}
	return c.Desk.Do(r.Context(), q)
}

// unsigned answers a form of which a box that must be signed was sent blank, where the table of functions wants signatures: it
// is not finished, which is no try at anything. The own signature is wanted by any form; that of another where the form asks for it.
func (c *Counter) unsigned(ctx context.Context, t Try, actor act.Actor) (*refuse.Invalid, error) {
	var bad refuse.Invalid
	mine, signed := "", false
	for _, s := range t.Signs {
		name := s.Prefix + web.FieldSecret
		blank := t.Form.Get(name) == ""
		switch own := s.Person != "" && s.Person == actor.Person || s.Person == "" && s.Account != "" && s.Account == actor.Account; {
		case own:
			mine, signed = cmp.Or(mine, name), signed || !blank // who signs one role has signed the act
		case blank && !s.Free && t.Form.Has(name):
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: name, Code: "required"})
		}
	}
	if mine != "" && !signed {
		bad.Fields = slices.Insert(bad.Fields, 0, refuse.FieldError{Field: mine, Code: "required"})
	}
	if len(bad.Fields) == 0 {
		return nil, nil
	}
	wanted := false
	err := c.DB.Read(ctx, func(tx *store.Tx) error {
		law, err := c.Office.Law(tx, c.Clock.Now())
		if err != nil {
			return fmt.Errorf("find the law in force: %w", err)
		}
		line, ok := law.Function(t.Act)
		wanted = ok && line.Sign != "" && line.Sign != "none"
		return nil
	})
	if err != nil || !wanted {
		return nil, err
	}
	return &bad, nil
}

// SignOne verifies one signature; a wrong secret, and one that is not looked at for a while, is said at its field.
func (c *Counter) SignOne(r *http.Request, s Signing, field string) (act.Signature, error) {
	signed, err := c.Sign(r, s)
	switch {
	case errors.Is(err, refuse.ErrUnauthenticated):
		return signed, refuse.Field(field, "wrong_secret")
	case errors.Is(err, refuse.ErrTooMany):
		return signed, c.tooMany(field, err)
	}
	return signed, err
}

// tooMany is a signature that is not looked at for a while, said at its field, so that the form is shown again.
func (c *Counter) tooMany(field string, err error) error {
	f := refuse.FieldError{Field: field, Code: "wait_to_sign"}
	var t *refuse.Throttled
	if errors.As(err, &t) {
		minutes := int((t.Until.Sub(c.Clock.Now()) + time.Minute - 1) / time.Minute)
		f.Args = map[string]string{"minutes": strconv.Itoa(max(minutes, 1))}
	}
	return fmt.Errorf("%w: %w", &refuse.Invalid{Fields: []refuse.FieldError{f}}, err)
}

// May asks whether an act would be allowed to the viewer, without recording anything. signed are the roles that
// the form will bring, so that a missing signature is not what it complains of.
func (c *Counter) May(ctx context.Context, v Viewer, name string, cmd any, signed ...act.Signature) error {
	return c.Desk.May(ctx, act.Request{Act: name, Command: cmd, By: v.Actor, Signatures: signed})
}

// Reveals is where the viewer opens the masked title of an item, empty where that would be refused to him.
func (c *Counter) Reveals(ctx context.Context, v Viewer, id term.DocumentID) string {
	asked, err := json.Marshal(map[string]any{"document": id, "form": "title"})
	if err != nil || c.May(ctx, v, "document.reveal", json.RawMessage(asked)) != nil {
		return ""
	}
	return "/d/" + string(id) + "/reveal"
}

// Key draws the key of one form.
func (c *Counter) Key() (string, error) { return term.NewID(c.IDs) }

// ActName is an act as people call it; one that has no such name shows as it is written in the catalogue.
func ActName(ctx context.Context, name string) string {
	if key := "act." + name; web.Tongue(ctx).Has(key) {
		return web.T(ctx, key)
	}
	return name
}

package ledgerweb

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"jiyao/internal/identity"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// actResume lets stopped acts go on; app has it.
const actResume = "ledger.resume"

// resuming are the three who sign: each role is a signature, by one of its accounts.
var resuming = []string{identity.SysAdmin, identity.SecAdmin, identity.AuditAdmin}

// resumeForm is the form on which the three sign together, on one screen.
type resumeForm struct {
	accounts map[string][]web.Option // by role
	typed.Tried
}

// resumers reads who may sign as what.
func resumers(tx *store.Tx, v counter.Viewer) (map[string][]web.Option, error) {
	list, err := identity.Accounts.Select(tx, "WHERE active = 1 ORDER BY login")
	if err != nil {
		return nil, fmt.Errorf("list the administrators: %w", err)
	}
	out := map[string][]web.Option{}
	for _, a := range list {
		for _, role := range a.Roles {
			name := v.People.Name(a.Person)
			if name == "" {
				name = a.Login
			}
			out[role] = append(out[role], web.Option{Value: string(a.ID), Label: name})
		}
	}
	return out, nil
}

func (f resumeForm) dialog(ctx context.Context, l listPage) web.Sign {
	box := func(i int) web.SignBox {
		role := resuming[i]
		b := web.SignBox{Prefix: role, Role: counter.PostTitle(l.Viewer.Law, "base/"+role), People: f.accounts[role], Chosen: f.Form.Get(role + web.FieldPerson), Options: []string{"pin", "code", "password"}}
		if len(b.People) != 1 {
			b.People = append([]web.Option{{Label: "—"}}, b.People...)
		}
		return b
	}
	second := box(1)
	return web.Sign{
		ID: "resume", Title: web.T(ctx, "ledger.resume_title"), Action: "/ledger/resume", Hidden: map[string]string{"damage": l.Damage, counter.FieldKey: l.Key},
		First: box(0), Second: &second, Beside: []web.SignBox{box(2)}, Confirm: web.T(ctx, "ledger.resume_submit"), Act: actResume, Error: f.Err, Open: f.Err != nil,
	}
}

// resume is the three administrators' decision to go on in the face of the damage that they were shown.
func (p *pages) resume(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	var may bool
	if err := p.See(r, func(_ *store.Tx, v counter.Viewer) error { may = v.Admin(); return nil }); err != nil {
		return err
	}
	if !may || p.Damage == nil {
		return refuse.ErrNotFound
	}
	f := typed.Form(raw)
	damage, stopped := p.Damage()
	if !stopped || f.Get("damage") != damage {
		return &refuse.Conflict{Table: "ledger_resumption", Key: f.Get("damage")}
	}
	command, err := json.Marshal(map[string]string{"damage": damage, "reason": f.Text("reason")})
	if err != nil {
		return fmt.Errorf("spell the arguments of %s: %w", actResume, err)
	}
	try := counter.Try{Act: actResume, Command: json.RawMessage(command), Form: raw}
	for _, role := range resuming {
		account := term.AccountID(f.Get(role + web.FieldPerson))
		if account == "" { // it would be the signature of who is signed in
			try.Bad.Fields = append(try.Bad.Fields, refuse.FieldError{Field: role + web.FieldPerson, Code: "required"})
		}
		if f.Get(role+web.FieldSecret) == "" {
			try.Bad.Fields = append(try.Bad.Fields, refuse.FieldError{Field: role + web.FieldSecret, Code: "required"})
		}
		try.Signs = append(try.Signs, counter.Role{Name: role, Account: account, Prefix: role})
	}
	receipt, err := p.Do(r, try)
	if err == nil {
		return p.Done(w, r, "/ledger", "done.ledger.resume", receipt)
	}
	if inv := refuse.AtFields(err); inv != nil && slices.ContainsFunc(inv.Fields, func(e refuse.FieldError) bool { return e.Field == "signed" }) {
		err = refuse.Field(resuming[0]+web.FieldPerson, "three_administrators")
	}
	return p.Again(r, err, nil, func(problem templ.Component, status int) error {
		if counter.Invalid(err) {
			problem = nil // the dialog says it
		}
		return p.showList(w, r, status, problem, resumeForm{Tried: typed.Tried{Which: "resume", Form: f, Err: err}})
	})
}

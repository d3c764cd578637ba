package adminweb

import (
	"net/http"
	"net/url"
	"slices"

	"jiyao/internal/identity"
	"jiyao/internal/identity/identityacts"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// listPage is the list of accounts.
type listPage struct {
	Viewer counter.Viewer
	List   []identity.Listed
	People []Person // without an account yet
	Names  map[term.PersonID]string
	Next   string
	Key    string
	Err    error
	Form   url.Values
}

const perPage = 100

func (p *pages) accounts(w http.ResponseWriter, r *http.Request) error {
	return p.showList(w, r, nil, nil)
}

func (p *pages) showList(w http.ResponseWriter, r *http.Request, failed error, form url.Values) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	l := listPage{Err: failed, Form: form, Names: map[term.PersonID]string{}}
	if l.Key, err = p.Key(); err != nil {
		return err
	}
	err = p.admin(r, func(tx *store.Tx, v counter.Viewer) error {
		l.Viewer = v
		if l.List, err = identity.List(tx, q.Get("after"), perPage); err != nil {
			return err
		}
		people, err := p.People(tx)
		if err != nil {
			return err
		}
		for _, person := range people {
			l.Names[person.ID] = person.Name
			_, has, err := identity.BySigner(tx, person.ID)
			if err != nil {
				return err
			}
			if !has {
				l.People = append(l.People, person)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if n := len(l.List); n == perPage {
		l.Next = "/admin/accounts?after=" + url.QueryEscape(l.List[n-1].Account.Login)
	}
	f := p.Frame(w, r)
	f.NoScan = true
	return p.Form(w, r, f, failed, p.Explain, listView(l))
}

func (l listPage) typed(field string) string {
	if l.Form == nil {
		return ""
	}
	return l.Form.Get(field)
}

func (l listPage) peopleOptions(nobody string) []web.Option {
	out := []web.Option{{Value: "", Label: nobody}}
	for _, p := range l.People {
		out = append(out, web.Option{Value: string(p.ID), Label: p.Name})
	}
	return out
}

// create makes an account; its secrets are on the answer and nowhere else.
func (p *pages) create(w http.ResponseWriter, r *http.Request) error {
	form, v, err := p.asked(r)
	if err != nil {
		return err
	}
	ready, err := p.prepared(r, identityacts.ActAccountCreate, map[string]any{"login": form.Get("login"), "person": form.Get("person")})
	if err == nil {
		_, err = p.Do(r, counter.Try{Act: identityacts.ActAccountCreate, Command: ready.Command, Form: form, Signs: []counter.Role{own(v.Actor)}})
	}
	if err != nil {
		return p.showList(w, r, err, form)
	}
	return p.handOut(w, r, ready)
}

// handOut shows fresh secrets once.
func (p *pages) handOut(w http.ResponseWriter, r *http.Request, ready identityacts.Ready) error {
	if ready.Plain == nil {
		return web.Redirect(w, r, "/admin/accounts")
	}
	f := p.Frame(w, r)
	f.NoScan = true
	return web.Render(w, r, http.StatusOK, web.Within(web.Page(f), secretsView(*ready.Plain)))
}

// asked is what an administrator typed into a form, and who he is.
func (p *pages) asked(r *http.Request) (form url.Values, v counter.Viewer, err error) {
	if form, err = web.Typed(r); err == nil {
		err = p.admin(r, func(_ *store.Tx, viewer counter.Viewer) error { v = viewer; return nil })
	}
	return form, v, err
}

// onePage is one account.
type onePage struct {
	Viewer   counter.Viewer
	Account  identity.Listed
	Name     string
	Others   []identity.Listed // who may confirm a grant
	HeadName string            // who must sign for an administrator's role
	Head     term.PersonID
	Key      string
	typed.Tried
}

func (p *pages) account(w http.ResponseWriter, r *http.Request) error {
	return p.showOne(w, r, nil, "", nil)
}

func (p *pages) showOne(w http.ResponseWriter, r *http.Request, failed error, which string, form url.Values) error {
	o := onePage{Tried: typed.Tried{Which: which, Form: typed.Form(form), Err: failed}}
	var err error
	if o.Key, err = p.Key(); err != nil {
		return err
	}
	err = p.admin(r, func(tx *store.Tx, v counter.Viewer) error {
		o.Viewer = v
		return p.fillOne(tx, &o, r.PathValue("id"))
	})
	if err != nil {
		return err
	}
	f := p.Frame(w, r)
	f.NoScan = true
	return p.Form(w, r, f, failed, p.Explain, oneView(o))
}

// unitHead is the post that signs beside two administrators where one of them is made.
const unitHead = "base/unit_head"

func (p *pages) fillOne(tx *store.Tx, o *onePage, id string) error {
	list, err := identity.List(tx, "", 1000)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(l identity.Listed) bool { return string(l.Account.ID) == id })
	if i < 0 {
		return refuse.ErrNotFound
	}
	o.Account = list[i]
	o.Name = o.Viewer.People.Name(o.Account.Account.Person)
	for _, l := range list {
		a := l.Account
		if a.ID != o.Viewer.Actor.Account && a.Active && (slices.Contains(a.Roles, identity.SysAdmin) || slices.Contains(a.Roles, identity.SecAdmin)) {
			o.Others = append(o.Others, l)
		}
	}
	if heads := o.Viewer.People.Holders(unitHead); len(heads) > 0 {
		o.Head, o.HeadName = heads[0], o.Viewer.People.Name(heads[0])
	}
	return nil
}

// reset gives an account fresh secrets.
func (p *pages) reset(w http.ResponseWriter, r *http.Request) error {
	form, v, err := p.asked(r)
	if err != nil {
		return err
	}
	ready, err := p.prepared(r, identityacts.ActReset, map[string]any{"account": r.PathValue("id"), "what": form.Get("what"), "reason": form.Get("reason")})
	if err == nil {
		_, err = p.Do(r, counter.Try{Act: identityacts.ActReset, Command: ready.Command, Form: form, Signs: []counter.Role{own(v.Actor)}})
	}
	if err != nil {
		return p.showOne(w, r, err, "reset", form)
	}
	return p.handOut(w, r, ready)
}

// unlock lets an account try again.
func (p *pages) unlock(w http.ResponseWriter, r *http.Request) error {
	form, v, err := p.asked(r)
	if err != nil {
		return err
	}
	cmd := identityacts.Unlock{Account: term.AccountID(r.PathValue("id")), Terminal: term.TerminalID(form.Get("terminal")), Reason: form.Get("reason")}
	receipt, err := p.Do(r, counter.Try{Act: identityacts.ActUnlock, Command: cmd, Form: form, Signs: []counter.Role{own(v.Actor)}})
	if err != nil {
		return p.showOne(w, r, err, "unlock", form)
	}
	return p.Done(w, r, "/admin/accounts/"+r.PathValue("id"), "done.admin.unlock", receipt)
}

// role gives or takes an administrator's role: who proposes, another who confirms, and the head of the office.
func (p *pages) role(w http.ResponseWriter, r *http.Request) error {
	form, v, err := p.asked(r)
	if err != nil {
		return err
	}
	cmd := identityacts.GrantRole{Account: term.AccountID(r.PathValue("id")), Role: form.Get("role"), Take: form.Get("take") == "yes"}
	signs := []counter.Role{{Name: "proposer", Person: v.Actor.Person, Account: v.Actor.Account, Prefix: "proposer"}}
	if id := form.Get("confirmer"); id != "" {
		signs = append(signs, counter.Role{Name: "confirmer", Account: term.AccountID(id), Prefix: "confirmer"})
	}
	if heads := v.People.Holders(unitHead); len(heads) > 0 {
		signs = append(signs, counter.Role{Name: "unit_head", Person: heads[0], Prefix: "head"})
	}
	receipt, err := p.Do(r, counter.Try{Act: identityacts.ActGrantRole, Command: cmd, Form: form, Signs: signs})
	if err != nil {
		return p.showOne(w, r, err, "role", form)
	}
	return p.Done(w, r, "/admin/accounts/"+r.PathValue("id"), "done.admin.role", receipt)
}

// grantsPage is who holds which administrator's role.
type grantsPage struct {
	Viewer counter.Viewer
	List   []identity.Listed
	Names  map[term.PersonID]string
}

func (p *pages) grants(w http.ResponseWriter, r *http.Request) error {
	g := grantsPage{Names: map[term.PersonID]string{}}
	err := p.admin(r, func(tx *store.Tx, v counter.Viewer) error {
		g.Viewer = v
		list, err := identity.List(tx, "", 1000)
		if err != nil {
			return err
		}
		g.List = slices.DeleteFunc(list, func(l identity.Listed) bool { return len(l.Account.Roles) == 0 })
		return nil
	})
	if err != nil {
		return err
	}
	f := p.Frame(w, r)
	f.NoScan = true
	return web.Render(w, r, http.StatusOK, web.Within(web.Page(f), grantsView(g)))
}

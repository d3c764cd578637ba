// Package deviceweb is the pages of 设备台账: the machines that secrets are made or kept on, each with its one custodian and its
// place; where one is registered, given to another custodian, sent to repair and taken back, or scrapped.
//
// Who keeps the register sees all of them, a custodian his own; nothing of any document stands here.
package deviceweb

import (
	"net/http"

	"github.com/a-h/templ"

	"jiyao/internal/device"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// Path is where the devices are.
const Path = "/devices"

// Deps is what the pages lean on.
type Deps struct {
	*counter.Counter
	// Staff lists who can be named.
	Staff func(tx *store.Tx) ([]counter.Staff, error)
	// Places lists where a device can stand.
	Places func(tx *store.Tx) ([]web.Option, error)
	// Explain completes refusals with who may allow what; may be nil.
	Explain web.Explain
}

type pages struct{ Deps }

// Routes adds the pages to a server.
func Routes(s *web.Server, d Deps) {
	p := pages{d}
	s.Handle("GET "+Path, p.list)
	s.Handle("POST "+Path, p.register)
	s.Handle("GET "+Path+"/{id}", p.one)
	s.Handle("POST "+Path+"/{id}/custodian", p.try("custodian", readCustodian))
	s.Handle("POST "+Path+"/{id}/repair", p.try("repair", readRepair))
	s.Handle("POST "+Path+"/{id}/back", p.try("back", readBack))
	s.Handle("POST "+Path+"/{id}/scrap", p.try("scrap", readScrap))
}

// Sees reports whether somebody sees the whole register: who enters devices, and who keeps the register.
func Sees(v counter.Viewer) bool { return v.Offered("device.register") || v.Keeps() }

// own is whose devices the viewer sees: everybody's where it is empty.
func own(v counter.Viewer) term.PersonID {
	if Sees(v) {
		return ""
	}
	return v.Actor.Person
}

// Mine reports whether somebody answers for a device, so that the pages are there for him.
func Mine(tx *store.Tx, v counter.Viewer) (bool, error) {
	list, _, err := device.List(tx, device.Asked{Custodian: v.Actor.Person, Any: true, Most: 1})
	return len(list) > 0, err
}

// perPage is how many devices one page lists.
const perPage = 50

// states are what the list can be narrowed to, by what its address says.
var states = map[string]device.State{"use": "", "repair": device.InRepair, "scrapped": device.Scrapped}

// register is the list with the form that enters a device.
type register struct {
	typed.Tried
	v      counter.Viewer
	state  string
	list   []device.Device
	next   string
	names  map[term.PlaceID]string
	places []web.Option
	staff  []counter.Staff
}

func (p pages) list(w http.ResponseWriter, r *http.Request) error {
	return p.showList(w, r, http.StatusOK, nil, register{})
}

func (p pages) showList(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d register) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		d.v, d.state = v, q.Get("state")
		state, narrowed := states[d.state]
		list, next, err := device.List(tx, device.Asked{Custodian: own(v), State: state, Any: !narrowed, After: term.DeviceID(q.Get("after")), Most: perPage})
		if err != nil {
			return err
		}
		if mine, err := Mine(tx, v); err != nil || !Sees(v) && !mine {
			return found(err)
		}
		if d.list = list; next != "" {
			d.next = Path + "?state=" + d.state + "&after=" + string(next)
		}
		return d.options(tx, p)
	})
	if err != nil {
		return err
	}
	return p.Show(w, r, status, problem, listPage(d))
}

// found is an error, or that nothing is there for the viewer.
func found(err error) error {
	if err != nil {
		return err
	}
	return refuse.ErrNotFound
}

func (d *register) options(tx *store.Tx, p pages) (err error) {
	if d.staff, err = p.Staff(tx); err != nil {
		return err
	}
	if d.places, err = p.Places(tx); err != nil {
		return err
	}
	d.names = map[term.PlaceID]string{}
	for _, o := range d.places {
		d.names[term.PlaceID(o.Value)] = o.Label
	}
	return nil
}

func (p pages) register(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	f, t := typed.Form(raw), counter.Try{Act: "device.register", Form: raw}
	err = p.Business(r, func(_ *store.Tx, v counter.Viewer) error {
		t.Signs = signs(v)
		if !Sees(v) {
			return refuse.ErrNotFound
		}
		return nil
	})
	if err != nil {
		return err
	}
	if f.Get("custodian") == "" {
		t.Bad.Fields = append(t.Bad.Fields, refuse.FieldError{Field: "custodian", Code: "required"})
	}
	t.Command = device.Register{Name: f.Text("name"), Kind: f.Get("kind"), Class: f.Get("class"), Place: term.PlaceID(f.Get("place")), Custodian: term.PersonID(f.Get("custodian"))}
	receipt, err := p.Do(r, t)
	if err == nil {
		return p.Done(w, r, Path+"/"+receipt.Subject, "done.device.register", receipt)
	}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.showList(w, r, status, problem, register{Tried: typed.Tried{Which: "register", Form: f, Err: err}})
	})
}

func signs(v counter.Viewer) []counter.Role {
	return []counter.Role{{Name: "actor", Person: v.Actor.Person, Account: v.Actor.Account, Prefix: "own"}}
}

// one is the page of one device.
type one struct {
	register
	device device.Device
	inside int
}

func (p pages) one(w http.ResponseWriter, r *http.Request) error {
	return p.showOne(w, r, http.StatusOK, nil, one{})
}

// find reads a device that the viewer may see.
func find(tx *store.Tx, v counter.Viewer, id string) (device.Device, error) {
	d, err := device.Devices.Get(tx, id)
	if err == nil && own(v) != "" && d.Custodian != v.Actor.Person {
		err = refuse.ErrNotFound
	}
	return d, err
}

func (p pages) showOne(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d one) error {
	err := p.Business(r, func(tx *store.Tx, v counter.Viewer) (err error) {
		d.v = v
		if d.device, err = find(tx, v, r.PathValue("id")); err != nil {
			return err
		}
		if d.inside, err = device.Built(tx, d.device.ID); err != nil {
			return err
		}
		return d.options(tx, p)
	})
	if err != nil {
		return err
	}
	return p.Show(w, r, status, problem, onePage(d))
}

// reader makes the command of one form of the page of a device.
type reader func(id term.DeviceID, f typed.Form) (act string, cmd any)

func (p pages) try(which string, read reader) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		raw, err := web.Typed(r)
		if err != nil {
			return err
		}
		id, f, t := term.DeviceID(r.PathValue("id")), typed.Form(raw), counter.Try{Form: raw}
		err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
			t.Signs = signs(v)
			_, err := find(tx, v, string(id))
			return err
		})
		if err != nil {
			return err
		}
		t.Act, t.Command = read(id, f)
		receipt, err := p.Do(r, t)
		if err == nil {
			return p.Done(w, r, Path+"/"+string(id), "done."+t.Act, receipt)
		}
		return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
			return p.showOne(w, r, status, problem, one{register: register{Tried: typed.Tried{Which: which, Form: f, Err: err}}})
		})
	}
}

func readCustodian(id term.DeviceID, f typed.Form) (string, any) {
	return "device.assign_custodian", device.AssignCustodian{Device: id, Custodian: term.PersonID(f.Get("custodian"))}
}

func readRepair(id term.DeviceID, f typed.Form) (string, any) {
	return "device.repair", device.Repair{Device: id, Repairer: f.Text("repairer"), Fault: f.Text("fault")}
}

func readBack(id term.DeviceID, _ typed.Form) (string, any) {
	return "device.repair", device.Repair{Device: id, Back: "yes"}
}

func readScrap(id term.DeviceID, f typed.Form) (string, any) {
	return "device.scrap", device.Scrap{Device: id, Reason: f.Text("reason")}
}

package registerweb

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"jiyao/internal/refuse"
	"jiyao/internal/sheet"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/job"
)

// patience is how long somebody waits for a print before he is shown how far it has come.
const patience = 2 * time.Second

func (p *pages) print(w http.ResponseWriter, r *http.Request) error  { return p.out(w, r, asPaper) }
func (p *pages) export(w http.ResponseWriter, r *http.Request) error { return p.out(w, r, asFile) }

// out takes lines out of the program. What is soon ready, in one file, is the answer; else the answer is a page that says how
// far it has come, and gives the volumes once they are there.
func (p *pages) out(w http.ResponseWriter, r *http.Request, name string) error {
	q, err := p.ask(r, name)
	if err != nil {
		return p.again(w, r, err, q.form.Get("when"))
	}
	id, err := p.Key()
	if err != nil {
		return err
	}
	office := p.Frame(w, r).Office
	one, err := p.Jobs.Begin(r.Context(), owner(q), outKind, q.name, id, func(ctx context.Context, j *job.Job) (any, error) {
		t, err := p.take(r.WithContext(ctx), q, j)
		if err == nil && t.Act == asPaper {
			err = t.layOut(ctx, office, p.Checkpoint, j)
		}
		return &t, err
	})
	if err != nil {
		return err
	}
	one.Wait(r.Context(), p.Patience)
	if !one.State().Over {
		return web.Redirect(w, r, outPath(id))
	}
	value, err := one.Value()
	if err != nil {
		p.Jobs.Drop(one)
		return p.again(w, r, err, q.form.Get("when"))
	}
	if t := value.(*taken); len(t.Volumes) <= 1 { //nolint:forcetypeassert // made above
		p.Jobs.Drop(one)
		return t.send(w, r, 0)
	}
	return web.Redirect(w, r, outPath(id))
}

// outKind is the kind of such work; it is about the register of that name.
const outKind = "register"

func outPath(id string) string { return Path + "/" + id + "/made" }

// owner is who may fetch what was made. An account without a person gets no register, and no print of one.
func owner(q asked) term.PersonID {
	if q.actor.Person == "" {
		return term.PersonID("account " + string(q.actor.Account))
	}
	return q.actor.Person
}

// outPage is how far a print has come, or what it made.
type outPage struct {
	Name  string
	ID    string
	State job.State
	Taken *taken // nil: not there yet
	Err   error  // it came to nothing
}

func (o outPage) path() string { return outPath(o.ID) }

func (o outPage) file(i int) string { return o.path() + "/" + strconv.Itoa(i+1) }

// progress says how far it has come.
func (o outPage) progress(ctx context.Context) string {
	switch o.State.Step {
	case "read":
		return web.T(ctx, "registers.out.read", "n", o.State.Done)
	case "lay":
		return web.T(ctx, "registers.out.lay", "n", o.State.Done, "of", o.State.From)
	}
	return web.T(ctx, "registers.out.waiting")
}

// find finds what the address names, for who may see the register and had it made.
func (p *pages) find(r *http.Request) (o outPage, one *job.Job, err error) {
	o = outPage{ID: r.PathValue("id")}
	err = p.Business(r, func(_ *store.Tx, v counter.Viewer) error {
		var ok bool
		if one, ok = p.Jobs.Of(v.Actor.Person, outKind, o.ID); !ok {
			return refuse.ErrNotFound
		}
		o.Name = one.About
		_, err := bookNamed(v, o.Name)
		return err
	})
	if err != nil {
		return o, nil, err
	}
	if o.State = one.State(); o.State.Over {
		var value any
		if value, o.Err = one.Value(); o.Err == nil {
			o.Taken, _ = value.(*taken)
		}
	}
	return o, one, nil
}

// outPage shows how far a print has come; asked again by the page itself, only the part that changes.
func (p *pages) outPage(w http.ResponseWriter, r *http.Request) error {
	o, one, err := p.find(r)
	if err != nil {
		return err
	}
	if o.Err != nil {
		p.Jobs.Drop(one)
		r.SetPathValue("name", o.Name)
		return p.again(w, r, o.Err, "")
	}
	if web.IsFragment(r) {
		return web.Render(w, r, http.StatusOK, outLive(o))
	}
	return p.Show(w, r, http.StatusOK, nil, outWhole(o))
}

// outFile gives one volume, or the workbook.
func (p *pages) outFile(w http.ResponseWriter, r *http.Request) error {
	o, _, err := p.find(r)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || o.Taken == nil || n < 1 || n > max(1, len(o.Taken.Volumes)) {
		return refuse.ErrNotFound
	}
	return o.Taken.send(w, r, n-1)
}

// send gives volume i, or the workbook. A print is made here, before its first byte is sent; a workbook goes out row by row.
func (t *taken) send(w http.ResponseWriter, r *http.Request, i int) error {
	if t.Act == asFile {
		s := t.workbook(r.Context())
		attach(w, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "attachment", t.file()+".xlsx")
		if err := sheet.Write(w, s); err != nil {
			w.Header().Del("Content-Disposition")
			return fmt.Errorf("export a register: %w", err)
		}
		return nil
	}
	defer job.Lean()() // a volume of 500 pages is a hundred times as much garbage
	name := t.file()
	if len(t.Volumes) > 1 {
		name += "-" + strconv.Itoa(i+1)
	}
	attach(w, "application/pdf", "inline", name+".pdf")
	if err := t.Form.Print(w, t.Volumes[i]); err != nil {
		w.Header().Del("Content-Disposition")
		return fmt.Errorf("print a register: %w", err)
	}
	return nil
}

// attach names the file that follows.
func attach(w http.ResponseWriter, kind, how, name string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", how+`; filename="`+name+`"`)
}

package circulationweb

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"jiyao/internal/circulation"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// starting is the form that begins a circulation from the opinion in force.
type starting struct {
	Viewer     counter.Viewer
	Brief      circulation.Brief
	Opinion    circulation.Opinion
	HasOpinion bool
	Staff      []counter.Staff
	Key        string
	Err        error
	Form       url.Values
}

func (p *pages) start(w http.ResponseWriter, r *http.Request) error {
	return p.showStart(w, r, nil, nil)
}

func (p *pages) showStart(w http.ResponseWriter, r *http.Request, failed error, form url.Values) error {
	s, running, err := p.starting(r)
	if err != nil {
		return err
	}
	if running != "" {
		return web.Redirect(w, r, "/circulation/"+string(running))
	}
	s.Err, s.Form = failed, form
	return p.Form(w, r, p.Frame(w, r), failed, p.Explain, startPage(s))
}

// starting reads the document as the viewer may know it; running is its open circulation, if there is one.
func (p *pages) starting(r *http.Request) (s starting, running term.CirculationID, err error) {
	raw, err := counter.PathID[string](r)
	if err != nil {
		return s, "", err
	}
	id := term.DocumentID(raw)
	if s.Key, err = p.Key(); err != nil {
		return s, "", err
	}
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		s.Viewer = v
		if s.Brief, err = p.known(tx, v, id); err != nil {
			return err
		}
		row, ok, err := circulation.OfDocument(tx, look(v), id)
		if err != nil {
			return err
		}
		if ok {
			running = row.ID
			return nil
		}
		if s.Opinion, s.HasOpinion, err = p.Sources.Opinion(tx, id); err != nil {
			return err
		}
		s.Staff, err = p.Staff(tx)
		return err
	})
	return s, running, err
}

// known gives the brief of a document that the viewer may know of; refuse.ErrNotFound for every other.
func (p *pages) known(tx *store.Tx, v counter.Viewer, id term.DocumentID) (circulation.Brief, error) {
	ok, err := circulation.Knows(tx, look(v), id)
	if err != nil {
		return circulation.Brief{}, err
	}
	if !ok {
		return circulation.Brief{}, refuse.ErrNotFound
	}
	briefs, err := p.Sources.Briefs(tx, []term.DocumentID{id})
	if err != nil {
		return circulation.Brief{}, err
	}
	return briefs[id], nil
}

func (p *pages) open(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Typed(r)
	if err != nil {
		return err
	}
	s, _, err := p.starting(r)
	if err != nil {
		return err
	}
	readers := slices.DeleteFunc(slices.Clone(form["reader"]), func(s string) bool { return s == "" })
	if more := form.Get("more"); more != "" {
		readers = append(readers, more)
	}
	if len(readers) == 0 {
		return p.showStart(w, r, refuse.Field("readers", "required"), form)
	}
	cmd, err := command(map[string]any{"document": string(s.Brief.Document), "readers": readers, "any_order": form.Get("any_order") == "yes"})
	if err != nil {
		return err
	}
	receipt, err := p.Do(r, counter.Try{Act: "circulation.open", Command: cmd, Form: form})
	if err != nil {
		return p.showStart(w, r, err, form)
	}
	return p.Done(w, r, "/circulation/"+receipt.Values["circulation"], "done.circulation.open", receipt)
}

// chosen reports whether a reader is ticked: at first everybody the opinion names.
func (s starting) chosen(id term.PersonID) bool {
	return s.Form == nil || slices.Contains(s.Form["reader"], string(id))
}

func (s starting) others() []web.Option {
	return counter.Persons(s.Staff, func(id term.PersonID) bool { return slices.Contains(s.Opinion.Readers, id) })
}

func (s starting) more() string {
	if s.Form == nil {
		return ""
	}
	return s.Form.Get("more")
}

// chase reminds the handler of an instruction.
func (p *pages) chase(w http.ResponseWriter, r *http.Request) error {
	to, form, err := p.instructed(r)
	if err != nil {
		return err
	}
	receipt, err := p.handIn(r, try{act: "circulation.chase", fields: map[string]any{"instruction": string(to.ID), "to": string(to.Handler), "how": "in_person", "at": p.Clock.Now().Truncate(time.Minute)}}, form)
	if err != nil {
		return err
	}
	return p.Done(w, r, "/circulation", "done.circulation.chase", receipt)
}

// feedback tells who instructed what became of it.
func (p *pages) feedback(w http.ResponseWriter, r *http.Request) error {
	to, form, err := p.instructed(r)
	if err != nil {
		return err
	}
	receipt, err := p.handIn(r, try{act: "circulation.feedback", fields: map[string]any{"instruction": string(to.ID), "to": string(to.By), "text": form.Get("text")}}, form)
	if err != nil {
		return p.feedbackAgain(w, r, to, err, form)
	}
	return p.Done(w, r, "/d/"+string(to.Document), "done.circulation.feedback", receipt)
}

// instructed is the instruction of the path, with what was typed about it.
func (p *pages) instructed(r *http.Request) (to circulation.Instruction, form url.Values, err error) {
	id, err := counter.PathID[term.InstructionID](r)
	if err != nil {
		return to, nil, err
	}
	if form, err = web.Typed(r); err != nil {
		return to, nil, err
	}
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		to, err = p.instruction(tx, v, id)
		return err
	})
	return to, form, err
}

// feedbackAgain shows the circulation once more in which the answer was typed.
func (p *pages) feedbackAgain(w http.ResponseWriter, r *http.Request, to circulation.Instruction, failed error, form url.Values) error {
	var at term.CirculationID
	err := p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		row, ok, err := circulation.OfDocument(tx, look(v), to.Document)
		if ok {
			at = row.ID
		}
		return err
	})
	if err != nil {
		return err
	}
	if at == "" {
		return p.Stale(w, r, failed, p.Name(r.Context()))
	}
	return p.showThis(w, r, at, failed, "feedback-"+string(to.ID), form)
}

// instruction finds an open instruction that the viewer may know of, or that he has to handle.
func (p *pages) instruction(tx *store.Tx, v counter.Viewer, id term.InstructionID) (circulation.Instruction, error) {
	list, err := p.Sources.Instructions(tx, look(v), "", 200)
	if err != nil {
		return circulation.Instruction{}, err
	}
	for _, i := range list {
		if i.ID == id {
			return i, nil
		}
	}
	return circulation.Instruction{}, refuse.ErrNotFound
}

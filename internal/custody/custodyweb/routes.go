// Package custodyweb is the pages of pieces: the page of one copy, where it is labelled, put away, handed out and
// taken back with two signatures; the lanes of who had which copy for how long; the panel of what is outside the
// cabinets this evening.
//
// Nothing here shows a title: a piece is known by its label, its number and its level.
package custodyweb

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/approval"
	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// Deps is what the pages lean on.
type Deps struct {
	*counter.Counter
	// Explain completes refusals with who may allow what; may be nil.
	Explain web.Explain
	// Devices lists what copies and recordings are made on; nil: none.
	Devices func(*store.Tx) ([]web.Option, error)
	// Outside says with whom outside the house a copy is, and where it is taken back; may be nil.
	Outside func(context.Context, *store.Tx, counter.Viewer, term.CopyID) ([]web.Pair, string, error)
	// Ends tells what became of the copies of a document by return, hand-over, archive and destruction; may be nil.
	Ends func(context.Context, *store.Tx, counter.Viewer, term.DocumentID) (map[term.CopyID][]web.Event, error)
	// Entrusted draws who is designated for an item; may be nil.
	Entrusted func(context.Context, *store.Tx, counter.Viewer, term.DocumentID) (templ.Component, error)
}

type pages struct{ Deps }

// Routes adds the pages to a server.
func Routes(s *web.Server, d Deps) {
	p := pages{d}
	s.Handle("GET /d/{id}/custody", p.lanesPage)
	s.Handle("POST /d/{id}/put-away", p.shelve)
	s.Handle("GET /d/{id}/despatch", p.despatchPage)
	s.Handle("POST /d/{id}/despatch", p.despatch)
	s.Handle("GET /d/{id}/send-compilation", p.compilationPage)
	s.Handle("POST /d/{id}/send-compilation", p.sendCompilation)
	s.Handle("GET /sign-off", p.signOffPage)
	s.Handle("POST /sign-off", p.signOff)
	s.Handle("GET "+HoldingsPath, p.holdingsPage)
	s.Handle("GET "+LoansPath, p.loansPage)
	s.Handle("POST "+LoansPath, p.atDesk)
	s.Handle("GET /c/{copy}", p.carrier)
	s.Handle("POST /c/{copy}/label", p.try("label", readLabel))
	s.Handle("POST /c/{copy}/place", p.try("place", readPlace))
	s.Handle("POST /c/{copy}/hand-out", p.try("hand-out", readHandOut))
	s.Handle("POST /c/{copy}/lend", p.try("lend", readLend))
	s.Handle("POST /c/{copy}/take-back", p.try("take-back", readTakeBack))
	s.Handle("POST /c/{copy}/unsigned", p.try("unsigned", readUnsigned))
	s.Handle("POST /c/{copy}/send", p.try("send", readSend))
	s.Handle("GET /c/{copy}/copying", p.copyingPage)
	s.Handle("POST /c/{copy}/copying", p.copy)
	s.Handle("POST /c/{copy}/consult", p.try("consult", readConsult))
	s.Handle("POST /c/{copy}/carry-out", p.try("carry-out", readCarryOut))
	s.Handle("POST /c/{copy}/bring-back", p.try("bring-back", readBringBack))
	s.Handle("POST /c/{copy}/recall-loan", p.try("recall-loan", readRecall))
	s.Handle("POST /c/{copy}/set-custodian", p.try("set-custodian", readCustodian))
	s.Handle("POST /c/{copy}/report-found", p.try("report-found", readFound))
	s.Handle("POST /c/{copy}/report-missing", p.try("report-missing", readMissing))
	s.Handle("POST /c/{copy}/measures", p.measure)
	s.Handle("GET /c/{copy}/stages", p.stagesPage)
	s.Handle("GET /c/{copy}/stages/{n}", p.stagesPage)
	s.Handle("POST /c/{copy}/stages", p.bring)
	s.Handle("POST /c/{copy}/stages/sheet", p.confirmStage)
	s.Handle("POST /c/{copy}/acknowledge", p.try("acknowledge", readAcknowledge))
}

func viewer(v counter.Viewer) act.Viewer {
	return act.Viewer{Person: v.Actor.Person, Sight: v.Sight}
}

// carrier is the page of one copy.
type carrier struct {
	custody.Carrier
	typed.Tried
	v        counter.Viewer
	next     []term.PersonID
	people   []custody.Named
	leave    granted          // to lend this copy
	asked    []approval.Leave // for it, that have a form; for who may print
	trip     typed.Form       // as the leave to carry it out says; nil without one
	cabinets []custody.Place
	rooms    []custody.Place   // in which a copy may be read
	sent     *custody.Sent     // what it went out with, for who keeps the register
	given    []web.Pair        // with whom outside it is
	backAt   string            // where it is taken back from outside; empty: it is not outside, or not for the viewer
	stage    custody.StageLine // of an object: the stage that it came into last
	life     []web.Event       // through whose hands it went and how it ended, for who keeps the register
	made     makings
	closing  string          // what a return is due by when nothing else is said
	named    templ.Component // who is designated for it
	opens    string          // the form that stands open, though nothing is wrong with it
	measuring
}

func (p pages) carrier(w http.ResponseWriter, r *http.Request) error {
	return p.carrierPage(w, r, http.StatusOK, nil, carrier{})
}

func (p pages) carrierPage(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d carrier) error {
	id := term.CopyID(r.PathValue("copy"))
	err := p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		d.v = v
		var err error
		if d.Carrier, err = custody.Find(tx, viewer(v), id); err != nil {
			return err
		}
		if d.sent, err = sentWith(tx, v, d.Carrier); err != nil {
			return err
		}
		if p.Outside != nil {
			if d.given, d.backAt, err = p.Outside(r.Context(), tx, v, id); err != nil {
				return err
			}
		}
		if p.Entrusted != nil && d.Level.Classified() {
			if d.named, err = p.Entrusted(r.Context(), tx, v, d.Document); err != nil {
				return err
			}
		}
		if hasStages(v, d.Carrier) {
			if d.stage, err = custody.StageNow(tx, id); err != nil {
				return err
			}
		}
		if d.cabinets, err = custody.Cabinets(tx); err != nil {
			return err
		}
		if d.rooms, err = custody.Rooms(tx); err != nil {
			return err
		}
		if d.leave, err = lendLeave(tx, v, id); err != nil {
			return err
		}
		if d.trip, err = tripLeave(tx, v, id); err != nil {
			return err
		}
		if d.asked, err = askedOf(tx, v, d.Document, id); err != nil {
			return err
		}
		m, err := d.measuresOf(tx)
		if err != nil {
			return err
		}
		m.then, m.kept = d.then, d.kept
		d.measuring = m
		due, err := p.Closing(tx, v)
		if err != nil {
			return err
		}
		if !due.IsZero() {
			d.closing = minute(due)
		}
		if d.made, err = p.makingsOf(tx, v, d.Document); err != nil {
			return err
		}
		if v.Keeps() {
			if d.life, err = p.lifeOf(r.Context(), tx, v, d.Copy, d.made); err != nil {
				return err
			}
		}
		d.next, d.people, err = custody.Readers(tx, v.People, d.Document)
		return err
	})
	if err != nil {
		return p.hidden(r, string(id), err)
	}
	return p.Show(w, r, status, problem, carrierPage(d))
}

// hidden has a look at a copy that is hidden or absent recorded, both alike; hiddenDocument at a document.
func (p pages) hidden(r *http.Request, id string, err error) error {
	return p.Hidden(r, "copy", "copy", id, err)
}

func (p pages) hiddenDocument(r *http.Request, id string, err error) error {
	return p.Hidden(r, "custody", "document", id, err)
}

// reader makes the act of one form: its name, command and the signatures it brings.
type reader func(d carrier, f typed.Form, bad *refuse.Invalid) counter.Try

// try hands in one act of the page of a copy and comes back to it.
func (p pages) try(which string, read reader) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		raw, err := web.Typed(r)
		if err != nil {
			return err
		}
		id, f := term.CopyID(r.PathValue("copy")), typed.Form(raw)
		var d carrier
		err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
			d.v = v
			var err error
			d.Carrier, err = custody.Find(tx, viewer(v), id)
			return err
		})
		if err != nil {
			return p.hidden(r, string(id), err)
		}
		var bad refuse.Invalid
		t := read(d, f, &bad)
		t.Form = raw
		if t.Act != "custody.hand_out" { // that one looks itself, in its transaction
			t.Fresh = func() error { return d.stale(f) }
		}
		t.Bad = bad
		receipt, err := p.Do(r, t)
		if err == nil {
			return p.Done(w, r, "/c/"+string(id), counter.Counted(done[t.Act], receipt), receipt)
		}
		return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
			again := carrier{Tried: typed.Tried{Which: which, Form: f, Err: err}}
			if waitsForSheet(err) {
				again.then, again.kept = which, keeps(f)
			}
			return p.carrierPage(w, r, status, problem, again)
		})
	}
}

// stale answers a form made on another revision of the copy, with whom it is now.
func (d carrier) stale(f typed.Form) error {
	if err := f.Stale("copy", string(d.ID), d.Rev); err != nil {
		return &refuse.Conflict{Table: "copy", Key: string(d.ID), With: d.Holder}
	}
	return nil
}

// done are the notices by act.
var done = map[string]string{
	"custody.label": "done.custody.label", "custody.place": "done.custody.place", "custody.move": "done.custody.place",
	"custody.hand_out": "done.custody.hand_out", "custody.lend": "done.custody.lend", "custody.take_back": "done.custody.take_back", "custody.acknowledge": "done.custody.acknowledge", "custody.send": "done.custody.send", "custody.return": "done.custody.take_back",
	"custody.consult": "done.custody.consult", "custody.carry_out": "done.custody.carry_out", "custody.bring_back": "done.custody.take_back",
	"custody.recall_loan": "done.custody.recall_loan", "custody.set_custodian": "done.custody.set_custodian", "custody.report_found": "done.custody.report_found",
	"custody.report_missing": "done.custody.report_missing",
}

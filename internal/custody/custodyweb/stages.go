package custodyweb

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/checklist"
	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// brings is the act of the page of stages.
const brings = "custody.stage"

// staging is the page 密品环节 of one secret object: the path it took, the sheet of the next stage, and the form that brings it there.
type staging struct {
	custody.Carrier
	typed.Tried
	v      counter.Viewer
	lines  []custody.StageLine // the newest first
	stages []string            // of the regulations in force
	n      int                 // which of them is asked for
	sheet  counter.Sheet       // that stage's own; no lines where none is asked
	signed checklist.Sheet     // and serves no act yet; the zero value: none
	people []custody.Named
	units  []custody.Named
	places []custody.Place
	able   bool // his unit is designated for the stage, or the line of the table offers him the act
}

// hasStages reports whether a copy goes through stages: a thing, where a regulation in force names any.
func hasStages(v counter.Viewer, c custody.Carrier) bool {
	return c.Medium == "object" && len(stagesOf(v)) > 0
}

// stageNow says in which stage an object is, since when, where and with whom: a garment at a factory lies in no safe, whatever
// place it was put in last. Empty where it came into none.
func stageNow(ctx context.Context, d carrier) string {
	if d.stage.ID == "" {
		return ""
	}
	where := d.stage.Place
	if d.stage.Destination == "outside" {
		where += "（" + counter.Words(ctx, "destination.", d.stage.Destination) + "）"
	}
	return strings.Join([]string{d.stage.Stage, where, d.v.People.Name(d.stage.Person), web.Tongue(ctx).Moment(d.stage.At, d.v.Now)}, "　")
}

// stagesOf are the stages for which a unit must be designated, or that are listed for the act itself.
func stagesOf(v counter.Viewer) []string {
	list := v.Law.List(brings + ".stage")
	for _, s := range v.Law.List("custody.designate.stages") {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// stage is the one that is asked for.
func (d staging) stage() string { return d.stages[d.n] }

func (d staging) url() string { return "/c/" + string(d.ID) + "/stages" }

func (d staging) at(n int) string { return d.url() + "/" + strconv.Itoa(n+1) }

// asking is the form of the act, with what is known of it.
func (d staging) asking() web.Asking {
	return web.Asking{
		Act: brings, Err: d.ErrIn("stage"),
		Given: map[string]any{"classified": d.Level.Classified(), "stage": d.stage(), "destination": d.In("stage").Or("destination", "premises"), "regime": string(d.Regime), "medium": d.Medium},
	}
}

func (p pages) stagesPage(w http.ResponseWriter, r *http.Request) error {
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		n = 0 // the next stage
	}
	return p.showStages(w, r, http.StatusOK, nil, staging{n: n - 1})
}

func (p pages) showStages(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d staging) error {
	id := term.CopyID(r.PathValue("copy"))
	if err := p.Business(r, func(tx *store.Tx, v counter.Viewer) error { return d.read(tx, v, id) }); err != nil {
		return p.hidden(r, string(id), err)
	}
	return p.Show(w, r, status, problem, stagesPage(d))
}

// read finds the path of the object, and the sheet that the stage asked for waits for; n < 0 asks for the one after the last.
func (d *staging) read(tx *store.Tx, v counter.Viewer, id term.CopyID) (err error) {
	d.v = v
	if d.Carrier, err = custody.Find(tx, viewer(v), id); err != nil {
		return err
	}
	if !hasStages(v, d.Carrier) {
		return refuse.ErrNotFound
	}
	d.stages = stagesOf(v)
	if d.lines, err = custody.StagesOf(tx, id); err != nil {
		return err
	}
	if d.n < 0 && len(d.lines) > 0 {
		d.n = min(slices.Index(d.stages, d.lines[0].Stage)+1, len(d.stages)-1)
	}
	if d.n < 0 || d.n >= len(d.stages) {
		d.n = 0
	}
	d.able = v.Offered(brings) || designated(v, d.Document, d.stage())
	if err := d.readSheet(tx); err != nil {
		return err
	}
	if d.units, err = custody.Units(tx); err != nil {
		return err
	}
	if d.places, err = custody.AllPlaces(tx); err != nil {
		return err
	}
	_, d.people, err = custody.Readers(tx, v.People, d.Document)
	return err
}

// designated reports whether the viewer's unit is designated for a stage of an item today.
func designated(v counter.Viewer, id term.DocumentID, stage string) bool {
	p, ok := v.People.(interface {
		Entrusted(term.PersonID, []term.DocumentID) act.Entrust
	})
	return ok && slices.Contains(p.Entrusted(v.Actor.Person, []term.DocumentID{id}).Stages, stage)
}

// readSheet finds the sheet whose lines the stage picks, and whether it is signed.
func (d *staging) readSheet(tx *store.Tx) error {
	for _, gate := range d.v.Law.Gates(brings) {
		if gate.Signs != signsSheet {
			continue
		}
		sheet, ok := counter.SheetOf(d.v.Law, gate.Name, d.v.Posts)
		if !ok {
			continue
		}
		picked := gate.Picked(map[string]any{"stage": d.stage()})
		has := func(name string) bool {
			for _, l := range picked {
				if l.Name == name {
					return true
				}
			}
			return false
		}
		sheet.Lines = slices.DeleteFunc(sheet.Lines, func(l counter.SheetLine) bool { return !has(l.Name) })
		d.sheet = sheet
		signed, ok, err := checklist.Unserved(tx, gate.Name, string(d.ID), "")
		if err != nil {
			return err
		}
		if ok && !slices.ContainsFunc(sheet.Lines, func(l counter.SheetLine) bool { return signed.Lines[l.Name] == "" }) {
			d.signed = signed
		}
		return nil
	}
	return nil
}

// ready reports whether nothing is left to be signed before the stage.
func (d staging) ready() bool {
	return len(d.sheet.Lines) == 0 || d.signed.ID != "" && !answeredNo(d.signed.Lines)
}

// confirmStage signs the sheet of a stage; bring brings the object there.
func (p pages) confirmStage(w http.ResponseWriter, r *http.Request) error {
	return p.staged(w, r, "sheet", "done.custody.sheet_sign", func(d staging, f typed.Form, bad *refuse.Invalid) (string, any) {
		return signsSheet, custody.SignSheet{Sheet: d.sheet.Name, Copy: d.ID, Stage: d.stage(), Lines: d.sheet.Answers(f, bad)}
	})
}

func (p pages) bring(w http.ResponseWriter, r *http.Request) error {
	return p.staged(w, r, "stage", "done.custody.stage", func(d staging, f typed.Form, _ *refuse.Invalid) (string, any) {
		return brings, custody.Stage{
			Copy: d.ID, Stage: d.stage(), Unit: term.UnitID(f.Get("unit")), Person: term.PersonID(f.Get("person")), Place: f.Text("place"),
			Destination: f.Get("destination"), Measures: f.List("measures"), AgreementNo: f.Text("agreement_no"),
		}
	})
}

func (p pages) staged(w http.ResponseWriter, r *http.Request, which, done string, read func(staging, typed.Form, *refuse.Invalid) (string, any)) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	f, d, id := typed.Form(raw), staging{}, term.CopyID(r.PathValue("copy"))
	var bad refuse.Invalid
	if n := f.Number("n", &bad); n != nil {
		d.n = *n
	}
	if err := p.Business(r, func(tx *store.Tx, v counter.Viewer) error { return d.read(tx, v, id) }); err != nil {
		return p.hidden(r, string(id), err)
	}
	name, cmd := read(d, f, &bad)
	receipt, err := p.Do(r, counter.Try{
		Act: name, Command: cmd, Form: raw, Bad: bad, Signs: []counter.Role{{Name: "actor", Person: d.v.Actor.Person, Account: d.v.Actor.Account, Prefix: "own"}},
	})
	if err == nil {
		to := d.url()
		if which == "sheet" {
			if to = d.at(d.n); answeredNo(cmd.(custody.SignSheet).Lines) {
				done = "done.custody.sheet_no"
			}
		}
		return p.Done(w, r, to, done, receipt)
	}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.showStages(w, r, status, problem, staging{n: d.n, Tried: typed.Tried{Which: which, Form: f, Err: err}})
	})
}

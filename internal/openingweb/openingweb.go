// Package openingweb brings in the books that an office kept before the program (期初建账): 收文登记簿 and 载体台账, from xlsx or
// csv.
//
//	file ─► which column is what ─► dry run, line by line ─► two signatures ─► each good line an act ─► what came of it
//
// What must always hold:
//   - A file stays in memory, is bounded before it is read, and is for the officer who brought it alone.
//   - Nothing is brought in that the dry run has not shown, and nothing before officer and office director have signed for the
//     file: its digest stands in each act.
//   - No line is brought in twice, whatever is broken off or repeated: the act remembers what each line says.
//   - What is wrong is said by line and column; a line with a fault is left out whole.
package openingweb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"jiyao/internal/act"
	"jiyao/internal/procedure"
	"jiyao/internal/refuse"
	"jiyao/internal/sheet"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/job"
)

// Deps are what these pages lean on; app plugs them in.
type Deps struct {
	*counter.Counter
	Explain web.Explain
	Jobs    *job.Jobs
	// Known gives what persons and places are called.
	Known func(tx *store.Tx, v counter.Viewer) (procedure.Known, error)
}

// Path is the page on which books are brought in.
const Path = "/opening"

// TemplatePath leads to an empty sheet for each book.
const TemplatePath = "/opening-template"

// maxUpload bounds a file with the form around it, in bytes.
const maxUpload = 25 << 20

type pages struct{ Deps }

// Routes adds the pages.
func Routes(s *web.Server, d Deps) {
	p := &pages{d}
	s.Handle("GET "+Path, p.start)
	s.Handle("POST "+Path, p.upload, web.Limit(maxUpload))
	s.Handle("GET "+TemplatePath+"/{book}", p.template)
	s.Handle("GET "+Path+"/{id}", p.show)
	s.Handle("POST "+Path+"/{id}/check", p.check)
	s.Handle("GET "+Path+"/{id}/report", p.report)
	s.Handle("POST "+Path+"/{id}/import", p.bring)
	s.Handle("POST "+Path+"/{id}/drop", p.drop)
}

// The stages of a book that is brought in.
const (
	stageMap    = "map"
	stageDry    = "dry"
	stageSigned = "signed"
)

// batch is one file, from its upload to what came of it.
type batch struct {
	Book   string // procedure's words: incoming, carriers
	Name   string // of the file, for its officer
	Digest string
	Table  sheet.Table

	mu     sync.Mutex
	stage  string
	chosen procedure.Mapping
	lines  []procedure.OpeningEntry
	run    procedure.OpeningRun
}

// kind begins the kind of the work on every batch, and its id ends it: work on a batch takes the place of what was done with that
// batch before, under the same address, and of no other.
const kind = "opening "

// maxBatches is how many files an officer has open at a time: the books of an office, and a correction of each. They lie in memory.
const maxBatches = 4

// officer lets in who may bring books in; to everybody else there is no such page.
func (p *pages) officer(r *http.Request, fn func(tx *store.Tx, v counter.Viewer) error) error {
	return p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		if !v.Offered(procedure.ActImport) {
			return refuse.ErrNotFound
		}
		return fn(tx, v)
	})
}

func (p *pages) start(w http.ResponseWriter, r *http.Request) error {
	return p.startPage(w, r, http.StatusOK, startForm{})
}

// startForm is the form that takes a file, after a try that failed with what is wrong with it.
type startForm struct {
	Book   string
	Faults []sheet.LineError
	Many   bool // as many files as may be open at a time are open
}

func (p *pages) startPage(w http.ResponseWriter, r *http.Request, status int, f startForm) error {
	var going []batchLine
	if err := p.officer(r, func(_ *store.Tx, v counter.Viewer) error { going = p.going(v); return nil }); err != nil {
		return err
	}
	return p.Show(w, r, status, nil, startView(f, going))
}

func (p *pages) upload(w http.ResponseWriter, r *http.Request) error {
	var who counter.Viewer
	if err := p.officer(r, func(_ *store.Tx, v counter.Viewer) error { who = v; return nil }); err != nil {
		return err
	}
	f, err := web.File(r, procedure.OpeningLimits().Bytes, "book")
	bad := refuse.AtFields(err)
	if err != nil && bad == nil {
		return err
	}
	form := startForm{Book: f.Fields["book"], Many: !p.room(who)}
	if form.Many {
		return p.startPage(w, r, http.StatusUnprocessableEntity, form)
	}
	if bad != nil {
		form.Faults = []sheet.LineError{{Code: bad.Fields[0].Code}}
		return p.startPage(w, r, http.StatusUnprocessableEntity, form)
	}
	if form.Book == "" {
		form.Book = procedure.OpeningBooks[0]
	}
	table, faults := procedure.ReadBook(f.Name, f.Data)
	if len(faults) > 0 {
		form.Faults = faults
		return p.startPage(w, r, http.StatusUnprocessableEntity, form)
	}
	sum := sha256.Sum256(f.Data)
	b := &batch{Book: form.Book, Name: table.Name, Digest: hex.EncodeToString(sum[:]), Table: table, stage: stageMap, chosen: procedure.GuessMapping(table)}
	id, err := p.Key()
	if err != nil {
		return err
	}
	return p.begin(w, r, who, id, b, func(context.Context, *job.Job) error { return nil })
}

// begin lets work on a batch run, in place of what was done with it before, and goes to its page.
func (p *pages) begin(w http.ResponseWriter, r *http.Request, v counter.Viewer, id string, b *batch, work func(context.Context, *job.Job) error) error {
	_, err := p.Jobs.Begin(r.Context(), v.Actor.Person, kind+id, b.Name, id, func(ctx context.Context, j *job.Job) (any, error) {
		return b, work(ctx, j)
	})
	if err != nil {
		return err
	}
	return web.Redirect(w, r, Path+"/"+id)
}

// view is the page of a batch.
type view struct {
	ID      string
	State   job.State
	Batch   *batch // nil while work is going on
	Stage   string
	Chosen  procedure.Mapping
	Run     procedure.OpeningRun
	Viewer  counter.Viewer
	Signers []web.Option // who holds the post of the second signature, without the officer himself
	Second  string       // who was named for it in the last try
	Broken  bool         // the last work on it ended before its time
	Err     error        // what was wrong with the last try
}

func (p *pages) find(r *http.Request) (d view, err error) {
	var one *job.Job
	d = view{ID: r.PathValue("id")}
	err = p.officer(r, func(_ *store.Tx, v counter.Viewer) error {
		var ok bool
		if one, ok = p.Jobs.Of(v.Actor.Person, kind+d.ID, d.ID); !ok {
			return refuse.ErrNotFound
		}
		d.Viewer = v
		for _, id := range v.People.Holders("base/" + procedure.OpeningDirector) {
			if procedure.OpeningSigner(v.People, v.Actor.Person, id) == "" {
				d.Signers = append(d.Signers, web.Option{Value: string(id), Label: v.People.Name(id)})
			}
		}
		return nil
	})
	if err != nil {
		return d, err
	}
	if d.State = one.State(); !d.State.Over {
		return d, nil
	}
	value, err := one.Value()
	if d.Batch, _ = value.(*batch); d.Batch == nil {
		return d, err
	}
	d.Broken = err != nil
	d.Batch.mu.Lock()
	defer d.Batch.mu.Unlock()
	d.Stage, d.Chosen, d.Run = d.Batch.stage, d.Batch.chosen, d.Batch.run
	return d, nil
}

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	d, err := p.find(r)
	if err != nil {
		return err
	}
	return p.draw(w, r, http.StatusOK, d)
}

func (p *pages) draw(w http.ResponseWriter, r *http.Request, status int, d view) error {
	if web.IsFragment(r) && r.Method == http.MethodGet {
		return web.Render(w, r, status, live(d, explained(r.Context(), d)))
	}
	return p.Show(w, r, status, nil, whole(d, explained(r.Context(), d)))
}

// check reads the lines by the columns that were chosen, and asks for each whether it would be brought in.
func (p *pages) check(w http.ResponseWriter, r *http.Request) error {
	d, err := p.find(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	if d.Batch == nil {
		return web.Redirect(w, r, Path+"/"+d.ID)
	}
	chosen, bad := mapped(form.Get, d.Batch.Table)
	if bad != nil {
		d.Stage, d.Chosen, d.Err = stageMap, chosen, bad
		return p.draw(w, r, http.StatusUnprocessableEntity, d)
	}
	b, v := d.Batch, d.Viewer
	return p.begin(w, r, v, d.ID, b, func(ctx context.Context, j *job.Job) error {
		var known procedure.Known
		err := p.DB.Read(ctx, func(tx *store.Tx) (err error) { known, err = p.Known(tx, v); return err })
		if err != nil {
			return err
		}
		lines := procedure.ReadOpening(b.Table, b.Book, b.Digest, chosen, known)
		run, err := procedure.CheckLines(ctx, p.Desk, v.Actor, procedure.WouldSign(v.People, v.Actor.Person), lines, func(done int) { j.At("check", done, len(lines)) })
		if err != nil {
			return err
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		b.stage, b.chosen, b.lines, b.run = stageDry, chosen, lines, run
		return nil
	})
}

// mapped reads which column each field is.
func mapped(get func(string) string, t sheet.Table) (procedure.Mapping, *refuse.Invalid) {
	m, used, bad := procedure.Mapping{}, map[int]string{}, &refuse.Invalid{}
	for _, f := range procedure.OpeningFields {
		text := get("column_" + f.Name)
		if text == "" {
			if f.Required {
				bad.Fields = append(bad.Fields, refuse.FieldError{Field: "column_" + f.Name, Code: "required"})
			}
			continue
		}
		i, err := strconv.Atoi(text)
		switch {
		case err != nil || i < 0 || i >= len(t.Columns):
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: "column_" + f.Name, Code: "not_in_list"})
			continue
		case used[i] != "":
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: "column_" + f.Name, Code: "twice"})
		}
		m[f.Name], used[i] = i, f.Name
	}
	if len(bad.Fields) > 0 {
		return m, bad
	}
	return m, nil
}

// bring takes the two signatures for the file, and brings its good lines in.
func (p *pages) bring(w http.ResponseWriter, r *http.Request) error {
	d, err := p.find(r)
	if err != nil {
		return err
	}
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	if d.Batch == nil || d.Stage != stageDry {
		return web.Redirect(w, r, Path+"/"+d.ID)
	}
	b, v := d.Batch, d.Viewer
	d.Second = strings.TrimSpace(form.Get("second" + web.FieldPerson))
	signed, err := p.signed(r, d, form.Get)
	if err != nil {
		if refuse.AtFields(err) == nil {
			return err
		}
		web.Wait(r.Context(), err)
		d.Err = err
		return p.draw(w, r, http.StatusUnprocessableEntity, d)
	}
	b.mu.Lock()
	lines := b.lines
	b.mu.Unlock()
	return p.begin(w, r, v, d.ID, b, func(ctx context.Context, j *job.Job) error {
		run, err := procedure.BringIn(ctx, p.Desk, v.Actor, signed, lines, func(done int) { j.At("import", done, len(lines)) })
		if err != nil {
			return err
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		run.Warned, run.Warns = b.run.Warned, b.run.Warns // what the dry run told of them is to be put right now
		b.stage, b.run = stageSigned, run
		return nil
	})
}

// signed are the signatures of officer and office director, for the file with its digest and the number of its lines.
func (p *pages) signed(r *http.Request, d view, get func(string) string) ([]act.Signature, error) {
	command := map[string]any{"book": d.Batch.Book, "list": d.Batch.Digest, "lines": d.Run.Good}
	director := term.PersonID(d.Second)
	var bad refuse.Invalid
	if code := procedure.OpeningSigner(d.Viewer.People, d.Viewer.Actor.Person, director); code != "" {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "second" + web.FieldPerson, Code: code})
	}
	for _, prefix := range []string{"first", "second"} {
		if get(prefix+web.FieldSecret) == "" {
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: prefix + web.FieldSecret, Code: "required"})
		}
	}
	if len(bad.Fields) > 0 {
		return nil, &bad
	}
	var out []act.Signature
	for _, s := range []struct {
		prefix, role string
		person       term.PersonID
	}{{"first", "officer", d.Viewer.Actor.Person}, {"second", procedure.OpeningDirector, director}} {
		one, err := p.SignOne(r, counter.Signing{
			Role: s.role, Person: s.person, How: get(s.prefix + web.FieldHow), Secret: get(s.prefix + web.FieldSecret), Act: procedure.ActImport, Command: command,
		}, s.prefix+web.FieldSecret)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

package documentweb

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/sheet"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// receiving is the page on which a courier's envelopes are taken.
type receiving struct {
	v         counter.Viewer
	form      typed.Form
	err       error
	lines     []envelopeLine
	list      string // the courier's list as checked, one envelope a line; empty: typed by hand
	listName  string
	listErrs  []sheet.LineError
	envelopes []document.Sealing
	recent    []document.Cover
	channels  []web.Option
	cutOff    bool
}

// envelopeLine is one line of the form as typed.
type envelopeLine struct {
	No, Issuer, Level, Urgency, Listed, Counted string
	Broken, Again                               bool
	Before                                      *refuse.FieldError // taken in before, and where it stands
	Errors                                      map[string]string  // field → code
}

func (l envelopeLine) blank() bool {
	return l.No == "" && l.Issuer == "" && l.Listed == "" && l.Counted == "" && l.Level == "" && !l.Broken
}

// handLines is how many lines the form has for typing by hand.
const handLines = 5

func (p pages) receive(w http.ResponseWriter, r *http.Request) error {
	return p.receivePage(w, r, http.StatusOK, nil, receiving{lines: make([]envelopeLine, handLines)})
}

func (p pages) receivePage(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d receiving) error {
	err := p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		if !v.Offered("document.accept") {
			return refuse.ErrNotFound
		}
		d.v, d.channels = v, channels(r.Context(), v.Law, "document.accept.channel")
		var err error
		if d.envelopes, err = document.Unregistered(tx, 201); err != nil {
			return err
		}
		if d.cutOff = len(d.envelopes) > 200; d.cutOff {
			d.envelopes = d.envelopes[:200]
		}
		list, err := document.List(tx, viewer(v), document.Registered, document.Page{Limit: 5})
		if err != nil {
			return err
		}
		d.recent, err = document.Covers(tx, list, false)
		return err
	})
	if err != nil {
		return err
	}
	return p.Show(w, r, status, problem, receivePage(d))
}

func (p pages) accept(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Typed(r)
	if err != nil {
		return err
	}
	me, err := p.me(r)
	if err != nil {
		return err
	}
	d := receiving{form: typed.Form(form), list: form.Get("list"), listName: form.Get("list_name")}
	receipt, err := p.takeIn(r, me, &d)
	if err == nil {
		return p.Counter.Done(w, r, "/receive", "done.document.accept", receipt)
	}
	d.err = err
	d.noteLines()
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.receivePage(w, r, status, problem, d)
	})
}

// noteLines puts at its line what is wrong there: the act counts the lines that say anything.
func (d *receiving) noteLines() {
	var said []*envelopeLine
	for i := range d.lines {
		if l := &d.lines[i]; !l.blank() {
			said = append(said, l)
		}
	}
	for _, f := range web.WrongFields(d.err) {
		path := strings.Split(f.Field, ".")
		if len(path) != 3 || path[0] != "envelopes" {
			continue
		}
		n, err := strconv.Atoi(path[1])
		if err != nil || n < 0 || n >= len(said) {
			continue
		}
		switch l := said[n]; {
		case f.Code == "received_before" || f.Code == "received_as":
			l.Before = &f
		case l.Errors == nil:
			l.Errors = map[string]string{path[2]: f.Code}
		case l.Errors[path[2]] == "":
			l.Errors[path[2]] = f.Code
		}
	}
}

// coded reports whether an answer says this of a field.
func coded(err error, field, code string) bool {
	var bad *refuse.Invalid
	return errors.As(err, &bad) && slices.ContainsFunc(bad.Fields, func(f refuse.FieldError) bool { return f.Field == field && f.Code == code })
}

// readLines reads the lines of the form: those of a checked list, else those typed by hand. What is wrong is
// noted at its line.
func readLines(f typed.Form, d *receiving) (out []document.EnvelopeLine, bad refuse.Invalid) {
	if d.list != "" {
		checked, errs := parseList(d.list)
		if len(errs) > 0 {
			d.listErrs, d.list = errs, ""
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: "envelopes", Code: "list_changed"})
			return nil, bad
		}
		for i, e := range checked {
			d.lines = append(d.lines, envelopeLine{No: e.Number, Issuer: e.Sender, Level: string(e.Level), Urgency: string(e.Urgency), Listed: strconv.Itoa(e.Copies),
				Counted: f.Get("counted." + strconv.Itoa(i)), Broken: f.Get("broken."+strconv.Itoa(i)) != "", Again: f.Get("again."+strconv.Itoa(i)) != ""})
		}
	} else {
		d.lines = handTyped(f)
	}
	for i := range d.lines {
		if l := &d.lines[i]; !l.blank() {
			e := l.check()
			for field, code := range l.Errors {
				bad.Fields = append(bad.Fields, refuse.FieldError{Field: "envelopes." + strconv.Itoa(len(out)) + "." + field, Code: code, Args: map[string]string{"min": "0", "max": "999"}})
			}
			out = append(out, e)
		}
	}
	if len(out) == 0 {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "envelopes", Code: "required"})
	}
	slices.SortFunc(bad.Fields, func(a, b refuse.FieldError) int { return strings.Compare(a.Field, b.Field) })
	return out, bad
}

func handTyped(f typed.Form) []envelopeLine {
	lines := make([]envelopeLine, handLines)
	for i := range lines {
		n := "." + strconv.Itoa(i)
		lines[i] = envelopeLine{No: web.Narrow(f.Get("no" + n)), Issuer: f.Text("issuer" + n), Level: f.Get("level" + n), Urgency: f.Get("urgency" + n),
			Listed: web.Narrow(f.Get("listed" + n)), Counted: web.Narrow(f.Get("counted" + n)), Broken: f.Get("broken"+n) != "", Again: f.Get("again"+n) != ""}
	}
	return lines
}

// check brings a line to the act's own, and notes at which fields it is wrong.
func (l *envelopeLine) check() document.EnvelopeLine {
	l.Errors = map[string]string{}
	for field, v := range map[string]string{"envelope_no": l.No, "issuer": l.Issuer, "listed": l.Listed} {
		if v == "" {
			l.Errors[field] = "required"
		}
	}
	var bad refuse.Invalid
	numbers := typed.Form{"listed": {l.Listed}, "counted": {l.Counted}}
	intact := !l.Broken
	e := document.EnvelopeLine{No: l.No, Issuer: l.Issuer, Level: term.Level(l.Level), Urgency: term.Urgency(l.Urgency), SealIntact: &intact, Again: l.Again, Counted: numbers.Number("counted", &bad)}
	if n := numbers.Number("listed", &bad); n != nil {
		e.Listed = *n
	}
	for _, f := range bad.Fields {
		l.Errors[f.Field] = f.Code
	}
	return e
}

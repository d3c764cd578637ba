package custodyweb

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/approval"
	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// ways are the ways in which something is made of a copy: each is an act of its own.
var ways = []string{"duplicate", "excerpt", "record", compileWay}

// copying is the page 复制审批单 of one copy: what is to be made of it, asked for or, once it is granted, done.
type copying struct {
	carrier
	way     string
	leave   approval.Leave // the viewer's own, not used yet, from which the form is filled
	devices []web.Option
	sources []custody.Carrier // of a compilation, as typed so far
}

func (d copying) act() string { return "custody." + d.way }

func (p pages) copyingPage(w http.ResponseWriter, r *http.Request) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	return p.showCopying(w, r, http.StatusOK, nil, copying{way: q.Get("way")}, term.LeaveID(q.Get("leave")))
}

func (p pages) showCopying(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d copying, leave term.LeaveID) error {
	id := term.CopyID(r.PathValue("copy"))
	err := p.Business(r, func(tx *store.Tx, v counter.Viewer) (err error) {
		d.v = v
		if d.Carrier, err = custody.Find(tx, viewer(v), id); err != nil {
			return err
		}
		if p.Devices != nil {
			if d.devices, err = p.Devices(tx); err != nil {
				return err
			}
		}
		if _, d.people, err = custody.Readers(tx, v.People, d.Document); err != nil {
			return err
		}
		if leave != "" && d.Form == nil {
			if d.leave, d.Form, err = fromLeave(tx, v, leave); err != nil {
				return err
			}
			d.way = strings.TrimPrefix(d.leave.Act, "custody.")
			if d.way == compileWay {
				if err := d.spellSources(tx); err != nil {
					return err
				}
			}
		}
		if d.way == compileWay {
			var wrong refuse.Invalid // said when it is handed in
			d.sources, err = d.listed(tx, d.Form, &wrong)
		}
		return err
	})
	if err != nil {
		return p.hidden(r, string(id), err)
	}
	if !slices.Contains(ways, d.way) {
		d.way = ways[0]
	}
	d.Which = d.way
	return p.Show(w, r, status, problem, copyingPage(d))
}

// fromLeave is the form as the leave was asked with; refuse.ErrNotFound where the leave is not the viewer's to use.
func fromLeave(tx *store.Tx, v counter.Viewer, id term.LeaveID) (approval.Leave, typed.Form, error) {
	acts := make([]string, len(ways))
	for i, way := range ways {
		acts[i] = "custody." + way
	}
	l, f, err := counter.Granted(tx, v, id, acts...)
	if err != nil {
		return l, nil, err
	}
	for _, name := range []string{"copy_numbers", "recipients"} {
		f[name] = []string{strings.Join(f[name], "、")}
	}
	return l, f, nil
}

// copy hands in what is to be made, or asks leave for it, by the button that was pressed.
func (p pages) copy(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	id, f := term.CopyID(r.PathValue("copy")), typed.Form(raw)
	d := copying{way: f.Get("way")}
	var bad refuse.Invalid
	var with map[string]any
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) (err error) {
		d.v = v
		if d.Carrier, err = custody.Find(tx, viewer(v), id); err != nil {
			return err
		}
		if !slices.Contains(ways, d.way) {
			return refuse.Field("way", "not_in_list")
		}
		with, err = d.arguments(tx, f, &bad)
		return err
	})
	if err != nil {
		return p.hidden(r, string(id), err)
	}
	if f.Get("do") == "list" { // nothing is done yet
		return p.showCopying(w, r, http.StatusOK, nil, copying{way: d.way, carrier: carrier{Tried: typed.Tried{Which: d.way, Form: f, Err: typed.Bad(bad)}}}, "")
	}
	command, err := json.Marshal(with)
	if err != nil {
		return fmt.Errorf("spell what is to be made: %w", err)
	}
	t := counter.Try{Act: d.act(), Command: json.RawMessage(command), Form: raw, Bad: bad, Signs: []counter.Role{{Name: "actor", Person: d.v.Actor.Person, Account: d.v.Actor.Account, Prefix: "own"}}}
	done := "done.copying." + d.way
	if f.Get("do") == "ask" {
		done = "done.approve.asked"
		if t, err = t.Asks(f.Text("purpose")); err != nil {
			return err
		}
	}
	receipt, err := p.Do(r, t)
	if err == nil {
		to := "/d/" + receipt.Values["document"] // where what was made waits for its label and its place
		if f.Get("do") == "ask" {
			to = counter.AskedAt(receipt)
		}
		return p.Done(w, r, to, done, receipt)
	}
	d.Tried = typed.Tried{Which: d.way, Form: f, Err: err}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.showCopying(w, r, status, problem, copying{way: d.way, carrier: carrier{Tried: d.Tried}}, "")
	})
}

// arguments are those of the act, as they were typed; an empty one is left out.
func (d copying) arguments(tx *store.Tx, f typed.Form, bad *refuse.Invalid) (map[string]any, error) {
	out := map[string]any{}
	text := func(names ...string) {
		for _, name := range names {
			if v := f.Text(name); v != "" {
				out[name] = v
			}
		}
	}
	text("device", "purpose", "medium", "serial_no", "form", "described", "custodian")
	if list := f.List("content_kinds"); len(list) > 0 {
		out["content_kinds"] = list
	}
	if list := split(f.Text("recipients")); len(list) > 0 {
		out["recipients"] = list
	}
	if n := f.Number("copies", bad); n != nil && d.way != "record" {
		out["copies"] = *n
	}
	switch d.way {
	case compileWay:
		text("title", "code_name")
		sources, consents, err := d.compiled(tx, f, bad)
		out["sources"], out["consents"] = sources, consents
		return out, err
	case "duplicate":
		text("stamp")
		if list := split(f.Text("copy_numbers")); len(list) > 0 {
			out["copy_numbers"] = list
		}
	case "excerpt":
		text("passages")
	case "record":
		text("recording_kind")
	}
	text("issuer_rule", "consent_no")
	if day := f.Day("consent_date", bad); day != "" {
		out["consent_date"] = day
	}
	out["source_copy"] = string(d.ID)
	return out, nil
}

// split takes apart what was typed one behind the other.
func split(text string) []string {
	out := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("、，,;；\n\t ", r) })
	return slices.DeleteFunc(out, func(s string) bool { return strings.TrimSpace(s) == "" })
}

// makes reports whether anything may be made of the copy by the viewer, by what his posts say.
func (d carrier) makes() bool {
	return d.State != custody.Ended && d.State != custody.Missing && d.State != custody.Supplied && slices.ContainsFunc(ways, func(way string) bool { return d.v.Offered("custody." + way) })
}

// mediums are what it can be made on: the list of the law where it has one.
func (d copying) mediums() []string {
	if list := d.v.Law.List("custody." + d.way + ".medium"); len(list) > 0 {
		return list
	}
	return term.Closed("medium")
}

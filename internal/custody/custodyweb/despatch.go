package custodyweb

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/checklist"
	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// despatching is the page on which copies of a document of the office's own go out to one recipient.
type despatching struct {
	typed.Tried
	v      counter.Viewer
	id     term.DocumentID
	regime term.Regime
	copies []custody.Copy       // that can go
	kept   map[term.CopyID]bool // those that stay on file
	people []custody.Named
	to     []string       // whom the document is for; of 绝密 nobody is named
	sheets []custody.Copy // for which the viewer has not signed the sheet that the act waits for
}

func (p pages) despatchPage(w http.ResponseWriter, r *http.Request) error {
	return p.despatching(w, r, http.StatusOK, nil, despatching{})
}

func (p pages) despatching(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d despatching) error {
	d.id = term.DocumentID(r.PathValue("id"))
	err := p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		if d.v = v; !v.Offered("document.despatch") {
			return refuse.ErrNotFound
		}
		tracks, err := custody.Tracks(tx, viewer(v), d.id)
		if err != nil {
			return err
		}
		for _, t := range tracks {
			if t.State == custody.InPlace || t.State == custody.Received {
				d.copies = append(d.copies, t.Copy)
			}
		}
		if len(d.copies) > 0 {
			first, err := custody.Find(tx, viewer(v), d.copies[0].ID)
			if err != nil {
				return err
			}
			d.regime = first.Regime
		}
		if d.kept, err = custody.OnFile(tx, d.id); err != nil {
			return err
		}
		if len(d.copies) > 0 && d.copies[0].Level != term.Juemi {
			if d.to, err = custody.AddresseesOf(tx, d.id); err != nil {
				return err
			}
		}
		if d.sheets, err = d.unsigned(tx); err != nil {
			return err
		}
		_, d.people, err = custody.Readers(tx, v.People, d.id)
		return err
	})
	if err != nil {
		return p.hiddenDocument(r, string(d.id), err)
	}
	return p.Show(w, r, status, problem, despatchPage(d))
}

func (p pages) despatch(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	id, f := term.DocumentID(r.PathValue("id")), typed.Form(raw)
	var me counter.Viewer
	if err := p.Business(r, func(_ *store.Tx, v counter.Viewer) error { me = v; return nil }); err != nil {
		return err
	}
	var bad refuse.Invalid
	cmd := custody.Despatch{
		Document: id, To: term.PersonID(f.Get("to")), Channel: f.Get("channel"), Destination: f.Get("destination"), Recipient: f.Text("recipient"), EnvelopeNo: f.Text("envelope_no"),
		Seal: f.Text("seal"), Carriers: carriersOf(f), NetworkNo: f.Text("network_no"), Measures: f.List("measures"), SentAt: f.Instant("sent_at", &bad),
	}
	for _, c := range f.List("copies") {
		cmd.Copies = append(cmd.Copies, term.CopyID(c))
	}
	receipt, err := p.Do(r, counter.Try{Act: "document.despatch", Command: cmd, Form: raw, Bad: bad, Signs: []counter.Role{{Name: "actor", Person: me.Actor.Person, Account: me.Actor.Account, Prefix: "first"}}})
	if err == nil {
		return p.Done(w, r, "/d/"+string(id)+"/custody", "done.document.despatch", receipt)
	}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.despatching(w, r, status, problem, despatching{Tried: typed.Tried{Which: "despatch", Form: f, Err: err}})
	})
}

// unsigned lists the pieces whose sheet of measures the viewer has not signed, where the law in force has the act wait for it.
func (d despatching) unsigned(tx *store.Tx) (out []custody.Copy, err error) {
	const name = "document.despatch"
	if len(d.copies) == 0 || !slices.ContainsFunc(d.v.Law.Wants(name, despatchGiven(d)), func(w regulation.Want) bool { return w.Field == "measures" }) {
		return nil, nil
	}
	for _, gate := range d.v.Law.Gates(name) {
		for _, c := range d.copies {
			var by term.PersonID
			if gate.Own {
				by = d.v.Actor.Person
			}
			_, ok, err := checklist.Unserved(tx, gate.Name, string(c.ID), by)
			if err != nil {
				return nil, err
			}
			if !ok && !d.kept[c.ID] {
				out = append(out, c)
			}
		}
	}
	return out, nil
}

// measures are the measures on the way that can be chosen.
func (d despatching) measures(ctx context.Context) []web.Option {
	out := counter.Measures(ctx, d.v.Law, "document.despatch")
	for i, o := range out {
		out[i].On = d.In("despatch").Has("measures", o.Value)
	}
	return out
}

// recipients are whom the document is for, to be chosen from.
func (d despatching) recipients() []web.Option {
	out := make([]web.Option, len(d.to))
	for i, name := range d.to {
		out[i] = web.Option{Value: name, Label: name}
	}
	return out
}

// carriersOf are the names that were typed in one field.
func carriersOf(f typed.Form) []string {
	var out []string
	for name := range strings.FieldsFuncSeq(f.Text("carriers"), func(r rune) bool { return strings.ContainsRune("、，,;；", r) }) {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// on reports whether a copy is ticked: at first all are that do not stay on file.
func (d despatching) on(id term.CopyID) bool {
	f := d.In("despatch")
	return f == nil && !d.kept[id] || f != nil && slices.Contains(f["copies"], string(id))
}

// onlyKept reports whether nothing is left but what stays on file.
func (d despatching) onlyKept() bool {
	return !slices.ContainsFunc(d.copies, func(c custody.Copy) bool { return !d.kept[c.ID] })
}

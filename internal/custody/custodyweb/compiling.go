package custodyweb

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// compileWay is the way in which several pieces become one.
const compileWay = "compile"

// maxSources is how many labels a compilation is typed with.
const maxSources = 100

// ofSource are the fields that each source of a compilation has of its own: each has its own issuer.
var ofSource = []string{"issuer_rule", "consent_no", "consent_date"}

// field is the name of such a field in the form.
func field(name string, c custody.Carrier) string { return name + "-" + string(c.Label) }

// listed finds what a compilation is typed to be made of: the copy itself first, then the labels in their order. What is wrong
// with them stands at their field.
func (d copying) listed(tx *store.Tx, f typed.Form, bad *refuse.Invalid) ([]custody.Carrier, error) {
	out := []custody.Carrier{d.Carrier}
	for _, code := range split(f.Text("sources")) {
		label, wrong := typed.Label(code)
		if len(out) > maxSources {
			wrong = "too_many"
		}
		if wrong != "" {
			bad.Fields = append(bad.Fields, typed.Unlabelled("sources", code, wrong))
			return out, nil
		}
		c, ok, err := custody.ByLabel(tx, viewer(d.v), label)
		switch {
		case err != nil:
			return nil, err
		case !ok:
			bad.Fields = append(bad.Fields, typed.Unlabelled("sources", code, typed.UnknownLabel))
			return out, nil
		case slices.ContainsFunc(out, func(o custody.Carrier) bool { return o.ID == c.ID }):
			bad.Fields = append(bad.Fields, typed.Unlabelled("sources", code, "named_twice"))
			return out, nil
		}
		out = append(out, c)
	}
	return out, nil
}

// compiled are the arguments about the sources: what each issuer says, and where he consented, his consent.
func (d copying) compiled(tx *store.Tx, f typed.Form, bad *refuse.Invalid) (sources, consents []map[string]any, err error) {
	list, err := d.listed(tx, f, bad)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range list {
		source := map[string]any{"copy": string(c.ID)}
		if rule := f.Get(field("issuer_rule", c)); rule != "" {
			source["issuer_rule"] = rule
		}
		sources = append(sources, source)
		consent := map[string]any{"copy": string(c.ID)}
		if no := f.Text(field("consent_no", c)); no != "" {
			consent["consent_no"] = no
		}
		if day := f.Day(field("consent_date", c), bad); day != "" {
			consent["consent_date"] = day
		}
		if len(consent) > 1 {
			consents = append(consents, consent)
		}
	}
	return sources, consents, nil
}

// spellSources spells the sources of a compilation that was granted as they are typed.
func (d copying) spellSources(tx *store.Tx) error {
	text, err := counter.Opened(d.leave.With)
	if err != nil {
		return err
	}
	type line struct {
		Copy        term.CopyID `json:"copy"`
		IssuerRule  string      `json:"issuer_rule"`
		ConsentNo   string      `json:"consent_no"`
		ConsentDate string      `json:"consent_date"`
	}
	var with struct {
		Sources  []line `json:"sources"`
		Consents []line `json:"consents"`
	}
	if err := json.Unmarshal([]byte(text), &with); err != nil {
		return fmt.Errorf("read what a leave was asked with: %w", err)
	}
	var labels []string
	for _, l := range slices.Concat(with.Sources, with.Consents) {
		c, err := custody.Find(tx, viewer(d.v), l.Copy)
		if err != nil {
			return err
		}
		if l.Copy != d.ID && !slices.Contains(labels, string(c.Label)) {
			labels = append(labels, string(c.Label))
		}
		for i, v := range []string{l.IssuerRule, l.ConsentNo, l.ConsentDate} {
			if v != "" {
				d.Form[field(ofSource[i], c)] = []string{v}
			}
		}
	}
	d.Form["sources"] = []string{strings.Join(labels, "\n")}
	return nil
}

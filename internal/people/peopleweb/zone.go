package peopleweb

import (
	"context"
	"net/http"

	"jiyao/internal/identity"
	"jiyao/internal/people"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

const actSetZone = "people.set_zone"

// zoning is the form that declares the network: what is declared now, the sheet that goes with it, and who can sign second.
type zoning struct {
	now     term.Zone
	sheets  []counter.Sheet
	seconds []identity.Account
	viewer  counter.Viewer
}

// zoningOf is nil for who may not declare the network.
func zoningOf(tx *store.Tx, v counter.Viewer) (*zoning, error) {
	if !v.Offered(actSetZone) {
		return nil, nil
	}
	seconds, err := people.Administrators(tx, identity.SecAdmin)
	if err != nil {
		return nil, err
	}
	return &zoning{now: v.Zone, sheets: counter.SheetsOf(v, actSetZone), seconds: seconds, viewer: v}, nil
}

func (p *pages) setZone(w http.ResponseWriter, r *http.Request) error {
	form, v, err := p.once(r)
	if err != nil {
		return err
	}
	f, bad := typed.Form(form), refuse.Invalid{}
	cmd := people.SetZone{
		Zone: term.Zone(f.Get("zone")), ApprovalNo: f.Text("approval_no"), ApprovedLevel: term.Level(f.Get("approved_level")),
		TestedOn: f.Day("tested_on", &bad), ExpiresOn: f.Day("expires_on", &bad), CipherClass: f.Get("cipher_class"), Lines: map[string]string{},
	}
	for _, s := range counter.SheetsOf(v, actSetZone) {
		for name, answer := range s.Answers(f, &bad) {
			cmd.Lines[name] = answer
		}
	}
	need(form, &bad, "zone", "second")
	signs := []counter.Role{{Name: "unit_head", Person: v.Actor.Person, Prefix: "own"}, {Name: identity.SecAdmin, Account: term.AccountID(f.Get("second")), Prefix: "second"}}
	return p.hand(w, r, counter.Try{Act: actSetZone, Command: cmd, Form: form, Signs: signs, Bad: bad}, "zone", "/people", "done.people.zone")
}

func zoneOptions(ctx context.Context) []web.Option {
	out := []web.Option{{Label: "—"}}
	for _, z := range term.Closed("zone") {
		out = append(out, web.Option{Value: z, Label: web.T(ctx, "frame.zone."+z)})
	}
	return out
}

func (z zoning) secondOptions() []web.Option {
	out := []web.Option{{Label: "—"}}
	for _, a := range z.seconds {
		name := z.viewer.People.Name(a.Person)
		if name == "" {
			name = a.Login
		}
		out = append(out, web.Option{Value: string(a.ID), Label: name})
	}
	return out
}

func plainOptions(words []string) []web.Option {
	out := []web.Option{{Label: "—"}}
	for _, w := range words {
		out = append(out, web.Option{Value: w, Label: w})
	}
	return out
}

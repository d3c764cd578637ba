package circulationweb

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/circulation"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// The two who attest that somebody does not sign; the names of their fields begin with their roles.
var witnessRoles = []string{act.FirstWitness, act.SecondWitness}

// decline records that a reader will not or can no longer sign 已阅.
func (p *pages) decline(s single, form url.Values) (try, error) {
	stop, ok := stopOf(s.Row, form.Get("stop"))
	if !ok {
		return try{}, absent(form)
	}
	signs, err := witnessed(form, s.me("actor"))
	return try{dialog: "decline-" + string(stop.ID), act: "circulation.decline", done: "done.circulation.decline", signs: signs,
		fields: map[string]any{"stop": string(stop.ID), "why": form.Get("why"), "reason": form.Get("reason")}}, err
}

// unsigned takes a copy back from a holder who does not sign.
func (p *pages) unsigned(s single, form url.Values) (try, error) {
	piece, ok := s.pieceOf(term.CopyID(form.Get("copy")))
	if !ok {
		return try{}, absent(form)
	}
	t := try{dialog: "unsigned-" + string(piece.Copy), act: "custody.take_back", done: "done.circulation.back"}
	if strings.TrimSpace(form.Get("why_unsigned")) == "" {
		return t, refuse.Field("why_unsigned", "required")
	}
	var err error
	if t.signs, err = witnessed(form, s.me("receiver")); err != nil {
		return t, err
	}
	t.fields, err = takenBack(form, piece)
	return t, err
}

// witnessed are the signatures of a form with two witnesses.
func witnessed(form url.Values, first counter.Role) ([]counter.Role, error) {
	out := []counter.Role{first}
	for _, role := range witnessRoles {
		who := form.Get(role + web.FieldPerson)
		if who == "" {
			return nil, refuse.Field(role+web.FieldPerson, "required")
		}
		out = append(out, counter.Role{Name: role, Person: term.PersonID(who), Prefix: role})
	}
	return out, nil
}

// witnessBoxes ask for two colleagues, other than who is signed in and who does not sign.
func (s single) witnessBoxes(ctx context.Context, dialog string, but term.PersonID) []web.SignBox {
	people := counter.Persons(s.Staff, func(id term.PersonID) bool { return id == but || id == s.Viewer.Actor.Person })
	var out []web.SignBox
	for i, role := range witnessRoles {
		out = append(out, web.SignBox{Prefix: role, Role: web.T(ctx, "circulation.witness", "n", i+1), People: people, Chosen: s.In(dialog).Or(role+web.FieldPerson, "")})
	}
	return out
}

func (s single) declineSign(ctx context.Context, stop circulation.Stop) web.Sign {
	id := "decline-" + string(stop.ID)
	return web.Sign{
		ID: id, Title: web.T(ctx, "circulation.decline_title", "name", s.name(stop.Reader)), Action: "/circulation/" + string(s.Row.ID) + "/decline",
		Hidden:  map[string]string{counter.FieldKey: s.Key + "-d-" + string(stop.ID), "stop": string(stop.ID)},
		First:   web.SignBox{Prefix: "actor", Role: web.T(ctx, "circulation.recorder"), Name: s.name(s.Viewer.Actor.Person)},
		Beside:  s.witnessBoxes(ctx, id, stop.Reader),
		Confirm: web.T(ctx, "circulation.decline_confirm"), Error: s.ErrIn(id), Open: s.Fails(id), Act: "circulation.decline", Given: s.given(),
	}
}

func (s single) unsignedSign(ctx context.Context, p circulation.Piece) web.Sign {
	id := "unsigned-" + string(p.Copy)
	return web.Sign{
		ID: id, Title: web.T(ctx, "circulation.unsigned_title", "piece", pieceName(p), "name", s.name(p.Holder)), Action: "/circulation/" + string(s.Row.ID) + "/unsigned",
		Hidden:  map[string]string{counter.FieldKey: s.Key + "-u-" + string(p.Copy), "copy": string(p.Copy)},
		First:   web.SignBox{Prefix: "receiver", Role: web.T(ctx, "circulation.takes_back"), Name: s.name(s.Viewer.Actor.Person)},
		Beside:  s.witnessBoxes(ctx, id, p.Holder),
		Confirm: web.T(ctx, "circulation.back_confirm"), Error: s.ErrIn(id), Open: s.Fails(id), Act: "custody.take_back", Given: s.given(),
	}
}

// declinable reports whether it can be recorded now that the reader of a turn does not sign.
func (s single) declinable(stop circulation.Stop) bool {
	return s.open() && s.Viewer.Offered("circulation.decline") && stop.Unserved() && stop.Reader != s.Viewer.Actor.Person
}

func whyOptions(ctx context.Context) []web.Option {
	out := []web.Option{{Value: "", Label: "—"}}
	for _, why := range term.Closed("why") {
		out = append(out, web.Option{Value: why, Label: web.T(ctx, "circulation.why."+why)})
	}
	return out
}

// held are the copies that are with somebody else: he gives them back, with or without his signature.
func (s single) held() []circulation.Piece {
	return slices.DeleteFunc(slices.Clone(s.Pieces), func(p circulation.Piece) bool { return p.Holder == "" || p.Holder == s.Viewer.Actor.Person })
}

package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/circulation/circulationweb"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/people"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// explain adds to a refusal what was asked, who may allow it, and the form that asks him. Who was refused knows of
// the item, so its label or number may stand there. What cannot be read is left out.
func (s *site) explain(ctx context.Context, ref *refuse.Refusal, v *web.RefusalView) {
	err := s.app.DB.Read(ctx, func(tx *store.Tx) error {
		now := s.app.Clock.Now()
		law, err := s.app.Office.Law(tx, now)
		if err != nil {
			return err
		}
		d, err := s.app.Office.Directory(tx, now)
		if err != nil {
			return err
		}
		v.Asked = askedFor(ctx, tx, d, ref)
		v.Fails(ctx, ref, d.Name)
		v.First = append(ways(ctx, ref), first(ctx, law, d, ref)...)
		remedy := ref.Remedy()
		if v.Anew = anew(ref); v.Anew {
			if v.Request = s.requestOf(ref, true); v.Request != nil {
				v.Request.Label = web.T(ctx, "refusal.request_anew")
			}
		}
		if remedy.Kind != refuse.ByPost {
			return nil
		}
		v.Post = counter.PostTitle(law, remedy.Post)
		asker, leave := viewerOf(ctx), remedy.Step == "" || remedy.Step == act.LeaveStep
		holders := d.Holders(remedy.Post)
		for _, p := range holders {
			until, err := people.AwayUntil(tx, p, calendar.DateOf(s.app.Clock.Now()))
			if err != nil {
				return err
			}
			v.Approvers = append(v.Approvers, web.Approver{Name: d.Name(p), May: p != asker || !leave, Here: until == "", Until: until, Applicant: leave && p == asker})
		}
		if !leave {
			v.After = web.T(ctx, "refusal.after_step", "step", counter.ActName(ctx, remedy.Step))
		}
		if leave && len(holders) > 0 || !slices.Contains(holders, asker) {
			v.Request = s.requestOf(ref, leave)
		}
		if v.Request != nil && !leave && len(holders) > 0 {
			v.Request.Label = web.T(ctx, "refusal.request_step", "name", d.Name(holders[0]))
		}
		return nil
	})
	if err != nil {
		v.Approvers, v.Request = nil, nil // the post alone is named
	}
}

// anew reports whether a leave that is asked for anew, as the act is to be done, would be all that helps: the one that was given
// was for something else.
func anew(ref *refuse.Refusal) bool {
	found := false
	for _, v := range ref.Violations {
		if v.Remedy.Kind != refuse.Nobody && v.Remedy.Kind != "" {
			continue
		}
		if v.Remedy.Step != act.LeaveStep {
			return false
		}
		found = true
	}
	return found
}

// ways say what the asker does himself where nobody allows it: one sentence for each fact in the way that has one.
func ways(ctx context.Context, ref *refuse.Refusal) (out []string) {
	for _, violation := range ref.Violations {
		for _, f := range violation.Failing {
			if key := "way." + ref.Act + "." + f.Fact; web.Tongue(ctx).Has(key) && !slices.Contains(out, web.T(ctx, key)) {
				out = append(out, web.T(ctx, key))
			}
		}
	}
	return out
}

// first names the steps that cure a refusal where no leave would, each with the post that does it and who holds it.
func first(ctx context.Context, law *regulation.Law, d act.Directory, ref *refuse.Refusal) (out []string) {
	for _, violation := range ref.Violations {
		remedy := violation.Remedy
		if remedy.Step == "" || remedy.Step == ref.Act || remedy.Step == act.LeaveStep || remedy.Kind == refuse.ByPost || remedy.Kind == refuse.ByForce {
			continue
		}
		if !slices.Contains(act.Catalogue(), remedy.Step) { // a clause may name an act that is to come
			if line := web.T(ctx, "refusal.first_later", "step", counter.ActName(ctx, remedy.Step)); !slices.Contains(out, line) {
				out = append(out, line)
			}
			continue
		}
		who := signerOf(ctx, law, ref.Act, violation)
		for _, post := range law.Doers(remedy.Step) {
			if who != "" {
				break
			}
			if holders := d.Holders(post); len(holders) > 0 {
				who = counter.PostTitle(law, post)
				for _, p := range holders {
					who += " " + d.Name(p)
				}
				break
			}
		}
		if who == "" {
			continue
		}
		line := web.T(ctx, "refusal.first_by", "step", counter.ActName(ctx, remedy.Step), "who", who)
		if how := "first." + remedy.Step; web.Tongue(ctx).Has(how) {
			line = web.T(ctx, "refusal.first_how", "line", line, "how", web.T(ctx, how))
		}
		if !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out
}

// signerOf says who signs the sheet that an act waits for, where that hangs on the thing and not on a post: whoever does the act,
// or the department designated for it; empty elsewhere.
func signerOf(ctx context.Context, law *regulation.Law, name string, v refuse.Violation) string {
	for _, c := range law.Gates(name) {
		switch {
		case c.Signs != v.Remedy.Step || !strings.Contains(v.Rule, "/gate/"+c.Name+"/"):
		case c.Own:
			return web.T(ctx, "refusal.first_self")
		case law.OfDesignated(c.Signs):
			return web.T(ctx, "refusal.first_designated")
		}
	}
	return ""
}

// requestOf is the form that asks for a leave, or proposes the step to the post that does it; nil when the command is
// not known any more.
func (s *site) requestOf(ref *refuse.Refusal, leave bool) *web.Request {
	if ref.Command == nil {
		return nil
	}
	with, err := json.Marshal(ref.Command)
	if err != nil {
		return nil
	}
	key, err := s.counter().Key()
	if err != nil {
		return nil
	}
	return circulationweb.Ask(ref.Act, string(with), key, leave)
}

// askedFor is the sentence of what was asked: the act, the piece or document, the person.
func askedFor(ctx context.Context, tx *store.Tx, d act.Directory, ref *refuse.Refusal) string {
	var c struct {
		Copy     term.CopyID     `json:"copy"`
		Document term.DocumentID `json:"document"`
		To       term.PersonID   `json:"to"`
	}
	if b, err := json.Marshal(ref.Command); err != nil || json.Unmarshal(b, &c) != nil {
		return "" // its arguments are of another kind
	}
	name, what, to := counter.ActName(ctx, ref.Act), "", d.Name(c.To)
	if piece, err := custody.Copies.Get(tx, c.Copy); c.Copy != "" && err == nil {
		what = string(piece.Label)
	} else if doc, err := document.Documents.Get(tx, c.Document); c.Document != "" && err == nil {
		what = document.Number(doc)
	}
	switch {
	case what != "" && to != "":
		return web.T(ctx, "refusal.asked_to", "act", name, "what", what, "to", to)
	case what != "":
		return web.T(ctx, "refusal.asked_of", "act", name, "what", what)
	}
	return name
}

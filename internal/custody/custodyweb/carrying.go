package custodyweb

import (
	"context"

	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// maxFellows is how many carriers a form has room for.
const maxFellows = 3

// readCarryOut takes a copy away from the premises. The first carrier answers for it, and signs where another hands it to him.
func readCarryOut(d carrier, f typed.Form, bad *refuse.Invalid) counter.Try {
	cmd := custody.CarryOut{
		Copy: d.ID, Purpose: f.Get("purpose"), Destination: f.Get("destination"), Route: f.Text("route"), Measures: f.List("measures"),
		ReturnBy: f.Minute("return_by", bad), CopyNo: web.Narrow(f.Get("copy_no")),
	}
	for _, id := range f.List("carriers") {
		cmd.Carriers = append(cmd.Carriers, term.PersonID(id))
	}
	t := counter.Try{Act: "custody.carry_out", Command: cmd, Signs: []counter.Role{{Name: "actor", Person: d.v.Actor.Person, Account: d.v.Actor.Account, Prefix: "first"}}}
	switch {
	case len(cmd.Carriers) == 0:
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "carriers", Code: "required"})
	case cmd.Carriers[0] != d.v.Actor.Person:
		t.Signs = append(t.Signs, counter.Role{Name: "receiver", Person: cmd.Carriers[0], Prefix: "second", Free: true})
	}
	return t
}

// readBringBack ends a trip: the carrier gives, the officer receives.
func readBringBack(d carrier, f typed.Form, bad *refuse.Invalid) counter.Try {
	return counter.Try{
		Act: "custody.bring_back",
		Command: custody.BringBack{
			Copy: d.ID, Cabinet: term.PlaceID(f.Get("cabinet")), CopyNo: web.Narrow(f.Get("copy_no")), Checked: f.Get("checked") == "yes",
			PagesBack: f.Number("pages_back", bad), Attachments: f.Number("attachments_back", bad),
		},
		Signs: twoSigned(d, "receiver", "giver", d.Holder),
	}
}

// readConsult writes down that somebody read a copy in a room of the house.
func readConsult(d carrier, f typed.Form, bad *refuse.Invalid) counter.Try {
	to := receiver(d, f, bad)
	return counter.Try{
		Act: "custody.consult",
		Command: custody.ReadHere{
			Copy: d.ID, To: to, Department: departmentOf(d.v, f, to), Place: term.PlaceID(f.Get("place")), From: f.Instant("from", bad), Until: f.Instant("until", bad),
			CopyNo: web.Narrow(f.Get("copy_no")),
		},
		Signs: []counter.Role{{Name: "actor", Person: d.v.Actor.Person, Account: d.v.Actor.Account, Prefix: "first"}},
	}
}

// readRecall asks a loan back before its time.
func readRecall(d carrier, f typed.Form, bad *refuse.Invalid) counter.Try {
	return counter.Try{Act: "custody.recall_loan", Command: custody.RecallLoan{Copy: d.ID, ReturnBy: f.Minute("return_by", bad), Reason: f.Text("reason")}}
}

// lent reports whether the copy is out on a loan.
func (d carrier) lent() bool { return d.Line != nil && d.Line.Kind == "lend" }

// carriable reports whether the viewer may take the copy away: who has it, or an officer where it lies.
func (d carrier) carriable() bool {
	if d.State == custody.Held {
		return d.Holder == d.v.Actor.Person
	}
	return d.restsHere() && d.v.Keeps()
}

func signCarryOut(ctx context.Context, d carrier) web.Sign {
	s := signing(ctx, d, "carry-out", web.T(ctx, "carry.title"), web.T(ctx, "carry.submit"), web.T(ctx, "carry.carrier"), web.T(ctx, "carry.carrier_named"))
	if d.State == custody.Held {
		s.Second = nil
		return s
	}
	s.Second.Free = true
	return s
}

func signBringBack(ctx context.Context, d carrier) web.Sign {
	return signing(ctx, d, "bring-back", web.T(ctx, "carry.back_title"), web.T(ctx, "carry.back_submit"), web.T(ctx, "carry.carrier"), d.v.People.Name(d.Holder))
}

func signConsult(ctx context.Context, d carrier) web.Sign {
	s := signing(ctx, d, "consult", web.T(ctx, "consult.title"), web.T(ctx, "consult.submit"), "", "")
	s.Second = nil
	return s
}

// fellow is who is chosen in one of the fields of the carriers.
func (d carrier) fellow(n int) string {
	if list := d.In("carry-out")["carriers"]; n < len(list) {
		return list[n]
	}
	if d.In("carry-out") == nil && n == 0 && d.State == custody.Held {
		return string(d.Holder)
	}
	return ""
}

// colleagues are who can be named in a business act, the viewer too.
func colleagues(d carrier) []web.Option {
	out := []web.Option{{}}
	for _, n := range d.people {
		out = append(out, web.Option{Value: string(n.ID), Label: n.Name + "　" + n.UnitName})
	}
	return out
}

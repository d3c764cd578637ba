package custodyweb

import (
	"strconv"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

func readLabel(d carrier, _ typed.Form, _ *refuse.Invalid) counter.Try {
	return counter.Try{Act: "custody.label", Command: custody.LabelCopy{Copy: d.ID}}
}

// readPlace puts a copy away; one that lies in a place already is moved.
func readPlace(d carrier, f typed.Form, bad *refuse.Invalid) counter.Try {
	if f.Get("place") == "" {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "place", Code: "required"})
	}
	t := counter.Try{Act: d.actOf("place"), Command: custody.Put{Copy: d.ID, Place: term.PlaceID(f.Get("place")), Reason: f.Text("reason")}}
	if d.State == custody.InPlace {
		t.Command = custody.Move{Copy: d.ID, Place: term.PlaceID(f.Get("place")), Reason: f.Text("reason")}
	}
	return t
}

// twoSigned are the signatures of a change of hands: the officer first, the other person second.
func twoSigned(d carrier, mine, other string, person term.PersonID) []counter.Role {
	return []counter.Role{
		{Name: mine, Person: d.v.Actor.Person, Account: d.v.Actor.Account, Prefix: "first"},
		{Name: other, Person: person, Prefix: "second"},
	}
}

func readHandOut(d carrier, f typed.Form, bad *refuse.Invalid) counter.Try {
	to := receiver(d, f, bad)
	return counter.Try{
		Act: "custody.hand_out",
		Command: custody.HandOut{
			Copy: d.ID, To: to, CopyNo: web.Narrow(f.Get("copy_no")), ReturnBy: f.Minute("return_by", bad), Purpose: f.Get("purpose"), Measures: f.List("measures"),
			Rev: revision(f),
		},
		Signs: twoSigned(d, "giver", "receiver", to),
	}
}

// receiver is who is named in the form. Nobody is asked to sign for an empty name.
func receiver(d carrier, f typed.Form, bad *refuse.Invalid) term.PersonID {
	to := term.PersonID(f.Text("to"))
	if to == "" || d.v.People.Name(to) == "" {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "to", Code: "required"})
	}
	return to
}

func readLend(d carrier, f typed.Form, bad *refuse.Invalid) counter.Try {
	to := receiver(d, f, bad)
	return counter.Try{
		Act: "custody.lend",
		Command: custody.Lend{
			Copy: d.ID, To: to, Department: departmentOf(d.v, f, to), Purpose: f.Get("purpose"), Destination: f.Get("destination"), Due: f.Minute("due", bad),
			CopyNo: web.Narrow(f.Get("copy_no")), Measures: f.List("measures"), Approver: term.PersonID(f.Get("approver")),
		},
		Signs: twoSigned(d, "giver", "receiver", to),
	}
}

// readTakeBack takes back what was handed out, or returned from a loan.
func readTakeBack(d carrier, f typed.Form, bad *refuse.Invalid) counter.Try {
	cmd := custody.TakeBack{
		Copy: d.ID, CopiesBack: f.Number("copies_back", bad), PagesBack: f.Number("pages_back", bad), AttachmentsBack: f.Number("attachments_back", bad),
		Checked: f.Get("checked") == "yes", Cabinet: term.PlaceID(f.Get("cabinet")), CopyNo: web.Narrow(f.Get("copy_no")),
		CourierSignature: f.Text("courier_signature"),
	}
	return counter.Try{Act: d.actOf("take-back"), Command: d.takingBack(cmd, f), Signs: d.takesBack()}
}

// takingBack is the command of the act: what comes back of a loan has its check.
func (d carrier) takingBack(cmd custody.TakeBack, f typed.Form) any {
	if d.actOf("take-back") != "custody.return" {
		return cmd
	}
	return custody.Return{TakeBack: cmd, PagesResult: f.Get("pages_result"), AttachmentsResult: f.Get("attachments_result"), MarksResult: f.Get("marks_result")}
}

// witnessRoles are the two who attest that a holder does not sign; the names of their fields begin with their roles.
var witnessRoles = []string{act.FirstWitness, act.SecondWitness}

// readUnsigned takes back a copy whose holder does not sign: two witnesses sign in his place.
func readUnsigned(d carrier, f typed.Form, bad *refuse.Invalid) counter.Try {
	t := readTakeBack(d, f, bad)
	cmd, ok := t.Command.(custody.TakeBack) // readTakeBack makes no other than these two
	if back, lent := t.Command.(custody.Return); lent && !ok {
		cmd = back.TakeBack
	}
	cmd.WhyUnsigned = f.Text("why_unsigned")
	if cmd.WhyUnsigned == "" {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "why_unsigned", Code: "required"})
	}
	t.Command, t.Signs = d.takingBack(cmd, f), d.takesBack()[:1]
	for _, role := range witnessRoles {
		who := term.PersonID(f.Get(role + web.FieldPerson))
		if who == "" {
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: role + web.FieldPerson, Code: "required"})
		}
		t.Signs = append(t.Signs, counter.Role{Name: role, Person: who, Prefix: role})
	}
	return t
}

// takesBack are the signatures of a return: of what comes from outside by a courier, his stands on paper.
func (d carrier) takesBack() []counter.Role {
	roles := twoSigned(d, "receiver", "giver", d.giver())
	if d.giver() == "" {
		return roles[:1]
	}
	return roles
}

// giver is who gives a copy back: its holder, or whoever of this house it was sent to; nobody where a courier brings it.
func (d carrier) giver() term.PersonID {
	if d.outside() && d.Line != nil {
		return d.Line.Receiver
	}
	return d.Holder
}

// outside reports whether the copy has left the house.
func (d carrier) outside() bool { return d.State == custody.Transit || d.State == custody.Away }

// sendDestinations are where what is sent may go; a private address is none.
var sendDestinations = []string{"outside", "premises", "abroad"}

// readSend gives a copy to a channel that leads out of the house.
func readSend(d carrier, f typed.Form, _ *refuse.Invalid) counter.Try {
	cmd := custody.Send{
		Copy: d.ID, To: term.PersonID(f.Text("to")), Channel: f.Get("channel"), Destination: f.Get("destination"), Recipient: f.Text("recipient"), EnvelopeNo: f.Text("envelope_no"),
		Seal: f.Text("seal"), NetworkNo: f.Text("network_no"), Measures: f.List("measures"), Carriers: carriersOf(f),
	}
	return counter.Try{Act: "custody.send", Command: cmd, Signs: []counter.Role{{Name: "actor", Person: d.v.Actor.Person, Account: d.v.Actor.Account, Prefix: "first"}}}
}

// readAcknowledge records the receipt of what was sent.
func readAcknowledge(d carrier, f typed.Form, bad *refuse.Invalid) counter.Try {
	return counter.Try{Act: "custody.acknowledge", Command: custody.Acknowledge{Copy: d.ID, ReceivedAt: f.Instant("received_at", bad), ReceiptNo: f.Text("receipt_no")}}
}

// revision is the one the page was made on; 0 when it says none.
func revision(f typed.Form) int64 {
	n, err := strconv.ParseInt(f.Get(typed.FieldRev), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

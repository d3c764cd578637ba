package custody

import (
	"strings"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
)

// house is a directory of a few people by name.
type house struct {
	act.Directory
	names map[term.PersonID]string
}

func (h house) Name(id term.PersonID) string { return h.names[id] }

func inHouse(pairs ...string) act.Env {
	e := envOf(pairs...)
	e.People = house{names: map[term.PersonID]string{"officer": "陈", "leader1": "钱", "clerk": "周"}}
	return e
}

func at(hours int) *time.Time {
	t := monday.Add(time.Duration(hours) * time.Hour)
	return &t
}

func TestLending(t *testing.T) {
	in := Copy{ID: "c", State: InPlace, Place: "cabinet-1", CopyNo: "000001"}
	for name, c := range map[string]struct {
		copy    Copy
		cmd     Lend
		allowed []act.Allowed
		want    string
		by      string // who approved, as the line says
	}{
		"out of a cabinet":         {in, Lend{To: "clerk", Due: at(5)}, nil, "", ""},
		"on a leave":               {in, Lend{To: "clerk", Due: at(5)}, []act.Allowed{{By: "leader1", At: monday}, {By: "leader1", At: monday}}, "", "leader1"},
		"by somebody who agreed":   {in, Lend{To: "clerk", Due: at(5), Approver: "leader1"}, nil, "", "leader1"},
		"another than the leave's": {in, Lend{To: "clerk", Due: at(5), Approver: "clerk"}, []act.Allowed{{By: "leader1"}}, "approver differs", ""},
		"a superior's, in writing": {in, Lend{To: "clerk", Due: at(5)}, []act.Allowed{{By: ""}}, "", ""},
		"named beside a superior":  {in, Lend{To: "clerk", Due: at(5), Approver: "leader1"}, []act.Allowed{{By: ""}}, "approver differs", ""},
		"nobody known agreed":      {in, Lend{To: "clerk", Due: at(5), Approver: "ghost"}, nil, "approver unknown_person", ""},
		"for ever":                 {in, Lend{To: "clerk"}, nil, "due required", ""},
		"until it is due already":  {in, Lend{To: "clerk", Due: at(1)}, nil, "due in_the_past", ""},
		"to oneself":               {in, Lend{To: "officer", Due: at(5)}, nil, "to same_person", ""},
		"by its own number":        {func() Copy { c := in; c.CopyNo, c.DuplicateNo = "", "F1"; return c }(), Lend{To: "clerk", Due: at(5), CopyNo: "F1"}, nil, "", ""},
		"another number":           {in, Lend{To: "clerk", Due: at(5), CopyNo: "000002"}, nil, "copy_no differs", ""},
		"what somebody has":        {Copy{State: Held, Holder: "leader1"}, Lend{To: "clerk", Due: at(5)}, nil, "conflict", ""},
		"what is carried about":    {Copy{State: Carried, Holder: "leader1"}, Lend{To: "clerk", Due: at(5)}, nil, "conflict", ""},
	} {
		t.Run(name, func(t *testing.T) {
			env := inHouse("giver", "officer", "receiver", "clerk")
			env.Allowed = c.allowed
			changes, err := decideLend(lending{held: held{copy: c.copy}}, c.cmd, env)
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			line, _ := changes.Rows[0].Row().(HandOver)
			if got := join(line.Approvers); got != c.by || line.ReturnBy.IsZero() || line.Destination != "premises" {
				t.Errorf("the line says %q, due %s, to %q", got, line.ReturnBy, line.Destination)
			}
			if line.OnPaper() != (c.cmd.Approver != "" && len(c.allowed) == 0) {
				t.Errorf("on paper: %t", line.OnPaper())
			}
		})
	}
}

func join(list []string) string {
	out := ""
	for _, s := range list {
		out += s
	}
	return out
}

func TestCarryingOutAndBack(t *testing.T) {
	in, lent := Copy{ID: "c", State: InPlace}, Copy{ID: "c", State: Held, Holder: "clerk", HandOver: "L"}
	for name, c := range map[string]struct {
		copy Copy
		cmd  CarryOut
		want string
	}{
		"out of a cabinet":      {in, CarryOut{Carriers: []term.PersonID{"clerk"}, Destination: "outside"}, ""},
		"what one has":          {lent, CarryOut{Carriers: []term.PersonID{"clerk", "leader1"}, Destination: "outside"}, ""},
		"what another has":      {lent, CarryOut{Carriers: []term.PersonID{"leader1", "clerk"}, Destination: "outside"}, "carriers not_holder"},
		"by nobody":             {in, CarryOut{Destination: "outside"}, "carriers required"},
		"by a stranger":         {in, CarryOut{Carriers: []term.PersonID{"clerk", "ghost"}, Destination: "outside"}, "carriers unknown_person"},
		"to nowhere":            {in, CarryOut{Carriers: []term.PersonID{"clerk"}}, "destination required"},
		"back before it is out": {in, CarryOut{Carriers: []term.PersonID{"clerk"}, Destination: "outside", ReturnBy: at(1)}, "return_by in_the_past"},
		"what is out already":   {Copy{State: Carried, Holder: "clerk"}, CarryOut{Carriers: []term.PersonID{"clerk"}, Destination: "outside"}, "conflict"},
		"what was sent":         {Copy{State: Transit}, CarryOut{Carriers: []term.PersonID{"clerk"}, Destination: "outside"}, "conflict"},
		"what has ended":        {Copy{State: Ended}, CarryOut{Carriers: []term.PersonID{"clerk"}, Destination: "outside"}, "conflict"},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideCarry(held{copy: c.copy}, c.cmd, inHouse("actor", "officer"))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			next, _ := changes.Rows[1].Row().(Copy)
			if next.State != Carried || next.Holder != "clerk" || next.HandOver != c.copy.HandOver || next.Place != "" {
				t.Errorf("the copy: %+v", next)
			}
		})
	}
	trip := Trip{ID: "t", Carriers: []string{"clerk"}}
	two, one := 2, 1
	for name, c := range map[string]struct {
		copy  Copy
		cmd   BringBack
		want  string
		state State
	}{
		"into a cabinet":            {Copy{State: Carried, Holder: "clerk"}, BringBack{Cabinet: "cabinet-1"}, "", InPlace},
		"nowhere":                   {Copy{State: Carried, Holder: "clerk"}, BringBack{}, "cabinet required", ""},
		"a loan that goes on":       {Copy{State: Carried, Holder: "clerk", HandOver: "L"}, BringBack{}, "", Held},
		"a loan, as if it were one": {Copy{State: Carried, Holder: "clerk", HandOver: "L"}, BringBack{Cabinet: "cabinet-1"}, "cabinet on_loan", ""},
		"counted whole":             {Copy{State: Carried, Holder: "clerk", Pages: 2, Attachments: 1}, BringBack{Cabinet: "cabinet-1", PagesBack: &two, Attachments: &one}, "", InPlace},
		"a page short":              {Copy{State: Carried, Holder: "clerk", Pages: 3}, BringBack{Cabinet: "cabinet-1", PagesBack: &two}, "", InPlace},
		"an attachment short":       {Copy{State: Carried, Holder: "clerk", Pages: 2, Attachments: 2}, BringBack{Cabinet: "cabinet-1", PagesBack: &two, Attachments: &one}, "", InPlace},
		"what is here":              {Copy{State: InPlace}, BringBack{Cabinet: "cabinet-1"}, "conflict", ""},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideBringBack(comingBack{held: held{copy: c.copy, trip: trip}}, c.cmd, inHouse("giver", "clerk", "receiver", "officer"))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			short := strings.HasSuffix(name, " short")
			if back, _ := changes.Rows[0].Row().(Trip); back.Short != short || (changes.Values["differs"] == "yes") != short || back.PagesBack != given(c.cmd.PagesBack) || back.AttachmentsBack != given(c.cmd.Attachments) {
				t.Errorf("the trip: %+v", back)
			}
			if next, _ := changes.Rows[1].Row().(Copy); next.State != c.state || (next.Holder == "") != (c.state == InPlace) {
				t.Errorf("the copy: %+v", next)
			}
		})
	}
}

// Something is overdue with somebody from the instant after its time until it is back, whether he has it here or carries it.
func TestWhatIsOverdueWithSomebody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		due := monday.Add(time.Hour)
		err := db.Write(t.Context(), "test.fill", func(tx *store.Tx) error {
			_, err := store.Put(tx, []store.Change{
				HandOvers.Insert(HandOver{ID: "late", Copy: "1", Receiver: "late", OutAt: monday, ReturnBy: due}),
				HandOvers.Insert(HandOver{ID: "back", Copy: "2", Receiver: "back", OutAt: monday, ReturnBy: due, BackAt: due.Add(time.Hour)}),
				HandOvers.Insert(HandOver{ID: "free", Copy: "3", Receiver: "free", OutAt: monday}),
				Copies.Insert(Copy{ID: "4", Document: "D", Seq: 1, Label: "4", State: Carried, Holder: "trip"}), Trips.Insert(Trip{ID: "t", Copy: "4", OutAt: monday, ReturnBy: due}),
				Copies.Insert(Copy{ID: "5", Document: "D", Seq: 2, Label: "5", State: InPlace}), Trips.Insert(Trip{ID: "u", Copy: "5", OutAt: monday, ReturnBy: due, BackAt: due}),
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for person, owes := range map[term.PersonID]bool{"late": true, "back": false, "free": false, "trip": true, "nobody": false} {
			for when, want := range map[time.Time]bool{due: false, due.Add(time.Second): owes} {
				var here, there bool
				err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
					if here, err = late(tx, person, when); err == nil {
						there, err = away(tx, person, when)
					}
					return err
				})
				if err != nil || here != (want && person == "late") || there != (want && person == "trip") {
					t.Errorf("%s at %s: %v here, %v on a trip, want %v; %v", person, when, here, there, want, err)
				}
			}
		}
	})
}

// A sheet of the check answers yes where all is whole, no where not, and nothing where nobody looked.
func TestWhatACheckFound(t *testing.T) {
	got := Return{PagesResult: "whole", MarksResult: "damaged"}.answers()
	if len(got) != 2 || got["pages"] != "yes" || got["marks"] != "no" {
		t.Errorf("%v", got)
	}
}

func TestHowLongSomebodySits(t *testing.T) {
	for name, c := range map[string]struct {
		from, until *time.Time
		want        string
	}{
		"as it stands": {nil, nil, ""}, "an hour": {at(1), at(2), ""}, "backwards": {at(1), at(0), "until before_from"}, "over night": {at(1), at(20), "until other_day"},
		"to come": {at(3), at(4), "from in_the_future"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := sitting(held{}, ReadHere{From: c.from, Until: c.until}, envOf()); answer(err) != c.want {
				t.Errorf("%q, want %q", answer(err), c.want)
			}
		})
	}
}

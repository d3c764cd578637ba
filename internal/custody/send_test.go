package custody

import (
	"slices"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/act/acttest"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// outward is a house with a branch and a stranger; of dept, both are in the scope of nothing yet.
func outward(t *testing.T, pairs ...string) act.Env {
	h := acttest.Of("officer", "leader1", "clerk", "far", "stranger")
	h.Kinds = map[term.PersonID]string{"far": branch, "stranger": ""}
	h.Units = map[term.PersonID]term.UnitID{"leader1": "dept", "clerk": "dept", "far": "mixed", "officer": "mixed"}
	return acttest.Env("officer", h, acttest.Law(t), pairs...)
}

// when is so many seconds from the time of the act.
func when(seconds int) *time.Time {
	t := acttest.Monday.Add(time.Duration(seconds) * time.Second)
	return &t
}

func TestSending(t *testing.T) {
	here := Copy{ID: "c", Document: "D", State: InPlace, Place: "cabinet-1", Since: acttest.Monday.Add(-time.Hour)}
	as := func(state State) held { return held{copy: Copy{ID: "c", State: state, Holder: "clerk"}} }
	for name, c := range map[string]struct {
		s      held
		cmd    Send
		signed []string
		want   string
		by     term.PersonID // whose signature stands
	}{
		"out of a cabinet":           {held{copy: here}, Send{To: "leader1"}, []string{"actor", "officer"}, "", "officer"},
		"what was never put away":    {held{copy: Copy{ID: "c", Document: "D", State: Received}}, Send{}, nil, "", ""},
		"signed as who gives it":     {held{copy: here}, Send{}, []string{"giver", "officer"}, "", "officer"},
		"to somebody unknown":        {held{copy: here}, Send{To: "who"}, nil, "to unknown_person", ""},
		"a minute from now":          {held{copy: here}, Send{SentAt: when(60)}, nil, "", ""},
		"later":                      {held{copy: here}, Send{SentAt: when(61)}, nil, "sent_at in_the_future", ""},
		"before now, not as late":    {held{copy: here}, Send{SentAt: when(-1)}, nil, "sent_at enter_late", ""},
		"what somebody has":          {as(Held), Send{}, nil, "conflict", ""},
		"what is carried":            {as(Carried), Send{}, nil, "conflict", ""},
		"what is on its way already": {as(Transit), Send{}, nil, "conflict", ""},
		"what has arrived":           {as(Away), Send{}, nil, "conflict", ""},
		"what is given outside":      {as(Supplied), Send{}, nil, "copy given_already", ""},
		"what is missing":            {as(Missing), Send{}, nil, "conflict", ""},
		"what has ended":             {as(Ended), Send{}, nil, "conflict", ""},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := c.s.sent(c.cmd, outward(t, c.signed...))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			line, out, next := acttest.Row[HandOver](t, changes), acttest.Row[Sending](t, changes), acttest.Row[Copy](t, changes)
			if line.Kind != "send" || line.GiverSigned != c.by || line.Receiver != c.cmd.To || out.ID != line.ID || next.HandOver != line.ID || next.State != Transit || next.Place != "" || next.Holder != "" {
				t.Errorf("%+v %+v %+v", line, out, next)
			}
			if !changes.Targets[0].OpenOnly || changes.After.(standing).SenderSigned != (c.by != "") {
				t.Errorf("%+v, after %+v", changes.Targets, changes.After)
			}
		})
	}
}

// A receipt says minutes: it may be of the minute in which the copy went, and of no time to come.
func TestAReceipt(t *testing.T) {
	line := HandOver{ID: "L", Kind: "send", Giver: "officer", OutAt: acttest.Monday.Add(-30*time.Minute + 20*time.Second)}
	for name, c := range map[string]struct {
		state State
		at    *time.Time
		want  string
	}{
		"as it left":             {Transit, when(-30*60 + 20), ""},
		"in the minute it left":  {Transit, when(-30 * 60), ""},
		"a second before that":   {Transit, when(-30*60 - 1), "received_at before_sent"},
		"now":                    {Transit, when(0), ""},
		"a second from now":      {Transit, when(1), "received_at in_the_future"},
		"without a time":         {Transit, nil, "received_at required"},
		"a second one":           {Away, when(0), "conflict"},
		"of what never went":     {InPlace, when(0), "conflict"},
		"of what was taken back": {Missing, when(0), "conflict"},
	} {
		t.Run(name, func(t *testing.T) {
			s := underway{held: held{copy: Copy{ID: "c", State: c.state, HandOver: "L"}, line: line}, sending: &Sending{ID: "L"}}
			changes, err := s.arrived(Acknowledge{ReceivedAt: c.at, ReceiptNo: "7"}, outward(t))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			told, known, next := acttest.Row[HandOver](t, changes), acttest.Row[Sending](t, changes), acttest.Row[Copy](t, changes)
			if !told.ReceiptAt.Equal(*c.at) || told.ReceiptNo != "7" || known.AcknowledgedBy != "officer" || next.State != Away || !changes.Targets[0].CloseOnly {
				t.Errorf("%+v %+v %+v", told, known, next)
			}
		})
	}
	old := underway{held: held{copy: Copy{ID: "c", State: Transit}, line: line}}
	if changes, err := old.arrived(Acknowledge{ReceivedAt: when(0)}, outward(t)); err != nil || len(acttest.Rows[Sending](changes)) != 0 {
		t.Errorf("of one that an earlier version sent: %v", err)
	}
}

// bundled are copies of one document, each in a state.
func bundled(origin string, states ...State) bundle {
	var b bundle
	for i, s := range states {
		h := held{copy: Copy{ID: term.CopyID(rune('a' + i)), Document: "D", State: s}, line: HandOver{Giver: "officer", GiverSigned: "officer"}}
		h.item.Origin = origin
		b.copies = append(b.copies, underway{held: h})
	}
	if len(states) == 0 {
		h := held{}
		h.item.Origin = origin
		b.copies = []underway{{held: h}}
	}
	return b
}

func TestDespatching(t *testing.T) {
	for name, c := range map[string]struct {
		s    bundle
		want string
	}{
		"one": {bundled("own", InPlace), ""}, "several": {bundled("own", InPlace, Received), ""}, "what is made of others": {bundled("derived", InPlace), ""},
		"what came in": {bundled("received", InPlace), "document not_own"}, "none": {bundled("own"), "copies required"},
		"one of which is out": {bundled("own", InPlace, Held), "conflict"}, "one of which is gone": {bundled("own", InPlace, Ended), "conflict"},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideDespatch(c.s, Despatch{Document: "D", Channel: "courier", Recipient: "某局"}, outward(t, "actor", "officer"))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			sent, stands := acttest.Rows[Sending](changes), changes.After.(standing)
			if len(sent) != len(c.s.copies) || len(changes.Targets) != len(sent) || len(stands.Others()) != len(sent)-1 || !stands.SenderSigned {
				t.Errorf("%d sent, after %+v", len(sent), stands)
			}
		})
	}
}

func TestReceiptsOfABundle(t *testing.T) {
	for name, c := range map[string]struct {
		s    bundle
		want string
	}{
		"of all": {bundled("own", Transit, Transit), ""}, "of none": {bundled("own"), "copies required"}, "of one that is here": {bundled("own", Transit, InPlace), "conflict"},
		"of one twice": {bundled("own", Transit, Away), "conflict"},
	} {
		changes, err := decideAcknowledgeSent(c.s, AcknowledgeSent{Document: "D", ReceivedAt: when(0)}, outward(t))
		if got := answer(err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if err == nil && len(acttest.Rows[Copy](changes)) != len(c.s.copies) {
			t.Errorf("%s: %d copies", name, len(acttest.Rows[Copy](changes)))
		}
	}
	for name, c := range map[string]struct {
		ids  []term.CopyID
		want string
	}{
		"none": {nil, ""}, "two": {[]term.CopyID{"a", "b"}, ""}, "one twice": {[]term.CopyID{"a", "b", "a"}, "copies twice"},
		"as many as can be": {numbered(maxSent), ""}, "one more": {numbered(maxSent + 1), "copies too_many"},
	} {
		if got := answer(wrong(c.ids)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// numbered are so many ids.
func numbered(n int) (out []term.CopyID) {
	for i := range n {
		out = append(out, term.CopyID(rune(0x4e00+i)))
	}
	return out
}

func TestSendingACompilation(t *testing.T) {
	item := act.Item{Item: regulation.NewItem(term.Mimi, term.RegimeState), Scope: []term.PersonID{"leader1", "clerk"}, Units: []term.UnitID{"named"}}
	free := func(n int) (out []Copy) {
		for i := range n {
			out = append(out, Copy{ID: term.CopyID(rune('a' + i)), Document: "D", State: Received, Since: acttest.Monday})
		}
		return out
	}
	moved := free(1)
	moved[0].Since = acttest.Monday.Add(time.Minute)
	for name, c := range map[string]struct {
		s    compilation
		cmd  SendCompilation
		want string
		sent int
	}{
		"to a person":              {compilation{item, true, free(1), 0}, SendCompilation{Recipients: []string{"leader1"}}, "", 1},
		"to a unit":                {compilation{item, true, free(2), 0}, SendCompilation{Recipients: []string{"leader1", "dept"}}, "", 2},
		"to a unit of the scope":   {compilation{item, true, free(1), 0}, SendCompilation{Recipients: []string{"named"}}, "", 1},
		"to as many as there are":  {compilation{item, true, free(2), 0}, SendCompilation{Recipients: []string{"leader1", "clerk"}}, "", 2},
		"to one more":              {compilation{item, true, free(1), 0}, SendCompilation{Recipients: []string{"leader1", "clerk"}}, "recipients too_few_copies", 0},
		"to nobody":                {compilation{item, true, free(1), 0}, SendCompilation{}, "recipients required", 0},
		"to who is not there":      {compilation{item, true, free(1), 0}, SendCompilation{Recipients: []string{"who"}}, "recipients unknown_person", 0},
		"two in one envelope":      {compilation{item, true, free(2), 0}, SendCompilation{Recipients: []string{"leader1", "clerk"}, EnvelopeNo: "E-1"}, "envelope_no one_each", 0},
		"two in one twice":         {compilation{item, true, free(2), 0}, SendCompilation{Recipients: []string{"leader1", "clerk"}, EnvelopeNo: "E-1、E-1"}, "envelope_no other_recipient", 0},
		"an envelope each":         {compilation{item, true, free(2), 0}, SendCompilation{Recipients: []string{"leader1", "clerk"}, EnvelopeNo: "E-1、E-2"}, "", 2},
		"to one twice":             {compilation{item, true, free(2), 0}, SendCompilation{Recipients: []string{"clerk", "clerk"}}, "recipients twice", 0},
		"what is none":             {compilation{item, false, free(1), 0}, SendCompilation{Recipients: []string{"leader1"}}, "document no_compilation", 0},
		"later than now":           {compilation{item, true, free(1), 0}, SendCompilation{Recipients: []string{"leader1"}, SentAt: when(61)}, "sent_at in_the_future", 0},
		"before its piece was put": {compilation{item, true, moved, 0}, SendCompilation{Recipients: []string{"leader1"}, SentAt: when(0)}, "sent_at before_moved", 0},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideSendCompilation(c.s, c.cmd, outward(t, "actor", "officer"))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			lines, copies := acttest.Rows[HandOver](changes), acttest.Rows[Copy](changes)
			if len(lines) != c.sent || len(copies) != c.sent || len(acttest.Rows[Sending](changes)) != c.sent || len(changes.After.(standing).Others()) != c.sent-1 {
				t.Fatalf("%d lines, %d copies", len(lines), len(copies))
			}
			for i, l := range lines {
				person := term.PersonID(c.cmd.Recipients[i]) != "dept" && c.cmd.Recipients[i] != "named"
				if (l.Receiver != "") != person || l.GiverSigned != "officer" || copies[i].State != Transit || copies[i].HandOver != l.ID || changes.Values["copy."+c.cmd.Recipients[i]] != string(copies[i].ID) {
					t.Errorf("%+v %+v", l, copies[i])
				}
			}
		})
	}
}

// A unit may know what its scope names, or what each of its members may know: of one without members, nothing.
func TestWhomACompilationGoesTo(t *testing.T) {
	s := compilation{item: act.Item{Scope: []term.PersonID{"leader1", "clerk", "far"}, Units: []term.UnitID{"named"}}}
	for id, want := range map[string][2]bool{
		"leader1": {true, true}, "stranger": {false, true}, "dept": {true, true}, "mixed": {false, true}, "named": {true, true}, "nowhere": {false, false},
	} {
		p, known := s.recipient(id, outward(t))
		if p.InScope != want[0] || known != want[1] {
			t.Errorf("%s: in scope %v, known %v", id, p.InScope, known)
		}
	}
	for id, want := range map[string]string{"leader1": staff, "far": branch, "stranger": outsider, "who": outsider, "dept": staff, "mixed": branch, "nowhere": outsider} {
		if got := recipientKind(outward(t), id); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	kinds := []string{"", staff, branch, outsider}
	for i, a := range kinds {
		for j, b := range kinds {
			if got := farther(a, b); got != kinds[max(i, j)] {
				t.Errorf("of %q and %q: %q", a, b, got)
			}
		}
	}
	if !slices.Contains(kinds, receiverKind(act.Env{People: house{}}, "leader1")) || receiverKind(act.Env{People: house{}}, "leader1") != outsider {
		t.Error("where nobody tells them apart, all are outsiders")
	}
}

func TestWhomAPieceMayGoTo(t *testing.T) {
	here := Copy{ID: "c", Document: "D", State: InPlace, Place: "cabinet-1", Since: acttest.Monday.Add(-time.Hour)}
	own := address{own: true, to: []string{"某省局", "某市局"}}
	many := address{own: true, to: []string{"某省局", "各县局"}}
	used := &envelope{to: "", name: "某省局"}
	for name, c := range map[string]struct {
		a    address
		cmd  Send
		want string
	}{
		"whom it is for":              {own, Send{Recipient: " 某市局 "}, ""},
		"an office of one":            {own, Send{Recipient: "某省局办公室"}, ""},
		"somebody else":               {own, Send{Recipient: "某县局"}, "recipient not_addressed"},
		"nobody":                      {own, Send{}, "recipient not_addressed"},
		"one of many":                 {many, Send{Recipient: "甲县局"}, ""},
		"of a document for nobody":    {address{own: true}, Send{Recipient: "某省局"}, "recipient not_addressed"},
		"a person by name":            {address{own: true, to: []string{"far"}}, Send{To: "far"}, ""},
		"what came in":                {address{}, Send{Recipient: "某县局"}, ""},
		"another piece beside it":     {address{own: true, to: own.to, last: used}, Send{Recipient: "某省局", EnvelopeNo: "E"}, ""},
		"in the envelope of another":  {address{own: true, to: own.to, last: used}, Send{Recipient: "某市局", EnvelopeNo: "E"}, "envelope_no other_recipient"},
		"by hand of somebody else":    {address{own: true, to: own.to, last: used}, Send{To: "far", Recipient: "某省局", EnvelopeNo: "E"}, "envelope_no other_recipient"},
		"what came in, an old number": {address{last: used}, Send{Recipient: "某市局", EnvelopeNo: "E"}, "envelope_no other_recipient"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := (held{copy: here, address: c.a}).sent(c.cmd, outward(t, "actor", "officer")); answer(err) != c.want {
				t.Errorf("%q, want %q", answer(err), c.want)
			}
		})
	}
}

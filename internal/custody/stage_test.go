package custody

import (
	"slices"
	"testing"

	"jiyao/internal/act/acttest"
	"jiyao/internal/checklist"
	"jiyao/internal/term"
)

func TestBringingAnObjectIntoAStage(t *testing.T) {
	object := Copy{ID: "c", Document: "D", State: InPlace, Medium: "object"}
	as := func(state State, medium string) Copy {
		c := object
		c.State, c.Medium = state, medium
		return c
	}
	right := Stage{Stage: "研发", Unit: "dept", Person: "clerk", Place: " 3号车间 ", Measures: []string{"a", "b", "a"}}
	but := func(f func(*Stage)) Stage { s := right; f(&s); return s }
	for name, c := range map[string]struct {
		copy Copy
		cmd  Stage
		want string
		to   string
	}{
		"here":                      {object, right, "", "premises"},
		"at another firm":           {object, but(func(s *Stage) { s.Destination, s.AgreementNo = "outside", " 8 " }), "", "outside"},
		"with who has it":           {as(Held, "object"), right, "", "premises"},
		"nothing said":              {object, Stage{}, "stage required, unit required, person required, place required", ""},
		"a place that is none":      {object, but(func(s *Stage) { s.Place = " " }), "place required", ""},
		"what is no object":         {as(InPlace, "paper"), right, "copy no_object", ""},
		"with somebody unknown":     {object, but(func(s *Stage) { s.Person = "who" }), "person unknown_person", ""},
		"with one of another unit":  {object, but(func(s *Stage) { s.Person = "officer" }), "unit other_unit", ""},
		"what is lost":              {as(Missing, "object"), right, "conflict", ""},
		"what has ended":            {as(Ended, "object"), right, "conflict", ""},
		"what has ended, of paper":  {as(Ended, "paper"), right, "conflict", ""},
		"nothing said of what ends": {as(Ended, "object"), but(func(s *Stage) { s.Stage = "" }), "stage required", ""},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideStage(held{copy: c.copy}, c.cmd, outward(t))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			line := acttest.Row[StageLine](t, changes)
			if line.Destination != c.to || line.Place != "3号车间" || len(line.Measures) != 2 || line.Person != "clerk" || line.By != "officer" || changes.Values["stage_line"] != line.ID || changes.Targets[0].ID != "c" {
				t.Errorf("%+v", line)
			}
		})
	}
}

// A sheet about a copy is one that an act waits for, with an answer to some line of it.
func TestSigningASheetAboutACopy(t *testing.T) {
	const sheet = "transfer_measures"
	for name, c := range map[string]struct {
		cmd  SignSheet
		want string
		no   int
	}{
		"in place":               {SignSheet{Sheet: sheet, Lines: map[string]string{"密封袋": "yes"}}, "", 0},
		"not in place":           {SignSheet{Sheet: sheet, Lines: map[string]string{"密封袋": "no"}}, "", 1},
		"a sheet that is none":   {SignSheet{Sheet: "invented", Lines: map[string]string{"密封袋": "yes"}}, "sheet not_in_list", 0},
		"one nothing waits for":  {SignSheet{Sheet: DayEnd, Lines: map[string]string{"密封袋": "yes"}}, "sheet not_in_list", 0},
		"a line that is none":    {SignSheet{Sheet: sheet, Lines: map[string]string{"火漆": "yes"}}, "lines unknown_line", 0},
		"an answer that is none": {SignSheet{Sheet: sheet, Lines: map[string]string{"密封袋": "也许"}}, "lines.密封袋 not_in_list", 0},
		"no line":                {SignSheet{Sheet: sheet}, "lines required", 0},
	} {
		t.Run(name, func(t *testing.T) {
			env := outward(t)
			env.Law = acttest.Law(t, "company")
			changes, err := decideSheet(held{copy: Copy{ID: "c", Document: "D"}}, c.cmd, env)
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			s := acttest.Row[checklist.Sheet](t, changes)
			if s.Name != sheet || s.Subject != "c" || s.Person != "officer" || s.Day != "2026-03-02" || !s.ServedAt.IsZero() || len(changes.No) != c.no {
				t.Errorf("%+v, no %v", s, changes.No)
			}
		})
	}
}

// What is reported missing keeps who had it last, and hangs on one search.
func TestReportingAMissingCopy(t *testing.T) {
	for state, want := range map[State]string{Received: "", InPlace: "", Held: "", Carried: "", Transit: "", Away: "", Supplied: "", Missing: "conflict", Ended: "conflict"} {
		h := held{copy: Copy{ID: "c", Document: "D", State: state, Place: "p", Holder: "clerk", HandOver: "L"}}
		changes, err := decideMissing(h, ReportMissing{}, outward(t))
		if got := answer(err); got != want {
			t.Errorf("%s: %q, want %q", state, got, want)
		}
		if err != nil {
			continue
		}
		next := acttest.Row[Copy](t, changes)
		if next.State != Missing || next.Holder != "clerk" || next.Place != "p" || next.HandOver != "L" || changes.Values["holder"] != "clerk" || changes.After.(standing).Located {
			t.Errorf("%s: %+v", state, next)
		}
		if search := changes.Targets[1]; search.Kind != "lost" || !search.Once || !search.OpenOnly || !search.Records["discovered_at"].At.Equal(acttest.Monday) {
			t.Errorf("%s: the search %+v", state, search)
		}
	}
}

// What turns up goes back to who had it, or to its way; else it lies where it was found, at rest only in a registered cabinet.
func TestReportingAFoundCopy(t *testing.T) {
	lost := func(line HandOver, trip string) found {
		f := found{held: held{copy: Copy{ID: "c", Document: "D", State: Missing, Place: "old", Device: "d", HandOver: line.ID, Holder: line.Receiver}, line: line, trip: Trip{ID: trip}}}
		if line.ID != "" {
			f.copy.Place, f.copy.Device = "", ""
		}
		return f
	}
	lent, sent := HandOver{ID: "L", Kind: "lend", Receiver: "clerk"}, HandOver{ID: "L", Kind: "send"}
	receipted := sent
	receipted.ReceiptAt = acttest.Monday
	here, desk := ReportFound{Place: "cabinet-1"}, ReportFound{Place: "desk-1"}
	lies := func(c Copy) found { return found{held: held{copy: c}} }
	shelved := Copy{ID: "c", State: InPlace, Place: "old", Device: "d"}
	for name, c := range map[string]struct {
		s      found
		cmd    ReportFound
		want   string
		state  State // empty: not moved
		place  term.PlaceID
		device term.DeviceID
		in     string // where it was found, as the row says
	}{
		"in a registered place":      {lost(HandOver{}, ""), here, "", InPlace, "cabinet-1", "", ""},
		"on a registered desk":       {lost(HandOver{}, ""), desk, "", Received, "desk-1", "", "desk"},
		"somewhere":                  {lost(HandOver{}, ""), ReportFound{Where: "corridor"}, "", Received, "", "", "corridor"},
		"nobody says where":          {lost(HandOver{}, ""), ReportFound{}, "place_kind required", "", "", "", ""},
		"what somebody had":          {lost(lent, ""), here, "", Held, "", "", ""},
		"what was on its way":        {lost(sent, ""), here, "", Transit, "", "", ""},
		"what had arrived":           {lost(receipted, ""), here, "", Away, "", "", ""},
		"what was given outside":     {lost(HandOver{ID: "L", Kind: "disclose"}, ""), here, "", Supplied, "", "", ""},
		"what was on a trip":         {lost(HandOver{}, "t"), here, "", Carried, "", "d", ""},
		"a loan that was on a trip":  {lost(lent, "t"), here, "", Carried, "", "", ""},
		"what has ended":             {lies(Copy{ID: "c", State: Ended}), here, "", "", "", "", ""},
		"where it lies":              {lies(Copy{ID: "c", State: InPlace, Place: "cabinet-1"}), here, "", "", "", "", ""},
		"what lies in another":       {lies(shelved), here, "", InPlace, "cabinet-1", "", ""},
		"on a desk, not in its own":  {lies(shelved), desk, "", Received, "desk-1", "", "desk"},
		"on the floor":               {lies(shelved), ReportFound{Where: "floor"}, "", Received, "", "", "floor"},
		"in some cabinet":            {lies(shelved), ReportFound{Where: "cabinet"}, "", Received, "", "", "cabinet"},
		"found before, now put away": {lies(Copy{ID: "c", State: Received, LabelledAt: acttest.Monday, FoundIn: "desk"}), here, "", InPlace, "cabinet-1", "", ""},
		"never labelled":             {lies(Copy{ID: "c", State: Received}), desk, "", "", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			switch c.cmd.Place {
			case "cabinet-1":
				c.s.place = Place{ID: "cabinet-1", Kind: "cabinet"}
			case "desk-1":
				c.s.place = Place{ID: "desk-1", Kind: "desk"}
			}
			changes, err := decideFound(c.s, c.cmd, outward(t))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			if kinds := changes.Targets; !kinds[0].CloseOnly || kinds[0].Kind != "copy" || kinds[1].Kind != "lost" || !kinds[1].CloseOnly {
				t.Errorf("%+v", kinds)
			}
			if c.state == "" {
				if len(changes.Rows) != 0 {
					t.Errorf("moved: %v", changes.Rows)
				}
				return
			}
			next := acttest.Row[Copy](t, changes)
			if next.State != c.state || next.Place != c.place || next.Device != c.device || next.FoundIn != c.in || next.HandOver != c.s.copy.HandOver || next.Holder != c.s.copy.Holder {
				t.Errorf("%+v", next)
			}
		})
	}
}

// What somebody has stays his; where it lay about, he keeps it in no cabinet.
func TestWhatSomebodyHasIsFound(t *testing.T) {
	kept := found{held: held{copy: Copy{ID: "c", State: Held, Holder: "clerk", HandOver: "L"}, line: HandOver{ID: "L", KeptIn: "his"}}}
	for name, c := range map[string]struct {
		cmd  ReportFound
		want []term.PlaceID
	}{
		"on a desk": {ReportFound{Place: "desk-1"}, []term.PlaceID{"desk-1"}}, "on the floor": {ReportFound{Where: "floor"}, []term.PlaceID{""}}, "where he keeps it": {ReportFound{Place: "his"}, nil},
		"with him": {ReportFound{Where: "room", FoundWith: "clerk"}, nil}, "with another": {ReportFound{Where: "room", FoundWith: "other"}, []term.PlaceID{""}},
	} {
		changes, err := decideFound(kept, c.cmd, outward(t))
		var got []term.PlaceID
		for _, l := range acttest.Rows[HandOver](changes) {
			got = append(got, l.KeptIn)
		}
		if err != nil || !slices.Equal(got, c.want) || len(acttest.Rows[Copy](changes)) != 0 {
			t.Errorf("%s: %v, kept in %v", name, err, got)
		}
	}
}

// A word for a place is no lock, and what was found with its holder stands as its line says.
func TestHowAFoundCopyStood(t *testing.T) {
	cabinet := Place{ID: "cabinet-1", Kind: "cabinet", Lock: "key"}
	out := held{copy: Copy{State: Held, Holder: "clerk"}, line: HandOver{ReceiverSigned: "clerk"}}
	for name, c := range map[string]struct {
		s      found
		cmd    ReportFound
		rest   bool
		kind   string
		locked bool
		signed bool
	}{
		"in a cabinet":      {found{out, cabinet}, ReportFound{}, true, "cabinet", true, false},
		"in a corridor":     {found{held: out}, ReportFound{Where: "corridor"}, true, "corridor", false, false},
		"in a cabinet's":    {found{held: out}, ReportFound{Where: "cabinet"}, true, "cabinet", false, false},
		"with its holder":   {found{held: out}, ReportFound{Where: "desk", FoundWith: "clerk"}, false, "", false, true},
		"with another":      {found{held: out}, ReportFound{Where: "desk", FoundWith: "leader1"}, true, "desk", false, false},
		"nobody had it":     {found{held: held{copy: Copy{State: InPlace}}}, ReportFound{Where: "desk", FoundWith: ""}, true, "desk", false, false},
		"what was gone":     {found{held: held{copy: Copy{State: Ended}}}, ReportFound{Where: "desk"}, false, "", false, false},
		"what was gone, in": {found{held{copy: Copy{State: Ended}}, cabinet}, ReportFound{}, false, "", false, false},
	} {
		got := c.s.asFound(c.cmd, outward(t))
		if got.AtRest != c.rest || got.PlaceKind != c.kind || got.PlaceLocked != c.locked || got.HolderSigned != c.signed {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestNamingACustodian(t *testing.T) {
	for name, c := range map[string]struct {
		state State
		to    term.PersonID
		want  string
	}{
		"of what is here": {InPlace, "clerk", ""}, "of what somebody has": {Held, "clerk", ""}, "of what is missing": {Missing, "clerk", ""},
		"of what has ended": {Ended, "clerk", "conflict"}, "who is not there": {InPlace, "who", "to unknown_person"}, "nobody": {InPlace, "", "to unknown_person"},
	} {
		changes, err := decideCustodian(held{copy: Copy{ID: "c", State: c.state, Holder: "leader1"}}, SetCustodian{To: c.to}, outward(t))
		if got := answer(err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if err == nil {
			if next := acttest.Row[Copy](t, changes); next.Custodian != c.to || next.State != c.state || next.Holder != "leader1" {
				t.Errorf("%s: %+v", name, next)
			}
		}
	}
}

func TestLabelling(t *testing.T) {
	before := acttest.Monday
	for name, c := range map[string]struct {
		copy   Copy
		taken  []term.CopyNo
		own    string
		want   string
		number term.CopyNo
	}{
		"once":                         {Copy{ID: "c", Label: "JY26-0001-01-K"}, nil, "", "", ""},
		"twice":                        {Copy{ID: "c", LabelledAt: before}, nil, "", "conflict", ""},
		"what has ended":               {Copy{ID: "c", State: Ended}, nil, "yes", "conflict", ""},
		"with a number of the office":  {Copy{ID: "c", Seq: 2}, []term.CopyNo{"000001"}, "yes", "", "000002"},
		"the next that is free":        {Copy{ID: "c", Seq: 2}, []term.CopyNo{"000001", "000002", "000003"}, "yes", "", "000004"},
		"numbered later":               {Copy{ID: "c", Seq: 1, LabelledAt: before, LabelledBy: "officer"}, nil, "yes", "", "000001"},
		"what has its number":          {Copy{ID: "c", Seq: 1, CopyNo: "000007"}, nil, "yes", "copy_no_unprinted has_its_number", "000007"},
		"keeps its number as labelled": {Copy{ID: "c", Seq: 1, CopyNo: "000007"}, nil, "", "", "000007"},
	} {
		changes, err := decideLabel(labelling{placing{held: held{copy: c.copy}}, c.taken}, LabelCopy{CopyNoUnprinted: c.own}, outward(t))
		if got := answer(err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if err == nil {
			if next := acttest.Row[Copy](t, changes); next.LabelledBy != "officer" || next.LabelledAt.IsZero() || next.CopyNo != c.number || changes.Values["label"] != string(c.copy.Label) {
				t.Errorf("%s: %+v", name, next)
			}
		}
	}
}

// What follows a document: its copies take its class, and end with its line; each of them.
func TestCopiesFollowTheirDocument(t *testing.T) {
	s := lines{copies: []Copy{{ID: "a", State: InPlace, Place: "p", Device: "d"}, {ID: "b", State: Received}}, lines: []HandOver{{ID: "L"}}}
	changes, err := decideReclass(s, Reclass{Document: "D", Class: 7}, outward(t))
	if err != nil || len(acttest.Rows[Copy](changes)) != 2 || acttest.Rows[Copy](changes)[1].Class != 7 || acttest.Row[HandOver](t, changes).Class != 7 {
		t.Errorf("%+v %v", changes, err)
	}
	if changes, err = decideEnd(s, End{Document: "D"}, outward(t)); err != nil {
		t.Fatal(err)
	}
	for _, c := range acttest.Rows[Copy](changes) {
		if c.State != Ended || c.Ending != Voided || c.Place != "" || c.Device != "" {
			t.Errorf("%+v", c)
		}
	}
}

// Serial numbers are one a carrier, none twice, of bounded length.
func TestSerialNumbers(t *testing.T) {
	long := make([]rune, maxSerial+1)
	for i := range long {
		long[i] = '9'
	}
	for text, c := range map[string]struct {
		n    int
		want string
		is   int
	}{
		"": {2, "", 0}, " ; ": {1, "", 0}, "A1": {1, "", 1}, "A1、A2，A3": {3, "", 3}, "A1,A1": {2, "serial_no twice", 0}, "A1,A2": {3, "serial_no one_a_copy", 0},
		"A1;A2\nA3": {2, "serial_no one_a_copy", 0}, string(long): {1, "serial_no too_long", 0}, string(long[1:]): {1, "", 1},
	} {
		got, err := Serials(text, c.n)
		if answer(err) != c.want || len(got) != c.is {
			t.Errorf("%q: %v, %q", text, got, answer(err))
		}
	}
}

func TestNewCopies(t *testing.T) {
	b := Birth{Document: "D", Series: term.Received, Year: 2026, No: 7, Level: term.Jimi, Count: 2, At: acttest.Monday, Material: Material{Medium: "usb", Serials: []string{"S1", "S2"}, Custodian: "clerk"}}
	for name, c := range map[string]struct {
		numbers []string
		own     bool
		want    string
		first   term.CopyNo
	}{
		"as printed": {[]string{"000009", "000010"}, false, "", "000009"}, "our own": {nil, true, "", "000001"}, "none": {nil, false, "", ""},
		"what is no number": {[]string{"9", "10"}, false, "copy_nos bad_format", ""},
	} {
		one := b
		one.Numbers, one.Own = c.numbers, c.own
		got, err := Born(one, outward(t))
		if answer(err) != c.want {
			t.Errorf("%s: %q, want %q", name, answer(err), c.want)
		}
		if err != nil {
			continue
		}
		if len(got) != 2 || got[0].CopyNo != c.first || got[1].SerialNo != "S2" || got[1].Seq != 2 || got[1].Label != term.MakeLabelCode(term.Received, 2026, 7, 2) || got[1].State != Received || got[1].Custodian != "clerk" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

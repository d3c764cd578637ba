package custody

import (
	"slices"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/act/acttest"
	"jiyao/internal/checklist"
	"jiyao/internal/term"
)

// others stands for the other nouns while a table runs: nobody receives for a unit.
func others(t *testing.T) {
	before := links
	links = receiving{}
	t.Cleanup(func() { links = before })
}

func TestHandingOut(t *testing.T) {
	others(t)
	here := Copy{ID: "c", Document: "D", State: InPlace, Place: "p", CopyNo: "000001"}
	here.Rev = 3
	as := func(state State) held { return held{copy: Copy{ID: "c", State: state, Holder: "clerk"}} }
	turn := Queue{Circulation: "r", Stop: "s"}
	for name, c := range map[string]struct {
		s       held
		cmd     HandOut
		signed  []string
		want    string
		follows []string
	}{
		"out of a cabinet":          {held{copy: here}, HandOut{To: "leader1", CopyNo: "000001"}, []string{"giver", "officer", "receiver", "leader1"}, "", nil},
		"in a circulation":          {held{copy: here, queue: turn}, HandOut{To: "leader1"}, nil, "", []string{"circulation.served"}},
		"into a leader's office":    {held{copy: here, office: Place{ID: "o", Kind: leaderOffice, Within: []string{leaderOffice}}}, HandOut{To: "leader1", ReturnBy: when(60)}, nil, "", nil},
		"before his turn":           {held{copy: here, queue: Queue{Stop: "s", Before: "clerk"}}, HandOut{To: "leader1"}, nil, "to not_in_turn", nil},
		"of an envelope":            {held{piece: []string{"accept"}}, HandOut{To: "leader1"}, nil, "copy required", nil},
		"on a page of its revision": {held{copy: here}, HandOut{To: "leader1", Rev: 3}, nil, "", nil},
		"on a stale page":           {held{copy: here}, HandOut{To: "leader1", Rev: 2}, nil, "conflict", nil},
		"until now":                 {held{copy: here}, HandOut{To: "leader1", ReturnBy: when(0)}, nil, "return_by in_the_past", nil},
		"for a second":              {held{copy: here}, HandOut{To: "leader1", ReturnBy: when(1)}, nil, "", nil},
		"to oneself":                {held{copy: here}, HandOut{To: "officer"}, nil, "to same_person", nil},
		"to a stranger":             {held{copy: here}, HandOut{To: "who"}, nil, "to unknown_person", nil},
		"to nobody":                 {held{copy: here}, HandOut{}, nil, "to required", nil},
		"another number":            {held{copy: here}, HandOut{To: "leader1", CopyNo: "000002"}, nil, "copy_no differs", nil},
		"signed by another":         {held{copy: here}, HandOut{To: "leader1"}, []string{"receiver", "clerk"}, "signed other_person", nil},
		"what somebody has":         {as(Held), HandOut{To: "leader1"}, nil, "conflict", nil},
		"what is lost":              {as(Missing), HandOut{To: "leader1"}, nil, "conflict", nil},
		"what has ended":            {as(Ended), HandOut{To: "leader1"}, nil, "conflict", nil},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideHandOut(c.s, c.cmd, outward(t, c.signed...))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			line, next := acttest.Row[HandOver](t, changes), acttest.Row[Copy](t, changes)
			if next.State != Held || next.Holder != "leader1" || next.Place != "" || next.HandOver != line.ID || line.Giver != "officer" || line.KeptIn != c.s.office.ID || line.ReturnBy.IsZero() != (c.cmd.ReturnBy == nil) {
				t.Errorf("%+v %+v", next, line)
			}
			has := func(kind string) bool {
				return slices.ContainsFunc(changes.Targets, func(x act.Target) bool { return x.Kind == kind })
			}
			if has(inLeaderOffice) != c.s.office.atLeader() || has("stop") != (c.s.queue.Stop != "") || !has(keeper) || !slices.Equal(acttest.Follows(changes), c.follows) {
				t.Errorf("%+v, then %v", changes.Targets, acttest.Follows(changes))
			}
		})
	}
}

// A return says of pages, attachments and marks whether they are whole; what brought nothing makes the copy missing.
func TestReturning(t *testing.T) {
	n := func(i int) *int { return &i }
	line := HandOver{ID: "L", Kind: "lend", Receiver: "clerk", Stop: "s"}
	out := takingBack{held: held{copy: Copy{ID: "c", Document: "D", State: Held, Holder: "clerk", HandOver: "L", Level: term.Mimi, Pages: 3, Attachments: 1}, line: line}, next: []term.PersonID{"far"}}
	whole := TakeBack{Cabinet: "p", CopiesBack: n(1), PagesBack: n(3), AttachmentsBack: n(1), Checked: true}
	but := func(f func(*TakeBack)) TakeBack { b := whole; f(&b); return b }
	all := Return{TakeBack: whole, PagesResult: "whole", AttachmentsResult: "whole", MarksResult: "whole"}
	torn := all
	torn.MarksResult = "damaged"
	less := all
	less.TakeBack = but(func(b *TakeBack) { b.PagesBack = n(2) })
	glossed := less
	less.PagesResult = "missing"
	none := Return{TakeBack: but(func(b *TakeBack) { b.CopiesBack = n(0) })}
	refused := all
	refused.TakeBack = but(func(b *TakeBack) { b.WhyUnsigned = "拒签" })
	for name, c := range map[string]struct {
		cmd     Return
		pack    string
		signed  []string
		want    string
		whole   bool
		no      int
		sheets  int
		follows []string
	}{
		"whole":                     {all, "school", []string{"giver", "clerk", "receiver", "officer"}, "", true, 0, 1, []string{"circulation.taken"}},
		"with a torn mark":          {torn, "school", nil, "", false, 1, 1, []string{"circulation.taken"}},
		"a page less, called whole": {glossed, "school", nil, "pages_result counted_otherwise", false, 0, 0, nil},
		"a page less":               {less, "school", nil, "", false, 1, 1, []string{"circulation.taken"}},
		"where no pack has sheets":  {all, "county", nil, "", true, 0, 0, []string{"circulation.taken"}},
		"a secret without figures":  {Return{TakeBack: TakeBack{Cabinet: "p", Checked: true}}, "school", nil, "copies_back required, pages_back required, attachments_back required", false, 0, 0, nil},
		"its attachments uncounted": {Return{TakeBack: but(func(b *TakeBack) { b.AttachmentsBack = nil })}, "county", nil, "attachments_back required", false, 0, 0, nil},
		"nothing came":              {none, "county", nil, "", false, 0, 0, []string{"custody.report_missing"}},
		"into no cabinet":           {Return{TakeBack: but(func(b *TakeBack) { b.Cabinet = "" })}, "school", nil, "cabinet required", false, 0, 0, nil},
		"of another number":         {Return{TakeBack: but(func(b *TakeBack) { b.CopyNo = "000002" })}, "school", nil, "copy_no differs", false, 0, 0, nil},
		"attested by two":           {refused, "county", []string{act.FirstWitness, "leader1", act.SecondWitness, "far"}, "", true, 0, 0, []string{"circulation.taken"}},
		"attested, though he signs": {refused, "county", []string{"giver", "clerk", act.FirstWitness, "leader1", act.SecondWitness, "far"}, "", true, 0, 0, []string{"circulation.taken"}},
	} {
		t.Run(name, func(t *testing.T) {
			env := outward(t, c.signed...)
			env.Law = acttest.Law(t, c.pack)
			changes, err := decideReturn(out, c.cmd, env)
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			sheets := acttest.Rows[checklist.Sheet](changes)
			if len(sheets) != c.sheets || len(changes.No) != c.no || !slices.Equal(acttest.Follows(changes), c.follows) || (changes.Values["differs"] == "") != c.whole {
				t.Fatalf("%d sheets, no %v, then %v, %v", len(sheets), changes.No, acttest.Follows(changes), changes.Values)
			}
			if c.follows[0] != "circulation.taken" {
				return
			}
			back, next := acttest.Row[HandOver](t, changes), acttest.Row[Copy](t, changes)
			attested := len(back.Witnesses) == 2 && acttest.Text(t, back.ReturnUnsigned) == "拒签"
			if (back.ReturnSigned == "clerk") != slices.Contains(c.signed, "giver") {
				t.Errorf("signed by %q", back.ReturnSigned)
			}
			if back.Whole != c.whole || back.MarksResult != c.cmd.MarksResult || next.State != InPlace || next.Place != "p" || next.Holder != "" || attested != (c.cmd.WhyUnsigned != "" && back.ReturnSigned == "") {
				t.Errorf("%+v %+v", back, next)
			}
			if turn := changes.Targets[len(changes.Targets)-1]; turn.Kind != "turn" || turn.Person != "far" || !turn.OpenOnly {
				t.Errorf("%+v", changes.Targets)
			}
		})
	}
}

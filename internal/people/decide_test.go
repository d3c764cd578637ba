package people

import (
	"slices"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/act/acttest"
	"jiyao/internal/calendar"
	"jiyao/internal/term"
)

// staff is a small house: head and hr sign, ann keeps copies, bob and cai are anybody.
func staff(t *testing.T, who term.PersonID, signed ...string) act.Env {
	h := acttest.Of("head", "hr", "ann", "bob", "cai")
	h.Held = map[term.PersonID][]string{"head": {"base/unit_head"}, "hr": {"base/hr"}, "ann": {"base/officer"}}
	return acttest.Env(who, h, acttest.Law(t), signed...)
}

// The days of what is given: from today on, in order, for a year at most.
func TestForWhichDaysSomethingIsGiven(t *testing.T) {
	today := calendar.DateOf(acttest.Monday)
	day := func(n int) string { return today.Add(n).String() }
	newYear := calendar.Date{Year: 2027, Month: 1, Day: 1}
	for name, c := range map[string]struct {
		from, to string
		ends     bool
		at       time.Time
		want     string
	}{
		"today alone":                {day(0), day(0), true, acttest.Monday, ""},
		"from yesterday":             {day(-1), day(1), true, acttest.Monday, "from in_the_past"},
		"backwards":                  {day(2), day(1), true, acttest.Monday, "to before_from"},
		"as long as can be":          {day(0), day(maxDays), true, acttest.Monday, ""},
		"a day longer":               {day(0), day(maxDays + 1), true, acttest.Monday, "to too_long"},
		"without a first day":        {"", day(1), true, acttest.Monday, "from required"},
		"without a last day":         {day(0), "", true, acttest.Monday, "to required"},
		"without one, where it may":  {day(0), "", false, acttest.Monday, ""},
		"the last second of a year":  {"2026-12-31", "2027-01-01", true, newYear.Start().Add(-time.Second), ""},
		"the first of the next":      {"2026-12-31", "2027-01-01", true, newYear.Start(), "from in_the_past"},
		"from the first of the next": {"2027-01-01", "2027-01-01", true, newYear.Start(), ""},
	} {
		env := staff(t, "head")
		env.At = c.at
		if got := acttest.Answer(span(c.from, c.to, c.ends, env)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	for day, want := range map[string]string{"": "", "2026-02-28": "", "2026-02-29": "from bad_format", "明天": "from bad_format"} {
		if got := acttest.Answer(spanFault(day, "2026-03-01")); got != want {
			t.Errorf("from %q: %q, want %q", day, got, want)
		}
	}
	if got := acttest.Answer(spanFault("", "2026-02-30")); got != "to bad_format" {
		t.Errorf("a last day that is none: %q", got)
	}
}

func TestDesignating(t *testing.T) {
	known := designating{giving: giving{last: 4}, unit: true}
	lost := designating{giving: giving{unknown: []string{"x"}}, unit: true}
	persons := Designate{Persons: []term.PersonID{"ann", "bob"}, Acts: []string{"收发"}, AllItems: "yes", From: "2026-03-02", To: "2026-12-31"}
	unit := Designate{Unit: "dept", Stages: []string{"开发"}, Items: []term.DocumentID{"d"}, From: "2026-03-02"}
	but := func(d Designate, f func(*Designate)) Designate { f(&d); return d }
	for name, c := range map[string]struct {
		s    designating
		cmd  Designate
		want string
		rows int
		no   string // of the last
	}{
		"two persons":                {known, persons, "", 2, "2026-6"},
		"a unit, without a last day": {known, unit, "", 1, "2026-5"},
		"the first of a year":        {designating{unit: true}, unit, "", 1, "2026-1"},
		"persons without a last day": {known, but(persons, func(d *Designate) { d.To = "" }), "to required", 0, ""},
		"for no item":                {known, but(persons, func(d *Designate) { d.AllItems = "" }), "items required", 0, ""},
		"for one and for all":        {known, but(unit, func(d *Designate) { d.AllItems = "yes" }), "items either_or", 0, ""},
		"for one that is not there":  {lost, unit, "items unknown", 0, ""},
		"nobody":                     {known, but(persons, func(d *Designate) { d.Persons = nil }), "persons required", 0, ""},
		"for no act":                 {known, but(persons, func(d *Designate) { d.Acts = nil }), "acts required", 0, ""},
		"somebody unknown":           {known, but(persons, func(d *Designate) { d.Persons = []term.PersonID{"ann", "who"} }), "persons unknown_person", 0, ""},
		"somebody twice":             {known, but(persons, func(d *Designate) { d.Persons = []term.PersonID{"ann", "ann"} }), "persons another", 0, ""},
		"a unit that is not there":   {designating{}, unit, "unit unknown", 0, ""},
		"stages of no unit":          {known, but(unit, func(d *Designate) { d.Unit = "" }), "unit unknown", 0, ""},
		"a unit for no stage":        {known, but(unit, func(d *Designate) { d.Stages = nil }), "stages required", 0, ""},
		"from yesterday":             {known, but(persons, func(d *Designate) { d.From = "2026-03-01" }), "from in_the_past", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideDesignate(c.s, c.cmd, staff(t, "head", "actor", "head"))
			if got := acttest.Answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			rows := acttest.Rows[Designation](changes)
			if len(rows) != c.rows || changes.Values["number"] != c.no || rows[0].Signed != "head" || rows[0].By != "head" || (rows[0].Person == "") != (c.cmd.Unit != "") {
				t.Errorf("%q: %+v", changes.Values["number"], rows)
			}
		})
	}
}

func TestDelegating(t *testing.T) {
	deeds := Delegate{Post: "base/unit_head", Persons: []term.PersonID{"bob", "cai"}, Deeds: []string{"收发"}, AllItems: "yes", From: "2026-03-02", To: "2026-03-02"}
	acts := Delegate{Post: "base/officer", Persons: []term.PersonID{"bob"}, Acts: []string{"people.self_check"}, From: "2026-03-02", To: "2026-03-02"}
	but := func(d Delegate, f func(*Delegate)) Delegate { f(&d); return d }
	for name, c := range map[string]struct {
		pack string
		s    giving
		cmd  Delegate
		want string
		no   string
	}{
		"deeds":                       {"company", giving{last: 2}, deeds, "", "2026-4"},
		"deeds where no pack has any": {"", giving{}, deeds, "deeds not_in_list", ""},
		"for no item":                 {"company", giving{}, but(deeds, func(d *Delegate) { d.AllItems = "" }), "items required", ""},
		"for one that is not there":   {"company", giving{unknown: []string{"x"}}, but(deeds, func(d *Delegate) { d.AllItems, d.Items = "", []term.DocumentID{"x"} }), "items unknown", ""},
		"to oneself":                  {"company", giving{}, but(deeds, func(d *Delegate) { d.Persons = []term.PersonID{"bob", "head"} }), "persons another", ""},
		"to one twice":                {"company", giving{}, but(deeds, func(d *Delegate) { d.Persons = []term.PersonID{"bob", "bob"} }), "persons another", ""},
		"to somebody unknown":         {"company", giving{}, but(deeds, func(d *Delegate) { d.Persons = []term.PersonID{"who"} }), "persons unknown_person", ""},
		"what is nobody's to give":    {"company", giving{}, acts, "acts not_delegable", ""},
		"what is no act":              {"company", giving{}, but(acts, func(d *Delegate) { d.Acts = []string{"people.invented"} }), "acts unknown", ""},
		"for days that are over":      {"company", giving{}, but(deeds, func(d *Delegate) { d.From, d.To = "2026-03-01", "2026-03-01" }), "from in_the_past", ""},
	} {
		t.Run(name, func(t *testing.T) {
			env := staff(t, "head", "actor", "head")
			if c.pack != "" {
				env.Law = acttest.Law(t, c.pack)
			}
			changes, err := decideDelegate(c.s, c.cmd, env)
			if got := acttest.Answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			rows := acttest.Rows[Delegation](changes)
			if len(rows) != 2 || rows[1].Number() != c.no || len(changes.Targets) != 2 || rows[0].Signed != "head" {
				t.Errorf("%+v", rows)
			}
		})
	}
}

func TestGoingAway(t *testing.T) {
	today := calendar.DateOf(acttest.Monday).String()
	for name, c := range map[string]struct {
		from, to, want string
	}{
		"today": {today, today, ""}, "since yesterday": {"2026-03-01", today, ""}, "over already": {"2026-02-27", "2026-03-01", "to in_the_past"},
		"backwards": {"2026-03-05", "2026-03-04", "to before_from"}, "no day": {"", "2026-03-04", "from bad_format"}, "no days": {"x", "y", "from bad_format, to bad_format"},
	} {
		changes, err := decideAway(leavingBehind{}, GoAway{From: c.from, To: c.to, Reason: " 探亲 "}, staff(t, "ann"))
		if got := acttest.Answer(err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if err == nil {
			if a := acttest.Row[Away](t, changes); a.Person != "ann" || a.FirstDay != c.from || a.LastDay != c.to || acttest.Text(t, a.Reason) != "探亲" {
				t.Errorf("%s: %+v", name, a)
			}
		}
	}
}

// Nobody leaves with what he holds; with his posts end what he gave from them, and what was dedicated to him as a keeper of copies.
func TestLeavingAPost(t *testing.T) {
	posts, given := []Holding{{ID: "1", Person: "ann"}, {ID: "2", Person: "ann", DocNo: "旧"}}, []Delegation{{ID: "g"}}
	leave := LeavePost{Person: "ann", ApprovedOn: "2026-03-02", TalkOn: "2026-03-02", TalkBy: "hr", CommitmentOn: "2026-03-02", DocNo: "新"}
	but := func(f func(*LeavePost)) LeavePost { l := leave; f(&l); return l }
	for name, c := range map[string]struct {
		s       leaving
		cmd     LeavePost
		want    string
		follows []string
	}{
		"with nothing":             {leaving{posts: posts}, leave, "", nil},
		"who has given something":  {leaving{posts: posts, given: given}, leave, "", []string{"people.revoke"}},
		"who keeps copies":         {leaving{posts: posts, given: given, stands: []string{"county/officer", "base/officer"}}, leave, "", []string{"people.revoke", "custody.officer_gone"}},
		"with one piece":           {leaving{posts: posts, holdings: 1}, leave, "person holds_still", nil},
		"approved tomorrow":        {leaving{}, but(func(l *LeavePost) { l.ApprovedOn = "2026-03-03" }), "approved_on in_the_future", nil},
		"talked to tomorrow":       {leaving{}, but(func(l *LeavePost) { l.TalkOn = "2026-03-03" }), "talk_on in_the_future", nil},
		"promised tomorrow":        {leaving{}, but(func(l *LeavePost) { l.CommitmentOn = "2026-03-03" }), "commitment_on in_the_future", nil},
		"talked to by himself":     {leaving{}, but(func(l *LeavePost) { l.TalkBy = "ann" }), "talk_by another", nil},
		"talked to by a stranger":  {leaving{}, but(func(l *LeavePost) { l.TalkBy = "who" }), "talk_by another", nil},
		"talked to by nobody":      {leaving{}, but(func(l *LeavePost) { l.TalkBy = "" }), "", nil},
		"who is not there":         {leaving{}, but(func(l *LeavePost) { l.Person = "who" }), "person unknown_person", nil},
		"under no number of order": {leaving{posts: posts}, but(func(l *LeavePost) { l.DocNo = "" }), "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideLeavePost(c.s, c.cmd, staff(t, "hr", "actor", "hr"))
			if got := acttest.Answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			rows := acttest.Rows[Holding](changes)
			if len(rows) != len(c.s.posts) || !slices.Equal(acttest.Follows(changes), c.follows) {
				t.Errorf("%d posts, then %v", len(rows), acttest.Follows(changes))
			}
			for i, h := range rows {
				if !h.Until.Equal(acttest.Monday) || (h.DocNo == "新") != (c.cmd.DocNo != "") || c.cmd.DocNo == "" && h.DocNo != c.s.posts[i].DocNo {
					t.Errorf("%+v", h)
				}
			}
		})
	}
}

// A post that ends now takes with it what was given from it; one that ends later leaves it to the directory of that day.
func TestEndingAPost(t *testing.T) {
	at := acttest.Monday
	post := Post{ID: "officer", Stands: []string{"base/officer", "county/officer"}}
	state := func(kept ...string) holdingState {
		return holdingState{
			post: post, live: []Holding{{ID: "1", Post: "officer", Person: "ann"}}, kept: kept,
			given: []Delegation{{ID: "g", Post: "base/officer"}, {ID: "other", Post: "base/unit_head"}},
		}
	}
	signed := []string{"proposer", "hr", "unit_head", "head"}
	for name, c := range map[string]struct {
		s       holdingState
		cmd     PostEnd
		signed  []string
		want    string
		until   time.Time
		follows []string
	}{
		"now":                        {state(), PostEnd{Person: "ann"}, signed, "", at, []string{"people.revoke", "custody.officer_gone"}},
		"who keeps copies elsewhere": {state("base/officer"), PostEnd{Person: "ann"}, signed, "", at, []string{"people.revoke"}},
		"in a second":                {state(), PostEnd{Person: "ann", Until: at.Add(time.Second)}, signed, "", at.Add(time.Second), nil},
		"a second ago":               {state(), PostEnd{Person: "ann", Until: at.Add(-time.Second)}, signed, "until in_the_past", at, nil},
		"of who does not hold it":    {state(), PostEnd{Person: "bob"}, signed, "person does_not_hold_it", at, nil},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideEnd(c.s, c.cmd, staff(t, "hr", c.signed...))
			if got := acttest.Answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			if h := acttest.Row[Holding](t, changes); !h.Until.Equal(c.until) || !slices.Equal(acttest.Follows(changes), c.follows) {
				t.Errorf("%+v, then %v", h, acttest.Follows(changes))
			}
		})
	}
	for name, c := range map[string]struct {
		cmd  PostAssign
		want string
		rows int
	}{
		"beside who holds it":     {PostAssign{Person: "bob"}, "", 1},
		"in his place":            {PostAssign{Person: "bob", Replaces: "ann"}, "", 2},
		"in the place of another": {PostAssign{Person: "bob", Replaces: "cai"}, "replaces does_not_hold_it", 0},
		"to who holds it":         {PostAssign{Person: "ann"}, "person holds_it", 0},
		"to who is not there":     {PostAssign{Person: "who"}, "person unknown_person", 0},
		"since a second ago":      {PostAssign{Person: "bob", From: at.Add(-time.Second)}, "from in_the_past", 0},
	} {
		changes, err := decideAssign(state(), c.cmd, staff(t, "hr", signed...))
		if got := acttest.Answer(err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if err == nil && len(acttest.Rows[Holding](changes)) != c.rows {
			t.Errorf("%s: %v", name, changes.Rows)
		}
	}
	if _, err := decideEnd(state(), PostEnd{Person: "ann"}, staff(t, "hr", "proposer", "hr", "unit_head", "bob")); err == nil {
		t.Error("signed by who is not the head")
	}
}

func TestRevoking(t *testing.T) {
	for name, c := range map[string]struct {
		row  Delegation
		want string
	}{"once": {Delegation{ID: "g", To: "bob"}, ""}, "twice": {Delegation{ID: "g", Revoked: acttest.Monday}, "conflict"}} {
		changes, err := decideRevoke(revokeState{row: c.row}, Revoke{}, staff(t, "head"))
		if got := acttest.Answer(err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if err == nil && (acttest.Row[Delegation](t, changes).Revoked.IsZero() || changes.Targets[0].Person != "bob") {
			t.Errorf("%s: %+v", name, changes)
		}
	}
}

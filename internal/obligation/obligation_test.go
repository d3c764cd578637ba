package obligation_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/obligation"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04:05", s, calendar.Zone)
	if err != nil {
		panic(err)
	}
	return t
}

func duty(t *testing.T, due, warn, every string, chain ...string) *regulation.Duty {
	t.Helper()
	d := &regulation.Duty{Name: "town/answer", Clause: "T-1", Owner: "town/officer"}
	if due != "" {
		parsed, err := calendar.ParseDue(due)
		if err != nil {
			t.Fatal(err)
		}
		d.Due = &parsed
	}
	var err error
	if warn != "" {
		if d.Warn, err = calendar.ParseWarn(warn); err != nil {
			t.Fatal(err)
		}
	}
	if every != "" {
		if d.Every, err = calendar.ParseSpan(every); err != nil {
			t.Fatal(err)
		}
	}
	for i := 0; i < len(chain); i += 2 {
		after, err := calendar.ParseAfter(chain[i+1])
		if err != nil {
			t.Fatal(err)
		}
		d.Chain = append(d.Chain, regulation.Step{Post: chain[i], After: after})
	}
	return d
}

func begin(t *testing.T, def *regulation.Duty, from string) obligation.Duty {
	t.Helper()
	d, _, err := obligation.Begin(def, obligation.Opening{ID: "D", SubjectKind: "item", Subject: "X", Trigger: calendar.Trigger{Occurred: at(from), Book: calendar.Builtin()}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// events performs the plan until a moment and spells what happened.
func events(t *testing.T, d obligation.Duty, until string) (obligation.Duty, []string) {
	t.Helper()
	var out []string
	for !d.NextAt.IsZero() && !d.NextAt.After(at(until)) {
		next, e, err := obligation.Advance(d, d.NextAt)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s %s %s", e.At.Format("02 15:04:05"), e.Kind, e.Post))
		d = next
	}
	return d, out
}

func TestPlan(t *testing.T) {
	cases := []struct {
		name  string
		def   *regulation.Duty
		until string
		want  []string
	}{
		{
			"end of day, two warnings, one step", duty(t, "end of day + 0", "50 %, 80 %", "", "town/director", ""), "2026-03-04 00:00:00",
			[]string{"02 17:00:00 warn ", "02 21:12:00 warn ", "03 00:01:00 late ", "03 00:01:00 step town/director"},
		},
		{
			"in minutes, late from the first second", duty(t, "+ 15 min", "10 min", "", "town/chief", "", "town/deputy", "30 min"), "2026-03-02 12:00:00",
			[]string{"02 10:10:00 warn ", "02 10:15:01 late ", "02 10:15:01 step town/chief", "02 10:45:00 step town/deputy"},
		},
		{
			"reminders go on until done", duty(t, "", "", "30 min"), "2026-03-02 11:40:00",
			[]string{"02 10:30:00 repeat ", "02 11:00:00 repeat ", "02 11:30:00 repeat "},
		},
		{
			"reminders beside a due time", duty(t, "+ 2 h", "", "1 h"), "2026-03-02 13:00:00",
			[]string{"02 11:00:00 repeat ", "02 12:00:00 repeat ", "02 12:00:01 late ", "02 13:00:00 repeat "},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, got := events(t, begin(t, c.def, "2026-03-02 10:00:00"), c.until)
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %q\nwant %q", got, c.want)
			}
		})
	}
}

// TestRemindersOfANightWithoutPowerComeAsOne: the others could reach nobody, and the next keeps the old rhythm.
func TestRemindersOfANightWithoutPowerComeAsOne(t *testing.T) {
	d := begin(t, duty(t, "+ 2 h", "", "1 h"), "2026-03-02 10:00:00")
	now := at("2026-03-03 08:30:00")
	var got []string
	for !d.NextAt.After(now) {
		next, e, err := obligation.Advance(d, now)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.At.Format("02 15:04:05 ")+e.Kind)
		d = next
	}
	if want := []string{"02 11:00:00 repeat", "02 12:00:01 late"}; !reflect.DeepEqual(got, want) || !d.NextAt.Equal(at("2026-03-03 09:00:00")) {
		t.Errorf("got %q, the next at %v", got, d.NextAt)
	}
	d.EveryMS = 0
	if _, _, err := obligation.Advance(d, now); err == nil {
		t.Error("a reminder without an interval goes on")
	}
}

func TestFinish(t *testing.T) {
	def := duty(t, "end of day + 0", "50 %", "", "town/director", "")
	for _, c := range []struct {
		at   string
		late bool
	}{
		{"2026-03-02 23:59:59", false},
		{"2026-03-03 00:00:00", false}, // 24:00 is in time
		{"2026-03-03 00:00:01", true},
		{"2026-03-05 09:00:00", true},
	} {
		d := obligation.Finish(begin(t, def, "2026-03-02 10:00:00"), at(c.at), "officer")
		if got := !d.LateAt.IsZero(); got != c.late || d.State != obligation.Closed || !d.NextAt.IsZero() || d.ClosedBy != "officer" {
			t.Errorf("closed at %s: late %v, want %v; %+v", c.at, got, c.late, d)
		}
		if c.late && !d.LateAt.Equal(at("2026-03-03 00:01:00")) {
			t.Errorf("closed at %s: late from %v", c.at, d.LateAt)
		}
	}
	late, _ := events(t, begin(t, def, "2026-03-02 10:00:00"), "2026-03-03 09:00:00")
	if closed := obligation.Finish(late, at("2026-03-02 16:00:00"), "officer"); closed.LateAt.IsZero() {
		t.Error("an act entered late took the late record back")
	}
	if _, _, err := obligation.Advance(obligation.Finish(late, at("2026-03-03 09:00:00"), "officer"), at("2026-03-03 09:00:00")); err == nil {
		t.Error("a closed duty goes on")
	}
}

func TestAtOnceTellsAtTheOpening(t *testing.T) {
	def := duty(t, "+ 1 h", "", "")
	def.Chain = []regulation.Step{{Post: "town/director", AtOnce: true}}
	d, told, err := obligation.Begin(def, obligation.Opening{ID: "D", Trigger: calendar.Trigger{Occurred: at("2026-03-02 10:00:00"), Book: calendar.Builtin()}})
	if err != nil || !reflect.DeepEqual(told, []string{"town/director"}) || d.ToldPost != "town/director" || len(d.Plan) != 1 {
		t.Errorf("told %v, %+v, %v", told, d, err)
	}
	def.Owner = "person:handler"
	d, _, err = obligation.Begin(def, obligation.Opening{ID: "D", Person: "head_a", Trigger: calendar.Trigger{Occurred: at("2026-03-02 10:00:00"), Book: calendar.Builtin()}})
	if err != nil || d.OwnerPerson != "head_a" || d.OwnerPost != "" {
		t.Errorf("owner %q %q %v", d.OwnerPerson, d.OwnerPost, err)
	}
}

// A chain that climbs tells one post more with each interval after due, the last one again until the duty is done.
func TestAChainThatClimbs(t *testing.T) {
	def := duty(t, "+ 60 min", "", "1 h", "town/officer", "", "town/chief", "", "town/head", "")
	def.Step = true
	d := begin(t, def, "2026-03-02 16:00:00")
	want := []string{"17:00:01 late ", "17:00:01 step town/officer", "18:00:00 step town/chief", "19:00:00 step town/head", "20:00:00 step town/head", "21:00:00 step town/head"}
	for _, w := range want {
		var e obligation.Event
		var err error
		if d, e, err = obligation.Advance(d, d.NextAt); err != nil {
			t.Fatal(err)
		}
		if got := e.At.Format("15:04:05") + " " + e.Kind + " " + e.Post; got != w {
			t.Errorf("%s, want %s", got, w)
		}
	}
	if d.ToldPost != "town/head" {
		t.Errorf("told %s", d.ToldPost)
	}
}

// A post that each unit has is that of the owner's unit; where it has none beside him, another.
func TestTheHeadOfTheOwnersUnit(t *testing.T) {
	def := duty(t, "+ 60 min", "", "", "town/department_head", "", "town/chief", "1 h")
	def.Chain[0].EachUnit, def.Chain[0].Else = true, "town/chief"
	for person, want := range map[term.PersonID]string{"clerk": "person:head_a", "leader": "town/chief", "": "town/department_head"} {
		d, _, err := obligation.Begin(def, obligation.Opening{
			ID: "D", Person: person, Trigger: calendar.Trigger{Occurred: at("2026-03-02 16:00:00"), Book: calendar.Builtin()},
			Head: func(string) term.PersonID {
				if person == "clerk" {
					return "head_a"
				}
				return ""
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		if d, _, err = obligation.Advance(d, d.NextAt); err != nil {
			t.Fatal(err)
		}
		if _, e, err := obligation.Advance(d, d.NextAt); err != nil || e.Post != want {
			t.Errorf("of %q: %q is told, want %q; %v", person, e.Post, want, err)
		}
	}
}

// What follows some time after a duty is late comes at its own instant and tells nobody by itself.
func TestALaterEffect(t *testing.T) {
	def := duty(t, "end of day + 0", "", "")
	after, err := calendar.ParseAfter("7 days")
	if err != nil {
		t.Fatal(err)
	}
	def.OnLater = []regulation.LaterEffect{{Effect: regulation.Effect{Case: "loss"}, After: after}}
	d := begin(t, def, "2026-03-31 09:00:00")
	if d, _, err = obligation.Advance(d, d.NextAt); err != nil {
		t.Fatal(err)
	}
	if want := at("2026-04-08 00:01:00"); !d.NextAt.Equal(want) {
		t.Errorf("follows at %s, want %s", d.NextAt, want)
	}
	if _, e, err := obligation.Advance(d, d.NextAt); err != nil || e.Kind != "effect" || e.Post != "0" {
		t.Errorf("%+v, %v", e, err)
	}
}

// A duty that is handed on is done for who owed it, late where it was; who takes it owes the same by the same time, and what is
// still to come comes to him.
func TestADutyIsHandedOn(t *testing.T) {
	due := time.Date(2026, 3, 2, 12, 0, 0, 0, calendar.Zone)
	d := obligation.Duty{
		ID: "1", Name: "county/give_back", SubjectKind: "copy", Subject: "c", OwnerPerson: "ann", OpenedAt: due.Add(-time.Hour), DueAt: due, State: obligation.Open,
		Plan: []string{"2026-03-02T03:48:00Z|also|person:ann", "2026-03-02T04:00:01Z|late|", "2026-03-03T04:00:00Z|step|person:annabel"}, NextAt: due,
	}
	for name, at := range map[string]time.Time{"in time": due, "late": due.Add(time.Second)} {
		done, anew := obligation.Pass(d, "2", "bob", at, "cai")
		if done.ID != "1" || done.State != obligation.Closed || done.OwnerPerson != "ann" || done.LateAt.IsZero() != (name == "in time") || done.ClosedBy != "cai" {
			t.Errorf("%s: it is left as %+v", name, done)
		}
		if anew.ID != "2" || anew.State != obligation.Open || anew.OwnerPerson != "bob" || !anew.DueAt.Equal(due) || !anew.OpenedAt.Equal(at) || !anew.LateAt.IsZero() || !anew.NextAt.Equal(due) {
			t.Errorf("%s: it is taken as %+v", name, anew)
		}
		if want := []string{"2026-03-02T03:48:00Z|also|person:bob", d.Plan[1], d.Plan[2]}; !slices.Equal(anew.Plan, want) || d.Plan[0] == want[0] {
			t.Errorf("%s: to come is %v", name, anew.Plan)
		}
	}
}

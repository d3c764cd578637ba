package device

import (
	"slices"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/act/acttest"
	"jiyao/internal/calendar"
	"jiyao/internal/term"
)

var monday = time.Date(2026, 3, 2, 10, 0, 0, 0, calendar.Zone)

// house is a directory of a few people by name.
type house struct {
	act.Directory
	names map[term.PersonID]string
}

func (h house) Name(id term.PersonID) string { return h.names[id] }

func envAs(who term.PersonID) act.Env {
	return act.Env{Actor: act.Actor{Person: who}, At: monday, People: house{names: map[term.PersonID]string{"officer": "陈", "keeper": "周", "other": "吴"}}}
}

// answer is a decision's answer in one line.
func answer(err error) string { return acttest.Answer(err) }

// put is the device as an act leaves it.
func put(c act.Changes) Device {
	d, _ := c.Rows[0].Row().(Device)
	return d
}

func TestRegistering(t *testing.T) {
	for name, c := range map[string]struct {
		cmd  Register
		want string
		out  Device
	}{
		"a copier":           {Register{ID: "d", Name: " 复印机 ", Kind: "copier", Place: "room", Custodian: "keeper"}, "", Device{Name: "复印机", Class: "ordinary", Place: "room"}},
		"of confidential":    {Register{ID: "d", Name: "机", Kind: "fax", Class: "confidential_comm", Custodian: "keeper"}, "", Device{Name: "机", Class: "confidential_comm"}},
		"without a name":     {Register{ID: "d", Name: " ", Kind: "copier", Custodian: "keeper"}, "name required", Device{}},
		"nobody's":           {Register{ID: "d", Name: "机", Kind: "copier"}, "custodian unknown_person", Device{}},
		"a stranger's":       {Register{ID: "d", Name: "机", Kind: "copier", Custodian: "ghost"}, "custodian unknown_person", Device{}},
		"of another's name":  {Register{ID: "d", Name: "同名", Kind: "copier", Custodian: "keeper"}, "name same_name", Device{}},
		"in no room":         {Register{Name: "机", Kind: "copier", Place: "nowhere", Custodian: "keeper"}, "place unknown_place", Device{}},
		"under a number new": {Register{Name: "机", Kind: "copier", Custodian: "keeper"}, "", Device{Name: "机", Class: "ordinary"}},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideRegister(coming{stands: c.cmd.Place != "nowhere", twice: c.cmd.Name == "同名"}, c.cmd, envAs("officer"))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			d := put(changes)
			if d.Name != c.out.Name || d.Class != c.out.Class || d.Place != c.out.Place || d.Custodian != "keeper" || d.Kind != c.cmd.Kind || !d.InUse() {
				t.Errorf("%+v", d)
			}
			if d.ID == "" || c.cmd.ID != "" && d.ID != c.cmd.ID || changes.Values["device"] != string(d.ID) || d.RegisteredBy != "officer" || !d.RegisteredAt.Equal(monday) || !d.Since.Equal(monday) {
				t.Errorf("entered as %+v", d)
			}
		})
	}
}

// A device has exactly one custodian, whatever happens to it.
func TestAnotherCustodian(t *testing.T) {
	for name, c := range map[string]struct {
		state State
		to    term.PersonID
		want  string
	}{
		"in use":         {"", "other", ""},
		"away in repair": {InRepair, "other", ""},
		"scrapped":       {Scrapped, "other", "conflict"},
		"the same":       {"", "keeper", "custodian same_person"},
		"nobody":         {"", "", "custodian unknown_person"},
		"a stranger":     {"", "ghost", "custodian unknown_person"},
	} {
		t.Run(name, func(t *testing.T) {
			s := Device{ID: "d", Custodian: "keeper", State: c.state, Since: monday.Add(-time.Hour)}
			changes, err := decideAssign(s, AssignCustodian{Device: "d", Custodian: c.to}, envAs("officer"))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err == nil && (put(changes).Custodian != c.to || !put(changes).Since.Equal(monday) || put(changes).State != c.state) {
				t.Errorf("%+v", put(changes))
			}
		})
	}
}

func TestRepairing(t *testing.T) {
	out := Repair{Device: "d", Repairer: " 某厂 ", Fault: " 卡纸 "}
	for name, c := range map[string]struct {
		state State
		cmd   Repair
		want  string
		after State
		note  string
	}{
		"given away":           {"", out, "", InRepair, "某厂：卡纸"},
		"given away twice":     {InRepair, out, "conflict", "", ""},
		"a scrapped one":       {Scrapped, out, "conflict", "", ""},
		"to nobody":            {"", Repair{Repairer: " ", Fault: "卡纸"}, "repairer required", "", ""},
		"for nothing":          {"", Repair{Repairer: "某厂", Fault: " "}, "fault required", "", ""},
		"back":                 {InRepair, Repair{Back: "yes"}, "", "", ""},
		"back, never gone":     {"", Repair{Back: "yes"}, "conflict", "", ""},
		"back though scrapped": {Scrapped, Repair{Back: "yes"}, "conflict", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := going{device: Device{ID: "d", Custodian: "keeper", State: c.state, StateNote: "前"}}
			changes, err := decideRepair(s, c.cmd, envAs("officer"))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			if d := put(changes); d.State != c.after || d.StateNote != c.note || !d.StateAt.Equal(monday) || d.InUse() != (c.after == "") || d.Custodian != "keeper" {
				t.Errorf("%+v", d)
			}
		})
	}
}

func TestScrapping(t *testing.T) {
	for name, c := range map[string]struct {
		state  State
		reason string
		want   string
	}{
		"in use": {"", " 老旧 ", ""}, "away in repair": {InRepair, "修不好", ""}, "twice": {Scrapped, "老旧", "conflict"}, "for nothing": {"", " ", "reason required"},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideScrap(going{device: Device{ID: "d", Custodian: "keeper", State: c.state}}, Scrap{Device: "d", Reason: c.reason}, envAs("officer"))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err == nil && (put(changes).State != Scrapped || put(changes).InUse() || put(changes).StateNote == "" || put(changes).Custodian != "keeper") {
				t.Errorf("%+v", put(changes))
			}
		})
	}
}

// What goes away goes with what is built into it; what comes back brings nothing out. Its custodian is told from any other.
func TestWhatTheLawSeesOfADevice(t *testing.T) {
	s := going{device: Device{ID: "d", Kind: "computer", Class: "confidential_comm", Custodian: "keeper"}, inside: 2}
	for name, c := range map[string]struct {
		facts     goingFacts
		inside    int
		relations []string
	}{
		"to repair":         {factsOfRepair(s, Repair{}, envAs("officer")), 2, nil},
		"by its custodian":  {factsOfRepair(s, Repair{}, envAs("keeper")), 2, []string{"custodian"}},
		"back from repair":  {factsOfRepair(s, Repair{Back: "yes"}, envAs("officer")), 0, nil},
		"to be scrapped":    {s.facts(envAs("keeper")), 2, []string{"custodian"}},
		"by nobody at all":  {s.facts(envAs("")), 2, nil},
		"one without a man": {going{device: Device{Kind: "computer", Class: "confidential_comm"}, inside: 2}.facts(envAs("")), 2, nil},
	} {
		if f := c.facts; f.MediaInside != c.inside || f.DeviceKind != "computer" || f.DeviceClass != "confidential_comm" || !slices.Equal(f.ActorRelations(), c.relations) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

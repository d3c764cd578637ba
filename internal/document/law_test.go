package document

import (
	"errors"
	"slices"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/act/acttest"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// house is everybody of a small office; outsider is of another unit of the same system.
type house struct{ act.Directory }

func (house) Name(id term.PersonID) string { return string(id) }
func (house) Members(u term.UnitID) []term.PersonID {
	return map[term.UnitID][]term.PersonID{"dept": {"ann", "bob"}, "office": {"cai"}}[u]
}

func (house) Affiliation(id term.PersonID) string {
	return map[term.PersonID]string{"outsider": "system", "stranger": ""}[id] + map[bool]string{true: "staff"}[id != "outsider" && id != "stranger"]
}

// The issuer's limit only ever becomes narrower.
func TestAStatedLimitIsNeverWider(t *testing.T) {
	for _, c := range []struct {
		stated, own string
		wider       bool
	}{
		{"无", "", false}, {"", "", false}, {"本系统", "", false}, {"", "无", false}, {"无", "无", false}, {"本单位", "本系统", false}, {"本系统", "本系统", false},
		{"无", "本系统", true}, {"无", "本单位", true}, {"本系统", "本单位", true}, {"", "本单位", true},
	} {
		if got := wider(c.stated, c.own); got != c.wider {
			t.Errorf("%q stated where the issuer said %q: wider %v", c.stated, c.own, got)
		}
	}
}

func scoped(limit string, fixed bool, rows ...Knower) scopeState {
	s := scopeState{rows: rows}
	s.doc = Document{ID: "d", Level: term.Neibu, State: Registered, ScopeFixed: fixed, IssuerLimit: limit}
	for _, k := range rows {
		s.item.Scope = append(s.item.Scope, append(house{}.Members(k.Unit), k.Person)...)
	}
	return s
}

// field is a decision's answer in one line.
func field(err error) string { return acttest.Answer(err) }

// A scope is fixed once; fixing it again may only take people out, and nobody who still has a copy.
func TestAScopeIsFixedOnce(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone)
	ann, bob := Knower{ID: "1", Person: "ann"}, Knower{ID: "2", Person: "bob"}
	for name, c := range map[string]struct {
		state scopeState
		cmd   Scope
		holds term.PersonID
		want  string
	}{
		"the first time":        {state: scoped("", false), cmd: Scope{Persons: []term.PersonID{"ann"}}},
		"the same again":        {state: scoped("", true, ann, bob), cmd: Scope{Persons: []term.PersonID{"ann", "bob"}}},
		"fewer":                 {state: scoped("", true, ann, bob), cmd: Scope{Persons: []term.PersonID{"ann"}}},
		"fewer, one holding":    {state: scoped("", true, ann, bob), cmd: Scope{Persons: []term.PersonID{"ann"}}, holds: "bob", want: "persons holds_a_copy"},
		"one more":              {state: scoped("", true, ann), cmd: Scope{Persons: []term.PersonID{"ann", "bob"}}, want: "persons scope_is_fixed"},
		"another":               {state: scoped("", true, ann), cmd: Scope{Persons: []term.PersonID{"bob"}}, want: "persons scope_is_fixed"},
		"their unit":            {state: scoped("", true, ann, bob), cmd: Scope{Units: []term.UnitID{"dept"}}, want: "persons scope_is_fixed"},
		"one of the unit":       {state: scoped("", true, Knower{ID: "1", Unit: "dept"}), cmd: Scope{Persons: []term.PersonID{"ann"}}},
		"nobody":                {state: scoped("", true, ann), cmd: Scope{}, want: "persons required"},
		"a wider limit":         {state: scoped("本单位", false), cmd: Scope{Persons: []term.PersonID{"ann"}, IssuerLimit: "无"}, want: "issuer_limit wider_than_issuer"},
		"a narrower limit":      {state: scoped("本系统", false), cmd: Scope{Persons: []term.PersonID{"ann"}, IssuerLimit: "本单位"}},
		"the limit as it stood": {state: scoped("本单位", false), cmd: Scope{Persons: []term.PersonID{"ann"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if c.holds != "" {
				c.state.item.Holders = []term.PersonID{c.holds}
			}
			env := act.Env{People: house{}, At: at, Actor: act.Actor{Person: "head"}}
			facts := c.state.adds(c.cmd.Persons, c.cmd.Units)
			if want := c.want == "persons scope_is_fixed"; facts != want {
				t.Errorf("scope_adds %v, want %v", facts, want)
			}
			if c.want == "" {
				return // rows take ids, which a decision without a desk has none of; the proofs put them
			}
			if _, err := decideScope(c.state, c.cmd, env); field(err) != c.want {
				t.Errorf("%q, want %q", field(err), c.want)
			}
		})
	}
}

// What a line says agrees with what was recorded at the receipt.
func TestALineAgreesWithTheReceipt(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 30, 0, calendar.Zone)
	minute, later, two, three := at.Truncate(time.Minute), at.Add(72*time.Hour), 2, 3
	e := Envelope{ReceivedAt: at, Urgency: term.Urgent, Counted: 2}
	for name, c := range map[string]struct {
		envelope Envelope
		cmd      Register
		want     []string
	}{
		"as received":              {e, Register{ReceivedAt: &minute, Urgency: term.Urgent, Copies: &two}, nil},
		"more urgent":              {e, Register{Urgency: term.ExtraUrgent, Copies: &two}, nil},
		"no time given":            {e, Register{Urgency: term.Urgent}, nil},
		"later":                    {e, Register{ReceivedAt: &later, Urgency: term.Urgent}, []string{"received_at not_as_received"}},
		"less urgent":              {e, Register{Urgency: term.Ordinary}, []string{"urgency below_the_cover"}},
		"no urgency":               {e, Register{}, []string{"urgency below_the_cover"}},
		"more copies than counted": {e, Register{Urgency: term.Urgent, Copies: &three}, []string{"copies not_as_counted"}},
		"not counted yet":          {Envelope{ReceivedAt: at, Counted: NotCounted}, Register{Copies: &three}, nil},
		"a lower level":            {Envelope{Level: term.Mimi, ReceivedAt: at}, Register{Level: term.Neibu}, []string{"level below_the_cover_level"}},
		"a lower level, checked":   {Envelope{Level: term.Mimi, ReceivedAt: at}, Register{Level: term.Open, LevelChecked: true}, nil},
		"a higher level":           {Envelope{Level: term.Mimi, ReceivedAt: at}, Register{Level: term.Jimi}, nil},
		"nothing on the cover":     {Envelope{ReceivedAt: at}, Register{Level: term.Open}, nil},
		"all of it":                {e, Register{ReceivedAt: &later, Copies: &three}, []string{"received_at not_as_received", "urgency below_the_cover", "copies not_as_counted"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			var bad *refuse.Invalid
			if errors.As(c.envelope.agrees(c.cmd), &bad) {
				for _, f := range bad.Fields {
					got = append(got, f.Field+" "+f.Code)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// Whom an opinion no longer names is owed nothing more; whom it names still is owed it once.
func TestANewOpinionEndsWhatTheOldOneBegan(t *testing.T) {
	s := opineState{had: true, before: Opinion{Readers: []string{"ann", "bob"}, Units: []string{"dept"}}}
	s.doc = Document{ID: "d", Copies: 1}
	cmd := Opine{Readers: []term.PersonID{"bob", "cai"}, Units: []term.UnitID{"office"}}
	var opened, ended []string
	for _, target := range opinionTargets(s, Opinion{}, cmd) {
		switch {
		case target.OpenOnly && target.Kind == "reader":
			opened = append(opened, target.ID)
		case target.CloseOnly && target.Kind == "reader":
			ended = append(ended, target.ID)
		}
	}
	if want := []string{"d/cai", "d/unit/office"}; !slices.Equal(opened, want) {
		t.Errorf("opened %v, want %v", opened, want)
	}
	if want := []string{"d/ann", "d/unit/dept"}; !slices.Equal(ended, want) {
		t.Errorf("ended %v, want %v", ended, want)
	}
}

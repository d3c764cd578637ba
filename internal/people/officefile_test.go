package people_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"jiyao/internal/people"
	"jiyao/internal/people/peopletest"
	"jiyao/internal/term"
	"jiyao/regulations"
)

// least is the smallest office that is taken; line numbers below count from it.
const least = `name: 某办公室
room: 机要室
zone: office
adopt:
  - {pack: county, in_force_from: "2026-01-01"}
parameters: {closing_time: "17:00"}
units:
  - {id: office, name: 办公室, kind: office, slots: [county/office]}
posts:
  - {id: officer, name: 机要员, unit: office, stands: [county/officer, base/officer]}
  - {id: sys_admin, name: 系统管理员, stands: [base/sys_admin]}
people:
  - {id: chen, name: 陈机要员, unit: office, grade: 核心, posts: [officer], commitment: {signed_on: "2026-01-05", valid_to: "2027-01-31"}, login: chen}
  - {id: qin, name: 秦管理员, posts: [sys_admin], admin: sys_admin, login: qin}
places:
  - {id: cabinet-1, name: 1号柜, place_kind: secure_cabinet, lock: key, keeper: chen, in_office: true}
`

func TestTheLeastOfficeIsRead(t *testing.T) {
	s, err := people.ParseOffice("office.yaml", []byte(least))
	if err != nil {
		t.Fatal(err)
	}
	f := s.Found
	if f.Regime != "state" || f.Zone.Zone != "office" || f.Adopt[0].Version != "1" || f.Parameters[0].Value != "17:00" {
		t.Errorf("%+v", f)
	}
	if len(s.Logins) != 2 || s.Logins[1] != (people.Login{Person: "qin", Login: "qin", Admin: "sys_admin"}) {
		t.Errorf("logins %+v", s.Logins)
	}
	if len(s.Places) != 1 || s.Places[0].Keeper != "chen" || !s.Places[0].InOffice {
		t.Errorf("places %+v", s.Places)
	}
}

func TestWhatDoesNotFitIsNamedByLine(t *testing.T) {
	deep := strings.Repeat("[", 20) + strings.Repeat("]", 20)
	for _, c := range []struct{ old, now, want string }{
		{"room:", "romm:", `office.yaml:2: `},
		{"room:", "romm:", `key "romm": one of name, room`},
		{"name: 机要员,", "name: 机要员, salary: 1,", `office.yaml:10: `},
		{"signed_on:", "signed_in:", "office.yaml:13: "},
		{"pack: county", "pack: country", "office.yaml:5: "},
		{"pack: county", "pack: base", "office.yaml:5: "},
		{`in_force_from: "2026-01-01"`, "in_force_from: tomorrow", "office.yaml:5: "},
		{`{pack: county,`, `{pack: county, parts: ["9"],`, `part "9": a part of county`},
		{"closing_time:", "closing_hour:", "office.yaml:6: "},
		{`"17:00"`, `"18:00"`, "nothing looser than 17:30"},
		{"kind: office", "kind: room", "office.yaml:8: "},
		{"county/office]", "county/attic]", "office.yaml:8: "},
		{"id: officer", "id: Officer", "office.yaml:10: "},
		{"id: officer", "id: " + strings.Repeat("o", 25), "office.yaml:10: "},
		{"id: sys_admin,", "id: officer,", "office.yaml:11: "},
		{"county/officer,", "county/offizier,", "county/offizier: a post of a pack"},
		{"unit: office, stands", "unit: attic, stands", "attic: a unit of this file"},
		{"[base/sys_admin]", "[base/sys_admin, base/officer]", "administrator's or a business post"},
		{"posts: [sys_admin]", "posts: [sys_admin, officer]", "office.yaml:14: "},
		{"admin: sys_admin, ", "", "office.yaml:14: "},
		{"admin: sys_admin", "admin: root", "office.yaml:14: "},
		{"posts: [officer]", "posts: [officer], admin: sec_admin", "office.yaml:13: "},
		{"posts: [officer]", "posts: [officers]", "officers: a post of this file"},
		{"grade: 核心", "grade: 绝密", "office.yaml:13: "},
		{`valid_to: "2027-01-31"`, `valid_to: "2025-01-31"`, "office.yaml:13: "},
		{`signed_on: "2026-01-05"`, `signed_on: "2026-02-30"`, "office.yaml:13: "},
		{"login: chen", "login: Chen", "office.yaml:13: "},
		{"login: chen", "login: chеn", "office.yaml:13: "}, // a Cyrillic е
		{"login: chen", "login: 陈", "letters a to z"},
		{"login: chen", "login: qin", "office.yaml:14: "},
		{"id: qin", "id: chen", "office.yaml:14: "},
		{"keeper: chen", "keeper: chan", "office.yaml:16: "},
		{"place_kind: secure_cabinet", "place_kind: drawer", "office.yaml:16: "},
		{"zone: office", "zone: secret", "zone: office, classified or company"},
		{"zone: office", "zone: {zone: classified, approved: yes}", "office.yaml:3: "},
		{"name: 某办公室", "name: ''", "office.yaml:1: "},
		{"zone: office", "zone: \xff", "office.yaml:3: "},
		{"zone: office", "zone: ofice", "office.yaml:3: "},
		{"room: 机要室", "room: " + strings.Repeat("室", 61), "office.yaml:2: "},
		{"name: 某办公室", "name: " + strings.Repeat("某", 61), "office.yaml:1: "},
		{"name: 某办公室", "name: &a 某办公室", "office.yaml:1: "},
		{"name: 某办公室", "name: " + deep, "office.yaml:1: "},
		{"name: 某办公室", "name: [1", "office.yaml:"},
		{"units:", "units: {}\nunit:", "office.yaml:8: "},
		{"people:", "---\npeople:", "one document"},
		{"name: 某办公室", "name: \"\\x00\"", "office.yaml:"},
	} {
		text := strings.Replace(least, c.old, c.now, 1)
		if text == least {
			t.Fatalf("%q is not in the file", c.old)
		}
		_, err := people.ParseOffice("office.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "office.yaml:") {
			t.Errorf("%q for %q: %v, want %q", c.now, c.old, err, c.want)
		}
	}
}

func TestHostileOfficeFiles(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "list": "- 1", "text": "office", "not utf-8": "name: \xff\xfe", "null": "~",
		"huge": "name: " + strings.Repeat("a", 1<<20), "aliases": "name: &a [x, x]\nroom: *a\n",
		"long list": "name: a\nunits:\n" + strings.Repeat("  - {id: a, name: a, kind: office}\n", 3000),
	} {
		if _, err := people.ParseOffice("office.yaml", []byte(text)); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// Each model office stands: it is taken, and nothing that a clause needs is vacant but what its text says.
func TestModelOfficesStand(t *testing.T) {
	known := map[string]string{
		"district unit_without liaison dept_y":   "has none on purpose",
		"demo unit_without liaison dept_finance": "has none on purpose",
		"demo unit_without liaison town":         "has none on purpose",
	}
	for _, name := range append(slices.Clone(regulations.Names), "demo") {
		d, err := peopletest.Setup(t, name).Directory(peopletest.Monday)
		if err != nil {
			t.Fatal(err)
		}
		warnings, err := people.Check(d)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range warnings {
			switch w.Code {
			case people.PostFalls, people.PostIdle:
				continue
			}
			key := strings.TrimSpace(fmt.Sprintf("%s %s %s %s", name, w.Code, w.Post, w.Unit))
			if known[key] == "" {
				t.Errorf("%s: %+v", key, w)
			}
		}
	}
}

// Check sees what is missing: one broken thing at a time.
func TestCheckSeesWhatIsMissing(t *testing.T) {
	for _, c := range []struct {
		name   string
		breaks func(s *people.Setup)
		want   people.Warning
	}{
		{"no unit_head", func(s *people.Setup) { s.Found.Persons[0].Posts = nil }, people.Warning{Code: people.PostVacant, Pack: "county", Post: "unit_head"}},
		{"two of one", func(s *people.Setup) { s.Found.Persons[1].Posts = append(s.Found.Persons[1].Posts, "unit_head") }, people.Warning{Code: people.TooMany, Pack: "county", Post: "unit_head"}},
		{"no slot", func(s *people.Setup) { s.Found.Units[1].Slots = nil }, people.Warning{Code: people.SlotVacant, Pack: "county", Post: "hr"}},
		{"no key holders", func(s *people.Setup) {
			for i := range s.Found.Persons {
				p := &s.Found.Persons[i]
				p.Posts = slices.DeleteFunc(slices.Clone(p.Posts), func(id term.PostID) bool { return id == "key_holder" && p.ID != "officer" })
			}
		}, people.Warning{Code: people.TooFew, Pack: "base", Post: "key_holder"}},
		{"two of one name", func(s *people.Setup) { s.Found.Persons[3].Name = s.Found.Persons[1].Name }, people.Warning{Code: people.SameName, Pack: "base", Who: "office_director", To: "discipline_head"}},
		{"a pack never adopted", func(s *people.Setup) { s.Found.Adopt = nil }, people.Warning{Code: people.NotAdopted, Pack: "county", Post: "unit_head"}},
	} {
		s := peopletest.Setup(t, "county")
		c.breaks(&s)
		d, err := s.Directory(peopletest.Monday)
		if err != nil {
			t.Fatal(err)
		}
		warnings, err := people.Check(d)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(warnings, c.want) {
			t.Errorf("%s: %+v is not among %+v", c.name, c.want, warnings)
		}
	}
}

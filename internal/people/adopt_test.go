package people_test

import (
	"context"
	"testing"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/identity"
	"jiyao/internal/people"
	"jiyao/internal/people/peopletest"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

func TestTheLawOfADay(t *testing.T) {
	peopletest.Each(t, "demo", func(w *peopletest.World) {
		adopted := func(when time.Time, clause term.Clause) bool {
			var ok bool
			w.Read(func(tx *store.Tx) error {
				law, err := w.Office.Law(tx, when)
				if err == nil {
					ok = law.Adopted(clause)
				}
				return err
			})
			return ok
		}
		october := time.Date(2026, 10, 31, 23, 59, 0, 0, calendar.Zone)
		november := october.Add(time.Minute)
		for _, c := range []struct {
			when   time.Time
			clause term.Clause
			want   bool
		}{
			{peopletest.Monday, "B-3.1a", true}, {peopletest.Monday, "A1-2b", true}, {peopletest.Monday, "C-4a", true}, {peopletest.Monday, "L-12", true},
			{october, "A2-4.1a", false}, {november, "A2-4.1a", true}, {november, "A2-6.2a", false},
			{time.Date(2025, 12, 31, 12, 0, 0, 0, calendar.Zone), "B-3.1a", false},
		} {
			if got := adopted(c.when, c.clause); got != c.want {
				w.T.Errorf("%s on %s: %v", c.clause, c.when.Format(time.DateOnly), got)
			}
		}
		adopt := people.Adopt{Pack: "district", Version: "2", Basis: "b", Digest: "d", InForceFrom: "2026-12-01", Units: []string{"bureau_own", "bureau_secrecy"}}
		change := func(f func(*people.Adopt)) people.Adopt { a := adopt; f(&a); return a }
		for _, c := range []struct {
			by   term.PersonID
			cmd  people.Adopt
			want string
		}{
			{"office_director", adopt, "[L-0]"},
			{"unit_head", change(func(a *people.Adopt) { a.InForceFrom = "2026-03-01" }), "in_force_from=in_the_past"},
			{"unit_head", change(func(a *people.Adopt) { a.InForceFrom = "" }), "in_force_from=required"},
			{"unit_head", change(func(a *people.Adopt) { a.Pack = "base" }), "pack=unknown"},
			{"unit_head", change(func(a *people.Adopt) { a.Parts = []string{"9"} }), "parts=unknown_part"},
			{"unit_head", adopt, "done"},
		} {
			if _, err := w.Try(c.by, "people.adopt", c.cmd); peopletest.Answer(err) != c.want {
				w.T.Errorf("%+v by %s: %v, want %s", c.cmd, c.by, err, c.want)
			}
		}
		december := november.AddDate(0, 1, 0)
		if !adopted(december, "A2-6.2a") || adopted(december.Add(-time.Minute), "A2-6.2a") {
			w.T.Error("the whole of district does not bind from its day on")
		}
	})
}

func TestParametersZoneAndCalendar(t *testing.T) {
	peopletest.Each(t, "bureau", func(w *peopletest.World) {
		both := []string{"unit_head", "unit_head", "sec_admin", "sec_admin"}
		classified := people.SetZone{Zone: term.ZoneClassified, ApprovalNo: "1号", ApprovedLevel: term.Jimi, TestedOn: "2026-02-01", ExpiresOn: "2026-06-30", CipherClass: "普通密码"}
		classified.Lines = map[string]string{"commercial_only": "yes", "not_certified": "yes", "registers_only": "yes"}
		expired := classified
		expired.ExpiresOn = "2026-03-01"
		year := "year: 2027\nsource: 某通知\nholidays:\n  - {name: 元旦, off: [2027-01-01]}\n"
		for _, c := range []struct {
			by     term.PersonID
			name   string
			cmd    any
			others []string
			want   string
		}{
			{"unit_head", "people.amend_parameter", people.AmendParameter{Name: "supervisors_min", Value: "3"}, nil, "done"},
			{"unit_head", "people.amend_parameter", people.AmendParameter{Name: "supervisors_min", Value: "2"}, nil, "done"}, // back to the source's
			{"unit_head", "people.amend_parameter", people.AmendParameter{Name: "supervisors_min", Value: "1"}, nil, "value=looser"},
			{"unit_head", "people.amend_parameter", people.AmendParameter{Name: "supervisors_min", Value: "three"}, nil, "value=bad_format"},
			{"unit_head", "people.amend_parameter", people.AmendParameter{Name: "loan_max", Value: "7"}, nil, "name=unknown"}, // of another pack
			{"officer", "people.amend_parameter", people.AmendParameter{Name: "supervisors_min", Value: "3"}, nil, "[L-0]"},
			{"unit_head", "people.amend_parameter", people.AmendParameter{Name: "closing_time", Value: "17:00"}, nil, "done"},
			{"unit_head", "people.set_zone", classified, nil, "[L-0]"},
			{"unit_head", "people.set_zone", classified, []string{"unit_head", "unit_head", "sec_admin", "officer"}, "[L-0]"},
			{"unit_head", "people.set_zone", expired, both, "expires_on=in_the_past"},
			{"unit_head", "people.set_zone", people.SetZone{Zone: "attic", Lines: classified.Lines}, both, "zone=not_in_list"},
			{"unit_head", "people.set_zone", people.SetZone{Zone: term.ZoneClassified, Lines: classified.Lines}, both, "[L-25]"},
			{"unit_head", "people.set_zone", classified, both, "done"},
			{"officer", "calendar.import", people.CalendarImport{File: "2027.yaml", YAML: "year: 2027"}, nil, "yaml=notice_key_missing"},
			{"clerk_a", "calendar.import", people.CalendarImport{YAML: year}, nil, "[L-0]"},
			{"officer", "calendar.import", people.CalendarImport{YAML: year}, nil, "done"},
			{"officer", "calendar.import", people.CalendarImport{YAML: year}, nil, "done"}, // once more is no harm
		} {
			if _, err := w.Try(c.by, c.name, c.cmd, c.others...); peopletest.Answer(err) != c.want {
				w.T.Errorf("%s %+v by %s: %v, want %s", c.name, c.cmd, c.by, err, c.want)
			}
		}
		w.Read(func(tx *store.Tx) error {
			law, err := w.Office.Law(tx, w.Clock.Now())
			if err != nil {
				return err
			}
			if v, _ := law.Param("closing_time"); v.String() != "17:00" {
				w.T.Errorf("closing time %s", v)
			}
			book, err := w.Office.Calendar(tx)
			if err != nil || !book.Has(2027) || !book.Has(2026) || book.Has(2028) {
				w.T.Errorf("calendar: %v", err)
			}
			zone, err := w.Office.Zone(tx)
			if zone != term.ZoneClassified {
				w.T.Errorf("zone %s", zone)
			}
			return err
		})
	})
}

// An administrator whose account belongs to nobody of the house signs by it.
func TestAnAdministratorSignsByHisAccount(t *testing.T) {
	peopletest.Each(t, "bureau", func(w *peopletest.World) {
		accounts := map[string]identity.Account{
			"SEC": {ID: "SEC", Login: "a", Roles: []string{"sec_admin"}, Active: true}, "SYS": {ID: "SYS", Login: "b", Roles: []string{"sys_admin"}, Active: true},
			"OFF": {ID: "OFF", Login: "c", Roles: []string{"sec_admin"}},
		}
		err := w.DB.Write(context.Background(), "test", func(tx *store.Tx) error {
			var rows []store.Change
			for _, a := range accounts {
				rows = append(rows, identity.Accounts.Insert(a))
			}
			_, err := store.Put(tx, rows)
			return err
		})
		if err != nil {
			w.T.Fatal(err)
		}
		lines := map[string]string{"commercial_only": "yes", "not_certified": "yes", "registers_only": "yes"}
		for signer, want := range map[string]string{"SEC": "done", "SYS": "[L-0]", "OFF": "[L-0]", "NONE": "[L-0]"} {
			if _, err := w.Try("unit_head", "people.set_zone", people.SetZone{Zone: term.ZoneOffice, Lines: lines}, "unit_head", "unit_head", "sec_admin", signer); peopletest.Answer(err) != want {
				w.T.Errorf("signed by %s: %v, want %s", signer, err, want)
			}
		}
	})
}

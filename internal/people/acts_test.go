package people_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/ledger"
	"jiyao/internal/people"
	"jiyao/internal/people/peopletest"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// oneEnvelope is a thing that an officer does, and lets others do for him.
func oneEnvelope(no string) json.RawMessage {
	return json.RawMessage(`{"channel":"courier","courier":"机要交通员","courier_signature":"paper","envelopes":[{"envelope_no":"` + no + `","issuer":"某厅","listed":1,"counted":1,"seal_intact":true}]}`)
}

func TestTheOfficeIsFoundedOnceAndBySystemAlone(t *testing.T) {
	peopletest.Each(t, "county", func(w *peopletest.World) {
		if got := w.Last(); got.Act != "people.found" || got.Outcome != ledger.Done || len(got.Rows) < 60 {
			w.T.Errorf("entry %+v", got)
		}
		_, err := w.Desk.Do(context.Background(), act.Request{Act: "people.found", Command: w.Setup.Found, By: act.System()})
		if peopletest.Answer(err) != "name=already_founded" {
			w.T.Errorf("a second founding: %v", err)
		}
		if _, err := w.Try("unit_head", "people.found", w.Setup.Found); peopletest.Answer(err) != "[L-0]" {
			w.T.Errorf("by a person: %v", err)
		}
		d := w.People()
		if d.Name("officer") != "陈机要员" || !slices.Equal(d.Holders("county/officer"), []term.PersonID{"officer", "officer2"}) || !d.InOffice("officer") {
			w.T.Error("the directory is not the file's")
		}
		w.Read(func(tx *store.Tx) error {
			p, err := w.Office.Profile(tx)
			if p != (people.Profile{Name: "某县局", Room: "机要室", Regime: term.RegimeState}) {
				w.T.Errorf("profile %+v", p)
			}
			return err
		})
	})
}

func TestPostsComeAndGo(t *testing.T) {
	peopletest.Each(t, "county", func(w *peopletest.World) {
		signed := []string{"proposer", "head_hr", "unit_head", "unit_head"}
		for _, c := range []struct {
			by     term.PersonID
			name   string
			cmd    any
			others []string
			want   string
		}{
			{"head_hr", "people.unit_create", people.UnitCreate{ID: "dept_new", Name: "新科", Kind: people.KindDepartment}, signed, "done"},
			{"head_hr", "people.unit_create", people.UnitCreate{ID: "dept_new", Name: "新科", Kind: people.KindDepartment}, signed, "id=taken"},
			{"head_hr", "people.unit_create", people.UnitCreate{ID: "Neu", Name: "新科", Kind: people.KindDepartment}, signed, "id=bad_format"},
			{"head_hr", "people.unit_create", people.UnitCreate{Name: "新科", Kind: "club"}, signed, "kind=not_in_list"},
			{"head_hr", "people.unit_create", people.UnitCreate{Name: "新科", Kind: people.KindDepartment}, nil, "[L-0]"},
			{"head_hr", "people.unit_create", people.UnitCreate{Name: "新科", Kind: people.KindDepartment}, []string{"proposer", "head_hr", "unit_head", "officer"}, "[L-0]"},
			{"clerk_a", "people.unit_create", people.UnitCreate{Name: "新科", Kind: people.KindDepartment}, signed, "[L-0]"},
			{"head_hr", "people.post_create", people.PostCreate{ID: "helper", Name: "帮办", Stands: []string{"county/officer", "base/officer"}, Unit: "dept_new"}, signed, "done"},
			{"head_hr", "people.post_create", people.PostCreate{Name: "帮办", Stands: []string{"county/nobody"}}, signed, "stands=unknown"},
			{"head_hr", "people.post_create", people.PostCreate{Name: "帮办", Unit: "attic"}, signed, "unit=unknown"},
			{"head_hr", "people.post_create", people.PostCreate{Name: "两头", Stands: []string{"base/sys_admin", "base/officer"}}, signed, "[L-26]"},
			{"head_hr", "people.person_register", people.PersonRegister{ID: "newman", Name: "新同志", Unit: "dept_new"}, nil, "done"},
			{"head_hr", "people.person_register", people.PersonRegister{Name: "新\n同志"}, nil, "name=bad_character"},
			{"head_hr", "people.post_assign", people.PostAssign{Post: "helper", Person: "newman"}, signed, "done"},
			{"head_hr", "people.post_assign", people.PostAssign{Post: "helper", Person: "newman"}, signed, "person=holds_it"},
			{"head_hr", "people.post_assign", people.PostAssign{Post: "helper", Person: "stranger", Replaces: "clerk_a"}, signed, "replaces=does_not_hold_it"},
			{"head_hr", "people.post_assign", people.PostAssign{Post: "helper", Person: "unknown"}, signed, "person=unknown_person"},
			{"head_hr", "people.post_assign", people.PostAssign{Post: "helper", Person: "clerk_a", From: peopletest.Monday.Add(-time.Hour)}, signed, "from=in_the_past"},
			{"head_hr", "people.post_assign", people.PostAssign{Post: "no_post", Person: "clerk_a"}, signed, "not found"},
			{"head_hr", "people.post_assign", people.PostAssign{Post: "helper", Person: "sys_admin"}, signed, "[L-26]"},
			{"head_hr", "people.post_assign", people.PostAssign{Post: "sys_admin", Person: "clerk_a"}, signed, "done"},
			{"head_hr", "people.post_assign", people.PostAssign{Post: "helper", Person: "clerk_a"}, signed, "[L-26]"},
			{"head_hr", "people.post_assign", people.PostAssign{Post: "helper", Person: "clerk_b", Replaces: "newman"}, signed, "done"},
			{"head_hr", "people.post_end", people.PostEnd{Post: "helper", Person: "newman"}, signed, "person=does_not_hold_it"},
		} {
			if _, err := w.Try(c.by, c.name, c.cmd, c.others...); peopletest.Answer(err) != c.want {
				w.T.Errorf("%s %+v by %s: %v, want %s", c.name, c.cmd, c.by, err, c.want)
			}
		}
		d := w.People()
		if !slices.Contains(d.Posts("clerk_b"), "county/officer") || slices.Contains(d.Posts("newman"), "county/officer") || d.Unit("newman") != "dept_new" {
			w.T.Errorf("posts %v, %v", d.Posts("clerk_b"), d.Posts("newman"))
		}
		// Ended this evening: until then he holds it.
		evening := peopletest.Monday.Add(8 * time.Hour)
		w.Do("head_hr", "people.post_end", people.PostEnd{Post: "helper", Person: "clerk_b", Until: evening}, signed...)
		if !slices.Contains(w.People().Posts("clerk_b"), "county/officer") {
			w.T.Error("the post ended before its time")
		}
		if err := w.Clock.To(evening); err != nil {
			w.T.Fatal(err)
		}
		if slices.Contains(w.People().Posts("clerk_b"), "county/officer") {
			w.T.Error("the post did not end")
		}
	})
}

func TestDelegationsLastTheirDays(t *testing.T) {
	peopletest.Each(t, "base", func(w *peopletest.World) {
		give := people.Delegate{Post: "base/officer", Persons: []term.PersonID{"clerk_a"}, Acts: []string{"document.accept", "document.sign_for"}, From: "2026-03-03", To: "2026-03-04"}
		change := func(f func(*people.Delegate)) people.Delegate { d := give; f(&d); return d }
		for _, c := range []struct {
			by   term.PersonID
			cmd  people.Delegate
			want string
		}{
			{"officer", give, "done"},
			{"clerk_b", give, "[L-0]"}, // does not hold the post
			{"officer", change(func(d *people.Delegate) { d.Acts = []string{"document.invented"} }), "acts=unknown"},
			{"officer", change(func(d *people.Delegate) { d.Acts = []string{"people.revoke"} }), "acts=not_delegable"},
			{"officer", change(func(d *people.Delegate) { d.Acts = nil }), "acts=required"},
			{"officer", change(func(d *people.Delegate) { d.Persons = []term.PersonID{"officer"} }), "persons=another"},
			{"officer", change(func(d *people.Delegate) { d.Persons = []term.PersonID{"who"} }), "persons=unknown_person"},
			{"officer", change(func(d *people.Delegate) { d.Persons = []term.PersonID{"clerk_a", "guest"} }), "persons=not_staff"},
			{"officer", change(func(d *people.Delegate) { d.Persons = []term.PersonID{"guest2"} }), "persons=not_staff"},
			{"officer", change(func(d *people.Delegate) { d.From = "2026-03-01" }), "from=in_the_past"},
			{"officer", change(func(d *people.Delegate) { d.To = "2026-03-02" }), "to=before_from"},
			{"officer", change(func(d *people.Delegate) { d.To = "2029-01-01" }), "to=too_long"},
			{"officer", change(func(d *people.Delegate) { d.To = "soon" }), "to=bad_format"},
			{"unit_head", change(func(d *people.Delegate) { d.Post = "base/unit_head" }), "post=not_its_act"},
		} {
			if _, err := w.Try(c.by, "people.delegate", c.cmd); peopletest.Answer(err) != c.want {
				w.T.Errorf("%s %+v: %v, want %s", c.by, c.cmd, err, c.want)
			}
		}
		for _, c := range []struct {
			when time.Time
			want string
		}{
			{time.Date(2026, 3, 2, 23, 59, 59, 0, calendar.Zone), "[L-0]"}, {time.Date(2026, 3, 3, 0, 0, 0, 0, calendar.Zone), "done"},
			{time.Date(2026, 3, 4, 23, 59, 59, 0, calendar.Zone), "done"}, {time.Date(2026, 3, 5, 0, 0, 0, 0, calendar.Zone), "[L-0]"},
		} {
			if err := w.Clock.To(c.when); err != nil {
				w.T.Fatal(err)
			}
			if _, err := w.Try("clerk_a", "document.accept", oneEnvelope(c.when.Format("E-0215"))); peopletest.Answer(err) != c.want {
				w.T.Errorf("the delegate at %s: %v, want %s", c.when, err, c.want)
			}
		}
	})
}

func TestARevocationAndTheEndOfAPostEndDelegations(t *testing.T) {
	peopletest.Each(t, "base", func(w *peopletest.World) {
		give := people.Delegate{Post: "base/officer", Persons: []term.PersonID{"clerk_a"}, Acts: []string{"document.accept"}, From: "2026-03-02", To: "2026-03-31"}
		first := w.Do("officer", "people.delegate", give)
		second := w.Do("officer2", "people.delegate", give)
		given := func() bool { _, acts := w.People().Acting("clerk_a"); return len(acts) > 0 }
		if !given() {
			w.T.Fatal("nothing was given")
		}
		if _, err := w.Try("clerk_b", "people.revoke", people.Revoke{Delegation: term.DelegationID(first.Subject)}); peopletest.Answer(err) != "[L-0]" {
			w.T.Errorf("revoked by another: %v", err)
		}
		w.Do("officer", "people.revoke", people.Revoke{Delegation: term.DelegationID(first.Subject)})
		if _, err := w.Try("officer", "people.revoke", people.Revoke{Delegation: term.DelegationID(first.Subject)}); peopletest.Answer(err) != "conflict" {
			w.T.Errorf("revoked twice: %v", err)
		}
		if _, err := w.Try("officer", "people.revoke", people.Revoke{Delegation: "000000000000"}); peopletest.Answer(err) != "not found" {
			w.T.Errorf("revoked nothing: %v", err)
		}
		if !given() {
			w.T.Error("the other officer's delegation went with it")
		}
		w.Do("hr", "people.post_end", people.PostEnd{Post: "officer", Person: "officer2"}, "proposer", "hr", "unit_head", "unit_head")
		if given() {
			w.T.Error("a delegation outlived the post it came from")
		}
		w.Read(func(tx *store.Tx) error {
			row, err := people.Delegations.Get(tx, second.Subject)
			if row.Revoked.IsZero() {
				w.T.Error("its row does not say so")
			}
			return err
		})
		if !slices.ContainsFunc(w.Entries, func(e *ledger.Entry) bool { return e.Act == "people.revoke" && e.Actor == "" }) {
			w.T.Error("the revocation has no entry of the system")
		}
	})
}

func TestGradesAndCommitments(t *testing.T) {
	peopletest.Each(t, "bureau", func(w *peopletest.World) {
		facts := func(id term.PersonID) (string, bool, bool) {
			f, _ := w.People().Facts(id)
			return f.Grade, f.CommitmentSigned, f.Committed
		}
		if _, signed, committed := facts("clerk_new"); signed || committed {
			w.T.Fatal("clerk_new has signed already")
		}
		for _, c := range []struct {
			by   term.PersonID
			name string
			cmd  any
			want string
		}{
			{"clerk_new", "people.commit", people.Commit{Person: "clerk_a"}, "[L-0]"}, // not his own
			{"clerk_new", "people.commit", people.Commit{SignedOn: "2026-03-03"}, "signed_on=in_the_future"},
			{"clerk_new", "people.commit", people.Commit{SignedOn: "yesterday"}, "signed_on=bad_format"},
			{"clerk_new", "people.commit", people.Commit{ValidTo: "2027-02-01"}, "valid_to=too_long"},
			{"clerk_new", "people.commit", people.Commit{ValidTo: "2026-03-01"}, "valid_to=before_signed_on"},
			{"clerk_new", "people.commit", people.Commit{}, "done"},
			{"office_director", "people.grade", people.Grade{Person: "clerk_new", Grade: "核心", Post: "officer", ReviewedOn: "2026-03-01", ReviewResult: "合格", TrainedOn: "2026-03-01"}, "done"}, // hr is vacant
			{"office_director", "people.grade", people.Grade{Person: "office_director", Grade: "核心", Post: "officer", ReviewedOn: "2026-03-01", ReviewResult: "合格", TrainedOn: "2026-03-01"}, "[L-14]"},
			{"officer", "people.grade", people.Grade{Person: "clerk_new", Grade: "核心", Post: "officer", ReviewedOn: "2026-03-01", ReviewResult: "合格", TrainedOn: "2026-03-01"}, "[L-0]"},
			{"unit_head", "people.grade", people.Grade{Person: "clerk_new", Grade: "最高"}, "grade=not_in_list"},
			{"unit_head", "people.grade", people.Grade{Person: "nobody", Grade: "核心"}, "not found"},
			{"clerk_new", "people.read_regulation", people.ReadRegulation{Pack: "bureau"}, "done"},
			{"clerk_new", "people.read_regulation", people.ReadRegulation{Pack: "bureau"}, "pack=already_read"},
			{"clerk_new", "people.read_regulation", people.ReadRegulation{Pack: "bureau", Version: "2"}, "version=not_in_force"},
			{"clerk_new", "people.read_regulation", people.ReadRegulation{Pack: "county"}, "not found"},
			{"clerk_new", "people.read_regulation", people.ReadRegulation{Pack: "bureau", Person: "clerk_a"}, "[L-0]"},
		} {
			if _, err := w.Try(c.by, c.name, c.cmd); peopletest.Answer(err) != c.want {
				w.T.Errorf("%s %+v by %s: %v, want %s", c.name, c.cmd, c.by, err, c.want)
			}
		}
		if grade, signed, committed := facts("clerk_new"); grade != "核心" || !signed || !committed {
			w.T.Errorf("grade %s signed %v committed %v", grade, signed, committed)
		}
		w.Read(func(tx *store.Tx) error {
			rows, err := people.Commitments.Select(tx, "WHERE person = $1", "clerk_new")
			if len(rows) != 1 || rows[0].ValidTo != "2027-01-31" || rows[0].SignedOn != "2026-03-02" {
				w.T.Errorf("commitment %+v", rows)
			}
			return err
		})
	})
}

// A people act is seen by the act after it, in the same batch too, and one that was undone by nobody.
func TestNobodyIsSeenAsHeWasBefore(t *testing.T) {
	peopletest.Each(t, "bureau", func(w *peopletest.World) {
		ctx := context.Background()
		grade := func() string { f, _ := w.People().Facts("clerk_a"); return f.Grade }
		var wait sync.WaitGroup
		for range 4 { // readers beside the writer
			wait.Go(func() {
				for range 40 {
					err := w.DB.Read(ctx, func(tx *store.Tx) error {
						d, err := w.Office.Directory(tx, w.Clock.Now())
						if err == nil && d.Name("clerk_a") == "" {
							w.T.Error("a reader met an office without people")
						}
						return err
					})
					if err != nil {
						w.T.Error(err)
					}
				}
			})
		}
		for i := range 20 {
			want := []string{"核心", "重要", "一般"}[i%3]
			w.Do("unit_head", "people.grade", people.Grade{Person: "clerk_a", Grade: want, Post: "officer", ReviewedOn: "2026-03-01", ReviewResult: "合格", TrainedOn: "2026-03-01"})
			if got := grade(); got != want {
				w.T.Fatalf("grade %s, want %s", got, want)
			}
		}
		wait.Wait()
		// Inside one transaction: changed, seen, undone, not seen.
		undone := errors.New("undone")
		err := w.DB.Write(ctx, "test", func(tx *store.Tx) error {
			row, err := people.Persons.Get(tx, "clerk_a")
			if err != nil {
				return err
			}
			version, err := people.Settings.Get(tx, "people_version")
			if err != nil {
				return err
			}
			next, drawn := row, version
			next.Grade, drawn.Value = "", "drawn-and-undone"
			if _, err := store.Put(tx, []store.Change{people.Persons.Update(row, next), people.Settings.Update(version, drawn)}); err != nil {
				return err
			}
			if _, err := w.Office.Law(tx, w.Clock.Now()); err != nil { // as act does first
				return err
			}
			d, err := w.Office.People(tx, w.Clock.Now())
			if err != nil {
				return err
			}
			if f, _ := d.Facts("clerk_a"); f.Grade != "" {
				w.T.Errorf("inside the transaction the grade is still %s", f.Grade)
			}
			return undone
		})
		if !errors.Is(err, undone) {
			w.T.Fatal(err)
		}
		if got := grade(); got != "重要" {
			w.T.Errorf("after the undoing the grade is %q", got)
		}
	})
}

// nothing is who holds nothing, for the posts of these tests.
type nothing struct{}

func (nothing) HeldBy(*store.Tx, term.PersonID) (int, error) { return 0, nil }
func (nothing) Stored(*store.Tx) (int, error)                { return 0, nil }
func (nothing) Unlocked(*act.Tx, term.PersonID) (int, error) { return 0, nil }

func init() { people.PlugBelongings(nothing{}) }

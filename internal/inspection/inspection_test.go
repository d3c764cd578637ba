package inspection_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/inspection"
	"jiyao/internal/notify"
	"jiyao/internal/people/peopletest"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

func get(w *peopletest.World, id string) (f inspection.Finding) {
	w.T.Helper()
	w.Read(func(tx *store.Tx) (err error) {
		f, err = inspection.Findings.Get(tx, id)
		return err
	})
	return f
}

func TestWhoFindsWhat(t *testing.T) {
	peopletest.Each(t, "bureau", func(w *peopletest.World) {
		lamp := inspection.Find{What: "二楼的柜子没有锁", Place: "cabinet-2", Owner: "head_a", FixBy: "2026-03-20", ClauseBreached: "A1-5a"}
		change := func(f func(*inspection.Find)) inspection.Find { o := lamp; f(&o); return o }
		for _, c := range []struct {
			cmd  inspection.Find
			want string
		}{
			{lamp, "done"},
			{change(func(f *inspection.Find) { f.What = " " }), "what=required"},
			{change(func(f *inspection.Find) { f.Owner = "nobody" }), "owner=unknown_person"},
			{change(func(f *inspection.Find) { f.OwnerPost = "bureau/nobody" }), "owner_post=nobody_holds_it"},
			{change(func(f *inspection.Find) { f.Persons = []term.PersonID{"nobody"} }), "persons=unknown_person"},
			{change(func(f *inspection.Find) { f.FixBy = "2026-03-01" }), "fix_by=in_the_past"},
			{change(func(f *inspection.Find) { f.FixBy = "soon" }), "fix_by=bad_format"},
			{change(func(f *inspection.Find) { f.ClauseBreached = "Z-9" }), "clause=unknown"},
			{change(func(f *inspection.Find) { f.FoundAt = peopletest.Monday.Add(time.Hour) }), "found_at=in_the_future"},
			{change(func(f *inspection.Find) { f.Notify = []string{"base/officer"} }), "notify=system_only"},
			{change(func(f *inspection.Find) { f.Place = strings.Repeat("长", 101) }), "place=too_long"},
			{change(func(f *inspection.Find) { f.Document = "x y" }), "document=bad_format"},
		} {
			if _, err := w.Try("clerk_new", "inspection.find", c.cmd); peopletest.Answer(err) != c.want {
				w.T.Errorf("%+v: %v, want %s", c.cmd, err, c.want)
			}
		}
		if args := string(w.Entries[1].Args); strings.Contains(args, "柜子") {
			w.T.Errorf("the entry says what was found: %q", args)
		}
	})
}

func TestWhatAClauseFinds(t *testing.T) {
	peopletest.Each(t, "bureau", func(w *peopletest.World) {
		id := w.Must(act.Request{Act: "inspection.find", By: act.System(), Command: inspection.Find{
			What: "left_open", OwnerPost: "bureau/officer", Persons: []term.PersonID{"clerk_a", ""}, Clause: "A1-2a",
			Notify: []string{"bureau/office_director", "bureau/officer", ""},
		}}).Subject
		f := get(w, id)
		// The days come from the pack's parameter: 15 after 2 March.
		if f.What != "left_open" || !f.Text.Empty() || f.FixBy != "2026-03-17" || f.FoundBy != "" || !slices.Equal(f.Persons, []string{"clerk_a"}) || f.State != inspection.Open {
			w.T.Errorf("finding %+v", f)
		}
		var told []string
		w.Read(func(tx *store.Tx) error {
			rows, err := notify.Notices.Select(tx, "WHERE subject = $1 AND kind = 'finding' ORDER BY post", id)
			for _, n := range rows {
				told = append(told, n.Post)
			}
			return err
		})
		if !slices.Equal(told, []string{"bureau/office_director", "bureau/officer"}) {
			w.T.Errorf("told %v", told)
		}
	})
}

// The owner mends, another looks again and closes.
func TestTheLifeOfAFinding(t *testing.T) {
	peopletest.Each(t, "bureau", func(w *peopletest.World) {
		id := term.FindingID(w.Do("clerk_a", "inspection.find", inspection.Find{What: "柜子没有锁", OwnerPost: "bureau/office_director"}).Subject)
		for i, c := range []struct {
			by    term.PersonID
			name  string
			cmd   any
			want  string
			state inspection.State
		}{
			{"clerk_b", "inspection.measure", inspection.Measure{Finding: id, Measure: "上锁"}, "not found", inspection.Open},
			{"clerk_a", "inspection.measure", inspection.Measure{Finding: id, Measure: "上锁"}, "[L-0]", inspection.Open},
			{"officer", "inspection.recheck", inspection.Recheck{Finding: id, Result: "fixed"}, "finding=not_measured", inspection.Open},
			{"office_director", "inspection.measure", inspection.Measure{Finding: id, Measure: " "}, "measure=required", inspection.Open},
			{"office_director", "inspection.measure", inspection.Measure{Finding: id, Measure: "上锁"}, "done", inspection.Measured},
			{"office_director", "inspection.recheck", inspection.Recheck{Finding: id, Result: "fixed"}, "finding=by_another", inspection.Measured},
			{"office_director", "inspection.close", inspection.Close{Finding: id}, "finding=by_another", inspection.Measured},
			{"officer", "inspection.recheck", inspection.Recheck{Finding: id, Result: "perhaps"}, "result=not_in_list", inspection.Measured},
			{"officer", "inspection.recheck", inspection.Recheck{Finding: id, Result: "not_fixed"}, "done", inspection.Open},
			{"officer", "inspection.close", inspection.Close{Finding: id}, "[L-0]", inspection.Open},
			{"office_director", "inspection.measure", inspection.Measure{Finding: id, Measure: "换锁"}, "done", inspection.Measured},
			{"officer", "inspection.recheck", inspection.Recheck{Finding: id, Result: "fixed"}, "done", inspection.Rechecked},
			{"office_director", "inspection.measure", inspection.Measure{Finding: id, Measure: "再换"}, "finding=not_open", inspection.Rechecked},
			{"office_director", "inspection.close", inspection.Close{Finding: "0000000000ZZ"}, "not found", inspection.Rechecked},
		} {
			if _, err := w.Try(c.by, c.name, c.cmd); peopletest.Answer(err) != c.want {
				w.T.Errorf("step %d, %s by %s: %v, want %s", i, c.name, c.by, err, c.want)
			}
			if got := get(w, string(id)).State; got != c.state {
				w.T.Errorf("step %d: state %s, want %s", i, got, c.state)
			}
		}
		if f := get(w, string(id)); f.RecheckBy != "officer" || f.Recheck != "fixed" || f.MeasureBy != "office_director" {
			w.T.Errorf("finding %+v", f)
		}
	})
}

func TestAFindingIsClosedOnceByAnother(t *testing.T) {
	peopletest.Each(t, "base", func(w *peopletest.World) {
		id := term.FindingID(w.Do("clerk_a", "inspection.find", inspection.Find{What: "灯没关", Owner: "head_a", FixBy: "2026-03-20"}).Subject)
		if _, err := w.Try("inspector", "inspection.close", inspection.Close{Finding: id}); peopletest.Answer(err) != "finding=not_measured" {
			w.T.Errorf("closed before anything was done: %v", err)
		}
		w.Do("head_a", "inspection.measure", inspection.Measure{Finding: id, Measure: "关了"})
		w.Do("inspector", "inspection.close", inspection.Close{Finding: id})
		if f := get(w, string(id)); f.State != inspection.Closed || f.ClosedBy != "inspector" || f.ClosedAt.IsZero() {
			w.T.Errorf("finding %+v", f)
		}
		if _, err := w.Try("office_director", "inspection.close", inspection.Close{Finding: id}); peopletest.Answer(err) != "conflict" {
			w.T.Errorf("closed twice: %v", err)
		}
	})
}

// Whoever holds the owner's post is the owner, not only the one who mended.
func TestAnotherHolderOfTheOwnersPostIsNotAnother(t *testing.T) {
	peopletest.Each(t, "base", func(w *peopletest.World) {
		id := term.FindingID(w.Do("clerk_a", "inspection.find", inspection.Find{What: "灯没关", OwnerPost: "base/officer"}).Subject)
		w.Do("officer", "inspection.measure", inspection.Measure{Finding: id, Measure: "关了"})
		if _, err := w.Try("officer2", "inspection.recheck", inspection.Recheck{Finding: id, Result: "fixed"}); peopletest.Answer(err) != "finding=by_another" {
			w.T.Errorf("rechecked by an owner: %v", err)
		}
		w.Do("inspector", "inspection.recheck", inspection.Recheck{Finding: id, Result: "fixed"})
	})
}

func TestWhoSeesFindings(t *testing.T) {
	peopletest.Each(t, "base", func(w *peopletest.World) {
		own := w.Do("clerk_a", "inspection.find", inspection.Find{What: "灯没关", Owner: "head_a"}).Subject
		byPost := w.Do("clerk_b", "inspection.find", inspection.Find{What: "灯没关", OwnerPost: "base/archivist"}).Subject
		for who, want := range map[term.PersonID][]string{
			"inspector": {own, byPost}, "officer": {own, byPost}, "clerk_a": {own}, "head_a": {own}, "clerk_b": {byPost}, "archivist": {byPost},
			"publisher": nil, "nobody": nil, "": nil,
		} {
			var got []string
			w.Read(func(tx *store.Tx) error {
				law, err := w.Office.Law(tx, w.Clock.Now())
				if err != nil {
					return err
				}
				v := inspection.ViewerOf(law, who, w.People())
				list, err := v.Page(tx, inspection.Filter{State: inspection.Open}, 100)
				for _, f := range list {
					got = append(got, string(f.ID))
				}
				n, _, err2 := v.Waiting(tx, calendar.DateOf(w.Clock.Now()))
				if n != len(list) {
					w.T.Errorf("%s: %d rows, count %d", who, len(list), n)
				}
				return errors.Join(err, err2)
			})
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				w.T.Errorf("%q sees %v, want %v", who, got, want)
			}
		}
	})
}

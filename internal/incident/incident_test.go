package incident_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/incident"
	"jiyao/internal/ledger"
	"jiyao/internal/notify"
	"jiyao/internal/people/peopletest"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// sees reports whether a person may know of a case: by one row, by list and by count alike.
func sees(w *peopletest.World, who term.PersonID, id term.CaseID) bool {
	w.T.Helper()
	var one bool
	w.Read(func(tx *store.Tx) error {
		law, err := w.Office.Law(tx, w.Clock.Now())
		if err != nil {
			return err
		}
		v := incident.ViewerOf(law, who, w.People())
		if _, one, err = v.Get(tx, id); err != nil {
			return err
		}
		list, err := v.List(tx, time.Time{}, "", 1000)
		if err != nil {
			return err
		}
		n, _, err := v.Waiting(tx)
		in := slices.ContainsFunc(list, func(c incident.Case) bool { return c.ID == id })
		if in != one || n != len(list) {
			w.T.Errorf("%s: one says %v, the list %v with %d rows, the count %d", who, one, in, len(list), n)
		}
		return err
	})
	return one
}

func notices(w *peopletest.World, subject string) []string {
	w.T.Helper()
	var out []string
	w.Read(func(tx *store.Tx) error {
		rows, err := notify.Notices.Select(tx, "WHERE subject = $1 ORDER BY id", subject)
		for _, n := range rows {
			if n.Kind == "case" {
				out = append(out, n.Post+string(n.Person))
			}
		}
		slices.Sort(out)
		return err
	})
	return out
}

func TestWhoReportsWhat(t *testing.T) {
	peopletest.Each(t, "bureau", func(w *peopletest.World) {
		said := incident.Open{Kind: "oral_disclosure", What: "在走廊上说了", Persons: []term.PersonID{"clerk_b"}, KnownBy: []string{"某客人"}}
		change := func(f func(*incident.Open)) incident.Open { o := said; f(&o); return o }
		for _, c := range []struct {
			cmd  incident.Open
			want string
		}{
			{said, "done"},
			{change(func(o *incident.Open) { o.Kind = "gossip" }), "kind=not_in_list"},
			{change(func(o *incident.Open) { o.Kind = "" }), "kind=required"},
			{change(func(o *incident.Open) { o.Kind = "'; --" }), "kind=not_in_list"},
			{change(func(o *incident.Open) { o.Persons = []term.PersonID{"nobody"} }), "persons=unknown_person"},
			{change(func(o *incident.Open) { o.Persons = []term.PersonID{""} }), "persons=unknown_person"},
			{change(func(o *incident.Open) { o.Notify = []string{"base/officer"} }), "notify=system_only"},
			{change(func(o *incident.Open) { o.Source = "system" }), "source=system_only"},
			{change(func(o *incident.Open) { o.Clause = "Z-9" }), "clause=unknown"},
			{change(func(o *incident.Open) { o.DiscoveredAt = peopletest.Monday.Add(time.Hour) }), "discovered_at=in_the_future"},
			{change(func(o *incident.Open) { o.Document = "a document" }), "document=bad_format"},
			{change(func(o *incident.Open) { o.Items = []string{"<b>"} }), "items=bad_format"},
			{change(func(o *incident.Open) { o.What = strings.Repeat("长", 4001) }), "what=too_long"},
		} {
			if _, err := w.Try("clerk_new", "incident.open", c.cmd); peopletest.Answer(err) != c.want {
				w.T.Errorf("%+v: %v, want %s", c.cmd, err, c.want)
			}
		}
		// An administrator reports too, by his account.
		admin := act.Request{Act: "incident.open", Command: incident.Open{Kind: "loss", What: "x"}, By: act.Actor{Account: "ACC", Admin: []string{"sys_admin"}, Terminal: "t"}}
		id := w.Must(admin).Subject
		w.Read(func(tx *store.Tx) error {
			c, err := incident.Cases.Get(tx, id)
			if c.OpenedBy != "ACC" || c.Source != "" {
				w.T.Errorf("an administrator's report: %+v", c)
			}
			return err
		})
	})
}

func TestACaseCitesItsClausesAndTellsItsPosts(t *testing.T) {
	peopletest.Each(t, "bureau", func(w *peopletest.World) {
		id := w.Do("clerk_a", "incident.open", incident.Open{Kind: "oral_disclosure", What: "在走廊上说了", Persons: []term.PersonID{"clerk_b", "clerk_b"}, Clause: "L-28"}).Subject
		opened := w.Entries[len(w.Entries)-1]
		if opened.Act != "incident.open" || strings.Contains(string(opened.Args), "走廊") || !strings.Contains(string(opened.Args), "clerk_b") {
			w.T.Errorf("entry %s %q", opened.Act, opened.Args)
		}
		w.Read(func(tx *store.Tx) error {
			c, err := incident.Cases.Get(tx, id)
			if err != nil {
				return err
			}
			if !slices.Equal(c.Clauses, []string{"L-28", "A1-2b"}) || !slices.Equal(c.Persons, []string{"clerk_b"}) || c.State != incident.Opened {
				w.T.Errorf("case %+v", c)
			}
			if _, err := c.What.Text(); err == nil {
				w.T.Error("what happened is readable without being revealed")
			}
			if err := incident.Reveal(tx, &c); err != nil {
				return err
			}
			text, err := c.What.Text()
			if text != "在走廊上说了" {
				w.T.Errorf("revealed %q", text)
			}
			return err
		})
		if got := notices(w, id); !slices.Equal(got, []string{"bureau/office_director"}) {
			w.T.Errorf("told %v", got)
		}
	})
}

// Whom a case concerns is told nothing and sees nothing; a post of two is told through the other holder.
func TestACaseIsHiddenFromItsSubject(t *testing.T) {
	peopletest.Each(t, "bureau", func(w *peopletest.World) {
		open := act.Request{Act: "incident.open", By: act.System(), Command: incident.Open{
			Kind: "loss", Persons: []term.PersonID{"officer", "", "office_director"}, Notify: []string{"base/officer", "bureau/office_director", "base/archivist"},
		}}
		id := term.CaseID(w.Must(open).Subject)
		if got := notices(w, string(id)); !slices.Equal(got, []string{"base/archivist", "officer2"}) {
			w.T.Errorf("told %v", got)
		}
		for who, want := range map[term.PersonID]bool{
			"officer": false, "office_director": false, // concerned, though both keep cases
			"officer2": true, "unit_head": true, "leader": true, // keep cases
			"archivist": true, // told
			"clerk_a":   false, "sys_admin": false, "": false, "nobody": false,
		} {
			if got := sees(w, who, id); got != want {
				w.T.Errorf("%q sees it: %v", who, got)
			}
		}
		own := term.CaseID(w.Do("clerk_a", "incident.open", incident.Open{Kind: "loss", What: "x"}).Subject)
		if !sees(w, "clerk_a", own) || sees(w, "clerk_b", own) {
			w.T.Error("who reported it")
		}
		// Hidden and absent: one answer, and entries of one shape.
		for _, cmd := range []func(id term.CaseID) (string, any){
			func(id term.CaseID) (string, any) { return "incident.annotate", incident.Annotate{Case: id, Text: "x"} },
			func(id term.CaseID) (string, any) { return "incident.delete", incident.Delete{Case: id} },
			func(id term.CaseID) (string, any) { return "incident.merge", incident.Merge{Case: id, Into: own} },
		} {
			shape := func(id term.CaseID) (string, ledger.Entry) {
				name, c := cmd(id)
				_, err := w.Try("officer", name, c)
				e := *w.Last()
				e.Subject, e.Reference = "", ""
				for i := range e.Rows {
					e.Rows[i] = ledger.Row{}
				}
				return err.Error(), e
			}
			hidden, first := shape(id)
			absent, second := shape("0000000000ZZ")
			if hidden != absent || fmt.Sprintf("%+v", first) != fmt.Sprintf("%+v", second) || !strings.Contains(hidden, "not found") {
				w.T.Errorf("hidden %q %+v\nabsent %q %+v", hidden, first, absent, second)
			}
		}
	})
}

func TestCasesAreAnnotatedAndNeverDeleted(t *testing.T) {
	peopletest.Each(t, "bureau", func(w *peopletest.World) {
		id := term.CaseID(w.Do("clerk_a", "incident.open", incident.Open{Kind: "loss", What: "x", Persons: []term.PersonID{"clerk_b"}}).Subject)
		other := term.CaseID(w.Do("clerk_a", "incident.open", incident.Open{Kind: "loss", What: "y"}).Subject)
		for _, c := range []struct {
			by   term.PersonID
			name string
			cmd  any
			want string
		}{
			{"officer", "incident.annotate", incident.Annotate{Case: id, Text: "已查"}, "done"},
			{"officer", "incident.annotate", incident.Annotate{Case: id, Clauses: []term.Clause{"L-29"}}, "done"},
			{"officer", "incident.annotate", incident.Annotate{Case: id, Clauses: []term.Clause{"Z-1"}}, "clauses=unknown"},
			{"officer", "incident.annotate", incident.Annotate{Case: id, Text: " "}, "text=required"},
			{"clerk_a", "incident.annotate", incident.Annotate{Case: id, Text: "x"}, "[L-0]"}, // knows it, keeps none
			{"clerk_b", "incident.annotate", incident.Annotate{Case: id, Text: "x"}, "not found"},
			{"officer", "incident.delete", incident.Delete{Case: id}, "case=never_deleted"},
			{"unit_head", "incident.delete", incident.Delete{Case: id}, "case=never_deleted"},
			{"clerk_a", "incident.delete", incident.Delete{Case: id}, "case=never_deleted"},
			{"clerk_b", "incident.delete", incident.Delete{Case: id}, "not found"},
			{"officer", "incident.merge", incident.Merge{Case: id, Into: other}, "case=never_deleted"},
			{"officer", "incident.merge", incident.Merge{Case: id, Into: "0000000000ZZ"}, "not found"},
		} {
			if _, err := w.Try(c.by, c.name, c.cmd); peopletest.Answer(err) != c.want {
				w.T.Errorf("%s %+v by %s: %v, want %s", c.name, c.cmd, c.by, err, c.want)
			}
		}
		_, err := w.Desk.Do(context.Background(), act.Request{Act: "incident.delete", Command: incident.Delete{Case: id}, By: act.System()})
		if err == nil {
			w.T.Error("the system deleted a case")
		}
		w.Read(func(tx *store.Tx) error {
			c, err := incident.Cases.Get(tx, id)
			if err != nil {
				return err
			}
			if !slices.Contains(c.Clauses, "L-29") || !slices.Contains(c.Clauses, "L-28") {
				w.T.Errorf("clauses %v", c.Clauses)
			}
			notes, err := incident.Viewer{Person: "officer", Keeper: true}.Notes(tx, id)
			if len(notes) != 2 {
				w.T.Errorf("notes %+v", notes)
			}
			hidden, err2 := incident.Viewer{Person: "clerk_b", Keeper: true}.Notes(tx, id)
			if len(hidden) != 0 {
				w.T.Error("the subject reads the notes")
			}
			return errors.Join(err, err2)
		})
	})
}

// The filter in SQL is the rule in words, over any case and any viewer.
func TestTheFilterIsTheRule(t *testing.T) {
	peopletest.Each(t, "base", func(w *peopletest.World) {
		r := rand.New(rand.NewPCG(1, 2))
		persons := []term.PersonID{"unit_head", "officer", "officer2", "archivist", "publisher", "clerk_a", "clerk_b"}
		posts := []string{"base/publisher", "base/archivist", "base/officer"}
		type opened struct {
			id       term.CaseID
			by       term.PersonID
			subjects []term.PersonID
			told     []string
		}
		var all []opened
		for range 25 {
			o := opened{}
			for _, p := range persons {
				if r.IntN(4) == 0 {
					o.subjects = append(o.subjects, p)
				}
			}
			if r.IntN(2) == 0 {
				o.by = persons[r.IntN(len(persons))]
				o.id = term.CaseID(w.Do(o.by, "incident.open", incident.Open{Kind: "loss", What: "x", Persons: o.subjects}).Subject)
			} else {
				o.told = posts[:r.IntN(len(posts)+1)]
				cmd := incident.Open{Kind: "loss", Persons: o.subjects, Notify: o.told}
				o.id = term.CaseID(w.Must(act.Request{Act: "incident.open", Command: cmd, By: act.System()}).Subject)
			}
			all = append(all, o)
		}
		d := w.People()
		keeps := []string{"base/officer", "base/office_director", "base/unit_head", "base/inspector", "base/leader", "base/leading_group", "base/room_chief"}
		for _, who := range persons {
			mine := d.Posts(who)
			has := func(list []string) bool {
				return slices.ContainsFunc(list, func(p string) bool { return slices.Contains(mine, p) })
			}
			for _, o := range all {
				want := !slices.Contains(o.subjects, who) && (has(keeps) || o.by == who || has(o.told))
				if got := sees(w, who, o.id); got != want {
					w.T.Errorf("%s sees %+v: %v", who, o, got)
				}
			}
		}
	})
}

func TestCasesAreListedPageByPage(t *testing.T) {
	peopletest.Each(t, "base", func(w *peopletest.World) {
		for i := range 7 {
			if i%2 == 0 { // two cases share an instant
				if err := w.Clock.Advance(time.Minute); err != nil {
					w.T.Fatal(err)
				}
			}
			w.Do("clerk_a", "incident.open", incident.Open{Kind: "loss", What: "x"})
		}
		w.Read(func(tx *store.Tx) error {
			v := incident.Viewer{Person: "officer", Keeper: true}
			var seen []term.CaseID
			var after time.Time
			var id term.CaseID
			for {
				page, err := v.List(tx, after, id, 2)
				if err != nil || len(page) == 0 {
					if len(seen) != 7 {
						w.T.Errorf("pages give %d cases", len(seen))
					}
					return err
				}
				for _, c := range page {
					if slices.Contains(seen, c.ID) || !after.IsZero() && c.OpenedAt.After(after) {
						w.T.Errorf("case %s comes twice or out of order", c.ID)
					}
					seen, after, id = append(seen, c.ID), c.OpenedAt, c.ID
				}
			}
		})
	})
}

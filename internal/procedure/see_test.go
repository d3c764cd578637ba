package procedure_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/approval"
	"jiyao/internal/document"
	"jiyao/internal/notify"
	"jiyao/internal/obligation"
	"jiyao/internal/procedure"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
)

func each(t *testing.T, office string, fn func(w *countertest.World)) {
	t.Helper()
	countertest.Each(t, office, func(*countertest.World, *counter.Counter) {}, fn)
}

// told is what a person is shown, by kind and id.
func told(w *countertest.World, who term.PersonID) (kinds []string, ids []string) {
	w.T.Helper()
	read(w, func(tx *store.Tx) error {
		law, err := w.Office.Law(tx, w.Clock.Now())
		if err != nil {
			return err
		}
		people, err := w.Office.Directory(tx, w.Clock.Now())
		if err != nil {
			return err
		}
		list, err := procedure.Reader{Person: who, Posts: people.Posts(who), Law: law, People: people}.Told(tx)
		for _, n := range list {
			kinds, ids = append(kinds, n.Kind), append(ids, string(n.ID))
		}
		return err
	})
	return kinds, ids
}

func raw(w *countertest.World, fields map[string]any) json.RawMessage {
	w.T.Helper()
	b, err := json.Marshal(fields)
	if err != nil {
		w.T.Fatal(err)
	}
	return b
}

func read(w *countertest.World, fn func(tx *store.Tx) error) {
	w.T.Helper()
	if err := w.DB.Read(w.T.Context(), fn); err != nil {
		w.T.Fatal(err)
	}
}

func notice(w *countertest.World, id string) (n notify.Notice) {
	w.T.Helper()
	read(w, func(tx *store.Tx) (err error) {
		n, err = notify.Notices.Get(tx, id)
		return err
	})
	return n
}

// A notice to a post is seen by one holder for all; what it spoke of stays as it is.
func TestANoticeIsSeenByItsPost(t *testing.T) {
	each(t, "bureau", func(w *countertest.World) {
		w.System("notice.post", raw(w, map[string]any{"kind": "told", "post": "base/officer", "clause": "A1-2c"}))
		w.System("notice.post", raw(w, map[string]any{"kind": "told", "person": "clerk_a"}))
		_, ids := told(w, "officer")
		if len(ids) != 1 {
			t.Fatalf("the officer is told %v", ids)
		}
		_, other := told(w, "clerk_a")
		for _, c := range []struct {
			by   term.PersonID
			ids  []string
			want string
		}{
			{"officer", nil, "notices=required"},
			{"officer", []string{ids[0], ids[0]}, "notices=twice"},
			{"officer", slices.Repeat([]string{"x"}, notify.MaxSeen+1), "notices=too_many"},
			{"officer", []string{other[0]}, "not found"},
			{"officer", []string{ids[0], other[0]}, "not found"},
			{"clerk_a", []string{ids[0]}, "not found"},
			{"clerk_a", []string{"ZZZZZZZZZZZZ"}, "not found"},
		} {
			if _, err := w.Try(c.by, "notice.see", map[string]any{"notices": c.ids}); answer(err) != c.want {
				t.Errorf("%s sees %.3q: %v, want %s", c.by, c.ids, err, c.want)
			}
		}
		if n := notice(w, ids[0]); !n.SeenAt.IsZero() {
			t.Fatalf("seen by a try that was not done: %+v", n)
		}
		w.Do("officer2", "notice.see", map[string]any{"notices": ids})
		if n := notice(w, ids[0]); n.SeenBy != "officer2" || !n.SeenAt.Equal(w.Clock.Now()) {
			t.Errorf("notice %+v", n)
		}
		if _, left := told(w, "officer"); len(left) != 0 {
			t.Errorf("the officer is still told %v", left)
		}
		w.Do("officer", "notice.see", map[string]any{"notices": ids}) // pressed on an old page: it is seen already
		if n := notice(w, ids[0]); n.SeenBy != "officer2" {
			t.Errorf("seen again by %s", n.SeenBy)
		}
	})
}

// The late record of a duty stays where it is when its notices are seen.
func TestALateRecordStaysWhenItsNoticeIsSeen(t *testing.T) {
	each(t, "school", func(w *countertest.World) {
		w.Do("officer", "document.accept", map[string]any{"channel": "courier", "courier": "机要交通员", "courier_signature": "paper",
			"envelopes": []map[string]any{{"envelope_no": "E-1", "issuer": "某厅", "level": "内部", "urgency": "一般", "listed": 1, "counted": 1, "seal_intact": true}}})
		if err := w.Clock.Advance(48 * 3600 * 1e9); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Desk.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		kinds, ids := told(w, "officer")
		if !slices.Contains(kinds, "late") {
			t.Fatalf("told %v", kinds)
		}
		w.Do("officer", "notice.see", map[string]any{"notices": ids})
		if kinds, _ := told(w, "officer"); len(kinds) != 0 {
			t.Errorf("still told %v", kinds)
		}
		read(w, func(tx *store.Tx) error {
			late, err := obligation.Duties.Count(tx, "WHERE late_at IS NOT NULL AND state = 'open'")
			if late == 0 {
				t.Error("the late record is gone")
			}
			return err
		})
	})
}

// A notice about an item or a case is there for who may know of it, and seeing it is as hidden as looking.
func TestANoticeOfWhatOneMayNotKnowIsNotThere(t *testing.T) {
	each(t, "bureau", func(w *countertest.World) {
		i := w.Registered("0001", term.Mimi, "某项工作的通知", 1)
		w.System("notice.post", raw(w, map[string]any{"kind": "told", "person": "clerk_a", "document": i.ID}))
		// A case of the officer is told to the director through a post that the officer gets later: here, by hand.
		opened := w.System("incident.open", raw(w, map[string]any{"kind": "loss", "persons": []string{"officer"}}))
		w.System("notice.post", raw(w, map[string]any{"kind": "case", "post": "base/officer", "id": opened.Subject}))
		if kinds, _ := told(w, "officer"); slices.Contains(kinds, "case") {
			t.Error("the subject is told of his case")
		}
		kinds, ids := told(w, "officer2")
		at := slices.Index(kinds, "case")
		if at < 0 {
			t.Fatalf("the other officer is told %v", kinds)
		}
		if kinds, _ := told(w, "clerk_a"); len(kinds) != 0 {
			t.Errorf("who may not know of the document is told %v", kinds)
		}
		if _, err := w.Try("officer", "notice.see", map[string]any{"notices": []string{ids[at]}}); !errors.Is(err, refuse.ErrNotFound) {
			t.Errorf("the subject marks the notice of his case: %v", err)
		}
		var hidden string
		read(w, func(tx *store.Tx) error {
			return tx.QueryRow("SELECT id FROM notice WHERE person = 'clerk_a'").Scan(&hidden)
		})
		if _, err := w.Try("clerk_a", "notice.see", map[string]any{"notices": []string{hidden}}); !errors.Is(err, refuse.ErrNotFound) {
			t.Errorf("a notice of a hidden document: %v", err)
		}
		if _, err := w.Try("", "notice.see", map[string]any{"notices": []string{hidden}}); err == nil {
			t.Error("nobody saw it")
		}
	})
}

// A duty on a case is its keepers' to do, and is nowhere for whom the case concerns.
func TestADutyOnACaseIsHiddenFromWhomItConcerns(t *testing.T) {
	each(t, "bureau", func(w *countertest.World) {
		opened := w.System("incident.open", raw(w, map[string]any{"kind": "loss", "persons": []string{"officer"}}))
		err := w.DB.Write(t.Context(), "test", func(tx *store.Tx) error {
			_, err := store.Put(tx, []store.Change{
				obligation.Duties.Insert(obligation.Duty{ID: "D1", Name: "base/x", Clause: "L-28", SubjectKind: "case", Subject: opened.Subject, OwnerPost: "base/officer", State: obligation.Open, OpenedAt: w.Clock.Now()}),
				notify.Notices.Insert(notify.Notice{ID: "N1", Kind: "late", Post: "base/officer", Duty: "D1", Subject: opened.Subject, At: w.Clock.Now()}),
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for who, want := range map[term.PersonID]bool{"officer": false, "officer2": true} {
			if _, ids := told(w, who); slices.Contains(ids, "N1") != want {
				t.Errorf("%s is told %v, want the late duty: %v", who, ids, want)
			}
			read(w, func(tx *store.Tx) error {
				list, err := document.Worklist(tx, act.Viewer{Person: who}, []string{"base/officer"}, regulation.Shown{}, 50)
				if has := slices.ContainsFunc(list, func(x document.Task) bool { return x.ID == "D1" }); has != want {
					t.Errorf("the duty is in the worklist of %s: %v", who, has)
				}
				return err
			})
		}
	})
}

// Whoever asked for leave is told what became of it.
func TestTheApplicantIsTold(t *testing.T) {
	each(t, "bureau", func(w *countertest.World) {
		for _, c := range []struct{ do, kind string }{{"approval.grant", "leave_granted"}, {"approval.deny", "leave_denied"}, {"approval.withdraw", "leave_withdrawn"}} {
			id := "leave-" + c.do
			put(w, approval.Leave{ID: term.LeaveID(id), Approval: "bureau/x", Act: "custody.lend", Bound: "{}", Applicant: "clerk_a", AskedAt: w.Clock.Now(),
				Posts: []string{"base/office_director"}, State: map[bool]approval.State{true: approval.Granted, false: approval.Asked}[c.do == "approval.withdraw"]})
			w.Do("office_director", c.do, map[string]any{"leave": id, "reason": "见批示"})
			kinds, ids := told(w, "clerk_a")
			if !slices.Equal(kinds, []string{c.kind}) {
				t.Errorf("%s: told %v, want %s", c.do, kinds, c.kind)
			}
			w.Do("clerk_a", "notice.see", map[string]any{"notices": ids})
		}
		put(w, approval.Leave{ID: "own", Approval: "bureau/x", Act: "custody.lend", Bound: "{}", Applicant: "clerk_a", AskedAt: w.Clock.Now(), Posts: []string{"base/office_director"}, State: approval.Asked})
		w.Do("clerk_a", "approval.withdraw", map[string]any{"leave": "own"})
		if kinds, _ := told(w, "clerk_a"); len(kinds) != 0 {
			t.Errorf("told of what he did himself: %v", kinds)
		}
	})
}

func put(w *countertest.World, l approval.Leave) {
	w.T.Helper()
	err := w.DB.Write(w.T.Context(), "test", func(tx *store.Tx) error {
		_, err := store.Put(tx, []store.Change{approval.Leaves.Insert(l)})
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
}

// answer says in one word what a try was answered with.
func answer(err error) string {
	var inv *refuse.Invalid
	var ref *refuse.Refusal
	switch {
	case err == nil:
		return "done"
	case errors.As(err, &inv):
		return inv.Fields[0].Field + "=" + inv.Fields[0].Code
	case errors.As(err, &ref):
		return fmt.Sprint(ref.Clauses())
	case errors.Is(err, refuse.ErrNotFound):
		return "not found"
	}
	return strings.TrimSpace(err.Error())
}

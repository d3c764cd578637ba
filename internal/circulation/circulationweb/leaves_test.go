package circulationweb_test

import (
	"fmt"
	"html"
	"net/http"
	"strings"
	"testing"

	"jiyao/internal/approval"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

func TestARequestForLeaveIsForThePostAsked(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1")
		err := w.DB.Write(t.Context(), "test.leave", func(tx *store.Tx) error {
			_, err := store.Put(tx, []store.Change{approval.Leaves.Insert(approval.Leave{
				ID: "LEAVE0000001", Approval: "school/lend", Act: "custody.lend", Bound: "{}", Document: item.ID, Applicant: "clerk_a",
				Reason: store.Plain("查阅第三页"), AskedAt: w.Clock.Now(), Posts: []string{"base/office_director"}, State: approval.Asked,
			})})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		a := w.Get("office_director", "/approvals")
		webtest.Clean(t, a.Body)
		w.Holds(a, "查阅第三页", "借出", "批准", "甲字一号")
		w.Holds(w.Get("clerk_a", "/approvals"), "等待批准", "撤回", "!>批准</button>")
		w.Holds(w.Get("clerk_b", "/approvals"), "!查阅第三页")
		answer := []string{"answer", "grant", "reason", "同意", "_how", "pin", "_secret", countertest.Right, "_key", "l"}
		if a = w.Post("clerk_b", "/approvals/LEAVE0000001/decide", answer...); a.Code != http.StatusNotFound {
			t.Errorf("by who was not asked: %d", a.Code)
		}
		if a = w.Post("clerk_a", "/approvals/LEAVE0000001/decide", answer...); a.Code != http.StatusForbidden {
			t.Errorf("by the applicant: %d", a.Code)
		}
		if a = w.Post("office_director", "/approvals/LEAVE0000001/decide", answer...); a.Code != http.StatusSeeOther {
			t.Fatalf("granted: %d %s", a.Code, a.Body)
		}
		w.Holds(w.Get("office_director", "/approvals"), "!查阅第三页")
		// Whoever answers it once more is told who answered, how and when; who was not asked knows of nothing.
		again := []string{"answer", "deny", "reason", "不同意", "_how", "pin", "_secret", countertest.Right, "_key", "m"}
		if a = w.Post("office_director", "/approvals/LEAVE0000001/decide", again...); a.Code != http.StatusConflict {
			t.Errorf("answered twice: %d", a.Code)
		}
		w.Holds(a, "已经答复", "李主任", "批准，你的这一次没有记", "!请核对标签")
		if a = w.Post("office_director", "/approvals/LEAVE0000001/decide", append(again, "answer", "step")[2:]...); a.Code != http.StatusConflict && a.Code != http.StatusUnprocessableEntity {
			t.Errorf("a step of what is answered: %d", a.Code)
		}
		if a = w.Post("clerk_b", "/approvals/LEAVE0000001/decide", again...); a.Code != http.StatusNotFound {
			t.Errorf("by who was not asked, afterwards: %d", a.Code)
		}
	})
}

func TestAskingAfterARefusal(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1")
		var copies []custody.Copy
		err := w.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
			copies, err = custody.Copies.Select(tx, "WHERE document = $1", string(item.ID))
			return err
		})
		if err != nil || len(copies) != 1 {
			t.Fatalf("%d copies: %v", len(copies), err)
		}
		ask := func(way, name, with, key string, more ...string) countertest.Answer {
			return w.Post("officer", "/approvals/ask", append([]string{"way", way, "act", name, "with", with, "_key", key, "_how", "pin"}, more...)...)
		}
		signed := []string{"reason", "他要承办", "_secret", countertest.Right}

		// A hand-out beyond the scope: no leave cures it, but the director can widen.
		with := `{"copy":"` + string(copies[0].ID) + `","to":"clerk_a","copy_no":"000001"}`
		w.Holds(ask("step", "custody.hand_out", with, "a", "reason", "他要承办", "_secret", "wrong"), "他要承办", "再呈一次")
		w.Holds(ask("step", "custody.hand_out", with, "b", "_secret", countertest.Right), "再呈一次")
		if a := ask("step", "custody.hand_out", with, "c", signed...); a.Code != http.StatusSeeOther {
			t.Fatalf("proposed: %d %s", a.Code, a.Body)
		}
		w.Holds(w.Get("officer", "/approvals"), "扩大知悉范围", "等待批准")
		w.Holds(w.Get("office_director", "/approvals"), "扩大知悉范围", "他要承办", "同意，扩大到上列人员", "你签字同意，知悉范围就扩大到上列人员", "!办完点", "机密", "/d/"+string(item.ID))
		w.Holds(w.Get("clerk_b", "/approvals"), "!他要承办")
		// What nobody can cure is refused once more, what needs nothing says so, and rubbish is turned away.
		if a := ask("step", "custody.leave_open", `{"copy":"`+string(copies[0].ID)+`","place_kind":"desk"}`, "d", signed...); a.Code != http.StatusForbidden {
			t.Errorf("what nobody allows: %d %s", a.Code, a.Body)
		}
		for _, bad := range [][3]string{{"step", "custody.hand_out", "{"}, {"other", "custody.hand_out", with}, {"step", "no.such", "{}"}} {
			if a := ask(bad[0], bad[1], bad[2], "e"+bad[0]+bad[1], signed...); a.Code != http.StatusUnprocessableEntity {
				t.Errorf("%v: %d", bad, a.Code)
			}
		}
		if a := w.Post("clerk_b", "/approvals/ask", append([]string{"way", "step", "act", "custody.hand_out", "with", with, "_key", "f", "_how", "pin"}, signed...)...); a.Code != http.StatusNotFound {
			t.Errorf("by who may not know of it: %d", a.Code)
		}
		// The director takes the step where he is asked: one signature widens and answers.
		var leave approval.Leave
		var knows int
		look := func() {
			t.Helper()
			err := w.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
				if leave, _, err = approval.Leaves.One(tx, "WHERE document = $1", string(item.ID)); err == nil {
					knows, err = document.Knowers.Count(tx, "WHERE document = $1 AND person = 'clerk_a' AND until IS NULL", string(item.ID))
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		look()
		decide := "/approvals/" + string(leave.ID) + "/decide"
		widen := []string{"answer", "step", "_how", "pin", "_secret", countertest.Right, "_key", "w"}
		if a := w.Post("office_director", decide, widen...); a.Code != http.StatusUnprocessableEntity {
			t.Errorf("without a reason: %d", a.Code)
		}
		if a := w.Post("clerk_b", decide, append(widen, "reason", "需要")...); a.Code != http.StatusNotFound {
			t.Errorf("by who was not asked: %d", a.Code)
		}
		if look(); knows != 0 || leave.State != approval.Asked {
			t.Fatalf("widened by nobody: %d, %s", knows, leave.State)
		}
		if a := w.Post("office_director", decide, append(widen, "reason", "承办需要")...); a.Code != http.StatusSeeOther {
			t.Fatalf("widened: %d %s", a.Code, a.Body)
		}
		if look(); knows != 1 || leave.State != approval.Granted {
			t.Errorf("widened: %d, %s", knows, leave.State)
		}
	})
}

// What waits for the director says how urgent it is and by when, the nearest first, of one time the more urgent.
func TestWhatWaitsIsInOrderOfDeadlineAndUrgency(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		ordinary, urgent := w.Registered("1", term.Open, "甲件", 1), w.Registered("2", term.Open, "乙件", 1)
		w.Do("officer", "document.correct", map[string]any{"document": urgent.ID, "field": "urgency", "value": "特急", "reason": "件上标特急"})
		a := w.Get("office_director", "/approvals")
		w.Holds(a, "特急", `class="due`)
		if first, second := strings.Index(a.Body, string(urgent.ID)), strings.Index(a.Body, string(ordinary.ID)); first < 0 || second < first {
			w.T.Errorf("the urgent one stands at %d, the other at %d", first, second)
		}
	})
}

func TestARequestNamesWhomItIsFor(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1")
		// Whoever the refused act names, the request names; where it names nobody, it is who asks.
		names := map[string]string{"clerk_a": "周科员", "clerk_b": "吴科员", "officer": "陈机要员"}
		for with, name := range map[string]string{`"persons":["clerk_a"]`: "clerk_a", `"readers":["clerk_b"]`: "clerk_b", `"copy":"COPY00000001"`: "officer"} {
			err := w.DB.Write(t.Context(), "test.leave", func(tx *store.Tx) error {
				_, err := store.Put(tx, []store.Change{approval.Leaves.Insert(approval.Leave{
					ID: term.LeaveID("LEAVE" + name), Act: "document.widen", Bound: "{" + with + "}", Document: item.ID, Applicant: "officer",
					Reason: store.Plain("为" + name), AskedAt: w.Clock.Now(), Posts: []string{"base/office_director"}, State: approval.Asked,
				})})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			w.Holds(w.Get("office_director", "/approvals"), "为"+name, "给"+names[name]+"<")
		}
	})
}

// What is asked of others hides nothing of what is asked of him; a leave to compile leads to where it is used.
func TestManyRequestsToOthersHideNoneOfHis(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1")
		other := approval.Leave{Approval: "school/lend", Act: "custody.lend", Bound: "{}", Document: item.ID, Applicant: "clerk_a", AskedAt: w.Clock.Now(), Posts: []string{"base/nobody"}, State: approval.Asked}
		var rows []store.Change
		for n := range 450 {
			other.ID = term.LeaveID(fmt.Sprintf("OTHER%07d", n))
			rows = append(rows, approval.Leaves.Insert(other))
		}
		his := other
		his.ID, his.Posts, his.Reason = "ZHIS00000001", []string{"base/office_director"}, store.Plain("查阅第三页")
		compiled := other
		compiled.ID, compiled.Act, compiled.Applicant, compiled.State = "COMPILED0001", "custody.compile", "clerk_b", approval.Granted
		compiled.With = store.Plain(`{"sources":[{"copy":"` + string(item.Copies[0]) + `"}]}`)
		rows = append(rows, approval.Leaves.Insert(his), approval.Leaves.Insert(compiled))
		err := w.DB.Write(t.Context(), "test.leave", func(tx *store.Tx) error { _, err := store.Put(tx, rows); return err })
		if err != nil {
			t.Fatal(err)
		}
		w.Holds(w.Get("office_director", "/approvals"), "查阅第三页")
		w.Holds(w.Get("clerk_b", "/approvals"), "/c/"+string(item.Copies[0])+"/copying?leave=COMPILED0001")
	})
}

// What waits does not end at the first page: each request can be reached and answered, those behind it too.
func TestRequestsGoOnBehindAPage(t *testing.T) {
	w := countertest.Open(t, storetest.DSNs(t)[store.SQLite], "school", mount)
	item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1")
	for n := range 60 {
		put(w, approval.Leave{
			ID: term.LeaveID(fmt.Sprintf("LEAVE%07d", n)), Approval: "school/lend", Act: "custody.lend", Bound: "{}", Document: item.ID, Applicant: "clerk_a",
			Reason: store.Plain(fmt.Sprintf("事由第%d号", n)), AskedAt: w.Clock.Now(), Posts: []string{"base/office_director"}, State: approval.Asked, Quorum: 1,
		})
	}
	first := w.Get("office_director", "/approvals")
	w.Holds(first, "事由第0号", "事由第49号", "!事由第50号", `rel="next"`)
	_, next, _ := strings.Cut(first.Body, `rel="next" href="`)
	next, _, _ = strings.Cut(next, `"`)
	w.Holds(w.Get("office_director", html.UnescapeString(next)), "事由第50号", "事由第59号", "!事由第49号", `rel="prev" href="/approvals"`, `!rel="next"`)
	w.Holds(w.Get("office_director", "/approvals/LEAVE0000058"), "事由第58号")
	answer := []string{"answer", "grant", "reason", "同意", "_how", "pin", "_secret", "", "_key", "l"}
	a := w.Post("office_director", "/approvals/LEAVE0000058/decide", answer...)
	w.Holds(a, "事由第58号", "必填")
	answer[7] = countertest.Right
	if a = w.Post("office_director", "/approvals/LEAVE0000058/decide", answer...); a.Code != http.StatusSeeOther {
		t.Errorf("granted: %d", a.Code)
	}
	if a = w.Get("office_director", "/approvals?after=x"); a.Code != http.StatusUnprocessableEntity {
		t.Errorf("a place that is none: %d", a.Code)
	}
}

// Who decided prints the form of it, as long as he may know of the item.
func TestWhoDecidedPrintsTheForm(t *testing.T) {
	w := countertest.Open(t, storetest.DSNs(t)[store.SQLite], "school", mount)
	item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1")
	l := approval.Leave{
		ID: "LEAVE0000001", Approval: "school/duplicate", Act: "custody.duplicate", Bound: `{"source_copy":"` + string(item.Copies[0]) + `"}`, Document: item.ID, Applicant: "officer",
		AskedAt: w.Clock.Now(), Posts: []string{"base/office_director"}, State: approval.Asked, Quorum: 1,
	}
	put(w, l)
	w.Holds(w.Get("office_director", "/approvals"), "!我批过的", `action="/registers/LEAVE0000001/form"`)
	w.Do("office_director", "approval.grant", map[string]any{"leave": l.ID})
	w.Holds(w.Get("office_director", "/approvals"), "我批过的", "陈机要员", "已批准", `action="/registers/LEAVE0000001/form"`)
	w.Holds(w.Get("officer", "/approvals"), "!我批过的", `action="/registers/LEAVE0000001/form"`)
	// What he may no longer know of is not there, nor what was asked for without a form.
	l.ID, l.Act, l.State, l.GrantedBy, l.DecidedAt = "LEAVE0000002", "custody.lend", approval.Denied, "leader1", w.Clock.Now()
	put(w, l)
	w.Holds(w.Get("leader1", "/approvals"), "!我批过的")
}

package circulationweb_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"jiyao/internal/approval"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

// put writes a request as it would stand after it was asked for.
func put(w *countertest.World, l approval.Leave) {
	w.T.Helper()
	err := w.DB.Write(w.T.Context(), "test.leave", func(tx *store.Tx) error {
		_, err := store.Put(tx, []store.Change{approval.Leaves.Insert(l)})
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
}

// Who decides sees all that was asked for and how far it stands; who may not know of the item sees nothing that says what it is.
func TestARequestShowsWhatWasAskedAndHowFarItStands(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1")
		put(w, approval.Leave{
			ID: "LEAVE0000001", Approval: "school/duplicate", Act: "custody.excerpt", Bound: `{"source_copy":"` + string(item.Copies[0]) + `"}`, Document: item.ID, Applicant: "clerk_a",
			Reason: store.Plain("核对"), AskedAt: w.Clock.Now(), Posts: []string{"base/office_director"}, State: approval.Asked, Quorum: 2, Grantors: []term.PersonID{"leader1"},
			With: store.Plain(`{"source_copy":"x","copies":2,"copy_numbers":["F1","F2"],"purpose":"业务核对","recipients":["甲科"],"passages":"第三段第二句","issuer_rule":"silent","nonsense":"藏"}`),
		})
		director := w.Get("office_director", "/approvals")
		webtest.Clean(w.T, director.Body)
		w.Holds(director, "业务核对", "F1、F2", "甲科", "未写明", "须 2 人批准，已批 1 人", ">批准</button>", "第三段第二句", "!藏")
		// Of a compilation each source, with what its own issuer says.
		put(w, approval.Leave{
			ID: "LEAVE0000009", Approval: "school/compile", Act: "custody.compile", Bound: "{}", Document: item.ID, Applicant: "clerk_a", Reason: store.Plain("汇编"), AskedAt: w.Clock.Now(),
			Posts: []string{"base/office_director"}, State: approval.Asked, Quorum: 1,
			With: store.Plain(`{"sources":[{"copy":"` + string(item.Copies[0]) + `","issuer_rule":"forbids"}],"consents":[{"copy":"` + string(item.Copies[0]) + `","consent_no":"省局1号","consent_date":"2026-03-01"}]}`),
		})
		w.Holds(w.Get("office_director", "/approvals"), "来源1", "发文机关禁止", "同意：省局1号　2026-03-01")
		// Granted by him: it stays with him until others have granted it, without buttons.
		answer := []string{"answer", "grant", "reason", "同意", "_how", "pin", "_secret", countertest.Right, "_key", "q"}
		put(w, approval.Leave{
			ID: "LEAVE0000002", Approval: "school/lend", Act: "custody.lend", Bound: "{}", Document: item.ID, Applicant: "clerk_a", Reason: store.Plain("要三人"), AskedAt: w.Clock.Now(),
			Posts: []string{"base/office_director"}, State: approval.Asked, Quorum: 2,
		})
		w.Holds(w.Get("office_director", "/approvals"), "须 2 人批准，还没有人批")
		if a := w.Post("office_director", "/approvals/LEAVE0000002/decide", answer...); a.Code != http.StatusSeeOther {
			w.T.Fatalf("the first of two grants: %d %.2000s", a.Code, a.Body)
		}
		w.Holds(w.Get("office_director", "/approvals"), "本人已批，等其他人")
		// To whom it would go does not decide, and is not shown what he would be refused.
		put(w, approval.Leave{
			ID: "LEAVE0000003", Approval: "school/lend", Act: "custody.lend", Bound: `{"to":"office_director"}`, Document: item.ID, Applicant: "clerk_a", Reason: store.Plain("借给主任本人"),
			AskedAt: w.Clock.Now(), Posts: []string{"base/office_director"}, State: approval.Asked, Quorum: 1,
		})
		w.Holds(w.Get("office_director", "/approvals"), "!借给主任本人")
		// The applicant sees until when he may use it, and a superior's leave by its number.
		put(w, approval.Leave{
			ID: "LEAVE0000004", Approval: "school/lend", Act: "custody.lend", Bound: `{"copy":"` + string(item.Copies[0]) + `"}`, Document: item.ID, Applicant: "officer", Reason: store.Plain("上级已批"),
			AskedAt: w.Clock.Now(), State: approval.Granted, Quorum: 1, LeaveNo: "某办批〔2026〕3号", LeaveDate: "2026-03-01", DecidedAt: w.Clock.Now(), ExpiresAt: w.Clock.Now().AddDate(0, 0, 5),
		})
		w.Holds(w.Get("officer", "/approvals"), "某办批〔2026〕3号", "有效至 2026年3月7日", "/loans?copy="+string(item.Copies[0]))
	})
}

// Where nobody in the house may give a leave, the superior's own in writing is asked for by its number and date, at the field.
func TestASuperiorsLeaveIsAskedForByItsNumber(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		form := []string{"act", "custody.lend", "with", `{}`, "way", "leave", "reason", "", "leave_no", "某办批〔2026〕3号", "leave_date", "2026年3月1日", "_how", "pin", "_secret", countertest.Right}
		a := w.Post("officer", "/approvals/ask", form...)
		w.Holds(a, `id="ask-leave_no"`, `value="某办批〔2026〕3号"`, `name="leave_date"`, "2026年3月1日")
		form[7], form[11] = "上级已批", "不是日期"
		if a = w.Post("officer", "/approvals/ask", form...); a.Code != http.StatusUnprocessableEntity {
			w.T.Errorf("a date that is none: %d", a.Code)
		}
		w.Holds(a, `id="ask-leave_date-err"`)
		w.Holds(w.Post("officer", "/approvals/ask", form[:8]...), `!name="leave_no"`)
	})
}

// What was asked for under several clauses at once is one request to who decides it, with all of their clauses.
func TestOneRequestUnderSeveralClausesIsShownOnce(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1")
		for _, id := range []term.LeaveID{"LEAVE0000001", "LEAVE0000002"} {
			put(w, approval.Leave{
				ID: id, Approval: "school/lend", Act: "custody.lend", Bound: "{}", Document: item.ID, Applicant: "clerk_a", Request: "LEAVE0000001", Reason: store.Plain("只此一次"),
				AskedAt: w.Clock.Now(), Posts: []string{"base/office_director"}, State: approval.Asked, Quorum: 1,
			})
		}
		put(w, approval.Leave{
			ID: "LEAVE0000000", Approval: "school/lend", Act: "custody.lend", Bound: "{}", Document: item.ID, Applicant: "clerk_a", Request: "LEAVE0000000", Reason: store.Plain("早先的一件"),
			AskedAt: w.Clock.Now().Add(-time.Hour), Posts: []string{"base/office_director"}, State: approval.Asked, Quorum: 1,
		})
		for _, who := range []string{"office_director", "clerk_a"} {
			for _, path := range []string{"/approvals", "/approvals/LEAVE0000001", "/approvals/LEAVE0000002"} {
				body := w.Get(who, path).Body
				if n := strings.Count(body, "只此一次"); n != 1 {
					w.T.Errorf("%s sees the request %d times on %s", who, n, path)
				}
				if first := strings.Index(body, "只此一次") < strings.Index(body, "早先的一件"); first != (path != "/approvals") {
					w.T.Errorf("%s, %s: what the address names stands first: %t", who, path, first)
				}
			}
		}
	})
}

// What is wrong with the act itself that leave is asked for stands on the page, by name, and what was typed stays.
func TestAFailedAskSaysWhy(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1")
		for with, wants := range map[string][]string{
			`{"copy":"` + string(item.Copies[0]) + `","purpose":"nonsense"}`: {`role="alert"`, "用途", "返回", "!>purpose<"},
			`{"copy":7}`: {`role="alert"`},
		} {
			a := w.Post("officer", "/approvals/ask", "act", "custody.lend", "with", with, "way", "leave", "reason", "核对数字", "_how", "pin", "_secret", countertest.Right)
			if a.Code != http.StatusUnprocessableEntity {
				w.T.Errorf("%s: %d", with, a.Code)
			}
			webtest.Clean(w.T, a.Body)
			w.Holds(a, append(wants, `value="核对数字"`)...)
		}
		// What needs no leave says so.
		a := w.Post("officer", "/approvals/ask", "act", "custody.label", "with", `{"copy":"`+string(item.Copies[0])+`"}`, "way", "leave", "reason", "核对数字", "_how", "pin", "_secret", countertest.Right)
		if a.Code != http.StatusUnprocessableEntity {
			w.T.Errorf("no leave needed: %d", a.Code)
		}
		w.Holds(a, `role="alert"`, "不用批准", `value="核对数字"`)
		// A blank PIN is said at its box; nothing is asked.
		a = w.Post("officer", "/approvals/ask", "act", "custody.lend", "with", `{"copy":"`+string(item.Copies[0])+`"}`, "way", "leave", "reason", "核对数字", "_how", "pin", "_secret", "")
		if a.Code != http.StatusUnprocessableEntity {
			w.T.Errorf("a blank PIN: %d", a.Code)
		}
		w.Holds(a, `id="ask-secret-err"`, `value="核对数字"`)
	})
}

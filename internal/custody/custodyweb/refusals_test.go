package custodyweb_test

import (
	"strings"
	"testing"
	"time"

	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// The desk says which condition failed: what is empty at its field, what is overdue by name, all of it at once.
func TestTheDeskSaysWhyItDoesNotLend(t *testing.T) {
	eachIn(t, "school", func(w *countertest.World) {
		i := w.Circulating("0001", term.Neibu, title, 2, "leader1", "clerk_a")
		a := string(i.Copies[0])
		asked := []string{"copy", a, "to", "leader1", "due", w.Clock.Now().Add(4 * time.Hour).Format("2006-01-02 15:04"), "purpose", "read", "approver", "office_director", "do", "check"}
		// Who belongs to no unit is lent to as the leadership; the number of the copy is empty, and its field says so.
		empty := w.Post("officer", "/loans", asked...)
		want(w, empty, 200, []string{"不能借出", "份号", "单位领导", `id="no-` + a + `-err"`}, "借阅人所在部门：")
		want(w, w.Post("officer", "/loans", append(asked, "copy_no."+a, "000001")...), 200, []string{"可以借出"}, "不能借出")
		past := w.Post("officer", "/loans", append(asked[:4:4], "due", w.Clock.Now().Add(-12*time.Hour).Format("2006-01-02 15:04"), "purpose", "read", "do", "check")...)
		want(w, past, 200, []string{`id="desk-due-err"`, "不能借出"}, "/approvals/ask")
	})
	each(t, func(w *countertest.World) {
		i := w.Circulating("0001", term.Neibu, title, 2, "head_general")
		a, b := i.Copies[0], string(i.Copies[1])
		w.Do("officer", "custody.lend", map[string]any{"copy": a, "to": "head_general", "department": "office", "due": w.Clock.Now().Add(time.Hour), "purpose": "read", "copy_no": label(w, a), "approver": "office_director"}, "giver", "officer", "receiver", "head_general")
		advance(w, 48*time.Hour)
		late := w.Post("officer", "/loans", "copy", b, "copy_no."+b, "000002", "to", "head_general", "due", w.Clock.Now().Add(time.Hour).Format("2006-01-02 15:04"), "purpose", "read", "approver", "office_director", "do", "check")
		want(w, late, 200, []string{"不能借出：借阅人", "逾期未还的载体"})
		if strings.Contains(late.Body, "不能借出<") {
			w.T.Error("a refusal without a reason")
		}
	})
}

package custodyweb_test

import (
	"testing"
	"time"

	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// A loan that would end before it begins is not asked for: no leave makes it possible, and nobody is bothered with it.
func TestAPastLoanIsNotAskedFor(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0001", term.Mimi, "秘密事项", 1)
		w.Opined(i, term.Mimi, "clerk_b")
		for _, c := range []struct {
			name string
			due  time.Duration
			asks bool
		}{{"twelve hours ago", -12 * time.Hour, false}, {"an hour from now", time.Hour, true}} {
			_, err := w.Try("officer", "approval.request", map[string]any{"act": "custody.lend", "reason": "需要", "with": map[string]any{
				"copy": i.Copies[0], "to": "clerk_b", "department": "dept_business", "purpose": "read", "due": w.Clock.Now().Add(c.due), "copy_no": "000001",
			}})
			if n := len(leaves(w)); (n > 0) != c.asks || (err == nil) != c.asks {
				t.Errorf("%s: %d leaves, %v", c.name, n, err)
			}
			if c.asks {
				continue
			}
			if inv := refuse.AtFields(err); inv == nil || inv.Fields[0].Code != "in_the_past" {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	})
}

// A loan whose borrower does not sign when it comes back is taken back on the page of the copy: two witnesses sign.
func TestALoanIsTakenBackWithTwoWitnesses(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0001", term.Mimi, "秘密事项", 1)
		w.Opined(i, term.Mimi, "clerk_b")
		page := c(i.Copies[0])
		want(w, w.Get("officer", page), 200, nil, "#unsigned", "why_unsigned")
		until := w.Clock.Now().Add(24 * time.Hour).Truncate(time.Minute)
		asked := w.Do("officer", "approval.request", map[string]any{"act": "custody.lend", "reason": "需要", "with": map[string]any{
			"copy": i.Copies[0], "to": "clerk_b", "department": "dept_business", "purpose": "read", "due": until, "copy_no": "000001",
		}})
		w.Do("office_director", "approval.grant", map[string]any{"leave": asked.Subject})
		due := until.Format("2006-01-02 15:04")
		lend := []string{"to", "clerk_b", "copy_no", "000001", "due", due, "purpose", "read", "first_how", "pin", "first_secret", countertest.Right, "second_how", "pin", "second_secret", countertest.Right}
		if a := w.Post("officer", page+"/lend", lend...); a.Code != 303 {
			t.Fatalf("lend: %d %s", a.Code, a.Body)
		}
		if err := w.Clock.Advance(time.Hour); err != nil {
			t.Fatal(err)
		}
		want(w, w.Get("officer", page), 200, []string{"无签收回", `href="#unsigned"`, `name="why_unsigned"`, `name="witness_1_person"`, `name="witness_2_secret"`})
		want(w, w.Get("clerk_b", page), 200, nil, "why_unsigned")
		back := []string{"copies_back", "1", "pages_back", "12", "attachments_back", "2", "copy_no", "000001", "pages_result", "whole", "attachments_result", "whole", "marks_result", "whole", "checked", "yes", "cabinet", "cabinet-1",
			"first_how", "pin", "first_secret", countertest.Right}
		by := func(one, two string) []string {
			return append(append([]string{}, back...), "witness_1_person", one, "witness_1_how", "pin", "witness_1_secret", countertest.Right,
				"witness_2_person", two, "witness_2_how", "pin", "witness_2_secret", countertest.Right)
		}
		// Everything that is missing is told at once, and what was typed stays.
		want(w, w.Post("officer", page+"/unsigned", append(back, "witness_1_person", "clerk_a")...), 422, []string{"未签原因", "见证人 2", `value="12"`})
		for name, fields := range map[string][]string{"one for both": by("clerk_a", "clerk_a"), "the borrower": by("clerk_a", "clerk_b"), "who records it": by("clerk_a", "officer")} {
			if a := w.Post("officer", page+"/unsigned", append(fields, "why_unsigned", "拒签")...); a.Code != 403 {
				t.Errorf("%s: %d", name, a.Code)
			}
		}
		if a := w.Post("officer", page+"/take-back", back...); a.Code != 403 && a.Code != 422 {
			t.Errorf("without anybody: %d", a.Code)
		}
		if a := w.Post("officer", page+"/unsigned", append(by("clerk_a", "leader_a"), "why_unsigned", "拒签")...); a.Code != 303 {
			t.Fatalf("taken back: %d %s", a.Code, a.Body)
		}
		err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
			line, _, err := custody.HandOvers.One(tx, "WHERE copy = $1", string(i.Copies[0]))
			if line.Kind != "lend" || line.BackAt.IsZero() || line.ReturnSigned != "" || len(line.Witnesses) != 2 || line.ReturnUnsigned.Empty() {
				t.Errorf("the line: %+v", line)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		want(w, w.Get("officer", page), 200, nil, "why_unsigned")
	})
}

package documentweb_test

import (
	"testing"
	"time"

	"jiyao/internal/web/counter/countertest"
)

// What is wrong in a line of a courier's list stands in its row, also with an empty row before it, and is named by the
// row; rows in which nothing was typed are none.
func TestALineSaysWhatIsWrongInIt(t *testing.T) {
	each(t, func(w *countertest.World) {
		again := func(more ...string) []string {
			return append([]string{"channel", "courier", "courier", "机要交通员", "courier_signature", "paper", "ownhow", "pin", "own_secret", countertest.Right,
				"no.0", "JT-7001", "issuer.0", "某省主管厅", "listed.0", "1", "counted.0", "1", "urgency.0", "一般", "urgency.1", "一般", "urgency.3", "一般"}, more...)
		}
		page := w.Post("officer", "/receive", again("no.2", "JT-7002", "issuer.2", "某市委办公室", "listed.2", "1", "counted.2", "1", "level.2", "绝密级")...)
		want(w, page, 422, []string{"第 2 行密级", `class="inp err" name="level.2"`}, `class="inp err" name="level.1"`, `class="inp err" name="level.0"`)
		page = w.Post("officer", "/receive", again("no.2", "JT-7002", "listed.2", "1", "counted.2", "1")...)
		want(w, page, 422, []string{"第 2 行来文单位", `class="inp err" name="issuer.2"`}, `class="inp err" name="issuer.1"`)
		// Signed for without a count: the clause says so at the cell, and nothing is taken in.
		page = w.Post("officer", "/receive", again("no.2", "JT-7002", "issuer.2", "某市委办公室", "listed.2", "1")...)
		want(w, page, 422, []string{"第 2 行实点", `class="inp err" name="counted.2"`, `href="/rules/county/B-3.1a"`}, `class="inp err" name="counted.0"`, `class="inp err" name="counted.1"`, `href="/receive/`)
		if a := w.Post("officer", "/receive", again()...); a.Code != 303 {
			w.T.Errorf("one line and four empty ones: %d", a.Code)
		}
	})
}

// The yearly duties of archive and of stock-taking lead to the page on which they are done.
func TestDutiesOfManyPiecesLeadToTheirPages(t *testing.T) {
	each(t, func(w *countertest.World) {
		if err := w.Clock.Advance(306 * 24 * time.Hour); err != nil { // beyond 1 January
			t.Fatal(err)
		}
		for range 20 {
			if _, err := w.Desk.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		page := w.Get("officer", "/today")
		want(w, page, 200, []string{`href="/archive"`, `href="/inventory"`})
		want(w, w.Get("office_director", "/today"), 200, []string{`href="/inventory"`})
	})
}

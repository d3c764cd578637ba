package circulationweb_test

import (
	"net/http"
	"strings"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/circulation"
	"jiyao/internal/circulation/circulationweb"
	"jiyao/internal/procedure"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

func mount(w *countertest.World, c *counter.Counter) {
	circulationweb.Routes(w.Server, circulationweb.Deps{
		Counter: c,
		Sources: procedure.Board{People: func(tx *store.Tx) (act.Directory, error) { return w.Office.Directory(tx, w.Clock.Now()) }},
		Staff:   w.Staff,
	})
}

// sign are the fields of one signature box.
func sign(prefix string) []string {
	return []string{prefix + "_how", "pin", prefix + "_secret", countertest.Right}
}

func TestTheBoard(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		secret := w.Circulating("1", term.Jimi, "甲字一号", 2, "leader1", "clerk_a")
		inside := w.Circulating("2", term.Mimi, "内部工作安排", 1, "leader1")
		juemi := w.Circulating("3", term.Juemi, "乙字二号", 1, "leader1")
		w.HandedTo(secret.Copies[0], "leader1")

		a := w.Get("officer", "/circulation")
		webtest.Clean(t, a.Body)
		w.Holds(a, "甲字一号", "内部工作安排", "在手", "下一位", "1号柜", "/circulation/"+string(secret.Round), "!乙字二号", "标题已遮蔽")
		if a.Code != http.StatusOK || !strings.Contains(a.Header.Get("Content-Type"), "html") {
			t.Fatalf("the board: %d", a.Code)
		}
		w.Holds(w.Get("officer", "/circulation?by=person"), "甲字一号", "#back-"+string(secret.Copies[0]), "!内部工作安排")
		w.Holds(w.Get("officer", "/circulation/live"), "甲字一号", "!<html")

		// A reader of one item sees that one and learns nothing of the others.
		b := w.Get("clerk_a", "/circulation")
		w.Holds(b, "甲字一号", "!内部工作安排", "!"+string(inside.Round), "!"+string(juemi.ID), "1 件在传")
		// One who is in no scope sees an empty board, and no way to anything.
		w.Holds(w.Get("clerk_b", "/circulation"), "没有在传的文件", "!甲字一号", "!内部工作安排", "!leader1")
		w.Hidden("clerk_b", "/circulation/"+string(secret.Round), "/circulation/ZZZZZZZZZZZZ")
		w.Hidden("clerk_b", "/d/"+string(secret.ID)+"/circulate", "/d/ZZZZZZZZZZZZ/circulate")
		w.Hidden("role:audit_admin", "/circulation", "/circulation/ZZZZZZZZZZZZ")
		if a := w.Get("", "/circulation"); a.Code != http.StatusSeeOther || a.Location != "/login" {
			t.Errorf("nobody signed in: %d %s", a.Code, a.Location)
		}
	})
}

func TestACopyGoesRoundAndComesBack(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1", "clerk_a")
		path := "/circulation/" + string(item.Round)
		page := w.Get("officer", path)
		webtest.Clean(t, page.Body)
		w.Holds(page, "还没有送", "disabled", "hand-", "双方签字，送阅", "!back-"+string(item.Copies[0]))
		stop := between(t, page.Body, `data-open="#hand-`, `"`)

		// Without the receiver's signature the law says which clause forbids it.
		a := w.Post("officer", path+"/hand", append(sign("giver"), "stop", stop, "piece", "000001", "return_by", "2026-03-02 17:00", "_key", "k0")...)
		if a.Code != http.StatusForbidden {
			t.Fatalf("one signature: %d", a.Code)
		}
		w.Holds(a, "不予", "R-")
		// A wrong PIN comes back to its field, with the dialog open and the copy still chosen.
		a = w.Post("officer", path+"/hand", append(sign("giver"), "receiver_how", "pin", "receiver_secret", "000000", "stop", stop, "piece", "000001", "return_by", "2026-03-02 17:00")...)
		if a.Code != http.StatusUnprocessableEntity {
			t.Fatalf("wrong PIN: %d", a.Code)
		}
		w.Holds(a, "签字码或口令不对", `id="hand-`+stop+`"`, `value="2026-03-02 17:00"`, "!000000", "!"+countertest.Right)
		// Full-width digits and a Chinese date are read; a date that is none is not.
		hand := append(append(sign("giver"), sign("receiver")...), "stop", stop, "piece", "０００００１", "_key", "k1")
		if a = w.Post("officer", path+"/hand", append(hand, "return_by", "明天")...); a.Code != http.StatusUnprocessableEntity {
			t.Fatalf("a date that is none: %d", a.Code)
		}
		if a = w.Post("officer", path+"/hand", append(append(sign("giver"), sign("receiver")...), "stop", stop, "piece", "000009", "return_by", "2026-03-02 17:00")...); a.Code != http.StatusUnprocessableEntity {
			t.Fatalf("a piece of another document: %d", a.Code)
		}
		hand = append(hand, "return_by", "２０２６年３月２日 17:00")
		if a = w.Post("officer", path+"/hand", hand...); a.Code != http.StatusSeeOther || a.Location != path {
			t.Fatalf("delivered: %d %s\n%s", a.Code, a.Location, a.Body)
		}
		// Pressed twice: one effect.
		if a = w.Post("officer", path+"/hand", hand...); a.Code != http.StatusSeeOther {
			t.Errorf("pressed twice: %d", a.Code)
		}
		// Another clerk is told with whom it is.
		second := append(append(sign("giver"), sign("receiver")...), "stop", stop, "piece", "000001", "_key", "k2", "return_by", "2026-03-02 17:00")
		if a = w.Post("officer2", path+"/hand", second...); a.Code != http.StatusConflict && a.Code != http.StatusForbidden {
			t.Errorf("second clerk: %d", a.Code)
		} else if a.Code == http.StatusConflict {
			w.Holds(a, "已经先办了，这一份现在在")
		}
		if n := handOvers(t, w); n != 1 {
			t.Errorf("%d lines of hand-over, want 1", n)
		}

		// Closing is blocked and says by what.
		w.Holds(w.Get("officer", path), "还在", "还没有送", "disabled")
		if a = w.Post("officer", path+"/close", "_key", "c0"); a.Code != http.StatusForbidden {
			t.Errorf("closed too early: %d", a.Code)
		}
		// The reader's page.
		r := w.Get("leader1", "/approvals")
		webtest.Clean(t, r.Body)
		w.Holds(r, "甲字一号", "请阅示", "已阅", "批示", "退回机要员", `data-size="large"`, "!class=\"rail\"")
		w.Hidden("clerk_b", "/approvals/"+stop, "/approvals/ZZZZZZZZZZZZ")
		if a = w.Post("clerk_b", "/approvals/"+stop+"/read", "_how", "pin", "_secret", countertest.Right); a.Code != http.StatusNotFound {
			t.Errorf("another signs the turn: %d", a.Code)
		}
		if a = w.Post("leader1", "/approvals/"+stop+"/read", "_how", "pin", "_secret", countertest.Right, "_key", "r0"); a.Code != http.StatusSeeOther {
			t.Fatalf("read: %d %s", a.Code, a.Body)
		}
		w.Holds(w.Get("officer", path), "已阅，未交还")

		// Taking back wants what was counted; what was typed stays.
		back := append(append(sign("giver"), sign("receiver")...), "copy", string(item.Copies[0]), "checked", "yes", "cabinet", "cabinet-1")
		a = w.Post("officer", path+"/back", append(back, "copies_back", "一", "pages_back", "12", "attachments_back", "2")...)
		if a.Code != http.StatusUnprocessableEntity {
			t.Fatalf("a count in words: %d", a.Code)
		}
		w.Holds(a, "请填数字", `value="12"`)
		if a = w.Post("officer", path+"/back", append(back, "copies_back", "１", "pages_back", "12", "attachments_back", "2", "_key", "b0")...); a.Code != http.StatusSeeOther {
			t.Fatalf("taken back: %d %s", a.Code, a.Body)
		}
		w.Holds(w.Get("officer", path), "已交还", "1号柜")
	})
}

func TestBeginAndAddReaders(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		item := w.Registered("1", term.Jimi, "甲字一号", 1)
		w.Opined(item, term.Jimi, "leader1", "clerk_a")
		path := "/d/" + string(item.ID) + "/circulate"
		a := w.Get("officer", path)
		webtest.Clean(t, a.Body)
		w.Holds(a, `value="leader1" checked`, "请阅示")
		if a = w.Post("officer", path, "_key", "k"); a.Code != http.StatusUnprocessableEntity {
			t.Errorf("nobody chosen: %d", a.Code)
		}
		a = w.Post("officer", path, "reader", "leader1", "_key", "k1")
		if a.Code != http.StatusSeeOther || !strings.HasPrefix(a.Location, "/circulation/") {
			t.Fatalf("begun: %d %s %s", a.Code, a.Location, a.Body)
		}
		round := a.Location
		if a = w.Get("officer", path); a.Code != http.StatusSeeOther || a.Location != round {
			t.Errorf("already begun: %d %s", a.Code, a.Location)
		}
		if a = w.Post("officer", round+"/add", "to", "nobody_here"); a.Code != http.StatusUnprocessableEntity && a.Code != http.StatusForbidden {
			t.Errorf("a person that does not exist: %d", a.Code)
		}
		if a = w.Post("officer", round+"/add", "to", "clerk_a", "_key", "k2"); a.Code != http.StatusSeeOther {
			t.Errorf("added: %d %s", a.Code, a.Body)
		}
		if a = w.Post("officer", round+"/add", "to", "clerk_a", "_key", "k3"); a.Code != http.StatusUnprocessableEntity {
			t.Errorf("added twice: %d", a.Code)
		}
	})
}

func TestInstructAndFollowUp(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		item := w.Circulating("1", term.Mimi, "内部工作安排", 1, "leader1", "head_a")
		w.HandedTo(item.Copies[0], "leader1")
		stop := between(t, w.Get("leader1", "/approvals").Body, `action="/approvals/`, "/")
		a := w.Post("leader1", "/approvals/"+stop+"/instruct", "_how", "pin", "_secret", countertest.Right, "text", "")
		if a.Code != http.StatusUnprocessableEntity {
			t.Errorf("an empty instruction: %d", a.Code)
		}
		a = w.Post("leader1", "/approvals/"+stop+"/instruct", "_how", "pin", "_secret", countertest.Right, "text", "请按时办理", "handler", "head_a", "due", "2026年3月9日", "_key", "i")
		if a.Code != http.StatusSeeOther {
			t.Fatalf("instructed: %d %s", a.Code, a.Body)
		}
		// A PIN signs the reading with it.
		w.Holds(w.Get("officer", "/circulation/"+string(item.Round)), "已阅，未交还", "请按时办理")
		board := w.Get("officer", "/circulation")
		w.Holds(board, "请按时办理", "催办 0 次")
		id := between(t, board.Body, `action="/instructions/`, "/")
		if a = w.Post("clerk_b", "/instructions/"+id+"/feedback", "text", "x"); a.Code != http.StatusNotFound {
			t.Errorf("feedback by who may not know: %d", a.Code)
		}
		if a = w.Post("officer", "/instructions/"+id+"/chase", "_key", "c"); a.Code != http.StatusSeeOther {
			t.Fatalf("reminded: %d %s", a.Code, a.Body)
		}
		w.Holds(w.Get("officer", "/circulation"), "催办 1 次")
		if a = w.Post("officer", "/instructions/"+id+"/feedback", "text", "已办", "_key", "f"); a.Code != http.StatusSeeOther {
			t.Fatalf("feedback: %d %s", a.Code, a.Body)
		}
		w.Holds(w.Get("officer", "/circulation"), "没有等反馈的批示")
	})
}

func TestTheDirectorFindsWhatWaits(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		item := w.Registered("1", term.Jimi, "甲字一号", 1)
		a := w.Get("office_director", "/approvals")
		webtest.Clean(t, a.Body)
		w.Holds(a, "待提意见", "甲字一号", "/d/"+string(item.ID), "拟办意见和知悉范围")
		w.Holds(w.Get("leader1", "/approvals"), "!甲字一号", "没有等你阅批的文件")
		// Of what the office wrote itself, and of what is gone, nobody is asked for an opinion.
		set := func(sql string) {
			t.Helper()
			if err := w.DB.Write(t.Context(), "test.gone", func(tx *store.Tx) error { _, err := tx.Exec(sql); return err }); err != nil {
				t.Fatal(err)
			}
		}
		set("UPDATE copy SET state = 'ended'")
		w.Holds(w.Get("office_director", "/approvals"), "!待提意见", "!甲字一号")
		set("UPDATE copy SET state = 'in_place'")
		w.Holds(w.Get("office_director", "/approvals"), "待提意见", "甲字一号")
		set("UPDATE document SET series = '" + string(term.Issued) + "'")
		w.Holds(w.Get("office_director", "/approvals"), "!待提意见", "!甲字一号")
	})
}

func TestHostileInput(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1")
		path := "/circulation/" + string(item.Round)
		for _, c := range []struct {
			path   string
			fields []string
			code   int
		}{
			{path + "/hand", []string{"stop", strings.Repeat("x", 30000)}, 422},
			{path + "/hand", []string{"stop", "\xff\xfe"}, 422},
			{path + "/hand", []string{"stop", "../../etc"}, 404},
			{path + "/back", []string{"copy", "another-office"}, 404},
			{path + "/add", []string{"to", "\u202e"}, 422},
			{"/circulation/" + strings.Repeat("Z", 500) + "/close", nil, 404},
		} {
			if a := w.Post("officer", c.path, c.fields...); a.Code != c.code {
				t.Errorf("%.60s %.20q: %d, want %d", c.path, c.fields, a.Code, c.code)
			}
		}
		for _, q := range []string{"?by=all", "?after=x", "?after=-1-x", "?after=99999999999999999999-x", "?by=%ff"} {
			if a := w.Get("officer", "/circulation"+q); a.Code != 422 {
				t.Errorf("%s: %d", q, a.Code)
			}
		}
	})
}

func TestTheReport(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1", "clerk_a")
		w.HandedTo(item.Copies[0], "leader1")
		if err := w.Clock.Advance(2 * 3600e9); err != nil {
			t.Fatal(err)
		}
		rows := report(t, w, "officer")
		if len(rows) != 2 {
			t.Fatalf("%d rows", len(rows))
		}
		want := map[string]string{"doc_no": "某厅发〔2026〕1号", "copy_no": "000001", "stop": "leader1", "holder": "leader1", "handed_at": "2026-03-02 10:00",
			"since": "2h0m0s", "signed_at": "", "back_at": "", "standing": "unread", "witnesses": "", "flag": ""}
		for k, v := range want {
			if rows[0][k] != v {
				t.Errorf("%s: %q, want %q", k, rows[0][k], v)
			}
		}
		if len(rows[0]) != len(want) {
			t.Errorf("columns: %v", rows[0])
		}
		if rows := report(t, w, "clerk_b"); len(rows) != 0 {
			t.Errorf("who may not know gets %d rows", len(rows))
		}
	})
}

func report(t *testing.T, w *countertest.World, by term.PersonID) []map[string]string {
	t.Helper()
	var rows []map[string]string
	err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
		law, err := w.Office.Law(tx, w.Clock.Now())
		if err != nil {
			return err
		}
		d, err := w.Office.Directory(tx, w.Clock.Now())
		if err != nil {
			return err
		}
		sight, err := law.Sight(d.Posts(by), false)
		if err != nil {
			return err
		}
		rows, err = circulation.Report(tx, procedure.Board{}, act.Viewer{Person: by, Sight: sight}, "", w.Clock.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func handOvers(t *testing.T, w *countertest.World) (n int) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow("SELECT count(*) FROM hand_over").Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func between(t *testing.T, s, before, after string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, before)
	if !ok {
		t.Fatalf("%q is not in the page", before)
	}
	out, _, _ := strings.Cut(rest, after)
	return out
}

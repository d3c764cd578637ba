package meetingweb_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/approval"
	"jiyao/internal/custody"
	"jiyao/internal/meeting"
	"jiyao/internal/meeting/meetingweb"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

const title = "关于某项工作的秘密通知"

// pieces reads copies as app does, without the room of copies.
type pieces struct{}

func (p pieces) Piece(tx *store.Tx, v act.Viewer, id term.CopyID) (meetingweb.Piece, error) {
	return p.one(tx, v, "id", string(id))
}

func (p pieces) Labelled(tx *store.Tx, v act.Viewer, label term.LabelCode) (meetingweb.Piece, error) {
	return p.one(tx, v, "label", string(label))
}

func (pieces) one(tx *store.Tx, v act.Viewer, column, value string) (x meetingweb.Piece, err error) {
	cond, args := v.Visible("class", "document", 2)
	row := tx.QueryRow("SELECT id, document, label, copy_no, level FROM copy WHERE "+column+" = $1 AND "+cond, append([]any{value}, args...)...)
	if err := row.Scan(&x.Copy, &x.Document, &x.Label, &x.CopyNo, &x.Level); err != nil {
		return x, fmt.Errorf("%w: %w", refuse.ErrNotFound, err)
	}
	return x, nil
}

func each(t *testing.T, office string, fn func(w *countertest.World)) {
	countertest.Each(t, office, func(w *countertest.World, c *counter.Counter) {
		meetingweb.Routes(w.Server, meetingweb.Deps{Counter: c, Pieces: pieces{}})
	}, fn)
}

func want(w *countertest.World, a countertest.Answer, code int, texts ...string) {
	w.T.Helper()
	if a.Code != code {
		_, body, _ := strings.Cut(a.Body, `id="main"`)
		w.T.Fatalf("status %d, want %d: %.2500s", a.Code, code, body)
	}
	w.Holds(a, append(texts, "!"+title)...)
	if code == 200 {
		webtest.Clean(w.T, a.Body)
	}
}

func lines(w *countertest.World) (out []meeting.Supply) {
	w.T.Helper()
	if err := w.DB.Read(w.T.Context(), func(tx *store.Tx) (err error) {
		out, err = meeting.Supplies.Select(tx, "ORDER BY handed_at, copy_no")
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
	return out
}

// stands holds a copy to where it should be: what is outside is not here.
func stands(w *countertest.World, id term.CopyID, state custody.State) {
	w.T.Helper()
	if err := w.DB.Read(w.T.Context(), func(tx *store.Tx) error {
		c, err := custody.Copies.Get(tx, id)
		if c.State != state || c.Place != "" || c.Holder != "" || (c.HandOver != "") != (state == custody.Supplied) {
			w.T.Errorf("%+v", c)
		}
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
}

func later(w *countertest.World, d time.Duration) {
	w.T.Helper()
	if err := w.Clock.Advance(d); err != nil {
		w.T.Fatal(err)
	}
}

// What may not be given without leave is asked for with everything that it will be given with; the form is then filled from
// the leave and spends it. It comes back once, looked at.
func TestGivenByLeaveAndTakenBack(t *testing.T) {
	each(t, "company", func(w *countertest.World) {
		plan, _ := w.Company(title)
		page := "/disclosed/new?copy=" + string(plan.Copies[0])
		want(w, w.Get("keeper", "/disclosed"), 200, "没有提供在外的件", "/disclosed/new")
		want(w, w.Get("keeper", page), 200, "JY26-", "对方单位", "呈批", `aria-required="true"`)
		fields := func(do string, more ...string) []string {
			return append([]string{
				"items", string(plan.Copies[0]), "recipient", "某客户公司", "recipient_person", "金采购", "purpose", "洽谈", "basis", "合作框架协议", "agreement_no", "保密2026-9",
				"return_by", "2026-04-30", "do", do, "own_how", "pin", "own_secret", countertest.Right,
			}, more...)
		}
		want(w, w.Post("keeper", "/disclosed", fields("give")...), 403, "不予", "合作框架协议", "金采购")
		want(w, w.Post("keeper", "/disclosed", append(fields("ask")[:len(fields("ask"))-1], "0")...), 422, "签字码或口令不对", "合作框架协议")
		if a := w.Post("keeper", "/disclosed", fields("ask")...); a.Code != 303 || !strings.HasPrefix(a.Location, "/approvals/") {
			w.T.Fatalf("ask: %d %.3000s", a.Code, a.Body)
		}
		var l approval.Leave
		if err := w.DB.Read(w.T.Context(), func(tx *store.Tx) (err error) {
			l, _, err = approval.Leaves.One(tx, "WHERE act = 'meeting.disclose'")
			return err
		}); err != nil {
			w.T.Fatal(err)
		}
		use := "/disclosed/new?leave=" + string(l.ID)
		want(w, w.Get("keeper", use), 404) // not granted yet
		later(w, time.Minute)
		w.Do("gm", "approval.grant", map[string]any{"leave": l.ID, "reason": "同意"})
		later(w, time.Minute)
		want(w, w.Get("keeper2", use), 404) // not his
		want(w, w.Get("keeper", use), 200, "已批准", `value="某客户公司"`, `value="2026-04-30"`, string(plan.Copies[0]), `!value="ask"`)
		if a := w.Post("keeper", "/disclosed", fields("give")...); a.Code != 303 || a.Location != "/disclosed" {
			w.T.Fatalf("give: %d %.3000s", a.Code, a.Body)
		}
		given := lines(w)
		if len(given) != 1 || given[0].Copy != plan.Copies[0] || given[0].ReturnBy != "2026-04-30" || len(given[0].ApprovedBy) != 1 {
			w.T.Fatalf("what is on record: %+v", given)
		}
		stands(w, plan.Copies[0], custody.Supplied)
		one := "/disclosed/" + given[0].ID
		want(w, w.Get("keeper", "/disclosed"), 200, one, "某客户公司", "金采购", "洽谈")
		later(w, 60*24*time.Hour)
		want(w, w.Get("keeper", one), 200, "逾期", "钱总经理", "合作框架协议", "收回")
		want(w, w.Post("keeper", one+"/back", "own_how", "pin", "own_secret", countertest.Right, "whole", "yes"), 422, "必填")
		want(w, w.Post("keeper", one+"/back", "own_how", "pin", "own_secret", countertest.Right, "checked", "yes", "whole", "no"), 422, "必填")
		back := []string{"own_how", "pin", "own_secret", countertest.Right, "checked", "yes", "whole", "no", "result", "缺第3页"}
		if a := w.Post("keeper", one+"/back", back...); a.Code != 303 || a.Location != "/c/"+string(plan.Copies[0]) {
			w.T.Fatalf("back: %d %s %.3000s", a.Code, a.Location, a.Body)
		}
		stands(w, plan.Copies[0], custody.Received)
		want(w, w.Post("keeper", one+"/back", back...), 409)
		want(w, w.Get("keeper", "/disclosed"), 200, "没有提供在外的件", "缺第3页", "最近收回")
		want(w, w.Get("keeper", one), 200, "缺第3页", `!name="whole"`)
	})
}

// Several pieces are given at once by their labels; what is due first stands first, and what the viewer may not know of is not
// there at all.
func TestWhatIsOutIsListedByItsDay(t *testing.T) {
	each(t, "demo", func(w *countertest.World) {
		i := w.Registered("0001", term.Neibu, title, 2)
		w.Opined(i, term.Neibu, "leader_a")
		label := func(id term.CopyID) (out string) {
			if err := w.DB.Read(w.T.Context(), func(tx *store.Tx) error {
				return tx.QueryRow("SELECT label FROM copy WHERE id = $1", string(id)).Scan(&out)
			}); err != nil {
				w.T.Fatal(err)
			}
			return out
		}
		signed := []string{"recipient", "某公司", "own_how", "pin", "own_secret", countertest.Right, "do", "give"}
		want(w, w.Post("officer", "/disclosed", append(signed, "more", "")...), 422, "必填", "某公司")
		want(w, w.Post("officer", "/disclosed", append(signed, "more", "JY26-9999")...), 422, "没有“JY26-9999”这个编号")
		want(w, w.Post("officer", "/disclosed", append(signed, "more", label(i.Copies[0]), "return_by", "2026-03-01")...), 422, "JY26-")
		if a := w.Post("officer", "/disclosed", append(signed, "more", label(i.Copies[1])+"\n", "return_by", "2026-03-09")...); a.Code != 303 {
			w.T.Fatalf("give: %d %.2000s", a.Code, a.Body)
		}
		if a := w.Post("officer", "/disclosed", append(signed, "items", string(i.Copies[0]), "return_by", "2026-03-05")...); a.Code != 303 {
			w.T.Fatalf("give: %d %.2000s", a.Code, a.Body)
		}
		want(w, w.Post("officer", "/disclosed", append(signed, "items", string(i.Copies[0]))...), 422, "已经提供在外")
		a := w.Get("officer", "/disclosed")
		want(w, a, 200, "000001", "000002")
		if strings.Index(a.Body, ">000001<") > strings.Index(a.Body, ">000002<") {
			w.T.Error("what is due first does not stand first")
		}
		one := "/disclosed/" + lines(w)[0].ID
		w.Hidden("clerk_a", "/disclosed", "/disclosed/ZZZZZZZZZZZZ")
		w.Hidden("clerk_a", one, "/disclosed/ZZZZZZZZZZZZ")
		w.Hidden("role:sys_admin", one, "/disclosed/ZZZZZZZZZZZZ")
		w.Hidden("officer", "/disclosed/new?copy=ZZZZZZZZZZZZ", "/disclosed/ZZZZZZZZZZZZ")
	})
}

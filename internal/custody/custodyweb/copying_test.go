package custodyweb_test

import (
	"slices"
	"strings"
	"testing"

	"jiyao/internal/approval"
	"jiyao/internal/custody"
	"jiyao/internal/custody/custodyweb"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
)

// Leave to copy is asked with everything that is to be made; once granted, the form is filled from it and the act spends it.
func TestACopyIsAskedForAndMadeAsGranted(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Circulating("0001", term.Mimi, title, 1, "leader_a", "head_general")
		page := c(i.Copies[0]) + "/copying"
		device := w.Do("officer", "device.register", map[string]any{"name": "FY-01", "kind": "copier", "place": "room-203", "custodian": "officer"}).Subject
		want(w, w.Get("officer", c(i.Copies[0])), 200, []string{page})
		want(w, w.Get("officer", page), 200, []string{"复制审批单", "机收〔2026〕0001", `name="copy_numbers"`, "谁能批准", "能批", "?way=compile", `class="btn go" data-submit name="do" value="ask"`, "还没有登记可用的设备", `href="/devices#register"`, "一份一个"}, title)
		want(w, w.Get("officer", page+"?way=excerpt"), 200, []string{`name="passages"`}, `name="copy_numbers"`)
		fields := func(do string, more ...string) []string {
			return append([]string{"way", "duplicate", "copies", "1", "copy_numbers", "000006", "stamp", "none", "device", device, "purpose", "业务科承办，核对项目", "recipients", "综合科、业务科",
				"medium", "paper", "content_kinds", "text", "issuer_rule", "silent", "do", do, "own_how", "pin", "own_secret", countertest.Right}, more...)
		}
		want(w, w.Post("officer", page, fields("make")...), 403, []string{"不予", "业务科承办，核对项目", `value="000006"`})
		want(w, w.Post("officer", page, append(fields("ask")[:len(fields("ask"))-1], "0")...), 422, []string{"签字码或口令不对", "业务科承办，核对项目"})
		asked := w.Post("officer", page, fields("ask")...)
		if asked.Code != 303 || !strings.HasPrefix(asked.Location, "/approvals/") {
			w.T.Fatalf("ask: %d %.3000s", asked.Code, asked.Body)
		}
		l := leaves(w)[0]
		if !slices.ContainsFunc(leaves(w), func(l approval.Leave) bool { return asked.Location == "/approvals/"+string(l.ID) }) {
			w.T.Errorf("asking leads to %s, which is no request", asked.Location)
		}
		want(w, w.Get("officer", page+"?leave="+string(l.ID)), 404, nil) // not granted yet
		want(w, w.Get("officer", c(i.Copies[0])), 200, []string{"审批单", "等待批准", `action="/registers/` + l.Request + `/form"`})
		w.Do("office_director", "approval.grant", map[string]any{"leave": l.ID, "reason": "同意"})
		want(w, w.Get("head_general", page+"?leave="+string(l.ID)), 404, nil) // not his
		want(w, w.Get("officer", page+"?leave="+string(l.ID)), 200, []string{"李主任已批", "业务科承办，核对项目", `value="000006"`, `value="综合科、业务科"`, "批准有效至", `class="btn go" data-submit name="do" value="make"`}, `value="ask"`, title)

		if a := w.Post("officer", page, fields("make")...); a.Code != 303 || a.Location != "/d/"+string(i.ID) {
			w.T.Fatalf("make: %d %.3000s", a.Code, a.Body)
		}
		for _, l := range leaves(w) {
			if l.State != approval.Spent {
				w.T.Errorf("leave %s is %s after the copy was made", l.Approval, l.State)
			}
		}
		// The copy tells how it was made, under its own number; so do its history, that of its source and that of the document.
		made := fresh(w, i)
		want(w, w.Get("officer", c(made)), 200, []string{"复印件编号 000006", "第 2 份，共 2 份", "来历", "复制", "李主任", string(labelOf(w, i.Copies[0])), "编号：000006"})
		want(w, w.Get("officer", c(i.Copies[0])), 200, []string{"由本份复制出 " + string(labelOf(w, made))})
		want(w, w.Get("officer", "/d/"+string(i.ID)+"/custody"), 200, []string{"编号：000006", "李主任", "由本份复制出 " + string(labelOf(w, made))})
		want(w, w.Get("head_general", c(made)), 200, []string{"来历"})
		// Its form is printed from the page of the copy with one press, before it is decided and after; only by who may print.
		want(w, w.Get("officer", c(i.Copies[0])), 200, []string{"审批单", "已批准，已使用", "李主任", `action="/registers/` + leaves(w)[0].Request + `/form"`})
		want(w, w.Get("head_general", c(i.Copies[0])), 200, nil, "/form\"")
		w.Hidden("clerk_a", page, "/c/ZZZZZZZZZZZZ/copying")
	})
}

func leaves(w *countertest.World) (out []approval.Leave) {
	w.T.Helper()
	if err := w.DB.Read(w.T.Context(), func(tx *store.Tx) (err error) { out, err = approval.Leaves.Select(tx, "ORDER BY id"); return err }); err != nil {
		w.T.Fatal(err)
	}
	return out
}

// Where a regulation binds the leave to the device and wants it of the copy, it is asked for with it: at the field.
func TestACopyIsAskedForWithItsDevice(t *testing.T) {
	countertest.Each(t, "county", func(w *countertest.World, c *counter.Counter) {
		custodyweb.Routes(w.Server, custodyweb.Deps{Counter: c, Devices: func(*store.Tx) ([]web.Option, error) {
			return []web.Option{{Value: "copier-1", Label: "复印机"}}, nil
		}})
	}, func(w *countertest.World) {
		i := w.Circulating("0001", term.Mimi, title, 1, "officer")
		page := c(i.Copies[0]) + "/copying"
		fields := []string{"way", "duplicate", "copies", "1", "copy_numbers", "000006", "stamp", "none", "purpose", "承办", "recipients", "综合科",
			"medium", "paper", "content_kinds", "text", "issuer_rule", "silent", "do", "ask", "own_how", "pin", "own_secret", countertest.Right}
		want(w, w.Post("officer", page, fields...), 422, []string{`<select class="inp err"`, "设备：制度要求填这一项", `value="000006"`})
		if n := len(leaves(w)); n != 0 {
			w.T.Errorf("%d leaves that serve nothing", n)
		}
		device := w.Do("officer", "device.register", map[string]any{"name": "FY-01", "kind": "copier", "place": "room-203", "custodian": "officer"}).Subject
		if a := w.Post("officer", page, append(fields, "device", device)...); a.Code != 303 || len(leaves(w)) == 0 {
			w.T.Errorf("with its device: %d %.2000s", a.Code, a.Body)
		}
	})
}

// Each source of a compilation has its own issuer: what he says, and his consent, is asked for by its label, kept and shown again
// from the leave.
func TestACompilationAsksOfEachSourceWhatItsIssuerSays(t *testing.T) {
	each(t, func(w *countertest.World) {
		a, b := w.Circulating("0001", term.Mimi, title, 1, "leader_a", "officer"), w.Circulating("0002", term.Mimi, title, 1, "leader_a", "officer")
		page, first, second := c(a.Copies[0])+"/copying", string(labelOf(w, a.Copies[0])), string(labelOf(w, b.Copies[0]))
		want(w, w.Get("officer", page+"?way=compile"), 200, []string{"issuer_rule-" + first, "consent_no-" + first, "列出各件"}, `name="issuer_rule"`)
		want(w, w.Get("officer", page), 200, []string{`name="issuer_rule"`, `name="consent_no"`}, "列出各件")
		fields := func(do string, more ...string) []string {
			return append([]string{"way", "compile", "sources", second, "code_name", "甲编", "copies", "1", "purpose", "办案", "medium", "paper", "content_kinds", "text", "issuer_rule-" + first, "allows",
				"do", do, "own_how", "pin", "own_secret", countertest.Right}, more...)
		}
		want(w, w.Post("officer", page, fields("list")...), 200, []string{"issuer_rule-" + second, "consent_date-" + second, `value="甲编"`, second}, "不予")
		want(w, w.Post("officer", page, fields("list", "sources", "JY-no")...), 200, []string{`value="甲编"`})
		want(w, w.Post("officer", page, "way", "compile", "sources", second+" "+second, "do", "ask"), 422, []string{"重复列出"})
		want(w, w.Post("officer", page, fields("ask", "consent_date-"+second, "2026-02-30", "issuer_rule-"+second, "forbids")...), 422, []string{`value="2026-02-30"`})
		// Forbidden by the one, the other's consent does not help.
		want(w, w.Post("officer", page, fields("ask", "issuer_rule-"+second, "forbids", "consent_no-"+first, "省局〔2026〕1号", "consent_date-"+first, "2026-02-01")...), 403, []string{"不予", `value="省局〔2026〕1号"`})
		own := []string{"issuer_rule-" + second, "allows", "consent_no-" + second, "省局〔2026〕2号", "consent_date-" + second, "2026-02-02"}
		if asked := w.Post("officer", page, fields("ask", own...)...); asked.Code != 303 {
			w.T.Fatalf("ask: %d %.3000s", asked.Code, asked.Body)
		}
		for _, l := range leaves(w) {
			w.Do("office_director", "approval.grant", map[string]any{"leave": l.ID})
		}
		want(w, w.Get("officer", page+"?leave="+string(leaves(w)[0].ID)), 200, []string{second, `value="省局〔2026〕2号"`, `value="2026-02-02"`, `value="allows" selected`})
		if made := w.Post("officer", page, fields("make", own...)...); made.Code != 303 {
			w.T.Fatalf("make: %d %.3000s", made.Code, made.Body)
		}
	})
}

// fresh is the last piece of an item.
func fresh(w *countertest.World, i countertest.Item) term.CopyID {
	w.T.Helper()
	list := piecesOf(w, i)
	return list[len(list)-1].ID
}

func piecesOf(w *countertest.World, i countertest.Item) (list []custody.Copy) {
	w.T.Helper()
	if err := w.DB.Read(w.T.Context(), func(tx *store.Tx) (err error) {
		list, err = custody.Copies.Select(tx, "WHERE document = $1 ORDER BY seq", string(i.ID))
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
	return list
}

func labelOf(w *countertest.World, id term.CopyID) (label term.LabelCode) {
	w.T.Helper()
	if err := w.DB.Read(w.T.Context(), func(tx *store.Tx) error {
		row, err := custody.Copies.Get(tx, id)
		label = row.Label
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
	return label
}

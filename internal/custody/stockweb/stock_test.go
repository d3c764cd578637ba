package stockweb_test

import (
	"net/http"
	"strings"
	"testing"

	"jiyao/internal/custody"
	"jiyao/internal/custody/stockweb"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

const title = "关于某项工作的秘密通知"

func each(t *testing.T, fn func(w *countertest.World)) {
	countertest.Each(t, "demo", func(w *countertest.World, c *counter.Counter) {
		stockweb.Routes(w.Server, stockweb.Deps{Counter: c})
	}, fn)
}

func want(w *countertest.World, a countertest.Answer, code int, texts ...string) {
	w.T.Helper()
	if a.Code != code {
		body := a.Body
		if i := strings.Index(body, `id="main"`); i >= 0 {
			body = body[i:]
		}
		w.T.Fatalf("status %d, want %d: %.2500s", a.Code, code, body)
	}
	w.Holds(a, append(texts, "!"+title)...)
	if code == 200 && strings.Contains(a.Body, "<html") {
		webtest.Clean(w.T, a.Body)
	}
}

// label is what is printed on a copy.
func label(w *countertest.World, id term.CopyID) string {
	w.T.Helper()
	var c custody.Copy
	err := w.DB.Read(w.T.Context(), func(tx *store.Tx) (err error) { c, err = custody.Copies.Get(tx, id); return err })
	if err != nil {
		w.T.Fatal(err)
	}
	return string(c.Label)
}

// opened opens a count by the form and gives its page.
func opened(w *countertest.World, fields ...string) string {
	w.T.Helper()
	a := w.Post("officer", "/inventory", fields...)
	if a.Code != http.StatusSeeOther || !strings.HasPrefix(a.Location, "/inventory/") {
		w.T.Fatalf("open a count: %d %s", a.Code, a.Body)
	}
	return a.Location
}

// Each scan is answered in words: in place, scanned before, elsewhere, no label, misread, of nobody here.
func TestEveryScanIsAnsweredInWords(t *testing.T) {
	each(t, func(w *countertest.World) {
		here, there := w.Registered("0001", term.Mimi, title, 2), w.Registered("0002", term.Mimi, title, 1)
		w.Do("officer", "custody.move", map[string]any{"copy": there.Copies[0], "place": "cabinet-2"})
		want(w, w.Get("officer", "/inventory"), 200, "还没有盘点过", "1号柜", "密码文件柜")
		want(w, w.Post("officer", "/inventory", "scope", "places"), 422, "制度要求填这一项")
		want(w, w.Post("officer", "/inventory", "scope", "unit"), 422, "必填")
		page := opened(w, "scope", "places", "places", "cabinet-1")
		first, second := label(w, here.Copies[0]), label(w, here.Copies[1])
		want(w, w.Get("officer", page), 200, "盘点　1号柜", first, second, "/ 2 件", "count.js", "还有 2 件没有结果")
		scan := page + "/scan"
		want(w, w.Post("officer", scan, "code", " "+strings.ToLower(first)+" ", "_key", "k1"), 200, "在位，相符", first, "12 页", `data-result="found"`)
		want(w, w.Post("officer", scan, "code", " "+strings.ToLower(first)+" ", "_key", "k1"), 200, "在位，相符") // sent again: the same answer
		want(w, w.Post("officer", scan, "code", first, "_key", "k2"), 200, "刚才已扫过：在位", `data-result="double"`)
		want(w, w.Post("officer", scan, "code", label(w, there.Copies[0])), 200, "不该在这里", "登记在2号柜", `data-result="elsewhere"`)
		want(w, w.Post("officer", scan, "code", "6901234567892"), 422, "没有这个编号", `data-result="wrong"`) // no line stands for what is no label
		want(w, w.Post("officer", scan, "code", string(term.MakeLabelCode("机收", 2026, 999, 1))), 200, "本单位没有登记这个标签", `data-result="unknown"`)
		damaged := first[:len(first)-1] + map[bool]string{true: "B", false: "A"}[strings.HasSuffix(first, "A")]
		want(w, w.Post("officer", scan, "code", damaged), 422, "校验位不对", `data-result="wrong"`)
		want(w, w.Post("officer", scan, "code", ""), 422, "必填")
		want(w, w.Post("officer", scan, "code", first, "place", "cabinet-2"), 422, "不在本次盘点范围内")
		want(w, w.Post("officer", scan, "code", strings.Repeat("9", 5000)), 422, "最多")
		state := w.Get("officer", page+"/state")
		want(w, state, 200, "错放", "认不出", `data-tally="found">1<`, `data-tally="elsewhere">1<`, `data-tally="unknown">1<`, "!<html")
		want(w, w.Get("officer", page), 200, second, "还有 1 件没有结果", `data-awaits="`+string(here.Copies[1])+`"`, `!data-awaits="`+string(here.Copies[0])+`"`)
		for _, who := range []string{"clerk_a", "head_general"} {
			w.Hidden(who, page, "/inventory/ZZZZZZZZZZZZ")
			if a := w.Post(who, scan, "code", first); a.Code != 404 {
				t.Errorf("%s scans: %d", who, a.Code)
			}
		}
	})
}

// Closing asks for a result of every piece and for two signatures; what is missing is searched for.
func TestACountIsClosedByTwoAndWhatIsMissingIsSearchedFor(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0001", term.Mimi, title, 2)
		page := opened(w, "scope", "full")
		signs := []string{"first_how", "pin", "first_secret", countertest.Right, "second_person", "office_director", "second_how", "pin", "second_secret", countertest.Right}
		w.Post("officer", page+"/scan", "code", label(w, i.Copies[0]))
		want(w, w.Post("officer", page+"/close", signs...), 403, "不予", "做到账物相符")
		want(w, w.Post("officer", page+"/missing"), 422, "必填")
		if a := w.Post("officer", page+"/missing", "copy", string(i.Copies[1]), "_key", "m"); a.Code != http.StatusSeeOther {
			t.Fatalf("declare missing: %d %s", a.Code, a.Body)
		}
		want(w, w.Post("officer", page+"/close", signs[:4]...), 422, "必填")
		want(w, w.Post("officer", page+"/close", signs[:6]...), 422, "必填")
		own := append(append([]string{}, signs[:4]...), "second_person", "officer", "second_how", "pin", "second_secret", countertest.Right)
		want(w, w.Post("officer", page+"/close", own...), 422, "同一")
		if a := w.Post("officer", page+"/close", signs...); a.Code != http.StatusSeeOther {
			t.Fatalf("close: %d %s", a.Code, a.Body)
		}
		want(w, w.Get("officer", page), 200, "未见的件", "前查找", "签字", "打印盘点表", "!没有签字", "!bigscan")
		want(w, w.Post("officer", page+"/scan", "code", label(w, i.Copies[0])), 422, "已经结束")
		a := w.Post("officer", page+"/print", "_key", "p")
		if a.Code != 200 || !strings.HasPrefix(a.Body, "%PDF") {
			t.Errorf("print: %d %.300s", a.Code, a.Body)
		}
		want(w, w.Get("officer", "/inventory"), 200, "已结束", "看结果")
		w.Hidden("clerk_a", "/inventory", "/inventory/ZZZZZZZZZZZZ")
	})
}

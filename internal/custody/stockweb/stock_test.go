package stockweb_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

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
		want(w, w.Post("officer", scan, "code", " "+strings.ToLower(first)+" ", "_key", "k1"), 200, "在位，相符", first, "12 页", `data-result="found"`, `data-shares="place:cabinet-1 level:秘密"`)
		want(w, w.Post("officer", scan, "code", " "+strings.ToLower(first)+" ", "_key", "k1"), 200, "在位，相符")                                   // sent again: the same answer
		want(w, w.Post("officer", scan, "code", first, "_key", "k2"), 200, "刚才已扫过：在位", `data-result="double"`, "!data-shares")                 // one piece counts once
		want(w, w.Post("officer", scan, "code", label(w, there.Copies[0])), 200, "不该在这里", "登记在2号柜", `data-result="elsewhere"`, "!data-shares") // not expected here
		want(w, w.Post("officer", scan, "code", "6901234567892"), 422, "没有这个编号", `data-result="wrong"`)                                        // no line stands for what is no label
		want(w, w.Post("officer", scan, "code", string(term.MakeLabelCode("机收", 2026, 999, 1))), 200, "本单位没有登记这个标签", `data-result="unknown"`)
		damaged := first[:len(first)-1] + map[bool]string{true: "B", false: "A"}[strings.HasSuffix(first, "A")]
		want(w, w.Post("officer", scan, "code", damaged), 422, "校验位不对", `data-result="wrong"`)
		want(w, w.Post("officer", scan, "code", ""), 422, "必填")
		want(w, w.Post("officer", scan, "code", first, "place", "cabinet-2"), 422, "不在本次盘点范围内")
		want(w, w.Post("officer", scan, "code", strings.Repeat("9", 5000)), 422, "最多")
		state := w.Get("officer", page+"/state")
		want(w, state, 200, "错放", "认不出", `data-tally="found">1<`, `data-tally="elsewhere">1<`, `data-tally="unknown">1<`, "!<html", `data-share="place:cabinet-1" data-n="1" data-of="2">1 / 2<`, `data-share="level:秘密" data-n="1" data-of="2">1 / 2<`)
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

// registered gives so many copies, eight a document.
func registered(w *countertest.World, n int) (out []term.CopyID) {
	for d := 1; len(out) < n; d++ {
		out = append(out, w.Registered(fmt.Sprintf("%04d", d), term.Mimi, title, 8).Copies...)
	}
	return out
}

// Two hundred labels, one after the other as the queue of the page sends them: among them pieces scanned twice, labels of nothing
// registered here, misread ones, and some sent again because their answer was lost. Each is answered once, and none is lost.
func TestTwoHundredLabelsInARow(t *testing.T) {
	each(t, func(w *countertest.World) {
		const pieces = 160
		all := registered(w, pieces)
		page := opened(w, "scope", "full")
		type scan struct{ code, result string }
		var scans []scan
		for n, c := range all {
			code := label(w, c)
			scans = append(scans, scan{code, "found"})
			switch {
			case n%10 == 3:
				scans = append(scans, scan{code, "double"})
			case n%10 == 6:
				scans = append(scans, scan{string(term.MakeLabelCode(term.Received, 2026, 900+n, 1)), "unknown"})
			case n%20 == 9:
				scans = append(scans, scan{code[:len(code)-1] + map[bool]string{true: "B", false: "A"}[strings.HasSuffix(code, "A")], "wrong"})
			}
		}
		if len(scans) != 200 {
			t.Fatalf("%d scans", len(scans))
		}
		began, said := time.Now(), map[string]int{}
		for n, s := range scans {
			key := "scan-" + strconv.Itoa(n)
			a := w.Post("officer", page+"/scan", "code", s.code, "_key", key)
			if !strings.Contains(a.Body, `data-result="`+s.result+`"`) {
				t.Fatalf("scan %d of %s is not %s: %d %.600s", n, s.code, s.result, a.Code, a.Body)
			}
			said[s.result]++
			if n%25 == 0 && s.result != "wrong" { // its answer was lost on the way
				if b := w.Post("officer", page+"/scan", "code", s.code, "_key", key); b.Code != a.Code || !strings.Contains(b.Body, `data-result="`+s.result+`"`) {
					t.Errorf("scan %d sent again: %d %.600s", n, b.Code, b.Body)
				}
			}
		}
		t.Logf("%d scans in %s", len(scans), time.Since(began))
		want(w, w.Get("officer", page+"/state"), 200, `data-tally="answered">160<`, `data-tally="found">160<`, `data-tally="unknown">16<`, `data-tally="missing">0<`)
		want(w, w.Get("officer", page), 200, "都有结果了")
		if said["found"] != pieces || said["double"] != 16 || said["unknown"] != 16 || said["wrong"] != 8 {
			t.Errorf("%v", said)
		}
	})
}

// What has no answer is listed a page at a time, however many pieces are expected.
func TestWhatIsExpectedIsListedByPages(t *testing.T) {
	each(t, func(w *countertest.World) {
		all := registered(w, 120)
		page := opened(w, "scope", "full")
		next, seen := page, map[string]bool{}
		for range 4 {
			a := w.Get("officer", next)
			want(w, a, 200, "/ 120 件")
			for _, c := range all {
				if strings.Contains(a.Body, `data-awaits="`+string(c)+`"`) {
					if seen[string(c)] {
						t.Errorf("%s is listed twice", c)
					}
					seen[string(c)] = true
				}
			}
			m := regexp.MustCompile(`rel="next" href="([^"#]+)`).FindStringSubmatch(a.Body)
			if m == nil {
				break
			}
			next = strings.ReplaceAll(m[1], "&amp;", "&")
		}
		if len(seen) != 120 {
			t.Errorf("%d of 120 pieces are listed", len(seen))
		}
		if a := w.Get("officer", page+"/state"); strings.Contains(a.Body, "data-awaits") {
			t.Error("the list comes again after every scan")
		}
	})
}

// What is being counted is not counted a second time by mistake: one cabinet of several, all there is.
func TestOneCountAtATime(t *testing.T) {
	each(t, func(w *countertest.World) {
		w.Registered("0001", term.Mimi, title, 1)
		opened(w, "scope", "places", "places", "cabinet-1", "places", "cabinet-2")
		want(w, w.Post("officer", "/inventory", "scope", "places", "places", "cabinet-2"), 422, "其中有正在盘点的", "仍要另开")
		opened(w, "scope", "places", "places", "cabinet-2", "again", "yes")
		opened(w, "scope", "full")
		want(w, w.Post("officer", "/inventory", "scope", "full"), 422, "其中有正在盘点的")
	})
}

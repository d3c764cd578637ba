package placeweb_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"jiyao/internal/custody"
	"jiyao/internal/custody/placeweb"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

const title = "关于某项工作的秘密通知"

func each(t *testing.T, fn func(w *countertest.World)) {
	countertest.Each(t, "demo", func(w *countertest.World, c *counter.Counter) {
		placeweb.Routes(w.Server, placeweb.Deps{Counter: c})
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

func copyOf(w *countertest.World, id term.CopyID) (c custody.Copy) {
	w.T.Helper()
	if err := w.DB.Read(w.T.Context(), func(tx *store.Tx) (err error) { c, err = custody.Copies.Get(tx, id); return err }); err != nil {
		w.T.Fatal(err)
	}
	return c
}

// A box is registered in a cabinet, filled by scanning, and moved to another with all that is in it by one scan.
func TestABoxIsFilledAndMovedByScanning(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0001", term.Mimi, title, 1)
		want(w, w.Get("officer", "/places"), 200, "1号柜", "密码文件柜", "登记存放处")
		want(w, w.Post("officer", "/places", "name", "甲盒", "place_kind", "box", "lock", "none", "keeper", "officer"), 422, "放在哪个存放处之内", "甲盒")
		want(w, w.Post("officer", "/places", "place_kind", "box"), 422, `id="create-inside-err"`, "名称")
		want(w, w.Post("officer", "/places", "name", "柜中柜", "place_kind", "cabinet", "lock", "key", "keeper", "officer", "cabinet_class", "A", "room", "203", "class_level", "秘密", "in_office", "yes", "inside", "cabinet-1"), 422, "柜、架、桌只能放在房间里")
		want(w, w.Post("officer", "/places", "name", "1号柜", "place_kind", "cabinet", "lock", "key", "keeper", "officer"), 422)
		a := w.Post("officer", "/places", "name", "甲盒", "place_kind", "box", "inside", "cabinet-1", "class_level", "秘密", "in_office", "yes")
		if a.Code != http.StatusSeeOther {
			t.Fatalf("register: %d %s", a.Code, a.Body)
		}
		box := a.Location
		want(w, w.Get("officer", box), 200, "甲盒", "1号柜", "没有你可以知悉的件", "秘密")
		label := string(copyOf(w, i.Copies[0]).Label)
		a = w.Post("officer", box+"/scan", "code", "6901234567892")
		if want(w, a, 422, "没有这个编号"); strings.Contains(a.Body, "必填") {
			t.Error("a label that is not there is answered with a piece that was not named")
		}
		want(w, w.Post("officer", box+"/scan", "code", ""), 422, "必填")
		if a := w.Post("officer", box+"/scan", "code", strings.ToLower(label)); a.Code != http.StatusSeeOther {
			t.Fatalf("a piece: %d %s", a.Code, a.Body)
		}
		want(w, w.Get("officer", box), 200, label, "1 件")
		code := strings.TrimPrefix(box, "/places/")
		if a := w.Post("officer", "/places/cabinet-2/scan", "code", code); a.Code != http.StatusSeeOther {
			t.Fatalf("the box: %d %s", a.Code, a.Body)
		}
		want(w, w.Get("officer", box), 200, "2号柜", label)
		want(w, w.Get("officer", "/places/cabinet-2"), 200, "甲盒")
		want(w, w.Post("officer", box+"/scan", "code", "2号柜"), 422, "不能放进自己里面")
		for _, who := range []string{"clerk_a", "head_general"} {
			w.Hidden(who, box, "/places/ZZZZZZZZZZZZ")
			w.Hidden(who, "/places", "/places/ZZZZZZZZZZZZ")
		}
	})
}

// What protects a place and what of it is dedicated are put on record; what is lacking is said.
func TestProtectionAndDedication(t *testing.T) {
	each(t, func(w *countertest.World) {
		page := "/places/cabinet-1"
		if a := w.Post("officer", page+"/protect", "lock", "combination", "keeper", "officer", "cabinet_class", "A", "room", "203", "alarm", "红外", "last_checked_on", "2026-03-01"); a.Code != http.StatusSeeOther {
			t.Fatalf("protect: %d %s", a.Code, a.Body)
		}
		want(w, w.Get("officer", page), 200, "红外", "2026-03-01")
		want(w, w.Post("officer", page+"/protect", "lock", "combination", "keeper", "officer", "last_checked_on", "2027-01-01", "watch", "二十四小时"), 422, "二十四小时")
		if a := w.Post("officer", page+"/dedicate", "officer", "officer", "room", "yes", "cabinet", "yes"); a.Code != http.StatusSeeOther {
			t.Fatalf("dedicate: %d %s", a.Code, a.Body)
		}
		want(w, w.Get("officer", page), 200, "专室", "专柜", "专管人")
		w.Do("officer", "custody.create_place", map[string]any{"name": "旧柜", "place_kind": "cabinet", "lock": "none", "keeper": "officer", "cabinet_class": "C", "room": "101", "class": []string{"year"}, "class_year": 2026})
		want(w, w.Get("officer", "/places"), 200, "缺：锁具")
	})
}

// Labels of places are printed on the paper that is chosen; scanned they are where a box goes, and the scan box opens the place.
func TestLabelsOfPlaces(t *testing.T) {
	counters := map[*countertest.World]*counter.Counter{}
	countertest.Each(t, "demo", func(w *countertest.World, c *counter.Counter) {
		counters[w] = c
		placeweb.Routes(w.Server, placeweb.Deps{Counter: c})
	}, func(w *countertest.World) {
		page := "/places/labels"
		want(w, w.Get("officer", "/places"), 200, `href="`+page+`"`)
		want(w, w.Get("officer", "/places/cabinet-1"), 200, `href="`+page+`?place=cabinet-1"`, "定人定室定柜", "专管人", "由陈机要员")
		want(w, w.Get("officer", page+"?place=cabinet-1"), 200, `value="cabinet-1" checked`, `value="cabinet-2">`, "标签打印机，单枚 50×30 毫米")
		want(w, w.Get("officer", page+"?all=yes"), 200, `value="cabinet-1" checked`, `value="cabinet-2" checked`, "全不选")
		for _, form := range [][]string{{"place", "cabinet-1"}, {"place", "cabinet-1", "place", "cabinet-2", "paper", "38x21", "first", "65"}, {"place", "cabinet-1", "paper", "roll-40x25"}} {
			if a := w.Post("officer", page, form...); a.Code != http.StatusOK || a.Header.Get("Content-Type") != "application/pdf" {
				t.Errorf("%v: %d %s", form, a.Code, a.Header.Get("Content-Type"))
			}
		}
		want(w, w.Post("officer", page, "paper", "38x21"), 422, "必填", `value="38x21" selected`)
		want(w, w.Post("officer", page, "place", "cabinet-1", "paper", "38x21", "first", "66"), 422, `value="cabinet-1" checked`)
		want(w, w.Post("officer", page, "place", "cabinet-1", "paper", "postcard"), 422)
		w.Hidden("clerk_a", page, "/places/ZZZZZZZZZZZZ")
		if a := w.Post("clerk_a", page, "place", "cabinet-1"); a.Code != http.StatusNotFound {
			t.Errorf("by a clerk: %d", a.Code)
		}
		a := w.Post("officer", "/places", "name", "甲盒", "place_kind", "box", "inside", "cabinet-1", "class_level", "秘密", "in_office", "yes")
		box := a.Location
		want(w, w.Post("officer", box+"/move", "place_code", "不知哪里"), 422, `id="move-place_code-err"`)
		if a := w.Post("officer", box+"/move", "place_code", "CABINET-2"); a.Code != http.StatusUnprocessableEntity {
			t.Errorf("a code that is none: %d", a.Code)
		}
		if a := w.Post("officer", box+"/move", "place_code", "cabinet-2"); a.Code != http.StatusSeeOther {
			t.Fatalf("moved by its label: %d %.2000s", a.Code, a.Body)
		}
		want(w, w.Get("officer", "/places/cabinet-2"), 200, "甲盒")
		for who, to := range map[term.PersonID]string{"officer": box, "clerk_a": ""} {
			if err := counters[w].SeeAs(t.Context(), countertest.By(who), func(tx *store.Tx, v counter.Viewer) error {
				got, err := placeweb.Scanned(tx, v, strings.ToLower(strings.TrimPrefix(box, "/places/")))
				if got != to {
					t.Errorf("scanned by %s: %q", who, got)
				}
				return err
			}); err != nil {
				t.Error(err)
			}
		}
	})
}

// What lies somewhere lawfully does not come to lie there unlawfully by what is registered of the place, of what it stands in,
// or of the room whose number it bears. What mends a part is not held up by the rest.
func TestNothingIsTakenFromUnderWhatLiesThere(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0001", term.Mimi, title, 1)
		protect := func(place string, more ...any) string {
			fields := map[string]any{"place": place, "keeper": "officer"}
			for i := 0; i < len(more); i += 2 {
				fields[more[i].(string)] = more[i+1]
			}
			_, err := w.Try("officer", "custody.protect_place", fields)
			var no *refuse.Refusal
			switch {
			case errors.As(err, &no):
				return strings.Join(clauses(no), " ")
			case err != nil:
				t.Fatalf("%s %v: %v", place, more, err)
			}
			return "done"
		}
		cabinet := []any{"lock", "key", "cabinet_class", "A", "room", "203"}
		bare := []any{"lock", "none", "cabinet_class", "A", "room", "203"}
		a := w.Post("officer", "/places", "name", "甲盒", "place_kind", "box", "inside", "cabinet-1", "class_level", "秘密", "in_office", "yes")
		w.Do("officer", "custody.place", map[string]any{"copy": i.Copies[0], "place": strings.TrimPrefix(a.Location, "/places/")})
		for _, step := range []struct {
			place string
			what  []any
			want  string
		}{
			{"cabinet-1", bare, "A1-5a C-6d L-22"},
			{"cabinet-1", cabinet, "done"},
			{"cabinet-2", bare, "done"},
		} {
			if got := protect(step.place, step.what...); got != step.want {
				t.Errorf("%s %v: %s, want %s", step.place, step.what, got, step.want)
			}
		}
	})
}

func clauses(r *refuse.Refusal) (out []string) {
	for _, c := range r.Clauses() {
		out = append(out, string(c))
	}
	return out
}

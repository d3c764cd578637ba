package custodyweb_test

import (
	"strings"
	"testing"

	"jiyao/internal/custody/custodyweb"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
)

// A secret object goes through its stages on one page: the designated department signs the sheet of the stage, then the stage;
// the path stands below. Who is not of that department is refused with the clause, and paper has no stages.
func TestASecretObjectGoesThroughItsStages(t *testing.T) {
	countertest.Each(t, "company", func(w *countertest.World, c *counter.Counter) {
		custodyweb.Routes(w.Server, custodyweb.Deps{Counter: c})
	}, func(w *countertest.World) {
		t := w.T
		plan, coat := w.Company(title)
		w.Do("gm", "custody.designate", map[string]any{"unit": "design", "stages": []string{"开发", "生产"}, "items": []string{string(coat.ID)}, "from": "2026-03-02"})
		page := c(coat.Copies[0])
		want(w, w.Get("designer", page), 200, []string{page + "/stages", "附件 0 件"}, "0 页") // a garment has no pages
		want(w, w.Get("keeper", c(plan.Copies[0])), 200, nil, "/stages")
		want(w, w.Get("keeper", c(plan.Copies[0])+"/stages"), 404, nil)
		want(w, w.Get("clerk", page+"/stages"), 404, nil)
		page += "/stages"
		want(w, w.Get("designer", page), 200, []string{"密品环节", "进入“开发”环节", "还没有登记过环节", "无关人员不得进入", "图样入柜", "/rules/company/D-12a", "/rules/company/D-12b", "须先签", `value="design" selected`, `value="designer" selected`},
			"禁止拍照")
		want(w, w.Get("designer", page+"/3"), 200, []string{"“展示”环节没有指定你的部门"}, `name="measures"`, "图样入柜")
		want(w, w.Get("keeper", page+"/3"), 200, []string{"进入“展示”环节", "禁止拍照"}, "图样入柜")
		want(w, w.Get("designer", page+"/99"), 200, []string{"进入“开发”环节"})
		want(w, w.Get("designer", page+"/x"), 200, []string{"进入“开发”环节"})
		own := []string{"n", "0", "own_how", "pin", "own_secret", countertest.Right}
		bring := func(who string, more ...string) countertest.Answer {
			return w.Post(who, page, append(append([]string{}, own...), append([]string{"unit", "design", "person", "designer", "destination", "premises"}, more...)...)...)
		}
		sheet := func(who string, lines ...string) countertest.Answer {
			return w.Post(who, page+"/sheet", append(append([]string{}, own...), lines...)...)
		}
		// Not before the sheet is signed; nothing of what was typed is lost.
		want(w, bring("designer", "place", "样衣间", "measures", "图样入柜"), 403, []string{"不予", "样衣间", `value="图样入柜" checked`})
		want(w, sheet("designer", line("图样入柜"), "yes"), 422, []string{`aria-invalid="true"`})
		want(w, sheet("keeper", line("图样入柜"), "yes", line("无关人员不得进入"), "yes"), 403, []string{"D-12b"})
		if a := sheet("designer", line("图样入柜"), "yes", line("无关人员不得进入"), "no"); a.Code != 303 || !strings.HasSuffix(a.Location, "/stages/1") {
			t.Fatalf("a sheet answered no: %d %s", a.Code, a.Location)
		}
		want(w, w.Get("designer", page), 200, []string{"有一项措施未到位"})
		advance(w, 1e9)
		if a := sheet("designer", line("图样入柜"), "yes", line("无关人员不得进入"), "yes"); a.Code != 303 {
			t.Fatalf("the sheet: %d %.2000s", a.Code, a.Body)
		}
		want(w, w.Get("designer", page), 200, []string{"尚未使用", `value="图样入柜" checked`}, "须先签", page+`/sheet"`)
		want(w, bring("designer", "measures", "图样入柜"), 422, []string{`id="stage-place-err"`})
		want(w, bring("designer", "place", "样衣间"), 422, []string{"D-12b", "样衣间"})
		want(w, bring("keeper", "place", "样衣间", "measures", "图样入柜"), 403, []string{"D-12a", "样衣间"})
		if a := bring("designer", "place", "样衣间", "measures", "图样入柜"); a.Code != 303 || a.Location != page {
			t.Fatalf("the stage: %d %.3000s", a.Code, a.Body)
		}
		want(w, w.Get("designer", page), 200, []string{"样衣间", "图样入柜", "冯设计师", "进入“生产”环节", "与工厂签有保密协议"}, "还没有登记过环节")
		want(w, w.Get("keeper", page), 200, []string{"样衣间"})
		// The page of the piece says where it is.
		want(w, w.Get("keeper", c(coat.Copies[0])), 200, []string{"现在的环节", "开发　样衣间　冯设计师"}, "（单位外）")
		advance(w, 1e9)
		w.Do("designer", "custody.sheet_sign", map[string]any{"sheet": "stage_measures", "copy": string(coat.Copies[0]), "stage": "生产", "lines": map[string]string{"工厂保密协议": "yes", "样片余料回收": "yes"}})
		advance(w, 1e9)
		w.Do("designer", "custody.stage", map[string]any{
			"copy": string(coat.Copies[0]), "stage": "生产", "unit": "design", "person": "designer", "place": "某厂", "destination": "outside", "measures": []string{"工厂保密协议"}, "agreement_no": "密1",
		})
		want(w, w.Get("keeper", c(coat.Copies[0])), 200, []string{"生产　某厂（单位外）　冯设计师"}, "开发　样衣间")
	})
}

package openingweb_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/openingweb"
	"jiyao/internal/procedure"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// says holds each line of a page to what it must say.
func says(t *testing.T, body string, want map[int]string) {
	t.Helper()
	text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, " ")
	for line, what := range want {
		if !regexp.MustCompile(fmt.Sprintf(`\s%d\s[^\n]*%s`, line, what)).MatchString(text) {
			t.Errorf("line %d does not say %q", line, what)
		}
	}
	if t.Failed() {
		t.Log(strings.Join(strings.Fields(text), " "))
	}
}

// nameOf is what a person is called.
func nameOf(w *countertest.World, id term.PersonID) (name string) {
	w.T.Helper()
	if err := w.DB.Read(w.T.Context(), func(tx *store.Tx) error {
		staff, err := w.Staff(tx)
		for _, p := range staff {
			if p.ID == id {
				name = p.Name
			}
		}
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
	return name
}

// Every line that was read is brought in, was before, is left out by its own word, or is wrong: the four add up, on the page and
// in the report.
func TestEveryLineIsAccountedFor(t *testing.T) {
	countertest.Each(t, "demo", mount, func(w *countertest.World) {
		me := nameOf(w, "officer")
		row := func(no, medium, form, other, serial, state, ended string) string {
			return fmt.Sprintf("账-%s,%s,%s,%s,某件,秘密,10年,%s,2019-05-06,%s,机要柜一,%s,%s\n", no, medium, form, other, serial, me, state, ended)
		}
		book := "载体编号,载体类型,载体形式,其他说明,名称,密级,保密期限,序列号,产生日期,责任人,存放位置,状态,清退/销毁日期\n" +
			row("02", "U盘", "", "", "S-1", "在库", "") +
			row("03", "u 盘", "", "", "s-1", "在库", "") + // the same number
			row("04", "SSD固态", "", "", "S-4", "在库", "无") +
			row("05", "胶片", "", "", "", "在库", "") +
			row("06", "云盘", "", "", "S-6", "在库", "") + // no such kind
			row("07", "其他（铭牌）", "", "", "", "在库", "") +
			row("08", "其他", "", "沙盘", "", "在库", "") +
			row("09", "移动硬盘", "", "", "S-9", "遗失", "") +
			row("10", "光盘", "", "", "#REF!", "在库", "") +
			row("11", "光盘", "", "", "", "已销毁", "") +
			row("12", "光盘", "", "", "", "在库", "2020-01-01") +
			row("13", "光盘", "", "", "", "在库", "#N/A") +
			row("14", "光盘", "", "", "", "在库", "说不清") +
			row("15", "磁介质", "硬盘", "", "", "在库", "") + // no number
			row("16", "", "", "", "S-1", "在库", "") + // paper bears no such number
			row("17", "纸", "", "", "S-1", "在库", "")
		place, page := checked(w, "carriers", "台账.csv", []byte(book))
		w.Holds(page, "共 16 行：可以导入或已完成 8 行，以前已导入 0 行，有问题 6 行，按旧簿不导入 2 行", "另有 1 行有提醒", "不导入的行")
		says(t, page.Body, map[int]string{
			3: "序列号：与第 2 行的序列号相同", 6: "载体类型：不在可选范围内，应写：纸、磁介质.*如 其他（铭牌）", 9: "状态：簿上写明遗失；照样导入", 10: "序列号：是表格出错的标志", 11: "状态：簿上写明已不在本单位",
			12: "清退/销毁日期：簿上写明已不在本单位", 13: "清退/销毁日期：是表格出错的标志", 14: "清退/销毁日期：不是日期", 15: "序列号：制度要求填写，请补填（",
		})
		counted := func() {
			t.Helper()
			table, faults := procedure.ReadBook("x.xlsx", []byte(w.Get("officer", place+"/report").Body))
			kinds := map[string]int{}
			for _, r := range table.Rows {
				kinds[r.Cells[1]]++
			}
			if len(faults) > 0 || kinds["问题"] != 6 || kinds["不导入"] != 2 || kinds["提醒"] != 1 {
				t.Errorf("%v, %v", kinds, faults)
			}
		}
		counted()
		w.Holds(imported(w, place), "可以导入或已完成 8 行，以前已导入 0 行，有问题 6 行，按旧簿不导入 2 行")
		counted()
		got := map[string]custody.Copy{}
		if err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
			list, err := custody.Copies.Select(tx, "WHERE old_no IS NOT NULL")
			for _, one := range list {
				got[one.OldNo] = one
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for no, want := range map[string][4]string{
			"02": {"solid_state", "usb_disk", "", "in_place"}, "04": {"solid_state", "hard_disk", "", "in_place"}, "05": {"photo", "", "", "in_place"}, "07": {"other", "", "铭牌", "in_place"},
			"08": {"other", "", "沙盘", "in_place"}, "09": {"magnetic", "hard_disk", "", "missing"}, "16": {"paper", "", "", "in_place"}, "17": {"paper", "", "", "in_place"},
		} {
			one := got["账-"+no]
			if have := [4]string{one.Medium, one.Form, one.Described, string(one.State)}; have != want {
				t.Errorf("%s: %v, not %v", no, have, want)
			}
		}
		if len(got) != 8 {
			t.Errorf("%d pieces", len(got))
		}
		// Another file: a number that a living piece bears is in use.
		_, page = checked(w, "carriers", "又.csv", []byte(carrierHeads+"又-1,光盘,,某盘,秘密,10年,ｓ-4,2019-05-06,,机要柜一,,,\n"))
		w.Holds(page, "有问题 1 行", "序列号：这个序列号已是在册的另一件")
	})
}

// A secret names its issuer, as its register does; of anything else that none is named is told. Who signed for it then is not
// made up.
func TestAnIssuerIsNamedAndNoSignerIsMadeUp(t *testing.T) {
	countertest.Each(t, "demo", mount, func(w *countertest.World) {
		place, page := checked(w, "incoming", "x.csv", []byte(strings.Replace(heads, "承办", "签收人", 1)+
			"机收〔2024〕0001,2024-03-01,,,某事,秘密,10年,1,,1,,\n机收〔2024〕0002,2024-03-01,,,某事,内部,,1,,1,,\n机收〔2024〕0003,2024-03-01,某厅,,某事,秘密,10年,1,,1,,张三\n"))
		w.Holds(page, "可以导入或已完成 2 行", "有问题 1 行", "另有 1 行有提醒")
		says(t, page.Body, map[int]string{2: "来文机关：没有填，请补填", 3: "来文机关：没有填；照样导入"})
		imported(w, place)
		if err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
			list, err := document.Documents.Select(tx, "WHERE year = 2024 ORDER BY no")
			if err != nil || len(list) != 2 {
				return fmt.Errorf("%d lines: %w", len(list), err)
			}
			for _, d := range list {
				if d.SignedBy != "" {
					t.Errorf("%s is said to have signed for it", d.SignedBy)
				}
			}
			line, err := document.Line(tx, list[1])
			if line["notes"] != "签收人：张三" || line["signer"] != "" {
				t.Errorf("%q, %q", line["notes"], line["signer"])
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		w.Holds(w.Get("officer", openingweb.Path), "导入结束")
	})
}

// However many cells are bad, no line with one is taken for a good one.
func TestNoBadCellIsPassedOver(t *testing.T) {
	w := countertest.Open(t, storeDSN(t), "demo", mount)
	const n = 450
	_, page := checked(w, "carriers", "公式.xlsx", workbook(t, func(f *excelize.File) {
		for i := 2; i < 2+n; i++ {
			row := []any{fmt.Sprintf("JP-%d", i), "2023-05-07", "某盘", "秘密", "光盘", fmt.Sprintf("SN-%d", i), ""}
			if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i), &row); err != nil {
				t.Fatal(err)
			}
			for _, column := range "CDF" {
				if i%2 == 0 {
					_ = f.SetCellFormula("Sheet1", fmt.Sprintf("%c%d", column, i), "A2&A3")
				} else {
					_ = f.SetCellValue("Sheet1", fmt.Sprintf("%c%d", column, i), "#VALUE!")
				}
			}
		}
	}))
	w.Holds(page, fmt.Sprintf("共 %d 行：可以导入或已完成 0 行，以前已导入 0 行，有问题 %d 行", n, n))
	_, page = checked(w, "carriers", "合并.xlsx", workbook(t, func(f *excelize.File) {
		for i := 2; i < 2+n; i++ {
			row := []any{fmt.Sprintf("JP-%d", i), "2023-05-07", "某盘", "秘密", "光盘", fmt.Sprintf("SN-%d", i), ""}
			if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i), &row); err != nil {
				t.Fatal(err)
			}
		}
		_ = f.MergeCell("Sheet1", "C2", fmt.Sprintf("C%d", n))
	}))
	w.Holds(page, fmt.Sprintf("共 %d 行：可以导入或已完成 1 行，以前已导入 0 行，有问题 %d 行", n, n-1))
}

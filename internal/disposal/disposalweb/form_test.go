package disposalweb_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// onPaper is a printed form as text, in the order in which it was set, without blanks.
func onPaper(t *testing.T, a countertest.Answer, name string) string {
	t.Helper()
	if a.Code != 200 || !strings.HasPrefix(a.Body, "%PDF") {
		t.Fatalf("print: %d %.500s", a.Code, a.Body)
	}
	dir := os.Getenv("PAPER_OUT")
	if dir == "" {
		dir = t.TempDir()
	}
	path := filepath.Join(dir, name+".pdf")
	if err := os.WriteFile(path, []byte(a.Body), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "pdftotext", "-raw", path, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext: %v: %s", err, out)
	}
	return strings.Join(strings.Fields(string(out)), "")
}

// inOrder checks that all of these stand in a text one after the other.
func inOrder(t *testing.T, text string, want ...string) {
	t.Helper()
	rest := text
	for _, s := range want {
		i := strings.Index(rest, s)
		if i < 0 {
			t.Errorf("no %q in its place:\n%s", s, text)
			return
		}
		rest = rest[i+len(s):]
	}
}

const longTitle = "关于喆镕堃玥四家单位联合开展年度秘密载体清查清退移交销毁专项工作并按时报送有关情况和统计表格及其说明材料的通知"

// The forms of one list have the columns of practice in their order, and cells for everybody who signs.
func TestTheFormsOfLists(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0001", term.Mimi, longTitle, 2)
		w.Do("officer", "document.complete", map[string]any{"document": i.ID, "result": "已办"})
		back := goes(w, "officer", "/archive", "kind", "return", "issuer", "某厅", "party", "某厅机要局")
		goes(w, "officer", back+"/add", "code", label(w, i.Copies[1]), "reason", "发文机关要求")
		inOrder(t, onPaper(t, w.Post("officer", back+"/print"), "form-return"), "清退清单", "清退单位：某厅机要局", "序号", "发文机关", "文号", "标题", "密级", "期限", "份号", "份数",
			"应退、实退", "缺失原因", "某厅", "某厅发〔2026〕0001号", "喆镕堃玥", "秘密", "000002", "1/", "以下空白", "合计：1件", "经手人", "签字", "接收人签字", "签字", "日期", "第1页，共1页")
		over := goes(w, "officer", "/archive", "kind", "transfer", "party", "某县局", "reason", "机构变动")
		goes(w, "officer", over+"/add", "code", label(w, i.Copies[0]), "reason", "机构变动")
		inOrder(t, onPaper(t, w.Post("officer", over+"/print"), "form-transfer"), "移交清单", "移交事由：移交：机构变动", "接收单位：某县局", "序号", "名称、文号", "密级", "份号", "份数", "页数", "载体类型", "状态",
			"喆镕堃玥", "000001", "12", "纸介质", "以下空白", "移交人", "接收人", "监交人", "日期")
		many := goes(w, "officer", "/destroy", "medium", "paper", "party", "某市定点销毁中心")
		j := w.Registered("0009", term.Mimi, longTitle, 5)
		w.Do("officer", "document.complete", map[string]any{"document": j.ID, "result": "已办"})
		for _, c := range j.Copies {
			goes(w, "officer", many+"/add", "code", label(w, c), "reason", "无保存价值", "opinion", "均无存查价值")
		}
		inOrder(t, onPaper(t, w.Post("officer", many+"/print"), "form-destruction"), "秘密载体销毁清册", "纸介质", "申请部门：", "序号", "标签", "名称、文号", "密级", "份号", "份数", "页数", "销毁原因",
			"现场", "000001", "无保存价值", "以下空白", "合计：5件，60页，秘密5件", "鉴定意见", "均无存查价值", "销毁方式", "地点、时间", "押运人", "承销单位及回执", "某市定点销毁中心", "盖章", "批准人",
			"监销人1", "签字", "监销人2", "签字", "备注")
		hard := disk(w, "0010", "WX-51A0-7723")
		media := goes(w, "officer", "/destroy", "medium", "magnetic")
		goes(w, "officer", media+"/add", "code", label(w, hard), "reason", "报废", "capacity", "1 TB")
		inOrder(t, onPaper(t, w.Post("officer", media+"/print"), "form-destruction-media"), "秘密载体销毁清册", "磁介质", "序号", "标签", "名称、文号", "密级", "载体类型", "介质序列号", "容量", "销毁原因", "现场",
			"WX-51A0-7723", "1TB", "报废", "消磁设备", "粉碎颗粒", "不大于毫米", "监销人1", "监销人2")
	})
}

// disk takes in a hard disk, labelled and put away.
func disk(w *countertest.World, no, serial string) term.CopyID {
	w.T.Helper()
	accepted := w.Do("officer", "document.accept", map[string]any{"channel": "courier", "courier": "机要交通员", "courier_signature": "paper",
		"envelopes": []map[string]any{{"envelope_no": no, "issuer": "某厅", "level": term.Mimi, "urgency": "一般", "listed": 1, "counted": 1, "seal_intact": true}}})
	r := w.Do("officer", "document.register", map[string]any{
		"envelope": accepted.Values["envelope."+no], "received_at": w.Clock.Now(), "issuer": "某厅", "doc_no": "某厅发〔2026〕" + no + "号", "level": term.Mimi, "title": "移动硬盘", "urgency": "一般",
		"copies": 1, "pages": 0, "attachments": 0, "medium": "magnetic", "form": "hard_disk", "serial_no": serial, "custodian": "officer", "content_kinds": []string{"text"}, "channel": "courier", "signer": "officer",
		"period": "10年", "mark_text": "秘密★10年", "issued_on": "2026-02-20", "copy_nos": []string{"000001"},
	})
	w.Do("officer", "document.complete", map[string]any{"document": r.Values["document"], "result": "已清空"})
	id := term.CopyID(r.Values["copy.1"])
	w.Do("officer", "custody.label", map[string]any{"copy": id})
	w.Do("officer", "custody.place", map[string]any{"copy": id, "place": "cabinet-1"})
	return id
}

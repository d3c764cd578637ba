package app

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"jiyao/internal/store"
)

// The forms of one request bear what was asked for, in the order of practice, with what was granted and room for who signs; they
// are printed by who may print the register in which the request stands, each print is on record, and to anybody else there is
// no such request.
func TestTheFormOfARequestIsForWhoMayPrintIt(t *testing.T) {
	o := atCounter(t, "", "base")
	nineBooks(o)
	for actName, want := range map[string][]string{
		"custody.duplicate": {
			"秘密★10年", "SP-", "复制、摘抄、录制、汇编审批单", "申请部门", "办公室", "申请人", "陈机要员", "申请日期", "2026-03-02", "发文机关", "某厅", "标题", "关于某项工作的通知0001", "文号", "某厅发〔2026〕0001号", "密级", "秘密10年", "份号", "000002",
			"方式", "复制", "摘抄", "录制", "汇编", "份数", "1", "用途", "办案使用", "分发对象", "甲科", "部门意见", "签字", "保密、办公室意见", "签字", "领导批准", "赵负责人", "签字", "复制设备", "复制人", "陈机要员", "复制时间", "复制件编号起止", "F1", "戳记", "机要室复印戳",
			"回收、销毁情况", "0/1", "第1页，共1页",
		},
		"custody.carry_out": {
			"秘密★10年", "SP-", "外出携带审批单", "申请人", "陈机要员", "申请日期", "携带人", "陈机要员、孟机要员", "载体名称", "关于某项工作的通知0001", "某厅发〔2026〕0001号", "密级", "秘密10年", "份号", "000003", "事由", "递送", "目的地、路线", "单位外本局至省局",
			"外出时间", "返回期限", "2026-03-02", "保护措施", "密封袋", "部门意见", "签字", "批准", "赵负责人", "签字", "归还核验", "签字", "第1页，共1页",
		},
	} {
		t.Run(actName, func(t *testing.T) {
			id := ""
			o.look(func(tx *store.Tx) error { return tx.QueryRow("SELECT id FROM leave WHERE act = $1", actName).Scan(&id) })
			path := "/registers/" + id + "/form"
			prints := func() int {
				return count(t, o.app, "SELECT count(*) FROM ledger_entry WHERE act = 'document.print' AND outcome = 'done'")
			}
			before := prints()
			status, body := o.send("officer", path)
			_, file, _ := strings.Cut(body, "\n")
			if status != http.StatusOK || prints() != before+1 {
				t.Fatalf("%d, %d prints on record: %.300s", status, prints()-before, plainText(body))
			}
			pdf := filepath.Join(t.TempDir(), "x.pdf")
			if err := os.WriteFile(pdf, []byte(file), 0o600); err != nil {
				t.Fatal(err)
			}
			if size, err := exec.CommandContext(t.Context(), "pdfinfo", pdf).Output(); err != nil || !strings.Contains(string(size), "(A4)") {
				t.Errorf("the form is not on A4: %v %s", err, size)
			}
			out, err := exec.CommandContext(t.Context(), "pdftotext", "-raw", pdf, "-").Output()
			if err != nil {
				t.Fatal(err)
			}
			text := strings.Join(strings.Fields(string(out)), "")
			rest := text
			for _, s := range want {
				i := strings.Index(rest, s)
				if i < 0 {
					t.Fatalf("no %q in its place: %s", s, text)
				}
				rest = rest[i+len(s):]
			}
			reference := regexp.MustCompile(`R-\w{4}-\w{4}`)
			for _, who := range []string{"clerk_a", "clerk_b", "head_a"} {
				there, hidden := o.send(who, path)
				none, absent := o.send(who, "/registers/ZZZZZZZZZZZZ/form")
				if there != http.StatusNotFound || there != none || reference.ReplaceAllString(hidden, "") != reference.ReplaceAllString(absent, "") {
					t.Errorf("%s: %d, absent %d", who, there, none)
				}
			}
			if prints() != before+1 {
				t.Error("who may not print has printed")
			}
		})
	}
}

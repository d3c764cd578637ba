package app

import (
	"math"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// column is a head of a register, and what stands under it in the known line; a head without a value is only looked for.
type column struct{ head, value string }

// nineColumns are the nine registers with the columns of practice, in their order (domain.md §6).
var nineColumns = map[string][]column{
	"收文登记簿": {
		{"收文号", "机收〔2026〕0001"}, {"收文时间", "2026-03-02 10:00"}, {"来文机关", "某厅"}, {"来文字号", "某厅发〔2026〕0001号"}, {"文件标题", "关于某项工作的通知0001"}, {"密级", "秘密"}, {"保密期限", "10年"}, {"紧急程度", "一般"},
		{"份数", "6"}, {"份号", "000001 000002"}, {"附件", "2"}, {"页数", "12"}, {"来文方式", "机要交通"}, {"签收人", "陈机要员"}, {"承办单位", ""}, {"拟办", "请阅"}, {"批示", ""}, {"办理结果", "已办理"}, {"复文号", ""}, {"归卷日期", ""}, {"卷号", ""},
		{"清退、销毁日期", "2026-03-02"}, {"备注", ""},
	},
	"发文登记簿": {
		{"顺序号", "机发〔2026〕0001"}, {"发文日期", "2026-03-02"}, {"发文字号", "某单位发〔2026〕1号"}, {"标题", "关于下发某事项的通知"}, {"附件", "0"}, {"密级", "内部"}, {"保密期限", ""}, {"紧急程度", "一般"}, {"印数", "3"}, {"份号起", "000001"}, {"份号止", "000003"},
		{"主送、抄送", "各科室"}, {"拟稿人", "冯科长"}, {"核稿", "孙主任"}, {"签发人", "钱领导"}, {"缮印", "陈机要员"}, {"校对", "周科员"}, {"发出方式", "机要交通"}, {"回单", "0/2"}, {"存档份数", "1"}, {"归卷号", ""}, {"备注", ""},
	},
	"借阅登记": {
		{"序号", "1"}, {"借阅时间", "2026-03-02 10:05"}, {"文号", "某厅发〔2026〕0001号"}, {"标题", "关于某项工作的通知0001"}, {"份号", "000001"}, {"密级", "秘密"}, {"借阅人", "周科员"}, {"部门", "综合科"}, {"用途", "阅看"}, {"审批人", "孙主任"},
		{"应还时间", "2026-03-02 16:05"}, {"借阅人签字", "周科员"}, {"归还时间", ""}, {"归还核点", ""}, {"收件人签字", ""}, {"备注", ""},
	},
	"载体台账": {
		{"载体编号", "JY26-0001-02-H"}, {"类型", "纸介质"}, {"名称", "关于某项工作的通知0001"}, {"密级", "秘密"}, {"保密期限", "10年"}, {"份号", "000002"}, {"序列号", ""}, {"来源", "收文"}, {"产生日期", "2026-03-02"}, {"责任人", ""}, {"部门", ""}, {"存放位置", "1号柜"},
		{"当前持有人", ""}, {"状态", "在柜"}, {"流转历史", ""}, {"上次清查", ""},
	},
	"清退清单": {
		{"清退单位", ""}, {"序号", "1"}, {"发文机关", "某厅"}, {"文号", "某厅发〔2026〕0001号"}, {"标题", "关于某项工作的通知0001"}, {"密级", "秘密"}, {"保密期限", "10年"}, {"份号", "000004"}, {"份数", "1"}, {"应退", "1"}, {"实退", "1"}, {"缺失原因", ""},
		{"经手人", "陈机要员"}, {"接收人签字", "厅收发张某"}, {"日期", "2026-03-02 10:20"},
	},
	"移交清单": {
		{"移交事由", "清理旧件"}, {"序号", "1"}, {"名称", "关于某项工作的通知0001"}, {"文号", "某厅发〔2026〕0001号"}, {"密级", "秘密"}, {"份号", "000005"}, {"份数", "1"}, {"页数", "12"}, {"载体类型", "纸介质"}, {"状态", "已办结"}, {"移交人", "陈机要员"}, {"接收人", "李接收"},
		{"监交人", "孟机要员"}, {"日期", "2026-03-02 10:20"},
	},
	"销毁清册": {
		{"编号", "销毁〔2026〕1号"}, {"申请部门", "办公室"}, {"序号", "1"}, {"名称", "关于某项工作的通知0001"}, {"文号", "某厅发〔2026〕0001号"}, {"密级", "秘密"}, {"份号", "000006"}, {"份数", "1"}, {"页数", "12"}, {"介质序列号", ""}, {"容量", ""}, {"销毁原因", "无保存价值"},
		{"鉴定意见", "可以"}, {"批准人", "孙主任"}, {"销毁方式", "化浆"}, {"地点", "销毁间"}, {"时间", "2026-03-02 10:20"}, {"押运人", "押运王某"}, {"监销人", "孟机要员、钱领导"}, {"承销单位", ""}, {"回执", ""}, {"备注", ""},
	},
	"复制审批单": {
		{"编号", "SP-"}, {"申请部门", "办公室"}, {"申请人", "陈机要员"}, {"申请日期", "2026-03-02 10:10"}, {"文号", "某厅发〔2026〕0001号"}, {"标题", "关于某项工作的通知0001"}, {"密级", "秘密"}, {"份号", "000002"}, {"发文机关", "某厅"}, {"发文机关是否允许", ""},
		{"方式", "复制"}, {"申请份数", "1"}, {"批准份数", "1"}, {"实制份数", "1"}, {"用途", "办案使用"}, {"分发对象", "甲科"}, {"部门意见", ""}, {"保密、办公室意见", ""}, {"领导批准", "赵负责人"}, {"复制设备", ""}, {"复制人", "陈机要员"}, {"复制时间", "2026-03-02 10:10"}, {"复制件编号起", "F1"},
		{"复制件编号止", "F1"}, {"戳记", "机要室复印戳"}, {"回收、销毁情况", "0/1"},
	},
	"外出携带审批": {
		{"携带人", "陈机要员、孟机要员"}, {"载体名称", "关于某项工作的通知0001"}, {"文号", "某厅发〔2026〕0001号"}, {"密级", "秘密"}, {"份号", "000003"}, {"事由", "递送"}, {"目的地", "单位外"}, {"起", "2026-03-02 10:15"}, {"止", "2026-03-02 16:05"}, {"保护措施", "密封袋"},
		{"批准", "赵负责人"}, {"归还核验", ""},
	},
}

// The nine registers have the columns of practice in their order, in the file, on the page and on paper, and what stands in a known
// line stands under its own head in all three.
func TestTheNineRegistersHaveTheColumnsOfPractice(t *testing.T) {
	o := atCounter(t, "", "base")
	nineBooks(o)
	o.at("officer")
	for _, name := range nineNames {
		t.Run(name, func(t *testing.T) {
			want, path := nineColumns[name], "/registers/"+url.PathEscape(name)
			status, body := o.send("officer", path+"/export")
			_, file, _ := strings.Cut(body, "\n")
			if status != http.StatusOK {
				t.Fatalf("export: %d", status)
			}
			inFile(t, want, file)
			_, page := o.gets["officer"](path)
			onPage(t, want, page)
			_, body = o.send("officer", path+"/print")
			_, file, _ = strings.Cut(body, "\n")
			onSheet(t, want, file)
		})
	}
}

// inFile: one row of heads, in order; the known line with each value under its head.
func inFile(t *testing.T, want []column, file string) {
	t.Helper()
	book, err := excelize.OpenReader(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	rows, err := book.GetRows(book.GetSheetList()[0])
	if err != nil || len(rows) < 2 {
		t.Fatal(len(rows), err)
	}
	last := -1
	for _, c := range want {
		i := slices.Index(rows[0], c.head)
		if i <= last {
			t.Errorf("the file: %s stands at %d, after %d: %v", c.head, i, last, rows[0])
		}
		last = i
	}
	knows := func(row []string) (missed []string) {
		for _, c := range want {
			if i := slices.Index(rows[0], c.head); c.value != "" && (i >= len(row) || i < 0 || !strings.HasPrefix(row[i], c.value)) {
				missed = append(missed, c.head)
			} else if c.value == "" && i >= 0 && i < len(row) && row[i] != "" {
				missed = append(missed, c.head)
			}
		}
		return missed
	}
	best := knows(rows[1])
	for _, row := range rows[2:] {
		if m := knows(row); len(m) < len(best) {
			best = m
		}
	}
	if len(best) > 0 {
		t.Errorf("the file: not under their heads: %v in %v", best, rows[1:])
	}
}

var (
	headCell = regexp.MustCompile(`(?s)<th scope="col".*?</th>`)
	bodyRow  = regexp.MustCompile(`(?s)<tr[ >].*?</tr>`)
	bodyCell = regexp.MustCompile(`(?s)<td.*?</td>`)
)

// onPage: heads that share a cell with the number of the item stand first; the others go from left to right in the order.
func onPage(t *testing.T, want []column, page string) {
	t.Helper()
	cells := headCell.FindAllString(page, -1)
	in := func(head string) int {
		return slices.IndexFunc(cells, func(c string) bool {
			text := "、" + strings.Join(strings.Fields(plainText(c)), "") + "、"
			return strings.Contains(text, "、"+head+"、")
		})
	}
	last := 0
	for _, c := range want {
		i := in(c.head)
		if i < 0 || i > 0 && i < last {
			t.Errorf("the page: %s stands in cell %d, after %d", c.head, i, last)
		}
		last = max(last, i)
	}
	best := []string{"no line"}
	_, body, _ := strings.Cut(page, "<tbody")
	for _, row := range bodyRow.FindAllString(body, -1) {
		var missed []string
		texts := bodyCell.FindAllString(row, -1)
		for _, c := range want {
			if i := in(c.head); i >= 0 && (i >= len(texts) || !strings.Contains(plainText(texts[i]), c.value)) {
				missed = append(missed, c.head)
			}
		}
		if best[0] == "no line" || len(missed) < len(best) {
			best = append(missed, make([]string, 0)...)
		}
		if len(best) == 0 {
			return
		}
	}
	t.Errorf("the page: not under their heads: %v", best)
}

// word is a word of a page with its place, in points.
type word struct {
	page           int
	x0, y0, x1, y1 float64
	text           string
}

func (w word) middle() float64 { return (w.x0 + w.x1) / 2 }

var wordTag = regexp.MustCompile(`<page |<word xMin="([0-9.]+)" yMin="([0-9.]+)" xMax="([0-9.]+)" yMax="([0-9.]+)">(.*?)</word>`)

// wordsOf reads the words of a print.
func wordsOf(t *testing.T, file string) (out []word) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := exec.CommandContext(t.Context(), "pdftotext", "-bbox", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	page := 0
	for _, m := range wordTag.FindAllStringSubmatch(string(b), -1) {
		if m[5] == "" {
			page++
			continue
		}
		var at [4]float64
		for i := range at {
			at[i], _ = strconv.ParseFloat(m[i+1], 64)
		}
		out = append(out, word{page, at[0], at[1], at[2], at[3], m[5]})
	}
	return out
}

// onSheet: the heads stand from left to right, those of one column one below the other, and each value is nearer to its own head
// than to any other column's. What is long goes on below, so it is known by how it begins.
func onSheet(t *testing.T, want []column, file string) {
	t.Helper()
	words := wordsOf(t, file)
	bottom := 0.0
	heads := map[string]word{}
	for _, c := range want {
		for _, whole := range []bool{true, false} { // a long one is broken
			for _, w := range words {
				broken := !whole && len([]rune(w.text)) >= 3 && (strings.HasPrefix(c.head, w.text) || strings.HasSuffix(c.head, w.text)) && !slices.ContainsFunc(want, func(o column) bool { return o.head == w.text })
				before, known := heads[c.head]
				further := known && (!whole || w.middle() >= before.middle()) // a longer head to the right can be broken after this one
				if w.page == 1 && w.y0 > 60 && w.y0 < 260 && !further && (w.text == c.head || broken) {
					heads[c.head] = w
					bottom = max(bottom, w.y1)
				}
			}
		}
		if heads[c.head].text == "" {
			t.Errorf("paper: no head %s", c.head)
		}
	}
	last := 0.0
	for _, c := range want {
		h := heads[c.head]
		if h.middle() < last-3 {
			t.Errorf("paper: %s stands left of what comes before it", c.head)
		}
		last = max(last, h.middle())
	}
	for _, c := range want {
		if c.value != "" && !under(words, heads, c, bottom) {
			t.Errorf("paper: %q does not stand under %s", c.value, c.head)
		}
	}
}

// under reports whether the value stands under its head on any page.
func under(words []word, heads map[string]word, c column, bottom float64) bool {
	begin := []rune(strings.Fields(c.value)[0])
	for _, w := range words {
		r := []rune(strings.TrimPrefix(w.text, "★"))
		n := min(len(r), len(begin))
		if w.page == 1 && w.y0 < bottom || n < min(len(begin), 3) || string(r[:n]) != string(begin[:n]) {
			continue
		}
		nearest, dist := "", math.Inf(1)
		for head, h := range heads {
			if d := math.Abs(h.middle() - w.middle()); d < dist-0.5 {
				nearest, dist = head, d
			}
		}
		if math.Abs(heads[nearest].middle()-heads[c.head].middle()) < 4 {
			return true
		}
	}
	return false
}

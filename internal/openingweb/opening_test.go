package openingweb_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"jiyao/internal/openingweb"
	"jiyao/internal/procedure"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/job"
	"jiyao/internal/web/webtest"
)

func mount(w *countertest.World, c *counter.Counter) {
	openingweb.Routes(w.Server, openingweb.Deps{Counter: c, Jobs: &job.Jobs{Now: w.Clock.Now}, Known: func(tx *store.Tx, _ counter.Viewer) (procedure.Known, error) {
		k := procedure.Known{Persons: map[string][]string{"重名": {"a", "b"}}, Places: map[string][]string{"机要柜一": {"cabinet-1"}, "办公桌一": {"desk-1"}}}
		staff, err := w.Staff(tx)
		for _, p := range staff {
			k.Persons[p.Name] = append(k.Persons[p.Name], string(p.ID))
		}
		return k, err
	}})
}

const heads = "收文号,收文日期,来文机关,来文字号,文件标题,密级,保密期限,份数,份号,页数,存放位置,承办\n"

// sent uploads a file as a browser does.
func sent(w *countertest.World, by, book, name string, data []byte) countertest.Answer {
	w.T.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("book", book)
	part, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err != nil || m.Close() != nil {
		w.T.Fatal(err)
	}
	r := httptest.NewRequestWithContext(w.T.Context(), http.MethodPost, openingweb.Path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("X-Browser", by)
	rec := httptest.NewRecorder()
	w.Server.ServeHTTP(rec, r)
	return countertest.Answer{Code: rec.Code, Body: rec.Body.String(), Header: rec.Header()}
}

// ready waits at the page of a batch.
func ready(w *countertest.World, place string) countertest.Answer {
	w.T.Helper()
	for began := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		a := w.Get("officer", place)
		webtest.Clean(w.T, a.Body)
		if !strings.Contains(a.Body, `hx-trigger="every 1s"`) {
			return a
		}
		if time.Since(began) > time.Minute {
			w.T.Fatal("it is never ready")
		}
	}
}

var chosen = regexp.MustCompile(`(?s)<select[^>]*name="(column_[a-z_]+)".*?</select>`)
var selected = regexp.MustCompile(`value="([0-9]*)" selected`)

// checked uploads a file, takes the columns as they were guessed, and gives the page of the dry run.
func checked(w *countertest.World, book, name string, data []byte) (string, countertest.Answer) {
	w.T.Helper()
	a := sent(w, "officer", book, name, data)
	if a.Code != http.StatusSeeOther {
		w.T.Fatalf("upload: %d %s", a.Code, a.Body)
	}
	place := a.Header.Get("Location")
	page := ready(w, place)
	var fields []string
	for _, m := range chosen.FindAllStringSubmatch(page.Body, -1) {
		if v := selected.FindStringSubmatch(m[0]); v != nil {
			fields = append(fields, m[1], v[1])
		}
	}
	a = w.Post("officer", place+"/check", fields...)
	if a.Code != http.StatusSeeOther {
		w.T.Fatalf("check: %d %s", a.Code, a.Body)
	}
	place = a.Header.Get("Location")
	return place, ready(w, place)
}

func imported(w *countertest.World, place string) countertest.Answer {
	w.T.Helper()
	a := w.Post("officer", place+"/import", "first_how", "pin", "first_secret", countertest.Right, "second_person", "office_director", "second_how", "pin", "second_secret", countertest.Right)
	if a.Code != http.StatusSeeOther {
		w.T.Fatalf("import: %d %s", a.Code, a.Body)
	}
	return ready(w, a.Header.Get("Location"))
}

func (c counts) of(w *countertest.World) counts {
	w.T.Helper()
	err := w.DB.Read(w.T.Context(), func(tx *store.Tx) error {
		for query, n := range map[string]*int{
			"SELECT COUNT(*) FROM document": &c.documents, "SELECT COUNT(*) FROM copy": &c.copies, "SELECT COUNT(*) FROM opening_line": &c.lines,
			"SELECT COUNT(*) FROM copy WHERE place = 'cabinet-1' AND state = 'in_place'": &c.placed,
		} {
			if err := tx.QueryRow(query).Scan(n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return c
}

type counts struct{ documents, copies, lines, placed int }

func TestOldBooksAreBroughtInOnce(t *testing.T) {
	countertest.Each(t, "demo", mount, func(w *countertest.World) {
		before := counts{}.of(w)
		book := heads + "机收〔2024〕0001,2024-03-01,某厅,某厅发〔2024〕1号,关于喆镕堃玥的通知,秘密,10年,2,000001-000002,12,机要柜一,综合科\n" +
			"机收〔2024〕0002,2024年3月2日,某厅,某厅发〔2024〕2号,=1+1,秘密★20年,,1,3,4,,\n"
		place, page := checked(w, "incoming", "旧簿.csv", []byte(book))
		w.Holds(page, "共 2 行：可以导入或已完成 2 行", "签字并导入 2 行")
		if (counts{}).of(w) != before {
			w.T.Fatal("the dry run changed something")
		}
		// Neither one alone nor a wrong secret nor somebody else in the director's place brings anything in.
		for _, wrong := range [][]string{
			{"first_how", "pin", "first_secret", countertest.Right},
			{"first_how", "pin", "first_secret", countertest.Right, "second_person", "office_director", "second_how", "pin", "second_secret", "000000"},
		} {
			if a := w.Post("officer", place+"/import", wrong...); a.Code != http.StatusUnprocessableEntity {
				w.T.Errorf("%v: %d", wrong, a.Code)
			}
		}
		for who, says := range map[string]string{"clerk_a": "须由办公室负责人签字", "officer": "不能是同一人", "nobody": "须由办公室负责人签字"} {
			a := w.Post("officer", place+"/import", "first_how", "pin", "first_secret", countertest.Right, "second_person", who, "second_how", "pin", "second_secret", countertest.Right)
			if a.Code != http.StatusUnprocessableEntity {
				w.T.Fatalf("%s signs for the office director: %d", who, a.Code)
			}
			w.Holds(a, says, "签字并导入 2 行")
		}
		w.Holds(w.Get("officer", place), "签字并导入 2 行", "!有问题 2 行") // nothing was begun
		w.Holds(imported(w, place), "导入结果", "可以导入或已完成 2 行", "有问题 0 行")
		after := counts{}.of(w)
		if after.documents != before.documents+2 || after.copies != before.copies+3 || after.lines != 2 || after.placed != before.placed+2 {
			w.T.Errorf("%+v after %+v", after, before)
		}
		// The same file again, as GBK and with a further line: what is there is left alone.
		more := book + "机收〔2024〕0003,2024/3/5,某厅,某厅发〔2024〕1号,关于喆镕堃玥的通知,秘密,10年,1,000003,12,,\n"
		gbk, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(more))
		if err != nil {
			w.T.Fatal(err)
		}
		place, page = checked(w, "incoming", "又一本.csv", gbk)
		w.Holds(page, "可以导入或已完成 1 行，以前已导入 2 行，有问题 0 行")
		imported(w, place)
		if now := (counts{}).of(w); now.documents != after.documents+1 || now.lines != 3 {
			w.T.Errorf("%+v after %+v", now, after)
		}
		w.Hidden("clerk_a", place, openingweb.Path+"/none")
		w.Hidden("office_director", place, openingweb.Path+"/none")
		w.Hidden("role:sys_admin", openingweb.Path, openingweb.Path+"/none")
	})
}

func TestEachBadLineIsSaid(t *testing.T) {
	w := countertest.Open(t, storeDSN(t), "demo", mount)
	before := counts{}.of(w)
	book := heads +
		"机收〔2024〕0001,2024-02-30,某厅,,无此日,秘密,10年,1,,1,,\n" + // line 2
		"机收〔2024〕0002,03/04/2024,某厅,,年在后,秘密,10年,1,,1,,\n" +
		"机收〔2024〕0003,2024-03-01,某厅,某发〔2024〕9号,甲,秘密,10年,1,000001,1,,\n" +
		"机收〔2024〕0003,2024-03-01,某厅,某发〔2024〕8号,号重复,秘密,10年,1,000001,1,,\n" + // 5
		"机收〔2024〕0004,2024-03-01,某厅,某发〔2024〕9号,份号重复,秘密,10年,1,000001,1,,\n" +
		"机收〔2024〕0005,2024-03-01,某厅,,,秘密,10年,1,,1,,\n" + // 7: no title
		"机收〔2024〕0006,2024-03-01,某厅,,密级不对,很密,10年,1,,1,,\n" +
		"机收〔2024〕0007,2024-03-01,某厅,,柜不存在,秘密,10年,1,,1,没有的柜,\n" +
		"机收〔2024〕0008,2024-03-01,某厅,,份数不符,秘密,10年,3,1-2,1,,\n" + // 10
		"abc,2024-03-01,某厅,,号不对,秘密,10年,1,,1,,\n" +
		"机收〔2024〕0009,2024-03-01,某厅,,份数不是数,秘密,10年,两,,1,,\n" +
		"机收〔2024〕0010,2999-03-01,某厅,,将来,秘密,10年,1,,1,,\n" + // 13
		"机收〔2024〕0011,2024-03-01,某厅,,对,秘密,10年,1,,1,,\n"
	place, page := checked(w, "incoming", "x.csv", []byte(book))
	w.Holds(page, "共 13 行：可以导入或已完成 2 行，以前已导入 0 行，有问题 11 行")
	text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page.Body, " ")
	for line, what := range map[int]string{
		2: "不是日期", 3: "不是日期", 5: "第 4 行", 6: "第 4 行", 7: "标题", 8: "密级", 9: "没有这个存放处", 10: "份号", 11: "收文号", 12: "份数", 13: "收文日期",
	} {
		if !regexp.MustCompile(fmt.Sprintf(`\s%d\s[^0-9]*[^\n]*%s`, line, what)).MatchString(text) {
			t.Errorf("line %d does not say %q", line, what)
		}
	}
	if raw := regexp.MustCompile(`\b[A-Z]-[0-9][0-9.a-z]*`).FindAllString(text, -1); len(raw) > 0 {
		t.Errorf("clauses are named by their ids: %q", raw)
	}
	for _, as := range []string{"", "?as=pdf"} {
		if a := w.Get("officer", place+"/report"+as); a.Code != http.StatusOK || len(a.Body) < 1000 {
			t.Errorf("report%s: %d, %d bytes", as, a.Code, len(a.Body))
		}
	}
	w.Holds(imported(w, place), "有问题 11 行")
	if now := (counts{}).of(w); now.documents != before.documents+2 {
		t.Errorf("%+v after %+v", now, before)
	}
}

// book is a workbook with one good line, changed by somebody.
func workbook(t *testing.T, change func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	for r, row := range [][]any{
		{"载体编号", "产生日期", "名称", "密级", "类型", "序列号", "责任人"},
		{"JP-1", time.Date(2023, 5, 6, 0, 0, 0, 0, time.UTC), "一号盘", "秘密", "光盘", "SN-1", ""},
		{"JP-2", "2023-05-07", "二号盘", "秘密", "U盘", "SN-2", "重名"},
	} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", r+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	change(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWorkbooksOfCarriers(t *testing.T) {
	w := countertest.Open(t, storeDSN(t), "demo", mount)
	place, page := checked(w, "carriers", "台账.xlsx", workbook(t, func(*excelize.File) {}))
	w.Holds(page, "共 2 行：可以导入或已完成 1 行", "有同名的")
	w.Holds(imported(w, place), "可以导入或已完成 1 行")
	w.Holds(w.Get("officer", place), "!签字并导入") // the same batch cannot be brought in from its old page
	_, page = checked(w, "carriers", "合并.xlsx", workbook(t, func(f *excelize.File) { _ = f.MergeCell("Sheet1", "C2", "C3") }))
	w.Holds(page, "合并的单元格", "有问题 2 行")
	_, page = checked(w, "carriers", "公式.xlsx", workbook(t, func(f *excelize.File) { _ = f.SetCellFormula("Sheet1", "C2", "A2&A3") }))
	w.Holds(page, "公式", "有问题 2 行")
	many := bytes.NewBufferString(heads)
	for i := range 1_000_000 {
		fmt.Fprintf(many, "%d,x\n", i)
	}
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"damaged":  {workbook(t, func(*excelize.File) {})[:900], "没有读取"},
		"macro":    {workbook(t, func(f *excelize.File) { f.Pkg.Store("xl/vbaProject.bin", []byte("x")) }), "宏"},
		"picture":  {[]byte("\x89PNG\r\n\x1a\n0000"), "没有读取"},
		"empty":    {nil, "没有读取"},
		"too many": {many.Bytes(), "100000"},
		"no rows":  {[]byte(heads), "没有读取"},
	} {
		a := sent(w, "officer", "incoming", name, c.data)
		if a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body, c.says) {
			t.Errorf("%s: %d", name, a.Code)
		}
	}
	if a := sent(w, "clerk_a", "incoming", "x.csv", []byte(heads)); a.Code != http.StatusNotFound {
		t.Errorf("a clerk: %d", a.Code)
	}
}

func storeDSN(t *testing.T) string { return storetest.DSNs(t)[store.SQLite] }

// Each file that an officer has brought stays under its address until its import is over, whatever else he brings; as many as
// may be open are a bound that is said, and one that is given up makes room.
func TestFilesSideBySide(t *testing.T) {
	w := countertest.Open(t, storeDSN(t), "demo", mount)
	line := "机收〔2024〕00%02d,2024-03-01,某厅,,某事,秘密,10年,1,,1,,\n"
	var places []string
	for i := range 4 {
		place, page := checked(w, "incoming", fmt.Sprintf("第%d本.csv", i), []byte(heads+fmt.Sprintf(line, i+1)))
		w.Holds(page, "签字并导入 1 行")
		places = append(places, place)
	}
	list := w.Get("officer", openingweb.Path)
	for i, place := range places {
		w.Holds(w.Get("officer", place), "签字并导入 1 行")
		w.Holds(list, place, fmt.Sprintf("第%d本.csv", i), "待签字导入")
	}
	if a := sent(w, "officer", "incoming", "多.csv", []byte(heads+fmt.Sprintf(line, 9))); a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "已有 4 个文件没有办完") {
		t.Errorf("a fifth: %d", a.Code)
	}
	if a := w.Post("clerk_a", places[0]+"/drop"); a.Code != http.StatusNotFound {
		t.Errorf("another gives it up: %d", a.Code)
	}
	if a := w.Post("officer", places[0]+"/drop"); a.Code != http.StatusSeeOther {
		t.Errorf("given up: %d", a.Code)
	}
	w.Hidden("officer", places[0], openingweb.Path+"/none")
	w.Holds(imported(w, places[1]), "导入结果")
	w.Holds(w.Get("officer", openingweb.Path), "!第0本.csv", "导入结束", "待签字导入")
	for i := range 2 { // one in the place of what was given up, one in that of what is over
		w.Holds(ready(w, sent(w, "officer", "incoming", "又.csv", []byte(heads+fmt.Sprintf(line, 20+i))).Header.Get("Location")), "逐行检查")
	}
	w.Hidden("officer", places[1], openingweb.Path+"/none")
	w.Holds(w.Get("officer", places[2]), "签字并导入 1 行")
}

// What is wrong stands in the order of the lines; of one line what matters most first, then from left to right, by the names of
// the file's own columns, each with what to do.
func TestWhatIsWrongInItsOrder(t *testing.T) {
	w := countertest.Open(t, storeDSN(t), "demo", mount)
	book := strings.ReplaceAll(heads, "收文号", "编号") +
		"abc,2024-03-01,某厅,,,很密,10年,两,,1,没有的柜,\n" + // line 2
		"机收〔2024〕0002,2024-02-30,某厅,,某事,秘密,10年,1,,1,没有的柜,\n"
	for i := range 60 {
		book += fmt.Sprintf("机收〔2024〕1%03d,2024-02-30,某厅,,某事,秘密,10年,1,,1,,\n", i)
	}
	book += "机收〔2024〕0003,2999-01-01,某厅,,某事,秘密,10年,1,,1,,\n"
	_, page := checked(w, "incoming", "x.csv", []byte(book))
	lines := regexp.MustCompile(`<td class="n">(\d+)</td>`).FindAllStringSubmatch(page.Body, -1)
	if len(lines) != 63 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, m := range lines {
		if m[1] != fmt.Sprint(i+2) {
			t.Fatalf("line %s stands at %d", m[1], i)
		}
	}
	text := strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page.Body, " ")), " ")
	for _, want := range []string{
		"2 文件标题：没有填，请补填 编号：写法不对，请改为 机收〔2024〕0001 或 2024-1 密级：不在可选范围内，应写：绝密、机密、秘密、内部、公开；也可以写成 秘密★10年 份数：不是数，请改为阿拉伯数字，如 2 存放位置：没有这个存放处，先在“存放处”登记",
		"3 收文日期：不是日期，请改为 2026-03-02 或 2026年3月2日 的写法 存放位置：没有这个存放处，先在“存放处”登记",
		"64 收文日期：晚于今天，请核对",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("not said: %s", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
	// What the law asks for and the file has no column for is said to be missing from the file.
	_, page = checked(w, "carriers", "少.csv", []byte("载体编号,产生日期,名称,密级,保密期限,类型\n旧-1,2024-03-01,某盘,秘密,10年,U盘\n"))
	w.Holds(page, "序列号（文件中没有这一列，请加上）：制度要求填写，请补填（")
}

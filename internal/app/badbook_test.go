package app

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// upload hands a file in at the page of old books, as the officer's browser does.
func (o *counterOffice) upload(book, name string, data []byte) (int, string) {
	o.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("book", book)
	part, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err != nil || m.Close() != nil {
		o.t.Fatal(err)
	}
	return o.stream(m.FormDataContentType(), &b)
}

// stream hands in a body of any length.
func (o *counterOffice) stream(kind string, body io.Reader) (int, string) {
	o.t.Helper()
	o.at("officer")
	r := httptest.NewRequestWithContext(o.t.Context(), http.MethodPost, "/opening", body)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, c := range o.jars["officer"].Cookies(o.url) {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	o.handler.ServeHTTP(w, r)
	return w.Code, w.Header().Get("Location") + "\n" + w.Body.String()
}

var (
	bookColumn = regexp.MustCompile(`(?s)<select[^>]*name="(column_[a-z_]+)".*?</select>`)
	bookChosen = regexp.MustCompile(`value="([0-9]*)" selected`)
)

// looked waits at the page of a file until work on it is over.
func (o *counterOffice) looked(path string) string {
	o.t.Helper()
	for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(5 * time.Millisecond) {
		if _, page := o.gets["officer"](path); !strings.Contains(page, `hx-trigger="every 1s"`) {
			return page
		}
	}
	o.t.Fatal("it is never ready")
	return ""
}

// dryRun gives the page of the dry run of a file, with the columns as they were guessed.
func (o *counterOffice) dryRun(book, name string, data []byte) (path, page string) {
	o.t.Helper()
	status, body := o.upload(book, name, data)
	if status != http.StatusSeeOther {
		o.t.Fatalf("%s: %d %s", name, status, plainText(body))
	}
	path, _, _ = strings.Cut(body, "\n")
	var fields []string
	for _, m := range bookColumn.FindAllStringSubmatch(o.looked(path), -1) {
		if v := bookChosen.FindStringSubmatch(m[0]); v != nil {
			fields = append(fields, m[1], v[1])
		}
	}
	path = o.goes("officer", path+"/check", fields...)
	return path, o.looked(path)
}

const bookHeads = "收文号,收文日期,来文机关,来文字号,文件标题,密级,保密期限,份数,份号,页数,存放位置,承办\n"

// carriersBook is a workbook of three carriers, spoilt by somebody.
func carriersBook(t *testing.T, spoil func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	for r, row := range [][]any{
		{"载体编号", "产生日期", "名称", "密级", "保密期限", "类型", "序列号", "责任人", "存放位置"}, {"JP-1", "2023-05-06", "一号盘", "秘密", "10年", "光盘", "SN-1", "陈机要员", "1号柜"},
		{"JP-2", "2023-05-07", "二号盘", "秘密", "10年", "光盘", "SN-2", "陈机要员", "1号柜"}, {"JP-3", "2023-05-08", "三号盘", "秘密", "10年", "光盘", "SN-3", "陈机要员", "1号柜"},
	} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", r+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	spoil(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// zipped is an archive with these parts.
func zipped(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A bad file is refused with what is wrong with it and what to do; a bad line with its number, its column and the same. What
// stands in the books is as it was, and the good lines wait for two signatures.
func TestABadSpreadsheetChangesNothing(t *testing.T) {
	onEach(t, func(o *counterOffice) {
		for _, c := range []struct {
			name string
			data []byte
			says []string
		}{
			{"x.xlsm", carriersBook(t, func(f *excelize.File) { f.Pkg.Store("xl/vbaProject.bin", []byte("x")) }), []string{"宏", "另存为不含宏的 xlsx"}},
			{"renamed.xlsx", zipped(t, map[string]string{"xl/vbaProject.bin": "x", "xl/workbook.xml": "<workbook/>"}), []string{"宏"}},
			{"bomb.xlsx", zipped(t, map[string]string{"xl/worksheets/sheet1.xml": strings.Repeat(" ", 80<<20)}), []string{"表格内容太多，解压后超过 72 MB", "分"}},
			{"old.xls", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on"), []string{"旧格式", "另存为 xlsx"}},
			{"header.xlsx", carriersBook(t, func(f *excelize.File) { _ = f.MergeCell("Sheet1", "A1", "B1") }), []string{"表头有合并单元格", "拆"}},
			{"picture.xlsx", []byte("\x89PNG\r\n\x1a\n0000"), []string{"不是 xlsx 工作簿", "xlsx 或 csv"}},
			{"empty.csv", []byte(bookHeads), []string{"没有内容"}},
			{"many.csv", []byte(bookHeads + strings.Repeat("1,x\n", 100_001)), []string{"100000 行", "分"}},
		} {
			before := o.state()
			status, body := o.upload("carriers", c.name, c.data)
			o.unchanged(c.name, before, status, plainText(body), http.StatusUnprocessableEntity, c.says)
		}
		for _, c := range []struct {
			name string
			data []byte
			says []string // of the lines
			good int
		}{
			{"merged.xlsx", carriersBook(t, func(f *excelize.File) { _ = f.MergeCell("Sheet1", "C2", "C3") }), []string{`\b2 [^0-9]*合并的单元格，请拆分`, `\b3 [^0-9]*合并的单元格，请拆分`}, 1},
			{"formula.xlsx", carriersBook(t, func(f *excelize.File) { _ = f.SetCellFormula("Sheet1", "C3", "A2&A3") }), []string{`\b3 名称[^0-9]*公式[^0-9]*改`}, 2},
			{"dates.xlsx", carriersBook(t, func(f *excelize.File) {
				_, _ = f.SetCellStr("Sheet1", "B2", "2023-02-30"), f.SetCellStr("Sheet1", "B3", "去年五月")
			}), []string{`\b2 产生日期[^0-9]*不是日期，请改为`, `\b3 产生日期[^0-9]*不是日期，请改为`}, 1},
			{"twice.xlsx", carriersBook(t, func(f *excelize.File) { _ = f.SetCellStr("Sheet1", "A4", "JP-1") }), []string{`\b4 载体编号[^0-9]*与第 2 行重复`}, 2},
		} {
			before := o.state()
			path, page := o.dryRun("carriers", c.name, c.data)
			o.said(c.name, before, page, c.says, c.good)
			o.goes("officer", path+"/drop") // an officer has four files at most
		}
		before := o.state()
		_, page := o.dryRun("incoming", "份号.csv", []byte(bookHeads+
			"机收〔2024〕0001,2024-03-01,某厅,某发〔2024〕9号,甲,秘密,10年,1,000001,1,1号柜,\n"+
			"机收〔2024〕0002,2024-03-01,某厅,某发〔2024〕9号,甲,秘密,10年,1,000001,1,1号柜,\n"+ // 3: the same copy number of the same document
			"机收〔2024〕0003,2024-03-01,某厅,某发〔2024〕8号,乙,秘密,10年,2,000001 000001,1,1号柜,\n"+ // 4: twice in one line
			"机收〔2024〕0004,2024-13-01,某厅,某发〔2024〕7号,丙,秘密,10年,1,,1,1号柜,\n")) // 5
		o.said("份号.csv", before, page, []string{`\b3 份号[^0-9]*与第 2 行重复`, `\b4 份号：这一格里写重了`, `\b5 收文日期[^0-9]*不是日期`}, 1)
	})
}

// said holds the page of a dry run to what it says of lines, and of how many are good.
func (o *counterOffice) said(what, before, page string, lines []string, good int) {
	o.t.Helper()
	text := plainText(page)
	for _, pattern := range lines {
		if !regexp.MustCompile(pattern).MatchString(text) {
			o.t.Errorf("%s: no %s in %.900s", what, pattern, text)
		}
	}
	o.unchanged(what, before, http.StatusOK, text, http.StatusOK, []string{fmt.Sprintf("可以导入或已完成 %d 行", good)})
}

// resheeted is a workbook with another first sheet.
func resheeted(t *testing.T, book []byte, sheet string) []byte {
	t.Helper()
	old, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range old.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil || r.Close() != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(b)
	}
	parts["xl/worksheets/sheet1.xml"] = sheet
	return zipped(t, parts)
}

// lines is a body that goes on for as many lines as it is asked for, and counts what was taken of it.
type lines struct {
	head, tail  string
	line        func(n int) string
	left, n     int
	rest        []byte
	taken       int64
	begun, done bool
}

func (l *lines) Read(p []byte) (int, error) {
	for len(l.rest) == 0 {
		switch {
		case !l.begun:
			l.begun, l.rest = true, []byte(l.head)
		case l.left > 0:
			l.left, l.n = l.left-1, l.n+1
			l.rest = []byte(l.line(l.n))
		case !l.done:
			l.done, l.rest = true, []byte(l.tail)
		default:
			return 0, io.EOF
		}
	}
	n := copy(p, l.rest)
	l.rest, l.taken = l.rest[n:], l.taken+int64(n)
	return n, nil
}

// A million lines are refused, with what is taken and how to go on; no more of the file is read than may be, and what it costs is
// bounded in time and memory, whether it is one text, short lines, or a workbook that unpacks to them.
func TestAMillionLinesAreRefusedWithinBounds(t *testing.T) {
	o := atCounter(t, "")
	const million = 1_000_000
	form := func(name string, line func(int) string) (string, *lines) {
		return "multipart/form-data; boundary=zzz", &lines{
			head: "--zzz\r\nContent-Disposition: form-data; name=\"book\"\r\n\r\nincoming\r\n--zzz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\n\r\n" + bookHeads,
			line: line, tail: "\r\n--zzz--\r\n", left: million,
		}
	}
	row := func(n int) string {
		return fmt.Sprintf("机收〔2024〕%d,2024-03-01,某厅,某厅发〔2024〕%d号,关于第%d件事的通知,秘密,10年,1,%06d,12,1号柜,综合科\n", n, n, n, n)
	}
	var sheet strings.Builder
	sheet.WriteString(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	for range million {
		sheet.WriteString(`<row><c><v>1</v></c></row>`)
	}
	sheet.WriteString(`</sheetData></worksheet>`)
	packed := resheeted(t, carriersBook(t, func(*excelize.File) {}), sheet.String())
	sheet.Reset()
	for name, c := range map[string]struct {
		send func() (int, string, int64)
		says []string
	}{
		"lines as they are": {func() (int, string, int64) {
			kind, body := form("a.csv", row)
			status, page := o.stream(kind, body)
			return status, page, body.taken
		}, []string{"文件太大，上限 24 MB；请按年份拆成几个文件"}},
		"short lines": {func() (int, string, int64) {
			kind, body := form("b.csv", func(n int) string { return fmt.Sprintf("%d,x\n", n) })
			status, page := o.stream(kind, body)
			return status, page, body.taken
		}, []string{"超过 100000 行；请按年份拆成几个文件"}},
		"a workbook": {func() (int, string, int64) {
			status, page := o.upload("incoming", "c.xlsx", packed)
			return status, page, int64(len(packed))
		}, []string{"请按年份拆成几个文件"}},
	} {
		before := o.state()
		var was, is runtime.MemStats
		runtime.ReadMemStats(&was)
		began := time.Now()
		status, page, taken := c.send()
		took := time.Since(began)
		runtime.ReadMemStats(&is)
		o.unchanged(name, before, status, plainText(page), http.StatusUnprocessableEntity, c.says)
		used := is.TotalAlloc - was.TotalAlloc
		t.Logf("%s: %d MB taken, %d MB made in all, %v", name, taken>>20, used>>20, took.Round(time.Millisecond))
		if taken > 26<<20 || used > 1<<30 || took > 30*time.Second {
			t.Errorf("%s: %d bytes taken, %d made, %v", name, taken, used, took)
		}
	}
}

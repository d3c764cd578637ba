package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

const list = "封号,来文单位,密级,紧急程度,份数\n0001,某省主管厅,机密,特急,3\n0002,某市办公室,秘密,,1\n"

func encoded(t testing.TB, s string, e interface {
	String(string) (string, error)
}) []byte {
	t.Helper()
	out, err := e.String(s)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(out)
}

// workbook builds an xlsx file; change may add what a table of texts cannot say.
func workbook(t testing.TB, rows [][]any, change func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, r := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r); err != nil {
			t.Fatal(err)
		}
	}
	if change != nil {
		change(f)
	}
	var b bytes.Buffer
	if err := errors.Join(f.Write(&b), f.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func listRows() [][]any {
	return [][]any{{"封号", "来文单位", "密级", "紧急程度", "份数"},
		{"0001", "某省主管厅", "机密", "特急", 3}, {"0002", "某市办公室", "秘密", nil, 1}}
}

func TestReadTableReadsByContent(t *testing.T) {
	gb := simplifiedchinese.GB18030.NewEncoder()
	utf16 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()
	utf16be := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder()
	for name, data := range map[string][]byte{
		"utf8":               []byte(list),
		"utf8 with mark":     []byte("\xEF\xBB\xBF" + list),
		"crlf":               []byte(strings.ReplaceAll(list, "\n", "\r\n")),
		"semicolon":          []byte(strings.ReplaceAll(list, ",", ";")),
		"tab":                []byte(strings.ReplaceAll(list, ",", "\t")),
		"quoted":             []byte(strings.ReplaceAll(list, "某省主管厅", `"某省主管厅"`)),
		"gb18030":            encoded(t, list, gb),
		"gb18030, semicolon": encoded(t, strings.ReplaceAll(list, ",", ";"), gb),
		"utf16":              encoded(t, strings.ReplaceAll(list, ",", "\t"), utf16),
		"utf16 big end":      encoded(t, strings.ReplaceAll(list, ",", "\t"), utf16be),
		"no last line end":   []byte(strings.TrimSuffix(list, "\n")),
		"spaces":             []byte(strings.ReplaceAll(list, ",", " ,　")),
		"xlsx":               workbook(t, listRows(), nil),
		"xlsx, more sheets": workbook(t, listRows(), func(f *excelize.File) {
			for i := range 3 {
				name := fmt.Sprintf("另表%d", i)
				if _, err := f.NewSheet(name); err != nil {
					t.Fatal(err)
				}
				if err := f.SetCellFormula(name, "A1", "1+1"); err != nil {
					t.Fatal(err)
				}
			}
		}),
		"xlsx, rich text": workbook(t, listRows(), func(f *excelize.File) {
			if err := f.SetCellRichText("Sheet1", "B2", []excelize.RichTextRun{{Text: "某省"}, {Text: "主管厅"}}); err != nil {
				t.Fatal(err)
			}
		}),
	} {
		// The name says the opposite of the content and must not matter.
		table, err := ReadTable(`C:\收件\list.`+map[bool]string{true: "csv", false: "xlsx"}[bytes.HasPrefix(data, zipMagic)],
			bytes.NewReader(data), DefaultLimits())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.Equal(table.Columns, []string{"封号", "来文单位", "密级", "紧急程度", "份数"}) || len(table.Rows) != 2 ||
			table.Rows[0].Line != 2 || table.Rows[1].Line != 3 ||
			!slices.Equal(table.Rows[0].Cells, []string{"0001", "某省主管厅", "机密", "特急", "3"}) ||
			!slices.Equal(table.Rows[1].Cells, []string{"0002", "某市办公室", "秘密", "", "1"}) {
			t.Errorf("%s: %+v", name, table)
		}
		if strings.ContainsAny(table.Name, `\/`) || !strings.HasPrefix(table.Name, "list.") {
			t.Errorf("%s: file name %q", name, table.Name)
		}
	}
}

func TestLinesAreNumberedAsTheMakerSeesThem(t *testing.T) {
	text := "\n\n封号,来文单位\n\n1,\"第一行\n第二行\"\n,\n2,乙\n"
	rows := [][]any{{}, {}, {"封号", "来文单位"}, {}, {"1", "甲"}, {}, {"2", "乙"}}
	for name, tc := range map[string]struct {
		data  []byte
		lines []int
	}{"csv": {[]byte(text), []int{5, 8}}, "xlsx": {workbook(t, rows, nil), []int{5, 7}}} {
		table, err := ReadTable("", bytes.NewReader(tc.data), DefaultLimits())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i, r := range table.Rows {
			if r.Line != tc.lines[i] {
				t.Errorf("%s: row %d has line %d, want %d", name, i, r.Line, tc.lines[i])
			}
		}
	}
}

func TestColumnsMatchWithoutSpacesAndWidth(t *testing.T) {
	table := Table{Columns: []string{"", " 封　号 ", "ＮＯ（号）"}}
	for name, want := range map[string]int{"封号": 1, "NO(号)": 2, "密级": -1} {
		if got := table.Column(name); got != want {
			t.Errorf("%s: column %d, want %d", name, got, want)
		}
	}
}

func TestWhatIsNoTableIsRefused(t *testing.T) {
	small := Limits{Bytes: 4096, Rows: 3, Columns: 4, Cell: 10}
	roomy := Limits{Bytes: 1 << 20, Rows: 100, Columns: 40, Cell: 100}
	gb := encoded(t, list, simplifiedchinese.GB18030.NewEncoder())
	edit := func(change func(*excelize.File) error) []byte {
		return workbook(t, listRows(), func(f *excelize.File) {
			if err := change(f); err != nil {
				t.Fatal(err)
			}
		})
	}
	for name, tc := range map[string]struct {
		data   []byte
		limits Limits
		code   string
		line   int
		column string
	}{
		"nothing":              {nil, roomy, Empty, 0, ""},
		"blank lines":          {[]byte("\n,,\n  \n"), roomy, Empty, 0, ""},
		"header alone":         {[]byte("封号,来文单位\n"), roomy, Empty, 1, ""},
		"too many bytes":       {[]byte(strings.Repeat("a,b\n", 2000)), small, TooLarge, 0, ""},
		"too many rows":        {[]byte("a\n1\n2\n3\n4\n5\n"), small, TooManyRows, 5, ""},
		"too many columns":     {[]byte("a,b,c,d,e\n1,2,3,4,5\n"), small, TooManyColumns, 1, ""},
		"a million commas":     {[]byte("a\n" + strings.Repeat(",", 1<<19)), roomy, TooManyColumns, 2, ""},
		"long cell":            {[]byte("甲,乙\n1,一二三四五六七八九十一\n"), small, TooLong, 2, "乙"},
		"cell without header":  {[]byte("甲,乙\n1,2,3\n"), small, NoHeader, 2, "#3"},
		"two columns alike":    {[]byte("封号,封 号\n1,2\n"), small, DuplicateName, 1, "封 号"},
		"open quote":           {[]byte("甲,乙\n1,\"2\n"), small, BadQuotes, 2, ""},
		"stray quote":          {[]byte("甲,乙\n1,2\"3\n"), small, BadQuotes, 2, ""},
		"damaged utf8":         {[]byte(strings.Replace(list, "某市", "某\xE5\xB8", 1)), roomy, BadEncoding, 3, ""},
		"damaged after a mark": {[]byte("\xEF\xBB\xBF甲\n\xFF\n"), roomy, BadEncoding, 2, ""},
		"damaged gb18030":      {append(slices.Clone(gb), 0xFF, 0xFF), roomy, BadEncoding, 0, ""},
		"odd utf16":            {[]byte("\xFF\xFEa\x00,\x00b"), roomy, BadEncoding, 0, ""},
		"NUL":                  {[]byte("甲,乙\n1,a\x00b\n"), roomy, BadCharacter, 2, "乙"},
		"escape":               {[]byte("甲,乙\n\x1b[2J,1\n"), roomy, BadCharacter, 2, "甲"},
		"xls":                  {append(slices.Clone(oleMagic), make([]byte, 512)...), roomy, OldFormat, 0, ""},
		"zip, no workbook":     {archive(t, map[string]string{"a.txt": "x"}), roomy, BadFormat, 0, ""},
		"cut workbook":         {workbook(t, listRows(), nil)[:3000], roomy, BadFormat, 0, ""},
		"formula":              {edit(func(f *excelize.File) error { return f.SetCellFormula("Sheet1", "E3", "SUM(E1:E2)") }), roomy, Formula, 3, "份数"},
		"merged header":        {edit(func(f *excelize.File) error { return f.MergeCell("Sheet1", "A1", "B1") }), roomy, MergedHeader, 1, ""},
		"far cell":             {edit(func(f *excelize.File) error { return f.SetCellStr("Sheet1", "XFD2", "x") }), roomy, TooManyColumns, 2, ""},
		"cell beside":          {edit(func(f *excelize.File) error { return f.SetCellStr("Sheet1", "G2", "x") }), roomy, NoHeader, 2, "#7"},
		"long xlsx cell":       {edit(func(f *excelize.File) error { return f.SetCellStr("Sheet1", "B3", strings.Repeat("长", 200)) }), roomy, TooLong, 3, "来文单位"},
	} {
		_, err := ReadTable("x", bytes.NewReader(tc.data), tc.limits)
		var bad *LineError
		if !errors.As(err, &bad) || bad.Code != tc.code || bad.Line != tc.line || bad.Column != tc.column {
			t.Errorf("%s: %+v, want %s in line %d, column %q", name, err, tc.code, tc.line, tc.column)
		}
	}
}

// archive is a zip file of the given parts.
func archive(t testing.TB, parts map[string]string) []byte {
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

// crafted is a workbook by hand around one sheet part.
func crafted(sheet string) map[string]string {
	return map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" ` +
			`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ` +
			`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/styles.xml":            `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>`,
		"xl/worksheets/sheet1.xml": `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + sheet + `</sheetData></worksheet>`,
	}
}

func TestHostileWorkbooksAreBounded(t *testing.T) {
	text := func(ref, s string) string {
		return `<c r="` + ref + `" t="inlineStr"><is><t>` + s + `</t></is></c>`
	}
	good := `<row r="1">` + text("A1", "甲") + `</row><row r="2">` + text("A2", "一") + `</row>`
	table, err := ReadTable("x", bytes.NewReader(archive(t, crafted(good))), DefaultLimits())
	if err != nil || len(table.Rows) != 1 {
		t.Fatalf("a crafted workbook that is right: %+v, %v", table, err)
	}
	with := func(name, part string) map[string]string {
		parts := crafted(good)
		parts[name] = part
		return parts
	}
	manySheets := strings.Replace(crafted("")["xl/workbook.xml"], "<sheets>",
		"<sheets>"+strings.Repeat(`<sheet name="n" sheetId="2" r:id="rId2"/>`, 20_000), 1)
	manyParts := crafted(good)
	for i := range 500 {
		manyParts[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+2)] = "<worksheet/>"
	}
	for name, tc := range map[string]struct {
		parts map[string]string
		code  string
	}{
		"bomb in the sheet":    {with("xl/worksheets/sheet1.xml", strings.Repeat(" ", 60<<20)), TooLarge},
		"bomb beside it":       {with("xl/media/image1.png", strings.Repeat("\x00", 60<<20)), TooLarge},
		"tags in strings":      {with("xl/sharedStrings.xml", "<sst>"+strings.Repeat("<si/>", 2_000_000)+"</sst>"), TooManyRows},
		"tags in styles":       {with("xl/styles.xml", "<styleSheet>"+strings.Repeat("<xf/>", 100_000)+"</styleSheet>"), TooComplex},
		"many sheets":          {with("xl/workbook.xml", manySheets), TooComplex},
		"many parts":           {manyParts, TooComplex},
		"many rows":            {crafted(strings.Repeat(`<row><c><v>1</v></c></row>`, 200_000)), TooManyRows},
		"last row":             {crafted(good + `<row r="1048576">` + text("XFD1048576", "x") + `</row>`), TooManyColumns},
		"row past the last":    {crafted(good + `<row r="1048577">` + text("A1048577", "x") + `</row>`), BadFormat},
		"bad cell name":        {crafted(`<row r="1"><c r="!!"><v>1</v></c></row>`), BadFormat},
		"no sheet":             {with("xl/workbook.xml", "<workbook/>"), BadFormat},
		"sheet of another":     {with("xl/_rels/workbook.xml.rels", "<Relationships/>"), BadFormat},
		"escape by target":     {with("xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Target="../../../etc/passwd"/></Relationships>`), BadFormat},
		"workbook elsewhere":   {with("_rels/.rels", strings.Replace(crafted("")["_rels/.rels"], "xl/workbook.xml", "xl/other.bin", 1)), BadFormat},
		"broken xml":           {crafted("<row"), BadFormat},
		"entities":             {with("xl/worksheets/sheet1.xml", `<!DOCTYPE a [<!ENTITY b "bb">]><worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>`), BadFormat},
		"formula in no cell":   {crafted(good + `<row r="3"><c><f>1+1</f><v>2</v></c></row>`), Formula},
		"cells without number": {crafted(strings.Repeat(`<row><c><v>1</v></c></row>`, 5002)), TooManyRows},
	} {
		_, err := ReadTable("x", bytes.NewReader(archive(t, tc.parts)), DefaultLimits())
		var bad *LineError
		if !errors.As(err, &bad) || bad.Code != tc.code {
			t.Errorf("%s: %v, want %s", name, err, tc.code)
		}
	}
}

func TestABombIsNotUnpackedFirst(t *testing.T) {
	bomb := archive(t, map[string]string{"xl/worksheets/sheet1.xml": strings.Repeat(" ", 60<<20)})
	limits := DefaultLimits()
	limits.Bytes = 1 << 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := ReadTable("x", bytes.NewReader(bomb), limits)
	runtime.ReadMemStats(&after)
	var bad *LineError
	if !errors.As(err, &bad) || bad.Code != TooLarge {
		t.Errorf("%v", err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 30<<20 {
		t.Errorf("%d bytes were unpacked", used)
	}
}

func TestALyingDirectoryIsNotBelieved(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	payload := strings.Repeat("<row/>", 10_000)
	w, err := z.CreateRaw(&zip.FileHeader{Name: "xl/workbook.xml", Method: zip.Store,
		CompressedSize64: uint64(len(payload)), UncompressedSize64: 10, CRC32: 1})
	if err == nil {
		_, err = io.WriteString(w, payload)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	var bad *LineError
	if _, err := ReadTable("x", &b, DefaultLimits()); !errors.As(err, &bad) || bad.Code != BadFormat {
		t.Errorf("%v", err)
	}
}

// endless is a stream of 1 GB that counts what is taken from it.
type endless struct{ left, taken int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), e.left)
	for i := range p[:n] {
		p[i] = "0001,a\n"[(e.taken+int64(i))%7]
	}
	e.left, e.taken = e.left-n, e.taken+n
	return int(n), nil
}

func TestAGigabyteIsCutAtTheLimit(t *testing.T) {
	e := &endless{left: 1 << 30}
	var bad *LineError
	if _, err := ReadTable("x", e, DefaultLimits()); !errors.As(err, &bad) || bad.Code != TooLarge || bad.Args["limit"] != "8388608" {
		t.Errorf("%v", err)
	}
	if e.taken > DefaultLimits().Bytes+1 {
		t.Errorf("%d bytes were read", e.taken)
	}
}

func TestAFailingReaderIsNoTable(t *testing.T) {
	broken := errors.New("the line went down")
	r := io.MultiReader(strings.NewReader(list), iotest.ErrReader(broken))
	if _, err := ReadTable("x", r, DefaultLimits()); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if _, err := ReadTable("x", strings.NewReader(list), Limits{}); err == nil {
		t.Error("limits of zero were taken for none")
	}
}

// A file that is called a workbook and is none says so, and not that it is empty; a table of text under that name is read.
func TestCalledAWorkbook(t *testing.T) {
	for data, code := range map[string]string{"hello, not a zip": NotWorkbook, "\x01\x02\x03": NotWorkbook, "甲,乙\n1,2\n": ""} {
		_, err := ReadTable("名单.XLSX", strings.NewReader(data), Limits{Bytes: 1 << 20, Rows: 100, Columns: 20, Cell: 100})
		var bad *LineError
		if errors.As(err, &bad); code == "" && err != nil || code != "" && (bad == nil || bad.Code != code) {
			t.Errorf("%q: %v, want %q", data, err, code)
		}
	}
}

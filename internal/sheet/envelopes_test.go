package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"jiyao/internal/term"
)

func read(t *testing.T, text string) Table {
	t.Helper()
	table, err := ReadTable("list.csv", strings.NewReader(text), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestEnvelopesAreTaken(t *testing.T) {
	got, errs := Envelopes(read(t, "份数,密　级, 紧急程度 ,封号,来文单位\n１２,机密,特急,Ａ０１,某省主管厅\n001,秘 密,,A02,某市办公室\n999,公开,加急,３,某县局\n"))
	want := []EnvelopeLine{
		{Line: 2, Number: "A01", Sender: "某省主管厅", Level: term.Jimi, Urgency: term.ExtraUrgent, Copies: 12},
		{Line: 3, Number: "A02", Sender: "某市办公室", Level: term.Mimi, Urgency: term.Ordinary, Copies: 1},
		{Line: 4, Number: "3", Sender: "某县局", Level: term.Open, Urgency: term.Urgent, Copies: 999},
	}
	if len(errs) > 0 || !slices.Equal(got, want) {
		t.Errorf("%+v %+v", got, errs)
	}
}

func TestEachWrongCellIsNamed(t *testing.T) {
	const header = "封号,来文单位,密级,紧急程度,份数\n1,甲,机密,一般,1\n"
	for name, tc := range map[string]struct {
		row, column, code string
		args              map[string]string
	}{
		"no number":         {",甲,机密,,1", ColumnNumber, Required, nil},
		"no sender":         {"2,,机密,,1", ColumnSender, Required, nil},
		"no level":          {"2,甲,,,1", ColumnLevel, Required, nil},
		"no count":          {"2,甲,机密,,", ColumnCopies, Required, nil},
		"long number":       {strings.Repeat("9", 41) + ",甲,机密,,1", ColumnNumber, TooLong, map[string]string{"limit": "40"}},
		"long sender":       {"2," + strings.Repeat("长", 101) + ",机密,,1", ColumnSender, TooLong, map[string]string{"limit": "100"}},
		"sender, two lines": {"2,\"甲\n乙\",机密,,1", ColumnSender, BadCharacter, map[string]string{"code": "U+000A"}},
		"level":             {"2,甲,最高,,1", ColumnLevel, NotInList, nil},
		"level in English":  {"2,甲,secret,,1", ColumnLevel, NotInList, nil},
		"telegram urgency":  {"2,甲,机密,特提,1", ColumnUrgency, NotInList, nil},
		"nought":            {"2,甲,机密,,0", ColumnCopies, OutOfRange, map[string]string{"from": "1", "to": "999"}},
		"a thousand":        {"2,甲,机密,,1000", ColumnCopies, OutOfRange, map[string]string{"from": "1", "to": "999"}},
		"beyond counting":   {"2,甲,机密,,99999999999999999999", ColumnCopies, OutOfRange, map[string]string{"from": "1", "to": "999"}},
		"minus":             {"2,甲,机密,,-1", ColumnCopies, BadNumber, nil},
		"fraction":          {"2,甲,机密,,1.0", ColumnCopies, BadNumber, nil},
		"unit":              {"2,甲,机密,,3份", ColumnCopies, BadNumber, nil},
		"other digits":      {"2,甲,机密,,三", ColumnCopies, BadNumber, nil},
		"twice":             {"１,乙,机密,,1", ColumnNumber, Duplicate, map[string]string{"line": "2"}},
	} {
		lines, errs := Envelopes(read(t, header+tc.row+"\n"))
		if lines != nil || len(errs) != 1 || errs[0].Line != 3 || errs[0].Column != tc.column || errs[0].Code != tc.code ||
			!maps.Equal(errs[0].Args, tc.args) {
			t.Errorf("%s: %+v %+v", name, lines, errs)
		}
	}
}

func TestAllErrorsAreReportedAtOnce(t *testing.T) {
	_, errs := Envelopes(read(t, "封号,来文单位,密级,紧急程度,份数\n1,,机密,,x\n1,甲,无,急,0\n"))
	var got []string
	for _, e := range errs {
		got = append(got, fmt.Sprintf("%d%s:%s", e.Line, e.Column, e.Code))
	}
	want := []string{"2来文单位:required", "2份数:bad_number", "3封号:duplicate", "3密级:not_in_list", "3紧急程度:not_in_list", "3份数:out_of_range"}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	_, errs = Envelopes(read(t, "封号,来文单位,密级,紧急程度,份数\n"+strings.Repeat("x,,,x,x\n", 4000)))
	if len(errs) != maxErrors+1 || errs[maxErrors].Code != MoreErrors {
		t.Errorf("%d errors, the last %+v", len(errs), errs[len(errs)-1])
	}
}

func TestColumnsOfTheListAreFixed(t *testing.T) {
	lines, errs := Envelopes(read(t, "封号,单位,密级,紧急程度,份数\n1,甲,机密,,1\n"))
	if lines != nil || len(errs) != 2 || errs[0].Code != MissingColumn || errs[0].Column != ColumnSender ||
		errs[1].Code != UnknownColumn || errs[1].Column != "单位" {
		t.Errorf("%+v", errs)
	}
	if lines, errs := Envelopes(Table{}); lines != nil || len(errs) != 5 {
		t.Errorf("no table: %+v", errs)
	}
}

func TestErrorsCarryNoCell(t *testing.T) {
	_, errs := Envelopes(read(t, "封号,来文单位,密级,紧急程度,份数\n1,甲,绝对秘密的词,,1\n"))
	if len(errs) != 1 || strings.Contains(errs[0].Error(), "绝对") || len(errs[0].Args) > 0 {
		t.Errorf("%v", errs)
	}
}

func TestWriteMakesTextOnly(t *testing.T) {
	hostile := []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(\"x\")", "0001", "<c>&\"'", " 前后 ", "一\n二", "㛃䶮", "_x0041_", "末空 ", ""}
	s := Sheet{Name: "收文登记簿", Columns: []SheetColumn{{Title: "=题名", Width: 30}, {Title: "号"}}}
	for _, h := range hostile {
		s.Rows = append(s.Rows, []string{h, "x"})
	}
	var b bytes.Buffer
	if err := Write(&b, s); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	if names := f.GetSheetList(); !slices.Equal(names, []string{"收文登记簿"}) {
		t.Errorf("sheets %q", names)
	}
	for i, want := range append([]string{"=题名"}, hostile...) {
		cell := fmt.Sprintf("A%d", i+1)
		value, err1 := f.GetCellValue(s.Name, cell)
		formula, err2 := f.GetCellFormula(s.Name, cell)
		kind, err3 := f.GetCellType(s.Name, cell)
		style, err4 := f.GetCellStyle(s.Name, cell)
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			t.Fatal(err)
		}
		if value != want || formula != "" || want != "" && kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
			t.Errorf("%s: %q, formula %q, type %v, want %q", cell, value, formula, kind, want)
		}
		if st, err := f.GetStyle(style); err != nil || st.NumFmt != 49 {
			t.Errorf("%s is not formatted as text: %+v %v", cell, st, err)
		}
	}
	panes, err := f.GetPanes(s.Name)
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v %v", panes, err)
	}
	if w, err := f.GetColWidth(s.Name, "A"); err != nil || w != 30 {
		t.Errorf("width %v %v", w, err)
	}
	if table, err := ReadTable("x", &b, DefaultLimits()); err != nil || table.Rows[0].Cells[0] != "=1+1" {
		t.Errorf("read back: %v", err)
	}
}

func TestWhatCannotBeASheetIsNotShortened(t *testing.T) {
	one := []SheetColumn{{Title: "甲"}}
	for name, s := range map[string]Sheet{
		"no name":      {Columns: one},
		"long name":    {Name: strings.Repeat("长", 32), Columns: one},
		"bad name":     {Name: "a/b", Columns: one},
		"no columns":   {Name: "s"},
		"wide column":  {Name: "s", Columns: []SheetColumn{{Title: "甲", Width: 1000}}},
		"short row":    {Name: "s", Columns: one, Rows: [][]string{{}}},
		"long cell":    {Name: "s", Columns: one, Rows: [][]string{{strings.Repeat("长", 40_000)}}},
		"control":      {Name: "s", Columns: one, Rows: [][]string{{"a\x01"}}},
		"not UTF-8":    {Name: "s", Columns: one, Rows: [][]string{{"\xff"}}},
		"rows":         {Name: "s", Columns: one, Rows: make([][]string, maxWriteRows+1)},
		"bytes in sum": {Name: "s", Columns: one, Rows: slices.Repeat([][]string{{strings.Repeat("&", 10_000)}}, 20_000)},
	} {
		if err := Write(io.Discard, s); !errors.Is(err, ErrSheet) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

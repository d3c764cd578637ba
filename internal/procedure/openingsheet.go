package procedure

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/sheet"
	"jiyao/internal/term"
)

// OpeningLimits bound a file of old books: 100,000 lines, 24 MB.
func OpeningLimits() sheet.Limits {
	return sheet.Limits{Bytes: 24 << 20, Rows: 100_000, Columns: 40, Cell: 1000}
}

// OpeningBooks are the books that can be brought in.
var OpeningBooks = []string{document.BookIncoming, document.BookCarriers}

// ReadBook reads a file of old books; what is wrong with it as a whole comes back in place of a table.
func ReadBook(name string, data []byte) (sheet.Table, []sheet.LineError) {
	t, err := sheet.Check(name, bytes.NewReader(data), OpeningLimits())
	if err == nil {
		return t, nil
	}
	var line *sheet.LineError
	if errors.As(err, &line) {
		return t, []sheet.LineError{*line}
	}
	return t, []sheet.LineError{{Code: sheet.BadFormat}}
}

// OpeningField is a field of a line, and what its column is called in the books of offices.
type OpeningField struct {
	Name     string // of the argument of custody.import
	Required bool
	Heads    []string
}

// OpeningFields are the fields of both books, in the order of the forms.
var OpeningFields = []OpeningField{
	{"number", true, []string{"收文号", "收文编号", "载体编号", "顺序号", "编号"}},
	{"received_on", true, []string{"收文日期", "收文时间", "收到日期", "收文日期/时间", "产生日期", "日期"}},
	{"issuer", false, []string{"来文机关", "来文单位", "发文机关"}},
	{"doc_no", false, []string{"来文字号", "发文字号", "文号", "字号"}},
	{"title", true, []string{"文件标题", "标题", "题名", "载体名称", "名称"}},
	{"code_name", false, []string{"代号", "文件代号"}},
	{"level", true, []string{"密级"}},
	{"period", false, []string{"保密期限", "期限"}},
	{"issued_on", false, []string{"成文日期", "印发日期", "发文日期"}},
	{"urgency", false, []string{"紧急程度", "缓急"}},
	{"copies", false, []string{"份数"}},
	{"copy_nos", false, []string{"份号", "份号起止"}},
	{"pages", false, []string{"页数"}},
	{"attachments", false, []string{"附件", "附件数"}},
	{"channel", false, []string{"来文方式", "收件方式"}},
	{"medium", false, []string{"载体类型", "类型", "介质"}},
	{"form", false, []string{"载体形式", "形式"}},
	{"described", false, []string{"其他说明", "介质说明"}},
	{"serial_no", false, []string{"序列号", "份号/序列号"}},
	{"custodian", false, []string{"责任人", "保管人"}},
	{"place", false, []string{"存放位置", "存放处", "柜号"}},
	{"holder", false, []string{"当前持有人", "持有人", "现持有人", "借用人", "借阅人"}},
	{"lent_on", false, []string{"借出日期", "借出时间", "借阅日期", "借用日期", "领用日期", "发出日期"}},
	{"return_by", false, []string{"应还日期", "归还期限", "归还日期"}},
	{"state", false, []string{"状态"}},
	{"ended", false, []string{"清退/销毁日期", "清退销毁日期", "销毁日期", "清退日期"}},
	{"notes", false, []string{"备注"}},
}

// Mapping says for each field which column of the file it is, from 0. What no field takes goes into the notes.
type Mapping map[string]int

// GuessMapping finds the columns by their heads.
func GuessMapping(t sheet.Table) Mapping {
	m, used := Mapping{}, map[int]bool{}
	for _, f := range OpeningFields {
		for _, head := range f.Heads {
			if i := t.Column(head); i >= 0 && !used[i] {
				m[f.Name], used[i] = i, true
				break
			}
		}
	}
	return m
}

// Known gives the ids of persons and places by what they are called; two of one name have both ids.
type Known struct{ Persons, Places map[string][]string }

// OpeningEntry is one line of the file: what to bring in, or what is wrong with it.
type OpeningEntry struct {
	Line    int
	Command document.Opening
	Faults  []sheet.LineError
	At      []string // the fields that Faults are about; empty for a column that no field takes, or a fault of the whole line
}

// FieldOf is the field that a column of the file is; empty where it is none.
func (m Mapping) FieldOf(t sheet.Table, column string) string {
	for _, f := range OpeningFields {
		if i, ok := m[f.Name]; ok && i < len(t.Columns) && t.Columns[i] == column {
			return f.Name
		}
	}
	return ""
}

// The codes of cells beside those of package sheet.
const (
	badDate       = "bad_date"
	unknownPerson = "unknown_person"
	unknownPlace  = "unknown_place"
	ambiguous     = "ambiguous"
	badFormat     = "bad_format"
	notLive       = "not_live"  // destroyed, returned, archived: by the book no carrier of the office any more
	noHolder      = "no_holder" // out, and nobody is named who has it
	twoForms      = "two_forms" // the kind of carrier says another form than its column
)

// ColumnOf is what the file calls a field; the field's own name where no column is.
func (m Mapping) ColumnOf(t sheet.Table, field string) string {
	if i, ok := m[field]; ok && i < len(t.Columns) {
		return t.Columns[i]
	}
	return field
}

// ReadOpening turns the rows of a table into commands. Each fault stands at its line; what two lines of the file say alike is a
// fault of the second.
func ReadOpening(t sheet.Table, book, list string, m Mapping, known Known) []OpeningEntry {
	r := openingReader{table: t, m: m, known: known, first: map[string]int{}, faults: map[int][]sheet.LineError{}}
	for _, f := range t.Faults {
		r.faults[f.Line] = append(r.faults[f.Line], f)
	}
	out := make([]OpeningEntry, 0, len(t.Rows))
	for _, row := range t.Rows {
		r.row, r.bad, r.broken = row, slices.Clone(r.faults[row.Line]), map[string]bool{}
		for _, f := range r.bad {
			r.broken[f.Column] = f.Column != ""
		}
		o := r.command()
		o.Book, o.List, o.Line = book, list, row.Line
		r.once(o)
		e := OpeningEntry{Line: row.Line, Command: o, Faults: r.bad}
		for _, f := range r.bad {
			e.At = append(e.At, m.FieldOf(t, f.Column))
		}
		out = append(out, e)
	}
	return out
}

// openingReader reads one row after the other.
type openingReader struct {
	table  sheet.Table
	m      Mapping
	known  Known
	first  map[string]int // the line on which a number stood first
	faults map[int][]sheet.LineError

	row    sheet.Row
	bad    []sheet.LineError
	broken map[string]bool // columns whose cell says nothing, as the reader of the file found
}

// text is the cell of a field, in half width where it holds numbers.
func (r *openingReader) text(field string) string {
	if i, ok := r.m[field]; ok && i >= 0 && i < len(r.row.Cells) && !r.broken[r.table.Columns[i]] {
		return strings.TrimSpace(strings.ReplaceAll(r.row.Cells[i], "\r\n", "\n"))
	}
	return ""
}

func (r *openingReader) plain(field string) string { return width.Fold.String(r.text(field)) }

func (r *openingReader) wrong(field, code string, args ...string) {
	e := sheet.LineError{Line: r.row.Line, Column: r.table.Columns[r.m[field]], Code: code}
	for i := 0; i+1 < len(args); i += 2 {
		if e.Args == nil {
			e.Args = map[string]string{}
		}
		e.Args[args[i]] = args[i+1]
	}
	r.bad = append(r.bad, e)
}

func (r *openingReader) command() document.Opening {
	o := document.Opening{
		Number: r.plain("number"), Issuer: r.text("issuer"), DocNo: r.text("doc_no"), Title: strings.ReplaceAll(r.text("title"), "\n", ""), CodeName: r.text("code_name"), SerialNo: r.plain("serial_no"),
		ReceivedOn: r.date("received_on"), IssuedOn: r.date("issued_on"), Pages: r.number("pages"), Attachments: r.number("attachments"), Copies: r.number("copies"),
		Notes: r.notes(),
	}
	r.level(&o)
	r.copyNos(&o)
	r.medium(&o)
	if u := r.text("urgency"); u != "" {
		var err error
		if o.Urgency, err = term.ParseUrgency(u); err != nil {
			r.wrong("urgency", sheet.NotInList)
		}
	}
	if c := r.text("channel"); c != "" {
		var ok bool
		if o.Channel, ok = channels[c]; !ok {
			r.wrong("channel", sheet.NotInList)
		}
	}
	o.Custodian = term.PersonID(r.named("custodian", r.known.Persons, unknownPerson))
	o.Place = term.PlaceID(r.named("place", r.known.Places, unknownPlace))
	o.Holder = term.PersonID(r.named("holder", r.known.Persons, unknownPerson))
	if o.LentOn, o.ReturnBy = r.date("lent_on"), r.date("return_by"); o.Holder == "" && r.text("holder") == "" {
		o.LentOn, o.ReturnBy = "", "" // of a loan that is over
	}
	r.state(&o)
	return o
}

// level reads 秘密 and 秘密★10年.
func (r *openingReader) level(o *document.Opening) {
	word, period, starred := strings.Cut(strings.Join(strings.Fields(r.text("level")), ""), "★")
	o.Period = strings.Join(strings.Fields(r.plain("period")), "")
	if starred && o.Period == "" {
		o.Period = width.Fold.String(period)
	}
	if word == "" {
		return // the act says that it is missing
	}
	var err error
	if o.Level, err = term.ParseLevel(word); err != nil {
		r.wrong("level", sheet.NotInList)
	}
}

var (
	dateShape  = regexp.MustCompile(`^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?$`)
	dateDigits = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
)

// date reads the day of a field.
func (r *openingReader) date(field string) string {
	s := r.plain(field)
	if s == "" {
		return ""
	}
	if d := day(s); d != "" {
		return d
	}
	r.wrong(field, badDate)
	return ""
}

// day reads a day with its year first, as books are written here; any other order would be a guess. Empty: it is none.
func day(s string) string {
	m := dateShape.FindStringSubmatch(s)
	if m == nil {
		m = dateDigits.FindStringSubmatch(s)
	}
	if m != nil {
		month, _ := strconv.Atoi(m[2])
		day, _ := strconv.Atoi(m[3])
		spelled := fmt.Sprintf("%s-%02d-%02d", m[1], month, day)
		if _, err := calendar.ParseDate(spelled); err == nil {
			return spelled
		}
	}
	return ""
}

// number reads a count; 无 is none.
func (r *openingReader) number(field string) *int {
	s := strings.TrimRight(r.plain(field), "份页件个")
	if s == "" || s == "无" {
		return nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		r.wrong(field, sheet.BadNumber)
		return nil
	}
	return &n
}

// maxOpeningCopies is how many copies one line has at most.
const maxOpeningCopies = 999

// copyNos reads 000001-000003, 1、2、3 and mixtures; each is spelled with six digits. Without a count there are as many copies
// as numbers, or one.
func (r *openingReader) copyNos(o *document.Opening) {
	parts := strings.FieldsFunc(r.plain("copy_nos"), func(c rune) bool { return strings.ContainsRune(" ,、;；\n", c) })
	for _, p := range parts {
		from, to, _ := strings.Cut(strings.NewReplacer("—", "-", "–", "-", "~", "-", "至", "-", "--", "-").Replace(p), "-")
		if to == "" {
			to = from
		}
		a, err1 := strconv.Atoi(from)
		b, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil || len(from) > 6 || len(to) > 6 || a < 0 || b < a || b-a >= maxOpeningCopies || len(o.CopyNos)+b-a >= maxOpeningCopies {
			r.wrong("copy_nos", badFormat)
			o.CopyNos = nil
			break
		}
		for n := a; n <= b; n++ {
			o.CopyNos = append(o.CopyNos, fmt.Sprintf("%06d", n))
		}
	}
	if _, counted := r.m["copies"]; o.Copies == nil && (!counted || r.plain("copies") == "") {
		n := max(1, len(o.CopyNos))
		o.Copies = &n
	}
}

// named finds the id of somebody or something by its name.
func (r *openingReader) named(field string, ids map[string][]string, unknown string) string {
	name := r.text(field)
	if name == "" {
		return ""
	}
	switch list := ids[name]; len(list) {
	case 0:
		r.wrong(field, unknown)
	case 1:
		return list[0]
	default:
		r.wrong(field, ambiguous)
	}
	return ""
}

// notes are the remark and what stands in columns that no field takes: nothing of a line is lost.
func (r *openingReader) notes() string {
	out := []string{}
	if s := r.text("notes"); s != "" {
		out = append(out, s)
	}
	taken := map[int]bool{}
	for _, i := range r.m {
		taken[i] = true
	}
	for i, c := range r.row.Cells {
		if c != "" && !taken[i] && r.table.Columns[i] != "" {
			out = append(out, r.table.Columns[i]+"："+c)
		}
	}
	return strings.Join(out, "；")
}

// once finds what was said on an earlier line of the same file: the number of the book, a copy of a document, a serial number.
func (r *openingReader) once(o document.Opening) {
	seen := func(field, key string) {
		if before, ok := r.first[key]; ok {
			switch _, mapped := r.m[field]; {
			case !mapped:
			case before == o.Line:
				r.wrong(field, "duplicate_here")
			default:
				r.wrong(field, sheet.Duplicate, "line", strconv.Itoa(before))
			}
			return
		}
		r.first[key] = o.Line
	}
	if o.Number != "" {
		year, _, _ := strings.Cut(o.ReceivedOn, "-")
		seen("number", "n"+year+"\x00"+o.Number)
	}
	if custody.OneOfItsNumber(o.Medium) && o.SerialNo != "" {
		seen("serial_no", "s"+custody.SerialKey(o.SerialNo))
	}
	if no, err := term.NormalizeDocNumber(o.DocNo); err == nil && o.DocNo != "" && no != term.NoDocNumber {
		for _, c := range o.CopyNos {
			seen("copy_nos", "c"+string(no)+"\x00"+c)
		}
	}
}

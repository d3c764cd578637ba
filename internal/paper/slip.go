package paper

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"time"

	"jiyao/internal/term"
)

// Note is one opinion or instruction with who wrote it and when; without a name the line is left to sign by
// hand.
type Note struct {
	Text, By string
	At       time.Time
}

// Reading is one line of the sign-off table: one reader's turn with one copy.
type Reading struct {
	Reader, CopyNo string
	SentAt         time.Time
	SentBy         string // the officer who delivered
	Signed         string // who signed; empty is left for the pen
	BackAt         time.Time
	Checked        string // copies and pages counted at the return
}

// Reminder is one 催办 of an unfinished matter.
type Reminder struct {
	At     time.Time
	No     int // which time for this handler, from 1
	To, By string
}

// Choice is a tick box with its text.
type Choice struct {
	Text   string
	Chosen bool
}

// SlipForm is a 收文处理签: one document's way through the office. Title holds the code name where the zone
// forbids the title. Receipt number, place of keeping and level are in the Frame. Empty texts and zero times
// stay blank for handwriting.
type SlipForm struct {
	Frame Frame
	Label term.LabelCode // Code128 and QR on the first page; empty prints none

	Issuer, DocNumber, Title             string
	ReceivedAt                           time.Time
	Copies, Attachments, Channel         string
	Registrar, Checker, CirculationLimit string

	Opinions     []Note // 拟办意见
	Instructions []Note // 领导批示
	Readings     []Reading
	Unit, Result string // 承办部门 and its result
	Reported     Note   // who signed the result; Text is not printed
	Reminders    []Reminder
	ClosedAt     time.Time
	Disposals    []Choice // 去向; empty prints the three usual ones unticked
	Basis        string   // the clauses this circulation rests on
	Parts        []string // of SlipParts, those that the form has; empty is all
}

// SlipParts are the parts of the form below the register line: 拟办 批示 阅签 承办 催办 办结.
var SlipParts = []string{"opinion", "instruction", "read", "handling", "chase", "completion"}

// has reports whether the form has a part.
func (s SlipForm) has(part string) bool { return len(s.Parts) == 0 || slices.Contains(s.Parts, part) }

const (
	slipTitle  = "收文处理签"
	maxNotes   = 60
	maxReaders = 300
	blankRows  = 5 // the sign-off table has at least so many lines
	maxBasis   = 240
	codeHeight = 17 * mm
	codeWidth  = 66 * mm
)

// Slip prints the form on one A4 page when it fits, else on as many as it takes. Errors: *MissingGlyph,
// ErrTooLarge, ErrNotUTF8, term.ErrSpelling for the label; nothing is written then.
func Slip(w io.Writer, s SlipForm) error {
	if len(s.Opinions) > maxNotes || len(s.Instructions) > maxNotes || len(s.Reminders) > maxNotes ||
		len(s.Readings) > maxReaders || len([]rune(s.Basis)) > maxBasis || len(s.Disposals) > 8 {
		return fmt.Errorf("slip: %w", ErrTooLarge)
	}
	f, err := newForm(slipTitle, s.Frame)
	if err != nil {
		return err
	}
	// Twice: the blank that the first pass leaves on its only page goes to the cells that are written by hand.
	if err := s.lay(f, 0); err != nil {
		return err
	}
	if slack := f.room(); len(f.pages) == 1 && slack > 12 {
		if f, err = newForm(slipTitle, s.Frame); err != nil {
			return err
		}
		if err := s.lay(f, math.Min(slack-1, 120)); err != nil {
			return err
		}
	}
	return f.finish(w)
}

func (s SlipForm) lay(f *form, slack float64) error {
	basis, err := f.font.Wrap(s.Basis, sizeFine, s.basisWidth(f))
	if err != nil {
		return err
	}
	if s.Basis != "" {
		f.strip = float64(len(basis))*sizeFine*leading + 8
	}
	if s.Label != "" {
		f.strip = math.Max(f.strip, codeHeight+8)
	}
	p, err := f.newPage()
	if err != nil {
		return err
	}
	if err := s.strip(f, p, basis); err != nil {
		return err
	}
	if err := f.rows(gridTable(f, sizeBody), s.facts()); err != nil {
		return err
	}
	if err := f.rows(pairTable(f), s.notes(slack*0.6)); err != nil {
		return err
	}
	f.at += 8
	if s.has("read") {
		if err := f.rows(readingTable(f), s.readings()); err != nil {
			return err
		}
		f.at += 8
	}
	return f.rows(pairTable(f), s.end(slack*0.4))
}

func (s SlipForm) basisWidth(f *form) float64 {
	if s.Label == "" {
		return f.inner()
	}
	return f.inner() - codeWidth - 12
}

// strip sets the clauses and the codes above the footer of the first page, where a scanner finds them.
func (s SlipForm) strip(f *form, p *page, basis []string) error {
	y := f.bottom + 8
	if s.Basis != "" {
		for i, l := range basis {
			if err := f.text(p, marginSide, y+float64(i)*sizeFine*leading, f.inner(), sizeFine, 0, left, l); err != nil {
				return err
			}
		}
	}
	if s.Label == "" {
		return nil
	}
	return f.codeBlock(p, f.width-marginSide-codeWidth, y, codeWidth, codeHeight, s.Label)
}

// gridTable has three pairs of label and value.
func gridTable(f *form, size float64) *table {
	w := f.inner()
	return &table{widths: []float64{w * .12, w * .21, w * .12, w * .22, w * .12, w * .21}, size: size, padX: padX, padY: padY}
}

// pairTable has a label and one wide value.
func pairTable(f *form) *table {
	w := f.inner()
	return &table{widths: []float64{w * .12, w * .88}, size: sizeBody, padX: padX, padY: padY}
}

func label(s string) cell {
	return cell{paras: []para{{text: s, align: center}}, middle: true, repeat: true}
}
func value(s string) cell { return cell{paras: []para{{text: s}}, middle: true} }

func (s SlipForm) facts() []row {
	title := value(s.Title)
	title.span, title.size = 5, 12
	return []row{
		{cells: []cell{label("来文机关"), value(s.Issuer), label("来文字号"), value(s.DocNumber),
			label("收文时间"), value(stamp(s.ReceivedAt, minuteFormat))}, height: 24},
		{cells: []cell{label("标　　题"), title}, height: 26},
		{cells: []cell{label("份　　数"), value(s.Copies), label("附　　件"), value(s.Attachments),
			label("来文方式"), value(s.Channel)}, height: 24},
		{cells: []cell{label("登 记 人"), value(s.Registrar), label("复 核 人"), value(s.Checker),
			label("传阅时限"), value(s.CirculationLimit)}, height: 24},
	}
}

func (s SlipForm) notes(slack float64) []row {
	return s.parts([]string{"opinion", "instruction"}, []row{
		{cells: []cell{label("拟办意见"), noteCell(s.Opinions)}, height: 58},
		{cells: []cell{label("领导批示"), noteCell(s.Instructions)}, height: 92 + slack},
	})
}

// parts leaves of rows, named one for one, those that the form has.
func (s SlipForm) parts(names []string, rows []row) []row {
	var out []row
	for i, name := range names {
		if s.has(name) {
			out = append(out, rows[i])
		}
	}
	return out
}

// noteCell sets each note with its signature line at the right below it.
func noteCell(notes []Note) cell {
	var c cell
	for _, n := range notes {
		c.paras = append(c.paras, para{text: n.Text, gap: 5})
		if sign := signature(n); sign != "" {
			c.paras = append(c.paras, para{text: sign, align: right, gap: 2})
		}
	}
	return c
}

func signature(n Note) string {
	at := stamp(n.At, minuteFormat)
	if n.By == "" || at == "" {
		return n.By + at
	}
	return n.By + "　" + at
}

func readingTable(f *form) *table {
	t := &table{size: sizeFine, padX: padFineX, padY: padFineY}
	for _, share := range []float64{.06, .14, .11, .16, .13, .13, .16, .11} {
		t.widths = append(t.widths, f.inner()*share)
	}
	t.head = []row{textRow(nil, []string{"序", "阅件人", "份号", "送出时间", "送件人", "阅签", "收回时间", "核点"}, 20)}
	return t
}

func (s SlipForm) readings() []row {
	var rows []row
	for i, r := range s.Readings {
		rows = append(rows, textRow(nil, []string{strconv.Itoa(i + 1), r.Reader, r.CopyNo, stamp(r.SentAt, shortFormat),
			r.SentBy, r.Signed, stamp(r.BackAt, shortFormat), r.Checked}, 20))
	}
	// At least one line stays free for a reader added by hand.
	for len(rows) < blankRows || len(rows) == len(s.Readings) {
		rows = append(rows, textRow(nil, make([]string, 8), 20))
	}
	return rows
}

func (s SlipForm) end(slack float64) []row {
	result := cell{paras: []para{{text: s.Unit}}}
	if s.Result != "" {
		result.paras = append(result.paras, para{text: s.Result, gap: 2})
	}
	sign := signature(s.Reported)
	if sign == "" {
		sign = "签字：　　　　　　　　　　年　　月　　日"
	}
	result.paras = append(result.paras, para{text: sign, align: right, gap: 14})
	var reminders cell
	reminders.middle = true
	for _, r := range s.Reminders {
		reminders.paras = append(reminders.paras, para{text: stamp(r.At, minuteFormat) + "　第 " + strconv.Itoa(r.No) +
			" 次　" + r.To + "　" + r.By})
	}
	return s.parts([]string{"handling", "chase", "completion"}, []row{
		{cells: []cell{label("承办部门\n及结果"), result}, height: 80 + slack},
		{cells: []cell{label("催办记录"), reminders}, height: 24},
		{cells: []cell{label("办结日期"), value(s.closing())}, height: 24},
	})
}

func (s SlipForm) closing() string {
	text := stamp(s.ClosedAt, dateFormat)
	if text == "" {
		text = "　　　　年　　月　　日"
	}
	choices := s.Disposals
	if len(choices) == 0 {
		choices = []Choice{{Text: "归档"}, {Text: "清退"}, {Text: "销毁"}}
	}
	text += "　　　去向："
	for i, c := range choices {
		if i > 0 {
			text += "　"
		}
		if c.Chosen {
			text += "☑" + c.Text
		} else {
			text += "□" + c.Text
		}
	}
	return text
}

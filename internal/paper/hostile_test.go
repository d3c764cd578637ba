package paper

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNothingIsPrintedWithAGap(t *testing.T) {
	for name, spoil := range map[string]func(*SlipForm, string){
		"title":       func(s *SlipForm, x string) { s.Title += x },
		"office":      func(s *SlipForm, x string) { s.Frame.Office += x },
		"mark":        func(s *SlipForm, x string) { s.Frame.Mark += x },
		"serial":      func(s *SlipForm, x string) { s.Frame.Serial[0] += x },
		"footer":      func(s *SlipForm, x string) { s.Frame.PrintedBy += x },
		"form number": func(s *SlipForm, x string) { s.Frame.FormNo += x },
		"basis":       func(s *SlipForm, x string) { s.Basis += x },
		"instruction": func(s *SlipForm, x string) { s.Instructions[0].Text += x },
		"signature":   func(s *SlipForm, x string) { s.Instructions[0].By += x },
		"reader":      func(s *SlipForm, x string) { s.Readings[3].Reader += x },
		"reminder":    func(s *SlipForm, x string) { s.Reminders[0].To += x },
		"disposal":    func(s *SlipForm, x string) { s.Disposals[0].Text += x },
	} {
		s, b := sampleSlip(), bytes.Buffer{}
		spoil(&s, "\U0001F600")
		var missing *MissingGlyph
		if err := Slip(&b, s); !errors.As(err, &missing) || missing.Rune != 0x1F600 || b.Len() > 0 {
			t.Errorf("%s without a glyph: %v, %d bytes", name, err, b.Len())
		}
		s = sampleSlip()
		spoil(&s, "\xff")
		if err := Slip(&b, s); err == nil || b.Len() > 0 {
			t.Errorf("%s not UTF-8: %v, %d bytes", name, err, b.Len())
		}
	}
}

func TestHostileSizesAreRefused(t *testing.T) {
	many := strings.Repeat("长", 1_000_000)
	slip := func(change func(*SlipForm)) func(io.Writer) error {
		return func(w io.Writer) error { s := sampleSlip(); change(&s); return Slip(w, s) }
	}
	register := func(change func(*RegisterForm)) func(io.Writer) error {
		return func(w io.Writer) error { r := sampleRegister(2); change(&r); return Register(w, r) }
	}
	for name, print := range map[string]func(io.Writer) error{
		"title":            slip(func(s *SlipForm) { s.Title = many }),
		"basis":            slip(func(s *SlipForm) { s.Basis = many }),
		"instructions":     slip(func(s *SlipForm) { s.Instructions = make([]Note, 100) }),
		"readings":         slip(func(s *SlipForm) { s.Readings = make([]Reading, 1000) }),
		"opinions in sum":  slip(func(s *SlipForm) { s.Opinions = []Note{{Text: many[:15000]}, {Text: many[:15000]}} }),
		"mark":             slip(func(s *SlipForm) { s.Frame.Mark = many }),
		"lines in a mark":  slip(func(s *SlipForm) { s.Frame.Mark = "机密\n★" }),
		"serial lines":     slip(func(s *SlipForm) { s.Frame.Serial = make([]string, 5) }),
		"footer":           slip(func(s *SlipForm) { s.Frame.FormNo = many[:300] }),
		"no columns":       register(func(r *RegisterForm) { r.Columns = nil }),
		"columns":          register(func(r *RegisterForm) { r.Columns = make([]Column, 100) }),
		"narrow columns":   register(func(r *RegisterForm) { r.Columns, r.Rows, r.Frame.Landscape = make([]Column, 22), nil, false }),
		"negative column":  register(func(r *RegisterForm) { r.Columns[0].Width = -1 }),
		"short row":        register(func(r *RegisterForm) { r.Rows[1].Texts = r.Rows[1].Texts[:2] }),
		"rows":             register(func(r *RegisterForm) { r.Rows = make([]Row, maxRows+1) }),
		"cell":             register(func(r *RegisterForm) { r.Rows[0].Texts[0] = many }),
		"line breaks":      register(func(r *RegisterForm) { r.Rows = breaks(len(r.Columns)) }),
		"head of a column": register(func(r *RegisterForm) { r.Columns[0].Title = many[:9000] }),
		"no label":         func(w io.Writer) error { return Labels(w, nil) },
		"labels":           func(w io.Writer) error { return Labels(w, make([]Label, maxLabels+1)) },
		"no note":          func(w io.Writer) error { return Checkpoint(w, CheckpointForm{}) },
		"note":             func(w io.Writer) error { return Checkpoint(w, CheckpointForm{Note: many}) },
	} {
		var b bytes.Buffer
		if err := print(&b); !errors.Is(err, ErrTooLarge) || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", name, err, b.Len())
		}
	}
}

// breaks are rows of nothing but line breaks, for more pages than a volume has.
func breaks(columns int) []Row {
	rows := make([]Row, 10)
	for i := range rows {
		rows[i].Texts = make([]string, columns)
		rows[i].Texts[0] = strings.Repeat("\n", maxCellText)
	}
	return rows
}

func TestAnOperatorsFontIsChecked(t *testing.T) {
	dir := t.TempDir()
	ttf, err := unpacked()
	if err != nil {
		t.Fatal(err)
	}
	save := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	f, err := LoadFont(save("good.ttf", ttf))
	if err != nil {
		t.Fatal(err)
	}
	s := sampleSlip()
	s.Frame.Font = f
	if err := Slip(io.Discard, s); err != nil {
		t.Error(err)
	}
	for name, data := range map[string][]byte{
		"empty":      nil,
		"text":       []byte("not a font at all"),
		"CFF":        append([]byte("OTTO"), ttf[4:]...),
		"collection": append([]byte("ttcf"), ttf[4:]...),
		"head only":  ttf[:12],
		"tables cut": ttf[:4096],
		"half":       ttf[:len(ttf)/2],
	} {
		if _, err := LoadFont(save("bad.ttf", data)); !errors.Is(err, ErrFont) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := LoadFont(filepath.Join(dir, "absent.ttf")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent: %v", err)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestAFailedWriteIsReported(t *testing.T) {
	if err := Slip(fullDisk{}, sampleSlip()); !errors.Is(err, os.ErrClosed) {
		t.Errorf("%v", err)
	}
}

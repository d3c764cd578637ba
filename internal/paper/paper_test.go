package paper

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"

	"jiyao/internal/term"
)

// render makes the form and, when PAPER_OUT names a folder, leaves it there to be looked at.
func render(t testing.TB, name string, print func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := print(&b); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	dir := os.Getenv("PAPER_OUT")
	if dir == "" {
		dir = t.TempDir()
	}
	path := filepath.Join(dir, name+".pdf")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// poppler runs a tool of poppler-utils, which the set-up of the project installs.
func poppler(t testing.TB, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), args[0], args[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v: %s", args, err, out)
	}
	return string(out)
}

// pageTexts is the text of each page in reading order.
func pageTexts(t testing.TB, path string) []string {
	t.Helper()
	return strings.Split(strings.TrimSuffix(poppler(t, "pdftotext", "-raw", path, "-"), "\f"), "\f")
}

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || isBox(r) {
			return -1
		}
		return r
	}, s)
}

func pageImage(t testing.TB, path string, page int) image.Image {
	t.Helper()
	out := filepath.Join(t.TempDir(), "page")
	n := strconv.Itoa(page)
	poppler(t, "pdftoppm", "-r", "240", "-gray", "-png", "-f", n, "-l", n, "-singlefile", path, out)
	file, err := os.Open(out + ".png")
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(file)
	if err = errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	return img
}

// decode reads both codes out of a part of a page (in points).
func decode(t testing.TB, img image.Image, x, y, w, h float64) (bar, square string) {
	t.Helper()
	scale := float64(img.Bounds().Dx()) / pageWidth
	part := img.(interface {
		SubImage(image.Rectangle) image.Image
	}).SubImage(image.Rect(int(x*scale), int(y*scale), int((x+w)*scale), int((y+h)*scale)))
	for _, r := range []struct {
		reader gozxing.Reader
		text   *string
	}{{oned.NewCode128Reader(), &bar}, {qrcode.NewQRCodeReader(), &square}} {
		bitmap, err := gozxing.NewBinaryBitmapFromImage(part)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.reader.Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
		if err != nil {
			t.Fatalf("decode: %v", err)
		}
		*r.text = got.GetText()
	}
	return bar, square
}

func TestSlipFitsOnePage(t *testing.T) {
	s := sampleSlip()
	path := render(t, "slip", func(w io.Writer) error { return Slip(w, s) })
	pages := pageTexts(t, path)
	if len(pages) != 1 {
		t.Fatalf("%d pages", len(pages))
	}
	text := squeeze(pages[0])
	for _, want := range []string{"收文处理签", "某区办公室", "机密★10年", "特急", "000003–000005", "机收〔2026〕0417号",
		"2026年11月26日09:06", "某省厅发〔2026〕88号", s.Title, "3份，每份6页", "请钱局长阅批。", "李主任2026年11月26日09:40",
		"钱局长2026年11月26日13:40", "1钱局长00000311月26日10:05陈机要员钱局长11月26日13:406/6页", "4孙副局长",
		"承办部门及结果", "第1次郑副局长陈机要员", "清退（2027年3月底前）", "机要员亲自呈送",
		"第1页，共1页", "台账检查点9f3c…a17e", "陈机要员2026-11-2709:35打印#48225", string(s.Label)} {
		if !strings.Contains(text, squeeze(want)) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	inMargins(t, path, false)
}

func TestSlipCodesCanBeScanned(t *testing.T) {
	s := sampleSlip()
	path := render(t, "slip-codes", func(w io.Writer) error { return Slip(w, s) })
	bar, square := decode(t, pageImage(t, path, 1), pageWidth/2, pageHeight*0.8, pageWidth/2, pageHeight*0.2)
	if bar != string(s.Label) || square != string(s.Label) {
		t.Errorf("Code128 %q, QR %q, want %q", bar, square, s.Label)
	}
}

func TestALongSlipGoesOn(t *testing.T) {
	s := sampleSlip()
	s.Frame.Stamp = true
	s.Instructions[0].Text = longText()
	for range 60 {
		s.Readings = append(s.Readings, s.Readings[0])
	}
	path := render(t, "slip-long", func(w io.Writer) error { return Slip(w, s) })
	pages := pageTexts(t, path)
	if len(pages) < 3 {
		t.Fatalf("%d pages", len(pages))
	}
	all, heads := "", 0
	for i, p := range pages {
		text := squeeze(p)
		for _, want := range []string{"机密★10年", "机收〔2026〕0417号", fmt.Sprintf("第%d页，共%d页", i+1, len(pages)), "9f3c…a17e", "打印#48225"} {
			if !strings.Contains(text, want) {
				t.Errorf("page %d: no %q", i+1, want)
			}
		}
		if i > 0 && !strings.Contains(text, "收文处理签（续）") {
			t.Errorf("page %d: no running title", i+1)
		}
		if strings.Contains(text, "阅件人") {
			heads++
		}
		all += text
	}
	if heads < 2 {
		t.Errorf("the head of the sign-off table stands on %d pages", heads)
	}
	for i := range s.Readings {
		if !strings.Contains(all, strconv.Itoa(i+1)+s.Readings[i].Reader) {
			t.Errorf("reading %d is gone", i+1)
		}
	}
	inMargins(t, path, true)
}

var wordBox = regexp.MustCompile(`<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>`)

// inMargins holds every word of every page inside the margins, and below the blank for the archive stamp.
func inMargins(t *testing.T, path string, stamped bool) {
	t.Helper()
	top := headerTop
	if stamped {
		top = 25 * mm
	}
	boxes := wordBox.FindAllStringSubmatch(poppler(t, "pdftotext", "-bbox", path, "-"), -1)
	if len(boxes) == 0 {
		t.Fatal("no words")
	}
	for _, b := range boxes {
		var v [4]float64
		for i := range v {
			var err error
			if v[i], err = strconv.ParseFloat(b[i+1], 64); err != nil {
				t.Fatal(err)
			}
		}
		if v[0] < marginSide-1 || v[2] > pageWidth-marginSide+1 || v[1] < top-2 || v[3] > pageHeight-8*mm {
			t.Errorf("%q stands at %v", b[5], v)
		}
	}
}

func TestEveryCharacterReachesThePaper(t *testing.T) {
	text := longText()
	r := RegisterForm{Title: "试", Columns: []Column{{Title: "文", Left: true}}, Rows: []Row{{Texts: []string{text}}}}
	path := render(t, "all-characters", func(w io.Writer) error { return Register(w, r) })
	got := ""
	pages := pageTexts(t, path)
	for i, p := range pages {
		p = squeeze(p)
		head := "试文"
		if i > 0 {
			head = "试（续）文"
		}
		foot := fmt.Sprintf("第%d页，共%d页", i+1, len(pages))
		if !strings.HasPrefix(p, head) || !strings.HasSuffix(p, foot) {
			t.Fatalf("page %d: %s", i+1, p)
		}
		got += strings.TrimSuffix(strings.TrimPrefix(p, head), foot)
	}
	if want := squeeze(text) + "以下空白"; got != want {
		t.Errorf("text on paper differs (%d and %d bytes)", len(got), len(want))
	}
}

func sampleRegister(rows int) RegisterForm {
	r := RegisterForm{
		Frame: sampleFrame(), Title: "收文登记簿", Lead: []string{"2026年11月　机要室"},
		Columns: []Column{{Title: "收文号"}, {Title: "收文时间", Width: 2}, {Title: "来文机关", Width: 2},
			{Title: "文件标题", Width: 4, Left: true}, {Title: "份数"}, {Title: "份号", Width: 2}},
		Signatures: []string{"登记人", "复核人", "办公室主任"},
	}
	for i := range rows {
		r.Rows = append(r.Rows, Row{Texts: []string{fmt.Sprintf("%04d", i+1), "11月26日 09:06", "某省主管厅",
			"关于开展元旦春节期间保密工作专项检查的通知", "3", "000003–000005"}})
	}
	return r
}

func TestRegisterRepeatsItsHead(t *testing.T) {
	for _, rows := range []int{0, 1, 16, 17, 18, 19, 20, 21, 22, 23, 24, 60} {
		path := render(t, fmt.Sprintf("register-%d", rows), func(w io.Writer) error { return Register(w, sampleRegister(rows)) })
		pages, seen := pageTexts(t, path), 0
		for i, p := range pages {
			p = squeeze(p)
			if !strings.Contains(p, "收文号收文时间来文机关文件标题份数份号") {
				t.Errorf("%d rows, page %d: no head", rows, i+1)
			}
			last := i == len(pages)-1
			if strings.Contains(p, "以下空白") != last || strings.Contains(p, "办公室主任") != last {
				t.Errorf("%d rows, page %d of %d: end of rows or signatures", rows, i+1, len(pages))
			}
			n := strings.Count(p, "某省主管厅")
			if n == 0 && rows > 0 {
				t.Errorf("%d rows, page %d: no row", rows, i+1)
			}
			seen += n
		}
		if seen != rows {
			t.Errorf("%d of %d rows on paper", seen, rows)
		}
		inMargins(t, path, false)
	}
}

func TestLabelsCarryTheCodeAlone(t *testing.T) {
	var labels []Label
	for i := range 26 {
		labels = append(labels, Label{Code: term.MakeLabelCode(term.Received, 2026, 417, i+1)})
	}
	labels[1].Code = "" // a place already used
	path := render(t, "labels", func(w io.Writer) error { return Labels(w, labels) })
	pages := pageTexts(t, path)
	if len(pages) != 2 {
		t.Fatalf("%d pages", len(pages))
	}
	var want []string
	for _, l := range labels {
		if l.Code != "" {
			want = append(want, string(l.Code))
		}
	}
	if got := strings.Fields(pages[0] + pages[1]); strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("text on the labels: %q", got)
	}
	for page := range 2 {
		img := pageImage(t, path, page+1)
		for n := range 24 {
			i := page*24 + n
			if i >= len(labels) || labels[i].Code == "" {
				continue
			}
			bar, square := decode(t, img, float64(n%3)*70*mm, float64(n/3)*37.125*mm, 70*mm, 37.125*mm)
			if bar != string(labels[i].Code) || square != string(labels[i].Code) {
				t.Errorf("label %d: Code128 %q, QR %q", i, bar, square)
			}
		}
	}
	for _, bad := range []term.LabelCode{"JY26-0417-03-0", "某省厅通知", "jy26-0417-03-t", "JY26-0417-03-T "} {
		var b bytes.Buffer
		if err := Labels(&b, []Label{{Code: bad}}); !errors.Is(err, term.ErrSpelling) || b.Len() > 0 {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func sampleCheckpoint() CheckpointForm {
	return CheckpointForm{Frame: sampleFrame(), Lead: "下列检查点由三人核对后签字。",
		Signers: [3]string{"系统管理员", "安全保密管理员", "安全审计员"},
		Note: "example.invalid/ledger\n1163\nQwErTyUiOpAsDfGhJkLzXcVbNm0123456789+/ABCDE=\n\n" +
			"— example.invalid/ledger Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"}
}

func TestCheckpointIsOnePageWithTheNote(t *testing.T) {
	c := sampleCheckpoint()
	path := render(t, "checkpoint", func(w io.Writer) error { return Checkpoint(w, c) })
	pages := pageTexts(t, path)
	if len(pages) != 1 {
		t.Fatalf("%d pages", len(pages))
	}
	text := squeeze(pages[0])
	if !strings.Contains(text, squeeze(c.Note)) {
		t.Errorf("the note is not verbatim: %s", text)
	}
	for _, want := range append(c.Signers[:], "共1页", "台账检查点签字页") {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	if n := strings.Count(text, "年月日"); n != 3 {
		t.Errorf("%d signature lines", n)
	}
	c.Note = strings.Repeat("0123456789\n", 200)
	if err := Checkpoint(io.Discard, c); !errors.Is(err, ErrTooLarge) {
		t.Errorf("long note: %v", err)
	}
}

func TestFormsPrintAlikeAndTogether(t *testing.T) {
	var first bytes.Buffer
	if err := Slip(&first, sampleSlip()); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			var b bytes.Buffer
			if err := Slip(&b, sampleSlip()); err != nil || !bytes.Equal(first.Bytes(), b.Bytes()) {
				t.Errorf("another print of the same form differs (%v)", err)
			}
		})
	}
	group.Wait()
}

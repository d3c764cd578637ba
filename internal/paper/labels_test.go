package paper

import (
	"bytes"
	"errors"
	"image"
	"io"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"

	"jiyao/internal/term"
)

// Every paper bears codes that a reader reads, inside their places, from the place on which a sheet was begun.
func TestEveryLabelPaperCanBeScanned(t *testing.T) {
	for _, on := range LabelPapers {
		t.Run(on.Name, func(t *testing.T) {
			first := min(2, on.Places())
			var labels []Label
			for i := range 3 {
				labels = append(labels, Label{Code: term.MakeLabelCode(term.Received, 2026, 1417+i, 99)})
			}
			path := render(t, "labels-"+on.Name, func(w io.Writer) error { return LabelsOn(w, labels, on, first) })
			pages := pageTexts(t, path)
			if want := map[bool]int{true: 3, false: 1}[on.Roll]; len(pages) != want {
				t.Fatalf("%d pages, want %d", len(pages), want)
			}
			for i, l := range labels {
				page, n := 1, i+first-1
				if on.Roll {
					page, n = i+1, 0
				}
				img := pageImage(t, path, page)
				x, y := on.place(n)
				width := pageWidth
				if on.Roll {
					width = on.Width * mm
				}
				scale := float64(img.Bounds().Dx()) / width
				part := img.(interface {
					SubImage(image.Rectangle) image.Image
				}).SubImage(image.Rect(int(x*scale), int(y*scale), int((x+on.Width*mm)*scale), int((y+on.Height*mm)*scale)))
				readers := []gozxing.Reader{qrcode.NewQRCodeReader()}
				if on.Width >= 50 {
					readers = append(readers, oned.NewCode128Reader())
				}
				for _, r := range readers {
					bitmap, err := gozxing.NewBinaryBitmapFromImage(part)
					if err != nil {
						t.Fatal(err)
					}
					got, err := r.Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
					if err != nil || got.GetText() != string(l.Code) {
						t.Errorf("label %d by %T: %v, %v", i, r, got, err)
					}
				}
				if text := strings.Join(strings.Fields(strings.Join(pages, "")), ""); !strings.Contains(text, strings.ReplaceAll(string(l.Code), " ", "")) && on.Width >= 50 {
					t.Errorf("no figures of %s in %s", l.Code, text)
				}
			}
		})
	}
	one := []Label{{Code: term.MakeLabelCode(term.Received, 2026, 1, 1)}}
	for _, bad := range []int{0, -1, 25} {
		if err := LabelsOn(io.Discard, one, LabelPapers[0], bad); !errors.Is(err, ErrTooLarge) {
			t.Errorf("place %d: %v", bad, err)
		}
	}
	if _, ok := LabelPaperNamed("1x1"); ok {
		t.Error("a paper that nobody makes")
	}
}

// The label of a place bears its name and its code; a code that no place can have is not printed.
func TestLabelsOfPlaces(t *testing.T) {
	for _, on := range LabelPapers {
		var b bytes.Buffer
		if err := LabelsOn(&b, []Label{{Place: "7Q2WJ0M4TXNC", Name: "机要室东墙三号密码文件柜上层"}, {Place: "cabinet-1", Name: "1号柜"}}, on, 1); err != nil || b.Len() == 0 {
			t.Errorf("%s: %v", on.Name, err)
		}
	}
	for _, bad := range []term.PlaceID{"柜", "a b", "-a", "/x"} {
		if err := LabelsOn(io.Discard, []Label{{Place: bad}}, LabelPapers[0], 1); !errors.Is(err, term.ErrSpelling) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

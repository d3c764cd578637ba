package paper

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// A book of three volumes holds each row once, in order; each volume says which it is and where it goes on.
func TestALongRegisterHasVolumes(t *testing.T) {
	r := sampleRegister(0)
	r.Frame.Landscape = true
	for i := range 20_000 {
		row := Row{Texts: []string{fmt.Sprintf("%05d", i+1), "11月26日 09:06", "某厅", "喆镕堃玥", "3", "1"}}
		if i == 12_345 { // a row over many pages, which falls where the first volume ends or not: it must be whole
			row.Texts[3] = strings.Repeat("关于开展保密检查的通知", 600)
		}
		r.Rows = append(r.Rows, row)
	}
	said := 0
	all, err := r.Volumes(func(int) { said++ })
	if err != nil || len(all) < 3 || said < 20 {
		t.Fatalf("%d volumes, %d reports: %v", len(all), said, err)
	}
	if err := Register(io.Discard, r); !errors.Is(err, ErrTooLarge) {
		t.Errorf("as one volume: %v", err)
	}
	next := 0
	for i, v := range all {
		if v.No != i+1 || v.Of != len(all) || v.From != next || v.To <= v.From || v.Pages > MaxPages || v.Pages < 1 {
			t.Fatalf("volume %+v after row %d", v, next)
		}
		next = v.To
	}
	if next != len(r.Rows) {
		t.Fatalf("%d rows in volumes, want %d", next, len(r.Rows))
	}
	if pages := all[0].Pages; pages < MaxPages-spare-40 {
		t.Errorf("the first volume has %d pages", pages)
	}
	last := all[len(all)-1]
	for _, v := range []Volume{all[0], last} {
		path := render(t, fmt.Sprintf("volume-%d", v.No), func(w io.Writer) error { return r.Print(w, v) })
		pages := pageTexts(t, path)
		if len(pages) != v.Pages {
			t.Fatalf("volume %d has %d pages, said %d", v.No, len(pages), v.Pages)
		}
		first, end := squeeze(pages[0]), squeeze(pages[len(pages)-1])
		if which := fmt.Sprintf("第%d册，共%d册", v.No, v.Of); strings.Count(first, which) != 2 || !strings.Contains(end, which) {
			t.Errorf("volume %d does not say which it is: %s", v.No, first)
		}
		if !strings.Contains(first, fmt.Sprintf("%05d", v.From+1)) || !strings.Contains(end, fmt.Sprintf("%05d", v.To)) {
			t.Errorf("volume %d: its first or last row is elsewhere", v.No)
		}
		if is := v == last; strings.Contains(end, "以下空白") != is || strings.Contains(end, "办公室主任") != is || strings.Contains(end, fmt.Sprintf("转第%d册", v.No+1)) == is {
			t.Errorf("the end of volume %d: %s", v.No, end)
		}
	}
}

func TestVolumesPrintAlike(t *testing.T) {
	r := sampleRegister(30)
	all, err := r.Volumes(nil)
	if err != nil || len(all) != 1 || all[0].Of != 1 {
		t.Fatalf("%+v: %v", all, err)
	}
	var a, b bytes.Buffer
	if err := errors.Join(r.Print(&a, all[0]), Register(&b, r)); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Errorf("a book of one volume prints in two ways: %v", err)
	}
}

package sheet

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func TestNothingStaysInTheTemporaryFolder(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	for _, data := range [][]byte{workbook(t, listRows(), nil), archive(t, crafted("<row"))} {
		_, err := ReadTable("x", bytes.NewReader(data), DefaultLimits())
		var bad *LineError
		if err != nil && !errors.As(err, &bad) {
			t.Error(err)
		}
	}
	if err := Write(io.Discard, Sheet{Name: "表", Columns: []SheetColumn{{Title: "甲"}}, Rows: [][]string{{"1"}}}); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// FuzzReadTable holds that whatever comes in is either a table within the limits or an error, never a panic.
func FuzzReadTable(f *testing.F) {
	limits := Limits{Bytes: 1 << 16, Rows: 20, Columns: 6, Cell: 50}
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(list)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", list, gb, "\xEF\xBB\xBF" + list, "\"", "\xFF\xFE", string(oleMagic),
		string(workbook(f, listRows(), nil)), string(archive(f, crafted("<row><c/></row>")))} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := ReadTable("x", bytes.NewReader(data), limits)
		if err != nil {
			return
		}
		if len(table.Rows) == 0 || len(table.Rows) > limits.Rows || len(table.Columns) > limits.Columns {
			t.Fatalf("outside the limits: %d rows, %d columns", len(table.Rows), len(table.Columns))
		}
		for _, r := range table.Rows {
			if len(r.Cells) != len(table.Columns) || r.Line <= 0 {
				t.Fatalf("row %+v", r)
			}
			for _, c := range r.Cells {
				if len([]rune(c)) > limits.Cell || c != strings.TrimSpace(c) {
					t.Fatalf("cell %q", c)
				}
			}
		}
		lines, errs := Envelopes(table)
		if (len(lines) > 0) == (len(errs) > 0) {
			t.Fatalf("%d envelopes and %d errors", len(lines), len(errs))
		}
	})
}

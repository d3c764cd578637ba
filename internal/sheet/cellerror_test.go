package sheet

import (
	"strings"
	"testing"
)

// What a spreadsheet shows where it cannot compute is no text, in whatever cell; what merely begins like it is.
func TestErrorsOfSpreadsheets(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]bool{
		"#REF!": true, "#N/A": true, "#VALUE!": true, "#DIV/0!": true, "#NAME?": true, "#NULL!": true, "#NUM!": true, "#n/a": true, "＃REF！": true, "Err:502": true, "########": true,
		"#": false, "#1": false, "#REF! 见附件": false, "N/A": false, "Err: 502": false,
	} {
		table, err := Check("x.csv", strings.NewReader("甲,乙\n1,"+cell+"\n2,好\n"), Limits{Bytes: 1000, Rows: 10, Columns: 5, Cell: 100})
		if err != nil {
			t.Fatal(err)
		}
		bad := len(table.Faults) == 1 && table.Faults[0].Code == CellError && table.Faults[0].Line == 2 && table.Faults[0].Column == "乙"
		if bad != want || !want && len(table.Faults) > 0 {
			t.Errorf("%s: %v", cell, table.Faults)
		}
	}
	if _, err := Check("x.csv", strings.NewReader("甲,#REF!\n1,2\n"), Limits{Bytes: 1000, Rows: 10, Columns: 5, Cell: 100}); err == nil {
		t.Error("a head is none")
	}
}

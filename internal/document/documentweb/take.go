package documentweb

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/sheet"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// takeIn does the act with the lines of the form, signed when a secret was typed.
func (p pages) takeIn(r *http.Request, me counter.Viewer, d *receiving) (act.Receipt, error) {
	lines, bad := readLines(d.form, d)
	cmd := document.Accept{Envelopes: lines, Channel: d.form.Get("channel"), Courier: d.form.Text("courier"), CourierSignature: d.form.Get("courier_signature")}
	return p.Do(r, counter.Try{Act: "document.accept", Command: cmd, Form: map[string][]string(d.form), Signs: own(me), Bad: bad})
}

// listLimits bound a courier's list.
var listLimits = sheet.Limits{Bytes: 8 << 20, Rows: 200, Columns: 16, Cell: 100}

// upload checks a courier's list and shows it; nothing is taken before the shown lines are signed for.
func (p pages) upload(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.me(r); err != nil {
		return err
	}
	var lines []sheet.EnvelopeLine
	var errs []sheet.LineError
	file, err := web.File(r, listLimits.Bytes)
	name, data := file.Name, file.Data
	var none *refuse.Invalid
	switch {
	case errors.As(err, &none):
		errs = []sheet.LineError{{Code: none.Fields[0].Code}}
	case err != nil:
		return err
	default:
		lines, errs = checkList(name, data)
	}
	d := receiving{listName: name}
	if len(errs) > 0 {
		d.listErrs, d.lines = errs, make([]envelopeLine, handLines)
		return p.receivePage(w, r, http.StatusUnprocessableEntity, nil, d)
	}
	for _, e := range lines {
		d.lines = append(d.lines, envelopeLine{No: e.Number, Issuer: e.Sender, Level: string(e.Level), Urgency: string(e.Urgency), Listed: strconv.Itoa(e.Copies)})
	}
	d.list = spellList(lines)
	return p.receivePage(w, r, http.StatusOK, nil, d)
}

func checkList(name string, data []byte) ([]sheet.EnvelopeLine, []sheet.LineError) {
	table, err := sheet.Check(name, bytes.NewReader(data), listLimits)
	if err != nil {
		var line *sheet.LineError
		if errors.As(err, &line) {
			return nil, []sheet.LineError{*line}
		}
		return nil, []sheet.LineError{{Code: sheet.BadFormat}}
	}
	return sheet.Envelopes(table)
}

// spellList writes a checked list as the form carries it; parseList reads and checks it again, since what comes
// back from a browser is hostile.
func spellList(lines []sheet.EnvelopeLine) string {
	var b strings.Builder
	b.WriteString(strings.Join([]string{sheet.ColumnNumber, sheet.ColumnSender, sheet.ColumnLevel, sheet.ColumnUrgency, sheet.ColumnCopies}, "\t"))
	for _, l := range lines {
		fmt.Fprintf(&b, "\n%s\t%s\t%s\t%s\t%d", quoted(l.Number), quoted(l.Sender), l.Level, l.Urgency, l.Copies)
	}
	return b.String()
}

// quoted keeps a cell with a quotation mark one cell.
func quoted(s string) string {
	if strings.ContainsAny(s, "\"\t,;") {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

func parseList(s string) ([]sheet.EnvelopeLine, []sheet.LineError) {
	return checkList("list.csv", []byte(s))
}

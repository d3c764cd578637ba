package registerweb

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"jiyao/internal/refuse"
	"jiyao/internal/sheet"
	"jiyao/internal/term"
	"jiyao/internal/web"
)

// maxLines is the most lines that leave the program at once; a piece of them is read at a time.
const (
	maxLines = 5000
	onePiece = 500
)

// taken is what leaves the program, and under which reference that was recorded.
type taken struct {
	listing
	Reference term.Reference
}

// command is the argument of document.export and document.print, of which this package knows no more than the names.
type command struct {
	Register string      `json:"register"`
	Period   string      `json:"period"`
	Lines    int         `json:"lines"`
	Level    term.Level  `json:"level"`
	Regime   term.Regime `json:"regime"`
	Beside   []leaving   `json:"beside,omitempty"`
}

// leaving is the highest level of the lines of one regime.
type leaving struct {
	Level  term.Level  `json:"level"`
	Regime term.Regime `json:"regime"`
}

// beside gives that of each regime but one.
func beside(lines []Line, but term.Regime) (out []leaving) {
	of := map[term.Regime][]Line{}
	for _, l := range lines {
		if level, regime, _ := l.level(); level.Classified() && regime != but {
			of[regime] = append(of[regime], l)
		}
	}
	for _, r := range slices.Sorted(maps.Keys(of)) {
		out = append(out, leaving{highest(of[r]).Level, r})
	}
	return out
}

// take reads what is asked for, and records that it leaves before it does. A register that is not there for the
// viewer is asked for all the same: the try leaves its line.
func (p *pages) take(r *http.Request, name string) (t taken, form url.Values, err error) {
	if form, err = web.Form(r); err != nil {
		return t, form, err
	}
	when, err := parsePeriod(form.Get("when"))
	if err != nil {
		return t, form, err
	}
	window := when.window()
	window.Limit = onePiece
	cmd := command{Register: r.PathValue("name"), Period: when.Text}
	t.listing, _, err = p.read(r, window, p.MaxLines)
	absent := errors.Is(err, refuse.ErrNotFound)
	switch {
	case absent:
	case err != nil:
		return t, form, err
	case len(t.Lines) > p.MaxLines:
		return t, form, &refuse.Invalid{Fields: []refuse.FieldError{{Field: "when", Code: "too_many", Args: map[string]string{"max": strconv.Itoa(p.MaxLines)}}}}
	default:
		top := highest(t.Lines)
		cmd.Lines, cmd.Level, cmd.Regime, cmd.Beside = len(t.Lines), top.Level, top.Regime, beside(t.Lines, top.Regime)
	}
	t.Period = when
	raw, err := json.Marshal(cmd)
	if err != nil {
		return t, form, fmt.Errorf("spell what leaves: %w", err)
	}
	receipt, err := p.do(r, name, json.RawMessage(raw), form)
	if err == nil && absent {
		err = refuse.ErrNotFound // he came to see it between the two: he may ask again
	}
	t.Reference = receipt.Reference
	return t, form, err
}

// highest is the mark of what the lines are about: the highest level, with its period where all lines of that level
// have the same.
func highest(lines []Line) Item {
	var top Item
	for _, l := range lines {
		level, regime, period := l.level()
		one := Item{Level: level, Regime: regime, Period: period}
		switch {
		case !level.Valid():
		case top.Level == "" || level.Above(top.Level):
			top = one
		case level == top.Level:
			if period != top.Period {
				top.Period = ""
			}
			if one.Regime == term.RegimeState {
				top.Regime = one.Regime
			}
		}
	}
	return top
}

// export gives the lines as a workbook with one header row.
func (p *pages) export(w http.ResponseWriter, r *http.Request) error {
	t, form, err := p.take(r, "document.export")
	if err != nil {
		return p.again(w, r, err, form.Get("when"))
	}
	var b bytes.Buffer
	if err := sheet.Write(&b, t.workbook(r)); err != nil {
		return fmt.Errorf("export a register: %w", err)
	}
	return attach(w, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "attachment", t.file()+".xlsx", b.Bytes())
}

// workbook has every field in a column of its own; the last says what was struck out.
func (t taken) workbook(r *http.Request) sheet.Sheet {
	ctx := r.Context()
	fields := t.Book.fields()
	s := sheet.Sheet{Name: t.Book.Name}
	if len([]rune(s.Name)) > 31 {
		s.Name = t.Book.Source
	}
	for _, f := range fields {
		s.Columns = append(s.Columns, sheet.SheetColumn{Title: t.Book.heading(ctx, f), Width: columnWidth(f)})
	}
	s.Columns = append(s.Columns, sheet.SheetColumn{Title: web.T(ctx, "registers.struck"), Width: 30})
	for _, l := range t.Lines {
		row := make([]string, 0, len(fields)+1)
		for _, f := range fields {
			row = append(row, t.Names.say(ctx, l, f))
		}
		s.Rows = append(s.Rows, append(row, t.struck(ctx, l, fields)))
	}
	return s
}

func columnWidth(field string) float64 {
	switch kinds[field] {
	case aText:
		return 36
	case aTime, aPeople:
		return 18
	case aPlain, aPerson, aPlace, aNumber, aWord, aSpan, anAct:
	}
	if field == "no" || field == "doc_no" {
		return 22
	}
	return 12
}

// file is what a file is called: its number in the register of acts, never what stands in it.
func (t taken) file() string { return "register-" + t.Book.Source + "-" + string(t.Reference) }

// attach sends a file.
func attach(w http.ResponseWriter, kind, how, name string, b []byte) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", how+`; filename="`+name+`"`)
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	_, _ = w.Write(b) // the reader went away: what left is recorded all the same
	return nil
}

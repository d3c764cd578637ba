// Package checklist keeps signed sheets: who answered which line of which sheet on which day.
//
// The lines of a sheet, each with its clause, stand in the packs; sheets of one name in two adopted packs are
// one sheet. A line without an answer is refused with its clause before the sheet can be signed, and a line
// answered no has the consequence that the pack attaches to it. A signed sheet is never changed; that it has opened the gate
// of an act is noted once.
package checklist

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Sheet is one signed sheet.
type Sheet struct {
	ID       string            `col:"id,key"`
	Name     string            `col:"name"`
	Person   term.PersonID     `col:"person"`
	Subject  string            `col:"subject"` // the room, department or copy it is about; empty: the person's own
	Day      string            `col:"day"`     // YYYY-MM-DD, Asia/Shanghai
	Lines    map[string]string `col:"lines"`   // line → answer
	SignedAt time.Time         `col:"signed_at"`
	ServedAt time.Time         `col:"served_at"` // when the act that waited for it was done; zero: not yet, or none waits
	store.Meta
}

// Sheets is the table.
var Sheets = store.Define[Sheet]("sheet")

// Facts are what the law may look at of a sheet about to be signed.
type Facts struct {
	Sheet     string   `fact:"sheet"`
	LinesOpen []string `fact:"lines_open"` // lines without an answer
	LinesNo   []string `fact:"lines_no"`   // lines answered no
}

// FactsOf looks at the answers to a sheet as the packs in force have it. Only lines of sheets that are asked of the
// holder of these posts are open without an answer.
func FactsOf(law *regulation.Law, sheet string, posts []string, answers map[string]string) Facts {
	f := Facts{Sheet: sheet}
	for _, c := range law.Sheets(sheet) {
		if !c.Asks(posts) {
			continue
		}
		for _, l := range c.Lines {
			switch answers[l.Name] {
			case "":
				f.LinesOpen = append(f.LinesOpen, l.Name)
			case "no":
				f.LinesNo = append(f.LinesNo, l.Name)
			}
		}
	}
	return f
}

// No is a line that was answered no, with the sheet that says what follows.
type No struct {
	Sheet *regulation.Checklist
	Line  regulation.ChecklistLine
}

// NoLines lists the lines answered no, also by somebody of whom they are not asked.
func NoLines(law *regulation.Law, sheet string, answers map[string]string) []No {
	var out []No
	for _, c := range law.Sheets(sheet) {
		for _, l := range c.Lines {
			if answers[l.Name] == "no" {
				out = append(out, No{c, l})
			}
		}
	}
	return out
}

// Check answers a sheet that says what is no answer: to a line that no adopted pack has, a word where yes or no is asked, or
// no whole number where one is. An empty answer is none, and the law's to mind.
func Check(law *regulation.Law, sheet string, answers map[string]string) error {
	known := map[string]string{}
	for _, c := range law.Sheets(sheet) {
		for _, l := range c.Lines {
			known[l.Name] = l.Answer
		}
	}
	var bad refuse.Invalid
	for _, name := range slices.Sorted(maps.Keys(answers)) {
		kind, ok := known[name]
		if !ok {
			return refuse.Field("lines", "unknown_line")
		}
		if code := wrong(kind, answers[name]); code != "" {
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: "lines." + name, Code: code})
		}
	}
	if len(bad.Fields) > 0 {
		return &bad
	}
	return nil
}

func wrong(kind, answer string) string {
	switch {
	case answer == "", kind == "text":
	case kind == regulation.Figure, kind == regulation.Holdings:
		if n, err := strconv.Atoi(answer); err != nil || n < 0 {
			return "not_a_number"
		}
	case answer != "yes" && answer != "no":
		return "not_in_list"
	}
	return ""
}

// CheckFigures answers each line that asks what the signer has by the book and is given another figure.
func CheckFigures(law *regulation.Law, sheet string, answers map[string]string, holdings int) error {
	var bad refuse.Invalid
	for _, c := range law.Sheets(sheet) {
		for _, l := range c.Lines {
			if n, err := strconv.Atoi(answers[l.Name]); l.Answer == regulation.Holdings && err == nil && n != holdings {
				bad.Fields = append(bad.Fields, refuse.FieldError{Field: "lines." + l.Name, Code: "not_by_the_book", Args: map[string]string{"n": strconv.Itoa(holdings)}})
			}
		}
	}
	if len(bad.Fields) > 0 {
		return &bad
	}
	return nil
}

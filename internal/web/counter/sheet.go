package counter

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"

	"jiyao/internal/locale"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/typed"
)

// Sheet is a sheet of lines to be signed, as the adopted packs have it: sheets of one name are one.
type Sheet struct {
	Name  string
	Title string
	Lines []SheetLine
}

// SheetLine is one line, with the clause of each pack that asks it.
type SheetLine struct {
	Name    string
	Title   string
	Gloss   string // English reading of the first clause
	Clauses []term.Clause
	Free    bool // the answer is no yes or no, but what the line asks for
}

// SheetOf reads a sheet out of the law, as far as it is asked of the holder of these posts; ok is false where no
// adopted pack asks it of him.
func SheetOf(law *regulation.Law, name string, posts []string) (s Sheet, ok bool) {
	s.Name = name
	for _, c := range law.Sheets(name) {
		if !c.Asks(posts) {
			continue
		}
		if s.Title == "" {
			s.Title = c.Title
		}
		for _, l := range c.Lines {
			i := slices.IndexFunc(s.Lines, func(x SheetLine) bool { return x.Name == l.Name })
			if i < 0 {
				i = len(s.Lines)
				s.Lines = append(s.Lines, SheetLine{Name: l.Name, Title: l.Title, Free: l.Answer != ""})
				if clause, ok := law.Clause(l.Clause); ok {
					s.Lines[i].Gloss = clause.Gloss
				}
			}
			if !slices.Contains(s.Lines[i].Clauses, l.Clause) {
				s.Lines[i].Clauses = append(s.Lines[i].Clauses, l.Clause)
			}
		}
	}
	return s, len(s.Lines) > 0
}

// SheetsOf lists the sheets that an act signs and that are asked of the viewer, in the order of the packs.
func SheetsOf(v Viewer, act string) []Sheet {
	var out []Sheet
	for _, p := range v.Law.Packs() {
		for _, c := range p.Checklists {
			if c.Signs != act || slices.ContainsFunc(out, func(s Sheet) bool { return s.Name == c.Name }) {
				continue
			}
			if s, ok := SheetOf(v.Law, c.Name, v.Posts); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

// Clauses are those of all lines, each once.
func (s Sheet) Clauses() []term.Clause {
	var out []term.Clause
	for _, l := range s.Lines {
		for _, c := range l.Clauses {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// Heading is what people call the sheet: in Chinese as the pack writes it.
func (s Sheet) Heading(ctx context.Context) string {
	if key := "sheet.title." + s.Name; web.Tongue(ctx).Has(key) && web.Tongue(ctx) != locale.Zh {
		return web.T(ctx, key)
	}
	return s.Title
}

// lineField is the field of a line in the form: its name, spelled in hex where no field may be called so.
func lineField(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) {
		name = "x" + hex.EncodeToString([]byte(name))
	}
	return "line." + name
}

// Answers reads the answers out of a form; a line without one is left out, so that the law can ask for it.
func (s Sheet) Answers(f typed.Form, bad *refuse.Invalid) map[string]string {
	out := map[string]string{}
	for _, l := range s.Lines {
		switch answer := f.Text(lineField(l.Name)); {
		case answer == "":
		case !l.Free && answer != "yes" && answer != "no", len([]rune(answer)) > 200:
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: lineField(l.Name), Code: "not_in_list"})
		default:
			out[l.Name] = answer
		}
	}
	return out
}

// errorOf is what was wrong with a line: that it has no answer, or that the answer is none.
func errorOf(ctx context.Context, err error, l SheetLine) string {
	if text := typed.Error(ctx, err, "lines."+l.Name); text != "" {
		return text
	}
	return web.FieldError(ctx, err, lineField(l.Name))
}

// Signed draws a sheet that was signed: each line with its answer.
func (s Sheet) Signed(ctx context.Context, answers map[string]string) []web.Tick {
	out := make([]web.Tick, len(s.Lines))
	for i, l := range s.Lines {
		t := web.Tick{State: "y", Text: l.Title, End: web.T(ctx, "sheet.yes")}
		switch answer := answers[l.Name]; {
		case answer == "no":
			t.State, t.End = "x", web.T(ctx, "sheet.no")
		case l.Free:
			t.End = answer
		case answer == "":
			t.State, t.End = "", ""
		}
		if len(l.Clauses) > 0 {
			t.Clause = l.Clauses[0]
		}
		out[i] = t
	}
	return out
}

package procedure

import (
	"errors"
	"testing"

	"jiyao/internal/act/acttest"
	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/sheet"
	"jiyao/internal/term"
)

// A document that is in the books already comes in as other copies of it; places, people and numbers are looked up.
func TestALineFitsWhatIsInTheBooks(t *testing.T) {
	same := document.OpeningState{Same: []term.DocumentID{"d"}}
	for name, c := range map[string]struct {
		s    opening
		line document.Opening
		want string
	}{
		"a new document":               {opening{}, document.Opening{}, ""},
		"the same again":               {opening{OpeningState: same}, document.Opening{}, "doc_no registered_before"},
		"another copy of it":           {opening{OpeningState: same, numbers: []term.CopyNo{"000001"}}, document.Opening{CopyNos: []string{"000002"}}, ""},
		"the same copy":                {opening{OpeningState: same, numbers: []term.CopyNo{"000001"}}, document.Opening{CopyNos: []string{"000001", "000002"}}, "copy_nos copy_no_taken"},
		"another piece of it":          {opening{OpeningState: same}, document.Opening{SerialNo: "S-1"}, ""},
		"one serial number for two":    {opening{}, document.Opening{SerialNo: "S-1", Copies: many(2)}, "serial_no not_as_many"},
		"one for one":                  {opening{}, document.Opening{SerialNo: "S-1", Copies: many(1)}, ""},
		"one that another bears":       {opening{used: true}, document.Opening{SerialNo: "S-1", Copies: many(1)}, "serial_no serial_in_use"},
		"in a place":                   {opening{place: true}, document.Opening{Place: "p"}, ""},
		"in a place there is none":     {opening{}, document.Opening{Place: "p"}, "place unknown_place"},
		"of a number another has":      {opening{before: true}, document.Opening{Number: "9"}, "number number_taken"},
		"with somebody":                {opening{}, document.Opening{Holder: "bob", Custodian: "cai"}, ""},
		"with a stranger":              {opening{}, document.Opening{Holder: "who"}, "holder unknown_person"},
		"kept by a stranger":           {opening{}, document.Opening{Custodian: "who"}, "custodian unknown_person"},
		"everything at once":           {opening{OpeningState: same, before: true}, document.Opening{Place: "p", Holder: "who", Custodian: "who"}, "doc_no registered_before, place unknown_place, number number_taken, holder unknown_person, custodian unknown_person"},
		"a number that cannot be read": {opening{OpeningState: same, numbers: []term.CopyNo{"000001"}}, document.Opening{CopyNos: []string{"一"}}, ""},
	} {
		if got := acttest.Answer(c.s.fits(c.line, makingEnv(t))); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// What the officer has himself is where the office keeps it; of anybody else it is a hand-over, or a loan with its day.
func TestHowALineStands(t *testing.T) {
	day, _ := calendar.ParseDate("2026-05-01")
	for name, c := range map[string]struct {
		line document.Opening
		want custody.Opening
	}{
		"in a place":               {document.Opening{Place: "p"}, custody.Opening{Place: "p"}},
		"with somebody":            {document.Opening{Holder: "bob", Place: "p"}, custody.Opening{Holder: "bob", Place: "p"}},
		"with him until a day":     {document.Opening{Holder: "bob", ReturnBy: "2026-05-01"}, custody.Opening{Holder: "bob", Due: day}},
		"with him since a day":     {document.Opening{Holder: "bob", LentOn: "2026-04-01"}, custody.Opening{Holder: "bob", Since: "2026-04-01"}},
		"with the officer himself": {document.Opening{Holder: "ann", Place: "p", LentOn: "2026-04-01", ReturnBy: "2026-05-01"}, custody.Opening{Place: "p"}},
		"a carrier":                {document.Opening{Book: document.BookCarriers, Number: "旧-9"}, custody.Opening{OldNo: "旧-9"}},
		"an incoming one":          {document.Opening{Book: document.BookIncoming, Number: "17"}, custody.Opening{}},
	} {
		if got := stood(c.line, makingEnv(t)); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// What a run of a file counts: good lines, lines that were brought in before, lines that are wrong; anything else ends it.
func TestWhatARunCounts(t *testing.T) {
	line := OpeningEntry{Line: 4}
	faulty := OpeningEntry{Line: 5, Faults: make([]sheet.LineError, 1)}
	gone := OpeningEntry{Line: 6, Faults: []sheet.LineError{{Code: sheet.NotInList}, {Code: notLive}}}
	for name, c := range map[string]struct {
		entry                OpeningEntry
		err                  error
		good, already, wrong int
		fatal                bool
	}{
		"a good line":                {line, nil, 1, 0, 0, false},
		"one brought in before":      {line, &refuse.Conflict{Table: "opening_line"}, 0, 1, 0, false},
		"another conflict":           {line, &refuse.Conflict{Table: "document"}, 0, 0, 1, false},
		"one that the law refuses":   {line, &refuse.Refusal{}, 0, 0, 1, false},
		"one with a wrong field":     {line, refuse.Field("place", "unknown_place"), 0, 0, 1, false},
		"one with a wrong cell":      {faulty, nil, 0, 0, 1, false},
		"nothing to do with a line":  {line, errors.New("disk full"), 0, 0, 0, true},
		"the program is not to hand": {line, refuse.ErrUnavailable, 0, 0, 0, true},
	} {
		var run OpeningRun
		ok := run.add(c.entry, c.err)
		if ok == c.fatal || run.Good != c.good || run.Already != c.already || run.Wrong != c.wrong || len(run.Faults) != c.wrong || !c.fatal && run.Lines != 1 {
			t.Errorf("%s: %v, %+v", name, ok, run)
		}
	}
	var run OpeningRun
	if !run.add(gone, nil) || run.Lines != 1 || run.Left != 1 || run.Wrong != 0 || len(run.Gone) != 1 || len(run.Faults) != 0 {
		t.Errorf("one that is gone by the book: %+v", run)
	}
	run = OpeningRun{}
	for range maxOpeningFaults + 1 {
		run.add(line, refuse.Field("place", "unknown_place"))
	}
	if len(run.Faults) != maxOpeningFaults || run.Wrong != maxOpeningFaults+1 {
		t.Errorf("%d faults kept of %d", len(run.Faults), run.Wrong)
	}
}

// The words of old books for what a carrier is: those of the program itself among them, in whatever width and case.
func TestTheWordsForCarriers(t *testing.T) {
	t.Parallel()
	read := func(medium, form, described string) (document.Opening, []sheet.LineError) {
		table := sheet.Table{Columns: []string{"类型", "形式", "其他说明"}, Rows: []sheet.Row{{Line: 2, Cells: []string{medium, form, described}}}}
		e := ReadOpening(table, document.BookCarriers, "l", Mapping{"medium": 0, "form": 1, "described": 2}, Known{})[0]
		return e.Command, e.Faults
	}
	for said, want := range map[[3]string][3]string{
		{"", "", ""}: {"paper", "", ""}, {"纸介质", "", ""}: {"paper", "", ""}, {"磁介质", "", ""}: {"magnetic", "", ""}, {"光 盘", "", ""}: {"optical", "", ""}, {"ｕ盘", "", ""}: {"solid_state", "usb_disk", ""},
		{"移动硬盘", "", ""}: {"magnetic", "hard_disk", ""}, {"ssd固态", "", ""}: {"solid_state", "hard_disk", ""}, {"磁带", "录音带", ""}: {"tape", "audio_tape", ""}, {"", "软盘", ""}: {"magnetic", "floppy", ""},
		{"半导体", "硬盘", ""}: {"solid_state", "hard_disk", ""}, {"胶片", "", ""}: {"photo", "", ""}, {"照片", "", ""}: {"photo", "", ""}, {"实物", "", ""}: {"object", "", ""}, {"电子文件", "", ""}: {"file", "", ""},
		{"其他", "", ""}: {"other", "", ""}, {"其他：铭牌", "", ""}: {"other", "", "铭牌"}, {"其它(铭牌)", "", ""}: {"other", "", "铭牌"}, {"其他", "铭牌", ""}: {"other", "", "铭牌"}, {"其他", "", "沙盘"}: {"other", "", "沙盘"},
	} {
		o, faults := read(said[0], said[1], said[2])
		if have := [3]string{o.Medium, o.Form, o.Described}; have != want || len(faults) > 0 {
			t.Errorf("%q: %q, %v", said, have, faults)
		}
	}
	for said, want := range map[[3]string]string{
		{"云盘", "", ""}: sheet.NotInList, {"铭牌", "", "铭牌"}: sheet.NotInList, {"磁介质", "鼓", ""}: sheet.NotInList, {"录音带", "录像带", ""}: twoForms,
	} {
		if o, faults := read(said[0], said[1], said[2]); len(faults) != 1 || faults[0].Code != want || o.Medium == "other" {
			t.Errorf("%q: %q, %v", said, o.Medium, faults)
		}
	}
}

package checklist_test

import (
	"slices"
	"testing"
	"time"

	"jiyao/internal/act/acttest"
	"jiyao/internal/calendar"
	"jiyao/internal/checklist"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
)

// Every line of a sheet is answered yes or no, or as it asks; a line that no adopted pack has cannot be answered.
func TestWhatIsAnAnswer(t *testing.T) {
	law := acttest.Law(t, "company")
	for name, c := range map[string]struct {
		sheet   string
		answers map[string]string
		want    string
		open    int
		no      int
	}{
		"nothing answered":     {"stage_measures", nil, "", 10, 0},
		"one yes, one no":      {"stage_measures", map[string]string{"图样入柜": "yes", "禁止拍照": "no"}, "", 8, 1},
		"an empty one":         {"stage_measures", map[string]string{"图样入柜": ""}, "", 10, 0},
		"neither yes nor no":   {"stage_measures", map[string]string{"图样入柜": "也许"}, "lines.图样入柜 not_in_list", 9, 0},
		"two that are neither": {"stage_measures", map[string]string{"图样入柜": "是", "禁止拍照": "否"}, "lines.图样入柜 not_in_list, lines.禁止拍照 not_in_list", 8, 0},
		"a line there is none": {"stage_measures", map[string]string{"火漆": "no"}, "lines unknown_line", 10, 0},
		"a sheet there is not": {"invented", map[string]string{"火漆": "yes"}, "lines unknown_line", 0, 0},
	} {
		if got := acttest.Answer(checklist.Check(law, c.sheet, c.answers)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		f := checklist.FactsOf(law, c.sheet, nil, c.answers)
		if len(f.LinesOpen) != c.open || len(f.LinesNo) != c.no || len(checklist.NoLines(law, c.sheet, c.answers)) != c.no {
			t.Errorf("%s: open %v, no %v", name, f.LinesOpen, f.LinesNo)
		}
	}
}

// What signs a sheet chooses its lines: only those are asked for, and an act waits for a yes to each of them.
func TestWhichLinesAnActWaitsFor(t *testing.T) {
	law := acttest.Law(t, "company")
	sheet := law.Sheets("stage_measures")[0]
	for name, c := range map[string]struct {
		stage   any
		answers map[string]string
		open    []string // of the facts of signing
		waits   []string // for an act
	}{
		"nothing answered":   {"展示", nil, []string{"遮盖样衣", "禁止拍照"}, []string{"stage_measures/遮盖样衣", "stage_measures/禁止拍照"}},
		"one":                {"展示", map[string]string{"遮盖样衣": "yes"}, []string{"禁止拍照"}, []string{"stage_measures/禁止拍照"}},
		"one of them no":     {"展示", map[string]string{"遮盖样衣": "yes", "禁止拍照": "no"}, nil, []string{"stage_measures/禁止拍照"}},
		"both":               {"展示", map[string]string{"遮盖样衣": "yes", "禁止拍照": "yes"}, nil, nil},
		"those of another":   {"展示", map[string]string{"图样入柜": "yes"}, []string{"遮盖样衣", "禁止拍照"}, []string{"stage_measures/遮盖样衣", "stage_measures/禁止拍照"}},
		"no stage said":      {"", nil, nil, nil},
		"several at once":    {[]string{"展示", "保存"}, map[string]string{"遮盖样衣": "yes", "禁止拍照": "yes"}, []string{"入保险装置", "数量清点"}, []string{"stage_measures/入保险装置", "stage_measures/数量清点"}},
		"what is no text":    {7, nil, nil, nil},
		"a stage that is no": {"运输", nil, nil, nil},
	} {
		fields := map[string]any{"stage": c.stage}
		f := checklist.FactsOf(law, "stage_measures", nil, c.answers).Chosen(law, fields)
		if !slices.Equal(f.LinesOpen, c.open) {
			t.Errorf("%s: open %v, want %v", name, f.LinesOpen, c.open)
		}
		if got := checklist.OpenLines(sheet, sheet.Picked(fields), checklist.Sheet{Lines: c.answers}); !slices.Equal(got, c.waits) {
			t.Errorf("%s: waits for %v, want %v", name, got, c.waits)
		}
	}
}

// An act is let through by the newest sheet on its thing that has served none: one sheet, one act.
func TestWhichSheetOpensAGate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		at := acttest.Monday
		sheet := func(id, name, subject string, who term.PersonID, after time.Duration, served bool) store.Change {
			s := checklist.Sheet{ID: id, Name: name, Subject: subject, Person: who, Day: calendar.DateOf(at.Add(after)).String(), SignedAt: at.Add(after), Lines: map[string]string{"a": "yes"}}
			if served {
				s.ServedAt = at
			}
			return checklist.Sheets.Insert(s)
		}
		err := db.Write(t.Context(), "test.fill", func(tx *store.Tx) error {
			_, err := store.Put(tx, []store.Change{
				sheet("old", "gate", "c", "ann", 0, false), sheet("new", "gate", "c", "ann", time.Second, false), sheet("spent", "gate", "c", "ann", time.Minute, true),
				sheet("his", "gate", "c", "bob", time.Millisecond, false), sheet("other", "day_end", "c", "ann", time.Hour, false), sheet("own", "gate", "", "ann", 24*time.Hour, false),
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name, subject string
			who           term.PersonID
			want          string
		}{
			{"gate", "c", "", "new"}, {"gate", "c", "ann", "new"}, {"gate", "c", "bob", "his"}, {"gate", "c", "cai", ""}, {"gate", "d", "", ""}, {"gate", "", "ann", ""}, {"invented", "c", "", ""},
		} {
			err := db.Read(t.Context(), func(tx *store.Tx) error {
				s, ok, err := checklist.Unserved(tx, c.name, c.subject, c.who)
				if s.ID != c.want || ok != (c.want != "") {
					t.Errorf("%+v: %q %v", c, s.ID, ok)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			who   term.PersonID
			since calendar.Date
			want  string
		}{
			{"ann", calendar.DateOf(at), "own"}, {"ann", calendar.DateOf(at).Add(1), "own"}, {"ann", calendar.DateOf(at).Add(2), ""}, {"bob", calendar.DateOf(at), "his"}, {"bob", calendar.DateOf(at).Add(1), ""}, {"", calendar.DateOf(at), ""},
		} {
			err := db.Read(t.Context(), func(tx *store.Tx) error {
				s, ok, err := checklist.Newest(tx, "gate", c.who, c.since)
				if s.ID != c.want || ok != (c.want != "") {
					t.Errorf("%+v: %q %v", c, s.ID, ok)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// A line may ask for a number or a text in place of yes and no.
func TestLinesThatAskForANumber(t *testing.T) {
	law := acttest.Law(t, "county")
	kinds := map[string]string{}
	for _, c := range law.Sheets("day_end") {
		for _, l := range c.Lines {
			kinds[l.Answer] = l.Name
		}
	}
	for _, c := range []struct{ kind, answer, want string }{
		{regulation.Holdings, "0", ""}, {regulation.Holdings, "12", ""}, {regulation.Holdings, "-1", "not_a_number"}, {regulation.Holdings, "1.5", "not_a_number"},
		{regulation.Holdings, "三", "not_a_number"}, {regulation.Holdings, "", ""},
		{"text", "随便什么", ""}, {"", "yes", ""}, {"", "YES", "not_in_list"},
	} {
		name, ok := kinds[c.kind]
		if !ok {
			continue // no adopted sheet of the end of a day asks so
		}
		want := c.want
		if want != "" {
			want = "lines." + name + " " + want
		}
		if got := acttest.Answer(checklist.Check(law, "day_end", map[string]string{name: c.answer})); got != want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	if kinds[regulation.Holdings] == "" {
		t.Fatal("the county asks for no number at the end of a day")
	}
	line := kinds[regulation.Holdings]
	for answer, want := range map[string]string{"2": "", "1": "lines." + line + " not_by_the_book", "3": "lines." + line + " not_by_the_book", "": "", "二": ""} {
		if got := acttest.Answer(checklist.CheckFigures(law, "day_end", map[string]string{line: answer}, 2)); got != want {
			t.Errorf("%q of 2: %q, want %q", answer, got, want)
		}
	}
}

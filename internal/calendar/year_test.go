package calendar

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestBuiltinYearsMatchTheNotices(t *testing.T) {
	book := Builtin()
	cases := []struct {
		year            int
		statutory, work int // days off by statute; weekend days worked
		days            map[string]bool
	}{
		{2024, 11, 8, map[string]bool{"2024-02-09": true, "2024-02-10": false, "2024-02-17": false, "2024-02-18": true,
			"2024-06-10": false, "2024-10-12": true, "2024-10-13": false}},
		{2025, 13, 5, map[string]bool{"2025-01-26": true, "2025-01-27": true, "2025-01-28": false, "2025-02-04": false,
			"2025-02-05": true, "2025-02-08": true, "2025-10-06": false, "2025-10-08": false, "2025-10-11": true}},
		{2026, 13, 6, map[string]bool{"2026-01-04": true, "2026-02-14": true, "2026-02-15": false, "2026-02-23": false,
			"2026-02-24": true, "2026-02-28": true, "2026-03-07": false, "2026-09-20": true, "2026-10-10": true}},
	}
	for _, c := range cases {
		for day, want := range c.days {
			if got, err := book.IsWorkday(date(t, day)); err != nil || got != want {
				t.Errorf("%s working: %v, %v, want %v", day, got, err, want)
			}
		}
		year := book.years[c.year]
		if len(year.Work()) != c.work || len(year.Holidays()) != 7 || year.Source() == "" {
			t.Errorf("%d: %d worked, %d holidays, source %q", c.year, len(year.Work()), len(year.Holidays()), year.Source())
		}
		// A weekday off beyond the statutory ones is worked on a weekend, and a statutory day on a weekend is made up.
		weekdaysOff := 0
		for d := (Date{c.year, time.January, 1}); d.Year == c.year; d = d.Add(1) {
			if ok, err := book.IsWorkday(d); err != nil || !ok && !d.weekend() {
				weekdaysOff++
			}
		}
		if weekdaysOff-c.work != c.statutory {
			t.Errorf("%d: %d weekdays off for %d weekend days worked, want %d more", c.year, weekdaysOff, c.work, c.statutory)
		}
	}
	if n := strings.Join(book.years[2026].Notes(), " "); !strings.Contains(n, "2026-02-21") || !strings.Contains(n, "2026-02-23") {
		t.Errorf("2026 does not say where sources disagree: %q", n)
	}
}

func TestHolidayNames(t *testing.T) {
	book := Builtin()
	for day, want := range map[string]string{
		"2026-02-17": "春节", "2026-05-01": "五一", "2025-10-06": "中秋", "2025-10-07": "国庆",
		"2026-03-07": "", "2026-03-02": "", "2027-01-01": "",
	} {
		if got := book.HolidayName(date(t, day)); got != want {
			t.Errorf("%s is called %q, want %q", day, got, want)
		}
	}
	for _, c := range []struct {
		year        int
		name        string
		first, last string
	}{
		{2026, "春节", "2026-02-15", "2026-02-14"}, // a Saturday that is worked
		{2026, "劳动节", "2026-05-01", "2026-04-30"},
		{2026, "五一", "2026-05-01", "2026-04-30"},
		{2026, "国庆", "2026-10-01", "2026-09-30"},
		{2026, "元旦", "2026-01-01", "2025-12-31"},
		{2025, "中秋", "2025-10-06", "2025-09-30"},
	} {
		first, err := book.FirstOff(c.year, c.name)
		last, err2 := book.LastWorkdayBefore(c.year, c.name)
		if err != nil || err2 != nil || first.String() != c.first || last.String() != c.last {
			t.Errorf("%d %s: %s after %s (%v, %v), want %s after %s", c.year, c.name, first, last, err, err2, c.first, c.last)
		}
	}
	var unknown *UnknownHoliday
	if _, err := book.FirstOff(2026, "圣诞"); !errors.As(err, &unknown) || unknown.Year != 2026 {
		t.Errorf("an unknown holiday: %v", err)
	}
}

func TestWithoutTheYearWorkingDaysSayWhatIsMissing(t *testing.T) {
	book := Builtin()
	asks := map[string]struct {
		year int
		ask  func() error
	}{
		"IsWorkday":         {2027, func() error { _, err := book.IsWorkday(date(t, "2027-01-04")); return err }},
		"NextWorkday":       {2027, func() error { _, err := book.NextWorkday(date(t, "2026-12-31")); return err }},
		"AddWorkdays":       {2027, func() error { _, err := book.AddWorkdays(date(t, "2026-12-30"), 2); return err }},
		"FirstOff":          {2027, func() error { _, err := book.FirstOff(2027, "春节"); return err }},
		"LastWorkdayBefore": {2023, func() error { _, err := book.LastWorkdayBefore(2024, "元旦"); return err }},
		"NextHoliday":       {2027, func() error { _, err := book.NextHoliday("元旦", date(t, "2026-03-01")); return err }},
		"empty book":        {2026, func() error { _, err := (Book{}).IsWorkday(date(t, "2026-03-02")); return err }},
	}
	for name, c := range asks {
		var missing *MissingYear
		if err := c.ask(); !errors.As(err, &missing) || missing.Year != c.year {
			t.Errorf("%s: %v, want the missing year %d", name, err, c.year)
		}
	}
	if got, err := book.AddWorkdays(date(t, "2026-12-30"), 1); err != nil || got.String() != "2026-12-31" {
		t.Errorf("the last working day of the known years: %s, %v", got, err)
	}
}

func TestAddWorkdays(t *testing.T) {
	book := Builtin()
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-03-06", 0, "2026-03-06"}, {"2026-03-07", 0, "2026-03-09"}, {"2026-03-06", 1, "2026-03-09"},
		{"2026-03-07", 1, "2026-03-09"}, {"2026-03-02", 5, "2026-03-09"}, {"2026-02-13", 1, "2026-02-14"},
		{"2026-02-14", 1, "2026-02-24"}, {"2026-02-27", 1, "2026-02-28"}, {"2026-09-21", 10, "2026-10-12"},
		{"2025-12-31", 1, "2026-01-04"}, {"2025-12-31", 2, "2026-01-05"}, {"2026-01-01", 0, "2026-01-04"},
	} {
		if got, err := book.AddWorkdays(date(t, c.from), c.n); err != nil || got.String() != c.want {
			t.Errorf("%s + %d working = %s, %v, want %s", c.from, c.n, got, err, c.want)
		}
	}
	for _, n := range []int{-1, maxWorking + 1} {
		if _, err := book.AddWorkdays(date(t, "2026-03-02"), n); err == nil {
			t.Errorf("%d working days were added", n)
		}
	}
}

func TestAddWorkdaysIsMonotone(t *testing.T) {
	book := Builtin()
	rapid.Check(t, func(t *rapid.T) {
		d := Date{2024, time.January, 1}.Add(rapid.IntRange(0, 700).Draw(t, "day"))
		n := rapid.IntRange(0, 200).Draw(t, "n")
		one, err := book.AddWorkdays(d, n)
		if err != nil {
			t.Fatal(err)
		}
		more, err := book.AddWorkdays(d, n+1)
		if err != nil {
			t.Fatal(err)
		}
		later, err := book.AddWorkdays(d.Add(1), n)
		if err != nil {
			t.Fatal(err)
		}
		if one.Before(d) || n > 0 && !one.After(d) || more.Before(one) || n > 0 && !more.After(one) || later.Before(one) {
			t.Fatalf("%s: +%d %s, +%d %s, a day later %s", d, n, one, n+1, more, later)
		}
		if ok, err := book.IsWorkday(one); err != nil || !ok {
			t.Fatalf("%s + %d = %s is no working day (%v)", d, n, one, err)
		}
		count := 0
		for day := d.Add(1); !day.After(one); day = day.Add(1) {
			if ok, err := book.IsWorkday(day); err == nil && ok {
				count++
			}
		}
		if n > 0 && count != n {
			t.Fatalf("%d working days from %s to %s, want %d", count, d, one, n)
		}
	})
}

func TestBookIsImmutable(t *testing.T) {
	y, err := ParseYear("2027.yaml", []byte(smallYear))
	if err != nil {
		t.Fatal(err)
	}
	old := Builtin()
	book := old.With(y)
	if old.Has(2027) || !book.Has(2027) || !book.Has(2024) {
		t.Errorf("known: old %v, new %v", old.Has(2027), book.Has(2027))
	}
	y.Holidays()[0].Off[0] = Date{}
	y.Work()[0] = Date{}
	if first, err := book.FirstOff(2027, "元旦"); err != nil || first.String() != "2026-12-31" {
		t.Errorf("元旦 2027 begins %s, %v", first, err)
	}
	if got := book.With(Year{}); len(got.Years()) != 4 {
		t.Errorf("the zero year made %d years", len(got.Years()))
	}
}

func TestNextYearsNoticeReachesIntoDecember(t *testing.T) {
	y, err := ParseYear("2027.yaml", []byte(smallYear))
	if err != nil {
		t.Fatal(err)
	}
	book := Builtin().With(y)
	for day, want := range map[string]bool{"2026-12-26": true, "2026-12-31": false, "2027-01-01": false, "2026-12-30": true} {
		if got, err := book.IsWorkday(date(t, day)); err != nil || got != want {
			t.Errorf("%s working: %v, %v, want %v", day, got, err, want)
		}
	}
	if got, err := book.NextHoliday("元旦", date(t, "2026-12-30")); err != nil || got.String() != "2026-12-31" {
		t.Errorf("next 元旦: %s, %v", got, err)
	}
}

func TestTheLaterNoticeHasTheLastWordOnDecember(t *testing.T) {
	head := "source: test\nholidays:\n  - {name: 元旦, off: ["
	older, err := ParseYear("2027.yaml", []byte("year: 2027\n"+head+"2027-12-25, 2027-12-26]}\nwork: [2027-12-18]\n"))
	if err != nil {
		t.Fatal(err)
	}
	newer, err := ParseYear("2028.yaml", []byte("year: 2028\n"+head+"2027-12-18]}\nwork: [2027-12-26]\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, book := range []Book{(Book{}).With(older).With(newer), (Book{}).With(newer).With(older)} {
		for day, want := range map[string]bool{"2027-12-18": false, "2027-12-25": false, "2027-12-26": true} {
			if got, err := book.IsWorkday(date(t, day)); err != nil || got != want {
				t.Errorf("%s working: %v, %v, want %v", day, got, err, want)
			}
		}
	}
}

const smallYear = `year: 2027
source: made up for a test
holidays:
  - {name: 元旦, off: [2026-12-31 to 2027-01-02]}
  - {name: 春节, also: [新春], off: [2027-02-06, 2027-02-08–2027-02-12]}
work: [2026-12-26, 2027-02-13]
notes: ["元旦: begins in December"]
`

func TestParseYearSaysFileLineAndWhatIsWrong(t *testing.T) {
	const head = "year: 2027\nsource: test\nholidays:\n  - {name: 元旦, off: [2027-01-01]}\n"
	cases := map[string]struct {
		text string
		line int
		code string
	}{
		"empty":                   {"", 0, "empty"},
		"not YAML":                {"year: [2027", 1, "not_yaml"},
		"not UTF-8":               {"year: 2027\xff", 0, "not_utf8"},
		"a list":                  {"- 2027", 1, "mapping"},
		"unknown key":             {head + "hollidays: []\n", 5, "key_unknown"},
		"unknown key below":       {head + "  - {name: 春节, of: [2027-02-06]}\n", 5, "key_unknown"},
		"key twice":               {head + "year: 2027\n", 5, "key_twice"},
		"no source":               {"year: 2027\nholidays: [{name: 元旦, off: [2027-01-01]}]\n", 1, "key_missing"},
		"source of two lines":     {"year: 2027\nsource: |\n  a\n  b\nholidays: [{name: 元旦, off: [2027-01-01]}]\n", 2, "text"},
		"year in words":           {strings.Replace(head, "2027\n", "next\n", 1), 1, "year"},
		"year 1999":               {strings.Replace(head, "2027\n", "1999\n", 1), 1, "year"},
		"full-width year":         {strings.Replace(head, "2027\n", "２０２７\n", 1), 1, "year"},
		"date of another year":    {head + "  - {name: 春节, off: [2028-02-06]}\n", 5, "other_year"},
		"December after":          {head + "  - {name: 春节, off: [2028-12-31]}\n", 5, "other_year"},
		"November before":         {head + "  - {name: 春节, off: [2026-11-30]}\n", 5, "other_year"},
		"no such date":            {head + "  - {name: 春节, off: [2027-02-29]}\n", 5, "date"},
		"short date":              {head + "  - {name: 春节, off: [02-06]}\n", 5, "date"},
		"range backwards":         {head + "  - {name: 春节, off: [2027-02-08 to 2027-02-06]}\n", 5, "range"},
		"range of two months":     {head + "  - {name: 春节, off: [2027-02-08 to 2027-04-06]}\n", 5, "range"},
		"day off twice":           {head + "  - {name: 春节, off: [2027-02-06 to 2027-02-08, 2027-02-08]}\n", 5, "day_twice"},
		"day off of two holidays": {head + "  - {name: 春节, off: [2027-01-01]}\n", 5, "day_twice"},
		"name twice":              {head + "  - {name: 元旦, off: [2027-02-06]}\n", 5, "name_taken"},
		"name with a comma":       {head + "  - {name: \"元,旦\", off: [2027-02-06]}\n", 5, "name"},
		"name empty":              {head + "  - {name: \"\", off: [2027-02-06]}\n", 5, "text"},
		"name hides a control":    {head + "  - {name: \"元\\u202E旦\", off: [2027-02-06]}\n", 5, "text"},
		"off empty":               {head + "  - {name: 春节, off: []}\n", 5, "list"},
		"off no list":             {head + "  - {name: 春节, off: 2027-02-06}\n", 5, "list"},
		"worked weekday":          {head + "work:\n  - 2027-01-04\n", 6, "no_weekend"},
		"worked and off":          {strings.Replace(head, "01-01]", "01-01 to 2027-01-03]", 1) + "work: [2027-01-02]\n", 5, "off_and_worked"},
		"worked twice":            {head + "work: [2027-01-09, 2027-01-09]\n", 5, "day_twice"},
		"work null":               {head + "work:\n", 5, "list"},
		"alias":                   {"year: 2027\nsource: &a test\nholidays: [{name: *a, off: [2027-01-01]}]\n", 2, "text"},
		"two documents":           {head + "---\nyear: 2028\n", 5, "one_document"},
		"too long":                {head + strings.Repeat("# x\n", maxYearFile/4), 0, "too_big"},
		"note too long":           {head + "notes: [" + strings.Repeat("x", maxProse+1) + "]\n", 5, "text"},
	}
	for name, c := range cases {
		_, err := ParseYear("2027.yaml", []byte(c.text))
		var bad *DataError
		if !errors.As(err, &bad) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if bad.File != "2027.yaml" || bad.Line != c.line || bad.Code != c.code {
			t.Errorf("%s: line %d, %v; want line %d and %s", name, bad.Line, err, c.line, c.code)
		}
	}
	if _, err := ParseYear("2027.yaml", []byte(head)); err != nil {
		t.Errorf("the head alone is in order, but %v", err)
	}
}

func TestYearSurvivesYAML(t *testing.T) {
	years := Builtin().Years()
	small, err := ParseYear("2027.yaml", []byte(smallYear))
	if err != nil {
		t.Fatal(err)
	}
	for _, y := range append(years, small) {
		text := y.YAML()
		again, err := ParseYear("again", text)
		if err != nil || !reflect.DeepEqual(y, again) {
			t.Errorf("%d: %v\n%s", y.Number(), err, text)
		}
		if string(again.YAML()) != string(text) {
			t.Errorf("%d: written differently the second time", y.Number())
		}
	}
	if !strings.Contains(string(small.YAML()), "off: [2027-02-06, 2027-02-08 to 2027-02-12]") {
		t.Errorf("not readable:\n%s", small.YAML())
	}
	if got := (Year{}).YAML(); got != nil {
		t.Errorf("the zero year is written as %q", got)
	}
}

func FuzzParseYear(f *testing.F) {
	f.Add([]byte(smallYear))
	files, err := filepath.Glob("data/*.yaml")
	if err != nil || len(files) != 3 {
		f.Fatalf("built-in years: %v, %v", files, err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("year: 2027\nsource: '2026-01-01'\nholidays: [{name: 'null', off: [2027-01-01]}]\n"))
	f.Add([]byte("&a [*a, *a]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		y, err := ParseYear("fuzz", b)
		if err != nil {
			var bad *DataError
			if !errors.As(err, &bad) {
				t.Fatalf("not a DataError: %v", err)
			}
			return
		}
		again, err := ParseYear("again", y.YAML())
		if err != nil || !reflect.DeepEqual(y, again) {
			t.Fatalf("does not survive YAML: %v\n%s", err, y.YAML())
		}
	})
}

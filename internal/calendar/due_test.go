package calendar

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The figures are those of the proofs in design/law, each named by its clause.
func TestDueInTheProofs(t *testing.T) {
	book := Builtin()
	cases := []struct{ clause, rule, from, due, late string }{
		{"C-2a", "end of day + 0", "2026-03-02 16:50", "2026-03-02 24:00", "2026-03-03 00:01"},
		{"C-2a one looser", "end of day + 1", "2026-03-02 16:50", "2026-03-03 24:00", "2026-03-04 00:01"},
		{"C-3a", "end of day + 1 working", "2026-03-02 10:00", "2026-03-03 24:00", "2026-03-04 00:01"},
		{"C-3a Friday", "end of day + 1 working", "2026-03-06 10:00", "2026-03-09 24:00", "2026-03-10 00:01"},
		{"C-3b after hours", "end of day + 0", "2026-03-02 22:30", "2026-03-02 24:00", "2026-03-03 00:01"},
		{"C-3c natural", "end of day + 5 natural", "2026-03-02 10:00", "2026-03-07 24:00", "2026-03-08 00:01"},
		{"C-3c working", "end of day + 5 working", "2026-03-02 10:00", "2026-03-09 24:00", "2026-03-10 00:01"},
		{"C-8a", "end of day + 3", "2026-03-02 09:00", "2026-03-05 24:00", "2026-03-06 00:01"},
		{"C-8b 绝密", "end of day + 10", "2026-03-02 09:00", "2026-03-12 24:00", "2026-03-13 00:01"},
		{"C-8b 机密, 劳动节", "end of day + 60", "2026-03-02 09:00", "2026-05-01 24:00", "2026-05-02 00:01"},
		{"C-9a", "31 January", "2026-01-01 00:00", "2026-01-31 24:00", "2026-02-01 00:01"},
		{"C-7c", "next-year 31 December", "2026-01-01 00:00", "2026-12-31 24:00", "2027-01-01 00:01"},
		{"B-3.1b", "end of day + 0 working", "2026-03-02 16:50", "2026-03-02 24:00", "2026-03-03 00:01"},
		{"B-3.1b Saturday", "end of day + 0 working", "2026-03-07 16:50", "2026-03-09 24:00", "2026-03-10 00:01"},
		{"B-3.2b without date", "end of day + 3 working", "2026-03-02 10:00", "2026-03-05 24:00", "2026-03-06 00:01"},
		{"B-3.6a", "within each week", "2026-03-02 00:00", "2026-03-08 24:00", "2026-03-09 00:01"},
		{"B-3.6b Saturday", "+ 24 h", "2026-03-07 10:00", "2026-03-08 10:00", "2026-03-08 10:00:01"},
		{"B-3.7a", "within each quarter", "2026-01-01 00:00", "2026-03-31 24:00", "2026-04-01 00:01"},
		{"B-3.7a full", "within each year", "2026-01-01 00:00", "2026-12-31 24:00", "2027-01-01 00:01"},
		{"B-1.1d first half", "within each half-year", "2026-01-01 00:00", "2026-06-30 24:00", "2026-07-01 00:01"},
		{"B-1.1d second half", "within each half-year", "2026-07-01 00:00", "2026-12-31 24:00", "2027-01-01 00:01"},
		{"B-1.2b", "31 March", "2026-01-01 00:00", "2026-03-31 24:00", "2026-04-01 00:01"},
		{"B-3.4b", "within each month", "2026-03-01 00:00", "2026-03-31 24:00", "2026-04-01 00:01"},
		{"L-7 国庆", "end of day + 10 working", "2026-09-21 09:00", "2026-10-12 24:00", "2026-10-13 00:01"},
		{"L-10", "end of day + 5 working", "2026-03-02 09:00", "2026-03-09 24:00", "2026-03-10 00:01"},
		{"L-9", "31 December", "2026-01-01 00:00", "2026-12-31 24:00", "2027-01-01 00:01"},
		{"L-16", "+ 24 months", "2026-03-02 09:00", "2028-03-02 24:00", "2028-03-03 00:01"},
		{"L-28 from the late act", "+ 24 h", "2026-03-13 00:01", "2026-03-14 00:01", "2026-03-14 00:01:01"},
		{"L-29 inquiry", "+ 2 months", "2026-03-02 09:00", "2026-05-02 24:00", "2026-05-03 00:01"},
		{"L-29 result", "+ 3 months", "2026-03-03 09:00", "2026-06-03 24:00", "2026-06-04 00:01"},
		{"A1-3c", "next-year 31 March", "2026-01-01 00:00", "2026-03-31 24:00", "2026-04-01 00:01"},
		{"A1-6a 春节", "last working day before 春节", "2026-02-08 00:00", "2026-02-14 24:00", "2026-02-15 00:01"},
		{"A1-6a 元旦 across the year", "last working day before 元旦", "2025-12-25 00:00", "2025-12-31 24:00", "2026-01-01 00:01"},
		{"A2-4.1a", "+ 15 min", "2026-03-02 09:00", "2026-03-02 09:15", "2026-03-02 09:15:01"},
		{"A2-4.4a 春节", "+ 3 × 24 h", "2026-02-14 16:20", "2026-02-17 16:20", "2026-02-17 16:20:01"},
		{"A2-4.4c", "+ 1 × 24 h", "2026-03-02 23:50", "2026-03-03 23:50", "2026-03-03 23:50:01"},
		{"A2-6.5a", "end of day + 31", "2026-03-02 09:00", "2026-04-02 24:00", "2026-04-03 00:01"},
	}
	for _, c := range cases {
		rule, err := ParseDue(c.rule)
		if err != nil {
			t.Errorf("%s: %v", c.clause, err)
			continue
		}
		got, err := rule.At(Trigger{Occurred: at(t, c.from), Book: book})
		want := deadline(t, c.due)
		if err != nil || !got.At.Equal(want.At) || got.EndOfDay != want.EndOfDay {
			t.Errorf("%s: %q from %s = %s (%v), want %s", c.clause, c.rule, c.from, got, err, want)
			continue
		}
		if late := got.LateFrom(); !late.Equal(at(t, c.late)) {
			t.Errorf("%s: late from %v, want %s", c.clause, late, c.late)
		}
	}
}

func TestDueAtTheEdges(t *testing.T) {
	closing, start, end := at(t, "2026-03-02 17:30"), at(t, "2026-03-02 08:30"), at(t, "2026-03-03 08:30")
	records := map[string]Recorded{
		"due":       {At: at(t, "2026-03-12 09:00")},
		"return_by": {At: at(t, "2026-03-20 15:00"), DateOnly: true},
		"read_by":   {At: at(t, "2026-03-05 17:00")},
		"got_at":    {At: at(t, "2026-02-27 22:30")},
		"empty":     {},
	}
	cases := []struct{ rule, from, want string }{
		{"end of day", "2026-03-02 00:00", "2026-03-02 24:00"},
		{"end of day", "2026-03-02 23:59", "2026-03-02 24:00"},
		{"end of day", "2026-03-02 24:00", "2026-03-03 24:00"},
		{"end of day", "2026-12-31 23:59", "2026-12-31 24:00"},
		{"end of day + 1", "2026-12-31 23:59", "2027-01-01 24:00"},
		{"+ 1 months", "2026-01-31 10:00", "2026-02-28 24:00"},
		{"+ 1 month", "2026-12-31 10:00", "2027-01-31 24:00"},
		{"+ 1 year", "2024-02-29 10:00", "2025-02-28 24:00"},
		{"+ 4 years", "2024-02-29 10:00", "2028-02-29 24:00"},
		{"29 February", "2026-01-01 00:00", "2026-02-28 24:00"},
		{"31 January", "2026-03-02 10:00", "2026-01-31 24:00"},
		{"within each month", "2026-12-31 23:59", "2026-12-31 24:00"},
		{"within each week", "2026-12-31 10:00", "2027-01-03 24:00"},
		{"within each week", "2026-03-08 23:59", "2026-03-08 24:00"},
		{"within each month, every 2", "2026-03-01 00:00", "2026-03-31 24:00"},
		{"record due", "2026-03-02 09:00", "2026-03-12 09:00"},
		{"record return_by", "2026-03-02 09:00", "2026-03-20 24:00"},
		{"record return_by + 24 h", "2026-03-02 09:00", "2026-03-21 24:00"},
		{"record return_by + 30 min", "2026-03-02 09:00", "2026-03-21 00:30"},
		{"record due + 90 min", "2026-03-02 09:00", "2026-03-12 10:30"},
		{"record due + 24 h", "2026-03-02 09:00", "2026-03-13 09:00"},
		{"record got_at + 0 days", "2026-03-02 09:00", "2026-02-27 24:00"},
		{"record got_at + 5 days", "2026-03-02 09:00", "2026-03-04 24:00"},
		{"record got_at + 5 natural days", "2026-03-02 09:00", "2026-03-04 24:00"},
		{"record got_at + 5 working days", "2026-03-02 09:00", "2026-03-05 24:00"}, // 02-28 is a worked Saturday
		{"record return_by + 1 day", "2026-03-02 09:00", "2026-03-21 24:00"},
		{"closing time", "2026-03-02 09:00", "2026-03-02 17:30"},
		{"closing time + 0 min", "2026-03-02 09:00", "2026-03-02 17:30"},
		{"closing time + 30 min", "2026-03-02 09:00", "2026-03-02 18:00"},
		{"shift start + 30 min", "2026-03-02 08:30", "2026-03-02 09:00"},
		{"shift end", "2026-03-02 08:30", "2026-03-03 08:30"},
		{"record read_by, else end of day + 3 working", "2026-03-02 10:00", "2026-03-05 17:00"},
		{"record none_such, else end of day + 3 working", "2026-03-02 10:00", "2026-03-05 24:00"},
		{"record empty, else record no, else 31 March", "2026-03-02 10:00", "2026-03-31 24:00"},
		{"last working day before 元旦, 国庆", "2026-03-02 10:00", "2026-09-30 24:00"},
		{"last working day before 国庆", "2025-10-01 00:00", "2026-09-30 24:00"},
		{"last working day before 国庆", "2025-09-30 24:00", "2026-09-30 24:00"},
		{"last working day before 国庆", "2025-09-30 23:59", "2025-09-30 24:00"},
		{"last working day before 端午", "2024-06-07 18:00", "2024-06-07 24:00"},
		{"last working day before 端午", "2024-06-08 09:00", "2025-05-30 24:00"}, // the weekend before it
	}
	for _, c := range cases {
		rule, err := ParseDue(c.rule)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		trigger := Trigger{Occurred: at(t, c.from), Records: records, ClosingTime: &closing, ShiftStart: &start,
			ShiftEnd: &end, Book: Builtin()}
		if len(rule.Holidays()) > 1 {
			trigger.Holiday = "国庆"
		}
		got, err := rule.At(trigger)
		if want := deadline(t, c.want); err != nil || !got.At.Equal(want.At) || got.EndOfDay != want.EndOfDay {
			t.Errorf("%q from %s = %s (%v), want %s", c.rule, c.from, got, err, want)
		}
		if got.At.Location() != Zone {
			t.Errorf("%q: the deadline is not in Zone", c.rule)
		}
	}
}

func TestDueCountsDaysInZone(t *testing.T) {
	rule, err := ParseDue("end of day + 1")
	if err != nil {
		t.Fatal(err)
	}
	got, err := rule.At(Trigger{Occurred: at(t, "2026-03-02 07:00").UTC()}) // still 1 March in Greenwich
	if err != nil || got.String() != "2026-03-03 24:00" {
		t.Errorf("%s, %v", got, err)
	}
}

func TestDueSaysWhyThereIsNoDeadline(t *testing.T) {
	moment := at(t, "2026-12-30 10:00")
	ask := func(rule string, trigger Trigger) error {
		t.Helper()
		d, err := ParseDue(rule)
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.At(trigger)
		if err != nil && !got.IsZero() {
			t.Errorf("%q: both a deadline and an error", rule)
		}
		return err
	}
	full := Trigger{Occurred: moment, Book: Builtin()}
	for _, rule := range []string{"none", "record x, else none"} {
		if err := ask(rule, full); !errors.Is(err, ErrNoDue) {
			t.Errorf("%q: %v", rule, err)
		}
	}
	for rule, what := range map[string]string{
		"record due": "due", "record due + 1 days": "due", "record a, else record b": "b", "closing time": "closing time",
		"shift start + 1 h": "shift start", "shift end, else shift start": "shift start",
	} {
		var missing *MissingRecord
		if err := ask(rule, full); !errors.As(err, &missing) || missing.What != what {
			t.Errorf("%q: %v, want that %s is missing", rule, err, what)
		}
	}
	for _, rule := range []string{"end of day + 2 working", "record x, else end of day + 9 working", "last working day before 春节"} {
		var missing *MissingYear
		if err := ask(rule, full); !errors.As(err, &missing) || missing.Year != 2027 {
			t.Errorf("%q: %v, want that 2027 is missing", rule, err)
		}
	}
	recorded := full
	recorded.Records = map[string]Recorded{"x": {At: moment}}
	var missing *MissingYear
	if err := ask("record x + 2 working days, else + 1 h", recorded); !errors.As(err, &missing) {
		t.Errorf("else stands in for a missing record only, not for %v", err)
	}
	for _, rule := range []string{"+ 72 h", "end of day + 2", "31 January", "+ 3 months", "within each year"} {
		if err := ask(rule, Trigger{Occurred: moment}); err != nil {
			t.Errorf("%q needs no notice, but %v", rule, err)
		}
	}
	other := full
	other.Holiday = "端午"
	for name, err := range map[string]error{
		"no time":              ask("+ 1 h", Trigger{}),
		"which holiday":        ask("last working day before 春节, 国庆", full),
		"another holiday":      ask("last working day before 春节, 国庆", other),
		"a period left out":    ask("within each month, every 2", full),
		"a missing year else":  ask("record x, else end of day + 2 working", full),
		"an unknown holiday":   ask("last working day before 圣诞", full),
		"an unfilled else too": ask("record x, else record y, else record z", full),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestParseDueSaysWhatWasExpected(t *testing.T) {
	cases := map[string]string{
		"":                                    "one of: + n min",
		"soon":                                "one of: + n min",
		"None":                                "one of: + n min",
		"+":                                   "+ n min",
		"+ 15":                                "+ n min",
		"+ 15 minutes":                        "+ n min",
		"+ -1 h":                              "+ n min",
		"+ １５ min":                            "+ n min",
		"+ 015 min":                           "+ n min",
		"+ 1.5 h":                             "+ n min",
		"+ 99999999999 min":                   "+ n min",
		"+ 3 x 24 h":                          "+ n min",
		"+ 3 × 12 h":                          "+ n min",
		"+ 100000 h":                          "ten years",
		"+ 5 days":                            "+ n min",
		"+ 0 months":                          "from 1 to 1200",
		"+ 101 years":                         "from 1 to 100",
		"+ 15 min + 1 h":                      "nothing more",
		"end of week":                         "one of: + n min",
		"end of day +":                        "a number of days",
		"end of day + n":                      "a number of days",
		"end of day + 5 days":                 "nothing more",
		"end of day + 5 calendar":             "nothing more",
		"end of day + 2501 working":           "at most 2500 working days",
		"end of day + 99999":                  "from 0 to 36600",
		"record":                              "record and a field",
		"record Due":                          "record and a field",
		"record due date":                     "nothing more",
		"record due + 5":                      "min, h, × 24 h, days",
		"record due + 5 working":              "min, h, × 24 h, days",
		"record due + 5 working natural days": "min, h, × 24 h, days",
		"record due + 2 months":               "min, h, × 24 h, days",
		"31 Jan":                              "like 31 January",
		"31 April":                            "like 31 January",
		"30 February":                         "like 31 January",
		"32 January":                          "from 1 to 31",
		"next-year":                           "the day of a month",
		"next-year March":                     "the day of a month",
		"within each":                         "within each week",
		"within each day":                     "within each week",
		"within each month, every":            "a number of periods",
		"within each month, every 0":          "from 1 to 60",
		"within month":                        "one of: + n min",
		"last working day before":             "holidays",
		"last working day before 春节,":         "holidays",
		"last working day before 春节, 春节":      "different holidays",
		"last working day before 春节 国庆":       "nothing more",
		"last working day before $holidays, else none": "different holidays",
		"shift":                  "one of: + n min",
		"shift middle":           "one of: + n min",
		"closing time - 5 min":   "nothing more",
		"closing time + 5 days":  "min, h or × 24 h",
		"+ 1 h, else none":       "else only after",
		"none, else + 1 h":       "else only after",
		"record a, else":         "one of: + n min",
		"record a else record b": "nothing more",
		"record a, else record b, else record c, else record d, else none": "at most 4 alternatives",
		strings.Repeat(" ", 300):            "at most 240 bytes",
		"record " + strings.Repeat("a", 65): "record and a field",
	}
	for text, want := range cases {
		_, err := ParseDue(text)
		var bad *SyntaxError
		if !errors.As(err, &bad) || !strings.Contains(bad.Expected, want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
		if err != nil && len(err.Error()) > 700 {
			t.Errorf("%q: an error of %d bytes", text, len(err.Error()))
		}
	}
}

func TestDueTellsWhatItReads(t *testing.T) {
	d, err := ParseDue("record read_by, else record due + 1 working days")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(d.Fields(), " "); got != "read_by due" || !d.Working() || d.None() {
		t.Errorf("fields %q, working %v, none %v", got, d.Working(), d.None())
	}
	if d, err = ParseDue("none"); err != nil || !d.None() || d.Working() || d.Fields() != nil {
		t.Errorf("none: %v, %v", d, err)
	}
}

func TestWindowsOpenByThemselves(t *testing.T) {
	cases := []struct{ rule, now, first, last, next string }{
		{"within each week", "2026-03-08 23:59", "2026-03-02", "2026-03-08", "2026-03-09 00:00"},
		{"within each month", "2026-12-31 23:59", "2026-12-01", "2026-12-31", "2027-01-01 00:00"},
		{"within each quarter", "2026-05-15 10:00", "2026-04-01", "2026-06-30", "2026-07-01 00:00"},
		{"within each half-year", "2026-07-01 00:00", "2026-07-01", "2026-12-31", "2027-01-01 00:00"},
		{"within each year", "2026-07-01 00:00", "2026-01-01", "2026-12-31", "2027-01-01 00:00"},
		{"within each month, every 2", "2026-03-15 10:00", "2026-03-01", "2026-03-31", "2026-05-01 00:00"},
		{"within each month, every 2", "2026-04-01 00:00", "", "", "2026-05-01 00:00"}, // A2-6.3: no duty on 04-01
		{"within each month, every 2", "1999-12-31 00:00", "", "", "2000-01-01 00:00"},
		{"within each quarter, every 2", "1999-11-15 00:00", "", "", "2000-01-01 00:00"},
		{"next-year 31 January", "2027-01-31 23:59", "2027-01-01", "2027-01-31", "2028-01-01 00:00"},
		{"next-year 31 January", "2026-02-01 00:00", "", "", "2027-01-01 00:00"},
		{"end of day + 3", "2026-02-01 00:00", "", "", ""},
	}
	for _, c := range cases {
		d, err := ParseDue(c.rule)
		if err != nil {
			t.Fatal(err)
		}
		w, ok := d.Window(at(t, c.now))
		if ok != (c.first != "") || ok && (w.First.String() != c.first || w.Last.String() != c.last) {
			t.Errorf("%q at %s: %s to %s, %v", c.rule, c.now, w.First, w.Last, ok)
		}
		next, ok := d.NextOpening(at(t, c.now))
		if ok != (c.next != "") || ok && !next.Equal(at(t, c.next)) {
			t.Errorf("%q at %s: next %v, %v, want %s", c.rule, c.now, next, ok, c.next)
		}
	}
}

func TestDueIsNeverBeforeItsTrigger(t *testing.T) {
	book := Builtin()
	rules := []string{"+ 0 min", "+ 15 min", "+ 3 × 24 h", "end of day", "end of day + 5", "end of day + 0 working",
		"end of day + 10 working", "+ 1 months", "+ 1 years", "within each week", "within each month", "within each quarter",
		"within each half-year", "within each year", "31 December", "next-year 31 December", "last working day before 国庆"}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(rules).Draw(t, "rule")
		minutes := rapid.IntRange(0, 620*24*60).Draw(t, "minutes")
		from := Date{2024, time.January, 1}.Start().Add(time.Duration(minutes) * time.Minute)
		d, err := ParseDue(text)
		if err != nil {
			t.Fatal(err)
		}
		due, err := d.At(Trigger{Occurred: from, Book: book})
		if err != nil {
			t.Fatal(err)
		}
		if due.At.Before(from) || !due.InTime(from) || !due.LateFrom().After(due.At) {
			t.Fatalf("%q from %s is due %s", text, from, due)
		}
		if due.EndOfDay && (due.At.Hour() != 0 || due.At.Minute() != 0) {
			t.Fatalf("%q: the end of a day at %v", text, due.At)
		}
		later, err := d.At(Trigger{Occurred: from.Add(time.Minute), Book: book})
		if err != nil || later.At.Before(due.At) {
			t.Fatalf("%q a minute later is due earlier: %s, then %s (%v)", text, due, later, err)
		}
	})
}

var dueSeeds = []string{"+ 15 min", "+ 3 × 24 h", "+ 2 months", "+ 1 years", "end of day + 1 working", "end of day + 5 natural",
	"record a.b + 5 natural days", "record a + 0 min", "record a, else shift end, else none", "29 February", "next-year 31 March",
	"within each month, every 2", "last working day before 春节, 国庆", "shift start + 1 h", "closing time", "none", ", else", "+%×"}

func FuzzParseDue(f *testing.F) {
	for _, s := range dueSeeds {
		f.Add(s)
	}
	moment := at(f, "2026-03-02 10:00")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDue(s)
		if err != nil {
			var bad *SyntaxError
			if !errors.As(err, &bad) || bad.Expected == "" {
				t.Fatalf("not a SyntaxError: %v", err)
			}
			return
		}
		again, err := ParseDue(d.String())
		if err != nil || again.String() != d.String() {
			t.Fatalf("%q is written %q, which reads as %q, %v", s, d, again, err)
		}
		trigger := Trigger{Occurred: moment, ClosingTime: &moment, ShiftStart: &moment, ShiftEnd: &moment, Book: Builtin()}
		one, errOne := d.At(trigger)
		two, errTwo := again.At(trigger)
		if one != two || (errOne == nil) != (errTwo == nil) {
			t.Fatalf("%q = %s, %v; written %q = %s, %v", s, one, errOne, again, two, errTwo)
		}
	})
}

package calendar

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWarningsInTheProofs(t *testing.T) {
	closing := at(t, "2026-03-02 17:30")
	cases := []struct {
		clause, rule, opened, due string
		want                      []string
	}{
		{"C-5a", "50/80/100 %", "2026-03-02 09:00", "2026-03-12 09:00",
			[]string{"2026-03-07 09:00", "2026-03-10 09:00", "2026-03-12 09:00"}},
		{"C-5a 60 for 50", "60 %", "2026-03-02 09:00", "2026-03-12 09:00", []string{"2026-03-08 09:00"}},
		{"C-2a", "50 %, 80 %", "2026-03-02 14:00", "2026-03-02 24:00", []string{"2026-03-02 19:00", "2026-03-02 22:00"}},
		{"A2-4.4a", "2/3", "2026-02-14 16:20", "2026-02-17 16:20", []string{"2026-02-16 16:20"}},
		{"A2-4.4b", "2/3", "2026-03-06 17:00", "2026-03-08 17:00", []string{"2026-03-08 01:00"}},
		{"A2-4.4c", "2/3", "2026-03-02 23:50", "2026-03-03 23:50", []string{"2026-03-03 15:50"}},
		{"A2-3.1b", "80 %", "2026-03-02 10:00", "2026-03-02 10:15", []string{"2026-03-02 10:12"}},
		{"A2-4.1a", "10 min", "2026-03-02 09:00", "2026-03-02 09:15", []string{"2026-03-02 09:10"}},
		{"A1-5b", "30/7/1 days before", "2026-03-02 09:00", "2026-06-30 24:00",
			[]string{"2026-05-31 00:00", "2026-06-23 00:00", "2026-06-29 00:00"}},
		{"D-10c", "7/1 days before", "2026-01-01 00:00", "2026-04-01 24:00", []string{"2026-03-25 00:00", "2026-03-31 00:00"}},
		{"A2-3.1a", "1 day before", "2026-03-06 08:30", "2026-03-09 08:30", []string{"2026-03-08 08:30"}},
		{"B-3.3b", "30 min before", "2026-03-02 08:30", "2026-03-02 17:30", []string{"2026-03-02 17:00"}},
		{"C-13b", "closing time", "2026-03-02 08:30", "2026-03-02 18:00", []string{"2026-03-02 17:30"}},
		{"mixed", "2 h before, 1/2, 0 days before", "2026-03-02 00:00", "2026-03-02 24:00",
			[]string{"2026-03-02 22:00", "2026-03-02 12:00", "2026-03-02 00:00"}},
		{"before the opening", "30 days before", "2026-03-02 00:00", "2026-03-05 24:00", []string{"2026-02-03 00:00"}},
		{"overdue at the opening", "50 %", "2026-03-02 09:00", "2026-02-27 24:00", []string{"2026-03-02 09:00"}},
		{"a century", "99 %", "2026-01-01 00:00", "2125-12-31 24:00", []string{"2124-12-31 18:14:24"}},
	}
	for _, c := range cases {
		warns, err := ParseWarn(c.rule)
		if err != nil || len(warns) != len(c.want) {
			t.Errorf("%s: %v, %d warnings, want %d", c.clause, err, len(warns), len(c.want))
			continue
		}
		for i, w := range warns {
			got := w.At(at(t, c.opened), deadline(t, c.due), &closing)
			if !got.Equal(at(t, c.want[i])) {
				t.Errorf("%s: %q at %v, want %s", c.clause, w, got, c.want[i])
			}
			again, err := ParseWarn(w.String())
			if err != nil || len(again) != 1 || again[0] != w {
				t.Errorf("%q is read back as %v, %v", w, again, err)
			}
		}
	}
}

func TestNoInstantToWarnAt(t *testing.T) {
	now := at(t, "2026-03-02 09:00")
	for _, rule := range []string{"closing time", "50 %", "1 days before", "5 min before"} {
		warns, err := ParseWarn(rule)
		if err != nil {
			t.Fatal(err)
		}
		if got := warns[0].At(now, Deadline{}, nil); !got.IsZero() {
			t.Errorf("%q without a deadline and closing time is at %v", rule, got)
		}
	}
	if got := (Warn{}).At(now, Exactly(now), &now); !got.IsZero() {
		t.Errorf("no warning is at %v", got)
	}
}

func TestParseWarnSaysWhatWasExpected(t *testing.T) {
	for text, want := range map[string]string{
		"": "50 %, 2/3", "soon": "50 %, 2/3", "50": "min, h or", "0 %": "from 1 to 100", "101 %": "from 1 to 100",
		"50 % 80 %": "a comma", "50 %,": "50 %, 2/3", "50 %, 1/2": "each warning once", "3/2": "a fraction",
		"0/2": "a fraction", "1/2/3": "min or h", "7 days": "before after days", "7 days after": "before after days",
		"7/x days before": "50 %, 2/3", "15 min later": "a comma", "closing": "50 %, 2/3", "５０ %": "50 %, 2/3",
		"-1 days before": "50 %, 2/3", "99999 days before": "from 0 to 36600", "1/101": "a fraction",
		"1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17 %":                   "50 %, 2/3",
		"1/2/3/4/5/6/7/8/9/10 %, 11/12/13/14/15/16/17/18/19/21/22/23 %": "at most 16 warnings",
		strings.Repeat("1 %, ", 60):                                     "at most 240 bytes",
	} {
		_, err := ParseWarn(text)
		var bad *SyntaxError
		if !errors.As(err, &bad) || !strings.Contains(bad.Expected, want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestStepsAfterDueInTheProofs(t *testing.T) {
	cases := []struct{ clause, rule, due, want string }{
		{"first late instant, 24:00", "", "2026-03-02 24:00", "2026-03-03 00:01"},
		{"first late instant", "", "2026-03-02 17:30", "2026-03-02 17:30:01"},
		{"B-3.2b", "1 working days", "2026-03-05 17:00", "2026-03-07 00:01"},
		{"B-3.2b two", "2 working days", "2026-03-05 17:00", "2026-03-10 00:01"},
		{"B-3.3f", "1 working day after due", "2026-03-04 17:00", "2026-03-06 00:01"},
		{"C-5a", "end of that day", "2026-03-12 09:00", "2026-03-13 00:01"},
		{"C-12b", "end of day", "2026-03-04 17:00", "2026-03-05 00:01"},
		{"end of day of a 24:00", "end of day", "2026-03-04 24:00", "2026-03-05 00:01"},
		{"B-3.3b", "30 min", "2026-03-02 17:30", "2026-03-02 18:00"},
		{"B-3.3b one looser", "31 min", "2026-03-02 17:30", "2026-03-02 18:01"},
		{"A1-2i", "1 h", "2026-03-03 17:00", "2026-03-03 18:00"},
		{"A2-2", "24 h", "2026-03-31 24:00", "2026-04-02 00:01"},
		{"A2-2 one looser", "25 h", "2026-03-31 24:00", "2026-04-02 01:00"},
		{"A2-2 late", "24 h late", "2026-03-31 24:00", "2026-04-02 00:01"},
		{"A2-2 late, one looser", "25 h late", "2026-03-31 24:00", "2026-04-02 01:01"},
		{"A2-2 fast", "30 min late", "2026-03-02 09:15", "2026-03-02 09:45:01"},
		{"A2-2 fast, one looser", "31 min late", "2026-03-02 09:15", "2026-03-02 09:46:01"},
		{"24 h after a time at midnight", "24 h", "2026-03-02 00:00", "2026-03-03 00:00"},
		{"A1-1", "15 days", "2026-01-31 24:00", "2026-02-16 00:01"},
		{"A1-3d", "7 days after due", "2026-03-31 24:00", "2026-04-08 00:01"},
		{"never in time", "0 min", "2026-03-02 17:30", "2026-03-02 17:30:01"},
		{"never in time, 24:00", "0 h", "2026-03-02 24:00", "2026-03-03 00:01"},
		{"year's end", "1 days", "2026-12-31 24:00", "2027-01-02 00:01"},
		{"Saturday", "0 working days", "2026-03-07 10:00", "2026-03-10 00:01"},
	}
	for _, c := range cases {
		a, err := ParseAfter(c.rule)
		if err != nil {
			t.Errorf("%s: %v", c.clause, err)
			continue
		}
		got, err := a.From(deadline(t, c.due), Builtin())
		if err != nil || !got.Equal(at(t, c.want)) {
			t.Errorf("%s: %q after %s = %v (%v), want %s", c.clause, c.rule, c.due, got, err, c.want)
		}
		again, err := ParseAfter(a.String())
		if err != nil || again != a {
			t.Errorf("%q is read back as %v, %v", a, again, err)
		}
	}
	step, err := ParseAfter("1 working days")
	if err != nil {
		t.Fatal(err)
	}
	var missing *MissingYear
	if _, err := step.From(deadline(t, "2026-12-31 24:00"), Builtin()); !errors.As(err, &missing) || missing.Year != 2027 {
		t.Errorf("a step into a year without a notice: %v", err)
	}
	if _, err := (After{}).From(Deadline{}, Builtin()); err == nil {
		t.Error("a step after no deadline has an instant")
	}
}

func TestParseAfterSaysWhatWasExpected(t *testing.T) {
	for text, want := range map[string]string{
		"soon": "n min, n h", "30": "n min, n h", "+ 30 min": "n min, n h", "30 min before": "nothing more",
		"end of week": "n min, n h", "end of day + 1": "nothing more", "5 natural days": "n min, n h",
		"3000 working days": "from 0 to 2500", "３０ min": "n min, n h", "1 month": "n min, n h", "30 min late after due": "nothing more",
		"01 days": "from 0 to",
	} {
		_, err := ParseAfter(text)
		var bad *SyntaxError
		if !errors.As(err, &bad) || !strings.Contains(bad.Expected, want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestStepsComeInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minutes := rapid.IntRange(0, 600*24*60).Draw(t, "minutes")
		due := Exactly(Date{2024, time.January, 1}.Start().Add(time.Duration(minutes) * time.Minute))
		if rapid.Bool().Draw(t, "end of day") {
			due = EndOf(DateOf(due.At))
		}
		unit := rapid.SampledFrom([]string{" min", " h", " min late", " days", " working days"}).Draw(t, "unit")
		n := rapid.IntRange(0, 50).Draw(t, "n")
		var steps []time.Time
		for _, count := range []int{n, n + 1} {
			a, err := ParseAfter(strconv.Itoa(count) + unit)
			if err != nil {
				t.Fatal(err)
			}
			step, err := a.From(due, Builtin())
			if err != nil {
				t.Fatal(err)
			}
			steps = append(steps, step)
		}
		if steps[0].Before(due.LateFrom()) || due.InTime(steps[0]) || steps[1].Before(steps[0]) {
			t.Fatalf("due %s: %d%s at %v, one more at %v", due, n, unit, steps[0], steps[1])
		}
	})
}

func TestParseSpan(t *testing.T) {
	for text, want := range map[string]time.Duration{"30 min": 30 * time.Minute, "1 h": time.Hour, "3 × 24 h": 72 * time.Hour, "0 min": 0} {
		if got, err := ParseSpan(text); err != nil || got != want {
			t.Errorf("%q = %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "30", "min", "1 d", "1 h 30 min", "-1 h", "600000 min", "0.5 h"} {
		var bad *SyntaxError
		if _, err := ParseSpan(text); !errors.As(err, &bad) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

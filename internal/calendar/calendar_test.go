package calendar

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

// at reads "2026-03-02 24:00" or "2026-03-02 09:15:01".
func at(t testing.TB, s string) time.Time {
	t.Helper()
	date, clock, ok := strings.Cut(s, " ")
	if !ok {
		t.Fatalf("instant %q has no time", s)
	}
	d, err := ParseDate(date)
	if err != nil {
		t.Fatal(err)
	}
	if len(clock) == len("15:04:05") {
		got, err := time.ParseInLocation(time.DateTime, s, Zone)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	tod, err := ParseTimeOfDay(clock)
	if err != nil {
		t.Fatal(err)
	}
	return tod.On(d)
}

func date(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// deadline reads an instant; 24:00 is the end of a day.
func deadline(t testing.TB, s string) Deadline {
	t.Helper()
	return Deadline{At: at(t, s), EndOfDay: strings.HasSuffix(s, "24:00")}
}

func TestZoneIsEightHoursEastAllYear(t *testing.T) {
	for _, m := range []time.Month{time.January, time.July} {
		_, offset := time.Date(1988, m, 1, 12, 0, 0, 0, Zone).Zone() // a year in which the summer clock was moved
		if offset != 8*3600 {
			t.Errorf("offset in %s = %d", m, offset)
		}
	}
}

func TestSystemClockIsInZoneAndToTheMillisecond(t *testing.T) {
	now := System().Now()
	if now.Location() != Zone || now.Nanosecond()%1e6 != 0 {
		t.Errorf("System().Now() = %v", now)
	}
}

func TestSetClockGoesForwardOnly(t *testing.T) {
	c := NewSet(at(t, "2026-03-02 10:00"))
	if err := c.Advance(15*time.Minute + time.Second); err != nil {
		t.Fatal(err)
	}
	want := at(t, "2026-03-02 10:15:01")
	if got := c.Now(); !got.Equal(want) {
		t.Fatalf("now %v, want %v", got, want)
	}
	if err := c.To(want.Add(-time.Millisecond)); !errors.Is(err, ErrBackwards) {
		t.Errorf("To the past: %v", err)
	}
	if err := c.Advance(-time.Second); !errors.Is(err, ErrBackwards) {
		t.Errorf("Advance by less than nothing: %v", err)
	}
	if got := c.Now(); !got.Equal(want) {
		t.Errorf("a refused move moved the clock to %v", got)
	}
	if err := c.To(want); err != nil {
		t.Errorf("To the present: %v", err)
	}
	if err := c.To(want.UTC().Add(time.Hour)); err != nil || c.Now().Location() != Zone {
		t.Errorf("To in UTC: %v, %v", err, c.Now())
	}
}

func TestSetClockServesManyAtOnce(t *testing.T) {
	start := at(t, "2026-03-02 10:00")
	c := NewSet(start)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				before := c.Now()
				if err := c.Advance(time.Second); err != nil || !c.Now().After(before) {
					t.Errorf("advance: %v", err)
				}
			}
		})
	}
	all.Wait()
	if got := c.Now().Sub(start); got != 800*time.Second {
		t.Errorf("800 steps of a second made %v", got)
	}
}

func TestDateSpelling(t *testing.T) {
	for _, good := range []string{"2026-03-02", "2024-02-29", "0001-01-01", "9999-12-31"} {
		d, err := ParseDate(good)
		if err != nil || d.String() != good {
			t.Errorf("%s → %v, %v", good, d, err)
		}
	}
	for _, bad := range []string{"", "2026-3-2", "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "0000-01-01",
		"2026/03/02", "２026-03-02", "2026-03-02 ", " 2026-03-02", "+026-03-02", "2026-03-0a", "20260302"} {
		if _, err := ParseDate(bad); !errors.Is(err, ErrSpelling) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := NewDate(2026, time.February, 29); !errors.Is(err, ErrSpelling) {
		t.Errorf("29 February 2026: %v", err)
	}
}

func TestDateArithmetic(t *testing.T) {
	cases := []struct {
		from      string
		days, mon int
		want      string
	}{
		{"2025-12-31", 1, 0, "2026-01-01"},
		{"2026-01-01", -1, 0, "2025-12-31"},
		{"2026-03-02", 60, 0, "2026-05-01"},
		{"2024-02-28", 1, 0, "2024-02-29"},
		{"2026-01-31", 0, 1, "2026-02-28"},
		{"2023-12-31", 0, 2, "2024-02-29"},
		{"2024-02-29", 0, 12, "2025-02-28"},
		{"2026-03-31", 0, -1, "2026-02-28"},
	}
	for _, c := range cases {
		if got := date(t, c.from).AddMonths(c.mon).Add(c.days); got.String() != c.want {
			t.Errorf("%s + %d months + %d days = %s, want %s", c.from, c.mon, c.days, got, c.want)
		}
	}
}

func TestDayBeginsAtMidnightInZone(t *testing.T) {
	d := date(t, "2026-03-02")
	for instant, want := range map[string]string{
		"2026-03-02 00:00": "2026-03-02", "2026-03-02 23:59": "2026-03-02",
		"2026-03-02 24:00": "2026-03-03", "2026-03-01 23:59": "2026-03-01",
	} {
		if got := DateOf(at(t, instant).UTC()); got.String() != want {
			t.Errorf("day of %s = %s, want %s", instant, got, want)
		}
	}
	if !d.End().Equal(d.Add(1).Start()) || !d.At(24, 0).Equal(d.End()) || d.End().Sub(d.Start()) != 24*time.Hour {
		t.Error("24:00 is not 00:00 of the next day")
	}
	if !d.Before(d.Add(1)) || !d.After(d.AddMonths(-1)) || d.Compare(d) != 0 || d != (Date{2026, time.March, 2}) {
		t.Error("dates do not compare")
	}
}

func TestTimeOfDaySpelling(t *testing.T) {
	for _, good := range []string{"00:00", "17:30", "23:59", "24:00"} {
		tod, err := ParseTimeOfDay(good)
		if err != nil || tod.String() != good {
			t.Errorf("%s → %v, %v", good, tod, err)
		}
	}
	for _, bad := range []string{"", "7:30", "17:60", "24:01", "25:00", "17.30", "17:30:00", "１7:30", "-1:00"} {
		if _, err := ParseTimeOfDay(bad); !errors.Is(err, ErrSpelling) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestDatesAndTimesInJSON(t *testing.T) {
	type row struct {
		D Date      `json:"d"`
		T TimeOfDay `json:"t"`
	}
	in := row{date(t, "2026-03-02"), TimeOfDay{17, 30}}
	b, err := json.Marshal(in)
	if err != nil || string(b) != `{"d":"2026-03-02","t":"17:30"}` {
		t.Fatalf("%s, %v", b, err)
	}
	var out row
	if err := json.Unmarshal(b, &out); err != nil || out != in {
		t.Errorf("%v, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"d":"2026-02-30"}`), &out); err == nil {
		t.Error("30 February was read")
	}
}

func TestInTimeAndTheFirstLateInstant(t *testing.T) {
	cases := []struct{ due, in, out, late string }{
		{"2026-03-02 24:00", "2026-03-03 00:00:00", "2026-03-03 00:00:01", "2026-03-03 00:01"},
		{"2026-12-31 24:00", "2026-12-31 23:59", "2027-01-01 00:01", "2027-01-01 00:01"},
		{"2026-03-02 17:30", "2026-03-02 17:30", "2026-03-02 17:30:01", "2026-03-02 17:30:01"},
		{"2026-03-02 00:00", "2026-03-02 00:00", "2026-03-02 00:00:01", "2026-03-02 00:00:01"},
		{"2026-03-02 23:59", "2026-03-02 23:59", "2026-03-02 24:00", "2026-03-02 23:59:01"},
	}
	for _, c := range cases {
		d := deadline(t, c.due)
		if !d.InTime(at(t, c.in)) || d.InTime(at(t, c.out)) {
			t.Errorf("due %s: %s in time %v, %s in time %v", c.due, c.in, d.InTime(at(t, c.in)), c.out, d.InTime(at(t, c.out)))
		}
		if got := d.LateFrom(); !got.Equal(at(t, c.late)) {
			t.Errorf("due %s: late from %v, want %s", c.due, got, c.late)
		}
	}
	if (Deadline{}).InTime(time.Time{}) {
		t.Error("something is in time for no deadline")
	}
	if got := deadline(t, "2026-12-31 24:00"); got.String() != "2026-12-31 24:00" || got.Day() != date(t, "2026-12-31") {
		t.Errorf("shown as %s, day %s", got, got.Day())
	}
}

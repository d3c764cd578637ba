package notify_test

import (
	"slices"
	"testing"
	"time"

	"jiyao/internal/notify"
	"jiyao/internal/term"
)

func TestWhatIsToldAgainIsOneLine(t *testing.T) {
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	n := func(id, kind, duty, subject string) notify.Told {
		at = at.Add(-time.Minute)
		return notify.Told{Notice: notify.Notice{ID: term.NoticeID(id), Kind: kind, Duty: duty, Subject: subject, At: at}}
	}
	list := []notify.Told{
		n("1", "repeat", "d1", "x"), n("2", "late", "d1", "x"), n("3", "repeat", "d1", "x"), n("4", "repeat", "d2", "x"),
		n("5", "case", "", "c1"), n("6", "case", "", "c2"), n("7", "flag.stalled", "", "s"), n("8", "flag.stalled", "", "s"), n("9", "repeat", "d1", "other"),
	}
	got := notify.Fold(list)
	want := [][]term.NoticeID{{"1", "3", "9"}, {"2"}, {"4"}, {"5"}, {"6"}, {"7", "8"}}
	if len(got) != len(want) {
		t.Fatalf("%d lines: %+v", len(got), got)
	}
	for i, l := range got {
		if !slices.Equal(l.IDs, want[i]) || l.Count != len(want[i]) || l.ID != want[i][0] || !l.At.Equal(list[slices.IndexFunc(list, func(x notify.Told) bool { return x.ID == l.ID })].At) {
			t.Errorf("line %d: %+v, want %v with the newest first", i, l, want[i])
		}
	}
}

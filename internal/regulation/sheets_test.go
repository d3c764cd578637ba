package regulation

import "testing"

func TestWhenADailyDutyOpens(t *testing.T) {
	for _, c := range []struct {
		op             Opening
		want           Daily
		working, close bool
	}{
		{Opening{Each: "working day"}, WorkStart, true, false},
		{Opening{Each: "working day", At: "shift start"}, WorkStart, true, false},
		{Opening{Each: "working day", At: "closing time"}, WorkClosing, true, true},
		{Opening{Each: "day"}, DailyStart, false, false},
		{Opening{Each: "day", At: "closing time"}, DailyClosing, false, true},
		{Opening{Each: "week"}, "", false, false},
		{Opening{Each: "day", At: "noon"}, "", false, false},
	} {
		got, err := dailyOf(c.op)
		if got != c.want || (err != nil) != (c.want == "") || got.Working() != c.working || got.AtClosing() != c.close {
			t.Errorf("%+v: %q, %v", c.op, got, err)
		}
	}
}

func TestOfWhomASheetIsAsked(t *testing.T) {
	p := &Pack{}
	p.Name, p.Posts = "school", map[string]Post{"officer": {}, "office_director": {}}
	for _, c := range []struct {
		who   string
		posts []string
		want  bool
	}{
		{"", nil, true},
		{"officer", []string{"school/officer"}, true},
		{"officer", []string{"county/officer", "school/school_leader"}, false},
		{"officer, office_director", []string{"school/office_director"}, true},
		{"officer", nil, false},
	} {
		if got := (&Checklist{Who: c.who, pack: p}).Asks(c.posts); got != c.want {
			t.Errorf("who %q, posts %v: %v", c.who, c.posts, got)
		}
	}
}

package document

import (
	"slices"
	"testing"

	"jiyao/internal/act/acttest"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// booked is a line of the books from before the program.
func booked(f func(*Opening)) Opening {
	o := Opening{
		Book: BookIncoming, List: "0f", Line: 3, Number: "机收〔2024〕17号", ReceivedOn: "2024-05-06", Issuer: "某厅", DocNo: "某厅〔2024〕5号", Title: "某事", Level: term.Open,
		Copies: n(1), Pages: n(2), Attachments: n(0), Medium: "paper", Channel: "courier", Urgency: term.Ordinary,
	}
	if f != nil {
		f(&o)
	}
	return o
}

func TestWhatALineOfTheOldBooksMaySay(t *testing.T) {
	for name, c := range map[string]struct {
		line Opening
		want []string // in any order
	}{
		"a line":                      {booked(nil), nil},
		"without a title":             {booked(func(o *Opening) { o.Title = " " }), []string{"title required"}},
		"by its code name":            {booked(func(o *Opening) { o.Title, o.CodeName = "", "甲" }), nil},
		"without a level":             {booked(func(o *Opening) { o.Level = "" }), []string{"level required"}},
		"of a level there is none":    {booked(func(o *Opening) { o.Level = "密" }), []string{"level required"}},
		"without copies":              {booked(func(o *Opening) { o.Copies = nil }), []string{"copies required"}},
		"of no copy":                  {booked(func(o *Opening) { o.Copies = n(0) }), []string{"copies out_of_range"}},
		"of as many as can be":        {booked(func(o *Opening) { o.Copies = n(maxCopies) }), nil},
		"of one more":                 {booked(func(o *Opening) { o.Copies = n(maxCopies + 1) }), []string{"copies out_of_range"}},
		"one number for two copies":   {booked(func(o *Opening) { o.Copies, o.CopyNos = n(2), []string{"000001"} }), []string{"copy_nos not_as_many"}},
		"one number twice":            {booked(func(o *Opening) { o.Copies, o.CopyNos = n(2), []string{"000001", "000001"} }), []string{"copy_nos twice"}},
		"without a day":               {booked(func(o *Opening) { o.ReceivedOn = "" }), []string{"received_on required"}},
		"of no day":                   {booked(func(o *Opening) { o.ReceivedOn = "2023-02-29" }), []string{"received_on bad_date"}},
		"of the last day of 1948":     {booked(func(o *Opening) { o.ReceivedOn, o.Number = "1948-12-31", "机收〔1948〕1号" }), []string{"received_on too_long_ago"}},
		"of the first day of 1949":    {booked(func(o *Opening) { o.ReceivedOn, o.Number = "1949-01-01", "机收〔1949〕1号" }), nil},
		"of another series":           {booked(func(o *Opening) { o.Number = "机发〔2024〕17号" }), []string{"number bad_format"}},
		"without a number":            {booked(func(o *Opening) { o.Number = "" }), []string{"number bad_format"}},
		"a carrier without a number":  {booked(func(o *Opening) { o.Book, o.Number = BookCarriers, "" }), nil},
		"with somebody until a day":   {booked(func(o *Opening) { o.Holder, o.ReturnBy = "ann", "2026-05-01" }), nil},
		"until a day, with nobody":    {booked(func(o *Opening) { o.ReturnBy = "2026-05-01" }), []string{"holder required"}},
		"since a day":                 {booked(func(o *Opening) { o.Holder, o.LentOn = "ann", "2025-05-01" }), nil},
		"since a day, with nobody":    {booked(func(o *Opening) { o.LentOn = "2025-05-01" }), []string{"holder required"}},
		"since no day":                {booked(func(o *Opening) { o.Holder, o.LentOn = "ann", "五月" }), []string{"lent_on bad_date"}},
		"since the day it is due":     {booked(func(o *Opening) { o.Holder, o.LentOn, o.ReturnBy = "ann", "2026-05-01", "2026-05-01" }), nil},
		"since after it is due":       {booked(func(o *Opening) { o.Holder, o.LentOn, o.ReturnBy = "ann", "2026-05-02", "2026-05-01" }), []string{"lent_on after_due"}},
		"with somebody until no day":  {booked(func(o *Opening) { o.Holder, o.ReturnBy = "ann", "五月" }), []string{"return_by bad_date"}},
		"everything at once":          {booked(func(o *Opening) { o.Title, o.Level, o.Copies, o.ReceivedOn = "", "", nil, "" }), []string{"title required", "level required", "copies required", "received_on required"}},
		"a period that is none":       {booked(func(o *Opening) { o.Period = "十年" }), []string{"period bad_format"}},
		"of paper, without a page":    {booked(func(o *Opening) { o.Pages = n(0) }), []string{"pages no_pages"}},
		"of a form it cannot have":    {booked(func(o *Opening) { o.Medium, o.Form = "magnetic", "usb_disk" }), []string{"form not_of_medium"}},
		"on a day that may not be so": {booked(func(o *Opening) { o.IssuedOn = "2024-13-01" }), []string{"issued_on bad_date"}},
	} {
		var got []string
		if at := refuse.AtFields(CheckOpening(c.line)); at != nil {
			for _, f := range at.Fields {
				got = append(got, f.Field+" "+f.Code)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestBringingInALine(t *testing.T) {
	carrier := func(f func(*Opening)) Opening {
		return booked(func(o *Opening) {
			o.Book, o.Number = BookCarriers, "旧-9"
			if f != nil {
				f(o)
			}
		})
	}
	today := calendar.DateOf(acttest.Monday)
	for name, c := range map[string]struct {
		s      OpeningState
		line   Opening
		want   string
		number string
	}{
		"of the incoming book":         {OpeningState{Token: "t", Year: 2024, No: 17}, booked(nil), "", "机收〔2024〕0017"},
		"of the book of carriers":      {OpeningState{Token: "t", Year: 2024, No: 3}, carrier(nil), "", "机存〔2024〕0003"},
		"a second time":                {OpeningState{Before: &OpeningLine{Document: "d"}}, booked(nil), "conflict", ""},
		"whose number is another's":    {OpeningState{Token: "t", Year: 2024, No: 17, Taken: true}, booked(nil), "number number_taken", ""},
		"received today":               {OpeningState{Token: "t", Year: 2026, No: 17}, booked(func(o *Opening) { o.ReceivedOn = today.String() }), "", "机收〔2026〕0017"},
		"received tomorrow":            {OpeningState{Token: "t", Year: 2026, No: 17}, booked(func(o *Opening) { o.ReceivedOn = today.Add(1).String() }), "received_on in_the_future", ""},
		"lent today":                   {OpeningState{Token: "t", Year: 2024, No: 17}, booked(func(o *Opening) { o.LentOn = today.String() }), "", "机收〔2024〕0017"},
		"lent tomorrow":                {OpeningState{Token: "t", Year: 2024, No: 17}, booked(func(o *Opening) { o.LentOn = today.Add(1).String() }), "lent_on in_the_future", ""},
		"issued tomorrow":              {OpeningState{Token: "t", Year: 2024, No: 17}, booked(func(o *Opening) { o.IssuedOn = today.Add(1).String() }), "issued_on in_the_future", ""},
		"of an urgency that is none":   {OpeningState{Token: "t", Year: 2024, No: 17}, booked(func(o *Opening) { o.Urgency = "火急" }), "urgency not_in_list", ""},
		"whose year is of its number":  {OpeningState{Token: "t", Year: 2023, No: 900}, booked(func(o *Opening) { o.ReceivedOn = "2024-01-01" }), "", "机收〔2023〕0900"},
		"twice, and its number too":    {OpeningState{Before: &OpeningLine{Document: "d"}, Taken: true}, booked(nil), "conflict", ""},
		"of which nobody knows a date": {OpeningState{Token: "t", Year: 2024, No: 17}, booked(func(o *Opening) { o.IssuedOn = "" }), "", "机收〔2024〕0017"},
	} {
		t.Run(name, func(t *testing.T) {
			d, changes, err := DecideOpening(c.s, c.line, acttest.Env("ann", acttest.Of("ann"), acttest.Law(t)))
			if got := acttest.Answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			line := acttest.Row[OpeningLine](t, changes)
			if changes.Values["number"] != c.number || d.State != Completed || calendar.DateOf(d.CompletedAt).String() != c.line.ReceivedOn || d.Year != c.s.Year || line.ID != "t" || line.Document != d.ID || line.Line != 3 || line.List != "0f" {
				t.Errorf("%q: %+v, %+v", changes.Values["number"], d, line)
			}
			if own := c.line.Book == BookCarriers; own != (d.Origin == Own) || own != (d.Series == term.Kept) {
				t.Errorf("of origin %s, series %s", d.Origin, d.Series)
			}
		})
	}
}

// Two lines that say the same are one, whichever file and place they stand in; another word makes another.
func TestWhichLinesAreOne(t *testing.T) {
	env := acttest.Env("ann", acttest.Of("ann"), nil)
	token := func(f func(*Opening)) string {
		got, err := booked(f).token(env)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	first := token(nil)
	for name, c := range map[string]struct {
		line func(*Opening)
		same bool
	}{
		"of another file": {func(o *Opening) { o.List = "ff" }, true}, "on another line": {func(o *Opening) { o.Line = 99 }, true}, "with another number": {func(o *Opening) { o.Number = "机收〔2024〕18号" }, false},
		"of two copies": {func(o *Opening) { o.Copies = n(2) }, false}, "in another place": {func(o *Opening) { o.Place = "p" }, false}, "of the other book": {func(o *Opening) { o.Book = BookCarriers }, false},
	} {
		if got := token(c.line); (got == first) != c.same {
			t.Errorf("%s: the same %v", name, got == first)
		}
	}
}

package custody

import (
	"testing"
	"time"

	"jiyao/internal/term"
)

// counting is an open count, of cabinet-1 alone or of everything, of these media.
func counting(kind string, media ...string) StockCount {
	c := StockCount{ID: "n", Kind: kind, State: countOpen, Media: media}
	if kind == partCount {
		c.Places = []string{"cabinet-1"}
	}
	return c
}

func TestOpeningACount(t *testing.T) {
	many := make([]string, maxCountPlaces+1)
	for name, c := range map[string]struct {
		s    countOpening
		cmd  CountOpen
		want string
	}{
		"of a cabinet":                    {countOpening{inside: []string{"a"}}, CountOpen{Kind: partCount, Places: []term.PlaceID{"a"}}, ""},
		"of nothing":                      {countOpening{}, CountOpen{Kind: partCount}, "places required"},
		"of no kind":                      {countOpening{}, CountOpen{}, "kind required"},
		"of everything":                   {countOpening{}, CountOpen{Kind: fullCount}, ""},
		"of everything, one place left":   {countOpening{inside: []string{"a"}, omitted: 1}, CountOpen{Kind: fullCount, Places: []term.PlaceID{"a"}}, "places not_all"},
		"of as many places as can be":     {countOpening{inside: many[1:]}, CountOpen{Kind: partCount, Places: []term.PlaceID{"a"}}, ""},
		"while it is being counted":       {countOpening{inside: []string{"a"}, under: &StockCount{OpenedBy: "officer"}}, CountOpen{Kind: partCount, Places: []term.PlaceID{"a"}}, "places under_count"},
		"of everything, the same":         {countOpening{under: &StockCount{OpenedBy: "officer"}}, CountOpen{Kind: fullCount}, "kind under_count"},
		"another all the same":            {countOpening{inside: []string{"a"}, under: &StockCount{}}, CountOpen{Kind: partCount, Places: []term.PlaceID{"a"}, Again: true}, ""},
		"of one more that stands in them": {countOpening{inside: many}, CountOpen{Kind: partCount, Places: []term.PlaceID{"a"}}, "places too_many"},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := openCount(c.s, c.cmd, outward(t))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			row, _ := changes.Rows[0].Row().(StockCount)
			if !row.IsOpen() || row.OpenedBy != "officer" || row.Full() != (len(row.Places) == 0) {
				t.Errorf("%+v", row)
			}
		})
	}
}

// What a scan says of a piece: where it belongs decides, not where somebody thinks it is.
func TestScanning(t *testing.T) {
	part, full := counting(partCount), counting(fullCount)
	here := Copy{ID: "c", Document: "D", State: InPlace, Place: "cabinet-1", Medium: "paper"}
	in := func(state State, place term.PlaceID) Copy {
		return Copy{ID: "c", State: state, Place: place, Medium: "paper"}
	}
	with := in(Held, "")
	with.Holder = "clerk"
	missing := CountScan{Copy: "c", Result: wasMissing}
	closed := part
	closed.State = countClosed
	for name, c := range map[string]struct {
		s    scanned
		cmd  CountScan
		want string // of the answer
		is   string // the result
		rows int
	}{
		"where it belongs":                   {scanned{count: part, copy: here, known: true, code: "x"}, CountScan{Label: "x", Place: "cabinet-1"}, "", wasFound, 1},
		"nobody says where":                  {scanned{count: part, copy: here, known: true}, CountScan{Copy: "c"}, "", wasFound, 1},
		"registered in another place":        {scanned{count: part, copy: in(InPlace, "cabinet-2"), known: true}, CountScan{Copy: "c"}, "", wasElsewhere, 1},
		"in a place that is not counted":     {scanned{count: part, copy: here, known: true}, CountScan{Copy: "c", Place: "cabinet-2"}, "place not_counted", "", 0},
		"all: in another place than its own": {scanned{count: full, copy: here, known: true}, CountScan{Copy: "c", Place: "cabinet-2"}, "", wasElsewhere, 1},
		"all: never put away":                {scanned{count: full, copy: in(Received, ""), known: true}, CountScan{Copy: "c"}, "", wasFound, 1},
		"part: never put away":               {scanned{count: part, copy: in(Received, ""), known: true}, CountScan{Copy: "c"}, "", wasExtra, 1},
		"all: with somebody":                 {scanned{count: full, copy: in(Held, ""), known: true}, CountScan{Copy: "c", Place: "cabinet-2"}, "", wasFound, 1},
		"part: with somebody":                {scanned{count: part, copy: in(Held, ""), known: true}, CountScan{Copy: "c", Label: "x"}, "", wasElsewhere, 1},
		"part: where somebody keeps it":      {scanned{count: part, copy: in(Held, ""), kept: "cabinet-1", known: true}, CountScan{Copy: "c"}, "", wasFound, 1},
		"ticked unseen":                      {scanned{count: full, copy: with, known: true}, CountScan{Copy: "c"}, "shown_by required", "", 0},
		"shown by who has it":                {scanned{count: full, copy: with, known: true}, CountScan{Copy: "c", ShownBy: "clerk"}, "", wasFound, 1},
		"shown by another":                   {scanned{count: full, copy: with, known: true}, CountScan{Copy: "c", ShownBy: "leader1"}, "", wasElsewhere, 1},
		"shown by a stranger":                {scanned{count: full, copy: with, known: true}, CountScan{Copy: "c", ShownBy: "ghost"}, "shown_by unknown_person", "", 0},
		"lost, and here":                     {scanned{count: full, copy: in(Missing, ""), known: true}, CountScan{Copy: "c", Place: "cabinet-1"}, "", wasFound, 1},
		"lost, and found nowhere":            {scanned{count: full, copy: in(Missing, ""), known: true}, CountScan{Copy: "c"}, "place required", "", 0},
		"sent away":                          {scanned{count: full, copy: in(Away, ""), known: true}, CountScan{Copy: "c"}, "", wasExtra, 1},
		"given outside":                      {scanned{count: part, copy: in(Supplied, ""), known: true}, CountScan{Copy: "c", Place: "cabinet-1"}, "", wasExtra, 1},
		"destroyed":                          {scanned{count: full, copy: in(Ended, ""), known: true}, CountScan{Copy: "c"}, "", wasExtra, 1},
		"of a medium left out":               {scanned{count: counting(fullCount, "usb"), copy: here, known: true}, CountScan{Copy: "c"}, "", wasExtra, 1},
		"left out and never put away":        {scanned{count: counting(fullCount, "usb"), copy: in(Received, ""), known: true}, CountScan{Copy: "c"}, "", wasExtra, 1},
		"of a medium that is counted":        {scanned{count: counting(fullCount, "usb", "paper"), copy: here, known: true}, CountScan{Copy: "c"}, "", wasFound, 1},
		"another office's label":             {scanned{count: part, code: "JY26-0001-01-X"}, CountScan{Label: "x"}, "", wasUnknown, 1},
		"a damaged label":                    {scanned{count: part, code: "JY26", wrong: "misread"}, CountScan{Label: "x"}, "label misread", "", 0},
		"no label":                           {scanned{count: part, code: "7", wrong: "no_such_label"}, CountScan{Label: "7"}, "label no_such_label", "", 0},
		"nothing":                            {scanned{count: part}, CountScan{}, "label required", "", 0},
		"said to be there":                   {scanned{count: part, copy: here, known: true}, CountScan{Copy: "c", Result: wasFound}, "result by_scanning", "", 0},
		"missing":                            {scanned{count: part, copy: here, known: true}, missing, "", wasMissing, 1},
		"missing, of nothing known":          {scanned{count: part}, missing, "copy unknown", "", 0},
		"missing, that lies elsewhere":       {scanned{count: part, copy: in(InPlace, "cabinet-2"), known: true}, missing, "copy not_expected", "", 0},
		"missing, that was sent":             {scanned{count: full, copy: in(Away, ""), known: true}, missing, "copy not_expected", "", 0},
		"missing, that was given outside":    {scanned{count: full, copy: in(Supplied, ""), known: true}, missing, "copy not_expected", "", 0},
		"missing, that is destroyed":         {scanned{count: full, copy: in(Ended, ""), known: true}, missing, "copy not_expected", "", 0},
		"missing, of a medium left out":      {scanned{count: counting(fullCount, "usb"), copy: here, known: true}, missing, "copy not_expected", "", 0},
		"all: missing with somebody":         {scanned{count: full, copy: in(Held, ""), known: true}, missing, "", wasMissing, 1},
		"twice":                              {scanned{count: part, copy: here, known: true, seen: true, line: CountLine{Result: wasFound}}, CountScan{Copy: "c"}, "", wasDouble, 0},
		"missing after it was found":         {scanned{count: part, copy: here, known: true, seen: true, line: CountLine{Result: wasFound}}, missing, "", wasDouble, 0},
		"found after all":                    {scanned{count: part, copy: here, known: true, seen: true, line: CountLine{Result: wasMissing}}, CountScan{Copy: "c"}, "", wasFound, 1},
		"missing twice":                      {scanned{count: part, copy: here, known: true, seen: true, line: CountLine{Result: wasMissing}}, missing, "", wasDouble, 0},
		"after the end":                      {scanned{count: closed, copy: here, known: true}, CountScan{Copy: "c"}, "conflict", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := scan(c.s, c.cmd, inHouse("actor", "officer"))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			if got := changes.Values["result"]; got != c.is || len(changes.Rows) != c.rows {
				t.Errorf("%q with %d rows, want %q", got, len(changes.Rows), c.is)
			}
			if c.rows == 0 {
				return
			}
			line, _ := changes.Rows[0].Row().(CountLine)
			if line.Result != c.is || line.Result == wasMissing && line.Place != "" || line.CountedBy != "officer" || (line.Copy == "") != (c.is == wasUnknown) || (line.Code != "") != (c.is == wasUnknown) {
				t.Errorf("the line: %+v", line)
			}
		})
	}
}

// What a scan adds to the figures of a count is what the page would count anew.
func TestWhichScansAreAwaited(t *testing.T) {
	part, full := counting(partCount), counting(fullCount)
	at := func(state State, place, kept term.PlaceID) scanned {
		return scanned{copy: Copy{ID: "c", State: state, Place: place, Medium: "paper"}, kept: kept, known: true}
	}
	later := at(InPlace, "cabinet-1", "")
	later.copy.Since = full.OpenedAt.Add(time.Millisecond)
	for name, c := range map[string]struct {
		s          scanned
		part, full bool
	}{
		"in a place that is counted":   {at(InPlace, "cabinet-1", ""), true, true},
		"in another":                   {at(InPlace, "cabinet-2", ""), false, true},
		"never put away":               {at(Received, "", ""), false, true},
		"with somebody":                {at(Held, "", ""), false, true},
		"kept by somebody there":       {at(Held, "", "cabinet-1"), true, true},
		"sent away":                    {at(Away, "", ""), false, false},
		"given outside":                {at(Supplied, "", ""), false, false},
		"lost":                         {at(Missing, "", ""), false, false},
		"that came after it was begun": {later, false, false},
		"of nobody here":               {scanned{}, false, false},
	} {
		c.s.count = part
		inPart := c.s.awaited()
		c.s.count = full
		if inFull := c.s.awaited(); inPart != c.part || inFull != c.full {
			t.Errorf("%s: %t of a part, %t of all", name, inPart, inFull)
		}
		c.s.count = counting(fullCount, "usb")
		if c.s.awaited() {
			t.Errorf("%s: of a medium that is left out", name)
		}
	}
}

func TestClosingACount(t *testing.T) {
	open, closed := counting(partCount), counting(partCount)
	closed.State = countClosed
	lost := make([]term.CopyID, maxMissing+1)
	tally := map[string]int{wasFound: 4, wasMissing: 2, wasElsewhere: 1, wasExtra: 3, wasUnknown: 5}
	signed := CountClose{CountedBy: "clerk", CheckedBy: "leader1"}
	for name, c := range map[string]struct {
		s       closing
		cmd     CountClose
		pairs   []string
		want    string
		reports int
	}{
		"all answered":           {closing{count: open, expected: 6, tally: tally, missing: lost[:2]}, signed, []string{Checker, "leader1"}, "", 2},
		"nobody signed yet":      {closing{count: open, tally: tally}, signed, nil, "", 0},
		"one unanswered":         {closing{count: open, open: 1}, signed, []string{Checker, "leader1"}, "count lines_open", 0},
		"signed by another":      {closing{count: open}, signed, []string{Checker, "clerk"}, "checked_by signed_by_another", 0},
		"signed, nobody named":   {closing{count: open}, CountClose{CountedBy: "clerk"}, []string{Checker, "leader1"}, "checked_by signed_by_another", 0},
		"counted by a stranger":  {closing{count: open}, CountClose{CountedBy: "ghost", CheckedBy: "ghost"}, nil, "counted_by unknown_person", 0},
		"checked by a stranger":  {closing{count: open}, CountClose{CountedBy: "clerk", CheckedBy: "ghost"}, nil, "checked_by unknown_person", 0},
		"as many missing as can": {closing{count: open, tally: tally, missing: lost[1:]}, signed, nil, "", maxMissing},
		"one more than that":     {closing{count: open, missing: lost}, signed, nil, "count too_many_missing", 0},
		"twice":                  {closing{count: closed}, signed, nil, "conflict", 0},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := closeCount(c.s, c.cmd, inHouse(c.pairs...))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			row, _ := changes.Rows[0].Row().(StockCount)
			if row.IsOpen() || row.Expected != c.s.expected || row.Found != 4 || row.Missing != 2 || row.Elsewhere != 1 || row.Extra != 8 || (row.CheckedSigned == "") != (c.pairs == nil) {
				t.Errorf("%+v", row)
			}
			if len(changes.Then) != c.reports {
				t.Errorf("%d reported missing, want %d", len(changes.Then), c.reports)
			}
		})
	}
}

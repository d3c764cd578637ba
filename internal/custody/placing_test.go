package custody

import (
	"testing"
	"time"

	"jiyao/internal/term"
)

func TestPuttingAway(t *testing.T) {
	cabinet, room := Place{ID: "cabinet-1", Kind: "cabinet", ClassLevel: string(term.Jimi)}, Place{ID: "office-1", Kind: leaderOffice}
	mine := Copy{ID: "c", State: Held, Holder: "officer", HandOver: "L"}
	at1 := func(c Copy, p Place) placing { return placing{held: held{copy: c, line: HandOver{ID: "L"}}, place: p} }
	device := func(stands term.PlaceID, inUse bool) placing {
		p := at1(Copy{ID: "c", State: InPlace, Place: "desk"}, cabinet)
		p.stands, p.inUse = stands, inUse
		return p
	}
	own := func(p placing) placing {
		p.his = true
		return p
	}
	for name, c := range map[string]struct {
		s      placing
		cmd    Put
		want   string
		state  State
		place  term.PlaceID
		device term.DeviceID
	}{
		"what has come":                   {at1(Copy{ID: "c", State: Received}, cabinet), Put{Place: "cabinet-1"}, "", InPlace, "cabinet-1", ""},
		"from another place":              {at1(Copy{ID: "c", State: InPlace, Place: "desk"}, cabinet), Put{Place: "cabinet-1"}, "", InPlace, "cabinet-1", ""},
		"nowhere":                         {at1(Copy{ID: "c", State: InPlace}, Place{}), Put{}, "place required", "", "", ""},
		"to leave in an hour":             {at1(Copy{ID: "c", State: Received}, room), Put{Place: "office-1", ReturnBy: at(2)}, "", InPlace, "office-1", ""},
		"to leave now":                    {at1(Copy{ID: "c", State: Received}, room), Put{Place: "office-1", ReturnBy: at(1)}, "return_by in_the_past", "", "", ""},
		"into another's cabinet":          {at1(mine, cabinet), Put{Place: "cabinet-1"}, "place not_yours", "", "", ""},
		"what one holds stays one's":      {own(at1(mine, cabinet)), Put{Place: "cabinet-1"}, "", Held, "", ""},
		"what another holds":              {at1(Copy{State: Held, Holder: "clerk"}, cabinet), Put{Place: "cabinet-1"}, "conflict", "", "", ""},
		"what is carried":                 {at1(Copy{State: Carried, Holder: "officer"}, cabinet), Put{Place: "cabinet-1"}, "conflict", "", "", ""},
		"what is lost":                    {at1(Copy{State: Missing}, cabinet), Put{Place: "cabinet-1"}, "conflict", "", "", ""},
		"what has ended":                  {at1(Copy{State: Ended}, cabinet), Put{Place: "cabinet-1"}, "conflict", "", "", ""},
		"into a device there":             {device("cabinet-1", true), Put{Place: "cabinet-1", Device: "d"}, "", InPlace, "cabinet-1", "d"},
		"into a device elsewhere":         {device("room-2", true), Put{Place: "cabinet-1", Device: "d"}, "device stands_elsewhere", "", "", ""},
		"into one without a place":        {device("", true), Put{Place: "cabinet-1", Device: "d"}, "device stands_elsewhere", "", "", ""},
		"into one in repair, or scrapped": {device("cabinet-1", false), Put{Place: "cabinet-1", Device: "d"}, "device not_in_use", "", "", ""},
		"out of a device":                 {at1(Copy{ID: "c", State: InPlace, Device: "d"}, cabinet), Put{Place: "cabinet-1"}, "", InPlace, "cabinet-1", ""},
		"what one holds, out of a device": {own(at1(Copy{ID: "c", State: Held, Holder: "officer", Device: "d"}, cabinet)), Put{Place: "cabinet-1"}, "", Held, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := put(c.s, c.cmd, envOf())
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			next, kept := c.s.copy, term.PlaceID("")
			var line Placement
			for _, r := range changes.Rows {
				switch row := r.Row().(type) {
				case Copy:
					next = row
				case HandOver:
					kept = row.KeptIn
				case Placement:
					line = row
				}
			}
			if next.State != c.state || next.Place != c.place || next.Device != c.device || next.Holder != c.s.copy.Holder || (c.state == Held) != (kept == "cabinet-1") {
				t.Errorf("the copy: %+v, kept in %q", next, kept)
			}
			if line.Place != c.cmd.Place || line.Copy != "c" || line.By != "officer" || line.Fits != (c.s.place.ClassLevel == "") {
				t.Errorf("the line: %+v", line)
			}
		})
	}
}

// A box goes with all that is in it, never into itself, and never deeper than places stand.
func TestMovingABox(t *testing.T) {
	low, high := placing{held: held{copy: Copy{ID: "1", Level: term.Mimi}}, filed: filed{level: term.Mimi}}, placing{held: held{copy: Copy{ID: "2", Level: term.Jimi}}, filed: filed{level: term.Jimi}}
	of := func(class term.Level, list ...placing) []placing {
		out := make([]placing, len(list))
		for i, p := range list {
			p.place = Place{ClassLevel: string(class)}
			out[i] = p
		}
		return out
	}
	room := Place{ID: "cabinet-2", Kind: "room", Room: "203", InOffice: true}
	crate, shelf := Place{ID: "box", Kind: box}, Place{ID: "cabinet-2", Kind: "cabinet", Room: "203", InOffice: true}
	for name, c := range map[string]struct {
		s    moving
		cmd  Move
		want string
		fits bool
	}{
		"an empty one":                 {moving{box: crate, to: shelf, deep: 1, under: 1}, Move{}, "", true},
		"one that belongs there":       {moving{box: crate, to: shelf, deep: 1, under: 1, inside: of(term.Jimi, high)}, Move{}, "", true},
		"one of which one does not":    {moving{box: crate, to: shelf, deep: 1, under: 1, inside: of(term.Jimi, high, low)}, Move{}, "", false},
		"to a place of no class":       {moving{box: crate, to: shelf, deep: 1, under: 1, inside: of("", high, low)}, Move{}, "", true},
		"into itself":                  {moving{box: crate, to: shelf, deep: 1, under: 1, ring: true}, Move{}, "place inside_itself", false},
		"as deep as places stand":      {moving{box: crate, to: shelf, deep: 2, under: maxInside - 1}, Move{}, "", true},
		"one deeper":                   {moving{box: crate, to: shelf, deep: 2, under: maxInside}, Move{}, "place too_deep", false},
		"a cabinet with its boxes":     {moving{box: Place{ID: "cabinet-9", Kind: "cabinet", Room: "101"}, to: room, deep: 2, under: 1}, Move{}, "", true},
		"a cabinet into another":       {moving{box: Place{ID: "cabinet-9", Kind: "cabinet", Room: "101"}, to: shelf, deep: 1, under: 1}, Move{}, "place cannot_stand_there", false},
		"a cabinet on a desk":          {moving{box: Place{ID: "cabinet-9", Kind: "cabinet"}, to: Place{ID: "cabinet-2", Kind: "desk"}, deep: 1, under: 1}, Move{}, "place cannot_stand_there", false},
		"a room":                       {moving{box: Place{ID: "r", Kind: "room"}, to: room, deep: 1, under: 1}, Move{}, "place cannot_stand_there", false},
		"until a time that has passed": {moving{box: crate, to: shelf, deep: 1, under: 1}, Move{ReturnBy: at(1)}, "return_by in_the_past", false},
	} {
		t.Run(name, func(t *testing.T) {
			c.cmd.Box, c.cmd.Place = c.s.box.ID, "cabinet-2"
			changes, err := decideMove(c.s, c.cmd, envOf())
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			stood, _ := changes.Rows[0].Row().(Place)
			line, _ := changes.Rows[1].Row().(Placement)
			if stood.Inside != "cabinet-2" || stood.InOffice == (c.s.box.Kind == box) || (stood.Room == "203") == (c.s.box.Kind == box) {
				t.Errorf("it stands as %+v", stood)
			}
			if line.Box != c.s.box.ID || line.Fits != c.fits || (changes.After == nil) != (len(c.s.inside) == 0) {
				t.Errorf("the line: %+v, after %+v", line, changes.After)
			}
		})
	}
}

// Each copy of a box that goes into a leader's office is owed back by itself, and of one that leaves it no more.
func TestMovingABoxToALeader(t *testing.T) {
	led := []Copy{{ID: "1", Document: "D"}, {ID: "2", Document: "E", State: Held, Holder: "clerk"}}
	for name, c := range map[string]struct {
		within []string
		closes bool
	}{
		"into it": {[]string{"cabinet", leaderOffice}, false}, "out of it": {[]string{"cabinet", "room"}, true},
	} {
		s := moving{box: Place{ID: "box", Kind: "cabinet"}, to: Place{ID: "p", Kind: "room"}, placing: placing{place: Place{ID: "box", Within: c.within}}, led: led, deep: 1, under: 1}
		changes, err := decideMove(s, Move{Box: "box", Place: "p", ReturnBy: at(5)}, envOf())
		if err != nil || len(changes.Targets) != 2 {
			t.Fatalf("%s: %v, %+v", name, err, changes.Targets)
		}
		for i, got := range changes.Targets {
			_, due := got.Records["return_by"]
			if got.Kind != inLeaderOffice || got.ID != string(led[i].ID) || got.Document != led[i].Document || got.Person != led[i].Holder || got.CloseOnly != c.closes || due == c.closes {
				t.Errorf("%s: %+v", name, got)
			}
		}
	}
}

// A place that is for one class takes what is of it: of its level, its issuer and its year, each where it says one.
func TestWhatAPlaceTakes(t *testing.T) {
	what := filed{level: term.Jimi, issuer: "某厅", year: 2026}
	for name, c := range map[string]struct {
		place Place
		want  bool
	}{
		"of no class": {Place{}, true}, "its level": {Place{ClassLevel: string(term.Jimi)}, true}, "a lower one": {Place{ClassLevel: string(term.Mimi)}, false},
		"a higher one": {Place{ClassLevel: string(term.Juemi)}, false}, "its issuer": {Place{ClassIssuer: "某厅"}, true}, "another": {Place{ClassIssuer: "某局"}, false},
		"its year": {Place{ClassYear: 2026}, true}, "the year before": {Place{ClassYear: 2025}, false}, "all three": {Place{ClassLevel: string(term.Jimi), ClassIssuer: "某厅", ClassYear: 2026}, true},
		"two of three": {Place{ClassLevel: string(term.Jimi), ClassIssuer: "某厅", ClassYear: 2025}, false},
	} {
		if got := c.place.takes(what); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAskingBackALoan(t *testing.T) {
	lent := HandOver{ID: "L", Kind: "lend", ReturnBy: monday.Add(5 * time.Hour)}
	back := lent
	back.BackAt = monday
	for name, c := range map[string]struct {
		line HandOver
		by   *time.Time
		want string
	}{
		"as it stands": {lent, nil, ""}, "earlier": {lent, at(4), ""}, "at its own time": {lent, at(5), ""}, "later": {lent, at(6), "return_by not_earlier"},
		"in the past": {lent, at(1), "return_by in_the_past"}, "what is back": {back, nil, "conflict"}, "what was handed out": {HandOver{Kind: "hand_out"}, nil, "conflict"},
		"what nobody has": {HandOver{}, nil, "conflict"},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideRecall(held{copy: Copy{ID: "c", State: Held, Holder: "clerk"}, line: c.line}, RecallLoan{ReturnBy: c.by}, envOf())
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			line, _ := changes.Rows[0].Row().(HandOver)
			want := lent.ReturnBy
			if c.by != nil {
				want = *c.by
			}
			if line.RecalledAt.IsZero() || !line.ReturnBy.Equal(want) || len(changes.Then) != 1 {
				t.Errorf("%+v", line)
			}
		})
	}
}

// The room that a cabinet was dedicated with stays behind, unless the room it comes into is dedicated as well.
func TestADedicatedRoomStaysBehind(t *testing.T) {
	for name, c := range map[string]struct {
		p         Place
		room      string
		dedicated bool
		want      string
	}{
		"elsewhere":                {Place{Room: "203", RoomDedicated: "yes"}, "205", false, "no"},
		"into one that is as well": {Place{Room: "203", RoomDedicated: "yes"}, "205", true, "yes"},
		"in the same room":         {Place{Room: "203", RoomDedicated: "yes"}, "203", false, "yes"},
		"to a room without number": {Place{Room: "203", RoomDedicated: "yes"}, "", false, "no"},
		"never dedicated":          {Place{Room: "203"}, "205", true, ""},
	} {
		if got := c.p.in(c.room, c.dedicated); got.RoomDedicated != c.want || got.Room != c.room {
			t.Errorf("%s: %+v, want %q", name, got, c.want)
		}
	}
}

package custody

import (
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/act/acttest"
	"jiyao/internal/checklist"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
)

// locked is a cabinet with all that a law may ask to protect it.
func locked(id term.PlaceID) Place {
	return Place{ID: id, Kind: "secure_cabinet", CabinetClass: "B", Lock: "code", Alarm: "yes", Watch: "yes", LastCheckedOn: "2026-03-01"}
}

// What is left behind is what lies in no locked cabinet of one's own; what lies on a desk, or nobody said where, is counted too.
func TestWhatIsLeftBehind(t *testing.T) {
	in := func(p Place, his bool, l term.Level) Kept { return Kept{Copy: Copy{Level: l}, Place: p, his: his} }
	desk, open := Place{ID: "d", Kind: "desk", Lock: "key"}, locked("o")
	open.Lock = "none"
	for name, c := range map[string]struct {
		kept []Kept
		want Evening
	}{
		"nothing":                       {nil, Evening{}},
		"in his cabinet":                {[]Kept{in(locked("c"), true, term.Jimi)}, Evening{}},
		"in another's":                  {[]Kept{in(locked("c"), false, term.Jimi)}, Evening{HoldsUnlocked: 1, ClassifiedUnlocked: 1}},
		"in one without a lock":         {[]Kept{in(open, true, term.Mimi)}, Evening{HoldsUnlocked: 1, ClassifiedUnlocked: 1}},
		"on a desk":                     {[]Kept{in(desk, true, term.Neibu)}, Evening{HoldsUnlocked: 1, DeskItems: 1}},
		"with him":                      {[]Kept{in(Place{}, false, term.Juemi)}, Evening{HoldsUnlocked: 1, ClassifiedUnlocked: 1, DeskItems: 1}},
		"one of each":                   {[]Kept{in(locked("c"), true, term.Jimi), in(desk, true, term.Open), in(Place{}, false, term.Mimi)}, Evening{HoldsUnlocked: 2, ClassifiedUnlocked: 1, DeskItems: 2}},
		"what is no secret, in nothing": {[]Kept{in(locked("c"), false, term.Open)}, Evening{HoldsUnlocked: 1}},
	} {
		if got := EveningOf(c.kept, outward(t)); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestSigningOff(t *testing.T) {
	n := func(i int) *int { return &i }
	loans := []act.Thing{{ID: "a"}, {ID: "b"}}
	two := signingOff{kept: []Kept{{}}, carried: 1, loans: loans}
	counted := map[string]string{"items_counted": "2"}
	for name, c := range map[string]struct {
		who   term.PersonID
		s     signingOff
		cmd   SignOff
		want  string
		loans int
	}{
		"as the book says":           {"clerk", two, SignOff{Lines: counted}, "", 2},
		"one less":                   {"clerk", two, SignOff{Lines: map[string]string{"items_counted": "1"}}, "lines.items_counted not_by_the_book", 0},
		"one more":                   {"clerk", two, SignOff{Lines: map[string]string{"items_counted": "3"}}, "lines.items_counted not_by_the_book", 0},
		"no number":                  {"clerk", two, SignOff{Lines: map[string]string{"items_counted": "两件"}}, "lines.items_counted not_a_number", 0},
		"a line that is none":        {"clerk", two, SignOff{Lines: map[string]string{"invented": "yes"}}, "lines unknown_line", 0},
		"the loans too":              {"officer", two, SignOff{Lines: counted, Loans: n(2)}, "", 2},
		"one loan less":              {"officer", two, SignOff{Lines: counted, Loans: n(1)}, "loans not_by_the_book", 0},
		"one more loan":              {"officer", two, SignOff{Lines: counted, Loans: n(3)}, "loans not_by_the_book", 0},
		"of who may not know, wrong": {"clerk", two, SignOff{Lines: counted, Loans: n(1)}, "", 2},
		"with nothing, nothing said": {"clerk", signingOff{}, SignOff{}, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			env := outward(t)
			h, _ := env.People.(acttest.House)
			h.Held = map[term.PersonID][]string{"officer": {officerPost}}
			env.People, env.Actor.Person, env.Law = h, c.who, acttest.Law(t, "county")
			changes, err := decideSignOff(c.s, c.cmd, env)
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			s := acttest.Row[checklist.Sheet](t, changes)
			if s.Name != DayEnd || s.Person != c.who || s.Day != "2026-03-02" || s.Subject != "" || len(changes.Targets) != 2+c.loans {
				t.Errorf("%+v, targets %v", s, changes.Targets)
			}
		})
	}
}

// One keeps things in one's own place, in nobody's, and in one of one's room or department that is dedicated to no other.
func TestWhosePlaceOneMayUse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		err := db.Write(t.Context(), "test.fill", func(tx *store.Tx) error {
			_, err := store.Put(tx, []store.Change{Places.Insert(Place{ID: "room", Name: "r", Kind: "desk", Keeper: "officer", Room: "203"})})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			place Place
			who   term.PersonID
			want  bool
		}{
			"his own": {Place{Keeper: "officer"}, "officer", true}, "dedicated to him": {Place{Keeper: "clerk", Officer: "officer"}, "officer", true}, "nobody's": {Place{}, "officer", true},
			"dedicated to another": {Place{Officer: "clerk"}, "officer", false}, "another's, dedicated to a third": {Place{Keeper: "far", Officer: "clerk"}, "officer", false},
			"of his department": {Place{Keeper: "far"}, "officer", true}, "of another": {Place{Keeper: "clerk"}, "officer", false}, "of somebody without one": {Place{Keeper: "stranger"}, "stranger2", false},
			"in his room": {Place{Keeper: "clerk", Room: "203"}, "officer", true}, "in another": {Place{Keeper: "clerk", Room: "204"}, "officer", false}, "in a room of others": {Place{Keeper: "clerk", Room: "203"}, "far", false},
		} {
			err := db.Read(t.Context(), func(tx *store.Tx) error {
				got, err := c.place.usable(tx, outward(t).People, c.who)
				if got != c.want {
					t.Errorf("%s: %v", name, got)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// A count that was taken says whether what came back differs; none says nothing, and what did not come is missing.
func TestWhetherWhatCameBackDiffers(t *testing.T) {
	n := func(i int) *int { return &i }
	s := takingBack{held: held{copy: Copy{Pages: 3, Attachments: 1}}}
	for name, c := range map[string]struct {
		cmd            TakeBack
		differs, whole bool
	}{
		"all": {TakeBack{CopiesBack: n(1), PagesBack: n(3), AttachmentsBack: n(1)}, false, true}, "nothing counted": {TakeBack{}, false, false}, "copies alone": {TakeBack{CopiesBack: n(1)}, false, false},
		"a page less": {TakeBack{CopiesBack: n(1), PagesBack: n(2), AttachmentsBack: n(1)}, true, false}, "a page more": {TakeBack{CopiesBack: n(1), PagesBack: n(4), AttachmentsBack: n(1)}, true, false},
		"an attachment less": {TakeBack{CopiesBack: n(1), PagesBack: n(3), AttachmentsBack: n(0)}, true, false}, "two copies": {TakeBack{CopiesBack: n(2), PagesBack: n(3), AttachmentsBack: n(1)}, true, false},
		"none": {TakeBack{CopiesBack: n(0), PagesBack: n(0)}, false, false},
	} {
		if d, w := s.differs(c.cmd), s.whole(c.cmd); d != c.differs || w != c.whole {
			t.Errorf("%s: differs %v, whole %v", name, d, w)
		}
	}
}

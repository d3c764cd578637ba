package document

import (
	"slices"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/act/acttest"
	"jiyao/internal/calendar"
	"jiyao/internal/notify"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
)

// n is a count as a command says it.
func n(i int) *int { return &i }

// drafted is a document of the office's own that has taken some steps, drafted by ann.
func drafted(steps ...string) issuing {
	d := Document{ID: "d", Series: term.Issued, Origin: Own, Level: term.Neibu, State: Drafting, Steps: append([]string{"draft", "scope"}, steps...)}
	return issuing{loaded{doc: d}, Outgoing{ID: "d", DraftedBy: "ann", DraftedAt: acttest.Monday}}
}

// came is a document that was received.
func came() issuing {
	return issuing{loaded: loaded{doc: Document{ID: "d", Series: term.Received, Origin: FromOutside, State: Registered}}}
}

func TestDrafting(t *testing.T) {
	law := acttest.Law(t)
	people := acttest.Of("ann", "bob")
	for name, c := range map[string]struct {
		cmd    Draft
		last   int
		at     time.Time
		want   string
		number string
		knows  []string
	}{
		"the first of a year":          {Draft{Title: " 通知 "}, 0, acttest.Monday, "", "2026-0001", []string{"ann"}},
		"the next":                     {Draft{Title: "通知"}, 41, acttest.Monday, "", "2026-0042", []string{"ann"}},
		"by its code name alone":       {Draft{CodeName: "甲"}, 0, acttest.Monday, "", "2026-0001", []string{"ann"}},
		"at the last second of a year": {Draft{Title: "通知"}, 7, time.Date(2026, 12, 31, 23, 59, 59, 0, calendar.Zone), "", "2026-0008", []string{"ann"}},
		"at the first of the next":     {Draft{Title: "通知"}, 0, time.Date(2027, 1, 1, 0, 0, 0, 0, calendar.Zone), "", "2027-0001", []string{"ann"}},
		"whom he names, each once":     {Draft{Title: "通知", Persons: []term.PersonID{"bob", "ann", "bob"}}, 0, acttest.Monday, "", "2026-0001", []string{"ann", "bob"}},
		"a stranger among them":        {Draft{Title: "通知", Persons: []term.PersonID{"bob", "who"}}, 0, acttest.Monday, "persons unknown_person", "", nil},
		"without a name":               {Draft{Title: " ", CodeName: "　"}, 0, acttest.Monday, "title required", "", nil},
		"of an urgency that is none":   {Draft{Title: "通知", Urgency: "火急"}, 0, acttest.Monday, "urgency not_in_list", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			c.cmd.Level = term.Mimi
			env := acttest.Env("ann", people, law)
			env.At = c.at
			changes, err := decideDraft(drafting{c.last}, c.cmd, env)
			if got := acttest.Answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			d, line := acttest.Row[Document](t, changes), acttest.Row[Widening](t, changes)
			if changes.Values["number"] != c.number || d.State != Drafting || !d.ScopeFixed || d.Level != term.Mimi || d.Origin != Own {
				t.Errorf("%q: %+v", changes.Values["number"], d)
			}
			var knows []string
			for _, k := range acttest.Rows[Knower](changes) {
				knows = append(knows, string(k.Person))
			}
			if !slices.Equal(knows, c.knows) || !slices.Equal(line.After, c.knows) || acttest.Row[Key](t, changes).ID != d.ID {
				t.Errorf("known to %v, line %v; want %v", knows, line.After, c.knows)
			}
		})
	}
}

func TestWhatADraftMaySay(t *testing.T) {
	for name, c := range map[string]struct {
		cmd  Draft
		want string
	}{
		"nothing": {Draft{}, ""}, "as many pages as can be": {Draft{Pages: n(9999)}, ""}, "one more": {Draft{Pages: n(10000)}, "pages out_of_range"},
		"no attachment": {Draft{Attachments: n(0)}, ""}, "less": {Draft{Attachments: n(-1)}, "attachments out_of_range"}, "no urgency there is": {Draft{Urgency: "火急"}, "urgency not_in_list"},
	} {
		if got := acttest.Answer(checkDraft(c.cmd)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Each step of what goes out is taken once, before the copies are printed, of what the office wrote itself.
func TestEachStepOfWhatGoesOutIsTakenOnce(t *testing.T) {
	law, people := acttest.Law(t), acttest.Of("ann", "bob", "head")
	struck, printed := drafted(), drafted("print_run")
	struck.doc.State, printed.doc.State = Voided, Registered
	steps := map[string]func(s issuing, env act.Env) (act.Changes, error){
		"review":   func(s issuing, env act.Env) (act.Changes, error) { return decideReview(s, Review{Result: "pass"}, env) },
		"sign_off": func(s issuing, env act.Env) (act.Changes, error) { return decideSignOff(s, SignOff{}, env) },
		"number": func(s issuing, env act.Env) (act.Changes, error) {
			return decideNumber(numbering{issuing: s, rule: NumberRule{ID: "r", Prefix: "某局发"}}, TakeNumber{}, env)
		},
		"print_run": func(s issuing, env act.Env) (act.Changes, error) {
			_, c, err := DecidePrintRun(Printing{s}, PrintRun{Copies: n(1), Pages: n(1)}, env)
			return c, err
		},
	}
	for step, decide := range steps {
		for name, c := range map[string]struct {
			s    issuing
			want string
		}{
			"a draft": {drafted(), ""}, "what came in": {came(), "document not_own"}, "a second time": {drafted(step), "conflict"},
			"what is printed": {printed, "conflict"}, "what is struck": {struck, "conflict"},
		} {
			t.Run(step+" "+name, func(t *testing.T) {
				changes, err := decide(c.s, acttest.Env("head", people, law))
				if got := acttest.Answer(err); got != c.want {
					t.Fatalf("%q, want %q", got, c.want)
				}
				if err != nil {
					return
				}
				d, out := acttest.Row[Document](t, changes), acttest.Row[Outgoing](t, changes)
				by := map[string]term.PersonID{"review": out.ReviewedBy, "sign_off": out.SignedOffBy, "number": out.NumberedBy, "print_run": out.PrintedBy}
				if by[step] != "head" || !slices.Contains(d.Steps, step) || (step == "sign_off") != (d.SignedBy == "head") {
					t.Errorf("by %v, steps %v, signed by %q", by, d.Steps, d.SignedBy)
				}
			})
		}
	}
}

// What is sent back keeps its reason and tells who drafted it; it has not been reviewed.
func TestSendingBackADraft(t *testing.T) {
	for name, c := range map[string]struct {
		who    term.PersonID
		reason string
		want   string
		told   int
	}{
		"with a reason": {"head", "改", "", 1}, "without": {"head", " ", "reason required", 0}, "his own": {"ann", "改", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideReview(drafted(), Review{Result: "back", Reason: c.reason}, acttest.Env(c.who, acttest.Of("ann", "head"), nil))
			if got := acttest.Answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			if note := acttest.Row[Note](t, changes); note.Kind != "review" || acttest.Text(t, note.Reason) != c.reason {
				t.Errorf("%+v", note)
			}
			if told := acttest.Rows[notify.Notice](changes); len(told) != c.told || len(acttest.Rows[Outgoing](changes)) != 0 {
				t.Errorf("told %v", told)
			}
		})
	}
}

func TestRulesOfNumbers(t *testing.T) {
	have := NumberRule{ID: "r", Prefix: "某局发"}
	for name, c := range map[string]struct {
		have NumberRule
		cmd  MakeNumberRule
		want string
	}{
		"a new one": {NumberRule{}, MakeNumberRule{Prefix: " 某局发 "}, ""}, "of no word": {NumberRule{}, MakeNumberRule{Prefix: " "}, "prefix required"},
		"one that is there": {have, MakeNumberRule{Prefix: "某局发"}, "prefix twice"}, "its end": {have, MakeNumberRule{Prefix: "某局发", End: "yes"}, ""},
		"the end of none": {NumberRule{}, MakeNumberRule{Prefix: "某局发", End: "yes"}, "prefix not_in_list"},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideNumberRule(numberRules{c.have}, c.cmd, acttest.Env("ann", acttest.Of("ann"), nil))
			if got := acttest.Answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err == nil {
				if r := acttest.Row[NumberRule](t, changes); r.Prefix != "某局发" || r.Ended.IsZero() == (c.cmd.End == "yes") {
					t.Errorf("%+v", r)
				}
			}
		})
	}
}

func TestTakingANumber(t *testing.T) {
	any, one, ended := NumberRule{ID: "r", Prefix: "某局发"}, NumberRule{ID: "r", Prefix: "某局发", Kinds: []string{"通知"}}, NumberRule{}
	for name, c := range map[string]struct {
		rule NumberRule
		kind string
		last int
		at   time.Time
		want string
		no   string
	}{
		"the first":                {any, "通知", 0, acttest.Monday, "", "某局发〔2026〕1号"},
		"the next":                 {any, "", 4, acttest.Monday, "", "某局发〔2026〕5号"},
		"of its kind":              {one, "通知", 4, acttest.Monday, "", "某局发〔2026〕5号"},
		"of another kind":          {one, "函", 4, acttest.Monday, "rule not_in_list", ""},
		"by a rule that has ended": {ended, "通知", 4, acttest.Monday, "rule not_in_list", ""},
		"at the end of a year":     {any, "", 4, time.Date(2026, 12, 31, 23, 59, 59, 0, calendar.Zone), "", "某局发〔2026〕5号"},
		"in the next":              {any, "", 0, time.Date(2027, 1, 1, 0, 0, 0, 0, calendar.Zone), "", "某局发〔2027〕1号"},
	} {
		t.Run(name, func(t *testing.T) {
			s := drafted("sign_off")
			s.doc.DocumentKind = c.kind
			env := acttest.Env("ann", acttest.Of("ann"), nil)
			env.At = c.at
			changes, err := decideNumber(numbering{s, c.rule, c.last}, TakeNumber{Rule: "r"}, env)
			if got := acttest.Answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			d, out := acttest.Row[Document](t, changes), acttest.Row[Outgoing](t, changes)
			if acttest.Text(t, d.DocNo) != c.no || len(d.DocNoToken) == 0 || out.RuleNo != c.last+1 || out.RuleYear != c.at.Year() {
				t.Errorf("%s: %+v", acttest.Text(t, d.DocNo), out)
			}
		})
	}
}

func TestPrinting(t *testing.T) {
	people := acttest.Of("ann", "bob")
	secret := drafted("number")
	secret.doc.Level, secret.doc.Period, secret.doc.Attachments = term.Mimi, "5年", 2
	for name, c := range map[string]struct {
		cmd  PrintRun
		want string
	}{
		"as classified":            {PrintRun{Copies: n(3), Pages: n(2), MarkText: " 秘密★5年 ", Kept: n(1), ProofreadBy: "bob"}, ""},
		"without a mark":           {PrintRun{Copies: n(3), Pages: n(2)}, ""},
		"with more attachments":    {PrintRun{Copies: n(3), Pages: n(2), Attachments: n(4)}, ""},
		"with another level":       {PrintRun{Copies: n(3), Pages: n(2), MarkText: "机密★5年"}, "mark_text not_as_marked"},
		"with another period":      {PrintRun{Copies: n(3), Pages: n(2), MarkText: "秘密★6年"}, "mark_text not_as_marked"},
		"no copy":                  {PrintRun{Pages: n(2)}, "copies required"},
		"no page":                  {PrintRun{Copies: n(3)}, "copies required"},
		"read by somebody unknown": {PrintRun{Copies: n(3), Pages: n(2), ProofreadBy: "who"}, "proofread_by unknown_person"},
	} {
		t.Run(name, func(t *testing.T) {
			d, changes, err := DecidePrintRun(Printing{secret}, c.cmd, acttest.Env("ann", people, nil))
			if got := acttest.Answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			attached := 2
			if c.cmd.Attachments != nil {
				attached = *c.cmd.Attachments
			}
			out := acttest.Row[Outgoing](t, changes)
			if d.Copies != 3 || d.Pages != 2 || d.Attachments != attached || d.State != Registered || !slices.Contains(d.Steps, "register") || out.Printed != 3 || out.Kept != number0(c.cmd.Kept) || out.ProofreadBy != c.cmd.ProofreadBy {
				t.Errorf("%+v, %+v", d, out)
			}
		})
	}
}

func TestWhatAPrintRunMaySay(t *testing.T) {
	for name, c := range map[string]struct {
		cmd  PrintRun
		want string
	}{
		"one copy": {PrintRun{Copies: n(1), Pages: n(1)}, ""}, "none": {PrintRun{Copies: n(0), Pages: n(1)}, "copies out_of_range"},
		"as many as can be": {PrintRun{Copies: n(maxCopies)}, ""}, "one more": {PrintRun{Copies: n(maxCopies + 1)}, "copies out_of_range"},
		"all are kept": {PrintRun{Copies: n(3), Kept: n(3)}, ""}, "more are kept than printed": {PrintRun{Copies: n(3), Kept: n(4)}, "kept out_of_range"},
		"less than none": {PrintRun{Copies: n(3), Kept: n(-1)}, "kept out_of_range"}, "no page": {PrintRun{Copies: n(1), Pages: n(0)}, "pages no_pages"},
		"as many pages as can be": {PrintRun{Copies: n(1), Pages: n(9999)}, ""}, "one page more": {PrintRun{Copies: n(1), Pages: n(10000)}, "pages out_of_range"},
		"too many attachments": {PrintRun{Copies: n(1), Attachments: n(10000)}, "attachments out_of_range"},
	} {
		if got := acttest.Answer(CheckPrintRun(c.cmd)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A copy bears its number where the run says so, and a mark where something is printed.
func TestWhatTheLawSeesOfAPrintRun(t *testing.T) {
	s := Printing{drafted()}
	s.item.Item = facts(s.doc)
	for _, c := range []struct {
		cmd      PrintRun
		numbered bool
		mark     string
	}{{PrintRun{}, false, "none"}, {PrintRun{Numbered: "no", MarkText: " "}, false, "none"}, {PrintRun{Numbered: "yes", MarkText: "秘密★5年"}, true, "marked"}} {
		f := FactsOfPrintRun(s, c.cmd, acttest.Env("ann", acttest.Of("ann"), nil))
		if f.CopyNoSet != c.numbered || f.MarkState != c.mark {
			t.Errorf("%+v: numbered %v, %s", c.cmd, f.CopyNoSet, f.MarkState)
		}
	}
}

// A number stands for one document: a rule that is made anew goes on where the one of the same word has ended.
func TestARuleMadeAnewGoesOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		given := func(id, rule string, year, no int) store.Change {
			return Outgoings.Insert(Outgoing{ID: term.DocumentID(id), DraftedAt: acttest.Monday, Rule: rule, RuleYear: year, RuleNo: no})
		}
		err := db.Write(t.Context(), "test.fill", func(tx *store.Tx) error {
			_, err := store.Put(tx, []store.Change{
				NumberRules.Insert(NumberRule{ID: "old", Prefix: "某局发", Ended: acttest.Monday}), NumberRules.Insert(NumberRule{ID: "new", Prefix: "某局发"}),
				NumberRules.Insert(NumberRule{ID: "other", Prefix: "某局函"}),
				given("a", "old", 2026, 7), given("b", "old", 2025, 9), given("c", "other", 2026, 30),
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			prefix     string
			year, want int
		}{{"某局发", 2026, 7}, {"某局发", 2025, 9}, {"某局发", 2027, 0}, {"某局函", 2026, 30}, {"某局令", 2026, 0}} {
			var got int
			if err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
				got, err = lastOfRule(tx, NumberRule{Prefix: c.prefix}, c.year)
				return err
			}); err != nil || got != c.want {
				t.Errorf("%s of %d: %d, want %d; %v", c.prefix, c.year, got, c.want, err)
			}
		}
	})
}

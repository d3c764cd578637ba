package custody

import (
	"strconv"

	"jiyao/internal/act"
	"jiyao/internal/checklist"
	"jiyao/internal/refuse"
)

// ReturnCheck is the sheet of the check when a copy comes back, answered by what the check found.
const ReturnCheck = "return_check"

// whole is the answer of a check that found nothing amiss.
const whole = "whole"

type returnFacts struct {
	copyFacts
	checklist.Facts
}

// answers are the lines of the sheet: yes where all is whole. What was not looked at has none, and is asked for as a field.
func (cmd Return) answers() map[string]string {
	out := map[string]string{}
	for line, result := range map[string]string{"pages": cmd.PagesResult, "attachments": cmd.AttachmentsResult, "marks": cmd.MarksResult} {
		switch result {
		case "":
		case whole:
			out[line] = "yes"
		default:
			out[line] = "no"
		}
	}
	return out
}

var _ = act.Define("custody.return", act.Act[Return, takingBack, returnFacts]{
	Load:  func(tx *act.Tx, cmd Return) (takingBack, error) { return loadTakeBack(tx, cmd.TakeBack) },
	Signs: []string{act.FirstWitness, act.SecondWitness},
	Knows: func(s takingBack, _ Return, env act.Env) []act.Matter { return s.matters(env) },
	Idle:  func(s takingBack, _ Return) error { return s.idle() },
	Leans: func(s takingBack, _ Return) []act.Event { return s.moved() },
	Facts: func(s takingBack, cmd Return, env act.Env) returnFacts {
		f := returnFacts{factsOfTakeBack(s, cmd.TakeBack, env), checklist.FactsOf(env.Law, ReturnCheck, env.People.Posts(env.Actor.Person), cmd.answers())}
		f.LinesOpen = nil
		for _, answer := range cmd.answers() {
			f.BackDiffers = f.BackDiffers || answer == "no"
		}
		return f
	},
	Decide: decideReturn,
})

// contradicts answers a check that calls whole what was counted otherwise.
func (s takingBack) contradicts(cmd Return) error {
	var bad refuse.Invalid
	for _, x := range []struct {
		field, result string
		counted       *int
		registered    int
	}{{"pages_result", cmd.PagesResult, cmd.PagesBack, s.copy.Pages}, {"attachments_result", cmd.AttachmentsResult, cmd.AttachmentsBack, s.copy.Attachments}} {
		if x.result == whole && x.counted != nil && *x.counted != x.registered {
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: x.field, Code: "counted_otherwise", Args: map[string]string{"came": strconv.Itoa(*x.counted), "should": strconv.Itoa(x.registered)}})
		}
	}
	if len(bad.Fields) > 0 {
		return &bad
	}
	return nil
}

func decideReturn(s takingBack, cmd Return, env act.Env) (act.Changes, error) {
	if err := s.contradicts(cmd); err != nil && s.out() && (cmd.CopiesBack == nil || *cmd.CopiesBack != 0) {
		return act.Changes{}, err
	}
	c, err := decideTakeBack(s, cmd.TakeBack, func(l *HandOver) {
		l.PagesResult, l.AttachmentsResult, l.MarksResult = cmd.PagesResult, cmd.AttachmentsResult, cmd.MarksResult
		for _, answer := range cmd.answers() {
			l.Whole = l.Whole && answer == "yes"
		}
	}, env)
	if err != nil || len(env.Law.Sheets(ReturnCheck)) == 0 {
		return c, err
	}
	sheet := checklist.Sheet{
		ID: env.ID(), Name: ReturnCheck, Person: env.Actor.Person, Subject: string(s.copy.ID), Day: env.Today().String(), Lines: cmd.answers(), SignedAt: env.At,
	}
	c.Rows = append(c.Rows, checklist.Sheets.Insert(sheet))
	c.No = checklist.NoLines(env.Law, ReturnCheck, cmd.answers())
	return c, nil
}

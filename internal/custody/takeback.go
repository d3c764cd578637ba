package custody

import (
	"fmt"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/obligation"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// TakeBack takes a copy back into a named cabinet, after a check of copies, pages and attachments: from its holder,
// who signs as giver, or from its way outside the house. Where its holder will not or cannot sign, two witnesses attest it.
type TakeBack struct {
	Copy            term.CopyID  `json:"copy" req:"true"`
	CopiesBack      *int         `json:"copies_back"`
	PagesBack       *int         `json:"pages_back"`
	AttachmentsBack *int         `json:"attachments_back"`
	Checked         bool         `json:"checked"` // the officer confirms that he counted
	Cabinet         term.PlaceID `json:"cabinet" req:"true"`
	CopyNo          string       `json:"copy_no"`
	// CourierSignature is that of who brings a copy back from outside, as it stands on paper: he has no account.
	CourierSignature string `json:"courier_signature"`
	WhyUnsigned      string `json:"why_unsigned"` // why the giver does not sign
}

// Return takes a copy back as TakeBack does, with a check that says of pages, attachments and marks whether they are as
// they were.
type Return struct {
	TakeBack
	PagesResult       string `json:"pages_result" in:"return_result"`
	AttachmentsResult string `json:"attachments_result" in:"return_result"`
	MarksResult       string `json:"marks_result" in:"return_result"`
}

type takingBack struct {
	held
	place Place
	next  []term.PersonID // readers who wait, nobody hurries yet, and for whom a copy is free once this one is back
}

var _ = act.Define("custody.take_back", act.Act[TakeBack, takingBack, copyFacts]{
	Load:  loadTakeBack,
	Signs: []string{act.FirstWitness, act.SecondWitness},
	Knows: func(s takingBack, _ TakeBack, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s takingBack, _ TakeBack) []act.Event { return s.moved() },
	Idle:  func(s takingBack, _ TakeBack) error { return s.idle() },
	Facts: factsOfTakeBack,
	Decide: func(s takingBack, cmd TakeBack, env act.Env) (act.Changes, error) {
		return decideTakeBack(s, cmd, nil, env)
	},
})

func loadTakeBack(tx *act.Tx, cmd TakeBack) (takingBack, error) {
	h, err := load(tx, cmd.Copy)
	if err != nil {
		return takingBack{}, err
	}
	if h.queue, err = links.Queue(tx.Tx, h.copy.Document, h.copy.Holder); err != nil {
		return takingBack{}, fmt.Errorf("find the turn: %w", err)
	}
	t := takingBack{held: h}
	if !h.out() { // somebody else was faster: who, and from whom
		if t.line, _, err = HandOvers.One(tx.Tx, "WHERE copy = $1 ORDER BY out_at DESC LIMIT 1", string(cmd.Copy)); err != nil {
			return t, fmt.Errorf("read the last line: %w", err)
		}
	}
	if t.next, err = nextTurns(tx.Tx, h); err != nil {
		return t, err
	}
	if cmd.Cabinet != "" {
		t.place, err = locate(tx.Tx, cmd.Cabinet)
	}
	return t, err
}

// nextTurns gives the readers whose turn comes by this copy's return: as many of those who wait as there are copies
// free then, in order, without the ones whose turn has come already.
func nextTurns(tx *store.Tx, h held) ([]term.PersonID, error) {
	if len(h.queue.Waiting) == 0 {
		return nil, nil
	}
	free, err := Free(tx, h.copy.Document, h.copy.ID)
	if err != nil {
		return nil, fmt.Errorf("count the copies that are free: %w", err)
	}
	var out []term.PersonID
	for _, p := range h.queue.Waiting[:min(free+1, len(h.queue.Waiting))] {
		open, err := obligation.Duties.Count(tx, "WHERE subject = $1 AND subject_kind = 'turn' AND state = 'open'", readerKey(h.copy.Document, p))
		if err != nil {
			return nil, fmt.Errorf("look for turns that have come: %w", err)
		}
		if open == 0 {
			out = append(out, p)
		}
	}
	return out, nil
}

func factsOfTakeBack(s takingBack, cmd TakeBack, env act.Env) copyFacts {
	f := s.facts(env, s.from())
	for _, p := range s.next {
		if p != s.from() {
			f.Persons = append(f.Persons, s.item.Person(env, p))
		}
	}
	f.at(s.place, env)
	f.until(env, nil)
	if cmd.Checked {
		f.StepsDone = append(f.StepsDone, "check")
	}
	f.CheckedAll, f.BackDiffers = s.whole(cmd), s.differs(cmd)
	f.signs = between(s.from(), env.Actor.Person)
	f.Witnesses = len(s.witnesses(cmd, env))
	if s.outside() && s.from() == "" && strings.TrimSpace(cmd.CourierSignature) != "" {
		f.paper = []string{"giver"}
	}
	return f
}

// witnesses are those who attest that the giver does not sign, once it is said why.
func (s takingBack) witnesses(cmd TakeBack, env act.Env) []string {
	if strings.TrimSpace(cmd.WhyUnsigned) == "" {
		return nil
	}
	return env.Witnesses(s.from())
}

// from is who gives the copy back: its holder, or the person of this house to whom it was sent; of one that is back
// already, who gave it then.
func (s takingBack) from() term.PersonID {
	if s.copy.State == Held {
		return s.copy.Holder
	}
	return s.line.Receiver
}

// outside reports whether the copy has left the house.
func (h held) outside() bool { return h.copy.State == Transit || h.copy.State == Away }

// idle answers the return of a copy that is with nobody: it never was, or somebody took it back before.
func (s takingBack) idle() error {
	switch {
	case s.out():
		return nil
	case s.copy.State == Supplied: // the register of 对外提供 takes it back
		return refuse.Field("copy", "given_outside")
	case s.line.ID == "":
		return refuse.Field("copy", "not_out")
	}
	return &refuse.Conflict{Table: "copy", Key: string(s.copy.ID), By: s.line.TakenBy}
}

// out reports whether it can be taken back.
func (h held) out() bool { return h.copy.State == Held || h.outside() }

// whole reports whether what came back is what went out.
func (s takingBack) whole(cmd TakeBack) bool {
	is := func(n *int, want int) bool { return n != nil && *n == want }
	return is(cmd.CopiesBack, 1) && is(cmd.PagesBack, s.copy.Pages) && is(cmd.AttachmentsBack, s.copy.Attachments)
}

// uncounted answers the return of a secret of which it is not said how much came back: taking back is counting.
func (s takingBack) uncounted(cmd TakeBack) error {
	var bad refuse.Invalid
	for _, x := range []struct {
		field string
		came  *int
	}{{"copies_back", cmd.CopiesBack}, {"pages_back", cmd.PagesBack}, {"attachments_back", cmd.AttachmentsBack}} {
		if x.came == nil && s.copy.Level.Classified() {
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: x.field, Code: "required"})
		}
	}
	if len(bad.Fields) > 0 {
		return &bad
	}
	return nil
}

// differs reports whether a count says that what came back is not what went out. What was not counted says nothing, and what
// did not come at all is missing.
func (s takingBack) differs(cmd TakeBack) bool {
	not := func(n *int, want int) bool { return n != nil && *n != want }
	none := cmd.CopiesBack != nil && *cmd.CopiesBack == 0
	return !none && (not(cmd.CopiesBack, 1) || not(cmd.PagesBack, s.copy.Pages) || not(cmd.AttachmentsBack, s.copy.Attachments))
}

// decideTakeBack decides both ways of taking back; noting adds to the line what only one of them says, and may be nil.
func decideTakeBack(s takingBack, cmd TakeBack, noting func(*HandOver), env act.Env) (act.Changes, error) {
	if err := s.idle(); err != nil {
		return act.Changes{}, err
	}
	if cmd.Cabinet == "" {
		return act.Changes{}, refuse.Field("cabinet", "required")
	}
	if cmd.CopyNo != "" && !s.copy.Bears(cmd.CopyNo) {
		return act.Changes{}, refuse.Field("copy_no", "differs")
	}
	if err := otherSigner(env, between(s.from(), env.Actor.Person)); err != nil {
		return act.Changes{}, err
	}
	if cmd.CopiesBack != nil && *cmd.CopiesBack == 0 {
		return s.notBack(), nil
	}
	if err := s.uncounted(cmd); err != nil {
		return act.Changes{}, err
	}
	line := s.line
	line.BackAt, line.TakenBy, line.Place = env.At, env.Actor.Person, cmd.Cabinet
	line.ReturnSigned, line.TakenSigned = env.Signer("giver"), env.Signer("receiver")
	if s.outside() {
		line.CourierSignature = strings.TrimSpace(cmd.CourierSignature)
	}
	if by := s.witnesses(cmd, env); len(by) > 0 && line.ReturnSigned == "" {
		line.ReturnUnsigned, line.Witnesses = store.Plain(strings.TrimSpace(cmd.WhyUnsigned)), by
	}
	line.CopiesBack, line.PagesBack, line.AttachmentsBack = given(cmd.CopiesBack), given(cmd.PagesBack), given(cmd.AttachmentsBack)
	line.Checked, line.CheckedBy, line.Whole = cmd.Checked, env.Actor.Person, s.whole(cmd)
	if noting != nil {
		noting(&line)
	}
	next := s.copy
	next.State, next.Place, next.Holder, next.HandOver, next.Since, next.Device = InPlace, cmd.Cabinet, "", "", env.At, ""
	t := target(s.copy)
	t.CloseOnly, t.Person = true, s.copy.Holder
	c := act.Changes{
		Subject: string(s.copy.ID), Document: s.copy.Document, Rows: []store.Change{HandOvers.Update(s.line, line), Copies.Update(s.copy, next)},
		Targets: []act.Target{t, comes(next, s.place)}, Values: map[string]string{"holder": string(s.from())}, After: s.standing(next, HandOver{}, s.place, env),
	}
	if !line.Whole {
		c.Values["differs"] = "yes"
	}
	if s.line.Kind == "lend" {
		c.Targets = append(c.Targets, act.Target{Kind: "loan", ID: string(s.copy.ID), CloseOnly: true})
	}
	if s.line.Stop != "" {
		c.Targets = append(c.Targets, act.Target{Kind: "stop", ID: string(s.line.Stop), Person: s.copy.Holder, CloseOnly: true})
		c.Then = append(c.Then, act.Follow{Act: "circulation.taken", Command: Served{Stop: s.line.Stop, Copy: s.copy.ID, At: env.At}})
	}
	for _, p := range s.next { // the copy is free for whoever waits next
		c.Targets = append(c.Targets, act.Target{Kind: "turn", ID: readerKey(s.copy.Document, p), Person: p, OpenOnly: true})
	}
	return c, nil
}

// notBack is a return that brought nothing: the copy is missing, and still its holder's to give back.
func (s takingBack) notBack() act.Changes {
	return act.Changes{
		Subject: string(s.copy.ID), Document: s.copy.Document, Values: map[string]string{"holder": string(s.from()), "differs": "yes"},
		Then: []act.Follow{{Act: "custody.report_missing", Command: ReportMissing{Copy: s.copy.ID}}},
	}
}

func given(n *int) int {
	if n == nil {
		return -1
	}
	return *n
}

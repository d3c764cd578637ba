package document

import (
	"fmt"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/notify"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Instruct is a leader's 批示: who handles it, until when, and what. It opens 催办.
type Instruct struct {
	Document term.DocumentID `json:"document" req:"true"`
	Handler  term.PersonID   `json:"handler"`
	Due      *time.Time      `json:"due"`
	Text     string          `json:"text" secret:"true"`
}

// instructFacts add whom an instruction or an opinion has handle the item.
type instructFacts struct {
	itemFacts
	HandlerOutside bool `fact:"handler_outside"` // he is not in the scope that is fixed
}

// outside reports whether somebody named may not know of an item whose scope is fixed: neither by it nor by a post that keeps
// the register. Where the law cannot tell, he may not.
func (l loaded) outside(p term.PersonID, env act.Env) bool {
	if p == "" || !l.item.ScopeFixed {
		return false
	}
	sight, err := env.Law.Sight(env.People.Posts(p), env.Person(p).Left)
	m := l.item.Matter(p)
	return err != nil || !sight.Sees(m.Class, m.Ways)
}

var _ = act.Define("document.instruct", act.Act[Instruct, loaded, instructFacts]{
	Live:  true,
	Load:  func(tx *act.Tx, cmd Instruct) (loaded, error) { return load(tx, cmd.Document) },
	Knows: func(s loaded, _ Instruct, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s loaded, _ Instruct) []act.Event { return s.registered() },
	Facts: func(s loaded, cmd Instruct, env act.Env) instructFacts {
		return instructFacts{s.facts(env), s.outside(cmd.Handler, env)}
	},
	Decide: func(s loaded, cmd Instruct, env act.Env) (act.Changes, error) {
		if cmd.Handler != "" && env.People.Name(cmd.Handler) == "" {
			return act.Changes{}, refuse.Field("handler", "unknown_person")
		}
		i := Instruction{
			ID: term.InstructionID(env.ID()), Document: s.doc.ID, Text: store.Plain(cmd.Text), Handler: cmd.Handler, By: env.Actor.Person, At: env.At,
		}
		target := act.Target{Kind: "instruction", ID: string(i.ID), Person: cmd.Handler, Records: map[string]calendar.Recorded{}}
		if cmd.Due != nil {
			i.Due = cmd.Due.In(calendar.Zone)
			if !i.Due.After(env.At) {
				return act.Changes{}, refuse.Field("due", "in_the_past")
			}
			target.Records["due"] = act.Recorded(i.Due)
		}
		next := s.doc
		next.Instructed = true
		if next.Handler == "" {
			next.Handler = cmd.Handler
		}
		return act.Changes{
			Subject: string(s.doc.ID), Document: s.doc.ID, Rows: []store.Change{Instructions.Insert(i), Documents.Update(s.doc, next)},
			Targets: []act.Target{item(s.doc), target}, Values: map[string]string{"instruction": string(i.ID)},
		}, nil
	},
})

type instructionState struct {
	loaded
	instruction Instruction
}

func loadInstruction(tx *act.Tx, id term.InstructionID) (instructionState, error) {
	i, err := Instructions.Get(tx.Tx, id)
	if err != nil {
		return instructionState{}, err
	}
	l, err := load(tx, i.Document)
	return instructionState{l, i}, err
}

func (s instructionState) instructed() []act.Event {
	return []act.Event{{What: "instructed", At: s.instruction.At}}
}

// tell lets one person know of what was done about an instruction.
func (s instructionState) tell(env act.Env, kind string, to term.PersonID) []store.Change {
	return s.loaded.tell(env, kind, to, string(s.instruction.ID))
}

// tell lets one person know of what was done about an item; nobody is told of what he did himself.
func (l loaded) tell(env act.Env, kind string, to term.PersonID, subject string) []store.Change {
	if to == "" || to == env.Actor.Person {
		return nil
	}
	return []store.Change{notify.Notices.Insert(notify.Notice{ID: term.NoticeID(env.ID()), Kind: kind, Person: to, Subject: subject, Document: l.doc.ID, At: env.At})}
}

// DoChase is 催办 of an instruction's handler, by the officer or by the clock.
type DoChase struct {
	Instruction term.InstructionID `json:"instruction" req:"true"`
	At          *time.Time         `json:"at"` // nil: now
	To          term.PersonID      `json:"to"` // empty: the handler
	How         string             `json:"how" in:"chase_how"`
}

var _ = act.Define("circulation.chase", act.Act[DoChase, instructionState, itemFacts]{
	Load:  func(tx *act.Tx, cmd DoChase) (instructionState, error) { return loadInstruction(tx, cmd.Instruction) },
	Knows: func(s instructionState, _ DoChase, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s instructionState, _ DoChase) []act.Event { return s.instructed() },
	Facts: func(s instructionState, _ DoChase, env act.Env) itemFacts { return s.facts(env) },
	Decide: func(s instructionState, cmd DoChase, env act.Env) (act.Changes, error) {
		at, err := env.When("at", cmd.At, s.instructed()...)
		if err != nil {
			return act.Changes{}, err
		}
		c := Chase{ID: env.ID(), Document: s.doc.ID, Instruction: s.instruction.ID, To: cmd.To, How: cmd.How, By: env.Actor.Person, At: at}
		if c.To == "" {
			c.To = s.instruction.Handler
		}
		out := act.Changes{Subject: string(s.instruction.ID), Document: s.doc.ID, Rows: []store.Change{Chases.Insert(c)}}
		if !env.Actor.System { // what the clock has to say it says by the duty's own notices
			out.Rows = append(out.Rows, s.tell(env, "chased", c.To)...)
		}
		return out, nil
	},
})

// Feedback tells the leader who instructed what became of it.
type Feedback struct {
	Instruction term.InstructionID `json:"instruction" req:"true"`
	To          term.PersonID      `json:"to"`
	Text        string             `json:"text" secret:"true" max:"300"`
}

type feedbackFacts struct {
	itemFacts
	ToIsInstructor bool `fact:"to_is_instructor"`
}

var _ = act.Define("circulation.feedback", act.Act[Feedback, instructionState, feedbackFacts]{
	Load:  func(tx *act.Tx, cmd Feedback) (instructionState, error) { return loadInstruction(tx, cmd.Instruction) },
	Knows: func(s instructionState, _ Feedback, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s instructionState, _ Feedback) []act.Event { return s.instructed() },
	Facts: func(s instructionState, cmd Feedback, env act.Env) feedbackFacts {
		return feedbackFacts{s.facts(env), cmd.To == s.instruction.By}
	},
	Decide: func(s instructionState, cmd Feedback, env act.Env) (act.Changes, error) {
		if !s.instruction.FeedbackAt.IsZero() {
			return act.Changes{}, &refuse.Conflict{Table: "instruction", Key: string(s.instruction.ID), By: s.instruction.FeedbackBy}
		}
		next := s.instruction
		next.Feedback, next.FeedbackAt, next.FeedbackBy = store.Plain(cmd.Text), env.At, env.Actor.Person
		return act.Changes{
			Subject: string(s.instruction.ID), Document: s.doc.ID, Rows: append([]store.Change{Instructions.Update(s.instruction, next)}, s.tell(env, "answered", next.By)...),
			Targets: []act.Target{{Kind: "instruction", ID: string(s.instruction.ID), CloseOnly: true}},
		}, nil
	},
})

// Complete is 办结: the result of an item, and what becomes of its copies.
type Complete struct {
	Document    term.DocumentID `json:"document" req:"true"`
	Result      string          `json:"result" secret:"true" max:"300"`
	Disposition string          `json:"disposition" in:"disposition"`    // archive return destroy
	ReplyNo     string          `json:"reply_no" secret:"true" max:"60"` // 复文号, of what was answered with
}

type completing struct {
	loaded
	instructions []Instruction // without a feedback yet
}

var _ = act.Define("document.complete", act.Act[Complete, completing, itemFacts]{
	Live: true,
	Load: func(tx *act.Tx, cmd Complete) (completing, error) {
		l, err := load(tx, cmd.Document)
		if err != nil {
			return completing{}, err
		}
		open, err := Instructions.Select(tx.Tx, "WHERE document = $1 AND feedback_at IS NULL ORDER BY instructed_at, id", string(cmd.Document))
		if err != nil {
			return completing{}, fmt.Errorf("read the instructions: %w", err)
		}
		return completing{l, open}, nil
	},
	Knows: func(s completing, _ Complete, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s completing, _ Complete) []act.Event { return s.item.Events() },
	Facts: func(s completing, _ Complete, env act.Env) itemFacts { return s.facts(env) },
	Decide: func(s completing, cmd Complete, env act.Env) (act.Changes, error) {
		if s.doc.State != Registered {
			return act.Changes{}, &refuse.Conflict{Table: "document", Key: string(s.doc.ID)}
		}
		next := s.doc
		next.State, next.Result, next.Disposition, next.CompletedAt = Completed, store.Plain(cmd.Result), cmd.Disposition, env.At
		if no := strings.TrimSpace(cmd.ReplyNo); no != "" {
			next.ReplyNo = store.Plain(no)
		}
		next.Steps = step(next.Steps, "complete")
		c := act.Changes{
			Subject: string(s.doc.ID), Document: s.doc.ID, Rows: []store.Change{Documents.Update(s.doc, next)},
			Targets: []act.Target{item(s.doc), {Kind: "handling", ID: string(s.doc.ID), CloseOnly: true}},
		}
		for _, i := range s.instructions { // who was told the result already is owed nothing more
			c.Targets = append(c.Targets, act.Target{Kind: "instruction", ID: string(i.ID), Person: i.By, OpenOnly: true})
		}
		return c, nil
	},
})

// Awaits reports whether the result of a document is still to come: it is to be acted on (办件), or a 批示 names a handler
// or a day and nobody has told yet what became of it. A result on record settles both.
func Awaits(tx *store.Tx, id term.DocumentID) (bool, error) {
	d, err := Documents.Get(tx, id)
	if err != nil || d.State != Registered {
		return false, err
	}
	if d.NeedsAction || !d.Instructed {
		return d.NeedsAction, nil
	}
	n, err := Instructions.Count(tx, "WHERE document = $1 AND feedback_at IS NULL AND (handler <> '' OR due IS NOT NULL)", string(id))
	if err != nil {
		return false, fmt.Errorf("look for instructions without a result: %w", err)
	}
	return n > 0, nil
}

// Void strikes a line that should not be there. The number stays.
type Void struct {
	Document term.DocumentID `json:"document" req:"true"`
	Reason   string          `json:"reason" req:"true" secret:"true"`
	Anew     bool            `json:"register_anew"` // what came in is to be registered again: its envelope waits
}

type voiding struct {
	loaded
	envelope  Envelope
	untouched bool // its copies: what has happened to one is not undone by striking its line
}

var _ = act.Define("document.void", act.Act[Void, voiding, itemFacts]{
	Live: true,
	Load: func(tx *act.Tx, cmd Void) (s voiding, err error) {
		if s.loaded, err = load(tx, cmd.Document); err != nil {
			return s, err
		}
		if s.untouched, err = copies.Untouched(tx.Tx, cmd.Document); err != nil {
			return s, fmt.Errorf("look at the copies of a line: %w", err)
		}
		if cmd.Anew && s.doc.Envelope != "" {
			s.envelope, err = Envelopes.Get(tx.Tx, s.doc.Envelope)
		}
		return s, err
	},
	Knows: func(s voiding, _ Void, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s voiding, _ Void) []act.Event { return s.item.Events() },
	Facts: func(s voiding, _ Void, env act.Env) itemFacts { return s.facts(env) },
	Decide: func(s voiding, cmd Void, env act.Env) (act.Changes, error) {
		switch {
		case cmd.Reason == "":
			return act.Changes{}, refuse.Field("reason", "required")
		case len(s.item.Holders) > 0:
			return act.Changes{}, refuse.Field("document", "copies_out")
		case !s.untouched:
			return act.Changes{}, refuse.Field("document", "copies_moved")
		case cmd.Anew && s.envelope.Document != s.doc.ID:
			return act.Changes{}, refuse.Field("register_anew", "no_envelope")
		}
		next := s.doc
		next.State = Voided
		n := Note{ID: env.ID(), Kind: "void", Document: s.doc.ID, Reason: store.Plain(cmd.Reason), By: env.Actor.Person, At: env.At}
		c := act.Changes{
			Subject: string(s.doc.ID), Document: s.doc.ID, Rows: []store.Change{Documents.Update(s.doc, next), Notes.Insert(n)},
			Ends: []act.Ending{{Document: s.doc.ID, Struck: true}}, Targets: []act.Target{item(s.doc)}, Then: []act.Follow{{Act: "custody.end", Command: End{Document: s.doc.ID}}},
		}
		if cmd.Anew {
			waits := s.envelope
			waits.Document = ""
			c.Rows = append(c.Rows, Envelopes.Update(s.envelope, waits))
			c.Targets = append(c.Targets, act.Target{Kind: "piece", ID: string(waits.ID), OpenOnly: true})
		}
		return c, nil
	},
})

// End tells custody that the line was struck: its copies end with it.
type End struct {
	Document term.DocumentID `json:"document"`
}

// Look asks for what is shown only on purpose: a masked title. It leaves a line.
type Look struct {
	Document term.DocumentID `json:"document" req:"true"`
	Form     string          `json:"form"`
}

// lookFacts ask of the actor: he is who would come to know.
type lookFacts struct {
	itemFacts
	Persons []regulation.Person `fact:",each"`
}

var _ = act.Define("document.reveal", act.Act[Look, loaded, lookFacts]{
	Load:  func(tx *act.Tx, cmd Look) (loaded, error) { return load(tx, cmd.Document) },
	Knows: func(s loaded, _ Look, env act.Env) []act.Matter { return s.matters(env) },
	Facts: func(s loaded, _ Look, env act.Env) lookFacts { return s.looked(env) },
	Decide: func(s loaded, _ Look, _ act.Env) (act.Changes, error) {
		return act.Changes{Subject: string(s.doc.ID), Document: s.doc.ID}, nil
	},
})

func (l loaded) looked(env act.Env) lookFacts {
	return lookFacts{l.facts(env), []regulation.Person{l.item.Person(env, env.Actor.Person)}}
}

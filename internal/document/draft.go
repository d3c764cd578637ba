package document

import (
	"fmt"
	"slices"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Draft enters a document that the office writes itself into 发文登记簿, at the level its drafter proposes: it is guarded as such
// from then on. Who may know of it are the drafter and whom he names.
type Draft struct {
	Title        string          `json:"title" secret:"true"`
	CodeName     string          `json:"code_name" secret:"true" max:"60"`
	DocumentKind string          `json:"document_kind"`
	Level        term.Level      `json:"level" req:"true" in:"level"`
	Urgency      term.Urgency    `json:"urgency"`
	MainTo       string          `json:"main_to" secret:"true"`
	CopyTo       string          `json:"copy_to" secret:"true"`
	Persons      []term.PersonID `json:"persons"` // who may know of it beside the drafter: who reviews, who signs off …
	Pages        *int            `json:"pages"`
	Attachments  *int            `json:"attachments"`
	NeedsAction  bool            `json:"needs_action"`
	Notes        string          `json:"notes" secret:"true" max:"400"`
}

type drafting struct {
	last int // last number of the year
}

// draftFacts are asked once for each person who would come to know.
type draftFacts struct {
	regulation.Item
	TitleGiven bool                `fact:"title_given"`
	Persons    []regulation.Person `fact:",each"`
}

// lastOf is the last number of a series in a year; 0 before the first.
func lastOf(tx *store.Tx, of term.Series, year int) (int, error) {
	last, ok, err := Documents.One(tx, "WHERE series = $1 AND year = $2 ORDER BY no DESC LIMIT 1", string(of), year)
	if err != nil {
		return 0, fmt.Errorf("find the last number of a series: %w", err)
	}
	if !ok {
		return 0, nil
	}
	return last.No, nil
}

var _ = act.Define("document.draft", act.Act[Draft, drafting, draftFacts]{
	Check: checkDraft,
	Load: func(tx *act.Tx, _ Draft) (drafting, error) {
		last, err := lastOf(tx.Tx, term.Issued, tx.Env.At.Year())
		return drafting{last}, err
	},
	Facts: func(_ drafting, cmd Draft, env act.Env) draftFacts {
		i := regulation.NewItem(cmd.Level, env.Law.Regimes()[0])
		i.Origin, i.MarkState, i.Urgency, i.NeedsAction, i.ScopeFixed = Own, "none", string(cmd.Urgency), cmd.NeedsAction, true
		f := draftFacts{Item: i, TitleGiven: strings.TrimSpace(cmd.Title) != ""}
		probe := act.Item{Item: i}
		for _, p := range cmd.knowers(env) {
			f.Persons = append(f.Persons, probe.Person(env, p))
		}
		return f
	},
	Decide: decideDraft,
})

// knowers are the drafter and whom he names, each once.
func (cmd Draft) knowers(env act.Env) []term.PersonID {
	out := []term.PersonID{env.Actor.Person}
	for _, p := range cmd.Persons {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

func checkDraft(cmd Draft) error {
	var bad refuse.Invalid
	for field, n := range map[string]*int{"pages": cmd.Pages, "attachments": cmd.Attachments} {
		if n != nil && (*n < 0 || *n > 9999) {
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: field, Code: "out_of_range"})
		}
	}
	if _, err := term.ParseUrgency(string(cmd.Urgency)); err != nil {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "urgency", Code: "not_in_list"})
	}
	if len(bad.Fields) > 0 {
		return &bad
	}
	return nil
}

func decideDraft(s drafting, cmd Draft, env act.Env) (act.Changes, error) {
	if strings.TrimSpace(cmd.Title) == "" && strings.TrimSpace(cmd.CodeName) == "" {
		return act.Changes{}, refuse.Field("title", "required")
	}
	urgency, err := term.ParseUrgency(string(cmd.Urgency))
	if err != nil {
		return act.Changes{}, refuse.Field("urgency", "not_in_list")
	}
	d := Document{
		ID: term.DocumentID(env.ID()), Series: term.Issued, Origin: Own, Year: env.At.Year(), No: s.last + 1, DocNoToken: []byte{},
		Title: store.Plain(strings.TrimSpace(cmd.Title)), CodeName: store.Plain(strings.TrimSpace(cmd.CodeName)), Notes: store.Plain(cmd.Notes),
		DocumentKind: cmd.DocumentKind, Level: cmd.Level, Regime: env.Law.Regimes()[0], Urgency: urgency, Pages: number0(cmd.Pages), Attachments: number0(cmd.Attachments),
		Medium: "paper", ContentKinds: []string{"text"}, ReceivedAt: env.At, RegisteredAt: env.At, RegisteredBy: env.Actor.Person, Steps: []string{"draft", "scope"},
		ScopeFixed: true, NeedsAction: cmd.NeedsAction, State: Drafting,
	}
	d.Class = class(d, env.Law)
	wrapped, err := env.Secrets.DocumentKey(d.ID)
	if err != nil {
		return act.Changes{}, fmt.Errorf("make a key for the draft: %w", err)
	}
	out := Outgoing{ID: d.ID, MainTo: store.Plain(cmd.MainTo), CopyTo: store.Plain(cmd.CopyTo), DraftedAt: env.At, DraftedBy: env.Actor.Person}
	line := Widening{ID: env.ID(), Document: d.ID, Act: "document.draft", Level: d.Level, Before: []string{}, By: env.Actor.Person, At: env.At}
	c := act.Changes{
		Subject: string(d.ID), Document: d.ID, Rows: []store.Change{Keys.Insert(Key{ID: d.ID, Wrapped: wrapped}), Documents.Insert(d), Outgoings.Insert(out)},
		Targets: []act.Target{item(d)}, Values: map[string]string{"document": string(d.ID), "number": fmt.Sprintf("%d-%04d", d.Year, d.No)},
	}
	for _, p := range cmd.knowers(env) {
		if env.People.Name(p) == "" {
			return c, refuse.Field("persons", "unknown_person")
		}
		line.After = append(line.After, string(p))
		c.Rows = append(c.Rows, Knowers.Insert(Knower{ID: env.ID(), Document: d.ID, Person: p, Since: env.At, How: "document.draft"}))
	}
	c.Rows = append(c.Rows, Widenings.Insert(line))
	return c, nil
}

// Review is 复核 of a draft: it may go on, or it goes back to its drafter with a reason.
type Review struct {
	Document term.DocumentID `json:"document" req:"true"`
	Result   string          `json:"result" req:"true" in:"review_result"` // pass, back
	Reason   string          `json:"reason" secret:"true" max:"400"`
}

var _ = act.Define("document.review", act.Act[Review, issuing, itemFacts]{
	Live:   true,
	Load:   func(tx *act.Tx, cmd Review) (issuing, error) { return loadIssuing(tx, cmd.Document) },
	Knows:  func(s issuing, _ Review, env act.Env) []act.Matter { return s.matters(env) },
	Leans:  func(s issuing, _ Review) []act.Event { return s.events()[:1] },
	Facts:  func(s issuing, _ Review, env act.Env) itemFacts { return s.facts(env) },
	Decide: decideReview,
})

func decideReview(s issuing, cmd Review, env act.Env) (act.Changes, error) {
	if err := s.next("review"); err != nil {
		return act.Changes{}, err
	}
	if cmd.Result == "back" {
		if strings.TrimSpace(cmd.Reason) == "" {
			return act.Changes{}, refuse.Field("reason", "required")
		}
		n := Note{ID: env.ID(), Kind: "review", Document: s.doc.ID, Field: "review", Reason: store.Plain(cmd.Reason), By: env.Actor.Person, At: env.At}
		c := act.Changes{Subject: string(s.doc.ID), Document: s.doc.ID, Rows: []store.Change{Notes.Insert(n)}}
		c.Rows = append(c.Rows, s.tell(env, "sent_back", s.out.DraftedBy, string(s.doc.ID))...)
		return c, nil
	}
	out := s.out
	out.ReviewedAt, out.ReviewedBy = env.At, env.Actor.Person
	return s.stepped("review", out, nil), nil
}

// SignOff is 签发: the document is approved to go out.
type SignOff struct {
	Document term.DocumentID `json:"document" req:"true"`
}

var _ = act.Define("document.sign_off", act.Act[SignOff, issuing, itemFacts]{
	Live:   true,
	Load:   func(tx *act.Tx, cmd SignOff) (issuing, error) { return loadIssuing(tx, cmd.Document) },
	Knows:  func(s issuing, _ SignOff, env act.Env) []act.Matter { return s.matters(env) },
	Leans:  func(s issuing, _ SignOff) []act.Event { return s.events()[:3] },
	Facts:  func(s issuing, _ SignOff, env act.Env) itemFacts { return s.facts(env) },
	Decide: decideSignOff,
})

func decideSignOff(s issuing, _ SignOff, env act.Env) (act.Changes, error) {
	if err := s.next("sign_off"); err != nil {
		return act.Changes{}, err
	}
	out := s.out
	out.SignedOffAt, out.SignedOffBy = env.At, env.Actor.Person
	return s.stepped("sign_off", out, func(d *Document) { d.SignedBy = env.Actor.Person }), nil
}

// today is the date of an act as documents spell it.
func today(env act.Env) string { return calendar.DateOf(env.At).String() }

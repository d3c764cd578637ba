package document

import (
	"fmt"
	"slices"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// MakeNumberRule adds a rule for the office's own 发文字号, or ends one.
type MakeNumberRule struct {
	Prefix string   `json:"prefix" req:"true"` // the word before the year: 某局发
	Kinds  []string `json:"kinds"`             // 文种 it is for; empty: any
	End    string   `json:"end" in:"yes"`      // yes: no more numbers by it
}

type numberRules struct{ have NumberRule }

type ruleFacts struct{}

var _ = act.Define("document.number_rule", act.Act[MakeNumberRule, numberRules, ruleFacts]{
	Check: func(cmd MakeNumberRule) error {
		if strings.ContainsAny(cmd.Prefix, "〔〕[]()【】0123456789") || len([]rune(cmd.Prefix)) > 20 {
			return refuse.Field("prefix", "bad_format")
		}
		return nil
	},
	Load: func(tx *act.Tx, cmd MakeNumberRule) (numberRules, error) {
		have, _, err := NumberRules.One(tx.Tx, "WHERE prefix = $1 AND ended_at IS NULL", strings.TrimSpace(cmd.Prefix))
		return numberRules{have}, err
	},
	Facts:  func(numberRules, MakeNumberRule, act.Env) ruleFacts { return ruleFacts{} },
	Decide: decideNumberRule,
})

func decideNumberRule(s numberRules, cmd MakeNumberRule, env act.Env) (act.Changes, error) {
	prefix := strings.TrimSpace(cmd.Prefix)
	switch {
	case prefix == "":
		return act.Changes{}, refuse.Field("prefix", "required")
	case cmd.End == "yes" && s.have.ID == "":
		return act.Changes{}, refuse.Field("prefix", "not_in_list")
	case cmd.End == "yes":
		ended := s.have
		ended.Ended = env.At
		return act.Changes{Subject: ended.ID, Rows: []store.Change{NumberRules.Update(s.have, ended)}}, nil
	case s.have.ID != "":
		return act.Changes{}, refuse.Field("prefix", "twice")
	}
	r := NumberRule{ID: env.ID(), Prefix: prefix, Kinds: slices.Clone(cmd.Kinds), By: env.Actor.Person, At: env.At}
	return act.Changes{Subject: r.ID, Rows: []store.Change{NumberRules.Insert(r)}, Values: map[string]string{"rule": r.ID}}, nil
}

// TakeNumber gives a document that was signed off its 发文字号: the next of its rule in this year.
type TakeNumber struct {
	Document term.DocumentID `json:"document" req:"true"`
	Rule     string          `json:"rule" req:"true"` // id of the number rule
}

type numbering struct {
	issuing
	rule NumberRule
	last int // number of the rule this year
}

var _ = act.Define("document.number", act.Act[TakeNumber, numbering, itemFacts]{
	Live: true,
	Load: func(tx *act.Tx, cmd TakeNumber) (numbering, error) {
		i, err := loadIssuing(tx, cmd.Document)
		if err != nil {
			return numbering{}, err
		}
		s := numbering{issuing: i}
		var ok bool
		if s.rule, ok, err = NumberRules.One(tx.Tx, "WHERE id = $1 AND ended_at IS NULL", cmd.Rule); err != nil || !ok {
			return s, err
		}
		s.last, err = lastOfRule(tx.Tx, s.rule, tx.Env.At.Year())
		return s, err
	},
	Knows:  func(s numbering, _ TakeNumber, env act.Env) []act.Matter { return s.matters(env) },
	Leans:  func(s numbering, _ TakeNumber) []act.Event { return s.events()[:4] },
	Facts:  func(s numbering, _ TakeNumber, env act.Env) itemFacts { return s.facts(env) },
	Decide: decideNumber,
})

// lastOfRule is the last number that was given in a year by any rule of the same word, one that has ended too: a number says the
// word, and stands for one document.
func lastOfRule(tx *store.Tx, r NumberRule, year int) (int, error) {
	rules, err := NumberRules.Select(tx, "WHERE prefix = $1 ORDER BY id", r.Prefix)
	if err != nil {
		return 0, fmt.Errorf("find the rules of a word: %w", err)
	}
	no := 0
	for _, one := range rules {
		last, _, err := Outgoings.One(tx, "WHERE rule = $1 AND rule_year = $2 ORDER BY rule_no DESC LIMIT 1", one.ID, year)
		if err != nil {
			return 0, fmt.Errorf("find the last number of a rule: %w", err)
		}
		no = max(no, last.RuleNo)
	}
	return no, nil
}

func decideNumber(s numbering, _ TakeNumber, env act.Env) (act.Changes, error) {
	if err := s.next("number"); err != nil {
		return act.Changes{}, err
	}
	if s.rule.ID == "" || !s.rule.For(s.doc.DocumentKind) {
		return act.Changes{}, refuse.Field("rule", "not_in_list")
	}
	out := s.out
	out.Rule, out.RuleYear, out.RuleNo, out.NumberedAt, out.NumberedBy = s.rule.ID, env.At.Year(), s.last+1, env.At, env.Actor.Person
	no := s.rule.Spelled(out.RuleYear, out.RuleNo)
	token, err := docNoToken(env, string(no))
	if err != nil {
		return act.Changes{}, err
	}
	return s.stepped("number", out, func(d *Document) { d.DocNo, d.DocNoToken = store.Plain(string(no)), token }), nil
}

// PrintRun is 印制: the copies of a document that was signed off and numbered come into being, each with its label and, where it
// must have one, its 份号 from 000001 on. procedure.print_run puts the copies beside it.
type PrintRun struct {
	Document    term.DocumentID `json:"document" req:"true"`
	Copies      *int            `json:"copies" req:"true"`
	Numbered    string          `json:"numbered" in:"yes_no"` // yes: each copy has its 份号
	Pages       *int            `json:"pages" req:"true"`
	Attachments *int            `json:"attachments"`
	MarkText    string          `json:"mark_text"` // as printed; empty: none
	Kept        *int            `json:"kept"`      // copies for the file; nil: none
	ProofreadBy term.PersonID   `json:"proofread_by"`
}

// Printing is what printing looks at.
type Printing struct{ issuing }

// Document is the one that is printed.
func (s Printing) Document() Document { return s.doc }

// Matters are what the actor must be allowed to know of.
func (s Printing) Matters(env act.Env) []act.Matter { return s.matters(env) }

// Events are what printing leans on.
func (s Printing) Events() []act.Event { return s.events()[:5] }

// LoadPrintRun reads the document.
func LoadPrintRun(tx *act.Tx, cmd PrintRun) (Printing, error) {
	i, err := loadIssuing(tx, cmd.Document)
	return Printing{i}, err
}

// PrintFacts are the facts of document.print_run.
type PrintFacts struct{ itemFacts }

// FactsOfPrintRun are pure.
func FactsOfPrintRun(s Printing, cmd PrintRun, env act.Env) PrintFacts {
	f := PrintFacts{s.facts(env)}
	f.CopyNoSet = cmd.Numbered == "yes"
	if strings.TrimSpace(cmd.MarkText) != "" {
		f.MarkState = "marked"
	}
	return f
}

// CheckPrintRun answers malformed arguments.
func CheckPrintRun(cmd PrintRun) error {
	var bad refuse.Invalid
	add := func(field, code string) { bad.Fields = append(bad.Fields, refuse.FieldError{Field: field, Code: code}) }
	for field, n := range map[string]*int{"copies": cmd.Copies, "pages": cmd.Pages, "attachments": cmd.Attachments, "kept": cmd.Kept} {
		if n != nil && (*n < 0 || *n > 9999 || field == "copies" && (*n < 1 || *n > maxCopies)) {
			add(field, "out_of_range")
		}
	}
	if cmd.Copies != nil && cmd.Kept != nil && *cmd.Kept > *cmd.Copies {
		add("kept", "out_of_range")
	}
	if pageless("paper", cmd.Pages) {
		add("pages", "no_pages")
	}
	if len(bad.Fields) > 0 {
		return &bad
	}
	return nil
}

// DecidePrintRun gives the document as printed; its copies are the caller's.
func DecidePrintRun(s Printing, cmd PrintRun, env act.Env) (Document, act.Changes, error) {
	if err := s.next("print_run"); err != nil {
		return Document{}, act.Changes{}, err
	}
	if cmd.Copies == nil || cmd.Pages == nil {
		return Document{}, act.Changes{}, refuse.Field("copies", "required")
	}
	marked := asMarked(Register{Level: s.doc.Level, Period: s.doc.Period, MarkText: cmd.MarkText})
	for i := range marked { // level and period are as classified: what differs is the mark
		marked[i].Field = "mark_text"
	}
	if len(marked) > 0 {
		return Document{}, act.Changes{}, &refuse.Invalid{Fields: marked[:1]}
	}
	if cmd.ProofreadBy != "" && env.People.Name(cmd.ProofreadBy) == "" {
		return Document{}, act.Changes{}, refuse.Field("proofread_by", "unknown_person")
	}
	out := s.out
	out.PrintedAt, out.PrintedBy, out.ProofreadBy, out.Printed, out.Kept = env.At, env.Actor.Person, cmd.ProofreadBy, *cmd.Copies, number0(cmd.Kept)
	var printed Document
	c := s.stepped("print_run", out, func(d *Document) {
		d.Copies, d.Pages, d.MarkText, d.State, d.Steps = *cmd.Copies, *cmd.Pages, strings.TrimSpace(cmd.MarkText), Registered, step(d.Steps, "register")
		if cmd.Attachments != nil {
			d.Attachments = *cmd.Attachments
		}
		printed = *d
	})
	c.Values = map[string]string{}
	return printed, c, nil
}

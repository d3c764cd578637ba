package procedure

import (
	"fmt"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Duplicate is copying: each copy is a further piece of the same document, with a number of its own and the stamp of the
// unit that made it.
type Duplicate struct {
	SourceCopy  term.CopyID `json:"source_copy" req:"true"`
	Copies      *int        `json:"copies" req:"true"`
	CopyNumbers []string    `json:"copy_numbers"` // 复印件编号, one a copy
	Stamp       string      `json:"stamp"`        // none is an answer
	IssuerRule  string      `json:"issuer_rule" in:"issuer_rule"`
	Consent
	Making
}

// Excerpt is copying passages out by hand or otherwise.
type Excerpt struct {
	SourceCopy term.CopyID `json:"source_copy" req:"true"`
	Passages   string      `json:"passages" secret:"true" max:"400"` // which
	Copies     *int        `json:"copies"`                           // nil: one
	IssuerRule string      `json:"issuer_rule" in:"issuer_rule"`
	Consent
	Making
}

// Record is recording in sound or picture.
type Record struct {
	SourceCopy    term.CopyID `json:"source_copy" req:"true"`
	RecordingKind string      `json:"recording_kind" in:"recording_kind"`
	IssuerRule    string      `json:"issuer_rule" in:"issuer_rule"`
	Consent
	Making
}

// paper is the medium of what is copied out by hand or bound.
const paper = "paper"

// maxMade is the most pieces of one making.
const maxMade = 500

// countOf is how many are made; nil is one.
func countOf(n *int) (int, error) {
	switch {
	case n == nil:
		return 1, nil
	case *n < 1:
		return 0, refuse.Field("copies", "not_positive")
	case *n > maxMade:
		return 0, refuse.Field("copies", "too_many")
	}
	return *n, nil
}

func joined(list []string) string { return strings.Join(list, "、") }

var _ = act.Define("custody.duplicate", act.Act[Duplicate, making, makingFacts]{
	Live:  true,
	Check: func(cmd Duplicate) error { return cmd.Consent.check("consent_date") },
	Load: func(tx *act.Tx, cmd Duplicate) (making, error) {
		return loadMaking(tx, cmd.SourceCopy, issuerSays{cmd.IssuerRule, cmd.Consent}, cmd.Making, "")
	},
	Knows: func(s making, _ Duplicate, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s making, _ Duplicate) []act.Event { return s.events() },
	Facts: func(s making, cmd Duplicate, env act.Env) makingFacts {
		return s.facts(env, cmd.Making, s.sources[0].copy.Medium)
	},
	Inherit: func(s making, cmd Duplicate) map[string]string { return s.inherit(cmd.Making) },
	Decide:  decideDuplicate,
})

func decideDuplicate(s making, cmd Duplicate, env act.Env) (act.Changes, error) {
	if err := s.standing(); err != nil {
		return act.Changes{}, err
	}
	if cmd.Copies == nil {
		return act.Changes{}, refuse.Field("copies", "required")
	}
	n, err := countOf(cmd.Copies)
	if err != nil {
		return act.Changes{}, err
	}
	t, err := s.taken("custody.duplicate", cmd.Making, env)
	if err != nil {
		return act.Changes{}, err
	}
	from := s.sources[0]
	numbers, err := s.numbered(cmd.CopyNumbers, n)
	if err != nil {
		return act.Changes{}, err
	}
	of, err := cmd.of(from.copy.Medium, n, s.used, env)
	if err != nil {
		return act.Changes{}, err
	}
	c := act.Changes{Subject: string(from.copy.ID), Document: from.doc.ID, Values: map[string]string{"document": string(from.doc.ID)}}
	last := s.copies[len(s.copies)-1].Seq
	for i := range n {
		made := custody.Duplicated(custody.Twin{
			Of: from.copy, Series: from.doc.Series, Year: from.doc.Year, No: from.doc.No, Seq: last + 1 + i, Level: t.level, Material: of, Nth: i + 1,
			Number: numbers[i], Stamp: cmd.Stamp,
		}, env)
		line := s.line("duplicate", cmd.Making, env)
		line.ID, line.Document, line.Level, line.Copy, line.Number, line.Medium, line.Stamp = env.ID(), from.doc.ID, t.level, made.ID, numbers[i], made.Medium, cmd.Stamp
		c.Rows = append(c.Rows, custody.Copies.Insert(made), custody.Reproductions.Insert(line))
		c.Targets = append(c.Targets, act.Target{Kind: "copy", ID: string(made.ID), OpenOnly: true})
		c.Values[fmt.Sprintf("copy.%d", i+1)], c.Values[fmt.Sprintf("label.%d", i+1)] = string(made.ID), string(made.Label)
	}
	return c, nil
}

// numbered gives each copy its own number: as given, one a copy and none twice; without any, none has one.
func (m making) numbered(given []string, n int) ([]string, error) {
	if len(given) == 0 {
		return make([]string, n), nil
	}
	if len(given) != n {
		return nil, refuse.Field("copy_numbers", "one_a_copy")
	}
	used := map[string]bool{}
	for _, c := range m.copies {
		used[c.DuplicateNo] = c.DuplicateNo != ""
	}
	out := make([]string, n)
	for i, no := range given {
		if out[i] = strings.TrimSpace(no); out[i] == "" {
			return nil, refuse.Field("copy_numbers", "one_a_copy")
		}
		if used[out[i]] {
			return nil, refuse.Field("copy_numbers", "used_before")
		}
		used[out[i]] = true
	}
	return out, nil
}

var _ = act.Define("custody.excerpt", act.Act[Excerpt, making, makingFacts]{
	Live:  true,
	Check: func(cmd Excerpt) error { return cmd.Consent.check("consent_date") },
	Load: func(tx *act.Tx, cmd Excerpt) (making, error) {
		return loadMaking(tx, cmd.SourceCopy, issuerSays{cmd.IssuerRule, cmd.Consent}, cmd.Making, term.Excerpts)
	},
	Knows:   func(s making, _ Excerpt, env act.Env) []act.Matter { return s.matters(env) },
	Leans:   func(s making, _ Excerpt) []act.Event { return s.events() },
	Facts:   func(s making, cmd Excerpt, env act.Env) makingFacts { return s.facts(env, cmd.Making, paper) },
	Inherit: func(s making, cmd Excerpt) map[string]string { return s.inherit(cmd.Making) },
	Decide:  decideExcerpt,
})

func decideExcerpt(s making, cmd Excerpt, env act.Env) (act.Changes, error) {
	n, err := countOf(cmd.Copies)
	if err != nil {
		return act.Changes{}, err
	}
	line := s.line("excerpt", cmd.Making, env)
	line.Passages = store.Plain(cmd.Passages)
	return s.product(productOf{name: "custody.excerpt", series: term.Excerpts, cover: s.cover, medium: paper, copies: n, line: line}, cmd.Making, env)
}

var _ = act.Define("custody.record", act.Act[Record, making, makingFacts]{
	Live:  true,
	Check: func(cmd Record) error { return cmd.Consent.check("consent_date") },
	Load: func(tx *act.Tx, cmd Record) (making, error) {
		return loadMaking(tx, cmd.SourceCopy, issuerSays{cmd.IssuerRule, cmd.Consent}, cmd.Making, term.Recordings)
	},
	Knows:   func(s making, _ Record, env act.Env) []act.Matter { return s.matters(env) },
	Leans:   func(s making, _ Record) []act.Event { return s.events() },
	Facts:   func(s making, cmd Record, env act.Env) makingFacts { return s.facts(env, cmd.Making, "") },
	Inherit: func(s making, cmd Record) map[string]string { return s.inherit(cmd.Making) },
	Decide:  decideRecord,
})

func decideRecord(s making, cmd Record, env act.Env) (act.Changes, error) {
	if cmd.Medium == "" { // what it is recorded on says how it is kept, and how it may be destroyed
		return act.Changes{}, refuse.Field("medium", "required")
	}
	line := s.line("record", cmd.Making, env)
	line.RecordingKind = cmd.RecordingKind
	return s.product(productOf{
		name: "custody.record", series: term.Recordings, cover: s.cover, copies: 1, line: line,
	}, cmd.Making, env)
}

// productOf is what becomes a document of its own.
type productOf struct {
	name    string
	series  term.Series
	cover   document.PlainCover
	medium  string // where the command says none
	copies  int
	limited bool
	line    custody.Reproduction
}

// product gives the new document with its pieces and a line of the register for each.
func (m making) product(p productOf, cmd Making, env act.Env) (act.Changes, error) {
	if err := m.standing(); err != nil {
		return act.Changes{}, err
	}
	t, err := m.taken(p.name, cmd, env)
	if err != nil {
		return act.Changes{}, err
	}
	of, err := cmd.of(p.medium, p.copies, m.used, env)
	if err != nil {
		return act.Changes{}, err
	}
	top := m.highest().doc
	d, rows, err := document.Derive(document.Product{
		Series: p.series, Last: m.last, Level: t.level, Regime: top.Regime, Period: t.period, PeriodEnd: t.end, MarkText: t.mark, Limit: top.IssuerLimit,
		Steps: top.Steps, Cover: p.cover, Medium: of.Medium, ContentKinds: of.ContentKinds, Copies: p.copies, Scope: t.scope, ScopeFixed: t.fixed, Limited: p.limited, How: p.name,
	}, env)
	if err != nil {
		return act.Changes{}, err
	}
	born, err := custody.Born(custody.Birth{
		Document: d.ID, Series: d.Series, Year: d.Year, No: d.No, Class: d.Class, Level: d.Level, Material: of, Own: true, Count: p.copies, At: env.At,
	}, env)
	if err != nil {
		return act.Changes{}, err
	}
	c := act.Changes{Subject: string(d.ID), Document: d.ID, Rows: rows, Values: map[string]string{"document": string(d.ID), "number": document.Number(d)}}
	c.Targets = append(c.Targets, act.Target{Kind: "item", ID: string(d.ID), OpenOnly: true})
	for _, made := range born {
		made.Source, made.RecordingKind = m.sources[0].copy.ID, p.line.RecordingKind
		line := p.line
		line.ID, line.Document, line.Level, line.Copy, line.Number, line.Medium = env.ID(), d.ID, d.Level, made.ID, document.Number(d), of.Medium
		c.Rows = append(c.Rows, custody.Copies.Insert(made), custody.Reproductions.Insert(line))
		c.Targets = append(c.Targets, act.Target{Kind: "copy", ID: string(made.ID), OpenOnly: true})
		c.Values[fmt.Sprintf("copy.%d", made.Seq)], c.Values[fmt.Sprintf("label.%d", made.Seq)] = string(made.ID), string(made.Label)
	}
	return c, nil
}

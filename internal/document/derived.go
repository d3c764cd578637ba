package document

import (
	"fmt"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// PlainCover is what stands on a document in plain text.
type PlainCover struct{ Title, CodeName, Issuer string }

// Product is a document that is made of others: what it takes over, and what it is.
type Product struct {
	Series    term.Series
	Last      int // number of the series, this year
	Level     term.Level
	Regime    term.Regime
	Period    string
	PeriodEnd time.Time
	MarkText  string
	Limit     string // the issuer's
	Steps     []string
	Cover     PlainCover
	Medium    string
	Copies    int

	ContentKinds []string
	Scope        []Knower // persons and units
	ScopeFixed   bool
	Limited      bool // a compilation that is not sent without leave
	How          string
}

// LastOf is the last number of a series in a year; 0: none yet.
func LastOf(tx *store.Tx, s term.Series, year int) (int, error) {
	last, ok, err := Documents.One(tx, "WHERE series = $1 AND year = $2 ORDER BY no DESC LIMIT 1", string(s), year)
	if err != nil || !ok {
		return 0, err
	}
	return last.No, nil
}

// KnowersOf are the persons and units in the scope of a document now.
func KnowersOf(tx *store.Tx, id term.DocumentID) ([]Knower, error) {
	rows, err := Knowers.Select(tx, scopeNow, string(id))
	if err != nil {
		return nil, fmt.Errorf("read the scope: %w", err)
	}
	return rows, nil
}

// CoverOf opens what stands on a document.
func CoverOf(tx *store.Tx, d Document) (PlainCover, error) {
	if err := Documents.Reveal(tx, &d, "title", "code_name", "issuer"); err != nil {
		return PlainCover{}, fmt.Errorf("open the cover: %w", err)
	}
	var c PlainCover
	for text, s := range map[*string]store.Sealed{&c.Title: d.Title, &c.CodeName: d.CodeName, &c.Issuer: d.Issuer} {
		var err error
		if *text, err = s.Text(); err != nil {
			return c, fmt.Errorf("open the cover: %w", err)
		}
	}
	return c, nil
}

// received are the steps that a piece has been through when it is made of one that has.
var received = []string{"accept", "count", "sign", "register", flagUnclear}

// Derive gives the line of a document that is made of others, with its key and its scope. It begins where its sources were
// when they had been registered.
func Derive(p Product, env act.Env) (Document, []store.Change, error) {
	d := Document{
		ID: term.DocumentID(env.ID()), Series: p.Series, Origin: "derived", Year: env.At.Year(), No: p.Last + 1,
		Issuer: store.Plain(p.Cover.Issuer), Title: store.Plain(p.Cover.Title), CodeName: store.Plain(p.Cover.CodeName),
		Level: p.Level, Regime: p.Regime, Period: p.Period, PeriodEnd: p.PeriodEnd, MarkText: p.MarkText, Urgency: term.Ordinary, IssuerLimit: p.Limit,
		Copies: p.Copies, Medium: p.Medium, ContentKinds: p.ContentKinds, ReceivedAt: env.At, RegisteredAt: env.At, RegisteredBy: env.Actor.Person,
		ScopeFixed: p.ScopeFixed, Limited: p.Limited, State: Registered,
	}
	for _, s := range p.Steps {
		if slices.Contains(received, s) {
			d.Steps = step(d.Steps, s)
		}
	}
	if d.Steps = step(d.Steps, "register"); p.ScopeFixed {
		d.Steps = step(d.Steps, "scope")
	}
	d.Class = class(d, env.Law)
	wrapped, err := env.Secrets.DocumentKey(d.ID)
	if err != nil {
		return d, nil, fmt.Errorf("make a key for the document: %w", err)
	}
	rows := []store.Change{Keys.Insert(Key{ID: d.ID, Wrapped: wrapped}), Documents.Insert(d)}
	for _, k := range p.Scope {
		rows = append(rows, Knowers.Insert(Knower{ID: env.ID(), Document: d.ID, Person: k.Person, Unit: k.Unit, Since: env.At, How: p.How}))
	}
	return d, rows, nil
}

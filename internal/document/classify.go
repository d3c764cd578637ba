package document

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Classify is 定密 of a draft: basis, level, period, scope and the secret passages, set before it is signed off. A draft made
// from others' secrets takes theirs over (派生定密).
type Classify struct {
	Document       term.DocumentID   `json:"document" req:"true"`
	Basis          string            `json:"basis" secret:"true" max:"300"`
	Level          term.Level        `json:"level" in:"classified_level"`
	Period         string            `json:"period"` // 10年, 6个月, 2030-12-31, 至…
	IssuedOn       string            `json:"issued_on"`
	NotifiedOn     string            `json:"notified_on"`
	Persons        []term.PersonID   `json:"persons"` // 知悉范围
	Points         string            `json:"points" secret:"true" max:"400"`
	PointsReason   string            `json:"points_reason" secret:"true" max:"300"`
	DerivedFrom    []term.DocumentID `json:"derived_from"`
	SourceNo       string            `json:"source_no" secret:"true"`
	SourceIssuer   string            `json:"source_issuer" secret:"true"`
	SourceLevel    term.Level        `json:"source_level" in:"classified_level"`
	ExceptionBasis string            `json:"exception_basis" secret:"true"` // the provision that lets the period be longer
}

// classifying is a draft with what it was made from.
type classifying struct {
	issuing
	scope   scopeState
	sources []loaded
}

// classifyFacts are asked once for each person who would come to know.
type classifyFacts struct {
	regulation.Item
	TitleGiven        bool                `fact:"title_given"`
	AuthorityCovers   bool                `fact:"authority_covers"`
	PeriodOver        bool                `fact:"period_over"`
	ExceptionBasisSet bool                `fact:"exception_basis_set"`
	DerivedMatches    bool                `fact:"derived_matches"`
	Persons           []regulation.Person `fact:",each"`
	relations         []string
}

// ActorRelations says how the actor stands to the item.
func (f classifyFacts) ActorRelations() []string { return f.relations }

var _ = act.Define("document.classify", act.Act[Classify, classifying, classifyFacts]{
	Live:  true,
	Check: checkClassify,
	Load:  loadClassify,
	Knows: func(s classifying, _ Classify, env act.Env) []act.Matter {
		out := s.matters(env)
		for _, from := range s.sources {
			out = append(out, from.matters(env)...)
		}
		return out
	},
	Leans:  func(s classifying, _ Classify) []act.Event { return s.events()[:2] },
	Facts:  factsOfClassify,
	Decide: decideClassify,
})

func checkClassify(cmd Classify) error {
	var bad refuse.Invalid
	for field, d := range map[string]string{"issued_on": cmd.IssuedOn, "notified_on": cmd.NotifiedOn} {
		if d != "" {
			if _, err := calendar.ParseDate(d); err != nil {
				bad.Fields = append(bad.Fields, refuse.FieldError{Field: field, Code: "bad_date"})
			}
		}
	}
	if _, err := ParsePeriod(cmd.Period, calendar.Date{Year: 2026, Month: 1, Day: 1}); cmd.Period != "" && err != nil {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "period", Code: "bad_format"})
	}
	if len(bad.Fields) > 0 {
		return &bad
	}
	return nil
}

func loadClassify(tx *act.Tx, cmd Classify) (classifying, error) {
	i, err := loadIssuing(tx, cmd.Document)
	if err != nil {
		return classifying{}, err
	}
	s := classifying{issuing: i}
	if s.scope, err = loadScope(tx, cmd.Document); err != nil {
		return s, err
	}
	for _, id := range cmd.DerivedFrom {
		from, err := load(tx, id)
		if err != nil {
			return s, err
		}
		s.sources = append(s.sources, from)
	}
	return s, nil
}

// span is the period in days: when it begins and when it ends; the ends are zero where it has none.
func (cmd Classify) span() (from, last calendar.Date, err error) {
	from, err = Register{IssuedOn: cmd.IssuedOn, NotifiedOn: cmd.NotifiedOn}.from()
	if err != nil || from.IsZero() {
		return from, last, err
	}
	last, err = ParsePeriod(cmd.Period, from)
	return from, last, err
}

// end is the first instant after the period; zero where it has none.
func (cmd Classify) end() time.Time {
	_, last, err := cmd.span()
	if err != nil || last.IsZero() {
		return time.Time{}
	}
	return last.End()
}

func factsOfClassify(s classifying, cmd Classify, env act.Env) classifyFacts {
	i := regulation.NewItem(cmd.Level, s.doc.HeldAs())
	own := s.item.Item
	i.Origin, i.MarkState, i.StepsDone, i.ScopeFixed, i.Urgency = Own, own.MarkState, own.StepsDone, true, own.Urgency
	if len(s.sources) > 0 {
		i.Origin = Derived
	}
	f := classifyFacts{
		Item: i, TitleGiven: !s.doc.Title.Empty(), AuthorityCovers: cmd.Level == "" || authorityCovers(env.Law, cmd.Level), ExceptionBasisSet: strings.TrimSpace(cmd.ExceptionBasis) != "",
		DerivedMatches: s.matches(cmd), relations: s.item.Relations(env.Actor.Person),
	}
	if from, last, err := cmd.span(); err == nil && !last.IsZero() && cmd.Level != "" { // a level that is not said is answered as that
		top, ok := longest(cmd.Level, from, env.Law)
		f.PeriodOver = !ok || last.After(top)
	}
	about := s.item
	about.Item = i
	for _, p := range cmd.Persons {
		f.Persons = append(f.Persons, about.Person(env, p))
	}
	if len(f.Persons) == 0 {
		f.Persons = []regulation.Person{about.Person(env, env.Actor.Person)}
	}
	return f
}

// authorityCovers reports whether the office may itself determine a secret of this level.
func authorityCovers(law *regulation.Law, level term.Level) bool {
	v, ok := law.Param("authority_level")
	own := term.Level(v.Text)
	return ok && own.Classified() && own.AtLeast(level)
}

// matches reports whether level, end and scope are those of the sources: the highest level, the latest end, nobody who may
// not know all of them.
func (s classifying) matches(cmd Classify) bool {
	if len(s.sources) == 0 {
		return true
	}
	level, end := term.Open, time.Time{}
	for _, from := range s.sources {
		if from.doc.Level.Above(level) {
			level = from.doc.Level
		}
		if from.doc.PeriodEnd.After(end) {
			end = from.doc.PeriodEnd
		}
		if from.item.ScopeFixed && slices.ContainsFunc(cmd.Persons, func(p term.PersonID) bool { return !slices.Contains(from.item.Scope, p) }) {
			return false
		}
	}
	return cmd.Level == level && cmd.end().Equal(end)
}

func decideClassify(s classifying, cmd Classify, env act.Env) (act.Changes, error) {
	if err := s.next("classify"); err != nil {
		return act.Changes{}, err
	}
	if slices.Contains(s.doc.Steps, "sign_off") {
		return act.Changes{}, &refuse.Conflict{Table: "document", Key: string(s.doc.ID)}
	}
	if cmd.Level == "" {
		return act.Changes{}, refuse.Field("level", "required")
	}
	if _, last, err := cmd.span(); err == nil && !last.IsZero() && last.String() < today(env) {
		return act.Changes{}, refuse.Field("period", "in_the_past")
	}
	var keep []Knower
	for _, p := range cmd.Persons {
		if !slices.ContainsFunc(keep, func(k Knower) bool { return k.Person == p }) {
			keep = append(keep, Knower{Person: p})
		}
	}
	s.scope.doc.Level = cmd.Level // so the line of the scope says it
	c, err := s.scope.rewrite(env, keep, "document.classify", "", "")
	if err != nil {
		return c, err
	}
	next := s.doc
	next.Level, next.Period, next.PeriodEnd, next.IssuedOn, next.NotifiedOn = cmd.Level, cmd.Period, cmd.end(), cmd.IssuedOn, cmd.NotifiedOn
	next.Steps = step(next.Steps, "classify")
	if len(s.sources) > 0 {
		next.Origin = Derived
	}
	next.Class = class(next, env.Law)
	out := s.out
	out.Basis, out.SourceNo, out.SourceIssuer = store.Plain(cmd.Basis), store.Plain(cmd.SourceNo), store.Plain(cmd.SourceIssuer)
	out.Points, out.ClassifiedAt, out.ClassifiedBy = store.Plain(strings.TrimSpace(cmd.Points+cmd.PointsReason)), env.At, env.Actor.Person
	c.Rows = slices.DeleteFunc(c.Rows, func(r store.Change) bool { return r.Table() == Documents.Name() })
	c.Rows = append(c.Rows, Documents.Update(s.doc, next), Outgoings.Update(s.out, out))
	c.Subject, c.Values = string(s.doc.ID), map[string]string{"level": string(cmd.Level)}
	if len(c.Rows) == 0 {
		return c, fmt.Errorf("classify %s: no rows", s.doc.ID)
	}
	return c, nil
}

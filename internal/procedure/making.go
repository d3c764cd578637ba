package procedure

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/device"
	"jiyao/internal/document"
	"jiyao/internal/inspection"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Making is what the acts have in common that make a piece of others: copying, excerpting, recording and compiling. What is
// made is managed as what it was made of: level, period and scope are taken over where a pack in force says so, and saying
// otherwise is answered by it.
type Making struct {
	Device     term.DeviceID   `json:"device"`
	Purpose    string          `json:"purpose" secret:"true" max:"300"`
	Recipients []string        `json:"recipients" secret:"true"`
	Level      term.Level      `json:"level"`
	Period     string          `json:"period"`
	Scope      []term.PersonID `json:"scope"`
	Carrier
}

// Consent is that of the issuer of one source, or of its superior, by number and day.
type Consent struct {
	ConsentNo   string `json:"consent_no" secret:"true" max:"60"`
	ConsentDate string `json:"consent_date"`
}

func (c Consent) given() bool { return strings.TrimSpace(c.ConsentNo) != "" && c.ConsentDate != "" }

func (c Consent) check(field string) error {
	if c.ConsentDate == "" {
		return nil
	}
	if _, err := calendar.ParseDate(c.ConsentDate); err != nil {
		return refuse.Field(field, "bad_date")
	}
	return nil
}

// source is one piece that something is made of.
type source struct {
	copy custody.Copy
	doc  document.Document
	item act.Item
	says issuerSays
	back bool // a finding holds it back
}

// making is what was read for such an act.
type making struct {
	sources []source
	device  device.Device
	cover   document.PlainCover // of the first source
	last    int                 // of the series of the product
	scope   []document.Knower   // of the first source
	copies  []custody.Copy      // of the first source's document
	used    bool                // a serial number of what is made is that of a living carrier
}

// issuerSays is what the issuer of a source says to what is made of it, and whether he, or his superior, consented to it.
type issuerSays struct {
	rule    string
	consent Consent
}

func loadSource(tx *act.Tx, id term.CopyID, says issuerSays) (source, error) {
	c, err := custody.Copies.Get(tx.Tx, id)
	if err != nil {
		return source{}, err
	}
	d, err := document.Documents.Get(tx.Tx, c.Document)
	if err != nil {
		return source{}, err
	}
	i, err := document.Items{}.Item(tx.Tx, tx.Env.People, c.Document)
	if err != nil {
		return source{}, err
	}
	back, err := inspection.HeldBack(tx.Tx, id)
	return source{c, d, i, says, back}, err
}

// loadMaking reads one source; series is that of the product, empty for a copy, which stays a piece of its document, and is of
// its source's medium where nothing else is said.
func loadMaking(tx *act.Tx, id term.CopyID, says issuerSays, cmd Making, series term.Series) (making, error) {
	s, err := loadSource(tx, id, says)
	if err != nil {
		return making{}, err
	}
	m, usual := making{sources: []source{s}}, paper
	if series == "" {
		usual = s.copy.Medium
	}
	return m, m.more(tx, cmd, series, usual)
}

func (m *making) more(tx *act.Tx, cmd Making, series term.Series, usual string) (err error) {
	if m.device, err = device.Find(tx.Tx, cmd.Device); err != nil {
		return err
	}
	if m.used, err = cmd.inUse(tx, usual); err != nil {
		return err
	}
	first := m.sources[0].doc
	if series == "" {
		m.copies, err = custody.Copies.Select(tx.Tx, "WHERE document = $1 ORDER BY seq", string(first.ID))
		return err
	}
	if m.cover, err = document.CoverOf(tx.Tx, first); err != nil {
		return err
	}
	if m.scope, err = document.KnowersOf(tx.Tx, first.ID); err != nil {
		return err
	}
	m.last, err = document.LastOf(tx.Tx, series, tx.Env.At.Year())
	return err
}

func (m making) matters(env act.Env) []act.Matter {
	var out []act.Matter
	for _, s := range m.sources {
		out = append(out, s.item.Matter(env.Actor.Person))
	}
	return out
}

func (m making) events() []act.Event {
	var out []act.Event
	for _, s := range m.sources {
		out = append(append(out, s.item.Events()...), act.Event{What: "moved", At: s.copy.Since})
	}
	return append(out, act.Event{What: "registered", At: m.device.RegisteredAt})
}

// makingFacts are the facts of such an act: of the piece that is made, and what it is made of.
type makingFacts struct {
	regulation.Item
	IssuerForbids      bool                `fact:"issuer_forbids"`      // the making asked for, of the item or of any source
	UnconsentedForbids bool                `fact:"unconsented_forbids"` // of a source without a consent of its own issuer
	UnconsentedLevel   term.Level          `fact:"unconsented_level"`   // the highest of the sources without; empty: there is none
	SourcesRank        int                 `fact:"sources_rank"`
	TitleGiven         bool                `fact:"title_given"`
	Medium             string              `fact:"medium"`    // of what is made
	HeldBack           bool                `fact:"held_back"` // a finding holds one of the sources back
	Persons            []regulation.Person `fact:",each"`
	relations          []string
}

// ActorRelations says how the actor stands to all of the sources, and to the device.
func (f makingFacts) ActorRelations() []string { return f.relations }

// facts; usual is the medium of what is made where the command says none.
func (m making) facts(env act.Env, cmd Making, usual string) makingFacts {
	top := m.highest()
	f := makingFacts{Item: m.sources[0].item.Item, SourcesRank: top.doc.Level.Rank()}
	f.Medium = cmd.medium(usual)
	if len(m.sources) > 1 {
		f.Item = m.compiled(top)
	}
	if cmd.Level != "" {
		f.Level, f.LevelRank = cmd.Level, cmd.Level.Rank()
	}
	who := env.Person(env.Actor.Person)
	who.InScope, who.GradeCovers, who.NamedInOpinion = true, true, true
	f.relations = m.sources[0].item.Relations(env.Actor.Person)
	for _, s := range m.sources {
		f.HeldBack = f.HeldBack || s.back
		f.issuer(s)
		p, mine := s.item.Person(env, env.Actor.Person), s.item.Relations(env.Actor.Person)
		who.InScope, who.GradeCovers, who.NamedInOpinion = who.InScope && p.InScope, who.GradeCovers && p.GradeCovers, who.NamedInOpinion && p.NamedInOpinion
		f.relations = slices.DeleteFunc(slices.Clone(f.relations), func(r string) bool { return !slices.Contains(mine, r) })
	}
	f.relations = append(f.relations, m.device.Relations(env.Actor.Person)...)
	f.Persons = []regulation.Person{who}
	if cmd.Custodian != "" && cmd.Custodian != env.Actor.Person { // he comes to hold what it holds
		for _, s := range m.sources {
			f.Persons = append(f.Persons, s.item.Person(env, cmd.Custodian))
		}
	}
	return f
}

// issuer notes what the issuer of one source says.
func (f *makingFacts) issuer(s source) {
	forbids := s.says.rule == "forbids"
	f.IssuerForbids = f.IssuerForbids || forbids
	if s.says.consent.given() {
		return
	}
	f.UnconsentedForbids = f.UnconsentedForbids || forbids
	if f.UnconsentedLevel == "" || s.doc.Level.Above(f.UnconsentedLevel) {
		f.UnconsentedLevel = s.doc.Level
	}
}

// compiled is what a compilation is: of its highest source's level, and internal where it has an internal source and none
// higher; its scope is fixed where that of a source is that others may not read.
func (m making) compiled(top source) regulation.Item {
	i := regulation.NewItem(top.doc.Level, top.doc.HeldAs())
	i.Origin, i.Urgency, i.MarkState, i.CopyNoSet = "derived", string(term.Ordinary), "none", true
	for _, s := range m.sources {
		i.ScopeFixed = i.ScopeFixed || s.item.ScopeFixed && (s.item.Classified || s.item.Internal)
		i.Unclear = i.Unclear || s.item.Unclear
	}
	return i
}

// highest is the source of the highest level; of equal ones the first.
func (m making) highest() source {
	top := m.sources[0]
	for _, s := range m.sources[1:] {
		if s.doc.Level.Above(top.doc.Level) {
			top = s
		}
	}
	return top
}

// lasting is the source that stays secret longest, of those that are: one without an end before all others.
func (m making) lasting() source {
	last := m.highest()
	for _, s := range m.sources {
		if !s.doc.Level.Classified() || last.doc.PeriodEnd.IsZero() {
			continue
		}
		if s.doc.PeriodEnd.IsZero() || s.doc.PeriodEnd.After(last.doc.PeriodEnd) {
			last = s
		}
	}
	return last
}

// shared are the persons who may know every source that has a scope; fixed is whether any has.
func (m making) shared() (persons []term.PersonID, fixed bool) {
	for _, s := range m.sources {
		switch {
		case !s.item.ScopeFixed:
		case !fixed:
			persons, fixed = slices.Clone(s.item.Scope), true
		default:
			persons = slices.DeleteFunc(persons, func(p term.PersonID) bool { return !slices.Contains(s.item.Scope, p) })
		}
	}
	return persons, fixed
}

// inherit gives the values that arguments must be taken over from, in the words of the command where it says the same.
func (m making) inherit(cmd Making) map[string]string {
	persons, _ := m.shared()
	if len(cmd.Scope) > 0 && sameSet(cmd.Scope, persons) {
		persons = cmd.Scope
	}
	return map[string]string{"level": string(m.highest().doc.Level), "period": m.lasting().doc.Period, "scope": fmt.Sprint(persons)}
}

func sameSet[T ~string](a, b []T) bool {
	x, y := slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(slices.Compact(x), slices.Compact(y))
}

// taken is what the product is to be, as the packs in force say and the command says.
type taken struct {
	level  term.Level
	period string
	end    time.Time
	mark   string
	scope  []document.Knower
	fixed  bool
}

func (m making) taken(name string, cmd Making, env act.Env) (taken, error) {
	over := map[string]bool{}
	for _, r := range env.Law.Inherits(name) {
		for _, f := range r.Inherit {
			over[f] = true
		}
	}
	top, last := m.highest().doc, m.lasting().doc
	t := taken{level: cmd.Level, period: cmd.Period}
	if t.level == "" && over["level"] {
		t.level = top.Level
	}
	if t.level == "" {
		return t, refuse.Field("level", "required")
	}
	if t.period == "" && over["period"] {
		t.period = last.Period
	}
	if t.period == last.Period { // said or taken over, it ends when that of the source does
		t.end = last.PeriodEnd
	}
	if t.mark = last.MarkText; last.Level != t.level || last.Period != t.period {
		t.mark = ""
		if t.level.Classified() {
			t.mark = top.Regime.Mark(t.level, t.period)
		}
	}
	for i, p := range cmd.Scope {
		if env.People.Name(p) == "" {
			return t, refuse.Field("scope", "unknown_person")
		}
		if t.fixed = true; !slices.Contains(cmd.Scope[:i], p) {
			t.scope = append(t.scope, document.Knower{Person: p})
		}
	}
	if t.fixed || !over["scope"] {
		return t, nil
	}
	if len(m.sources) == 1 {
		t.scope, t.fixed = m.scope, m.sources[0].doc.ScopeFixed
		return t, nil
	}
	var persons []term.PersonID
	persons, t.fixed = m.shared()
	for _, p := range persons {
		t.scope = append(t.scope, document.Knower{Person: p})
	}
	return t, nil
}

// line is what every piece made has in its register.
func (m making) line(kind string, cmd Making, env act.Env) custody.Reproduction {
	r := custody.Reproduction{
		Kind: kind, SourceCopy: m.sources[0].copy.ID, Device: cmd.Device, Purpose: store.Plain(cmd.Purpose), Recipients: store.Plain(joined(cmd.Recipients)),
		MadeBy: env.Actor.Person, MadeAt: env.At,
	}
	no, date := m.consents()
	r.ConsentNo, r.ConsentDate = store.Plain(no), date
	for _, s := range m.sources {
		r.Sources = append(r.Sources, string(s.copy.ID))
	}
	for _, l := range env.Allowed {
		if l.By != "" && !slices.Contains(r.ApprovedBy, string(l.By)) {
			r.ApprovedBy = append(r.ApprovedBy, string(l.By))
		}
		if l.At.After(r.ApprovedAt) {
			r.ApprovedAt = l.At
		}
	}
	return r
}

// consents are those of the issuers as a register reads them: of several sources each by its label.
func (m making) consents() (no, date string) {
	var nos, dates []string
	for _, s := range m.sources {
		c := s.says.consent
		if c == (Consent{}) {
			continue
		}
		n := c.ConsentNo
		if len(m.sources) > 1 {
			n = strings.TrimSpace(string(s.copy.Label) + " " + n)
		}
		nos, dates = append(nos, n), append(dates, c.ConsentDate)
	}
	return joined(nos), joined(dates)
}

// standing answers a source whose life has ended, that nobody can find or that somebody outside has, and a device that is not in use.
func (m making) standing() error {
	if !m.device.InUse() {
		return refuse.ForNow("device", "not_in_use")
	}
	for _, s := range m.sources {
		if s.copy.State == custody.Ended || s.copy.State == custody.Missing || s.copy.State == custody.Supplied {
			return &refuse.Conflict{Table: "copy", Key: string(s.copy.ID)}
		}
	}
	return nil
}

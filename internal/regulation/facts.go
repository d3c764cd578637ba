package regulation

import (
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/cedar-policy/cedar-go"

	"jiyao/internal/term"
)

// Common is what the law may look at for every act: who acts, by which posts, with whose signatures and
// leaves. The write path fills it; a noun never does. Lists hold names such as county/officer.
type Common struct {
	System        bool     `fact:"system"`
	ActorPosts    []string `fact:"actor_posts"`    // held or acted for
	ExecutorPosts []string `fact:"executor_posts"` // held, delegation left aside
	Relations     []string `fact:"relations"`      // staff own reader holder author handler owner applicant approver
	AdminRoles    []string `fact:"admin_roles"`
	BusinessPosts []string `fact:"business_posts"`
	DelegatedActs []string `fact:"delegated_acts"`
	ActorInOffice bool     `fact:"actor_in_office"`
	// What the actor, and his unit, are designated for today, for the item.
	DesignatedActs   []string `fact:"designated_acts"`
	DesignatedStages []string `fact:"designated_stages"`
	// Entrusted is what he may do besides for items of some regime: part of delegated_acts where the matter is of it.
	Entrusted       []Entrusted `fact:"-"`
	SheetsOpen      []string    `fact:"sheets_open"` // lines of the sheets the act waits for, as sheet/line
	Signers         []string    `fact:"signers"`     // roles that signed this act: actor giver receiver …
	SignersDistinct bool        `fact:"signers_distinct"`
	SignerCount     int         `fact:"signer_count"`
	GiverIsActor    bool        `fact:"giver_is_actor"`
	Leaves          []string    `fact:"leaves"` // approvals (pack/name) for which an unspent grant matches
	Zone            string      `fact:"zone"`
	NowYear         int         `fact:"now_year"`
	Limits
	RefusedRequests int `fact:"refused_requests"` // tries of who would have come to know, in the window
}

// Limits are how an act keeps to what the leave it is done by was asked for. Without a leave nothing is exceeded: that
// there is none is for the approval to say.
type Limits struct {
	ApprovedCount     int  `fact:"approved_count"` // pieces in the leave
	ProducedCount     int  `fact:"produced_count"` // pieces made on it
	DeviceInLeave     bool `fact:"device_in_leave"`
	SourcesInLeave    bool `fact:"sources_in_leave"`
	RecipientsInLeave bool `fact:"recipients_in_leave"`
	LeaveReasoned     bool `fact:"leave_reasoned"` // the grant has a reason
	WithinLeave       bool `fact:"within_leave"`   // no more made, for no other purpose and nobody else, nowhere else, on no other device
}

// Unlimited are the limits of no leave.
func Unlimited() Limits {
	return Limits{DeviceInLeave: true, SourcesInLeave: true, RecipientsInLeave: true, LeaveReasoned: true, WithinLeave: true}
}

// Item is what the law may look at of a document: never its title, issuer or number.
type Item struct {
	Level          term.Level  `fact:"level"`
	LevelRank      int         `fact:"level_rank"` // 公开 0 … 绝密 4
	Regime         term.Regime `fact:"regime"`
	Classified     bool        `fact:"classified"`
	Internal       bool        `fact:"internal"`
	Origin         string      `fact:"origin"` // own, derived, received
	Kind           string      `fact:"kind"`
	Urgency        string      `fact:"urgency"`
	IssuerSuperior bool        `fact:"issuer_superior"`
	Unclear        bool        `fact:"unclear"`
	MarkState      string      `fact:"mark_state"`
	CopyNoSet      bool        `fact:"copy_no_set"`
	ScopeFixed     bool        `fact:"scope_fixed"`
	StepsDone      []string    `fact:"steps_done"`
	NeedsAction    bool        `fact:"needs_action"`
	Instructed     bool        `fact:"instructed"` // a 批示 stands
	Flags          []string    `fact:"flags"`      // important
	// CompiledLimited: a compilation with a classified source, or an internal one whose scope is fixed.
	CompiledLimited bool `fact:"compiled_limited"`
}

// NewItem fills the facts that follow from a level and a regime.
func NewItem(level term.Level, regime term.Regime) Item {
	return Item{Level: level, LevelRank: level.Rank(), Regime: regime, Classified: level.Classified(), Internal: level == term.Neibu}
}

// Person is asked once for each person the act names who would come to know, hold or be appointed.
type Person struct {
	ID               term.PersonID `fact:"-"`
	InScope          bool          `fact:"in_scope"`
	Grade            string        `fact:"grade"`
	GradeCovers      bool          `fact:"grade_covers"`
	CommitmentSigned bool          `fact:"commitment_signed"`
	Committed        bool          `fact:"committed"`
	PersonPosts      []string      `fact:"person_posts"`
	PersonInOffice   bool          `fact:"person_in_office"`
	NamedInOpinion   bool          `fact:"named_in_opinion"`
	Left             bool          `fact:"-"` // 离岗: no scope and no grade tells him a secret any more
}

// factPlan is how one Go struct becomes a Cedar record; made once for each type.
type factPlan struct {
	fields []factField
	each   []int       // index path of the []Person field, nil when there is none
	kept   []factField // fields with an index in the order of the entry; see EncodeFacts
}

type factField struct {
	name  string
	index []int
	kind  factKind
	own   bool // tagged ",own": it speaks of the command or of what nobody hides, though an Item has a fact of that name
}

type factKind string

const (
	factText factKind = "String"
	factBool factKind = "Bool"
	factLong factKind = "Long"
	factList factKind = "Set<String>"
)

var plans sync.Map // reflect.Type → *factPlan

// planOf reads the fact tags of a struct, embedded groups included. A []Person field tagged ",each" is asked
// once for each person.
func planOf(t reflect.Type) (*factPlan, error) {
	if p, ok := plans.Load(t); ok {
		return p.(*factPlan), nil
	}
	p := &factPlan{}
	if err := p.add(t, nil); err != nil {
		return nil, err
	}
	p.keep()
	plans.Store(t, p)
	return p, nil
}

func (p *factPlan) add(t reflect.Type, path []int) error {
	if t.Kind() != reflect.Struct {
		return fmt.Errorf("facts: %s is not a struct", t)
	}
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(append([]int{}, path...), i)
		tag, tagged := f.Tag.Lookup("fact")
		switch {
		case tag == "-", !f.IsExported() && !f.Anonymous:
		case tag == ",each":
			if f.Type != reflect.TypeFor[[]Person]() {
				return fmt.Errorf("facts: %s.%s: ,each wants []regulation.Person", t, f.Name)
			}
			p.each = index
			if err := p.addPerson(); err != nil {
				return err
			}
		case f.Anonymous && !tagged:
			if err := p.add(f.Type, index); err != nil {
				return err
			}
		case tagged:
			kind, err := kindOf(f.Type)
			if err != nil {
				return fmt.Errorf("facts: %s.%s: %w", t, f.Name, err)
			}
			name, own := strings.CutSuffix(tag, ",own")
			p.fields = append(p.fields, factField{name: name, index: index, kind: kind, own: own})
		default:
			return fmt.Errorf("facts: %s.%s has no fact tag", t, f.Name)
		}
	}
	return nil
}

// addPerson notes the names a person brings, without an index: contexts fills them.
func (p *factPlan) addPerson() error {
	person, err := planOf(reflect.TypeFor[Person]())
	if err != nil {
		return err
	}
	for _, f := range person.fields {
		p.fields = append(p.fields, factField{name: f.name, kind: f.kind})
	}
	return nil
}

func kindOf(t reflect.Type) (factKind, error) {
	switch t.Kind() {
	case reflect.String:
		return factText, nil
	case reflect.Bool:
		return factBool, nil
	case reflect.Int, reflect.Int64:
		return factLong, nil
	case reflect.Slice:
		if t.Elem().Kind() == reflect.String {
			return factList, nil
		}
	}
	return "", fmt.Errorf("a fact is text, bool, number or list of texts, not %s", t)
}

func (f factField) value(v reflect.Value) cedar.Value {
	v = v.FieldByIndex(f.index)
	switch f.kind {
	case factText:
		return cedar.String(v.String())
	case factBool:
		return cedar.Boolean(v.Bool())
	case factLong:
		return cedar.Long(v.Int())
	case factList:
	}
	items := make([]cedar.Value, v.Len())
	for i := range items {
		items[i] = cedar.String(v.Index(i).String())
	}
	return cedar.NewSet(items...)
}

func (p *factPlan) fill(into cedar.RecordMap, v reflect.Value) {
	for _, f := range p.fields {
		if f.index != nil {
			into[cedar.String(f.name)] = f.value(v)
		}
	}
}

// Known is everything the law may look at of one try, worked out once: one Cedar record for each person the
// act names, one in all when it names none.
type Known struct {
	contexts []cedar.Record
	persons  []term.PersonID // beside contexts; empty when the act names nobody
}

// several are the facts of an act on more than one thing: the law is asked for each.
type several interface{ Others() []any }

// maxFacts is about how many facts an act has.
const maxFacts = 64

// Know works out the facts of one try; facts may be nil.
func Know(common Common, facts any) (*Known, error) {
	k, err := know(common, facts)
	s, ok := facts.(several)
	if err != nil || !ok {
		return k, err
	}
	for _, other := range s.Others() {
		more, err := know(common, other)
		if err != nil {
			return nil, err
		}
		k.contexts, k.persons = append(k.contexts, more.contexts...), append(k.persons, more.persons...)
	}
	return k, nil
}

func know(common Common, facts any) (*Known, error) {
	commonPlan, err := planOf(reflect.TypeFor[Common]())
	if err != nil {
		return nil, err
	}
	base := make(cedar.RecordMap, maxFacts)
	commonPlan.fill(base, reflect.ValueOf(common))
	if facts == nil {
		common.entrust(base)
		return &Known{contexts: []cedar.Record{cedar.NewRecord(base)}}, nil
	}
	v := reflect.Indirect(reflect.ValueOf(facts))
	plan, err := planOf(v.Type())
	if err != nil {
		return nil, err
	}
	plan.fill(base, v)
	common.entrust(base)
	if plan.each == nil {
		return &Known{contexts: []cedar.Record{cedar.NewRecord(base)}}, nil
	}
	persons := v.FieldByIndex(plan.each).Interface().([]Person)
	if len(persons) == 0 {
		return nil, fmt.Errorf("%s names no person", v.Type())
	}
	personPlan, err := planOf(reflect.TypeFor[Person]())
	if err != nil {
		return nil, err
	}
	k := &Known{}
	for _, person := range persons {
		personPlan.fill(base, reflect.ValueOf(person)) // every name of a person anew; a Record keeps a copy
		k.contexts = append(k.contexts, cedar.NewRecord(base))
		k.persons = append(k.persons, person.ID)
	}
	return k, nil
}

// about gives the records of one person where the act names him, else all.
func (k *Known) about(person term.PersonID) []cedar.Record {
	for i, p := range k.persons {
		if person != "" && p == person {
			return k.contexts[i : i+1]
		}
	}
	return k.contexts
}

// Words are the names the law may use about one act: its facts with their types, and its arguments.
type Words struct {
	Facts  map[string]string // fact → Cedar type
	Fields map[string]bool   // JSON name of an argument
}

// WordsOf reads the words of an act from its facts and command types; either may be nil.
func WordsOf(facts, command reflect.Type) (Words, error) {
	w := Words{Facts: map[string]string{}, Fields: map[string]bool{}}
	for _, t := range []reflect.Type{reflect.TypeFor[Common](), facts} {
		if t == nil {
			continue
		}
		p, err := planOf(t)
		if err != nil {
			return w, err
		}
		for _, f := range p.fields {
			w.Facts[f.name] = string(f.kind)
		}
	}
	if command != nil {
		addFields(w.Fields, command)
	}
	return w, nil
}

func addFields(into map[string]bool, t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct {
			addFields(into, f.Type)
			continue
		}
		if name == "" || name == "-" {
			continue
		}
		into[name] = true
		if f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct {
			lines := map[string]bool{}
			addFields(lines, f.Type.Elem())
			for line := range lines {
				into[name+"."+line] = true
			}
		}
	}
}

// PersonsOf gives the persons a facts struct is asked for; nil when it has none.
func PersonsOf(facts any) []Person {
	if facts == nil {
		return nil
	}
	v := reflect.Indirect(reflect.ValueOf(facts))
	p, err := planOf(v.Type())
	if err != nil || p.each == nil {
		return nil
	}
	return v.FieldByIndex(p.each).Interface().([]Person)
}

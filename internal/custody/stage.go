package custody

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/checklist"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// StageLine is one line of 密品环节登记: a secret object, such as a sample garment, goes into a stage of its making.
type StageLine struct {
	ID          string          `col:"id,key"`
	Copy        term.CopyID     `col:"copy"`
	Document    term.DocumentID `col:"document,group"`
	Class       int             `col:"class"`
	Stage       string          `col:"stage"`
	Unit        term.UnitID     `col:"unit"`
	Person      term.PersonID   `col:"person"`
	Place       string          `col:"place"`
	Destination string          `col:"destination"` // premises, outside: at another firm
	Measures    []string        `col:"measures"`
	AgreementNo string          `col:"agreement_no"`
	At          time.Time       `col:"at"`
	By          term.PersonID   `col:"done_by"`
	store.Meta
}

// StageLines is the table.
var StageLines = store.Define[StageLine]("stage_line")

// Stage brings a secret object into a stage: where, with whom, under which measures.
type Stage struct {
	Copy        term.CopyID   `json:"copy" req:"true"`
	Stage       string        `json:"stage" in:"stage"`
	Unit        term.UnitID   `json:"unit"`
	Person      term.PersonID `json:"person"`
	Place       string        `json:"place" max:"60"`
	Destination string        `json:"destination" in:"destination"` // empty: premises
	Measures    []string      `json:"measures" in:"stage_measure"`
	AgreementNo string        `json:"agreement_no" max:"60"`
}

type stageFacts struct {
	regulation.Item
	Stage       string `fact:"stage"`
	Medium      string `fact:"medium"`
	Destination string `fact:"destination"`
	relations   []string
}

// ActorRelations says how the actor stands to the item.
func (f stageFacts) ActorRelations() []string { return f.relations }

var _ = act.Define("custody.stage", act.Act[Stage, held, stageFacts]{
	Live:  true,
	Load:  func(tx *act.Tx, cmd Stage) (held, error) { return load(tx, cmd.Copy) },
	Knows: func(s held, _ Stage, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s held, _ Stage) []act.Event { return s.moved()[:1] },
	Facts: func(s held, cmd Stage, env act.Env) stageFacts {
		return stageFacts{
			Item: s.item.Item, Stage: cmd.Stage, Medium: s.copy.Medium, Destination: premises(cmd.Destination), relations: s.item.Relations(env.Actor.Person),
		}
	},
	Decide: decideStage,
})

func decideStage(s held, cmd Stage, env act.Env) (act.Changes, error) {
	var bad refuse.Invalid
	need := func(field, value string) {
		if strings.TrimSpace(value) == "" {
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: field, Code: "required"})
		}
	}
	need("stage", cmd.Stage)
	need("unit", string(cmd.Unit))
	need("person", string(cmd.Person))
	need("place", cmd.Place)
	switch {
	case len(bad.Fields) > 0:
		return act.Changes{}, &bad
	case s.copy.State == Ended || s.copy.State == Missing:
		return act.Changes{}, &refuse.Conflict{Table: "copy", Key: string(s.copy.ID)}
	case s.copy.Medium != "object":
		return act.Changes{}, refuse.Field("copy", "no_object")
	case env.People.Name(cmd.Person) == "":
		return act.Changes{}, refuse.Field("person", "unknown_person")
	case env.People.Unit(cmd.Person) != cmd.Unit:
		return act.Changes{}, refuse.Field("unit", "other_unit")
	}
	line := StageLine{
		ID: env.ID(), Copy: s.copy.ID, Document: s.copy.Document, Class: s.copy.Class, Stage: cmd.Stage, Unit: cmd.Unit, Person: cmd.Person,
		Place: strings.TrimSpace(cmd.Place), Destination: premises(cmd.Destination), Measures: distinct(cmd.Measures),
		AgreementNo: strings.TrimSpace(cmd.AgreementNo), At: env.At, By: env.Actor.Person,
	}
	return act.Changes{
		Subject: string(s.copy.ID), Document: s.copy.Document, Rows: []store.Change{StageLines.Insert(line)},
		Targets: []act.Target{target(s.copy)}, Values: map[string]string{"stage_line": line.ID},
	}, nil
}

// maxStages bounds how much of the path of one object a page reads.
const maxStages = 200

// StagesOf is the path of one object through its stages, the newest first. Who calls it has found the copy for the viewer.
func StagesOf(tx *store.Tx, id term.CopyID) ([]StageLine, error) {
	list, err := StageLines.Select(tx, "WHERE copy = $1 ORDER BY at DESC, id DESC LIMIT "+strconv.Itoa(maxStages), string(id))
	if err != nil {
		return nil, fmt.Errorf("read the stages of an object: %w", err)
	}
	return list, nil
}

// StageNow is the stage that an object came into last; the zero value: none. Who calls it has found the copy for the viewer.
func StageNow(tx *store.Tx, id term.CopyID) (StageLine, error) {
	l, _, err := StageLines.One(tx, "WHERE copy = $1 ORDER BY at DESC, id DESC LIMIT 1", string(id))
	if err != nil {
		return l, fmt.Errorf("read the stage of an object: %w", err)
	}
	return l, nil
}

// SignSheet signs a sheet about one copy, which an act on it waits for: that the measures named are in place.
type SignSheet struct {
	Sheet    string            `json:"sheet" req:"true"`
	Copy     term.CopyID       `json:"copy" req:"true"`
	Measures []string          `json:"measures" in:"measures"`
	Stage    string            `json:"stage" in:"stage"`
	Lines    map[string]string `json:"lines"` // line → yes or no
}

type signSheetFacts struct {
	regulation.Item
	Stage string `fact:"stage"`
	checklist.Facts
	relations []string
}

// ActorRelations says how the actor stands to the item.
func (f signSheetFacts) ActorRelations() []string { return f.relations }

var _ = act.Define("custody.sheet_sign", act.Act[SignSheet, held, signSheetFacts]{
	Live:  true,
	Load:  func(tx *act.Tx, cmd SignSheet) (held, error) { return load(tx, cmd.Copy) },
	Knows: func(s held, _ SignSheet, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s held, _ SignSheet) []act.Event { return s.moved()[:1] },
	Facts: func(s held, cmd SignSheet, env act.Env) signSheetFacts {
		sheet := checklist.FactsOf(env.Law, cmd.Sheet, env.People.Posts(env.Actor.Person), cmd.Lines)
		return signSheetFacts{
			Item: s.item.Item, Stage: cmd.Stage, Facts: sheet.Chosen(env.Law, env.Fields), relations: s.item.Relations(env.Actor.Person),
		}
	},
	Decide: decideSheet,
})

func decideSheet(s held, cmd SignSheet, env act.Env) (act.Changes, error) {
	gates := slices.ContainsFunc(env.Law.Sheets(cmd.Sheet), func(c *regulation.Checklist) bool { return len(c.Gate) > 0 })
	if !gates {
		return act.Changes{}, refuse.Field("sheet", "not_in_list")
	}
	if err := checklist.Check(env.Law, cmd.Sheet, cmd.Lines); err != nil {
		return act.Changes{}, err
	}
	if len(cmd.Lines) == 0 {
		return act.Changes{}, refuse.Field("lines", "required")
	}
	sheet := checklist.Sheet{
		ID: env.ID(), Name: cmd.Sheet, Person: env.Actor.Person, Subject: string(s.copy.ID), Day: env.Today().String(), Lines: cmd.Lines, SignedAt: env.At,
	}
	return act.Changes{
		Subject: string(s.copy.ID), Document: s.copy.Document, Rows: []store.Change{checklist.Sheets.Insert(sheet)},
		No: checklist.NoLines(env.Law, cmd.Sheet, cmd.Lines), Values: map[string]string{"sheet": sheet.ID},
	}, nil
}

func init() {
	Registers["stages"] = stages
	Registers["confirmations"] = confirmations
}

// stages are the lines of 密品环节登记, the whole path of each object.
func stages(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
	cond, args := act.Viewer{Person: person, Sight: sight}.Visible("class", "document", 1)
	tail, args := f.Tail("at", "id", []string{cond}, args, maxRegister)
	list, err := StageLines.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read 密品环节登记: %w", err)
	}
	out := make([]map[string]string, len(list))
	for i, l := range list {
		out[i] = store.Stand(map[string]string{
			"document": string(l.Document), "copy": string(l.Copy), "stage": l.Stage, "unit": string(l.Unit), "person": string(l.Person), "place": l.Place,
			"destination": l.Destination, "measures": strings.Join(l.Measures, "、"), "agreement_no": l.AgreementNo, "at": minute(l.At), "by": string(l.By),
		}, l.At, l.ID)
	}
	return out, nil
}

// confirmations are the sheets signed about copies: which line was answered how, by whom.
func confirmations(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
	cond, args := act.Viewer{Person: person, Sight: sight}.Visible("c.class", "c.document", 1)
	where := "subject <> '' AND EXISTS (SELECT 1 FROM copy c WHERE c.id = sheet.subject AND " + cond + ")"
	tail, args := f.Tail("signed_at", "id", []string{where}, args, maxRegister)
	list, err := checklist.Sheets.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read the signed sheets: %w", err)
	}
	out := make([]map[string]string, len(list))
	for i, s := range list {
		c, err := Copies.Get(tx, s.Subject)
		if err != nil {
			return nil, fmt.Errorf("read the copy of a sheet: %w", err)
		}
		out[i] = store.Stand(map[string]string{
			"document": string(c.Document), "copy": string(c.ID), "copy_no": c.Called(), "sheet": s.Name, "confirmed": answered(s.Lines, "yes"),
			"lacking": answered(s.Lines, "no"), "signed_by": string(s.Person), "at": minute(s.SignedAt),
		}, s.SignedAt, s.ID)
	}
	return out, nil
}

// answered are the lines of a sheet with one answer.
func answered(lines map[string]string, answer string) string {
	var out []string
	for name, a := range lines {
		if a == answer {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return strings.Join(out, "、")
}
